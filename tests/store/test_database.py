"""The same on SQLite and PostgreSQL: schema and migrations, transactions, the append-only ledger, bulk rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from reviewer.errors import StoreError
from reviewer.review.ledger import verify
from reviewer.store import database, migrations, schema
from reviewer.store.database import Events, Store

from ..databases import KINDS, fresh

AT = "2026-11-23T01:00:00Z"


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with fresh(request.param, tmp_path) as where:
        opened = Store.open(where)
        yield opened
        opened.close()


def record(store: Store, kind: str = "kind") -> None:
    with store.write() as connection:
        database.append(connection, at=AT, actor="a", kind=kind, payload={"n": 1})


def test_the_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        assert compare_metadata(context, schema.metadata) == []


def test_a_database_is_opened_again_and_again(store: Store) -> None:
    record(store)
    migrations.upgrade(store.engine)
    with store.read() as connection:
        assert database.head(connection)[0] == 1


def test_one_of_a_later_program_is_refused(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="更新版本"):
        migrations.upgrade(store.engine)


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'b'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_the_ledger(store: Store, statement: str) -> None:
    record(store)
    with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text(statement))
    with store.read() as connection:
        assert verify(Events(connection)) is None


def test_what_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.write() as connection:
        database.append(connection, at=AT, actor="a", kind="kind", payload={})
        raise KeyError
    with store.read() as connection:
        assert database.head(connection)[0] == 0 and not list(Events(connection))


def test_writers_stand_in_line(store: Store) -> None:
    threads = [threading.Thread(target=lambda: [record(store) for _ in range(10)]) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.read() as connection:
        assert database.head(connection)[0] == 50 and verify(Events(connection)) is None


def test_a_reader_sees_one_state_and_keeps_nothing(store: Store) -> None:
    with store.read() as connection:
        assert database.head(connection)[0] == 0
        record(store)
        assert database.head(connection)[0] == 0
    with store.read() as connection:
        database.add(connection, schema.units, name="某局", procedure="{}", created_at=AT)
    with store.read() as connection:
        assert database.one(connection, schema.units, name="某局") is None


ODD = ["", "a,b", 'say "no"', "\\N", "\\x41", "两\n行\r\n", "\t", "NULL", "'; DROP TABLE units; --", " ", "\U0001f600"]


def test_many_rows_at_once_keep_every_character(store: Store) -> None:
    rows = [
        {"name": f"{k}{name}", "procedure": name, "closed": k % 2 == 0, "created_at": AT} for k, name in enumerate(ODD)
    ]
    with store.write() as connection:
        database.add_many(connection, schema.units, rows)
        database.add_many(connection, schema.blobs, [
            {"id": "a", "wrapped": bytes(range(256)), "size": 1, "created_at": AT, "deleted_at": None},
        ])  # fmt: skip
    with store.read() as connection:
        table = schema.units.c
        query = select(table.name, table.procedure, table.closed, table.created_at).order_by(table.id)
        assert [dict(row) for row in connection.execute(query).mappings()] == rows
        blob = database.one(connection, schema.blobs, id="a")
        assert (bytes(blob.wrapped), blob.deleted_at) == (bytes(range(256)), None)


def test_faults_do_not_quote_values(store: Store) -> None:
    def twice() -> None:
        with store.write() as connection:
            for _ in range(2):
                database.add(connection, schema.units, name="张建国", procedure="{}", created_at=AT)

    with pytest.raises(StoreError) as raised:
        twice()
    assert "张建国" not in raised.value.message and raised.value.__suppress_context__


@pytest.mark.parametrize(("where", "says"), [
    ("mysql://a@b/c", "只能是"), ("no address", "写法不对"), ("postgresql://a@127.0.0.1:1/none", "打不开"),
])  # fmt: skip
def test_addresses_that_are_none(where: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        Store.open(where)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="打不开"):
        Store.open(tmp_path / "missing")
