"""Which characters of a PDF page are not seen: invisible, white, covered, clipped, off the page, in a
switched-off layer, or too small to read.

A look at the page's objects names the suspects (cheap; most pages have none). Whether a suspect is seen
is then asked of the renderer: the page is drawn with the suspects, without them, and with the suspects
alone in black. A character that has ink in the last and makes no difference between the first two is not
seen. So white text on a dark box, or a seal over a name, is rightly taken as visible, however the page was
made. Where the font is missing on this machine there is no ink, and the shapes alone decide.
"""

from __future__ import annotations

import ctypes
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import Any

import pypdfium2.raw as raw

from reviewer.readers import pdfium
from reviewer.readers.pdf_page import PageText

Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
Run = tuple[int, int, str]
"""pdfium's characters [first, last) are not seen, for this reason"""

INVISIBLE, WHITE, SAME, COVERED = "不可见文字", "白色文字", "与底色相同的文字", "被遮盖的文字"
CLIPPED, OUTSIDE, TINY, LAYER = "被裁剪的文字", "页面外文字", "极小文字", "隐藏图层"

_TINY = 1.5
"""points; text of this height is a dot to the eye"""
_PALE = 238
"""from this brightness on, text may vanish on white paper"""
_CONTRAST = 12
"""of 255: a smaller difference of a pixel is not seen"""
_PEEPING = 0.25
"""of a character's ink: a smaller part standing out beside a cover does not show what it is"""
_LINE = re.compile(r"[^\r\n]+")
_PLAIN = 0.3
"""of a character's box: with so many pixels changed it is seen, whatever its ink"""
_PIXELS = 4_000_000
_OBJECTS = 60_000
_PAIRS = 300_000
_GROUPS = 6
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
    strokes: int = 0
    """paths that are only drawn as lines"""
    curves: int = 0
    """segments of filled outlines that are more than boxes: drawings, or text turned into curves"""
    total: int = 0

    @property
    def cut_short(self) -> bool:
        return self.total > _OBJECTS


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as pdfium holds it; `paper` is the part of it that is seen (crop box)."""

    document: Any
    page: Any
    textpage: Any
    paper: Rect


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
            if depth < 12:
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
            _note_path(found, cells, handle, bounds)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            found.shapes.append(Shape(found.total, handle, bounds, None, False))
            pdfium.pixel_size(handle, cells.rgba[0], cells.rgba[1])
            # A picture of a few pixels is a coloured area, not something with text in it.
            if cells.words[0] > 12 and cells.words[1] > 4:
                found.pictures.append(bounds)
        elif kind == raw.FPDF_PAGEOBJ_SHADING:
            found.shapes.append(Shape(found.total, handle, bounds, None, False))


def _note_text(found: Survey, cells: _Cells, handle: int, bounds: Rect, matrix: Matrix, depth: int) -> None:
    mode = pdfium.render_mode(handle)
    ask = pdfium.stroke_colour if mode == 1 else pdfium.fill_colour
    red, green, blue, alpha = cells.rgba
    colour = tuple(cells.words) if ask(handle, red, green, blue, alpha) else None
    clip = _clip(cells, handle)
    clipped = clip is not None and not _meet(_moved(clip, matrix), bounds)
    found.texts.append(Text(found.total, handle, bounds, mode, colour, depth > 0, clipped))  # type: ignore[arg-type]


def _note_path(found: Survey, cells: _Cells, handle: int, bounds: Rect) -> None:
    pdfium.draw_mode(handle, cells.rgba[0], cells.rgba[1])
    if not cells.words[0]:
        found.strokes += 1
        return
    segments = pdfium.segment_count(handle)
    if segments > 8:
        found.curves += segments
    known = pdfium.fill_colour(handle, *cells.rgba)
    colour = (cells.words[0], cells.words[1], cells.words[2]) if known else None
    found.shapes.append(Shape(found.total, handle, bounds, colour, known and cells.words[3] > 250))


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


def _meet(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _holds(outer: Rect, inner: Rect) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def hidden_runs(
    sheet: Sheet, text: PageText, found: Survey, *, layered: bool, covers: list[Rect]
) -> list[Run]:
    """The stretches of pdfium's characters that are not seen, each with its reason.

    layered  whether the document has layers that are switched off
    covers   the places of annotations that may lie over text
    """
    certain, doubtful = _sorted_out(found, sheet.paper, layered, covers)
    tiny = _tiny(text)
    if not certain and not doubtful and not tiny:
        return []
    count, handle = len(text.raw), pdfium.address(sheet.textpage)
    owners = list(map(pdfium.text_object, repeat(handle, count), range(count)))
    for twin in _shown_again(found, set(owners), certain, doubtful):
        certain.pop(twin, None)
        doubtful.pop(twin, None)
    reasons = dict.fromkeys(tiny, TINY)
    asked: list[int] = []
    for k, owner in enumerate(owners):
        if owner in certain:
            reasons[k] = certain[owner]
        elif owner in doubtful and k not in reasons:
            if not _inside(text.quads, k, sheet.paper):
                reasons[k] = OUTSIDE
            elif doubtful[owner] != OUTSIDE:
                asked.append(k)
    for k in _unseen(sheet, found, owners, asked, doubtful):
        reasons[k] = doubtful[owners[k]]
    return list(_not_shown(text, reasons, list(_runs(text, reasons))))


def _sorted_out(
    found: Survey, paper: Rect, layered: bool, covers: list[Rect]
) -> tuple[dict[int, str], dict[int, str]]:
    """Text objects that are not seen for certain, and those of which the picture must be asked."""
    certain: dict[int, str] = {}
    doubtful: dict[int, str] = {}
    for item in found.texts:
        if item.mode in (3, 7) or (item.colour is not None and item.colour[3] < 8):
            certain[item.handle] = INVISIBLE
        elif not _holds(paper, item.bounds):
            doubtful[item.handle] = OUTSIDE
    for handle, reason in _suspects(found, layered, covers):
        if handle not in certain:
            doubtful[handle] = reason
    return certain, doubtful


def _shown_again(
    found: Survey, owners: set[int], certain: dict[int, str], doubtful: dict[int, str]
) -> list[int]:
    """Suspects that are drawn a second time, plainly, at the same place; pdfium keeps the first only."""
    again = [
        item.bounds
        for item in found.texts
        if item.handle not in owners and item.handle not in certain and item.handle not in doubtful
    ]
    if not again or len(again) * (len(certain) + len(doubtful)) > _PAIRS:
        return []
    return [
        item.handle
        for item in found.texts
        if (item.handle in certain or item.handle in doubtful)
        and any(all(abs(p - q) < 1.0 for p, q in zip(item.bounds, other, strict=True)) for other in again)
    ]


def _suspects(found: Survey, layered: bool, covers: list[Rect]) -> Iterator[tuple[int, str]]:
    """Text objects that may not be seen, by their likeliest reason."""
    shapes = [s for s in found.shapes if min(s.bounds[2] - s.bounds[0], s.bounds[3] - s.bounds[1]) >= 3.0]
    everything = len(shapes) * len(found.texts) > _PAIRS
    for item in found.texts:
        if _is_pale(item):
            yield item.handle, WHITE
        elif item.clipped:
            yield item.handle, CLIPPED
        elif everything or any(_meet(cover, item.bounds) for cover in covers):
            yield item.handle, COVERED
        else:
            reason = _below(item, shapes)
            if reason:
                yield item.handle, reason
            elif layered and (item.in_form or pdfium.mark_count(item.handle) > 0):
                yield item.handle, LAYER


def _is_pale(item: Text) -> bool:
    """Whether the text is next to white on white paper, by its colour or by being nearly transparent."""
    if item.colour is None:
        return False
    *colour, alpha = item.colour
    return 255 - (255 - min(colour)) * alpha // 255 >= _PALE


def _below(item: Text, shapes: list[Shape]) -> str:
    """Why the text may not be seen among the filled shapes at its place: under one, or of its colour."""
    reason = ""
    for shape in shapes:
        if not _meet(shape.bounds, item.bounds):
            continue
        if shape.order > item.order:
            return COVERED
        if shape.colour is not None and item.colour is not None and _near(shape.colour, item.colour):
            reason = SAME
    return reason


def _near(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(abs(a[k] - b[k]) <= _CONTRAST for k in range(3))


def _tiny(text: PageText) -> list[int]:
    quads = text.quads
    return [
        k
        for k, (low, high) in enumerate(zip(quads[1::4], quads[3::4], strict=True))
        if 0.0 < high - low < _TINY and quads[4 * k + 2] - quads[4 * k] < _TINY
    ]


def _inside(quads: array[float], k: int, paper: Rect) -> bool:
    x, y = (quads[4 * k] + quads[4 * k + 2]) / 2, (quads[4 * k + 1] + quads[4 * k + 3]) / 2
    return paper[0] <= x <= paper[2] and paper[1] <= y <= paper[3]


def _unseen(
    sheet: Sheet, found: Survey, owners: list[int], asked: list[int], doubtful: dict[int, str]
) -> Iterator[int]:
    """Those of the characters `asked` whose place looks the same without them."""
    boxes = {k: box for k in asked if (box := _tight(sheet.textpage, k)) is not None}
    if not boxes:
        return
    handles = {owners[k] for k in boxes}
    suspects = {item.handle: item for item in found.texts if item.handle in handles}
    canvas = _Canvas(sheet.page, 1.0 if len(boxes) > 300 else 2.0, _around(boxes.values()))
    full = canvas.draw()
    # Where two suspects overlap, each is left out on its own: what changes is then its own ink.
    changed: dict[int, Any] = {}
    for group in _apart(list(suspects.values())):
        changed.update(dict.fromkeys(group, canvas.changed(full, without=group)))
    places = {k: canvas.pixels(box) for k, box in boxes.items()}
    open_to_doubt = [k for k, p in places.items() if _sum(changed[owners[k]], p) < _PLAIN * _area(p)]
    if not open_to_doubt:
        return
    drawable = {h for h in handles if doubtful[h] in (LAYER, CLIPPED) and _can_draw(sheet, h)}
    ink = canvas.ink(suspects, found)
    for k in open_to_doubt:
        item, place = suspects[owners[k]], places[k]
        here = _sum(ink, place)
        if here == 0 and item.handle not in drawable:
            if _is_out_of_sight(item, boxes[k], found):
                yield k
        elif _sum(changed[item.handle], place) <= max(1.0, _PEEPING * here):
            yield k


def _apart(items: list[Text]) -> list[set[int]]:
    """The texts in a few groups, those in one group side by side and not over each other."""
    if len(items) > 600:
        return [{item.handle for item in items}]
    groups: list[tuple[set[int], list[Rect]]] = []
    for item in sorted(items, key=lambda item: item.bounds[0] - item.bounds[2]):
        x0, y0, x1, y1 = item.bounds
        inner = (x0 + 0.5, y0 + 1.0, x1 - 0.5, y1 - 1.0)
        for handles, taken in groups:
            if (len(groups) == _GROUPS and handles is groups[-1][0]) or not any(
                _meet(b, inner) for b in taken
            ):
                break
        else:
            handles, taken = set(), []
            groups.append((handles, taken))
        handles.add(item.handle)
        taken.append(item.bounds)
    return [handles for handles, _ in groups]


def _around(boxes: Iterable[Rect]) -> Rect:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0) - 1, min(y0) - 1, max(x1) + 1, max(y1) + 1


def _area(place: tuple[int, int, int, int]) -> int:
    return (place[2] - place[0]) * (place[3] - place[1])


def _can_draw(sheet: Sheet, handle: int) -> bool:
    """Whether this machine has glyphs for a text that its layer or clip keeps from being drawn."""
    item = ctypes.cast(handle, raw.FPDF_PAGEOBJECT)
    bitmap = raw.FPDFTextObj_GetRenderedBitmap(sheet.document, sheet.page, item, 1.0)
    with pdfium.closing(bitmap, raw.FPDFBitmap_Destroy):
        if not bitmap:
            return False
        size = raw.FPDFBitmap_GetStride(bitmap) * raw.FPDFBitmap_GetHeight(bitmap)
        return any(ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), size))


def _is_out_of_sight(item: Text, box: Rect, found: Survey) -> bool:
    """The same answered by the shapes alone, for a glyph that can not be drawn here."""
    if item.clipped:
        return True
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    there = [s for s in found.shapes if s.bounds[0] <= x <= s.bounds[2] and s.bounds[1] <= y <= s.bounds[3]]
    if any(s.solid and s.order > item.order for s in there):
        return True
    below = [s for s in there if s.order < item.order]
    if item.colour is None or not below:
        return _is_pale(item)
    ground = below[-1].colour
    return ground is not None and _near(ground, item.colour)


def _tight(textpage: Any, k: int) -> Rect | None:
    cells = array("d", bytes(32))
    base = cells.buffer_info()[0]
    pdfium.tight_box(pdfium.address(textpage), k, base, base + 8, base + 16, base + 24)
    x0, x1, y0, y1 = cells
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _sum(pixels: Any, place: tuple[int, int, int, int]) -> int:
    """How many pixels of the box are set."""
    left, top, right, bottom = place
    return int(pixels[top:bottom, left:right].sum())


class _Canvas:
    """Draws a region of a page into memory, at `scale` pixels a point or what 4 million pixels allow."""

    def __init__(self, page: Any, scale: float, region: Rect | None = None) -> None:
        self.page = page
        width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
        scale = min(scale, (_PIXELS / max(width * height, 1.0)) ** 0.5)
        self.whole = max(int(width * scale), 1), max(int(height * scale), 1)
        self.left = self.top = 0
        self.width, self.height = self.whole
        if region is not None:
            left, top, right, bottom = self.pixels(region)
            self.left, self.top = left, top
            self.width, self.height = max(right - left, 1), max(bottom - top, 1)

    def draw(self, flags: int = raw.FPDF_ANNOT) -> Any:
        """Height x width pixels of four bytes on white paper; annotations as they show."""
        import numpy

        bitmap = raw.FPDFBitmap_CreateEx(self.width, self.height, raw.FPDFBitmap_BGRx, None, 0)
        with pdfium.closing(bitmap, raw.FPDFBitmap_Destroy):
            if not bitmap:
                raise MemoryError
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, self.width, self.height, 0xFFFFFFFF)
            raw.FPDF_RenderPageBitmap(bitmap, self.page, -self.left, -self.top, *self.whole, 0, flags)
            stride = raw.FPDFBitmap_GetStride(bitmap)
            data = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * self.height)
        return numpy.frombuffer(data, numpy.uint32).reshape(self.height, stride // 4)[:, : self.width]

    def changed(self, full: Any, *, without: set[int]) -> Any:
        """The pixels that look different without these objects."""
        for handle in without:
            pdfium.set_active(handle, 0)
        try:
            bare = self.draw()
        finally:
            for handle in without:
                pdfium.set_active(handle, 1)
        return _far(full, bare)

    def ink(self, suspects: dict[int, Text], found: Survey) -> Any:
        """The pixels that these texts blacken on an empty page. They stay black."""
        import numpy

        painted = {item.handle for item in found.texts} | {shape.handle for shape in found.shapes}
        others = painted - set(suspects)
        for handle in others:
            pdfium.set_active(handle, 0)
        for handle in suspects:
            pdfium.set_fill(handle, 0, 0, 0, 255)
            pdfium.set_stroke(handle, 0, 0, 0, 255)
        try:
            picture = self.draw(flags=0)
        finally:
            for handle in others:
                pdfium.set_active(handle, 1)
        return _far(picture, numpy.full_like(picture, 0xFFFFFFFF))

    def pixels(self, box: Rect) -> tuple[int, int, int, int]:
        """left, top, right, bottom in the drawn region of a box in points of the page (it may be turned)."""
        xs, ys = [], []
        for x, y in ((box[0], box[1]), (box[2], box[3])):
            px, py = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(self.page, 0, 0, *self.whole, 0, x, y, px, py)
            xs.append(min(max(px.value - self.left, 0), self.width))
            ys.append(min(max(py.value - self.top, 0), self.height))
        return min(xs), min(ys), min(max(xs) + 1, self.width), min(max(ys) + 1, self.height)


def _far(a: Any, b: Any) -> Any:
    """Which pixels of two pictures differ so much that the eye sees it."""
    import numpy

    far = a != b
    x, y = (side[far].view(numpy.uint8).reshape(-1, 4)[:, :3] for side in (a, b))
    # The larger byte less the smaller: their distance, without leaving eight bits.
    far[far] = (numpy.maximum(x, y) - numpy.minimum(x, y)).max(axis=1, initial=0) > _CONTRAST
    return far


def is_blank(page: Any) -> bool:
    """Whether the page shows one even colour and nothing else."""
    picture = _Canvas(page, 1.0).draw()
    return bool((picture == picture[0, 0]).all())


def _not_shown(text: PageText, reasons: dict[int, str], runs: list[Run]) -> Iterator[Run]:
    """The runs without the lines that the page also shows: drawn twice, for a shadow or for copying."""
    seen = _letters("".join(c for k, c in enumerate(text.raw) if k not in reasons)) if runs else ""
    for first, last, reason in runs:
        lines = [match.span() for match in _LINE.finditer(text.raw, first, last)]
        secret = [span for span in lines if _letters(text.raw[slice(*span)]) not in seen]
        if len(secret) == len(lines) or all(
            end - start < 4 for start, end in lines if (start, end) not in secret
        ):
            yield first, last, reason
            continue
        for start, end in secret:
            if end - start >= 4:
                yield start, end, reason


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _runs(text: PageText, reasons: dict[int, str]) -> Iterator[Run]:
    """Neighbours of one reason put together, over the spaces and line ends between them."""
    first = last = -1
    reason = ""
    for k in sorted(reasons):
        if text.raw[k].isspace():
            continue
        if first >= 0 and reasons[k] == reason and not text.raw[last:k].strip():
            last = k + 1
            continue
        if first >= 0:
            yield first, last, reason
        first, last, reason = k, k + 1, reasons[k]
    if first >= 0:
        yield first, last, reason
