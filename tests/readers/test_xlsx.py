"""The xlsx reader: what a cell's text is, what hides it, that both scanners agree, and what is refused."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from reviewer.errors import Broken, Encrypted, ReadError, TooBig
from reviewer.model import Document
from reviewer.readers import read_bytes, xlsx_scan
from reviewer.readers.xlsx_formula import literal_text
from reviewer.settings import Limits

from .make_xlsx import (
    CONCEALED,
    HEADER,
    MAIN,
    PLACES,
    PNG,
    pack,
    person,
    relations,
    root,
    row,
    shared,
    styles,
    text_cell,
    worksheet,
    xlsx,
)

TOKEN = "340102190001011234"


LIMITS = Limits()


def read(data: bytes, limits: Limits = LIMITS) -> Document:
    return read_bytes(data, "名单.xlsx", limits)


def reasons(document: Document) -> list[str]:
    return [hidden.reason for hidden in document.concealed]


def number(stored: str, code: str = "", more: str = "") -> Document:
    """A workbook with one number cell, B2."""
    cell = f'<c r="B2" s="1"{more}><v>{stored}</v></c>'
    return read(xlsx(worksheet(HEADER + row(2, cell)), look=styles(code=code)))


@pytest.mark.parametrize("name", PLACES)
def test_each_place_is_read_at_its_part(name: str) -> None:
    part, build = PLACES[name]
    document = read(build(TOKEN))
    start = document.text.index(TOKEN)
    assert document.place(start, start + len(TOKEN))[0] == part
    assert document.text.count(TOKEN) == 1
    assert any(h.start <= start < h.end for h in document.concealed) == (name in CONCEALED)
    assert document.gaps == ()


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("340102190001011234", "", "340102190001011234"),
        ("3.4010219000101E+17", "", "340102190001010000"),
        ("340102190001010000", "", "340102190001010000"),
        ("13812345678", "", "13812345678"),
        ("1.3812345678E10", "", "13812345678"),
        ("13812345678.0", "0.00E+00", "13812345678"),
        ("0.30000000000000004", "0.0", "0.30000000000000004"),
        ("1234.50", "#,##0.00", "1234.5"),
        ("-5", "", "-5"),
        ("1E999999999", "", "1E999999999"),
        ("43831", "yyyy/m/d", "2020-01-01"),
        ("43831", "yyyy&quot;年&quot;m&quot;月&quot;;@", "2020-01-01"),
        ("43831.354166666664", "yyyy-mm-dd hh:mm", "2020-01-01 08:30:00"),
        ("0.354166666666667", "h:mm", "08:30:00"),
        ("1.5", "[h]:mm", "36:00:00"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("1", "yyyy-mm-dd", "1900-01-01"),
        ("13812345678", "yyyy-mm-dd", "13812345678"),
        ("5", "General", "5"),
        ("5", "0.00&quot;元&quot;", "5"),
        ("5", "[Red]0;[Blue]-0", "5"),
        ("0", "0;-0;;@", "0"),
    ],
)
def test_the_text_of_a_number_is_its_stored_value(stored: str, code: str, text: str) -> None:
    document = number(stored, code)
    assert document.text.split("\n附")[0] == f"姓名\t号码\n{text}"
    assert document.concealed == ()


@pytest.mark.parametrize(
    ("stored", "code", "shown"),
    [
        ("5511234567", "0000-0000000", "0551-1234567"),
        ("5511234567", "00000-0000000", "00551-1234567"),
        ("13812345678", "000 0000 0000", "138 1234 5678"),
        ("19900102", "0000年00月00日", "1990年01月02日"),
        ("5511234567", "00000000000", "05511234567"),
        ("1", "&quot;皖A&quot;00000", "皖A00001"),
        ("7", "[$工号-804]0", "工号7"),
        ("-7", "&quot;编号&quot;0;&quot;负&quot;0", "负7"),
        ("1", "[=1]&quot;男&quot;;[=2]&quot;女&quot;", "男"),
        ("12.345", "&quot;约&quot;0.0", "约12.3"),
    ],
)
def test_a_format_that_says_more_is_a_block_of_its_own(stored: str, code: str, shown: str) -> None:
    document = number(stored, code)
    assert stored in document.text and shown in document.text
    start = document.text.index("\n" + shown + "\n") + 1
    part, locator = document.place(start, start + len(shown))
    assert (part, locator.sheet, locator.cell) == ("body", "名单", "B2")
    block = document.block_at(start)
    assert block is not None and block.hint == "号码"


@pytest.mark.parametrize("code", [";;;", ";;", "&quot;已脱敏&quot;"])
def test_a_format_that_hides_a_number(code: str) -> None:
    document = number("13812345678", code)
    assert reasons(document) == ["格式隐藏"]
    assert "13812345678" in document.text


def test_booleans_errors_dates_and_control_characters() -> None:
    cells = (
        '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#N/A</v></c>'
        '<c r="D1" t="d"><v>2020-01-02T00:00</v></c>' + text_cell("E1", "甲_x000D_\n乙\t丙&amp;_x005F_x0041_")
    )
    document = read(xlsx(worksheet(row(1, cells))))
    assert document.text.startswith("TRUE\tFALSE\t#N/A\t2020-01-02 00:00\t甲\n乙 丙&_x0041_\n")


def test_1904_dates() -> None:
    book = pack_with(
        "xl/workbook.xml", lambda text: text.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    )
    data = book(xlsx(worksheet(row(1, '<c r="A1" s="1"><v>1</v></c>')), look=styles(code="yyyy-mm-dd")))
    assert read(data).text.startswith("1904-01-02\n")


def pack_with(name: str, change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members: dict[str, str | bytes] = {n: package.read(n) for n in package.namelist()}
        members[name] = change(bytes(members[name]).decode()) if isinstance(members[name], bytes) else ""
        members.pop("[Content_Types].xml", None)
        return pack(members)

    return changed


def test_rows_columns_and_cells_have_the_numbers_of_the_file() -> None:
    rows = row(3, text_cell("B3", "姓名"), text_cell("AB3", "电话")) + row(7, text_cell("AB7", "13812345678"))
    document = read(xlsx(worksheet(rows)))
    table = document.blocks[0].table
    assert table is not None
    assert (list(table.numbers), list(table.columns), table.sheet) == ([3, 7], [2, 28, 28], "名单")
    start = document.text.index("138")
    assert document.place(start, start + 11)[1].cell == "AB7"


def test_references_that_are_missing_or_nonsense() -> None:
    rows = '<row><c t="inlineStr"><is><t>甲</t></is></c><c t="inlineStr"><is><t>乙</t></is></c></row>'
    rows += '<row r="99999999"><c r="ZZZ2" t="inlineStr"><is><t>丙</t></is></c></row>'
    table = read(xlsx(worksheet(rows))).blocks[0].table
    assert table is not None
    assert (list(table.numbers), list(table.columns)) == ([1, 2], [1, 2, 1])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (xlsx(worksheet(person("甲", attributes='hidden="1"'))), "隐藏行"),
        (xlsx(worksheet(person("甲", attributes='hidden="1" outlineLevel="2"'))), "折叠的分组"),
        (PLACES["filtered row"][1]("甲"), "筛选隐藏"),
        (xlsx(worksheet(person("甲", attributes='ht="1.5" customHeight="1"'))), "过矮的行"),
        (PLACES["hidden column"][1]("甲"), "隐藏列"),
        (PLACES["narrow column"][1]("甲某某"), "过窄的列"),
        (PLACES["hidden sheet"][1]("甲"), "隐藏工作表"),
        (PLACES["very hidden sheet"][1]("甲"), "深度隐藏工作表"),
        (PLACES["white text"][1]("甲"), "白色文字"),
        (PLACES["white theme text"][1]("甲"), "白色文字"),
        (PLACES["text in the fill's colour"][1]("甲"), "与底色相同的文字"),
        (PLACES["tiny text"][1]("甲"), "极小文字"),
        (PLACES["comment"][1]("甲"), "批注"),
        (PLACES["pivot records"][1]("甲"), "数据透视表缓存"),
        (PLACES["external cache"][1]("甲"), "外部链接缓存"),
    ],
)
def test_the_reason_is_named(data: bytes, reason: str) -> None:
    assert reason in reasons(read(data))


_BLUE = '<patternFill patternType="solid"><fgColor rgb="FF000080"/></patternFill>'


@pytest.mark.parametrize(
    ("rows", "before", "look"),
    [
        (HEADER + row(2, attributes='hidden="1"'), "", styles()),
        (HEADER, '<cols><col min="5" max="16384" width="9" hidden="1"/></cols>', styles()),
        (row(2, text_cell("A2", "标题很长")), '<cols><col min="1" max="1" width="0.5"/></cols>', styles()),
        (person("甲", style=1), "", styles(font='<color rgb="FFFFFFFF"/>', fill=_BLUE)),
        (person("甲", style=1), "", styles(font='<color theme="1"/>')),
        (person(" ", style=1), "", styles(font='<color rgb="FFFFFFFF"/>')),
    ],
    ids=["empty row", "empty columns", "text that runs on", "white on blue", "black", "blank"],
)  # fmt: skip
def test_what_is_seen_or_empty_is_not_called_hidden(rows: str, before: str, look: str) -> None:
    document = read(xlsx(worksheet(rows, before=before), look=look))
    assert [r for r in reasons(document) if r != "过窄的列"] == []
    if "标题" in document.text:
        assert document.place(document.text.index("标题"), document.text.index("标题") + 4)[0] == "body"


def test_a_wholly_white_column_is_one_entry() -> None:
    rows = "".join(row(i, text_cell(f"A{i}", "甲"), text_cell(f"B{i}", "乙", 1)) for i in range(1, 50))
    document = read(xlsx(worksheet(rows), look=styles(font='<color rgb="FFFFFFFF"/>')))
    assert reasons(document) == ["白色文字"]
    last = document.text.rindex("乙")
    assert document.place(last, last + 1)[0] == "hidden"


def test_a_number_in_a_narrow_column_is_hidden() -> None:
    rows = row(1, '<c r="A1"><v>13812345678</v></c>')
    document = read(xlsx(worksheet(rows, before='<cols><col min="1" max="1" width="1"/></cols>')))
    assert document.place(0, 11)[0] == "hidden"


def test_merged_cells_appear_once() -> None:
    rows = row(1, text_cell("A1", "名单"), '<c r="B1"/>', '<c r="C1" s="1"/>') + row(2, '<c r="A2"/>')
    document = read(xlsx(worksheet(rows, after='<mergeCells><mergeCell ref="A1:C2"/></mergeCells>')))
    assert document.text.startswith("名单\n附")
    assert document.concealed == ()


@pytest.mark.parametrize(
    ("formula", "kept"),
    [
        ("A1*B1", False),
        ("SUM(A1:A50000)*0.5", False),
        ("IF(A1=&quot;&quot;,&quot;&quot;,A1)", False),
        ("VLOOKUP(A1,[1]名单!$A:$C,3,0)", True),
        ("&quot;13812345678&quot;", True),
        ("13812345678+0", True),
    ],
)
def test_only_formulas_with_values_of_their_own_are_kept(formula: str, kept: bool) -> None:
    cells = (row(i, f'<c r="A{i}"><f>{formula}</f><v>1</v></c>') for i in range(1, 4))
    blocks = [b for b in read(xlsx(worksheet("".join(cells)))).blocks if b.part == "formula"]
    assert len(blocks) == kept
    assert not kept or blocks[0].locator.cell == "A1"


def test_threaded_comments_are_read_once() -> None:
    thread = root(
        "tc:ThreadedComments", f'<tc:threadedComment ref="B2"><tc:text>{TOKEN}</tc:text></tc:threadedComment>'
    )
    old = root(
        "comments",
        '<authors><author>tc={1}</author></authors><commentList><comment ref="B2" authorId="0"><text>'
        f"<t>[线程批注]\n\n批注:\n    {TOKEN}</t></text></comment></commentList>",
    )
    links = [
        ("comments", "../comments1.xml"),
        ("threadedComment", "../threadedComments/threadedComment1.xml"),
    ]
    parts: dict[str, str | bytes] = {
        "xl/comments1.xml": old,
        "xl/threadedComments/threadedComment1.xml": thread,
    }
    document = read(xlsx(links=links, parts=parts))
    assert document.text.count(TOKEN) == 1
    start = document.text.index(TOKEN)
    assert document.place(start, start + 18)[1].cell == "B2"


@pytest.mark.parametrize(
    "name", ["text box", "comment", "validation list", "hyperlink", "formula", "conditional format"]
)
def test_parts_beside_the_cells_name_sheet_and_cell(name: str) -> None:
    document = read(PLACES[name][1](TOKEN))
    start = document.text.index(TOKEN)
    locator = document.place(start, start + len(TOKEN))[1]
    assert locator.sheet == "名单"
    assert locator.cell == ("C5" if name == "text box" else "B2")


def test_pivot_records_are_rows_under_their_fields() -> None:
    document = read(PLACES["pivot items"][1](TOKEN))
    assert f"证件号码\n{TOKEN}\n证件号码\n甲" in document.text


# Both scanners -------------------------------------------------------------------------------------

_PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr"><x:is>'
    "<x:r><x:t>甲</x:t></x:r><x:r><x:t>乙</x:t></x:r></x:is></x:c></x:row></x:sheetData></x:worksheet>"
)
_CELL = '<row r="2"><c r="B2" t="inlineStr"><is><t>甲乙</t></is></c></row>'
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def _around(rows: str, namespace: str = MAIN) -> str:
    return f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'


@pytest.mark.parametrize(
    "name", [n for n, (part, _) in PLACES.items() if part in ("body", "hidden", "formula")]
)
def test_the_fast_and_the_full_scanner_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = PLACES[name][1](TOKEN)
    fast = read(data)

    def unusual(*_: object) -> None:
        raise xlsx_scan.Unusual

    monkeypatch.setattr("reviewer.readers.xlsx_sheet.inner", unusual)
    monkeypatch.setattr("reviewer.readers.xlsx_scan.inner", unusual)
    full = read(data)
    assert full.text == fast.text
    assert full.concealed == fast.concealed
    assert [(b.start, b.end, b.part, b.locator) for b in full.blocks] == [
        (b.start, b.end, b.part, b.locator) for b in fast.blocks
    ]


@pytest.mark.parametrize(
    "sheet",
    [
        _PREFIXED,
        _around('\n  <row r="2">\n <c t="inlineStr" r="B2"><is><t>甲乙</t></is></c>\n</row>'),
        _around(_CELL.replace("甲乙", "<![CDATA[甲乙]]>")),
        _around(_CELL.replace("甲乙", "甲<!-- </row> -->乙")),
        _around(_CELL).replace('"', "'"),
        "<!-- <sheetData> -->" + _around(_CELL),
        _around(_CELL.replace("甲乙", "&#x7532;&#20057;")),
        _around(_CELL.replace("甲乙", "&#30002;&#20057;")),
        _around(_CELL, _STRICT),
    ],
    ids=["prefix", "spaces", "CDATA", "comment", "quotes", "comment before", "hex", "numeric", "strict"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_unusual_xml_gives_the_same_cells(sheet: str, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    document = read(xlsx(parts={"xl/worksheets/sheet1.xml": (head + sheet).encode(encoding)}))
    assert document.text.startswith("甲乙\n附")
    assert document.place(0, 2)[1].cell == "B2"


# What can not be read ------------------------------------------------------------------------------


_MACRO_SHEET = worksheet(HEADER).replace("worksheet", "macrosheet")


@pytest.mark.parametrize(
    ("data", "reason", "part"),
    [
        (xlsx(parts={"xl/media/a.png": PNG}), "picture", "picture"),
        (xlsx(parts={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 4}), "macro", "script"),
        (xlsx(parts={"xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" * 4}), "unsupported", "attachment"),
        (xlsx(parts={"xl/embeddings/a.xlsx": b"PK\x03\x04 nothing"}), "broken", "attachment"),
        (xlsx(parts={"xl/comments1.xml": "<comments><a>"}), "broken", "hidden"),
        (xlsx(parts={"xl/macrosheets/s.xml": _MACRO_SHEET}), "macro", "script"),
    ],
    ids=["picture", "macro", "OLE object", "broken attachment", "broken comments", "macro sheet"],
)  # fmt: skip
def test_what_is_not_read_is_a_gap(data: bytes, reason: str, part: str) -> None:
    document = read(data)
    assert [(gap.reason, gap.part) for gap in document.gaps] == [(reason, part)]
    assert document.text.startswith("姓名\t号码")
    assert read(data).gaps == document.gaps


def test_workbooks_inside_workbooks_end_somewhere() -> None:
    data = xlsx(worksheet(person("最里层")))
    for _ in range(6):
        data = xlsx(parts={"xl/embeddings/a.xlsx": data})
    document = read(data)
    assert [gap.reason for gap in document.gaps] == ["too-deep"]
    assert "最里层" not in document.text


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (xlsx()[:-100], Broken),
        (pack({"xl/other.xml": "<a/>"}), Broken),
        (xlsx(parts={"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}), Broken),
        (xlsx(worksheet("<row><c r='A1'>").replace("</sheetData>", "")), Broken),
        (xlsx('<!DOCTYPE a [<!ENTITY b "c">]>' + _around(_CELL)), Broken),
        (xlsx('<!DOCTYPE a [<!ENTITY b "c">]>' + _around(_CELL.replace("甲乙", "&b;"))), Broken),
        (xlsx(worksheet(row(1, '<c r="A1" t="s"><v>7</v></c>'))), Broken),
        (xlsx(parts={"EncryptedPackage": b"x"}), Encrypted),
    ],
    ids=["cut", "no workbook", "cut sheet", "bad sheet", "DTD", "entity", "missing string", "encrypted"],
)  # fmt: skip
def test_what_is_broken_is_refused(data: bytes, error: type[ReadError]) -> None:
    with pytest.raises(error) as caught:
        read(data)
    assert "甲" not in caught.value.message


UNWORKED = [
    ("a reference", '<c r="B2"><f>A1&amp;A2</f></c>', ["B2"]),
    ("an empty result", '<c r="B2"><f>A1</f><v></v></c>', ["B2"]),
    ("a shared formula", '<c r="B2"><f t="shared" si="0" ref="B2:C2">A1</f></c><c r="C2"><f t="shared" si="0"/></c>', ["B2", "C2"]),
    ("a stored empty text", '<c r="B2" t="str"><f>IF(A1="","",A1)</f><v></v></c>', []),
    ("a stored result", '<c r="B2"><f>1+1</f><v>2</v></c>', []),
    ("texts only", '<c r="B2"><f>CONCATENATE("1101","0119")</f><v/></c>', []),
]  # fmt: skip


@pytest.mark.parametrize(("title", "cells", "names"), UNWORKED, ids=[r[0] for r in UNWORKED])
def test_a_formula_without_a_result_is_a_gap(title: str, cells: str, names: list[str]) -> None:
    gaps = read(xlsx(worksheet(HEADER + row(2, cells)))).gaps
    assert [(gap.reason, gap.locator.sheet, gap.locator.cell) for gap in gaps] == [
        ("formula-result", "名单", name) for name in names[:1]
    ]
    assert all(name in gap.message for gap in gaps for name in names)


def test_a_workbook_that_a_program_wrote_is_incomplete() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for place, value in {"A1": "身份证号", "A2": '="340102"&"190001011234"', "A3": "=A2", "A4": "=A2"}.items():
        sheet[place] = value
    file = io.BytesIO()
    book.save(file)
    document = read(file.getvalue())
    assert TOKEN in document.text
    assert ["A3:A4" in gap.message for gap in document.gaps] == [True]


LITERALS = [
    ('"a"&"b"', "ab"), ('="a""b"', 'a"b'), ('HYPERLINK("tel:1","张某")', "张某"), ('HYPERLINK("tel:1")', "tel:1"),
    ('_xlfn.CONCAT("a",CONCATENATE("b",1380))', "ab1380"), ('A1&"b"', None), ('LEFT("abc",1)', None), ('"a"&', None),
    ('("a")', None), ('T("a"', None), ("SUM(1,2)", None), ("", None), ('"a"&"b', None),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "text"), LITERALS)
def test_the_text_of_a_formula_of_texts(formula: str, text: str | None) -> None:
    assert literal_text(formula) == text


def test_a_missing_sheet_is_refused() -> None:
    data = pack_with("xl/_rels/workbook.xml.rels", lambda _: relations([]))(xlsx())
    with pytest.raises(Broken):
        read(data)


def test_bombs_are_refused() -> None:
    sheet = worksheet(row(1, text_cell("A1", "甲" * 20_000_000)))
    with pytest.raises(TooBig):
        read(xlsx(sheet))


def test_empty_styled_cells_cost_no_memory() -> None:
    cells = "".join(f'<c r="{chr(65 + i)}1" s="1"/>' for i in range(25))
    sheet = worksheet(HEADER + "".join(f'<row r="{i}" ht="{i % 97}">{cells}</row>' for i in range(2, 8000)))
    data = xlsx(sheet)
    limits = Limits(ratio=10_000)
    read(xlsx(), limits)
    tracemalloc.start()
    document = read(data, limits)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert document.text == "姓名\t号码\n附\n名单\n附表"
    assert peak < 4 * len(sheet)


def test_far_cells_cost_no_memory() -> None:
    rows = row(1, text_cell("A1", "甲")) + row(1048576, text_cell("XFD1048576", "乙"))
    document = read(xlsx(worksheet(rows)))
    assert document.place(2, 3)[1].cell == "XFD1048576"


def test_shared_strings_with_styles_and_entities() -> None:
    items = "<si><t>a&amp;b &lt;c&gt;</t></si>\n<si/><si><t/></si>"
    items += '<si><r><t>李</t></r><r><t xml:space="preserve"> 某</t></r></si>'
    cells = "".join(f'<c r="{c}1" t="s"><v>{i}</v></c>' for i, c in enumerate("ABCD"))
    assert read(shared(items, cells)).text.startswith("a&b <c>\t李 某\n")


def _members(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _bytes(member: str | bytes) -> bytes:
    return member.encode() if isinstance(member, str) else member


_MAIN_SPACE = b"spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("place", "member"),
    [
        ("cell", "xl/worksheets/sheet1.xml"),
        ("cell", "xl/workbook.xml"),
        ("format literal", "xl/styles.xml"),
        ("pivot items", "xl/pivotCache/pivotCacheDefinition1.xml"),
    ],
)
def test_a_part_with_damaged_namespaces_is_not_an_empty_one(place: str, member: str) -> None:
    members = _members(PLACES[place][1](TOKEN))
    members[member] = _bytes(members[member]).replace(_MAIN_SPACE, b"x" + _MAIN_SPACE)
    try:
        document = read_bytes(pack(members), "a.xlsx", Limits())
    except Broken:
        return
    assert TOKEN in document.text


def test_a_damaged_drawing_keeps_its_numbers() -> None:
    members = _members(PLACES["VML picture title"][1]("13800012345"))
    drawing = next(name for name in members if name.endswith(".vml"))
    members[drawing] = _bytes(members[drawing]).replace(b':title="', b":title=\xff")
    assert "13800012345" in read_bytes(pack(members), "a.xlsx", Limits()).text
