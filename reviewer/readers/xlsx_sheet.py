"""The cells of one worksheet: their text, what hides them, and what their formats and formulas add.

The rows are read in one pass over the XML. Two scanners give the same cells: a pattern that takes the
form which spreadsheet programs write (every byte must be accounted for), and lxml for everything else.
A library for values is not used: reading numbers as binary floats loses the last digits of an ID that
is stored whole, and a dense grid between two far cells takes any amount of memory.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from reviewer.errors import Broken
from reviewer.readers.package import Package, parse_xml
from reviewer.readers.xlsx_format import (
    MAIN,
    Colour,
    Look,
    Palette,
    columns_of,
    date_text,
    is_tiny,
    number_text,
    ranges,
    unseen,
)
from reviewer.settings import Limits

RawCell = tuple[int, int, str, str, str]
"""column, style, type, formula, stored text; column 0 where the file names none"""
RawRow = tuple[dict[str, str], list[RawCell]]

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
NARROW = 1.5
"""a column below this width (in characters) shows at most one of them"""
_LOW = 3.0
"""a row below this height (in points) shows nothing that can be read"""
_CHUNK = 1 << 20
_MERGE_STEPS = 2_000_000


@dataclass(slots=True)
class Strings:
    """The shared strings. `runs` holds colour and size of coloured or tiny stretches of rich text."""

    texts: list[str] = field(default_factory=list)
    runs: dict[int, list[tuple[Colour | None, bool]]] = field(default_factory=dict)
    phonetic: list[str] = field(default_factory=list)
    used: bytearray = field(default_factory=bytearray)


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
    _numbers: set[tuple[int, int]] = field(default_factory=set)
    """number cells in columns that are too narrow"""


# Text ----------------------------------------------------------------------------------------------

_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NUMERIC = re.compile(r"&#([1-9][0-9]{2,6});")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class _Unusual(Exception):
    """The XML is not in the form that the fast scanner knows."""


def clean(text: str) -> str:
    """The text as a cell shows it: _x000D_ decoded, line ends as \\n, tabs as spaces."""
    if "_x" in text:
        text = _ESCAPED.sub(_decode_escaped, text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\t", " ") if "\t" in text else text


def _decode_escaped(match: re.Match[str]) -> str:
    units = b"".join(int(code, 16).to_bytes(2, "little") for code in match[0][2:-1].split("__x"))
    return units.decode("utf-16-le", "replace")


def _resolve(text: str) -> str:
    if text.count("&") != len(_REFERENCE.findall(text)):
        raise _Unusual
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        raise _Unusual
    return chr(code)


def plain_text(element: etree._Element) -> str:
    """The text of a string item (si, is, text): its runs joined, without phonetic hints."""
    return "".join(
        t.text or ""
        for t in element.iter(f"{MAIN}t")
        if (parent := t.getparent()) is not None and parent.tag != f"{MAIN}rPh"
    )


# Scanning ------------------------------------------------------------------------------------------

_TOKENS = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"((?: [a-z]+="[^"<&]*")*) ?(?:/>|>'
    r'(?:<f((?: [a-z0-9]+="[^"<]*")*) ?(?:/>|>([^<]*)</f>))?'
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
    r"|(<row[^<>]*>)|</row>|([^<]+|<)"
)
_STRING_TOKENS = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t ?/>)?</si>|<si ?/>|<si>(<r>.*?|<t.*?)</si>|([^<]+|<)', re.S
)
_ATTRIBUTE = re.compile(r'([A-Za-z0-9:]+)="([^"]*)"')
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?(?!\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"'](?!utf-8[\"'])[^\"']*)\s*<", re.I)


def _inner(data: bytes, tag: bytes) -> tuple[int, int]:
    """Where the content of the one element `tag` starts and ends. _Unusual when that is not certain."""
    if not _UTF8.match(data):
        raise _Unusual
    head = data.find(b"<" + tag)
    start, end = data.find(b">", head) + 1, data.rfind(b"</" + tag + b">")
    if head < 0 or not 0 < start <= end or data[start - 2 : start] == b"/>":
        raise _Unusual
    return start, end


def _chunks(data: bytes, start: int, end: int, closing: bytes) -> Iterator[str]:
    """data[start:end] as text in pieces that end after a `closing` tag."""
    while start < end:
        cut = data.find(closing, min(start + _CHUNK, end), end)
        stop = end if cut < 0 else cut + len(closing)
        piece = data[start:stop].decode("utf-8")
        if "<!" in piece or "<?" in piece:
            raise _Unusual
        if "\r" in piece:
            piece = piece.replace("\r\n", "\n").replace("\r", "\n")
        yield _without_numeric(piece) if "&#" in piece else piece
        start = stop


def _without_numeric(piece: str) -> str:
    """The piece with numeric references from 100 on resolved: none of those is a mark of XML."""
    parts = _NUMERIC.split(piece)
    if len(parts) > 1:
        characters = {code: _number_character(code) for code in set(parts[1::2])}
        parts[1::2] = [characters[code] for code in parts[1::2]]
    return "".join(parts)


def _number_character(code: str) -> str:
    number = int(code)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000 or 0xFFFE <= number <= 0xFFFF:
        raise _Unusual
    return chr(number)


def _fast_rows(data: bytes, start: int, end: int) -> Iterator[RawRow]:
    columns: dict[str, int] = {}
    kinds: dict[str, tuple[int, str]] = {}
    row: dict[str, str] = {}
    cells: list[RawCell] = []
    for piece in _chunks(data, start, end, b"</row>"):
        for letters, attributes, _, formula, value, inline, opening, junk in _TOKENS.findall(piece):
            if letters:
                text = value or inline
                if not text and not formula:
                    continue
                if attributes not in kinds:
                    kinds[attributes] = _kind(dict(_ATTRIBUTE.findall(attributes)))
                if letters not in columns:
                    columns[letters] = columns_of(letters)
                if "&" in text:
                    text = _resolve(text)
                if "&" in formula:
                    formula = _resolve(formula)
                style, kind = kinds[attributes]
                cells.append((columns[letters], style, kind, formula, text))
            elif opening:
                if row or cells:
                    yield row, cells
                row, cells = dict(_ATTRIBUTE.findall(opening)), []
            elif junk and not junk.isspace():
                raise _Unusual
    if row or cells:
        yield row, cells


def _kind(attributes: dict[str, str]) -> tuple[int, str]:
    style = attributes.get("s", "0")
    return int(style) if style.isascii() and style.isdigit() else 0, attributes.get("t", "n")


def _slow_rows(rows: Iterable[etree._Element]) -> Iterator[RawRow]:
    for row in rows:
        cells: list[RawCell] = []
        for cell in row.iter(f"{MAIN}c"):
            if raw := _slow_cell(cell):
                cells.append(raw)
        yield {str(k): str(v) for k, v in row.attrib.items()}, cells
        drop(row)


def drop(element: etree._Element) -> None:
    """Free a streamed element and the siblings before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _slow_cell(cell: etree._Element) -> RawCell | None:
    formula = value = ""
    for child in cell:
        if child.tag == f"{MAIN}f":
            formula = "".join(child.itertext())
        elif child.tag == f"{MAIN}v":
            value = "".join(child.itertext())
        elif child.tag == f"{MAIN}is":
            value = plain_text(child)
    if not value and not formula:
        return None
    style, kind = _kind({str(k): str(v) for k, v in cell.attrib.items()})
    letters = (cell.get("r") or "").rstrip("0123456789").upper()
    column = columns_of(letters) if letters.isascii() and letters.isalpha() and len(letters) <= 3 else 0
    return column, style, kind, formula, value


def read_strings(package: Package, part: str, limits: Limits, palette: Palette) -> Strings:
    """The shared strings of the workbook."""
    data = package.read(part)
    try:
        strings = _fast_strings(data, limits, palette)
    except (_Unusual, UnicodeDecodeError):
        strings = Strings()
        for item in package.elements(part, f"{MAIN}si"):
            _add_item(strings, item, palette)
            drop(item)
    strings.used = bytearray(len(strings.texts))
    return strings


def _fast_strings(data: bytes, limits: Limits, palette: Palette) -> Strings:
    start, end = _inner(data, b"sst")
    root = _skeleton(data, start, end, limits)
    if root.tag != f"{MAIN}sst" or root.prefix is not None or len(root):
        raise _Unusual
    strings = Strings()
    for piece in _chunks(data, start, end, b"</si>"):
        for text, rich, junk in _STRING_TOKENS.findall(piece):
            if rich:
                item = parse_xml(f'<si xmlns="{MAIN[1:-1]}">{rich}</si>'.encode(), limits)
                _add_item(strings, item, palette)
            elif not junk:
                strings.texts.append(clean(_resolve(text) if "&" in text else text))
            elif not junk.isspace():
                raise _Unusual
    return strings


def _skeleton(data: bytes, start: int, end: int, limits: Limits) -> etree._Element:
    try:
        return parse_xml(data[:start] + data[end:], limits)
    except Broken:
        raise _Unusual from None


def _add_item(strings: Strings, item: etree._Element, palette: Palette) -> None:
    if runs := _faint_runs(item, palette):
        strings.runs[len(strings.texts)] = runs
    strings.texts.append(clean(plain_text(item)))
    strings.phonetic.extend(
        text for hint in item.iter(f"{MAIN}rPh") if (text := clean("".join(hint.itertext())).strip())
    )


def _faint_runs(item: etree._Element, palette: Palette) -> list[tuple[Colour | None, bool]]:
    """Colour and whether tiny of each run that has text and a colour or a size of its own."""
    runs = []
    for run in item.iterfind(f"{MAIN}r"):
        properties = run.find(f"{MAIN}rPr")
        if properties is None or not plain_text(run).strip():
            continue
        colour = palette.colour(properties.find(f"{MAIN}color"))
        tiny = is_tiny(properties.find(f"{MAIN}sz"))
        if colour is not None or tiny:
            runs.append((colour, tiny))
    return runs


# Sheets --------------------------------------------------------------------------------------------


def read_sheet(package: Package, part: str, limits: Limits, strings: Strings, styles: Styles) -> Sheet:
    """The worksheet in `part`. Raises Broken when its XML can not be read."""
    data = package.read(part)
    try:
        start, end = _inner(data, b"sheetData")
        root = _skeleton(data, start, end, limits)
        if root.prefix is not None or [e.getparent() for e in root.iter(f"{MAIN}sheetData")] != [root]:
            raise _Unusual
        sheet = _filled(Sheet(root), _fast_rows(data, start, end), strings, styles)
    except (_Unusual, UnicodeDecodeError):
        del data
        sheet = _slow_sheet(package, part, limits, strings, styles)
    _hide_columns(sheet)
    _mark_covered(sheet)
    return sheet


def _slow_sheet(package: Package, part: str, limits: Limits, strings: Strings, styles: Styles) -> Sheet:
    rows = package.elements(part, f"{MAIN}row")
    first = next(rows, None)
    if first is None:
        return Sheet(package.xml(part))
    root = first.getroottree().getroot()
    sheet = _filled(Sheet(root), _slow_rows(_chain(first, rows)), strings, styles)
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
        number = int(named) if named.isascii() and named.isdigit() and 0 < int(named) <= LAST_ROW else number + 1
        if not cells:
            continue
        texts = reader.row(number, cells)
        if texts:
            sheet.rows.append((number, texts))
            if reason := _row_reason(attributes):
                sheet.hidden_rows[number] = reason
    return sheet


def _row_reason(attributes: dict[str, str]) -> str:
    if is_true(attributes.get("hidden")):
        return "折叠的分组" if attributes.get("outlineLevel", "0") != "0" else "隐藏行"
    height = _float(attributes.get("ht"))
    return "隐藏行" if height == 0 else "过矮的行" if height is not None and height < _LOW else ""


def is_true(value: str | None) -> bool:
    """Whether an XML boolean is true."""
    return value in ("1", "true", "on")


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
    narrow: Callable[[int], bool] | None
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
                if narrow is not None and narrow(column):
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

    def formula(self, row: int, column: int, formula: str) -> None:
        """Keep a formula that holds a text, a long number or an outside link; each set of those once."""
        held = own_values(formula)
        if held and held not in self.seen_formulas:
            self.seen_formulas.add(held)
            self.sheet.formulas.append((row, column, clean(formula)))


_PLAIN = Look()
_HELD = re.compile(r'"((?:[^"]|"")*)"|(\[[^\]]*\])|(?<![0-9A-Za-z$.])([0-9]{5,}(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)')


def own_values(formula: str) -> tuple[str, ...]:
    """What a formula holds beside references and arithmetic: texts, long numbers, outside workbooks."""
    if '"' not in formula and "[" not in formula and not any(c.isdigit() for c in formula):
        return ()
    found = (a or b or c for a, b, c in _HELD.findall(formula))
    return tuple(value for value in found if any(c.isalnum() for c in value))


# What hides columns and cells ----------------------------------------------------------------------


def _columns(root: etree._Element) -> list[tuple[int, int, etree._Element]]:
    found = []
    for element in root.iterfind(f"{MAIN}cols/{MAIN}col"):
        first, last = element.get("min", ""), element.get("max", "")
        if (first + last).isascii() and first.isdigit() and last.isdigit():
            found.append((int(first), int(last), element))
    return sorted(found, key=lambda entry: entry[0])


def _narrow_columns(root: etree._Element) -> Callable[[int], bool] | None:
    """Tells whether a column is shown, but too narrow for more than one character; None: no column is."""
    found = [
        (first, last)
        for first, last, element in _columns(root)
        if 0 < (_float(element.get("width")) or 9) < NARROW and not is_true(element.get("hidden"))
    ]
    if not found:
        return None
    return lambda column: any(first <= column <= last for first, last in found)


def _hide_columns(sheet: Sheet) -> None:
    """Fill hidden_columns for the columns that hold text, and mark what narrow ones cut off."""
    hidden = [(first, last, "折叠的分组列" if element.get("outlineLevel", "0") != "0" else "隐藏列")
              for first, last, element in _columns(sheet.root)
              if is_true(element.get("hidden")) or _float(element.get("width")) == 0]  # fmt: skip
    if hidden:
        used = {column for _, cells in sheet.rows for column, _ in cells}
        for first, last, reason in hidden:
            sheet.hidden_columns.update((c, reason) for c in used if first <= c <= last)
    if narrow := _narrow_columns(sheet.root):
        _mark_narrow(sheet, narrow)
    _lift_marks(sheet)


def _mark_narrow(sheet: Sheet, narrow: Callable[[int], bool]) -> None:
    """Mark numbers (shown as ##) and texts that the next cell cuts off in columns that are too narrow."""
    for number, cells in sheet.rows:
        filled = {column for column, _ in cells}
        for column, text in cells:
            if not narrow(column) or len(text.strip()) < 2 or (number, column) in sheet.marks:
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
    for reference in references:
        for top, _, bottom, _ in ranges(reference):
            for number, reason in sheet.hidden_rows.items():
                if top < number <= bottom and reason == "隐藏行":
                    sheet.hidden_rows[number] = "筛选隐藏"


def active_filters(root: etree._Element) -> list[str]:
    """The ranges of the filters in a sheet or table part that have a condition set."""
    return [f.get("ref", "") for f in root.iter(f"{MAIN}autoFilter") if f.find(f"{MAIN}filterColumn") is not None]
