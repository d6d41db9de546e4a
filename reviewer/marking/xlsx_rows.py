"""The cells of a worksheet, changed one by one in the XML as it is written: no tree of 600,000 cells is built."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from lxml import etree

from reviewer.errors import Broken, MarkingError
from reviewer.marking.docx_parts import written
from reviewer.marking.xlsx_parts import prefix_of
from reviewer.readers.package import parse_xml
from reviewer.readers.xlsx_book import MAIN, columns_of
from reviewer.readers.xlsx_scan import plain_utf8
from reviewer.readers.xlsx_sheet import LAST_COLUMN, LAST_ROW
from reviewer.settings import Limits

_CHUNK = 1 << 18
_HERE = "the rows"
_HERE_MARK = f"<!--{_HERE}-->".encode()
_SHEET_DATA = re.compile(rb"<((?:[A-Za-z_][0-9A-Za-z_.-]{0,60}:)?)sheetData(?:\s[^<>]*)?>")
_ATTRIBUTES = r"""((?:\s+[^\s=<>/"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*+)\s*"""
_EACH_ATTRIBUTE = re.compile(r"""([^\s=<>/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NUMBER = re.compile(r"""\sr\s*=\s*["']([0-9]+)["']""")
_LETTERS = re.compile(r"""\sr\s*=\s*["']([A-Za-z]{1,3})[0-9]*["']""")

Change = Callable[[int, int, str, str], "tuple[str, str] | None"]
"""(row, column, attributes, content) of a cell -> the new ones, or None to leave it byte for byte.
Attributes begin with white space."""


@dataclass(slots=True)
class SheetXml:
    """A worksheet part: `root` is its tree without rows, `rows` the XML of those (UTF-8)."""

    root: etree._Element
    rows: bytes = field(repr=False)
    original: bytes = field(repr=False)
    _first: tuple[bytes, bytes] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._first = etree.tostring(self.root), self.rows

    def is_changed(self) -> bool:
        return self._first != (etree.tostring(self.root), self.rows)

    @property
    def prefix(self) -> str:
        """What stands in front of the names of its elements: "" or x:."""
        holder = self.root.find(MAIN + "sheetData")
        return prefix_of(self.root if holder is None else holder)

    def rewrite(self, change: Change, wanted: Collection[int] | None = None) -> None:
        """Change cells, in all rows or in those that are wanted. MarkingError where the XML is none that we know."""
        if not self.rows:
            return
        self.rows = b"".join(_rewritten(self.rows, self.prefix, change, wanted))

    def look_at(self, seen: Callable[[int, int, str, str], None]) -> None:
        """Show each cell to `seen`: row, column, attributes, content."""

        def nothing(row: int, column: int, attributes: str, content: str) -> None:
            seen(row, column, attributes, content)

        for _ in _rewritten(self.rows, self.prefix, nothing, None):
            pass

    def row_heads(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The number and the attributes of each row."""
        own = re.escape(self.prefix).encode()
        number = 0
        for match in re.finditer(rb"<" + own + rb"row(\s[^<>]*)?/?>", self.rows):
            attributes = (match[1] or b"").decode("utf-8", "replace")
            number = _row_number(attributes, number)
            yield number, {key: one or two for key, one, two in _EACH_ATTRIBUTE.findall(attributes)}

    def written(self) -> bytes:
        holder = self.root.find(MAIN + "sheetData")
        if holder is None:
            return written(self.root, self.original)
        holder.append(etree.Comment(_HERE))
        head, _, tail = written(self.root, self.original).partition(_HERE_MARK)
        del holder[-1]
        return b"".join((head, self.rows, tail))


def split(data: bytes, limits: Limits) -> SheetXml:
    """The worksheet in `data`. Odd XML (UTF-16, comments or CDATA in the rows) is put into the usual form first."""
    found = _split(data, data, limits) if plain_utf8(data) else None
    if found is None:
        found = _split(written(parse_xml(data, limits)), data, limits)
    if found is None:
        raise MarkingError("工作表的 XML 形式特殊，无法逐格处理。请用原软件打开后另存。")
    return found


def _split(data: bytes, original: bytes, limits: Limits) -> SheetXml | None:
    match = _SHEET_DATA.search(data)
    if match is None or match[0].endswith(b"/>"):
        return SheetXml(parse_xml(data, limits), b"", original)
    start, end = match.end(), data.rfind(b"</" + match[1] + b"sheetData")
    rows = data[start:end]
    if end < start or b"<!" in rows or b"<?" in rows:
        return None
    try:
        root = parse_xml(data[:start] + data[end:], limits)
    except Broken:
        return None
    holders = [*root.iter(MAIN + "sheetData")]
    if len(holders) != 1 or holders[0].getparent() is not root or len(holders[0]):
        return None
    return SheetXml(root, rows, original)


def _pieces(rows: bytes, closing: bytes) -> Iterator[str]:
    """The rows as text, in pieces that end behind a row."""
    start, end = 0, len(rows)
    while start < end:
        cut = rows.find(closing, min(start + _CHUNK, end))
        stop = end if cut < 0 else cut + len(closing)
        yield rows[start:stop].decode("utf-8")
        start = stop


def _rewritten(rows: bytes, prefix: str, change: Change, wanted: Collection[int] | None) -> Iterator[bytes]:
    own = re.escape(prefix)
    row_pattern = re.compile(rf"<{own}row{_ATTRIBUTES}(?:/>|>(.*?)</{own}row\s*>)", re.S)
    cells = _Cells(re.compile(rf"<{own}c{_ATTRIBUTES}(?:/>|>(.*?)</{own}c\s*>)", re.S), prefix, change)
    number = 0
    for piece in _pieces(rows, f"</{prefix}row>".encode()):
        out: list[str] = []
        here = 0
        for match in row_pattern.finditer(piece):
            if piece[here : match.start()].strip():
                raise MarkingError("工作表的 XML 形式特殊，无法逐格处理。请用原软件打开后另存。")
            number = _row_number(match[1], number)
            inside = match[2]
            if inside and (wanted is None or number in wanted):
                out.append(piece[here : match.start(2)])
                out.append(cells.row(number, inside))
                here = match.end(2)
            out.append(piece[here : match.end()])
            here = match.end()
        if piece[here:].strip():
            raise MarkingError("工作表的 XML 形式特殊，无法逐格处理。请用原软件打开后另存。")
        yield "".join(out).encode("utf-8")


def _row_number(attributes: str, last: int) -> int:
    named = _NUMBER.search(attributes)
    return int(named[1]) if named and len(named[1]) < 9 and 0 < int(named[1]) <= LAST_ROW else last + 1


@dataclass(slots=True)
class _Cells:
    """Hands the cells of one row after the other to `change`, with their columns counted as the reader counts them."""

    pattern: re.Pattern[str]
    prefix: str
    change: Change
    _number: int = 0
    _column: int = 0

    def row(self, number: int, inside: str) -> str:
        self._number, self._column = number, 0
        return self.pattern.sub(self._cell, inside)

    def _cell(self, match: re.Match[str]) -> str:
        attributes = match[1]
        letters = _LETTERS.search(attributes)
        column = _COLUMNS[letters[1]] if letters else 0
        if not 0 < column <= LAST_COLUMN:
            column = self._column + 1
        self._column = column
        changed = self.change(self._number, column, attributes, match[2] or "")
        if changed is None:
            return match[0]
        attributes, content = changed
        if not content:
            return f"<{self.prefix}c{attributes}/>"
        return f"<{self.prefix}c{attributes}>{content}</{self.prefix}c>"


class _Columns(dict[str, int]):
    def __missing__(self, letters: str) -> int:
        self[letters] = columns_of(letters.upper())
        return self[letters]


_COLUMNS = _Columns()
_STYLE = re.compile(r"""\ss\s*=\s*["']([0-9]{0,9})["']""")
_TYPE = re.compile(r"""\st\s*=\s*["']([A-Za-z]*)["']""")


def style_of(attributes: str) -> int:
    found = _STYLE.search(attributes)
    return int(found[1] or 0) if found else 0


def with_style(attributes: str, style: int) -> str:
    return f'{_STYLE.sub("", attributes)} s="{style}"'


def type_of(attributes: str) -> str:
    found = _TYPE.search(attributes)
    return found[1] if found else "n"


def with_type(attributes: str, kind: str) -> str:
    """The attributes with this type; "" takes the type away."""
    rest = _TYPE.sub("", attributes)
    return f'{rest} t="{kind}"' if kind else rest
