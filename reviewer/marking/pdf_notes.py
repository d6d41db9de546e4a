"""The annotations of a marked PDF: highlights on the exact characters, one list for what has no place (12.5.6.10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reviewer.marking.model import AUTHOR, Note
from reviewer.marking.page_notes import COLOURS, around, listed_notes
from reviewer.marking.pdf_places import Box

_PRINTED = 4
_PINNED = 4 | 8 | 16
"""printed, neither zoomed nor turned with the page"""
_ICON = 20.0
_SHEET = "0.4 0.3 0.1 RG 1 w 1.5 1.5 17 17 re B 5 14 m 15 14 l 5 10 m 15 10 l 5 6 m 11 6 l S"
def highlight(pdf: pikepdf.Pdf, note: Note, boxes: Sequence[Box], *, first: bool, number: int) -> Any:
    """A highlight over the boxes, with its look: the text shines through (multiplied colours)."""
    colour = COLOURS[note.severity]
    rect = around(boxes)
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
    colour = COLOURS[worst]
    look = _form(pdf, f"{_fill(colour)} {_SHEET}", (0.0, 0.0, _ICON, _ICON))
    made = _annotation(Name.Text, rect, listed_notes(notes), colour, number)
    made.Name = Name.Comment
    made.F = _PINNED
    made.AP = Dictionary(N=look)
    return pdf.make_indirect(made)


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


def _corner(paper: Box, turned: int) -> Box:
    """The place for the icon: upper right on the shown page, as a box of the page as it is drawn."""
    x0, y0, x1, y1 = paper
    corner = {0: (x1, y1), 90: (x0, y1), 180: (x0, y0), 270: (x1, y0)}[turned % 360 // 90 * 90]
    inset = _ICON + 8
    x = corner[0] - inset if corner[0] == x1 else corner[0] + inset - _ICON
    y = corner[1] - inset if corner[1] == y1 else corner[1] + inset - _ICON
    return x, y, x + _ICON, y + _ICON
