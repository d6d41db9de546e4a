"""The cells of a publishable copy: masked text as text, hidden cells empty, formulas that must not stay frozen."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from reviewer.marking.xlsx_formulas import HERE, Area, References, area, reach, renamed
from reviewer.marking.xlsx_hits import Hits, Place
from reviewer.marking.xlsx_looks import Looks
from reviewer.marking.xlsx_parts import LONGEST, shown
from reviewer.marking.xlsx_rows import SheetXml, style_of, type_of, with_style, with_type
from reviewer.model import Document
from reviewer.readers.xlsx_book import own_values
from reviewer.readers.xlsx_sheet import column_reasons, row_reason

_RICH_HINT = re.compile(r"""\s(?:cm|vm|ph)\s*=\s*["'][^"']*["']""")
"""what a cell says of a rich value, a spilled formula or phonetic hints that it no longer holds"""


@dataclass(slots=True)
class Grid:
    """What is to become of the cells of one sheet."""

    name: str
    texts: dict[Place, str] = field(default_factory=dict, repr=False)
    """place -> new text"""
    plain: set[Place] = field(default_factory=set)
    """cells that must lose their number format"""
    empty: set[Place] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    """hidden ones: nothing stays in them"""
    frozen: set[Place] = field(default_factory=set)

    def is_empty(self, row: int, column: int) -> bool:
        return row in self.rows or column in self.columns or (row, column) in self.empty

    def wanted(self) -> set[int] | None:
        """The rows in which something changes; None for all."""
        if self.columns:
            return None
        return self.rows | {row for row, _ in (*self.texts, *self.empty, *self.frozen)}


def make_grids(
    document: Document, sheets: Mapping[str, SheetXml], hits: Hits, removed: Counter[str], references: References
) -> dict[str, Grid]:
    """A Grid for each sheet that stays; what changes in them is told to `references`."""
    grids = {name: Grid(name) for name in sheets}
    for name, grid in grids.items():
        root = sheets[name].root
        grid.columns = {column for column, reason in column_reasons(root).items() if reason}
        grid.rows = {number for number, attributes in sheets[name].row_heads() if row_reason(attributes)}
    for block in document.blocks:
        table = block.table
        if table is not None and table.sheet in grids and block.part != "attachment":
            _conceal(document, grids[table.sheet], block.start, block.end, table, removed, references)
    for grid in grids.values():
        _fill(grid, hits, references)
    _keep_shown(document, grids, hits)
    return grids


def _conceal(
    document: Document, grid: Grid, start: int, end: int, table: object, removed: Counter[str], references: References
) -> None:
    """Note the cells that nobody sees: those of hidden rows and columns, and single ones."""
    from reviewer.model import Table

    assert isinstance(table, Table)
    grid.columns |= set(table.hidden_columns)
    removed["隐藏的行"] += len(table.hidden_rows)
    removed["隐藏的列"] += len(table.hidden_columns)
    for row, first in enumerate(table.first[:-1]):
        number = table.numbers[row]
        whole = number in table.hidden_rows
        if not whole and not grid.columns:
            continue
        for cell in range(first, table.first[row + 1]):
            if whole or table.columns[cell] in grid.columns:
                references.change(grid.name, number, table.columns[cell])
    for hidden in document.concealed:
        if not start <= hidden.start < end or hidden.locator.cell is None:
            continue
        cell = bisect_left(table.starts, hidden.start)
        while cell < len(table.starts) and table.starts[cell] < hidden.end:
            place = table.numbers[table.row_of(cell)], table.columns[cell]
            if table.ends[cell] > table.starts[cell] and not grid.is_empty(*place):
                grid.empty.add(place)
                removed["看不见的单元格"] += 1
                references.change(grid.name, *place)
            cell += 1


def _fill(grid: Grid, hits: Hits, references: References) -> None:
    """The new texts of cells that stay."""
    for place, hit in hits.cells.get(grid.name, {}).items():
        if not grid.is_empty(*place):
            grid.texts[place] = hit.masked()
            hits.placed.update(hit.numbers)
            references.change(grid.name, *place)
    for place, hit in hits.shown.get(grid.name, {}).items():
        if place[0] in grid.rows or place[1] in grid.columns:
            continue
        text = hit.masked()
        stored = hits.cells.get(grid.name, {}).get(place)
        for start, end, replacement in stored.changes if stored is not None else ():
            # What is masked in the stored text and stands in the shown one as well.
            text = text.replace(stored.text[start:end], replacement) if stored is not None else text
        grid.texts[place] = text
        grid.plain.add(place)
        grid.empty.discard(place)
        hits.placed.update(hit.numbers)
        references.change(grid.name, *place)


def _keep_shown(document: Document, grids: Mapping[str, Grid], hits: Hits) -> None:
    """A cell whose format shows words in the place of its value keeps those words."""
    for block in document.blocks:
        where = block.locator
        grid = grids.get(where.sheet or "")
        if block.table is not None or block.part != "body" or grid is None or not where.row:
            continue
        place = where.row, where.column or 0
        if place in grid.empty:
            grid.texts[place] = document.text[block.start : block.end]
            grid.plain.add(place)
            grid.empty.discard(place)


# Formulas -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Formulas:
    """The formulas of one sheet, by place."""

    texts: dict[Place, str] = field(default_factory=dict, repr=False)
    shared: dict[str, list[Place]] = field(default_factory=dict)
    masters: dict[str, Place] = field(default_factory=dict)
    arrays: dict[Place, Area] = field(default_factory=dict)
    bare: set[Place] = field(default_factory=set)
    """those without a stored value"""


def freeze(grid: Grid, sheet: SheetXml, hits: Hits, references: References) -> tuple[int, int]:
    """Note which formulas of the sheet give way to their values; returns how many stay, and how many have no value."""
    found = _find(sheet)
    grid.frozen = {
        place for place, formula in found.texts.items()
        if place in grid.texts or grid.is_empty(*place) or _is_hit(formula, hits)
        or references.touched(formula, grid.name)
    }  # fmt: skip
    for group, cells in found.shared.items():
        master = found.masters.get(group)
        grow = HERE if master is None else reach(cells, master)
        if (
            master is None
            or any(cell in grid.frozen or cell in grid.texts or grid.is_empty(*cell) for cell in cells)
            or references.touched(found.texts[master], grid.name, grow)
        ):
            grid.frozen.update(cells)
    for master, where in found.arrays.items():
        if references.meets(grid.name, where):
            grid.frozen.add(master)
    every = {*found.texts, *(cell for cells in found.shared.values() for cell in cells)}
    blank = sum(1 for cell in grid.frozen & found.bare if not grid.is_empty(*cell) and cell not in grid.texts)
    return len(every - grid.frozen), blank


def _is_hit(formula: str, hits: Hits) -> bool:
    return bool(hits.held) and own_values(formula) in hits.held


_FORMULA = re.compile(
    r"""<(?:[A-Za-z_][0-9A-Za-z_.-]*:)?f((?:\s+[^\s=<>/"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?:/>|>(.*?)</[^<>]*>)""",
    re.S,
)
_VALUE = re.compile(r"<(?:[A-Za-z_][0-9A-Za-z_.-]*:)?v(?:\s[^<>]*)?>(.*?)</[^<>]*>", re.S)
_ONE = re.compile(r"""\s(t|ref|si)\s*=\s*["']([^"']*)["']""")


def _find(sheet: SheetXml) -> _Formulas:
    found = _Formulas()
    if b"<f" not in sheet.rows and b":f" not in sheet.rows:
        return found

    def see(row: int, column: int, attributes: str, content: str) -> None:
        match = _FORMULA.search(content) if "f" in content else None
        if match is None:
            return
        own = dict(_ONE.findall(match[1]))
        formula, place = unescape(match[2] or ""), (row, column)
        value = _VALUE.search(content)
        if type_of(attributes) != "str" and (value is None or not value[1]):
            found.bare.add(place)
        if own.get("t") == "shared":
            group = own.get("si", "")
            found.shared.setdefault(group, []).append(place)
            if not formula:
                return
            found.masters.setdefault(group, place)
        elif own.get("t") in ("array", "dataTable") and own.get("ref"):
            found.arrays[place] = area(own["ref"].partition(" ")[0])
        found.texts[place] = formula

    sheet.look_at(see)
    return found


# Writing --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Writer:
    """Writes the cells of one sheet."""

    grid: Grid
    sheet: SheetXml
    looks: Looks
    rich: Mapping[int, str]
    """shared string -> the look of its first run, as XML"""
    names: Mapping[str, str]
    """sheets under new names"""
    seen: Callable[[int, int, Place], str]
    """(shared string, style, place) -> what of it can be seen in a cell of which some can not"""

    def write(self) -> None:
        wanted = None if self.names else self.grid.wanted()
        if wanted is None or wanted:
            self.sheet.rewrite(self._change, wanted)

    def _change(self, row: int, column: int, attributes: str, content: str) -> tuple[str, str] | None:
        place = row, column
        grid = self.grid
        if (text := grid.texts.get(place)) is not None and not (row in grid.rows or column in grid.columns):
            if place in grid.plain:
                attributes = with_style(attributes, self.looks.as_text(style_of(attributes)))
            return self._text(attributes, text, self._look(attributes, content))
        if grid.is_empty(row, column):
            hidden = row in grid.rows or column in grid.columns
            if not hidden and type_of(attributes) == "s":
                value = _VALUE.search(content)
                if value and value[1].strip().isdigit():
                    return self._text(attributes, self.seen(int(value[1]), style_of(attributes), place))
            return with_type(_RICH_HINT.sub("", attributes), ""), ""
        if place in grid.frozen:
            return self._frozen(attributes, content)
        if self.names and "f" in content:
            return attributes, _FORMULA.sub(self._renamed, content)
        return None

    def _text(self, attributes: str, text: str, look: str = "") -> tuple[str, str]:
        attributes = _RICH_HINT.sub("", attributes)
        if not text:
            return with_type(attributes, ""), ""
        p, held = self.sheet.prefix, escape(shown(text[:LONGEST]), quote=False)
        run = f'<{p}t xml:space="preserve">{held}</{p}t>'
        if look:
            run = f"<{p}r>{look}{run}</{p}r>"
        return with_type(attributes, "inlineStr"), f"<{p}is>{run}</{p}is>"

    def _look(self, attributes: str, content: str) -> str:
        """The look of the first run of a rich text."""
        if type_of(attributes) == "s" and self.rich:
            value = _VALUE.search(content)
            return self.rich.get(int(value[1]), "") if value and value[1].strip().isdigit() else ""
        return first_look(content, self.sheet.prefix)

    def _frozen(self, attributes: str, content: str) -> tuple[str, str]:
        """A formula's value in its place."""
        attributes = _RICH_HINT.sub("", attributes)
        value = _VALUE.search(content)
        if value is None or not value[1]:
            return with_type(attributes, ""), ""
        if type_of(attributes) != "str":
            return attributes, value[0]
        p = self.sheet.prefix
        held = f'<{p}is><{p}t xml:space="preserve">{value[1]}</{p}t></{p}is>'
        return with_type(attributes, "inlineStr"), held

    def _renamed(self, match: re.Match[str]) -> str:
        if not match[2]:
            return match[0]
        head, tail = match[0][: match.start(2) - match.start()], match[0][match.end(2) - match.start() :]
        return head + escape(renamed(unescape(match[2]), self.names), quote=False) + tail


def first_look(content: str, prefix: str) -> str:
    """The rPr of the first run of a rich text, as XML; "" for plain text."""
    p = re.escape(prefix)
    match = re.search(rf"<{p}r\s*>\s*(<{p}rPr\s*>.*?</{p}rPr\s*>)?", content, re.S)
    return (match[1] or "") if match else ""


def strip_phonetics(sheet: SheetXml) -> int:
    """Take the phonetic hints out of inline strings; returns how many there were."""
    if b"rPh" not in sheet.rows:
        return 0
    p = re.escape(sheet.prefix).encode()
    sheet.rows, count = re.subn(rb"<%srPh[\s>].*?</%srPh\s*>" % (p, p), b"", sheet.rows, flags=re.S)
    return count


def used_strings(sheets: Iterable[SheetXml]) -> set[int]:
    """The shared strings that the cells of these sheets show."""
    used: set[int] = set()
    for sheet in sheets:
        p = re.escape(sheet.prefix).encode()
        pattern = re.compile(
            rb"<%sc(?=[^<>]*?\st\s*=\s*[\"']s[\"'])[^<>]*>\s*(?:<%sf[^<>]*/>|<%sf[^<>]*>[^<]*</%sf>)?\s*"
            rb"<%sv[^<>]*>\s*([0-9]+)\s*<" % (p, p, p, p, p)
        )
        used.update(int(number) for number in pattern.findall(sheet.rows))
    return used
