"""Masked PDFs: what is masked is gone, by the word of other programs, and the rest is as it was."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pdf_redaction_check
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.errors import MarkingError
from reviewer.marking import pdf, pdf_mask
from reviewer.marking.model import Edit, Masked
from reviewer.marking.pdf_places import Box, characters
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.marking import look
from tests.marking.make_pdf_fonts import Embedded
from tests.marking.witness import HAS_POPPLER, poppler_text
from tests.readers import make_pdf
from tests.readers.make_pdf import SEEN, build, show, stream

LIMITS = Limits()
PHONE, NAME = "13800001234", "赵一鸣"
SHORT = "138****1234"
LETTERS = "关于补偿安置的公告联系人赵一鸣电话：，。*某甲" + "0123456789"


def read(data: bytes) -> Document:
    return read_bytes(data, "draft.pdf", LIMITS)


def edits(document: Document, *pairs: tuple[str, str], blank: bool = False) -> tuple[Edit, ...]:
    """Every place of each value gives way to its replacement."""
    found = []
    for value, replacement in pairs:
        entity = "NAME" if value == NAME else "PHONE"
        for match in re.finditer(re.escape(value), document.text):
            found.append(Edit(match.start(), match.end(), replacement, entity, blank))
    return tuple(sorted(found, key=lambda edit: edit.start))


def mask(data: bytes, *pairs: tuple[str, str], blank: bool = False) -> tuple[Masked, dict[int, list[Box]]]:
    """The copy, and by page the boxes of what was masked."""
    document = read(data)
    wanted = edits(document, *pairs, blank=blank)
    assert wanted
    boxes: dict[int, list[Box]] = {}
    for edit in wanted:
        for one in characters(document, edit.start, edit.end):
            boxes.setdefault(one.page, []).append(one.box)
    return pdf.mask(data, document, wanted, LIMITS), boxes


def assert_gone(data: bytes, *values: str) -> None:
    """Nothing tells a value: not the reader, not the bytes, not poppler, not a checker made by others."""
    text = look.compact(read(data).text)
    pieces = look.streams(data)
    for value in values:
        assert value not in text
        assert look.holds(pieces, value) == []
        if HAS_POPPLER:
            assert value not in look.compact(poppler_text(data))


def saved(data: bytes, **options: object) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as file:
        file.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


# --- every place that a file has for text --------------------------------------------------------------

_ON_THE_PAGE = {
    "body", "recognised text under a scan", "typed onto the page", "form value", "in a ruled table", "glyphs under another text",
}  # fmt: skip


@pytest.mark.parametrize("place", make_pdf.PLACES)
def test_a_value_is_gone_from_every_place(place: str) -> None:
    data = make_pdf.PLACES[place][1](PHONE)
    made, _ = mask(data, (PHONE, SHORT))
    assert_gone(made.data, PHONE)
    seen = SHORT in look.compact(read(made.data).text)
    # What no one sees is taken out as a whole, and said so; what is seen is masked.
    assert seen == (place in _ON_THE_PAGE) == (made.unplaced == ())
    assert made.remarks == ()
    assert b"%%EOF" not in made.data[:-7]


HIDDEN = {
    "invisible": "不可见文字 1 处", "under a black box": "被遮盖的文字 1 处", "off the page": "页面外文字 1 处",
    "layer switched off": "隐藏图层 1 处", "earlier save": "早先保存的版本 1 个", "note": "注释 1 项", "bookmark": "书签 1 项",
    "attachment": "附件 1 项", "author": "文件属性 3 项", "XMP": "XMP 元数据 1 项", "script": "脚本 1 项", "link": "链接 1 项",
    "form value": "表单域 1 项", "alternate text": "结构标签 1 项", "attribute of an XFA form": "XFA 表单 1 项",
}  # fmt: skip


@pytest.mark.parametrize("place", HIDDEN)
def test_what_was_taken_out_is_named(place: str) -> None:
    data = make_pdf.PLACES[place][1](PHONE)
    made = pdf.mask(data, read(data), (), LIMITS)
    assert HIDDEN[place] in made.removed
    assert not any(PHONE in line for line in made.removed)
    kept = place == "form value"
    assert (PHONE in look.compact(read(made.data).text)) == kept


# --- fonts and the state of the text -------------------------------------------------------------------


def _line(font: Embedded) -> bytes:
    return font.show(40, 400, f"联系人{NAME}，电话：{PHONE}。公告")


DRAWN: dict[str, Callable[[Embedded], bytes]] = {
    "plain": lambda font: font.build(SEEN + _line(font)),
    "kerned": lambda font: font.build(SEEN + font.kerned(40, 400, f"联系人{NAME}，电话：{PHONE}。公告")),
    "spaced, squeezed and raised": lambda font: font.build(
        SEEN + font.show(40, 400, f"联系人{NAME}，电话：{PHONE}。公告", before="2 Tc 80 Tz 3 Ts")
    ),
    "slanting": lambda font: font.build(SEEN + b"q .9 .4 -.4 .9 60 90 cm 1 0 0 1 -40 -400 cm " + _line(font) + b"Q"),
    "turned page": lambda font: font.build(SEEN + _line(font), page=b"/Rotate 90/CropBox[10 20 380 490]"),
    "page upside down": lambda font: font.build(SEEN + _line(font), page=b"/Rotate 180"),
    "form drawn twice": lambda font: _with_form(font),
    "form in a form, without resources": lambda font: _nested(font),
    "drawn again for a shadow": lambda font: font.build(
        SEEN + _line(font) + _line(font).replace(b"1 0 0 1 40 400", b"1 0 0 1 40.3 400")
    ),
    "every character on its own": lambda font: font.build(
        SEEN + b"".join(font.show(40 + 12 * k, 400, c) for k, c in enumerate(f"电话：{PHONE}联系人{NAME}"))
    ),
    "next-line operators": lambda font: font.build(
        SEEN + f"BT /F6 12 Tf 14 TL 40 400 Td <{font.code('联系人' + NAME)}> ' 1 2 <{font.code(PHONE + '公告')}> \" ET".encode()
    ),
    "q without Q": lambda font: font.build(b"q q 1 0 0 1 5 5 cm " + _line(font) + b" Q Q Q Q"),
}  # fmt: skip


def _with_form(font: Embedded) -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 400 500]/Resources<</Font<</F6 60 0 R>>>>"
    content = SEEN + b"/X1 Do q .5 0 0 .5 20 20 cm /X1 Do Q"
    return font.build(content, resources=b"/XObject<</X1 50 0 R>>", objects={50: stream(_line(font), entries)})


def _nested(font: Embedded) -> bytes:
    inner = stream(_line(font), b"/Type/XObject/Subtype/Form/BBox[0 0 400 500]")
    outer = stream(b"q .9 0 0 .9 0 0 cm /X1 Do Q", b"/Type/XObject/Subtype/Form/BBox[0 0 400 500]/Matrix[1 0 0 1 3 4]")
    return font.build(SEEN + b"/X2 Do", resources=b"/XObject<</X1 50 0 R/X2 51 0 R>>", objects={50: inner, 51: outer})


@pytest.mark.parametrize("cff", [False, True], ids=["TrueType", "CFF"])
@pytest.mark.parametrize("kind", DRAWN)
def test_glyphs_are_cut_and_nothing_else_moves(kind: str, cff: bool) -> None:
    data = DRAWN[kind](Embedded(LETTERS, cff=cff))
    text = read(data).text
    value = next(one for one in (PHONE, " ".join(PHONE)) if one in text)
    made, boxes = mask(data, (value, SHORT), (NAME, "赵某"))
    assert made.remarks == () and made.unplaced == ()
    assert_gone(made.data, PHONE, NAME)
    # On a turned page pdfium mixes the runs of neighbouring lines.
    expected = look.compact(text).replace(PHONE, SHORT).replace(NAME, "赵某")
    shown = look.compact(read(made.data).text)
    assert sorted(shown) == sorted(expected) if "page" in kind else shown == expected
    # pdfium sets text that is drawn twice, 0.3 points apart, anew: edges differ by up to 49 of 255 levels.
    slack = 64 if "shadow" in kind else 0
    assert set(look.changed_outside(data, made.data, 0, boxes[0], slack=slack).values()) == {0}


def test_text_set_downwards() -> None:
    font = Embedded(LETTERS, vertical=True)
    data = font.build(font.show(200, 450, "关于公告") + font.show(100, 450, f"电话：{PHONE}。公告"))
    made, boxes = mask(data, (PHONE, SHORT))
    assert_gone(made.data, PHONE)
    assert sorted(look.compact(read(made.data).text)) == sorted(f"关于公告电话：{SHORT}。公告") and made.remarks == ()
    assert set(look.changed_outside(data, made.data, 0, boxes[0]).values()) == {0}


PREDEFINED = {
    "UniGB-UCS2-H": "utf-16-be", "UniGB-UTF16-H": "utf-16-be", "UniGB-UCS2-V": "utf-16-be", "GBK-EUC-H": "gbk",
    "GBKp-EUC-H": "gbk", "GB-EUC-H": "gb2312",
}  # fmt: skip


@pytest.mark.parametrize("encoding", PREDEFINED)
def test_fonts_that_are_not_embedded(encoding: str) -> None:
    code = f"电话：{PHONE}，{NAME}。公告".encode(PREDEFINED[encoding]).hex()
    content = f"BT /F1 12 Tf 1 0 0 1 40 450 Tm <{code}> Tj ET".encode()
    data = saved(build(content).replace(b"UniGB-UCS2-H", encoding.encode()))
    made, _ = mask(data, (PHONE, SHORT), (NAME, "赵某"))
    assert_gone(made.data, PHONE, NAME)
    assert look.compact(read(made.data).text) == f"电话：{SHORT}，赵某。公告" and made.remarks == ()


def test_the_font_does_not_tell_the_characters_that_went() -> None:
    font = Embedded(LETTERS)
    data = font.build(font.show(40, 400, f"联系人{NAME}，电话：{PHONE}"), font.show(40, 400, "一告"))
    made, _ = mask(data, (PHONE, SHORT), (NAME, "赵某"))
    numbers = {c: k for k, c in enumerate(font.characters, 1)}
    kept = look.outlines(made.data)["/ABCDEF+Test"]
    assert {numbers[c] for c in "联系人赵一电话：12384告"} - kept == set()
    # The second character of the name stands on the other page still.
    assert not {numbers[c] for c in "鸣05679甲"} & kept
    with pikepdf.open(BytesIO(made.data)) as file:
        fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary)]
        assert not any("/CIDSet" in one for one in fonts)
        tables = [one.ToUnicode.read_bytes().lower() for one in fonts if "/ToUnicode" in one]
        assert tables and not any("鸣".encode("utf-16-be").hex().encode() in table for table in tables)


def test_a_form_is_masked_where_the_edit_is_and_nowhere_else() -> None:
    font = Embedded(LETTERS)
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 400 500]/Resources<</Font<</F6 60 0 R>>>>"
    inner = stream(font.show(40, 400, f"联系人{NAME}"), entries)
    data = font.build(b"/X1 Do", b"/X1 Do", resources=b"/XObject<</X1 50 0 R>>", objects={50: inner})
    document = read(data)
    start = document.text.index(NAME)
    made = pdf.mask(data, document, (Edit(start, start + 3, "赵某", "NAME"),), LIMITS)
    assert look.compact(read(made.data).text) == f"联系人赵某联系人{NAME}"
    assert look.changed_outside(data, made.data, 1, []) .items() <= {"pdfium": 0, "poppler": 0}.items()


def test_clipped_words_below_those_of_the_next_cell_go_alone() -> None:
    font = Embedded(LETTERS)
    below = font.show(40, 400, "公告的联") + font.show(108, 400, f"系人{NAME}电话")
    data = font.build(SEEN + b"q 40 390 60 30 re W n " + below + b"Q " + font.show(106, 400, "补偿安置补偿安置"))
    made = pdf.mask(data, read(data), (), LIMITS)
    assert made.removed == ("被裁剪的文字 1 处",) and made.remarks == ()
    assert "补偿安置补偿安置" in look.compact(read(made.data).text)
    assert_gone(made.data, NAME)
    assert set(look.changed_outside(data, made.data, 0, []).values()) == {0}


def test_a_stretch_over_two_lines() -> None:
    font = Embedded(LETTERS)
    data = font.build(font.show(40, 400, "电话：138000") + font.show(40, 384, "01234，公告"))
    made, _ = mask(data, ("138000\n01234", SHORT))
    assert look.compact(read(made.data).text) == f"电话：{SHORT}，公告"


def test_deleted_and_labelled_with_one_width() -> None:
    font = Embedded(LETTERS)
    data = font.build(SEEN + _line(font))
    deleted, _ = mask(data, (PHONE, ""))
    assert re.search("电话：[ \t]。公告", read(deleted.data).text)
    labelled, boxes = mask(data, (PHONE, "已隐去"), (NAME, "某某"), blank=True)
    assert_gone(labelled.data, PHONE, NAME)
    assert "已隐去" in look.compact(read(labelled.data).text)
    assert set(look.changed_outside(data, labelled.data, 0, boxes[0]).values()) == {0}
    grey = look.pictures(labelled.data, 0)["pdfium"]
    assert ((grey > 195) & (grey < 215)).all(axis=2).sum() > 1000


# --- what can not be cut, and what is odd --------------------------------------------------------------


def _type3() -> bytes:
    """A font whose drawings show text of another font."""
    names = b"".join(b"/d%d" % k for k in range(11))
    drawings = b"".join(b"/d%d 70 0 R" % k for k in range(11))
    spec = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 48/LastChar 58/Widths["
        + b"600 " * 11 + b"]/Encoding<</Differences[48" + names + b"]>>/CharProcs<<" + drawings + b">>/ToUnicode 71 0 R"
        b"/Resources<</Font<</F2 4 0 R>>>>>>"
    )  # fmt: skip
    table = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <30> <39> <0030> endbfrange endcmap"
    drawing = stream(b"600 0 d0 BT /F2 900 Tf (7) Tj ET")
    return saved(
        build(SEEN + b"BT /F3 12 Tf 40 400 Td (" + PHONE.encode() + b") Tj ET",
              objects={69: spec, 70: drawing, 71: stream(table)}).replace(b"/F2 4 0 R>>", b"/F3 69 0 R>>", 1)
    )  # fmt: skip


def _no_widths() -> bytes:
    spec = b"<</Type/Font/Subtype/TrueType/BaseFont/SimSun/Encoding/WinAnsiEncoding>>"
    content = SEEN + b"BT /F2 12 Tf 40 400 Td (" + PHONE.encode() + b") Tj ET"
    return saved(build(content).replace(make_pdf.HELVETICA, spec))


ODD = {"a font without widths": _no_widths, "drawings that show text": _type3}


@pytest.mark.parametrize("kind", ODD)
def test_where_nothing_can_be_cut_the_page_becomes_a_picture(kind: str) -> None:
    data = ODD[kind]()
    made, boxes = mask(data, (PHONE, SHORT))
    assert len(made.remarks) == 1 and made.remarks[0].startswith("第1页") and made.unplaced == ()
    assert_gone(made.data, PHONE)
    assert [gap.reason for gap in read(made.data).gaps] == ["scanned-page"]
    old, new = (pypdfium2.PdfDocument(one)[0].render(scale=1).to_pil().convert("L") for one in (data, made.data))
    assert old.size == new.size
    # Between the label's stars and the upper edge.
    x0, y0, x1, _ = boxes[0][4]
    assert new.getpixel((int((x0 + x1) / 2), int(500 - y0 - 2))) == 217


def test_a_page_with_text_in_a_pattern_becomes_a_picture() -> None:
    pattern = stream(
        show(0, 0, PHONE), b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 200 20]/XStep 200/YStep 20"
        b"/Resources<</Font<</F1 3 0 R>>>>"
    )  # fmt: skip
    content = SEEN + b"/Pattern cs /P1 scn 40 300 200 40 re f"
    data = build(content, resources=b"/Pattern<</P1 50 0 R>>", objects={50: pattern})
    made = pdf.mask(data, read(data), (), LIMITS)
    assert made.remarks[0].startswith("第1页")
    assert_gone(made.data, PHONE)


@pytest.mark.parametrize(("least", "most", "remarks"), [(10, 10**9, 0), (10, 100, 1)])
def test_pages_with_very_much_on_them(monkeypatch: pytest.MonkeyPatch, least: int, most: int, remarks: int) -> None:
    """What need not be changed is not unfolded; what is too much to unfold becomes a picture."""
    monkeypatch.setattr(pdf_mask, "_LARGE", least)
    monkeypatch.setattr(pdf_mask, "_LARGEST", most)
    font = Embedded(LETTERS)
    drawn = b"0 0 m 100 100 l S " * 40 + font.show(40, 300, "公告")
    data = font.build(drawn, drawn + _line(font))
    made, boxes = mask(data, (PHONE, SHORT), (NAME, "赵某"))
    assert_gone(made.data, PHONE, NAME)
    assert len(made.remarks) == remarks
    with pikepdf.open(BytesIO(made.data)) as file:
        assert file.pages[0].Contents.read_bytes() == drawn
    assert set(look.changed_outside(data, made.data, 0, []).values()) == {0}
    if not remarks:
        assert set(look.changed_outside(data, made.data, 1, boxes[1]).values()) == {0}


def test_a_value_that_the_reader_missed_goes_too() -> None:
    """The same number, each character in its place by itself far apart, is found by the glyphs' own text."""
    font = Embedded(LETTERS)
    wide = b"".join(font.show(40 + 25 * k, 300, c) for k, c in enumerate(PHONE))
    data = font.build(_line(font) + wide)
    made, _ = mask(data, (PHONE, SHORT))
    assert_gone(made.data, PHONE)


def test_words_that_the_content_does_not_show_go() -> None:
    font = Embedded(LETTERS)
    data = font.build(SEEN + f"% {PHONE}\n/Tag /{PHONE} MP ({PHONE}) odd\n".encode() + font.show(40, 400, "公告"))
    made = pdf.mask(data, read(data), (), LIMITS)
    pieces = [piece for piece in look.streams(made.data) if b"/MP" not in piece]
    assert look.holds(pieces, f"({PHONE})") == [] and look.holds(pieces, f"% {PHONE}") == []
    assert "公告" in read(made.data).text


def test_words_in_the_dictionaries_of_fonts_go() -> None:
    font = Embedded(LETTERS)
    font.objects[62] = font.objects[62].replace(b"/StemV 80", b"/StemV 80/Hidden" + make_pdf.string(PHONE) + b"/More<</V 50 0 R>>")
    data = font.build(_line(font).replace(PHONE.encode(), b""), objects={50: make_pdf.string(PHONE)})
    made, _ = mask(data, (PHONE, SHORT))
    assert_gone(made.data, PHONE)


def test_a_signature_is_void_and_said_so() -> None:
    signature = b"<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 10 20 10]/Contents<00>>>"
    data = build(show(40, 400, PHONE), catalog=b"/Perms<</DocMDP 60 0 R>>", objects={60: signature})
    made, _ = mask(data, (PHONE, SHORT))
    assert "签名已失效" in made.remarks[0] and b"ByteRange" not in made.data


def test_an_owner_password_is_dropped_and_said_so() -> None:
    data = saved(build(show(40, 400, PHONE)), encryption=pikepdf.Encryption(owner="owner", user="", R=6))
    made, _ = mask(data, (PHONE, SHORT))
    assert_gone(made.data, PHONE)
    assert "权限密码" in made.remarks[0]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF", saved(build(SEEN), encryption=pikepdf.Encryption(owner="o", user="u"))])
def test_what_can_not_be_opened_is_refused(data: bytes) -> None:
    document = read(build(show(40, 400, PHONE)))
    with pytest.raises(MarkingError) as raised:
        pdf.mask(data, document, edits(document, (PHONE, SHORT)), LIMITS)
    assert PHONE not in str(raised.value)


def test_a_stream_that_would_fill_the_memory_is_refused() -> None:
    zeros = zlib.compress(bytes(3_000_000))
    data = build(show(40, 400, PHONE), catalog=b"/X 50 0 R", objects={50: stream(zeros, b"/Filter/FlateDecode")})
    document = read(data)
    with pytest.raises(MarkingError):
        pdf.mask(data, document, edits(document, (PHONE, SHORT)), Limits(member_bytes=2_000_000))
    assert pdf.mask(data, document, (), Limits(member_bytes=4_000_000)).data


def test_visible_looks_of_annotations_stay_and_are_masked() -> None:
    font = Embedded(LETTERS)
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F6 60 0 R>>>>"
    stamp = b"<</Type/Annot/Subtype/Stamp/F 4/Rect[40 300 240 320]/AP<</N 51 0 R>>/Contents" + make_pdf.string(PHONE) + b">>"
    content = SEEN + font.show(40, 400, "公告")
    look_of_it = stream(font.show(2, 5, PHONE), entries)
    data = font.build(content, page=b"/Annots[50 0 R]", objects={50: stamp, 51: look_of_it})
    made, _ = mask(data, (PHONE, SHORT))
    assert_gone(made.data, PHONE)
    assert SHORT in look.compact(read(made.data).text)
    assert set(look.changed_outside(data, made.data, 0, [(40, 300, 240, 320)]).values()) == {0}


# --- documents of other programs -----------------------------------------------------------------------

_SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*[!）].pdf"))


@pytest.mark.parametrize("sample", _SAMPLES, ids=lambda path: path.stem)
def test_samples(sample: Path) -> None:
    data = sample.read_bytes()
    document = read(data)
    numbers = sorted(set(re.findall("(?<![0-9])[0-9-]{8,18}(?![0-9])", document.text)))
    names = [(number, number[:2] + "*" * (len(number) - 4) + number[-2:]) for number in numbers]
    made, boxes = mask(data, *names)
    assert_gone(made.data, *numbers)
    assert made.remarks == () and len(pypdfium2.PdfDocument(made.data)) == len(pypdfium2.PdfDocument(data))
    for page in boxes:
        assert look.changed_outside(data, made.data, page, boxes[page])["pdfium"] == 0


def test_an_export_of_libreoffice() -> None:
    """Writer 7.4, tagged; its fonts are subsets in TrueType and Type 1, its lines arrays with kerning."""
    data = (Path(__file__).parent / "files" / "libreoffice.pdf").read_bytes()
    made, boxes = mask(data, (PHONE, SHORT), (NAME, "赵某"))
    assert_gone(made.data, PHONE, NAME)
    expected = look.compact(read(data).text).split("Writer")[0].replace(PHONE, SHORT).replace(NAME, "赵某")
    shown = look.compact(read(made.data).text)
    assert made.remarks == () and expected.startswith(shown) and shown.count(SHORT) == 3
    assert set(look.changed_outside(data, made.data, 0, boxes[0]).values()) == {0}
    with pikepdf.open(BytesIO(data)) as old, pikepdf.open(BytesIO(made.data)) as new:
        assert _type1_size(new) < _type1_size(old)


def test_a_page_printed_by_chromium() -> None:
    """Its Chinese is Type 3 fonts, with boxes around the ink and radicals for characters; ligatures, a turned line."""
    data = (Path(__file__).parent / "files" / "chromium.pdf").read_bytes()
    made, boxes = mask(data, (PHONE, SHORT), (NAME, "赵某"))
    assert_gone(made.data, PHONE, NAME, NAME.replace("一", "\u2f00"))
    shown = look.compact(read(made.data).text)
    assert made.remarks == () and "电话138****1234" in shown and "赵某" in shown and "office" in shown
    assert set(look.changed_outside(data, made.data, 0, boxes[0], margin=8).values()) == {0}
    with pikepdf.open(BytesIO(data)) as old, pikepdf.open(BytesIO(made.data)) as new:
        assert _drawings(new) < _drawings(old)


def _drawings(file: pikepdf.Pdf) -> int:
    fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/CharProcs" in one]
    return sum(len(one.CharProcs) for one in fonts)


def _type1_size(file: pikepdf.Pdf) -> int:
    fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile" in one]
    assert fonts
    return sum(len(one.FontFile.read_bytes()) for one in fonts)


def test_a_checker_made_by_others_finds_nothing(tmp_path: Path) -> None:
    font = Embedded(LETTERS)
    made, _ = mask(font.build(SEEN + _line(font)), (PHONE, SHORT), (NAME, "赵某"))
    (tmp_path / "a.pdf").write_bytes(made.data)
    arguments = ["-s", PHONE, "-s", NAME, str(tmp_path / "a.pdf")]
    assert pdf_redaction_check.main(arguments) != 2


# --- properties ----------------------------------------------------------------------------------------

_words = st.text("关于补偿安置的公告联系人电话：，。甲某", min_size=1, max_size=8)
_values = st.from_regex("1[3-9][0-9]{9}", fullmatch=True)


@settings(max_examples=40)
@given(
    lines=st.lists(st.tuples(_words, _values, _words), min_size=1, max_size=4),
    cff=st.booleans(),
    kerned=st.booleans(),
    before=st.sampled_from(["", "1 Tc", "90 Tz", "3 Tr", "1 Tr", "1 Tc 110 Tz 2 Ts"]),
    packed=st.booleans(),
)
def test_no_masked_value_survives_and_all_else_does_in_order(
    lines: list[tuple[str, str, str]], cff: bool, kerned: bool, before: str, packed: bool
) -> None:
    font = Embedded(LETTERS, cff=cff)
    content = b""
    for k, (head, value, tail) in enumerate(lines):
        text, y = head + value + tail, 450 - 30 * k
        content += font.kerned(20, y, text) if kerned else font.show(20, y, text, before=before)
    data = font.build(content)
    if packed:
        data = saved(data, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    document = read(data)
    wanted = edits(document, *{(value, value[:3] + "****" + value[-4:]) for _, value, _ in lines})
    made = pdf.mask(data, document, wanted, LIMITS)
    assert_gone(made.data, *(value for _, value, _ in lines))
    hidden = before == "3 Tr" and not kerned
    expected = "" if hidden else "".join(head + value[:3] + "****" + value[-4:] + tail for head, value, tail in lines)
    assert look.compact(read(made.data).text) == expected
