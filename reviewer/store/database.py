"""The database: one write at a time, each action a transaction of its own with its events in the ledger.

SQLite (WAL) and PostgreSQL behave alike: who writes first takes the lock of the ledger's head, so that two writers
stand in line and never block each other for ever.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from reviewer.errors import StoreError
from reviewer.review.ledger import GENESIS, Event, canonical, hash_of
from reviewer.store import schema

_BUSY_SECONDS = 60
_FILE = "reviewer.db"


class Store:
    """An open database; `read` and `write` give a connection inside a transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # One write at a time is the database's rule; the threads of one process wait for each other here. SQLite would
        # let them sleep and try again, some for many seconds; on PostgreSQL each would hold a connection while it
        # waits, until none is left for those who only look.
        self._turn = threading.Lock()

    @classmethod
    def open(cls, where: Path | str, file: str = _FILE) -> Store:
        """The database in a folder (SQLite), or at a URL (postgresql://user@host/name). Made or migrated where needed.

        file  its name in a folder

        Raises StoreError where it can not be reached, or is of a later version of this program.
        """
        from reviewer.store.migrations import upgrade

        engine = _engine(_url(where, file))
        store = cls(engine)
        try:
            upgrade(engine)
        except DBAPIError:
            raise StoreError("数据库打不开。请检查数据文件夹、磁盘空间，或数据库的地址和口令。") from None
        return store

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database; what it writes is not kept."""
        with _told(), self.engine.connect() as connection, connection.begin() as transaction:
            if not self.is_sqlite:
                # One trip; SQLAlchemy's own way takes four, to set it for the session and back.
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield connection
            transaction.rollback()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is kept as a whole where the block ends, not at all where it raises."""
        with self._turn, _told(), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                head = select(schema.heads.c.seq).where(schema.heads.c.id == 1).with_for_update()
                connection.execute(head).one()
                yield connection

    def erase(self) -> None:
        """Makes what was deleted unreadable in the database's own files, as far as the database can."""
        if self.is_sqlite:
            # Deleted rows are overwritten (secure_delete), but an older page may still stand in the log.
            with _told(), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        with _told(), self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            # The pool has looked whether the server is there, which began a transaction; VACUUM runs in none.
            driver.rollback()
            driver.autocommit = True
            try:
                driver.cursor().execute("VACUUM blobs")
            finally:
                driver.autocommit = False

    def close(self) -> None:
        self.engine.dispose()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Faults of the database without the values that its own messages quote."""
    try:
        yield
    except OperationalError as fault:
        what = "数据库忙，稍后再试" if "locked" in str(fault.orig) else "数据库出错，什么也没有写入"
        raise StoreError(f"{what}。") from None
    except DBAPIError as fault:
        raise StoreError(f"数据库出错（{type(fault).__name__}），什么也没有写入。") from None


def _url(where: Path | str, file: str) -> URL:
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where / file))
    try:
        url = make_url(where)
    except ArgumentError:
        raise StoreError("数据库的地址写法不对。应像 postgresql://用户@主机/库名。") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+pg8000")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError("数据库只能是 SQLite 或 PostgreSQL。")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=40, hide_parameters=True)
    patience = {"timeout": _BUSY_SECONDS}
    engine = create_engine(url, connect_args=patience, pool_size=10, max_overflow=90, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _: object) -> None:
    # The driver would begin transactions by itself, and too late: `_sqlite_begin` does.
    connection.isolation_level = None
    for line in (
        "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {line}").close()


def _sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


# --- rows ------------------------------------------------------------------------------------------


def add(connection: Connection, table: Table, **values: Any) -> int:
    """Inserts a row; its id."""
    made = connection.execute(insert(table).values(**values))
    key = made.inserted_primary_key
    return int(key[0]) if key is not None and isinstance(key[0], int) else 0


def add_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts many rows that have the same keys: by COPY where the database has it."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), list(rows))
        return
    names = list(rows[0])
    listed = ", ".join(f'"{name}"' for name in names)
    stream = io.BytesIO("".join(_copied(row, names) for row in rows).encode("utf-8"))
    cursor: Any = connection.connection.cursor()
    cursor.execute(f"COPY {table.name} ({listed}) FROM STDIN WITH (FORMAT csv, NULL '')", stream=stream)
    cursor.close()


def _copied(row: Mapping[str, Any], names: Iterable[str]) -> str:
    """A line of CSV: NULL is nothing at all, everything else stands in quotes."""
    return ",".join("" if row[name] is None else _quoted(row[name]) for name in names) + "\n"


def _quoted(value: Any) -> str:
    text = f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
    return '"' + text.replace('"', '""') + '"'


def one(connection: Connection, table: Table, **keys: Any) -> Any:
    """The row with these values, None where there is none."""
    query = select(table).where(*(table.c[name] == value for name, value in keys.items()))
    return connection.execute(query).first()


def change(connection: Connection, table: Table, key: int, **values: Any) -> None:
    """Changes the row with this id."""
    connection.execute(update(table).where(table.c.id == key).values(**values))


# --- ledger ----------------------------------------------------------------------------------------


def append(
    connection: Connection, *, at: str, actor: str, kind: str, payload: Mapping[str, Any],
    item: int | None = None, version: int | None = None,
) -> Event:  # fmt: skip
    """Adds an event to the end of the ledger. Only inside of `Store.write`."""
    head = connection.execute(select(schema.heads.c.seq, schema.heads.c.hash)).one()
    made = Event(head.seq + 1, at, actor, kind, item, version, canonical(payload), head.hash)
    made = replace(made, hash=hash_of(made))
    connection.execute(insert(schema.events).values({name: getattr(made, name) for name in _FIELDS}))
    connection.execute(update(schema.heads).where(schema.heads.c.id == 1).values(seq=made.seq, hash=made.hash))
    return made


_FIELDS = ("seq", "at", "actor", "kind", "item", "version", "payload", "previous", "hash")


class Events:
    """The ledger in order of seq, as often as it is gone through."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[Event]:
        rows = self._connection.execution_options(yield_per=1000).execute(
            select(schema.events).order_by(schema.events.c.seq)
        )
        for row in rows:
            yield Event(*(getattr(row, name) for name in _FIELDS))


def head(connection: Connection) -> tuple[int, str]:
    """(seq, hash) of the end of the ledger; (0, GENESIS) of an empty one."""
    row = connection.execute(select(schema.heads.c.seq, schema.heads.c.hash)).first()
    return (row.seq, row.hash) if row is not None else (0, GENESIS)
