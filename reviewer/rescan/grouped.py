"""Joins on a cluster: group-by on tokens over Parquet. A task is a file of sealed pieces by bucket, its outcome too.

Only the buckets under way are in memory, here and on the workers. One process gives the tasks and takes the outcomes:
the one that writes the state (store/index.py).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.errors import ReviewerError, WorkerError
from reviewer.rescan.parcels import SUFFIX, write

if TYPE_CHECKING:
    from reviewer.rescan.cluster import Link, Sealed
    from reviewer.store.index import Done, Task

_AHEAD = 2
"""tasks under way for each worker"""
_DEATHS = 3
"""times that a task is tried whose workers die: nothing in it is a file that somebody made"""
_PIECE, _OFFER, _FOUND = 0, 1, 2
Row = tuple[int, int, int, str, bytes]
"""what it is, its bucket, the document or other bucket that it belongs to, mark, sealed"""
_COLUMNS = ("kind", "bucket", "of", "mark", "sealed")
_DEAD = "汇总比对时工作节点一再中止（内存不足？）。已经审查的没有丢；请再运行一次，会接着做。"


def joined(link: Link, tasks: Iterator[Task]) -> Iterator[Done]:
    """The outcome of each task, in any order. Raises WorkerError where workers die over one again and again."""
    flying: dict[Any, _Flight] = {}
    again: list[_Flight] = []
    is_over = False
    try:
        while True:
            while again:
                _submit(link, again.pop(), flying)
            while not is_over and len(flying) < _AHEAD * link.workers():
                task = next(tasks, None)
                if task is None:
                    is_over = True
                else:
                    _submit(link, _Flight(link.folder, task), flying)
            if not flying:
                return
            for future in link.heard(flying):
                flight = flying.pop(future)
                told = link.outcome(future)
                if told is None or (isinstance(told, WorkerError) and flight.tries < _DEATHS):
                    again.append(flight)
                elif isinstance(told, WorkerError):
                    raise WorkerError(_DEAD)
                elif isinstance(told, BaseException):
                    raise told
                else:
                    flight.close()
                    yield _taken(link.folder, *told)
            if link.is_lost():
                again += flying.values()
                flying.clear()
                link.renew()
    finally:
        for future, flight in flying.items():
            flight.close()
            with contextlib.suppress(Exception):
                future.cancel()


class _Flight:
    """A task under way: its file, and how often it was tried."""

    def __init__(self, folder: Path, task: Task) -> None:
        self.measure = task.measure
        self.data = _parquet(_rows(task))
        self.name = f"join-{hashlib.sha256(self.data).hexdigest()[:32]}"
        self.file = folder / (self.name + SUFFIX)
        self.tries = 0
        write(folder, self.name, self.data)

    def close(self) -> None:
        self.file.unlink(missing_ok=True)


def _submit(link: Link, flight: _Flight, flying: dict[Any, _Flight]) -> None:
    from reviewer.rescan.cluster import Sealed

    flight.tries += 1
    data = b"" if link.is_shared() else flight.data
    told = Sealed.of((flight.name, data, flight.measure, link.folder, link.token))
    flying[link.submit(join, told)] = flight


def _taken(folder: Path, name: str, data: bytes) -> Done:
    from reviewer.store.index import Done

    file = folder / (name + SUFFIX)
    found: dict[int, bytes] = {}
    offers: dict[tuple[int, int], tuple[str, bytes]] = {}
    for kind, bucket, of, mark, sealed in _read(data or file.read_bytes()):
        if kind == _FOUND:
            found[bucket] = sealed
        else:
            offers[bucket, of] = mark, sealed
    file.unlink(missing_ok=True)
    return Done(found, offers)


# --- on a worker -----------------------------------------------------------------------------------


def join(station: str, told: Sealed) -> Sealed:
    """Runs on a worker: (name of the outcome, its bytes where the driver can not see it), or an error of ours."""
    from distributed import get_worker

    from reviewer.rescan.cluster import Sealed, kept

    name, data, measure, folder, token = told.opened()
    try:
        secret = get_worker().plugins[station].station.index_secret()
        made = _parquet(_outcome(data or (folder / (name + SUFFIX)).read_bytes(), measure, secret))
        name = f"{name}-done"
        return Sealed.of((name, kept(folder, token, name, made)))
    except ReviewerError as fault:
        return Sealed.of(fault)


def _outcome(data: bytes, measure: Any, secret: bytes) -> Iterator[Row]:
    from reviewer.store.index import Task, work

    pieces: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    offers: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for kind, bucket, of, _, sealed in _read(data):
        (pieces if kind == _PIECE else offers)[bucket].append((of, sealed))
    done = work(Task(secret, measure, pieces, offers))
    for bucket, sealed in done.found.items():
        yield _FOUND, bucket, 0, "", sealed
    for (bucket, of), (mark, sealed) in done.offers.items():
        yield _OFFER, bucket, of, mark, sealed


# --- Parquet ---------------------------------------------------------------------------------------


def _rows(task: Task) -> Iterator[Row]:
    for kind, held in ((_PIECE, task.pieces), (_OFFER, task.offers)):
        for bucket, some in held.items():
            for of, sealed in some:
                yield kind, bucket, of, "", sealed


def _parquet(rows: Iterable[Row]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    types = (pa.int8(), pa.int32(), pa.int64(), pa.string(), pa.binary())
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    stream = pa.BufferOutputStream()
    parquet.write_table(pa.table(arrays, names=list(_COLUMNS)), stream, compression="none")
    data: bytes = stream.getvalue().to_pybytes()
    return data


def _read(data: bytes) -> Iterator[Row]:
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(pa.BufferReader(data), use_threads=False)
    return zip(*(table.column(name).to_pylist() for name in _COLUMNS), strict=True)


