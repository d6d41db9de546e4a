"""Where the remarks go onto the pages of a marked file (PDF, OFD): on the characters, or in one list for each page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reviewer.marking.model import Note
from reviewer.marking.pdf_places import Box, characters, rows, widget
from reviewer.model import Document, Severity

COLOURS: dict[Severity, tuple[float, float, float]] = {
    "block": (1.0, 0.60, 0.58),
    "check": (1.0, 0.86, 0.42),
    "note": (0.66, 0.84, 1.0),
}
_LONGEST = 30_000
"""characters of one list: no window shows more"""


@dataclass(slots=True)
class Marks:
    """What goes onto each page (from 0): highlights, and notes that have no place there."""

    highlights: dict[int, list[tuple[Note, list[Box], bool]]] = field(default_factory=dict)
    """the note, its rows on the page, and whether its text stands here (else at an earlier page)"""
    unplaced: dict[int, list[Note]] = field(default_factory=dict)


def sort_out(document: Document, notes: Iterable[Note], pages: int) -> Marks:
    """Where each note stands, on a file of so many pages."""
    marks = Marks()
    for note in notes:
        found = _places(document, note, pages)
        for k, (page, boxes) in enumerate(sorted(found.items())):
            marks.highlights.setdefault(page, []).append((note, boxes, k == 0))
        if not found:
            page = note.locator.page or 1
            page = page - 1 if note.locator.note is None and page <= pages else 0
            marks.unplaced.setdefault(page, []).append(note)
    return marks


def _places(document: Document, note: Note, pages: int) -> dict[int, list[Box]]:
    found: dict[int, list[Box]] = {}
    for start, end in note.spans:
        drawn: dict[int, list[Box]] = {}
        for one in characters(document, start, end):
            if one.page < pages:
                drawn.setdefault(one.page, []).append(one.box)
        for page, boxes in drawn.items():
            found.setdefault(page, []).extend(rows(boxes))
        if not drawn:
            block = document.block_at(start)
            place = widget(block.locator) if block is not None and block.part != "attachment" else None
            if place is not None and place[0] < pages and _has_area(place[1]):
                found.setdefault(place[0], []).append(place[1])
    return found


def _has_area(box: Box) -> bool:
    return box[2] > box[0] and box[3] > box[1]


def listed_notes(notes: Sequence[Note]) -> str:
    """The text of one remark that lists notes without a place on the page."""
    lines = [f"以下{len(notes)}处在页面上没有对应的位置（属性、附件、隐藏内容等）："]
    size = 0
    for k, note in enumerate(notes, start=1):
        line = f"{k}. {note.place}：{note.text}"
        size += len(line)
        if size > _LONGEST:
            lines.append(f"……另有{len(notes) - k + 1}处，见审查报告。")
            break
        lines.append(line)
    return "\n".join(lines)


def around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
