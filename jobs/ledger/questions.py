"""The questions that were asked, what became of them, and what their askers thought of the answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, or_, select

from jobs.ledger import rows
from jobs.ledger.tables import feedback, questions

NO_CLAUSE = "abstain"


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `outcome` is how it was answered ("answer", "clarify", "abstain", "refer", or one of the bot's own).

    `channel`, `thread` and `ts` are where it was asked. `agreements` are ids, `clauses` name those cited ("ORION-CA
    9.1"), `private` says that it was answered where only the asker reads. `generation` is the index that was asked.
    """

    id: str
    user: str
    channel: str
    thread: str
    ts: str
    text: str
    outcome: str
    asked_at: datetime
    agreements: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    private: bool = False
    language: str = "en"
    generation: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of an answer. `question` is its id, `reason` their own words."""

    question: str
    user: str
    verdict: Literal["helpful", "unhelpful"]
    at: datetime
    reason: str = ""


class Questions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, question: Question) -> bool:
        """Keep a question; False where its id is known already."""
        return rows.insert_new(
            self._connection,
            questions,
            id=question.id,
            user=question.user,
            channel=question.channel,
            thread=question.thread,
            ts=question.ts,
            text=question.text,
            outcome=question.outcome,
            agreements=json.dumps(question.agreements),
            clauses=json.dumps(question.clauses),
            private=question.private,
            language=question.language,
            generation=question.generation,
            asked=question.asked_at,
            answered=question.answered_at,
        )

    def get(self, id: str) -> Question | None:  # noqa: A002 - what it is called everywhere
        """The question of an id."""
        found = self._connection.execute(select(questions).where(questions.c.id == id)).mappings().first()
        return None if found is None else _question(found)

    def in_thread(self, channel: str, thread: str) -> tuple[Question, ...]:
        """The questions of one thread, oldest first."""
        wanted = select(questions).where(questions.c.channel == channel, questions.c.thread == thread)
        found = self._connection.execute(wanted.order_by(questions.c.asked, questions.c.id)).mappings()
        return tuple(_question(row) for row in found)

    def in_conversation(self, channel: str, since: datetime) -> tuple[Question, ...]:
        """The questions asked in a conversation since then, in any of its threads, oldest first."""
        wanted = select(questions).where(questions.c.channel == channel, questions.c.asked >= since)
        found = self._connection.execute(wanted.order_by(questions.c.asked, questions.c.id)).mappings()
        return tuple(_question(row) for row in found)

    def judge(self, given: Feedback) -> None:
        """Keep what somebody thought of an answer; their newest word on it counts."""
        rows.put(
            self._connection,
            feedback,
            question=given.question,
            user=given.user,
            verdict=given.verdict,
            reason=given.reason,
            at=given.at,
        )

    def feedback(self, question: str) -> tuple[Feedback, ...]:
        """What was thought of the answer to a question, oldest first."""
        wanted = select(feedback).where(feedback.c.question == question).order_by(feedback.c.at, feedback.c.user)
        return tuple(
            Feedback(row["question"], row["user"], row["verdict"], row["at"], row["reason"])
            for row in self._connection.execute(wanted).mappings()
        )

    def gaps(self, since: datetime, limit: int) -> tuple[tuple[Question, str], ...]:
        """Questions asked since then that found no clause or whose answer did not help, newest first.

        Each with the reason that was given last, "" where none was.
        """
        wanted = select(questions).where(_is_a_gap(since)).order_by(questions.c.asked.desc(), questions.c.id)
        found = [_question(row) for row in self._connection.execute(wanted.limit(limit)).mappings()]
        return tuple((question, self._complaint(question.id)) for question in found)

    def _complaint(self, question: str) -> str:
        given = [word.reason for word in self.feedback(question) if word.verdict == "unhelpful" and word.reason]
        return given[-1] if given else ""


def _is_a_gap(since: datetime) -> ColumnElement[bool]:
    did_not_help = exists().where(feedback.c.question == questions.c.id, feedback.c.verdict == "unhelpful")
    return and_(questions.c.asked >= since, or_(questions.c.outcome == NO_CLAUSE, did_not_help))


def _question(row: RowMapping) -> Question:
    return Question(
        id=row["id"],
        user=row["user"],
        channel=row["channel"],
        thread=row["thread"],
        ts=row["ts"],
        text=row["text"],
        outcome=row["outcome"],
        asked_at=row["asked"],
        agreements=tuple(json.loads(row["agreements"])),
        clauses=tuple(json.loads(row["clauses"])),
        private=row["private"],
        language=row["language"],
        generation=row["generation"],
        answered_at=row["answered"],
    )
