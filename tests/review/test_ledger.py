"""Every way to tamper with the ledger is found, named, and said where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.review.ledger import GENESIS, Checkpoint, Event, canonical, hash_of, verify


def chain(count: int = 8, actor: str = "a") -> list[Event]:
    events: list[Event] = []
    for seq in range(1, count + 1):
        previous = events[-1].hash if events else GENESIS
        one = Event(seq, "2026-11-23T01:00:00Z", actor, "kind", seq, None, canonical({"n": seq}), previous)
        events.append(replace(one, hash=hash_of(one)))
    return events


def rehashed(event: Event) -> Event:
    return replace(event, hash=hash_of(event))


def remade(events: list[Event]) -> list[Event]:
    """The chain worked out anew by somebody who can write to the database."""
    made: list[Event] = []
    for seq, one in enumerate(events, 1):
        made.append(rehashed(replace(one, seq=seq, previous=made[-1].hash if made else GENESIS)))
    return made


def without(events: list[Event], seq: int) -> list[Event]:
    return [one for one in events if one.seq != seq]


def renumbered(events: list[Event]) -> list[Event]:
    return [replace(one, seq=k) for k, one in enumerate(events, 1)]


def swapped(events: list[Event], a: int, b: int) -> list[Event]:
    events = list(events)
    events[a - 1], events[b - 1] = replace(events[b - 1], seq=a), replace(events[a - 1], seq=b)
    return events


WHOLE = chain()
HEAD = Checkpoint(8, WHOLE[-1].hash, "检查点")
MIDDLE = Checkpoint(5, WHOLE[4].hash, "检查点")


def changed(seq: int, change: Callable[[Event], Event]) -> list[Event]:
    return [change(one) if one.seq == seq else one for one in WHOLE]


@pytest.mark.parametrize(("events", "checkpoints", "kind", "seq"), [
    (WHOLE, [HEAD, MIDDLE], None, 0),
    ([], [], None, 0),
    (WHOLE, [Checkpoint(0, GENESIS), HEAD], None, 0),
    ([], [Checkpoint(0, GENESIS)], None, 0),
    (changed(3, lambda one: replace(one, payload='{"n":9}')), [], "changed", 3),
    (changed(3, lambda one: replace(one, actor="b")), [], "changed", 3),
    (changed(3, lambda one: replace(one, at="2026-11-24T01:00:00Z")), [], "changed", 3),
    (changed(3, lambda one: replace(one, item=None)), [], "changed", 3),
    (changed(3, lambda one: replace(one, hash="0" * 64)), [], "changed", 3),
    (changed(3, lambda one: rehashed(replace(one, payload='{"n":9}'))), [], "changed", 3),
    (changed(1, lambda one: rehashed(replace(one, previous="0" * 64))), [], "changed", 1),
    (without(WHOLE, 4), [], "removed", 4),
    (without(WHOLE, 1), [], "removed", 1),
    (renumbered(without(WHOLE, 4)), [], "removed", 4),
    (swapped(WHOLE, 3, 4), [], "reordered", 3),
    (swapped(WHOLE, 2, 7), [], "reordered", 2),
    (WHOLE[:6], [HEAD], "cut", 7),
    ([], [HEAD], "cut", 1),
    (WHOLE[:6], [MIDDLE], None, 0),
    (remade(without(WHOLE, 4)), [MIDDLE], "rewritten", 5),
    (remade(changed(2, lambda one: replace(one, actor="b"))), [HEAD, MIDDLE], "rewritten", 5),
    (remade(without(WHOLE, 8)), [HEAD], "cut", 8),
    (chain(9, "b"), [HEAD], "rewritten", 8),
])  # fmt: skip
def test_tampering(events: list[Event], checkpoints: list[Checkpoint], kind: str | None, seq: int) -> None:
    fault = verify(events, checkpoints)
    assert (fault.kind if fault else None, fault.seq if fault else 0) == (kind, seq), fault
    if fault is not None:
        assert str(seq) in fault.told


@given(st.data())
def test_no_field_of_any_event_can_be_changed_unseen(data: st.DataObject) -> None:
    seq = data.draw(st.integers(1, len(WHOLE)))
    name, value = data.draw(st.sampled_from([
        ("at", "2026-11-23T01:00:01Z"), ("actor", "b"), ("kind", "other"), ("item", 99), ("version", 1),
        ("payload", "{}"), ("previous", "1" * 64), ("hash", "1" * 64), ("seq", 99),
    ]))  # fmt: skip
    assert verify(changed(seq, lambda one: replace(one, **{name: value})), [HEAD]) is not None


@given(st.permutations(WHOLE))
def test_no_order_but_its_own_is_whole(events: list[Event]) -> None:
    assert (verify(events) is None) == (events == WHOLE)


def test_numbers_of_events_do_not_run_into_each_other() -> None:
    a = Event(1, "t", "a", "k", 1, None, "{}", GENESIS)
    assert len({hash_of(a), hash_of(replace(a, item=None, version=1)), hash_of(replace(a, item=11))}) == 3
