"""银行卡号, the number of a bank card (ISO/IEC 7812, JR/T 0061): 16 to 19 digits, Luhn check digit last.

The first digits (BIN) name the issuer; data/card_bins.tsv lists those of cards issued in China with the
length of their numbers. A BIN that is not listed may still be a new one.

>>> is_valid('6222020000000000000')
True
>>> is_valid('6222020000000000001')
False
>>> issuer('6222020000000000000')
'中国工商银行'
>>> is_valid('4111111111111111')
True
"""

from __future__ import annotations

from functools import cache

from reviewer.identifiers.dates import is_digits
from reviewer.identifiers.luhn import luhn_ok
from reviewer.identifiers.tables import FOLDER, rows
from reviewer.prepared.tables import table

__all__ = ["LENGTHS", "bins", "is_valid", "issuer", "issuer_known", "luhn_ok"]

LENGTHS = (16, 17, 18, 19)

_SCHEMES = ("62", "60", "4", "51", "52", "53", "54", "55", "35")
"""ranges of UnionPay, Visa, Mastercard and JCB; 9.. is national use: only what the list holds"""


def is_valid(number: str) -> bool:
    """Whether `number` can be a card number: length, Luhn, and a listed BIN or a card scheme's range."""
    if not is_digits(number) or number.count(number[0]) == len(number):
        return False
    known = (len(number) in LENGTHS and number.startswith(_SCHEMES)) or issuer_known(number)
    return known and luhn_ok(number)


def issuer_known(number: str) -> bool:
    """Whether the number starts with a listed BIN and has the length that belongs to it."""
    return _listed(number) is not None


def issuer(number: str) -> str | None:
    """The bank that issued the card, in Chinese or by its code, or None where the BIN is not listed."""
    return _listed(number)


def _listed(number: str) -> str | None:
    listed = bins().get(len(number))
    if listed is None:
        return None
    heads, widths = _shape(len(number))
    if number[:_HEAD] in heads:
        for width in widths:
            bank = listed.get(number[:width])
            if bank is not None:
                return bank
    return None


_HEAD = 3
"""digits of the shortest BIN"""


@cache
def _shape(length: int) -> tuple[frozenset[str], tuple[int, ...]]:
    """How the BINs of card numbers of this length begin, and how long they are, the longest first."""
    listed = bins()[length]
    return frozenset(bin_[:_HEAD] for bin_ in listed), tuple(sorted(set(map(len, listed)), reverse=True))


@table(FOLDER / "card_bins.tsv")
def bins() -> dict[int, dict[str, str]]:
    """Length of the card number -> BIN (3 to 10 digits) -> bank."""
    found: dict[int, dict[str, str]] = {}
    for bin_, length, bank in rows("card_bins"):
        found.setdefault(int(length), {})[bin_] = bank
    return found
