"""车辆识别代号 VIN (GB 16735-2019, ISO 3779): 17 characters without I, O, Q; the ninth is a check digit.

The check digit ranks a number and does not veto it: is_plausible leaves it out.

>>> is_valid('1M8GDM9AXKP042788')
True
>>> is_valid('1M8GDM9A1KP042788'), is_plausible('1M8GDM9A1KP042788')
(False, True)
>>> is_plausible('12345678901234567')
False
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits

WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {
    **{digit: int(digit) for digit in "0123456789"},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}


def is_valid(number: str) -> bool:
    """Whether `number` has the shape and the check digit of a VIN."""
    return is_plausible(number) and check_digit(number) == number[8]


def is_plausible(number: str) -> bool:
    """Only the shape: 17 characters, some of them letters, the last four digits."""
    return (
        len(number) == 17
        and all(character in _VALUES for character in number)
        and not is_digits(number)
        and is_digits(number[13:])
        and number[8] in "0123456789X"
    )


def check_digit(number: str) -> str:
    """The check digit that belongs on the ninth place of 17 characters."""
    return "0123456789X"[sum(w * _VALUES[c] for w, c in zip(WEIGHTS, number, strict=True)) % 11]
