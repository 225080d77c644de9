"""Run by alembic: the migrations go into the connection, and the transaction, that the ledger hands in."""

from __future__ import annotations


def migrate() -> None:
    from alembic import context

    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()


migrate()
