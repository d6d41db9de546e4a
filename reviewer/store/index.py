"""The index of joining risk in the database: what each published document gives, in sealed pieces by bucket.

    published_given    (document, bucket) -> piece: tokens, and partial values as they were published
    published_offers   (bucket of names, bucket of keys) -> persons that rows without a name there may be
    published_joined   bucket -> what was found in it. A bucket without a row here is to be joined

All three are sealed (AES-256-GCM, bound to their place) under a key derived from the site key; in the open stand
numbers of documents and buckets. A bucket is worked out from its own pieces (linkage/buckets.py), by whatever process;
one whose pieces have not changed keeps what was found in it.
"""

from __future__ import annotations

import hmac
import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from reviewer.errors import StoreError
from reviewer.keys import Key
from reviewer.linkage import buckets, join
from reviewer.linkage.buckets import KEYS, NAMES, SUBJECTS, Piece
from reviewer.linkage.join import Asking, Fit, Found, Join, Offer
from reviewer.linkage.persons import Entry, Measure
from reviewer.linkage.tokens import Given, Page, Row
from reviewer.store import schema
from reviewer.store.database import Store, add_many

_VERSION = "2"
"""to be changed with what linkage makes of the same pieces: all is joined anew"""
_NONCE = 12
_BUCKETS, _ROWS = 200, 20_000
"""buckets, and pieces, of one task"""
_DOCUMENTS = 100
"""documents that are put at once"""
_MANY = 500
"""values in one IN (...)"""
Run = Callable[[Callable[["Task"], "Done"], Iterable["Task"]], Iterable["Done"]]
"""map, or what lets other processes do the same"""


WORKBENCH = "workbench"
"""name_key of the source that stands for the workbench's own publications"""


class Seal:
    """Encrypts pieces, each bound to the place where it lies."""

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(secret)

    def closed(self, data: bytes, *place: int) -> bytes:
        """The data compressed and encrypted; nothing at all where there is none."""
        if not data:
            return b""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(data, 1), _bound(place))

    def opened(self, sealed: bytes, *place: int) -> bytes:
        """The way back. Raises StoreError for what another key has sealed, lay elsewhere or is damaged."""
        from cryptography.exceptions import InvalidTag

        if not sealed:
            return b""
        try:
            return zlib.decompress(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(place)))
        except (InvalidTag, zlib.error):
            raise StoreError("汇聚风险的索引打不开：站点密钥不是存入时的那一把，或者数据已损坏。") from None


def _bound(place: Iterable[int]) -> bytes:
    return "/".join(map(str, place)).encode()


@dataclass(frozen=True, slots=True)
class Task:
    """Buckets of one use to be joined, sealed. It can be sent to another process, as what is done with it.

    pieces  bucket -> (document, sealed)
    offers  bucket -> (bucket of names, sealed)
    """

    secret: bytes = field(repr=False)
    measure: Measure
    pieces: Mapping[int, Sequence[tuple[int, bytes]]] = field(repr=False)
    offers: Mapping[int, Sequence[tuple[int, bytes]]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task, sealed: bucket -> found; (bucket of names, bucket of keys) -> offers, with their mark.

    A mark tells whether offers are the same as before, and nothing else.
    """

    found: Mapping[int, bytes] = field(repr=False)
    offers: Mapping[tuple[int, int], tuple[str, bytes]] = field(default_factory=dict, repr=False)


def work(task: Task) -> Done:
    """Joins the buckets of a task. Pure."""
    seal = Seal(task.secret)
    found: dict[int, bytes] = {}
    offers: dict[tuple[int, int], tuple[str, bytes]] = {}
    for bucket, sealed in task.pieces.items():
        pieces = [buckets.unpacked(document, seal.opened(data, document, bucket)) for document, data in sealed]
        joined: tuple[Iterable[Found], Iterable[Fit]] = (), ()
        if bucket < KEYS:
            made = buckets.named(pieces, task.measure)
            joined = made.found, ()
            for target, some in made.offers.items():
                data = buckets.packed_offers(some)
                mark = hmac.digest(task.secret, data, "sha256")[:8].hex()
                offers[bucket, target] = mark, seal.closed(data, bucket, target)
        elif bucket < SUBJECTS:
            joined = (), buckets.nameless(pieces, _opened(seal, task.offers.get(bucket, ()), bucket), task.measure)
        else:
            joined = buckets.points(pieces), ()
        told = list(joined[0]), list(joined[1])
        found[bucket] = seal.closed(buckets.packed_found(*told) if any(told) else b"", bucket)
    return Done(found, offers)


def _opened(seal: Seal, sealed: Iterable[tuple[int, bytes]], target: int) -> list[Offer]:
    every = sorted(sealed)
    return [one for names, data in every for one in buckets.unpacked_offers(seal.opened(data, names, target))]


def secret_of(key: Key) -> bytes:
    """What seals the index of a site."""
    return hmac.digest(key.derive("published"), b"index", "sha256")


class Index:
    """The index in a database. Documents are rows of published_documents, whose paths are masked."""

    def __init__(self, store: Store, key: Key) -> None:
        self._store = store
        self._secret = secret_of(key)
        self._seal = Seal(self._secret)

    # -- keeping it

    def put(self, connection: Connection, told: Mapping[int, Iterable[Given]]) -> None:
        """Takes what documents give in the place of what they gave before; what has not changed is left as it is."""
        for some in _some(list(told), _DOCUMENTS):
            self._put(connection, {document: told[document] for document in some})

    def _put(self, connection: Connection, told: Mapping[int, Iterable[Given]]) -> None:
        table = schema.published_given
        wanted = {
            (document, at): buckets.packed(piece)
            for document, given in told.items()
            for at, piece in _pieces(document, given).items()
        }
        columns = (table.c.id, table.c.document_id, table.c.bucket, table.c.sealed)
        query = select(*columns).where(table.c.document_id.in_(list(told)))
        old = {(row.document_id, row.bucket): (row.id, bytes(row.sealed)) for row in connection.execute(query)}
        same = {
            place for place, (_, sealed) in old.items()
            if place in wanted and self._seal.opened(sealed, *place) == wanted[place]
        }  # fmt: skip
        # New ones first: the highest number of a bucket then tells that it has changed (`_state`).
        add_many(connection, table, [
            {"document_id": place[0], "bucket": place[1], "sealed": self._seal.closed(data, *place)}
            for place, data in wanted.items() if place not in same
        ])  # fmt: skip
        _delete(connection, table, "id", [number for place, (number, _) in old.items() if place not in same])
        changed = {at for _, at in old.keys() - same} | {at for _, at in wanted.keys() - same}
        _delete(connection, schema.published_joined, "bucket", sorted(changed))

    def forget(self, connection: Connection, documents: Iterable[int]) -> None:
        """Takes out what is published no more."""
        table = schema.published_given
        for some in _some(sorted(documents)):
            held = table.c.document_id.in_(some)
            _delete(connection, schema.published_joined, "bucket",
                    connection.execute(select(table.c.bucket).where(held).distinct()).scalars().all())  # fmt: skip
            connection.execute(delete(table).where(held))

    def supersede(self, connection: Connection, hashes: Iterable[str]) -> None:
        """Files that the workbench has published itself are known by a source now: one and the same is no two."""
        table, sources = schema.published_documents, schema.published_sources
        own = select(sources.c.id).where(sources.c.name_key == WORKBENCH).scalar_subquery()
        for some in _some(sorted({one for one in hashes if one})):
            query = select(table.c.id).where(
                table.c.source_id == own, table.c.gone_run.is_(None), table.c.sha256.in_(some)
            )  # fmt: skip
            if found := connection.execute(query).scalars().all():
                connection.execute(update(table).where(table.c.id.in_(found)).values(gone_run=0))
                self.forget(connection, found)

    def documents(self) -> int:
        """How many documents that are there give anything."""
        table = schema.published_given
        with self._store.read() as connection:
            return int(connection.execute(select(func.count(table.c.document_id.distinct()))).scalar() or 0)

    def is_empty(self) -> bool:
        """Whether no document gives anything."""
        with self._store.read() as connection:
            return connection.execute(select(schema.published_given.c.id).limit(1)).first() is None

    # -- joining

    def joins(self, measure: Measure, *, run: Run = map) -> list[Join]:
        """All joins of all documents: only buckets that have changed are joined.

        measure.today counts for those alone; a day more or less of birth dates is no reason to join all others anew.
        """
        self.refresh(measure, run=run)
        found: list[Found] = []
        fits: list[Fit] = []
        with self._store.read() as connection:
            table = schema.published_joined
            query = select(table.c.bucket, table.c.sealed).where(func.length(table.c.sealed) > 0)
            for row in connection.execution_options(yield_per=500).execute(query.order_by(table.c.bucket)):
                some, fit = buckets.unpacked_found(self._seal.opened(bytes(row.sealed), row.bucket))
                found += some
                fits += fit
            found += join.unique(fits, measure)
            pages = _pages(connection, found)
        return join.settled(found, pages.__getitem__)

    def refresh(self, measure: Measure, *, run: Run = map, most: int | None = None) -> int:
        """Joins the buckets that have changed; how many there were. most: where there are more, none is joined."""
        version = f"{_VERSION} {measure.least} {measure.scale} {sorted(measure.people.items())}"
        version = hmac.digest(self._secret, version.encode(), "sha256")[:8].hex()
        table = schema.published_joined
        with self._store.read() as connection:
            aged = connection.execute(select(table.c.bucket).where(table.c.version != version).limit(1)).first()
        if aged is not None:
            with self._store.write() as connection:
                connection.execute(delete(table).where(table.c.version != version))
        count = 0
        # Rows that name nobody need the offers of names: these come first.
        for first, last in ((NAMES, KEYS), (KEYS, SUBJECTS), (SUBJECTS, SUBJECTS + buckets.SIZE)):
            stale = self._stale(first, last)
            if most is not None and len(stale) > most:
                break
            count += len(stale)
            states: dict[int, tuple[int, int]] = {}
            for done in run(work, self._tasks(stale, measure, states)):
                self._keep(done, version, states)
        return count

    def _stale(self, first: int, last: int) -> list[int]:
        """The buckets of a use that are to be joined; those of which nothing is left are cleared."""
        given, joined, offers = schema.published_given, schema.published_joined, schema.published_offers
        within = given.c.bucket.between(first, last - 1)
        with self._store.read() as connection:
            held = set(connection.execute(select(given.c.bucket).where(within).distinct()).scalars())
            done = set(
                connection.execute(select(joined.c.bucket).where(joined.c.bucket.between(first, last - 1))).scalars()
            )
            offering = set()
            if first == NAMES:
                offering = set(connection.execute(select(offers.c.bucket).distinct()).scalars())
        if empty := sorted((done | offering) - held):
            with self._store.write() as connection:
                for some in _some(empty):
                    targets = select(offers.c.target).where(offers.c.bucket.in_(some)).distinct()
                    touched = connection.execute(targets).scalars().all()
                    connection.execute(delete(offers).where(offers.c.bucket.in_(some)))
                    _delete(connection, joined, "bucket", [*some, *touched])
        return sorted(held - done)

    def _tasks(self, stale: Sequence[int], measure: Measure, states: dict[int, tuple[int, int]]) -> Iterator[Task]:
        """The buckets by tasks, each read when it is asked for."""
        for some in _some(stale, _BUCKETS):
            with self._store.read() as connection:
                pieces, told = _read(connection, some)
                offers = _offers(connection, some) if some[-1] >= KEYS else {}
            states |= told
            part: dict[int, list[tuple[int, bytes]]] = {}
            size = 0
            for bucket, rows in pieces.items():
                part[bucket] = rows
                size += len(rows)
                if size > _ROWS:
                    yield Task(self._secret, measure, part, {at: offers[at] for at in part if at in offers})
                    part, size = {}, 0
            if part:
                yield Task(self._secret, measure, part, {at: offers[at] for at in part if at in offers})

    def _keep(self, done: Done, version: str, states: Mapping[int, tuple[int, int]]) -> None:
        """Writes what came of a task, but for buckets that have changed in the meantime."""
        joined = schema.published_joined
        with self._store.write() as connection:
            now = _state(connection, sorted(done.found))
            kept = [at for at in done.found if now.get(at) == states[at]]
            _delete(connection, joined, "bucket", kept)
            add_many(
                connection, joined, [{"bucket": at, "version": version, "sealed": done.found[at]} for at in kept]
            )
            if kept and kept[0] < KEYS:
                _offer(connection, set(kept), done)

    # -- asking

    def against(
        self, drafts: Sequence[Given], measure: Measure, *, without: frozenset[int] = frozenset()
    ) -> list[Join]:
        """The joins of drafts with all documents, and with each other; only their tokens are asked for.

        What is to be changed is a draft wherever that is enough. The result is that of joining everything with the
        drafts behind it, as far as the index has been joined (`refresh`). without: documents that do not count.
        """
        with self._store.read() as connection:
            last = connection.execute(select(func.max(schema.published_documents.c.id))).scalar() or 0
            own = {last + k: draft for k, draft in enumerate(drafts, start=1)}
            found = _Asked(connection, self._seal, own, measure, without).found()
            pages = _pages(connection, found)
        pages |= {number: draft.page for number, draft in own.items()}
        return join.settled(found, pages.__getitem__, prefer=frozenset(own))


class _Asked:
    """Drafts while they are held against an index."""

    def __init__(
        self, connection: Connection, seal: Seal, own: Mapping[int, Given], measure: Measure, without: frozenset[int]
    ) -> None:
        self._connection, self._seal, self._own, self._measure = connection, seal, own, measure
        self._without = without

    def found(self) -> list[Found]:
        names = {row.name for given in self._own.values() for row in given.rows if row.name}
        rows = self._pieces({buckets.of_name(name) for name in names}, lambda row: row.name in names)
        for number, given in self._own.items():
            rows.append(Piece(number, given.genre, tuple(row for row in given.rows if row.name)))
        named = buckets.named(rows, self._measure)
        fresh = [one for some in named.offers.values() for one in some]
        found = [*named.found, *join.unique(self._fits(names, fresh), self._measure), *self._points()]
        return [one for one in found if any(number in self._own for number, _, _ in one.gives)]

    def _fits(self, names: set[str], fresh: list[Offer]) -> list[Fit]:
        """The fits of rows without a name: of the drafts', and of those that a person of the drafts may be."""
        asked = [one for number, given in self._own.items() for one in join.asking(number, given)]
        keys = {key for one in fresh if any(e.document in self._own for e in one.entries) for key in one.keys}
        for piece in self._pieces({buckets.of_key(key) for key in keys}, lambda row: True):
            for row, (number, alike) in zip(piece.rows, piece.alike, strict=True):
                if keys.intersection(join.keys_of(row)):
                    asked.append(Asking(number, alike, Entry(piece.document, row, piece.genre)))
        # A row that asks under two keys has come twice.
        asked = list({(one.entry.document, one.number): one for one in asked}.values())
        keys = {key for one in asked for key in join.keys_of(one.entry.row)}
        offers = [
            one
            for target, sealed in _offers(self._connection, sorted({buckets.of_key(key) for key in keys})).items()
            for one in _opened(self._seal, sealed, target)
            if one.entries[0].row.name not in names and keys.intersection(one.keys)
            and self._without.isdisjoint(entry.document for entry in one.entries)
        ]
        return list(join.nameless(asked, offers + fresh, self._measure))

    def _points(self) -> list[Found]:
        subjects = {point.subject for given in self._own.values() for point in given.points}
        pieces = self._pieces({buckets.of_subject(one) for one in subjects}, lambda row: True)
        told = [(piece.document, piece.points) for piece in pieces]
        told += [(number, given.points) for number, given in self._own.items() if given.points]
        wanted = [(number, [one for one in points if one.subject in subjects]) for number, points in told]
        return list(join.outlines(wanted))

    def _pieces(self, some: Iterable[int], wanted: Callable[[Row], bool]) -> list[Piece]:
        made: list[Piece] = []
        for part in _some(sorted(some)):
            read, _ = _read(self._connection, part)
            for bucket, rows in read.items():
                for document, sealed in rows:
                    if document in self._without:
                        continue
                    piece = buckets.unpacked(document, self._seal.opened(sealed, document, bucket))
                    if bucket < KEYS:
                        piece = replace(piece, rows=tuple(row for row in piece.rows if wanted(row)))
                    made.append(piece)
        return made


def _pieces(document: int, given: Iterable[Given]) -> dict[int, Piece]:
    """What all that a document gives has in each bucket: tables of several are kept apart."""
    every = list(given)
    if len(every) > 1:
        rows: list[Row] = []
        for one in every:
            shift = max((row.list for row in rows), default=-1) + 1
            rows += [replace(row, list=row.list + shift if row.list >= 0 else -1) for row in one.rows]
        points = tuple(point for one in every for point in one.points)
        every = [replace(every[0], rows=tuple(rows), points=points)]
    return buckets.pieces(document, every[0]) if every else {}


def _read(
    connection: Connection, some: Sequence[int]
) -> tuple[dict[int, list[tuple[int, bytes]]], dict[int, tuple[int, int]]]:
    """(bucket -> (document, sealed), by document; bucket -> state)."""
    table = schema.published_given
    pieces: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    states: dict[int, tuple[int, int]] = {}
    for part in _some(some):
        columns = (table.c.bucket, table.c.document_id, table.c.sealed, table.c.id)
        for row in connection.execute(select(*columns).where(table.c.bucket.in_(part))):
            pieces[row.bucket].append((row.document_id, bytes(row.sealed)))
            highest, count = states.get(row.bucket, (0, 0))
            states[row.bucket] = max(highest, row.id), count + 1
    return {at: sorted(pieces[at]) for at in sorted(pieces)}, states


def _state(connection: Connection, some: Sequence[int]) -> dict[int, tuple[int, int]]:
    """bucket -> (highest number, count) of its pieces, which change with them."""
    table = schema.published_given
    states = {}
    for part in _some(some):
        query = select(table.c.bucket, func.max(table.c.id), func.count()).where(table.c.bucket.in_(part))
        for bucket, highest, count in connection.execute(query.group_by(table.c.bucket)):
            states[bucket] = int(highest), int(count)
    return states


def _offers(connection: Connection, some: Sequence[int]) -> dict[int, list[tuple[int, bytes]]]:
    """Bucket of keys -> (bucket of names, sealed)."""
    table = schema.published_offers
    found: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for part in _some(some):
        query = select(table.c.target, table.c.bucket, table.c.sealed).where(table.c.target.in_(part))
        for row in connection.execute(query):
            found[row.target].append((row.bucket, bytes(row.sealed)))
    return found


def _offer(connection: Connection, kept: set[int], done: Done) -> None:
    """Takes the offers of buckets of names; where they are others than before, their targets are to be joined anew."""
    table = schema.published_offers
    before: dict[tuple[int, int], str] = {}
    for part in _some(sorted(kept)):
        query = select(table.c.bucket, table.c.target, table.c.mark).where(table.c.bucket.in_(part))
        before |= {(row.bucket, row.target): row.mark for row in connection.execute(query)}
    now = {place: told for place, told in done.offers.items() if place[0] in kept}
    changed = {place for place in {*before, *now} if before.get(place) != now.get(place, ("",))[0]}
    for bucket in sorted({bucket for bucket, _ in changed & before.keys()}):
        targets = [target for at, target in changed & before.keys() if at == bucket]
        for part in _some(targets):
            connection.execute(delete(table).where(table.c.bucket == bucket, table.c.target.in_(part)))
    add_many(connection, table, [
        {"bucket": bucket, "target": target, "mark": now[bucket, target][0], "sealed": now[bucket, target][1]}
        for bucket, target in sorted(changed & now.keys())
    ])  # fmt: skip
    _delete(connection, schema.published_joined, "bucket", sorted({target for _, target in changed}))


def _pages(connection: Connection, found: Iterable[Found]) -> dict[int, Page]:
    """Where the documents were published that something was found in."""
    wanted = {number for one in found for number, _, _ in one.gives}
    wanted |= {number for one in found for some in one.breaks for number in some}
    table = schema.published_documents
    pages = {}
    for part in _some(sorted(wanted)):
        columns = (table.c.id, table.c.path, table.c.unit, table.c.column, table.c.published)
        for row in connection.execute(select(*columns).where(table.c.id.in_(part))):
            day = date.fromisoformat(row.published) if row.published else None
            pages[row.id] = Page(row.path, row.unit, row.column, day)
    return pages


def _delete(connection: Connection, table: Table, column: str, values: Sequence[Any]) -> None:
    for part in _some(values):
        connection.execute(delete(table).where(table.c[column].in_(part)))


def _some(values: Sequence[Any], most: int = _MANY) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), most):
        yield values[start : start + most]

