"""The take-down list in the database: entries, decisions on them, and their ledger. Rules: review/cleaning.py.

Everything is done on a connection of `Store.write`: writes stand in line there, so the ledger's end can not move.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from reviewer.errors import Absent, Conflict
from reviewer.review import cleaning
from reviewer.review.cleaning import State
from reviewer.review.ledger import GENESIS, Event, Fault, canonical, hash_of, verify
from reviewer.store.database import add_many
from reviewer.store.schema import published_documents as documents
from reviewer.store.schema import published_events as events
from reviewer.store.schema import published_takedown as entries

Row = dict[str, Any]
_MANY = 500
_FIELDS = ("seq", "at", "actor", "kind", "item", "version", "payload", "previous", "hash")
_DOCUMENT = ("path", "path_key", "title", "url", "unit", "column", "published", "gone_run", "sha256", "number",
             "index_number", "hint")  # fmt: skip
ORDER = (documents.c.unit, documents.c.column, documents.c.path, entries.c.id)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries a list shows; "" is any.

    unit   publisher as the pages name it; units: only those (None: all)
    """

    words: str = ""
    unit: str = ""
    kind: str = ""
    state: str = ""
    action: str = ""
    units: frozenset[str] | None = None


def chosen(wanted: Filter) -> Select[Any]:
    """The query for entries with what is known of their documents."""
    named = [documents.c[name] for name in _DOCUMENT]
    query = select(entries, *named).join(documents, documents.c.id == entries.c.document_id)
    if wanted.units is not None:
        query = query.where(documents.c.unit.in_(sorted(wanted.units)))
    if wanted.unit:
        query = query.where(documents.c.unit == wanted.unit)
    for name in ("kind", "state"):
        if value := getattr(wanted, name):
            query = query.where(entries.c[name] == value)
    if wanted.action:
        query = query.where(or_(entries.c.action == wanted.action,
                                (entries.c.action == "") & (entries.c.proposed == wanted.action)))  # fmt: skip
    for word in wanted.words.split():
        pattern = "%" + word.replace("/", "//").replace("%", "/%").replace("_", "/_") + "%"
        query = query.where(
            or_(*(documents.c[name].like(pattern, escape="/") for name in ("title", "path", "url", "number", "column")))
        )
    return query


def listed(connection: Connection, wanted: Filter, *, offset: int = 0, limit: int = -1) -> Iterator[Row]:
    """The entries by unit, column and path."""
    query = chosen(wanted).order_by(*ORDER).offset(offset)
    if limit >= 0:
        query = query.limit(limit)
    # Options of a connection would stay with it: what writes next would run in a cursor, too.
    for row in connection.execute(query.execution_options(yield_per=500)).mappings():
        yield _told(row)


def one(connection: Connection, entry: int) -> Row:
    """An entry. Raises Absent."""
    row = connection.execute(chosen(Filter()).where(entries.c.id == entry)).mappings().first()
    if row is None:
        raise Absent("撤下清单里没有这一条。")
    return _told(row)


def _told(row: Any) -> Row:
    return {**row, "evidence": json.loads(row["evidence"]), "basis": json.loads(row["basis"])}


def count(connection: Connection, wanted: Filter) -> int:
    return int(connection.execute(select(func.count()).select_from(chosen(wanted).subquery())).scalar_one())


def units(connection: Connection) -> list[tuple[str, str, int]]:
    """(unit, state, how many entries) by unit."""
    counted = (documents.c.unit, entries.c.state, func.count())
    query = select(*counted).join(entries, entries.c.document_id == documents.c.id)
    rows = connection.execute(query.group_by(documents.c.unit, entries.c.state).order_by(documents.c.unit))
    return [(row[0], row[1], row[2]) for row in rows]


def exists(connection: Connection) -> bool:
    """Whether there is any entry."""
    return connection.execute(select(entries.c.id).limit(1)).first() is not None


# --- changes ---------------------------------------------------------------------------------------


def mark_of(action: str, reason: str, found: str) -> str:
    """Stands for what is proposed and what was found in the document."""
    return hashlib.sha256(f"{action}\n{reason}\n{found}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def decide(
    connection: Connection, entry: int, action: str, reason: str, *, at: str, actor: str, owner: str = "",
    revision: int | None = None,
) -> int:
    """A person's decision; the entry's new revision. reason: masked.

    Raises Absent, Refusal, and Conflict where the entry is not the one of `revision` any more.
    """
    row = one(connection, entry)
    if revision is not None and row["revision"] != revision:
        raise Conflict("这一条刚刚被别人处理过，您的决定没有保存。请刷新后再办。")
    state = cleaning.decide(row["state"], action, reason)
    change(connection, entry, at, state=state, action=action, why=reason, decided_by=actor, decided_at=at, owner=owner,
           decided_mark=row["mark"])  # fmt: skip
    told = {"action": action, "reason": reason, "from": row["state"]} | ({"owner": owner} if owner else {})
    append(connection, [(entry, "decided", told)], at=at, actor=actor)
    return int(row["revision"]) + 1


def change(connection: Connection, entry: int, at: str, **values: Any) -> None:
    """Changes an entry; its revision counts up."""
    connection.execute(
        update(entries).where(entries.c.id == entry)
        .values(changed_at=at, revision=entries.c.revision + 1, **values)
    )  # fmt: skip


def copy_of(row: Row) -> str:
    """Stands for the copy of the document that the source holds: another one is another, also of the same bytes."""
    return hashlib.sha256(f"{row['hint']}\0{row['sha256']}".encode()).hexdigest()[:32]


def noted(connection: Connection, entry: int, **values: Any) -> None:
    """Says something of an entry by which nobody's decision is touched: its revision stays."""
    connection.execute(update(entries).where(entries.c.id == entry).values(**values))


def put(connection: Connection, rows: Sequence[Row], at: str) -> None:
    """New entries, each as it is proposed."""
    add_many(connection, entries, [
        {"state": "proposed", "action": "", "why": "", "decided_by": "", "decided_at": None, "decided_mark": "",
         "owner": "", "how": "", "done_at": None, "live": "", "live_at": None, "made_at": at, "changed_at": at,
         "revision": 1, **row, "basis": json.dumps(row["basis"]),
         "evidence": json.dumps(row["evidence"], ensure_ascii=False)}
        for row in rows
    ])  # fmt: skip


def moved(connection: Connection, entry: int, at: str, state: State, how: str, **values: Any) -> None:
    """The entry in another state, as a run or a look at the site found it."""
    done: Row = {"done_at": at} if state == "done" else {"done_at": None}
    if state == "proposed":
        done |= {"action": "", "why": "", "decided_by": "", "decided_at": None, "decided_mark": "", "owner": ""}
    change(connection, entry, at, state=state, how=how, **{**done, **values})


# --- ledger ----------------------------------------------------------------------------------------


def append(
    connection: Connection, told: Iterable[tuple[int | None, str, Mapping[str, Any]]], *, at: str, actor: str
) -> None:
    """Adds (entry, kind, payload) to the end of the ledger."""
    last = connection.execute(select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq, last.hash) if last is not None else (0, GENESIS)
    rows = []
    for entry, kind, payload in told:
        seq += 1
        made = Event(seq, at, actor, kind, entry, None, canonical(payload), previous)
        made = replace(made, hash=hash_of(made))
        previous = made.hash
        rows.append({name: getattr(made, name) for name in _FIELDS})
    for start in range(0, len(rows), _MANY):
        connection.execute(insert(events), rows[start : start + _MANY])


class Events:
    """The ledger in order, as often as it is gone through."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[Event]:
        query = select(events).order_by(events.c.seq).execution_options(yield_per=1000)
        for row in self._connection.execute(query):
            yield Event(*(getattr(row, name) for name in _FIELDS))


def fault(connection: Connection) -> Fault | None:
    """The first break of the ledger, None where it is whole."""
    return verify(Events(connection))


def history(connection: Connection, entry: int) -> list[Row]:
    """What has happened to an entry, the latest first."""
    query = select(events).where(events.c.item == entry).order_by(events.c.seq.desc())
    return [{**row, "payload": json.loads(row["payload"])} for row in connection.execute(query).mappings()]
