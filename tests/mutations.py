"""Damages files at random, as disks, mail gateways and attackers do: the same chance gives the same bytes."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

Bytes = bytearray
Change = Callable[[Bytes, random.Random], None]
_MOST = 1 << 20
"""bytes that a change may add"""


def mutated(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """The file with one to four changes; in a zip package, half of the time, inside of one of its members.

    others  files from which stretches are taken
    """
    if data[:2] == b"PK" and chance.random() < 0.7:
        made = _repacked(data, chance, others)
        if made is not None:
            return made
    return _changed(data, chance, others)


def _changed(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 4))):
        if chance.random() < 0.1 and others:
            _splice(made, chance, chance.choice(others))
        else:
            chance.choice(_MARKUP if b"<" in made[:200] and chance.random() < 0.5 else _CHANGES)(made, chance)
    return bytes(made)


def _repacked(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes | None:
    """The package with one of its members changed, dropped, doubled, renamed or exchanged; None if it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = [(one.filename, package.read(one)) for one in package.infolist()]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError, zlib.error):
        return None
    if not members:
        return None
    at, other = chance.randrange(len(members)), chance.randrange(len(members))
    name, content = members[at]
    what = chance.randrange(10)
    if what == 0:
        del members[at]
    elif what == 1:
        members.append((name, members[other][1]))
    elif what == 2:
        members[at] = (chance.choice(_NAMES) + name[chance.randrange(len(name) + 1) :], content)
    elif what == 3:
        members[at], members[other] = (name, members[other][1]), (members[other][0], content)
    else:
        members[at] = (name, _changed(content, chance, others))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as package:
        for name, content in members:
            # A name that comes twice is a warning of the library and a wish of ours.
            package.writestr(zipfile.ZipInfo(name or "x"), content)
    return out.getvalue()


_NAMES = ("", "../", "/", "C:\\", "a" * 300, "\u202e", "CON", "./", "x\\..\\..\\", "XL/", "Word/")
_WORDS = (
    b"\0", b"\xff" * 4, b"%s%n", b"<", b">", b"]]>", b"<![CDATA[", b"&#x0;", b"&#1114112;", b"&lol;", b"<!--", b"-->",
    b'<!DOCTYPE a [<!ENTITY lol "lollollol"><!ENTITY b "&lol;&lol;&lol;">]>', b'<?xml version="1.0" encoding="utf-7"?>',
    b"stream\n", b"endstream", b"endobj", b"obj<<", b">>", b"1 0 R", b"/Kids[1 0 R]", b"/Parent 1 0 R", b"/Length 99999",
    b"/Filter[/FlateDecode/FlateDecode]", b"trailer<</Root 1 0 R/Prev 0>>", b"xref\n0 1\n", b"startxref\n0\n", b"BT ET",
    b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1{", b"\\bin99999999 ",
    b"\r\n--cut\r\n", b"Content-Type: multipart/mixed; boundary=cut\r\n", b"=?gb2312?B?//?=", b"\xf0\x9f\x92\xa9",
    b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b$B", "\u202e\u200b".encode(), b"(" * 300, b"[" * 300, b"<a>" * 300,
)  # fmt: skip
"""what readers look for, where it does not belong"""
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"2147483648", b"4294967295", b"99999999999999999999", b"1e308",
            b"-1e308", b"NaN", b"inf", b"0.0000000001", b"0x7fffffff", "１２".encode(), b"", b"9" * 5000)  # fmt: skip
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF)


def _flip(made: Bytes, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8))):
        if made:
            made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)


def _extreme(made: Bytes, chance: random.Random) -> None:
    """A field of one, two, four or eight bytes holds the least or the most it can."""
    width = chance.choice((1, 2, 4, 8))
    if len(made) >= width:
        start = chance.randrange(len(made) - width + 1)
        made[start : start + width] = bytes([chance.choice(_EXTREMES)]) * width


def _cut_off(made: Bytes, chance: random.Random) -> None:
    del made[chance.randrange(len(made) + 1) :]


def _cut_out(made: Bytes, chance: random.Random) -> None:
    start, end = _stretch(made, chance)
    del made[start:end]


def _zeros(made: Bytes, chance: random.Random) -> None:
    """As a bad sector is read."""
    start, end = _stretch(made, chance)
    made[start:end] = bytes(end - start)


def _noise(made: Bytes, chance: random.Random) -> None:
    start, end = _stretch(made, chance)
    made[start:end] = chance.randbytes(end - start)


def _double(made: Bytes, chance: random.Random) -> None:
    start, end = _stretch(made, chance)
    times = min(chance.choice((1, 1, 2, 100, 5000)), _MOST // max(end - start, 1))
    made[start:start] = made[start:end] * times


def _insert(made: Bytes, chance: random.Random) -> None:
    at = chance.randrange(len(made) + 1)
    made[at:at] = chance.choice(_WORDS)


def _number(made: Bytes, chance: random.Random) -> None:
    """A number becomes another, that nobody counts on."""
    found = list(re.finditer(rb"[0-9]+", made))
    if found:
        one = chance.choice(found)
        made[one.start() : one.end()] = chance.choice(_NUMBERS)


def _splice(made: Bytes, chance: random.Random, other: bytes) -> None:
    at = chance.randrange(len(made) + 1)
    start, end = _stretch(bytearray(other), chance)
    made[at:at] = other[start:end]


def _tag_out(made: Bytes, chance: random.Random) -> None:
    if one := _tag(made, chance):
        del made[one.start() : one.end()]


def _tag_doubled(made: Bytes, chance: random.Random) -> None:
    """Nested as deep as nobody writes, or only begun many times."""
    if one := _tag(made, chance):
        made[one.start() : one.start()] = one[0] * min(chance.choice((1, 2, 60, 3000)), _MOST // len(one[0]))


def _element_deep(made: Bytes, chance: random.Random) -> None:
    found = [one for one in re.finditer(rb"<([A-Za-z][A-Za-z0-9:]{0,30})([^<>]{0,300}[^<>/])?>", made)]
    if found:
        one = chance.choice(found)
        times = chance.choice((10, 255, 257, 3000))
        end = made.find(b"</" + one[1] + b">", one.end())
        if end >= 0:
            made[end:end] = (b"</" + one[1] + b">") * times
            made[one.start() : one.start()] = one[0] * times


def _attribute(made: Bytes, chance: random.Random) -> None:
    found = list(re.finditer(rb'="([^"<>]{0,200})"', made))
    if found:
        one, other = chance.choice(found), chance.choice(found)
        made[one.start(1) : one.end(1)] = chance.choice((other[1], b"", chance.choice(_NUMBERS), b"A" * 70_000))


def _name(made: Bytes, chance: random.Random) -> None:
    """Elements and attributes have names that the reader does not know."""
    found = list(re.finditer(rb"[A-Za-z]{1,20}:?[A-Za-z]{1,20}", made))
    if found:
        one, other = chance.choice(found), chance.choice(found)
        made[one.start() : one.end()] = chance.choice((other[0], b"x", one[0].swapcase()))


def _tag(made: Bytes, chance: random.Random) -> re.Match[bytes] | None:
    found = list(re.finditer(rb"<[^<>]{1,2000}>", made))
    return chance.choice(found) if found else None


def _stretch(made: Bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(made) + 1)
    most = chance.choice((1, 4, 32, 512, len(made)))
    return start, min(len(made), start + chance.randint(0, most))


_CHANGES: tuple[Change, ...] = (
    _flip, _flip, _extreme, _extreme, _cut_off, _cut_out, _zeros, _noise, _double, _insert, _insert, _number, _number, _name,
)  # fmt: skip
_MARKUP: tuple[Change, ...] = (_tag_out, _tag_doubled, _element_deep, _attribute, _attribute, _name, _number, _insert)
