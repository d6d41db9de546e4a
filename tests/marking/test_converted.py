"""Old Office files are given back as docx, xlsx and pptx, marked and masked, and say that they were converted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.errors import MarkingError
from reviewer.keys import Key
from reviewer.marking import converted as marking
from reviewer.marking.notes import notes_for
from reviewer.marking.plan import Choice
from reviewer.marking.publish import annotated, copy_suffix, publish
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.reports import Bundle
from reviewer.rulebook.masking import load_policy
from tests.marking.witness import office
from tests.readers.old_files import PHONES, SOURCES, old
from tests.scanner import scanner

KEY = Key(b"k" * 32)
LIMITS = scanner().settings.limits


@office
@pytest.mark.parametrize("kind", ["doc", "xls", "ppt", "rtf"])
def test_copies_are_of_the_new_kind_and_say_so(kind: str) -> None:
    data, name = old(kind), f"旧.{kind}"
    result = scanner().document(read_bytes(data, name, LIMITS))
    assert copy_suffix(result) == f".{SOURCES[kind]}"
    bundle = Bundle((result,), KEY)
    made = annotated(data, result, notes_for(bundle, result), scanner())
    assert made.suffix == f".{SOURCES[kind]}" and "转换" in made.remarks[0]
    assert "不得公开" in _all_text(made.data) or "须人工判断" in _all_text(made.data)
    choice = Choice(accept_gaps=frozenset(gap.id for gap in result.gaps))
    outcome = publish(data, result, scanner(), load_policy(), choice, KEY)
    assert outcome.data is not None and outcome.masked is not None
    assert outcome.masked.suffix == made.suffix and "转换" in outcome.masked.remarks[0]
    text = _all_text(outcome.data)
    assert not any(number in text for number in PHONES.values()) and "138****8000" in text


def _all_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "".join(package.read(name).decode("utf-8", "ignore") for name in package.namelist())


@office
def test_the_command_names_the_copy_by_its_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "旧.doc").write_bytes(old("doc"))
    out = tmp_path / "标注"
    assert main(["annotate", str(tmp_path / "旧.doc"), "-o", f"{out}/"]) == 0
    assert [one.name for one in out.iterdir()] == ["旧（审查标注）.docx"]
    assert main(["annotate", str(tmp_path / "旧.doc"), "-o", str(tmp_path / "a.doc")]) == 2
    assert "docx" in capsys.readouterr().err
    assert main(["mask", str(tmp_path / "旧.doc"), "-o", f"{out}/"]) == 0
    assert (out / "旧（公开稿）.docx").is_file()


def test_what_was_read_without_libreoffice_can_not_be_marked() -> None:
    with pytest.raises(MarkingError):
        annotated(b"", scanner().document(Document("a.xls", "xls", "", "甲")), (), scanner())


def test_what_stands_beside_the_converted_file_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    from reviewer.marking.model import Edit
    from tests.readers.make_docx import inline, run

    inner = inline(run("电话13800138000"))
    document = read_bytes(inner, "a.docx", LIMITS)
    whole = Document("a.doc", "doc", "", document.text + "\n经理13700137002", document.blocks, converted="docx")
    monkeypatch.setattr(marking, "as_office", lambda *_: inner)
    monkeypatch.setattr(marking, "read_office", lambda *_: document)
    start = whole.text.index("138")
    edits = (Edit(start, start + 11, "138****8000", "PHONE"), Edit(len(whole.text) - 11, len(whole.text), "137****7002", "PHONE"))
    made = marking.mask(b"", whole, edits, LIMITS)
    assert made.unplaced == (1,) and "138****8000" in _all_text(made.data)
