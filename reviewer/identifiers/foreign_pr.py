"""外国人永久居留身份证, the permanent residence card of foreigners: form of 2023 and form of 2017.

2023 (国家移民管理局, 机读信息规则): 18 characters: 9, 2 digits of the province that accepted the
application, 3 of nationality (ISO 3166 numeric), 8 of birth date, 3 of sequence, a check character as in
GB 11643. 2017: 3 letters of nationality, 4 digits of the area, 8 digits of which no public source gives
a check, so only the province is tested.

A number of 18 digits that starts with 9 may also be a 统一社会信用代码: ask social_credit as well.

>>> is_valid('911840190205061238')
True
>>> is_valid('911840190205061230')
False
>>> is_valid('USA310119900101')
True
>>> is_valid('ABC202401010001')
False
"""

from __future__ import annotations

from reviewer.identifiers.dates import is_date, is_digits
from reviewer.identifiers.resident_id import CHECK_CHARACTERS, PROVINCES, check_digit


def is_valid(number: str) -> bool:
    """Whether `number` is a card number of either form."""
    if not is_plausible(number):
        return False
    return len(number) == 15 or check_digit(number[:17]) == number[17]


def is_plausible(number: str) -> bool:
    """Shape and birth date (2023), shape and province (2017); the check character is not looked at."""
    if len(number) == 18:
        return (
            number[0] == "9"
            and is_digits(number[:17])
            and number[17] in CHECK_CHARACTERS
            and is_date(number[6:14])
        )
    if len(number) == 15:
        letters, digits = number[:3], number[3:]
        return letters.isascii() and letters.isalpha() and is_digits(digits) and digits[:2] in PROVINCES
    return False
