"""Calendar dates as they stand in numbers: eight digits, YYYYMMDD."""

from __future__ import annotations

from functools import lru_cache

FIRST_YEAR = 1880
LAST_YEAR = 2099
"""years that a person's number or a document's number may plausibly hold"""

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31; `month` counts from 1."""
    return 29 if month == 2 and is_leap(year) else _DAYS[month - 1]


def is_digits(text: str) -> bool:
    """Whether `text` is one or more ASCII digits (str.isdigit alone takes any script)."""
    return text.isascii() and text.isdigit()


@lru_cache(maxsize=4096)
def is_date(text: str) -> bool:
    """Whether `text` is YYYYMMDD, a day of the calendar in a year from 1880 to 2099.

    >>> is_date('19040229'), is_date('19000229'), is_date('19041301'), is_date('18790101')
    (True, False, False, False)
    """
    if len(text) != 8 or not is_digits(text):
        return False
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
        return False
    return 1 <= day <= days_in_month(year, month)
