"""The runs of an OFD page -> its text: lines, columns and cells told by where the characters stand.

Programs cut a page's text as they like: a line in one object, a word, a single character. Runs keep the order in
which they are painted; those of one line that follow each other are put in the order of the line, and the words of a
template (the labels of a form) beside the values that stand next to them.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from reviewer.readers.assembly import Origin
from reviewer.readers.ofd_page import Run
from reviewer.readers.page_rules import Rules
from reviewer.readers.page_text import COLUMN_GAP, TYPED_GAP, Edit, PageText, ruled, written

_NEXT_LINE = 0.6
"""of the larger font: text whose middle is so far off stands on another line"""
_TOUCH_GAP = 0.2
_BACK = -0.5
_TWIN = 0.25
_STACK = 0.5
"""of the font size: single characters below each other that are no further apart read down"""
_BLANK = " \u00a0\u3000"
_LINE_END = re.compile("[ \u00a0]*\n+")
_NARROW_FIELD = 4
"""line breaks of one run, with fewer than three characters between them: a field too narrow for its text"""


@dataclass(frozen=True, slots=True)
class Laid:
    """The text of a page and the runs that it came from."""

    page: PageText
    runs: list[Run] = field(repr=False)
    starts: list[int] = field(repr=False)
    """of each run, where it begins in the characters as they are drawn (page.raw)"""
    inner: list[list[int]] = field(repr=False)
    """of each run, the characters before which a sign was put in"""

    def pieces(self) -> Iterator[tuple[Run, int, int, int]]:
        """(run, first character of it, place in the raw text, length) for stretches without anything between."""
        for run, start, cuts in zip(self.runs, self.starts, self.inner, strict=True):
            ends = [*cuts, len(run.text)]
            first = 0
            for number, end in enumerate(ends):
                yield run, first, start + first + number, end - first
                first = end

    def origins(self, *, key: str = "") -> list[Origin]:
        """Where each stretch of the text came from: the characters of which node; twins too."""
        found: list[Origin] = []
        for run, first, raw, length in self.pieces():
            start, end = self.page.offset(raw), self.page.offset(raw + length)
            if start < end:
                for one in (run, *run.twins):
                    found.append(Origin(start, end, one.node, key, one.shift + first))
        return sorted(found, key=lambda one: one.start)


def laid(runs: Iterable[Run], rules: Rules | None = None) -> Laid:
    """The runs as the text of a page."""
    ordered = _in_lines(_with_templates(_without_twins(run for run in runs if run.text.strip())))
    if rules:
        ordered = _in_cells(ordered, rules)
    pieces: list[str] = []
    quads = array("f")
    starts: list[int] = []
    inner: list[list[int]] = []
    size = 0
    last: Run | None = None
    nothing = bytes(16)
    for run in ordered:
        between = _between(last, run) if last is not None else ""
        pieces.append(between)
        quads.frombytes(nothing * len(between))
        size += len(between)
        starts.append(size)
        cuts: list[int] = []
        first = 0
        for k, sign in _signs(run):
            pieces += (run.text[first:k], sign)
            quads.extend(run.quads[4 * first : 4 * k])
            quads.frombytes(nothing)
            cuts.append(k)
            size += k - first + 1
            first = k
        pieces.append(run.text[first:])
        quads.extend(run.quads[4 * first :])
        size += len(run.text) - first
        inner.append(cuts)
        last = run
    raw = "".join(pieces).translate(_READABLE)
    edits: list[Edit] = [(*match.span(), "\n") for match in _LINE_END.finditer(raw)]
    if rules:
        edits = ruled(raw, quads, edits, rules, lambda k, m: bisect_right(starts, k) == bisect_right(starts, m))
    return Laid(written(raw, quads, edits), ordered, starts, inner)


_READABLE: dict[int, Any] = {one: "\ufffd" for one in (*range(9), 11, 12, *range(14, 32), 127)} | {13: " ", 0x85: " "}


# --- order ------------------------------------------------------------------------------------------------


def _without_twins(runs: Iterable[Run]) -> list[Run]:
    """The runs without those drawn a second time at the same place (to look bold); the first knows its twins."""
    known: dict[tuple[str, int, int], list[Run]] = {}
    found: list[Run] = []
    for run in runs:
        near = _TWIN * run.em
        x, y = int(run.quads[0] // near), int(run.quads[1] // near)
        twin = next(
            (
                other
                for u in (x - 1, x, x + 1)
                for v in (y - 1, y, y + 1)
                for other in known.get((run.text, u, v), ())
                if abs(run.quads[0] - other.quads[0]) + abs(run.quads[1] - other.quads[1]) < near
            ),
            None,
        )
        if twin is None:
            known.setdefault((run.text, x, y), []).append(run)
            found.append(run)
            continue
        # What is seen stands for what is not: of two, the one on top.
        if not run.reason and (twin.reason or run.paint == twin.paint):
            twin.reason, twin.paint, twin.clip, twin.order = run.reason, run.paint, run.clip, run.order
        twin.twins.append(run)
    return found


def _with_templates(runs: list[Run]) -> list[Run]:
    """The runs of the page in their order, and before each those of templates that stand beside it on its line."""
    labels = [run for run in runs if run.template]
    own = [run for run in runs if not run.template]
    if not labels or not own:
        return runs
    places = {id(run): k for k, run in enumerate(runs)}
    first = places[id(own[0])]
    rows = sorted(range(len(own)), key=lambda k: -_middle(own[k]))
    heights = [-_middle(own[k]) for k in rows]
    before: dict[int, list[Run]] = {}
    after: dict[int, list[Run]] = {}
    ahead: list[Run] = []
    behind: list[Run] = []
    for label in labels:
        near = label.em
        low, high = bisect_right(heights, -_middle(label) - near), bisect_right(heights, -_middle(label) + near)
        beside = [k for k in rows[low:high] if _is_beside(own[k], label)]
        to_right = [k for k in beside if own[k].quads[0] >= label.quads[-2] - label.em]
        to_left = [k for k in beside if own[k].quads[-2] <= label.quads[0] + label.em]
        right = min(to_right, key=lambda k: own[k].quads[0], default=None)
        left = max(to_left, key=lambda k: own[k].quads[0], default=None)
        if right is not None:
            before.setdefault(right, []).append(label)
        elif left is not None:
            after.setdefault(left, []).append(label)
        elif places[id(label)] < first and label.quads[1] > own[0].quads[1]:
            ahead.append(label)
        else:
            behind.append(label)
    found = ahead
    for k, run in enumerate(own):
        found += sorted(before.get(k, ()), key=lambda one: one.quads[0])
        found.append(run)
        found += sorted(after.get(k, ()), key=lambda one: one.quads[0])
    return found + behind


def _is_beside(run: Run, other: Run) -> bool:
    return not run.upright and abs(_middle(run) - _middle(other)) < _STACK * max(run.em, other.em)


def _middle(run: Run) -> float:
    return (run.quads[1] + run.quads[3]) / 2


def _in_lines(runs: list[Run]) -> list[Run]:
    """The runs, with those that follow each other on one level line from left to right."""
    found: list[Run] = []
    line: list[Run] = []
    for run in runs:
        if line and (not _is_level(run) or abs(_middle(run) - _middle(line[-1])) > _STACK * max(run.em, line[-1].em)):
            found += _sorted(line)
            line = []
        if _is_level(run):
            line.append(run)
        else:
            found.append(run)
    return found + _sorted(line)


def _in_cells(runs: list[Run], rules: Rules) -> list[Run]:
    """The runs, with those of one ruled table cell by cell, row by row."""
    cells = [rules.cell((run.quads[0] + run.quads[2]) / 2, _middle(run)) for run in runs]
    tables: dict[int, list[tuple[int, int, int]]] = {}
    for k, cell in enumerate(cells):
        if cell is not None:
            tables.setdefault(cell.table, []).append((cell.row, cell.column, k))
    if all(held == sorted(held) and held[-1][2] - held[0][2] == len(held) - 1 for held in tables.values()):
        return runs
    found: list[Run] = []
    for run, cell in zip(runs, cells, strict=True):
        if cell is None:
            found.append(run)
        elif cell.table in tables:
            found += _cell_by_cell(runs, sorted(tables.pop(cell.table)))
    return found


def _cell_by_cell(runs: list[Run], held: list[tuple[int, int, int]]) -> Iterator[Run]:
    for _, group in groupby(held, key=lambda one: one[:2]):
        inside = [runs[k] for _, _, k in group]
        # As painted, unless a label from elsewhere came after what stands beside or below it.
        if any(_middle(b) > _middle(a) + _STACK * a.em for a, b in pairwise(inside)):
            inside.sort(key=lambda run: -_middle(run))
        yield from _in_lines(inside)


def _sorted(line: list[Run]) -> list[Run]:
    if all(a.quads[0] <= b.quads[0] for a, b in pairwise(line)):
        return line
    return sorted(line, key=lambda run: run.quads[0])


def _is_level(run: Run) -> bool:
    """Whether the run is one piece of a line across the page."""
    return run.along[0] > 0.95 and not run.upright and not any(abs(leap) > _NEXT_LINE for _, _, leap in run.gaps)


# --- what stands between characters -------------------------------------------------------------------------


def _signs(run: Run) -> Iterator[tuple[int, str]]:
    """(k, sign): what belongs before character k of a run."""
    text = run.text
    leaps = sum(abs(leap) > _NEXT_LINE or gap < -2.0 for _, gap, leap in run.gaps)
    narrow = leaps >= _NARROW_FIELD and len(text) < 3 * leaps
    latin = sum(a.isascii() and b.isascii() for a, b in pairwise(text)) if run.gaps else 0
    spaced = sum(_TOUCH_GAP < gap <= COLUMN_GAP for _, gap, _ in run.gaps) > 0.6 * latin
    for k, gap, leap in run.gaps:
        blank = text[k - 1] in _BLANK or text[k] in _BLANK
        if abs(leap) > _NEXT_LINE or gap < -2.0:
            if not narrow:
                yield k, "\n"
        elif gap > (TYPED_GAP if blank else COLUMN_GAP):
            # One word set wide over a form's squares, or the cells of a row in one go.
            yield k, "\t"
        elif gap > _TOUCH_GAP and not blank and not spaced and text[k - 1].isascii() and text[k].isascii():
            yield k, " "


def _between(a: Run, b: Run) -> str:
    """What belongs between two runs: a line end, a tab, a space or nothing."""
    em = max(a.em, b.em)
    ux, uy = b.along
    if a.along[0] * ux + a.along[1] * uy < 0.9:
        return "\n"
    p, q = _last(a), _first(b)
    dx, dy = (q[0] + q[2] - p[0] - p[2]) / 2, (q[1] + q[3] - p[1] - p[3]) / 2
    leap = dy * ux - dx * uy
    half = (abs((p[2] - p[0]) * ux) + abs((p[3] - p[1]) * uy) + abs((q[2] - q[0]) * ux) + abs((q[3] - q[1]) * uy)) / 2
    going = dx * ux + dy * uy
    if a.upright or b.upright or (len(a.text) == len(b.text) == 1 and abs(going) < 0.3 * em and leap < 0):
        down = -leap / em - 1.0
        return "" if abs(going) < 0.3 * em and -leap > 0 and down < _STACK else "\n"
    if abs(leap) > _NEXT_LINE * em:
        return "\n"
    # The smaller font tells: a gap that is wide for it parts.
    small = max(min(a.em, b.em), 0.1)
    gap = (going - half) / small
    if gap < _BACK:
        return "\n" if gap > -1.0 or going > 0 else "\t"
    blank = a.text[-1] in _BLANK or b.text[0] in _BLANK
    if gap > (TYPED_GAP if blank else COLUMN_GAP):
        return "\t"
    if gap > _TOUCH_GAP and not blank and a.text[-1].isascii() and b.text[0].isascii():
        return " "
    return ""


def _last(run: Run) -> list[float]:
    return run.quads[-4:]


def _first(run: Run) -> list[float]:
    return run.quads[:4]
