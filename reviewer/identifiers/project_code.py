"""投资项目统一代码, the code of a fixed-asset investment project (GB/T 40058-2021): no person's number.

24 characters, 20 digits in groups of 4-6-2-2-6: year and month, area, department, kind of project, random
digits with a check digit.

>>> is_valid('2509-320193-89-01-544060'), is_valid('25093201938901544060')
(True, True)
>>> is_valid('2513-320193-89-01-544060'), is_valid('2509-320193-8901-544060')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_digits
from reviewer.identifiers.resident_id import PROVINCES

_GROUPS = (4, 6, 2, 2, 6)


def is_valid(number: str) -> bool:
    """Whether `number` has the shape, a month and an area that can be; the check digit is not tested."""
    if "-" in number:
        groups = number.split("-")
        if tuple(map(len, groups)) != _GROUPS:
            return False
        number = "".join(groups)
    if len(number) != 20 or not is_digits(number):
        return False
    # Projects of the central departments carry 000000 or 100000.
    return "01" <= number[2:4] <= "12" and (number[4:6] in PROVINCES or number[4:6] in ("00", "10"))
