"""汇聚风险 of an item: its files held against what is published, and its own documents once they are.

Each new version is held against the index when its files are handed in. What comes out asks for a decision by one
finding for each kind of join and file, not by one for each person: a list of 3,000 would have a reviewer decide 3,000
times what one change of the list cures. Where ten candidates or fewer are left the finding is due: no approval before
somebody has decided it; else it is a note. What each document gives stands in `version_joins`, masked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from reviewer.casework.act import Act, looking, version_row
from reviewer.casework.intake import Scanned, Upload
from reviewer.casework.permissions import Who
from reviewer.errors import Absent, ReviewerError
from reviewer.linkage import tokens as linkage
from reviewer.linkage.anonymity import tables
from reviewer.linkage.join import KIND_TITLES, Group, Join, counted
from reviewer.linkage.persons import Measure
from reviewer.linkage.tokens import Given
from reviewer.model import Result
from reviewer.reports.joining import Joining, cleaned, fields, join_of, ordered, severity, singles_out
from reviewer.review.clock import day_of
from reviewer.store import database, schema
from reviewer.store.index import WORKBENCH, Index
from reviewer.store.schema import files, published_documents, published_sources, version_joins

if TYPE_CHECKING:
    from reviewer.casework.office import Office

RULE = "joining-risk"
_BASIS = "pipl-4 pipl-6 pipl-34"
_SHOWN = 100
"""groups of one kind that are kept for a file"""
_NAMED = 3
_STALE = 300
"""buckets that are joined before a file is held against them; more are left to the next rescan"""


def index_of(office: Office) -> Index:
    return Index(office.store, office.key)


# --- a version -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Joined:
    """What the files of a version give away together with what is published: rows by the file's position."""

    findings: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)
    joins: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)


def held_against(office: Office, results: Sequence[tuple[str, Result]], own: str = "") -> list[Join]:
    """The joins of documents with what is published, and with each other; of each what it is to be called.

    own  the number of the item whose earlier publications do not count
    """
    index = index_of(office)
    if len(results) < 2 and index.is_empty():
        return []
    today = day_of(office.clock())
    makes = linkage.Tokens(office.key.derive("linkage"))
    given = [linkage.given(one, linkage.Page(name, published=today), makes) for name, one in results]
    measure = Measure(today)
    index.refresh(measure, most=_STALE)
    return index.against([one for one in given if one.rows or one.points], measure, without=_own(office, own))


def _own(office: Office, item: str) -> frozenset[int]:
    if not item:
        return frozenset()
    table = published_documents
    with office.store.read() as connection:
        query = select(table.c.id).where(table.c.page_key == _item_key(office, item))
        return frozenset(connection.execute(query).scalars())


def asked(office: Office, scanned: Sequence[Scanned]) -> Joining:
    """What files give away together with what is published; nothing of them is kept."""
    named = [
        (office.intake.veil(result).path(result), result, office.intake.veil(result))
        for one in scanned for result in one.results
    ]  # fmt: skip
    found = held_against(office, [(name, result) for name, result, _ in named])
    measures = [
        (name, cleaned(table, veil.raw))
        for name, result, veil in named
        if result.document is not None
        for table in tables(result.document)
        if singles_out(table)
    ]
    own = {name for name, _, _ in named}
    found = [one for one in found if own & set(one.documents)]
    return Joining(tuple(found), tuple(measures), index_of(office).documents())


def of_version(office: Office, number: str, scanned: Sequence[Scanned], names: Sequence[str]) -> Joined:
    """What the final files of a version of item `number` give away. names: the files', masked."""
    called: dict[str, str] = {}
    results = []
    for position, (one, name) in enumerate(zip(scanned, names, strict=True)):
        if one.upload.role != "final":
            continue
        for k, result in enumerate(one.results):
            shown = office.intake.veil(result).path(result).partition("!")[2]
            called[f"<{position}.{k}>"] = f"{name}!{shown}" if shown else name
            results.append((f"<{position}.{k}>", result))
    found = held_against(office, results, number)
    made, joins = {}, {}
    for position in range(len(scanned)):
        mine = [one for one in found if any(name.startswith(f"<{position}.") for name in one.documents)]
        told = [join_of(fields(one, lambda path: called.get(path, path))) for one in mine]
        groups = _by_kind(told)
        made[position] = [_finding(kind, some, set(called.values())) for kind, some in groups.items()]
        joins[position] = [
            {"kind": kind, "fingerprint": one["fingerprint"], "body": _body(some)}
            for (kind, some), one in zip(groups.items(), made[position], strict=True)
        ]
    return Joined(made, joins)


def _by_kind(joins: Iterable[Join]) -> dict[str, list[Group]]:
    kinds: dict[str, list[Group]] = {}
    for one in ordered(joins):
        kinds.setdefault(one.kind, []).append(one)
    return kinds


def _body(groups: Sequence[Group]) -> str:
    told = [{**fields(one.worst), "persons": one.persons} for one in groups[:_SHOWN]]
    return json.dumps({"groups": told, "more": max(len(groups) - _SHOWN, 0)}, ensure_ascii=False)


def _finding(kind: str, groups: Sequence[Group], own: set[str]) -> dict[str, Any]:
    """The row of the finding that stands for all joins of one kind of a file, but for what the file gives it."""
    worst = groups[0].worst
    others = dict.fromkeys(name for one in groups for name in one.documents if name not in own)
    told = sorted((one.documents, one.persons, one.fewest) for one in groups)
    mark = hashlib.sha256(json.dumps(["joins", kind, told]).encode()).hexdigest()[:32]
    grave = any(severity(one.worst) == "check" for one in groups)
    return {
        "inner": "", "fingerprint": mark, "value_id": mark, "rule": RULE, "entity": worst.entity,
        "severity": "check" if grave else "note", "confidence": "likely", "start": 0, "end": 0, "part": "body",
        "locator": "{}", "value": "", "message": _message(kind, groups, list(others)), "advice": worst.advice,
        "basis": _BASIS, "place_column": None, "person_role": "", "scope": "", "due": grave, "trace": True,
        "decision_id": None, "carried": False,
    }  # fmt: skip


def _message(kind: str, groups: Sequence[Group], others: Sequence[str]) -> str:
    worst, count = groups[0].worst, sum(one.persons for one in groups)
    named = "、".join(others[:_NAMED]) + (f"等 {len(others):,} 份" if len(others) > _NAMED else "")
    with_ = f"和已公开的 {named} 放在一起" if others else "几份文件放在一起"
    return (
        f"{KIND_TITLES[worst.kind]}：{with_}，有 {count:,} 处；"
        f"最严重的一处：{counted(worst.kind, worst.before, worst.after)}。"
    )


def of_file(joined: Joined, position: int, slot: str, first: int) -> list[dict[str, Any]]:
    """The findings of a file, numbered from `first`."""
    rows = joined.findings.get(position, [])
    return [{**one, "slot": slot, "number": first + k, "grouping": f"j{k}"} for k, one in enumerate(rows)]


def keep(act: Act, joined: Joined, position: int, version: int, file: int) -> None:
    """Keeps what was found of a file."""
    rows = [{**one, "version_id": version, "file_id": file} for one in joined.joins.get(position, [])]
    database.add_many(act.connection, version_joins, rows)


def joins_of(office: Office, who: Who, item: int, version: int | None = None) -> tuple[dict[str, Any], ...]:
    """The joins of a version (None: the current one) by file and kind, masked: what the review page shows."""
    with looking(office, who) as act:
        row = act.item("view_text", item)
        if not (version or row.version):
            return ()
        found = version_row(act.connection, item, version or row.version)
        query = (
            select(version_joins.c.kind, version_joins.c.body, files.c.name, files.c.id.label("file"))
            .join(files, files.c.id == version_joins.c.file_id)
            .where(version_joins.c.version_id == found.id)
            .order_by(files.c.position, version_joins.c.id)
        )
        rows = act.connection.execute(query).all()
    return tuple(
        {"kind": one.kind, "title": KIND_TITLES[one.kind], "name": one.name, "file": one.file,
         **_with_counts(json.loads(one.body))}
        for one in rows
    )


def _with_counts(body: dict[str, Any]) -> dict[str, Any]:
    groups = [{**one, "counts": counted(one["kind"], one["before"], one["after"])} for one in body["groups"]]
    return {**body, "groups": groups}


# --- what is published -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Public:
    """A document that is published with an item."""

    key: str
    shown: str
    sha256: str
    size: int
    format: str
    genre: str
    given: Given = field(repr=False)


def to_publish(office: Office, who: Who, item: int) -> list[Public]:
    """The documents of an item that go to everybody, read once more; none where a file is not kept any more."""
    with looking(office, who) as act:
        row = act.item("publish", item)
        told = json.loads(row.fields)
        if told.get("scope") != "all" or not row.version:
            return []
        version = version_row(act.connection, item, row.version)
        query = select(files).where(files.c.version_id == version.id, files.c.role == "final")
        query = query.order_by(files.c.position)
        unit = database.one(act.connection, schema.units, id=row.unit_id).name
        try:
            held = [(one, office.vault.get(act.connection, one.blob)) for one in act.connection.execute(query).all()]
            named = [json.loads(office.vault.get(act.connection, one.reading))["name"] for one, _ in held]
        except Absent:
            return []
    makes = linkage.Tokens(office.key.derive("linkage"))
    made = []
    for (file, data), name in zip(held, named, strict=True):
        try:
            results = office.intake.scan(Upload(name, data), file.genre).results
        except ReviewerError:
            # It was read when it came: the machine can not read it now. It was reviewed, and is published all the same.
            continue
        for k, result in enumerate(results):
            inner = office.intake.veil(result).path(result).partition("!")[2]
            shown = f"{row.number}/{file.name}" + (f"!{inner}" if inner else "")
            page = linkage.Page(shown, unit, "", day_of(office.clock()))
            key = office.intake.name_key(f"{row.number}/{file.slot}/{k}")
            genre = result.genre.name if result.genre is not None else ""
            form = result.document.format if result.document is not None else ""
            made.append(Public(key, shown, file.sha256 if k == 0 else "", len(data), form, genre,
                               linkage.given(result, page, makes)))  # fmt: skip
    return made


def enter(act: Act, row: Any, public: Sequence[Public]) -> None:
    """Takes an item's documents into the index, in the place of those of an earlier publication."""
    if not public:
        return
    item, source = _item_key(act.office, row.number), _source(act)
    table = published_documents
    query = select(table.c.id, table.c.path_key).where(table.c.source_id == source, table.c.page_key == item)
    known = {one.path_key: one.id for one in act.connection.execute(query)}
    elsewhere = _elsewhere(act, source, [one.sha256 for one in public if one.sha256])
    given: dict[int, list[Given]] = {}
    for one in public:
        if one.sha256 in elsewhere:
            continue
        values = {
            "path": one.shown, "sha256": one.sha256, "size": one.size, "hint": "", "readers": "", "rules": "",
            "format": one.format, "genre": one.genre, "verdict": "clear", "complete": True, "title": "", "url": "",
            "unit": one.given.page.unit, "column": "", "published": act.today.isoformat(), "index_number": "",
            "number": "", "page_key": item, "links": "[]", "text_key": "", "examined": b"", "last_run": 0,
            "gone_run": None, "outer_id": None,
        }  # fmt: skip
        number = known.pop(one.key, None)
        if number is None:
            number = database.add(act.connection, table, source_id=source, path_key=one.key, first_run=0, **values)
        else:
            act.connection.execute(update(table).where(table.c.id == number).values(**values))
        given[number] = [one.given]
    index = index_of(act.office)
    index.put(act.connection, given)
    _leave(act, index, list(known.values()))


def _elsewhere(act: Act, source: int, hashes: Sequence[str]) -> frozenset[str]:
    """Those of the files that a rescan has found published already."""
    table = published_documents
    query = select(table.c.sha256).where(
        table.c.sha256.in_(hashes), table.c.source_id != source, table.c.gone_run.is_(None)
    )
    return frozenset(act.connection.execute(query).scalars())


def leave(act: Act, row: Any) -> None:
    """Takes an item's documents out of the index: they were taken down."""
    table = published_documents
    query = select(table.c.id).where(table.c.page_key == _item_key(act.office, row.number), table.c.gone_run.is_(None))
    _leave(act, index_of(act.office), act.connection.execute(query).scalars().all())


def _leave(act: Act, index: Index, documents: Sequence[int]) -> None:
    if documents:
        table = published_documents
        act.connection.execute(update(table).where(table.c.id.in_(documents)).values(gone_run=0))
        index.forget(act.connection, documents)


def _item_key(office: Office, number: str) -> str:
    return office.intake.name_key(f"item {number}")


def _source(act: Act) -> int:
    """The source that stands for this workbench."""
    row = database.one(act.connection, published_sources, name_key=WORKBENCH)
    if row is not None:
        return int(row.id)
    return database.add(
        act.connection, published_sources, name_key=WORKBENCH, name="审查工作台", key_id=act.office.key.id,
        created_at=act.at,
    )  # fmt: skip
