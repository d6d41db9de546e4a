"""What is written where a page showed a masked value (PDF, OFD): what of it stays, how wide it is, its font."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

from reviewer.marking.model import Edit

FIXED = 3.0
"""ems: how wide a label is that must not tell what it covers; less only where the gap is narrower"""
SMALLEST = 0.5
"""of the size around it; a label still too long is pressed together"""
SPREAD = 0.55
"""ems that may be added to a character, so that the label fills the gap: a wider one reads like a column's"""


def common_ends(stretch: str, edit: Edit) -> tuple[int, int]:
    """How many characters stay at both ends: their glyphs need not change."""
    if edit.blank or not edit.replacement:
        return 0, 0
    before = after = 0
    most = min(len(stretch), len(edit.replacement))
    while before < most and stretch[before] == edit.replacement[before]:
        before += 1
    while after < most - before and stretch[-1 - after] == edit.replacement[-1 - after]:
        after += 1
    # A replacement that holds the whole stretch takes nothing away: then all of it goes.
    return (before, after) if before + after < len(stretch) else (0, 0)


@cache
def own_data() -> bytes:
    """The font that comes with this package (marking.build_data)."""
    return (Path(__file__).with_name("data") / "label.ttf").read_bytes()


@cache
def own_font() -> dict[str, tuple[int, int]]:
    """The characters of the font that comes with this package: the number of the glyph, and its width."""
    with TTFont(BytesIO(own_data())) as font:
        numbers, widths = font.getReverseGlyphMap(), font["hmtx"]
        return {chr(code): (numbers[name], widths[name][0]) for code, name in font.getBestCmap().items()}
