"""The two kinds of database that everything is tried on. PostgreSQL's address comes from the environment (.ci/run)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

VARIABLE = "REVIEWER_TEST_POSTGRESQL"
"""postgresql://user@host:port/database of a server on which databases may be made and dropped"""
NO_SERVER = "PostgreSQL is not running"
KINDS = ("sqlite", "postgresql")
Where = Path | str
"""what Store.open takes"""


def server() -> str:
    """The address of the test server; skips the test where there is none."""
    address = os.environ.get(VARIABLE, "")
    if not address:
        pytest.skip(NO_SERVER)
    return address


@contextmanager
def fresh(kind: str, folder: Path, template: Where | None = None) -> Iterator[Where]:
    """A database of its own for one test: empty, or a copy of `template`."""
    if kind == "sqlite":
        if template is not None:
            shutil.copy(Path(template) / "reviewer.db", folder / "reviewer.db")
        yield folder
        return
    name = f"test_{uuid4().hex}"
    like = f' TEMPLATE "{make_url(str(template)).database}"' if template is not None else ""
    _run(f'CREATE DATABASE "{name}"{like}')
    try:
        yield make_url(server()).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(statement: str) -> None:
    engine = create_engine(make_url(server()).set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


class Templates:
    """Databases that are filled once in each process and copied for each test."""

    def __init__(self, folder: Path, fill: Callable[[Where], None]) -> None:
        self._folder, self._fill = folder, fill
        self._made: dict[str, tuple[Where, Iterator[Where]]] = {}

    def of(self, kind: str) -> Where:
        if kind not in self._made:
            folder = self._folder / kind
            # It is there already where the last try was skipped for want of a server.
            folder.mkdir(exist_ok=True)
            opened = fresh(kind, folder)
            where = opened.__enter__()
            self._fill(where)
            self._made[kind] = where, opened  # type: ignore[assignment]
        return self._made[kind][0]

    def close(self) -> None:
        for _, opened in self._made.values():
            opened.__exit__(None, None, None)  # type: ignore[attr-defined]
