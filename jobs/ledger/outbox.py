"""The outbox's rows: every message that is to be said, once each, and how far it is.

Nothing is decided here: `jobs/outbox.py` says what a row becomes. Every change is conditional on the row being as it
was read, so that of two processes that decide about one row only the first is heard.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, exists, func, or_, select, update

from jobs import messages
from jobs.ledger import rows
from jobs.ledger.tables import destinations, outbox

if TYPE_CHECKING:
    from jobs.messages import Message

State = Literal["pending", "sending", "unknown", "sent", "refused", "diverted"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to say. `name` makes it the same message when it is put again ("answer/Q17").

    `to` is a conversation or a person, `thread` the thread in it, "" for none. `asker` is whom it answers, `speaks_of`
    the agreements whose readers alone may see it. `updates` is the name of an earlier message that it replaces.
    """

    name: str
    to: str
    message: Message
    thread: str = ""
    asker: str = ""
    speaks_of: frozenset[str] = frozenset()
    updates: str = ""

    def __post_init__(self) -> None:
        if not (self.name and self.to):
            raise ValueError("what is said has a name, and goes somewhere")
        if self.updates == self.name:
            raise ValueError("a message does not replace itself")


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row as it was read. `attempts` counts claims, `posts` calls that were begun, `failures` tries that failed.

    `key` is what Slack is given to find the message by. `channel` and `ts` are where it stands, or is being posted. An
    update that was claimed has all three from the message it replaces, so that this can still be found. `tried` is when
    the post of this attempt began, None before; `first_try` when the very first did. `settle_until` is set while the
    state is "unknown".
    """

    id: int
    key: str
    outgoing: Outgoing
    state: State
    attempts: int
    posts: int
    failures: int
    put: datetime
    not_before: datetime
    claimed: datetime | None
    first_try: datetime | None
    tried: datetime | None
    settle_until: datetime | None
    channel: str
    ts: str
    error: str

    @property
    def name(self) -> str:
        return self.outgoing.name


@dataclass(frozen=True, slots=True)
class Change:
    """What a row becomes. None leaves a value as it is."""

    state: State
    error: str = ""
    not_before: datetime | None = None
    settle_until: datetime | None = None
    channel: str | None = None
    ts: str | None = None
    failures: int | None = None

    def __post_init__(self) -> None:
        if (self.state == "unknown") != (self.settle_until is not None):
            raise ValueError("what is unknown, and nothing else, has a time to settle")
        if self.state == "sending":
            raise ValueError("a row is sent by claiming it")


class OutboxRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, outgoing: Outgoing, key: str, now: datetime) -> bool:
        """Keep a message to be said; False where its name exists already, and then nothing is written."""
        rows.insert_new(self._connection, destinations, destination=outgoing.to)
        return rows.insert_new(
            self._connection,
            outbox,
            name=outgoing.name,
            key=key,
            destination=outgoing.to,
            thread=outgoing.thread,
            updates=outgoing.updates,
            asker=outgoing.asker,
            speaks_of=json.dumps(sorted(outgoing.speaks_of)),
            message=messages.to_json(outgoing.message),
            state="pending",
            put=now,
            not_before=now,
        )

    def get(self, name: str) -> OutboxRow | None:
        """The row of a name."""
        return self._one(outbox.c.name == name)

    def find(self, channel: str, ts: str) -> OutboxRow | None:
        """The row whose message stands there in Slack."""
        return self._one(and_(outbox.c.channel == channel, outbox.c.ts == ts, outbox.c.updates == ""))

    def is_due(self, now: datetime, pace: timedelta) -> bool:
        """Whether there is anything for `claim`; asked without keeping other writers waiting."""
        return bool(self._connection.execute(_IS_DUE, _when(now, pace)).scalar())

    def claim(self, now: datetime, pace: timedelta) -> OutboxRow | None:
        """Take the oldest row that is due and may be sent now; None where there is none.

        Messages of one thread go in the order they were put, and so do updates of one message, which wait until it
        is settled. A destination gets one at a time, no two within `pace`, none before what `slow_down` said.
        """
        when = _when(now, pace)
        destination = self._connection.execute(_NEXT_PLACE, when).scalar()
        if destination is None:
            return None
        # The destination is locked now: what is due in it is read again, past what another process has just done.
        found = self._connection.execute(_NEXT_THERE, {**when, "there": destination}).mappings().first()
        return None if found is None else self._claimed(_row(found), now)

    def posting(self, row: OutboxRow, channel: str, now: datetime) -> OutboxRow | None:
        """Record that the call begins now; None where the claim was lost: then nothing may be posted."""
        values = {"channel": channel, "tried": now, "first_try": row.first_try or now, "posts": row.posts + 1}
        if not self._set(row, **values):
            return None
        self._touch(row.outgoing.to, now)
        return self._one(outbox.c.id == row.id)

    def move(self, row: OutboxRow, change: Change, now: datetime) -> bool:
        """Record what became of a row; False, and nothing done, where it is not as it was read any more."""
        values: dict[str, object] = {"state": change.state, "error": change.error, "settle_until": change.settle_until}
        for name in ("not_before", "channel", "ts", "failures"):
            if (value := getattr(change, name)) is not None:
                values[name] = value
        if change.state in ("sent", "refused", "diverted"):
            values["finished"] = now
        if not self._set(row, **values):
            return False
        if row.state == "sending" and row.tried is not None:
            self._touch(row.outgoing.to, now)  # the pace counts from the end of a call
        return True

    def sending(self) -> tuple[OutboxRow, ...]:
        """The rows that are being sent, or were when a process died."""
        return self._all(outbox.c.state == "sending")

    def due_unknown(self, now: datetime, again: timedelta) -> OutboxRow | None:
        """The row longest due to be looked for. No other caller gets it before `again` has passed."""
        wanted = select(outbox).where(outbox.c.state == "unknown", outbox.c.settle_until <= now)
        wanted = wanted.order_by(outbox.c.settle_until, outbox.c.id).limit(1).with_for_update(skip_locked=True)
        found = self._connection.execute(wanted).mappings().first()
        if found is None or not self._set(_row(found), settle_until=now + again):
            return None
        return self._one(outbox.c.id == found["id"])

    def posted_twice(self, since: datetime) -> tuple[OutboxRow, ...]:
        """What was sent and took more than one call, first tried since then: there could be two of it in Slack."""
        posted = and_(outbox.c.state == "sent", outbox.c.updates == "", outbox.c.posts > 1)
        return self._all(and_(posted, outbox.c.first_try >= since))

    def held(self) -> dict[str, int]:
        """How many rows there are in each state that has any."""
        counted = select(outbox.c.state, func.count().label("number")).group_by(outbox.c.state)
        return {row.state: row.number for row in self._connection.execute(counted)}

    def broken(self, since: datetime) -> tuple[tuple[str, str], ...]:
        """(destination, reason) where the newest message that found an end since then was refused, by destination."""
        later = outbox.alias()
        better = exists().where(
            later.c.destination == outbox.c.destination, later.c.finished >= outbox.c.finished, later.c.state == "sent"
        )
        wanted = select(outbox.c.destination, outbox.c.error).order_by(outbox.c.destination, outbox.c.finished)
        wanted = wanted.where(outbox.c.state == "refused", outbox.c.finished >= since, ~better)
        newest = {row.destination: row.error for row in self._connection.execute(wanted)}
        return tuple(newest.items())

    def forget_before(self, when: datetime) -> int:
        """Drop what was said before an instant; that it was said stays. How many rows."""
        gone = messages.to_json(messages.Notice(()))
        old = and_(outbox.c.finished < when, outbox.c.message != gone)
        return rows.changed(self._connection, update(outbox).where(old).values(message=gone))

    def slow_down(self, destination: str, until: datetime) -> None:
        """Send nothing to a destination before an instant."""
        wanted = destinations.c.destination == destination
        self._connection.execute(update(destinations).where(wanted).values(not_before=until))

    def _claimed(self, row: OutboxRow, now: datetime) -> OutboxRow | None:
        values: dict[str, object] = {"state": "sending", "attempts": row.attempts + 1, "claimed": now, "tried": None}
        target = self._one(and_(outbox.c.name == row.outgoing.updates, outbox.c.state == "sent"))
        if target is not None:
            values |= {"channel": target.channel, "ts": target.ts}
        if not self._set(row, **values):
            return None
        claimed = self._one(outbox.c.id == row.id)
        return replace(claimed, key=target.key) if claimed and target else claimed

    def _set(self, row: OutboxRow, **values: object) -> bool:
        as_read = and_(outbox.c.id == row.id, outbox.c.attempts == row.attempts, outbox.c.state == row.state)
        return rows.changed(self._connection, update(outbox).where(as_read).values(**values)) == 1

    def _touch(self, destination: str, now: datetime) -> None:
        wanted = destinations.c.destination == destination
        self._connection.execute(update(destinations).where(wanted).values(tried=now))

    def _one(self, condition: ColumnElement[bool]) -> OutboxRow | None:
        found = self._connection.execute(select(outbox).where(condition)).mappings().first()
        return None if found is None else _row(found)

    def _all(self, condition: ColumnElement[bool]) -> tuple[OutboxRow, ...]:
        found = self._connection.execute(select(outbox).where(condition).order_by(outbox.c.id)).mappings()
        return tuple(_row(row) for row in found)


def _when(now: datetime, pace: timedelta) -> dict[str, datetime]:
    return {"now": now, "paced": now - pace, "ahead": now + pace}


def _due() -> ColumnElement[bool]:
    """That a row may be claimed `:now`, nothing having been tried there since `:paced`, nor after `:ahead`."""
    older, busy, target = outbox.alias(), outbox.alias(), outbox.alias()
    same_thread = and_(
        older.c.destination == outbox.c.destination,
        older.c.thread == outbox.c.thread,
        older.c.updates == outbox.c.updates,
    )
    waits_in_line = exists().where(same_thread, older.c.id < outbox.c.id, older.c.state.in_(("pending", "sending")))
    is_busy = exists().where(busy.c.destination == outbox.c.destination, busy.c.state == "sending")
    unsettled = target.c.state.in_(("pending", "sending", "unknown"))
    target_open = exists().where(target.c.name == outbox.c.updates, unsettled)
    tried = destinations.c.tried
    return and_(
        outbox.c.state == "pending",
        outbox.c.not_before <= bindparam("now"),
        or_(destinations.c.not_before.is_(None), destinations.c.not_before <= bindparam("now")),
        or_(tried.is_(None), tried <= bindparam("paced"), tried > bindparam("ahead")),  # a clock that was set back
        ~waits_in_line,
        ~is_busy,
        ~target_open,
    )


# These are asked all the time, and putting them together takes longer than the database does: they are made once.
_JOINED = outbox.join(destinations, outbox.c.destination == destinations.c.destination)
_DUE = _due()
_IS_DUE = select(exists().where(_DUE).select_from(_JOINED))
_NEXT_PLACE = (
    select(outbox.c.destination)
    .select_from(_JOINED)
    .where(_DUE)
    .order_by(outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=destinations)
)
_NEXT_THERE = (
    select(outbox)
    .select_from(_JOINED)
    .where(_DUE, outbox.c.destination == bindparam("there"))
    .order_by(outbox.c.id)
    .limit(1)
)


def _row(row: RowMapping) -> OutboxRow:
    outgoing = Outgoing(
        name=row["name"],
        to=row["destination"],
        message=_message(row["message"]),
        thread=row["thread"],
        asker=row["asker"],
        speaks_of=frozenset(json.loads(row["speaks_of"])),
        updates=row["updates"],
    )
    return OutboxRow(
        id=row["id"],
        key=row["key"],
        outgoing=outgoing,
        state=row["state"],
        attempts=row["attempts"],
        posts=row["posts"],
        failures=row["failures"],
        put=row["put"],
        not_before=row["not_before"],
        claimed=row["claimed"],
        first_try=row["first_try"],
        tried=row["tried"],
        settle_until=row["settle_until"],
        channel=row["channel"],
        ts=row["ts"],
        error=row["error"],
    )


def _message(text: str) -> Message:
    """What is to be said. Where another release wrote it in a way this one cannot read, that is said instead."""
    try:
        return messages.from_json(text)
    except ValueError:
        return messages.Notice(("What I wanted to say here was written by another release of mine. Please ask again.",))
