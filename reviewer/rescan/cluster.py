"""The engine on a cluster: Dask distributed, one that this process starts on this machine or one that runs already.

    driver: tasks --> scheduler --> worker's process --socket--> outpost --copies--> locked in: documents are read
            shelf <-- Parquet files in the results folder, or their bytes where the folder is not shared

All that is sent is encrypted with certificates of both sides, but on loopback where a user says so: it holds the site
key, and what documents give to joins. Results lie in the folder before the driver hears of them, so that whoever goes
on after a crash finds them. A task whose worker dies is tried again; where it happens too often, each of its documents
by itself; where one still ends the worker though nothing else runs, it is named as what can not be read.
Source: distributed.dask.org.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import pickle
import queue
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reviewer import scratch
from reviewer.errors import ReviewerError, UsageError, WorkerError
from reviewer.model import Fault, Result
from reviewer.rescan.engine import Told
from reviewer.rescan.examine import Context, Look
from reviewer.rescan.model import Entry, Examined
from reviewer.rescan.outpost import Order, Outpost, Unseen, key_of, local_file, order
from reviewer.rescan.parcels import Marks, Shelf, clear, parcel, task_name, unwritten, write
from reviewer.workers import CAN_FORK

if TYPE_CHECKING:
    from distributed import Client

    from reviewer.store.index import Done, Run, Task

_AHEAD = 3
"""tasks under way for each worker: enough that none waits, few enough that little is lost"""
_FEW = 20
"""tasks of joins that are done here"""
_IDLE = 0.5
"""seconds without news after which it is said that there are none"""
_FIRST, _RECENT = 60.0, 2.0
"""seconds in which a scheduler must answer at the start; after which the workers are counted anew"""
_DEATHS = 1
"""workers that may die over a task before it is taken apart, in a cluster of our own; others have their own setting"""
_TOKEN = ".driver"
_POISON = (
    "这个文件让审查进程一再中止（内存不足，或者文件内容有误），没有审查完。"
    "请用原软件打开检查后另存，或请人工查看。"
)
_LOST = "集群的调度进程（scheduler）连不上，等了 {:.0f} 分钟。已经审查的没有丢；请启动集群后再运行一次，会接着做。"
_NOBODY = "集群里没有工作节点（worker），等了 {:.0f} 分钟。已经审查的没有丢；请启动节点后再运行一次，会接着做。"
_PLAIN = (
    "不能用没有加密的连接 {}：任务里有站点密钥和个人信息。请给调度进程和各节点配置双向 TLS，用 tls:// 地址；"
    "做法见 docs/scale.md。"
)
_CERTIFICATES = (
    "连接 {} 要有双向 TLS 的证书：请用 dask 的设置 distributed.comm.tls 指定 ca-file、client.cert 和 client.key，"
    "做法见 docs/scale.md。"
)


@dataclass(slots=True)
class Cluster:
    """Dask distributed as an engine.

    folder     where results wait until they are written into the state: of one source alone, best one that all
               machines share
    address    of a scheduler; "": workers on this machine are started, and ended
    jobs       how many of them; None: as many as there are cores
    sends_key  whether the site key goes to the workers (encrypted); else each has a key file of its own
    patience   seconds that a lost scheduler, or workers, are waited for
    """

    folder: Path
    address: str = ""
    jobs: int | None = None
    sends_key: bool = True
    patience: float = 600.0

    def run(
        self, tasks: Iterable[tuple[Entry, ...]], context: Context, idle: Callable[[], object] = lambda: None
    ) -> Iterator[Told]:
        """What is seen in all entries.

        Raises UsageError, WorkerError, DiskFull, StoreError: what is done is kept for the next run.
        """
        shelf = Shelf(self.folder, Marks(context.key, _identity(context)))
        waiting = iter(tasks)
        first: tuple[Entry, ...] | None = None
        for task in waiting:
            # What is there already needs no cluster.
            here, others = shelf.split(task)
            if here:
                yield tuple(here)
            if others:
                first = tuple(others)
                break
        if first is None:
            return
        with Link(self, context, idle) as link:
            yield from _Flights(link, shelf, context).told(first, waiting)

    def join(self, context: Context) -> Run:
        """What joins buckets of the index (store/index.py) on the cluster: each task is a Parquet file of buckets."""

        from reviewer.rescan.grouped import joined
        from reviewer.store.index import work

        def run(do: object, tasks: Iterable[Task]) -> Iterator[Done]:
            waiting = iter(tasks)
            few = list(islice(waiting, _FEW))
            if len(few) < _FEW:
                # Done before a cluster has started.
                yield from map(work, few)
                return
            with Link(self, context, lambda: None) as link:
                yield from joined(link, chain(few, waiting))

        return run

    def settle(self) -> None:
        """All results are written into the state."""
        clear(self.folder)


def ready() -> None:
    """Raises ModuleNotFoundError where a package is missing, UsageError where the system is not one for clusters."""
    import distributed
    import pyarrow  # noqa: F401 - only whether they are there

    if not CAN_FORK:
        raise UsageError(f"集群只能在 Linux 上用（{distributed.__name__} 的各节点要能复制进程）。请用 --engine local。")


def _identity(context: Context) -> str:
    """What results depend on beside the bytes of documents; nothing can be learnt from it."""
    from reviewer.rescan.run import readers_digest

    scanner = context.look().scanner
    told = f"{readers_digest(scanner.settings, context.key)} {scanner.book.digest}"
    return hashlib.sha256(told.encode()).hexdigest()


# --- what goes to the workers ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something pickled: what a cluster writes into its logs shows nothing of it."""

    data: bytes = field(repr=False)

    @classmethod
    def of(cls, what: object) -> Sealed:
        return cls(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))

    def opened(self) -> Any:
        return pickle.loads(self.data)


class Station:
    """What a worker's process has for one run: the order, and an outpost for each of its threads."""

    def __init__(self, told: Sealed) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._outposts: dict[int, Outpost] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return Station, (self._told,)

    def __repr__(self) -> str:
        return "Station()"

    def index_secret(self) -> bytes:
        """What the pieces of joins are sealed with (store/index.py)."""
        from reviewer.store.index import secret_of

        return secret_of(key_of(self.order()))

    def order(self) -> Order:
        told: Order = self._told.opened()
        return told

    def outpost(self) -> Outpost:
        """The outpost of this thread. Raises WorkerError where it dies, and what keeps it from starting."""
        mine = threading.get_ident()
        with self._lock:
            found = self._outposts.get(mine)
        if found is None:
            found = Outpost(self.order())
            with self._lock:
                self._outposts[mine] = found
        return found

    def drop(self, outpost: Outpost) -> None:
        """It is dead: the next task has another."""
        outpost.close()
        with self._lock:
            self._outposts = {thread: one for thread, one in self._outposts.items() if one is not outpost}

    def close(self) -> None:
        with self._lock:
            outposts, self._outposts = list(self._outposts.values()), {}
        for one in outposts:
            one.close()


def examine(station: str, told: Sealed) -> Sealed:
    """Runs on a worker: (name of the parcel, its bytes where the driver can not see it), or an error of ours."""
    from distributed import get_worker

    try:
        return Sealed.of(_examined(get_worker().plugins[station].station, *told.opened()))
    except ReviewerError as fault:
        return Sealed.of(fault)


def _examined(
    station: Station, entries: tuple[Entry, ...], are_there: bool, folder: Path, token: bytes
) -> tuple[str, bytes]:
    outpost = station.outpost()
    try:
        marks, rows = outpost.rows(entries, are_there)
    except WorkerError:
        station.drop(outpost)
        raise
    name = task_name(marks)
    return name, kept(folder, token, name, parcel(station.order().of, marks, rows))


def kept(folder: Path, token: bytes, name: str, data: bytes) -> bytes:
    """Writes a file into the results folder, where it is the driver's; gives it back otherwise. Raises DiskFull."""
    if not _sees(folder, token):
        return data
    write(folder, name, data)
    return b""


# --- the driver: the connection --------------------------------------------------------------------


class Link:
    """The connection to a cluster, with what its workers need; a context."""

    def __init__(self, cluster: Cluster, context: Context, idle: Callable[[], object]) -> None:
        self.folder, self.idle = cluster.folder, idle
        self.token = os.urandom(16)
        self._address, self._jobs, self._patience = cluster.address, cluster.jobs, cluster.patience
        self._order = Sealed.of(order(context, _identity(context), sends_key=cluster.sends_key))
        self.station = f"reviewer-{os.urandom(8).hex()}"
        self._stack = contextlib.ExitStack()
        self._client: Client | None = None
        self._news: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._security: Any = None
        self._number = 0
        self._alone_since = 0.0
        self._workers, self._counted = 1, float("-inf")
        self._shared: bool | None = None

    def __enter__(self) -> Link:
        self._silence()
        try:
            write_token(self.folder, self.token)
            self._stack.callback((self.folder / _TOKEN).unlink, missing_ok=True)
            if not self._address:
                self._start()
            else:
                self._security = security(self._address)
            self._connect(min(self._patience, _FIRST))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()
        self._stack.close()

    def workers(self) -> int:
        """How many threads of workers there were when somebody last looked; at least 1."""
        if time.monotonic() - self._counted > _RECENT and self._client is not None:
            # The connection may be lost just now: that is seen elsewhere.
            with contextlib.suppress(OSError, TimeoutError, ValueError):
                self._workers = max(sum(self._client.nthreads().values()), 1)
            self._counted = time.monotonic()
        return self._workers

    def submit(self, function: Callable[..., Sealed], told: Sealed) -> Any:
        """A future of what `function` gives for the station and `told`."""
        assert self._client is not None
        self._number += 1
        key = f"{self.station}-{self._number}"
        future = self._client.submit(function, self.station, told, key=key, pure=False)
        future.add_done_callback(self._news.put)
        return future

    def heard(self, flying: Iterable[Any]) -> list[Any]:
        """The futures among `flying` that have ended; waits a little. Raises WorkerError where no worker is left."""
        with contextlib.suppress(queue.Empty):
            self._news.get(timeout=_IDLE)
            while True:
                self._news.get_nowait()
        ended = [one for one in flying if one.status != "pending"]
        if ended:
            self._alone_since = 0.0
        else:
            self.idle()
            self._look_around()
        return ended

    def outcome(self, future: Any) -> Any:
        """What a task that has ended gave, or an error of ours: a WorkerError where its worker died.

        None where it was lost with the scheduler, and is to be submitted again.
        """
        if future.status in ("cancelled", "lost"):
            return None
        try:
            return future.result().opened()
        except ReviewerError as fault:
            return fault
        except Exception:
            # KilledWorker, or a fault of the cluster's own; the connection, where that is lost.
            return None if self.is_lost() else WorkerError("工作节点中止。")

    def is_shared(self) -> bool:
        """Whether all workers see the results folder."""
        if self._shared is None:
            assert self._client is not None
            seen = self._client.run(_sees, self.folder, self.token)
            self._shared = all(seen.values())
        return self._shared

    def is_lost(self) -> bool:
        """Whether the scheduler has gone: all that was under way is to be submitted again."""
        return self._client is None or self._client.status != "running"

    def renew(self) -> None:
        """Connects again. Raises WorkerError where the scheduler does not come back."""
        self._leave()
        self._connect(self._patience)

    def _look_around(self) -> None:
        """Raises WorkerError where there has been no worker for too long."""
        if self._client is None or self.is_lost():
            return
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            if self._client.nthreads():
                self._alone_since = 0.0
                return
        self._alone_since = self._alone_since or time.monotonic()
        if time.monotonic() - self._alone_since > self._patience:
            raise WorkerError(_NOBODY.format(self._patience / 60))

    def _start(self) -> None:
        """Workers of our own, one thread each, with certificates that nobody else has."""
        import dask
        from distributed import LocalCluster
        from distributed.security import Security

        from reviewer.workers import usable_cores

        self._security = Security.temporary()
        space = self._stack.enter_context(scratch.made())
        settings = {
            "distributed.scheduler.allowed-failures": _DEATHS,
            "distributed.scheduler.http.routes": [], "distributed.worker.http.routes": [],
        }  # fmt: skip
        self._stack.enter_context(dask.config.set(settings))
        with warnings.catch_warnings():
            # Another cluster on this machine has the port of the page that nobody asks for.
            warnings.simplefilter("ignore")
            local = LocalCluster(
                n_workers=self._jobs or usable_cores(), threads_per_worker=1, host="127.0.0.1", protocol="tls://",
                security=self._security, dashboard_address=None, worker_dashboard_address=None, memory_limit=0,
                local_directory=str(space), silence_logs="CRITICAL",
            )  # fmt: skip
        self._stack.callback(local.close)
        self._address = local.scheduler_address

    def _connect(self, patience: float) -> None:
        """A client, which has told the workers what they need. Raises WorkerError, UsageError."""
        until = time.monotonic() + patience
        from distributed import Client

        while True:
            try:
                self._client = Client(self._address, security=self._security, timeout="5s", set_as_default=False)
                break
            except (OSError, TimeoutError) as fault:
                if time.monotonic() >= until:
                    raise WorkerError(_LOST.format(patience / 60)) from fault
                self.idle()
        if not self._address.startswith("tls://"):
            for worker in self._client.scheduler_info(n_workers=-1)["workers"]:
                _require_loopback(worker)
        self._client.register_plugin(_plugin(self._order), name=self.station)

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                if client.status == "running":
                    client.unregister_worker_plugin(self.station)
            with contextlib.suppress(Exception):
                client.close(timeout=2)

    def _silence(self) -> None:
        """What distributed has to say of connections that come and go is said by the engine where it matters."""
        import logging

        logging.getLogger("distributed").setLevel(logging.CRITICAL)


def _plugin(told: Sealed) -> Any:
    from reviewer.rescan.station import Plugin

    return Plugin(Station(told))


def _sees(folder: Path, token: bytes) -> bool:
    """On a worker: whether it sees the driver's folder."""
    try:
        return (folder / _TOKEN).read_bytes() == token
    except OSError:
        return False


def write_token(folder: Path, token: bytes) -> None:
    """What tells workers that they see the same folder. Raises DiskFull, StoreError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / _TOKEN).write_bytes(token)
    except OSError as fault:
        raise unwritten(folder, fault) from None


def security(address: str) -> Any:
    """The certificates for the connection to a scheduler; None on loopback. Raises UsageError."""
    from distributed.security import Security

    if not address.startswith("tls://"):
        _require_loopback(address)
        return None
    made = Security(require_encryption=True)
    if not (made.tls_ca_file and made.tls_client_cert and made.tls_client_key):
        raise UsageError(_CERTIFICATES.format(address))
    return made


def _require_loopback(address: str) -> None:
    """Raises UsageError where an address without encryption leads to another machine."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    host = parts.hostname or ""
    if parts.scheme == "tls":
        return
    try:
        is_ours = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_ours = False
    if parts.scheme != "tcp" or not is_ours:
        raise UsageError(_PLAIN.format(address))


# --- the driver: the tasks -------------------------------------------------------------------------


@dataclass(slots=True)
class _Flight:
    """A task under way, and how its documents are tried: together, each by itself, with nothing else running.

    are_there  this machine sees the files: a worker that does not is on a machine that does not share them
    """

    entries: tuple[Entry, ...]
    is_alone: bool = False
    are_there: bool = True


def _are_here(entries: Iterable[Entry]) -> bool:
    return all(os.path.exists(local_file(one.where)) for one in entries)


class _Flights:
    """The tasks of a run on their way."""

    def __init__(self, link: Link, shelf: Shelf, context: Context) -> None:
        self._link, self._shelf, self._context = link, shelf, context
        self._flying: dict[Any, _Flight] = {}
        self._again: deque[_Flight] = deque()
        self._suspects: deque[Entry] = deque()

    def told(self, first: tuple[Entry, ...], waiting: Iterator[tuple[Entry, ...]]) -> Iterator[Told]:
        self._submit(_Flight(first))
        is_over = False
        ended: ReviewerError | None = None
        try:
            while True:
                while self._again and len(self._flying) < self._room():
                    self._submit(self._again.popleft())
                while not is_over and not self._again and len(self._flying) < self._room():
                    try:
                        task = next(waiting, None)
                    except ReviewerError as fault:
                        task, ended = None, fault
                    if task is None:
                        is_over = True
                        break
                    here, others = self._shelf.split(task)
                    if here:
                        yield tuple(here)
                    if others:
                        self._submit(_Flight(tuple(others)))
                if not self._flying:
                    if not self._suspects:
                        break
                    self._submit(_Flight((self._suspects.popleft(),), is_alone=True))
                yield from self._landed()
        finally:
            for future in self._flying:
                with contextlib.suppress(Exception):
                    future.cancel()
        if ended is not None:
            raise ended

    def _room(self) -> int:
        return _AHEAD * self._link.workers()

    def _submit(self, flight: _Flight) -> None:
        told = Sealed.of((flight.entries, flight.are_there, self._link.folder, self._link.token))
        self._flying[self._link.submit(examine, told)] = flight

    def _landed(self) -> Iterator[Told]:
        """What the tasks that have ended tell."""
        for future in self._link.heard(self._flying):
            flight = self._flying.pop(future)
            told = self._link.outcome(future)
            if told is None:
                self._again.append(flight)
            elif isinstance(told, WorkerError):
                yield from self._failed(flight)
            elif isinstance(told, Unseen) and not _are_here(flight.entries):
                # Gone here, too, since they were listed.
                self._again.append(replace(flight, are_there=False))
            elif isinstance(told, BaseException):
                raise told
            else:
                name, data = told
                if data:
                    write(self._link.folder, name, data)
                yield tuple(self._shelf.take(name, flight.entries))
        if self._link.is_lost():
            self._again.extend(self._flying.values())
            self._flying.clear()
            self._link.renew()

    def _failed(self, flight: _Flight) -> Iterator[Told]:
        """Its worker died: each document by itself, then with nothing else running, then it is named."""
        if len(flight.entries) > 1:
            self._again.extend(_Flight((entry,)) for entry in flight.entries)
        elif not flight.is_alone:
            self._suspects.extend(flight.entries)
        else:
            yield ((flight.entries[0], (self._named(flight.entries[0]),)),)

    def _named(self, entry: Entry) -> Examined:
        look: Look = self._context.look()
        return look.failed(entry, Result(entry.path, None, faults=(Fault("crashed", _POISON),)))
