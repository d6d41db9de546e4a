"""出生医学证明编号, the number of a medical certificate of birth: a letter and 9 digits, no check digit.

Identity numbers of Taiwan look the same: the rule asks for a near word.

>>> is_valid('L123456789')
True
>>> is_valid('L12345678'), is_valid('1123456789')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits


def is_valid(number: str) -> bool:
    """Whether `number` is a capital letter and 9 digits that are not all the same."""
    first, digits = number[:1], number[1:]
    return "A" <= first <= "Z" and len(digits) == 9 and is_digits(digits) and len(set(digits)) > 1
