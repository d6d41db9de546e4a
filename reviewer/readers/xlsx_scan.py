"""Scans the two large kinds of XML in a workbook: the rows of a worksheet, and the shared strings.

Two scanners give the same: a pattern that takes the form which spreadsheet programs write (every byte
must be accounted for), and lxml for everything else. A library for values is not used: reading numbers
as binary floats loses the last digits of an ID that is stored whole, and a dense grid between two far
cells takes any amount of memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from reviewer.errors import Broken
from reviewer.readers.package import Package, misplaced, parse_xml
from reviewer.readers.xlsx_book import MAIN, all_text, clean, columns_of
from reviewer.readers.xlsx_style import Colour, Palette, is_tiny
from reviewer.settings import Limits

RawCell = tuple[int, int, str, str, str]
"""column, style, type, formula ("=" of one that stands in another cell), stored text; column 0: not named"""
RawRow = tuple[dict[str, str], list[RawCell]]

_CHUNK = 1 << 16


@dataclass(slots=True)
class Strings:
    """The shared strings. `runs` holds colour and size of coloured or tiny stretches of rich text."""

    texts: list[str] = field(default_factory=list)
    runs: dict[int, list[tuple[Colour | None, bool]]] = field(default_factory=dict)
    phonetic: list[str] = field(default_factory=list)
    used: bytearray = field(default_factory=bytearray)


# Text -----------------------------------------------------------------------------------------------

_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NUMERIC = re.compile(r"&#([1-9][0-9]{2,6});")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Unusual(Exception):
    """The XML is not in the form that the fast scanner knows."""


def _resolve(text: str) -> str:
    if text.count("&") != len(_REFERENCE.findall(text)):
        raise Unusual
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        raise Unusual
    return chr(code)


def plain_text(element: etree._Element) -> str:
    """The text of a string item (si, is, text): its runs joined, without phonetic hints."""
    return "".join(
        t.text or ""
        for t in element.iter(f"{MAIN}t")
        if (parent := t.getparent()) is not None and parent.tag != f"{MAIN}rPh"
    )


# Scanning -------------------------------------------------------------------------------------------

_TOKENS = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"((?: [a-z]+="[^"<&]*")*) ?(?:/>|>'
    r'(?:(<f)(?: [a-z0-9]+="[^"<]*")* ?(?:/>|>([^<]*)</f>))?'
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>'
    r'|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
    r"|(<row[^<>]*>)|</row>|([^<]+|<)"
)
_STRING_TOKENS = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t ?/>)?</si>|<si ?/>'
    r"|<si>(<r>.*?|<t.*?)</si>|([^<]+|<)",
    re.S,
)
_ATTRIBUTE = re.compile(r'([A-Za-z0-9:]+)="([^"]*)"')
_UTF8 = re.compile(
    rb"(?:\xef\xbb\xbf)?(?!\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"'](?!utf-8[\"'])[^\"']*)\s*<", re.I
)


def plain_utf8(data: bytes) -> bool:
    """Whether a part is XML in UTF-8, as far as its first bytes tell."""
    return _UTF8.match(data) is not None


def inner(data: bytes, tag: bytes) -> tuple[int, int]:
    """Where the content of the one element `tag` starts and ends. Unusual when that is not certain."""
    if not plain_utf8(data):
        raise Unusual
    head = data.find(b"<" + tag)
    start, end = data.find(b">", head) + 1, data.rfind(b"</" + tag + b">")
    if head < 0 or not 0 < start <= end or data[start - 2 : start] == b"/>":
        raise Unusual
    return start, end


def _chunks(data: bytes, start: int, end: int, closing: bytes) -> Iterator[str]:
    """data[start:end] as text in pieces that end after a `closing` tag."""
    while start < end:
        cut = data.find(closing, min(start + _CHUNK, end), end)
        stop = end if cut < 0 else cut + len(closing)
        piece = data[start:stop].decode("utf-8")
        if "<!" in piece or "<?" in piece:
            raise Unusual
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
        raise Unusual
    return chr(number)


def fast_rows(data: bytes, start: int, end: int) -> Iterator[RawRow]:
    columns: dict[str, int] = {}
    kinds: dict[str, tuple[int, str]] = {}
    row: dict[str, str] = {}
    cells: list[RawCell] = []
    for piece in _chunks(data, start, end, b"</row>"):
        for letters, attributes, own, formula, value, inline, opening, junk in _TOKENS.findall(piece):
            if letters:
                text = value or inline
                if not text and not own:
                    continue
                if attributes not in kinds:
                    kinds[attributes] = _kind(dict(_ATTRIBUTE.findall(attributes)))
                if letters not in columns:
                    columns[letters] = columns_of(letters)
                if "&" in text:
                    text = _resolve(text)
                if own:
                    formula = (_resolve(formula) if "&" in formula else formula) or "="
                style, kind = kinds[attributes]
                cells.append((columns[letters], style, kind, formula, text))
            elif opening:
                if row or cells:
                    yield row, cells
                row, cells = dict(_ATTRIBUTE.findall(opening)), []
            elif junk and not junk.isspace():
                raise Unusual
    if row or cells:
        yield row, cells


def _kind(attributes: dict[str, str]) -> tuple[int, str]:
    style = attributes.get("s", "0")
    return int(style) if style.isascii() and style.isdigit() else 0, attributes.get("t", "n")


def slow_rows(rows: Iterable[etree._Element], phonetic: list[str]) -> Iterator[RawRow]:
    """The rows one by one; phonetic hints of inline strings are added to `phonetic`."""
    for row in rows:
        cells: list[RawCell] = []
        for cell in row.iter(f"{MAIN}c"):
            cells.append(_slow_cell(cell))
        phonetic.extend(text for hint in row.iter(f"{MAIN}rPh") if (text := clean(all_text(hint)).strip()))
        yield {str(k): str(v) for k, v in row.attrib.items()}, cells
        drop(row)


def drop(element: etree._Element) -> None:
    """Free a streamed element and the siblings before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _slow_cell(cell: etree._Element) -> RawCell:
    formula = value = ""
    for child in cell:
        if child.tag == f"{MAIN}f":
            formula = all_text(child) or "="
        elif child.tag == f"{MAIN}v":
            value = all_text(child)
        elif child.tag == f"{MAIN}is":
            value = plain_text(child)
    # An empty cell counts for those behind it that do not name their column.
    style, kind = _kind({str(k): str(v) for k, v in cell.attrib.items()})
    letters = (cell.get("r") or "").rstrip("0123456789").upper()
    column = columns_of(letters) if letters.isascii() and letters.isalpha() and len(letters) <= 3 else 0
    return column, style, kind, formula, value


def read_strings(package: Package, part: str, limits: Limits, palette: Palette) -> Strings:
    """The shared strings of the workbook."""
    data = package.read(part)
    try:
        strings = _fast_strings(data, limits, palette)
    except (Unusual, UnicodeDecodeError):
        strings = Strings()
        if package.root_name(part) != "sst":
            raise misplaced() from None
        for item in package.elements(part, f"{MAIN}si"):
            _add_item(strings, item, palette)
            drop(item)
        if not strings.texts and b"<si" in data:
            raise Broken("文件内的 XML 名称有误，无法读取。请用原软件打开检查后另存。") from None
    strings.used = bytearray(len(strings.texts))
    return strings


def _fast_strings(data: bytes, limits: Limits, palette: Palette) -> Strings:
    start, end = inner(data, b"sst")
    root = skeleton(data, start, end, limits)
    if root.tag != f"{MAIN}sst" or root.prefix is not None or len(root):
        raise Unusual
    strings = Strings()
    for piece in _chunks(data, start, end, b"</si>"):
        for text, rich, junk in _STRING_TOKENS.findall(piece):
            if rich:
                item = parse_xml(f'<si xmlns="{MAIN[1:-1]}">{rich}</si>'.encode(), limits)
                _add_item(strings, item, palette)
            elif not junk:
                strings.texts.append(clean(_resolve(text) if "&" in text else text))
            elif not junk.isspace():
                raise Unusual
    return strings


def skeleton(data: bytes, start: int, end: int, limits: Limits) -> etree._Element:
    try:
        return parse_xml(data[:start] + data[end:], limits)
    except Broken:
        raise Unusual from None


def _add_item(strings: Strings, item: etree._Element, palette: Palette) -> None:
    if runs := _faint_runs(item, palette):
        strings.runs[len(strings.texts)] = runs
    strings.texts.append(clean(plain_text(item)))
    strings.phonetic.extend(
        text for hint in item.iter(f"{MAIN}rPh") if (text := clean(all_text(hint)).strip())
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
