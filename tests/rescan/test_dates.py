"""Days and periods as notices write them."""

from __future__ import annotations

from datetime import date

import pytest

from reviewer.rescan import dates
from reviewer.review.clock import packaged

NEAR = date(2026, 8, 1)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026年8月3日至8月7日", "2026-08-03 2026-08-07"),
        ("2026年8月3日—2026年8月9日", "2026-08-03 2026-08-09"),
        ("2026 年 8 月 3 日（星期一）起至 8 月 7 日止", "2026-08-03 2026-08-07"),
        ("8月3日上午8：30至8月7日下午17：30", "2026-08-03 2026-08-07"),
        ("2026年8月3-7日", "2026-08-03 2026-08-07"),
        ("二○二六年八月三日至七日", "2026-08-03 2026-08-07"),
        ("二〇二五年十二月二十八日到二〇二六年一月三日", "2025-12-28 2026-01-03"),
        ("2026.8.3—8.7", "2026-08-03 2026-08-07"),
        ("2026-08-03 08:00 至 2026-08-07 17:30", "2026-08-03 2026-08-07"),
        ("2026/8/3～2026/8/7", "2026-08-03 2026-08-07"),
        ("２０２６年８月３日至８月７日", "2026-08-03 2026-08-07"),
        ("2026年12月29日至1月5日", "2026-12-29 2027-01-05"),
        ("12月29日至1月5日", "2026-12-29 2027-01-05"),
        ("今年8月3日至7日", "2026-08-03 2026-08-07"),
        # no days, or none in order
        ("2026年8月30日至7日", None),
        ("2026年2月30日至3月7日", None),
    ],
)
def test_ranges(text: str, days: str | None) -> None:
    match = dates.RANGE.search(dates.plain(text))
    found = dates.span(match, NEAR) if match is not None else None
    assert (f"{found.first} {found.last}" if found is not None else None) == days


def test_a_year_that_is_left_out_is_the_nearest_or_none() -> None:
    assert dates.day(None, 1, 5, date(2026, 12, 30)) == date(2027, 1, 5)
    assert dates.day(None, 12, 30, date(2027, 1, 3)) == date(2026, 12, 30)
    assert dates.day(None, 12, 30, None) is None
    assert dates.day(None, 2, 29, date(2027, 3, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("start", "text", "last"),
    [
        ("2026-08-03", "5个工作日", "2026-08-10"),
        ("2026-09-28", "五个工作日", "2026-10-10"),  # 国庆节七天，10 月 10 日调休上班
        ("2026-08-03", "7天", "2026-08-10"),
        ("2026-08-03", "3 日", "2026-08-06"),
        ("2026-08-03", "十二日", "2026-08-17"),  # 8 月 15 日是星期六
        ("2026-09-24", "七日", "2026-10-08"),  # 最后一日在假期里
        ("2026-08-31", "一个月", "2026-09-30"),
        ("2024-02-29", "1年", "2025-02-28"),
        ("2021-01-01", "五年", "2026-01-01"),
    ],
)
def test_periods(start: str, text: str, last: str) -> None:
    match = dates.LENGTH.search(dates.plain(text))
    assert match is not None
    assert str(dates.after(date.fromisoformat(start), dates.length(match), packaged())[0]) == last


def test_holidays_that_are_not_announced_are_told() -> None:
    match = dates.LENGTH.search("5个工作日")
    assert match is not None
    assert dates.after(date(2040, 1, 2), dates.length(match), packaged())[1]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("公告\n　　2026年8月3日\n", "2026-08-03"),
        ("2025年1月1日\n正文\n清溪县财政局\n二〇二六年八月三日\n（联系人：办公室）", "2026-08-03"),
        ("会议于2026年8月3日召开。", None),
        ("8月3日\n", None),
    ],
)
def test_the_day_under_a_text(text: str, day: str | None) -> None:
    found = dates.signed_on(dates.plain(text))
    assert (str(found) if found else None) == day


@pytest.mark.parametrize("text", ["12个日", "第2026年", "8月3日", "3—5日", "5日以前"])
def test_what_is_no_period(text: str) -> None:
    match = dates.LENGTH.search(dates.plain(text))
    assert match is None or match["n"] not in ("8", "3", "026", "5")
