"""Pictures of an OFD as far as the reader asks: whether one hides what lies below it, whether it can hold text."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from reviewer.errors import ReadError
from reviewer.readers.ofd_page import Rect, Shape
from reviewer.readers.ofd_parts import Parts

_SMALL = (12, 4)
"""pixels: what is smaller is a coloured area"""
_KINDS = ("PNG", "BMP", "TIFF", "GIF", "WEBP")
_LARGEST = 40_000_000


@dataclass(slots=True)
class Pictures:
    """The pictures of one file, opened when asked for."""

    parts: Parts
    _sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    _alphas: dict[str, Any] = field(default_factory=dict)
    """by member: how much each pixel hides; None: all of it, False: not known"""

    def is_plain(self, member: str) -> bool:
        """Whether a picture has so few pixels that it holds no text."""
        if member not in self._sizes:
            self._sizes[member] = self._size(member)
        wide, high = self._sizes[member]
        return 0 < wide <= _SMALL[0] or 0 < high <= _SMALL[1]

    def is_opaque(self, shape: Shape, box: Rect) -> bool:
        """Whether a picture lets nothing shine through in a box of the page."""
        member = shape.member
        if member not in self._alphas:
            self._alphas[member] = self._alpha(member)
        alpha = self._alphas[member]
        if alpha is None or alpha is False:
            return alpha is None
        a, b, c, d, e, f = shape.matrix
        area = a * d - b * c
        if abs(area) < 1e-9:
            return False
        us, vs = [], []
        for x in (box[0], box[2]):
            for y in (box[1], box[3]):
                us.append((d * (x - e) - c * (y - f)) / area)
                vs.append((a * (y - f) - b * (x - e)) / area)
        wide, high = alpha.size
        left, top = (min(max(int(min(at) * size), 0), size - 1) for at, size in ((us, wide), (vs, high)))
        right, bottom = (min(max(int(max(at) * size) + 1, 1), size) for at, size in ((us, wide), (vs, high)))
        low, _ = alpha.crop((left, top, max(right, left + 1), max(bottom, top + 1))).getextrema()
        return bool(low > 250)

    def _data(self, member: str) -> bytes:
        try:
            return self.parts.bytes(member)
        except ReadError:
            return b""

    def _size(self, member: str) -> tuple[int, int]:
        data = self._data(member)
        if data[:4] == b"\x89PNG":
            return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        if data[:2] == b"BM":
            wide, high = (int.from_bytes(data[k : k + 4], "little", signed=True) for k in (18, 22))
            return abs(wide), abs(high)
        return 0, 0

    def _alpha(self, member: str) -> Any:
        """The picture's own transparency: None where it has none, False where it is not known."""
        from PIL import Image

        data = self._data(member)
        if data[:3] == b"\xff\xd8\xff":
            return None
        try:
            with Image.open(BytesIO(data)) as picture:
                if picture.format not in _KINDS or picture.width * picture.height > _LARGEST:
                    return False
                if picture.mode in ("RGB", "L", "1", "CMYK", "I", "I;16") and "transparency" not in picture.info:
                    return None
                if picture.mode == "P" and "transparency" not in picture.info:
                    return None
                return picture.convert("RGBA").getchannel("A")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return False
