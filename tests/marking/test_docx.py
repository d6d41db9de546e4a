"""Annotated and masked copies of Word documents, looked at with zipfile and lxml, and by LibreOffice."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking import docx as marking
from reviewer.marking.model import AUTHOR, Edit, Masked, Note
from reviewer.model import Document
from reviewer.readers import docx as reader
from reviewer.settings import Limits
from tests.marking.make_draft import HIDDEN, OLD, OTHER, PHONE, draft
from tests.marking.witness import converted, office, poppler, poppler_text
from tests.readers.make_docx import (
    PLACES,
    both,
    cell,
    chart,
    complex_field,
    control,
    docx,
    drawing,
    inline,
    paragraph,
    root,
    run,
    shape,
    strict,
    table,
    tracked,
    vml,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LIMITS = Limits()
TOKEN = "张三13800138000"


def read(data: bytes) -> Document:
    return reader.read(data, "draft.docx", LIMITS)


def spans(text: str, token: str) -> list[tuple[int, int]]:
    return [(match.start(), match.end()) for match in re.finditer(re.escape(token), text)]


def notes_on(document: Document, *tokens: str) -> tuple[Note, ...]:
    found = []
    for start, end in sorted(span for token in tokens for span in spans(document.text, token)):
        part, locator = document.place(start, end)
        found.append(Note(((start, end),), "block", "手机号码", "不得公开｜手机号码", part, locator, f"位于{part}"))
    return tuple(found)


def annotated(data: bytes, *tokens: str) -> bytes:
    document = read(data)
    return marking.annotate(data, document, notes_on(document, *tokens), LIMITS).data


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def part_of(data: bytes, name: str = "document") -> etree._Element:
    xml = members(data)[f"word/{name}.xml"]
    return etree.fromstring(xml.replace(b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()))


def commented(data: bytes) -> list[tuple[str, str]]:
    """The text that each comment stands on and the comment's own, in the order of the body."""
    comments = part_of(data, "comments")
    words = {c.get(W + "id"): "\n".join("".join(p.itertext()) for p in c.iter(W + "p")) for c in comments}
    under: dict[str, list[str]] = {}
    opened: set[str] = set()
    for element in part_of(data).iter():
        key = element.get(W + "id") or ""
        if element.tag == W + "commentRangeStart":
            opened.add(key)
            under[key] = []
        elif element.tag == W + "commentRangeEnd":
            opened.remove(key)
        elif element.tag == W + "commentReference":
            under.setdefault(key, [])
        elif element.tag == W + "t":
            for key in opened:
                under[key].append(element.text or "")
    return [("".join(pieces), words[key]) for key, pieces in under.items()]


EXACT = [name for name, (part, _) in PLACES.items() if part in ("body", "inserted")]
AROUND = {"field result": f"甲{TOKEN}乙", "simple field result": f"甲{TOKEN}乙", "math": "",
          "run choice": f"甲{TOKEN}乙甲{TOKEN}乙", "ruby base": f"yin甲{TOKEN}乙"}  # fmt: skip
"""where a comment stands around the whole: a field, a formula (its text is no w:t), both branches of a choice"""
NEAR = [name for name, (part, _) in PLACES.items() if part in ("header", "footer", "textbox")]
UNSEEN = [name for name, (part, _) in PLACES.items() if part in ("comment", "deleted", "name", "property", "attachment")]


@pytest.mark.parametrize("name", EXACT)
def test_a_comment_stands_on_the_exact_characters(name: str) -> None:
    data = PLACES[name][1](f"甲{TOKEN}乙")
    (under, words), *rest = commented(annotated(data, TOKEN))
    assert under == AROUND.get(name, TOKEN)
    assert words == "不得公开｜手机号码" or words.startswith("位置：位于")
    assert not rest


@pytest.mark.parametrize("name", [name for name in NEAR if name != "picture of a diagram"])
def test_what_takes_no_comment_is_named_in_one_near_it(name: str) -> None:
    (found,) = commented(annotated(PLACES[name][1](TOKEN), TOKEN))
    assert found[1].startswith("位置：位于") and "不得公开" in found[1] and TOKEN not in found[1]


@pytest.mark.parametrize("name", UNSEEN)
def test_what_no_page_shows_is_listed_in_one_comment(name: str) -> None:
    data = PLACES[name][1](TOKEN)
    mine = [words for _, words in commented(annotated(data, TOKEN)) if words.startswith("以下内容")]
    assert len(mine) == 1 and "位于" in mine[0] and "不得公开，手机号码" in mine[0]


def test_only_the_body_and_the_comments_change() -> None:
    data = draft()
    before, after = members(data), members(annotated(data, PHONE, HIDDEN))
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml", "word/comments.xml"}
    assert list(before) == list(after)
    data = inline(run(TOKEN))
    before, after = members(data), members(annotated(data, TOKEN))
    assert set(after) - set(before) == {"word/comments.xml"}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}


def test_the_text_and_its_look_stay() -> None:
    data = draft()
    marks = {W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference"}

    def looks(data: bytes) -> list[tuple[str, bytes]]:
        found = []
        for element in part_of(data).iter(W + "t", W + "tab", W + "drawing", W + "fldChar"):
            look = element.getparent().find(W + "rPr")
            found += [(c, etree.tostring(look) if look is not None else b"") for c in element.text or element.tag]
        return found

    assert looks(annotated(data, PHONE, OTHER, HIDDEN)) == looks(data)
    added = [e.tag for e in part_of(annotated(data, PHONE)).iter() if e.tag in marks]
    assert added.count(W + "commentRangeStart") == added.count(W + "commentRangeEnd")


def test_comments_keep_their_numbers_and_new_ones_take_others() -> None:
    root = part_of(annotated(draft(), PHONE), "comments")
    numbers = [comment.get(W + "id") for comment in root]
    assert numbers[0] == "7" and len(set(numbers)) == len(numbers)
    assert [comment.get(W + "author") for comment in root] == ["李某"] + [AUTHOR] * (len(numbers) - 1)
    assert all(W + "date" not in comment.attrib for comment in root)


def test_two_remarks_in_one_run_and_one_over_the_other() -> None:
    data = inline(run("电话13800138000和13900139000"))
    document = read(data)
    (a, b), (c, d) = spans(document.text, "13800138000")[0], spans(document.text, "13900139000")[0]
    notes = [Note((span,), "check", "x", "y", "body", document.place(*span)[1], "") for span in ((a, b), (a, d), (c, d))]
    found = commented(marking.annotate(data, document, tuple(notes), LIMITS).data)
    assert sorted(under for under, _ in found) == ["13800138000", "13800138000和13900139000", "13900139000"]


def test_a_column_gets_one_comment_other_groups_one_at_each_place() -> None:
    data = docx("".join(paragraph(run(f"电话{TOKEN}")) for _ in range(5)))
    document = read(data)
    for column, count in ((True, 1), (False, 5)):
        where = document.place(*spans(document.text, TOKEN)[0])[1]
        note = Note(tuple(spans(document.text, TOKEN)), "block", "x", "y", "body", where, "", column=column)
        assert len(commented(marking.annotate(data, document, (note,), LIMITS).data)) == count


def test_a_comment_stands_around_a_control_that_is_filled_in_anew() -> None:
    data = inline(control(f"甲{TOKEN}乙", '<w:dataBinding w:xpath="/a"/>'))
    ((under, words),) = commented(annotated(data, TOKEN))
    assert (under, words) == (f"甲{TOKEN}乙", "不得公开｜手机号码")
    (control_element,) = part_of(annotated(data, TOKEN)).iter(W + "sdt")
    assert control_element.getprevious().tag == W + "commentRangeStart"
    assert control_element.getnext().tag == W + "commentRangeEnd"


def test_beyond_what_word_opens_the_rest_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST", 3)
    data = docx("".join(paragraph(run(f"电话{TOKEN}")) for _ in range(5)))
    found = commented(annotated(data, TOKEN))
    assert len(found) == 3 and found[0][1].startswith("以下内容")


def test_strict_documents_stay_strict() -> None:
    after = members(annotated(strict(TOKEN), TOKEN))
    for name in ("word/document.xml", "word/comments.xml"):
        assert b"http://purl.oclc.org/ooxml/wordprocessingml/main" in after[name], name
        assert W[1:-1].encode() not in after[name], name
    assert b"http://purl.oclc.org/ooxml/officeDocument/relationships/comments" in after["word/_rels/document.xml.rels"]


def test_a_signature_is_told_of() -> None:
    data = docx(paragraph(run(TOKEN)), parts={"_xmlsignatures/sig1.xml": "<Signature/>"})
    document = read(data)
    assert any("签名失效" in r for r in marking.annotate(data, document, notes_on(document, TOKEN), LIMITS).remarks)


def test_another_file_than_the_one_reviewed_is_refused() -> None:
    with pytest.raises(MarkingError):
        marking.annotate(inline(run("甲")), read(inline(run("乙"))), (), LIMITS)


# ---------------------------------------------------------------- mask

MASKED = {PHONE: "138****8000", OTHER: "139****9001", HIDDEN: "137****7002", OLD: "136****6003"}


def edits_on(document: Document, *values: str, entity: str = "PHONE", text: str | None = None) -> tuple[Edit, ...]:
    found = sorted((*span, value) for value in values for span in spans(document.text, value))
    return tuple(Edit(a, b, MASKED.get(value, "*") if text is None else text, entity) for a, b, value in found)


def masked(data: bytes, *values: str, entity: str = "PHONE", text: str | None = None) -> Masked:
    document = read(data)
    return marking.mask(data, document, edits_on(document, *values, entity=entity, text=text), LIMITS)


def left_of(data: bytes, value: str) -> list[str]:
    """The members that hold a value in some encoding, joined over elements, or in their names."""
    found = []
    for name, content in members(data).items():
        joined = re.sub(r"<[^>]*>", "", content.decode("utf-8", "ignore"))
        hit = any(value.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be", "gbk"))
        found += [name] if hit or value in joined or value in name else []
    return found


@pytest.mark.parametrize("name", PLACES)
def test_a_masked_number_is_nowhere_any_more(name: str) -> None:
    result = masked(PLACES[name][1](PHONE), PHONE)
    assert left_of(result.data, PHONE) == []
    after = read(result.data)
    assert not after.concealed and not after.gaps
    if PLACES[name][0] in ("body", "inserted"):
        assert MASKED[PHONE] in after.text and not result.unplaced
    if PLACES[name][0] in ("comment", "deleted", "hidden", "attachment"):
        assert result.unplaced == (0,) and MASKED[PHONE] not in after.text


@pytest.mark.parametrize("name", PLACES)
def test_what_is_not_masked_stays_but_what_no_page_shows(name: str) -> None:
    part, build = PLACES[name]
    data = build("甲乙丙丁")
    after = read(masked(data).data)
    if part in ("body", "textbox", "inserted") and name not in ("text box in a header", "picture of a diagram"):
        assert "甲乙丙丁" in after.text
    if part in ("deleted", "hidden", "comment", "property", "attachment"):
        assert "甲乙丙丁" not in after.text or part == "property"


def test_a_whole_draft_is_masked_in_all_its_places() -> None:
    result = masked(draft(), PHONE, HIDDEN, OLD)
    for value in (PHONE, HIDDEN, OLD):
        assert left_of(result.data, value) == []
    after = read(result.data)
    assert not after.concealed and not after.gaps
    texts = [after.text[b.start : b.end] for b in after.blocks if b.part in ("body", "header", "footer", "footnote")]
    assert texts[1:3] == ["联系电话：138****8000，工作时间接听。", "链接：138****8000。"]
    assert f"赵某\t138****8000\n孙某\t{OTHER}" in texts[3]
    assert texts[-3:] == ["页眉138****8000", "页脚138****8000", "脚注138****8000"]
    assert set(result.removed) == {
        "外部链接 1 处", "修订 2 处", "文档属性 3 项", "文档变量 1 个", "批注 1 条", "嵌入的文件 1 个", "隐藏文字 3 处"
    }  # fmt: skip
    names = members(result.data)
    assert not [name for name in names if "comments" in name or "embeddings" in name]
    assert "关于补贴发放情况的公示" in names["docProps/core.xml"].decode()
    assert names["word/styles.xml"] == members(draft())["word/styles.xml"]


BODIES: list[tuple[str, str, str]] = [
    ("the look of the first character", run("138001", "<w:b/>") + run("38000", "<w:i/>"), f"{run('138****8000', '<w:b/>')}"),
    ("a break inside", "<w:r><w:t>1380013</w:t><w:br/><w:t>8000</w:t></w:r>", "<w:r><w:t>138****8000</w:t></w:r>"),
    ("a drawn digit", '<w:r><w:sym w:font="Symbol" w:char="F031"/><w:t>3800138000</w:t></w:r>',
     "<w:r><w:t>138****8000</w:t></w:r>"),
    ("half of it inserted", run("13800") + tracked("ins", "138000"), run("138****8000")),
    ("a deletion inside", run("13800") + tracked("del", "999") + run("138000"), run("138****8000")),
    ("in a field", complex_field("DOCPROPERTY 电话", PHONE), run("138****8000")),
    ("in a link's field", complex_field(f'HYPERLINK "tel:{PHONE}"', "致电"), run("致电")),
    ("in a field of a date", complex_field("PAGE", PHONE), complex_field("PAGE", "138****8000")),
    ("a control filled in from data", control(PHONE, '<w:dataBinding w:xpath="/a"/><w:date w:fullDate="1903-05-06"/>'),
     control("138****8000", "<w:date/>")),
]  # fmt: skip


def canonical(xml: str) -> bytes:
    """XML without what a writer may say in more than one way."""
    tree = etree.fromstring(root("w:p", xml).encode())
    for words in tree.iter("{*}t"):
        words.attrib.clear()
    return etree.tostring(tree, method="c14n")


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_what_stands_in_its_place(before: str, after: str) -> None:
    data = docx(f"<w:p>{before}</w:p>")
    document = read(data)
    found = [*re.finditer(r"\s?".join(PHONE), document.text)]
    edits = tuple(Edit(one.start(), one.end(), MASKED[PHONE], "PHONE") for one in found)
    result = marking.mask(data, document, edits, LIMITS)
    inside = b"".join(etree.tostring(e) for e in next(part_of(result.data).iter(W + "p"))).decode()
    assert canonical(inside) == canonical(after)


def mark(change: str) -> str:
    """The properties of a paragraph whose mark was changed."""
    return f'<w:rPr><w:{change} w:id="5" w:author="甲"/></w:rPr>'


CHANGES: list[tuple[str, str, list[str]]] = [
    ("deleted mark", paragraph(run("一"), properties=mark("del")) + paragraph(run("二")), ["一二"]),
    ("three in a row", "".join(paragraph(run(t), properties=mark("del")) for t in "一二") + paragraph(run("三")), ["一二三"]),
    ("inserted mark", paragraph(run("一"), properties=mark("ins")) + paragraph(run("二")), ["一", "二"]),
    ("moved paragraph", paragraph(tracked("moveFrom", "一"), properties=mark("moveFrom")) + paragraph(run("二"))
     + paragraph(tracked("moveTo", "一"), properties=mark("moveTo")), ["二", "一"]),
    ("deleted before a table", paragraph(tracked("del", "一"), properties=mark("del")) + table(("二",)) + paragraph(run("三")),
     ["二", "三"]),
    ("deleted row", table((cell("一"),)).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>") + paragraph(run("二")), ["二"]),
    ("deleted cell", table((cell("一", "<w:cellDel/>"), "二")), ["二"]),
    ("cell emptied", table((cell(paragraph(tracked("del", "一"), properties=mark("del"))), "二")), ["", "二"]),
    ("hidden paragraph", paragraph(run("一", "<w:vanish/>"), properties="<w:rPr><w:vanish/></w:rPr>") + paragraph(run("二")),
     ["二"]),
    ("index entry", paragraph(run("一"), "".join(
        f"<w:r><w:rPr><w:vanish/></w:rPr>{inside}</w:r>" for inside in (
            '<w:fldChar w:fldCharType="begin"/>', '<w:instrText>XE "甲"</w:instrText>', '<w:fldChar w:fldCharType="end"/>'
        ))), ["一"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "texts"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_changes_are_settled(body: str, texts: list[str]) -> None:
    result = part_of(masked(docx(body)).data)
    assert ["".join(p.itertext()) for p in result.iter(W + "p")] == texts
    tags = {str(element.tag).rpartition("}")[2] for element in result.iter()}
    assert not tags & {"ins", "del", "moveFrom", "moveTo", "vanish", "cellDel", "fldChar", "instrText"}
    assert all(cell[-1].tag == W + "p" for cell in result.iter(W + "tc"))


def test_a_name_goes_at_its_place_and_in_both_branches() -> None:
    inside = both("张三在此")
    data = docx(paragraph(run("张三与张三"), inside))
    document = read(data)
    places = spans(document.text, "张三")
    edits = tuple(Edit(*place, "张某", "NAME") for place in (places[0], places[2]))
    result = part_of(marking.mask(data, document, edits, LIMITS).data)
    assert "".join(t.text or "" for t in result.iter(W + "t")) == "张某与张三张某在此张某在此"


def test_branches_cut_at_other_places_are_masked_alike() -> None:
    choice = shape(paragraph(run("电话138"), run("00138000"))).removeprefix("<w:r>").removesuffix("</w:r>")
    fallback = vml(paragraph(run("电"), run("话13800"), run("138 000"))).removeprefix("<w:r>").removesuffix("</w:r>")
    inside = f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>'
    result = masked(inline(f"{inside}</mc:AlternateContent></w:r>"), PHONE)
    words = [t.text for t in part_of(result.data).iter(W + "t")]
    assert "".join(filter(None, words)).replace(" ", "").count("电话138****8000") == 2


def test_the_drawing_of_a_diagram_is_masked_as_its_data() -> None:
    words = f"<a:p><a:r><a:t>赵某{PHONE[:5]}</a:t></a:r><a:r><a:t>{PHONE[5:]}</a:t></a:r></a:p>"
    data = docx(
        paragraph(drawing('<dgm:relIds r:dm="rId1"/>')),
        links=[("diagramData", "diagrams/data1.xml"), ("diagramDrawing", "diagrams/drawing1.xml")],
        parts={
            "word/diagrams/data1.xml": root("dgm:dataModel", f'<dgm:t>{words}</dgm:t><dgm:ext relId="rId2"/>'),
            "word/diagrams/drawing1.xml": root("dgm:drawing", f"<dgm:t>{words}</dgm:t>"),
        },
    )
    document = read(data)
    edits = [Edit(a, b, "赵某某", "NAME") for a, b in spans(document.text, "赵某")] + [*edits_on(document, PHONE)]
    after = members(marking.mask(data, document, tuple(edits), LIMITS).data)
    for name in ("data1", "drawing1"):
        assert "".join(etree.fromstring(after[f"word/diagrams/{name}.xml"]).itertext()) == "赵某某138****8000"


def test_a_number_in_a_chart_stays_a_number() -> None:
    series = f"<c:ser><c:val><c:numRef><c:numCache><c:pt idx='0'><c:v>1</c:v></c:pt><c:pt idx='1'><c:v>{PHONE}</c:v></c:pt>"
    data = chart(f"{series}</c:numCache></c:numRef></c:val></c:ser>")("")
    after = etree.fromstring(members(masked(data, PHONE).data)["word/charts/chart1.xml"])
    assert [v.text for v in after.iter("{*}v")] == ["1"]


SWEPT: dict[str, dict[str, str | bytes]] = {
    "a style's name": {"word/styles.xml": root("w:styles", f'<w:style w:styleId="a"><w:name w:val="样式{PHONE}"/></w:style>')},
    "a style, written with entities": {
        "word/styles.xml": root("w:styles", f'<w:style w:styleId="a"><w:name w:val="样式&#49;{PHONE[1:]}"/></w:style>')
    },
    "a comment of XML": {"word/styles.xml": root("w:styles", f"<!-- {PHONE} -->")},
    "a style in UTF-16": {"word/styles.xml": root("w:styles", f'<w:style w:name="{PHONE}"/>').replace("UTF-8", "UTF-16")
                          .encode("utf-16")},
    "full width": {"word/styles.xml": root("w:styles", '<w:style w:name="样式１３８００１３８０００"/>')},
    "with hyphens": {"word/styles.xml": root("w:styles", '<w:style w:name="样式138-0013-8000"/>')},
}  # fmt: skip


@pytest.mark.parametrize("name", SWEPT)
def test_a_value_masked_in_the_text_goes_from_everything_else(name: str) -> None:
    data = docx(paragraph(run(PHONE)), links=[("styles", "styles.xml")], parts=SWEPT[name])
    result = masked(data, PHONE)
    assert left_of(result.data, PHONE) == []
    text = members(result.data)["word/styles.xml"].decode()
    assert not re.search(r"138-?0013-?8000|１３８", text)


def test_a_size_that_is_the_same_number_stays_a_size() -> None:
    size = f'<wp:extent cx="{PHONE[:7]}" cy="{PHONE[:7]}"/>'
    data = docx(paragraph(run("QQ1380013"), drawing("").replace("<wp:docPr", f"{size}<wp:docPr")))
    (extent,) = part_of(masked(data, PHONE[:7]).data).iter("{*}extent")
    assert extent.get("cx") == extent.get("cy") == "1380014"


def test_names_of_parts_are_made_plain() -> None:
    picture = drawing('<pic:pic><pic:blipFill><a:blip r:embed="rId1"/></pic:blipFill></pic:pic>')
    data = docx(paragraph(picture), links=[("image", "media/张三住址.png")], parts={"word/media/张三住址.png": b"\x89PNG"})
    result = masked(data)
    names = members(result.data)
    (media,) = [name for name in names if name.endswith(".png")]
    assert media.isascii() and names[media] == b"\x89PNG"
    assert f"/{media}".encode() in names["word/_rels/document.xml.rels"]


def test_parts_are_known_by_their_names_in_any_case() -> None:
    data = docx(
        paragraph(run(PHONE)) + '<w:sectPr><w:headerReference r:id="rId1"/></w:sectPr>',
        links=[("header", "HEADER1.xml")],
        parts={"word/header1.xml": root("w:hdr", paragraph(run(PHONE), tracked("del", OLD)))},
    )
    result = masked(data, PHONE)
    assert left_of(result.data, PHONE) == left_of(result.data, OLD) == []
    assert read(result.data).text == "138****8000\n138****8000"
    assert [words for _, words in commented(annotated(data, PHONE))] == ["位置：位于header\n不得公开｜手机号码", "不得公开｜手机号码"]


PARTLY: list[tuple[str, str, str]] = [
    ("hidden in the middle", run("138") + run("0013", "<w:vanish/>") + run("8000。"), "********。"),
    ("white at the end", run("1380013") + run("8000", '<w:color w:val="FFFFFF"/>') + run("。"), "*******。"),
    ("struck out and starred", run("138") + tracked("del", "0013") + tracked("ins", "****") + run("8000。"), "138****8000。"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "text"), [row[1:] for row in PARTLY], ids=[row[0] for row in PARTLY])
def test_what_is_seen_of_a_value_hidden_in_part_is_starred(body: str, text: str) -> None:
    result = part_of(masked(docx(paragraph(body)), PHONE).data)
    assert re.sub("[*]+", "*", "".join(result.itertext())) == re.sub("[*]+", "*", text)


def test_a_merged_cell_begins_where_its_first_row_is_deleted() -> None:
    head = cell("一", '<w:vMerge w:val="restart"/>')
    first = f"<w:tr><w:trPr><w:del/></w:trPr>{head}{cell('二')}</w:tr>"
    second = f"<w:tr>{cell(paragraph(), '<w:vMerge/>')}{cell('三')}</w:tr>"
    result = part_of(masked(docx(f"<w:tbl><w:tblPr/>{first}{second}{second}</w:tbl>" + paragraph())).data)
    assert [merge.get(W + "val") for merge in result.iter(W + "vMerge")] == ["restart", None]


def test_pictures_of_deleted_text_and_headers_without_use_go() -> None:
    picture = drawing('<pic:pic><pic:blipFill><a:blip r:embed="rId1"/></pic:blipFill></pic:pic>')
    data = docx(
        paragraph(run("一"), f'<w:del w:author="甲">{picture}</w:del>'),
        links=[("image", "media/image1.png"), ("header", "header1.xml")],
        parts={"word/media/image1.png": b"\x89PNG", "word/header1.xml": root("w:hdr", paragraph(run("旧页眉")))},
    )
    result = masked(data)
    assert not [name for name in members(result.data) if "media" in name or "header" in name]
    assert "未用到的部件 2 个" in result.removed


def test_macros_and_signatures_go_and_are_told() -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
        '<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    data = docx(
        paragraph(run("一")), links=[("vbaProject", "vbaProject.bin")], package_links=[("origin", "_xmlsignatures/origin.sigs")],
        parts={"[Content_Types].xml": types, "word/vbaProject.bin": b"macro", "_xmlsignatures/origin.sigs": b"s",
               "_xmlsignatures/sig1.xml": "<Signature/>"},
    )  # fmt: skip
    result = masked(data)
    assert [name for name in members(result.data) if "vba" in name or "sign" in name] == []
    kinds = members(result.data)["[Content_Types].xml"].decode()
    assert "wordprocessingml.document.main+xml" in kinds and "macro" not in kinds and "vba" not in kinds
    assert "宏 1 个" in result.removed and "电子签名 1 处" in result.removed
    assert len(result.remarks) == 2


def test_bookmarks_that_tell_something_get_other_names_everywhere() -> None:
    names = ("张三住址", "_Toc123456789", "plain")
    marks = "".join(f'<w:bookmarkStart w:id="{k}" w:name="{name}"/>' for k, name in enumerate(names))
    links = "".join(
        f'<w:hyperlink w:anchor="{name}">{run("见")}</w:hyperlink>' + complex_field(f"PAGEREF {name} \\h", "1") for name in names
    )
    result = part_of(masked(docx(paragraph(marks, links))).data)
    assert [mark.get(W + "name") for mark in result.iter(W + "bookmarkStart")] == ["Mark1", *names[1:]]
    assert [link.get(W + "anchor") for link in result.iter(W + "hyperlink")] == ["Mark1", *names[1:]]
    codes = [code.text for code in result.iter(W + "instrText")]
    assert codes == [f"PAGEREF {name} \\h" for name in ("Mark1", *names[1:])]


def test_notes_that_nothing_refers_to_go() -> None:
    notes = "".join(f'<w:footnote w:id="{k}">{paragraph(run(t))}</w:footnote>' for k, t in ((1, "甲"), (2, "乙")))
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    data = docx(
        paragraph(run("一"), mark.format(1), f'<w:del w:author="甲">{mark.format(2)}</w:del>'),
        links=[("footnotes", "footnotes.xml")], parts={"word/footnotes.xml": root("w:footnotes", notes)},
    )  # fmt: skip
    assert read(masked(data).data).text == "一\n甲"


def test_a_deleted_value_leaves_no_empty_run() -> None:
    result = part_of(masked(inline(run(PHONE, "<w:b/>")), PHONE, text="").data)
    assert "".join(result.itertext()) == "关于公示的通知联系方式：。完"
    assert all(len(run) and run[-1].tag != W + "rPr" for run in result.iter(W + "r"))


def test_no_session_of_editing_is_told() -> None:
    body = '<w:p w:rsidR="00AA11BB" w14:paraId="12345678"><w:r w:rsidRPr="00CC22DD"><w:t>一</w:t></w:r></w:p>'
    data = docx(body, links=[("settings", "settings.xml")],
                parts={"word/settings.xml": root("w:settings", '<w:rsids><w:rsid w:val="00AA11BB"/></w:rsids>')})  # fmt: skip
    assert left_of(masked(data).data, "00AA11BB") == left_of(masked(data).data, "00CC22DD") == []


PIECES = {name: build for name, (part, build) in PLACES.items() if part in ("body", "inserted", "deleted", "hidden", "textbox")}
DIGITS = st.text("0123456789", min_size=4, max_size=4)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["run", "runs", "cell", "box", "field", "link", "ins", "del", "hidden", "control"]), DIGITS),
        min_size=1, max_size=8,
    ),
    st.sets(st.integers(0, 7)),
)  # fmt: skip
def test_no_masked_value_survives_and_the_rest_stays_in_order(pieces: list[tuple[str, str]], chosen: set[int]) -> None:
    values = [f"13{digits}0{number}000" for number, (_, digits) in enumerate(pieces)]
    body, shown = [], []
    for number, ((kind, _), value) in enumerate(zip(pieces, values, strict=True)):
        body.append(_KINDS[kind](value))
        if kind not in ("del", "hidden", "box"):
            shown.append("*" if number in chosen else value)
    data = docx("".join(body) + paragraph(run("完")))
    document = read(data)
    wanted = [value for number, value in enumerate(values) if number in chosen]
    result = marking.mask(data, document, edits_on(document, *wanted), LIMITS).data
    assert all(left_of(result, value) == [] for value in wanted)
    after = part_of(result)
    text = "".join(
        t.text or "" for t in after.iter(W + "t") if not any(e.tag == W + "txbxContent" for e in t.iterancestors())
    )
    assert text.replace("见", "").removesuffix("完") == "".join(shown)


_KINDS = {
    "run": lambda v: paragraph(run("见"), run(v)),
    "runs": lambda v: paragraph(run(v[:3], "<w:b/>"), run(v[3:7]), run(v[7:] + "见")),
    "cell": lambda v: table(("见", v)),
    "box": lambda v: paragraph(both(v)),
    "field": lambda v: paragraph(complex_field("REF a", v)),
    "link": lambda v: paragraph(f'<w:hyperlink w:anchor="a">{run(v)}</w:hyperlink>'),
    "ins": lambda v: paragraph(tracked("ins", v)),
    "del": lambda v: paragraph(tracked("del", v)),
    "hidden": lambda v: paragraph(run(v, "<w:vanish/>")),
    "control": lambda v: control(v, wrap="<w:p>{}</w:p>"),
}


# ---------------------------------------------------------------- LibreOffice

@office
def test_libreoffice_keeps_the_comments(tmp_path: Path) -> None:
    data = annotated(draft(), PHONE, HIDDEN, OLD)
    mine, theirs = commented(data), commented(converted(data, "docx", "docx", tmp_path))
    assert sorted(words for _, words in mine) == sorted(words for _, words in theirs)
    exact = [pair for pair in mine if pair[0] == PHONE]
    assert len(exact) >= 6
    assert all(pair in theirs for pair in exact)


@office
def test_libreoffice_opens_the_masked_copy(tmp_path: Path) -> None:
    result = masked(draft(), PHONE, HIDDEN, OLD)
    text = "".join(part_of(converted(result.data, "docx", "docx", tmp_path)).itertext())
    assert text.count("138****8000") >= 8 and OTHER in text
    assert not any(value in text for value in (PHONE, HIDDEN, OLD))


@office
@poppler
def test_the_pages_of_the_masked_copy_hold_nothing_of_it(tmp_path: Path) -> None:
    result = masked(draft(), PHONE, HIDDEN, OLD)
    text = poppler_text(converted(result.data, "docx", "pdf", tmp_path))
    assert text.count("138****8000") >= 10
    assert not any(value in text for value in (PHONE, HIDDEN, OLD))
