"""What formulas refer to: whether a change touches it, and sheets under new names."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reviewer.readers.xlsx_book import columns_of
from reviewer.readers.xlsx_sheet import LAST_COLUMN, LAST_ROW

_WORD = r"""[^\s"'!()\[\]{},;:+*/^&=<>%#|@$0-9.-][^\s"'!()\[\]{},;:+*/^&=<>%#|@$-]*"""
_TOKEN = re.compile(
    r'"(?:[^"]|"")*"'
    rf"|(?P<sheet>'(?:[^']|'')+'|{_WORD}(?::{_WORD})?)!"
    r"|(?P<cells>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}"
    r"|\$?[0-9]{1,7}:\$?[0-9]{1,7})(?![0-9A-Za-z_.(])"
    rf"|(?P<call>{_WORD})\("
    rf"|(?P<table>{_WORD})\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
    rf"|(?P<name>{_WORD})"
    r"|(?P<odd>[\[|])|.",
    re.S,
)
_COORDINATES = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]{0,7})")
_ANYWHERE = frozenset({"INDIRECT", "OFFSET", "_XLFN.ANCHORARRAY", "GETPIVOTDATA", "CELL", "CUBEVALUE",
                       "SHEET", "SHEETS"})  # fmt: skip
_DEPTH = 8
Area = tuple[int, int, int, int]
"""first row, first column, last row, last column"""
Grow = tuple[int, int, int, int]
"""how far the cells of one shared formula lie up, left, down and right of the first"""
HERE: Grow = (0, 0, 0, 0)


@dataclass(slots=True)
class References:
    """What changed in a workbook, as formulas see it. Sheets and names are compared without case."""

    sheets: set[str] = field(default_factory=set)
    """those that stay"""
    names: dict[str, str] = field(default_factory=dict)
    """defined names that stay, with what they stand for"""
    cells: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    """sheet -> column -> rows, sorted, of cells that changed or were emptied"""
    tables: dict[str, tuple[str, Area]] = field(default_factory=dict)
    """tables that stay: the sheet and the area of each"""
    anything: bool = False
    """whether anything was taken away or changed at all"""

    def change(self, sheet: str, row: int, column: int) -> None:
        rows = self.cells.setdefault(sheet.lower(), {}).setdefault(column, [])
        self.anything = True
        if not rows or rows[-1] < row:
            rows.append(row)
        elif rows[bisect_left(rows, row)] != row:
            insort(rows, row)

    def touched(self, formula: str, sheet: str, grow: Grow = HERE, depth: int = 0) -> bool:
        """Whether a formula on `sheet` refers to something that changed or is gone, or may do so."""
        at = sheet
        for token in _TOKEN.finditer(formula):
            if token["sheet"] is not None:
                at = token["sheet"].strip("'").replace("''", "'") if token["sheet"][0] == "'" else token["sheet"]
                if at.lower() not in self.sheets:
                    return True
                continue
            if token["cells"] is not None:
                if self.meets(at, area(token["cells"], grow)):
                    return True
            elif token["table"] is not None:
                known = self.tables.get(token["table"].lower())
                if self.meets(*known) if known is not None else self.anything:
                    return True
            elif token["odd"] is not None:
                # Another workbook or a DDE source.
                return True
            elif token["call"] is not None:
                if token["call"].upper() in _ANYWHERE and self.anything:
                    return True
            elif token["name"] is not None and self._name(token["name"], sheet, depth):
                return True
            at = sheet
        return False

    def lost(self, formula: str, sheet: str) -> bool:
        """Whether a formula refers to a sheet or a name that is gone; cells that changed do not count."""
        return References(self.sheets, self.names, {}, self.tables, self.anything).touched(formula, sheet)

    def _name(self, name: str, sheet: str, depth: int) -> bool:
        if name.upper() in ("TRUE", "FALSE") or (name[:1].upper() == "E" and name[1:].isdigit()):
            return False
        meaning = self.names.get(name.lower())
        if meaning is None:
            return self.anything
        return depth > _DEPTH or self.touched(meaning, sheet, HERE, depth + 1)

    def meets(self, sheet: str, where: Area) -> bool:
        """Whether a changed cell lies in an area."""
        top, left, bottom, right = where
        for column, rows in self.cells.get(sheet.lower(), {}).items():
            if left <= column <= right:
                k = bisect_left(rows, top)
                if k < len(rows) and rows[k] <= bottom:
                    return True
        return False


def area(reference: str, grow: Grow = HERE) -> Area:
    """The area of a reference (B2, $A$1:C7, B:B, 3:4), as far as the cells of a shared formula carry it."""
    first, _, last = reference.partition(":")
    up, left, down, right = grow
    edges = []
    for end, rows, columns in ((first, up, left), (last or first, down, right)):
        match = _COORDINATES.fullmatch(end)
        assert match is not None
        column = columns_of(match[2].upper()) if match[2] else None
        row = int(match[4]) if match[4] else None
        row = row if row is None or match[3] else row + rows
        column = column if column is None or match[1] else column + columns
        edges.append((row, column))
    (top, west), (bottom, east) = edges
    return (top or 1, west or 1, LAST_ROW if bottom is None else bottom, LAST_COLUMN if east is None else east)


def renamed(formula: str, names: Mapping[str, str]) -> str:
    """The formula with sheets under their new names (old ones in lower case)."""

    def put(token: re.Match[str]) -> str:
        if token["sheet"] is None:
            return token[0]
        quoted = token["sheet"][0] == "'"
        own = token["sheet"][1:-1].replace("''", "'") if quoted else token["sheet"]
        steps = [names.get(step.lower(), step) for step in own.split(":")]
        if steps == own.split(":"):
            return token[0]
        return "'" + ":".join(steps).replace("'", "''") + "'!"

    return _TOKEN.sub(put, formula)


def reach(cells: Iterable[tuple[int, int]], origin: tuple[int, int]) -> Grow:
    """How far cells lie from the one whose formula they share."""
    rows, columns = zip(*((row - origin[0], column - origin[1]) for row, column in cells), strict=True)
    return min(rows), min(columns), max(rows), max(columns)
