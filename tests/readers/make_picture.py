"""Builds pictures with a token in each place where a picture's file can hold one beside its pixels."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def _saved(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(out, kind, **options)
    return out.getvalue()


def _exif(tag: int, *, inner: bool = False) -> Callable[[str], bytes]:
    def build(token: str) -> bytes:
        exif = Image.Exif()
        wide = token.encode("utf-16-le") + b"\0\0"
        value: Any = wide if 0x9C9B <= tag <= 0x9C9F else token.encode()
        if tag == 0x9286:
            value = b"UNICODE\0" + b"\xff\xfe" + token.encode("utf-16-le")
        (exif.get_ifd(0x8769) if inner else exif)[tag] = value
        return _saved("JPEG", exif=exif)

    return build


def _text_chunk(kind: str) -> Callable[[str], bytes]:
    def build(token: str) -> bytes:
        chunks = PngInfo()
        chunks.add_itxt("Comment", token, zip=kind == "packed")
        return _saved("PNG", pnginfo=chunks)

    return build


def _xmp(token: str) -> bytes:
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator><rdf:li>{token}</rdf:li></dc:creator></x:xmpmeta>'
    return _saved("JPEG", xmp=packet.encode())


def svg(inside: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20">{inside}</svg>'.encode()


def emf(text: str) -> bytes:
    """An enhanced metafile with one EMR_EXTTEXTOUTW ([MS-EMF] 2.3.5.8)."""
    coded = text.encode("utf-16-le") + bytes(-2 * len(text) % 4)
    place = struct.pack("<iiIIIiiiiI", 0, 0, len(text), 76, 0, 0, 0, 0, 0, 0)
    record = struct.pack("<II4iIff", 84, 76 + len(coded), 0, 0, 1, 1, 1, 1.0, 1.0) + place + coded
    size = 88 + len(record) + 20
    head = struct.pack("<II4i4i4sIIIHHIII4i", 1, 88, 0, 0, 1, 1, 0, 0, 9, 9, b" EMF", 0x10000, size, 3, 1, 0, 0, 0, 0, 1, 1, 1, 1)
    return head + record + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def wmf(text: str) -> bytes:
    """A metafile with one META_TEXTOUT ([MS-WMF] 2.3.3.20)."""
    coded = text.encode("gb18030")
    held = struct.pack("<H", len(coded)) + coded + bytes(len(coded) % 2) + struct.pack("<hh", 0, 0)
    record = struct.pack("<IH", 3 + len(held) // 2, 0x0521) + held
    return struct.pack("<HHHIHIH", 1, 9, 0x300, 12 + len(record) // 2, 0, 99, 0) + record + struct.pack("<IH", 3, 0)


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "artist": ("property", _exif(0x013B)),
    "description": ("property", _exif(0x010E)),
    "author of Windows": ("property", _exif(0x9C9D)),
    "user comment": ("property", _exif(0x9286, inner=True)),
    "camera's owner": ("property", _exif(0xA430, inner=True)),
    "jpeg comment": ("property", lambda token: _saved("JPEG", comment=token.encode())),
    "gif comment": ("property", lambda token: _saved("GIF", comment=token.encode())),
    "png text": ("property", _text_chunk("plain")),
    "png text, packed": ("property", _text_chunk("packed")),
    "xmp": ("property", _xmp),
    "text of an svg": ("picture", lambda token: svg(f"<text>电话<tspan>{token}</tspan></text>")),
    "title of an svg": ("alt", lambda token: svg(f"<title>{token}</title><text>图</text>")),
    "comment of an svg": ("alt", lambda token: svg("<text>图</text>", f"<!-- {token} -->")),
    "text of an emf": ("picture", lambda token: emf(f"电话{token}")),
    "text of a wmf": ("picture", lambda token: wmf(f"电话{token}")),
    "tiff description": ("property", lambda token: _saved("TIFF", tiffinfo={0x010E: token.encode()})),
}
