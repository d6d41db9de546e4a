"""Which glyphs of a page are the characters that the reader found there, by place; and by text, where it kept none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize

from reviewer.marking.pdf_places import Box
from reviewer.marking.pdf_walk import Glyph

_MIDDLE = 0.38
"""ems above its origin: the middle of a cell"""
_CELL = 24.0
_SPREAD = (0.3, 4.0)
"""how large a character's box may be, against a glyph's cell: the letters of a watermark are another text"""
_BOLD, _POINT = 0.2, 0.04
"""ems between the starts of two glyphs that are one, drawn twice: of the same character, of whatever one"""
_LEAST = 0.02
"""the same, where the glyph is known to be that character: its box may be drawn around its ink (a dash)"""


class Places:
    """The glyphs of a page, found by where they stand."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self._size = max([_CELL, *(max(map(abs, (*g.along, *g.up))) for g in glyphs)])
        self._cells: dict[tuple[int, int], list[tuple[int, Glyph]]] = {}
        for number, glyph in enumerate(glyphs):
            x, y = middle(glyph)
            self._cells.setdefault((int(x // self._size), int(y // self._size)), []).append((number, glyph))

    def at(self, box: Box, character: str) -> list[Glyph]:
        """The glyphs that a character with this box may be, as they are drawn: drawn twice, there are two.

        Another text may lie there: a cell's clipped words below those of the next. Where glyphs are known to be
        this character, others go with them only if they stand on the very same point.
        """
        character = compact(character)
        found = [glyph for _, glyph in sorted(self._at(box, character), key=lambda pair: pair[0])]
        same = [glyph for glyph in found if character and character in compact(glyph.code.text)]
        if not same:
            return found
        return [glyph for glyph in found if any(_is_upon(glyph, other) for other in same)]

    def _at(self, box: Box, character: str) -> Iterator[tuple[int, Glyph]]:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        left, low = int(x // self._size), int(y // self._size)
        for column in (left - 1, left, left + 1):
            for line in (low - 1, low, low + 1):
                for number, glyph in self._cells.get((column, line), ()):
                    if _is_in(glyph, x, y) and _is_alike(glyph, box, character):
                        yield number, glyph


def _is_upon(glyph: Glyph, other: Glyph) -> bool:
    """Whether two glyphs start at one point, but for the little that makes a letter bold or gives it a shadow."""
    if glyph is other:
        return True
    em = max(abs(other.up[0]) + abs(other.up[1]), 1e-6)
    near = _BOLD if compact(glyph.code.text) == compact(other.code.text) else _POINT
    return abs(glyph.x - other.x) + abs(glyph.y - other.y) < near * em


def middle(glyph: Glyph) -> tuple[float, float]:
    """The middle of a glyph's cell."""
    return (
        glyph.x + glyph.along[0] / 2 + _MIDDLE * glyph.up[0],
        glyph.y + glyph.along[1] / 2 + _MIDDLE * glyph.up[1],
    )


def cell(glyph: Glyph) -> Box:
    """The box around a glyph's cell, a little over its line."""
    xs = [glyph.x + s * glyph.along[0] + t * glyph.up[0] for s in (0, 1) for t in (-0.25, 0.95)]
    ys = [glyph.y + s * glyph.along[1] + t * glyph.up[1] for s in (0, 1) for t in (-0.25, 0.95)]
    return min(xs), min(ys), max(xs), max(ys)


def _is_in(glyph: Glyph, x: float, y: float) -> bool:
    (ax, ay), (ux, uy) = glyph.along, glyph.up
    dx, dy = x - glyph.x, y - glyph.y
    area = ax * uy - ay * ux
    if abs(area) < 1e-9:
        return dx * dx + dy * dy < 0.1 * (ux * ux + uy * uy)
    along, up = (dx * uy - dy * ux) / area, (ax * dy - ay * dx) / area
    return -0.02 <= along <= 1.02 and -0.15 <= up <= 0.9


def _is_alike(glyph: Glyph, box: Box, character: str) -> bool:
    area = abs(glyph.along[0] * glyph.up[1] - glyph.along[1] * glyph.up[0])
    if area < 1e-9:
        return True
    least = _LEAST if character and character in compact(glyph.code.text) else _SPREAD[0]
    return least < (box[2] - box[0]) * (box[3] - box[1]) / area < _SPREAD[1]


@dataclass(slots=True)
class Line:
    """The text of a page's glyphs in the order they are drawn, without blanks."""

    text: str = field(default="", repr=False)
    owners: list[Glyph] = field(default_factory=list, repr=False)
    """the glyph of each character"""

    def places(self, stretch: str, region: Box | None = None) -> Iterator[list[Glyph]]:
        """The glyphs of each place of a text without blanks, inside a region of the page.

        Digits are not taken out of a longer number.
        """
        here = self.text.find(stretch) if stretch else -1
        while here >= 0:
            end = here + len(stretch)
            if not self._cuts_number(here, end):
                found = list({id(glyph): glyph for glyph in self.owners[here:end]}.values())
                if region is None or all(_touches(middle(glyph), region) for glyph in found):
                    yield found
            here = self.text.find(stretch, here + 1)

    def _cuts_number(self, start: int, end: int) -> bool:
        text = self.text
        before = start > 0 and text[start - 1].isdigit() and text[start].isdigit()
        return before or (end < len(text) and text[end].isdigit() and text[end - 1].isdigit())


def line_of(glyphs: Iterable[Glyph]) -> Line:
    """The glyphs as one text."""
    pieces: list[str] = []
    owners: list[Glyph] = []
    for glyph in glyphs:
        for character in compact(glyph.code.text):
            pieces.append(character)
            owners.append(glyph)
    return Line("".join(pieces), owners)


@lru_cache(maxsize=20_000)
def compact(text: str) -> str:
    """The text without blanks; wide letters, ligatures and radicals as the characters that they stand for."""
    return "".join(normalize("NFKC", text).translate(_NOTHING).split())


_NOTHING = dict.fromkeys((0, 0x200B, 0xFEFF, 0xAD))


def _touches(point: tuple[float, float], box: Box) -> bool:
    return box[0] - 2 <= point[0] <= box[2] + 2 and box[1] - 2 <= point[1] <= box[3] + 2
