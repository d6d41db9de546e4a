"""Stretches of a Document's text -> boxes on the pages of its PDF, in points of the page as it is drawn unturned."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from reviewer.model import Block, Document, Locator

Box = tuple[float, float, float, float]

_NEAR = 1.5
"""of a line's height: characters of one stretch further apart are boxed apart"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A character that stands on a page: its offset in Document.text, its page (from 0) and its cell."""

    offset: int
    page: int
    box: Box


def is_drawn(block: Block) -> bool:
    """Whether the block is text of this file's own pages, with a box for each character."""
    return block.boxes is not None and block.part != "attachment" and block.locator.page is not None


def characters(document: Document, start: int, end: int) -> Iterator[Placed]:
    """The characters of text[start:end] that stand on a page; blanks and what the reader put in have no box."""
    here = start
    while here < end:
        block = document.block_at(here)
        if block is None:
            return
        stop = min(end, max(block.end, here + 1))
        # An offset past the block's end is the line feed that joins it to the next.
        if is_drawn(block):
            yield from _of_block(block, here, min(stop, block.end))
        here = stop


def _of_block(block: Block, start: int, end: int) -> Iterator[Placed]:
    boxes, page = block.boxes, block.locator.page
    assert boxes is not None and page is not None
    for offset in range(start, end):
        box = _box(boxes, offset - block.start)
        if box is not None:
            yield Placed(offset, page - 1, box)


def _box(boxes: array[float], k: int) -> Box | None:
    x0, y0, x1, y1 = boxes[4 * k : 4 * k + 4]
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def widget(locator: Locator) -> tuple[int, Box] | None:
    """The page (from 0) and box of a form field or an annotation of this file, as the reader kept it."""
    if locator.page is None or locator.box is None or locator.note is not None:
        return None
    return locator.page - 1, locator.box


def rows(boxes: list[Box]) -> list[Box]:
    """The boxes of characters that follow each other, joined to one for each row (or column) of them."""
    joined: list[Box] = []
    for box in boxes:
        if joined and (_in_row(joined[-1], box) or _in_column(joined[-1], box)):
            last = joined[-1]
            joined[-1] = min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3])
        else:
            joined.append(box)
    return joined


def _in_row(a: Box, b: Box) -> bool:
    height = min(a[3] - a[1], b[3] - b[1])
    apart = max(b[0] - a[2], a[0] - b[2])
    return min(a[3], b[3]) - max(a[1], b[1]) > height / 2 and apart < _NEAR * height


def _in_column(a: Box, b: Box) -> bool:
    width = min(a[2] - a[0], b[2] - b[0])
    apart = max(b[1] - a[3], a[1] - b[3])
    return abs(a[0] + a[2] - b[0] - b[2]) < width / 2 and apart < (b[3] - b[1]) / 4
