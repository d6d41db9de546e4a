"""Which rows are of one person: rows of one name put together by place, and by what else they tell.

Rows are grouped by the token of the name; `persons` works on one such group and needs no other, so that groups may be
worked on in any order, by any number of processes. Inside a group rows of other places never meet, and rows that
contradict each other are different people. Where a row may be several persons', the probability is shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from reviewer.identifiers.candidates import HIDDEN
from reviewer.linkage.facts import BLANK, Facts, agreement, facts_of, merged
from reviewer.linkage.score import PEOPLE, Scale, same_person
from reviewer.linkage.tokens import Given, Place, Row

LEVELS = ("county", "township", "village")
_SAME_LIST = 1e-3
"""two rows of one list are two people, unless more than this agrees"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, and the number and the kind of the document that it stands in."""

    document: int
    row: Row
    genre: str = ""


@dataclass(slots=True)
class Person:
    """Rows that are held to be of one person."""

    bits: int
    place: Place = ("", "", "")
    facts: Facts = field(default_factory=Facts)
    entries: list[Entry] = field(default_factory=list)
    rivals: list[float] = field(default_factory=list)
    """for each entry the weight of other persons of the name whom it fits, too"""
    lists: set[tuple[int, int]] = field(default_factory=set)

    def add(self, entry: Entry, facts: Facts, rivals: float = 0.0) -> None:
        row = entry.row
        self.facts = merged(self.facts, facts) if self.entries else facts
        county, township, village = self.place
        self.place = county or row.place[0], township or row.place[1], village or row.place[2]
        self.entries.append(entry)
        self.rivals.append(rivals)
        if row.list >= 0:
            self.lists.add((entry.document, row.list))

    @property
    def documents(self) -> set[int]:
        return {entry.document for entry in self.entries}


@dataclass(frozen=True, slots=True)
class Measure:
    """By what rows are held to be of one person.

    today   the last birth date that an identity number may have
    least   the probability from which a row is held to be a person's
    """

    today: date
    least: float = 0.5
    scale: Scale = field(default_factory=Scale)
    people: Mapping[str, int] = field(default_factory=lambda: PEOPLE)


def by_name(given: Iterable[Given]) -> tuple[dict[str, list[Entry]], list[Entry]]:
    """The rows of each name or masked name, and the rows that name nobody: those of masked names are in both."""
    named: dict[str, list[Entry]] = {}
    nameless: list[Entry] = []
    for number, one in enumerate(given):
        for row in one.rows:
            if row.name:
                named.setdefault(row.name, []).append(Entry(number, row, one.genre))
            if row.hidden or not row.name:
                nameless.append(Entry(number, row, one.genre))
    return named, nameless


def persons(entries: list[Entry], measure: Measure) -> list[Person]:
    """The persons of one name who stand in several rows."""
    if len(entries) == 1:
        return []
    found: list[Person] = []
    places = _Places()
    told = [(entry, facts_of(entry.row)) for entry in entries]
    told.sort(key=lambda one: (-_depth(one[0].row.place), -_shown(one[1]), one[0].document, one[0].row.at))
    for entry, facts in told:
        best, rivals = _whose(entry, facts, places.near(entry.row.place, facts), measure)
        if best is None:
            best = Person(entry.row.rarity)
            found.append(best)
        best.add(entry, facts, rivals)
        places.put(best)
    several = [person for person in found if len(person.entries) > 1]
    if len(found) > 1:
        _weigh_again(several, places, measure)
    return several


def _weigh_again(several: list[Person], places: _Places, measure: Measure) -> None:
    """Weighs each row against all persons of the name: some were not there yet when it found its own."""
    for person in several:
        for k, entry in enumerate(person.entries):
            facts = facts_of(entry.row)
            others = [one for one in places.near(entry.row.place, facts) if one is not person]
            fits = _fits(entry, facts, others, measure)
            # Its own row agrees with itself and tells nothing: it stands for the person.
            person.rivals[k] = _rivals([*fits, (0.0, person)], person, measure)


def _depth(place: Place) -> int:
    return 3 if place[2] else 2 if place[1] else 1


def _shown(facts: Facts) -> int:
    return 36 * len(facts.wholes) + sum(char != HIDDEN for char in facts.pattern) + 4 * len(facts.numbers)


class _Places:
    """The persons of one name, by where they are and by what tells them from each other."""

    def __init__(self) -> None:
        self._all: dict[int, Person] = {}
        self._at: dict[tuple[int, str], dict[int, Person]] = {}
        self._marked: dict[str, dict[int, Person]] = {}

    def put(self, person: Person) -> None:
        self._all[id(person)] = person
        for level in (1, 2):
            self._at.setdefault((level, person.place[level]), {})[id(person)] = person
        for mark in _marks(person.facts):
            self._marked.setdefault(mark, {})[id(person)] = person

    def near(self, place: Place, facts: Facts) -> list[Person]:
        """Those who may be there, whose place does not contradict it; of a crowd those who share a mark."""
        _, township, village = place
        if village:
            # Rows that tell the village come first: nobody without one is there yet, but who moved up.
            some = self._at.get((2, village), {})
        elif township:
            some = {**self._at.get((1, township), {}), **self._at.get((1, ""), {})}
        else:
            some = self._all
        if len(some) > _CROWD:
            alike = (one for mark in _marks(facts) for one in self._marked.get(mark, {}).items())
            some = dict(islice(alike, _CROWD))
        return [one for one in some.values() if _agree(one.place, place)]


_CROWD = 300
"""of so many namesakes in one place nobody can be told from the others by his name"""


def _marks(facts: Facts) -> Iterator[str]:
    """What few namesakes share: the end of a number, a birth month, a whole value."""
    if HIDDEN not in facts.pattern[14:]:
        yield f"end {facts.pattern[14:]}"
    if HIDDEN not in facts.pattern[6:12]:
        yield f"born {facts.pattern[6:12]}"
    for entity, form in facts.numbers.items():
        if HIDDEN not in form[-4:]:
            yield f"{entity} {form[-4:]}"
    for tokens in facts.wholes.values():
        yield from tokens


def _agree(one: Place, other: Place) -> bool:
    return all(not a or not b or a == b for a, b in zip(one, other, strict=True))


def shared_level(one: Place, other: Place) -> str:
    """The smallest place that both name."""
    for k in (2, 1):
        if one[k] and one[k] == other[k]:
            return LEVELS[k]
    return LEVELS[0]


def _whose(
    entry: Entry, facts: Facts, near: list[Person], measure: Measure
) -> tuple[Person | None, float]:
    """The person whose row it most likely is, and the weight of others; None where it is nobody's of those."""
    fits = _fits(entry, facts, near, measure)
    found: Person | None = None
    most, weight_of_others = measure.least, 0.0
    for weight, person in fits[:_MOST]:
        rivals = _rivals(fits, person, measure)
        level = shared_level(person.place, entry.row.place)
        alike = any(one.genre == entry.genre for one in person.entries[:_MOST])
        probability = same_person(
            person.bits, level, agreement=1 / weight, rivals=rivals, alike=alike, scale=measure.scale,
            people=measure.people,
        )  # fmt: skip
        if probability >= most and (found is None or probability > most):
            found, most, weight_of_others = person, probability, rivals
    return found, weight_of_others


_MOST = 8
"""persons of a name who are looked at for one row: where more fit, none is likely"""
_Fits = list[tuple[float, Person]]


def _fits(entry: Entry, facts: Facts, near: list[Person], measure: Measure) -> _Fits:
    """The persons whom a row does not contradict, each with the weight of what agrees, most first."""
    fits: _Fits = []
    place = entry.document, entry.row.list
    empty = facts.pattern == BLANK and not facts.wholes and not facts.numbers
    for person in near:
        listed = place in person.lists
        if listed and empty:
            continue
        chance = agreement(person.facts, facts, measure.today)
        if chance is not None and not (listed and chance > _SAME_LIST):
            fits.append((1 / max(chance, 1e-12), person))
    fits.sort(key=lambda one: -one[0])
    return fits


def _rivals(fits: _Fits, own: Person, measure: Measure) -> float:
    """The weight of others whose the row may be: of people who are surely different from each other.

    Rows that no one could place are not counted as persons of their own.
    """
    apart: _Fits = []
    for weight, person in fits[: 2 * _MOST]:
        if len(apart) < _MOST and all(_are_different(person, other, measure) for _, other in apart):
            apart.append((weight, person))
    for k, (_, person) in enumerate(apart):
        if person is own or not _are_different(person, own, measure):
            del apart[k]
            break
    return sum(weight for weight, _ in apart)


def _are_different(one: Person, other: Person, measure: Measure) -> bool:
    if one is other:
        return False
    return not one.lists.isdisjoint(other.lists) or agreement(one.facts, other.facts, measure.today) is None
