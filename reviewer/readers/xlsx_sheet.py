"""The cells of one worksheet: their text, what hides them, and what their formats and formulas add."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from reviewer.errors import Broken
from reviewer.readers.package import Package, misplaced
from reviewer.readers.xlsx_book import MAIN, clean, is_true, local, own_values, ranges
from reviewer.readers.xlsx_format import date_text, number_text
from reviewer.readers.xlsx_formula import literal_text
from reviewer.readers.xlsx_scan import (
    RawCell,
    RawRow,
    Strings,
    Unusual,
    fast_rows,
    inner,
    skeleton,
    slow_rows,
)
from reviewer.readers.xlsx_style import Look, Palette, unseen
from reviewer.settings import Limits

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
NARROW = 1.5
"""a column below this width (in characters) shows at most one of them"""
_LOW = 3.0
"""a row below this height (in points) shows nothing that can be read"""
_MERGE_STEPS = 2_000_000


@dataclass(slots=True)
class Styles:
    """What the cells of a workbook need to become text."""

    looks: list[Look]
    palette: Palette
    from_1904: bool = False
    plain: frozenset[int] = frozenset()
    """the styles that change nothing: most cells have one of them"""

    def __post_init__(self) -> None:
        self.plain = frozenset(i for i, look in enumerate(self.looks) if look.plain)


@dataclass(slots=True)
class Sheet:
    """One worksheet as read. `root` is its XML without the cells."""

    root: etree._Element
    rows: list[tuple[int, list[tuple[int, str]]]] = field(default_factory=list)
    hidden_rows: dict[int, str] = field(default_factory=dict)
    hidden_columns: dict[int, str] = field(default_factory=dict)
    marks: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    shown: list[tuple[int, int, str]] = field(default_factory=list)
    """(row, column, what the cell shows where its format adds to the stored value)"""
    formulas: list[tuple[int, int, str]] = field(default_factory=list)
    """(row, column, formula) where the formula holds something of its own"""
    unworked: list[tuple[int, int]] = field(default_factory=list)
    """(row, column) of formulas whose result the file does not hold"""
    _numbers: set[tuple[int, int]] = field(default_factory=set)
    """number cells in columns that are too narrow"""


_ROOTS = frozenset({"worksheet", "chartsheet", "dialogsheet", "macrosheet"})


def read_sheet(package: Package, part: str, limits: Limits, strings: Strings, styles: Styles) -> Sheet:
    """The worksheet in `part`. Raises Broken when its XML can not be read."""
    data = package.read(part)
    try:
        start, end = inner(data, b"sheetData")
        root = skeleton(data, start, end, limits)
        if root.prefix is not None or [e.getparent() for e in root.iter(f"{MAIN}sheetData")] != [root]:
            raise Unusual
        sheet = _filled(Sheet(root), fast_rows(data, start, end), strings, styles)
    except (Unusual, UnicodeDecodeError):
        del data
        sheet = _slow_sheet(package, part, limits, strings, styles)
    if str(sheet.root.tag).endswith("}worksheet") and sheet.root.tag != f"{MAIN}worksheet":
        raise Broken("工作表的 XML 名称有误，无法读取。请用原软件打开检查后另存。")
    if local(sheet.root) not in _ROOTS:
        raise misplaced()
    _hide_columns(sheet)
    _mark_covered(sheet)
    return sheet


def _slow_sheet(package: Package, part: str, limits: Limits, strings: Strings, styles: Styles) -> Sheet:
    rows = package.elements(part, f"{MAIN}row")
    first = next(rows, None)
    if first is None:
        return Sheet(package.xml(part))
    root = first.getroottree().getroot()
    sheet = _filled(Sheet(root), slow_rows(_chain(first, rows), strings.phonetic), strings, styles)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Broken("文件含有 DTD/实体声明，Office 文档中不应出现，出于安全没有读取。请人工查看。")
    return sheet


def _chain(first: etree._Element, rest: Iterator[etree._Element]) -> Iterator[etree._Element]:
    yield first
    yield from rest


def _filled(
    sheet: Sheet,
    raw: Iterable[RawRow],
    strings: Strings,
    styles: Styles,
) -> Sheet:
    """The sheet with its rows, and what hides rows and single cells."""
    reader = _Cells(sheet, strings, styles, _narrow_columns(sheet.root))
    number = 0
    for attributes, cells in raw:
        named = attributes.get("r", "")
        number = (
            int(named) if named.isascii() and named.isdigit() and 0 < int(named) <= LAST_ROW else number + 1
        )
        if not cells:
            continue
        texts = reader.row(number, cells)
        if texts:
            sheet.rows.append((number, texts))
            if reason := row_reason(attributes):
                sheet.hidden_rows[number] = reason
    return sheet


def row_reason(attributes: dict[str, str]) -> str:
    """Why the text of a row with these attributes is not seen, or ""."""
    if is_true(attributes.get("hidden")):
        return "折叠的分组" if attributes.get("outlineLevel", "0") != "0" else "隐藏行"
    height = _float(attributes.get("ht"))
    return "隐藏行" if height == 0 else "过矮的行" if height is not None and height < _LOW else ""


def _float(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None


@dataclass(slots=True)
class _Cells:
    """Turns raw cells into text and notes on `sheet` what hides them."""

    sheet: Sheet
    strings: Strings
    styles: Styles
    narrow: frozenset[int]
    seen_formulas: set[tuple[str, ...]] = field(default_factory=set)

    def row(self, number: int, cells: list[RawCell]) -> list[tuple[int, str]]:
        texts: list[tuple[int, str]] = []
        looks, plain, narrow = self.styles.looks, self.styles.plain, self.narrow
        known, runs, used = self.strings.texts, self.strings.runs, self.strings.used
        count = len(known)
        last = 0
        for column, style, kind, formula, value in cells:
            if not 0 < column <= LAST_COLUMN:
                column = last + 1
            last = column
            if formula:
                self.formula(number, column, formula)
                # A stored empty text has its type; a formula never worked out has none.
                if not value and kind != "str":
                    kind, value = "str", self.unworked(number, column, formula)
            if not value:
                continue
            index = -1
            if kind == "s":
                index = int(value) if value.isascii() and value.isdigit() else count
                if index >= count:
                    raise Broken("文件不完整：单元格指向不存在的字符串。请用原软件打开检查后另存。")
                text = known[index]
                used[index] = 1
            elif kind == "n":
                text = value if value.isascii() and value.isdigit() else number_text(value)
                if style not in plain and style < len(looks) and looks[style].date:
                    text = date_text(value, looks[style].date, self.styles.from_1904)
                if column in narrow:
                    self.sheet._numbers.add((number, column))
            elif kind == "b":
                text = "TRUE" if value.strip() == "1" else "FALSE"
            elif kind == "d":
                text = value.replace("T", " ")
            else:
                text = clean(value)
            if not text:
                continue
            texts.append((column, text))
            if style not in plain or index in runs:
                look = looks[style] if style < len(looks) else _PLAIN
                self.conceal(number, column, look, kind, text, index)
        return texts

    def conceal(self, row: int, column: int, look: Look, kind: str, text: str, index: int) -> None:
        """Note why the cell's text is not seen, and what it shows beside or instead of it."""
        reason = look.reason
        if look.format is not None and kind not in ("b", "e", "d") and not look.date:
            hides, shown = look.format.number(text) if kind == "n" else look.format.string(text)
            if hides and not reason and text.strip():
                reason = "格式隐藏"
            if shown:
                self.sheet.shown.append((row, column, shown))
        for colour, tiny in self.strings.runs.get(index, ()):
            reason = reason or ("极小文字" if tiny else unseen(colour, look.background))
        if reason:
            self.sheet.marks[row, column] = "hidden", reason

    def unworked(self, row: int, column: int, formula: str) -> str:
        """The text that a formula without a stored result holds; where there is none it counts as unread."""
        text = literal_text(formula)
        if text is None:
            self.sheet.unworked.append((row, column))
        return text or ""

    def formula(self, row: int, column: int, formula: str) -> None:
        """Keep a formula that holds a text, a long number or an outside link; each set of those once."""
        held = own_values(formula)
        if held and held not in self.seen_formulas:
            self.seen_formulas.add(held)
            self.sheet.formulas.append((row, column, clean(formula)))


_PLAIN = Look()


# What hides columns and cells -----------------------------------------------------------------------


def _columns(root: etree._Element) -> list[tuple[int, int, etree._Element]]:
    """(first, last, col element) in order, without overlaps."""
    found = [
        (int(element.get("min", "")), int(element.get("max", "")), element)
        for element in root.iterfind(f"{MAIN}cols/{MAIN}col")
        if all(re.fullmatch("[0-9]{1,6}", element.get(key, "")) for key in ("min", "max"))
    ]
    entries = []
    end = 0
    for first, last, element in sorted(found, key=lambda entry: entry[:2]):
        first, last = max(first, end + 1), min(last, LAST_COLUMN)
        if first <= last:
            entries.append((first, last, element))
            end = last
    return entries


def _narrow_columns(root: etree._Element) -> frozenset[int]:
    """The columns that are shown, but too narrow for more than one character."""
    return frozenset(
        column
        for first, last, element in _columns(root)
        if 0 < (_float(element.get("width")) or 9) < NARROW and not is_true(element.get("hidden"))
        for column in range(first, last + 1)
    )


def column_reasons(root: etree._Element) -> dict[int, str]:
    """Why each column that the sheet describes is not seen; "" where it is."""
    reasons: dict[int, str] = {}
    for first, last, element in _columns(root):
        reason = ""
        if is_true(element.get("hidden")) or _float(element.get("width")) == 0:
            reason = "折叠的分组列" if element.get("outlineLevel", "0") != "0" else "隐藏列"
        reasons.update(dict.fromkeys(range(first, last + 1), reason))
    return reasons


def _hide_columns(sheet: Sheet) -> None:
    """Fill hidden_columns for the columns that hold text, and mark what narrow ones cut off."""
    reasons = column_reasons(sheet.root)
    usual = sheet.root.find(f"{MAIN}sheetFormatPr")
    default = "隐藏列" if usual is not None and _float(usual.get("defaultColWidth")) == 0 else ""
    if default or any(reasons.values()):
        for column in {column for _, cells in sheet.rows for column, _ in cells}:
            if reason := reasons.get(column, default):
                sheet.hidden_columns[column] = reason
    if narrow := _narrow_columns(sheet.root):
        _mark_narrow(sheet, narrow)
    _lift_marks(sheet)


def _mark_narrow(sheet: Sheet, narrow: frozenset[int]) -> None:
    """Mark numbers (shown as ##) and texts that the next cell cuts off in columns that are too narrow."""
    for number, cells in sheet.rows:
        filled = {column for column, _ in cells}
        for column, text in cells:
            if column not in narrow or len(text.strip()) < 2 or (number, column) in sheet.marks:
                continue
            if (number, column) in sheet._numbers or column + 1 in filled:
                sheet.marks[number, column] = "hidden", "过窄的列"


def _lift_marks(sheet: Sheet) -> None:
    """Where every cell of a column is marked alike, the column is hidden: one entry, not one a cell."""
    if len(sheet.marks) < 2:
        return
    marked: dict[int, list[str]] = {}
    for (_, column), (_, reason) in sheet.marks.items():
        marked.setdefault(column, []).append(reason)
    filled = dict.fromkeys(marked, 0)
    for _, cells in sheet.rows:
        for column, text in cells:
            if column in filled and text.strip():
                filled[column] += 1
    for column, reasons in marked.items():
        if filled[column] == len(reasons) > 1 and len(set(reasons)) == 1:
            sheet.hidden_columns.setdefault(column, reasons[0])
    sheet.marks = {place: mark for place, mark in sheet.marks.items() if place[1] not in sheet.hidden_columns}


def _mark_covered(sheet: Sheet) -> None:
    """Mark text under a merged cell that is not at its first place: it is kept, and never shown."""
    numbers = [number for number, _ in sheet.rows]
    steps = 0
    for element in sheet.root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell"):
        for top, left, bottom, right in ranges(element.get("ref", "")):
            for i in range(bisect_left(numbers, top), bisect_right(numbers, bottom)):
                number, cells = sheet.rows[i]
                steps += len(cells)
                if steps > _MERGE_STEPS:
                    return
                for column, _ in cells:
                    if left <= column <= right and (number, column) != (top, left):
                        sheet.marks.setdefault((number, column), ("hidden", "合并单元格遮住的内容"))


def mark_filtered(sheet: Sheet, references: Iterable[str]) -> None:
    """Name the rows that an active filter hides. `references` are the ranges of such filters."""
    spans: list[tuple[int, int]] = []
    for top, _, bottom, _ in sorted(area for reference in references for area in ranges(reference)):
        if spans and top <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(bottom, spans[-1][1])
        else:
            spans.append((top, bottom))
    for number, reason in sheet.hidden_rows.items():
        k = bisect_left(spans, (number, 0)) - 1
        if reason == "隐藏行" and k >= 0 and spans[k][0] < number <= spans[k][1]:
            sheet.hidden_rows[number] = "筛选隐藏"


def active_filters(root: etree._Element) -> list[str]:
    """The ranges of the filters in a sheet or table part that have a condition set."""
    return [
        f.get("ref", "") for f in root.iter(f"{MAIN}autoFilter") if f.find(f"{MAIN}filterColumn") is not None
    ]
