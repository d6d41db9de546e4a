"""Whether what a PDF page is drawn from is there and whole (ISO 32000-1, 7.4 filters, 7.7.3 page tree, 7.8.2).

pdfium shows what it can make of a damaged content stream and says nothing of the rest: a page whose stream
is missing, cut off or packed in an unknown way looks like one with less on it.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewer.readers.pdf_objects import Objects, stream_of

_REFERENCE = re.compile(rb"([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R(?![A-Za-z])")
_ROOT = re.compile(rb"/Root\s{0,9}([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R")
_PAGES = re.compile(rb"/Pages\s{0,9}([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R")
_CATALOG = re.compile(rb"/Type\s{0,9}/Catalog(?![A-Za-z])")
_ONE_PAGE = re.compile(rb"/Type\s{0,9}/Page(?![A-Za-z])")
_KIDS = re.compile(rb"/Kids\s{0,9}(?:\[([^\]]*)\]|([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R)")
_CONTENTS = re.compile(rb"/Contents\s{0,9}(?:\[([^\]]*)\]|([0-9]{1,9}\s{1,9}[0-9]{1,5}\s{1,9}R))")
_PARENT = re.compile(rb"/(?:Parent|P|Popup|Dest|StructParent)\s{0,9}[0-9]{1,9}\s{1,9}[0-9]{1,5}\s{1,9}R")
_PAGE = re.compile(rb"/Type\s{0,9}/Pages?(?![A-Za-z])")
_FORM = re.compile(rb"/Subtype\s{0,9}/Form(?![A-Za-z])")
_NAMED = re.compile(rb"/XObject\s{0,9}<<([^<>]*)>>")
_NAME = re.compile(rb"/([^\s/<>\[\](){}%]{1,127})\s{1,9}([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R")
_FILTER = re.compile(rb"/Filter\s{0,9}(?:\[([^\]]*)\]|(/[A-Za-z0-9#]{1,40})|([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R)")
_FILTER_NAME = re.compile(rb"/([A-Za-z0-9#]{1,40})")
_SHOWN = re.compile(rb"(?:[^(\s]\s{0,9}\)|[0-9A-Fa-f]>|\])\s{0,9}T[jJ](?![A-Za-z])")
_NO_CONTENT = re.compile(
    rb"/Type\s{0,9}/(?:ObjStm|XRef|Metadata|EmbeddedFile)|/Subtype\s{0,9}/(?:Image|Type1C|CIDFontType0C|OpenType|XML)"
    rb"|/Length1|/FunctionType|/ShadingType|/CMapName"
)
_MOST = 200_000
"""objects of a tree or of what pages refer to that are looked at"""
_PIECE = 1 << 16
_FLUSHED = b"\x00\x00\xff\xff"
"""how deflate ends what its program never finished, though all of it is there"""


@dataclass(slots=True)
class Pages:
    """The pages of a file, as its objects tell them, and which streams were looked at."""

    objects: Objects = field(repr=False)
    limit: int
    numbers: list[int] = field(default_factory=list)
    """the object of each page; empty where the tree of pages is not the one that pdfium sees"""
    _whole: dict[int, bool] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)

    def is_whole(self, page: int) -> bool:
        """Whether all that page number `page` (from 0) is drawn from is there and can be unpacked."""
        if page >= len(self.numbers):
            return True
        body = self.objects.bodies[self.numbers[page]]
        contents = self._contents(body)
        if not all(self._is_whole(number) for number in contents):
            return False
        return all([self._is_whole(number) for number in self._forms(body)]) and not self._lacks(body, contents)

    def has_unplaced_faults(self, bare: bool) -> bool:
        """Whether a page is not whole in a file whose pages can not be told apart here; `bare`: one shows nothing."""
        if self.numbers:
            return False
        if bare and any(sets_text(self.objects, number, self.limit) for number in self.objects.streams):
            return True
        pages = [body for body in self.objects.bodies.values() if _ONE_PAGE.search(body)]
        return not all(self._is_whole(number) for body in pages for number in self._contents(body))

    def shows_text(self, page: int) -> bool:
        """Whether the page's own content sets text, or a stream that it names in another place."""
        if page >= len(self.numbers):
            return False
        body = self.objects.bodies[self.numbers[page]]
        named = [int(number) for number in _REFERENCE.findall(_PARENT.sub(b"", body))]
        numbers = dict.fromkeys([*self._contents(body), *named])
        return any(sets_text(self.objects, number, self.limit) for number in numbers if number in self.objects.streams)

    def _contents(self, body: bytes) -> list[int]:
        """The objects of the page's content streams; an array of them may be an object of its own."""
        match = _CONTENTS.search(body)
        if match is None:
            return []
        numbers = [int(number) for number in _REFERENCE.findall(match[1] or match[2] or b"")]
        if match[2] and numbers[0] not in self.objects.streams:
            inner = self.objects.bodies.get(numbers[0], b"").strip()
            if inner == b"null":
                return []
            if inner.startswith(b"["):
                return [int(number) for number in _REFERENCE.findall(inner)]
        return [number for number in numbers if self.objects.bodies.get(number, b"").strip() != b"null"]

    def _forms(self, body: bytes) -> Iterator[int]:
        """The forms that the page's resources and annotations lead to and no page before it did."""
        waiting = [body]
        while waiting and len(self._seen) < _MOST:
            for found in _REFERENCE.findall(_PARENT.sub(b"", waiting.pop())):
                number = int(found)
                inner = self.objects.bodies.get(number)
                if number in self._seen or inner is None or _PAGE.search(inner):
                    continue
                self._seen.add(number)
                waiting.append(inner)
                if number in self.objects.streams and _FORM.search(inner):
                    yield number

    def _lacks(self, body: bytes, contents: list[int]) -> bool:
        """Whether the content draws a form or picture by name that the file does not hold."""
        bodies = self.objects.bodies
        lost = [
            name
            for named in _NAMED.findall(body)
            for name, number in _NAME.findall(named)
            if int(number) not in bodies
        ]
        if not lost:
            return False
        drawn = b"\n".join(stream_of(self.objects, number, self.limit) or b"" for number in contents)
        return any(re.search(rb"/" + re.escape(name) + rb"\s{1,9}Do(?![A-Za-z])", drawn) for name in lost)

    def _is_whole(self, number: int) -> bool:
        found = self._whole.get(number)
        if found is None:
            found = self._whole[number] = is_whole(self.objects, number, self.limit)
        return found


def pages_of(objects: Objects, count: int, limit: int) -> Pages:
    """The pages of a file in which pdfium counts `count`."""
    found = Pages(objects, limit)
    named = [int(root) for root in reversed(_ROOT.findall(b"\n".join(objects.roots)))]
    others = [number for number, body in objects.bodies.items() if _CATALOG.search(body)]
    for root in dict.fromkeys([*named, *reversed(others)]):
        top = _PAGES.search(objects.bodies.get(root, b""))
        numbers = _listed(objects, int(top[1])) if top is not None else []
        if len(numbers) == count:
            found.numbers = numbers
            break
    return found


def _listed(objects: Objects, top: int) -> list[int]:
    """The page objects below a node of the tree, in order."""
    found: list[int] = []
    seen: set[int] = set()
    waiting = [top]
    while waiting and len(seen) < _MOST:
        number = waiting.pop()
        body = objects.bodies.get(number)
        if body is None or number in seen:
            continue
        seen.add(number)
        kids = _KIDS.search(body)
        if kids is None:
            found.append(number)
            continue
        inner = kids[1] if kids[1] is not None else objects.bodies.get(int(kids[2]), b"")
        waiting.extend(int(kid) for kid in reversed(_REFERENCE.findall(inner)))
    return found


def broken_objects(objects: Objects, limit: int) -> tuple[int, int]:
    """How many object streams and how many embedded files can not be unpacked to their end."""
    packed = files = 0
    for number in objects.streams:
        body = objects.bodies[number]
        if re.search(rb"/Type\s{0,9}/ObjStm(?![A-Za-z])", body):
            packed += not is_whole(objects, number, limit)
        elif re.search(rb"/Type\s{0,9}/EmbeddedFile(?![A-Za-z])", body):
            files += not is_whole(objects, number, limit)
    return packed, files


def unused_contents(objects: Objects, limit: int) -> int:
    """How many streams set text and are led to by nothing: their page lost them, or an edit left them behind."""
    unreached = (number for number in objects.streams if number not in objects.reached)
    return sum(sets_text(objects, number, limit) for number in unreached)


def sets_text(objects: Objects, number: int, limit: int) -> bool:
    """Whether a stream is content that sets text, as far as its dictionary does not call it something else."""
    if _NO_CONTENT.search(objects.bodies[number]) is not None:
        return False
    content = stream_of(objects, number, limit) or b""
    return b"BT" in content and _SHOWN.search(content) is not None


def is_whole(objects: Objects, number: int, limit: int) -> bool:
    """Whether an object is a stream that can be unpacked to its end; what lies beyond `limit` is not looked at."""
    start = objects.streams.get(number)
    if start is None:
        return False
    filters = _filters(objects, objects.bodies[number])
    if not filters:
        return True
    end = objects.data.find(b"endstream", start)
    data = objects.data[start : end if end >= 0 else len(objects.data)]
    for position, name in enumerate(filters):
        if name in (b"FlateDecode", b"Fl"):
            # What a second filter would unpack is not looked at: nothing packs twice.
            return _is_whole_deflate(_from(objects, start) if position == 0 else data, limit)
        if name in (b"LZWDecode", b"LZW"):
            return _is_whole_lzw(data[:limit])
        if name in (b"ASCII85Decode", b"A85"):
            plain = _from_ascii85(data)
            if plain is None:
                return False
            data = plain
        elif name in (b"ASCIIHexDecode", b"AHx"):
            digits = re.sub(rb"\s", b"", data.split(b">")[0])
            if re.search(rb"[^0-9A-Fa-f]", digits):
                return False
            data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        elif name in (b"RunLengthDecode", b"RL"):
            return _is_whole_run_length(data)
        elif name != b"Crypt":
            return False
    return True


def _filters(objects: Objects, body: bytes) -> list[bytes]:
    match = _FILTER.search(body)
    if match is None:
        return []
    names = match[1] if match[1] is not None else match[2] or objects.bodies.get(int(match[3] or 0), b"")
    return [bytes(name) for name in _FILTER_NAME.findall(names)]


def _from(objects: Objects, start: int) -> memoryview:
    """The bytes from `start` on: packed bytes may hold the word endstream, and say themselves where they end."""
    return memoryview(objects.data)[start:]


def _is_whole_deflate(data: bytes | memoryview, limit: int) -> bool:
    """Whether deflate comes to its end and its checksum holds; the checksum may be cut off."""
    unpack = zlib.decompressobj()
    size = here = 0
    try:
        while not unpack.eof and size <= limit and here < len(data):
            piece = bytes(data[here : here + _PIECE])
            here += len(piece)
            while piece and not unpack.eof and size <= limit:
                size += len(unpack.decompress(piece, _PIECE))
                piece = unpack.unconsumed_tail
    except zlib.error:
        return _lacks_only_the_end(bytes(data[: 64 << 20]).partition(b"endstream")[0], limit)
    return unpack.eof or size > limit or bytes(data[-4:]) == _FLUSHED


def _lacks_only_the_end(data: bytes, limit: int) -> bool:
    """Whether all is there but the last mark of deflate, or its checksum."""
    if data.rstrip(b"\r\n").endswith(_FLUSHED):
        return True
    unpack = zlib.decompressobj(-15)
    try:
        unpack.decompress(data[2:], limit)
    except zlib.error:
        return False
    return unpack.eof and len(unpack.unused_data.rstrip(b"\r\n")) < 4


def _from_ascii85(data: bytes) -> bytes | None:
    text = re.sub(rb"\s", b"", data.split(b"~")[0])
    try:
        return base64.a85decode(text)
    except ValueError:
        return None


def _is_whole_lzw(data: bytes) -> bool:
    """Whether the codes are sound up to the end mark (7.4.4.2); a code is as wide as the table needs."""
    value = bits = place = 0
    width, known, early = 9, 258, 1
    while place < len(data) or bits >= width:
        while bits < width and place < len(data):
            value, bits, place = (value << 8 | data[place]) & 0xFFFFFF, bits + 8, place + 1
        if bits < width:
            return False
        bits -= width
        code = value >> bits & (1 << width) - 1
        if code == 257:
            return True
        if code == 256:
            width, known = 9, 257
            continue
        if code > known:
            return False
        known = min(known + 1, 4096)
        width = min(max(9, (known + early).bit_length()), 12)
    return False


def _is_whole_run_length(data: bytes) -> bool:
    place = 0
    while place < len(data):
        if data[place] == 128:
            return True
        place += data[place] + 2 if data[place] < 128 else 2
    return False
