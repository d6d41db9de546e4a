"""Made-up drafts, and what they give: persons with birth years 1900 to 1905, in a county that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reviewer.identifiers.candidates import HIDDEN, Known
from reviewer.identifiers.resident_id import check_digit
from reviewer.linkage.join import Join, joins
from reviewer.linkage.persons import Measure
from reviewer.linkage.score import rarity
from reviewer.linkage.tokens import Given, Page, Row, Tokens, given
from tests.scanner import TODAY, scanner

TOKENS = Tokens(b"k" * 32)
MEASURE = Measure(TODAY)
DAY = date(2026, 1, 5)
NOTHING = Known()
RARE, COMMON = "缑茂林", "王芳"


def number(first17: str) -> str:
    return first17 + check_digit(first17)


def masked(whole: str, *shown: tuple[int, int]) -> str:
    """`whole` with ? for all but the stretches shown."""
    return "".join(char if any(a <= k < b for a, b in shown) else HIDDEN for k, char in enumerate(whole))


def read(text: str, document: str = "一.txt", unit: str = "柳林镇人民政府") -> Given:
    return given(scanner().text(text), Page(document, unit, "", DAY), TOKENS)


def of_texts(*texts: str) -> list[Join]:
    """The joins of drafts named 1, 2 ..."""
    return joins([read(text, str(k)) for k, text in enumerate(texts, start=1)], MEASURE)


def row(
    *parts: tuple[str, str], name: str = RARE, village: str = "杨树", township: str = "柳林镇", at: int = 3,
    table: int = 0, hidden: bool = False, kinds: Sequence[str] = (), wholes: Sequence[tuple[str, str]] = (), known: Known = NOTHING,
) -> Row:  # fmt: skip
    return Row(
        at, table, TOKENS.name(name) if name else "", rarity(name) if name else 0,
        TOKENS.place(("青禾县", township, village)), frozenset(kinds), tuple(TOKENS.whole(*one) for one in wholes),
        tuple(TOKENS.part(*one) for one in parts), known, hidden,
        TOKENS.aliases(name) if name and not hidden else frozenset(),
    )  # fmt: skip


def of_rows(*rows: Row | Sequence[Row]) -> list[Join]:
    """The joins of documents named 1, 2 ... of one row each, or of several."""
    documents = [
        Given(Page(str(k), published=DAY), "", (one,) if isinstance(one, Row) else tuple(one))
        for k, one in enumerate(rows, start=1)
    ]
    return joins(documents, MEASURE)
