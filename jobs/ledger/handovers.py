"""Hand-overs: questions that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from jobs.ledger import rows
from jobs.ledger.tables import handovers


@dataclass(frozen=True, slots=True)
class HandOver:
    """A question that a person was asked to answer. People are Slack user ids; `question` and `agreement` are ids.

    `to` is who is to answer, `backup` who is asked next. `channel` and `thread` are where the answer goes. `text` is
    the answer, once `answered_by` gave it.
    """

    id: str
    question: str
    asker: str
    channel: str
    thread: str
    to: str
    backup: str
    agreement: str
    due_at: datetime
    asked_at: datetime
    state: Literal["open", "escalated", "answered"] = "open"
    answered_by: str = ""
    text: str = ""
    answered_at: datetime | None = None


class HandOvers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, handover: HandOver) -> bool:
        """Keep a hand-over; False where its id is known already."""
        return rows.insert_new(
            self._connection,
            handovers,
            id=handover.id,
            question=handover.question,
            asker=handover.asker,
            channel=handover.channel,
            thread=handover.thread,
            to=handover.to,
            backup=handover.backup,
            agreement=handover.agreement,
            state=handover.state,
            due=handover.due_at,
            asked=handover.asked_at,
            answered_by=handover.answered_by,
            text=handover.text,
            answered=handover.answered_at,
        )

    def get(self, id: str) -> HandOver | None:  # noqa: A002 - what it is called everywhere
        """The hand-over of an id."""
        return next(iter(self._all(handovers.c.id == id)), None)

    def of_question(self, question: str) -> HandOver | None:
        """The hand-over of a question."""
        return next(iter(self._all(handovers.c.question == question)), None)

    def open_due(self, now: datetime) -> tuple[HandOver, ...]:
        """Those nobody has answered in time, escalated ones included, oldest first."""
        return self._all(and_(handovers.c.state != "answered", handovers.c.due <= now))

    def waiting_for(self, user: str) -> tuple[HandOver, ...]:
        """Those a person was asked to answer, as the backup too, oldest first."""
        asked = or_(handovers.c.to == user, and_(handovers.c.state == "escalated", handovers.c.backup == user))
        return self._all(and_(handovers.c.state != "answered", asked))

    def asked_by(self, user: str) -> tuple[HandOver, ...]:
        """Those somebody asked for and nobody has answered, oldest first."""
        return self._all(and_(handovers.c.state != "answered", handovers.c.asker == user))

    def count_open(self) -> int:
        """How many nobody has answered yet."""
        counted = select(func.count()).select_from(handovers).where(handovers.c.state != "answered")
        return self._connection.execute(counted).scalar_one()

    def answer(self, id: str, by: str, text: str, now: datetime) -> bool:  # noqa: A002
        """Record an answer; False where somebody answered before, or there is no such hand-over."""
        return self._change(
            and_(handovers.c.id == id, handovers.c.state != "answered"),
            state="answered",
            answered_by=by,
            text=text,
            answered=now,
        )

    def escalate(self, id: str, due: datetime, now: datetime) -> bool:  # noqa: A002
        """Pass it on, with a new due time; False where it was answered, or passed on, meanwhile."""
        still_due = and_(handovers.c.id == id, handovers.c.state != "answered", handovers.c.due <= now)
        return self._change(still_due, state="escalated", due=due)

    def _change(self, condition: ColumnElement[bool], **values: object) -> bool:
        return rows.changed(self._connection, update(handovers).where(condition).values(**values)) == 1

    def _all(self, condition: ColumnElement[bool]) -> tuple[HandOver, ...]:
        found = select(handovers).where(condition).order_by(handovers.c.asked, handovers.c.id)
        return tuple(
            HandOver(
                id=row["id"],
                question=row["question"],
                asker=row["asker"],
                channel=row["channel"],
                thread=row["thread"],
                to=row["to"],
                backup=row["backup"],
                agreement=row["agreement"],
                due_at=row["due"],
                asked_at=row["asked"],
                state=row["state"],
                answered_by=row["answered_by"],
                text=row["text"],
                answered_at=row["answered"],
            )
            for row in self._connection.execute(found).mappings()
        )
