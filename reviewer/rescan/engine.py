"""Runs `examine` over many documents: on this machine, or on a cluster.

An engine takes tasks (tuples of Entries, batches by bytes) and gives for each the tuples of Examined of its entries,
in any order. A document that kills its worker is an Examined with a problem, never the end of the run.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reviewer.errors import ReadError, ReviewerError
from reviewer.model import Fault, Result
from reviewer.rescan.examine import Context
from reviewer.rescan.model import Entry, Examined

if TYPE_CHECKING:
    from reviewer.store.index import Run

Seen = tuple[Entry, tuple[Examined, ...]]
"""an entry, and what was seen in it and in the files in it"""
Told = tuple[Seen, ...]
"""what was seen in some entries: all of a task, or fewer"""
TASK_BYTES = 8 << 20
TASK_FILES = 100
_TEXT = 1 << 20
"""characters that are to come, as far as anybody knows: the gate is worth being loaded before processes are copied"""


class Engine(Protocol):
    """What runs the tasks."""

    def run(
        self, tasks: Iterable[tuple[Entry, ...]], context: Context, idle: Callable[[], object] = lambda: None
    ) -> Iterator[Told]: ...
    def join(self, context: Context) -> Run: ...
    def settle(self) -> None:
        """All that was told is written into the state."""
        ...


def batches(entries: Iterable[Entry], most: int = TASK_BYTES) -> Iterator[tuple[Entry, ...]]:
    """The entries in batches of so many bytes. A ReadError that they raise comes behind the last."""
    batch: list[Entry] = []
    size = 0
    ended = None
    try:
        for entry in entries:
            batch.append(entry)
            size += max(entry.size, 1)
            if size >= most or len(batch) >= TASK_FILES:
                yield tuple(batch)
                batch, size = [], 0
    except ReadError as fault:
        ended = fault
    if batch:
        yield tuple(batch)
    if ended is not None:
        raise ended


class Local:
    """Processes of this machine (workers.py), one document at a time each."""

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs

    def run(
        self, tasks: Iterable[tuple[Entry, ...]], context: Context, idle: Callable[[], object] = lambda: None
    ) -> Iterator[Told]:
        """One document is told at a time: tasks are only what a cluster ships."""
        from reviewer.workers import usable_cores

        with contextlib.closing(Examiners(context, self.jobs or usable_cores())) as examiners:
            for told in examiners.told(chain.from_iterable(tasks), idle):
                yield (told,)

    def join(self, context: Context) -> Run:
        """What joins buckets of the index (store/index.py)."""
        from reviewer.rescan.index import processes
        from reviewer.workers import usable_cores

        return processes(self.jobs or usable_cores())

    def settle(self) -> None:
        """Nothing is kept for another run."""


class Examiners:
    """Processes of this machine that examine documents, locked in; what lies in a store is fetched for them."""

    def __init__(self, context: Context, count: int) -> None:
        from reviewer.rescan.fetch import Fetching
        from reviewer.workers import Workers

        self._look = context.look()
        self._look.expect(_TEXT)
        self._workers: Workers[Examined] = Workers(self._look, count, recipe=context.look)
        self._fetching = Fetching(self._look.settings.limits)

    def close(self) -> None:
        self._workers.close()
        self._fetching.close()

    def told(self, entries: Iterable[Entry], idle: Callable[[], object] = lambda: None) -> Iterator[Seen]:
        """Each entry and what was seen in it, as they are ready. What the entries raise is raised behind the last."""
        given: dict[int, tuple[Entry, Entry]] = {}
        unread: list[Seen] = []
        ended: list[ReviewerError] = []

        def files() -> Iterator[tuple[Path, str]]:
            numbers = count()
            try:
                for entry, local in self._fetching.ready(entries):
                    if isinstance(local, Fault):
                        unread.append((entry, (self._look.failed(entry, Result(entry.path, None, faults=(local,))),)))
                    else:
                        given[next(numbers)] = entry, local
                        yield Path(local.where), packed(local)
            except ReviewerError as fault:
                ended.append(fault)

        for number, told in self._workers.results(files(), idle):  # type: ignore[arg-type]
            entry, local = given.pop(number)
            self._fetching.done(local)
            yield (
                entry,
                tuple(one if isinstance(one, Examined) else self._look.failed(entry, one) for one in told),
            )
            while unread:
                yield unread.pop()
        yield from unread
        if ended:
            raise ended[0]


def packed(entry: Entry) -> str:
    """The entry as workers are told of it."""
    return json.dumps({**asdict(entry), "published": entry.published.isoformat() if entry.published else None})


def unpacked(text: str) -> Entry:
    fields = json.loads(text)
    return Entry(**{**fields, "published": date.fromisoformat(fields["published"]) if fields["published"] else None})
