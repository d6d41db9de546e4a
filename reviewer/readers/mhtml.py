"""Unpacks a web page saved as one file (MHTML, RFC 2557), as browsers, Word and WPS write it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEAD = re.compile(rb"\s*[A-Za-z][A-Za-z-]{1,40}:")
_MIME = re.compile(rb"(?im)^MIME-Version[ \t]*:")
_HARMLESS = re.compile(r"application/(?:vnd\.ms-officetheme|x-mso-colorschememapping)|font/|application/font")


@dataclass(frozen=True, slots=True)
class Archive:
    """The page, what the archive says of its charset, and the other files: media type and content."""

    page: bytes = field(repr=False)
    charset: str | None
    others: list[tuple[str, bytes]] = field(repr=False)


def unpack(data: bytes) -> Archive | None:
    """The parts of a web archive; None for bytes that are none."""
    if not _HEAD.match(data[:4096]) or not _MIME.search(data[:16384]):
        return None
    from email import message_from_bytes

    page: bytes | None = None
    charset = None
    others: list[tuple[str, bytes]] = []
    for part in message_from_bytes(data.lstrip()).walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        kind = part.get_content_type()
        if not isinstance(content, bytes) or _HARMLESS.match(kind):
            continue
        if kind == "text/html" and page is None:
            page, charset = content, part.get_content_charset()
        else:
            others.append((kind, content))
    return None if page is None else Archive(page, charset, others)
