"""Looks at a PDF with other programs than the one that wrote it: its bytes, its text, its pictures, its fonts."""

from __future__ import annotations

import ctypes
import re
import subprocess
import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pikepdf
import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from tests.marking.witness import HAS_POPPLER

Box = tuple[float, float, float, float]
_CODECS = ("utf-8", "utf-16-be", "utf-16-le", "gbk")
_SCALE = 2


def streams(data: bytes) -> list[bytes]:
    """All that the file holds: its bytes, every stream unpacked, every object written out."""
    found = [data]
    with pikepdf.open(BytesIO(data)) as file:
        for one in file.objects:
            if isinstance(one, pikepdf.Stream):
                found += [one.read_raw_bytes(), one.stream_dict.unparse()]
                if "/JPXDecode" not in str(one.get("/Filter")) and "/DCTDecode" not in str(one.get("/Filter")):
                    found.append(one.read_bytes())
            else:
                found.append(one.unparse(resolved=True))
    return found


def holds(pieces: Iterable[bytes], value: str) -> list[str]:
    """In which encodings the value stands in one of the pieces, as it is or in hexadecimal."""
    pieces = list(pieces)
    found = []
    for codec in _CODECS:
        try:
            plain = value.encode(codec)
        except UnicodeEncodeError:
            continue
        forms = {plain, plain.hex().encode(), plain.hex().upper().encode()}
        if any(form in piece for form in forms for piece in pieces):
            found.append(codec)
    return found


def pictures(data: bytes, page: int) -> dict[str, Any]:
    """The page as pdfium and, where it is installed, poppler draw it."""
    shown = pypdfium2.PdfDocument(data)[page].render(scale=_SCALE).to_pil().convert("RGB")
    found = {"pdfium": numpy.asarray(shown).astype(int)}
    if HAS_POPPLER:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.pdf"
            file.write_bytes(data)
            command = ["pdftoppm", "-q", "-cropbox", "-r", str(72 * _SCALE), "-f", str(page + 1), "-l", str(page + 1), "-png"]
            subprocess.run([*command, str(file), f"{folder}/o"], check=True)
            shown = Image.open(next(Path(folder).glob("o*.png"))).convert("RGB")
            found["poppler"] = numpy.asarray(shown).astype(int)
    return found


def changed_outside(
    before: bytes, after: bytes, page: int, boxes: Iterable[Box], margin: float = 4.0, slack: int = 0
) -> dict[str, int]:
    """By renderer: how many pixels differ that lie further than `margin` points from all of the boxes.

    `slack`: so many levels of 255 are no difference.
    """
    old, new = pictures(before, page), pictures(after, page)
    handle = pypdfium2.PdfDocument(before)[page]
    found = {}
    for name, first in old.items():
        assert first.shape == new[name].shape
        height, width = first.shape[:2]
        watched = numpy.ones((height, width), bool)
        for x0, y0, x1, y1 in boxes:
            xs, ys = [], []
            for x, y in ((x0 - margin, y0 - margin), (x1 + margin, y1 + margin)):
                px, py = ctypes.c_int(), ctypes.c_int()
                raw.FPDF_PageToDevice(handle.raw, 0, 0, width, height, 0, x, y, px, py)
                xs.append(px.value)
                ys.append(py.value)
            watched[max(min(ys), 0) : max(ys) + 1, max(min(xs), 0) : max(xs) + 1] = False
        found[name] = int(((numpy.abs(first - new[name]).max(axis=2) > slack) & watched).sum())
    return found


def outlines(data: bytes) -> dict[str, set[int]]:
    """By font: which of its TrueType glyphs have an outline (their numbers)."""
    from fontTools.ttLib import TTFont

    found: dict[str, set[int]] = {}
    with pikepdf.open(BytesIO(data)) as file:
        for one in file.objects:
            if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
                font = TTFont(BytesIO(one.FontFile2.read_bytes()))
                order = font.getGlyphOrder()
                found[str(one.FontName)] = {k for k, name in enumerate(order) if font["glyf"][name].numberOfContours}
    return found


def compact(text: str) -> str:
    return re.sub(r"\s", "", text)
