"""The day that drafts and certificates are held against."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from reviewer.review.clock import day_of
from reviewer.review.revocation import first
from reviewer.scanning import today


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "UTC", "Asia/Shanghai", "Pacific/Kiritimati"])
def test_it_is_china_s_whatever_the_machine_s_zone(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        before = day_of(datetime.now(UTC))
        assert before <= today() <= day_of(datetime.now(UTC))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_list_signed_in_the_night_is_fresh_for_whole_days() -> None:
    # 23:24 of the 22nd in UTC is the 23rd in China.
    made = first(datetime(2026, 11, 22, 23, 24, tzinfo=UTC), 7)
    assert made.fresh_until == date(2026, 11, 23) + timedelta(days=7)
    assert made.is_fresh(date(2026, 11, 30)) and not made.is_fresh(date(2026, 12, 1))
