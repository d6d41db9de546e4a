"""Facts laid over each other: contradictions, agreement, counts."""

from __future__ import annotations

from datetime import date

import pytest

from reviewer.identifiers.candidates import Known
from reviewer.linkage.facts import Facts, agreement, count, facts_of, merged, overlaid, positions, share
from tests.linkage.drafts import number, row
from tests.scanner import TODAY

ID = number("34250119020512124")


def told(*parts: tuple[str, str], **known: object) -> Facts:
    return facts_of(row(*parts, known=Known(**known)))  # type: ignore[arg-type]


def card(form: str) -> tuple[str, str]:
    return "ID_CARD", form


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (told(card("342501????????1234")), told(card("342501????????1235")), False),
        (told(card("342501????????1234")), told(card("342502????????1234")), False),
        (told(card("342501????????1234")), told(card("34250119??????????")), True),
        # The check character: no number has both parts.
        (told(card("34250119020512????")), told(card("??????????????1241")), False),
        (told(card("34250119020512????")), told(card("??????????????" + ID[14:])), True),
        (told(card("3425011902????????")), told(birth_year=1903), False),
        (told(card("??????????0230????")), told(birth_year=1903), False),
        (told(card("??????????0229????")), told(birth_year=1903), False),
        (told(card("??????????0229????")), told(birth_year=1904), True),
        (told(card("????????????????1?")), told(male=False), False),
        (told(card("????????????????1?")), told(male=True), True),
        (told(born_from=date(1902, 1, 1), born_to=date(1902, 12, 31)), told(birth_year=1905), False),
        (told(born_from=date(1902, 1, 1), born_to=date(1902, 12, 31)), told(birth_year=1903), True),
        (told(born_from=date(1902, 1, 1), born_to=date(1902, 12, 31)),
         told(born_from=date(1906, 1, 1), born_to=date(1906, 12, 31)), False),
        (told(("PHONE", "138????1234")), told(("PHONE", "138????1235")), False),
        (told(("PHONE", "138????1234")), told(("BANK_CARD", "6222?????????1235")), True),
        (told(), told(), True),
    ],
)  # fmt: skip
def test_contradictions(one: Facts, other: Facts, same: bool) -> None:
    for a, b in ((one, other), (other, one)):
        assert (agreement(a, b, TODAY) is not None) is same


def test_more_that_agrees_is_less_likely_chance() -> None:
    birth = told(birth_year=1902, birth_month=5)
    forms = ["342501????????1234", "3425011902????1234", "342501190205??1234", "34250119020512????"]
    chances = [agreement(birth, told(card(form)), TODAY) or 0 for form in forms]
    assert chances[0] == 1.0 > chances[1] > chances[2] == chances[3]


def test_another_telephone_of_one_who_is_surely_the_same() -> None:
    one, other = told(card(ID[:17] + "?"), ("PHONE", "138????1234")), told(card(ID), ("PHONE", "138????9999"))
    assert agreement(one, other, TODAY) is not None


def test_wholes() -> None:
    one, other = (facts_of(row(wholes=[("ID_CARD", number(first))])) for first in (ID[:17], "34250119020512346"))
    assert agreement(one, other, TODAY) is None
    assert (agreement(one, one, TODAY) or 1) < 1e-6
    assert agreement(one, told(card(f"342501????????{ID[14:]}")), TODAY) is not None
    assert agreement(other, told(card(f"342501????????{ID[14:]}")), TODAY) is None
    # A mask of an unusual kind is neither: its token is not among those of the whole number.
    assert agreement(other, told(card(f"34??01????????{ID[14:]}")), TODAY) == 1.0
    phones = [facts_of(row(wholes=[("PHONE", value)])) for value in ("13800012345", "13800054321")]
    assert agreement(phones[0], phones[1], TODAY) == 1.0


def test_together_they_leave_fewer() -> None:
    one, other = told(card(f"342501????????{ID[14:]}"), male=False), told(birth_year=1902, birth_month=5)
    counts = [count("ID_CARD", some, TODAY) for some in ([one], [other], [one, other])]
    assert counts[1] is None and counts[0] and counts[2] and counts[2] <= 4 < counts[0]
    assert share(merged(one, other)) < share(one) < share(Facts()) == 1.0
    assert count("PHONE", [one, other], TODAY) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("12??", "??34", "1234"), ("12??", "13??", None), ("12??", "12??", "12??"), ("1?", "1??", None)],
)  # fmt: skip
def test_overlaid(one: str, other: str, expected: str | None) -> None:
    assert overlaid(one, other) == expected == overlaid(other, one)


def test_positions_name_no_digit() -> None:
    assert positions("342501????????123?") == "第1—6、15—17位"
    assert positions("?2??") == "第2位"
