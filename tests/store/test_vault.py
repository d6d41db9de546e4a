"""Files in the vault: encrypted, bound to their name and key, gone when they are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.errors import Absent, StoreError
from reviewer.keys import Key, new
from reviewer.store.database import Store
from reviewer.store.vault import Vault

AT = "2026-11-23T01:00:00Z"
SECRET = "身份证号34010219000506123X".encode() * 50


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return new(tmp_path / "site.key")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def vault(tmp_path: Path, key: Key) -> Vault:
    return Vault(tmp_path, key)


def kept(store: Store, vault: Vault, data: bytes = SECRET) -> str:
    sealed = vault.put(data)
    with store.write() as connection:
        return vault.keep(connection, sealed, AT)


def read(store: Store, vault: Vault, name: str) -> bytes:
    with store.read() as connection:
        return vault.get(connection, name)


@pytest.mark.parametrize("data", [b"", b"x", SECRET, bytes(range(256)) * 5000])
def test_what_was_put_is_got(store: Store, vault: Vault, data: bytes) -> None:
    assert read(store, vault, kept(store, vault, data)) == data


def test_nothing_of_it_lies_in_the_folder(store: Store, vault: Vault, tmp_path: Path) -> None:
    name = kept(store, vault)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert SECRET[:30] not in data and b"34010219000506123X" not in data
    assert vault.path(name).stat().st_mode & 0o077 == 0


def test_another_key_opens_nothing(store: Store, vault: Vault, tmp_path: Path) -> None:
    name = kept(store, vault)
    other = Vault(tmp_path, new(tmp_path / "other.key"))
    with pytest.raises(StoreError, match="密钥"):
        read(store, other, name)


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_changed_byte_is_seen(store: Store, vault: Vault, place: int) -> None:
    name = kept(store, vault)
    data = bytearray(vault.path(name).read_bytes())
    data[place] ^= 1
    vault.path(name).write_bytes(data)
    with pytest.raises(StoreError, match="损坏"):
        read(store, vault, name)


def test_one_file_does_not_stand_in_for_another(store: Store, vault: Vault) -> None:
    one, two = kept(store, vault, b"one"), kept(store, vault, b"two")
    vault.path(one).write_bytes(vault.path(two).read_bytes())
    with pytest.raises(StoreError, match="损坏"):
        read(store, vault, one)


def test_a_missing_file_is_told(store: Store, vault: Vault) -> None:
    name = kept(store, vault)
    vault.path(name).unlink()
    with pytest.raises(StoreError, match="不存在"):
        read(store, vault, name)


def test_what_is_forgotten_can_not_be_read_and_is_swept(store: Store, vault: Vault) -> None:
    name, stays = kept(store, vault), kept(store, vault)
    copy = vault.path(name).read_bytes()
    with store.write() as connection:
        vault.forget(connection, [name], AT)
    with pytest.raises(Absent, match="保留期限"):
        read(store, vault, name)
    loose = vault.put(b"left by a killed process")
    with store.read() as connection:
        assert vault.sweep(connection, 0.0) == 0
        assert vault.sweep(connection, 4e9) == 2
    assert [path.name for path in vault.paths()] == [stays]
    assert not vault.path(loose.id).exists()
    # Somebody kept a copy of the file: the key that opens it is nowhere.
    vault.place(name, copy)
    with pytest.raises(Absent):
        read(store, vault, name)


def test_a_forgotten_key_is_nowhere_in_the_database_s_files(store: Store, vault: Vault, tmp_path: Path) -> None:
    sealed = vault.put(SECRET)
    with store.write() as connection:
        vault.keep(connection, sealed, AT)
    store.erase()
    assert sealed.wrapped in (tmp_path / "reviewer.db").read_bytes()
    with store.write() as connection:
        vault.forget(connection, [sealed.id], AT)
    store.erase()
    assert not any(sealed.wrapped in path.read_bytes() for path in tmp_path.glob("reviewer.db*"))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "A" * 32, "/" * 32])
def test_no_path_comes_from_outside(vault: Vault, name: str) -> None:
    with pytest.raises(StoreError, match="编号"):
        vault.path(name)
