"""Draws a PDF page into memory, whole or without some of its objects, and compares the pictures."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as raw

from reviewer.readers import pdfium
from reviewer.readers.pdf_survey import Rect, Survey, Text

CONTRAST = 12
"""of 255: a smaller difference of a pixel is not seen"""
_PIXELS = 4_000_000


class Canvas:
    """Draws a region of a page into memory, at `scale` pixels a point or what `most` pixels of the page allow."""

    def __init__(
        self, page: Any, scale: float, region: Rect | None = None, most: float | None = _PIXELS
    ) -> None:
        self.page = page
        width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
        if most is not None:
            scale = min(scale, (most / max(width * height, 1.0)) ** 0.5)
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
    far[far] = (numpy.maximum(x, y) - numpy.minimum(x, y)).max(axis=1, initial=0) > CONTRAST
    return far


def is_blank(page: Any) -> bool:
    """Whether the page shows one even colour and nothing else."""
    picture = Canvas(page, 1.0).draw()
    return bool((picture == picture[0, 0]).all())
