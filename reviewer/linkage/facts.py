"""What rows say of a person, laid over each other: where they agree, where they contradict, how much is left.

All that bears on a resident identity number is one pattern of 18 characters: a mask, a birth date told beside a name.
Two patterns either contradict each other at some place, and are of different people, or agree in the places that both
show; the chance that a namesake would agree there, too, is `agreement`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from reviewer.identifiers import candidates
from reviewer.identifiers.candidates import HIDDEN, Known
from reviewer.linkage.tokens import Row, Whole

BLANK = HIDDEN * 18
_CHANCES = (1.0,) * 8 + (1 / 3, 1 / 9, 1 / 1.7, 1 / 7, 1 / 3.3, 1 / 9.2, 1 / 4, 1 / 7, 1 / 7, 1 / 11)
"""how often two namesakes of one county have the same character at each place of their numbers: names go with years,
offices give out sequences from blocks of their own"""
_SEX, _AGE = 0.7, 1 / 15
"""the same for sex (names tell it mostly) and for an age"""
_PHONE = (1.0, 0.5, 0.4) + (0.1,) * 8
_EQUAL = {"PHONE": 1e-5, "ADDRESS": 1e-2}
"""how often two namesakes share a whole value: households have one telephone and one address"""
_NUMBER = 1e-9
_STRONG = 1e-3
"""agreement from which another telephone is a second one of the same person"""
LENGTHS = (16, 17, 19, 18)
_YEAR = 365


_NOTHING = Known()


@dataclass(slots=True)
class Facts:
    """All that some rows say of one person. `id` is the pattern of masks, `pattern` with birth dates laid over it."""

    id: str = field(default=BLANK, repr=False)
    pattern: str = field(default=BLANK, repr=False)
    numbers: dict[str, str] = field(default_factory=dict, repr=False)
    """PHONE, BANK_CARD -> what masks of one number show together"""
    known: Known = _NOTHING
    wholes: dict[str, frozenset[str]] = field(default_factory=dict)
    """entity -> tokens"""
    masks: dict[str, frozenset[str]] = field(default_factory=dict)
    """entity -> tokens of usual masks of the whole values"""
    parts: dict[str, frozenset[str]] = field(default_factory=dict)
    """entity -> tokens of masks; those of usual kinds only"""


def facts_of(row: Row) -> Facts:
    """The facts of one row."""
    found = Facts(known=row.known, pattern=_dated(row.known)) if row.known is not _NOTHING else Facts()
    for part in row.parts:
        if part.entity == "ID_CARD":
            both = overlaid(found.id, part.form) if len(part.form) == 18 else None
            if both is not None:
                found.id = both
        elif part.entity not in found.numbers:
            found.numbers[part.entity] = part.form
        if part.usual:
            found.parts[part.entity] = found.parts.get(part.entity, frozenset()) | {part.token}
    # What is shown of the number outweighs a date beside it that does not fit.
    found.pattern = overlaid(found.pattern, found.id) or found.id
    for whole in row.wholes:
        _add_whole(found, whole)
    return found


def _add_whole(found: Facts, whole: Whole) -> None:
    found.wholes[whole.entity] = found.wholes.get(whole.entity, frozenset()) | {whole.token}
    found.masks[whole.entity] = found.masks.get(whole.entity, frozenset()) | whole.masks


def _dated(known: Known) -> str:
    if known.birth_year is None:
        return BLANK
    month = f"{known.birth_month:02}" if known.birth_month else "??"
    day = f"{known.birth_day:02}" if known.birth_month and known.birth_day else "??"
    return f"??????{known.birth_year:04}{month}{day}????"


def overlaid(one: str, other: str) -> str | None:
    """Both masks in one; None where they show different characters, or are of different lengths.

    >>> overlaid("342501????????1234", "34250119900512????"), overlaid("138????1234", "138????1235")
    ('342501199005121234', None)
    """
    if one == other:
        return one
    if len(one) != len(other):
        return None
    merged = []
    for a, b in zip(one, other, strict=True):
        if a == b or b == HIDDEN:
            merged.append(a)
        elif a == HIDDEN:
            merged.append(b)
        else:
            return None
    return "".join(merged)


def agreement(one: Facts, other: Facts, today: date) -> float | None:
    """The chance that two namesakes would agree in all that both sides tell; None where they are different people."""
    chance = _of_wholes(one, other)
    if chance is None:
        return None
    if one.pattern != BLANK and other.pattern != BLANK:
        merged = overlaid(one.pattern, other.pattern)
        if merged is None:
            return None
        for k, (a, b) in enumerate(zip(one.pattern, other.pattern, strict=True)):
            if a != HIDDEN and b != HIDDEN:
                chance *= _CHANCES[k]
        if merged != one.pattern and merged != other.pattern and not _can_be(one, other, merged, today):
            return None
    sexes = _male(one), _male(other)
    if None not in sexes:
        if sexes[0] != sexes[1]:
            return None
        if HIDDEN in (one.pattern[16], other.pattern[16]):
            chance *= _SEX
    born = _ages(one, other)
    if born is None:
        return None
    chance *= born
    return _of_numbers(one, other, chance)


def _can_be(one: Facts, other: Facts, merged: str, today: date) -> bool:
    """Whether any number fits both: the check character, the calendar."""
    if merged[17] == HIDDEN and HIDDEN in merged[10:14]:
        return True
    number = overlaid(one.id, other.id)
    # Where somebody lives is not for certain where his number was given: that contradicts nothing.
    known = replace(merged_known(one.known, other.known), areas=None)
    return number is not None and candidates.resident_id_candidates(number, known, today) > 0


def _of_wholes(one: Facts, other: Facts) -> float | None:
    chance = 1.0
    for entity in {*one.wholes, *one.parts} & {*other.wholes, *other.parts}:
        mine, theirs = one.wholes.get(entity), other.wholes.get(entity)
        if mine and theirs:
            if mine & theirs:
                chance *= _EQUAL.get(entity, _NUMBER)
            elif entity == "ID_CARD":
                return None
        for whole, masks, parts in ((mine, one.masks, other.parts), (theirs, other.masks, one.parts)):
            if whole and entity in parts and masks.get(entity):
                if not parts[entity] & masks[entity]:
                    return None
                # What the mask shows, agrees; four digits at least, in most.
                chance *= 1e-4 if entity == "PHONE" else _STRONG
    return chance


def _of_numbers(one: Facts, other: Facts, chance: float) -> float | None:
    for entity in one.numbers.keys() & other.numbers.keys():
        mine, theirs = one.numbers[entity], other.numbers[entity]
        if len(mine) != len(theirs):
            continue
        if overlaid(mine, theirs) is None:
            # Another number: another person, unless all else says that it is the same one with two.
            if chance > _STRONG:
                return None
            continue
        weights = _PHONE if entity == "PHONE" else (1.0,) * 6 + (0.1,) * len(mine)
        for weight, a, b in zip(weights, mine, theirs, strict=False):
            if a != HIDDEN and b != HIDDEN:
                chance *= weight
    return chance


def _male(facts: Facts) -> bool | None:
    if facts.pattern[16] != HIDDEN:
        return facts.pattern[16] in "13579"
    return facts.known.male


def _ages(one: Facts, other: Facts) -> float | None:
    """1.0 where an age tells nothing, the chance where it agrees, None where it is off by more than a year."""
    chance = 1.0
    for told, facts in ((one.known, other), (other.known, one)):
        if told.born_from is None or told.born_to is None:
            continue
        year = facts.pattern[6:10]
        if HIDDEN not in year:
            # 虚岁 is a year or two more than 周岁: no contradiction.
            if not told.born_from.year - 1 <= int(year) <= told.born_to.year + 2:
                return None
            chance *= _AGE
    mine, theirs = one.known, other.known
    if mine.born_from and theirs.born_from and mine.born_to and theirs.born_to:
        gap = max((mine.born_from - theirs.born_to).days, (theirs.born_from - mine.born_to).days)
        if gap > 2 * _YEAR:
            return None
        chance *= _AGE
    return chance


def merged_known(one: Known, other: Known) -> Known:
    """What both tell; where two ages do not quite fit, the first one's; of two areas apart, either may be meant."""
    if one is other or other == _NOTHING:
        return one
    if one == _NOTHING:
        return other
    same_year = None in (one.birth_year, other.birth_year) or one.birth_year == other.birth_year
    first, last = one.born_from, one.born_to
    if other.born_from and other.born_to:
        low, high = max(first or other.born_from, other.born_from), min(last or other.born_to, other.born_to)
        first, last = (low, high) if low <= high else (first, last)
    areas = one.areas or other.areas
    if one.areas and other.areas:
        areas = frozenset(
            longer for a in one.areas for b in other.areas for longer in [max(a, b, key=len)]
            if a.startswith(b) or b.startswith(a)
        ) or one.areas | other.areas  # fmt: skip
    return Known(
        birth_year=one.birth_year or other.birth_year,
        birth_month=one.birth_month or (other.birth_month if same_year else None),
        birth_day=one.birth_day or (other.birth_day if same_year else None),
        male=one.male if one.male is not None else other.male, areas=areas, born_from=first, born_to=last,
    )  # fmt: skip


def merged(one: Facts, other: Facts) -> Facts:
    """Both together; they do not contradict each other (`agreement`)."""
    numbers = dict(one.numbers)
    for entity, form in other.numbers.items():
        numbers[entity] = overlaid(numbers.get(entity, form), form) or numbers[entity]
    return Facts(
        overlaid(one.id, other.id) or one.id, overlaid(one.pattern, other.pattern) or one.pattern, numbers,
        merged_known(one.known, other.known), _union(one.wholes, other.wholes), _union(one.masks, other.masks),
        _union(one.parts, other.parts),
    )  # fmt: skip


def _union(one: dict[str, frozenset[str]], other: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    if not one or not other:
        return one or other
    return {key: one.get(key, frozenset()) | other.get(key, frozenset()) for key in {**one, **other}}


def count(entity: str, facts: Iterable[Facts], today: date) -> int | None:
    """How many numbers fit all that `facts` tell of one number of that entity; None where nothing of it is shown."""
    form, known = "", _NOTHING
    for one in facts:
        shown = one.id if entity == "ID_CARD" else one.numbers.get(entity, "")
        form = (overlaid(form, shown) or form) if form and shown else form or shown
        known = merged_known(known, one.known)
    if not form.replace(HIDDEN, ""):
        return None
    if entity == "ID_CARD":
        found = candidates.resident_id_candidates(form, known, today)
        return found or candidates.consistent_candidates(form, replace(known, born_from=None, born_to=None), today)
    if entity == "PHONE":
        return candidates.mobile_candidates(form)
    return candidates.bank_card_candidates(form, LENGTHS)


def share(facts: Facts) -> float:
    """What part of the people fits what is told of the person besides the name."""
    part = 1.0
    for chance, char in zip(_CHANCES, facts.pattern, strict=True):
        if char != HIDDEN:
            part *= chance
    if facts.pattern[16] == HIDDEN and facts.known.male is not None:
        part *= 0.5
    if facts.known.born_from is not None and HIDDEN in facts.pattern[6:10]:
        part *= 1 / 70
    for entity, form in facts.numbers.items():
        if entity == "PHONE":
            part *= 0.1 ** sum(char != HIDDEN for char in form[3:])
    return part if not facts.wholes else min(part, _NUMBER)


def positions(form: str) -> str:
    """Which places of a number a mask shows, in Chinese: 第1—6、15—18位."""
    runs: list[Sequence[int]] = []
    for k, char in enumerate(form, start=1):
        if char == HIDDEN:
            continue
        if runs and runs[-1][1] == k - 1:
            runs[-1] = (runs[-1][0], k)
        else:
            runs.append((k, k))
    return "第" + "、".join(f"{a}" if a == b else f"{a}—{b}" for a, b in runs) + "位"
