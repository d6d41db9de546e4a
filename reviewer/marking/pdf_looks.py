"""What the annotations of a PDF page show on it, as forms that can be drawn as part of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reviewer.marking.model import AUTHOR
from reviewer.marking.pdf_clean import annotations_of
from reviewer.marking.pdf_labels import Labels
from reviewer.marking.pdf_layers import Layers
from reviewer.marking.pdf_walk import Matrix

_MARKUP = frozenset([
    "/Text", "/Popup", "/FileAttachment", "/Link", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret",
    "/Redact", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D", "/TrapNet", "/PrinterMark",
])  # fmt: skip
"""annotations that say something about the page and are not part of it"""
_HIDDEN = 2 | 32
_TEXT_FIELDS = frozenset(["/Tx", "/Ch"])
_PASSWORD = 1 << 13


def looks(page: Any, layers: Layers, labels: Labels) -> Iterator[tuple[Any, Matrix]]:
    """(form, matrix) of what is drawn for each annotation that is a part of the page (12.5.5).

    A form field or typed text that has no look of its own gets a plain one: viewers make one, too.
    """
    for one in annotations_of(page):
        flags = int(one.get("/F", 0))
        if str(one.get("/Subtype", "")) in _MARKUP or flags & _HIDDEN or layers.is_off(one.get("/OC")):
            continue
        if str(one.get("/T", "")) == AUTHOR:
            continue
        look = _look(one)
        if look is None:
            look = _typed(one, labels)
        matrix = _placed(one, look) if look is not None else None
        if matrix is not None:
            yield look, matrix


def _look(annotation: Any) -> Any:
    known = annotation.get("/AP")
    look = known.get("/N") if isinstance(known, Dictionary) else None
    if isinstance(look, Dictionary):
        look = look.get(str(annotation.get("/AS", "/Off")))
    return look if isinstance(look, pikepdf.Stream) else None


def _placed(annotation: Any, look: Any) -> Matrix | None:
    """What moves the box of a look onto the annotation's rectangle (algorithm 8.1 of 12.5.5)."""
    rect, box = _numbers(annotation.get("/Rect")), _numbers(look.get("/BBox"))
    if len(rect) != 4 or len(box) != 4:
        return None
    a, b, c, d, e, f = _numbers(look.get("/Matrix")) if "/Matrix" in look else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    (x0, x1), (y0, y1) = ((min(side), max(side)) for side in zip(*corners, strict=True))
    if x1 <= x0 or y1 <= y0:
        return None
    wide = (max(rect[0], rect[2]) - min(rect[0], rect[2])) / (x1 - x0)
    high = (max(rect[1], rect[3]) - min(rect[1], rect[3])) / (y1 - y0)
    if not wide or not high:
        return None
    return wide, 0.0, 0.0, high, min(rect[0], rect[2]) - x0 * wide, min(rect[1], rect[3]) - y0 * high


def _typed(annotation: Any, labels: Labels) -> Any:
    """A look for a text that is only said, not drawn; None where there is none."""
    text = _said(annotation)
    rect = _numbers(annotation.get("/Rect"))
    if not text or len(rect) != 4:
        return None
    wide, high = abs(rect[2] - rect[0]), abs(rect[3] - rect[1])
    return labels.form(text, wide, high) if wide > 4 and high > 2 else None


def _said(annotation: Any) -> str:
    kind = annotation.get("/Subtype")
    if kind == Name.FreeText:
        return str(annotation.get("/Contents", ""))
    if kind != Name.Widget or str(_inherited(annotation, "/FT")) not in _TEXT_FIELDS:
        return ""
    value = _inherited(annotation, "/V")
    secret = int(_inherited(annotation, "/Ff") or 0) & _PASSWORD
    return str(value) if isinstance(value, String) and not secret else ""


def _inherited(field: Any, key: str) -> Any:
    for _ in range(32):
        if key in field:
            return field[key]
        field = field.get("/Parent")
        if not isinstance(field, Dictionary):
            return None
    return None


def _numbers(value: Any) -> list[float]:
    return [float(one) for one in value] if isinstance(value, Array) else []


