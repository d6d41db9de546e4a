"""固定电话, a fixed-line number with its area code: 0, 2 or 3 digits, local number of 7 or 8, extension.

Area codes of three characters (010, 02x) have local numbers of 8 digits, the others of 7 or 8; local
numbers start with 2 to 8. With the country code (+86, 0086) the 0 of the area code may be left out.

>>> is_valid('0563-3021234'), is_valid('05633021234'), is_valid('(0563)3021234'), is_valid('010-62345678')
(True, True, True, True)
>>> is_valid('0563-3021234-801'), is_valid('0563-3021234转801')
(True, True)
>>> is_valid('+86-563-3021234'), is_valid('008601062345678'), is_valid('+86 123 3021234')
(True, True, False)
>>> is_valid('010-6234567'), is_valid('0563-1021234'), is_valid('0123-3021234'), is_valid('3021234')
(False, False, False, False)
>>> area('05633021234')
'安徽/宣城'
"""

from __future__ import annotations

from functools import cache

from reviewer.identifiers.dates import is_digits
from reviewer.identifiers.tables import rows

_EXTENSION_SIGNS = ("转", "-", "分机", "#", "EXT", "*")


def is_valid(number: str) -> bool:
    """Whether `number` has a known area code, a local number that fits it, and at most one extension."""
    return _parts(number) is not None


def area(number: str) -> str | None:
    """Province and city of a valid number's area code, such as 安徽/宣城; None for any other."""
    parts = _parts(number)
    return None if parts is None else _area_codes()[parts[0]]


def _parts(number: str) -> tuple[str, str] | None:
    """Area code and local number, or None."""
    plain = number.replace("(", "").replace(")", "-").replace(" ", "")
    for country in ("+86", "0086"):
        if plain.startswith(country):
            plain = "0" + plain.removeprefix(country).lstrip("-0")
    width = 3 if plain[1:2] in ("1", "2") else 4
    code, rest = plain[:width], plain[width:].lstrip("-")
    if code not in _area_codes():
        return None
    local, extension = _split_extension(rest)
    lengths = (8,) if width == 3 else (7, 8)
    if len(local) not in lengths or not is_digits(local) or local[0] not in "2345678":
        return None
    if extension is not None and not (is_digits(extension) and len(extension) <= 6):
        return None
    return code, local


def _split_extension(rest: str) -> tuple[str, str | None]:
    for sign in _EXTENSION_SIGNS:
        local, found, extension = rest.partition(sign)
        if found:
            return local, extension
    return rest, None


@cache
def _area_codes() -> dict[str, str]:
    return {code: name for code, name in rows("landline_codes")}
