from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.casework.permissions import Who

from ..databases import KINDS, Templates, Where, fresh
from .world import Clock, World, office_at, settle


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def people() -> dict[str, Who]:
    return {}


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, keys: Path, people: dict[str, Who]
) -> Iterator[Templates]:
    """Offices with their people, made once."""

    def fill(where: Where) -> None:
        office = office_at(where, tmp_path_factory.mktemp("vault"), keys, Clock())
        people.update(settle(office))
        if office.store.is_sqlite:
            with office.store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        office.store.close()

    made = Templates(tmp_path_factory.mktemp("templates"), fill)
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def where(kind: str, templates: Templates, tmp_path: Path) -> Iterator[Where]:
    with fresh(kind, tmp_path, templates.of(kind)) as made:
        yield made


@pytest.fixture
def world(where: Where, tmp_path: Path, keys: Path, people: dict[str, Who]) -> Iterator[World]:
    clock = Clock()
    office = office_at(where, tmp_path, keys, clock)
    yield World(office, clock, tmp_path, dict(people))
    office.store.close()


@pytest.fixture
def small(templates: Templates, tmp_path: Path, keys: Path, people: dict[str, Who]) -> Iterator[World]:
    """The same on SQLite alone, for what does not depend on the database."""
    with fresh("sqlite", tmp_path, templates.of("sqlite")) as made:
        clock = Clock()
        office = office_at(made, tmp_path, keys, clock)
        yield World(office, clock, tmp_path, dict(people))
        office.store.close()
