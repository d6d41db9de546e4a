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
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from reviewer.readers import pdfium
from reviewer.readers.page_rules import Rules
from reviewer.readers.page_text import COLUMN_GAP, TYPED_GAP, Edit, PageText, font_size, gap_between, ruled, written

_ODD = re.compile(
    r"(?P<line>[ ]*[\r\n][ \r\n]*)|(?P<gap>[ ]+)"
    r"|(?P<odd>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff])"
)
_TOUCH_GAP = 0.2


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
        edits = ruled(
            raw, quads, edits, rules, lambda k, m: pdfium.text_object(handle, k) == pdfium.text_object(handle, m)
        )
    return written(raw, quads, edits)


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
    gap = gap_between(quads, before, after) / font_size(quads, before, after)
    if gap <= COLUMN_GAP:
        return " "
    run = pdfium.text_object(handle, start)
    typed = run and run == pdfium.text_object(handle, after)
    return " " if typed and gap <= TYPED_GAP else "\t"


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
            gap = gap_between(quads, k, k + 1) / font_size(quads, k, k + 1)
            if gap > COLUMN_GAP:
                yield k + 1, k + 1, "\t"
            elif gap > _TOUCH_GAP and pdfium.text_object(handle, k) != pdfium.text_object(handle, k + 1):
                yield k + 1, k + 1, " "


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
