"""The first tables: inbox, outbox, questions, hand-overs, channels, facts, audit."""

from __future__ import annotations

import sqlalchemy as sa

revision = "0001"
down_revision = None


def _number(name: str = "id", *, counted: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=counted)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")) for name in names]


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return [sa.Column(name, text, nullable=nullable) for name in names]


def upgrade() -> None:
    _inbox()
    _outbox()
    _questions()
    _handovers()
    _others()


def _inbox() -> None:
    from alembic import op

    op.create_table(
        "inbox",
        _number(),
        *_words("key", "kind", "conversation", "user", "channel", "ts"),
        sa.Column("payload", sa.Text, nullable=True),
        *_instants("received"),
        *_words("state"),
        *_counts("attempts"),
        *_words("worker", "token"),
        *_instants("lease_until", nullable=True),
        *_instants("not_before"),
        *_words("outcome", "reason"),
        *_instants("finished", nullable=True),
        sa.UniqueConstraint("key", name="inbox_key"),
        sa.CheckConstraint("state IN ('open', 'working', 'waiting', 'done')", name="inbox_states"),
    )
    op.create_index("inbox_state", "inbox", ["state", "id"])
    op.create_index("inbox_conversation", "inbox", ["conversation", "state"])
    op.create_index("inbox_received", "inbox", ["received"])
    in_work = sa.text("state = 'working' AND conversation <> ''")
    op.create_index(
        "inbox_one_in_work", "inbox", ["conversation"], unique=True, sqlite_where=in_work, postgresql_where=in_work
    )


def _outbox() -> None:
    from alembic import op

    op.create_table(
        "outbox",
        _number(),
        *_words("name", "key", "destination", "thread", "updates", "asker", "speaks_of", "message", "state"),
        *_counts("attempts", "posts", "failures"),
        *_instants("put", "not_before"),
        *_instants("claimed", "first_try", "tried", "settle_until", "finished", nullable=True),
        *_words("channel", "ts", "error"),
        sa.UniqueConstraint("name", name="outbox_name"),
        sa.UniqueConstraint("key", name="outbox_key"),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'unknown', 'sent', 'refused', 'diverted')", name="outbox_states"
        ),
    )
    op.create_index("outbox_state", "outbox", ["state", "id"])
    op.create_index("outbox_lane", "outbox", ["destination", "state", "thread"])
    op.create_index("outbox_place", "outbox", ["channel", "ts"])
    op.create_table(
        "destinations",
        sa.Column("destination", sa.Text, primary_key=True),
        *_instants("tried", "not_before", nullable=True),
    )


def _questions() -> None:
    from alembic import op

    op.create_table(
        "questions",
        sa.Column("id", sa.Text, primary_key=True),
        *_words("user", "channel", "thread", "ts", "text", "outcome", "agreements", "clauses"),
        sa.Column("private", sa.Boolean, nullable=False),
        *_words("language", "generation"),
        *_instants("asked"),
        *_instants("answered", nullable=True),
    )
    op.create_index("questions_thread", "questions", ["channel", "thread"])
    op.create_index("questions_asked", "questions", ["asked"])
    op.create_table(
        "feedback",
        *_words("question", "user", "verdict", "reason"),
        *_instants("at"),
        sa.PrimaryKeyConstraint("question", "user", name="feedback_one_each"),
    )


def _handovers() -> None:
    from alembic import op

    op.create_table(
        "handovers",
        sa.Column("id", sa.Text, primary_key=True),
        *_words("question", "asker", "channel", "thread", "to", "backup", "agreement", "state"),
        *_instants("due", "asked"),
        *_words("answered_by", "text"),
        *_instants("answered", nullable=True),
        sa.CheckConstraint("state IN ('open', 'escalated', 'answered')", name="handovers_states"),
    )
    op.create_index("handovers_due", "handovers", ["state", "due"])


def _others() -> None:
    from alembic import op

    op.create_table(
        "channels",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("listens", sa.Text, nullable=False, server_default=sa.text("'mention'")),
        *_words("problem", "read_back_to"),
        sa.CheckConstraint("listens IN ('mention', 'thread', 'question')", name="channels_listens"),
    )
    op.create_table("facts", sa.Column("name", sa.Text, primary_key=True), *_words("value"))
    op.create_table(
        "audit",
        _number("number", counted=False),
        *_instants("at"),
        *_words("actor", "action", "subject", "detail", "hash"),
    )
    op.create_index("audit_subject", "audit", ["subject"])
