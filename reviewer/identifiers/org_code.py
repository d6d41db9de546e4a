"""组织机构代码, the organisation code that came before the credit code (GB 11714-1997).

8 digits or letters and one check character modulo 11 (0 to 9 or X), written with or without a hyphen.

>>> is_valid('MB1631138'), is_valid('MB163113-8')
(True, True)
>>> is_valid('MB1631139')
False
"""

from __future__ import annotations

WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def is_valid(number: str) -> bool:
    """Whether `number` has the shape and the check character of an organisation code."""
    if len(number) == 10 and number[8] == "-":
        number = number[:8] + number[9]
    if len(number) != 9 or not all(character in _ALPHABET for character in number):
        return False
    return check_digit(number[:8]) == number[8]


def check_digit(first8: str) -> str:
    """The check character that belongs after 8 digits or capital letters."""
    total = sum(w * _ALPHABET.index(c) for w, c in zip(WEIGHTS, first8, strict=True))
    return "0123456789X"[-total % 11]
