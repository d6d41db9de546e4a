"""Reads picture files: png, jpg, tif (page by page), bmp, gif, webp. What they say of themselves is read too."""

from __future__ import annotations

from reviewer.model import Document
from reviewer.readers import pictures
from reviewer.readers.assembly import NOWHERE, Assembly
from reviewer.settings import Limits


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The picture as a Document: its text as recognised; a Gap where the extra [ocr] is not installed."""
    assembly = Assembly()
    paged = data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
    pictures.add(assembly, data, limits, locator=NOWHERE, unread="图片中的文字没有读取，请人工查看。", paged=paged)
    return assembly.finish(path=name, kind="picture", data=data)
