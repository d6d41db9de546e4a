"""What is known of sources from run to run: masked JSON, fingerprints and sealed records; no text and no value.

One process writes at a time. What a transaction has written counts, whatever happens to the run: the next one goes on
from there. What is gone is only said by a run that went through the whole source.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select, update

from reviewer.errors import KeyMismatch, UsageError, reason
from reviewer.keys import Key
from reviewer.linkage.tokens import Given, from_record
from reviewer.rescan.examine import path_key
from reviewer.rescan.model import Entry, Examined, Notice, notice_record
from reviewer.rescan.page import bare
from reviewer.rescan.proposals import holds_record
from reviewer.rescan.seal import Seal
from reviewer.store import schema
from reviewer.store.database import Store, add, add_many
from reviewer.store.index import Index

MASKED = re.compile("~[0-9a-f]{8}$")
"""how a path ends in which something is masked (examine.Look.shown)"""
FILE = "rescan.sqlite"
Change = Literal["new", "known", "gone", "reopened"]
CHANGES: tuple[Change, ...] = ("new", "known", "gone", "reopened")
_MANY = 500
"""values in one IN (...)"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one source. base: the last run of it that was finished, 0 where there is none."""

    id: int
    source: int
    base: int
    readers: str
    rules: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a document of the source (not of those in a container)."""

    id: int
    hint: str
    sha256: str
    readers: str
    rules: str
    is_gone: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as the state has it. path: masked; paths: of its page, too."""

    id: int
    source: int
    path_key: str
    path: str
    outer: int | None
    sha256: str
    size: int
    format: str
    genre: str
    verdict: str
    complete: bool
    title: str
    url: str
    unit: str
    column: str
    published: date | None
    index_number: str
    number: str
    page_key: str
    links: tuple[str, ...]
    text_key: str
    holds: str
    first_run: int
    last_run: int
    gone_run: int | None


@dataclass(slots=True)
class State:
    """An open state."""

    store: Store
    key: Key
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    seal: Seal = field(init=False, repr=False)
    index: Index = field(init=False, repr=False)
    _secret: bytes = field(init=False, repr=False)
    _names: dict[int, str] = field(default_factory=dict, init=False, repr=False)
    """document -> its path, where a name or number in it is masked"""

    def __post_init__(self) -> None:
        self.seal = Seal(self.key)
        self.index = Index(self.store, self.key)
        self._secret = self.key.derive("published")

    @classmethod
    def open(cls, where: Path | str, key: Key) -> State:
        """The state in a folder (made where it is missing), or in a database. Raises StoreError, UsageError."""
        if isinstance(where, Path):
            try:
                where.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as fault:
                raise UsageError(f"建不了状态文件夹 {where}（{reason(fault)}）。请用 --state 指定别处。") from None
        return cls(Store.open(where, FILE), key)

    def close(self) -> None:
        self.store.close()

    def now(self) -> str:
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def path_key(self, path: str) -> str:
        """What stands for a path in the state."""
        return path_key(self._secret, path)

    # -- runs

    @contextlib.contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """No other process goes through the source of that name meanwhile. Raises UsageError where one does."""
        number = int(self.path_key(name)[:15], 16)
        if self.store.is_sqlite:
            lock: contextlib.AbstractContextManager[bool] = _locked(f"{self.store.engine.url.database}.{number:x}.lock")
        else:
            lock = self._advised(number)
        with lock as held:
            if not held:
                raise UsageError("这个来源正在重新审查（另一个进程还没有做完）。请等它做完，或者先停下它。")
            yield

    @contextlib.contextmanager
    def _advised(self, number: int) -> Iterator[bool]:
        """PostgreSQL's own lock for applications; it goes with the connection."""
        with self.store.engine.connect() as connection:
            held = bool(connection.execute(select(func.pg_try_advisory_lock(number))).scalar())
            connection.rollback()
            try:
                yield held
            finally:
                if held:
                    connection.execute(select(func.pg_advisory_unlock(number)))

    def check_key(self) -> None:
        """Raises KeyMismatch where the state was made with another key."""
        with self.store.read() as connection:
            self._check_key(connection)

    def _check_key(self, connection: Connection) -> None:
        table = schema.published_sources
        others = connection.execute(select(table.c.key_id).where(table.c.key_id != self.key.id)).first()
        if others is not None:
            raise KeyMismatch(
                f"这个状态是用另一把站点密钥（{others.key_id}）建立的，现在的密钥是 {self.key.id}，指纹不能比较。"
                "请换回原来的密钥，或者用 --state 另建一个。"
            )

    def begin(self, name: str, shown: str, readers: str, rules: str, rulebook: bytes = b"") -> Run:
        """A new run over the source of that name. Raises KeyMismatch where the state was made with another key."""
        table = schema.published_sources
        with self.store.write() as connection:
            self._check_key(connection)
            name_key = self.path_key(name)
            row = connection.execute(select(table.c.id).where(table.c.name_key == name_key)).first()
            source = row.id if row is not None else add(
                connection, table, name_key=name_key, name=shown, key_id=self.key.id, created_at=self.now()
            )  # fmt: skip
            books = schema.published_rulebooks
            if not connection.execute(select(books.c.digest).where(books.c.digest == rules)).first():
                add(connection, books, digest=rules, content=self.seal.closed(rulebook))
            runs = schema.published_runs
            done = select(runs.c.id).where(runs.c.source_id == source, runs.c.finished_at.is_not(None))
            base = connection.execute(done.order_by(runs.c.id.desc()).limit(1)).scalar() or 0
            made = add(connection, runs, source_id=source, began_at=self.now(), finished_at=None, readers=readers,
                       rules=rules, counts="{}")  # fmt: skip
        return Run(made, source, base, readers, rules)

    def rulebook(self, digest: str) -> bytes | None:
        """The rules of an earlier run, as `begin` was given them."""
        table = schema.published_rulebooks
        with self.store.read() as connection:
            found = connection.execute(select(table.c.content).where(table.c.digest == digest)).scalar()
        return self.seal.opened(bytes(found)) if found is not None else None

    def settle(self, run: Run, documents: Iterable[int]) -> None:
        """Says of documents that nothing of what has changed in the rules concerns them."""
        table = schema.published_documents
        with self.store.write() as connection:
            for ids in _pieces(list(documents)):
                connection.execute(update(table).where(table.c.id.in_(ids)).values(rules=run.rules))

    def finish(self, run: Run, gone: Sequence[int], counts: Mapping[str, int]) -> None:
        """The run has gone through the whole source: these documents are not there any more."""
        table, found = schema.published_documents, schema.published_findings
        with self.store.write() as connection:
            for some in _pieces(list(gone)):
                whole = [*some, *connection.execute(select(table.c.id).where(table.c.outer_id.in_(some))).scalars()]
                for ids in _pieces(whole):
                    mark = update(table).where(table.c.id.in_(ids), table.c.gone_run.is_(None))
                    connection.execute(mark.values(gone_run=run.id))
                    left = update(found).where(found.c.document_id.in_(ids), found.c.gone_run.is_(None))
                    connection.execute(left.values(gone_run=run.id))
                    self.index.forget(connection, ids)
            connection.execute(
                update(schema.published_runs).where(schema.published_runs.c.id == run.id)
                .values(finished_at=self.now(), counts=json.dumps(dict(counts)))
            )  # fmt: skip
            if gone or counts.get("examined"):
                self._attach(connection, run)

    # -- documents

    def known(self, run: Run) -> dict[str, Known]:
        """What is known of the documents of the source, by path_key; what lies in containers is left out."""
        table = schema.published_documents.c
        query = select(
            table.path_key, table.id, table.hint, table.sha256, table.readers, table.rules, table.gone_run,
            table.complete,
        ).where(table.source_id == run.source, table.outer_id.is_(None))  # fmt: skip
        with self.store.read() as connection:
            return {
                row.path_key: Known(
                    row.id, row.hint, row.sha256, row.readers, row.rules, row.gone_run is not None, row.complete
                )
                for row in connection.execute(query)
            }

    def put(self, run: Run, told: Iterable[tuple[Entry, Sequence[Examined]]]) -> None:
        """Takes documents with the files in them, in one transaction."""
        given: dict[int, list[Given]] = {}
        told = list(told)
        with self.store.write() as connection:
            for entry, examined in told:
                if examined[0].is_unchanged:
                    self._again(connection, run, entry)
                else:
                    self._put(connection, run, entry, examined, given)
            self.index.put(connection, given)
            self.index.supersede(connection, [one.sha256 for _, examined in told for one in examined])

    def _again(self, connection: Connection, run: Run, entry: Entry) -> None:
        """The bytes are what they were, and what was found in them stands."""
        table = schema.published_documents
        where = (table.c.source_id == run.source, table.c.path_key == self.path_key(entry.path))
        connection.execute(update(table).where(*where).values(hint=entry.hint, rules=run.rules))

    def _put(
        self, connection: Connection, run: Run, entry: Entry, examined: Sequence[Examined],
        given: dict[int, list[Given]],
    ) -> None:  # fmt: skip
        """Takes a document with the files in it. What they give to joins goes to `given`: that is written together."""
        # What may go well another time is tried again: it is as if nobody knew the bytes.
        hint = "" if any(map(_may_go_well, examined)) else entry.hint
        outer = self._document(connection, run, hint, examined[0], None)
        given[outer] = [from_record(dict(record)) for record in examined[0].given]
        table = schema.published_documents
        inside = set()
        for one in examined[1:]:
            number = self._document(connection, run, "", one, outer)
            given[number] = [from_record(dict(record)) for record in one.given]
            inside.add(number)
        before = connection.execute(
            select(table.c.id).where(table.c.outer_id == outer, table.c.gone_run.is_(None))
        ).scalars()
        for left in set(before) - inside:
            connection.execute(update(table).where(table.c.id == left).values(gone_run=run.id))
            self._findings(connection, run, left, {})
            self.index.forget(connection, [left])

    def _document(self, connection: Connection, run: Run, hint: str, one: Examined, outer: int | None) -> int:
        table = schema.published_documents
        key = self.path_key(one.path)
        values = {
            "path": one.shown, "outer_id": outer, "size": one.size, "hint": hint,
            "sha256": "" if _may_go_well(one) else one.sha256,
            "readers": run.readers, "rules": run.rules, "format": one.format, "genre": one.genre,
            "verdict": one.document["verdict"], "complete": one.document["complete"], "title": one.title,
            "url": one.url, "unit": one.unit, "column": one.column,
            "published": one.published.isoformat() if one.published else None, "index_number": one.index_number,
            "number": one.number, "page_key": self.path_key(one.page) if one.page else "",
            "links": json.dumps([self.path_key(link) for link in one.links]), "text_key": one.text_key,
            "holds": holds_record(one.document),
            "examined": self.seal.closed(_encoded(one.document)), "last_run": run.id, "gone_run": None,
        }  # fmt: skip
        where = (table.c.source_id == run.source, table.c.path_key == key)
        row = connection.execute(select(table.c.id).where(*where)).first()
        if row is None:
            number = add(connection, table, source_id=run.source, path_key=key, first_run=run.id, **values)
        else:
            number = row.id
            connection.execute(update(table).where(table.c.id == number).values(**values))
            other = schema.published_notices
            connection.execute(delete(other).where(other.c.document_id == number))
        self._findings(connection, run, number, {found["fingerprint"]: found for found in one.document["findings"]})
        add_many(connection, schema.published_notices, [
            {"document_id": number, **notice_record(notice)} for notice in one.notices
        ])  # fmt: skip
        return number

    def _findings(self, connection: Connection, run: Run, document: int, now: Mapping[str, Mapping[str, Any]]) -> None:
        """Holds what was found in a document against what was known of it."""
        table = schema.published_findings
        columns = (table.c.id, table.c.fingerprint, table.c.gone_run, table.c.rule, table.c.severity)
        before = {row.fingerprint: row for row in connection.execute(
            select(*columns).where(table.c.document_id == document)
        )}  # fmt: skip
        add_many(connection, table, [
            {"document_id": document, "fingerprint": mark, "rule": one["rule"], "severity": one["severity"],
             "first_run": run.id, "gone_run": None, "reopened_run": None}
            for mark, one in now.items() if mark not in before
        ])  # fmt: skip
        for mark, row in before.items():
            values: dict[str, Any] = {}
            if mark not in now:
                values = {"gone_run": run.id} if row.gone_run is None else {}
            else:
                one = now[mark]
                if (row.rule, row.severity) != (one["rule"], one["severity"]):
                    values = {"rule": one["rule"], "severity": one["severity"]}
                if row.gone_run is not None:
                    # One that went and came between two finished runs was there in both.
                    values |= {"gone_run": None, **({"reopened_run": run.id} if row.gone_run <= run.base else {})}
            if values:
                connection.execute(update(table).where(table.c.id == row.id).values(**values))

    def _attach(self, connection: Connection, run: Run) -> None:
        """Says of each attachment which page links to it, and gives it what that page says of unit, column and day.

        Where the addresses of pages are their paths behind one and the same beginning, so are those of the others.
        """
        table = schema.published_documents
        columns = [table.c[name] for name in ("id", "path_key", "page_key", "path", "format", "links", "url", *_LENT)]
        here = (table.c.source_id == run.source, table.c.gone_run.is_(None), table.c.outer_id.is_(None))
        rows = {row["path_key"]: dict(row) for row in connection.execute(
            select(*columns).where(*here).order_by(table.c.path)
        ).mappings()}  # fmt: skip
        known = {self.path_key(bare(row["url"])): key for key, row in rows.items() if row["url"]}
        changed: dict[int, dict[str, Any]] = {}
        for page in rows.values():
            for link in json.loads(page["links"]):
                row = rows.get(link) or rows.get(known.get(link, ""))
                if row is None or row["format"] == "html" or row["page_key"] in rows:
                    continue
                lent = {name: page[name] for name in _LENT if page[name] and not row[name]}
                changed.setdefault(row["id"], {}).update(page_key=page["path_key"], **lent)
                row.update(page_key=page["path_key"], **lent)
        heads = {_head(row["url"], row["path"]) for row in rows.values() if row["url"]}
        if len(heads) == 1 and (head := heads.pop()):
            for row in rows.values():
                if not row["url"] and "~" not in row["path"]:
                    changed.setdefault(row["id"], {})["url"] = head + quote(row["path"], safe="/")
        for number, values in changed.items():
            connection.execute(update(table).where(table.c.id == number).values(**values))

    # -- what is said of it

    def documents(self, source: int | None = None, *, gone: bool = False) -> Iterator[Stored]:
        """All documents (of one source) that are there; with `gone` also those that are not any more."""
        table = schema.published_documents
        columns = [table.c[name] for name in _STORED]
        query = select(*columns).order_by(table.c.source_id, table.c.path, table.c.id)
        if source is not None:
            query = query.where(table.c.source_id == source)
        if not gone:
            query = query.where(table.c.gone_run.is_(None))
        with self.store.read() as connection:
            for row in connection.execution_options(yield_per=500).execute(query):
                yield _stored(row)

    def examined(self, ids: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        """(document, its JSON of docs/json.md) for some documents."""
        table = schema.published_documents
        for some in _pieces(list(ids)):
            with self.store.read() as connection:
                rows = connection.execute(select(table.c.id, table.c.examined).where(table.c.id.in_(some))).all()
            for row in rows:
                yield row.id, json.loads(self.seal.opened(bytes(row.examined)))

    def named(self, source: int | None = None) -> dict[str, str]:
        """Masked path -> path, for the documents (of one source) whose path has a name or number in it."""
        table = schema.published_documents
        query = select(table.c.id, table.c.path).where(table.c.path.like("%~%"))
        if source is not None:
            query = query.where(table.c.source_id == source)
        with self.store.read() as connection:
            masked = {row.id: row.path for row in connection.execute(query) if MASKED.search(row.path)}
        # What a document is called does not change.
        self._names.update((number, one["path"]) for number, one in self.examined(masked.keys() - self._names.keys()))
        return {path: self._names[number] for number, path in masked.items()}

    def pages(self, source: int) -> dict[str, str]:
        """What stands for a page in the state -> its masked path, for the pages that others hang on."""
        table, page = schema.published_documents, schema.published_documents.alias()
        query = select(page.c.path_key, page.c.path).join(
            table, and_(table.c.page_key == page.c.path_key, table.c.source_id == page.c.source_id)
        )  # fmt: skip
        query = query.where(page.c.source_id == source).distinct()
        with self.store.read() as connection:
            return {row.path_key: row.path for row in connection.execute(query)}

    def places(self, source: int) -> dict[int, tuple[str, str, str]]:
        """Document -> masked path, unit and column, also of those that are gone."""
        table = schema.published_documents.c
        query = select(table.id, table.path, table.unit, table.column).where(table.source_id == source)
        with self.store.read() as connection:
            return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query)}

    def notices(self) -> Iterator[tuple[int, Notice]]:
        """(document, notice) of all documents that are there."""
        table, documents = schema.published_notices, schema.published_documents
        query = select(table).join(documents).where(documents.c.gone_run.is_(None)).order_by(table.c.id)
        with self.store.read() as connection:
            for row in connection.execute(query):
                day = date.fromisoformat(row.date) if row.date else None
                yield row.document_id, Notice(row.kind, day, row.start, row.end, row.evidence, row.target, row.person)

    def findings(self, run: Run, only: Change | None = None) -> Iterator[tuple[Change, int, str, str]]:
        """(what happened to it since the last finished run, document, fingerprint, severity) of the run's source.

        only  those to which that has happened
        """
        table, documents = schema.published_findings, schema.published_documents
        change = _change(table.c, run.base)
        query = (
            select(change, table.c.document_id, table.c.fingerprint, table.c.severity)
            .join(documents).where(documents.c.source_id == run.source)
            .where(or_(table.c.gone_run.is_(None), and_(table.c.gone_run > run.base, table.c.first_run <= run.base)))
            .order_by(documents.c.path, table.c.id)
        )  # fmt: skip
        if only is not None:
            query = query.where(change == only)
        with self.store.read() as connection:
            for row in connection.execution_options(yield_per=2000).execute(query):
                yield row[0], row[1], row[2], row[3]

    def rules_found(self, source: int) -> dict[int, set[str]]:
        """Document -> the rules of which something was found in it, or in a file in it."""
        table, documents = schema.published_findings, schema.published_documents
        query = select(documents.c.id, documents.c.outer_id, table.c.rule).join(documents).where(
            documents.c.source_id == source, table.c.gone_run.is_(None)
        ).distinct()  # fmt: skip
        found: dict[int, set[str]] = {}
        with self.store.read() as connection:
            for row in connection.execute(query):
                found.setdefault(row.outer_id or row.id, set()).add(row.rule)
        return found


_LENT = ("unit", "column", "published")
"""what an attachment has of its page"""
_STORED = (
    "id", "source_id", "path_key", "path", "outer_id", "sha256", "size", "format", "genre", "verdict", "complete",
    "title", "url", "unit", "column", "published", "index_number", "number", "page_key", "links", "text_key",
    "holds", "first_run", "last_run", "gone_run",
)  # fmt: skip


@contextlib.contextmanager
def _locked(path: str) -> Iterator[bool]:
    """Whether this process holds the file's lock; the system takes it back from one that dies."""
    try:
        import fcntl
    except ImportError:
        yield True
        return
    with open(path, "ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _may_go_well(one: Examined) -> bool:
    """Whether it was not the document's fault that it was not read: another time the machine may have room for it."""
    return any(fault["code"] in _PASSING for fault in one.document.get("errors", ()))


_PASSING = frozenset(["timeout", "crashed", "failed", "interrupted", "unreadable", "not-found", "disk-full"])


def _stored(row: Any) -> Stored:
    values = list(row)
    at = _STORED.index("published")
    values[at] = date.fromisoformat(values[at]) if values[at] else None
    at = _STORED.index("links")
    values[at] = tuple(json.loads(values[at]))
    return Stored(*values)


def _head(url: str, path: str) -> str:
    """What stands in front of the path in the address; "" where the address is another."""
    plain = unquote(url)
    return plain.removesuffix(path) if plain.endswith(f"/{path}") else ""


def _change(of: Any, base: int) -> ColumnElement[Change]:
    """What has happened to a finding since the run `base`."""
    return case(
        (of.gone_run.is_not(None), "gone"), (of.first_run > base, "new"), (of.reopened_run > base, "reopened"),
        else_="known",
    )  # fmt: skip


def _encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _pieces(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _MANY):
        yield values[start : start + _MANY]


def default_folder(environ: Mapping[str, str]) -> Path:
    """Where the state lies when nobody names a place. Raises UsageError where the user has no home."""
    folder = environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(folder):
        return Path(folder) / "reviewer" / "rescan"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if not home:
        raise UsageError("找不到用户的数据文件夹（没有 HOME）。请用 --state 指定存放状态的文件夹。")
    return Path(home) / ".local" / "share" / "reviewer" / "rescan"


