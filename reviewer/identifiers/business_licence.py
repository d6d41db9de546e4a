"""营业执照注册号, the registration number of companies before the credit code (GS 15-2006).

15 digits: 6 of the registering authority's area, 8 of sequence, one check digit by ISO 7064 MOD 11,10.
It looks like a 15-digit identity number: valid here and not supported as a person's means a company's.

>>> is_valid('340100000012347')
True
>>> is_valid('340100000012345')
False
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits


def is_valid(number: str) -> bool:
    """Whether `number` is 15 digits with the right check digit."""
    return len(number) == 15 and is_digits(number) and check_digit(number[:14]) == number[14]


def check_digit(first14: str) -> str:
    """The check digit that belongs after 14 digits (ISO 7064 MOD 11,10)."""
    product = 10
    for digit in first14:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
