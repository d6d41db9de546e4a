from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest

from reviewer.keys import Key
from reviewer.rescan.engine import Engine, Local, Told
from reviewer.rescan.examine import Context
from reviewer.rescan.model import Entry
from reviewer.rescan.run import Rescan, Rescanned
from reviewer.rescan.source import opened
from reviewer.rescan.state import State
from reviewer.scanning import Scanner
from reviewer.settings import Settings

from ..databases import KINDS, fresh

KEY = Key(bytes(range(32)))


class Here(Local):
    """An engine that examines in this process; keeps the paths that it was asked for."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked: list[str] = []

    def run(
        self, tasks: Iterable[tuple[Entry, ...]], context: Context, idle: Callable[[], object] = lambda: None
    ) -> Iterator[Told]:
        look = context.look()
        for task in tasks:
            for entry in task:
                self.asked.append(entry.path)
                yield ((entry, tuple(look.examined(entry))),)


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner(Settings(today=date(2026, 11, 22)))


@pytest.fixture(params=KINDS)
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    folder = tmp_path / "state"
    folder.mkdir()
    with fresh(request.param, folder) as where:
        made = State.open(where, KEY)
        yield made
        made.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


class Rescanner:
    """Rescans a site into a state, in this process unless another engine is given."""

    def __init__(self, site: Path, state: State, scanner: Scanner) -> None:
        self.site, self.state, self.scanner = site, state, scanner

    def __call__(self, *, engine: Engine | None = None, source: Path | None = None, verify: bool = False) -> Rescanned:
        context = Context(self.scanner.settings, KEY, scanner=self.scanner)
        given = opened(str(source or self.site), "site")
        return Rescan(given, self.state, context, self.scanner, engine or Here(), verify).run()


@pytest.fixture
def rescan(state: State, scanner: Scanner, site: Path) -> Rescanner:
    return Rescanner(site, state, scanner)
