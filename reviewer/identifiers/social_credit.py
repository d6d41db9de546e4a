"""统一社会信用代码, the unified social credit identifier of organisations (GB 32100-2015).

18 characters: 1 of the registering authority, 1 of the kind of organisation, 6 digits of the area,
9 of the organisation code (GB 11714), one check character modulo 31. I, O, S, V and Z do not occur.

>>> is_valid('11341700MB1631138U')
True
>>> is_valid('11341700MB1631139U')
False
>>> is_valid('11341700MB163113OU')
False
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AUTHORITIES = "123456789ANY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def is_valid(number: str) -> bool:
    """Whether `number` has the shape and the check character of a credit code."""
    return is_plausible(number) and check_digit(number[:17]) == number[17]


def is_plausible(number: str) -> bool:
    """Only the shape: length, alphabet, registering authority and a numeric area."""
    return (
        len(number) == 18
        and number[0] in AUTHORITIES
        and is_digits(number[2:8])
        and all(character in ALPHABET for character in number)
    )


def check_digit(first17: str) -> str:
    """The check character that belongs after 17 characters of ALPHABET."""
    total = sum(w * ALPHABET.index(c) for w, c in zip(WEIGHTS, first17, strict=True))
    return ALPHABET[-total % 31]
