"""Annotated and masked copies of presentations, looked at with zipfile and lxml, and by LibreOffice."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking import pptx as marking
from reviewer.marking.model import AUTHOR, Edit, Masked, Note
from reviewer.model import Document
from reviewer.readers import pptx as reader
from reviewer.settings import Limits
from tests.marking.witness import converted, office
from tests.readers.make_docx import PNG
from tests.readers.make_pptx import (
    PLACES,
    TITLE,
    box,
    comments,
    frame,
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

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
LIMITS = Limits()
PHONE, STARRED = "13800138000", "138****8000"


def read(data: bytes) -> Document:
    return reader.read(data, "draft.pptx", LIMITS)


def spans(text: str, token: str) -> list[tuple[int, int]]:
    return [(match.start(), match.end()) for match in re.finditer(re.escape(token), text)]


def annotated(data: bytes, token: str = PHONE) -> bytes:
    document = read(data)
    notes = []
    for start, end in spans(document.text, token):
        part, locator = document.place(start, end)
        notes.append(Note(((start, end),), "block", "手机号码", "不得公开｜手机号码", part, locator, f"位于{part}"))
    return marking.annotate(data, document, tuple(notes), LIMITS).data


def masked(data: bytes, entity: str = "PHONE") -> Masked:
    document = read(data)
    edits = tuple(Edit(*span, STARRED, entity) for span in spans(document.text, PHONE))
    return marking.mask(data, document, edits, LIMITS)


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def left_of(data: bytes, value: str) -> list[str]:
    """The members that hold a value, joined over elements, or in their names."""
    found = []
    for name, content in members(data).items():
        joined = re.sub(r"<[^>]*>", "", content.decode("utf-8", "ignore"))
        hit = any(value.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be", "gbk"))
        found += [name] if hit or value in joined or value in name else []
    return found


def told(data: bytes) -> list[tuple[int, str, tuple[int, int]]]:
    """Our comments: slide, text, place."""
    every = members(data)
    authors = etree.fromstring(every["ppt/commentAuthors.xml"])
    ours = [one.get("id") for one in authors if one.get("name") == AUTHOR]
    found = []
    for name, content in every.items():
        match = re.fullmatch(r"ppt/slides/_rels/slide([0-9]+)\.xml\.rels", name)
        targets = re.findall(r'Target="([^"]*comments/comment[0-9]*\.xml)"', content.decode()) if match else []
        for target in targets:
            base = target.rsplit("/", 1)[-1]
            for comment in etree.fromstring(every[f"ppt/comments/{base}"]):
                if comment.get("authorId") in ours:
                    at = comment.find(P + "pos")
                    found.append((int(match[1]), comment.findtext(P + "text"), (int(at.get("x")), int(at.get("y")))))  # type: ignore[index]
    return sorted(found)


# ---------------------------------------------------------------- annotate


def test_a_comment_stands_at_its_shape() -> None:
    # One inch is 914,400 EMU and 576 steps of a comment's place.
    assert told(annotated(slide(box(PHONE)))) == [(2, "不得公开｜手机号码", (576, 576))]
    assert told(annotated(slide(table(("甲", PHONE))))) == [(2, "不得公开｜手机号码", (576, 576))]


@pytest.mark.parametrize("name", [name for name, (part, _) in PLACES.items() if part in ("body", "footer")])
def test_what_stands_on_a_slide_is_told_there(name: str) -> None:
    found = told(annotated(PLACES[name][1](PHONE)))
    assert {number for number, *_ in found} == {1 if name in ("title",) else 2}
    assert all(PHONE not in text for _, text, _ in found)


def test_one_comment_for_a_shape_that_holds_a_group_of_findings() -> None:
    data = slide(shape(lines(PHONE, PHONE)) + shape(lines(PHONE), number=4))
    document = read(data)
    every = tuple(spans(document.text, PHONE))
    note = Note(every, "block", "x", "y", "body", document.place(*every[0])[1], "")
    assert len(told(marking.annotate(data, document, (note,), LIMITS).data)) == 2


@pytest.mark.parametrize("name", ["notes", "comment", "chart", "hidden slide", "diagram"])
def test_what_stands_beside_a_slide_is_named_on_it(name: str) -> None:
    (found,) = told(annotated(PLACES[name][1](PHONE)))
    assert found[0] == 2 and found[1].startswith("位置：位于")


@pytest.mark.parametrize("name", ["author", "master", "section", "custom xml", "layout that is not used"])
def test_what_stands_on_no_slide_is_listed_on_the_first(name: str) -> None:
    (found,) = told(annotated(PLACES[name][1](PHONE)))
    assert found[0] == 1 and found[1].startswith("以下内容") and "手机号码" in found[1]


def test_slides_keep_their_bytes() -> None:
    for data in (slide(box(PHONE)), comments(PHONE)):
        before, after = members(data), members(annotated(data))
        changed = {name for name in before if before[name] != after[name]}
        assert not [name for name in changed if not re.search(r"rels$|comment|Content_Types", name)]


def test_comments_that_were_there_stay() -> None:
    root = etree.fromstring(members(annotated(comments(PHONE)))["ppt/comments/comment1.xml"])
    assert [one.get("authorId") for one in root] == ["0", "1"]


def test_a_deck_without_slides_says_so() -> None:
    data = pptx()
    note = Note((), "check", "x", "y", "property", read(data).place(0, 0)[1], "")
    assert marking.annotate(data, read(data), (note,), LIMITS).remarks


def test_another_file_than_the_one_reviewed_is_refused() -> None:
    with pytest.raises(MarkingError):
        marking.annotate(slide(box("甲")), read(slide(box("乙"))), (), LIMITS)


@office
def test_libreoffice_shows_the_comments(tmp_path: Path) -> None:
    data = pptx(TITLE, TITLE + box(f"电话{PHONE}"), TITLE + table(("姓名", "电话"), ("钱某", PHONE)))
    again = read(converted(annotated(data), "pptx", "odp", tmp_path) and converted(annotated(data), "pptx", "pptx", tmp_path))
    shown = [again.place(block.start, block.end)[1].page for block in again.blocks if block.part == "comment"]
    assert shown == [2, 3]


# ---------------------------------------------------------------- mask


@pytest.mark.parametrize("name", PLACES)
def test_a_masked_number_is_nowhere_any_more(name: str) -> None:
    result = masked(PLACES[name][1](PHONE))
    assert left_of(result.data, PHONE) == []
    after = read(result.data)
    assert (not after.concealed and not after.gaps) or name.startswith("alt t")
    # Nothing refers to the one diagram: it goes.
    if PLACES[name][0] in ("body", "footer", "header", "textbox") and name != "picture of a diagram":
        assert STARRED in after.text and not result.unplaced
    if PLACES[name][0] in ("comment", "hidden", "attachment", "annotation"):
        assert result.unplaced == (0,) and STARRED not in after.text


@pytest.mark.parametrize("name", PLACES)
def test_what_is_not_masked_stays_but_what_no_slide_shows(name: str) -> None:
    part, build = PLACES[name]
    after = read(masked(build("甲乙丙丁")).data)
    if part in ("body", "footer", "header", "textbox", "alt") and name != "picture of a diagram":
        assert "甲乙丙丁" in after.text
    if part in ("hidden", "comment", "annotation", "attachment"):
        assert "甲乙丙丁" not in after.text


@pytest.mark.parametrize("name", PLACES)
def test_every_relationship_leads_somewhere(name: str) -> None:
    every = members(masked(PLACES[name][1](PHONE)).data)
    types = every["[Content_Types].xml"].decode()
    assert all(place in every for place in re.findall(r'PartName="/([^"]*)"', types))
    for part, content in every.items():
        if part.endswith(".rels"):
            source = part.replace("_rels/", "").removesuffix(".rels")
            ids = re.findall(r'Id="([^"]*)"', content.decode())
            used = set(re.findall(r'r:(?:id|embed|link|pict)="([^"]+)"', every[source].decode())) if source in every else set()
            assert used <= set(ids), source
            for target in re.findall(r'Target="([^"]*)"(?! TargetMode)', content.decode()):
                assert "://" in target or target.startswith("mailto") or target.rsplit("/", 1)[-1] in {
                    one.rsplit("/", 1)[-1] for one in every
                }  # fmt: skip


REMOVED = {
    "hidden slide": "隐藏的幻灯片 1 张", "comment": "批注 1 条", "notes": "备注页 1 页", "hidden shape": "隐藏的图形 1 个",
    "beside the slide": "幻灯片范围以外的图形 1 个", "tag": "加载项标记 1 个", "section": "节名称 1 项", "author": "文档属性 1 项",
    "embedded workbook": "嵌入的文件 1 个", "white on a white slide": "隐藏文字 1 处", "threaded comment": "批注 1 条",
    "slide that is not shown": "隐藏的幻灯片 1 张",
}  # fmt: skip


@pytest.mark.parametrize("name", REMOVED)
def test_what_was_taken_out_is_named(name: str) -> None:
    removed = masked(PLACES[name][1](PHONE)).removed
    assert REMOVED[name] in removed and PHONE not in "".join(removed)


def test_a_number_over_runs_takes_the_look_of_its_first_character() -> None:
    result = masked(slide(shape(lines(run("138001", words='b="1"') + run("38000", words='i="1"')))))
    assert f'b="1"/><a:t>{STARRED}</a:t>' in members(result.data)["ppt/slides/slide2.xml"].decode().replace("></a:rPr>", "/>")


OBJECT = (
    '<mc:AlternateContent><mc:Choice Requires="v"><p:oleObj name="工作表" r:id="rId2" progId="Excel.Sheet.12"><p:embed/></p:oleObj>'
    '</mc:Choice><mc:Fallback><p:oleObj name="工作表" r:id="rId2" progId="Excel.Sheet.12"><p:embed/>@</p:oleObj></mc:Fallback>'
    "</mc:AlternateContent>"
).replace("@", picture('name="对象 5"').replace("rId2", "rId3"))


def test_an_embedded_object_becomes_its_picture() -> None:
    data = pptx(
        TITLE + frame(OBJECT, "ole"),
        links={1: [("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx"), ("image", "../media/image1.png")]},
        parts={"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": PLACES["embedded deck"][1](PHONE), "ppt/media/image1.png": PNG},
    )
    result = masked(data)
    tree = etree.fromstring(members(result.data)["ppt/slides/slide1.xml"])
    assert [one.tag for one in tree.iter(P + "pic", P + "oleObj", P + "graphicFrame")] == [P + "pic"]
    assert left_of(result.data, PHONE) == [] and "嵌入的文件 1 个" in result.removed


def test_animations_of_what_is_gone_go_too() -> None:
    timing = '<p:timing><p:tnLst><p:set><p:tgtEl><p:spTgt spid="3"/></p:tgtEl></p:set></p:tnLst></p:timing>'
    for words, left in (('name="文本框 3" hidden="1"', False), ('name="文本框 3"', True)):
        result = masked(pptx(shape(lines(PHONE), words=words), timing=timing))
        assert (b"p:timing" in members(result.data)["ppt/slides/slide1.xml"]) is left


def test_links_to_a_hidden_slide_go() -> None:
    jump = '<a:r><a:rPr><a:hlinkClick r:id="rId2" action="ppaction://hlinksldjump"/></a:rPr><a:t>见后</a:t></a:r>'
    data = pptx(shape(lines(jump)), box(PHONE), links={1: [("slide", "slide2.xml")]}, hidden=[2])
    result = masked(data)
    after = members(result.data)
    assert "ppt/slides/slide2.xml" not in after and b"hlinkClick" not in after["ppt/slides/slide1.xml"]
    assert "动作链接 1 处" in result.removed


def test_macros_go_and_the_type_says_so() -> None:
    kind = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
    data = pptx(box(PHONE), deck_links=[("vbaProject", "vbaProject.bin")], parts={"ppt/vbaProject.bin": b"\1" * 9})
    types = members(data)["[Content_Types].xml"].decode()
    plain = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    data = _with(data, {"[Content_Types].xml": types.replace(plain, kind)})
    result = masked(data)
    assert "宏 1 个" in result.removed and any("宏" in one for one in result.remarks)
    assert plain in members(result.data)["[Content_Types].xml"].decode()


def test_strict_decks_are_masked() -> None:
    parts = {
        name: content.replace(b"http://schemas.openxmlformats.org/presentationml/2006/", b"http://purl.oclc.org/ooxml/presentationml/")
        .replace(b"http://schemas.openxmlformats.org/drawingml/2006/", b"http://purl.oclc.org/ooxml/drawingml/")
        for name, content in members(slide(box(PHONE))).items()
    }  # fmt: skip
    data = _with(slide(box(PHONE)), parts)
    result = masked(data)
    assert left_of(result.data, PHONE) == [] and STARRED in read(result.data).text
    assert b"http://purl.oclc.org/ooxml/presentationml/main" in members(result.data)["ppt/slides/slide2.xml"]


def test_a_value_masked_on_a_slide_goes_from_everything_else() -> None:
    data = pptx(box(PHONE), parts={"ppt/slideMasters/slideMaster1.xml": members(pptx())["ppt/slideMasters/slideMaster1.xml"].replace(
        b"</p:sldMaster>", f'<p:extLst><p:ext uri="x{PHONE}"/></p:extLst></p:sldMaster>'.encode())})  # fmt: skip
    assert left_of(masked(data).data, PHONE) == []


@office
def test_libreoffice_reads_the_copy(tmp_path: Path) -> None:
    data = pptx(
        TITLE + box(f"电话{PHONE}"), TITLE + table(("姓名", "电话"), ("钱某", PHONE)), TITLE + box("不要看"), hidden=[3],
        links={1: [("notesSlide", "../notesSlides/notesSlide1.xml")]},
        parts={"ppt/notesSlides/notesSlide1.xml": root("p:notes", tree(box(PHONE)))},
    )  # fmt: skip
    again = read(converted(masked(data).data, "pptx", "pptx", tmp_path))
    assert [block.part for block in again.blocks if block.part in ("hidden", "annotation", "comment")] == []
    assert again.text.count(STARRED) == 2 and PHONE not in again.text and "工作情况汇报" in again.text


def _with(data: bytes, changed: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in {**members(data), **changed}.items():
            package.writestr(name, content)
    return out.getvalue()
