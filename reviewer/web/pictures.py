"""Pages of a PDF, and pictures, as PNG with the found values covered. Drawn in a process of its own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from reviewer.casework.intake import Intake
from reviewer.casework.views import Place
from reviewer.errors import Absent
from reviewer.workers import apart

KINDS = frozenset(("pdf", "picture"))
"""formats that can be shown as pages"""
_WIDTH = 1100
_COLOURS = {"block": ("#fbe9e8", "#a3242b"), "check": ("#fdf1d6", "#855300"), "note": ("#e6eff7", "#2f5d86")}


def page(data: bytes, number: int, found: Sequence[Place], intake: Intake) -> bytes:
    """The page as PNG, with a filled box over each of `found`. Raises Absent, WorkerError."""
    boxes = [(one.box, one.severity) for one in found if len(one.box) == 4]
    limits = intake.scanner.settings.limits
    return apart(lambda: _drawn(data, number, boxes), limits, len(data), intake.scratch)


def _drawn(data: bytes, number: int, boxes: Iterable[tuple[tuple[float, ...], str]]) -> bytes:
    from PIL import ImageDraw

    if data[:5] == b"%PDF-" or b"%PDF-" in data[:1024]:
        image, scale, height = _of_pdf(data, number)
    else:
        image, scale, height = _of_picture(data)
    pen = ImageDraw.Draw(image)
    for (x0, y0, x1, y1), severity in boxes:
        fill, line = _COLOURS.get(severity, _COLOURS["note"])
        # On a page the origin lies at the lower left corner, in a picture at the upper left one.
        top, bottom = (height - y1, height - y0) if height else (y0, y1)
        corners = [x0 * scale - 2, top * scale - 2, x1 * scale + 2, bottom * scale + 2]
        pen.rectangle(corners, fill=fill, outline=line, width=2)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _of_pdf(data: bytes, number: int) -> tuple[Any, float, float]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    if not 1 <= number <= len(document):
        raise Absent("没有这一页。")
    one = document[number - 1]
    width, height = one.get_size()
    scale = min(max(_WIDTH / max(width, 1), 0.2), 4)
    return one.render(scale=scale).to_pil().convert("RGB"), scale, height


def _of_picture(data: bytes) -> tuple[Any, float, float]:
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    scale = min(_WIDTH / max(image.width, 1), 1)
    return image.resize((max(int(image.width * scale), 1), max(int(image.height * scale), 1))), scale, 0.0
