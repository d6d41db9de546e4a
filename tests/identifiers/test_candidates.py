"""The counts against enumeration, against the figures that the domain report gives, and their speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.identifiers import areas, bank_card, luhn, mobile, resident_id
from reviewer.identifiers.candidates import (
    Known,
    bank_card_candidates,
    consistent_candidates,
    fit,
    fit_lengths,
    mobile_candidates,
    resident_id_candidates,
    shows_full_birth_date,
)
from tests.pace import cost

TODAY = date(2026, 11, 22)


def fillings(masked: str, last: str = "0123456789") -> Iterator[str]:
    """Every string that `masked` may stand for; `last` are the choices for a hidden last character."""
    choices = [shown if shown != "?" else "0123456789" for shown in masked]
    if masked[-1] == "?":
        choices[-1] = last
    return ("".join(characters) for characters in product(*choices))


def age_on(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def holds(number: str, masked: str, known: Known) -> bool:
    born, area = resident_id.birth_date(number), number[:6]
    return (
        (area in (masked[:6], *(known.areas or ())) or areas.is_listed(area) or is_in_no_list(masked, known))
        and known.birth_year in (None, born.year)
        and known.birth_month in (None, born.month)
        and known.birth_day in (None, born.day)
        and known.age in (None, age_on(born, TODAY))
        and (known.male is None or known.male == (resident_id.sex(number) == "男"))
        and (known.areas is None or number.startswith(tuple(known.areas)))
    )


def is_in_no_list(masked: str, known: Known) -> bool:
    return known.areas is None and not any(map(areas.is_listed, fillings(masked[:6])))


def enumerated(masked: str, known: Known) -> int:
    """The same count the slow way."""
    births = [
        resident_id.birth_date(number)
        for number in fillings(masked, "0123456789X" if len(masked) == 18 else "0123456789")
        if resident_id.is_valid(number) and holds(number, masked, known)
    ]
    year = masked[6:10] if len(masked) == 18 else "19" + masked[6:8]
    given_year = "?" not in year or known.birth_year is not None or known.age is not None
    old = [born for born in births if date(1900, 1, 1) <= born <= TODAY]
    recent = [born for born in old if born >= date(1926, 11, 22)]
    # Which years count is settled by the dates alone, before sequence and check character.
    dates = masked[6:14] if len(masked) == 18 else "19" + masked[6:12]
    births = [
        resident_id.birth_date(number)
        for number in fillings(f"340102{dates}0000")
        if resident_id.is_plausible(number) and holds(number, "340102", replace(known, male=None, areas=None))
    ]
    any_recent = any(date(1926, 11, 22) <= born <= TODAY for born in births)
    return len(recent if any_recent and not given_year else old)


def hide(number: str, places: set[int]) -> str:
    return "".join("?" if place in places else character for place, character in enumerate(number))


numbers = st.builds(
    lambda area, year, month, day, serial: f"{area}{year}{month:02}{day:02}{serial:03}",
    st.sampled_from(["110101", "340102", "320506", "342501", "349999", "810000", "830000"]),
    st.integers(1900, 1905) | st.sampled_from([1926, 1927, 2000, 2026]),
    st.integers(1, 12), st.integers(1, 28), st.integers(0, 999),
).map(lambda first: first + resident_id.check_digit(first))  # fmt: skip

@st.composite
def masks_with_facts(draw: st.DrawFn, old_form: bool = False) -> tuple[str, set[int], Known]:
    """A number, places to hide, and facts of which each is unknown, true or anyone's."""
    number = draw(numbers)
    born = resident_id.birth_date(number)
    hidden = draw(st.sets(st.integers(0, 14 if old_form else 17), max_size=3))
    known = Known(
        birth_year=draw(st.sampled_from([None, None, born.year, 1903])),
        birth_month=draw(st.sampled_from([None, None, born.month, 5])),
        birth_day=draw(st.sampled_from([None, None, born.day, 12])),
        age=draw(st.sampled_from([None, None, max(age_on(born, TODAY), 0), 99, 100])),
        male=draw(st.sampled_from([None, resident_id.sex(number) == "男", True])),
        areas=draw(st.sampled_from([None, *map(frozenset, ({number[:4], "11"}, {number[:6]}, {"34"}))])),
    )
    return (number[:6] + number[8:17] if old_form else number), hidden, known


@settings(max_examples=60)
@given(masks_with_facts())
def test_count_is_what_enumeration_gives(drawn: tuple[str, set[int], Known]) -> None:
    number, hidden, known = drawn
    masked = hide(number, hidden)
    assert resident_id_candidates(masked, known, TODAY) == enumerated(masked, known)


@settings(max_examples=40)
@given(masks_with_facts(old_form=True))
def test_count_of_the_old_form_is_what_enumeration_gives(drawn: tuple[str, set[int], Known]) -> None:
    number, hidden, known = drawn
    masked = hide(number, hidden)
    assert resident_id_candidates(masked, known, TODAY) == enumerated(masked, known)


@settings(max_examples=40)
@given(masks_with_facts())
def test_hiding_more_or_knowing_less_never_leaves_fewer(drawn: tuple[str, set[int], Known]) -> None:
    number, hidden, known = drawn
    masked = hide(number, hidden)
    count = resident_id_candidates(masked, known, TODAY)
    assert resident_id_candidates(hide(number, hidden | {16, 17}), known, TODAY) >= count
    if known.age is None and known.birth_year is None and not number.startswith("349999"):
        assert resident_id_candidates(masked, Known(), TODAY) >= count


@pytest.mark.parametrize(
    ("masked", "known", "low", "high"),
    [
        ("342501????????1234", Known(birth_year=1985), 33, 34),
        ("342501????????1234", Known(birth_year=1985, birth_month=3), 2, 4),
        ("340102????????1234", Known(birth_year=1990, birth_month=5), 2, 4),
        ("34250119850312????", Known(), 1000, 1000),
        ("34250119850312???4", Known(), 90, 92),
        ("3425011985031212??", Known(), 10, 10),
        ("3425011985031212??", Known(male=True), 5, 5),
        ("342501198503121??4", Known(), 9, 10),
        ("34????????????1234", Known(), 300_000, 2_000_000),
        ("34???????????????4", Known(), 10**8, 10**10),
        ("35?????????????123", Known(), 10**6, 10**7),  # the advised form: 2 + 3
        ("342501????????1234", Known(age=36), 32, 35),
        ("342501190305??1234", Known(), 2, 4),
        ("342501????????1234", Known(birth_year=1903, birth_month=5), 2, 4),
        ("342501??????123", Known(), 26_600, 26_800),
        ("342501??????123", Known(birth_year=1985, birth_month=3), 31, 31),
        ("349999????????1234", Known(), 3_300, 3_330),
        ("934???190305061234", Known(), 90, 92),  # a foreigner's
        ("??????190305061234", Known(areas=frozenset({"340102"})), 0, 1),
        ("342501????????1234", Known(areas=frozenset({"11"})), 0, 0),
        ("342501????????1244", Known(male=True), 0, 0),
    ],
)
def test_figures(masked: str, known: Known, low: int, high: int) -> None:
    assert low <= resident_id_candidates(masked, known, TODAY) <= high


def test_figures_of_the_domain_report() -> None:
    masked = "342501????????1234"
    by_year = [resident_id_candidates(masked, Known(birth_year=y), TODAY) for y in range(1940, 2009)]
    assert 2285 <= sum(by_year) <= 2300
    by_day = [resident_id_candidates(masked, Known(1985, 3, day), TODAY) for day in range(1, 32)]
    assert set(by_day) <= {0, 1} and 2 <= sum(by_day) <= 4


@pytest.mark.parametrize(
    ("masked", "known", "years"),
    [
        ("340102????05061???", Known(), range(1927, 2027)),  # 6 May: 1926 is more than 100 years ago
        ("340102????11221???", Known(), range(1926, 2027)),
        ("340102????11231???", Known(), range(1926, 2026)),
        ("340102190?05061???", Known(), range(1900, 1910)),
        ("340102192605061???", Known(), range(1926, 1927)),
        ("340102????05061???", Known(birth_year=1903), range(1903, 1904)),
        ("340102????05061???", Known(age=110), range(1916, 1917)),
        ("340102????12061???", Known(age=110), range(1915, 1916)),
        ("340102189905061???", Known(), range(0)),
        ("340102202612061???", Known(), range(0)),
    ],
)
def test_birth_dates_count_from_a_hundred_years_before_today(masked: str, known: Known, years: range) -> None:
    assert resident_id_candidates(masked, known, TODAY) == 100 * len(years)


def test_leap_days() -> None:
    masked = "340102????022912??"
    assert resident_id_candidates(masked, Known(), date(2024, 2, 29)) == 10 * 26  # 1924, 1928 ... 2024
    assert resident_id_candidates("340102????????1234", Known(age=24), date(2024, 2, 29)) > 0


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(1985, 3, areas=frozenset({"11"})), Known(1985, 3)),
        (Known(1985, 3, male=False), Known(1985, 3)),
        (Known(birth_year=2030), Known()),
        (Known(male=True, areas=frozenset({"34"})), Known()),
    ],
)
def test_facts_of_someone_else_are_set_aside(known: Known, expected: Known) -> None:
    masked = "342501????????1234"
    assert consistent_candidates(masked, known, TODAY) == resident_id_candidates(masked, expected, TODAY)


@pytest.mark.parametrize(
    "masked",
    ["", "?", "3401021903050612345", "34010219030506X23?", "340102********1234", "张40102????????1234",
     "３40102????????1234", "340102??????12X"],
)  # fmt: skip
def test_malformed_masks_are_refused_without_being_quoted(masked: str) -> None:
    with pytest.raises(ValueError, match="masked identity number") as caught:
        resident_id_candidates(masked, Known(), TODAY)
    assert "340102" not in str(caught.value)


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        ("??????190305061234", True), ("????????03050612??", False), ("34010219030506????", True),
        ("340102030506???", True), ("340102??0506???", False), ("34010219031306????", False), ("1903", False),
    ],
)  # fmt: skip
def test_full_birth_date(masked: str, shown: bool) -> None:
    assert shows_full_birth_date(masked) is shown


@pytest.mark.parametrize(
    ("masked", "count"),
    [
        ("138????1234", 10_000), ("1381234123?", 10), ("13812341234", 1), ("1??12341234", 53),
        ("134?1234123", 9), ("174??123412", 6), ("12?12341234", 0), ("13?12341234", 10),
    ],
)  # fmt: skip
def test_mobile_numbers(masked: str, count: int) -> None:
    assert mobile_candidates(masked) == count
    assert count == sum(map(mobile.is_valid, fillings(masked))) or masked.count("?") > 3


@settings(max_examples=40)
@given(st.text("0123456789", min_size=10, max_size=10), st.sets(st.integers(0, 10), max_size=3))
def test_mobile_count_is_what_enumeration_gives(tail: str, hidden: set[int]) -> None:
    masked = hide("1" + tail, hidden)
    assert mobile_candidates(masked) == sum(map(mobile.is_valid, fillings(masked)))


@settings(max_examples=40)
@given(
    st.sampled_from(["622202", "622848", "436742", "621700", "999999", "103000"]),
    st.text("0123456789", min_size=10, max_size=13),
    st.sets(st.integers(0, 18), max_size=3),
)
def test_card_count_is_what_enumeration_gives(bin_: str, rest: str, hidden: set[int]) -> None:
    masked = hide(bin_ + rest, hidden)
    every = list(fillings(masked))
    listed = [number for number in every if starts_with_listed_bin(number)]
    assert bank_card_candidates(masked) == sum(map(luhn.luhn_ok, listed or every))


def starts_with_listed_bin(number: str) -> bool:
    return number.startswith(tuple(bank_card.bins().get(len(number), {})))


@pytest.mark.parametrize(
    ("masked", "count"),
    [
        ("622202?????????1234", 10**8), ("6222020000000000000", 1), ("6222020000000000001", 0),
        ("622202000000000000?", 1), ("62220200000000000??", 10), ("622202????1234", 10**8),
        ("9999990000001234????", 111), ("999999????????1234", 10**7),
    ],
)  # fmt: skip
def test_cards(masked: str, count: int) -> None:
    assert bank_card_candidates(masked) == count


@pytest.mark.parametrize(
    ("masked", "total", "form"),
    [
        ("340102????1234", 18, "340102????????1234"),
        ("340102????????????1234", 18, "340102????????1234"),
        ("340102????????1234", 18, "340102????????1234"),
        ("34?1990?????1234", 18, "34?1990???????1234"),
        ("34010219030506123?4", 18, None),
        ("340102", 18, None),
        ("138?1234", 11, "138????1234"),
    ],
)
def test_masks_of_another_length(masked: str, total: int, form: str | None) -> None:
    assert fit(masked, total) == form


def test_what_is_known_does_not_show() -> None:
    assert "1903" not in repr(Known(birth_year=1903))


def test_prefix_and_suffix() -> None:
    assert fit_lengths("340102", "1234") == "340102????????1234"
    assert fit_lengths("138", "1234", 11) == "138????1234"
    assert fit_lengths("34010219030506", "12345") is None


def test_counting_is_quick_whatever_is_hidden() -> None:
    masks = ["?" * 18, "?" * 15, "3?0?0?????????1234", "340102????????????"]
    for masked in masks:
        resident_id_candidates(masked, Known(), TODAY)  # reads the tables
    for masked in masks:
        # Well under 5 ms; to try all the numbers would take days.
        assert cost(lambda masked=masked: resident_id_candidates(masked, Known(birth_month=5), TODAY), 3) < 3, masked
