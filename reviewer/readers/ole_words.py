"""The words of doc, xls and ppt files, read without LibreOffice to be compared with what it made of them.

Among them is what such files keep and no program shows: slides of earlier saves, strings that no cell uses any more.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from reviewer.errors import Broken
from reviewer.readers.leftover import Words
from reviewer.readers.ole import stream

_MOST = 64 << 20
_REST = "转换后没有保留的文字"
_CONTROL = re.compile("[\x00-\x12\x14\x16-\x1f]+")
_TELLING = re.compile(r"[\u3400-\u9fff]|@|(?<![0-9A-Za-z])[0-9]{7}")
"""what is written for persons: prompts and names of programs are not"""
_FIELD_NAME = re.compile(r'[\x00-\x1f "]*(?:[A-Z]{1,20} )?[ "]*(?:mailto:)?|"[^"]*$')
_FIELD = re.compile("\x13([^\x13-\x15]*)[\x14\x15]?")


def words(data: bytes, kind: str) -> Iterator[Words]:
    """All text of the file by its own tables; ends without a word where they are damaged."""
    readers = {"doc": _document, "wps": _document, "xls": _book, "et": _book, "ppt": _deck, "dps": _deck}
    try:
        yield from readers[kind](data)
        yield from _numbers(data)
    except (Broken, struct.error, IndexError):
        # LibreOffice read the file: what can be said of it was said.
        return


_NUMBERS = re.compile(
    rb"(?<![0-9A-Za-z.]\0)(?:[0-9]\0){10,19}[0-9Xx]\0(?![0-9A-Za-z.]\0)|(?<![0-9A-Za-z.])[0-9]{10,19}[0-9Xx](?![0-9A-Za-z.])"
)
_FEW = 4
"""a number of fewer digits that differ is a pattern in a picture"""


def _numbers(data: bytes) -> Iterator[Words]:
    """Long numbers anywhere in the file, also in what is deleted and not yet written over."""
    for match in _NUMBERS.finditer(data):
        number = match[0].replace(b"\0", b"").decode()
        if len(set(number)) >= _FEW:
            yield Words("hidden", "文件里残留的文字", number)


# -- doc: [MS-DOC] 2.4.1, the text lies in pieces ---------------------------------------------------------------

_STORIES = (("body", 0x4C), ("footnote", 0x50), ("header", 0x54), ("hidden", 0x58), ("comment", 0x5C),
            ("endnote", 0x60), ("textbox", 0x64), ("textbox", 0x68))  # fmt: skip
"""where the FIB says how long each story is, in the order of the text"""
_SHOWN = frozenset({"body", "footnote", "header", "endnote"})


def _document(data: bytes) -> Iterator[Words]:
    main = stream(data, "WordDocument", _MOST)
    (flags,) = struct.unpack_from("<H", main, 10)
    table = stream(data, "1Table" if flags & 0x0200 else "0Table", _MOST)
    at, size = struct.unpack_from("<II", main, 0x1A2)
    text = "".join(_pieces(main, table[at : at + size]))
    start = 0
    for part, place in _STORIES:
        (length,) = struct.unpack_from("<I", main, place)
        for line in _CONTROL.split(_FIELD.sub("", text[start : start + length])):
            yield Words(part, _REST, line.replace("\x15", "").strip(), shown=part in _SHOWN, whole=False)
        for field in _FIELD.findall(text[start : start + length]):
            if _TELLING.search(field):
                yield Words("field", "域代码", _FIELD_NAME.sub("", field).strip(), whole=False)
        start += length


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """[MS-DOC] 2.9.38: property runs (1), then the piece table (2)."""
    at = 0
    while at < len(table) and table[at] == 1:
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    (size,) = struct.unpack_from("<I", table, at + 1)
    plan = table[at + 5 : at + 5 + size]
    count = (len(plan) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plan)
    for k in range(count):
        (where,) = struct.unpack_from("<I", plan, 4 * (count + 1) + 8 * k + 2)
        length = ends[k + 1] - ends[k]
        if where & 0x40000000:
            first = (where & 0x3FFFFFFF) // 2
            yield main[first : first + length].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * length].decode("utf-16-le", "replace")


# -- xls: [MS-XLS] 2.4.265, the table of strings --------------------------------------------------------------------

_SST, _CONTINUE, _NOTE = 0x00FC, 0x003C, 0x001C


def _book(data: bytes) -> Iterator[Words]:
    book = stream(data, "Workbook", _MOST)
    at, table = 0, False
    strings: list[bytes] = []
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        body = book[at + 4 : at + 4 + size]
        table = kind == _SST or (table and kind == _CONTINUE)
        if table:
            strings.append(body)
        elif kind == _NOTE and size > 11:
            yield Words("property", "批注作者", _short(body[8:]))
        at += 4 + size
    for text in _strings(strings):
        yield Words("hidden", "单元格里没有用到的文字", text)


def _short(body: bytes) -> str:
    """[MS-XLS] 2.5.294: a length, a flag, the characters."""
    length, wide = struct.unpack_from("<HB", body)
    held = body[3 : 3 + (2 * length if wide & 1 else length)]
    return held.decode("utf-16-le" if wide & 1 else "latin-1", "replace")


def _strings(records: list[bytes]) -> Iterator[str]:
    """The strings of the table; one may go on in the next record, which then says anew how wide its characters are."""
    if not records:
        return
    (count,) = struct.unpack_from("<I", records[0], 4)
    record, at = 0, 8
    for _ in range(count):
        if at >= len(records[record]):
            record, at = record + 1, 0
        length, flags = struct.unpack_from("<HB", records[record], at)
        at += 3
        runs, more = 0, 0
        if flags & 8:
            (runs,) = struct.unpack_from("<H", records[record], at)
            at += 2
        if flags & 4:
            (more,) = struct.unpack_from("<I", records[record], at)
            at += 4
        pieces = []
        while length:
            if at >= len(records[record]):
                record, at = record + 1, 1
                flags = flags & ~1 | records[record][0] & 1
            wide = 2 if flags & 1 else 1
            take = min(length, (len(records[record]) - at) // wide)
            held = records[record][at : at + take * wide]
            pieces.append(held.decode("utf-16-le" if wide == 2 else "latin-1", "replace"))
            length, at = length - take, at + take * wide
            if not take and length:
                raise IndexError
        rest = 4 * runs + more
        while rest > len(records[record]) - at:
            rest -= len(records[record]) - at
            record, at = record + 1, 0
        at += rest
        yield "".join(pieces)


# -- ppt: [MS-PPT] 2.9.42, atoms of text; those of earlier saves are there too -------------------------------

_WIDE, _NARROW, _NAME = 0x0FA0, 0x0FA8, 0x0FBA


def _deck(data: bytes) -> Iterator[Words]:
    deck = stream(data, "PowerPoint Document", _MOST)
    at = 0
    while at + 8 <= len(deck):
        head, kind, size = struct.unpack_from("<HHI", deck, at)
        at += 8
        if head & 0xF == 0xF:
            # A container: what is in it follows.
            continue
        if kind in (_WIDE, _NARROW, _NAME):
            text = deck[at : at + size].decode("latin-1" if kind == _NARROW else "utf-16-le", "replace")
            for line in re.split("[\r\n\x0b\t\x00]+", text):
                if _TELLING.search(line):
                    yield Words("hidden", "早先保存的幻灯片，或者转换后没有保留的文字", line.strip(), whole=False)
        at += size
