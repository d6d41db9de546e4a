"""The shared strings of a publishable copy: blank where no cell shows them any more, without phonetic hints."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from reviewer.errors import MarkingError
from reviewer.marking.docx_parts import written
from reviewer.marking.xlsx_cells import first_look
from reviewer.marking.xlsx_parts import Draft, prefix_of
from reviewer.readers.package import parse_xml
from reviewer.readers.xlsx_book import MAIN
from reviewer.readers.xlsx_scan import plain_utf8

_CHUNK = 1 << 18
_TABLE = re.compile(rb"<((?:[A-Za-z_][0-9A-Za-z_.-]{0,60}:)?)sst(?:\s[^<>]*)?>")


@dataclass(slots=True)
class SharedStrings:
    """The part: what stands in front of its items, the items as XML, what follows them."""

    name: str
    data: bytes = field(repr=False)
    start: int
    end: int
    prefix: str

    def looks(self) -> Mapping[int, str]:
        """The look of the first run of each rich text."""
        found = {}
        for number, item in enumerate(self._items()):
            if look := first_look(item[0], self.prefix):
                found[number] = look
        return found

    def rich(self) -> Iterator[tuple[int, str]]:
        """The number and the XML of each text in runs that have looks of their own."""
        head = f'<si xmlns="{MAIN[1:-1]}">'
        for number, item in enumerate(self._items()):
            if not self.prefix and item[1] and "<rPr>" in item[1]:
                yield number, f"{head}{item[1]}</si>"

    def without(self, used: Collection[int]) -> tuple[bytes, int]:
        """The part with only these strings, and how many phonetic hints were taken out."""
        p = re.escape(self.prefix)
        hints = re.compile(rf"<{p}rPh[\s>].*?</{p}rPh\s*>", re.S)
        blank = f"<{self.prefix}si><{self.prefix}t/></{self.prefix}si>"
        out, phonetic = [], 0
        for number, item in enumerate(self._items()):
            text = item[0]
            if number not in used:
                text = blank
            elif "rPh" in text:
                text, count = hints.subn("", text)
                phonetic += count
            out.append(text)
        return self.data[: self.start] + "".join(out).encode() + self.data[self.end :], phonetic

    def _items(self) -> Iterator[re.Match[str]]:
        p = re.escape(self.prefix)
        pattern = re.compile(rf"<{p}si\s*(?:/>|>(.*?)</{p}si\s*>)", re.S)
        closing = f"</{self.prefix}si>".encode()
        here = self.start
        while here < self.end:
            cut = self.data.find(closing, min(here + _CHUNK, self.end), self.end)
            stop = self.end if cut < 0 else cut + len(closing)
            yield from pattern.finditer(self.data[here:stop].decode("utf-8"))
            here = stop


def shared_strings(draft: Draft) -> SharedStrings | None:
    """The shared strings of the workbook. MarkingError where their XML is none that we know."""
    name = draft.linked(draft.main, "sharedStrings")
    if name is None and "xl/sharedStrings.xml" in draft.package:
        name = "xl/sharedStrings.xml"
    if name is None:
        return None
    name = draft.named(name)
    data = draft.original(name)
    if not plain_utf8(data) or b"<!" in data or b"<?" in data[5:]:
        data = written(parse_xml(data, draft.limits))
    prefix = prefix_of(parse_xml(data[:0] + _empty(data), draft.limits)).encode()
    match = _TABLE.search(data)
    if match is None or match[1] != prefix:
        raise MarkingError("共享字符串的 XML 形式特殊，无法处理。请用原软件打开后另存。")
    if match[0].endswith(b"/>"):
        return SharedStrings(name, data, match.end(), match.end(), prefix.decode())
    end = data.rfind(b"</" + prefix + b"sst")
    return SharedStrings(name, data, match.end(), end, prefix.decode())


def _empty(data: bytes) -> bytes:
    """The part without its items."""
    match = _TABLE.search(data)
    if match is None:
        raise MarkingError("共享字符串的 XML 形式特殊，无法处理。请用原软件打开后另存。")
    if match[0].endswith(b"/>"):
        return data
    return data[: match.end()] + data[data.rfind(b"</" + match[1] + b"sst") :]
