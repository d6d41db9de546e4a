"""Runs `examine` over many documents: on this machine, or on a cluster.

An engine takes tasks (tuples of Entries, batches by bytes) and gives for each the tuples of Examined of its entries,
in any order. A document that kills its worker is an Examined with a problem, never the end of the run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Protocol

from reviewer.rescan.examine import Context
from reviewer.rescan.model import Entry, Examined

Told = tuple[tuple[Entry, tuple[Examined, ...]], ...]
"""each entry of a task, and what was seen in it and in the files in it"""
TASK_BYTES = 8 << 20
TASK_FILES = 200
_TEXT = 1 << 20
"""characters that are to come, as far as anybody knows: the gate is worth being loaded before processes are copied"""


class Engine(Protocol):
    """What runs the tasks."""

    def run(
        self, tasks: Iterable[tuple[Entry, ...]], context: Context, idle: Callable[[], object] = lambda: None
    ) -> Iterator[Told]: ...


def batches(entries: Iterable[Entry], most: int = TASK_BYTES) -> Iterator[tuple[Entry, ...]]:
    """The entries in batches of so many bytes."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += max(entry.size, 1)
        if size >= most or len(batch) >= TASK_FILES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


class Local:
    """Processes of this machine (workers.py), one document at a time each."""

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs

    def run(
        self, tasks: Iterable[tuple[Entry, ...]], context: Context, idle: Callable[[], object] = lambda: None
    ) -> Iterator[Told]:
        """One document is told at a time: tasks are only what a cluster ships."""
        from reviewer.workers import Workers, usable_cores

        look = context.look()
        look.expect(_TEXT)
        workers: Workers[Examined] = Workers(look, self.jobs or usable_cores(), recipe=context.look)
        given: dict[int, Entry] = {}

        def files() -> Iterator[tuple[Path, str]]:
            for task in tasks:
                for entry in task:
                    given[len(given)] = entry
                    yield Path(entry.where), packed(entry)

        try:
            for number, told in workers.results(files(), idle):  # type: ignore[arg-type]
                entry = given[number]
                yield ((entry, tuple(one if isinstance(one, Examined) else look.failed(entry, one) for one in told)),)
        finally:
            workers.close()


def packed(entry: Entry) -> str:
    """The entry as workers are told of it."""
    return json.dumps({**asdict(entry), "published": entry.published.isoformat() if entry.published else None})


def unpacked(text: str) -> Entry:
    fields = json.loads(text)
    return Entry(**{**fields, "published": date.fromisoformat(fields["published"]) if fields["published"] else None})
