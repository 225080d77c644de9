"""Facts: single values under a name, such as the generation of a switch or the time of the last heartbeat."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, Text, cast, delete, select

from jobs.ledger import rows
from jobs.ledger.tables import facts


class Facts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        """The value under a name, or None."""
        value: str | None = self._connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
        return value

    def starting(self, prefix: str) -> dict[str, str]:
        """Every fact whose name starts so, by name."""
        wanted = facts.c.name.startswith(prefix, autoescape=True)
        return {row.name: row.value for row in self._connection.execute(select(facts).where(wanted).order_by("name"))}

    def put(self, name: str, value: str) -> None:
        """Set a fact."""
        rows.put(self._connection, facts, name=name, value=value)

    def drop(self, name: str) -> bool:
        """Forget a fact; whether there was one."""
        return self._connection.execute(delete(facts).where(facts.c.name == name)).rowcount == 1

    def add(self, name: str, number: int) -> None:
        """Add to a fact that counts, from 0 on."""
        rows.insert_new(self._connection, facts, name=name, value="0")
        total = cast(cast(facts.c.value, Integer) + number, Text)
        self._connection.execute(facts.update().where(facts.c.name == name).values(value=total))
