"""What a number cell shows: numbers and dates as text, and number formats that hide or add something.

Follows ECMA-376 part 1, 18.8.30. The text of a number cell is always the stored value in full; a format
only says what is shown instead, or that nothing is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache

_UNIT_WORDS = (
    "元 万元 亿元 人民币 年 月 日 时 分 秒 号 岁 人 名 户 个 件 次 套 台 辆 张 页 亩 公顷 米 千米 公里 "
    "平方米 平方公里 立方米 吨 千克 公斤 斤 克 升 度 天 周 小时 分钟 倍 点 级 位 CNY RMB USD "
    "m km ha kg t h km2 m2 m3 ㎡"
)
_UNITS = frozenset(_UNIT_WORDS.split())
"""words that a format adds to a plain amount: the amount with its unit says nothing new"""
_SHOWN_LIMIT = 300
_EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
"""more digits than any value that is rendered here has"""


# Numbers and dates ----------------------------------------------------------------------------------


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


# Number formats -------------------------------------------------------------------------------------

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
    """A parsed format code. `date` is "", date, time or elapsed; a `plain` one hides and adds nothing."""

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
            return sections[1], value.copy_abs()
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
    if any(kind == "literal" and text == "%" for kind, text in section.tokens):
        value = _EXACT.multiply(value, Decimal(100))
    if not decimals and point == len(section.tokens) and section.has("general"):
        whole, rest = number_text(str(value.copy_abs())), ""
    else:
        step = Decimal(1).scaleb(-min(decimals, 30))
        rounded = value.copy_abs().quantize(step, context=_EXACT)
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
