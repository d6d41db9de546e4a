"""The text of one page with a box for every character, put together from characters and what stands between them.

A reader of pages (PDF, OFD) gives the characters in the order of the page's content, their boxes, and edits: what
belongs between them. Between the lines of a ruled table these are made anew, by cells.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from reviewer.readers.page_rules import Cell, Rules

Edit = tuple[int, int, str]
"""The page's characters [start, end) are written as this text"""

_UNMAPPED = "[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]"
_UNMAPPED_RUN = re.compile(f"(?:{_UNMAPPED} ?){{4}}")
COLUMN_GAP = 0.65
"""of the font size: Word's narrowest gap between full cells is 10.8 pt, a wide Latin space 0.5"""
TYPED_GAP = 2.0
"""of the font size, where the gap was typed with spaces inside one run: spaces in a number are narrower"""
_SINGLES = (
    re.compile(r"(?<![^\t\n])([0-9Xx])\t(?=[0-9Xx](?![^\t\n]))"),
    re.compile(r"(?<![^\t\n])([\u4e00-\u9fff])\t(?=[\u4e00-\u9fff](?![^\t\n]))"),
)


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of a page; `boxes` has four floats for each character of it: x0, y0, x1, y1 in page points.

    `quads` are the boxes of the characters as they are drawn and `raw` those characters (in a PDF, pdfium's:
    indices into them are what its calls take). `offset` leads from them to `text`.
    """

    text: str = field(repr=False)
    boxes: array[float] = field(repr=False)
    raw: str = field(repr=False)
    quads: array[float] = field(repr=False)
    unreadable: bool
    """whether words of it stand in a font that does not say which characters its glyphs are"""
    _starts: list[int]
    _segments: list[tuple[int, int]]

    def offset(self, index: int) -> int:
        """Where the drawn character `index` stands in `text`; of a dropped one, where the next stands."""
        k = bisect_right(self._starts, index) - 1
        if k < 0:
            return 0
        offset, length = self._segments[k]
        return offset + min(index - self._starts[k], length)


_TALLEST = 6
"""lines of a cell that are made one; a longer one is prose in a frame"""
_PADDING = 9.0


_RUNS_THROUGH, _TIGHT = 3, 0.3


def _without_decoration(
    quads: array[float], letters: list[int], cells: list[Cell | None], is_one_run: Callable[[int, int], bool]
) -> list[Cell | None]:
    """The cells without those between lines that running text passes: a grid behind the text, a frame across it.

    Words of a table stop in front of a line: each cell is drawn by itself, or a gap is left.
    """
    passed: dict[int, int] = {}
    parted: dict[int, int] = {}
    for (k, one), (m, other) in pairwise(zip(letters, cells, strict=True)):
        if one is None or other is None or one == other or (one.table, one.row) != (other.table, other.row):
            continue
        parted[one.table] = parted.get(one.table, 0) + 1
        width = quads[4 * m + 2] - quads[4 * m]
        if gap_between(quads, k, m) < _TIGHT * width and is_one_run(k, m):
            passed[one.table] = passed.get(one.table, 0) + 1
    drawn = {table for table, count in passed.items() if count >= _RUNS_THROUGH and 2 * count > parted[table]}
    return [None if one is not None and one.table in drawn else one for one in cells] if drawn else cells


def ruled(
    raw: str,
    quads: array[float],
    edits: list[Edit],
    rules: Rules,
    is_one_run: Callable[[int, int], bool] | None = None,
) -> list[Edit]:
    """The edits with those between cells, and between lines of one cell, made by the table's lines.

    is_one_run  whether two characters were drawn by one order, where the page tells it
    """
    x0, y0, x1, y1 = (quads[k::4] for k in range(4))
    letters = [k for k, c in enumerate(raw) if not c.isspace() and c not in "\x02\ufffe" and x1[k] > x0[k]]
    cells = [rules.cell((x0[k] + x1[k]) / 2, (y0[k] + y1[k]) / 2) for k in letters]
    if is_one_run is not None:
        cells = _without_decoration(quads, letters, cells, is_one_run)
    breaks = [(start, end) for start, end, new in edits if new == "\n"]
    starts = [start for start, _ in breaks]
    tall: dict[Cell, int] = {}
    joints: list[tuple[int, int, Cell | None, Cell | None, bool]] = []
    for (k, one), (m, other) in pairwise(zip(letters, cells, strict=True)):
        if one is None and other is None:
            continue
        at = bisect_left(starts, k + 1)
        wraps = at < len(breaks) and breaks[at][1] <= m and k < breaks[at][0]
        joints.append((k, m, one, other, wraps))
        if wraps and one is not None and one == other:
            tall[one] = tall.get(one, 1) + 1
    made: list[Edit] = []
    for k, m, one, other, wraps in joints:
        new = _joint(quads, k, m, one, other, wraps=wraps and tall.get(one, 0) <= _TALLEST if one else wraps)
        if new == "" and raw[k].isascii() and raw[k].isalpha() and raw[m].isascii() and raw[m].isalpha():
            new = " "
        if new is not None:
            made.append((k + 1, m, new))
    taken = [start for start, _, _ in made]
    kept = [edit for edit in edits if not _is_taken(edit, made, taken)]
    return sorted([*kept, *made])


def _is_taken(edit: Edit, made: list[Edit], starts: list[int]) -> bool:
    at = bisect_right(starts, edit[0]) - 1
    return at >= 0 and made[at][0] <= edit[0] and edit[1] <= made[at][1]


def _joint(
    quads: array[float], k: int, m: int, one: Cell | None, other: Cell | None, *, wraps: bool
) -> str | None:
    """What stands between two characters of which at least one is in a table; None for what was there."""
    if one is None or other is None or one.table != other.table:
        return "\n"
    if (one.row, one.column) == (other.row, other.column):
        if not wraps:
            return None
        width = quads[4 * m + 2] - quads[4 * m]
        return "" if one.right - quads[4 * k + 2] < width + _PADDING else " "
    if one.row == other.row and other.column > one.column:
        return "\t" * (other.column - one.column)
    return "\n" + "\t" * other.column


def gap_between(quads: array[float], k: int, m: int) -> float:
    """The space between two boxes, along whichever axis they stand apart (text may be turned)."""
    a, b = quads[4 * k : 4 * k + 4], quads[4 * m : 4 * m + 4]
    return max(b[0] - a[2], a[0] - b[2], b[1] - a[3], a[1] - b[3])


def font_size(quads: array[float], k: int, m: int) -> float:
    """The font size of the smaller of two characters, from its cell (cells are about 1.1 high)."""
    a, b = quads[4 * k : 4 * k + 4], quads[4 * m : 4 * m + 4]
    size = min(max(a[2] - a[0], a[3] - a[1]), max(b[2] - b[0], b[3] - b[1])) / 1.1
    return max(size, 0.1)


def written(raw: str, quads: array[float], edits: Iterable[Edit]) -> PageText:
    """Apply the edits to the characters and their boxes together."""
    pieces: list[str] = []
    boxes = array("f")
    starts: list[int] = []
    segments: list[tuple[int, int]] = []
    here = written = 0
    for start, end, new in [*edits, (len(raw), len(raw), "")]:
        if start > here:
            starts.append(here)
            segments.append((written, start - here))
            pieces.append(raw[here:start])
            boxes.extend(quads[4 * here : 4 * start])
            written += start - here
        pieces.append(new)
        boxes.frombytes(bytes(16 * len(new)))
        written += len(new)
        here = end
    text = "".join(pieces)
    for single in _SINGLES:
        # One character a box (姓 名, a number in a form's squares) reads on: it is no row of cells.
        text = single.sub(r"\1 ", text)
    return PageText(text, boxes, raw, quads, _is_unreadable(raw), starts, segments)


def _is_unreadable(raw: str) -> bool:
    """A single odd glyph is a bullet; four in a row are a word, ten and a twentieth of the page a font."""
    if _UNMAPPED_RUN.search(raw):
        return True
    return len(re.findall(_UNMAPPED, raw)) > max(10, len(raw) // 20)
