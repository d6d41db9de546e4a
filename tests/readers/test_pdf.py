"""The PDF reader: text and boxes of a page, what is not seen on it, what lies beside, what is unread."""

from __future__ import annotations

import io

import pytest

from reviewer.errors import Broken, Encrypted
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.pace import cost

from .make_pdf import (
    PLACES,
    SEEN,
    annotated,
    attached,
    box,
    build,
    image,
    note,
    scan,
    show,
    stream,
    string,
    write,
)

PHONE = "13900001234"


def read(data: bytes, limits: Limits | None = None) -> Document:
    return read_bytes(data, "draft.pdf", limits or Limits())


def body(data: bytes) -> str:
    document = read(data)
    return "\n".join(document.text[b.start : b.end] for b in document.blocks if b.part == "body")


REASONS = [
    ("invisible", "不可见文字"),
    ("white", "白色文字"),
    ("same colour as its ground", "与底色相同的文字"),
    ("under a black box", "被遮盖的文字"),
    ("under a black box, in a form", "被遮盖的文字"),
    ("under a picture", "被遮盖的文字"),
    ("under a drawn annotation", "被遮盖的文字"),
    ("off the page", "页面外文字"),
    ("outside the crop box", "页面外文字"),
    ("clipped", "被裁剪的文字"),
    ("tiny", "极小文字"),
    ("layer switched off", "隐藏图层"),
    ("earlier save", "早先保存的版本中的文字"),
    ("note", "注释"),
    ("hidden note", "隐藏的注释"),
    ("hidden form field", "隐藏表单域"),
    ("form default", "表单域的默认值"),
]


@pytest.mark.parametrize(("place", "reason"), REASONS)
def test_unseen_text_is_marked_whole_and_alone(place: str, reason: str) -> None:
    document = read(PLACES[place][1](PHONE))
    assert [(document.text[c.start : c.end], c.reason) for c in document.concealed] == [(PHONE, reason)]


SEEN_ANYWAY = [
    ("white on a dark box", box(38, 295, 350, 20) + show(40, 300, PHONE, before="1 g")),
    ("grey watermark over the text", show(40, 300, PHONE) + show(30, 290, "内部", size=60, before="0.85 g")),
    ("box beside the text", show(40, 300, PHONE) + box(200, 295, 100, 20)),
    ("thin line through the text", show(40, 300, PHONE) + box(38, 303, 350, 0.5)),
    ("shading below the text", box(38, 295, 350, 20, grey=0.9) + show(40, 300, PHONE)),
    (
        "drawn again above the box",
        show(40, 300, PHONE) + box(38, 295, 350, 20, grey=0.8) + show(40, 300, PHONE),
    ),
    ("clip around the text", b"q 30 290 350 30 re W n " + show(40, 300, PHONE) + b"Q"),
    ("light grey", show(40, 300, PHONE, before="0.8 g")),
    ("outline only", show(40, 300, PHONE, size=20, before="1 Tr")),
    ("lines of a table", show(40, 300, PHONE) + b"38 295 350 20 re S"),
]


@pytest.mark.parametrize(("title", "content"), SEEN_ANYWAY, ids=[title for title, _ in SEEN_ANYWAY])
def test_text_that_is_seen_is_not_marked(title: str, content: bytes) -> None:
    document = read(build(SEEN + content))
    assert PHONE in document.text
    assert document.concealed == ()


def test_turned_page_is_judged_by_its_picture() -> None:
    content = show(40, 300, PHONE) + box(38, 295, 350, 20) + show(40, 200, "联系电话")
    document = read(build(content, page=b"/Rotate 90"))
    assert [document.text[c.start : c.end] for c in document.concealed] == [PHONE]


def test_cover_over_a_part_leaves_the_number_whole() -> None:
    # The digits are 6 points wide; the box lies over the last eight.
    document = read(build(SEEN + show(40, 300, PHONE) + box(58, 295, 100, 20)))
    (hidden,) = document.concealed
    assert document.text[hidden.start : hidden.end] == PHONE[3:]
    assert PHONE in document.text


# --- lines and columns ---------------------------------------------------------------------------------

LAYOUTS = [
    ("a number that wraps", show(40, 300, "电话1390000") + show(40, 284, "1234。"), "电话1390000\n1234。"),
    (
        "columns drawn apart",
        show(40, 300, "王小测") + show(120, 300, PHONE) + show(220, 300, "1"),
        f"王小测\t{PHONE}\t1",
    ),
    ("narrow table gap", show(40, 300, "12345") + show(80.8, 300, "67890"), "12345\t67890"),
    ("numbers almost touching", show(40, 300, "12345") + show(73, 300, "67890"), "12345 67890"),
    ("typed space", show(40, 300, "340102 1900"), "340102 1900"),
    ("typed spaces", show(40, 300, "340102   1900"), "340102 1900"),
    ("a character a box", b"".join(show(40 + 15 * k, 300, c) for k, c in enumerate("340102")), "3 4 0 1 0 2"),
    ("spaced name", show(40, 300, "王") + show(80, 300, "某") + show(120, 300, PHONE), f"王 某\t{PHONE}"),
    (
        "second row of cells",
        show(40, 300, "甲") + show(90, 300, "12") + show(40, 280, "乙") + show(90, 280, "34"),
        "甲\t12\n乙\t34",
    ),
    ("rare character", show(40, 300, "〇㐂"), "〇㐂"),
]


@pytest.mark.parametrize(("title", "content", "text"), LAYOUTS, ids=[row[0] for row in LAYOUTS])
def test_lines_and_columns(title: str, content: bytes, text: str) -> None:
    assert body(build(content)) == text


def test_each_page_is_a_block_of_its_own() -> None:
    document = read(build(show(40, 300, "第一页"), show(40, 300, "第二页")))
    assert [(document.text[b.start : b.end], b.locator.page) for b in document.blocks] == [
        ("第一页", 1),
        ("第二页", 2),
    ]


# --- ruled tables --------------------------------------------------------------------------------------


def grid(xs: list[float], ys: list[float], *, filled: bool = False) -> bytes:
    """Lines across and up the page, as strokes or as thin filled boxes."""
    if filled:
        across = b"".join(box(xs[0], y, xs[-1] - xs[0], 0.5) for y in ys)
        return across + b"".join(box(x, ys[0], 0.5, ys[-1] - ys[0]) for x in xs)
    lines = [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]
    return b"".join(b"%g %g m %g %g l S\n" % line for line in lines)


HEAD = show(45, 385, "姓名") + show(105, 390, "身份证件") + show(105, 376, "号码") + show(265, 385, "电话")
ROW = show(45, 345, "王小测") + show(101, 345, "110101190003070037") + show(265, 345, PHONE)
TALL = b"".join(show(105, 390 - 14 * k, f"第{k}行") for k in range(8))
RULED = [
    ("a header that wraps", grid([40, 100, 260, 380], [340, 370, 400]) + HEAD + ROW,
     f"姓名\t身份证件 号码\t电话\n王小测\t110101190003070037\t{PHONE}"),
    ("filled lines", grid([40, 100, 260, 380], [340, 370, 400], filled=True) + HEAD + ROW,
     f"姓名\t身份证件 号码\t电话\n王小测\t110101190003070037\t{PHONE}"),
    ("cells that touch", grid([40, 77, 186, 380], [340, 370, 400]) + show(41, 385, "姓名") + show(80, 385, "号码")
     + show(188, 385, "电话") + show(41, 345, "王小测") + show(77.2, 345, "110101190003070037") + show(186, 345, PHONE),
     f"姓名\t号码\t电话\n王小测\t110101190003070037\t{PHONE}"),
    ("a number that wraps in its cell", grid([40, 100, 170, 380], [330, 370, 400]) + show(45, 385, "甲")
     + show(105, 385, "号码") + show(175, 385, "乙") + show(45, 355, "王") + show(104, 355, "1101011900")
     + show(104, 341, "03070037") + show(175, 355, "丁"), "甲\t号码\t乙\n王\t110101190003070037\t丁"),
    ("an empty cell", grid([40, 100, 260, 380], [340, 370, 400]) + HEAD + show(45, 345, "王") + show(265, 345, PHONE),
     f"姓名\t身份证件 号码\t电话\n王\t\t{PHONE}"),
    ("prose in a frame", grid([40, 380], [200, 400]) + show(45, 385, "电话1390000") + show(45, 369, "1234。"),
     "电话1390000\n1234。"),
    ("prose in a cell", grid([40, 100, 260], [200, 280, 400]) + show(45, 385, "甲") + TALL + show(45, 250, "乙"),
     "甲\t" + "\n".join(f"第{k}行" for k in range(8)) + "\n乙"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "content", "text"), RULED, ids=[row[0] for row in RULED])
def test_ruled_tables_are_read_by_their_lines(title: str, content: bytes, text: str) -> None:
    assert body(build(content)) == text


def test_a_file_that_claims_many_pages_is_soon_done() -> None:
    data = write({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 1000000>>"})
    assert len(read(data).gaps) < 300


# --- boxes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crop", [b"", b"/CropBox[20 100 380 480]"])
def test_boxes_lie_where_the_text_was_drawn(crop: bytes) -> None:
    document = read(
        build(show(40, 400, "电话：") + show(100, 300, PHONE) + show(40, 200, "号码39"), page=crop)
    )
    start = document.text.index(PHONE)
    place = document.place(start, start + 11)[1]
    assert place.page == 1
    assert place.box == pytest.approx((100, 300 - 12 * 0.12, 100 + 11 * 6, 300 + 12 * 0.88), abs=2.0)
    third = document.place(start + 3, start + 4)[1].box
    assert third is not None
    # The right edge is the glyph's own: a font that stands in for a missing one may be a little wider.
    assert third[0] == pytest.approx(118, abs=0.05)
    assert third[2] == pytest.approx(124, abs=1.0)
    (block,) = document.blocks
    assert block.boxes is not None
    assert len(block.boxes) == 4 * (block.end - block.start)


def test_boxes_of_reportlab_text_match_its_own_widths() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(300, 200))
    canvas.setFont("Helvetica", 11)
    canvas.drawString(50, 120, "ID 340102190001011234 end")
    canvas.save()
    document = read(file.getvalue())
    start = document.text.index("3401")
    left = 50 + pdfmetrics.stringWidth("ID ", "Helvetica", 11)
    right = left + pdfmetrics.stringWidth("340102190001011234", "Helvetica", 11)
    found = document.place(start, start + 18)[1].box
    assert found is not None
    assert found[::2] == pytest.approx((left, right), abs=0.05)
    assert found[1] < 120 < 127 < found[3] < 133


def test_box_of_a_wrapped_number_is_that_of_its_first_line() -> None:
    document = read(build(show(340, 300, "1390000") + show(40, 284, "1234")))
    found = document.place(0, len(document.text))[1].box
    assert found is not None
    assert found[0] == pytest.approx(340, abs=0.1)
    assert found[1] > 290


# --- what is not read ----------------------------------------------------------------------------------


def picture_page(width: int, height: int, text: bytes = b"") -> bytes:
    content = b"q %d 0 0 %d 20 20 cm /I1 Do Q\n" % (width, height) + text
    return build(content, resources=b"/XObject<</I1 50 0 R>>", objects={50: image(60, 40)})


LONG = b"".join(show(40, 450 - 20 * k, "关于征收土地补偿安置方案的公告如下") for k in range(4))
CURVE = b"q 0 g 100 100 m " + b"101 120 130 90 140 100 c " * 700 + b"f Q"
GLYPHS = b"BT /F1 12 Tf 40 300 Td <00310032003300340035> Tj ET"
UNMAPPED = {
    3: b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Own/Encoding/Identity-H/DescendantFonts[51 0 R]>>",
    51: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Own/CIDSystemInfo<</Registry(Adobe)"
    b"/Ordering(Identity)/Supplement 0>>/DW 600>>",
}


def stamp(look: bytes) -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 80 80]/Resources<</Font<</F1 3 0 R>>>>"
    shown = {
        50: b"<</Type/Annot/Subtype/Stamp/F 4/Rect[10 10 90 90]/AP<</N 51 0 R>>>>",
        51: stream(look, entries),
    }
    return build(SEEN, page=b"/Annots[50 0 R]", objects=shown)


GAPS = [
    ("page that is a picture", picture_page(360, 460), [("scanned-page", 1)]),
    ("scan with a page number", picture_page(360, 460, SEEN), [("scanned-page", 1)]),
    ("scan with recognised text", scan(PHONE), [("scanned-page", 1)]),
    ("text with a picture", picture_page(100, 80, LONG), [("picture", 1)]),
    ("text over a picture of the page", picture_page(360, 460, LONG), [("picture", 1)]),
    ("text with a small mark", picture_page(15, 15, LONG), []),
    ("page that is drawn", build(CURVE), [("scanned-page", 1)]),
    ("text with a drawing", build(LONG + CURVE), [("drawn-text", 1)]),
    ("empty page", build(b""), []),
    ("page with white ground only", build(box(0, 0, 400, 500, grey=1)), []),
    ("font without characters", build(GLYPHS, objects=UNMAPPED), [("unmapped-text", 1)]),
    ("stamp that shows text", stamp(show(0, 0, PHONE)), [("picture", 1)]),
    ("page that is not listed", build(SEEN, objects={60: b"<</Type/Page/Parent 2 0 R>>"}), [("unlisted-page", None)]),
    (
        "pattern with text",
        build(
            SEEN + b"/Pattern cs /P1 scn 40 100 300 200 re f",
            resources=b"/Pattern<</P1 50 0 R>>",
            objects={50: stream(show(0, 0, PHONE), b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]")},
        ),
        [("drawn-text", None)],
    ),
    ("film", annotated(b"<</Type/Annot/Subtype/Movie/Rect[10 10 90 90]>>"), [("unsupported", 1)]),
]


@pytest.mark.parametrize(("title", "data", "gaps"), GAPS, ids=[row[0] for row in GAPS])
def test_gaps(title: str, data: bytes, gaps: list[tuple[str, int]]) -> None:
    document = read(data)
    assert [(gap.reason, gap.locator.page) for gap in document.gaps] == gaps
    assert all("请" in gap.message for gap in document.gaps)


def test_gap_ids_are_stable() -> None:
    assert read(scan(PHONE)).gaps == read(scan(PHONE)).gaps


def test_unmapped_glyphs_are_no_characters() -> None:
    assert not any(c.isdigit() for c in body(build(GLYPHS, objects=UNMAPPED)))


ATTACHMENTS = [
    ("broken file", b"%PDF-1.4 nothing", "broken"),
    ("picture", b"\x89PNG\r\n\x1a\n0000", "picture"),
    ("unknown bytes", bytes(range(256)), "unknown-format"),
]


@pytest.mark.parametrize(("title", "data", "reason"), ATTACHMENTS, ids=[row[0] for row in ATTACHMENTS])
def test_unread_attachment_is_a_gap(title: str, data: bytes, reason: str) -> None:
    (gap,) = read(attached(data, "a.bin")).gaps
    assert (gap.part, gap.reason, gap.locator.note) == ("attachment", reason, "a.bin")


def test_attachments_nest_until_the_limit() -> None:
    data = build(show(40, 300, PHONE))
    for _ in range(3):
        data = attached(data, "inner.pdf")
    assert PHONE in read(data).text
    document = read(data, Limits(depth=2))
    assert PHONE not in document.text
    assert [gap.reason for gap in document.gaps] == ["too-deep"]


def test_attachment_beyond_the_limit_is_a_gap() -> None:
    document = read(attached(b"0" * 5000, "a.txt"), Limits(member_bytes=4000))
    assert [gap.reason for gap in document.gaps] == ["too-big"]


# --- saves, properties, form fields --------------------------------------------------------------------


def test_only_what_was_removed_comes_from_an_earlier_save() -> None:
    content = stream(SEEN + show(40, 300, PHONE))
    first = build(SEEN, objects={11: content})
    second = write({11: stream(SEEN)}, before=first)
    third = write({11: content}, before=second)
    assert read(third).concealed == ()
    assert [c.locator.note for c in read(second).concealed] == ["早先保存的第1版"]


def test_unreadable_earlier_save_is_a_gap() -> None:
    data = write({11: stream(b"")}, before=picture_page(360, 460))
    assert [gap.reason for gap in read(data).gaps] == ["old-revision"]


def test_dates_and_producer_are_left_out() -> None:
    entries = b"<</CreationDate(D:20240101)/Producer(maker)/Title" + string("公告") + b">>"
    document = read(build(SEEN, trailer=b"/Info 50 0 R", objects={50: entries}))
    found = [b for b in document.blocks if b.part == "property"]
    assert [(document.text[b.start : b.end], b.hint) for b in found] == [("公告", "标题")]


def test_form_value_has_its_label_as_hint() -> None:
    field = b"/FT/Tx/T(f1)/TU" + string("联系电话") + b"/V" + string(PHONE)
    widget = b"<</Type/Annot/Subtype/Widget/Rect[40 300 200 320]/P 10 0 R" + field + b">>"
    document = read(annotated(widget, catalog=b"/AcroForm<</Fields[50 0 R]/DA(/F1 12 Tf 0 g)>>"))
    block = document.block_at(document.text.index(PHONE))
    assert block is not None
    assert (block.part, block.hint) == ("form", "联系电话")
    assert (block.locator.page, block.locator.box) == (1, (40, 300, 200, 320))


def test_a_damaged_packet_is_read_in_linear_time() -> None:
    from reviewer.readers.pdf_bytes import xmp_values

    packet = b'<x:xmpmeta xmlns:x="' + b"A" * 300_000 + b'\x01><y z=13800138000></x:xmpmeta>'
    assert "13800138000" in "".join(value for _, value in xmp_values(packet, 1 << 20))
    assert cost(lambda: list(xmp_values(packet, 1 << 20)), 500) < 500  # it took minutes


def test_xmp_expands_no_entity() -> None:
    packet = (
        b'<!DOCTYPE x [<!ENTITY a "expanded">]><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="d">'
        b"<dc:creator>&a;</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    objects = {50: stream(packet, b"/Type/Metadata")}
    data = build(SEEN, catalog=b"/Metadata 50 0 R", objects=objects)
    assert "expanded" not in read(data).text


# --- files that can not be read ------------------------------------------------------------------------


def locked(user: str) -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(300, 200), encrypt=StandardEncryption(user, "owner"))
    canvas.setAuthor("Wang Moumou")
    canvas.drawString(50, 120, "phone " + PHONE)
    canvas.save()
    return file.getvalue()


def test_file_with_a_password_is_refused() -> None:
    with pytest.raises(Encrypted, match="密码"):
        read(locked("secret"))


def test_file_with_an_owner_password_is_read() -> None:
    document = read(locked(""))
    assert PHONE in document.text
    assert "Wang Moumou" in document.text


NO_PAGES = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", NO_PAGES])
def test_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(Broken):
        read(data)


def test_file_that_was_cut_off_is_incomplete() -> None:
    data = note(PHONE)
    document = read(data[: data.rindex(b"startxref")])
    assert PHONE in document.text
    assert [gap.reason for gap in document.gaps] == ["broken"]


def test_cut_and_changed_files_end_in_a_document_or_a_named_error() -> None:
    from reviewer.errors import ReadError

    data = PLACES["form value"][1](PHONE)
    for k in range(40, len(data), 37):
        for hurt in (data[:k], data[:k] + b"\x00<<" + data[k + 3 :]):
            try:
                read(hurt)
            except ReadError:
                continue


def _grid(step: int) -> bytes:
    """Lines of a background, `step` points apart."""
    upright = (b"q %d 200 m %d 560 l S Q\n" % (x, x) for x in range(30, 381, step))
    level = (b"q 30 %d m 380 %d l S Q\n" % (y, y) for y in range(200, 561, step))
    return b"".join([*upright, *level])


@pytest.mark.parametrize("step", [14, 20, 50, 100])
def test_running_text_over_drawn_lines_is_no_table(step: int) -> None:
    said = ["申请人张建国身份证号110101190003070037联系电话", "13800001234患有尿毒症家庭住址清溪县石塘村", "经办单位清溪县民政局"]
    words = b"".join(show(40, 500 - 20 * k, line) for k, line in enumerate(said))
    document = read(build(_grid(step) + words))
    assert document.text.split("\n") == said


def test_words_that_stop_at_drawn_lines_are_cells() -> None:
    rows = [("姓名", "病种", "类别"), ("张建国", "尿毒症", "低保"), ("李秀英", "肺癌", "特困")]
    shown = (show(32 + 100 * k, 503 - 50 * row, word) for row, cells in enumerate(rows) for k, word in enumerate(cells))
    document = read(build(_grid(50) + b"".join(shown)))
    assert [line.split() for line in document.text.split("\n")] == [list(row) for row in rows]
    assert "张建国\t\t尿毒症" in document.text
