"""The joins over the whole state, as docs/json.md has them; the index itself is store/index.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from reviewer.linkage.join import Join
from reviewer.linkage.persons import Measure
from reviewer.store.index import Done, Run, Task, work

if TYPE_CHECKING:
    from reviewer.rescan.state import State

_FEW = 2_000
"""buckets: so many are joined here before other processes have started"""


def joins(state: State, today: date, *, run: Run = map) -> list[dict[str, Any]]:
    """The joins over the whole state."""
    named = state.named()
    return [told(one, named) for one in state.index.joins(Measure(today), run=run)]


def told(one: Join, named: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A join as JSON has it. named: masked path -> path, where paths are to be told as they are."""

    def path(shown: str) -> str:
        return (named or {}).get(shown, shown)

    advice = one.advice
    for shown, plain in (named or {}).items():
        advice = advice.replace(shown, plain) if shown in one.change else advice
    return {
        "kind": one.kind, "documents": [path(shown) for shown in one.documents], "entity": one.entity,
        "before": one.before, "after": one.after, "probability": one.probability,
        "gives": [{"path": path(give.document), "at": give.at, "says": give.says} for give in one.gives],
        "change": [path(shown) for shown in one.change], "advice": advice,
    }  # fmt: skip


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
