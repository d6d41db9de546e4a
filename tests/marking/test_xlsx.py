"""Annotated and masked copies of workbooks, looked at with zipfile and lxml, openpyxl, and by LibreOffice."""

from __future__ import annotations

import io
import re
import zipfile
from html import escape, unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking import xlsx as marking
from reviewer.marking.model import AUTHOR, Edit, Masked, Note
from reviewer.marking.repack import repacked
from reviewer.model import Document, Severity, cell_name
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.marking.make_workbook import HIDDEN, OTHER, PHONE, simple, workbook
from tests.marking.witness import converted, office
from tests.readers.make_xlsx import HEADER, PLACES, person, root, row, text_cell, worksheet, xlsx

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LIMITS = Limits()
TOKEN = "张三13800138000"
REMARK = "=不得公开｜手机号码"


def read(data: bytes) -> Document:
    return read_bytes(data, "draft.xlsx", LIMITS)


def spans(text: str, token: str) -> list[tuple[int, int]]:
    return [(match.start(), match.end()) for match in re.finditer(re.escape(token), text)]


def notes_on(document: Document, token: str, severity: Severity = "block") -> tuple[Note, ...]:
    found = []
    for start, end in spans(document.text, token):
        part, locator = document.place(start, end)
        place = f"{locator.sheet or part} {locator.cell or ''}"
        found.append(Note(((start, end),), severity, "不得公开：手机号码", REMARK, part, locator, place))
    return tuple(found)


def annotated(data: bytes, token: str = PHONE) -> bytes:
    document = read(data)
    return marking.annotate(data, document, notes_on(document, token), LIMITS).data


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def book_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def marked(sheet: Any) -> set[str]:
    """The cells of a sheet with a note of ours."""
    return {cell.coordinate for line in sheet.iter_rows() for cell in line
            if cell.comment is not None and REMARK in cell.comment.text}  # fmt: skip


def filled(sheet: Any) -> set[str]:
    return {cell.coordinate for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == "FFFFC7CE"}


CELLS = {"B2", "C2", "C3", "B4", "C4", "B6"}
LEFT = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/_rels/sheet3.xml.rels"}  # fmt: skip
"""the parts of our workbook that may change where only its shown sheets have findings"""


def test_notes_and_fills_stand_on_the_cells() -> None:
    book = book_of(annotated(workbook()))
    first = book["名单"]
    # A2 has a hyperlink with the number; its remark stands below the one that was there.
    assert filled(first) == marked(first) == CELLS | {"A2"}
    assert first["A2"].comment.text.startswith(f"旧批注{HIDDEN}") and AUTHOR in first["A2"].comment.text
    assert filled(book["汇总"]) == marked(book["汇总"]) == {"A2", "A9"}
    assert first["B4"].number_format == "0" and first["B4"].border.left.style == "thin"
    assert first["C3"].value == f"粗{PHONE}尾" and first["B4"].value == int(PHONE)


def test_the_result_sheet_lists_all_and_leads_to_the_cells() -> None:
    data = workbook()
    document = read(data)
    notes = notes_on(document, PHONE) + notes_on(document, HIDDEN, "check")
    book = book_of(marking.annotate(data, document, notes, LIMITS).data)
    assert book.sheetnames == ["名单", "底稿", "汇总", "审查结果"]
    lines = [*book["审查结果"].iter_rows(min_row=2)]
    assert len(lines) == len(notes)
    assert [line[1].value for line in lines[:1] + lines[-1:]] == ["不得公开", "须人工判断"]
    assert all(line[4].data_type == "s" and line[4].value == REMARK for line in lines)
    links = {line[3].value: line[3].hyperlink.location for line in lines if line[3].hyperlink}
    assert links["名单 B2"] == "'名单'!B2" and links["底稿 A2（隐藏工作表）"] == "'底稿'!A2"
    places = {line[3].value for line in lines}
    assert {"名单 B5（筛选隐藏）", "名单 E2（隐藏列）"} <= places


def test_all_other_parts_stay_byte_for_byte() -> None:
    data = workbook()
    before, after = members(data), members(annotated(data))
    assert {name for name in before if before[name] != after[name]} == LEFT
    assert [name for name in after if name in before] == list(before)
    assert set(after) - set(before) == {"xl/worksheets/sheet4.xml", "xl/comments3.xml", "xl/drawings/vmlDrawing3.vml"}
    sheet = after["xl/worksheets/sheet1.xml"]
    for kept in (b"autoFilter", b"conditionalFormatting", b"dataValidation ", b"hyperlink ", b"oddHeader", b"<drawing "):
        assert kept in sheet


def test_a_column_gets_one_note_and_all_its_fills() -> None:
    rows = row(1, text_cell("A1", "姓名"), text_cell("B1", "电话"))
    rows += "".join(row(n, text_cell(f"A{n}", "甲"), text_cell(f"B{n}", PHONE)) for n in range(2, 9))
    data = simple(worksheet(rows), name="甲'乙")
    document = read(data)
    note = Note(tuple(spans(document.text, PHONE)), "block", "x", REMARK, "body",
                document.place(*spans(document.text, PHONE)[0])[1], "B2 至 B8", column=True)  # fmt: skip
    book = book_of(marking.annotate(data, document, (note,), LIMITS).data)
    assert marked(book["甲'乙"]) == {"B2"}
    assert filled(book["甲'乙"]) == {f"B{n}" for n in range(2, 9)}
    assert book["审查结果"]["D2"].hyperlink.location == "'甲''乙'!B2"


ODD = {
    "no names of cells": lambda s: re.sub(r' r="[A-Z]*[0-9]+"', "", s),
    "single quotes": lambda s: re.sub(r'(<(?:row|c) [^>]*>)', lambda m: m[1].replace('"', "'"), s),
    "prefix": lambda s: re.sub(r"<(/?)(?=[a-z])", r"<\1x:", s).replace("xmlns=", "xmlns:x="),
    "utf-16": lambda s: s.replace("UTF-8", "UTF-16").encode("utf-16"),
    "comments": lambda s: s.replace("<row", "<!-- <c r='Z9'/> --><row", 1),
    "strict": lambda s: s.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                                  "http://purl.oclc.org/ooxml/spreadsheetml/main"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_other_ways_of_writing_a_sheet(kind: str) -> None:
    plain = worksheet(row(1, text_cell("A1", "甲"), '<c r="B1"/>', text_cell("C1", PHONE)) + row(2, text_cell("A2", "x")))
    data = xlsx(ODD[kind](plain))
    made = annotated(data)
    sheet = etree.fromstring(members(made)["xl/worksheets/sheet1.xml"])
    (first, *_), found = sheet.iter("{*}row"), []
    for cell in first:
        found.append((cell.get("s"), "".join(cell.itertext())))
    assert [text for _, text in found] == ["甲", "", PHONE]
    assert found[2][0] not in (None, "0") and {s for s, _ in found[:2]} <= {None, "0"}
    assert read(made).text.startswith(read(data).text.split("\n")[0])


def test_names_that_are_taken() -> None:
    data = simple(worksheet(row(1, text_cell("A1", PHONE))), name="审查结果")
    assert book_of(annotated(data)).sheetnames == ["审查结果", "附表", "审查结果2"]


@pytest.mark.parametrize("name", PLACES)
def test_every_place_is_listed_and_nothing_is_lost(name: str) -> None:
    data = PLACES[name][1](TOKEN)
    made = annotated(data, TOKEN)
    before, after = members(data), members(made)
    assert all(name in after for name in before)
    document = read(made)
    rows = [line for line in document.text.split("\n") if REMARK in line]
    assert rows, "not listed"
    changed = {name.rsplit("/", 1)[0] for name in before if before[name] != after[name]}
    assert changed <= {"[Content_Types].xml", "xl", "xl/_rels", "xl/worksheets", "xl/worksheets/_rels"}


def test_a_threaded_comment_keeps_its_cell() -> None:
    data = PLACES["threaded comment"][1](PHONE)
    thread = xlsx(
        worksheet(row(2, text_cell("B2", PHONE))), links=[("threadedComment", "../threadedComments/threadedComment1.xml")],
        parts={"xl/threadedComments/threadedComment1.xml": members(data)["xl/threadedComments/threadedComment1.xml"]},
    )  # fmt: skip
    document = read(thread)
    made = marking.annotate(thread, document, notes_on(document, PHONE), LIMITS)
    assert "xl/comments1.xml" not in members(made.data)
    assert any("会话批注" in remark for remark in made.remarks)


def test_a_signature_is_told_of_and_another_file_refused() -> None:
    data = xlsx(parts={"_xmlsignatures/sig1.xml": "<Signature/>"})
    assert any("签名失效" in r for r in marking.annotate(data, read(data), (), LIMITS).remarks)
    with pytest.raises(MarkingError):
        marking.annotate(data, read(xlsx(name="乙")), (), LIMITS)


# ---------------------------------------------------------------- LibreOffice

@office
def test_libreoffice_keeps_notes_fills_and_links(tmp_path: Path) -> None:
    mine = book_of(annotated(workbook()))
    theirs = book_of(converted(annotated(workbook()), "xlsx", "xlsx", tmp_path))
    assert theirs.sheetnames == mine.sheetnames
    for name in ("名单", "汇总"):
        assert marked(theirs[name]) == marked(mine[name]) and filled(theirs[name]) == filled(mine[name])
    assert theirs["名单"]["A2"].comment.text.startswith(f"旧批注{HIDDEN}")
    assert theirs["名单"].data_validations.dataValidation and theirs["名单"].conditional_formatting
    assert len(theirs["名单"]._charts) == 1 and theirs["汇总"].tables
    links = [line[3].hyperlink.location for line in theirs["审查结果"].iter_rows(min_row=2) if line[3].hyperlink]
    assert "#名单.B2" in links or "'名单'!B2" in links or "名单!B2" in links


# ---------------------------------------------------------------- publishable copies


def edits_for(text: str, replacement: str, *tokens: str, entity: str = "PHONE") -> tuple[Edit, ...]:
    found = sorted(span for token in tokens for span in spans(text, token))
    return tuple(Edit(start, end, replacement, entity) for start, end in found)


def masked(data: bytes, *tokens: str, replacement: str = "138****8000", entity: str = "PHONE") -> Masked:
    document = read(data)
    return marking.mask(data, document, edits_for(document.text, replacement, *tokens, entity=entity), LIMITS)


def leaks(data: bytes, *values: str) -> list[str]:
    """The members of a copy that hold one of these values, also as references, in any usual encoding."""
    found = []
    for name, content in members(data).items():
        text = unescape(content.decode("utf-8", "replace"))
        for value in values:
            coded = [value.encode(e) for e in ("utf-16-le", "utf-16-be", "gb18030")]
            if value in text or value in name or any(one in content for one in coded):
                found.append(name)
    return found


def test_a_copy_shows_what_is_left_and_nothing_else() -> None:
    made = masked(workbook(), PHONE)
    assert leaks(made.data, PHONE, HIDDEN, "局打印机", "周某", "经办") == []
    book = book_of(made.data)
    assert book.sheetnames == ["名单", "汇总"]
    first = book["名单"]
    assert [cell.value for cell in first[2]] == ["赵小明", "138****8000", "请拨138****8000联系", None, None, "=1+1"]
    assert [cell.value for cell in first[3]][:3] == ["钱小红", OTHER, "粗138****8000尾"]
    assert [cell.value for cell in first[4]][:3] == ["李小军", "138****8000", "电话138****8000"]
    assert [cell.value for cell in first[5]] == [None] * 6 and [cell.value for cell in first[6]][2:5] == [None] * 3
    assert [cell.value for cell in first[7]] == ["合计", "=SUM(F2:F6)", True, "#N/A", None, 0.1]
    assert first["B4"].border.left.style == "thin" and first["A1"].font.b and first["A1"].fill.fgColor.rgb == "FFC6E0B4"
    assert first.oddHeader.center.text == "页眉 138****8000 止" and first.oddHeader.center.font == "宋体"
    assert first.oddFooter.left.text == "第&P页 138****8000"
    (rule,) = first.data_validations.dataValidation
    assert (rule.formula1, rule.prompt) == ('"甲,138****8000"', "填138****8000")
    assert first.auto_filter.filterColumn[0].filters.filter == ["138****8000", OTHER]
    assert not any(cell.comment or cell.hyperlink for line in first.iter_rows() for cell in line)


def test_what_refers_to_what_is_gone_keeps_its_values() -> None:
    made = masked(workbook(), PHONE)
    book = book_of(made.data)
    second = book["汇总"]
    assert [second[name].value for name in ("A1", "B1", "C1")] == ["合计", 15, "=B1*2"]
    assert second["A2"].value == "138****8000" and second["B2"].value.startswith("=名单!F2+1")
    assert second.tables["表1"].tableColumns[0].name == second["A9"].value == "138****8000"
    assert list(book.defined_names) == [] and list(second.defined_names) == ["合计区"]
    assert book.calculation.fullCalcOnLoad
    chart = members(made.data)["xl/charts/chart1.xml"]
    # What it shows of the hidden sheet is its own now; of the masked cells it keeps no values.
    assert b"numLit" in chart and b"strCache" not in chart and "底稿".encode() not in chart and "名单!".encode() in chart
    kinds = {name.split("/")[1] if "/" in name else name for name in members(made.data)}
    assert not kinds & {"pivotCache", "pivotTables", "calcChain.xml", "comments1.xml", "printerSettings", "custom.xml"}
    told = " ".join(made.removed)
    for word in ("批注 1 条", "隐藏的工作表 1 个", "隐藏的行 1 行", "隐藏的列 1 列", "看不见的单元格 2 个", "文件属性", "打印机设置",
                 "数据透视表", "定义的名称 2 个", "公式", "没有单元格使用的文字 1 条"):  # fmt: skip
        assert word in told, word
    document = read(made.data)
    assert document.concealed == () and document.gaps == ()


def test_parts_that_hold_nothing_stay_as_they_are() -> None:
    data = simple(worksheet(row(1, text_cell("A1", PHONE)) + row(2, text_cell("A2", "甲"))))
    before, after = members(data), members(masked(data, PHONE).data)
    assert {name for name in before if before[name] != after.get(name)} == {"xl/worksheets/sheet1.xml"}


def test_a_string_that_other_cells_need_stays() -> None:
    strings = root("sst", f"<si><t>{PHONE}</t></si><si><r><rPr><b/></rPr><t>粗{PHONE[:4]}</t></r><r><t>{PHONE[4:]}</t></r></si>")
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c>'
    data = simple(worksheet(row(1, cells)), **{"xl/sharedStrings.xml": strings})
    document = read(data)
    (first, *_, last) = spans(document.text, PHONE)
    edits = (Edit(*first, "甲", "PHONE"), Edit(*last, "乙", "PHONE"))
    made = marking.mask(data, document, edits, LIMITS).data
    sheet = book_of(made)["名单"]
    assert [cell.value for cell in sheet[1]] == ["甲", PHONE, "粗乙"]
    assert b"<rPr><b/></rPr>" in members(made)["xl/worksheets/sheet1.xml"]


def test_of_a_text_with_white_runs_the_seen_rest_stays() -> None:
    white = '<r><rPr><color rgb="FFFFFFFF"/></rPr><t>{}</t></r>'
    strings = root("sst", f"<si><r><t>电话{PHONE[:5]}</t></r><r><t>{PHONE[5:]}</t></r>{white.format('底价' + OTHER)}</si>"
                          f"<si>{white.format(HIDDEN)}</si><si><r><t>明</t></r>{white.format('暗')}</si>")  # fmt: skip
    cells = "".join(f'<c r="{c}1" t="s"><v>{k}</v></c>' for k, c in enumerate("ABC"))
    made = masked(simple(worksheet(row(1, cells)), **{"xl/sharedStrings.xml": strings}), PHONE, OTHER)
    assert [cell.value for cell in book_of(made.data)["名单"][1]] == ["电话138****8000", None, "明"]
    assert leaks(made.data, PHONE, OTHER, HIDDEN, "底价", "暗") == [] and read(made.data).concealed == ()


@pytest.mark.parametrize("name", PLACES)
def test_no_place_keeps_the_value(name: str) -> None:
    data = PLACES[name][1](TOKEN)
    made = masked(data, TOKEN, "13800138000", replacement="〔已隐去〕")
    assert leaks(made.data, TOKEN, "13800138000") == []
    copy = read(made.data)
    assert copy.concealed == (), copy.concealed
    part = PLACES[name][0]
    if part in ("body", "header", "footer", "textbox"):
        assert "〔已隐去〕" in copy.text and made.unplaced == ()
    if part in ("hidden", "comment", "property", "attachment"):
        assert "〔已隐去〕" not in copy.text and made.unplaced


@pytest.mark.parametrize("name", PLACES)
def test_what_is_not_named_stays_as_it_is(name: str) -> None:
    part, build = PLACES[name]
    if part in ("body", "header", "footer", "textbox", "form") and name not in ("slicer", "data validation"):
        assert "甲某99" in read(masked(build("甲某99")).data).text


@pytest.mark.parametrize("kind", ODD)
def test_copies_of_other_ways_of_writing_a_sheet(kind: str) -> None:
    plain = worksheet(row(1, text_cell("A1", "甲"), '<c r="B1"/>', text_cell("C1", PHONE)) + row(2, text_cell("A2", "x")))
    made = masked(xlsx(ODD[kind](plain)), PHONE)
    assert read(made.data).text.split("\n")[:2] == ["甲\t138****8000", "x"] and leaks(made.data, PHONE) == []


FORMULAS = {
    "B2": True, "$B$2": True, "A1+B1:B9": True, "SUM(B:B)": True, "SUM(2:2)": True, "SUM(A:A)": False, "C2*2": False,
    "'名单'!B2": True, "附表!B2": False, '"B2"&C2': False, "无此表!A1": True, "INDIRECT(\"B2\")": True, "表1[电话]": True,
    "LEFT(C2,2)&TRUE": False, "名单!$A$1:$C$3": True, "[1]表!A1": True, "LOG10(C2)": False, "无此名称": True,
}  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_on_masked_cells_become_values(formula: str) -> None:
    own = formula.replace("&", "&amp;").replace('"', "&quot;")
    cells = f'<c r="D5"><f>{own}</f><v>7</v></c>'
    data = simple(worksheet(HEADER + row(2, text_cell("A2", "甲"), text_cell("B2", PHONE), '<c r="C2"><v>1</v></c>')
                            + row(5, cells)))  # fmt: skip
    value = book_of(masked(data, PHONE).data)["名单"]["D5"].value
    assert value == (7 if FORMULAS[formula] else f"={formula}")


def test_a_formula_without_a_value_leaves_nothing_and_is_told_of() -> None:
    cells = text_cell("B2", PHONE) + '<c r="C2"><f>B2*1</f></c><c r="D2"><f>1+1</f></c>'
    made = masked(simple(worksheet(row(2, cells))), PHONE)
    sheet = book_of(made.data)["名单"]
    assert (sheet["C2"].value, sheet["D2"].value) == (None, "=1+1")
    assert [remark for remark in made.remarks if remark.startswith("1 个公式")]


def test_shared_and_array_formulas_are_frozen_together() -> None:
    own = {
        "C": ['<f t="shared" ref="C2:C4" si="0">A2*2</f>', '<f t="shared" si="0"/>', '<f t="shared" si="0"/>'],
        "D": ['<f t="shared" ref="D2:D4" si="1">B2&amp;1</f>', '<f t="shared" si="1"/>', '<f t="shared" si="1"/>'],
        "E": ['<f t="array" ref="E2:E4">LEN(B2:B4)</f>', "", ""],
    }
    rows = "".join(
        row(n, f'<c r="A{n}"><v>{n}</v></c>', text_cell(f"B{n}", PHONE if n == 3 else "甲"),
            f'<c r="C{n}">{own["C"][n - 2]}<v>{n * 2}</v></c>', f'<c r="D{n}" t="str">{own["D"][n - 2]}<v>值{n}</v></c>',
            f'<c r="E{n}">{own["E"][n - 2]}<v>{n}</v></c>')
        for n in (2, 3, 4)
    )  # fmt: skip
    sheet = book_of(masked(simple(worksheet(rows)), PHONE).data)["名单"]
    assert sheet["C2"].value == "=A2*2" and str(sheet["C3"].value).startswith("=")
    assert [sheet[f"D{n}"].value for n in (2, 3, 4)] == ["值2", "值3", "值4"]
    assert [sheet[f"E{n}"].value for n in (2, 3, 4)] == [2, 3, 4]


_LINK = '<hyperlinks><hyperlink ref="A1" location="{}!A1" display="x"/></hyperlinks>'
_LIST = '<dataValidations count="1"><dataValidation type="list" sqref="C1"><formula1>{}</formula1></dataValidation></dataValidations>'
_RULE = '<conditionalFormatting sqref="C1"><cfRule type="expression" priority="1"><formula>{}</formula></cfRule></conditionalFormatting>'
_EXTENSION = (
    '<extLst><ext uri="{{1}}"><x14:sparklineGroups><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>{}</xm:f>'
    "<xm:sqref>D1</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
BESIDE = {
    "link to a hidden sheet": (_LINK.format("附表"), "hyperlink", False),
    "link to a shown sheet": (_LINK.format("名单"), "hyperlink", True),
    "list on a hidden sheet": (_LIST.format("附表!$A$1:$A$3"), "dataValidation", False),
    "list on a shown sheet": (_LIST.format("$A$1:$A$3"), "dataValidation", True),
    "list with a masked number": (_LIST.format(f"{PHONE}+1"), "dataValidation", False),
    "condition on a hidden sheet": (_RULE.format("附表!A1&gt;1"), "conditionalFormatting", False),
    "condition on a shown sheet": (_RULE.format("A1&gt;1"), "conditionalFormatting", True),
    "condition with a masked number": (_RULE.format(f"A1={PHONE}"), "conditionalFormatting", False),
    "sparkline of a hidden sheet": (_EXTENSION.format("附表!A1:B1"), "sparkline", False),
    "sparkline of a shown sheet": (_EXTENSION.format("名单!A1:B1"), "sparkline", True),
    "list of slicers": ('<extLst><ext uri="{2}"><x14:slicerList/></ext></extLst>', "slicer", False),
    "scenarios": ('<scenarios><scenario name="甲"><inputCells r="B2" val="1"/></scenario></scenarios>', "scenario", False),
    "merged cells": ('<mergeCells count="1"><mergeCell ref="C3:D4"/></mergeCells>', "mergeCell", True),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_the_cells(name: str) -> None:
    xml, word, stays = BESIDE[name]
    made = masked(xlsx(worksheet(HEADER + row(2, text_cell("B2", PHONE)), after=xml), state="hidden"), PHONE)
    assert (word in members(made.data)["xl/worksheets/sheet1.xml"].decode()) == stays
    assert read(made.data).concealed == () and leaks(made.data, PHONE) == []


_BUTTON = (
    '<v:shape id="_x0000_s1030" type="#_x0000_t201"><v:textbox><div>请拨@</div></v:textbox>'
    '<x:ClientData ObjectType="Button"/></v:shape>'
)


def with_button(token: str) -> bytes:
    """A sheet with a button and an old note in one VML drawing."""
    base = members(workbook())
    vml = base["xl/drawings/vmlDrawing1.vml"].decode().replace("</xml>", _BUTTON.replace("@", token) + "</xml>")
    links = [("vmlDrawing", "../drawings/vmlDrawing1.vml"), ("comments", "../comments1.xml")]
    return xlsx(worksheet(HEADER + row(2, text_cell("B2", token)), after='<legacyDrawing r:id="rId1"/>'), links=links,
                parts={"xl/drawings/vmlDrawing1.vml": vml, "xl/comments1.xml": base["xl/comments1.xml"]})  # fmt: skip


def test_a_button_stays_where_notes_go_and_come() -> None:
    data = with_button(PHONE)
    made = masked(data, PHONE)
    drawing = members(made.data)["xl/drawings/vmlDrawing1.vml"].decode()
    assert "Note" not in drawing and "请拨138****8000" in drawing and made.unplaced == ()
    assert b"legacyDrawing" in members(made.data)["xl/worksheets/sheet1.xml"]
    drawing = members(annotated(data))["xl/drawings/vmlDrawing1.vml"].decode()
    assert drawing.count("ObjectType=\"Note\"") == 2 and "_x0000_s1031" in drawing and PHONE in drawing


def test_hidden_shapes_and_slicers_leave_a_drawing() -> None:
    shape = PLACES["text box"][1]("甲某99")
    for old, new in ((b'name="\xe6\x96\x87\xe6\x9c\xac\xe6\xa1\x86 1"', b'name="a" hidden="1"'), (b"<xdr:sp>", b"<xdr:sp><slicer/>")):
        drawing = members(shape)["xl/drawings/drawing1.xml"]
        assert old in drawing
        data = repacked(shape, {"xl/drawings/drawing1.xml": drawing.replace(old, new)})
        made = masked(data)
        assert leaks(made.data, "甲某99") == [] and read(made.data).concealed == ()


def test_a_table_over_hidden_headers_becomes_plain_cells() -> None:
    table = root("table", '<tableColumns count="2"><tableColumn id="1" name="姓名"/><tableColumn id="2" name="号码"/></tableColumns>',
                 'id="1" name="表1" displayName="表1" ref="A1:B2"')  # fmt: skip
    sheet = worksheet(person("甲"), before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>',
                      after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>')  # fmt: skip
    after = members(masked(xlsx(sheet, links=[("table", "../tables/table1.xml")], parts={"xl/tables/table1.xml": table})).data)
    assert "xl/tables/table1.xml" not in after and b"tablePart" not in after["xl/worksheets/sheet1.xml"]


def test_a_sheet_under_a_new_name() -> None:
    cells = '<c r="A1"><f>\'李大山\'!C1+李大山!C2</f><v>3</v></c>'
    data = simple(worksheet(row(1, '<c r="C1"><v>1</v></c>') + row(2, '<c r="C2"><v>2</v></c>') + row(3, cells.replace("A1", "A3"))),
                  name="李大山")  # fmt: skip
    book = book_of(masked(data, "李大山", replacement="李*", entity="NAME").data)
    assert book.sheetnames[0] == "李＊" and book["李＊"]["A3"].value == "='李＊'!C1+'李＊'!C2"


def test_macros_signatures_and_workbooks_without_a_visible_sheet() -> None:
    parts: dict[str, str | bytes] = {"xl/vbaProject.bin": b"\xd0\xcf", "_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": "<a/>"}
    data = xlsx(book_links=[("vbaProject", "vbaProject.bin")], package_links=[("origin", "_xmlsignatures/origin.sigs")], parts=parts)
    made = masked(data)
    assert "宏 1 个" in made.removed and any("签名失效" in remark for remark in made.remarks)
    assert not [name for name in members(made.data) if "vba" in name or "signature" in name]
    with pytest.raises(MarkingError):
        masked(xlsx(parts={"xl/workbook.xml": members(xlsx(state="hidden"))["xl/workbook.xml"].replace(
            b'sheetId="1"', b'sheetId="1" state="veryHidden"')}))  # fmt: skip


KINDS = st.sampled_from(["inline", "shared", "number", "formula", "rich"])
WORDS = st.text("甲乙丙丁 &<>'\"aZ_x0041_", min_size=0, max_size=8)
CELL = st.tuples(KINDS, WORDS, st.booleans())


@settings(max_examples=60)
@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=6), st.sampled_from([PHONE, "35010019030307101X"]))
def test_no_value_survives_and_the_rest_does(grid: list[list[tuple[str, str, bool]]], value: str) -> None:
    strings: list[str] = []
    rows, wanted = [], []
    for r, line in enumerate(grid, 1):
        cells = []
        for c, (kind, words, holds) in enumerate(line, 1):
            name, text = cell_name(r, c), words + (value if holds else "")
            held = escape(text, quote=False).replace("_x0041_", "_x005F_x0041_")
            if kind == "number":
                text = value if holds and value.isdigit() else str(c)
                cells.append(f'<c r="{name}"><v>{float(text):.15E}</v></c>')
            elif kind == "shared":
                strings.append(f'<si><t xml:space="preserve">{held}</t></si>')
                cells.append(f'<c r="{name}" t="s"><v>{len(strings) - 1}</v></c>')
            elif kind == "formula":
                cells.append(f'<c r="{name}" t="str"><f>CONCATENATE(1,"")</f><v>{held}</v></c>')
            else:
                run = f'<t xml:space="preserve">{held}</t>'
                run = f"<r><rPr><i/></rPr>{run}</r>" if kind == "rich" else run
                coded = "".join(f"&#{ord(x)};" for x in text if holds) if kind == "inline" and "_" not in text else ""
                cells.append(f'<c r="{name}" t="inlineStr"><is>{run if not coded else f"<t>{coded}</t>"}</is></c>')
            wanted.append((name, text))
        rows.append(row(r, *cells))
    data = simple(worksheet("".join(rows)), **{"xl/sharedStrings.xml": root("sst", "".join(strings))})
    made = masked(data, value, replacement="138****8000")
    assert leaks(made.data, value) == []
    sheet = openpyxl.load_workbook(io.BytesIO(made.data), data_only=True)["名单"]
    before = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["名单"]
    for name, text in wanted:
        if value not in text:
            assert (sheet[name].value, sheet[name].data_type) == (before[name].value, before[name].data_type)
        elif "_" not in text:
            assert sheet[name].value == text.replace(value, "138****8000")


@office
def test_libreoffice_opens_the_copy(tmp_path: Path) -> None:
    data = converted(masked(workbook(), PHONE).data, "xlsx", "xlsx", tmp_path)
    # It writes no series with data of its own, which openpyxl then stumbles over.
    theirs = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    assert theirs.sheetnames == ["名单", "汇总"]
    first = theirs["名单"]
    assert [first[name].value for name in ("B2", "B3", "B4", "B6", "C4")] == [
        "138****8000", OTHER, "138****8000", "138****8000", "电话138****8000"
    ]
    assert [theirs["汇总"][name].value for name in ("B1", "C1", "B2", "B3")] == [15, 30, 3, 1]
    assert any(name.startswith("xl/charts/") for name in members(data)) and leaks(data, PHONE, HIDDEN) == []
