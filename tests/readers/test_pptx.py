"""What is particular to presentations: order, tables, what nobody sees, and what is seen though it looks hidden."""

from __future__ import annotations

import pytest

from reviewer.errors import Broken
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits

from .make_docx import PNG, packed, relations
from .make_pptx import (
    BESIDE,
    BLUE,
    CONCEALED,
    INSIDE,
    PLACES,
    THEME_WHITE,
    TITLE,
    WHITE,
    box,
    cell,
    group,
    lines,
    picture,
    pptx,
    root,
    run,
    shape,
    slide,
    table,
    tree,
)

TOKEN = "代号K7Q9-4821"


def read(data: bytes) -> Document:
    return read_bytes(data, "汇报.pptx", Limits())


def where(document: Document, text: str = TOKEN) -> tuple[str, int | None, str | None]:
    at = document.text.index(text)
    part, locator = document.place(at, at + len(text))
    return part, locator.page, locator.note


def reasons(document: Document) -> list[str]:
    return [one.reason for one in document.concealed]


def test_slides_come_in_the_order_in_which_they_are_shown() -> None:
    data = pptx(*(box(text) for text in ("第一张", "第二张", "第三张")))
    assert [block.locator.page for block in read(data).blocks] == [1, 2, 3]
    # The list of slides says the order, not the names of their parts.
    moved = pptx(box("甲"), box("乙"), parts={
        "ppt/_rels/presentation.xml.rels": relations(
            [("slideMaster", "slideMasters/slideMaster1.xml"), ("slide", "slides/slide2.xml"), ("slide", "slides/slide1.xml")]
        )
    })  # fmt: skip
    assert read(moved).text.split("\n") == ["乙", "甲"]


def test_a_table_is_a_table() -> None:
    document = read(slide(table(("姓名", "电话"), ("钱某某", TOKEN), (cell("合计", 'gridSpan="2"'), cell("", 'hMerge="1"')))))
    (found,) = (block for block in document.blocks if block.table is not None)
    assert found.table is not None and found.table.row_count() == 3
    assert document.text[found.start : found.end].split("\n") == ["姓名\t电话", f"钱某某\t{TOKEN}", "合计"]
    at = document.text.index(TOKEN)
    part, locator = document.place(at, at + 1)
    assert (part, locator.page, locator.row, locator.column) == ("body", 2, 2, 2)


@pytest.mark.parametrize("name", sorted(PLACES))
def test_what_nobody_sees_is_said_to_be_hidden(name: str) -> None:
    document = read(PLACES[name][1](TOKEN))
    at = document.text.index(TOKEN)
    told = any(one.start <= at < one.end for one in document.concealed)
    assert told is (name in CONCEALED)


SEEN = {
    "white on blue": slide(shape(lines(run(TOKEN, WHITE)), look=INSIDE + BLUE)),
    "white on a dark slide": pptx(
        TITLE, tree(shape(lines(run(TOKEN, WHITE))), more=f"<p:bg><p:bgPr>{BLUE}<a:effectLst/></p:bgPr></p:bg>")
    ),
    "white on a slide with a gradient": pptx(
        TITLE, tree(shape(lines(run(TOKEN, WHITE))), more="<p:bg><p:bgPr><a:gradFill/><a:effectLst/></p:bgPr></p:bg>")
    ),
    "white over a shape": slide(shape(lines(""), look=INSIDE + BLUE) + shape(lines(run(TOKEN, WHITE)))),
    "white over a picture": pptx(
        TITLE, picture('name="图片 4"') + shape(lines(run(TOKEN, THEME_WHITE))),
        links={2: [("image", "../media/image1.png")]}, parts={"ppt/media/image1.png": PNG},
    ),
    "white over a shape of the layout": pptx(shape(lines(run(TOKEN, WHITE))), layout=shape(lines(""), look=INSIDE + BLUE)),
    "white with a highlight": slide(shape(lines(run(TOKEN, f'{WHITE}<a:highlight><a:srgbClr val="000000"/></a:highlight>')))),
    "white in a styled shape": slide(
        shape(lines(run(TOKEN, WHITE))).replace("<p:txBody>", '<p:style><a:fillRef idx="1"/></p:style><p:txBody>')
    ),
    "white in a cell": slide(table(("甲", f"<a:tc><a:txBody>{lines(run(TOKEN, WHITE))}</a:txBody><a:tcPr>{BLUE}</a:tcPr></a:tc>"))),
    "outlined": slide(shape(lines(run(TOKEN, f"<a:ln>{BLUE}</a:ln><a:noFill/>")))),
    "flies in": pptx(
        shape(lines(TOKEN), look=BESIDE),
        timing='<p:timing><p:tnLst><p:animMotion><p:cBhvr><p:tgtEl><p:spTgt spid="3"/></p:tgtEl></p:cBhvr></p:animMotion>'
        "</p:tnLst></p:timing>",
    ),
    "half beside the slide": slide(shape(lines(TOKEN), look=BESIDE.replace("9500000", "9000000"))),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_what_is_seen_is_not_called_hidden(name: str) -> None:
    document = read(SEEN[name])
    assert where(document)[0] == "body" and document.concealed == ()


@pytest.mark.parametrize("text", ["单击此处编辑母版标题样式", "Click to edit Master title style", "第二级", "‹#›", "点击此处编辑母版文本样式",
                                  "Second level", "Third Outline Level", "<日期/时间>"])  # fmt: skip
def test_prompts_are_no_content(text: str) -> None:
    prompt = shape(lines(text), kind='type="body" idx="7"')
    assert text not in read(pptx(TITLE, layout=prompt, master=prompt)).text


def test_a_placeholder_lies_where_its_layout_says() -> None:
    own = shape(lines(TOKEN), look="", kind='type="body" idx="7"')
    beside = pptx(own, layout=shape(lines("单击此处编辑"), look=BESIDE, kind='type="body" idx="7"'))
    assert reasons(read(beside)) == ["幻灯片范围以外的内容"]
    inside = pptx(own, layout=shape(lines("单击此处编辑"), look=INSIDE, kind='type="body" idx="7"'))
    assert reasons(read(inside)) == []


def test_places_and_notes() -> None:
    assert where(read(PLACES["notes"][1](TOKEN))) == ("annotation", 2, "备注")
    assert where(read(PLACES["comment"][1](TOKEN))) == ("comment", 2, "批注1")
    assert where(read(PLACES["hidden slide"][1](TOKEN))) == ("hidden", 2, None)
    assert where(read(PLACES["master"][1](TOKEN))) == ("header", None, "母版1")


def test_a_paragraph_of_several_runs_is_one_text() -> None:
    document = read(slide(shape(lines(run("电话：138") + run("0013") + run("8000")))))
    assert "电话：13800138000" in document.text


@pytest.mark.parametrize(("kind", "target", "reason"), [("image", "image1.png", "picture"), ("video", "media1.mp4", "media")])
def test_pictures_and_films_are_gaps(kind: str, target: str, reason: str) -> None:
    document = read(pptx(TITLE, TITLE, links={2: [(kind, f"../media/{target}")]}, parts={f"ppt/media/{target}": PNG}))
    assert [(gap.reason, gap.locator.page) for gap in document.gaps] == [(reason, 2)]


@pytest.mark.parametrize("name", ["ppt/slides/slide2.xml", "ppt/slideLayouts/slideLayout1.xml", "ppt/slideMasters/slideMaster1.xml"])
def test_a_damaged_part_is_a_gap_and_the_rest_is_read(name: str) -> None:
    document = read(pptx(box("甲"), box("乙"), box("丙"), parts={name: "<p:sld"}))
    assert len(document.gaps) == 1 and document.gaps[0].reason == "broken"
    assert "甲" in document.text and "丙" in document.text


def test_a_slide_that_is_missing_is_a_gap() -> None:
    whole = pptx(box("甲"))
    broken = pptx(box("甲"), parts={"ppt/_rels/presentation.xml.rels": relations([("slide", "slides/slide7.xml")])})
    assert read(whole).gaps == () and [gap.reason for gap in read(broken).gaps] == ["broken"]


def test_layouts_in_a_ring_end() -> None:
    ring = relations([("slideMaster", "../slideLayouts/slideLayout1.xml"), ("slideLayout", "../slideLayouts/slideLayout1.xml")])
    document = read(pptx(box(TOKEN), parts={"ppt/slideLayouts/_rels/slideLayout1.xml.rels": ring}))
    assert TOKEN in document.text


@pytest.mark.parametrize(
    "look",
    ['<a:solidFill><a:srgbClr val="ZZZZZZ"/></a:solidFill>', '<a:solidFill><a:schemeClr val="none"/></a:solidFill>',
     '<a:solidFill/>', '<a:ln/>'],
)  # fmt: skip
def test_odd_looks_do_no_harm(look: str) -> None:
    odd = INSIDE.replace("914400", "x").replace("3000000", "99999999999999999999")
    assert TOKEN in read(slide(shape(lines(run(TOKEN, look, 'sz="x"')), look=odd))).text


def test_deep_groups_are_read_or_refused() -> None:
    inside = box(TOKEN)
    for _ in range(60):
        inside = group(inside)
    assert TOKEN in read(slide(inside)).text


def test_another_root_is_broken() -> None:
    data = packed({"ppt/presentation.xml": root("p:sld", ""), "_rels/.rels": relations([("officeDocument", "ppt/presentation.xml")])})
    with pytest.raises(Broken):
        read(data)
