"""*Ask a person*: the question goes to the agreement's liaison, the answer back to where it was asked. Whoever does not
answer within a working day is followed by the backup, and the backup by the admins.

A question is handed over once, and its hand-over bears the question's id. Everybody who is asked gets a card of their
own, with the clauses that they may read; an answer closes all cards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.access import may_read, spoken_of
from bot.directory import Directory, by_email, by_id
from bot.posts import SlackError
from bot.work import Done
from jobs import handovers
from jobs.handovers import Responsible
from jobs.ledger import HandOver, Incoming, Ledger, Outgoing, Question, Transaction
from jobs.messages import Alert, Answered, AnsweredPrivately, HandOverAnswered, HandOverRequest, Notice
from knowledge.languages import say
from knowledge.model import Agreement, Citation, Person

if TYPE_CHECKING:
    from bot.app import Clausewise

LONGEST = 3_000  # characters of a person's answer
LOOKED_AT = 6  # clauses shown to whom a question is handed
ALL_OPEN = timedelta(days=60)  # no hand-over is due later than this from now
NOBODY = "There is nobody I can pass this to: no liaison is named, and no admin can be reached."


class AnsweredMeanwhile(Exception):  # noqa: N818 - what happened
    """Somebody else's answer was kept while this one was being worked; the next try finds that and says so."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom a question can go to: a Slack user, by which name, in which time zone."""

    user: str
    name: str
    timezone: str = "UTC"


class HandingOver:
    """Passes questions on to people, and their answers back."""

    def __init__(
        self,
        *,
        clausewise: Clausewise,
        directory: Directory,
        ledger: Ledger,
        admins: Callable[[], tuple[str, ...]],
        new_id: Callable[[], str],
    ) -> None:
        self._clausewise = clausewise
        self._directory = directory
        self._ledger = ledger
        self._admins = admins
        self._new_id = new_id

    # --- from the asker ---

    def ask(self, incoming: Incoming, now: datetime) -> Done:
        """*Ask a person* was pressed below an answer."""
        with self._ledger.read() as t:
            question = t.questions.get(str(incoming.payload.get("value", "")))
            known = t.handovers.of_question(question.id) if question else None
        if question is None or question.user != incoming.user:
            return Done("not theirs to hand over")
        if known is not None:
            return Done("already handed over")
        generation = self._clausewise.generation
        whom = handovers.responsible(_about(question, generation.agreements))
        reached, missing = self._in_turn(whom, generation.people, question.user)
        asked = reached or [self._somebody(admin) for admin in self._admins() if admin != question.user]
        if not asked:
            return Done("nobody to hand over to", (_beside(question, f"handed/{question.id}", Notice((NOBODY,))),))
        handover = HandOver(
            id=question.id,
            question=question.id,
            asker=question.user,
            channel=question.channel,
            thread=question.thread,
            to=asked[0].user,
            backup=reached[1].user if len(reached) > 1 else "",
            agreement=whom.agreement.id if whom.agreement else "",
            due_at=handovers.due(now, whom.agreement),
            asked_at=now,
        )
        cards = [self._card(handover, question, to) for to in (asked[:1] if reached else asked)]
        told = _beside(question, f"handed/{question.id}", _passed_to(question, asked[0]))
        alerts = self._missing(missing, asked[0])

        def record(t: Transaction) -> None:
            t.handovers.add(handover)
            t.audit.append(incoming.user, "question.handed_over", question.id, {"to": handover.to}, now)

        return Done("handed over", (*cards, told, *alerts), record)

    def _in_turn(
        self, whom: Responsible, people: Mapping[str, Person], asker: str
    ) -> tuple[list[Somebody], dict[str, str]]:
        """Liaison and backup as far as they can be reached, and those who cannot: id -> who that is. Nobody is asked
        their own question."""
        reached: list[Somebody] = []
        missing: dict[str, str] = {}
        for role, id_ in (("liaison", whom.liaison), ("backup", whom.backup)):
            if not id_ or (role == "backup" and id_ == whom.liaison):
                continue
            person = people.get(id_)
            account = self._directory.user_of(person) if person else None
            name = (person.name or id_) if person else id_
            if account is None:
                missing[id_] = f"{name} ({role} of {whom.agreement.short_name if whom.agreement else ''})"
            elif account.id != asker:
                reached.append(Somebody(account.id, name, account.timezone or "UTC"))
        return reached, missing

    def _card(self, handover: HandOver, question: Question, to: Somebody, escalated_from: str = "") -> Outgoing:
        """The question for one person, with the clauses that were looked at and that they may read."""
        looked_at, speaks_of = self._looked_at(question, to.user)
        return Outgoing(
            name=f"handover/{handover.id}/{to.user}",
            to=to.user,
            message=HandOverRequest(
                handover=handover.id,
                asker=handover.asker,
                asked=question.text,
                agreement=self._short_name(handover.agreement),
                due=handover.due_at,
                timezone=to.timezone,
                looked_at=looked_at,
                escalated_from=escalated_from,
                answered_by=handover.answered_by,
                answer=handover.text,
            ),
            speaks_of=speaks_of,
        )

    def _looked_at(self, question: Question, reader: str) -> tuple[tuple[Citation, ...], frozenset[str]]:
        """The clauses the asker was shown, as far as `reader` may read them; and the agreements these are of."""
        with self._ledger.read() as t:
            row = t.outbox.get(f"answer/{question.id}")
        message = row.outgoing.message if row else None
        if not isinstance(message, Answered):
            return (), frozenset()
        generation, on = self._clausewise.generation, self._clausewise.today()
        agreements = generation.agreements.values()
        allowed = may_read(self._directory.person(reader, generation.people), agreements, on)
        shown = []
        for citation in (*message.answer.citations, *message.answer.related):
            of = spoken_of("", (citation.agreement,), agreements)
            if of and of <= allowed:
                shown.append(citation)
        shown = shown[:LOOKED_AT]
        return tuple(shown), spoken_of("", (citation.agreement for citation in shown), agreements)

    # --- from the person ---

    def may_answer(self, handover: HandOver, user: str) -> bool:
        """Whether it is for `user` to answer: whoever was asked, first or as backup, or an admin."""
        asked = {handover.to} | ({handover.backup} if handover.state != "open" else set())
        return user in asked or user in self._admins()

    def answer(self, incoming: Incoming, handover_id: str, text: str, now: datetime) -> Done:
        """The modal of whoever was asked was submitted. The first answer counts."""
        words = text.strip()[:LONGEST]
        with self._ledger.read() as t:
            handover = t.handovers.get(handover_id)
            question = t.questions.get(handover.question) if handover else None
        if handover is None or question is None or not words or not self.may_answer(handover, incoming.user):
            return Done("not theirs to answer")
        if handover.state == "answered":
            by = handover.answered_by
            late = Notice((f"<@{by}> has answered this question already; yours was not sent.",), mentions=(by,))
            return Done("too late", (Outgoing(f"late/{incoming.key}", incoming.user, late),))

        def record(t: Transaction) -> None:
            if not t.handovers.answer(handover.id, incoming.user, words, now):
                raise AnsweredMeanwhile
            t.audit.append(incoming.user, "question.answered_by_person", question.id, {}, now)

        answered = HandOverAnswered(
            handover=handover.id,
            asker=handover.asker,
            asked=question.text,
            answer=words,
            by=incoming.user,
            agreement=self._short_name(handover.agreement),
            language=question.language,
        )
        return Done(
            "answered by a person", (*self._to_asker(question, answered), *self._closed(handover, answered)), record
        )

    def _to_asker(self, question: Question, answered: HandOverAnswered) -> tuple[Outgoing, ...]:
        """The answer where the question was asked; directly, where nobody knows which agreements it speaks of, for
        then it is not known either who may hear it."""
        agreements = self._clausewise.generation.agreements
        about = {agreement.id for agreement in _about(question, agreements)}
        speaks_of = spoken_of(answered.answer, (answered.agreement,), agreements.values()) | about
        name = f"handover-answer/{question.id}"
        where = _beside(question, name, answered, frozenset(speaks_of))
        if speaks_of or where.to[:1] in "DUW":
            return (where,)
        line = _beside(question, f"{name}/line", AnsweredPrivately(question.user))
        return (Outgoing(name, question.user, answered, asker=question.user), line)

    def _closed(self, handover: HandOver, answered: HandOverAnswered) -> tuple[Outgoing, ...]:
        """The cards of everybody who was asked, with the answer in place of the button."""
        cards = []
        for user in dict.fromkeys((handover.to, handover.backup, *self._admins())):
            with self._ledger.read() as t:
                card = t.outbox.get(f"handover/{handover.id}/{user}")
            if card and isinstance(card.outgoing.message, HandOverRequest):
                message = replace(card.outgoing.message, answered_by=answered.by, answer=answered.answer)
                name = f"{card.name}/closed"
                cards.append(replace(card.outgoing, name=name, message=message, updates=card.name))
        return tuple(cards)

    # --- the ticker's scan ---

    def escalate(self, now: datetime) -> None:
        """Pass on what has waited for a working day, or waits for somebody who has left: to the backup, then to the
        admins."""
        with self._ledger.read() as t:
            waiting = t.handovers.open_due(now + ALL_OPEN)
        for handover in waiting:
            left = handover.state == "open" and self._has_left(handover.to)
            if left or handover.due_at <= now:
                self._pass_on(handover, now, left=left)

    def _has_left(self, user: str) -> bool:
        try:
            return self._directory.account(user).deleted
        except SlackError:
            return False  # the next look will tell

    def _pass_on(self, handover: HandOver, now: datetime, *, left: bool) -> None:
        with self._ledger.read() as t:
            question = t.questions.get(handover.question)
        if question is None:
            return
        asked = self._next(handover)
        last = handover.backup if handover.state == "escalated" and handover.backup else handover.to
        due = handovers.due(now, self._clausewise.generation.agreements.get(handover.agreement))
        cards = [self._card(replace(handover, due_at=due), question, to, last) for to in asked]
        alerts: tuple[Outgoing, ...] = ()
        if left and asked:
            gone = f"{self._somebody(handover.to).name}, who was asked something,"
            alerts = self._missing({handover.to: gone}, asked[0])
        with self._ledger.begin() as t:
            if not t.handovers.escalate(handover.id, due, max(now, handover.due_at)):
                return  # it was answered meanwhile, or another process was quicker
            new = [t.outbox.put(card, self._new_id(), now) for card in cards]
            if any(new):
                told = _beside(question, f"escalated/{question.id}/{asked[0].user}", _passed_to(question, asked[0]))
                for letter in (told, *alerts):
                    t.outbox.put(letter, self._new_id(), now)
                t.audit.append("clausewise", "question.escalated", question.id, {"to": asked[0].user}, now)

    def _next(self, handover: HandOver) -> list[Somebody]:
        """Whom a question goes to after those who did not answer: the backup, or every admin."""
        if handover.state == "open" and handover.backup and not self._has_left(handover.backup):
            return [self._somebody(handover.backup)]
        before = (handover.to, handover.asker)
        return [self._somebody(admin) for admin in self._admins() if admin not in before]

    # --- people ---

    def _missing(self, missing: Mapping[str, str], instead: Somebody) -> tuple[Outgoing, ...]:
        """One notice to each admin for everybody who is to answer and has no account to be asked at."""
        return tuple(
            Outgoing(
                f"unreachable/{id_}/{admin}",
                admin,
                Alert(
                    f"{who} has no active Slack account.",
                    f"Questions go to {instead.name} until the catalogue names somebody else.",
                ),
            )
            for id_, who in missing.items()
            for admin in self._admins()
        )

    def _somebody(self, user: str) -> Somebody:
        """Somebody who was chosen from the catalogue, or from its admins; known by name also after they have left."""
        people = self._clausewise.generation.people.values()
        try:
            account = self._directory.account(user)
        except SlackError:
            return Somebody(user, user)
        person = by_id(account, people) or by_email(account, people)
        name = (person.name or person.id) if person else account.name or user
        return Somebody(user, name, account.timezone or "UTC")

    def _short_name(self, agreement: str) -> str:
        known = self._clausewise.generation.agreements.get(agreement)
        return known.short_name if known else ""


def _about(question: Question, agreements: Mapping[str, Agreement]) -> tuple[Agreement, ...]:
    """The agreements of a question, those it cites first."""
    return handovers.about((*_cited(question.clauses, agreements), *question.agreements), agreements)


def _cited(clauses: Iterable[str], agreements: Mapping[str, Agreement]) -> Iterable[str]:
    """The ids of the agreements in "ORION-CA 9.1"; of names of which one begins another, the longer one is meant."""
    names = sorted(((a.short_name, id_) for id_, a in agreements.items()), key=lambda name: -len(name[0]))
    for clause in clauses:
        yield from [id_ for name, id_ in names if f"{clause} ".startswith(f"{name} ")][:1]


def _passed_to(question: Question, to: Somebody) -> Notice:
    return Notice((say(question.language, "handed_over", name=to.name),))


def _beside(
    question: Question,
    name: str,
    message: Notice | HandOverAnswered | AnsweredPrivately,
    speaks_of: frozenset[str] = frozenset(),
) -> Outgoing:
    """A message where a question was answered: in its thread, or directly where it was answered privately."""
    in_thread = bool(question.thread) and (not question.private or question.channel.startswith("D"))
    return Outgoing(
        name=name,
        to=question.channel if in_thread else question.user,
        thread=question.thread if in_thread else "",
        message=message,
        asker=question.user,
        speaks_of=speaks_of,
    )
