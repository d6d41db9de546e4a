"""The index in the state: joined bucket by bucket, it gives what joining everything at once gives; only changes are
joined again; a draft is held against it by its own tokens alone."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reviewer.errors import StoreError
from reviewer.identifiers.resident_id import check_digit
from reviewer.keys import Key
from reviewer.linkage.join import Join, joins
from reviewer.linkage.persons import Measure
from reviewer.linkage.score import rarity
from reviewer.linkage.tokens import Given, Page, Row, Tokens, record
from reviewer.rescan.index import processes
from reviewer.rescan.model import Entry, Examined
from reviewer.rescan.state import Run, State
from reviewer.store import index, schema
from reviewer.store.index import Done, Task, work

from .conftest import KEY

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import county

MEASURE = Measure(date(2026, 11, 22))
TOKENS = Tokens(KEY.derive("linkage"))
NOTHING = {"verdict": "clear", "complete": True, "findings": []}


def site(people: int, documents: int, seed: int) -> list[Given]:
    return list(county.Site(county.County(people, seed), documents, seed, 20).given(TOKENS))


def begun(state: State) -> Run:
    return state.begin("site", "site", "readers", "rules")


def put(state: State, run: Run, given: Sequence[Given], sha256: str = "") -> None:
    state.put(run, [
        (Entry(page.document, ""),
         [Examined(page.document, sha256, shown=page.document, unit=page.unit, published=page.published, document=NOTHING,
                   given=(record(one),))])
        for one in given for page in [one.page]
    ])  # fmt: skip


def stale(state: State) -> int:
    with state.store.read() as connection:
        held = set(connection.execute(select(schema.published_given.c.bucket)).scalars())
        return len(held - set(connection.execute(select(schema.published_joined.c.bucket)).scalars()))


def counted(tasks: list[Task]) -> index.Run:
    def run(do: object, some: object) -> object:
        for task in some:  # type: ignore[attr-defined]
            tasks.append(task)
            yield work(task)

    return run  # type: ignore[return-value]


def test_the_state_gives_what_everything_at_once_gives(state: State) -> None:
    given = site(5_000, 90, 3)
    put(state, begun(state), given)
    expected = joins(given, MEASURE)
    assert len(expected) > 10 and {"unique_row", "complementary_masks"} <= {one.kind for one in expected}
    assert state.index.joins(MEASURE) == expected
    # Nothing has changed: nothing is joined.
    tasks: list[Task] = []
    assert state.index.joins(MEASURE, run=counted(tasks)) == expected
    assert not tasks and not stale(state)


@pytest.mark.parametrize("seed", [2, 3])
def test_changes_are_joined_and_nothing_else(state: State, seed: int) -> None:
    chance = random.Random(seed)
    given = site(5_000, 70, seed)
    run = begun(state)
    put(state, run, given[:60])
    state.index.refresh(MEASURE)
    everything = len(given)
    for _ in range(3):
        # Some lose rows, some are gone, some are new.
        for k in chance.sample(range(60), 4):
            given[k] = replace(given[k], rows=given[k].rows[: len(given[k].rows) // 2])
            put(state, run, [given[k]])
    put(state, run, given[60:])
    gone = set(chance.sample(range(everything), 5))
    with state.store.write() as connection:
        state.index.forget(connection, [k + 1 for k in gone])
    tasks: list[Task] = []
    found = state.index.joins(MEASURE, run=counted(tasks))
    left = [replace(one, rows=(), points=()) if k in gone else one for k, one in enumerate(given)]
    assert found == joins(left, MEASURE)
    assert tasks and state.index.joins(MEASURE) == found


def test_one_document_more_joins_few_buckets(state: State) -> None:
    given = site(5_000, 71, 4)
    run = begun(state)
    put(state, run, given[:-1])
    every = state.index.refresh(MEASURE)
    put(state, run, given[-1:])
    again = state.index.refresh(MEASURE)
    assert 0 < again < every / 4
    # What is put as it was is not joined again.
    put(state, run, given[:5])
    assert state.index.refresh(MEASURE) == 0


def test_what_changes_while_it_is_joined_is_joined_again(state: State) -> None:
    given = site(4_000, 60, 5)
    run = begun(state)
    put(state, run, given)

    def slow(do: object, tasks: object) -> object:
        for number, task in enumerate(tasks):  # type: ignore[arg-type]
            done: Done = work(task)
            if number == 0:
                given[7] = replace(given[7], rows=given[7].rows[1:])
                put(state, run, [given[7]])
            yield done

    state.index.refresh(MEASURE, run=slow)  # type: ignore[arg-type]
    assert state.index.joins(MEASURE) == joins(given, MEASURE)


def of_drafts(found: list[Join], drafts: Sequence[Given]) -> list[Join]:
    """Of all joins those with a draft, without what is to be changed: that depends on all the others."""
    names = {one.page.document for one in drafts}
    return [replace(one, change=(), advice="") for one in found if names & set(one.documents)]


@pytest.mark.parametrize("seed", [6, 7, 8])
def test_a_draft_against_the_state_is_the_draft_among_all(state: State, seed: int) -> None:
    given = site(4_000, 90, seed)
    drafts = [replace(one, page=replace(one.page, document=f"草稿{k}")) for k, one in enumerate(given[-4:])]
    put(state, begun(state), given[:-4])
    state.index.refresh(MEASURE)
    found = state.index.against(drafts, MEASURE)
    expected = joins([*given[:-4], *drafts], MEASURE)
    assert found and of_drafts(found, drafts) == of_drafts(expected, drafts)


def test_the_draft_is_changed_rather_than_what_is_published(state: State) -> None:
    """Either document breaks the chain: that of the draft can still be changed."""
    name, whole = "缑茂林", "34139919010512004" + check_digit("34139919010512004")
    place = TOKENS.place(("青禾县", "柳林镇", "杨树"))
    given = [
        Given(Page(document, "", "", day), "", (Row(3, 0, TOKENS.name(name), rarity(name), place, parts=(part,)),))
        for document, day, part in (
            ("后来的.txt", date(2026, 11, 1), TOKENS.part("ID_CARD", whole[:6] + "?" * 8 + whole[14:])),
            ("草稿.txt", date(2026, 1, 1), TOKENS.part("ID_CARD", whole[:14] + "????")),
        )
    ]
    put(state, begun(state), given[:1])
    (one,) = state.index.against(given[1:], MEASURE)
    assert (one.change, one.after, one.documents) == (("草稿.txt",), 1, ("后来的.txt", "草稿.txt"))
    assert joins(given, MEASURE)[0].change == ("后来的.txt",)


def test_a_draft_that_shows_what_is_published_already_is_told_of(state: State) -> None:
    """Two lists give a number away; the draft repeats one of them under another title."""
    name, whole = "缑茂林", "34139919010512004" + check_digit("34139919010512004")
    place = TOKENS.place(("青禾县", "柳林镇", "杨树"))
    forms = (whole[:6] + "?" * 8 + whole[14:], frozenset[str]()), (whole[:14] + "????", frozenset[str]())
    given = [
        Given(Page(document), "", (Row(3, 0, TOKENS.name(name), rarity(name), place, kinds,
                                       parts=(TOKENS.part("ID_CARD", form),)),))
        for document, (form, kinds) in (("a1", forms[0]), ("a2", forms[1]), ("草稿", (forms[0][0], frozenset(["WELFARE"]))))
    ]  # fmt: skip
    put(state, begun(state), given[:2])
    state.index.refresh(MEASURE)
    (one,) = state.index.against(given[2:], MEASURE)
    assert (one.documents, one.change, one.after) == (("a1", "a2", "草稿"), ("a2",), 1)
    assert "草稿" in [give.document for give in one.gives[:2]]


def test_other_processes_find_the_same(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    from reviewer.rescan import index as joining

    monkeypatch.setattr(joining, "_FEW", 100)
    given = site(5_000, 60, 9)
    put(state, begun(state), given)
    assert state.index.joins(MEASURE, run=processes(2)) == joins(given, MEASURE)


def test_nothing_stands_in_the_open(state: State) -> None:
    """Pieces, offers and what was found are sealed, each bound to its place; another key opens nothing."""
    given = site(3_000, 40, 10)
    put(state, begun(state), given)
    state.index.refresh(MEASURE)
    tables = schema.published_given, schema.published_offers, schema.published_joined
    with state.store.read() as connection:
        every = [bytes(row.sealed) for table in tables for row in connection.execute(select(table.c.sealed))]
        one = connection.execute(select(schema.published_given)).first()
    assert one is not None and len(every) > 100
    assert not any(b"ID_CARD" in sealed or b"????" in sealed for sealed in every)
    with pytest.raises(StoreError, match="站点密钥"):
        index.Index(state.store, Key(b"x" * 32)).joins(MEASURE)
    seal = index.Seal(b"s" * 32)
    with pytest.raises(StoreError):
        seal.opened(seal.closed(b"{}", 1, 2), 2, 1)


def test_what_the_workbench_published_is_not_counted_twice(state: State) -> None:
    """A rescan finds on the site what the workbench had entered when it was published."""
    given = site(4_000, 40, 11)
    run = begun(state)
    put(state, run, given[:20], sha256="a")
    with state.store.write() as connection:
        connection.execute(update(schema.published_sources).values(name_key=index.WORKBENCH))
    before = state.index.documents()
    mirror = state.begin("mirror", "mirror", "readers", "rules")
    put(state, mirror, given[20:], sha256="b")
    every = state.index.documents()
    put(state, mirror, given[20:21], sha256="a")
    assert 0 < before < every and state.index.documents() == every - before
