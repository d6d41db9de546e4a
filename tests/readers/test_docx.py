"""What the docx reader makes of runs, tables, changes, pictures and hostile files."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from reviewer.errors import Broken, Encrypted, ReadError, TooBig, TooDeep
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.readers.package import Package, normal_name
from reviewer.settings import Limits

from . import make_docx as make
from .make_docx import block, cell, docx, inline, paragraph, run, table, tracked

LIMITS = Limits()
ID = "110101190003070037"


def read(data: bytes, limits: Limits = LIMITS) -> Document:
    return read_bytes(data, "稿件.docx", limits)


def parts(document: Document) -> list[tuple[str, str]]:
    return [(b.part, document.text[b.start : b.end]) for b in document.blocks]


def concealed(document: Document) -> list[tuple[str, str]]:
    return [(c.reason, document.text[c.start : c.end]) for c in document.concealed]


@pytest.mark.parametrize("name", make.PLACES)
def test_every_place_is_read_once_and_named(name: str) -> None:
    part, build = make.PLACES[name]
    document = read(build(ID))
    assert document.text.count(ID) == 1
    start = document.text.index(ID)
    assert document.place(start, start + len(ID))[0] == part
    hidden = any(c.start <= start and start + len(ID) <= c.end for c in document.concealed)
    assert hidden == (name in make.CONCEALED)
    assert document.gaps == ()


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (run("1101011900") + run("03070037", "<w:b/>"), "1101011900" + "03070037"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:cr/></w:r>", "甲\t乙\n丙\n"),
        ("<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t></w:r>", "a-bc"),
        ('<w:r><w:sym w:font="宋体" w:char="F031"/><w:sym w:font="Wingdings" w:char="F081"/></w:r>', "1①"),
        (run("甲") + "<w:proofErr w:type='spellStart'/>" + run("乙"), "甲乙"),
        (run("甲") + "<w:r><w:t>乙<!-- 注 -->丙</w:t></w:r>", "甲乙丙"),
        (f"<w:unknown>{run('外')}</w:unknown>", "外"),
    ],
)
def test_the_text_of_a_paragraph(inside: str, text: str) -> None:
    properties = '<w:tabs><w:tab w:val="left"/></w:tabs>'
    assert parts(read(docx(paragraph(inside, properties=properties)))) == [("body", text)]


@pytest.mark.parametrize(("name", "parts"), [
    ("__Fieldmark__1_3299390468", ["body"]),  # LibreOffice makes it up, another at each conversion
    ("__Fieldmark__1_13800012345", ["form", "body"]),  # a number that it never makes
    ("Text1", ["form", "body"]),
])  # fmt: skip
def test_the_name_of_a_form_field(name: str, parts: list[str]) -> None:
    field = make.form_field(f'<w:name w:val="{name}"/>')
    document = read_bytes(docx(paragraph(field + run("甲"))), "a.docx", Limits())
    assert sorted(one.part for one in document.blocks if one.part in ("body", "form")) == sorted(parts)


def test_paragraphs_are_counted_in_tables_and_not_in_text_boxes() -> None:
    body = paragraph(run("一"), make.both("框")) + paragraph() + table(("三", "四")) + paragraph(run("五"))
    document = read(docx(body))
    places = {
        text: b.locator.paragraph for b, (_, text) in zip(document.blocks, parts(document), strict=True)
    }
    assert places == {"一": 1, "三\t四": 3, "五": 5, "框": 1}


def test_nested_tables_follow_the_outer_one() -> None:
    inner = table(("内一", table(("最内",)).join(("<w:tc>", "</w:tc>"))))
    document = read(block(table(("外一", cell(paragraph(run("外二")) + inner)), ("外三", "外四"))))
    assert [text for _, text in parts(document)][1:-1] == ["外一\t外二\n外三\t外四", "内一\t", "最内"]
    start = document.text.index("外四")
    locator = document.place(start, start + 2)[1]
    assert (locator.row, locator.column) == (2, 2)


TRACKED = [
    ("inserted", "ins", True, [("修订插入", "甲\t乙\n丙\t丁")]),
    ("deleted", "del", True, [("修订删除", "甲\t乙\n丙\t丁")]),
    ("one row inserted", "ins", False, [("修订插入", "丙\t丁")]),
    ("one row deleted", "del", False, [("修订删除", "丙"), ("修订删除", "丁")]),
]


@pytest.mark.parametrize(("title", "kind", "whole", "expected"), TRACKED, ids=[r[0] for r in TRACKED])
def test_a_tracked_table_is_as_few_stretches_as_it_can_be(
    title: str, kind: str, whole: bool, expected: list[tuple[str, str]]
) -> None:
    change = f'<w:trPr><w:{kind} w:author="审核员"/></w:trPr>'
    first, second = (
        "".join(cell(paragraph(tracked(kind, words) if tracked_row else run(words))) for words in row)
        for row, tracked_row in ((("甲", "乙"), whole), (("丙", "丁"), True))
    )
    rows = f"<w:tr>{change if whole else ''}{first}</w:tr><w:tr>{change}{second}</w:tr>"
    assert concealed(read(block(f"<w:tbl>{rows}</w:tbl>"))) == expected


def test_a_change_inside_of_a_cell_marks_the_change_only() -> None:
    inside = paragraph(run("前")) + paragraph(run("13800") + tracked("ins", "001234") + run("后"))
    document = read(block(table(("电话", cell(inside)))))
    assert concealed(document) == [("修订插入", "001234")]
    assert "13800001234" in document.text


def test_nested_alternatives_cost_no_more_than_flat_ones() -> None:
    def nested(levels: int) -> bytes:
        opened = '<mc:AlternateContent><mc:Choice Requires="a">' * levels
        inside = opened + "".join(run(f"字{k}") for k in range(4000)) + "</mc:Choice></mc:AlternateContent>" * levels
        return docx(paragraph(inside))

    def seconds(data: bytes) -> float:
        start = time.process_time()
        read(data)
        return time.process_time() - start

    flat, deep = nested(1), nested(100)
    assert min(seconds(deep) for _ in range(3)) < 3 * min(seconds(flat) for _ in range(3)) + 0.05


def test_merged_cells_appear_once_in_their_column() -> None:
    top = cell("合并", '<w:vMerge w:val="restart"/>')
    under = cell(paragraph(), "<w:vMerge/>")
    document = read(block(table((cell("宽", '<w:gridSpan w:val="2"/>'), "三"), (top, "二"), (under, "末"))))
    grid = document.blocks[1].table
    assert grid is not None
    assert list(grid.columns) == [1, 3, 1, 2, 2]
    assert document.text.count("合并") == 1


def test_an_insertion_stays_in_the_flow() -> None:
    document = read(inline(run("1380000") + tracked("ins", "0") + tracked("ins", "000")))
    start = document.text.index("13800000000")
    assert document.place(start, start + 11)[0] == "inserted"
    assert concealed(document) == [("修订插入", "0000")]


@pytest.mark.parametrize(
    ("inside", "block_text", "hidden", "hint"),
    [
        (
            run("138") + tracked("del", "0000") + tracked("ins", "****") + run("0000，"),
            "13800000000",
            "0000",
            "联系方式：138",
        ),
        (
            tracked("del", "138") + tracked("ins", "*") + tracked("del", "00000000"),
            "13800000000",
            None,
            "联系方式：",
        ),
        (tracked("del", "电话号码"), "电话号码", "电话号码", "联系方式："),
        (run(ID) + tracked("del", "13800000000"), "13800000000", "13800000000", f"联系方式：{ID}"),
        (run("138") + run("0000", "<w:vanish/>") + run("0000"), "13800000000", "0000", "联系方式：138"),
    ],
)
def test_what_leaves_the_flow_is_whole_and_has_a_hint(
    inside: str, block_text: str, hidden: str | None, hint: str
) -> None:
    document = read(inline(inside))
    found = next(b for b in document.blocks if b.part in ("deleted", "hidden"))
    assert document.text[found.start : found.end] == block_text
    assert found.hint == hint
    assert found.locator.paragraph == 2
    assert (hidden or block_text) in [text for _, text in concealed(document)]


def test_a_deletion_in_a_table_has_its_column_header_as_hint() -> None:
    document = read(block(table(("姓名", "电话"), ("甲", cell(paragraph(tracked("del", "13800000000")))))))
    assert next(b for b in document.blocks if b.part == "deleted").hint.startswith("电话")


WHITE = '<w:color w:val="FFFFFF"/>'


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("字", WHITE + '<w:shd w:val="clear" w:fill="1F3864"/>')),
        paragraph(run("字", WHITE + '<w:highlight w:val="darkBlue"/>')),
        paragraph(run("字", WHITE), properties='<w:shd w:val="clear" w:fill="C00000"/>'),
        table((cell(paragraph(run("字", WHITE)), '<w:shd w:val="clear" w:fill="C00000"/>'),)),
        table((cell(paragraph(run("字", WHITE))),), properties='<w:tblStyle w:val="Dark"/>'),
        paragraph(
            make.drawing(
                '<wps:wsp><wps:spPr><a:solidFill><a:srgbClr val="C00000"/></a:solidFill></wps:spPr><wps:txbx>'
                f"<w:txbxContent>{paragraph(run('字', WHITE))}</w:txbxContent></wps:txbx></wps:wsp>"
            )
        ),
        paragraph(run("字", '<w:vanish w:val="0"/>')),
        paragraph(run("字", '<w:rStyle w:val="Gone"/>'), properties='<w:pStyle w:val="GoneToo"/>'),
        paragraph(run("字", '<w:rStyle w:val="Gone"/><w:vanish w:val="false"/>')),
        paragraph(run("字"), properties="<w:rPr><w:vanish/></w:rPr>"),
        paragraph(run("字", '<w:color w:val="FF0000"/><w:sz w:val="10"/><w:szCs w:val="2"/>')),
        paragraph(make.complex_field("PAGEREF _Toc110101190 \\h", "见") + run("字")),
    ],
)
def test_text_that_can_be_seen_is_not_called_hidden(body: str) -> None:
    styles = (
        make.style("character", "Gone", "<w:vanish/>")
        + make.style("paragraph", "GoneToo", "<w:vanish/>")
        + '<w:style w:type="table" w:styleId="Dark"><w:tblStylePr w:type="firstRow"><w:tcPr>'
        '<w:shd w:val="clear" w:fill="1F3864"/></w:tcPr></w:tblStylePr></w:style>'
    )
    document = read(
        docx(body, links=[("styles", "styles.xml")], parts={"word/styles.xml": make.root("w:styles", styles)})
    )
    assert document.text.count("字") == 1
    assert concealed(document) == []
    assert "_Toc" not in document.text


def test_page_numbers_of_a_table_of_contents_are_not_hidden() -> None:
    field = make.complex_field('TOC \\o "1-3" \\h', "标题").replace(
        "</w:t></w:r><w:r><w:fldChar", "</w:t></w:r>" + run("7", "<w:webHidden/>") + "<w:r><w:fldChar"
    )
    document = read(inline(field))
    assert concealed(document) == [] and "标题7" in document.text


def test_a_fallback_that_says_something_else_is_read_too() -> None:
    inside = (
        f'<mc:AlternateContent><mc:Choice Requires="w14">{run("新")}</mc:Choice>'
        f"<mc:Fallback>{run('旧')}</mc:Fallback></mc:AlternateContent>"
    )
    assert "新旧" in read(inline(inside)).text


def test_a_comment_is_one_block_with_its_number_and_no_author() -> None:
    inside = "".join(
        f'<w:comment w:id="{n}" w:author="审核员">{paragraph(run(words))}{paragraph(run("续"))}</w:comment>'
        for n, words in ((1, "第1条"), (2, "第2条"))
    )
    links = [("comments", "comments.xml")]
    document = read(
        docx(paragraph(), links=links, parts={"word/comments.xml": make.root("w:comments", inside)})
    )
    comments = [b for b in document.blocks if b.part == "comment"]
    assert [b.locator.note for b in comments] == ["批注1", "批注2"]
    assert concealed(document) == [("批注", "第1条\n续"), ("批注", "第2条\n续")]
    assert document.text.count("审核员") == 1


def test_a_header_that_is_used_twice_is_read_once() -> None:
    header = {"word/header1.xml": make.root("w:hdr", paragraph(run("页眉字")))}
    document = read(
        docx(paragraph(), links=[("header", "header1.xml"), ("header", "/word/header1.xml")], parts=header)
    )
    assert parts(document) == [("header", "页眉字")]


def test_pictures_are_gaps() -> None:
    body = paragraph(run("图")) + paragraph(
        make.picture("rId1") + make.picture("rId1") + make.picture("rId2")
    )
    media = {
        f"word/media/{name}": make.PNG for name in ("image1.png", "image2.emf", "image3.png", "张三.png")
    }
    data = docx(body, links=[("image", "media/image1.png"), ("image", "media/image2.emf")], parts={**media})
    document = read(data)
    assert [(g.reason, g.part, g.locator.paragraph) for g in document.gaps] == [
        ("picture", "picture", 2),
        ("picture", "picture", 2),
        ("picture", "picture", None),
        ("picture", "picture", None),
    ]
    assert document.gaps[0].message.startswith("图片 image1.png 中的文字没有读取，请人工查看。")
    assert "张三" not in document.gaps[3].message
    assert [g.id for g in read(data).gaps] == [g.id for g in document.gaps]


def nest(levels: int) -> bytes:
    data = inline(run("最里层"))
    for _ in range(levels):
        data = make.embedded("embeddings/inner.docx", lambda _, inner=data: inner)("")  # type: ignore[misc]
    return data


@pytest.mark.parametrize(("levels", "reasons"), [(2, []), (3, ["too-deep"])])
def test_files_in_files_are_read_to_a_depth(levels: int, reasons: list[str]) -> None:
    document = read(nest(levels), replace(LIMITS, depth=2))
    assert [g.reason for g in document.gaps] == reasons
    assert ("最里层" in document.text) == (not reasons)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0" + b"\0" * 60, "unsupported"),
        ("embeddings/sheet1.xlsx", b"PK\x03\x04broken", "broken"),
        ("vbaProject.bin", b"\xd0\xcf\x11\xe0", "unsupported"),
        ("header9.xml", b"<w:hdr>", "broken"),
        ("header9.xml", b"<!DOCTYPE a []><a/>", "broken"),
        ("header9.xml", b"<a>" + b" " * 3_000_000 + b"</a>", "too-big"),
        ("header9.xml", b"<a>" * 300 + b"</a>" * 300, "too-deep"),
    ],
)
def test_a_part_that_can_not_be_read_is_a_gap(name: str, data: bytes, reason: str) -> None:
    document = read(docx(paragraph(run("正文")), parts={f"word/{name}": data}))
    assert [g.reason for g in document.gaps] == [reason]
    assert document.text == "正文"


LAUGHS = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;">]>' + make.root(
    "w:document", f"<w:body>{paragraph(run('&b;'))}</w:body>"
).split("?>", 1)[1]  # fmt: skip


def encrypted(data: bytes) -> bytes:
    """The same zip with the encryption bit set on all members."""
    out = bytearray(data)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(sign)
        while at >= 0:
            out[at + offset] |= 1
            at = out.find(sign, at + 4)
    return bytes(out)


def doubled() -> bytes:
    out = io.BytesIO(inline(run("甲")))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("WORD/Document.xml", "<a/>")
    return out.getvalue()


GOOD = inline(run("正文"))
BODY = GOOD.index(b"word/document.xml") + 60


@pytest.mark.parametrize(
    ("data", "limits", "error"),
    [
        (docx(paragraph(run("0" * 3_000_000))), LIMITS, TooBig),
        (docx(paragraph(run("字" * 9))), replace(LIMITS, member_bytes=500), TooBig),
        (docx(paragraph(run("字" * 9))), replace(LIMITS, total_bytes=900), TooBig),
        (GOOD, replace(LIMITS, members=2), TooBig),
        (GOOD, replace(LIMITS, xml_depth=3), TooDeep),
        (docx("", parts={"word/document.xml": LAUGHS}), LIMITS, Broken),
        (docx("", parts={"word/document.xml": LAUGHS.encode("utf-16")}), LIMITS, Broken),
        (docx("", parts={"word/document.xml": b"<a xmlns='b'>"}), LIMITS, Broken),
        (docx("", parts={"word/document.xml": b""}), LIMITS, Broken),
        (make.packed({"_rels/.rels": "<a/>", "word/other.xml": "<a/>"}), LIMITS, Broken),
        (GOOD[: len(GOOD) // 2], LIMITS, Broken),
        (GOOD.replace(GOOD[BODY : BODY + 40], b"\xff" * 40), LIMITS, Broken),
        (encrypted(GOOD), LIMITS, Encrypted),
        (doubled(), LIMITS, Broken),
    ],
)
def test_bad_files_have_a_named_error(data: bytes, limits: Limits, error: type[ReadError]) -> None:
    with pytest.raises(error) as caught:
        read(data, limits)
    assert caught.value.message


@pytest.mark.parametrize(
    ("name", "expected"),
    [("/word/a.xml", "word/a.xml"), ("..\\..\\etc/x", "etc/x"), ("word/./../a", "a"), ("a//b", "a/b")],
)
def test_names_never_leave_the_package(name: str, expected: str) -> None:
    assert normal_name(name) == expected
    assert Package(make.packed({"/../a.xml": "<a/>"}), LIMITS).names() == ["a.xml"]


def test_relationships_are_resolved_from_their_part() -> None:
    links = [("hyperlink", "https://example.com/"), ("image", "../media/a.png"), ("chart", "/word/b.xml#x")]
    package = Package(make.packed({"word/x/_rels/c.xml.rels": make.relations(links)}), LIMITS)
    found = package.relationships("word/x/c.xml")
    assert [(r.kind, r.target, r.external) for r in found.values()] == [
        ("hyperlink", "https://example.com/", True),
        ("image", "word/media/a.png", False),
        ("chart", "word/b.xml", False),
    ]
    assert package.relationships("word/none.xml") == {}


_W_SPACE = "wordprocessingml/2006/main"


@pytest.mark.parametrize(
    ("build", "member", "space"),
    [
        (make.PLACES["body"][1], "word/document.xml", _W_SPACE),
        (make.PLACES["endnote"][1], "word/endnotes.xml", _W_SPACE),
        (make.PLACES["building block"][1], "word/glossary/document.xml", _W_SPACE),
        (make.PLACES["mail merge"][1], "word/settings.xml", _W_SPACE),
        (make.PLACES["chart title"][1], "word/charts/chart1.xml", "drawingml/2006/main"),
    ],
)
def test_a_part_with_damaged_namespaces_is_not_an_empty_one(
    build: Callable[[str], bytes], member: str, space: str
) -> None:
    with zipfile.ZipFile(io.BytesIO(build(ID))) as package:
        members = {name: package.read(name) for name in package.namelist()}
    assert space.encode() in members[member]
    members[member] = members[member].replace(space.encode(), b"x" + space.encode())
    try:
        document = read(make.packed(members))
    except Broken:
        return
    assert ID in document.text or [gap.reason for gap in document.gaps] == ["broken"]
