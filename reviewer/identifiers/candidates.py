"""How many real numbers still fit a masked one: the judge of masks (脱敏是否充分).

A masked number is written with `?` for each hidden character. The count is exact: residues of the
weighted sum (GB 11643, MOD 11-2) are counted for the area, the birth date and the sequence apart and
then combined, so that even a number that is hidden altogether costs no enumeration.

>>> from datetime import date
>>> day = date(2026, 11, 22)
>>> resident_id_candidates('340102????????1234', Known(), day)
3316
>>> resident_id_candidates('340102????????1234', Known(birth_year=1990, birth_month=5), day)
2
>>> mobile_candidates('138????1234'), bank_card_candidates('622202?????????1234')
(10000, 100000000)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations
from operator import mul

from reviewer.identifiers import areas, bank_card, mobile
from reviewer.identifiers.dates import days_in_month, is_date, is_digits, is_leap
from reviewer.identifiers.luhn import luhn_ok
from reviewer.identifiers.resident_id import CHECK_CHARACTERS, PROVINCES, WEIGHTS

HIDDEN = "?"
EARLIEST = date(1900, 1, 1)
_MODULUS = 11
_DIGITS = "0123456789"
_VALUES = {digit: int(digit) for digit in _DIGITS}

Residues = tuple[int, ...]
"""how many strings have a weighted sum of 0, 1 ... 10 modulo 11"""


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What the row or clause of a masked number says about its holder; never shown in a repr.

    `areas` holds area code prefixes of 2, 4 or 6 digits, any of which may be the number's.
    """

    birth_year: int | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    age: int | None = None
    male: bool | None = None
    areas: frozenset[str] | None = None
    born_from: date | None = None
    born_to: date | None = None
    """the first and the last birth date that fit the ages which drafts of several days told"""


def resident_id_candidates(masked: str, known: Known, today: date) -> int:
    """How many resident identity numbers (18 or 15 characters) fit the characters shown and `known`.

    Area: any code that was ever listed; where none fits the digits shown, any code of the province (six
    shown digits are one code). Birth date: the last 100 years up to `today`; from 1900 where the year is
    shown or known, or no later date fits. Sequence: 000 to 999. 0 means that what is shown or known
    contradicts itself. ValueError when `masked` is not of 15 or 18 digits and `?` (X for the last of 18).
    """
    _refuse_malformed(masked)
    # The 15-digit form is the 18-character one without century and check character.
    full = masked if len(masked) == 18 else f"{masked[:6]}19{masked[6:]}{HIDDEN}"
    ways = _combine(_head_residues(full[:14], known, today), _sequence_residues(full[14:17], known.male))
    if len(masked) == 15 or full[17] == HIDDEN:
        return sum(ways)
    return ways[CHECK_CHARACTERS.index(full[17])]


def consistent_candidates(masked: str, known: Known, today: date) -> int:
    """As resident_id_candidates, but facts that contradict the number are set aside, as few as it takes.

    A date or village in the same row may be another person's: of the smallest sets of facts that can
    be dropped, the one that leaves fewest candidates counts. 0 only where the number itself can not be.
    """
    facts: tuple[dict[str, None], ...] = (
        {"areas": None},
        {"male": None},
        {"age": None},
        {"birth_year": None, "birth_month": None, "birth_day": None},
    )
    for dropped in range(len(facts) + 1):
        counts = []
        for some in combinations(facts, dropped):
            fewer = replace(known, **{name: None for fact in some for name in fact})
            counts.append(resident_id_candidates(masked, fewer, today))
        if any(counts):
            return min(count for count in counts if count)
    return 0


def shows_full_birth_date(masked: str) -> bool:
    """Whether all digits of a possible birth date are shown in a masked number of 15 or 18 characters."""
    if len(masked) == 18:
        return is_date(masked[6:14])
    return len(masked) == 15 and is_date("19" + masked[6:12])


def mobile_candidates(masked: str) -> int:
    """How many mobile numbers in a segment in use fit 11 digits and `?`."""
    if len(masked) != 11 or not _is_masked_number(masked):
        raise ValueError("a masked mobile number has 11 digits or ?")
    return _mobile_ways(masked[:_SEGMENT]) * 10 ** masked[_SEGMENT:].count(HIDDEN)


_SEGMENT = max(map(len, mobile.SEGMENTS))


@lru_cache(maxsize=4096)
def _mobile_ways(masked: str) -> int:
    """How many beginnings of mobile numbers fit the first characters."""
    return sum(10 ** masked[len(segment) :].count(HIDDEN) for segment in mobile.SEGMENTS if _fits(segment, masked))


def bank_card_candidates(masked: str, lengths: Sequence[int] = bank_card.LENGTHS) -> int:
    """How many card numbers fit the digits shown, the Luhn check and the listed BINs.

    A mask of 16 to 19 characters is taken to be as long as the number; any other is fitted to each of
    `lengths`. Where no listed BIN fits, the issuer is not in the list and all digits hidden count. 0 means
    that it is no card number.
    """
    if not _is_masked_number(masked):
        raise ValueError("a masked card number has digits or ?")
    if len(masked) in bank_card.LENGTHS:
        forms = [masked]
    else:
        forms = [form for form in (fit(masked, length) for length in lengths) if form is not None]
    listed = [(form, prefix) for form in forms for prefix in _bins_that_fit(form)]
    return sum(_card_ways(form, prefix) for form, prefix in listed or [(form, "") for form in forms])


def fit_lengths(prefix: str, suffix: str, total: int = 18) -> str | None:
    """`prefix`, as many `?` as it takes to reach `total`, `suffix`; None when they are longer than that.

    >>> fit_lengths('340102', '1234')
    '340102????????1234'
    """
    hidden = total - len(prefix) - len(suffix)
    return prefix + HIDDEN * hidden + suffix if hidden >= 0 else None


def fit(masked: str, total: int) -> str | None:
    """`masked` with its longest run of `?` stretched or shrunk so that it has `total` characters.

    None when nothing is hidden or too much is shown. One `?` stays at least: something was hidden.

    >>> fit('340102****1234'.replace('*', '?'), 18), fit('3401?1990??1234', 18)
    ('340102????????1234', '3401?1990?????1234')
    """
    if len(masked) == total:
        return masked
    runs = "".join(HIDDEN if c == HIDDEN else " " for c in masked).split()
    if not runs:
        return None
    longest = max(runs, key=len)
    start = masked.find(longest)
    prefix, suffix = masked[:start], masked[start + len(longest) :]
    return fit_lengths(prefix, suffix, total) if len(prefix) + len(suffix) < total else None


# Identity numbers: counting residues


def _combine(one: Residues, other: Residues) -> Residues:
    """Residues of the sums of one string from each side."""
    if sum(map(bool, one)) > sum(map(bool, other)):
        one, other = other, one
    ways = [0] * _MODULUS
    for r, count in enumerate(one):
        if count:
            for s, times in enumerate(other):
                ways[(r + s) % _MODULUS] += count * times
    return tuple(ways)


def _residue(digits: str, place: int) -> int:
    """The weighted sum of `digits`, of which the first stands at `place` (from 0), modulo 11."""
    return sum(map(mul, WEIGHTS[place:], map(int, digits))) % _MODULUS


def _tally(strings: Iterable[str], place: int) -> Residues:
    """Residues of `strings`, digits of which the first stands at `place`."""
    ways = [0] * _MODULUS
    weights = WEIGHTS[place:]
    for digits in strings:
        ways[sum(map(mul, weights, map(_VALUES.__getitem__, digits))) % _MODULUS] += 1
    return tuple(ways)


@lru_cache(maxsize=4096)
def _head_residues(masked: str, known: Known, today: date) -> Residues:
    """Residues of the area and the birth date: a list of persons asks for the same ones again and again."""
    return _combine(_area_residues(masked[:6], known.areas or None), _date_residues(masked[6:], known, today))


@lru_cache(maxsize=4096)
def _area_residues(masked: str, wanted: frozenset[str] | None) -> Residues:
    shown = masked.partition(HIDDEN)[0]
    if wanted is None:
        if shown == masked:
            return _tally([masked], 0)
        under = areas.codes_under(shown)
        if masked[len(shown) :].strip(HIDDEN):
            under = tuple(code for code in under if _fits(code, masked))
        return _tally(under, 0) if under else _unlisted_residues(masked)
    if shown == masked:
        return _tally([masked] if masked.startswith(tuple(wanted)) else [], 0)
    found = {code for prefix in wanted for code in areas.codes_under(prefix)}
    found |= {prefix for prefix in wanted if len(prefix) == 6}
    return _tally((code for code in found if _fits(code, masked)), 0)


def _unlisted_residues(masked: str) -> Residues:
    """Of any code in the provinces that fit, or any digits (foreigners: 9, a province, a country)."""
    provinces = [province for province in PROVINCES if _fits(province, masked)]
    head = _tally(provinces, 0) if provinces else _digit_residues(masked[:2], 0)
    return _combine(head, _digit_residues(masked[2:], 2))


@lru_cache(maxsize=4096)
def _sequence_residues(masked: str, male: bool | None) -> Residues:
    ways = _digit_residues(masked[:2], 14)
    last = _DIGITS if masked[2] == HIDDEN else masked[2]
    return _combine(ways, _tally((d for d in last if male is None or int(d) % 2 == male), 16))


def _digit_residues(masked: str, place: int) -> Residues:
    """Residues of all digits that may stand for `masked`, of which the first stands at `place`."""
    ways: Residues = (1, *[0] * (_MODULUS - 1))
    for here, shown in enumerate(masked, start=place):
        ways = _combine(ways, _tally(_DIGITS if shown == HIDDEN else shown, here))
    return ways


def _date_residues(masked: str, known: Known, today: date) -> Residues:
    """Residues of the birth dates that fit. See resident_id_candidates for the years that count."""
    born = replace(known, male=None, areas=None)
    told = born.birth_year is not None or born.age is not None or born.born_from is not None
    if is_digits(masked[:4]) or told:
        return _dates_between(masked, born, EARLIEST, today)
    ways = _dates_between(masked, born, _years_before(today, 100), today)
    return ways if any(ways) else _dates_between(masked, born, EARLIEST, today)


@lru_cache(maxsize=4096)
def _dates_between(masked: str, known: Known, first: date, last: date) -> Residues:
    if known.age is not None:
        # Someone of age n had the n-th birthday by that day and not yet the next.
        first = max(first, _years_before(last, known.age + 1) + timedelta(days=1))
        last = min(last, _years_before(last, known.age))
    first, last = max(first, known.born_from or first), min(last, known.born_to or last)
    ways = [0] * _MODULUS
    for year in range(first.year, last.year + 1):
        if not _fits(f"{year:04}", masked) or known.birth_year not in (None, year):
            continue
        low = f"{first:%m%d}" if year == first.year else "0101"
        high = f"{last:%m%d}" if year == last.year else "1231"
        shift = _residue(f"{year:04}", 6)
        days = _day_residues(masked[4:], known.birth_month, known.birth_day, is_leap(year), low, high)
        for r, count in enumerate(days):
            ways[(r + shift) % _MODULUS] += count
    return tuple(ways)


@lru_cache(maxsize=4096)
def _day_residues(
    masked: str, month: int | None, day: int | None, leap: bool, low: str, high: str
) -> Residues:
    """Residues of the days (MMDD) from `low` to `high` of a year that fit."""
    return _tally(
        (
            text
            for text in _days_of_year(leap)
            if low <= text <= high
            and _fits(text, masked)
            and month in (None, int(text[:2]))
            and day in (None, int(text[2:]))
        ),
        10,
    )


@lru_cache(maxsize=2)
def _days_of_year(leap: bool) -> tuple[str, ...]:
    year = 2000 if leap else 2001
    return tuple(f"{m:02}{d:02}" for m in range(1, 13) for d in range(1, days_in_month(year, m) + 1))


def _years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 28 February for 29 February of a year that has none."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _refuse_malformed(masked: str) -> None:
    body = masked[:17] if len(masked) == 18 else masked
    if (
        len(masked) not in (15, 18)
        or not _is_masked_number(body)
        or (len(masked) == 18 and masked[17] not in CHECK_CHARACTERS + HIDDEN)
    ):
        # The number itself is left out: messages travel into logs.
        raise ValueError("a masked identity number has 15 or 18 digits or ?, X only at the end")


# Cards


def _card_ways(form: str, prefix: str) -> int:
    """How many numbers fit `form` once it starts with `prefix`.

    A digit's part in the Luhn sum takes each value modulo 10 once, so that whatever else is hidden, one
    hidden digit is always settled by the check.
    """
    number = prefix + form[len(prefix) :]
    hidden = number.count(HIDDEN)
    return 10 ** (hidden - 1) if hidden else int(luhn_ok(number))


def _bins_that_fit(form: str) -> list[str]:
    return _bins_that_begin(form[:_LONGEST_BIN], len(form))


_LONGEST_BIN = 12


@lru_cache(maxsize=4096)
def _bins_that_begin(head: str, length: int) -> list[str]:
    return [prefix for prefix in _shortest_bins(length) if _fits(prefix, head)]


@lru_cache(maxsize=8)
def _shortest_bins(length: int) -> tuple[str, ...]:
    """BINs of numbers of `length`, without those that a shorter one covers (a number counts once)."""
    kept: list[str] = []
    for prefix in sorted(bank_card.bins().get(length, {})):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return tuple(kept)


def _fits(digits: str, masked: str) -> bool:
    """Whether `digits` agree with the beginning of `masked`, as far as it is shown."""
    return all(shown in (HIDDEN, digit) for digit, shown in zip(digits, masked, strict=False))


def _is_masked_number(text: str) -> bool:
    rest = text.replace(HIDDEN, "")
    return bool(text) and (not rest or is_digits(rest))
