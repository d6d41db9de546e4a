"""What lies on a PDF page, in the order it is painted: texts, filled shapes and pictures, forms unfolded."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pypdfium2.raw as raw

from reviewer.readers import pdfium

Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

_OBJECTS = 60_000
_DEPTH = 12
_THIN = 1.6
_LONGEST_PATH = 2000
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled path, picture or shading: where it lies, and its colour where it has one."""

    order: int
    handle: int
    bounds: Rect
    colour: tuple[int, int, int] | None
    solid: bool
    """a path that lets nothing below shine through"""


@dataclass(frozen=True, slots=True)
class Text:
    """One text object of the page; `handle` is pdfium's address of it."""

    order: int
    handle: int
    bounds: Rect
    mode: int
    colour: tuple[int, int, int, int] | None
    in_form: bool
    clipped: bool


@dataclass(slots=True)
class Survey:
    """What lies on a page, in the order it is painted, forms unfolded."""

    texts: list[Text] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    pictures: list[Rect] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    """width and height of each picture in pixels"""
    rules: list[Rect] = field(default_factory=list)
    """straight lines, drawn as strokes or as thin filled boxes"""
    strokes: int = 0
    """paths that are only drawn as lines"""
    curves: int = 0
    """segments of filled outlines that are more than boxes: drawings, or text turned into curves"""
    total: int = 0

    @property
    def cut_short(self) -> bool:
        return self.total > _OBJECTS


class _Cells:
    """Places for pdfium to write to."""

    def __init__(self) -> None:
        self.floats = array("f", bytes(24))
        self.words = array("I", bytes(16))
        base, colour = self.floats.buffer_info()[0], self.words.buffer_info()[0]
        self.four = (base, base + 4, base + 8, base + 12)
        self.rgba = (colour, colour + 4, colour + 8, colour + 12)


def survey(page: Any) -> Survey:
    """Everything painted on the page; stops at 60,000 objects (`cut_short`)."""
    handle = pdfium.address(page)
    found = Survey()
    _walk(found, _Cells(), pdfium.object_count(handle), partial(pdfium.object_at, handle), _IDENTITY, 0)
    return found


def _walk(
    found: Survey, cells: _Cells, count: int, get: Callable[[int], int], matrix: Matrix, depth: int
) -> None:
    for k in range(count):
        found.total += 1
        if found.cut_short:
            return
        handle = get(k)
        if not handle:
            continue
        kind = pdfium.object_type(handle)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            if depth < _DEPTH:
                inner = _times(_matrix(cells, handle), matrix)
                number = pdfium.form_object_count(handle)
                _walk(found, cells, number, partial(pdfium.form_object_at, handle), inner, depth + 1)
            continue
        if not pdfium.object_bounds(handle, *cells.four):
            continue
        bounds = _moved(cells.floats[:4], matrix)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            _note_text(found, cells, handle, bounds, matrix, depth)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            _note_path(found, cells, handle, bounds, matrix)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            found.shapes.append(Shape(found.total, handle, bounds, None, False))
            pdfium.pixel_size(handle, cells.rgba[0], cells.rgba[1])
            # A picture of a few pixels is a coloured area, not something with text in it.
            if cells.words[0] > 12 and cells.words[1] > 4:
                found.pictures.append(bounds)
                found.sizes.append((cells.words[0], cells.words[1]))
        elif kind == raw.FPDF_PAGEOBJ_SHADING:
            found.shapes.append(Shape(found.total, handle, bounds, None, False))


def _note_text(found: Survey, cells: _Cells, handle: int, bounds: Rect, matrix: Matrix, depth: int) -> None:
    mode = pdfium.render_mode(handle)
    ask = pdfium.stroke_colour if mode == 1 else pdfium.fill_colour
    red, green, blue, alpha = cells.rgba
    known = ask(handle, red, green, blue, alpha)
    colour = (cells.words[0], cells.words[1], cells.words[2], cells.words[3]) if known else None
    clip = _clip(cells, handle)
    clipped = clip is not None and not meet(_moved(clip, matrix), bounds)
    found.texts.append(Text(found.total, handle, bounds, mode, colour, depth > 0, clipped))


def _note_path(found: Survey, cells: _Cells, handle: int, bounds: Rect, matrix: Matrix) -> None:
    pdfium.draw_mode(handle, cells.rgba[0], cells.rgba[1])
    if not cells.words[0]:
        found.strokes += 1
        if cells.words[1] and len(found.rules) < _OBJECTS:
            found.rules.extend(_stroked(cells, handle, matrix))
        return
    segments = pdfium.segment_count(handle)
    if segments <= 6 and min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= _THIN:
        found.rules.append(bounds)
    if segments > 8:
        found.curves += segments
    known = pdfium.fill_colour(handle, *cells.rgba)
    colour = (cells.words[0], cells.words[1], cells.words[2]) if known else None
    found.shapes.append(Shape(found.total, handle, bounds, colour, known and cells.words[3] > 250))


def _stroked(cells: _Cells, handle: int, matrix: Matrix) -> list[Rect]:
    """The straight lines of a path that is drawn as a stroke, across the page and up it."""
    count = pdfium.segment_count(handle)
    if count > _LONGEST_PATH:
        return []
    whole = _times(_matrix(cells, handle), matrix)
    found: list[Rect] = []
    start = here = (0.0, 0.0)
    for k in range(count):
        segment = pdfium.path_segment(handle, k)
        pdfium.segment_point(segment, cells.four[0], cells.four[1])
        x, y = cells.floats[0], cells.floats[1]
        after = whole[0] * x + whole[2] * y + whole[4], whole[1] * x + whole[3] * y + whole[5]
        kind = pdfium.segment_type(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = after
        elif kind == raw.FPDF_SEGMENT_LINETO:
            found.append(_flat(here, after))
        here = after
        if pdfium.segment_closes(segment):
            found.append(_flat(here, start))
            here = start
    return found


def _flat(a: tuple[float, float], b: tuple[float, float]) -> Rect:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _matrix(cells: _Cells, handle: int) -> Matrix:
    if not pdfium.object_matrix(handle, cells.four[0]):
        return _IDENTITY
    a, b, c, d, e, f = cells.floats[:6]
    return a, b, c, d, e, f


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def _moved(bounds: Any, m: Matrix) -> Rect:
    x0, y0, x1, y1 = bounds
    if m is _IDENTITY:
        return x0, y0, x1, y1
    xs = [m[0] * x + m[2] * y + m[4] for x in (x0, x1) for y in (y0, y1)]
    ys = [m[1] * x + m[3] * y + m[5] for x in (x0, x1) for y in (y0, y1)]
    return min(xs), min(ys), max(xs), max(ys)


def _clip(cells: _Cells, handle: int) -> Rect | None:
    """The box around the object's first clip path with the others cut out of it, or None without one."""
    clip = pdfium.clip_of(handle)
    count = pdfium.clip_path_count(clip) if clip else 0
    box: Rect | None = None
    for path in range(min(count, 4)):
        number = pdfium.clip_segment_count(clip, path)
        if not 0 < number <= 64:
            continue
        xs, ys = [], []
        for k in (0, 2) if number in (4, 5) else range(number):
            pdfium.segment_point(pdfium.clip_segment(clip, path, k), cells.four[0], cells.four[1])
            xs.append(cells.floats[0])
            ys.append(cells.floats[1])
        here = (min(xs), min(ys), max(xs), max(ys))
        if box is not None:
            here = (max(here[0], box[0]), max(here[1], box[1]), min(here[2], box[2]), min(here[3], box[3]))
        box = here
    return box


def meet(a: Rect, b: Rect) -> bool:
    """Whether two boxes share some area."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def holds(outer: Rect, inner: Rect) -> bool:
    """Whether one box lies wholly in the other."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
