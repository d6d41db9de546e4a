"""Glyphs that an OFD names by number (CGTransform, GB/T 33190, 11.4), and whether its text says what they show."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from unicodedata import normalize

from reviewer.errors import ReadError
from reviewer.readers.ofd_page import Run
from reviewer.readers.ofd_paint import Font
from reviewer.readers.ofd_parts import Node, Parts, child, local, number, words

_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, struct.error)
_LARGEST = 24 * 1024 * 1024
_MANY = 3
_WRONG = 2
"""so many glyphs of a page that show another character than its text says are no slip"""


def run_glyphs(code: Node, text: str, shift: int) -> Iterator[tuple[str, str]]:
    """(character, number of its glyph) for the characters of a TextCode that CGTransforms map one to one."""
    for position, count, listed in transforms(code):
        if count == len(listed):
            for k, glyph in enumerate(listed):
                at = position + k - shift
                if 0 <= at < len(text) and not text[at].isspace():
                    yield text[at], glyph


def transforms(code: Node) -> Iterator[tuple[int, int, list[str]]]:
    """(first character, number of characters, glyphs) of each CGTransform of a TextCode, the last first (11.4)."""
    before = code.getprevious()
    while before is not None and local(before) == "CGTransform":
        listed = words(child(before, "Glyphs")).split()
        yield int(number(before.get("CodePosition"), 0)), int(number(before.get("CodeCount"), len(listed))), listed
        before = before.getprevious()


def is_ambiguous(runs: Iterable[Run]) -> bool:
    """Whether one character stands for several glyphs of a font: then the text is filler."""
    glyphs: dict[tuple[str, str], set[str]] = {}
    for run in runs:
        for one, glyph in run_glyphs(run.node, run.text, run.shift):
            glyphs.setdefault((run.font, one), set()).add(glyph)
    return any(len(several) > _MANY for several in glyphs.values())


@dataclass(slots=True)
class Glyphs:
    """What the embedded fonts of one file say of their glyphs."""

    parts: Parts
    _known: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def is_disguised(self, runs: Iterable[Run], fonts: dict[str, Font]) -> bool:
        """Whether glyphs are, by their font's own table, other characters than the text says."""
        wrong: set[tuple[str, str]] = set()
        for run in runs:
            font = fonts.get(run.font)
            if font is None or not font.file:
                continue
            for one, glyph in run_glyphs(run.node, run.text, run.shift):
                meant = self._characters(font.file).get(int(glyph)) if glyph.isascii() and glyph.isdigit() else None
                if meant and _plain(one) not in meant:
                    wrong.add((run.font, glyph))
        return len(wrong) >= _WRONG

    def _characters(self, file: str) -> dict[int, set[str]]:
        """The characters of each glyph number; empty where the font has no table of them."""
        if file not in self._known:
            self._known[file] = self._table(file)
        return self._known[file]

    def _table(self, file: str) -> dict[int, set[str]]:
        from fontTools.ttLib import TTFont, TTLibError

        try:
            data = self.parts.bytes(file)
            if len(data) > _LARGEST or data[:4] not in (b"\x00\x01\x00\x00", b"true", b"OTTO"):
                return {}
            with TTFont(BytesIO(data), lazy=True) as font:
                if "cmap" not in font:
                    return {}
                # Names of our own: reading those of a large font takes longer than all the rest.
                names = [f"g{number}" for number in range(font["maxp"].numGlyphs)]
                font.setGlyphOrder(names)
                order = {name: number for number, name in enumerate(names)}
                found: dict[int, set[str]] = {}
                for table in font["cmap"].tables:
                    if table.isUnicode():
                        for code, name in table.cmap.items():
                            found.setdefault(order.get(name, -1), set()).add(_plain(chr(code)))
                return found
        except (ReadError, TTLibError, *_FAULTS):
            # A damaged font says nothing.
            return {}


def _plain(character: str) -> str:
    return normalize("NFKC", character)
