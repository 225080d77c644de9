"""The inbox: what came in, once each, and who is at work on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from jobs.ledger import rows
from jobs.ledger.tables import inbox


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event, command or action. `key` is what makes it the same one when it comes again.

    Rows of one `conversation` are worked on one after the other, in the order they came; those of "" each by itself.
    `payload` is what JSON can say. `user`, `channel` and `ts` are Slack's, "" where there are none.
    """

    key: str
    kind: str
    conversation: str
    payload: Mapping[str, object]
    received: datetime
    user: str = ""
    channel: str = ""
    ts: str = ""

    def __post_init__(self) -> None:
        if not (self.key and self.kind):
            raise ValueError("what comes in has a key and a kind")
        if self.received.tzinfo is None:
            raise ValueError("an instant has a time zone")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row in work. `attempts` counts this one; `token` tells the claim from every other claim of the row."""

    incoming: Incoming
    attempts: int
    token: str


class Inbox:
    """States: open, working, waiting (held until something is set right), done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def receive(self, incoming: Incoming) -> bool:
        """Keep it; False where its key is known already, and then nothing is written."""
        return rows.insert_new(
            self._connection,
            inbox,
            key=incoming.key,
            kind=incoming.kind,
            conversation=incoming.conversation,
            user=incoming.user,
            channel=incoming.channel,
            ts=incoming.ts,
            payload=json.dumps(incoming.payload),  # ASCII, so that every database can keep it
            received=incoming.received,
            not_before=incoming.received,
            state="open",
        )

    def take(self, now: datetime, worker: str, lease: timedelta) -> Claimed | None:
        """Claim the oldest row that is due, for as long as `lease`; None where there is nothing to do.

        A row put back keeps its place: what came later in its conversation waits for it. A row whose lease ran out is
        open again. Any number of workers and processes may call this at once.
        """
        self._reopen_lost(now)
        found = self._connection.execute(_NEXT, {"now": now}).mappings().first()
        if found is None:
            return None
        attempts = found["attempts"] + 1
        claim = {"token": f"{worker}/{attempts}", "worker": worker, "attempts": attempts}
        taken = (
            update(inbox)
            .where(inbox.c.id == found["id"], inbox.c.state == "open", inbox.c.attempts == found["attempts"])
            .values(state="working", lease_until=now + lease, **claim)
        )
        try:
            with self._connection.begin_nested():
                won = rows.changed(self._connection, taken) == 1
        except IntegrityError:  # another process took a row of this conversation in this moment
            return None
        return Claimed(_incoming(found), attempts, str(claim["token"])) if won else None

    def finish(self, claimed: Claimed, outcome: str, now: datetime) -> bool:
        """Done. False where the claim was lost meanwhile: undo the transaction then."""
        return self._leave(claimed, state="done", outcome=outcome, finished=now)

    def put_back(self, claimed: Claimed, not_before: datetime, reason: str) -> bool:
        """Open again, not before an instant. False where the claim was lost."""
        return self._leave(claimed, state="open", not_before=not_before, reason=reason)

    def hold(self, claimed: Claimed, reason: str) -> bool:
        """Set aside until `release_waiting`; its conversation goes on without it. False where the claim was lost."""
        return self._leave(claimed, state="waiting", reason=reason)

    def release_waiting(self) -> int:
        """Open what was set aside; how many rows."""
        return rows.changed(
            self._connection, update(inbox).where(inbox.c.state == "waiting").values(state="open", reason="")
        )

    def release(self, worker_not: str) -> int:
        """Open what any other worker has in work; how many rows. Only where no other process can be alive."""
        lost = and_(inbox.c.state == "working", inbox.c.worker != worker_not)
        return rows.changed(self._connection, update(inbox).where(lost).values(state="open"))

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that came in before."""
        wanted = list(keys)
        found: set[str] = set()
        for start in range(0, len(wanted), 500):  # SQLite may take no more than 999 values in a statement
            some = select(inbox.c.key).where(inbox.c.key.in_(wanted[start : start + 500]))
            found |= set(self._connection.execute(some).scalars())
        return found

    def forget_before(self, when: datetime) -> int:
        """Drop the payload of what was done before an instant; its key stays. How many rows."""
        old = and_(inbox.c.state == "done", inbox.c.finished < when, inbox.c.payload.is_not(None))
        return rows.changed(self._connection, update(inbox).where(old).values(payload=None))

    def counts(self) -> dict[str, int]:
        """How many rows there are in each state that has any."""
        counted = select(inbox.c.state, func.count().label("number")).group_by(inbox.c.state)
        return {row.state: row.number for row in self._connection.execute(counted)}

    def _reopen_lost(self, now: datetime) -> None:
        lost = select(inbox.c.id).where(inbox.c.state == "working", inbox.c.lease_until <= now)
        lost = lost.with_for_update(skip_locked=True)
        self._connection.execute(update(inbox).where(inbox.c.id.in_(lost)).values(state="open"))

    def _leave(self, claimed: Claimed, **values: object) -> bool:
        mine = and_(inbox.c.key == claimed.incoming.key, inbox.c.state == "working", inbox.c.token == claimed.token)
        return rows.changed(self._connection, update(inbox).where(mine).values(**values)) == 1


def _may_be_taken() -> ColumnElement[bool]:
    """That a row may be worked on `:now`."""
    other = inbox.alias()
    before = and_(other.c.state == "open", other.c.id < inbox.c.id)
    not_its_turn = exists().where(other.c.conversation == inbox.c.conversation, or_(other.c.state == "working", before))
    free = or_(inbox.c.conversation == "", ~not_its_turn)
    return and_(inbox.c.state == "open", inbox.c.not_before <= bindparam("now"), free)


# Asked all the time, and putting it together takes longer than the database does: it is made once.
_NEXT = select(inbox).where(_may_be_taken()).order_by(inbox.c.id).limit(1).with_for_update(skip_locked=True)


def _incoming(row: RowMapping) -> Incoming:
    return Incoming(
        key=row["key"],
        kind=row["kind"],
        conversation=row["conversation"],
        payload=json.loads(row["payload"]),
        received=row["received"],
        user=row["user"],
        channel=row["channel"],
        ts=row["ts"],
    )
