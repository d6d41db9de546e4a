"""Days and periods as Chinese notices write them: 2026年8月3日至7日, 二〇二六年八月三日, 2026-08-03, 5个工作日, 五年.

Pure. All expressions run over `plain(text)`, in which every character stands where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from reviewer.prepared.patterns import compiled
from reviewer.review.clock import Calendar, after_working_days

Unit = Literal["workday", "day", "month", "year"]

_PLAIN = {ord("０") + k: ord("0") + k for k in range(10)} | {
    ord(old): ord(new)
    for olds, new in (
        ("\t\r\u00a0\u3000", " "), ("（", "("), ("）", ")"), ("：﹕∶", ":"), ("．", "."), ("／", "/"), ("，", ","),
        ("；", ";"), ("－–—―~～∼﹣─至到", "-"), ("○ＯΟ零", "〇"),
    )
    for old in olds
}  # fmt: skip

BLANK = "[ \n]{0,3}"
_YEAR = "(?:(?:19|20)[0-9]{2}|二[〇0Oo][〇0Oo一二三四五六七八九]{2}|一九[〇0Oo一二三四五六七八九]{2})"
_MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = "(?:[12][0-9]|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
NUMBER = "(?:[0-9]{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
CLOCK = (
    f"(?:{BLANK}\\([^()\n]{{1,8}}\\))?(?:{BLANK}(?:上午|下午|中午|晚上?|零时|凌晨))?"
    f"(?:{BLANK}[0-9]{{1,2}}(?:[:时点][0-9]{{0,2}}分?))?"
)
"""what may follow a day: (星期一), 上午9:00"""
_DIGITS = {char: k for k, char in enumerate("〇一二三四五六七八九")} | {"两": 2, "0": 0, "O": 0, "o": 0}
_UNITS: dict[str, tuple[Unit, int]] = {
    "工作日": ("workday", 1), "自然日": ("day", 1), "日历日": ("day", 1), "日": ("day", 1), "天": ("day", 1),
    "周": ("day", 7), "星期": ("day", 7), "月": ("month", 1), "年": ("year", 1),
}  # fmt: skip


def plain(text: str) -> str:
    """The text with one way of writing digits, colons, brackets and dashes (至, 到 too); as long as `text`."""
    return text.translate(_PLAIN)


def whole(tag: str) -> str:
    """The expression for a day; the year may be left out. Its groups end in `tag`."""
    return (
        f"(?:(?:(?P<y{tag}>{_YEAR}|本|今|次){BLANK}年{BLANK})?(?P<m{tag}>{_MONTH}){BLANK}月{BLANK}"
        f"(?P<d{tag}>{_DAY})(?:{BLANK}[日号])?(?![0-9])"
        f"|(?P<Y{tag}>(?:19|20)[0-9]{{2}}){BLANK}[-./]{BLANK}(?P<M{tag}>1[0-2]|0?[1-9]){BLANK}[-./]"
        f"{BLANK}(?P<D{tag}>[12][0-9]|3[01]|0?[1-9])(?![0-9]))"
    )


_RANGE = (
    f"{whole('1')}{CLOCK}{BLANK}起?{BLANK},?{BLANK}-{{1,3}}{BLANK}"
    f"(?:{whole('2')}|(?P<short>{_DAY}){BLANK}[日号]|(?P<m3>1[0-2]|0?[1-9])[.](?P<d3>[12][0-9]|3[01]|0?[1-9])(?![0-9])"
    "|(?P<d4>[12][0-9]|3[01]|0?[1-9])(?![0-9.]))"
)
RANGE = compiled(_RANGE)
UNTIL = compiled(f"(?:-{{1,2}}|截止?至?于?|截止(?:日期|时间)?[为是:]?){BLANK}-?{BLANK}{whole('')}")
ANY = compiled(whole(""))
SINCE = compiled(f"[自从于]{BLANK}{whole('')}{CLOCK}{BLANK}(?:起|开始)")
LENGTH = compiled(
    f"(?<![0-9年月.〇/-])(?P<n>{NUMBER})(?:\\([^()\n]{{1,4}}\\))?{BLANK}(?:个{BLANK})?"
    f"(?P<unit>工作日|自然日|日历日|日|天|周|星期|(?<=个)月|年)(?!{BLANK}-|{BLANK}以[上内]?前)"
)
_MONTH_END = compiled(
    f"(?:-{{1,2}}|截止?至?)(?P<y>{_YEAR}){BLANK}年(?:{BLANK}(?P<m>{_MONTH}){BLANK}月)?{BLANK}(?:底|末|止)"
)
_ALONE = compiled(f"(?m)^ {{0,60}}{whole('')} {{0,8}}$")
_SIGNED_WITHIN = 6000


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both counted; None where the text does not tell."""

    first: date | None
    last: date | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Length:
    """A number of days, months or years."""

    count: int
    unit: Unit
    start: int
    end: int


def number(text: str) -> int:
    """The number that digits or words tell, up to 99 in words: 三十 is 30."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    value = (_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return value + (_DIGITS[ones] if ones else 0)


def _year(text: str | None, near: date | None) -> int | None:
    if text is None:
        return None
    if text in ("本", "今", "次"):
        return None if near is None else near.year + (text == "次")
    return int(text) if text.isascii() else int("".join(str(_DIGITS[char]) for char in text))


def day(year: int | None, month: int, of_month: int, near: date | None) -> date | None:
    """The day; without a year the one nearest to `near`. None where there is no such day, or nothing to go by."""
    if year is not None:
        years = [year]
    elif near is not None:
        years = [near.year - 1, near.year, near.year + 1]
    else:
        return None
    days = []
    for one in years:
        try:
            days.append(date(one, month, of_month))
        except ValueError:
            continue
    return min(days, key=lambda one: abs((one - near).days) if near is not None else 0, default=None)


def day_of(match: re.Match[str], tag: str = "", near: date | None = None) -> date | None:
    """The day that the groups with `tag` tell."""
    if match[f"Y{tag}"] is not None:
        return day(int(match[f"Y{tag}"]), int(match[f"M{tag}"]), int(match[f"D{tag}"]), near)
    if match[f"m{tag}"] is None:
        return None
    return day(_year(match[f"y{tag}"], near), number(match[f"m{tag}"]), number(match[f"d{tag}"]), near)


def span(match: re.Match[str], near: date | None) -> Span | None:
    """The days of a match of RANGE: what the second leaves out is the first's. None where they are no days in order."""
    first = day_of(match, "1", near)
    if first is None:
        return None
    if match["m2"] is not None or match["Y2"] is not None:
        last = day_of(match, "2", first)
        if last is not None and last < first and match["Y2"] is None and match["y2"] is None:
            last = day(first.year + (number(match["m2"]) < first.month), number(match["m2"]), number(match["d2"]), None)
    elif match["m3"] is not None:
        month = int(match["m3"])
        last = day(first.year + (month < first.month), month, int(match["d3"]), None)
    else:
        last = day(first.year, first.month, number(match["short"] or match["d4"]), None)
    if last is None or last < first or (last - first).days > 36_600:
        return None
    return Span(first, last, match.start(), match.end())


def length(match: re.Match[str]) -> Length:
    """What a match of LENGTH tells."""
    unit, times = _UNITS[match["unit"]]
    return Length(number(match["n"]) * times, unit, match.start(), match.end())


def month_end(text: str, start: int, end: int) -> Span | None:
    """至2025年12月底, 至2025年底: the last day of it."""
    match = _MONTH_END.search(text, start, end)
    if match is None:
        return None
    year, month = _year(match["y"], None), number(match["m"]) if match["m"] else 12
    assert year is not None
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return Span(None, last, match.start(), match.end())


def after(start: date, length: Length, calendar: Calendar) -> tuple[date, bool]:
    """The last day of a period from `start`, and whether its holidays are not announced yet.

    The day on which a period begins does not count, and a last day off is moved to the end of the days off (民法典
    第二百零一条、第二百零二条、第二百零三条): who takes the later day takes nothing down too early.
    """
    if length.unit == "workday":
        return after_working_days(start, length.count, calendar)
    if length.unit == "day":
        last = start + timedelta(days=length.count)
    else:
        months = start.month - 1 + length.count * (12 if length.unit == "year" else 1)
        last = _of_month(start.year + months // 12, months % 12 + 1, start.day)
    if length.unit == "year":
        # A rule's validity is no period within which somebody has to act.
        return last, False
    while not calendar.works(last):
        last += timedelta(days=1)
    return last, last.year > calendar.last_year


def _of_month(year: int, month: int, of_month: int) -> date:
    """The day of that month, the month's last where it has fewer."""
    for fewer in range(4):
        try:
            return date(min(year, 9000), month, of_month - fewer)
        except ValueError:
            continue
    raise AssertionError("no month has fewer than 28 days")


def signed_on(text: str) -> date | None:
    """The day under a text (落款): the last line that is a whole date and nothing else. `text` is plain."""
    found = None
    for match in _ALONE.finditer(text, max(0, len(text) - _SIGNED_WITHIN)):
        if match["Y"] is not None or (match["y"] or "本") not in "本今次":
            found = day_of(match) or found
    return found


def days_in(text: str, start: int, end: int, near: date | None) -> Iterator[tuple[date, int, int]]:
    """The days that text[start:end] names, with their places."""
    for match in ANY.finditer(text, start, end):
        found = day_of(match, "", near)
        if found is not None:
            yield found, match.start(), match.end()
