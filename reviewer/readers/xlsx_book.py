"""One workbook while it is read, and the small words that all its readers share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from reviewer.model import Locator, cell_name
from reviewer.readers.assembly import Assembly
from reviewer.readers.package import OFFICE, Package
from reviewer.settings import Limits

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
REL = f"{{{OFFICE}/relationships}}"


@dataclass(slots=True)
class Book:
    """One workbook while it is read."""

    package: Package
    assembly: Assembly
    limits: Limits
    depth: int
    read: set[str] = field(default_factory=set)
    """parts that are done or hold nothing to read"""
    owners: dict[str, str] = field(default_factory=dict)
    """part -> name of the worksheet that it hangs on"""
    strings: set[str] = field(default_factory=set)
    """the shared strings: what a table's header repeats is known"""
    threads: dict[tuple[str | None, str], list[str]] = field(default_factory=dict)
    """(sheet, cell) -> texts of threaded comments, which old-style comments repeat"""
    pictures: dict[str, Locator] = field(default_factory=dict)
    """picture part -> the cell it is anchored at"""


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet as the workbook lists it. `concealed` is Chinese, why it is not shown, or ""."""

    name: str
    part: str
    kind: str
    concealed: str


Reader = Callable[[Book, str, etree._Element, "str | None"], None]


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def each(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """All elements of that local name below root, in any namespace."""
    return root.iter("{*}" + name)


def at(sheet: str | None, reference: str | None) -> Locator:
    """The Locator of the first cell of a reference on a sheet."""
    for row, column, _, _ in ranges(reference or ""):
        return Locator(sheet=sheet, cell=cell_name(row, column), row=row, column=column)
    return Locator(sheet=sheet)


def columns_of(letters: str) -> int:
    """The number of a column: AB -> 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")


def ranges(reference: str) -> Iterator[tuple[int, int, int, int]]:
    """Each range of a reference as (row, column, last row, last column): A1:B2 -> (1, 1, 2, 2)."""
    for match in _RANGE.finditer(reference):
        row, column = int(match[2]), columns_of(match[1].upper())
        last_row = int(match[4]) if match[4] else row
        last_column = columns_of(match[3].upper()) if match[3] else column
        yield row, column, last_row, last_column


def is_true(value: str | None) -> bool:
    """Whether an XML boolean is true."""
    return value in ("1", "true", "on")


_HELD = re.compile(
    r'"((?:[^"]|"")*)"|(\[[^\[\]]*\])|(?<![0-9A-Za-z$.])([0-9]{5,}(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)'
)


def own_values(formula: str) -> tuple[str, ...]:
    """What a formula holds beside references and arithmetic: texts, long numbers, outside workbooks."""
    if '"' not in formula and "[" not in formula and not any(c.isdigit() for c in formula):
        return ()
    found = (a or b or c for a, b, c in _HELD.findall(formula))
    return tuple(value for value in found if any(c.isalnum() for c in value))


def link_text(target: str) -> str:
    """An address as a person reads it: percent codes of UTF-8 resolved."""
    return clean(unquote(target))


_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


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


def all_text(element: etree._Element) -> str:
    """All text inside an element, in order."""
    return "".join(str(text) for text in element.itertext())
