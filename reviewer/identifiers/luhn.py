"""The Luhn check of card numbers and IMEI (ISO/IEC 7812-1 annex B)."""

from __future__ import annotations

DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""what a digit on an even place (from the right) adds to the sum: the digits of its double, added"""


def luhn_ok(digits: str) -> bool:
    """Whether ASCII `digits` pass; the last one is the check digit.

    >>> luhn_ok('4111111111111111'), luhn_ok('4111111111111112')
    (True, False)
    """
    # ASCII codes stand for the digits: each is 48 more.
    codes = digits.encode()
    last = codes[-1::-2]
    return (sum(last) - 48 * len(last) + sum(codes[-2::-2].translate(_DOUBLED))) % 10 == 0


_DOUBLED = bytes(DOUBLED[code - 48] if 48 <= code < 58 else 0 for code in range(256))
