"""The annotations of a marked PDF: highlights on the exact characters, one list for what has no place (12.5.6.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reviewer.marking.model import AUTHOR, Note
from reviewer.marking.pdf_places import Box, characters, rows, widget
from reviewer.model import Document, Severity

_COLOURS: dict[Severity, tuple[float, float, float]] = {
    "block": (1.0, 0.60, 0.58),
    "check": (1.0, 0.86, 0.42),
    "note": (0.66, 0.84, 1.0),
}
_PRINTED = 4
_PINNED = 4 | 8 | 16
"""printed, neither zoomed nor turned with the page"""
_ICON = 20.0
_SHEET = "0.4 0.3 0.1 RG 1 w 1.5 1.5 17 17 re B 5 14 m 15 14 l 5 10 m 15 10 l 5 6 m 11 6 l S"
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


def highlight(pdf: pikepdf.Pdf, note: Note, boxes: Sequence[Box], *, first: bool, number: int) -> Any:
    """A highlight over the boxes, with its look: the text shines through (multiplied colours)."""
    colour = _COLOURS[note.severity]
    rect = _around(boxes)
    frames = " ".join(f"{x0:.2f} {y0:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re" for x0, y0, x1, y1 in boxes)
    content = f"q /G gs {_fill(colour)} {frames} f Q"
    if note.part == "hidden":
        # Under a black bar no colour would show.
        content += f" {_fill(colour).replace('rg', 'RG')} 1.5 w {frames} S"
    look = _form(pdf, content, rect)
    look.Resources = Dictionary(ExtGState=Dictionary(G=Dictionary(Type=Name.ExtGState, BM=Name.Multiply)))
    look.Group = Dictionary(S=Name.Transparency)
    quads = [edge for x0, y0, x1, y1 in boxes for edge in (x0, y1, x1, y1, x0, y0, x1, y0)]
    made = _annotation(Name.Highlight, rect, note.text if first else f"同上：{note.title}", colour, number)
    made.QuadPoints = Array([round(edge, 2) for edge in quads])
    made.F = _PRINTED
    made.AP = Dictionary(N=look)
    return pdf.make_indirect(made)


def summary(pdf: pikepdf.Pdf, notes: Sequence[Note], paper: Box, turned: int, *, number: int) -> Any:
    """A sticky note at the upper corner of the page as it is shown, that lists notes without a place."""
    rect = _corner(paper, turned)
    worst = min((note.severity for note in notes), key=("block", "check", "note").index)
    colour = _COLOURS[worst]
    look = _form(pdf, f"{_fill(colour)} {_SHEET}", (0.0, 0.0, _ICON, _ICON))
    made = _annotation(Name.Text, rect, _listed(notes), colour, number)
    made.Name = Name.Comment
    made.F = _PINNED
    made.AP = Dictionary(N=look)
    return pdf.make_indirect(made)


def _listed(notes: Sequence[Note]) -> str:
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


def _annotation(kind: Name, rect: Box, text: str, colour: tuple[float, float, float], number: int) -> Dictionary:
    return Dictionary(
        Type=Name.Annot,
        Subtype=kind,
        Rect=Array([round(edge, 2) for edge in rect]),
        Contents=String(text.replace("\n", "\r")),
        T=String(AUTHOR),
        C=Array(list(colour)),
        NM=String(f"review-{number}"),
    )


def _fill(colour: tuple[float, float, float]) -> str:
    return " ".join(f"{part:.3f}" for part in colour) + " rg"


def _form(pdf: pikepdf.Pdf, content: str, box: Box) -> Any:
    look = pdf.make_stream(content.encode("ascii"))
    look.Type = Name.XObject
    look.Subtype = Name.Form
    look.BBox = Array([round(edge, 2) for edge in box])
    return look


def _around(boxes: Sequence[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _corner(paper: Box, turned: int) -> Box:
    """The place for the icon: upper right on the shown page, as a box of the page as it is drawn."""
    x0, y0, x1, y1 = paper
    corner = {0: (x1, y1), 90: (x0, y1), 180: (x0, y0), 270: (x1, y0)}[turned % 360 // 90 * 90]
    inset = _ICON + 8
    x = corner[0] - inset if corner[0] == x1 else corner[0] + inset - _ICON
    y = corner[1] - inset if corner[1] == y1 else corner[1] + inset - _ICON
    return x, y, x + _ICON, y + _ICON
