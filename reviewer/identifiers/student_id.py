"""全国学籍号, a pupil's national number: G (or L, J, given for a time) and the resident identity number.

>>> is_valid('G34010219000506123X')
True
>>> is_valid('G340102190005061230'), is_valid('34010219000506123X')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers import resident_id


def is_valid(number: str) -> bool:
    """Whether `number` is G, L or J and a valid identity number of 18 characters."""
    return is_plausible(number) and resident_id.is_valid(number[1:])


def is_plausible(number: str) -> bool:
    """As is_valid, but the check character is not looked at."""
    return len(number) == 19 and number[0] in "GLJ" and resident_id.is_plausible(number[1:])
