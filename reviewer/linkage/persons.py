"""Which rows are of one person: rows of one name put together by place, and by what else they tell.

Rows are grouped by the token of the name; `persons` works on one such group and needs no other, so that groups may be
worked on in any order, by any number of processes. Inside a group rows of other places never meet, and rows that
contradict each other are different people. Where a row may be several persons', the probability is shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

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
    """The rows of each name, and the rows that name nobody."""
    named: dict[str, list[Entry]] = {}
    nameless: list[Entry] = []
    for number, one in enumerate(given):
        for row in one.rows:
            if row.name:
                named.setdefault(row.name, []).append(Entry(number, row, one.genre))
            else:
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
        best, rivals = _whose(entry, facts, places.near(entry.row.place), measure)
        if best is None:
            best = Person(entry.row.rarity)
            found.append(best)
        best.add(entry, facts, rivals)
        places.put(best)
    return [person for person in found if len(person.entries) > 1]


def _depth(place: Place) -> int:
    return 3 if place[2] else 2 if place[1] else 1


def _shown(facts: Facts) -> int:
    return 36 * len(facts.wholes) + sum(char != HIDDEN for char in facts.pattern) + 4 * len(facts.numbers)


class _Places:
    """The persons of one name, by where they are."""

    def __init__(self) -> None:
        self._all: list[Person] = []
        self._known: set[int] = set()
        self._at: dict[tuple[int, str], list[Person]] = {}

    def put(self, person: Person) -> None:
        if id(person) not in self._known:
            self._known.add(id(person))
            self._all.append(person)
        for level in (1, 2):
            here = self._at.setdefault((level, person.place[level]), [])
            if not any(one is person for one in here):
                here.append(person)

    def near(self, place: Place) -> list[Person]:
        """Those who may be there: whose place does not contradict it."""
        _, township, village = place
        if village:
            # Rows that tell the village come first: nobody without one is there yet, but who moved up.
            some = self._at.get((2, village), [])
        elif township:
            some = [*self._at.get((1, township), ()), *self._at.get((1, ""), ())]
        else:
            some = self._all
        return [one for one in some if _agree(one.place, place)]


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
    """The person whose row it most likely is, and the weight of the others; None where it is nobody's of those."""
    weights: list[tuple[float, Person]] = []
    empty = facts.pattern == BLANK and not facts.wholes and not facts.numbers
    for person in near:
        if empty and (entry.document, entry.row.list) in person.lists:
            continue
        chance = agreement(person.facts, facts, measure.today)
        if chance is None:
            continue
        if (entry.document, entry.row.list) in person.lists and chance > _SAME_LIST:
            continue
        weights.append((1 / max(chance, 1e-12), person))
    if not weights:
        return None, 0.0
    weight, best = max(weights, key=lambda one: one[0])
    level = shared_level(best.place, entry.row.place)
    rivals = sum(one[0] for one in weights) - weight
    alike = any(one.genre == entry.genre for one in best.entries[:8])
    probability = same_person(
        best.bits, level, agreement=1 / weight, rivals=rivals, alike=alike, scale=measure.scale, people=measure.people
    )
    return (best, rivals) if probability >= measure.least else (None, 0.0)
