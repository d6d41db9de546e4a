"""Marked and masked PDFs, checked by other programs than the one that wrote them."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pypdfium2.raw as raw
import pytest

from reviewer.errors import MarkingError
from reviewer.marking import pdf
from reviewer.marking.model import AUTHOR, Note
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.readers import make_pdf
from tests.readers.make_pdf import SEEN, build, show

LIMITS = Limits()
PHONE, NAME = "13800001234", "赵一鸣"
BODY = SEEN + show(40, 400, f"联系人：{NAME}，电话{PHONE}。") + show(40, 380, "其余的话照旧。")


def read(data: bytes) -> Document:
    return read_bytes(data, "draft.pdf", LIMITS)


def note(document: Document, *stretches: str, severity: str = "check") -> Note:
    """A note on every place of each of the stretches."""
    spans = []
    for stretch in stretches:
        start = document.text.find(stretch)
        while start >= 0:
            spans.append((start, start + len(stretch)))
            start = document.text.find(stretch, start + 1)
    part, locator = document.place(*spans[0])
    return Note(tuple(sorted(spans)), severity, "手机号码", "须人工判断｜手机号码\n建议：删去。", part, locator, "第1页")  # type: ignore[arg-type]


def annotations(data: bytes) -> list[tuple[int, str, str, list[str]]]:
    """(page, kind, contents, texts under its quads) of each annotation, as pdfium has them."""
    found = []
    for k, page in enumerate(pypdfium2.PdfDocument(data)):
        words = page.get_textpage()
        for n in range(raw.FPDFPage_GetAnnotCount(page)):
            annotation = raw.FPDFPage_GetAnnot(page, n)
            buffer = (raw.FPDF_WCHAR * 40000)()
            size = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, 40000)
            text = bytes(buffer)[: max(size - 2, 0)].decode("utf-16-le")
            under = []
            for q in range(raw.FPDFAnnot_CountAttachmentPoints(annotation)):
                quad = raw.FS_QUADPOINTSF()
                raw.FPDFAnnot_GetAttachmentPoints(annotation, q, quad)
                xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
                # A hair narrower than the quad: its neighbours' edges touch it.
                under.append(words.get_text_bounded(min(xs) + 1, min(ys) + 2, max(xs) - 1, max(ys) - 2))
            kind = {raw.FPDF_ANNOT_HIGHLIGHT: "highlight", raw.FPDF_ANNOT_TEXT: "text"}.get(
                raw.FPDFAnnot_GetSubtype(annotation), "other"
            )
            found.append((k, kind, text, under))
    return found


def saved(data: bytes, **options: object) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as file:
        file.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def signed() -> bytes:
    signature = b"<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 10 20 10]/Contents<00>>>"
    return build(BODY, catalog=b"/Perms<</DocMDP 60 0 R>>", objects={60: signature})


PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
KINDS = {
    "table of objects": build(BODY),
    "packed table of objects": saved(build(BODY), **PACKED),
    "saved twice": make_pdf.write({11: make_pdf.stream(BODY)}, before=build(SEEN)),
    "laid out for the web": saved(build(BODY), linearize=True),
    "turned": build(BODY, page=b"/Rotate 90"),
    "shifted": build(BODY, page=b"/CropBox[20 100 380 480]"),
    "with an annotation": make_pdf.annotated(b"<</Type/Annot/Subtype/Link/Rect[1 1 2 2]>>", catalog=b"").replace(
        make_pdf.stream(SEEN), make_pdf.stream(BODY)
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_notes_stand_on_the_very_characters_and_the_original_stays_as_it_was(kind: str) -> None:
    data = saved(KINDS[kind]) if kind == "with an annotation" else KINDS[kind]
    document = read(data)
    made = pdf.annotate(data, document, (note(document, PHONE), note(document, "其余的", NAME)), LIMITS)
    ours = [one for one in annotations(made.data) if one[1] == "highlight"]
    assert [(page, sorted(under)) for page, _, _, under in ours] == [(0, [PHONE]), (0, sorted([NAME, "其余的"]))]
    assert all("建议：删去。" in text for _, _, text, _ in ours)
    assert made.data.startswith(data) and made.remarks == ()
    with pikepdf.open(BytesIO(made.data)) as file:
        assert [one for one in file.check_pdf_syntax() if "reported number of objects" not in one] == []
        assert {str(one.T) for one in file.pages[0].Annots if "/T" in one} == {AUTHOR}
    assert set(document.text.split("\n")) <= set(read(made.data).text.split("\n"))


def test_a_group_has_its_text_once_and_a_highlight_on_each_page() -> None:
    data = build(BODY, SEEN, show(40, 300, f"{PHONE}，又{PHONE}和其他人的电话{PHONE}"))
    document = read(data)
    made = pdf.annotate(data, document, (note(document, PHONE, severity="block"),), LIMITS)
    assert [(page, text.split("\r")[0], len(under)) for page, _, text, under in annotations(made.data)] == [
        (0, "须人工判断｜手机号码", 1),
        (2, "同上：手机号码", 3),
    ]


def test_a_stretch_over_two_lines_is_boxed_line_by_line() -> None:
    data = build(SEEN + show(40, 400, "电话138000") + show(40, 384, "01234转告"))
    document = read(data)
    made = pdf.annotate(data, document, (note(document, "138000\n01234"),), LIMITS)
    assert [under for *_, under in annotations(made.data)] == [["138000", "01234"]]


def test_what_has_no_place_is_listed_at_the_first_page() -> None:
    for data in (make_pdf.information(b"Author")(NAME), make_pdf.earlier_save(NAME), make_pdf.note(NAME)):
        document = read(data)
        made = pdf.annotate(data, document, (note(document, NAME),), LIMITS)
        placed = annotations(made.data)[-1]
        assert placed[0] == 0 and (placed[1] == "text") == (data != make_pdf.note(NAME))
        assert "建议：删去。" in placed[2] and NAME not in placed[2]


def test_form_values_are_marked_at_their_field() -> None:
    data = make_pdf.form_value(PHONE)
    document = read(data)
    made = pdf.annotate(data, document, (note(document, PHONE),), LIMITS)
    with pikepdf.open(BytesIO(made.data)) as file:
        assert [float(x) for x in file.pages[0].Annots[-1].Rect] == [40, 300, 200, 320]


@pytest.mark.parametrize("packed", [False, True])
def test_a_signed_original_keeps_every_byte(packed: bool) -> None:
    data = signed()
    data = saved(data, **PACKED) if packed else data
    document = read(data)
    made = pdf.annotate(data, document, (note(document, PHONE),), LIMITS)
    assert made.data.startswith(data) and len(made.data) > len(data)
    assert len(made.remarks) == 1 and "签名仍可验证" in made.remarks[0]
    assert [under for *_, under in annotations(made.data)] == [[PHONE]]


def test_an_owner_password_is_dropped_and_said_so() -> None:
    data = saved(build(BODY), encryption=pikepdf.Encryption(owner="owner", user="", R=6))
    document = read(data)
    made = pdf.annotate(data, document, (note(document, PHONE),), LIMITS)
    assert [under for *_, under in annotations(made.data)] == [[PHONE]]
    assert "权限密码" in made.remarks[0]


def test_a_damaged_table_of_objects_is_mended() -> None:
    data = build(BODY).replace(b"startxref\n", b"startxref\n9")
    document = read(data)
    made = pdf.annotate(data, document, (note(document, PHONE),), LIMITS)
    assert [under for *_, under in annotations(made.data)] == [[PHONE]]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF", saved(build(BODY), encryption=pikepdf.Encryption(owner="o", user="u"))])
def test_what_can_not_be_opened_is_refused(data: bytes) -> None:
    document = read(build(BODY))
    with pytest.raises(MarkingError) as raised:
        pdf.annotate(data, document, (note(document, PHONE),), LIMITS)
    assert PHONE not in str(raised.value)
