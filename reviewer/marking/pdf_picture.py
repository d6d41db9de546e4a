"""A page as a picture of itself, for what can not be cut out of its content safely."""

from __future__ import annotations

import ctypes
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2.raw as raw
from pikepdf import Dictionary, Name

from reviewer.errors import MarkingError
from reviewer.marking.pdf_places import Box
from reviewer.readers import pdfium

_DOTS = 200 / 72
_PIXELS = 40_000_000
_GREY = 217
_LARGE = 2_000_000


@contextmanager
def loaded(data: bytes) -> Iterator[Any]:
    """pdfium's handle of the file."""
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise MarkingError("文件的 PDF 结构已损坏，无法写回。请用原软件另存为新的 PDF 后重试。")
    with pdfium.closing(document, raw.FPDF_CloseDocument):
        yield document


def make_picture(pdf: pikepdf.Pdf, page: Any, data: bytes, number: int, boxes: Sequence[Box]) -> None:
    """Page `number` (from 0) shows from now on nothing but its picture, with grey over the boxes."""
    with loaded(data) as document, pdfium.closing(raw.FPDF_LoadPage(document, number), raw.FPDF_ClosePage) as drawn:
        if not drawn:
            raise MarkingError(f"第{number + 1}页已损坏，无法脱敏。请用原软件打开检查后另存。")
        # Its content is put back as it is drawn, unturned.
        raw.FPDFPage_SetRotation(drawn, 0)
        rect = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(drawn, rect)
        paper = rect.left, rect.bottom, rect.right, rect.top
        image = _drawn(drawn, paper, boxes)
    picture = _stream(pdf, image)
    wide, high = paper[2] - paper[0], paper[3] - paper[1]
    content = f"q {wide:.4f} 0 0 {high:.4f} {paper[0]:.4f} {paper[1]:.4f} cm /Rv0 Do Q"
    page.Contents = pdf.make_stream(content.encode("ascii"))
    page.Resources = Dictionary(XObject=Dictionary(Rv0=picture))


def _drawn(page: Any, paper: Box, boxes: Sequence[Box]) -> Any:
    from PIL import Image, ImageDraw

    wide, high = max(paper[2] - paper[0], 1.0), max(paper[3] - paper[1], 1.0)
    scale = min(_DOTS, (_PIXELS / (wide * high)) ** 0.5)
    width, height = max(round(wide * scale), 1), max(round(high * scale), 1)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGRx, None, 0)
    with pdfium.closing(bitmap, raw.FPDFBitmap_Destroy):
        if not bitmap:
            raise MarkingError("页面过大，无法转为图像。")
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT | raw.FPDF_PRINTING)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        pixels = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * height)
    image = Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", stride, 1).copy()
    brush = ImageDraw.Draw(image)
    for x0, y0, x1, y1 in boxes:
        # Glyphs reach a little over their cell.
        over = 0.12 * (y1 - y0)
        brush.rectangle(
            ((x0 - over - paper[0]) * scale, (paper[3] - y1 - over) * scale,
             (x1 + over - paper[0]) * scale, (paper[3] - y0 + over) * scale),
            fill=(_GREY, _GREY, _GREY),
        )  # fmt: skip
    return image


def _stream(pdf: pikepdf.Pdf, image: Any) -> Any:
    red, green, blue = image.split()
    plain = red.tobytes() == green.tobytes() == blue.tobytes()
    image = red if plain else image
    packed = zlib.compress(image.tobytes(), 6)
    stream = pdf.make_stream(b"")
    if len(packed) > _LARGE:
        out = BytesIO()
        image.save(out, "JPEG", quality=90, subsampling=0)
        stream.write(out.getvalue(), filter=Name.DCTDecode)
    else:
        stream.write(packed, filter=Name.FlateDecode)
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = image.width, image.height, 8
    stream.ColorSpace = Name.DeviceGray if plain else Name.DeviceRGB
    return stream
