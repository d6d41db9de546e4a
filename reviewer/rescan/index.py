"""The joins over the whole state, as docs/json.md has them; the index itself is store/index.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from reviewer.linkage.persons import Measure
from reviewer.reports.joining import fields
from reviewer.store.index import Done, Run, Task, work

if TYPE_CHECKING:
    from reviewer.rescan.state import State

_FEW = 2_000
"""buckets: so many are joined here before other processes have started"""


def joins(state: State, today: date, *, run: Run = map) -> list[dict[str, Any]]:
    """The joins over the whole state."""
    named = state.named()
    return [fields(one, lambda path: named.get(path, path)) for one in state.index.joins(Measure(today), run=run)]


def processes(count: int) -> Run:
    """What joins in so many processes, once there is enough for them to do."""

    def run(do: Any, tasks: Iterable[Task]) -> Iterator[Done]:
        waiting = iter(tasks)
        done = 0
        for task in waiting:
            yield work(task)
            done += len(task.pieces)
            if done >= _FEW and count > 1:
                break
        else:
            return
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            under_way = []
            for task in waiting:
                under_way.append(pool.submit(work, task))
                if len(under_way) > 2 * count:
                    yield under_way.pop(0).result()
            for one in under_way:
                yield one.result()

    return run
