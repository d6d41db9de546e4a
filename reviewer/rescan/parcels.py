"""What came of tasks on a cluster, as Parquet files in one folder: whoever goes on after a crash finds it there.

A file appears whole or not at all, under the digest of its task. Its rows are what was seen in each document, sealed
(seal.py); in the open stand only HMACs of the entries, so that what is there is found whatever tasks it is asked by.
Source: Apache Parquet, through pyarrow.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviewer.errors import DiskFull, StoreError, reason
from reviewer.keys import Key
from reviewer.rescan.engine import Seen, packed
from reviewer.rescan.model import Entry, Examined, from_record
from reviewer.rescan.seal import Seal

SUFFIX = ".parquet"
_PART = ".part"
_OF, _ENTRIES = b"reviewer.of", b"reviewer.entries"
"""in a file's metadata: what its results depend on beside the bytes of the documents; the entries that it has"""
Row = tuple[str, int, bytes]
"""mark of the entry, which of what was seen in it, sealed Examined"""


@dataclass(frozen=True, slots=True)
class Marks:
    """What names entries in the open. `of`: rules, readers, key: what the results depend on beside bytes."""

    key: Key
    of: str

    def mark(self, entry: Entry) -> str:
        """32 hex characters that name an entry as it is to be examined now."""
        message = f"entry\0{self.of}\0{packed(entry)}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.key.derive("published"), message, "sha256")[:16].hex()

    def rows(self, seen: Iterable[Seen]) -> Iterator[Row]:
        """What a parcel holds of what was seen."""
        seal = Seal(self.key)
        for entry, examined in seen:
            mark = self.mark(entry)
            for number, one in enumerate(examined):
                told = json.dumps([mark, number, one.record()], ensure_ascii=False, separators=(",", ":"))
                yield mark, number, seal.closed(told.encode("utf-8", "surrogatepass"))


def task_name(marks: Sequence[str]) -> str:
    """The digest of a task."""
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32]


def parcel(of: str, marks: Sequence[str], rows: Sequence[Row]) -> bytes:
    """A Parquet file with the rows of these entries."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = {
        "entry": pa.array([mark for mark, _, _ in rows], pa.string()),
        "number": pa.array([number for _, number, _ in rows], pa.int32()),
        "sealed": pa.array([sealed for _, _, sealed in rows], pa.binary()),
    }
    told = {_OF: of.encode(), _ENTRIES: json.dumps(list(marks)).encode()}
    stream = pa.BufferOutputStream()
    # What is encrypted does not shrink.
    table = pa.table(columns).replace_schema_metadata(told)
    parquet.write_table(table, stream, compression="none", use_dictionary=False)
    data: bytes = stream.getvalue().to_pybytes()
    return data


def write(folder: Path, name: str, data: bytes) -> None:
    """The file in the folder, whole or not at all. Raises DiskFull, StoreError."""
    draft = folder / f".{name}.{os.urandom(4).hex()}{_PART}"
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, folder / (name + SUFFIX))
    except OSError as fault:
        raise unwritten(folder, fault) from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def unwritten(folder: Path, fault: OSError) -> DiskFull | StoreError:
    from reviewer.errors import is_full

    told = f"写不进结果文件夹 {folder}（{reason(fault)}）。"
    if is_full(fault):
        return DiskFull(f"{told}已经审查的没有丢。请腾出空间后再运行一次，会接着做。")
    return StoreError(f"{told}请检查权限后再运行一次，会接着做。")


def clear(folder: Path) -> None:
    """All is written into the state: no parcel is needed any more."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.suffix == SUFFIX or path.name.endswith(_PART):
                path.unlink(missing_ok=True)
        folder.rmdir()


@dataclass(slots=True)
class Shelf:
    """The parcels in a folder. Those of other rules, readers or keys, and damaged ones, are removed.

    Raises DiskFull, StoreError where there can be no such folder.
    """

    folder: Path
    marks: Marks
    _seal: Seal = field(init=False, repr=False)
    _places: dict[str, str] = field(default_factory=dict)
    """mark of an entry -> name of the parcel"""
    _last: tuple[str, dict[str, list[Examined]]] = ("", {})

    def __post_init__(self) -> None:
        self._seal = Seal(self.marks.key)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in sorted(self.folder.iterdir()):
                if path.name.endswith(_PART) or (path.suffix == SUFFIX and not self._add(path)):
                    path.unlink(missing_ok=True)
        except OSError as fault:
            raise unwritten(self.folder, fault) from None

    def __len__(self) -> int:
        return len(self._places)

    def split(self, entries: Iterable[Entry]) -> tuple[list[Seen], list[Entry]]:
        """(what is here of the entries, the others)."""
        here: list[Seen] = []
        others: list[Entry] = []
        for entry in entries:
            name = self._places.pop(mark := self.marks.mark(entry), "")
            told = self._read(name).get(mark) if name else None
            if told:
                here.append((entry, tuple(told)))
            else:
                others.append(entry)
        return here, others

    def take(self, name: str, entries: Sequence[Entry]) -> list[Seen]:
        """What a parcel tells of the entries. Raises StoreError where it does not tell of all."""
        told = self._read(name)
        try:
            return [(entry, tuple(told[self.marks.mark(entry)])) for entry in entries]
        except KeyError:
            raise StoreError("工作节点写下的结果不完整。请检查结果文件夹后再运行一次，会接着做。") from None

    def _add(self, path: Path) -> bool:
        """Whether the parcel counts for this run."""
        from pyarrow import ArrowException, parquet

        try:
            told = parquet.read_schema(path).metadata or {}
            if told.get(_OF) != self.marks.of.encode():
                return False
            self._places |= dict.fromkeys(json.loads(told[_ENTRIES]), path.name.removesuffix(SUFFIX))
        except (ArrowException, OSError, KeyError, ValueError):
            return False
        return True

    def _read(self, name: str) -> dict[str, list[Examined]]:
        """What a parcel tells, by entry; nothing where it is damaged."""
        from pyarrow import ArrowException, parquet

        if self._last[0] == name:
            return self._last[1]
        found: dict[str, list[Examined]] = {}
        try:
            table = parquet.read_table(self.folder / (name + SUFFIX), use_threads=False)
            columns = (table.column(name).to_pylist() for name in ("entry", "number", "sealed"))
            for mark, number, sealed in zip(*columns, strict=True):
                record = json.loads(self._seal.opened(sealed))
                # Rows that somebody has put elsewhere do not count.
                if record[:2] == [mark, number] == [mark, len(found.setdefault(mark, []))]:
                    found[mark].append(from_record(record[2]))
        except (ArrowException, OSError, StoreError, KeyError, ValueError):
            found = {}
        self._last = name, found
        return found
