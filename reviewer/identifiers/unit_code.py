"""不动产单元号, the code of a unit of real property (GB/T 37346-2018): 28 characters.

The parcel code (19), one letter for what stands on it (F building, L wood, Q other, W nothing) and 8 digits.

>>> is_valid('341802001005GB00012F00030012'), is_valid('341802001005GB00012W00000000')
(True, True)
>>> is_valid('341802001005GB00012X00030012'), is_valid('341802001005GB00012W00030012')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers import parcel_code
from reviewer.identifiers.dates import is_digits


def is_valid(number: str) -> bool:
    """Whether `number` has the shape of a unit code; W is followed by zeros only."""
    if len(number) != 28 or not parcel_code.is_valid(number[:19]) or not is_digits(number[20:]):
        return False
    return number[19] in "FLQ" or number[19:] == "W00000000"
