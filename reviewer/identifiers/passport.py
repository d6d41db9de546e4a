"""护照号码, the number of a Chinese passport (mainland; Hong Kong K, KJ; Macao MA, MB). No check digit.

E and 8 digits until April 2017, then E, a letter (not I or O) and 7 digits; G and 8 digits, 14 or 15 and
7 digits before; D, S, P with 7 or 8 digits and DE, SE, PE with 7 for diplomatic, service and public
affairs passports. Numbers without a letter need a near word.

>>> is_valid('E12345678'), is_valid('EA1234567'), is_valid('PE1234567'), is_valid('MA1234567')
(True, True, True, True)
>>> is_valid('EI1234567'), is_valid('E1234567'), is_valid('161234567')
(False, False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits

_FORMS = (
    ({"E", "G", "K"}, {8}),
    ({"D", "S", "P"}, {7, 8}),
    ({"DE", "SE", "PE", "KJ", "MA", "MB"} | {"E" + letter for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ"}, {7}),
    ({"14", "15"}, {7}),
)


def is_valid(number: str) -> bool:
    """Whether `number` has one of the shapes above."""
    for prefixes, lengths in _FORMS:
        for prefix in (number[:1], number[:2]):
            digits = number[len(prefix) :]
            if prefix in prefixes and len(digits) in lengths and is_digits(digits):
                return True
    return False
