"""Cell styles: which of them are dates, and which hide what the cell holds (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from reviewer.readers.xlsx_book import DRAWING, MAIN
from reviewer.readers.xlsx_format import NumberFormat, parse_format

Colour = tuple[int, int, int]
_T = TypeVar("_T")
WHITE: Colour = (255, 255, 255)

_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""built-in formats that are dates or times, the East Asian ones (27 to 36, 50 to 58) too"""
_TIME_IDS = {18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56}
_INDEXED = (
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 000000 FFFFFF FF0000 00FF00 0000FF FFFF00 "
    "FF00FF 00FFFF 800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF "
    "660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF "
    "CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 "
    "003366 339966 003300 333300 993300 993366 333399 333333"
)
"""the legacy palette, ECMA-376 part 1, 18.8.27"""


@dataclass(frozen=True, slots=True)
class Look:
    """What one cell style (xf) does to its cells. `reason` is Chinese, why text in it is not seen, or ""."""

    date: str = ""
    format: NumberFormat | None = None
    """None when the format neither hides nor adds anything"""
    reason: str = ""
    background: Colour | None = WHITE

    @property
    def plain(self) -> bool:
        return self.format is None and not self.reason and not self.date


def unseen(colour: Colour | None, background: Colour | None) -> str:
    """Why text of this colour is not seen on this background, or "" when it is (or one is not known)."""
    if colour is None or background is None:
        return ""
    if max(abs(a - b) for a, b in zip(colour, background, strict=True)) > 16:
        return ""
    return "白色文字" if min(colour) >= 239 else "与底色相同的文字"


@dataclass(slots=True)
class Palette:
    """The workbook's theme and indexed colours."""

    theme: list[Colour] = field(default_factory=list)
    indexed: list[Colour] = field(default_factory=lambda: [_rgb(c) or WHITE for c in _INDEXED.split()])

    def colour(self, element: etree._Element | None) -> Colour | None:
        """The colour that a color element names; None for automatic or none."""
        if element is None:
            return None
        found: Colour | None = None
        if element.get("rgb"):
            found = _rgb(element.get("rgb", ""))
        elif element.get("theme"):
            found = _pick(self.theme, element.get("theme", ""))
        elif element.get("indexed"):
            found = _pick(self.indexed, element.get("indexed", ""))
        return _tinted(found, element.get("tint")) if found else None


def _rgb(code: str) -> Colour | None:
    try:
        number = int(code[-6:], 16)
    except ValueError:
        return None
    return number >> 16 & 255, number >> 8 & 255, number & 255


def _pick(colours: list[Colour], index: str) -> Colour | None:
    return colours[int(index)] if index.isascii() and index.isdigit() and int(index) < len(colours) else None


def _tinted(colour: Colour, tint: str | None) -> Colour:
    try:
        by = float(tint or 0)
    except ValueError:
        return colour
    if not -1 <= by <= 1 or by == 0:
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    light = light * (1 + by) if by < 0 else light * (1 - by) + by
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def read_palette(theme: etree._Element | None, styles: etree._Element | None) -> Palette:
    """Colours from the theme part and the styles part, the standard ones where they say nothing."""
    palette = Palette(theme=[WHITE, (0, 0, 0), (238, 236, 225), (31, 73, 125)])
    scheme = theme.find(f".//{DRAWING}clrScheme") if theme is not None else None
    if scheme is not None:
        colours = [_scheme_colour(entry) or (0, 0, 0) for entry in scheme]
        # The file lists dark, light, dark, light; the index counts light, dark, light, dark.
        palette.theme = [colours[i] for i in (1, 0, 3, 2) if i < len(colours)] + colours[4:]
    custom = styles.findall(f"{MAIN}colors/{MAIN}indexedColors/{MAIN}rgbColor") if styles is not None else []
    for i, entry in enumerate(custom[: len(palette.indexed)]):
        palette.indexed[i] = _rgb(entry.get("rgb", "")) or palette.indexed[i]
    return palette


def _scheme_colour(entry: etree._Element) -> Colour | None:
    for colour in entry:
        return _rgb(colour.get("lastClr") or colour.get("val") or "")
    return None


def read_looks(styles: etree._Element | None, palette: Palette) -> list[Look]:
    """One Look for each xf of cellXfs, in order."""
    if styles is None:
        return []
    codes = {e.get("numFmtId", ""): e.get("formatCode", "") for e in styles.iter(f"{MAIN}numFmt")}
    fonts = [_font(font, palette) for font in styles.iterfind(f"{MAIN}fonts/{MAIN}font")]
    fills = [_background(fill, palette) for fill in styles.iterfind(f"{MAIN}fills/{MAIN}fill")]
    cache: dict[tuple[str, str, str], Look] = {}
    looks = []
    for xf in styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        key = xf.get("numFmtId", "0"), xf.get("fontId", "0"), xf.get("fillId", "0")
        if key not in cache:
            cache[key] = _look(key, codes, fonts, fills)
        looks.append(cache[key])
    return looks


def _look(
    key: tuple[str, str, str],
    codes: Mapping[str, str],
    fonts: list[tuple[Colour | None, bool]],
    fills: list[Colour | None],
) -> Look:
    number, font_id, fill_id = key
    date, shape = "", None
    if number in codes:
        shape = parse_format(codes[number])
        date = shape.date
    elif number.isascii() and number.isdigit() and int(number) in _DATE_IDS:
        date = "elapsed" if number == "46" else "time" if int(number) in _TIME_IDS else "date"
    colour, tiny = _at(fonts, font_id, (None, False))
    background = _at(fills, fill_id, WHITE)
    reason = "极小文字" if tiny else unseen(colour, background)
    return Look(date, None if shape is None or shape.plain else shape, reason, background)


def _at(items: list[_T], index: str, default: _T) -> _T:
    return items[int(index)] if index.isascii() and index.isdigit() and int(index) < len(items) else default


def _font(font: etree._Element, palette: Palette) -> tuple[Colour | None, bool]:
    size = font.find(f"{MAIN}sz")
    return palette.colour(font.find(f"{MAIN}color")), is_tiny(size)


def is_tiny(size: etree._Element | None) -> bool:
    """Whether a font size element names two points or less."""
    try:
        return size is not None and float(size.get("val", "11")) <= 2
    except ValueError:
        return False


def _background(fill: etree._Element, palette: Palette) -> Colour | None:
    pattern = fill.find(f"{MAIN}patternFill")
    if pattern is None:
        return None
    kind = pattern.get("patternType", "none")
    if kind == "solid":
        return palette.colour(pattern.find(f"{MAIN}fgColor")) or WHITE
    return WHITE if kind == "none" else None
