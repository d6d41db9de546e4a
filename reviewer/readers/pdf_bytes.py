"""What the bytes of a PDF file say that pdfium has no call for: XMP, layers, earlier saves, custom keys.

Nothing here resolves the file's structure: it looks for marks in the plain bytes and in the object
streams that deflate unpacks (ISO 32000-1: 7.5.6 incremental updates, 7.5.7 object streams, 8.11 optional
content, 14.3 metadata). Missing one costs a note about the file, never its text.
"""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Iterator

from lxml import etree

_END = re.compile(rb"startxref\s+([0-9]{1,12})\s+%%EOF[^\S\n]*\r?\n?")
_XREF = re.compile(rb"\s*(?:xref|[0-9]{1,10}\s{1,9}[0-9]{1,5}\s{1,9}obj)")
_STREAM = re.compile(rb"stream\r?\n")
_XMP = re.compile(rb"<x:xmpmeta\b.{0,2000000}?</x:xmpmeta\s*>|<rdf:RDF\b.{0,2000000}?</rdf:RDF\s*>", re.S)
_ENVELOPE = re.compile(rb"<\?xpacket\s+begin.{0,2000000}?<\?xpacket\s+end", re.S)
_OFF = re.compile(
    rb"/OFF\s*\[\s*[0-9]|/(?:Base|View|Print)State\s*/OFF|/(?:VE|P)\s*\[?\s*/(?:Not|AllOff|AnyOff|And|Or)"
)
_INFO = re.compile(rb"/Info\s+([0-9]{1,9})\s+[0-9]{1,5}\s+R")
_KEY = re.compile(rb"/([A-Za-z_][A-Za-z0-9_.\-]{0,60})\s*[(<][^<]")
_SKIPPED = re.compile("(?:Date|Tool|Producer|ID|Version|[Ff]ormat|when|instanceID|changed|action)$")


_MARKUP = re.compile(r"[<>\"'=\s\x00-\x1f]+")
_TELLING = re.compile(r"[\u3400-\u9fff]{2}|[0-9]{11}|@")
_XMP_SPACES = ("22-rdf-syntax-ns#", "XML/1998", "ns/meta/", "aiim.org", "xmlns")


def packed_objects(data: bytes, limit: int) -> bytes:
    """The unpacked object streams, one after the other, at most `limit` bytes."""
    pieces: list[bytes] = []
    here, left = -1, limit
    while left > 0:
        here = data.find(b"/ObjStm", here + 1)
        if here < 0:
            break
        piece = _inflated(data, here, left)
        pieces.append(piece)
        left -= len(piece)
    return b"\n".join(pieces)


def _inflated(data: bytes, here: int, limit: int) -> bytes:
    start = _STREAM.search(data, here, here + 4096)
    if start is None:
        return b""
    try:
        return zlib.decompressobj().decompress(data[start.end() : start.end() + limit], limit)
    except zlib.error:
        return b""


def has_layers_off(data: bytes, packed: bytes) -> bool:
    """Whether the file has optional content that may be switched off."""
    if b"/OCProperties" not in data and b"/OCProperties" not in packed:
        return False
    return bool(_OFF.search(data) or _OFF.search(packed))


def info_keys(data: bytes, packed: bytes) -> list[str]:
    """Keys of the document information that someone added to the standard ones."""
    found: dict[str, None] = {}
    for match in _INFO.finditer(data):
        start = re.search(rb"(?<![0-9])" + match[1] + rb"\s+[0-9]{1,5}\s+obj", data)
        if start is None:
            continue
        end = data.find(b"endobj", start.end())
        for key in _KEY.findall(data[start.end() : min(max(end, start.end()), start.end() + 65536)]):
            found[key.decode("ascii")] = None
    return list(found)


def earlier_saves(data: bytes) -> list[int]:
    """Where each earlier saved version of the file ends; the first is the oldest, the last save is left out.

    A save appends to the file and leaves what was removed where it lay. The first of the two ends of a
    file laid out for the web ("linearized") points nowhere (startxref 0) and is no save.
    """
    ends = []
    head = max(data[:1024].find(b"%PDF-"), 0)
    for match in _END.finditer(data):
        offset = int(match[1]) + head
        if offset < match.start() and _XREF.match(data[offset : offset + 40]):
            ends.append(match.end())
    return ends[:-1]


def xmp_values(data: bytes, limit: int) -> Iterator[tuple[str, str]]:
    """(name, value) of every text in the file's XMP packets, dates, tools and identifiers left out."""
    packets = [match[0] for match in _XMP.finditer(data)]
    # The names of the packet's own elements may be damaged.
    packets += [match[0] for match in _ENVELOPE.finditer(data) if not _XMP.search(match[0])]
    here = -1
    while len(packets) < 200 and (here := data.find(b"/Metadata", here + 1)) >= 0:
        if not re.search(rb"/Type\s*$", data[max(here - 12, 0) : here]):
            continue
        # The dictionary may name the filter before or after its type.
        packets.extend(match[0] for match in _XMP.finditer(_inflated(data, here, limit)))
    for codec in ("utf-16-be", "utf-16-le"):
        start, end = data.find("<x:xmpmeta".encode(codec)), data.find("</x:xmpmeta>".encode(codec))
        if 0 <= start < end < start + 4_000_000:
            packets.append(data[start:end].decode(codec, "replace").encode() + b"</x:xmpmeta>")
    seen: set[tuple[str, str]] = set()
    for packet in packets:
        for pair in _packet_values(packet):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _packet_values(packet: bytes) -> Iterator[tuple[str, str]]:
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return
    told: list[str] = []
    with contextlib.suppress(etree.XMLSyntaxError):
        root = etree.fromstring(packet, _parser())
        for element in root.iter(etree.Element) if root is not None else ():
            for name, value in element.attrib.items():
                yield from _value(str(name), str(value))
            told += (element.text or "", element.tail or "", *map(str, element.attrib.values()))
            yield from _value(_property(element), element.text or "")
    # Of a damaged packet the parser gives up what it does not understand.
    known = "".join(told)
    for word in dict.fromkeys(_MARKUP.split(packet.decode("utf-8", "replace"))):
        if _TELLING.search(word) and word not in known:
            yield "", word


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )


def _property(element: etree._Element) -> str:
    """The name of the property that an rdf:li or rdf:Alt belongs to."""
    step: etree._Element | None = element
    while step is not None and isinstance(step.tag, str) and "22-rdf-syntax-ns#" in step.tag:
        step = step.getparent()
    return str(step.tag) if step is not None else ""


def _value(name: str, value: str) -> Iterator[tuple[str, str]]:
    space, _, local = name.rpartition("}")
    value = value.strip()
    if not value or _SKIPPED.search(local) or any(word in space for word in _XMP_SPACES):
        return
    yield local, value
