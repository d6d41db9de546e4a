"""A backup is one encrypted file without a key; it is restored as a whole or not at all, from either database to either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from reviewer.errors import StoreError
from reviewer.keys import Key, new
from reviewer.review.ledger import verify
from reviewer.store import backup, database, schema
from reviewer.store.database import Events, Store
from reviewer.store.vault import Vault

from ..databases import KINDS, fresh

AT = "2026-11-23T01:00:00Z"
SECRET = "张建国34010219000506123X".encode()
OFFICE = "甲乙丙局"


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return new(tmp_path / "site.key")


@pytest.fixture(params=KINDS)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "source"
    folder.mkdir()
    with fresh(request.param, folder) as where:
        opened = Store.open(where)
        yield opened
        opened.close()


def filled(store: Store, vault: Vault, size: int = 10) -> list[str]:
    """Units, events, a file that was deleted, and files; their ids."""
    sealed = [vault.put(SECRET * k) for k in range(size)]
    with store.write() as connection:
        for k in range(3):
            database.add(connection, schema.units, name=f"{OFFICE}{k}", procedure="{}", created_at=AT)
            database.append(connection, at=AT, actor="a", kind="unit", payload={"k": k})
        names = [vault.keep(connection, one, AT) for one in sealed]
        vault.forget(connection, names[:1], AT)
        database.add(
            connection, schema.checkpoints, seq=1, hash="0" * 64, at=AT, envelope=bytes(range(256))
        )
    return names


def empty(folder: Path) -> Store:
    folder.mkdir()
    return Store.open(folder)


def test_there_and_back(source: Store, key: Key, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "source", key)
    names = filled(source, vault)
    path = tmp_path / "office.backup"
    assert backup.write(source, vault, key, path) == len(names) - 1
    assert path.stat().st_mode & 0o077 == 0
    target, into = empty(tmp_path / "target"), Vault(tmp_path / "target", key)
    assert backup.restore(path, target, into, key) == (3, len(names) - 1)
    with target.read() as connection, source.read() as before:
        assert verify(Events(connection)) is None and database.head(connection) == database.head(before)
        for table in schema.metadata.sorted_tables:
            order = select(table).order_by(*table.primary_key)
            assert plain(connection.execute(order)) == plain(before.execute(order)), table.name
        assert [into.get(connection, name) for name in names[1:]] == [SECRET * k for k in range(1, len(names))]
    target.close()


def plain(rows: object) -> list[dict[str, object]]:
    return [
        {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
        for row in rows.mappings()  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_new_rows_get_new_numbers_after_a_restore(kind: str, key: Key, tmp_path: Path) -> None:
    source = empty(tmp_path / "source")
    vault, path = Vault(tmp_path / "source", key), tmp_path / "b"
    filled(source, vault)
    backup.write(source, vault, key, path)
    folder = tmp_path / "target"
    folder.mkdir()
    with fresh(kind, folder) as where:
        target = Store.open(where)
        backup.restore(path, target, Vault(folder, key), key)
        with target.write() as connection:
            made = database.add(connection, schema.units, name="新局", procedure="{}", created_at=AT)
            assert made == 4
            assert database.append(connection, at=AT, actor="a", kind="unit", payload={}).seq == 4
        target.close()


@pytest.fixture
def made(key: Key, tmp_path: Path) -> Path:
    source = empty(tmp_path / "source")
    vault, path = Vault(tmp_path / "source", key), tmp_path / "office.backup"
    filled(source, vault, 40)
    backup.write(source, vault, key, path)
    source.close()
    return path


def test_it_holds_nothing_in_the_clear(made: Path, key: Key, tmp_path: Path) -> None:
    data = made.read_bytes()
    secret = bytes.fromhex((tmp_path / "site.key").read_text().splitlines()[-1])
    for hidden in (SECRET, OFFICE.encode(), b"sha256", secret, secret.hex().encode(), key.derive("vault")):
        assert hidden not in data


def refused(path: Path, key: Key, folder: Path) -> str:
    """What is said; and the database is as empty as before."""
    target = empty(folder)
    with pytest.raises(StoreError) as raised:
        backup.restore(path, target, Vault(folder, key), key)
    with target.read() as connection:
        assert database.head(connection)[0] == 0
        assert connection.execute(select(schema.units)).first() is None
    target.close()
    return raised.value.message


@pytest.mark.parametrize("place", [0, 30, 60, 5000, -1])
def test_a_changed_byte_is_refused(made: Path, key: Key, tmp_path: Path, place: int) -> None:
    data = bytearray(made.read_bytes())
    data[place] ^= 1
    made.write_bytes(data)
    assert refused(made, key, tmp_path / "target")


@pytest.mark.parametrize("length", [0, 10, 100, 20_000])
def test_a_cut_file_is_refused(made: Path, key: Key, tmp_path: Path, length: int) -> None:
    made.write_bytes(made.read_bytes()[:length])
    assert refused(made, key, tmp_path / "target")


def test_pieces_can_not_be_taken_out_or_moved(key: Key, tmp_path: Path) -> None:
    import os

    source = empty(tmp_path / "source")
    vault, path = Vault(tmp_path / "source", key), tmp_path / "b"
    with source.write() as connection:
        for _ in range(3):
            vault.keep(connection, vault.put(os.urandom(1 << 20)), AT)
    backup.write(source, vault, key, path)
    data = path.read_bytes()
    head, size = len(b"reviewer.backup/1\n") + 32, (1 << 20) + 16
    pieces = [data[k : k + size] for k in range(head, len(data), size)]
    assert len(pieces) > 3
    for number, order in enumerate(([0, 2, 3], [1, 0, 2, 3], [0, 1, 2], [0, 1, 1, 2, 3])):
        path.write_bytes(data[:head] + b"".join(pieces[k] for k in order))
        assert "损坏" in refused(path, key, tmp_path / f"target{number}")


def test_another_key_opens_nothing(made: Path, tmp_path: Path) -> None:
    assert "另一把" in refused(made, new(tmp_path / "other.key"), tmp_path / "target")


def test_what_is_there_is_not_written_over(made: Path, key: Key, tmp_path: Path) -> None:
    folder = tmp_path / "target"
    target, vault = empty(folder), Vault(folder, key)
    filled(target, vault)
    with pytest.raises(StoreError, match="已经有内容"):
        backup.restore(made, target, vault, key)


def test_a_backup_that_can_not_be_written_leaves_nothing(source: Store, key: Key, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="不存在"):
        backup.write(source, Vault(tmp_path, key), key, tmp_path / "missing" / "b")
    assert not list(tmp_path.rglob("*.part"))
