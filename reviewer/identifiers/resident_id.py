"""公民身份号码, the number of the resident identity card (GB 11643-1999), and its 15-digit form of 1989.

18 characters: 6 digits of the area where the number was first given (GB/T 2260), 8 of the birth date,
3 of sequence (odd for men, even for women), one check character by ISO 7064 MOD 11-2 (0 to 9 or X).
The 15-digit form has two digits of the year (19..) and no check character.

The area code is the one of the year of issue, so codes that were abolished, or listed only later, are
valid: only the province decides.

>>> is_valid('34010219000506123X')
True
>>> is_valid('340102190005061230')
False
>>> is_plausible('340102190005061230')
True
>>> is_valid('34010219001306123X')
False
>>> is_valid('32050619010304121X')
True
>>> is_valid('340102000506123')
True
>>> birth_date('34010219000506123X')
datetime.date(1900, 5, 6)
>>> sex('34010219000506123X')
'男'
"""

from __future__ import annotations

from operator import mul

from reviewer.identifiers.dates import is_date, is_digits

# typing and datetime together cost more than importing this module may (3 ms); type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
"""CHECK_CHARACTERS[weighted sum of the first 17 digits % 11] stands last"""

PROVINCES = frozenset((
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37",
    "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
    "71", "81", "82", "83", "91",
))  # fmt: skip
"""first two digits of GB/T 2260; 81 to 83 also stand on 港澳台居民居住证"""


def is_valid(number: str) -> bool:
    """Whether `number` can be a resident identity number; 15 digits have no check character to test."""
    if not is_plausible(number):
        return False
    return len(number) == 15 or check_digit(number[:17]) == number[17]


def is_plausible(number: str) -> bool:
    """Shape, province and birth date (1880 to 2099) are possible; the check character is not looked at."""
    if len(number) == 18:
        return (
            is_digits(number[:17])
            and number[17] in CHECK_CHARACTERS
            and number[:2] in PROVINCES
            and is_date(number[6:14])
        )
    if len(number) == 15:
        return is_digits(number) and number[:2] in PROVINCES and is_date("19" + number[6:12])
    return False


def check_digit(first17: str) -> str:
    """The check character that belongs after 17 digits (ISO 7064 MOD 11-2)."""
    if len(first17) != 17:
        raise ValueError("not 17 digits")
    # ASCII codes stand for the digits: each is 48 more.
    return CHECK_CHARACTERS[(sum(map(mul, WEIGHTS, first17.encode())) - 48 * sum(WEIGHTS)) % 11]


def birth_date(number: str) -> date:
    """The birth date in a plausible number; ValueError for any other."""
    from datetime import date

    digits = _birth_digits(number)
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def sex(number: str) -> Literal["男", "女"]:
    """The sex in a plausible number; ValueError for any other."""
    _birth_digits(number)
    digit = number[16] if len(number) == 18 else number[14]
    return "男" if digit in "13579" else "女"


def to_18(number: str) -> str:
    """The 18-character form of a plausible 15-digit number (year 19.., check character added).

    >>> to_18('340102000506123')
    '34010219000506123X'
    """
    if len(number) != 15:
        return number
    _birth_digits(number)
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + check_digit(first17)


def _birth_digits(number: str) -> str:
    if not is_plausible(number):
        raise ValueError("not a resident identity number")
    return number[6:14] if len(number) == 18 else "19" + number[6:12]
