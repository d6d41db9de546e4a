"""港澳台居民居住证, the residence permit of Hong Kong, Macao and Taiwan residents (国办发〔2018〕81号).

Like a resident identity number (GB 11643), with 810000 (Hong Kong), 820000 (Macao) or 830000 (Taiwan)
in place of the area.

>>> is_valid('810000190203040100')
True
>>> is_valid('810000190203040104')
False
>>> is_valid('810100190203040100')
False
"""

from __future__ import annotations

from reviewer.identifiers import resident_id

AREAS = ("810000", "820000", "830000")


def is_valid(number: str) -> bool:
    """Whether `number` is a permit number with a real date and the right check character."""
    return is_plausible(number) and resident_id.is_valid(number)


def is_plausible(number: str) -> bool:
    """Shape, area and birth date are possible; the check character is not looked at."""
    return len(number) == 18 and number.startswith(AREAS) and resident_id.is_plausible(number)
