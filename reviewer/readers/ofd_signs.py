"""Electronic signatures and seals of an OFD (GB/T 33190, 18; GB/T 38540): who signed, when, what the seal says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewer.errors import ReadError
from reviewer.readers.ofd_parts import Node, Parts, below, child, children, missing, words

_STRINGS = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x1E: "utf-16-be", 0x14: "latin-1"}
_TELLING = re.compile("[\u3400-\u9fff]|@|[0-9]{7}")
_MOST = 400
_DEPTH = 40


@dataclass(slots=True)
class Signature:
    """One signature: its member, what it says of itself, what it covers, where its seals stand."""

    member: str
    root: Node
    said: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """(title, words)"""
    covered: list[str] = field(default_factory=list)
    """members whose digests it holds"""
    stamps: list[tuple[str, str]] = field(default_factory=list)
    """(page id, place on it)"""
    files: list[str] = field(default_factory=list)
    """members that belong to it: its value, its seal"""


def signatures(parts: Parts, body: Node, entry: str) -> Iterator[Signature | ReadError]:
    """The signatures of one document, or the fault where one can not be read."""
    path = words(child(body, "Signatures"))
    listed = parts.find(path, entry)
    if not listed:
        if path:
            yield missing(path)
        return
    try:
        root = parts.root(listed, "Signatures")
    except ReadError as fault:
        yield fault
        return
    for one in children(root, "Signature"):
        member = parts.find(one.get("BaseLoc") or "", listed)
        if not member:
            yield missing(one.get("BaseLoc") or "")
            continue
        try:
            yield _signature(parts, member)
        except ReadError as fault:
            yield fault


def _signature(parts: Parts, member: str) -> Signature:
    root = parts.root(member, "Signature")
    found = Signature(member, root)
    for provider in below(root, "Provider"):
        for key, title in (("ProviderName", "签名程序"), ("Company", "签名程序的单位")):
            said = provider.get(key) or words(child(provider, key))
            if said:
                found.said.append((title, said))
    for when in below(root, "SignatureDateTime"):
        if words(when):
            found.said.append(("签名时间", words(when)))
    for reference in below(root, "Reference"):
        target = parts.find(reference.get("FileRef") or "", member)
        if target:
            found.covered.append(target)
    for stamp in below(root, "StampAnnot"):
        found.stamps.append((stamp.get("PageRef") or "", stamp.get("Boundary") or ""))
    places = [words(one) for seal in below(root, "Seal") for one in seal]
    places += [words(one) for one in below(root, "SignedValue")]
    for place in places:
        file = parts.find(place, member)
        if file and file not in found.files:
            found.files.append(file)
            told = dict.fromkeys(texts(parts.bytes(file)))
            found.said += [("电子签名中的文字", text) for text in told]
    return found


def texts(data: bytes) -> Iterator[str]:
    """The strings of a DER structure that say something: a seal's name, the names in its certificates."""
    yield from _texts(data, 0, len(data), 0, [_MOST])


def _texts(data: bytes, start: int, end: int, depth: int, left: list[int]) -> Iterator[str]:
    while start + 2 <= end and left[0] > 0:
        tag, size, start = data[start], data[start + 1], start + 2
        if size & 0x80:
            count = size & 0x7F
            if not 0 < count <= 4 or start + count > end:
                return
            size = int.from_bytes(data[start : start + count], "big")
            start += count
        stop = start + size
        if stop > end:
            return
        if tag in _STRINGS:
            text = data[start:stop].decode(_STRINGS[tag], "ignore").strip()
            if _TELLING.search(text):
                left[0] -= 1
                yield text
        elif depth < _DEPTH and (tag & 0x20):
            yield from _texts(data, start, stop, depth + 1, left)
        elif depth < _DEPTH and tag in (0x03, 0x04) and size > 8:
            # Structures wrapped in a string of bytes or bits; pictures do not look like one.
            inner = start + (1 if tag == 0x03 else 0)
            if data[inner] == 0x30:
                yield from _texts(data, inner, stop, depth + 1, left)
        start = stop
