"""Alembic's migrations travel in the package, so that an installed copy can bring its database up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from reviewer.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the database to `revision`, in one transaction. Raises StoreError where it is of a later program."""
    from alembic import command
    from alembic.util import CommandError

    config = _config()
    with engine.connect() as connection:
        if current(engine) == _latest() and revision == "head":
            return
        connection = connection.execution_options(writes=True)
        with connection.begin():
            if engine.dialect.name != "sqlite":
                # Two processes may start at once.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7262536)")
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, revision)
            except CommandError:
                raise StoreError("数据库是更新版本的程序建立的。请先升级本程序。") from None


def current(engine: Engine) -> str | None:
    """The revision that the database is at; None for an empty one."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection, connection.begin():
        return MigrationContext.configure(connection).get_current_revision()


def _latest() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
