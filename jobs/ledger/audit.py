"""The audit: who did what to what, in a chain that shows every later change.

Each row's hash covers its own content and the hash before it. Whoever can write to the database can also compute a
whole chain anew; what they cannot change is a head that was noted elsewhere, so `head` is made to be kept apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from jobs.ledger import rows
from jobs.ledger.tables import audit, facts, instant_text

HEAD = "audit_head"
_START = "0-" + "0" * 64  # the head of an empty chain


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was done. `number` counts from 1 without a gap."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it was written, and what is wrong with it."""

    number: int
    why: str


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, actor: str, action: str, subject: str, detail: Mapping[str, object], now: datetime) -> None:
        """Record what was done. `detail` holds ids, numbers and reasons; never the text of a question or a clause."""
        number, before = _parsed(self._locked_head())
        number += 1
        content = {"at": now, "actor": actor, "action": action, "subject": subject, "detail": _canonical(detail)}
        written = _hash(before, number, content)
        self._connection.execute(audit.insert().values(number=number, hash=written, **content))
        rows.put(self._connection, facts, name=HEAD, value=f"{number}-{written}")

    def head(self) -> str:
        """Number and hash of the newest row, "0-000..." before the first: what to note where no bot can write."""
        found = self._connection.execute(select(facts.c.value).where(facts.c.name == HEAD)).scalar()
        return str(found or _START)

    def check(self, expected: str = "") -> Broken | None:
        """The first row that was changed, dropped, moved or cut off; None where the chain is whole.

        `expected` is a head noted earlier: the chain must still contain it, and may have grown since. Raises
        `ValueError` for text that is no head.
        """
        noted, noted_hash = _parsed(expected or _START)
        number, before = _parsed(_START)
        for row in self._connection.execute(select(audit).order_by(audit.c.number)).mappings():
            number += 1
            if row["number"] != number:
                return Broken(number, "is missing")
            if row["hash"] != _hash(before, number, row):
                return Broken(number, "was changed")
            before = row["hash"]
            if number == noted and before != noted_hash:
                return Broken(number, "is not what it was when its head was noted")
        if number < noted:
            return Broken(number + 1, "is missing, and was there when the head was noted")
        if f"{number}-{before}" != self.head():
            return Broken(number + 1, "is missing, or the head was changed")
        return None

    def rows(self, subject: str) -> tuple[AuditRow, ...]:
        """What was done to one subject, oldest first."""
        wanted = select(audit).where(audit.c.subject == subject).order_by(audit.c.number)
        return tuple(_audit_rows(self._connection.execute(wanted).mappings()))

    def newest(self, limit: int) -> tuple[AuditRow, ...]:
        """What was done last, newest first."""
        wanted = select(audit).order_by(audit.c.number.desc()).limit(limit)
        return tuple(_audit_rows(self._connection.execute(wanted).mappings()))

    def _locked_head(self) -> str:
        """The head, which no other transaction moves before this one ends."""
        rows.insert_new(self._connection, facts, name=HEAD, value=_START)
        wanted = select(facts.c.value).where(facts.c.name == HEAD).with_for_update()
        return str(self._connection.execute(wanted).scalar_one())


def _parsed(head: str) -> tuple[int, str]:
    number, dash, written = head.partition("-")
    if not (dash and number.isdecimal() and len(written) == 64):
        raise ValueError("a head of the audit is a number, a dash and 64 hexadecimal digits")
    return int(number), written


def _hash(before: str, number: int, content: Mapping[str, Any] | RowMapping) -> str:
    own = {name: content[name] for name in ("actor", "action", "subject", "detail")}
    text = before + "\n" + _canonical({"number": number, "at": instant_text(content["at"]), **own})
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Mapping[str, object]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _audit_rows(found: Iterator[RowMapping]) -> Iterator[AuditRow]:
    for row in found:
        detail = json.loads(row["detail"])
        yield AuditRow(row["number"], row["at"], row["actor"], row["action"], row["subject"], detail)
