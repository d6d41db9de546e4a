"""Builds pictures with a token in each place where a picture's file can hold one beside its pixels."""

from __future__ import annotations

import io
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
    "tiff description": ("property", lambda token: _saved("TIFF", tiffinfo={0x010E: token.encode()})),
}
