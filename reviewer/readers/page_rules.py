"""The ruled tables of a page (PDF, OFD): which cell between drawn lines a character stands in.

Lines are strokes and thin filled boxes (Word draws borders so). A cell is what the nearest lines to the left,
right, above and below enclose; lines further off do not count, so merged cells come out whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

Segment = tuple[float, float, float, float]
"""x0, y0, x1, y1 with x0 <= x1 and y0 <= y1, flat in one direction"""

_NEAR = 1.6
"""lines closer than this are one: the two edges of a border, the ends of two strokes"""
_REACH = 3.0
_SHORTEST = 4.0
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of table number `table`, counted in the grid of all its lines; `right` is its right edge."""

    table: int
    row: int
    column: int
    right: float


@dataclass(slots=True)
class _Line:
    """One line across the page: its place, and the stretches of it that are drawn."""

    at: float
    spans: list[tuple[float, float]] = field(default_factory=list)

    def covers(self, place: float) -> bool:
        return any(low - _REACH <= place <= high + _REACH for low, high in self.spans)


class Rules:
    """The lines of one page; false where they make no table."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        upright: list[tuple[float, float, float]] = []
        level: list[tuple[float, float, float]] = []
        for x0, y0, x1, y1 in segments:
            if y1 - y0 >= _SHORTEST and x1 - x0 <= _NEAR:
                upright.append(((x0 + x1) / 2, y0, y1))
            elif x1 - x0 >= _SHORTEST and y1 - y0 <= _NEAR:
                level.append(((y0 + y1) / 2, x0, x1))
        few = len(upright) + len(level) > _MOST or len(upright) < 3 or len(level) < 3
        self.upright = [] if few else _lines(upright)
        self.level = [] if few else _lines(level)
        self.bands = _bands(self.upright)
        self._xs = [line.at for line in self.upright]
        self._ys = [line.at for line in self.level]
        self._columns = [self._inside(self.upright, band, True) for band in self.bands]
        self._rows = [self._inside(self.level, band, False) for band in self.bands]
        self._last: tuple[float, float, float, float, Cell] | None = None

    def __bool__(self) -> bool:
        return any(len(c) > 2 and len(r) > 2 for c, r in zip(self._columns, self._rows, strict=True))

    def _inside(self, lines: list[_Line], band: tuple[float, float], upright: bool) -> list[float]:
        low, high = band
        if upright:
            return [line.at for line in lines if any(a < high and b > low for a, b in line.spans)]
        return [line.at for line in lines if low - _REACH <= line.at <= high + _REACH]

    def cell(self, x: float, y: float) -> Cell | None:
        """The cell around a point of the page."""
        last = self._last
        if last is not None and last[0] < x < last[2] and last[1] < y < last[3]:
            return last[4]
        left, right = self._around(self.upright, self._xs, x, y)
        below, above = self._around(self.level, self._ys, y, x)
        if left is None or right is None or below is None or above is None:
            return None
        table = bisect_right([low for low, _ in self.bands], y) - 1
        columns, rows = self._columns[table], self._rows[table]
        if table < 0 or len(columns) < 3 or len(rows) < 3:
            return None
        row = len(rows) - 1 - bisect_left(rows, above - _NEAR)
        found = Cell(table, row, bisect_left(columns, left - _NEAR), right)
        self._last = (left, below, right, above, found)
        return found

    def _around(
        self, lines: list[_Line], places: list[float], at: float, across: float
    ) -> tuple[float | None, float | None]:
        """The nearest lines on both sides of `at` that are drawn where `across` is."""
        k = bisect_left(places, at)
        before = next((lines[i].at for i in range(k - 1, -1, -1) if lines[i].covers(across)), None)
        after = next((lines[i].at for i in range(k, len(lines)) if lines[i].covers(across)), None)
        return before, after


def _lines(segments: list[tuple[float, float, float]]) -> list[_Line]:
    """Segments put together that lie in one line, in order of their place."""
    lines: list[_Line] = []
    for at, low, high in sorted(segments):
        if not lines or at - lines[-1].at > _NEAR:
            lines.append(_Line(at))
        lines[-1].spans.append((low, high))
    for line in lines:
        line.spans = _joined(line.spans)
    return lines


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1] + _REACH:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _bands(upright: list[_Line]) -> list[tuple[float, float]]:
    """The heights between which upright lines run without a break: one for each table, lowest first."""
    return _joined([span for line in upright for span in line.spans])
