"""Backups: everything of the database and the vault in one encrypted file; restored into an empty one of either kind.

The file is AES-256-GCM in pieces of 1 MiB, under a key derived from the site key; each piece knows its number and
whether it is the last, so that none can be taken out, moved or cut off. It holds no key: neither the site's, nor a
signing key, nor sessions. Inside is a tar of tables (rows as lines of JSON) and of the vault's files.
"""

from __future__ import annotations

import base64
import hmac
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, func, select, text, update

from reviewer.errors import StoreError, reason
from reviewer.keys import Key
from reviewer.review.ledger import verify
from reviewer.store import migrations, schema
from reviewer.store.database import Events, Store, add_many, head
from reviewer.store.vault import Vault

_MAGIC = b"reviewer.backup/1\n"
_SALT, _KEY_ID, _PIECE, _TAG = 16, 16, 1 << 20, 16
_ROWS = 5000
_LEFT_OUT = frozenset(("sessions", "login_attempts", "one_time_codes"))
"""who is signed in is nobody's business later"""


def write(store: Store, vault: Vault, key: Key, path: Path) -> int:
    """Writes a backup to `path`, which appears whole or not at all; how many files of the vault are in it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with store.read() as connection, part.open("xb") as stream:
            os.chmod(part, 0o600)
            sealed = _Sealing(stream, key)
            with tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                count = _fill(tar, connection, store, vault)
            sealed.close()
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as fault:
        raise StoreError(f"备份写不进 {path}：{reason(fault)}。") from None
    finally:
        part.unlink(missing_ok=True)
    return count


def _fill(tar: tarfile.TarFile, connection: Connection, store: Store, vault: Vault) -> int:
    seq, digest = head(connection)
    _put(tar, "head.json", json.dumps({
        "revision": migrations.current(store.engine), "seq": seq, "hash": digest,
    }).encode())  # fmt: skip
    for table in schema.metadata.sorted_tables:
        if table.name not in _LEFT_OUT:
            for number, rows in enumerate(_pages(connection, table)):
                lines = (json.dumps(_plain(row), ensure_ascii=True) for row in rows)
                _put(tar, f"tables/{table.name}/{number}", "\n".join(lines).encode("ascii"))
    query = select(schema.blobs.c.id).where(schema.blobs.c.wrapped.is_not(None)).order_by(schema.blobs.c.id)
    count = 0
    for name in connection.execute(query).scalars().all():
        # One that was deleted since the transaction began is not missed.
        if vault.path(name).is_file():
            _put(tar, f"blobs/{name}", vault.path(name).read_bytes())
            count += 1
    return count


def _pages(connection: Connection, table: Table) -> Iterator[list[Any]]:
    result = connection.execution_options(yield_per=_ROWS).execute(select(table).order_by(*table.primary_key))
    yield from (list(page) for page in result.mappings().partitions(_ROWS))


def _plain(row: Any) -> dict[str, Any]:
    return {
        name: {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value
        for name, value in row.items()
    }


def _put(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))


def restore(path: Path, store: Store, vault: Vault, key: Key) -> tuple[int, int]:
    """Restores a backup into an empty database and vault; (events in the ledger, files).

    All of the database or nothing. Raises StoreError where the backup is damaged, was made with another site key,
    is
    of a later version of this program, or the database is not empty.
    """
    try:
        with path.open("rb") as stream:
            opened = _Opening(stream, key)
            with tarfile.open(fileobj=opened, mode="r|") as tar:
                return _take(tar, store, vault)
    except OSError as fault:
        raise StoreError(f"备份读不了 {path}：{reason(fault)}。") from None
    except (tarfile.TarError, ValueError, KeyError):
        raise StoreError("备份的内容不完整，没有恢复。") from None


def _take(tar: tarfile.TarFile, store: Store, vault: Vault) -> tuple[int, int]:
    members = iter(tar)
    told = json.loads(_data(tar, next(members)))
    if told["revision"] != migrations.current(store.engine):
        raise StoreError("备份与本程序的版本不同。请用建立备份的版本恢复，再升级。")
    with store.write() as connection:
        if connection.execute(select(func.count()).select_from(schema.users)).scalar_one() or head(connection)[0]:
            raise StoreError("数据库里已经有内容，不能恢复到这里。请换一个空的数据文件夹（数据库）。")
        files = _fill_tables(tar, members, connection, vault)
        end = {"seq": told["seq"], "hash": told["hash"]}
        connection.execute(update(schema.heads).where(schema.heads.c.id == 1).values(**end))
        if (fault := verify(Events(connection))) is not None or head(connection) != (told["seq"], told["hash"]):
            raise StoreError(f"备份里的台账不完整，没有恢复。{fault.told if fault else ''}")
        _count_on(connection)
    return told["seq"], files


def _fill_tables(tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], connection: Connection, vault: Vault) -> int:
    files = 0
    for member in members:
        kind, _, rest = member.name.partition("/")
        data = _data(tar, member)
        if kind == "blobs":
            vault.place(rest, data)
            files += 1
            continue
        table = schema.metadata.tables[rest.partition("/")[0]]
        if table.name != "heads":
            add_many(connection, table, [_row(line) for line in data.decode("ascii").splitlines()])
    return files


def _row(line: str) -> dict[str, Any]:
    return {
        name: base64.b64decode(value["bytes"]) if isinstance(value, dict) else value
        for name, value in json.loads(line).items()
    }


def _data(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    assert stream is not None
    return stream.read()


def _count_on(connection: Connection) -> None:
    """New rows get numbers behind those that were restored."""
    if connection.dialect.name == "sqlite":
        return
    for table in schema.metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is True:
            last = connection.execute(select(func.max(table.c.id))).scalar()
            if last:
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {int(last)})"))


# --- encryption ------------------------------------------------------------------------------------


def _key_for(key: Key, salt: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hmac.digest(key.derive("backup"), salt, "sha256"))


class _Sealing(io.RawIOBase):
    """Encrypts what is written to it, piece by piece."""

    def __init__(self, stream: IO[bytes], key: Key) -> None:
        salt = os.urandom(_SALT)
        self._stream, self._cipher, self._number = stream, _key_for(key, salt), 0
        self._waiting = bytearray()
        self._head = _MAGIC + key.id.encode() + salt
        stream.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > _PIECE:
            self._piece(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._piece(bytes(self._waiting), last=True)
        super().close()

    def _piece(self, data: bytes, *, last: bool) -> None:
        # The head belongs to each piece, too: none can be moved to another backup.
        self._stream.write(self._cipher.encrypt(_nonce(self._number, last), data, self._head))
        self._number += 1


class _Opening(io.RawIOBase):
    """Decrypts what is read from it. Raises StoreError for a piece that is not as it was written."""

    def __init__(self, stream: IO[bytes], key: Key) -> None:
        self._head = stream.read(len(_MAGIC) + _KEY_ID + _SALT)
        if not self._head.startswith(_MAGIC) or len(self._head) < len(_MAGIC) + _KEY_ID + _SALT:
            raise StoreError("这不是本程序的备份文件。")
        if self._head[len(_MAGIC) : len(_MAGIC) + _KEY_ID] != key.id.encode():
            raise StoreError("备份是用另一把站点密钥加密的。请用 --key-file 指定当时的密钥。")
        self._stream, self._cipher, self._number = stream, _key_for(key, self._head[-_SALT:]), 0
        self._ready = bytearray()
        self._ahead = stream.read(_PIECE + _TAG)
        self._done = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._done:
            self._next()
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        del self._ready[:count]
        return count

    def _next(self) -> None:
        from cryptography.exceptions import InvalidTag

        piece, self._ahead = self._ahead, self._stream.read(_PIECE + _TAG)
        self._done = not self._ahead
        try:
            self._ready += self._cipher.decrypt(_nonce(self._number, self._done), piece, self._head)
        except (InvalidTag, ValueError):
            raise StoreError("备份文件已损坏，或者不完整。") from None
        self._number += 1


def _nonce(number: int, last: bool) -> bytes:
    """12 bytes: a number that no other piece under this key has, and whether it is the last (STREAM construction)."""
    return number.to_bytes(11, "big") + bytes([last])
