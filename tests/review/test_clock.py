"""Working days, and what is assumed where no holidays are announced."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reviewer.casework.site import calendar
from reviewer.errors import StoreError, UsageError
from reviewer.review.clock import CHINA, Calendar, due_in_days, due_in_hours, parse

TABLE = """# source: 通知
# last_year: 2026
date,kind,name
2026-10-01,off,国庆节
2026-10-02,off,国庆节
2026-10-10,work,国庆节
"""


@pytest.mark.parametrize(("start", "days", "due", "assumed"), [
    ("2026-09-30T10:00", 1, "2026-10-05", False),  # a Wednesday before the holidays of the table and a weekend
    ("2026-10-09T10:00", 1, "2026-10-10", False),  # a Saturday that is worked
    ("2026-11-20T10:00", 1, "2026-11-23", False),
    ("2026-11-20T10:00", 20, "2026-12-18", False),
    ("2026-11-22T23:59", 1, "2026-11-23", False),
    ("2026-12-31T10:00", 1, "2027-01-01", True),
    ("2026-12-28T10:00", 15, "2027-01-18", True),
])  # fmt: skip
def test_due_dates(start: str, days: int, due: str, assumed: bool) -> None:
    made = due_in_days(datetime.fromisoformat(start).replace(tzinfo=CHINA), days, parse(TABLE.splitlines()))
    assert (made.at.isoformat(), made.assumed) == (f"{due}T23:59:59+08:00", assumed)


def test_the_day_is_chinas() -> None:
    late = datetime(2026, 11, 22, 17, tzinfo=UTC)  # Monday, one o'clock in the morning
    assert due_in_days(late, 1, Calendar(last_year=2026)).at.date() == date(2026, 11, 24)


def test_urgent_clocks_run_through_the_weekend() -> None:
    friday = datetime(2026, 11, 20, 17, tzinfo=CHINA)
    assert due_in_hours(friday, 8).at == datetime(2026, 11, 21, 1, tzinfo=CHINA)


@pytest.mark.parametrize(("line", "says"), [
    ("2026-10-01,holiday,国庆节", "第 5 行"), ("10月1日,off,国庆节", "第 5 行"), ("2026-10-01", "第 5 行"),
])  # fmt: skip
def test_a_faulty_line_is_named(line: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse([*TABLE.splitlines()[:4], line])


def test_the_last_announced_year_must_be_said() -> None:
    with pytest.raises(UsageError, match="last_year"):
        parse(["date,kind,name"])


def test_ours_and_the_offices_own(tmp_path: Path) -> None:
    ours = calendar(tmp_path)
    assert ours.last_year >= 2026 and not ours.works(date(2026, 10, 1)) and ours.works(date(2026, 10, 10))
    (tmp_path / "holidays.csv").write_text("\ufeff# last_year: 2027\n2026-11-23,off,本地\n", encoding="utf-8")
    own = calendar(tmp_path)
    assert own.last_year == 2027 and not own.works(date(2026, 11, 23)) and own.works(date(2026, 10, 1))
    (tmp_path / "holidays.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError, match="UTF-8"):
        calendar(tmp_path)
