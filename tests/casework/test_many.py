"""Many rows, many people: one decision for a column costs a few statements; nobody's work is lost in a race."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from reviewer.errors import Conflict, Refusal, ReviewerError
from reviewer.review.decisions import Decision

from .world import PRIVATE, World

ROWS = 1500


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that are sent to the database."""
    said: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(world.office.store.engine, "before_cursor_execute", listen)
    yield said
    event.remove(world.office.store.engine, "before_cursor_execute", listen)


def listed(rows: int) -> bytes:
    """A list with a phone number in each row; made up."""
    return ("序号,手机\n" + "".join(f"{k},138{k:08d}\n" for k in range(rows))).encode()


def test_a_long_list_is_one_decision_a_column(world: World) -> None:
    item = world.item()
    with counted(world) as said:
        added = world.add(item, listed(ROWS), "名单.csv")
    assert added.findings >= ROWS and len(said) < 80
    world.office.submit(world.who["drafter"], item, added.revision)
    one = next(one for one in world.office.findings(world.who["first"], item) if one.column is not None)
    with counted(world) as said:
        done = world.do("first", "decide", item, one.id, Decision("lawful", "工作电话"), reach="column")
    assert done.count == ROWS and len(said) < 60
    assert world.office.item(world.who["first"], item).ready.undecided == 0
    world.do("first", "return_item", item, "改一行")
    again = world.add(item, listed(ROWS) + b"1500,13999999999\n", "名单.csv")
    assert (again.carried, again.due) == (ROWS, 1)


def at_once(*work: Callable[[], object]) -> list[str]:
    """Does all of it in threads of their own; "" or the kind of error of each."""
    gate, told = threading.Barrier(len(work)), [""] * len(work)

    def run(number: int) -> None:
        gate.wait()
        try:
            work[number]()
        except ReviewerError as fault:
            told[number] = type(fault).__name__

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told


def test_of_two_at_once_one_is_told_and_loses_nothing(world: World) -> None:
    item = world.submitted(PRIVATE)
    ids = [one.id for one in world.office.findings(world.who["first"], item)]
    seen = world.revision(item)
    told = at_once(*(
        lambda number=number: world.office.decide(  # type: ignore[misc]
            world.who["first"], item, seen, ids[number], Decision("lawful", "依据")
        )
        for number in range(3)
    ))
    assert sorted(told) == ["", "Conflict", "Conflict"]
    kinds = [one.kind for one in world.office.findings(world.who["first"], item)]
    assert sorted(map(str, kinds)) == ["None", "None", "lawful"]
    assert world.revision(item) == seen + 1 and world.office.verify_ledger().whole


def test_two_final_reviewers_issue_one_certificate(world: World) -> None:
    from sqlalchemy import func, select

    from reviewer.store import schema

    item = world.submitted(PRIVATE)
    world.decide_all(item)
    for who in ("first", "second"):
        world.do(who, "approve", item)
    seen = world.revision(item)
    told = at_once(*[
        lambda: world.office.approve(world.who["final"], item, seen, outcome="open"),
        lambda: world.office.approve(world.who["final"], item, seen, outcome="partial", opinion="部分"),
    ])
    assert sorted(told) == ["", "Conflict"]
    with world.office.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.certificates)).scalar_one() == 1


def test_many_people_at_many_items(world: World) -> None:
    items = [world.submitted() for _ in range(8)]
    told = at_once(*(
        lambda item=item: world.office.approve(world.who["first"], item, world.revision(item))  # type: ignore[misc]
        for item in items
    ))
    assert told == [""] * len(items)
    assert {world.office.item(world.who["second"], item).case.step for item in items} == {1}
    assert world.office.verify_ledger().whole


@pytest.mark.parametrize("reach", ["item", "unit", "everything"])
def test_there_is_no_bulk_approval(small: World, reach: str) -> None:
    item = small.submitted(PRIVATE)
    one = small.office.findings(small.who["first"], item)[0]
    with pytest.raises(Refusal):
        small.do("first", "decide", item, one.id, Decision("lawful", "依据"), reach=reach)
    assert Conflict.code == "conflict"
    for name in ("approve", "refuse", "publish"):
        with pytest.raises((TypeError, ReviewerError, AttributeError)):
            getattr(small.office, name)(small.who["first"], [item], 1)
