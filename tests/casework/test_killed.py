"""kill -9 at every statement of every action: the item is as before or as after, never between."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from reviewer.casework.intake import Upload
from reviewer.review.decisions import Decision
from reviewer.review.item import Item
from reviewer.store import schema

from .world import PLAIN, World

TEXT = "联系电话13800012345。\n"
Snapshot = tuple[dict[str, int], tuple[Any, ...]]


def snapshot(world: World, item: int) -> Snapshot:
    """How many rows each table has, and how the item stands."""
    table = schema.items.c
    with world.office.store.read() as connection:
        counts = {
            one.name: connection.execute(select(func.count()).select_from(one)).scalar_one()
            for one in schema.metadata.sorted_tables
        }
        columns = (table.state, table.step, table.round, table.version, table.revision, table.outcome, table.deleted_at)
        row = connection.execute(select(*columns).where(table.id == item)).one()
        decided = connection.execute(
            select(func.count()).select_from(schema.findings).where(schema.findings.c.decision_id.is_not(None))
        ).scalar_one()
    return {**counts, "decided": decided}, tuple(row)


def change(before: Snapshot, after: Snapshot) -> tuple[Any, ...]:
    grown = {name: after[0][name] - before[0][name] for name in before[0] if after[0][name] != before[0][name]}
    return grown, after[1]


def whole(world: World) -> None:
    """The ledger holds, and every file that the database has a key of can be read."""
    assert world.office.verify_ledger().whole
    with world.office.store.read() as connection:
        query = select(schema.blobs.c.id).where(schema.blobs.c.wrapped.is_not(None))
        for name in connection.execute(query).scalars().all():
            world.office.vault.get(connection, name)


@contextmanager
def killed_at(world: World, point: int) -> Iterator[None]:
    """Ends this process without a word at the `point`th statement, commit or step of writing a file."""
    left = [point]

    def step(*_: Any, **__: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine, real = world.office.store.engine, (os.fsync, os.rename)
    commit = engine.dialect.do_commit

    def committed(connection: Any) -> None:
        step()
        commit(connection)
        step()

    def synced(handle: int) -> None:
        step()
        real[0](handle)
        step()

    event.listen(engine, "before_cursor_execute", step)
    engine.dialect.do_commit = committed  # type: ignore[method-assign]
    os.fsync = synced  # type: ignore[assignment]
    yield


def run_killed(world: World, work: Callable[[], object], point: int) -> bool:
    """Does `work` in a copy of this process that is killed at a point; whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            # The connections are the parent's.
            world.office.store.engine.dispose(close=False)
            with killed_at(world, point):
                work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the action itself failed"
    return not os.WIFSIGNALED(status)


def drafted(world: World) -> int:
    return world.item()


def with_file(world: World) -> int:
    item = world.item()
    world.add(item, TEXT)
    return item


def at_step(world: World, signers: tuple[str, ...] = ()) -> int:
    item = world.submitted(TEXT)
    world.decide_all(item)
    for who in signers:
        world.do(who, "approve", item)
    return item


ACTIONS: dict[str, tuple[Callable[[World], int], Callable[[World, int], object]]] = {
    "add_version": (drafted, lambda w, i: w.office.add_version(
        w.who["drafter"], i, w.revision(i), [Upload("稿.txt", TEXT.encode())])),
    "edit_item": (drafted, lambda w, i: w.do("drafter", "edit_item", i, w.office.item(w.who["drafter"], i).item)),
    "submit": (with_file, lambda w, i: w.do("drafter", "submit", i)),
    "decide": (lambda w: w.submitted(TEXT), lambda w, i: w.do(
        "first", "decide", i, w.office.findings(w.who["first"], i)[0].id, Decision("must_change"))),
    "pass": (at_step, lambda w, i: w.do("first", "approve", i)),
    "approve": (lambda w: at_step(w, ("first", "second")), lambda w, i: w.do("final", "approve", i, outcome="open")),
    "return": (at_step, lambda w, i: w.do("first", "return_item", i, "理由")),
    "ask_third_party": (at_step, lambda w, i: w.do("first", "ask_third_party", i, "某公司", "理由")),
    "refuse": (lambda w: at_step(w, ("first", "second")), lambda w, i: w.do("final", "refuse", i, "ogi-15", "理由")),
    "withdraw": (at_step, lambda w, i: w.do("drafter", "withdraw", i, "理由")),
    "take_down": (lambda w: _published(w), lambda w, i: w.do("publisher", "take_down", i, "理由")),
}  # fmt: skip


def _published(world: World) -> int:
    item = at_step(world, ("first", "second"))
    world.do("final", "approve", item, outcome="open")
    world.do("publisher", "publish", item, "网站")
    return item


@pytest.mark.parametrize("action", ACTIONS)
def test_before_or_after_never_between(world: World, action: str) -> None:
    prepare, work = ACTIONS[action]
    model = prepare(world)
    start = snapshot(world, model)
    work(world, model)
    expected = change(start, snapshot(world, model))
    item = prepare(world)
    before = snapshot(world, item)
    point = 0
    # What PostgreSQL does with a lost connection is the same at each point: fewer of them there.
    stride = 1 if world.office.store.is_sqlite else 3
    while snapshot(world, item) == before:
        point += stride
        if run_killed(world, lambda: work(world, item), point):
            break
    assert point > 8
    assert change(before, snapshot(world, item)) == expected
    whole(world)


def test_a_new_item_is_there_or_not(world: World) -> None:
    point, before = 0, snapshot(world, world.item())
    while snapshot(world, 1) == before:
        point += 1
        run_killed(world, world.item, point)
    after = change(before, snapshot(world, 1))[0]
    assert after == {"items": 1, "blobs": 1, "events": 1} and point > 5
    whole(world)


def test_an_item_is_handed_in_whole_or_not_at_all(world: World) -> None:
    def hand_in() -> object:
        upload = Upload("稿.txt", PLAIN.encode())
        return world.office.hand_in(world.who["drafter"], world.unit, Item("题目"), [upload], submit=True)

    point, before = 0, snapshot(world, world.item())
    while snapshot(world, 1) == before:
        # Each try scans the file anew: every third point.
        point += 3
        run_killed(world, hand_in, point)
    after = change(before, snapshot(world, 1))[0]
    assert {name: after[name] for name in ("items", "versions", "files", "events")} == {
        "items": 1, "versions": 1, "files": 1, "events": 3
    }  # fmt: skip
    assert point > 8
    whole(world)


def test_files_that_a_killed_process_left_are_swept(world: World) -> None:
    item = world.item()
    upload = [Upload("稿.txt", PLAIN.encode())]
    revision = world.revision(item)
    paths = len(list(world.office.vault.paths()))
    point = 0
    while len(list(world.office.vault.paths())) < paths + 2:
        point += 1
        run_killed(world, lambda: world.office.add_version(world.who["drafter"], item, revision, upload), point)
    with world.office.store.read() as connection:
        assert world.office.vault.sweep(connection, 4e9) >= 2
    assert len(list(world.office.vault.paths())) == paths
    whole(world)


def test_a_purge_deletes_all_files_of_an_item_or_none(world: World) -> None:
    item = world.approved(PLAIN)
    world.clock.pass_(days=100)
    before = snapshot(world, item)
    point = 0
    while snapshot(world, item) == before:
        point += 1
        run_killed(world, world.office.daily, point)
        with world.office.store.read() as connection:
            gone = connection.execute(
                select(func.count()).select_from(schema.blobs).where(schema.blobs.c.wrapped.is_(None))
            ).scalar_one()
        assert gone in (0, 3)
    assert gone == 3
    world.office.daily()
    assert world.office.verify_ledger().whole
