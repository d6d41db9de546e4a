"""Run by alembic: the connection is handed over by `upgrade`."""

from __future__ import annotations

from alembic import context

from reviewer.store.schema import metadata


def run() -> None:
    """Runs the migrations that are asked for, inside of the transaction of `upgrade`."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    context.run_migrations()


# Alembic's own name for this module: whoever else imports it wants nothing run.
if __name__ == "env_py":
    run()
