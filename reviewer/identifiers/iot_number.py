"""物联网号码, the number of a SIM card in a thing, not in a phone: 13 digits from 140, 141, 144, 146, 148.

>>> is_valid('1440123456789'), is_valid('1480123456789')
(True, True)
>>> is_valid('1450123456789'), is_valid('14401234567')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits

_SEGMENTS = ("1400", "1410", "1440", "1441", "146", "148")


def is_valid(number: str) -> bool:
    """Whether `number` is 13 digits in a segment for things."""
    return len(number) == 13 and is_digits(number) and number.startswith(_SEGMENTS)
