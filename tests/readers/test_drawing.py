"""Vector drawings: their words are read; what may hold words and does not say them is a gap; a copy has none of them."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.readers import drawing, read_bytes
from reviewer.settings import Limits
from tests.readers.make_docx import docx, paragraph, picture, run
from tests.readers.make_picture import emf, svg, wmf

PHONE = "13866012497"
LIMITS = Limits()
_BITMAP = struct.pack("<II", 81, 400) + bytes(392)
_LINE = struct.pack("<IIii", 54, 16, 5, 5)


def _with(record: bytes, text: str = "图") -> bytes:
    data = emf(text)
    return data[:-20] + record + data[-20:]


@pytest.mark.parametrize(
    ("data", "text", "gaps"),
    [
        (svg(f"<text>电话<tspan>{PHONE}</tspan></text>"), f"电话{PHONE}", 0),
        (svg("<path d='M 0 0 L 13866012497 1'/>"), "", 0),
        (svg("<text>&#49;3866012497</text>", '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://a/b.dtd">'), PHONE, 0),
        (svg("<text>&a;</text>", '<!DOCTYPE svg [<!ENTITY a "x">]>'), "", 1),
        (svg('<image href="http://a.example/b.png"/><text>图</text>'), "图", 1),
        (emf(PHONE), PHONE, 0), (wmf(f"电话{PHONE}"), f"电话{PHONE}", 0), (b"\xd7\xcd\xc6\x9a" + bytes(18) + wmf(PHONE), PHONE, 0),
        (_with(_LINE), "图", 0), (_with(_BITMAP), "图", 1), (_with(_LINE, " "), "", 1), (emf(PHONE)[:-20], PHONE, 1),
        (emf(PHONE)[:120], "", 1),
    ],
)  # fmt: skip
def test_the_words_of_a_drawing(data: bytes, text: str, gaps: int) -> None:
    if not drawing.kind_of(data):
        assert data.startswith(b"<?xml")  # with an entity it is read as the text that it is
        return
    document = read_bytes(data, "图", LIMITS)
    assert document.format == "picture" and document.text.strip() == text
    assert [gap.reason for gap in document.gaps] == ["picture"] * gaps


@pytest.mark.parametrize("build", [lambda text: svg(f"<text>{text}</text>"), emf, wmf])
def test_an_empty_drawing_is_one_of_its_kind(build) -> None:  # type: ignore[no-untyped-def]
    data = build(PHONE)
    empty = drawing.blank(data)
    assert drawing.kind_of(empty) == drawing.kind_of(data) == drawing.kind_of(gzip.compress(data))
    found = drawing.drawn(empty, LIMITS)
    assert found is not None and found.whole and found.texts == []


@pytest.mark.parametrize(("kind", "data"), [("emf", emf(f"联系电话：{PHONE}")), ("svg", svg(f"<text>联系电话：{PHONE}</text>"))])
def test_a_copy_has_an_empty_drawing_instead(kind: str, data: bytes, tmp_path: Path) -> None:
    draft, copy = tmp_path / "a.docx", tmp_path / "b.docx"
    draft.write_bytes(docx(
        paragraph(run("公示")) + paragraph(picture()), links=[("image", f"media/image1.{kind}")],
        parts={f"word/media/image1.{kind}": data},
    ))  # fmt: skip
    assert main(["mask", str(draft), "-o", str(copy)]) == 0
    document = read_bytes(copy.read_bytes(), "b.docx", LIMITS)
    assert PHONE not in document.text and document.gaps == ()


def test_an_svg_or_metafile_alone_is_not_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.svg").write_bytes(svg(f"<text>联系电话：{PHONE}</text>"))
    assert main(["mask", str(tmp_path / "a.svg"), "-o", str(tmp_path / "b.svg")]) == 2
    assert "PNG" in capsys.readouterr().err and not (tmp_path / "b.svg").exists()
