"""Working days (工作日) and due dates in China's time; public holidays come from a table that an office can replace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from reviewer.errors import UsageError

CHINA = timezone(timedelta(hours=8))
"""北京时间: no daylight saving since 1991"""
_FIRST_WEEKEND_DAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. Beyond `last_year` Monday to Friday is assumed.

    holidays  days off that are announced (the weekend's included or not)
    workdays  days of a weekend that are worked instead (调休)
    """

    holidays: frozenset[date] = field(default=frozenset(), repr=False)
    workdays: frozenset[date] = field(default=frozenset(), repr=False)
    last_year: int = 0
    source: str = ""

    def works(self, day: date) -> bool:
        if day in self.workdays:
            return True
        return day.weekday() < _FIRST_WEEKEND_DAY and day not in self.holidays


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due. `assumed`: a year without announced holidays is in between."""

    at: datetime
    assumed: bool = False


def packaged() -> Calendar:
    """The public holidays that the program brings (build_data.py)."""
    return parse((Path(__file__).parent / "data" / "holidays.csv").read_text(encoding="utf-8-sig").splitlines())


def parse(lines: Iterable[str]) -> Calendar:
    """The calendar in a table of `date,kind,name`, kind off or work; `# source:` and `# last_year:` on top.

    Raises UsageError that names every faulty line.
    """
    days: dict[str, set[date]] = {"off": set(), "work": set()}
    told: dict[str, str] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        text = line.strip().lstrip("\ufeff")
        if text.startswith("#"):
            name, _, value = text[1:].partition(":")
            told[name.strip()] = value.strip()
            continue
        if not text or text.startswith("date,"):
            continue
        cells = text.split(",")
        try:
            days[cells[1].strip()].add(date.fromisoformat(cells[0].strip()))
        except (KeyError, ValueError, IndexError):
            faults.append(f"第 {number} 行应是“2026-10-01,off,国庆节”的形式（off 放假，work 上班）。")
    last = told.get("last_year", "")
    if not last.isascii() or not last.isdecimal():
        faults.append("开头没有“# last_year: 2026”：写明节假日公布到哪一年。")
    if faults:
        raise UsageError("节假日文件有误：" + "".join(faults))
    return Calendar(frozenset(days["off"]), frozenset(days["work"]), int(last), told.get("source", ""))


def day_of(moment: datetime) -> date:
    """The day in China on which a moment lies."""
    return moment.astimezone(CHINA).date()


def after_working_days(start: date, days: int, calendar: Calendar) -> tuple[date, bool]:
    """The last of `days` working days that follow `start` (which does not count), and whether some are assumed."""
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= calendar.works(day)
    return day, day.year > calendar.last_year


def due_in_days(start: datetime, days: int, calendar: Calendar) -> Due:
    """The end of the last of `days` working days after the day of `start`."""
    day, assumed = after_working_days(day_of(start), days, calendar)
    return Due(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=CHINA), assumed)


def due_in_hours(start: datetime, hours: int) -> Due:
    """Urgent: hours run day and night."""
    return Due(start + timedelta(hours=hours))
