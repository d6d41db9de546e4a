"""Joins: what published documents give away together that none of them gives alone, and which one to change.

`joins` takes what tokens.given kept of each document. Everything is a group-by on tokens, never a comparison of all
rows with all: rows of one name (persons.py), rows that name nobody by village and birth date, coordinates by subject.
A Join says how many numbers or people were left before and how many are after, what each document gives, and whose
change breaks the chain. It holds no value, no digit and no name: documents and rows tell where to look.

The steps are functions of their own, each of which needs only the rows of its tokens (`buckets.py` says of which), so
that many processes may take their parts: `named`, `nameless`, `outlines`, then `unique` and `settled` over all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

from reviewer.detect.together import FACTS
from reviewer.identifiers.candidates import HIDDEN, Known
from reviewer.linkage import facts as fact
from reviewer.linkage.facts import BLANK, Facts, agreement, facts_of
from reviewer.linkage.persons import Entry, Measure, Person, by_name, persons, shared_level
from reviewer.linkage.score import namesakes, same_person
from reviewer.linkage.tokens import Given, Page, Place, Point, Row
from reviewer.model import ENTITY_TITLES

Kind = Literal[
    "complementary_masks", "mask_plus_attributes", "name_place_sensitive", "repeat_complainant", "coordinates",
    "unique_row",
]  # fmt: skip
PEOPLE: frozenset[Kind] = frozenset(["name_place_sensitive", "repeat_complainant", "unique_row"])
"""kinds whose candidates are people"""
KIND_TITLES: dict[Kind, str] = {
    "complementary_masks": "同一号码的遮法不一，可以拼起来",
    "mask_plus_attributes": "遮住的号码加上别处的出生日期、性别、地区",
    "name_place_sensitive": "姓名、村居与敏感情况分在几份文件", "repeat_complainant": "同一人的几件信访、投诉",
    "coordinates": "几份文件的坐标合起来显出轮廓", "unique_row": "不写姓名的一行只对得上一个人",
}  # fmt: skip
SENSITIVE = FACTS - {"INFORMANT"}
FEWEST = 100
"""of so many numbers or fewer each can be tried; masks that leave no more are to be looked at (detect.masked)"""
FEW_PEOPLE = 3
_CHAIN = 8
_OUTLINE = 3
_NEAR_DEGREES = 0.5
"""coordinates further apart than some 50 km outline nothing"""
UNIQUE = 1 / 2000
"""attributes that fewer people than this share can point out one of a village"""


@dataclass(frozen=True, slots=True)
class Gives:
    """What one document adds, in Chinese, without any value; `at` is the line, or the row of the table."""

    document: str
    at: int
    says: str


@dataclass(frozen=True, slots=True)
class Join:
    """What several documents give together. All numbers are candidates: identity numbers, telephones or people.

    change   the documents that break the chain when they are changed: one, where one is enough
    entity   what comes out: a key of ENTITY_TITLES
    """

    kind: Kind
    documents: tuple[str, ...]
    entity: str
    before: int
    after: int
    probability: float
    gives: tuple[Gives, ...]
    change: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class _Link:
    """What some documents give alike: the facts, and the rows that tell them."""

    facts: Facts
    kinds: frozenset[str]
    place: int
    """how exact the place is: 0 to 3"""
    entries: tuple[Entry, ...]
    where: Place = ("", "", "")
    rivals: float = 0.0
    """the weight of others of the name whom it fits, too"""

    @property
    def documents(self) -> frozenset[int]:
        return frozenset(entry.document for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Found:
    """A Join before it is settled which of several documents to change: documents by their numbers, and no value.

    gives   (document, line or row, what it gives): one for each link of the chain, then all that give as much
    breaks  sets of documents: each breaks the chain by itself
    what    what is to be changed in each of them, in Chinese
    """

    kind: Kind
    entity: str
    before: int
    after: int
    probability: float
    gives: tuple[tuple[int, int, str], ...]
    breaks: tuple[frozenset[int], ...]
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A person whom documents name, for rows that name nobody: `keys` are those under which such a row asks."""

    keys: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """A row that names nobody, whose it may be. `number`: which of its document's; `alike`: how many look the same."""

    number: int
    alike: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Fit:
    """A person whom a row without a name fits.

    row     (document, number) of the row
    person  what tells this person from others
    weight  how much more often such a row is his than any other's of the place
    others  how many people of the place the row may be of
    found   what comes of it, where nobody fits better: None where somebody here does
    """

    row: tuple[int, int]
    person: tuple[int, int, int, str, str]
    weight: float
    others: float
    alike: int
    found: Found | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A Found while its chain is links."""

    kind: Kind
    entity: str
    before: int
    after: int
    probability: float
    chain: tuple[_Link, ...]
    breaks: tuple[frozenset[int], ...]
    """sets of documents: each breaks the chain by itself"""
    what: tuple[str, ...]
    """what is to be changed in each of them, in Chinese"""
    alike: tuple[tuple[_Link, ...], ...] = ()
    """for each link of the chain those that give as much: while one of them stands, the chain holds"""


def joins(given: Iterable[Given], measure: Measure, *, fewest: int = FEWEST) -> list[Join]:
    """All joins, the fewest candidates first. Raises nothing for any input."""
    documents = list(given)
    rows, _ = by_name(documents)
    found: list[Found] = []
    offers: list[Offer] = []
    for entries in rows.values():
        mine, offered = named(entries, measure, fewest)
        found += mine
        offers += offered
    asked = [one for number, document in enumerate(documents) for one in asking(number, document)]
    found += unique(nameless(asked, offers, measure), measure)
    points = [(number, document.points) for number, document in enumerate(documents) if document.points]
    found += outlines(points)
    return settled(found, [document.page for document in documents].__getitem__)


def named(entries: list[Entry], measure: Measure, fewest: int = FEWEST) -> tuple[list[Found], list[Offer]]:
    """The joins of the persons of one name, from all its rows; and whom they offer to rows that name nobody."""
    found: list[Found] = []
    offers: list[Offer] = []
    taken: set[int] = set()
    if len(entries) > 1 and len({entry.document for entry in entries}) > 1:
        for person in persons(entries, measure):
            found += of_person(person, measure, fewest)
            taken.update(id(entry) for entry in person.entries)
            offers += _offered(person)
    for entry in entries:
        if id(entry) not in taken and not entry.row.hidden:
            offers += _offered(_alone(entry))
    return found, offers


def _alone(*entries: Entry) -> Person:
    """The person of these rows."""
    person = Person(entries[0].row.rarity)
    for entry in entries:
        person.add(entry, facts_of(entry.row))
    return person


def _offered(person: Person) -> Iterator[Offer]:
    if person.entries[0].row.hidden:
        return
    if keys := _keys(person.place[2], person.facts):
        yield Offer(keys, tuple(person.entries))


def of_person(person: Person, measure: Measure, fewest: int = FEWEST) -> list[Found]:
    """What the documents of one person give together."""
    if len(person.documents) < 2:
        return []
    links = _links(person)
    if len(links) < 2 and not any("INFORMANT" in link.kinds for link in links):
        return []
    found = [
        _whole_elsewhere(links, entity) or _numbers(person, links, entity, measure, fewest)
        for entity in ("ID_CARD", "PHONE", "BANK_CARD")
    ]
    found += _sensitive(person, links, measure), _complainant(person, links, measure)
    sure = [
        replace(one, probability=_probability(person, one.chain, links, measure))
        for one in found
        if one is not None
    ]
    return [_told_of(one) for one in sure if one.probability >= measure.least]


def _told_of(one: _Found) -> Found:
    """The same without the values: what each document gives in words."""
    first: list[tuple[int, int, str]] = []
    others: list[tuple[int, int, str]] = []
    seen: set[int] = set()
    for link, alike in zip_longest(one.chain, one.alike, fillvalue=()):
        told: dict[int, tuple[int, int, str]] = {}
        for same in (link, *alike):
            says = _says(same, one)
            for entry in same.entries:
                # Of rows of one document the first tells where to look.
                if entry.document not in seen:
                    told.setdefault(entry.document, (entry.document, entry.row.at, says))
        seen.update(told)
        if told:
            # The newest of those that give the same stands for them: a draft where one is asked for.
            first.append(told.pop(max(told)))
            others += told.values()
    return Found(
        one.kind, one.entity, one.before, one.after, one.probability, (*first, *others), one.breaks, one.what
    )


def _probability(person: Person, chain: Sequence[_Link], links: Sequence[_Link], measure: Measure) -> float:
    """How likely the links of a chain are of one person: the least sure step from one to the next, by the surest way.

    Documents that tell the same do not make it surer that others are of the same person.
    """
    reached, rest = chain[0], [link for link in links if link is not chain[0]]
    missing = {id(link) for link in chain[1:]}
    least = 1.0
    while missing and rest:
        odds, _, step = max((_step(person, reached, link, measure), -k, link) for k, link in enumerate(rest))
        least = min(least, odds)
        rest = [link for link in rest if link is not step]
        missing.discard(id(step))
        reached = _together([reached, step])
    return least


def _step(person: Person, one: _Link, other: _Link, measure: Measure) -> float:
    chance = agreement(one.facts, other.facts, measure.today)
    if chance is None:
        return 0.0
    alike = bool({entry.genre for entry in one.entries} & {entry.genre for entry in other.entries})
    return same_person(
        person.bits, shared_level(one.where, other.where), agreement=chance, rivals=max(one.rivals, other.rivals),
        alike=alike, scale=measure.scale, people=measure.people,
    )  # fmt: skip


def _links(person: Person) -> list[_Link]:
    """What each document says of the person; documents that say the same are one link."""
    alone: dict[int, _Link] = {}
    for entry, rivals in zip(person.entries, person.rivals, strict=True):
        link = _Link(
            facts_of(entry.row), entry.row.kinds, _exactness(entry.row), (entry,), entry.row.place, rivals
        )  # fmt: skip
        before = alone.get(entry.document)
        alone[entry.document] = link if before is None else _together([before, link])
    alike: dict[tuple[object, ...], _Link] = {}
    for link in alone.values():
        said = link.facts
        key = (
            said.id, said.known, *sorted(said.numbers.items()), *sorted(said.wholes.items()), link.kinds, link.where,
        )  # fmt: skip
        known = alike.get(key)
        alike[key] = link if known is None else replace(known, entries=known.entries + link.entries)
    return list(alike.values())


def _exactness(row: Row) -> int:
    return 3 if row.place[2] else 2 if row.place[1] else 1 if row.place[0] else 0


# Numbers


def _whole_elsewhere(links: Sequence[_Link], entity: str) -> _Found | None:
    """A number that is masked in one document and whole in another, which leaves one by itself."""
    whole = [link for link in links if entity in link.facts.wholes]
    masked = [
        link for link in links
        if entity not in link.facts.wholes
        and any(link.facts.parts.get(entity, frozenset()) & one.facts.masks.get(entity, frozenset()) for one in whole)
    ]  # fmt: skip
    if not whole or not masked:
        return None
    chain = masked[0], whole[0]
    documents = frozenset().union(*(link.documents for link in whole))
    what = f"{ENTITY_TITLES[entity]}写的是全号，应当遮挡；遮了的各份因此等于没有遮"
    alike = tuple(masked[1:]), tuple(whole[1:])
    return _Found("complementary_masks", entity, 1, 1, 1.0, chain, (documents,), (what,), alike)


def _numbers(
    person: Person, links: Sequence[_Link], entity: str, measure: Measure, fewest: int
) -> _Found | None:
    """Masks of one number, and what else tells of it, laid over each other."""

    def left(some: Iterable[_Link]) -> int | None:
        return fact.count(entity, [link.facts for link in some], measure.today)

    bearing = [link for link in links if entity not in link.facts.wholes and _bears(link, entity)]
    alone = [(left([link]), link) for link in bearing]
    shown = [(count, link) for count, link in alone if count is not None]
    if not shown or len(bearing) < 2:
        return None
    before, best = min(shown, key=lambda one: (one[0], one[1].entries[0].document))
    after = left(bearing)
    if after is None or not 0 < after < before or after > fewest:
        return None
    chain = _chain(best, bearing, after, lambda some: left(some) or before)
    least = left(chain) or after
    alike = _alike(person, chain, bearing, lambda some: (left(some) or before) <= least, measure)
    breaks, what = _numbers_broken(_groups(chain, alike), bearing, entity, left, fewest, before)
    forms = {_form(link, entity) for link in chain} - {""}
    kind: Kind = "complementary_masks" if len(forms) > 1 else "mask_plus_attributes"
    return _Found(kind, entity, before, after, 1.0, chain, breaks, what, alike)


def _bears(link: _Link, entity: str) -> bool:
    """Whether a link tells anything of the number: of an identity number birth dates, sex and area do, too."""
    if entity != "ID_CARD":
        return entity in link.facts.numbers
    return link.facts.id != BLANK or link.facts.known != Known()


def _form(link: _Link, entity: str) -> str:
    if entity == "ID_CARD":
        return link.facts.id if link.facts.id != BLANK else ""
    return link.facts.numbers.get(entity, "")


def _chain(
    best: _Link, others: Sequence[_Link], after: int, left: Callable[[Sequence[_Link]], int]
) -> tuple[_Link, ...]:
    """The links that are needed to come down to `after`, each step the one that takes away most."""
    chain = [best]
    rest = [link for link in others if link is not best]
    while rest and left(chain) > after and len(chain) < _CHAIN:
        step = min(rest, key=lambda link: (left([*chain, link]), -_told(link), link.entries[0].document))
        chain.append(step)
        rest.remove(step)
    for link in chain[1:-1]:
        shorter = [one for one in chain if one is not link]
        if len(shorter) > 1 and left(shorter) <= after:
            chain = shorter
    return tuple(chain)


def _told(link: _Link) -> int:
    return sum(char != HIDDEN for char in link.facts.pattern)


def _alike(
    person: Person, chain: Sequence[_Link], links: Sequence[_Link], enough: Callable[[Sequence[_Link]], bool],
    measure: Measure,
) -> tuple[tuple[_Link, ...], ...]:  # fmt: skip
    """For each link of the chain the others of `links` that do as well in its place."""
    together, mine = _together(chain), {id(link) for link in chain}
    rest = [
        link for link in links if id(link) not in mine and _step(person, together, link, measure) >= measure.least
    ]  # fmt: skip
    found = []
    for link in chain:
        others = [one for one in chain if one is not link]
        found.append(tuple(one for one in rest if enough([*others, one])))
    return tuple(found)


_Group = tuple[_Link, ...]
"""links that give as much as each other"""


def _groups(chain: Iterable[_Link], alike: Iterable[tuple[_Link, ...]]) -> list[_Group]:
    return [(link, *others) for link, others in zip(chain, alike, strict=True)]


def _without(links: Iterable[_Link], group: _Group) -> list[_Link]:
    gone = {id(link) for link in group}
    return [link for link in links if id(link) not in gone]


def _documents(links: Iterable[_Link]) -> frozenset[int]:
    return frozenset().union(*(link.documents for link in links))


def _numbers_broken(
    groups: Sequence[_Group], links: Sequence[_Link], entity: str, left: Callable[[Iterable[_Link]], int | None],
    fewest: int, before: int,
) -> tuple[tuple[frozenset[int], ...], tuple[str, ...]]:  # fmt: skip
    """Which documents, when they say no more of the number than others do, leave more than a few."""
    breaking: dict[frozenset[int], _Group] = {}
    for group in groups:
        remains = left(_without(links, group))
        if remains is None or remains > fewest or remains >= before:
            breaking.setdefault(_documents(group), group)
    if not breaking:
        every = frozenset().union(*map(_documents, groups))
        return (every,), (f"各份里的{ENTITY_TITLES[entity]}都要删去，只改一份断不开",)
    some = {one: breaking[one] for one in _fewest_documents(breaking)}
    return tuple(some), tuple(_remedies(group, entity, _without(links, group), left, fewest) for group in some.values())


def _remedies(
    group: _Group, entity: str, others: Sequence[_Link], left: Callable[[Iterable[_Link]], int | None], fewest: int
) -> str:
    """What to do in all the documents of a group: mask more, tell the year only, or leave it out."""
    weaker = [_weaker(link, entity) for link in group]
    if any(says for _, says in weaker):
        count = left([*others, *(replace(link, facts=facts) for link, (facts, _) in zip(group, weaker, strict=True))])
        if count is None or count > fewest:
            told = "，".join(dict.fromkeys(says for _, says in weaker if says))
            title = "" if told.startswith(ENTITY_TITLES[entity]) else ENTITY_TITLES[entity]
            return f"{told}（此后{title}还剩约 {count or 0:,} 个可能）"
    return "，".join(dict.fromkeys(_removal(link, entity) for link in group))


def _weaker(link: _Link, entity: str) -> tuple[Facts, str]:
    """What a link tells once it is written as it should be, and how that is; "" where it is so already."""
    if entity == "ID_CARD" and link.facts.id == BLANK:
        born = link.facts.known
        if born.birth_month is None:
            return link.facts, ""
        return replace(link.facts, known=replace(born, birth_month=None, birth_day=None)), "出生日期只写年份"
    front, back = _STANDARD.get(entity, (0, 4))
    form = _form(link, entity)
    wider = "".join(char if k < front or k >= len(form) - back else HIDDEN for k, char in enumerate(form))
    if wider == form:
        return link.facts, ""
    kept = f"前 {front} 位、后 {back} 位" if front else f"后 {back} 位"
    says = f"{ENTITY_TITLES[entity]}只保留{kept}"
    if entity == "ID_CARD":
        return replace(link.facts, id=wider), says
    return replace(link.facts, numbers={**link.facts.numbers, entity: wider}), says


def _removal(link: _Link, entity: str) -> str:
    if entity == "ID_CARD" and link.facts.id == BLANK:
        return f"删去{_attributes(link.facts)}"
    return f"删去{ENTITY_TITLES[entity]}"


_STANDARD = {"ID_CARD": (2, 3), "PHONE": (3, 4), "BANK_CARD": (0, 4)}
"""digits that the standard form of a public copy keeps (rules/masking.yml)"""


# Names


def _expected(person: Person, link: _Link, measure: Measure) -> int:
    """How many people of that name may be expected where a link says, who fit what it tells; 1 at least."""
    level = ("county", "county", "township", "village")[link.place]
    others = namesakes(person.bits, level, measure.people) * measure.scale.of(level)
    return 1 + round(others * fact.share(link.facts))


def _sensitive(person: Person, links: Sequence[_Link], measure: Measure) -> _Found | None:
    """Sensitive facts in one document, who it is in another; or several such facts in several."""
    telling = [link for link in links if link.kinds & SENSITIVE]
    if not telling or max(link.place for link in links) < 3:
        return None
    kinds = frozenset().union(*(link.kinds & SENSITIVE for link in telling))
    everything = _together(links)
    after = _expected(person, everything, measure)
    best = min(telling, key=lambda link: (-len(link.kinds & SENSITIVE), _expected(person, link, measure), -link.place))
    before = _expected(person, best, measure)
    spread = not any(link.kinds >= kinds for link in telling)
    if after > FEW_PEOPLE or not (spread or after < before):
        return None

    def missing(some: Sequence[_Link]) -> int:
        told = frozenset().union(*(link.kinds for link in some))
        return _expected(person, _together(some), measure) - after + 100 * len(kinds - told)

    chain = _chain(best, links, 0, missing)
    if len(chain) < 2:
        return None
    before = max(_expected(person, link, measure) for link in chain if link.kinds & SENSITIVE)
    least = missing(chain)
    alike = _alike(person, chain, links, lambda some: missing(some) <= least, measure)
    breaks = _fewest_documents(
        _documents(group)
        for group in _groups(chain, alike)
        if not (rest := _without(links, group)) or missing(rest) > 0
    ) or (_documents(link for group in _groups(chain, alike) for link in group),)
    named = "、".join(ENTITY_TITLES[kind] for kind in sorted(kinds))
    what = f"姓名写成“姓＋某”，或者村名只写到乡镇、街道（合起来的是：{named}）"
    return _Found(
        "name_place_sensitive", min(kinds), before, after, 1.0, chain, breaks, (what,) * len(breaks), alike
    )  # fmt: skip


def _together(links: Sequence[_Link]) -> _Link:
    facts = links[0].facts
    for link in links[1:]:
        facts = fact.merged(facts, link.facts)
    kinds = frozenset().union(*(link.kinds for link in links))
    where = links[0].where
    for link in links[1:]:
        where = where[0] or link.where[0], where[1] or link.where[1], where[2] or link.where[2]
    entries = tuple(entry for link in links for entry in link.entries)
    return _Link(facts, kinds, max(link.place for link in links), entries, where, max(link.rivals for link in links))


def _complainant(person: Person, links: Sequence[_Link], measure: Measure) -> _Found | None:
    """One person's complaints in several documents."""
    rows = [entry for entry in person.entries if "INFORMANT" in entry.row.kinds]
    if len({entry.document for entry in rows}) < 2:
        return None
    telling = [link for link in links if "INFORMANT" in link.kinds]
    before = max(_expected(person, link, measure) for link in telling)
    after = _expected(person, _together(telling), measure)
    documents = frozenset().union(*(link.documents for link in telling))
    breaks = tuple(frozenset([one]) for one in documents) if len(documents) == 2 else (documents,)
    what = "信访人、投诉人的姓名写成“姓＋某”，电话、号码和住处删去"
    chain = tuple(telling)
    return _Found("repeat_complainant", "INFORMANT", before, after, 1.0, chain, breaks, (what,) * len(breaks))


# Rows that name nobody


def asking(number: int, given: Given) -> Iterator[Asking]:
    """The rows of a document that name nobody, or hide the name, and tell enough to be somebody's."""
    told = []
    for row in given.rows:
        if row.name and not row.hidden:
            continue
        facts = facts_of(row)
        exact = row.place[2] and HIDDEN not in facts.pattern[6:10] and fact.share(facts) < _EXACT
        if exact or _tokens(facts):
            told.append((Entry(number, row, given.genre), facts))
    alike = Counter(_looks(entry, facts) for entry, facts in told)
    for k, (entry, facts) in enumerate(told):
        yield Asking(k, alike[_looks(entry, facts)], entry)


_EXACT = 1 / 500
"""rows that more people than this share fit are nobody's"""


def keys_of(row: Row) -> tuple[str, ...]:
    """Under what persons are kept whose a row that names nobody may be: the village with a birth year, whole values."""
    return _keys(row.place[2], facts_of(row))


def _keys(village: str, facts: Facts) -> tuple[str, ...]:
    year = facts.pattern[6:10]
    born = (f"{village} {year}",) if village and HIDDEN not in year else ()
    return (*born, *sorted(_tokens(facts)))


def nameless(asked: Iterable[Asking], offers: Iterable[Offer], measure: Measure) -> Iterator[Fit]:
    """Whom the rows fit. A row asks under all of its keys: in several calls, some persons may come again in another."""
    wanted = [(one, facts_of(one.entry.row)) for one in asked]
    keys = {key for one, facts in wanted for key in _keys(one.entry.row.place[2], facts)}
    near: dict[str, list[Person]] = defaultdict(list)
    for offer in offers:
        if some := keys.intersection(offer.keys):
            person = _alone(*offer.entries)
            for key in some:
                near[key].append(person)
    for one, facts in wanted:
        persons_ = (person for key in _keys(one.entry.row.place[2], facts) for person in near.get(key, ()))
        yield from _fits(one, facts, persons_, measure)


def _looks(entry: Entry, facts: Facts) -> tuple[object, ...]:
    """What rows of one list share that can not be told from each other."""
    return entry.document, entry.row.list, entry.row.place[2], facts.pattern, facts.known.male


def _tokens(facts: Facts) -> frozenset[str]:
    """Tokens that are equal only where a number is."""
    return frozenset().union(*(tokens for entity, tokens in facts.wholes.items() if entity not in ("ADDRESS",)))


def _fits(one: Asking, facts: Facts, near: Iterable[Person], measure: Measure) -> list[Fit]:
    """The persons whom a row without a name fits, the best with what comes of it."""
    entry = one.entry
    level = "village" if entry.row.place[2] else "county"
    others: float = measure.people[level]
    if entry.row.hidden:
        others = namesakes(entry.row.rarity, level, measure.people) * measure.scale.of(level)
    fits: dict[tuple[int, int, int, str, str], tuple[float, Person]] = {}
    for person in near:
        if entry.document in person.documents:
            continue
        if any(a and b and a != b for a, b in zip(person.place, entry.row.place, strict=True)):
            continue
        if entry.row.hidden and entry.row.name not in person.entries[0].row.aliases:
            continue
        chance = agreement(person.facts, facts, measure.today)
        if chance is not None and chance <= UNIQUE:
            fits[_who(person)] = 1 / max(chance, 1e-12), person
    row = entry.document, one.number
    best = min(fits, key=lambda who: (-fits[who][0], who), default=None)
    return [
        Fit(row, who, weight, others, one.alike, _named_by(entry, facts, person, others) if who == best else None)
        for who, (weight, person) in fits.items()
    ]


def _who(person: Person) -> tuple[int, int, int, str, str]:
    first = person.entries[0]
    return first.document, first.row.at, first.row.list, first.row.name, person.facts.pattern


def _named_by(entry: Entry, facts: Facts, person: Person, others: float) -> Found:
    """A row without a name, and the person whose it is."""
    own = _Link(facts, entry.row.kinds, _exactness(entry.row), (entry,))
    links = sorted(_links(person), key=lambda link: (-_agreeing(link.facts, facts), link.entries[0].document))
    link = links[0]
    alike = tuple(one for one in links[1:] if _agreeing(one.facts, facts) == _agreeing(link.facts, facts))
    kinds = entry.row.kinds & SENSITIVE
    what = f"删去{_attributes(facts)}，或者写得粗一些（出生日期只写年份，年龄写成段，村名只写到乡镇）"
    return _told_of(_Found(
        "unique_row", min(kinds, default="NAME"), max(1, round(others * fact.share(facts))), 1, 1.0, (own, link),
        (frozenset([entry.document]),), (what,), ((), alike),
    ))  # fmt: skip


def unique(fits: Iterable[Fit], measure: Measure) -> Iterator[Found]:
    """The rows that fit one person, and few others of the place: from all the fits of each row."""
    rows: dict[tuple[int, int], dict[tuple[int, int, int, str, str], Fit]] = defaultdict(dict)
    for fit in fits:
        known = rows[fit.row].get(fit.person)
        if known is None or known.found is None:
            rows[fit.row][fit.person] = fit
    for row in sorted(rows):
        some = rows[row]
        best = some[min(some, key=lambda who: (-some[who].weight, who))]
        probability = best.weight / (sum(some[who].weight for who in sorted(some)) + best.others)
        if best.found is not None and probability / best.alike >= measure.least:
            yield replace(best.found, probability=probability / best.alike)


def _agreeing(one: Facts, other: Facts) -> int:
    same = sum(a == b != HIDDEN for a, b in zip(one.pattern, other.pattern, strict=True))
    return same + 18 * len(_tokens(one) & _tokens(other))


# Coordinates


def outlines(documents: Iterable[tuple[int, Iterable[Point]]]) -> Iterator[Found]:
    """Documents (by number) of one subject whose points outline together what none of them does."""
    subjects: dict[str, dict[int, set[tuple[float, float]]]] = defaultdict(dict)
    for number, points in documents:
        for point in points:
            place = round(point.east, 5), round(point.north, 5)
            subjects[point.subject].setdefault(number, set()).add(place)
    for subject in sorted(subjects):
        told = subjects[subject]
        together = set().union(*told.values())
        most = max(map(len, told.values()))
        if len(told) < 2 or most >= _OUTLINE or len(together) < _OUTLINE or not _encloses(together):
            continue
        links = tuple(
            _Link(_coordinates(len(points)), frozenset(["COORD"]), 0, (Entry(number, Row(0)),))
            for number, points in sorted(told.items())
        )
        without = [
            (len(set().union(*(points for other, points in told.items() if other != number))), number)
            for number in sorted(told)
        ]
        enough = tuple(frozenset([number]) for count, number in without if count < _OUTLINE)
        breaks = enough or (frozenset(told),)
        yield _told_of(_Found(
            "coordinates", "COORD", most, len(together), 1.0, links, breaks,
            ("坐标删去，或者只写到村、到公里",) * len(breaks),
        ))  # fmt: skip


def _coordinates(count: int) -> Facts:
    return Facts(numbers={"COORD": str(count)})


def _encloses(points: set[tuple[float, float]]) -> bool:
    """Whether the points lie near each other and not on one line."""
    some = sorted(points)
    if any(max(axis) - min(axis) > _NEAR_DEGREES for axis in zip(*some, strict=True)):
        return False
    (x0, y0), (x1, y1) = some[0], some[-1]
    return any(abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) > 1e-12 for x, y in some[1:-1])


# What the reviewer reads


def settled(
    found: Iterable[Found], page_of: Callable[[int], Page], *, prefer: frozenset[int] = frozenset()
) -> list[Join]:
    """The Joins, each with the document whose change breaks most of them; where it can be, with one of `prefer`."""
    every = list(found)
    weight: Counter[int] = Counter()
    for one in every:
        for some in one.breaks:
            for document in some:
                weight[document] += 1
    made = [_join(one, page_of, weight, prefer) for one in every]
    made.sort(key=_order)
    return made


def _order(one: Join) -> tuple[object, ...]:
    gives = tuple((give.document, give.at, give.says) for give in one.gives)
    return one.after, -one.probability, one.kind, one.documents, one.entity, one.before, gives, one.advice


def _join(one: Found, page_of: Callable[[int], Page], weight: Counter[int], prefer: frozenset[int]) -> Join:
    def cost(at: int) -> tuple[object, ...]:
        some = one.breaks[at]
        pages = [page_of(k) for k in some]
        latest = max((page.published.toordinal() for page in pages if page.published is not None), default=0)
        named_ = sorted(page.document for page in pages)
        # To mask more is less than to leave it out.
        harsh = one.what[at].startswith("删去")
        return not some <= prefer, len(some), -sum(weight[k] for k in some), -latest, harsh, named_

    chosen = min(range(len(one.breaks)), key=cost)
    gives = tuple(Gives(page_of(number).document, at, says) for number, at, says in one.gives)
    names = tuple(sorted(page_of(k).document for k in one.breaks[chosen]))
    every = tuple(sorted({give.document for give in gives}))
    return Join(
        one.kind, every, one.entity, one.before, one.after, round(one.probability, 3), gives, names,
        _advice(one.what[chosen], names),
    )  # fmt: skip


def _advice(what: str, change: Sequence[str]) -> str:
    shown = "、".join(change[:3]) + (f" 等 {len(change)} 份" if len(change) > 3 else "")
    return f"改 {shown}：{what}。" if len(change) < 2 else f"以下几份都要改：{shown}：{what}。"


def _says(link: _Link, one: _Found) -> str:
    if one.kind == "coordinates":
        return f"给出 {link.facts.numbers['COORD']} 个点"
    return "、".join(_parts(link)) or "姓名"


def _parts(link: _Link) -> Iterator[str]:
    if link.entries and link.entries[0].row.name:
        yield "姓名"
    if link.place > 1:
        yield "村居" if link.place == 3 else "乡镇街道"
    for entity in sorted(link.facts.wholes):
        yield f"{ENTITY_TITLES[entity]}（全）"
    if link.facts.id != BLANK:
        yield f"身份证号码的{fact.positions(link.facts.id)}"
    for entity, form in sorted(link.facts.numbers.items()):
        yield f"{ENTITY_TITLES[entity]}的{fact.positions(form)}"
    if (told := _attributes(link.facts)) and link.facts.known != Known():
        yield told
    for kind in sorted(link.kinds & FACTS):
        yield ENTITY_TITLES[kind]


@lru_cache(maxsize=1024)
def _known_titles(known: Known) -> str:
    told = []
    if known.birth_year is not None:
        told.append("出生日期" if known.birth_day else "出生年月" if known.birth_month else "出生年份")
    if known.born_from is not None:
        told.append("年龄")
    if known.male is not None:
        told.append("性别")
    if known.areas:
        told.append("所属地区")
    return "、".join(told)


def _attributes(facts: Facts) -> str:
    """Which attributes are told, in Chinese."""
    return _known_titles(facts.known) or "出生日期、性别、村名等特征"


def _fewest_documents(some: Iterable[frozenset[int]]) -> tuple[frozenset[int], ...]:
    every = list(some)
    least = min(map(len, every), default=0)
    return tuple(one for one in every if len(one) == least)


def counted(kind: str, before: int, after: int) -> str:
    """What is left alone and together, in Chinese; where nothing becomes fewer, what comes together."""
    if kind == "coordinates":
        return f"合起来 {after:,} 个点"
    if after < before:
        unit = "人" if kind in PEOPLE else "个可能"
        return f"单看约 {before:,} {unit}，合起来剩 {after:,} {unit}"
    return {
        "name_place_sensitive": "人在一份里写了姓名，敏感情况写在另一份里，合起来就知道是谁",
        "repeat_complainant": "同一个人的几件信访、投诉合到了一起",
        "unique_row": "没有写姓名的一行，对照另一份就知道是谁",
    }.get(kind, "其中一份写了全号，各处遮的都等于没有遮")  # fmt: skip


# Many joins


@dataclass(frozen=True, slots=True)
class Repair:
    """A document to change, and how many joins that breaks which no document before it in the list breaks."""

    document: str
    joins: int


def repairs(found: Iterable[Join]) -> list[Repair]:
    """In which order to change documents, those whose change breaks most joins first.

    A join that takes several documents to break counts with the last of them.
    """
    waiting: list[set[str]] = []
    of: dict[str, set[int]] = defaultdict(set)
    for number, one in enumerate(found):
        waiting.append(set(one.change))
        for document in one.change:
            of[document].add(number)
    done = []
    for document in sorted(of, key=lambda name: (-len(of[name]), name)):
        broken = 0
        for number in of[document]:
            waiting[number].discard(document)
            broken += not waiting[number]
        done.append(Repair(document, broken))
    return done


def tokens_of(draft: Given) -> frozenset[str]:
    """What to ask an index for, to check a draft against it: joins of the draft need no row without one of these.

    They are names, villages (of rows that name nobody, in either), whole values and subjects of coordinates.
    """
    tokens = {point.subject for point in draft.points}
    for row in draft.rows:
        tokens.update([row.name, row.place[2], *(whole.token for whole in row.wholes)])
    return frozenset(tokens - {""})


@dataclass(frozen=True, slots=True)
class Group:
    """Joins of one kind between the same documents: what a report shows as one line."""

    kind: Kind
    documents: tuple[str, ...]
    persons: int
    fewest: int
    """candidates after, in the worst of them"""
    worst: Join


def _worst(one: Join) -> tuple[int, float]:
    return one.after, -one.probability


def grouped(found: Iterable[Join]) -> list[Group]:
    """The joins by kind and documents, those of most persons first."""
    groups: dict[tuple[Kind, tuple[str, ...]], list[Join]] = defaultdict(list)
    for one in found:
        groups[one.kind, one.documents].append(one)
    made = [
        Group(kind, documents, len(some), min(one.after for one in some), min(some, key=_worst))
        for (kind, documents), some in groups.items()
    ]
    return sorted(made, key=lambda one: (-one.persons, one.kind, one.documents))
