"""宗地代码, the code of a parcel of land (GB/T 37346-2018): the first 19 characters of the unit code.

6 digits of the county, 3 and 3 of the cadastral district, G, J or Z for the right (state, collective,
disputed), a letter for the kind of parcel, 5 digits of sequence.

>>> is_valid('341802001005GB00012')
True
>>> is_valid('341802001005AB00012'), is_valid('991802001005GB00012')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits
from reviewer.identifiers.resident_id import PROVINCES


def is_valid(number: str) -> bool:
    """Whether `number` has the shape of a parcel code in a known province."""
    return (
        len(number) == 19
        and is_digits(number[:12])
        and number[:2] in PROVINCES
        and number[12] in "GJZ"
        and number[13] in "ABCDEFGHSWXY"
        and is_digits(number[14:])
    )
