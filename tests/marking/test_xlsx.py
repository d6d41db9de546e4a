"""Annotated and masked copies of workbooks, looked at with zipfile and lxml, openpyxl, and by LibreOffice."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking import xlsx as marking
from reviewer.marking.model import AUTHOR, Note
from reviewer.model import Document, Severity
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.marking.make_workbook import HIDDEN, PHONE, simple, workbook
from tests.readers.make_xlsx import PLACES, row, text_cell, worksheet, xlsx

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

office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def converted(data: bytes, kind: str, folder: Path) -> bytes:
    """What LibreOffice makes of a workbook."""
    source, out = folder / "draft.xlsx", folder / "out"
    source.write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
         "--outdir", str(out), str(source)], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (out / f"draft.{kind}").read_bytes()


@office
def test_libreoffice_keeps_notes_fills_and_links(tmp_path: Path) -> None:
    mine = book_of(annotated(workbook()))
    theirs = book_of(converted(annotated(workbook()), "xlsx", tmp_path))
    assert theirs.sheetnames == mine.sheetnames
    for name in ("名单", "汇总"):
        assert marked(theirs[name]) == marked(mine[name]) and filled(theirs[name]) == filled(mine[name])
    assert theirs["名单"]["A2"].comment.text.startswith(f"旧批注{HIDDEN}")
    assert theirs["名单"].data_validations.dataValidation and theirs["名单"].conditional_formatting
    assert len(theirs["名单"]._charts) == 1 and theirs["汇总"].tables
    links = [line[3].hyperlink.location for line in theirs["审查结果"].iter_rows(min_row=2) if line[3].hyperlink]
    assert "#名单.B2" in links or "'名单'!B2" in links or "名单!B2" in links
