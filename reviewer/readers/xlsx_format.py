"""What a cell shows: numbers and dates as text, number formats, and styles that hide what they hold.

Follows ECMA-376 part 1, 18.8 (styles) and 18.8.30 (number formats). The text of a number cell is always
the stored value in full; a format only says what is shown instead, or that nothing is.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeVar

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

Colour = tuple[int, int, int]
_T = TypeVar("_T")
WHITE: Colour = (255, 255, 255)

_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""built-in formats that are dates or times, the East Asian ones (27 to 36, 50 to 58) too"""
_TIME_IDS = {18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56}
_UNITS = frozenset(
    "元 万元 亿元 人民币 年 月 日 时 分 秒 号 岁 人 名 户 个 件 次 套 台 辆 张 页 亩 公顷 米 千米 公里 平方米 平方公里 "
    "立方米 吨 千克 公斤 斤 克 升 度 天 周 小时 分钟 倍 点 级 位 CNY RMB USD m km ha kg t h km2 m2 m3 ㎡".split()
)  # fmt: skip
"""words that a format adds to a plain amount: the amount with its unit says nothing new"""
_SHOWN_LIMIT = 300
_INDEXED = (
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF "
    "00FFFF 800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 "
    "0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF "
    "FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 "
    "993300 993366 333399 333333"
).split()
"""the legacy palette, ECMA-376 part 1, 18.8.27"""


# Numbers and dates ---------------------------------------------------------------------------------


def number_text(stored: str) -> str:
    """A stored number as plain digits: 1.3812345678E10 -> 13812345678, 0.30000000000000004 as it is.

    Whole numbers have no exponent and keep every digit that is in the file, also those past the 15 that
    a spreadsheet program shows. What is no number comes back as it is.
    """
    stored = stored.strip()
    if stored.isascii() and stored.isdigit():
        return stored
    try:
        value = Decimal(stored)
    except InvalidOperation:
        return stored
    if not value.is_finite() or value.adjusted() > 40:
        return stored
    if value == value.to_integral_value():
        return str(int(value))
    return repr(float(value)) if len(stored) < 40 else stored


@lru_cache(maxsize=8192)
def date_text(stored: str, kind: str, from_1904: bool) -> str:
    """The date or time that a serial number stands for: 2026-01-02, 2026-01-02 08:30:00, 08:30:00.

    `kind` is date, time or elapsed. A number outside the calendar comes back as its digits.
    """
    try:
        serial = float(stored)
    except ValueError:
        return stored.strip()
    if not 0 <= serial < 2958466:
        return number_text(stored)
    days, seconds = divmod(round(serial * 86400), 86400)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if kind == "elapsed":
        return f"{days * 24 + seconds // 3600}{clock[2:]}"
    if days == 0 and not from_1904:
        return clock if seconds or kind == "time" else number_text(stored)
    if from_1904:
        start = datetime(1904, 1, 1)
    else:
        # The 1900 calendar counts a 29 February 1900 that never was.
        start = datetime(1899, 12, 30) if days > 60 else datetime(1899, 12, 31)
    day = (start + timedelta(days=days)).strftime("%Y-%m-%d")
    return f"{day} {clock}" if seconds else day


# Number formats ------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<clock>AM/PM|A/P|上午/下午)|(?P<exponent>[eE][+-])"
    r"|(?P<digits>[0#?]+)|(?P<date>[yYmMdDhHsSeE]+)|(?P<text>@)|(?P<section>;)|(?P<other>.)",
    re.S,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_ELAPSED = re.compile(r"[hH]+|[mM]+|[sS]+")


@dataclass(slots=True)
class Section:
    """One part of a number format between semicolons: tokens of (kind, text)."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    condition: tuple[str, Decimal] | None = None

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)

    @property
    def literal(self) -> str:
        return "".join(text for kind, text in self.tokens if kind == "literal")

    def adds_words(self) -> bool:
        """Whether it puts letters or digits beside the value that are more than a unit."""
        return any(
            kind == "literal" and any(c.isalnum() for c in text) and text.strip(" ()（）/:：") not in _UNITS
            for kind, text in self.tokens
        )

    def splits_digits(self) -> bool:
        """Whether a mark other than a thousands comma stands between two digits: 0000-0000000."""
        before_point = self.tokens[: next((i for i, t in enumerate(self.tokens) if t[0] == "point"), None)]
        places = [i for i, (kind, _) in enumerate(before_point) if kind == "digits"]
        return bool(places) and any(k == "literal" for k, _ in before_point[places[0] : places[-1]])

    def pads(self) -> bool:
        """Whether it shows zeros in front that are not stored."""
        before_point = self.tokens[: next((i for i, t in enumerate(self.tokens) if t[0] == "point"), None)]
        return sum(text.count("0") for kind, text in before_point if kind == "digits") > 1


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A parsed format code. `date` is "", date, time or elapsed; `plain` means that it hides and adds nothing."""

    sections: tuple[Section, ...]
    date: str
    plain: bool

    def number(self, stored: str) -> tuple[bool, str]:
        """(whether the format hides the stored number, what it shows where that says more, else "")."""
        try:
            value = Decimal(stored)
        except InvalidOperation:
            return False, ""
        if not value.is_finite() or value.adjusted() > 40:
            return False, ""
        section, value = self._section(value)
        if section is None:
            return False, ""
        if not section.has("digits", "general", "text", "date"):
            literal = section.literal if section.adds_words() else ""
            blank = not section.literal.strip()
            # A zero shown as nothing or as a dash, and a code shown as a word, hide nothing.
            return (value != 0 and (blank or len(stored) >= 4)), literal
        if section.has("date", "exponent", "fraction"):
            return False, ""
        if section.adds_words() or section.splits_digits():
            return False, _render(section, value)
        if section.pads():
            shown = _render(section, value)
            return False, shown if _digits(shown) != _digits(stored) else ""
        return False, ""

    def string(self, text: str) -> tuple[bool, str]:
        """The same for a cell that holds text."""
        section = next((s for s in self.sections if s.has("text")), None)
        if section is None:
            if len(self.sections) < 4:
                return False, ""
            section = self.sections[3]
            return True, section.literal if section.adds_words() else ""
        if not section.adds_words():
            return False, ""
        shown = "".join(text if kind == "text" else part for kind, part in section.tokens)
        return False, shown[:_SHOWN_LIMIT]

    def _section(self, value: Decimal) -> tuple[Section | None, Decimal]:
        sections = [s for s in self.sections[:3] if not (s.has("text") and not s.has("digits", "general"))]
        if not sections:
            return None, value
        if any(s.condition for s in sections):
            for section in sections:
                if section.condition is None or _holds(section.condition, value):
                    return section, value
            return None, value
        if value < 0 and len(sections) > 1:
            return sections[1], -value
        if value == 0 and len(sections) > 2:
            return sections[2], value
        return sections[0], value


def _holds(condition: tuple[str, Decimal], value: Decimal) -> bool:
    sign, limit = condition
    return {"<": value < limit, ">": value > limit, "=": value == limit, "<>": value != limit,
            "<=": value <= limit, ">=": value >= limit}[sign]  # fmt: skip


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def _render(section: Section, value: Decimal) -> str:
    """The value as the section's placeholders and literals show it, without thousands commas."""
    point = next((i for i, t in enumerate(section.tokens) if t[0] == "point"), len(section.tokens))
    decimals = sum(len(text) for kind, text in section.tokens[point:] if kind == "digits")
    value *= 100 ** sum(1 for kind, text in section.tokens if kind == "literal" and text == "%")
    if not decimals and point == len(section.tokens) and section.has("general"):
        whole, rest = number_text(str(abs(value))), ""
    else:
        rounded = abs(value).quantize(Decimal(1).scaleb(-min(decimals, 30)), ROUND_HALF_UP)
        whole, _, rest = f"{rounded:f}".partition(".")
    shown: list[str] = []
    for kind, text in section.tokens[point:]:
        if kind == "digits":
            shown.append(rest[: len(text)])
            rest = rest[len(text) :]
        elif kind in ("literal", "point"):
            shown.append(text)
    left = whole.lstrip("0")
    first = next((i for i, t in enumerate(section.tokens[:point]) if t[0] == "digits"), None)
    for i in range(point - 1, -1, -1):
        kind, text = section.tokens[i]
        if kind == "general":
            shown.insert(0, whole)
        elif kind == "literal":
            shown.insert(0, text)
        elif kind == "digits":
            take = len(left) if i == first else min(len(text), len(left))
            piece = left[len(left) - take :]
            left = left[: len(left) - take]
            shown.insert(0, "0" * (text.count("0") - len(piece)) + piece)
    return (("-" if value < 0 else "") + "".join(shown))[:_SHOWN_LIMIT]


@lru_cache(maxsize=1024)
def parse_format(code: str) -> NumberFormat:
    """The format code as sections of tokens; never fails: what is not understood is a literal."""
    sections = [Section()]
    elapsed = False
    for match in _TOKEN.finditer(code[:1000]):
        kind, text = match.lastgroup, match[match.lastgroup or 0]
        tokens = sections[-1].tokens
        if kind in ("quoted", "escaped"):
            tokens.append(("literal", text))
        elif kind == "bracket":
            condition = _CONDITION.fullmatch(text)
            if condition:
                sections[-1].condition = condition[1], Decimal(condition[2])
            elif text.startswith("$"):
                tokens.append(("literal", text[1:].split("-")[0]))
            elif _ELAPSED.fullmatch(text):
                elapsed = True
                tokens.append(("date", text))
        elif kind == "section":
            sections.append(Section())
        elif kind == "other":
            kind = {".": "point", "/": "fraction", ",": "comma"}.get(text, "literal")
            tokens.append((kind, text))
        elif kind is not None:
            tokens.append(("date" if kind == "clock" else kind, text))
    return NumberFormat(tuple(sections), _date_kind(sections[0], elapsed), _is_plain(sections))


def _date_kind(section: Section, elapsed: bool) -> str:
    if not section.has("date") or section.has("general", "text"):
        return ""
    if elapsed:
        return "elapsed"
    letters = "".join(text for kind, text in section.tokens if kind == "date").lower()
    if section.has("digits") and not letters.count("s"):
        return ""
    return "date" if any(c in "yde" for c in letters) or not any(c in "hs" for c in letters) else "time"


def _is_plain(sections: list[Section]) -> bool:
    if len(sections) == 1 and not sections[0].tokens:
        return True
    shows = all(s.has("digits", "general", "text", "date") for s in sections)
    return shows and not any(s.adds_words() or s.splits_digits() or s.pads() for s in sections)


# Styles --------------------------------------------------------------------------------------------


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
    indexed: list[Colour] = field(default_factory=lambda: [_rgb(c) or WHITE for c in _INDEXED])

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


def columns_of(letters: str) -> int:
    """The number of a column: AB -> 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")


def ranges(reference: str) -> Iterator[tuple[int, int, int, int]]:
    """Each range of a reference as (row, column, last row, last column): A1:B2 -> (1, 1, 2, 2)."""
    for match in _RANGE.finditer(reference):
        row, column = int(match[2]), columns_of(match[1].upper())
        last_row = int(match[4]) if match[4] else row
        last_column = columns_of(match[3].upper()) if match[3] else column
        yield row, column, last_row, last_column
