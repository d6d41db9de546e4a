"""Encrypted files (AES-256-GCM, NIST SP 800-38D): each under a data key of its own, which the site key wraps.

The wrapped data key lies in the database, the file in the data folder, the site key in neither. To delete is to
forget the wrapped key, then the file: a copy of the file that somebody kept can not be opened any more.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, update

from reviewer.errors import Absent, StoreError, reason
from reviewer.keys import Key
from reviewer.store import schema
from reviewer.store.database import add

_NONCE = 12
_FOLDER = "blobs"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that is in the vault, and is not yet in the database."""

    id: str
    wrapped: bytes
    size: int


class Vault:
    """The files in `folder`/blobs under a site key."""

    def __init__(self, folder: Path, key: Key) -> None:
        self._folder = folder / _FOLDER
        self._key = key.derive("vault")

    def put(self, data: bytes) -> Sealed:
        """Writes the data encrypted, to the disk itself. It belongs to nothing until `keep` is called."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        name, secret = os.urandom(16).hex(), os.urandom(32)
        nonce = os.urandom(_NONCE)
        # Texts of lists become a tenth of their size; what does not shrink costs little time.
        sealed = nonce + AESGCM(secret).encrypt(nonce, zlib.compress(data, 1), name.encode())
        self._write(name, sealed)
        nonce = os.urandom(_NONCE)
        wrapped = nonce + AESGCM(self._key).encrypt(nonce, secret, name.encode())
        return Sealed(name, wrapped, len(data))

    def keep(self, connection: Connection, sealed: Sealed, at: str) -> str:
        """Takes a file that was put into the database; its id."""
        add(connection, schema.blobs, id=sealed.id, wrapped=sealed.wrapped, size=sealed.size, created_at=at)
        return sealed.id

    def get(self, connection: Connection, name: str) -> bytes:
        """The data. Raises Absent where it was deleted, StoreError where it is damaged or the key is another."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        wrapped = connection.execute(select(schema.blobs.c.wrapped).where(schema.blobs.c.id == name)).scalar()
        if wrapped is None:
            raise Absent("文件已按保留期限删除。")
        try:
            secret = AESGCM(self._key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name.encode())
            sealed = self.path(name).read_bytes()
            return zlib.decompress(AESGCM(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode()))
        except InvalidTag:
            raise StoreError("文件打不开：站点密钥不是存入时的那一把，或者文件已损坏。") from None
        except OSError as fault:
            raise StoreError(f"文件打不开：{reason(fault)}。") from None

    def forget(self, connection: Connection, names: Iterable[str], at: str) -> None:
        """Deletes the keys of the files; `sweep` deletes the files once that is committed."""
        for name in names:
            connection.execute(
                update(schema.blobs).where(schema.blobs.c.id == name).values(wrapped=None, deleted_at=at)
            )

    def discard(self, sealed: Iterable[Sealed]) -> None:
        """Deletes files that were put and belong to nothing."""
        for one in sealed:
            self.path(one.id).unlink(missing_ok=True)

    def sweep(self, connection: Connection, before: float) -> int:
        """Deletes files that the database has no key of and that were written before `before` (epoch seconds).

        Returns how many there were: what a killed process left, and what was forgotten.
        """
        known = set(connection.execute(select(schema.blobs.c.id).where(schema.blobs.c.wrapped.is_not(None))).scalars())
        gone = 0
        for path in self.paths():
            # A process at work may just be deleting it, too.
            with contextlib.suppress(FileNotFoundError):
                if path.name not in known and path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
        return gone

    def place(self, name: str, sealed: bytes) -> None:
        """Puts a file back as it lay in a vault: what it holds is encrypted already."""
        if not self.path(name).exists():
            self._write(name, sealed)

    def paths(self) -> Iterator[Path]:
        """The files, in order of their names."""
        return iter(sorted(path for path in self._folder.glob("*/*") if path.is_file()))

    def path(self, name: str) -> Path:
        """Where a file lies. Raises StoreError for a name that is none of ours."""
        if len(name) != 32 or not set(name) <= set("0123456789abcdef"):
            raise StoreError("文件编号不对。")
        return self._folder / name[:2] / name

    def _write(self, name: str, sealed: bytes) -> None:
        path = self.path(name)
        part = path.with_name(f".{name}.part")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(sealed)
                stream.flush()
                os.fsync(stream.fileno())
            part.rename(path)
            _sync(path.parent)
        except OSError as fault:
            raise StoreError(f"文件存不进数据文件夹：{reason(fault)}。") from None


def _sync(folder: Path) -> None:
    """Makes the folder's entries last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
