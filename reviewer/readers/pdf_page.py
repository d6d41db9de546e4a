"""The text of one PDF page as pdfium reads it, with a box for every character.

pdfium gives the characters in the order of the page's content, with \\r\\n between lines and a space
where a gap is wide. Here the lines are joined by a single \\n (a number that wraps stays adjacent), a
gap as wide as between two columns becomes a tab, and a glyph that stands for no character becomes U+FFFD.

A box is the glyph's cell: from its origin over its advance, from the font's descent to its ascent. It
costs one call a character and covers the whole glyph, which the masking of part 5/6 needs.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from typing import Any

from reviewer.readers import pdfium
from reviewer.readers.pdf_rules import Cell, Rules

Edit = tuple[int, int, str]
"""pdfium's characters [start, end) are written as this text"""

_ODD = re.compile(
    r"(?P<line>[ ]*[\r\n][ \r\n]*)|(?P<gap>[ ]+)"
    r"|(?P<odd>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff])"
)
_UNMAPPED = "[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]"
_UNMAPPED_RUN = re.compile(f"(?:{_UNMAPPED} ?){{4}}")
_COLUMN_GAP = 0.65
"""of the font size: Word's narrowest gap between full cells is 10.8 pt, a wide Latin space 0.5"""
_TYPED_GAP = 2.0
"""of the font size, where the gap was typed with spaces inside one run: spaces in a number are narrower"""
_TOUCH_GAP = 0.2
_SINGLES = (
    re.compile(r"(?<![^\t\n])([0-9Xx])\t(?=[0-9Xx](?![^\t\n]))"),
    re.compile(r"(?<![^\t\n])([\u4e00-\u9fff])\t(?=[\u4e00-\u9fff](?![^\t\n]))"),
)


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of a page; `boxes` has four floats for each character of it: x0, y0, x1, y1 in page points.

    `quads` are the boxes of pdfium's own characters and `raw` those characters: indices into them are
    what pdfium's calls take. `offset` leads from them to `text`.
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
        """Where pdfium's character `index` stands in `text`; of a dropped one, where the next stands."""
        k = bisect_right(self._starts, index) - 1
        if k < 0:
            return 0
        offset, length = self._segments[k]
        return offset + min(index - self._starts[k], length)


def read_text(textpage: Any, count: int, rules: Rules | None = None) -> PageText:
    """The text of a loaded pdfium text page with `count` characters.

    Between the lines of a ruled table, cells are told apart by them: a tab between the cells of a row, a
    line feed between rows, none inside of a cell.
    """
    handle = pdfium.address(textpage)
    codes = list(map(pdfium.unicode_of, repeat(handle, count), range(count)))
    faults = list(map(pdfium.map_fault, repeat(handle, count), range(count)))
    raw = "".join(map(chr, codes))
    if any(faults):
        raw = "".join("\ufffd" if fault else c for c, fault in zip(raw, faults, strict=True))
    quads = _loose_boxes(handle, count)
    edits = sorted(_edits(handle, raw, quads))
    if rules:
        edits = _ruled(raw, quads, edits, rules)
    return _write(raw, quads, edits)


def _loose_boxes(handle: int, count: int) -> array[float]:
    """x0, y0, x1, y1 a character; pdfium writes left, top, right, bottom straight into the array."""
    quads = array("f", bytes(16 * count))
    base = quads.buffer_info()[0]
    places = range(base, base + 16 * count, 16)
    for _ in map(pdfium.loose_box, repeat(handle, count), range(count), places):
        pass
    quads[1::4], quads[3::4] = quads[3::4], quads[1::4]
    return quads


def _edits(handle: int, raw: str, quads: array[float]) -> Iterator[Edit]:
    for match in _ODD.finditer(raw):
        start, end = match.span()
        if match.lastgroup == "line":
            yield start, end, "\n" if start > 0 and end < len(raw) else ""
        elif match.lastgroup == "gap":
            generated = quads[4 * start] == quads[4 * start + 2]
            new = _between(handle, raw, quads, start, end)
            if generated or new != " ":
                yield start, end, new
        elif raw[start] in "\x02\ufffe":
            # pdfium's own mark for the hyphen of a word that goes on in the next line.
            yield start, end, "" if pdfium.is_hyphen(handle, start) else "\ufffd"
        else:
            yield start, end, ""
    yield from _touching(handle, raw, quads)


def _between(handle: int, raw: str, quads: array[float], start: int, end: int) -> str:
    """What separates the characters on both sides of the spaces [start, end): a line end, a tab, a space."""
    before, after = start - 1, end
    if before < 0 or after >= len(raw) or raw[before] in "\r\n" or raw[after] in "\r\n":
        return " "
    if _is_next_line(handle, quads, before, after):
        return "\n"
    gap = _gap(quads, before, after) / _size(quads, before, after)
    if gap <= _COLUMN_GAP:
        return " "
    run = pdfium.text_object(handle, start)
    typed = run and run == pdfium.text_object(handle, after)
    return " " if typed and gap <= _TYPED_GAP else "\t"


def _touching(handle: int, raw: str, quads: array[float]) -> Iterator[Edit]:
    """What belongs between characters that pdfium runs together though they were drawn apart.

    That is a space or tab between two numbers, and a line end where pdfium took a page of few words
    for one set in columns from top to bottom.
    """
    x0, y0, x1, y1 = (quads[k::4] for k in range(4))
    for k, (left, right, high, low) in enumerate(zip(x0[1:], x1, y1[1:], y0, strict=False)):
        if high < low:
            # After pdfium's hyphen the word goes on in the next line.
            apart = not raw[k].isspace() and raw[k] not in "\x02\ufffe" and not raw[k + 1].isspace()
            if apart and _is_next_line(handle, quads, k, k + 1):
                yield k + 1, k + 1, "\n"
        elif left - right > 1.0 and raw[k].isalnum() and raw[k + 1].isalnum():
            if not ("0" <= raw[k] <= "9" or "0" <= raw[k + 1] <= "9"):
                continue
            gap = _gap(quads, k, k + 1) / _size(quads, k, k + 1)
            if gap > _COLUMN_GAP:
                yield k + 1, k + 1, "\t"
            elif gap > _TOUCH_GAP and pdfium.text_object(handle, k) != pdfium.text_object(handle, k + 1):
                yield k + 1, k + 1, " "


_TALLEST = 6
"""lines of a cell that are made one; a longer one is prose in a frame"""
_PADDING = 9.0


def _ruled(raw: str, quads: array[float], edits: list[Edit], rules: Rules) -> list[Edit]:
    """The edits with those between cells, and between lines of one cell, made by the table's lines."""
    x0, y0, x1, y1 = (quads[k::4] for k in range(4))
    letters = [k for k, c in enumerate(raw) if not c.isspace() and c not in "\x02\ufffe" and x1[k] > x0[k]]
    cells = [rules.cell((x0[k] + x1[k]) / 2, (y0[k] + y1[k]) / 2) for k in letters]
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


def _is_next_line(handle: int, quads: array[float], k: int, m: int) -> bool:
    """Whether two characters stand on different lines, seen along the direction of the text.

    Characters one above the other, as in text set from top to bottom, are not taken apart.
    """
    a, b = quads[4 * k : 4 * k + 4], quads[4 * m : 4 * m + 4]
    if abs(math.sin(pdfium.char_angle(handle, m))) > 0.5:
        a, b = array("f", (a[1], a[0], a[3], a[2])), array("f", (b[1], b[0], b[3], b[2]))
    if a[0] < b[2] and b[0] < a[2]:
        return False
    middle = abs(a[1] + a[3] - b[1] - b[3]) / 2
    return middle > 0.8 * max(a[3] - a[1], b[3] - b[1])


def _gap(quads: array[float], k: int, m: int) -> float:
    """The space between two boxes, along whichever axis they stand apart (text may be turned)."""
    a, b = quads[4 * k : 4 * k + 4], quads[4 * m : 4 * m + 4]
    return max(b[0] - a[2], a[0] - b[2], b[1] - a[3], a[1] - b[3])


def _size(quads: array[float], k: int, m: int) -> float:
    """The font size of the smaller of two characters, from its cell (cells are about 1.1 high)."""
    a, b = quads[4 * k : 4 * k + 4], quads[4 * m : 4 * m + 4]
    size = min(max(a[2] - a[0], a[3] - a[1]), max(b[2] - b[0], b[3] - b[1])) / 1.1
    return max(size, 0.1)


def _write(raw: str, quads: array[float], edits: Iterable[Edit]) -> PageText:
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
