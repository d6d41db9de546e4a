"""Joins by parts: which bucket each row belongs in, and what is worked out in a bucket without any other.

    pieces      a Given -> what it has in each bucket
    named       the pieces of one bucket of names -> Named: joins, and offers for rows that name nobody, by bucket
    nameless    the pieces and the offers of one bucket of such rows -> fits
    points      the pieces of one bucket of subjects -> joins
    join.unique over all fits, then join.settled over all that was found

The result is that of `join.joins` on everything at once (tests/linkage/test_buckets.py), whoever works out which
bucket, in any order; documents are numbered in the same order. All functions are pure, all that they take and give can
be pickled; `packed` makes bytes of it for a store, which encrypts them: they hold partial values as published.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from reviewer.linkage import join
from reviewer.linkage.join import FEWEST, Asking, Fit, Found, Join, Offer
from reviewer.linkage.persons import Entry, Measure
from reviewer.linkage.tokens import Given, Page, Point, Row, from_record, record

SIZE = 1 << 16
"""buckets of each use: a county's names lie in them by the dozen, a province's by the thousand"""
NAMES, KEYS, SUBJECTS = 0, SIZE, 2 * SIZE
"""the first bucket of names; of rows that name nobody, with the persons that they may be; of coordinates"""
_NOWHERE = Page("")


@dataclass(frozen=True, slots=True)
class Piece:
    """What one document has in one bucket.

    alike  of rows that name nobody: (which of the document's, how many look the same); as many as rows
    """

    document: int
    genre: str = ""
    rows: tuple[Row, ...] = ()
    alike: tuple[tuple[int, int], ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """What comes of a bucket of names: joins, and by bucket of KEYS who may be meant by rows that name nobody."""

    found: tuple[Found, ...]
    offers: dict[int, tuple[Offer, ...]]


def of_name(token: str) -> int:
    """The bucket of a name's token."""
    return NAMES + _hash(token)


def of_key(key: str) -> int:
    """The bucket of a key (join.keys_of)."""
    return KEYS + _hash(key)


def of_subject(token: str) -> int:
    return SUBJECTS + _hash(token)


def _hash(text: str) -> int:
    return zlib.crc32(text.encode()) % SIZE


def pieces(document: int, given: Given) -> dict[int, Piece]:
    """What a document, by its number, has in each bucket."""
    rows: dict[int, list[Row]] = defaultdict(list)
    alike: dict[int, list[tuple[int, int]]] = defaultdict(list)
    points: dict[int, list[Point]] = defaultdict(list)
    for row in given.rows:
        if row.name:
            rows[of_name(row.name)].append(row)
    for one in join.asking(document, given):
        for bucket in sorted({of_key(key) for key in join.keys_of(one.entry.row)}):
            rows[bucket].append(one.entry.row)
            alike[bucket].append((one.number, one.alike))
    for point in given.points:
        points[of_subject(point.subject)].append(point)
    return {
        bucket: Piece(
            document, given.genre, tuple(rows.get(bucket, ())), tuple(alike.get(bucket, ())),
            tuple(points.get(bucket, ())),
        )
        for bucket in (*rows, *points)
    }  # fmt: skip


def named(some: Iterable[Piece], measure: Measure, fewest: int = FEWEST) -> Named:
    """What comes of all pieces of a bucket of names, or of several such buckets."""
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for piece in sorted(some, key=_document):
        for row in piece.rows:
            by_name[row.name].append(Entry(piece.document, row, piece.genre))
    found: list[Found] = []
    offers: dict[int, list[Offer]] = defaultdict(list)
    for entries in by_name.values():
        mine, offered = join.named(entries, measure, fewest)
        found += mine
        for one in offered:
            for bucket in sorted({of_key(key) for key in one.keys}):
                offers[bucket].append(one)
    return Named(tuple(found), {bucket: tuple(every) for bucket, every in offers.items()})


def nameless(some: Iterable[Piece], offers: Iterable[Offer], measure: Measure) -> list[Fit]:
    """The fits of all pieces and offers of a bucket of KEYS, or of several."""
    asked = [
        Asking(number, alike, Entry(piece.document, row, piece.genre))
        for piece in sorted(some, key=_document)
        for row, (number, alike) in zip(piece.rows, piece.alike, strict=True)
    ]
    return list(join.nameless(asked, offers, measure))


def points(some: Iterable[Piece]) -> list[Found]:
    """The joins of all pieces of a bucket of SUBJECTS."""
    return list(join.outlines((piece.document, piece.points) for piece in sorted(some, key=_document)))


def _document(piece: Piece) -> int:
    return piece.document


def joins(
    given: Sequence[Given], measure: Measure, *, run: Callable[..., Iterable[Any]] = map, fewest: int = FEWEST
) -> list[Join]:
    """What `join.joins` gives, by buckets: `run` is map, or one that lets others work."""
    split: dict[int, list[Piece]] = defaultdict(list)
    for number, one in enumerate(given):
        for bucket, piece in pieces(number, one).items():
            split[bucket].append(piece)
    found: list[Found] = []
    offers: dict[int, list[Offer]] = defaultdict(list)
    for made in run(_named, [(split[one], measure, fewest) for one in sorted(split) if one < KEYS]):
        found += made.found
        for bucket, some in made.offers.items():
            offers[bucket] += some
    asked = [(split[one], offers[one], measure) for one in sorted(offers) if one in split]
    fits = [fit for some in run(_nameless, asked) for fit in some]
    found += join.unique(fits, measure)
    for some in run(points, [split[one] for one in sorted(split) if one >= SUBJECTS]):
        found += some
    return join.settled(found, [one.page for one in given].__getitem__)


def _named(task: tuple[list[Piece], Measure, int]) -> Named:
    return named(*task)


def _nameless(task: tuple[list[Piece], list[Offer], Measure]) -> list[Fit]:
    return nameless(*task)


# As bytes


def packed(piece: Piece) -> bytes:
    """The piece without its document's number."""
    kept = record(Given(_NOWHERE, piece.genre, piece.rows, piece.points))
    return _bytes([kept["genre"], kept["rows"], kept["subjects"], kept["sealed"], piece.alike])


def unpacked(document: int, data: bytes) -> Piece:
    """The piece of a document that was `packed`."""
    genre, rows, subjects, sealed, alike = json.loads(data)
    kept = {"page": ["", "", "", ""], "genre": genre, "rows": rows, "subjects": subjects, "sealed": sealed}
    given = from_record(kept)
    return Piece(document, genre, given.rows, tuple((a, b) for a, b in alike), given.points)


def packed_offers(offers: Iterable[Offer]) -> bytes:
    told = []
    for one in offers:
        kept = record(Given(_NOWHERE, "", tuple(entry.row for entry in one.entries)))
        where = [[entry.document, entry.genre] for entry in one.entries]
        told.append([one.keys, where, kept["rows"], kept["sealed"]])
    return _bytes(told)


def unpacked_offers(data: bytes) -> list[Offer]:
    made = []
    for keys, where, rows, sealed in json.loads(data):
        kept = {"page": ["", "", "", ""], "genre": "", "rows": rows, "subjects": [], "sealed": sealed}
        entries = zip(where, from_record(kept).rows, strict=True)
        made.append(Offer(tuple(keys), tuple(Entry(document, row, genre) for (document, genre), row in entries)))
    return made


def packed_found(found: Iterable[Found], fits: Iterable[Fit] = ()) -> bytes:
    return _bytes([[_found_fields(one) for one in found], [_fit_fields(one) for one in fits]])


def unpacked_found(data: bytes) -> tuple[list[Found], list[Fit]]:
    found, fits = json.loads(data)
    return [_found(one) for one in found], [_fit(one) for one in fits]


def _found_fields(one: Found) -> dict[str, Any]:
    return {**asdict(one), "breaks": [sorted(some) for some in one.breaks]}


def _found(fields: dict[str, Any]) -> Found:
    gives = tuple((document, at, says) for document, at, says in fields["gives"])
    breaks = tuple(map(frozenset, fields["breaks"]))
    return Found(**{**fields, "gives": gives, "breaks": breaks, "what": tuple(fields["what"])})


def _fit_fields(one: Fit) -> list[Any]:
    found = _found_fields(one.found) if one.found is not None else None
    return [one.row, one.person, one.weight, one.others, one.alike, found]


def _fit(fields: list[Any]) -> Fit:
    row, person, weight, others, alike, found = fields
    made = Fit(tuple(row), tuple(person), weight, others, alike, None)
    return replace(made, found=_found(found)) if found is not None else made


def _bytes(told: object) -> bytes:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def each(data: Iterable[tuple[int, bytes]]) -> Iterator[Piece]:
    """The pieces of (document, packed)."""
    return (unpacked(document, packed_) for document, packed_ in data)
