"""The ledger (台账): events chained by SHA-256, and what tells whether somebody changed them.

hash = SHA-256 of the canonical JSON of all other fields, `previous` among them: a changed, removed or moved event
breaks the chain where it stood. A tail that was cut off, and a chain that was made anew, are told by checkpoints:
signed pairs (seq, hash) that lie outside of the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

GENESIS = hashlib.sha256(b"reviewer.ledger/1").hexdigest()
"""`previous` of the first event"""
Break = Literal["changed", "removed", "reordered", "cut", "rewritten"]
BREAKS: dict[str, str] = {
    "changed": "记录被改动", "removed": "记录被删除", "reordered": "记录的顺序被调换", "cut": "末尾的记录被删除",
    "rewritten": "整条记录链被重写",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger. `at` is UTC to the second (2026-11-22T01:02:03Z); seq counts from 1."""

    seq: int
    at: str
    actor: str
    """login of who did it, `system`, or `token:<id>`"""
    kind: str
    item: int | None
    version: int | None
    payload: str
    """canonical JSON; counts, hashes, rule ids and masked text only"""
    previous: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the ledger at some time, known from outside of the database."""

    seq: int
    hash: str
    source: str = ""
    """where it was read, for the message"""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first break of the chain: `seq` is the event at which it shows."""

    kind: Break
    seq: int
    told: str


def canonical(value: Mapping[str, Any]) -> str:
    """JSON that is the same for the same content: keys sorted, no blanks, as RFC 8785 wants it of plain values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_of(event: Event) -> str:
    """The hash that belongs to the event's other fields."""
    fields = {
        "seq": event.seq, "at": event.at, "actor": event.actor, "kind": event.kind, "item": event.item,
        "version": event.version, "payload": event.payload, "previous": event.previous,
    }  # fmt: skip
    return hashlib.sha256(canonical(fields).encode("utf-8", "surrogatepass")).hexdigest()


def verify(events: Iterable[Event], checkpoints: Iterable[Checkpoint] = ()) -> Fault | None:
    """The first break, None for a chain that is whole and holds all checkpoints.

    `events` come in order of seq and are gone through again where the chain is broken, to tell how.
    """
    known: dict[int, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        # One of an empty ledger says nothing that could be broken.
        if checkpoint.seq:
            known.setdefault(checkpoint.seq, []).append(checkpoint)
    previous, seq = GENESIS, 0
    for event in events:
        if hash_of(event) != event.hash:
            return _moved_or_changed(event, seq + 1, events)
        if event.seq != seq + 1:
            return _removed(seq + 1, event.seq)
        if event.previous != previous:
            # Its own hash is sound: the one before was changed, and its hash worked out anew.
            return Fault("changed", max(seq, 1), _told(max(seq, 1), "被改动，下一条与它接不上"))
        for checkpoint in known.pop(event.seq, ()):
            if checkpoint.hash != event.hash:
                return Fault("rewritten", event.seq, _told(event.seq, f"与{checkpoint.source or '检查点'}不符"))
        previous, seq = event.hash, event.seq
    later = [checkpoint for every in known.values() for checkpoint in every]
    if not later:
        return None
    last = max(later, key=lambda one: one.seq)
    where = last.source or "检查点"
    return Fault("cut", seq + 1, f"第 {seq + 1} 条到第 {last.seq} 条不见了：{where}记着至少有 {last.seq} 条。")


def _moved_or_changed(event: Event, place: int, events: Iterable[Event]) -> Fault:
    """What happened to an event whose hash does not fit: its number alone may have been changed."""
    was = _number_of(event, events)
    if was is None:
        return Fault("changed", event.seq, _told(event.seq, "内容与它的哈希不符"))
    others = (one for one in events if one.seq != event.seq)
    if any(hash_of(replace(one, seq=place)) == one.hash for one in others):
        return Fault("reordered", place, f"第 {place} 条原来是第 {was} 条：顺序被调换。")
    return _removed(place, was)


def _number_of(event: Event, events: Iterable[Event]) -> int | None:
    """The number under which the event's hash was made, where it is near one that the ledger has."""
    numbers = {one.seq + shift for one in events for shift in (0, 1)}
    return next((k for k in sorted(numbers) if hash_of(replace(event, seq=k)) == event.hash), None)


def _removed(missing: int, follows: int) -> Fault:
    return Fault("removed", missing, f"第 {missing} 条不见了，接着的原来是第 {follows} 条。")


def _told(seq: int, what: str) -> str:
    return f"第 {seq} 条{what}。"
