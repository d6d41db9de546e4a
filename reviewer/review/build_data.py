"""Rebuilds data/holidays.csv from the library chinese-calendar, which ends at the last year that was announced.

    python -m reviewer.review.build_data [YYYY-MM-DD]

The date is the day the list was taken, today if it is not given. An office without internet writes the file by hand:
it replaces ours where it lies as holidays.csv in the data folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

TARGET = Path(__file__).parent / "data" / "holidays.csv"
_FIRST = 2020
_WEEKEND = 5


def main(arguments: list[str]) -> int:
    from chinese_calendar.constants import holidays, workdays

    taken = date.fromisoformat(arguments[0]) if arguments else date.today()
    days = {day: ("off", name) for day, name in holidays.items()}
    days |= {day: ("work", name) for day, name in workdays.items()}
    last = max(day.year for day in days)
    head = [
        f"# source: chinese-calendar {version('chinese-calendar')}（国务院办公厅关于节假日安排的通知）；许可：MIT",
        f"# taken: {taken.isoformat()}", f"# last_year: {last}", "date,kind,name",
    ]  # fmt: skip
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join([*head, *_lines(days, last)]) + "\n", encoding="utf-8")
    return 0


def _lines(days: dict[date, tuple[str, str]], last: int) -> Iterator[str]:
    """The days that are not as the week has them."""
    from chinese_calendar.constants import Holiday

    names = {one.value: one.chinese for one in Holiday}
    day = date(_FIRST, 1, 1)
    while day.year <= last:
        kind, name = days.get(day, ("", ""))
        # A weekend inside of a holiday is one anyway.
        if (kind == "off" and day.weekday() < _WEEKEND) or (kind == "work" and day.weekday() >= _WEEKEND):
            yield f"{day.isoformat()},{kind},{names.get(name, name)}"
        day += timedelta(days=1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
