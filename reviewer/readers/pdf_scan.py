"""What only a picture shows on a PDF page: scanned pages, pictures among the text, text that is drawn as outlines.

The page is drawn by pdfium without its own text, so that only what a picture or an outline says is recognised.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as raw

from reviewer.model import Locator
from reviewer.readers import pdfium, pictures
from reviewer.readers.assembly import Assembly
from reviewer.readers.ocr import Box
from reviewer.readers.pdf_canvas import Canvas
from reviewer.readers.pdf_survey import Rect, Survey

_DOTS = 200 / 72
"""pixels a point for what has no pixels of its own; recall is no better at 300 dpi"""
_PIXELS = 16_000_000
_MANY = 40
"""pictures on a page; more are pieces of one"""
_ROOM = 2.0
"""points around a picture"""


def read_page(assembly: Assembly, page: Any, found: Survey, paper: Rect, number: int) -> None:
    """The text of a page that is one picture, and a Gap for what can not be read of it."""
    density = max((density for _, density in _dense(found)), default=_DOTS)
    _read(assembly, page, found, [(paper, density)], number, f"第{number}页的图像")


def read_pictures(assembly: Assembly, page: Any, found: Survey, paper: Rect, number: int, least: float) -> None:
    """The text of the pictures on a page that are larger than `least` points."""
    regions = [
        ((x0 - _ROOM, y0 - _ROOM, x1 + _ROOM, y1 + _ROOM), density)
        for (x0, y0, x1, y1), density in _dense(found)
        if min(x1 - x0, y1 - y0) > least
    ]
    if len(regions) > _MANY:
        regions = [(paper, max(density for _, density in regions))]
    _read(assembly, page, found, regions, number, f"第{number}页的图片")


def _dense(found: Survey) -> Iterator[tuple[Rect, float]]:
    """Each picture's box, and how many of its own pixels a point of the page shows."""
    for box, (width, height) in zip(found.pictures, found.sizes, strict=True):
        yield box, max(width / max(box[2] - box[0], 1.0), height / max(box[3] - box[1], 1.0), 1.0)


def _read(
    assembly: Assembly, page: Any, found: Survey, regions: list[tuple[Rect, float]], number: int, what: str
) -> None:
    place = Locator(page=number)
    hidden = [item.handle for item in found.texts]
    unread: list[Box] = []
    for handle in hidden:
        pdfium.set_active(handle, 0)
    try:
        for region, density in regions:
            canvas, pixels = _drawn(page, region, density)
            unread += pictures.add_pixels(assembly, pixels, locator=place, placing=canvas.points)
    finally:
        for handle in hidden:
            pdfium.set_active(handle, 1)
    pictures.unread_gap(assembly, unread, place, what)


class _Canvas(Canvas):
    """Draws a region and knows the way back from its pixels to the page."""

    def points(self, box: Box) -> Box:
        """The box on the page, in points, of one in the drawn region, in pixels."""
        corners = [self._point(x + self.left, y + self.top) for x, y in ((box[0], box[1]), (box[2], box[3]))]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        # pdfium takes whole pixels only: the page's corners are asked for and the rest lies between them.
        (ox, oy), (ax, ay), (bx, by) = (self._corner(*at) for at in ((0, 0), (self.whole[0], 0), (0, self.whole[1])))
        u, v = x / self.whole[0], y / self.whole[1]
        return ox + (ax - ox) * u + (bx - ox) * v, oy + (ay - oy) * u + (by - oy) * v

    def _corner(self, x: int, y: int) -> tuple[float, float]:
        across, up = ctypes.c_double(), ctypes.c_double()
        raw.FPDF_DeviceToPage(self.page, 0, 0, *self.whole, 0, x, y, across, up)
        return across.value, up.value


def _drawn(page: Any, region: Rect, density: float) -> tuple[_Canvas, Any]:
    import numpy

    area = max((region[2] - region[0]) * (region[3] - region[1]), 1.0)
    canvas = _Canvas(page, min(density, (_PIXELS / area) ** 0.5), region, most=None)
    drawn = numpy.ascontiguousarray(canvas.draw(flags=0)).view(numpy.uint8)
    pixels = drawn.reshape(canvas.height, canvas.width, 4)
    return canvas, numpy.ascontiguousarray(pixels[:, :, 2::-1])
