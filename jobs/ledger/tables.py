"""The tables of the ledger as the newest migration leaves them.

Instants are aware datetimes, kept as ISO text of one width in UTC, so that they sort alike on every database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as "2026-11-23T09:30:00.000000+00:00"; PostgreSQL compares it byte by byte."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


class Words(TypeDecorator[str]):
    """Text. NUL and half a surrogate pair, which not every database can keep, are kept as U+FFFD and "?"."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return (
            None
            if value is None
            else value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
        )


def instant_text(value: datetime) -> str:
    """An instant as the ledger writes it. Raises `ValueError` for one without a time zone."""
    if value.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _number() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _words(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, server_default=text("''"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _instant(name: str) -> Column[datetime]:
    return Column(name, Instant, nullable=False)


def _instant_or_none(name: str) -> Column[datetime]:
    return Column(name, Instant, nullable=True)


metadata = MetaData()

inbox = Table(
    "inbox",
    metadata,
    _number(),
    _words("key"),
    _words("kind"),
    _words("conversation"),
    _words("user"),
    _words("channel"),
    _words("ts"),
    Column("payload", Words, nullable=True),  # JSON; none once it is forgotten
    _instant("received"),
    _words("state"),
    _count("attempts"),
    _words("worker"),
    _words("token"),
    _instant_or_none("lease_until"),
    _instant("not_before"),
    _words("outcome"),
    _words("reason"),
    _instant_or_none("finished"),
    UniqueConstraint("key", name="inbox_key"),
    CheckConstraint("state IN ('open', 'working', 'waiting', 'done')", name="inbox_states"),
)
Index("inbox_state", inbox.c.state, inbox.c.id)
Index("inbox_conversation", inbox.c.conversation, inbox.c.state)
Index("inbox_received", inbox.c.received)
_IN_WORK = text("state = 'working' AND conversation <> ''")
Index(
    "inbox_one_in_work", inbox.c.conversation, unique=True, sqlite_where=_IN_WORK, postgresql_where=_IN_WORK
)  # the schema itself keeps two workers out of one conversation

outbox = Table(
    "outbox",
    metadata,
    _number(),
    _words("name"),
    _words("key"),
    _words("destination"),
    _words("thread"),
    _words("updates"),
    _words("asker"),
    _words("speaks_of"),  # JSON list
    _words("message"),  # JSON
    _words("state"),
    _count("attempts"),
    _count("posts"),
    _count("failures"),
    _instant("put"),
    _instant("not_before"),
    _instant_or_none("claimed"),
    _instant_or_none("first_try"),
    _instant_or_none("tried"),
    _instant_or_none("settle_until"),
    _instant_or_none("finished"),
    _words("channel"),
    _words("ts"),
    _words("error"),
    UniqueConstraint("name", name="outbox_name"),
    UniqueConstraint("key", name="outbox_key"),
    CheckConstraint("state IN ('pending', 'sending', 'unknown', 'sent', 'refused', 'diverted')", name="outbox_states"),
)
Index("outbox_state", outbox.c.state, outbox.c.id)
Index("outbox_lane", outbox.c.destination, outbox.c.state, outbox.c.thread)
Index("outbox_place", outbox.c.channel, outbox.c.ts)

destinations = Table(
    "destinations",
    metadata,
    Column("destination", Words, primary_key=True),
    _instant_or_none("tried"),
    _instant_or_none("not_before"),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Words, primary_key=True),
    _words("user"),
    _words("channel"),
    _words("thread"),
    _words("ts"),
    _words("text"),
    _words("outcome"),
    _words("agreements"),  # JSON list
    _words("clauses"),  # JSON list
    Column("private", Boolean, nullable=False),
    _words("language"),
    _words("generation"),
    _instant("asked"),
    _instant_or_none("answered"),
)
Index("questions_thread", questions.c.channel, questions.c.thread)
Index("questions_asked", questions.c.asked)

feedback = Table(
    "feedback",
    metadata,
    _words("question"),
    _words("user"),
    _words("verdict"),
    _words("reason"),
    _instant("at"),
    PrimaryKeyConstraint("question", "user", name="feedback_one_each"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", Words, primary_key=True),
    _words("question"),
    _words("asker"),
    _words("channel"),
    _words("thread"),
    _words("to"),
    _words("backup"),
    _words("agreement"),
    _words("state"),
    _instant("due"),
    _instant("asked"),
    _words("answered_by"),
    _words("text"),
    _instant_or_none("answered"),
    CheckConstraint("state IN ('open', 'escalated', 'answered')", name="handovers_states"),
)
Index("handovers_due", handovers.c.state, handovers.c.due)

channels = Table(
    "channels",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("listens", Words, nullable=False, server_default=text("'mention'")),
    _words("problem"),
    _words("read_back_to"),
    CheckConstraint("listens IN ('mention', 'thread', 'question')", name="channels_listens"),
)

facts = Table("facts", metadata, Column("name", Words, primary_key=True), _words("value"))

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    _instant("at"),
    _words("actor"),
    _words("action"),
    _words("subject"),
    _words("detail"),  # canonical JSON
    _words("hash"),
)
Index("audit_subject", audit.c.subject)
