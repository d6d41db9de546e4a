"""Scans files in processes of their own, several at once: no file can take the tool down.

A worker has no network, so much memory and time and no more, and writes only to its scratch folder (isolation.py).
One that dies or takes too long is a fault of the file it read; another takes its place and the others go on. Where
processes can be copied (fork), workers begin with all that was loaded; elsewhere each loads the rules anew.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from reviewer import scratch
from reviewer.errors import Failure, ReviewerError, WorkerError, place_of
from reviewer.isolation import confine, die_with_parent, end_session
from reviewer.model import Fault, Result
from reviewer.readers import CONTAINERS
from reviewer.scanning import Scanner
from reviewer.settings import Limits, Settings

T = TypeVar("T")
Told = TypeVar("Told", covariant=True)
Job = tuple[int, Path, str]
"""its number, the file, the path as it stands in reports"""

CAN_FORK = sys.platform == "linux"
_CONTEXT: Any = get_context("fork" if CAN_FORK else "spawn")
_FILES = 5_000 if CAN_FORK else 500
"""that one worker reads before another takes its place: what libraries keep is given back"""
_GROWTH = 1 << 30
"""bytes that a worker may hold, beside what it began with, before that"""
_IDLE = 0.5
"""seconds without news after which it is said that there are none"""
_MORE, _LAST, _WORN = b"+", b"=", b"!"
"""how a message begins: there is more to come of this file; there is not; and another worker should take the next"""
_TIMEOUT = "审查超过 {:.0f} 秒，已停止，没有审查完。请拆分后再审，或请人工查看。"
_CRASHED = "进程中止（内存不足，或者文件内容有误），没有审查完。请用原软件打开检查后另存，或请人工查看。"
_FAILED = "程序出错：{}，没有审查完。请人工查看，并把这一行告诉维护人员。"


class Looks(Protocol[Told]):
    """What workers look at files with: a Scanner, or who has one and says less."""

    @property
    def settings(self) -> Settings: ...
    def results(self, path: Path, shown: str) -> Iterator[Told]: ...


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers(Generic[Told]):
    """Processes that look at files; close() ends them.

    scanner  what looks: a Scanner or another
    count    how many at once
    recipe   what another than a Scanner is made from where processes can not be copied
    """

    def __init__(
        self, scanner: Looks[Told], count: int, cache: Path | None = None,
        recipe: Callable[[], Looks[Told]] | None = None,
    ) -> None:  # fmt: skip
        self._scanner = scanner
        self._recipe = recipe or _Recipe(scanner.settings, cache)
        self._count = count
        self._scratch = scratch.made()
        self._workers: list[_Worker] = []

    def at_work(self) -> list[tuple[str, float]]:
        """The files that are being looked at and for how many seconds, the one begun first first."""
        now = time.monotonic()
        jobs = [(worker.job[2], now - worker.begun) for worker in self._workers if worker.job is not None]
        return sorted(jobs, key=lambda job: -job[1])

    def results(
        self, files: Sequence[tuple[Path, str]], idle: Callable[[], object] = lambda: None
    ) -> Iterator[tuple[int, tuple[Told | Result, ...]]]:
        """(number of the file, what is told of it), as they are ready: of a Scanner the Results of the file and of
        those in it. A Result with a fault tells of a file whose process died; it is the first.

        idle  called every half second while there is nothing
        """
        jobs = ((number, path, shown) for number, (path, shown) in enumerate(files))
        for worker in self._idle():
            self._next(worker, next(jobs, None))
        for job in (job for _, job in zip(range(self._count - len(self._workers)), jobs, strict=False)):
            self._start(job)
        while busy := [worker for worker in self._workers if worker.job is not None]:
            heard = self._heard(busy)
            if not heard:
                idle()
            for worker in heard:
                results = worker.finished()
                if results is None:
                    continue
                assert worker.job is not None
                number = worker.job[0]
                self._next(worker, next(jobs, None))
                yield number, results

    def close(self) -> None:
        """Ends all workers, whatever they do."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        _sweep()
        self._scratch.close()

    def _start(self, job: Job) -> None:
        here, there = _CONTEXT.Pipe()
        folder = _folder_in(self._scratch)
        others = [here, *(worker.connection for worker in self._workers)]
        source = _Inherited(self._scanner, others) if CAN_FORK else self._recipe
        limits = self._scanner.settings.limits
        process = _CONTEXT.Process(target=_serve, args=(there, source, folder, limits))
        process.start()
        there.close()
        worker = _Worker(process, here, folder)
        self._workers.append(worker)
        worker.give(job, limits)

    def _idle(self) -> list[_Worker]:
        """The workers that were left when the files before had been looked at."""
        for worker in [worker for worker in self._workers if worker.job is None and not worker.process.is_alive()]:
            worker.end()
            self._workers.remove(worker)
        return [worker for worker in self._workers if worker.job is None]

    def _next(self, worker: _Worker, job: Job | None) -> None:
        """Gives a worker its next job; one without waits for more files to come."""
        worker.job = None
        limits = self._scanner.settings.limits
        if worker.ended or worker.files >= _FILES:
            worker.end()
            self._workers.remove(worker)
            if job is not None:
                self._start(job)
        elif job is not None:
            worker.give(job, limits)

    def _heard(self, busy: list[_Worker]) -> list[_Worker]:
        """The workers that have something to say, or no time left."""
        now = time.monotonic()
        patience = max(min(now + _IDLE, *(worker.deadline for worker in busy)) - now, 0)
        ready = wait([worker.connection for worker in busy], timeout=patience)
        now = time.monotonic()
        return [worker for worker in busy if worker.connection in ready or worker.deadline <= now]


@dataclass(slots=True)
class _Worker:
    """A process, what it is at, and what it has said so far."""

    process: Any
    connection: Connection
    scratch: Path
    job: Job | None = None
    begun: float = 0.0
    deadline: float = 0.0
    seconds: float = 0.0
    files: int = 0
    ended: bool = False
    said: list[Any] = field(default_factory=list)

    def give(self, job: Job, limits: Limits) -> None:
        try:
            size = job[1].stat().st_size
        except OSError:
            size = 0
        self.seconds = limits.seconds(size)
        self.begun = time.monotonic()
        self.deadline = self.begun + self.seconds
        self.job, self.said = job, []
        self.files += 1
        # A worker that has died is heard of when it is listened to.
        with contextlib.suppress(OSError):
            self.connection.send((str(job[1]), job[2]))

    def finished(self) -> tuple[Any, ...] | None:
        """All that is told of the file, once there is no more to come."""
        if not self.connection.poll():
            return self._died(Fault("timeout", _TIMEOUT.format(self.seconds)))
        try:
            message = self.connection.recv_bytes()
        except (EOFError, OSError):
            return self._died(Fault("crashed", _CRASHED))
        if len(message) > 1:
            told = pickle.loads(memoryview(message)[1:])
            if isinstance(told, Fault):
                self._fail(told)
                self.files = _FILES  # who knows what it left behind
            else:
                self.said.append(told)
        if message[:1] == _WORN:
            self.files = _FILES
        return None if message[:1] == _MORE else tuple(self.said)

    def _died(self, fault: Fault) -> tuple[Any, ...]:
        self.end()
        self._fail(fault)
        return tuple(self.said)

    def _fail(self, fault: Fault) -> None:
        assert self.job is not None
        first = self.said[0] if self.said and isinstance(self.said[0], Result) else Result(self.job[2], None)
        self.said[:1] = [replace(first, faults=(*first.faults, fault))]

    def end(self) -> None:
        """Ends the process with all that it started."""
        self.ended = True
        self.connection.close()
        self.process.kill()
        self.process.join()
        end_session(self.process.pid)
        shutil.rmtree(self.scratch, ignore_errors=True)


def apart(work: Callable[[], T], limits: Limits, size: int, folder: Path | None = None) -> T:
    """What `work` gives, done in a process of its own where processes can be copied.

    size    bytes of the file that it is about
    folder  where its scratch folder is made; None: where temporary files usually are
    Raises what `work` raises of ours, and WorkerError where the process dies or takes too long.
    """
    if not CAN_FORK:
        return work()
    here, there = _CONTEXT.Pipe()
    own = scratch.made(folder)
    process = _CONTEXT.Process(target=_work, args=(there, here, work, _folder_in(own), limits))
    process.start()
    there.close()
    try:
        if not here.poll(limits.seconds(size)):
            raise WorkerError(_TIMEOUT.format(limits.seconds(size)))
        made = pickle.loads(here.recv_bytes())
    except (EOFError, OSError):
        raise WorkerError(_CRASHED) from None
    finally:
        process.kill()
        process.join()
        end_session(process.pid)
        _sweep()
        own.close()
    if isinstance(made, BaseException):
        raise made
    result: T = made
    return result


def _folder_in(owner: scratch.Scratch) -> Path:
    """A folder for one process, which may write nothing beside it. Raises DiskFull."""
    try:
        return Path(tempfile.mkdtemp(dir=owner.path))
    except OSError as fault:
        raise scratch.no_room(fault) from None


def _sweep() -> None:
    """Takes away what converters that workers started have left outside of their folders."""
    from reviewer.readers.soffice import sweep

    sweep()


# --- inside a worker -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Inherited:
    """The scanner that a copied process has already; what belongs to others of its kind is closed."""

    scanner: Looks[Any]
    others: list[Connection]

    def __call__(self) -> Looks[Any]:
        for connection in self.others:
            connection.close()
        return self.scanner


@dataclass(frozen=True, slots=True)
class _Recipe:
    """What a new process makes the scanner from."""

    settings: Settings
    cache: Path | None

    def __call__(self) -> Scanner:
        return Scanner(self.settings, cache=self.cache)


def _serve(jobs: Connection, source: Callable[[], Looks[Any]], folder: Path, limits: Limits) -> None:
    """Scans the files that it is told of until there are no more."""
    scanner = source()
    _lock_in(folder, limits)
    # What came with the copy is no garbage: looking through it would make a copy of each page of memory.
    gc.freeze()
    most = _resident() + _GROWTH
    with contextlib.suppress(EOFError, OSError):
        while True:
            path, shown = jobs.recv()
            held = b""
            for number, told in enumerate(_results(scanner, Path(path), shown)):
                if held:
                    jobs.send_bytes(_MORE + held)
                held = _packed(told, limits)
                if number or not _is_all(told):
                    # What comes next may end this process.
                    jobs.send_bytes(_MORE + held)
                    held = b""
            jobs.send_bytes((_WORN if _resident() > most else _LAST) + held)


def _is_all(told: object) -> bool:
    """Whether it is the Result of a file that holds no others: most are, and one message does for them."""
    return isinstance(told, Result) and (told.document is None or told.document.format not in CONTAINERS)


def _resident() -> int:
    """Bytes of memory that the process holds; 0 where nobody can tell."""
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _packed(told: Result | Fault, limits: Limits) -> bytes:
    """What is sent of it: that it is too much, where it is."""
    data = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
    if len(data) <= limits.result_bytes:
        return data
    fault = Fault("too-big", f"审查结果超过 {limits.result_bytes >> 20} MB 的上限，没有审查完。请拆分后扫描。")
    return pickle.dumps(fault, pickle.HIGHEST_PROTOCOL)


def _work(there: Connection, here: Connection, work: Callable[[], object], folder: Path, limits: Limits) -> None:
    """Sends what `work` gives or raises."""
    here.close()
    _lock_in(folder, limits)
    try:
        made = work()
    except ReviewerError as fault:
        made = fault
    except MemoryError:
        made = WorkerError("内存不足，没有做完。请拆分后再试。")
    except Exception as fault:
        made = Failure(place_of(fault))
    there.send_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))


def _lock_in(folder: Path, limits: Limits) -> None:
    """Nothing that a file does in here reaches the terminal, the network or a file outside of `folder`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes the report
    if CAN_FORK:
        os.setsid()
        die_with_parent()
    # What a library prints may quote the file.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.environ["TMPDIR"] = os.environ["HOME"] = str(folder)
    tempfile.tempdir = str(folder)
    confine(folder, limits.memory_bytes + _address_space(), limits.written_bytes)


def _address_space() -> int:
    """Bytes of address space that the process has already."""
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as stream:
        return int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _results(scanner: Looks[Any], path: Path, shown: str) -> Iterator[Any]:
    """The Results of a file, and what went wrong, be it for reasons of ours."""
    try:
        yield from scanner.results(path, shown)
    except ReviewerError as fault:
        yield Fault(fault.code, fault.message)
    except MemoryError:
        yield Fault("too-big", "内存不足，没有审查完。请拆分后扫描。")
    except Exception as fault:
        yield Fault("failed", _FAILED.format(place_of(fault)))
