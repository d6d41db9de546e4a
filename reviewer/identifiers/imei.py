"""IMEI, the serial number of a mobile device (3GPP TS 23.003): 15 digits, Luhn check digit last.

It collides with the 15-digit identity number and company registration number: ask for a near word.

>>> is_valid('490154203237518')
True
>>> is_valid('490154203237519'), is_valid('000000000000000')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits
from reviewer.identifiers.luhn import luhn_ok


def is_valid(number: str) -> bool:
    """Whether `number` is 15 digits that pass Luhn and are not all the same."""
    return len(number) == 15 and is_digits(number) and len(set(number)) > 1 and luhn_ok(number)
