"""The values of old and OpenDocument workbooks by python-calamine, where LibreOffice is not installed.

Values and hidden sheets are read; comments, formulas, hidden rows, formats, drawings are not, and a gap says so.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence

from lxml import etree

from reviewer.errors import Broken, TooBig
from reviewer.model import Document, Locator
from reviewer.readers.assembly import Assembly, Cell
from reviewer.readers.package import Package
from reviewer.settings import Limits

_MOST = 20_000_000
"""cells of one sheet, empty ones counted: calamine makes room for all of them at once"""
_HIDDEN = {"Hidden": "隐藏工作表", "VeryHidden": "深度隐藏工作表"}
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def read(data: bytes, name: str, kind: str, limits: Limits, advice: str) -> Document:
    """The values of all sheets. Raises Broken or TooBig. `advice` says how to have the rest read."""
    _check_size(data, kind, limits)
    assembly = Assembly()
    for sheet, state, rows in _sheets(data):
        part, concealed = ("hidden", _HIDDEN[state]) if state in _HIDDEN else ("body", "")
        assembly.add_table(enumerate(rows, 1), part=part, sheet=sheet, concealed=concealed)
        if concealed:
            assembly.add(sheet, part="name", hint="工作表名称", locator=Locator(sheet=sheet))
    message = f"只读了单元格的值；批注、公式、隐藏的行列、文本框、图片和文件属性没有读取。{advice}。"
    assembly.gap("no-converter", message)
    return assembly.finish(path=name, kind=kind, data=data)


def _sheets(data: bytes) -> Iterator[tuple[str, str, list[list[Cell]]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for sheet in book.sheets_metadata:
                if str(sheet.typ).endswith("WorkSheet"):
                    values = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                    yield sheet.name, str(sheet.visible).rpartition(".")[2], [_cells(row) for row in values]
    except (CalamineError, OSError, ValueError):
        raise Broken("文件内容有误，无法读取。请用原软件打开检查后另存。") from None
    except BaseException as fault:
        # A fault inside of the library comes as an exception of its own that is no Exception.
        if type(fault).__name__ != "PanicException":
            raise
        raise Broken("文件内容有误，无法读取。请用原软件打开检查后另存。") from None


def _cells(row: Sequence[object]) -> list[Cell]:
    return [(number, text) for number, value in enumerate(row, 1) if (text := _text(value))]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # As a workbook stores it: fifteen digits, no exponent for a whole number.
        number = float(f"{value:.15g}")
        return str(int(number)) if number.is_integer() and abs(number) < 1e21 else f"{number:.15g}"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.time() else "%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value).replace("\t", " ")


def _check_size(data: bytes, kind: str, limits: Limits) -> None:
    """Refuse a sheet whose last cell lies so far out that reading it would take all memory."""
    if kind not in ("ods", "xlsb"):
        return
    package = Package(data, limits)
    for name in package.names():
        rows, columns = 0, 0
        if kind == "ods" and name == "content.xml":
            rows, columns = _ods_size(package.read(name))
        elif kind == "xlsb" and name.lower().endswith(".bin") and "worksheets/" in name.lower():
            rows, columns = _xlsb_size(package.read(name))
        if rows * columns > _MOST:
            raise TooBig(f"工作表的范围太大（{rows} 行、{columns} 列），无法读取。请删去多余的空行空列后另存。")


def _ods_size(data: bytes) -> tuple[int, int]:
    """The most rows and columns that the sheets say they have, repeated ones with something in them counted."""
    rows = columns = most = row = column = 0
    events = etree.iterparse(io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True,
                             load_dtd=False, huge_tree=False)  # fmt: skip
    try:
        for event, element in events:
            if event == "start" and element.tag == _TABLE + "table":
                row = 0
            elif event == "start" and element.tag == _TABLE + "table-row":
                column = most = 0
            elif event == "end" and element.tag == _TABLE + "table-cell":
                column += _count(element.get(_TABLE + "number-columns-repeated"))
                if len(element):
                    most = column
            elif event == "end" and element.tag == _TABLE + "table-row":
                row += _count(element.get(_TABLE + "number-rows-repeated"))
                if most:
                    rows, columns = max(rows, row), max(columns, most)
                element.clear()
    except etree.XMLSyntaxError:
        raise Broken("文件内的 XML 有误，无法读取。请用原软件打开检查后另存。") from None
    return rows, columns


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


def _xlsb_size(data: bytes) -> tuple[int, int]:
    """[MS-XLSB] 2.5.158: the furthest row (record 0) and column (records 1 to 11) of a sheet."""
    at = rows = columns = 0
    while at < len(data):
        kind, at = _varint(data, at, 2)
        size, at = _varint(data, at, 4)
        number = int.from_bytes(data[at : at + 4], "little") + 1
        if kind == 0:
            rows = max(rows, number)
        elif kind <= 11:
            columns = max(columns, number)
        at += size
    return rows, columns


def _varint(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for k in range(most):
        byte = data[at + k] if at + k < len(data) else 0
        value |= (byte & 0x7F) << (7 * k)
        if byte < 0x80:
            return value, at + k + 1
    return value, at + most
