"""Pictures of a publishable OFD: their pixels, and nothing of what cameras and programs write beside them."""

from __future__ import annotations

from reviewer.errors import MarkingError
from reviewer.readers import pictures
from reviewer.settings import Limits

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"iCCP")


def bare(data: bytes) -> bytes:
    """A PNG or JPEG without texts, EXIF, thumbnails; another picture, or a damaged one, as it is."""
    if data.startswith(_PNG):
        return _png(data)
    if data[:2] == b"\xff\xd8":
        return _jpeg(data)
    return data


def _png(data: bytes) -> bytes:
    out, here = [_PNG], len(_PNG)
    while here + 12 <= len(data):
        size = int.from_bytes(data[here : here + 4], "big")
        end = here + 12 + size
        if end > len(data):
            return data
        kind = data[here + 4 : here + 8]
        if kind in _PNG_KEPT:
            out.append(data[here:end])
        here = end
        if kind == b"IEND":
            return b"".join(out)
    return data


def _jpeg(data: bytes) -> bytes:
    """Without APP1 to APP13 and comments; APP0 (JFIF), APP2 (colour profile) and APP14 (Adobe) say how to draw it."""
    out, here = [data[:2]], 2
    while here + 4 <= len(data) and data[here] == 0xFF:
        mark = data[here + 1]
        if mark == 0xFF:
            here += 1
            continue
        size = int.from_bytes(data[here + 2 : here + 4], "big")
        end = here + 2 + size
        if size < 2 or end > len(data):
            return data
        if mark == 0xDA:
            stop = data.rfind(b"\xff\xd9")
            out.append(data[here : stop + 2] if stop > here else data[here:])
            return b"".join(out)
        if not (0xE0 <= mark <= 0xEF or mark == 0xFE) or mark in (0xE0, 0xE2, 0xEE):
            out.append(data[here:end])
        here = end
    return data


def pixel_size(data: bytes, limits: Limits) -> tuple[int, int]:
    """How many pixels a picture that was read has across and down."""
    try:
        frame = next(iter(pictures.frames(data, limits)), None)
    except pictures.UnreadablePicture:
        frame = None
    if frame is None:
        raise MarkingError("有图片无法改写，没有生成副本。请在原软件中处理后重试。")
    return frame.size[0], frame.size[1]
