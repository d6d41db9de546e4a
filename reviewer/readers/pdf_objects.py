"""Strings and files in the objects of a PDF that no call of pdfium leads to (ISO 32000-1, 7.3 and 7.5).

The file's own table of objects is not believed: every object in the bytes is taken, the last one of each
number. What cannot be reached from the trailer is text that the file carries and no program shows.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}obj(?![a-z])")
_END = re.compile(rb"endobj|(?<!end)stream\r?\n")
_REFERENCE = re.compile(rb"([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R(?![A-Za-z])")
_TRAILER = re.compile(rb"trailer\s*<<")
_FIRST = re.compile(rb"/First\s{1,9}([0-9]{1,9})")
_HEADER = re.compile(rb"([0-9]{1,9})\s{1,9}([0-9]{1,9})")
_LONGEST = 4 << 20
"""of one object without its stream"""
_MOST = 500_000

_TOKEN = re.compile(rb"/([^\s/<>\[\](){}%]{1,127})|(\()|<([0-9A-Fa-f\s]{2,2000000})>|<<|%[^\r\n]{0,1000}")
_PARENTHESIS = re.compile(rb"\\.|[()]", re.S)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|(.))", re.S)
_SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")

_TELLING = re.compile(r"[\u3400-\u9fff]|@|[0-9]{7}")
_WORTH = re.compile(rb"/JS|[0-9]{11}|#[eE]")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_MACHINE = re.compile(
    r"D:[0-9]{4,14}[0-9Zz'+-]*|\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}\}?|[0-9A-Fa-f]{32,}|uuid:[0-9A-Fa-f-]+"
)
_SKIPPED = frozenset((
    "ID", "CheckSum", "Cert", "Contents-of-Sig", "U", "O", "OE", "UE", "Perms", "DA", "DS", "Lang", "Registry",
    "Ordering", "M", "CreationDate", "ModDate", "Producer", "Creator", "LastModified", "Style", "Panose",
    "CIDSet", "CharSet", "Lookup", "Indexed", "N-of-Sig", "ByteRange", "PTEX.Fullbanner", "FontFamily", "DeviceN",
))  # fmt: skip
_FONT_NAMES = frozenset(("BaseFont", "FontName", "FontFamily", "Encoding", "Name", "Differences"))

_KINDS = {
    **dict.fromkeys(("JS",), ("script", "脚本")),
    **dict.fromkeys(("URI", "Base"), ("field", "超链接地址")),
    **dict.fromkeys(("F", "UF", "D", "Dest", "Dests", "Limits"), ("field", "链接目标")),
    **dict.fromkeys(("V", "DV", "RV", "Opt"), ("form", "表单域的值")),
    **dict.fromkeys(("TU", "TM", "CA", "AC", "RC-of-MK"), ("form", "表单域说明")),
    **dict.fromkeys(("Contents", "RC", "Subj"), ("annotation", "注释")),
    **dict.fromkeys(("Alt", "ActualText", "E"), ("alt", "替代文字")),
    **dict.fromkeys(("P", "St"), ("name", "页码标签")),
    **dict.fromkeys(("Names", "Name", "Title", "T", "N", "Kids"), ("name", "名称")),
}


@dataclass(frozen=True, slots=True)
class Words:
    """One string of an object: its key, the part it belongs to, and whether the trailer leads to it."""

    text: str = field(repr=False)
    part: str
    hint: str
    reached: bool
    label: str = ""


@dataclass(slots=True)
class Objects:
    """All objects of a file: the bytes before their stream, and where the stream lies."""

    data: bytes = field(repr=False)
    bodies: dict[int, bytes] = field(default_factory=dict, repr=False)
    streams: dict[int, int] = field(default_factory=dict, repr=False)
    reached: set[int] = field(default_factory=set, repr=False)
    roots: list[bytes] = field(default_factory=list, repr=False)
    """the trailers, in the order of the bytes"""


def objects_of(data: bytes, limit: int) -> Objects:
    """The objects in the bytes, object streams unpacked (at most `limit` bytes of them)."""
    found = Objects(data)
    roots: list[bytes] = [data[m.end() : m.end() + 4096].split(b"startxref")[0] for m in _TRAILER.finditer(data)]
    here, left = 0, limit
    while len(found.bodies) < _MOST and (match := _OBJECT.search(data, here)) is not None:
        number, here = int(match[1]), match.end()
        end = _END.search(data, here, here + _LONGEST)
        stop = end.start() if end is not None else min(here + _LONGEST, len(data))
        body = data[here:stop]
        found.bodies[number] = body
        here = stop
        found.streams.pop(number, None)
        if end is not None and end[0] != b"endobj":
            found.streams[number] = here = end.end()
            if b"/ObjStm" in body and left > 0:
                packed = _inflated(data, here, left) or b""
                left -= len(packed)
                _unpack(found, body, packed)
            elif b"/XRef" in body:
                roots.append(body)
            after = data.find(b"endstream", here)
            here = after if after >= 0 else here
    found.roots = roots
    _reach(found, roots)
    return found


def _unpack(found: Objects, body: bytes, packed: bytes) -> None:
    first = _FIRST.search(body)
    start = min(int(first[1]), len(packed)) if first else 0
    places = [(int(a), start + int(b)) for a, b in _HEADER.findall(packed[:start])]
    for (number, begin), (_, end) in zip(places, [*places[1:], (0, len(packed))], strict=True):
        found.bodies[number] = packed[begin:end]
        found.streams.pop(number, None)


def _reach(found: Objects, roots: list[bytes]) -> None:
    waiting = [int(number) for root in roots for number in _REFERENCE.findall(root)]
    while waiting:
        number = waiting.pop()
        if number not in found.reached and number in found.bodies:
            found.reached.add(number)
            waiting.extend(map(int, _REFERENCE.findall(found.bodies[number])))


def unlisted_pages(found: Objects) -> int:
    """How many pages the file holds that its table of pages does not lead to, and page templates."""
    page = re.compile(rb"/Type\s*/(?:Page(?![A-Za-z])|Template(?![A-Za-z]))")
    template = re.compile(rb"/Type\s*/Template(?![A-Za-z])")
    return sum(
        number not in found.reached or template.search(body) is not None
        for number, body in found.bodies.items()
        if page.search(body)
    )


def drawn_in_patterns(found: Objects, limit: int) -> bool:
    """Whether the pattern of an area or a mask holds text: pdfium does not count it as the page's."""
    for number, body in found.bodies.items():
        pattern = re.search(rb"/PatternType\s*1(?![0-9])", body)
        if pattern and number in found.streams and number in found.reached:
            content = stream_of(found, number, limit) or b""
            if re.search(rb"(?<![A-Za-z])T[jJ](?![A-Za-z])", content):
                return True
    return False


def words(found: Objects) -> Iterator[Words]:
    """The strings that may hold a person's words or number, in the order of the objects' numbers."""
    for number in sorted(found.bodies):
        body = found.bodies[number]
        if b"(" not in body and b"<" not in body.replace(b"<<", b"") and not _WORTH.search(body):
            continue
        for script in re.findall(rb"/JS\s{1,9}([0-9]{1,9})\s", body):
            if int(script) in found.streams:
                text = text_of(stream_of(found, int(script), _LONGEST) or b"")
                yield Words(text.strip(), "script", "脚本", number in found.reached)
        signature = re.search(rb"/Type\s*/(?:Sig|DocTimeStamp)(?![A-Za-z])", body) is not None
        for key, text in _strings(body):
            if key in _SKIPPED or (signature and key == "Contents") or _MACHINE.fullmatch(text.strip()):
                continue
            if key in ("RC", "RV"):
                text = " ".join(_TAG.sub(" ", text).split())
            if _TELLING.search(text):
                part, hint = _KINDS.get(key, ("property", ""))
                yield Words(text.strip(), part, hint, number in found.reached, "" if hint else key)


def _strings(body: bytes) -> Iterator[tuple[str, str]]:
    """(name before it, text) of each string, and ("Name", name) of names with Chinese or a long number."""
    key, here = "", 0
    while (token := _TOKEN.search(body, here)) is not None:
        here = token.end()
        if token[1] is not None:
            name = _HEX.sub(lambda m: bytes.fromhex(m[1].decode()), token[1]).decode("utf-8", "replace")
            if key not in _FONT_NAMES and re.search("[\u3400-\u9fff]|[0-9]{11}", name):
                yield "Name", name
            key = name
        elif token[2] is not None:
            depth = 1
            for mark in _PARENTHESIS.finditer(body, here):
                depth += (mark[0] == b"(") - (mark[0] == b")")
                if not depth:
                    yield key, text_of(_ESCAPE.sub(_escaped, body[here : mark.start()]))
                    here = mark.end()
                    break
            else:
                return
        elif token[3] is not None:
            digits = re.sub(rb"\s", b"", token[3])
            yield key, text_of(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))


def _escaped(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes([int(match[1], 8) & 255])
    return b"" if match[2] else _SIMPLE.get(match[3], match[3])


def text_of(data: bytes) -> str:
    """A text string (7.9.2.2); programs here also write UTF-8 and GBK without saying so."""
    if data[:2] == b"\xfe\xff":
        return data[2:].decode("utf-16-be", "replace")
    if data[:2] == b"\xff\xfe":
        return data[2:].decode("utf-16-le", "replace")
    for codec in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() or not re.search("[\x00-\x08\x0e-\x1f]", text) else ""
    return ""


def embedded_files(found: Objects, limit: int) -> Iterator[tuple[str, int, bytes | None]]:
    """(name, size, content) of every embedded file; content None where it is packed in a way unknown here."""
    names: dict[int, str] = {}
    for body in found.bodies.values():
        if b"/EF" in body:
            shown = next((text for key, text in _strings(body) if key in ("UF", "F")), "")
            inner = body[body.index(b"/EF") :][:400]
            for number in _REFERENCE.findall(inner.split(b">>")[0]):
                names.setdefault(int(number), shown)
    for number, body in found.bodies.items():
        if number in found.streams and (number in names or re.search(rb"/Type\s*/EmbeddedFile", body)):
            content = stream_of(found, number, limit)
            yield names.get(number, ""), len(content or b""), content


def stream_of(found: Objects, number: int, limit: int) -> bytes | None:
    """The content of an object's stream, at most `limit` bytes; None for other filters than deflate."""
    body, start = found.bodies[number], found.streams[number]
    if b"/Filter" not in body:
        length = re.search(rb"/Length\s{1,9}([0-9]{1,10})(?!\s{1,9}[0-9]{1,5}\s{1,9}R)", body)
        end = start + int(length[1]) if length else found.data.find(b"endstream", start)
        return found.data[start : min(end, start + limit)]
    plain = re.search(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\s*\]?\s*(?![/A-Za-z])|/Filter\s*/FlateDecode", body)
    return _inflated(found.data, start, limit) if plain and b"/Predictor" not in body else None


def _inflated(data: bytes, start: int, limit: int) -> bytes | None:
    """What deflate makes of the bytes from `start` on; they are fed in pieces, as their end is not known."""
    unpack = zlib.decompressobj()
    pieces: list[bytes] = []
    size = 0
    try:
        for here in range(start, len(data), 1 << 16):
            piece = unpack.decompress(data[here : here + (1 << 16)], limit - size + 1)
            pieces.append(piece)
            size += len(piece)
            if unpack.eof or size > limit:
                break
    except zlib.error:
        return b"".join(pieces) or None
    return b"".join(pieces)[:limit]
