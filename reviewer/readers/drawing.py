"""Vector drawings: the words in an SVG, an EMF ([MS-EMF], [MS-EMFPLUS]) or a WMF ([MS-WMF]) picture.

What such a picture writes as text is read as it stands there, without recognition. Bitmaps in it, glyphs without
characters and drawings without any text (their words may be outlines) are told as not read.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from dataclasses import dataclass, field

from lxml import etree

from reviewer.errors import ReadError
from reviewer.readers.encoding import decode
from reviewer.readers.package import parse_xml
from reviewer.settings import Limits

_SVG = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,300}\?>\s*)?(?:<!--.{0,2000}?-->\s*|<!DOCTYPE\s+svg[^>\[]{0,300}>\s*)*"
    rb"<(?:svg|[a-z]{1,8}:svg)[\s>]", re.S,
)  # fmt: skip
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+svg[^>\[]{0,300}>")
_COMMENT = re.compile(rb"<!--(.*?)-->", re.S)
_PLACEABLE, _WMF = b"\xd7\xcd\xc6\x9a", (b"\x01\0\x09\0\0\x03", b"\x02\0\x09\0\0\x03")
_TELLING = re.compile(r"[\u3400-\u9fff]|@|(?<![0-9A-Za-z.])[0-9]{7}")
_SHAPES = frozenset({"d", "points", "transform", "id", "class", "style", "viewBox", "gradientTransform"})
_ASIDE = frozenset({"title", "desc", "metadata"})


@dataclass(slots=True)
class Drawn:
    """The words of a drawing. `whole`: nothing in it may hold words that are not among them."""

    texts: list[str] = field(default_factory=list, repr=False)
    aside: list[str] = field(default_factory=list, repr=False)
    """titles, descriptions, comments: what one does not see"""
    pictures: list[bytes] = field(default_factory=list, repr=False)
    whole: bool = True


def kind_of(data: bytes) -> str:
    """svg, emf or wmf; "" for anything else. A drawing packed as Office does (svgz, emz, wmz) is what it unpacks to."""
    head = _unpacked(data, 4096)[:4096] if data[:2] == b"\x1f\x8b" else data[:4096]
    if head[:4] == b"\x01\0\0\0" and head[40:44] == b" EMF":
        return "emf"
    if head[:4] == _PLACEABLE or head[:6] in _WMF:
        return "wmf"
    return "svg" if b"svg" in head and _SVG.match(head) else ""


def drawn(data: bytes, limits: Limits) -> Drawn | None:
    """What a drawing says; None for bytes that are none. Of a damaged one as much as can be read, and not `whole`."""
    kind = kind_of(data)
    if not kind:
        return None
    data = _unpacked(data, limits.member_bytes)
    found = Drawn()
    try:
        {"svg": _svg, "emf": _emf, "wmf": _wmf}[kind](data, found, limits)
    except (ReadError, struct.error, IndexError, ValueError):
        found.whole = False
    # A drawing without text: its words may be outlines. An SVG says what is text and what is not.
    says = kind == "svg" or data == blank(data) or any(text.strip() for text in found.texts)
    found.whole = found.whole and says
    return found


def blank(data: bytes) -> bytes:
    """An empty drawing of the same kind."""
    return {"svg": _EMPTY_SVG, "emf": _EMPTY_EMF, "wmf": _EMPTY_WMF}.get(kind_of(data), b"")


_EMPTY_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
_EMPTY_EMF = struct.pack(
    "<II4i4i4sIIIHHIIIiiii", 1, 88, 0, 0, 1, 1, 0, 0, 100, 100, b" EMF", 0x10000, 108, 2, 1, 0, 0, 0, 0, 1, 1, 1, 1
) + struct.pack("<IIIII", 14, 20, 0, 0, 20)
_EMPTY_WMF = struct.pack("<HHHIHIH", 1, 9, 0x300, 12, 0, 3, 0) + struct.pack("<IH", 3, 0)


def _unpacked(data: bytes, most: int) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return zlib.decompressobj(31).decompress(data, most)
    except zlib.error:
        return data


# -- SVG --------------------------------------------------------------------------------------------------------


def _svg(data: bytes, found: Drawn, limits: Limits) -> None:
    found.aside += [words for match in _COMMENT.finditer(data) if (words := decode(match[1])[0].strip())]
    root = parse_xml(_DOCTYPE.sub(b"", data, count=1), limits)
    for element in root.iter(etree.Element):
        local = str(element.tag).rpartition("}")[2]
        if local == "text":
            found.texts.append("".join(map(str, element.itertext())).strip())
        elif local == "foreignObject":
            found.texts += [str(words).strip() for words in element.itertext()]
        elif local in ("script", "style") or local in _ASIDE:
            found.aside.append("".join(map(str, element.itertext())).strip())
        _svg_attributes(element, local, found)


def _svg_attributes(element: etree._Element, local: str, found: Drawn) -> None:
    for key, value in element.attrib.items():
        name, text = str(key).rpartition("}")[2], str(value)
        if name == "href" and text.startswith("data:"):
            kind, _, packed = text.partition(",")
            try:
                found.pictures.append(base64.b64decode(packed) if "base64" in kind else packed.encode())
            except (binascii.Error, ValueError):
                found.whole = False
        elif local == "image" and name == "href":
            found.whole = False
        elif name not in _SHAPES and _TELLING.search(text):
            found.aside.append(text)


# -- EMF --------------------------------------------------------------------------------------------------------

_BITMAPS = frozenset({76, 77, 78, 79, 80, 81, 114, 116})
_SMALL_BITMAP = 128
"""bytes: a record of no more fills an area, and shows no picture"""
_GLYPHS = 0x10


def _emf(data: bytes, found: Drawn, limits: Limits) -> None:
    length, at = struct.unpack_from("<II", data, 60)
    if length:
        found.aside.append(data[at : at + 2 * length].decode("utf-16-le", "replace").replace("\0", " ").strip())
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        record = data[at : at + size]
        if size < 8 or len(record) < size:
            raise ValueError
        if kind in (83, 84):
            _emf_text(record, 36, kind == 84, found)
        elif kind in (96, 97):
            for k in range(min(struct.unpack_from("<I", record, 36)[0], size // 40)):
                _emf_text(record, 40 + 40 * k, kind == 97, found)
        elif kind == 108:
            _emf_small(record, found)
        elif kind == 70 and record[12:16] == b"EMF+":
            _emf_plus(record[16:], found)
        elif kind in _BITMAPS and size > _SMALL_BITMAP:
            found.whole = False
        elif kind == 14:
            return
        at += size
    raise ValueError


def _emf_text(record: bytes, at: int, wide: bool, found: Drawn) -> None:
    """[MS-EMF] 2.2.5: a reference point, how many characters, where, options."""
    count, where, options = struct.unpack_from("<III", record, at + 8)
    if options & _GLYPHS:
        found.whole = found.whole and not count
        return
    found.texts.append(_characters(record[where : where + (2 * count if wide else count)], wide))


def _emf_small(record: bytes, found: Drawn) -> None:
    count, options = struct.unpack_from("<II", record, 16)
    at = 36 if options & 0x100 else 52
    wide = not options & 0x200
    if options & _GLYPHS:
        found.whole = False
        return
    found.texts.append(_characters(record[at : at + (2 * count if wide else count)], wide))


def _emf_plus(data: bytes, found: Drawn) -> None:
    at = 0
    while at + 12 <= len(data):
        kind, flags, size, _ = struct.unpack_from("<HHII", data, at)
        if kind == 0x401C:
            (count,) = struct.unpack_from("<I", data, at + 20)
            found.texts.append(_characters(data[at + 40 : at + 40 + 2 * count], True))
        elif kind == 0x4036:
            options, _, count = struct.unpack_from("<III", data, at + 16)
            if options & 1:
                found.texts.append(_characters(data[at + 28 : at + 28 + 2 * count], True))
            else:
                found.whole = False
        elif kind == 0x4008 and flags >> 8 & 0x7F == 5:
            found.whole = False
        if size < 12:
            return
        at += size


def _characters(held: bytes, wide: bool) -> str:
    return (held.decode("utf-16-le", "replace") if wide else decode(held)[0]).replace("\0", "")


# -- WMF --------------------------------------------------------------------------------------------------------

_WMF_BITMAPS = frozenset({0x0922, 0x0940, 0x0B23, 0x0B41, 0x0D33, 0x0F43})


def _wmf(data: bytes, found: Drawn, limits: Limits) -> None:
    at = (22 if data[:4] == _PLACEABLE else 0) + 18
    while at + 6 <= len(data):
        size, kind = struct.unpack_from("<IH", data, at)
        record = data[at + 6 : at + 2 * size]
        if kind == 0:
            return
        if size < 3:
            raise ValueError
        if kind == 0x0521:
            (count,) = struct.unpack_from("<H", record)
            found.texts.append(_characters(record[2 : 2 + count], False))
        elif kind == 0x0A32:
            _, _, count, options = struct.unpack_from("<hhHH", record)
            start = 16 if options & 6 else 8
            if options & _GLYPHS:
                found.whole = False
            else:
                found.texts.append(_characters(record[start : start + count], False))
        elif kind in _WMF_BITMAPS and 2 * size > _SMALL_BITMAP:
            found.whole = False
        at += 2 * size
    raise ValueError

