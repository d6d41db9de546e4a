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
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pypdfium2.raw as raw

from reviewer.readers import pdfium
from reviewer.readers.page_text import PageText
from reviewer.readers.page_unseen import (
    CLIPPED,
    COVERED,
    INVISIBLE,
    LAYER,
    OUTSIDE,
    SAME,
    TINY,
    WHITE,
    Run,
    unseen_runs,
)
from reviewer.readers.pdf_canvas import CONTRAST, Canvas
from reviewer.readers.pdf_survey import Rect, Shape, Survey, Text, holds, meet

_SQUEEZED = 0.08
"""of its height: a letter no wider is a stroke (the narrowest, an l, has 0.2)"""
_TINY = 1.5
"""points; text of this height is a dot to the eye"""
_PALE = 238
"""from this brightness on, text may vanish on white paper"""
_PEEPING = 0.25
"""of a character's ink: a smaller part standing out beside a cover does not show what it is"""
_PLAIN = 0.3
"""of a character's box: with so many pixels changed it is seen, whatever its ink"""
_PAIRS = 300_000
"""of a text and a shape to compare; with more, every text is asked of the picture"""
_GROUPS = 6


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as pdfium holds it; `paper` is the part of it that is seen (crop box)."""

    document: Any
    page: Any
    textpage: Any
    paper: Rect


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
    return unseen_runs(text.raw, reasons)


def _sorted_out(
    found: Survey, paper: Rect, layered: bool, covers: list[Rect]
) -> tuple[dict[int, str], dict[int, str]]:
    """Text objects that are not seen for certain, and those of which the picture must be asked."""
    certain: dict[int, str] = {}
    doubtful: dict[int, str] = {}
    for item in found.texts:
        if item.mode in (3, 7) or (item.colour is not None and item.colour[3] < 8):
            certain[item.handle] = INVISIBLE
        elif not holds(paper, item.bounds):
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
        elif everything or any(meet(cover, item.bounds) for cover in covers):
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
        if not meet(shape.bounds, item.bounds):
            continue
        if shape.order > item.order:
            return COVERED
        if shape.colour is not None and item.colour is not None and _near(shape.colour, item.colour):
            reason = SAME
    return reason


def _near(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(abs(a[k] - b[k]) <= CONTRAST for k in range(3))


def _tiny(text: PageText) -> list[int]:
    quads = text.quads
    return [
        k
        for k, (low, high) in enumerate(zip(quads[1::4], quads[3::4], strict=True))
        if high > low
        and (
            (high - low < _TINY and quads[4 * k + 2] - quads[4 * k] < _TINY)
            or (0.0 < quads[4 * k + 2] - quads[4 * k] < _SQUEEZED * (high - low) and text.raw[k].isalnum())
        )
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
    canvas = Canvas(sheet.page, 1.0 if len(boxes) > 300 else 2.0, _around(boxes.values()))
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
                meet(b, inner) for b in taken
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
