"""Takes glyphs out of an embedded Type 1 font program (Adobe Type 1 Font Format, 1990); LibreOffice embeds such."""

from __future__ import annotations

import re
from collections.abc import Callable

from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.misc import eexec

_EEXEC, _LEADING = 55665, 4
_ENTRY = re.compile(rb"/([^\s/{}\[\]()<>%]+)\s+([0-9]{1,6})\s+(RD|-\||[^\s]{1,8})\s")
_START = re.compile(rb"/CharStrings\s+([0-9]{1,6})")
_PUT = re.compile(rb"dup\s+([0-9]{1,3})\s*/([^\s/]+)\s+put[ \t]*\r?\n?")
_AFTER = re.compile(rb"\s*(?:ND|\|-|noaccess\s+def|def)\s?")
_PARTS = frozenset([
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "dotlessi", "dotlessj", "acute", "grave", "circumflex",
    "dieresis", "tilde", "caron", "ring", "cedilla", "ogonek", "breve", "macron", "dotaccent", "hungarumlaut",
])  # fmt: skip
"""glyphs that accented letters are put together from"""


def encoding_of(program: bytes) -> dict[int, str]:
    """Which glyph each code shows where the PDF does not say otherwise."""
    clear = program.split(b"eexec")[0]
    found = {int(code): name.decode("latin-1") for code, name in _PUT.findall(clear)}
    return found or {code: name for code, name in enumerate(StandardEncoding) if name != ".notdef"}


def without(program: bytes, clear: int, packed: int, used: set[str]) -> tuple[bytes, int, int]:
    """The program with the outlines of `used` only, and the lengths of its two parts; ValueError where it is odd."""
    private, _ = eexec.decrypt(_binary(program[clear : clear + packed]), _EEXEC)
    start = _START.search(private)
    if start is None:
        raise ValueError("no outlines")
    kept = used | {".notdef"} | _PARTS
    body, count = _filtered(private, start.end(), lambda name: name in kept)
    private = private[: start.start(1)] + b"%d" % count + body
    encrypted, _ = eexec.encrypt(private, _EEXEC)
    head = _PUT.sub(lambda one: one[0] if one[2].decode("latin-1") in kept else b"", program[:clear])
    return head + encrypted + program[clear + packed :], len(head), len(encrypted)


def _binary(data: bytes) -> bytes:
    """The encrypted part, which may be written in hexadecimal."""
    if re.fullmatch(rb"[0-9A-Fa-f\s]{4}", data[:4]):
        return bytes.fromhex(re.sub(rb"[^0-9A-Fa-f]", b"", data).decode())
    return data


def _filtered(private: bytes, here: int, is_kept: Callable[[str], bool]) -> tuple[bytes, int]:
    """What follows the number of outlines, without some of them, and how many stay."""
    pieces: list[bytes] = []
    count = 0
    while (entry := _ENTRY.search(private, here)) is not None:
        end = entry.end() + int(entry[2])
        after = _AFTER.match(private, end)
        if after is None:
            raise ValueError("odd outline")
        pieces.append(private[here : entry.start()])
        if is_kept(entry[1].decode("latin-1")):
            pieces.append(private[entry.start() : after.end()])
            count += 1
        here = after.end()
        if re.match(rb"\s*end", private[here : here + 8]):
            break
    if not pieces:
        raise ValueError("no outlines")
    return b"".join(pieces) + private[here:], count
