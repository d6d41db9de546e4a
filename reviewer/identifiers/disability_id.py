"""残疾人证号, the number of a disability certificate (中国残联, second generation).

20 characters: the holder's resident identity number, one digit of category (1 to 7), one of grade (1 to 4);
B and a digit follow where the certificate was issued again.

>>> is_valid('34010219000506123X43'), is_valid('34010219000506123X43B1')
(True, True)
>>> is_valid('34010219000506123X83'), is_valid('34010219000506123045')
(False, False)
"""

from __future__ import annotations

from reviewer.identifiers import resident_id


def is_valid(number: str) -> bool:
    """Whether `number` holds a valid identity number, a category and a grade."""
    return is_plausible(number) and resident_id.is_valid(number[:18])


def is_plausible(number: str) -> bool:
    """As is_valid, but the identity number's check character is not looked at."""
    if len(number) == 22 and number[20] == "B" and number[21] in "0123456789":
        number = number[:20]
    return (
        len(number) == 20
        and number[18] in "1234567"
        and number[19] in "1234"
        and resident_id.is_plausible(number[:18])
    )
