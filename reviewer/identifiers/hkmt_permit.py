"""Travel permits between the mainland and Hong Kong, Macao and Taiwan. No check digits.

港澳居民来往内地通行证 (公安部, 2010): H or M, 8 lifelong digits, until 2013 two more that count renewals.
台湾居民来往大陆通行证: 8 digits, or 10 digits and a letter; these need a near word, and 8 digits that read
as a date are none. 往来港澳通行证 and 往来台湾通行证: C and 8 digits or C, a letter and 7; W, L, T and 8.

>>> is_valid('H12345678'), is_valid('M1234567801'), is_valid('CA1234567'), is_valid('01234567')
(True, True, True, True)
>>> is_valid('H1234567'), is_valid('20240105'), is_valid('CI1234567')
(False, False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_date, is_digits

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def is_valid(number: str) -> bool:
    """Whether `number` has one of the shapes above."""
    first, rest = number[:1], number[1:]
    if first in ("H", "M"):
        return is_digits(rest) and len(rest) in (8, 10)
    if first in ("C", "W", "L", "T") and len(rest) == 8:
        lettered = first == "C" and rest[0] in _LETTERS and is_digits(rest[1:])
        return lettered or is_digits(rest)
    return _is_taiwan_compatriot_permit(number)


def _is_taiwan_compatriot_permit(number: str) -> bool:
    if len(number) == 8:
        return is_digits(number) and not is_date(number)
    return len(number) == 11 and is_digits(number[:10]) and number[10] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
