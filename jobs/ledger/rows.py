"""Writing one row, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, Update
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row; False, and nothing done, where one with the same key is there."""
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1


def put(connection: Connection, table: Table, **values: Any) -> None:
    """Insert a row, or set these values in the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    others = {name: value for name, value in values.items() if name not in keys}
    statement = _insert(connection, table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others))


def changed(connection: Connection, statement: Update) -> int:
    """Run an update; how many rows it changed."""
    return connection.execute(statement).rowcount


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
