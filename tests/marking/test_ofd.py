"""OFD: remarks on the exact characters, signatures; copies in which what is masked is nowhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image

from reviewer.marking.model import Annotated, Edit, Masked, Note
from reviewer.marking.ofd import annotate, mask
from reviewer.model import Document, Locator
from reviewer.readers import pictures, read_bytes
from reviewer.readers.ofd_page import POINTS
from reviewer.settings import Limits
from tests.readers import make_ofd
from tests.readers.make_ofd import PAGE, PLACES, SEEN, build, packed, page, parts_of, signed, text

NUMBER = "340102190001011234"
STARS = "34*************234"
LIMITS = Limits()


def _read(data: bytes) -> Document:
    return read_bytes(data, "draft.ofd", LIMITS)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name.replace("\\", "/"): package.read(name) for name in package.namelist()}


def _walked(data: bytes) -> str:
    """All words of a file as a plain walk of its XML finds them: nothing of our reader is used."""
    found = []
    for name, part in _parts(data).items():
        found.append(name)
        if name.lower().endswith(".xml"):
            for one in etree.fromstring(part).iter():
                found += [one.text or "", one.tail or "", *map(str, one.attrib.values())]
        else:
            found.append(part.decode("utf-8", "ignore"))
    return "\n".join(found)


def _masked(data: bytes, value: str, replacement: str, entity: str = "ID_CARD", blank: bool = False) -> Masked:
    document = _read(data)
    edits = tuple(
        Edit(match.start(), match.end(), replacement, entity, blank) for match in re.finditer(re.escape(value), document.text)
    )
    assert edits
    return mask(data, document, edits, LIMITS)


def _note(document: Document, value: str) -> Note:
    start = document.text.index(value)
    part, locator = document.place(start, start + len(value))
    return Note(((start, start + len(value)),), "block", "不得公开：身份证号", "【不得公开】身份证号\n怎么办：删去", part, locator, "第1页")


def _annotated(data: bytes, value: str = NUMBER) -> Annotated:
    document = _read(data)
    return annotate(data, document, (_note(document, value),), LIMITS)


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


# --- annotate ------------------------------------------------------------------------------------------


def test_highlight_lies_on_the_characters() -> None:
    data = build(page(SEEN, text(10, 40, "证号" + NUMBER)))
    made = _annotated(data)
    before, after = _parts(data), _parts(made.data)
    # Pages, resources and OFD.xml keep their bytes; Document.xml names the annotations and a new largest number.
    assert [name for name in before if after[name] != before[name]] == ["Doc_0/Document.xml"]
    root = etree.fromstring(after["Doc_0/Annots/Page_0/Annotation.xml"])
    note = next(one for one in root if _local(one) == "Annot")
    assert note.get("Type") == "Highlight" and note.get("Creator") == "公开前审查"
    assert next(one.text for one in note if _local(one) == "Remark") == "【不得公开】身份证号\n怎么办：删去"
    x, y, wide, high = map(float, next(one for one in note if _local(one) == "Appearance").get("Boundary", "").split())
    assert (x, wide) == pytest.approx((18, 36), abs=0.05) and y < 40 < y + high and high == pytest.approx(4, abs=0.1)
    numbers = [int(one.get("ID", "0")) for one in root.iter() if one.get("ID")]
    largest = re.search(rb"MaxUnitID>([0-9]+)<", after["Doc_0/Document.xml"])
    assert min(numbers) > 900 and largest is not None and int(largest[1]) == max(numbers)
    order = [_local(one) for one in etree.fromstring(after["Doc_0/Document.xml"])]
    assert order == ["CommonData", "Pages", "Annotations"]
    assert "【不得公开】身份证号" in _read(made.data).text


def test_annotations_join_those_that_are_there() -> None:
    data = make_ofd.annotation("<@Remark>旧注</@Remark>", shown=text(2, 8, "注中字"))
    made = _annotated(data, "补偿")
    before, after = _parts(data), _parts(made.data)
    assert set(before) == set(after)
    assert {name for name in before if after[name] != before[name]} == {
        "Doc_0/Annots/Page_0/Annotation.xml", "Doc_0/Document.xml"
    }  # fmt: skip
    assert after["Doc_0/Annots/Page_0/Annotation.xml"].count(b"<ofd:Annot ") == 2


def test_what_has_no_place_is_listed_on_a_sheet() -> None:
    data = build(page(SEEN), info=f"<@Author>{NUMBER}</@Author>")
    made = _annotated(data)
    words = _walked(made.data)
    assert "以下1处在页面上没有对应的位置" in words and "1. 第1页：【不得公开】身份证号" in words


@pytest.mark.parametrize("plain", [False, True])
def test_new_elements_are_in_the_namespace_of_the_file(plain: bool) -> None:
    made = _annotated(build(page(text(10, 40, NUMBER)), plain=plain))
    spaces = {etree.QName(one).namespace for part in _parts(made.data).values() for one in etree.fromstring(part).iter()}
    assert spaces == {make_ofd.SPACE}


def test_signed_file_says_what_becomes_of_the_signature() -> None:
    shown = page(SEEN, text(10, 40, NUMBER))
    void = _annotated(signed("某某专用章", ("/Doc_0/Document.xml", "/Doc_0/Pages/Page_0/Content.xml"), shown=shown))
    assert any("Doc_0/Document.xml" in remark and "失效" in remark for remark in void.remarks)
    whole = _annotated(signed("某某专用章", shown=shown))
    assert any("仍可验证" in remark for remark in whole.remarks)


def test_file_that_may_not_be_annotated_says_so() -> None:
    data = build(page(text(10, 40, NUMBER)), document="<@Permissions><@Annot>false</@Annot></@Permissions>")
    assert any("不允许批注" in remark for remark in _annotated(data).remarks)


# --- mask ------------------------------------------------------------------------------------------------


def _glyphs(data: bytes) -> list[tuple[str, float]]:
    """(character, where it starts across the page) of a level page, by our own walk."""
    document = _read(data)
    block = document.blocks[0]
    assert block.boxes is not None
    words = document.text[block.start : block.end]
    return [(one, block.boxes[4 * k] / POINTS) for k, one in enumerate(words) if not one.isspace()]


def test_stars_stand_where_the_digits_stood() -> None:
    data = build(page(text(10, 40, f"证号{NUMBER}，男")))
    made = _masked(data, NUMBER, STARS)
    assert _read(made.data).text == f"证号{STARS}，男"
    before, after = _glyphs(data), _glyphs(made.data)
    assert len(before) == len(after)
    for (_, x), (_, other) in zip(before, after, strict=True):
        assert x == pytest.approx(other, abs=0.06)
    assert made.unplaced == ()


REPLACED = {
    "longer": ("张三", "NAME", "某甲乙丙"),
    "shorter": (NUMBER, "ID_CARD", "〔略〕"),
    "nothing": (NUMBER, "ID_CARD", ""),
    "as long": ("张三", "NAME", "张某"),
}


@pytest.mark.parametrize("name", REPLACED)
@pytest.mark.parametrize("make", ["a line", "objects", "a character an object", "downwards"])
def test_what_follows_stays_where_it_was(name: str, make: str) -> None:
    value, entity, new = REPLACED[name]
    whole = f"甲{value}乙"
    if make == "a line":
        shown = text(10, 40, whole)
    elif make == "objects":
        shown = text(10, 40, whole[:2]) + text(18 if value == "张三" else 16, 40, whole[2:])
    elif make == "downwards":
        shown = text(10, 40, whole, delta="", high=30).replace('Y="4"', f'Y="4" DeltaY="g {len(whole) - 1} 4"')
    else:
        shown = ""
        x = 10.0
        for one in whole:
            shown += text(x, 40, one)
            x += 4 if one > "\u2e7f" else 2
    data = build(page(shown))
    made = _masked(data, value, new, entity)
    after = _read(made.data)
    assert "".join(after.text.split()) == f"甲{new}乙" and value not in _walked(made.data)
    before = _read(data)
    for one in "甲乙":
        places = [document.place(k, k + 1)[1].box for document in (before, after)
                  for k in [document.text.rindex(one) if one == "乙" else document.text.index(one)]]  # fmt: skip
        assert places[0] == pytest.approx(places[1], abs=0.2)
    # Nothing of the label is cut off at the edge of its object.
    assert not after.concealed


def test_a_label_of_one_width_tells_no_length() -> None:
    widths = []
    for value in (NUMBER, "13800001234"):
        made = _masked(build(page(text(10, 40, f"甲{value}乙"))), value, "〔已隐去〕", blank=True)
        root = etree.fromstring(_parts(made.data)["Doc_0/Pages/Page_0/Content.xml"])
        bar = next(one for one in root.iter() if _local(one) == "PathObject")
        widths.append(bar.get("Boundary", "").split()[2:])
        assert "〔已隐去〕" in _read(made.data).text
    assert widths[0] == widths[1]


def test_bold_by_drawing_twice_loses_both() -> None:
    made = _masked(build(page(text(10, 40, NUMBER), text(10.2, 40, NUMBER))), NUMBER, STARS)
    assert NUMBER not in _walked(made.data) and _read(made.data).text == STARS


def test_a_number_over_two_lines_goes_from_both() -> None:
    data = build(page(text(10, 40, "证号" + NUMBER[:8]), text(10, 46, NUMBER[8:] + "。")))
    document = _read(data)
    start = document.text.index(NUMBER[:8])
    made = mask(data, document, (Edit(start, start + len(NUMBER) + 1, "〔已隐去〕", "ID_CARD"),), LIMITS)
    left = _walked(made.data)
    assert NUMBER[:8] not in left and NUMBER[8:] not in left and "〔已隐去〕" in _read(made.data).text


def test_the_same_value_elsewhere_goes_too() -> None:
    data = build(page(text(10, 40, NUMBER), text(10, 50, "又：" + NUMBER[:6] + " " + NUMBER[6:])))
    document = _read(data)
    made = mask(data, document, (Edit(0, len(NUMBER), STARS, "ID_CARD"),), LIMITS)
    assert NUMBER[6:] not in "".join(_walked(made.data).split())


def test_template_is_masked_once_for_all_pages() -> None:
    shown = page(SEEN, before='<@Template TemplateID="5"/>')
    data = build(
        shown, shown, common='<@TemplatePage ID="5" BaseLoc="T.xml"/>',
        extra={"Doc_0/T.xml": make_ofd.xml(page(text(10, 40, NUMBER)))},
    )  # fmt: skip
    made = _masked(data, NUMBER, STARS)
    assert _read(made.data).text.count(STARS) == 2 and NUMBER not in _walked(made.data)


@pytest.mark.parametrize("place", PLACES)
def test_masked_at_every_place(place: str) -> None:
    """What stands at any place of the reader's contract is masked there, or goes with the place."""
    part, make = PLACES[place]
    token = "代号K7Q9-4821"
    data = make(token)
    document = _read(data)
    made = _masked(data, token, "〔已隐去〕", "CODE")
    shown = _read(made.data)
    assert token not in _walked(made.data)
    assert "K7Q9" not in "".join(shown.text.split())
    assert not shown.concealed
    if part == "body":
        assert "〔已隐去〕" in shown.text and made.unplaced == ()
    else:
        assert "〔已隐去〕" not in shown.text and made.unplaced
        assert made.removed
    title = document.text.split("\n")[0]
    assert title == token or title in shown.text


def test_only_what_is_reachable_stays() -> None:
    data = signed(
        "某某专用章", shown=page(SEEN, text(10, 40, NUMBER), make_ofd.image(10, 60, 40, 30)), resources=make_ofd.IMAGE,
        info="<@Title>稿</@Title><@Author>张三</@Author>",
        extra={"Doc_0/Res/a.png": make_ofd.picture(), "Doc_0/old.xml": b"<a>1</a>", "Thumbs.db": b"x"},
    )  # fmt: skip
    made = _masked(data, NUMBER, STARS)
    assert set(_parts(made.data)) == {
        "OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/DocumentRes.xml",
        "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Res/a.png",
    }  # fmt: skip
    assert "张三" not in _walked(made.data) and any("签名" in remark for remark in made.remarks)
    assert any("文档属性 2 项" in one for one in made.removed)


def test_notes_that_show_something_are_told() -> None:
    shown = mask(data := make_ofd.annotation("<@Remark>甲</@Remark>", shown=text(2, 8, "注中字")), _read(data), (), LIMITS)
    quiet = mask(data := make_ofd.annotation("<@Remark>甲</@Remark>"), _read(data), (), LIMITS)
    assert any("看得见的注释" in remark and "1处" in remark for remark in shown.remarks) and not quiet.remarks
    assert all("注释 1 条" in made.removed for made in (shown, quiet))


def test_a_picture_keeps_its_pixels_only() -> None:
    picture = make_ofd.picture()
    said = b"tEXtAuthor\x00zhang"
    chunk = (len(said) - 4).to_bytes(4, "big") + said + b"\0\0\0\0"
    parts = parts_of(page(text(10, 40, NUMBER), make_ofd.image(10, 60, 40, 30)), resources=make_ofd.IMAGE,
                     extra={"Doc_0/Res/a.png": picture[:33] + chunk + picture[33:]})  # fmt: skip
    made = _masked(packed(parts), NUMBER, STARS)
    assert _parts(made.data)["Doc_0/Res/a.png"] == picture


def test_unknown_attributes_comments_and_unshown_objects_go() -> None:
    shown = page(
        SEEN, text(10, 40, NUMBER, attributes='Tag="张三"'), "<!-- 李四 -->",
        make_ofd.box(5, 80, 9, 9, attributes='Visible="false"'),
    )  # fmt: skip
    made = _masked(build(shown), NUMBER, STARS)
    left = _parts(made.data)["Doc_0/Pages/Page_0/Content.xml"].decode()
    assert "张三" not in left and "李四" not in left and "PathObject" not in left


def _recognised(monkeypatch: pytest.MonkeyPatch, words: str, left: float, top: float) -> None:
    """As if the recognition were installed and saw these words at this place of each picture, 8 pixels a character."""
    boxes = tuple((left + 8 * k, top, left + 8 * k + 8, top + 10) for k in range(len(words)))
    monkeypatch.setattr("reviewer.readers.ocr.is_installed", lambda: True)
    monkeypatch.setattr("reviewer.readers.pictures.see", lambda pixels: pictures.Seen(words, boxes))


def test_what_a_picture_says_is_marked_at_its_place_and_painted_over(monkeypatch: pytest.MonkeyPatch) -> None:
    # The picture has 200 x 100 pixels and is 100 mm wide and 50 high, 10 mm from the left, 60 from above.
    data = build(
        page(SEEN, make_ofd.image(10, 60, 100, 50)), resources=make_ofd.IMAGE,
        extra={"Doc_0/Res/a.png": make_ofd.picture(wide=200, high=100)},
    )  # fmt: skip
    _recognised(monkeypatch, "电话13800001234", 20, 40)
    document = _read(data)
    start = document.text.index("138")
    part, locator = document.place(start, start + 11)
    expected = [one * POINTS for one in (10 + 18, 180 - 85, 10 + 62, 180 - 80)]
    assert part == "picture" and locator.page == 1 and locator.box == pytest.approx(expected, abs=0.1)
    assert not document.gaps
    made = mask(data, document, (Edit(start, start + 11, "138****1234", "PHONE"),), LIMITS)
    assert made.unplaced == ()
    before, after = (Image.open(io.BytesIO(_parts(one)["Doc_0/Res/a.png"])).convert("L") for one in (data, made.data))
    assert len(set(after.crop((37, 41, 123, 49)).tobytes())) == 1
    for box in ((0, 0, 200, 30), (0, 60, 200, 100), (0, 30, 25, 60), (140, 30, 200, 60)):
        assert before.crop(box).tobytes() == after.crop(box).tobytes()
    note = next(iter(etree.fromstring(_parts(_annotated(data, "13800001234").data)["Doc_0/Annots/Page_0/Annotation.xml"])))
    x, y, wide, high = map(float, next(one for one in note if _local(one) == "Appearance").get("Boundary", "").split())
    assert (x, y, wide, high) == pytest.approx((28, 80, 44, 5), abs=0.1)


# --- embedded fonts ----------------------------------------------------------------------------------------


def _font(characters: str) -> bytes:
    """A TrueType font with a box of its own width for each character; glyph k + 1 is character k."""
    names = [".notdef", *(f"g{k}" for k in range(len(characters)))]
    glyphs = {}
    for k, name in enumerate(names):
        pen = TTGlyphPen(None)
        pen.moveTo((0, 0))
        pen.lineTo((100 + k, 0))
        pen.lineTo((100 + k, 700))
        pen.closePath()
        glyphs[name] = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(one): f"g{k}" for k, one in enumerate(characters)})
    made.setupGlyf(glyphs)
    made.setupHorizontalMetrics({name: (1000, 0) for name in names})
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": "A", "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _embedded(shown: str, characters: str) -> bytes:
    return build(
        page(shown), fonts='<@Font ID="3" FontName="宋体"><@FontFile>f.ttf</@FontFile></@Font>',
        extra={"Doc_0/Res/f.ttf": _font(characters)},
    )  # fmt: skip


def _outlines(data: bytes) -> set[int]:
    font = TTFont(io.BytesIO(data))
    return {k for k, name in enumerate(font.getGlyphOrder()) if font["glyf"][name].numberOfContours}


def test_font_loses_the_outlines_that_only_masked_text_used() -> None:
    words = "姓名张伟明，男"
    made = _masked(_embedded(text(10, 40, words), words), "张伟明", "张某", "NAME")
    parts = _parts(made.data)
    font = TTFont(io.BytesIO(parts["Doc_0/Res/f.ttf"]))
    assert set(map(chr, font.getBestCmap())) == set("姓名张，男")
    assert _outlines(parts["Doc_0/Res/f.ttf"]) == {0, 1, 2, 3, 6, 7}
    # 某 is in no font of the draft: that of this package comes along, with this one character.
    label = TTFont(io.BytesIO(parts["Doc_0/Res/label.ttf"]))
    assert set(map(chr, label.getBestCmap())) == {"某"}
    assert "某" in _read(made.data).text


def test_glyphs_by_number_go_with_their_characters() -> None:
    words = "姓名张伟明男"
    glyphs = '<@CGTransform CodePosition="0" CodeCount="6" GlyphCount="6"><@Glyphs>1 2 3 4 5 6</@Glyphs></@CGTransform>'
    made = _masked(_embedded(text(10, 40, words, inner=glyphs), words), "伟明", "某", "NAME")
    root = etree.fromstring(_parts(made.data)["Doc_0/Pages/Page_0/Content.xml"])
    shown = [
        ("".join(one.text or "" for one in owner if _local(one) == "TextCode"),
         [glyph.text for one in owner if _local(one) == "CGTransform" for glyph in one])
        for owner in root.iter() if _local(owner) == "TextObject"
    ]  # fmt: skip
    assert shown == [("姓名张", ["1 2 3"]), ("某", []), ("男", ["6"])]
    assert _outlines(_parts(made.data)["Doc_0/Res/f.ttf"]) == {0, 1, 2, 3, 6}


def test_glyphs_that_show_other_characters_than_the_text_says_are_a_gap() -> None:
    drawn = "张伟明男"
    glyphs = '<@CGTransform CodePosition="0" CodeCount="4" GlyphCount="4"><@Glyphs>{}</@Glyphs></@CGTransform>'
    honest = _read(_embedded(text(10, 40, drawn, inner=glyphs.format("1 2 3 4")), drawn))
    posing = _read(_embedded(text(10, 40, "公告通知", inner=glyphs.format("1 2 3 4")), drawn + "公告通知"))
    assert not honest.gaps and [gap.reason for gap in posing.gaps] == ["unmapped-text"]


# --- against others ----------------------------------------------------------------------------------------


MANY: dict[str, Callable[[], bytes]] = {
    "backslashes and wrong paths": lambda: make_ofd.wrong_paths(NUMBER),
    "two documents": lambda: make_ofd.second_document(NUMBER),
    "composite object": lambda: make_ofd.composite(NUMBER),
}


@pytest.mark.parametrize("name", MANY)
def test_marked_copies_read_as_the_draft(name: str) -> None:
    data = MANY[name]()
    made = _annotated(data)
    assert _read(made.data).text.startswith(_read(data).text.split("\n")[0])
    box = _read(data).place(_read(data).text.index(NUMBER), _read(data).text.index(NUMBER) + 18)[1].box
    notes = [block.locator.box for block in _read(made.data).blocks if block.part == "annotation" and block.locator.box]
    assert box is not None and notes[0] == pytest.approx(box, abs=0.2)


def test_page_size_is_kept() -> None:
    made = _masked(build(page(text(10, 40, NUMBER))), NUMBER, STARS)
    assert f"<ofd:PhysicalBox>0 0 {PAGE[0]} {PAGE[1]}</ofd:PhysicalBox>".encode() in _parts(made.data)["Doc_0/Pages/Page_0/Content.xml"]
    assert Locator(page=1).page == 1
