"""A question asked in Slack -> what is posted, and where.

What may be read by the asker decides the answer; what may be read by everybody in the conversation decides whether it
is spoken aloud. In a shared conversation only an answer made of nothing but what all may read is spoken; where that is
none, the asker gets theirs as a direct message, and the conversation one line that reads the same whatever it was.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot import access
from bot.audience import Audience
from bot.listeners.message import plain
from bot.posts import Slack, SlackError
from bot.work import Done
from jobs.ledger import Incoming, Ledger, Outgoing, Question, Transaction
from jobs.messages import Answered, AnsweredPrivately, Notice
from knowledge.model import Agreement, Answer, Outcome, Person, Turn

if TYPE_CHECKING:
    from bot.app import Clausewise
    from bot.directory import Directory
    from knowledge.index import Generation

REMEMBERED = 12  # turns of a thread that are taken into account
RECENT = timedelta(minutes=30)  # how long a direct conversation without threads is one conversation
Hears = Callable[[str, str], Audience]
"""(conversation, asker) -> who can read it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that its answer depends on."""

    text: str
    user: str
    person: Person | None
    channel: str
    thread: str
    how: str
    on: date
    history: tuple[Turn, ...] = ()

    @property
    def direct(self) -> bool:
        return self.how in ("direct", "command")


@dataclass(frozen=True, slots=True)
class Decided:
    """The answer, and whether it is spoken aloud. `common`: it was made only of what everybody there may read."""

    answer: Answer
    speaks_of: frozenset[str]
    aloud: bool
    common: bool = False


class Asking:
    """Answers the questions of the inbox."""

    def __init__(
        self,
        *,
        clausewise: Clausewise,
        slack: Slack,
        directory: Directory,
        ledger: Ledger,
        hears: Hears,
        one_at_a_time: Any,
    ) -> None:
        self._clausewise = clausewise
        self._slack = slack
        self._directory = directory
        self._ledger = ledger
        self._hears = hears
        self._one_at_a_time = one_at_a_time

    def work(self, incoming: Incoming, now: datetime) -> Done:
        """Answer a row of kind "question"."""
        how, thread = str(incoming.payload.get("how", "")), str(incoming.payload.get("thread", ""))
        text = str(incoming.payload.get("text", ""))
        root = thread or incoming.ts
        if not text:
            text = self._said_before(incoming.channel, thread, incoming.ts)
            if not text:
                return _what_to_ask(incoming, root)
        if how != "untagged" and _SMALL_TALK.fullmatch(text):
            return _what_to_ask(incoming, root)
        return self._answered(incoming, text, how, incoming.channel, root, now)

    def commanded(self, incoming: Incoming, text: str, now: datetime) -> Done:
        """Answer `/ip ask ...`: to the one who asked, whatever conversation they are in."""
        return self._answered(incoming, text, "command", incoming.channel, "", now)

    def _answered(self, incoming: Incoming, text: str, how: str, channel: str, root: str, now: datetime) -> Done:
        generation = self._clausewise.generation
        person = self._directory.person(incoming.user, generation.people)
        asked = Asked(text, incoming.user, person, channel, root, how, self._clausewise.today())
        asked = replace(asked, history=self._history(asked, incoming, generation, now))
        audience = Audience(None) if asked.direct else self._hears(channel, incoming.user)
        decided = self._decide(asked, audience, generation)
        if how == "untagged" and not (decided.aloud and decided.answer.outcome in (Outcome.ANSWER, Outcome.REFER)):
            return Done("untagged, nothing to say aloud")
        question = _record(question_id(incoming.key), incoming, asked, decided, generation.name, now)

        def record(t: Transaction) -> None:
            t.questions.add(question)
            detail = {
                "outcome": question.outcome,
                "agreements": list(question.agreements),
                "generation": generation.name,
            }
            t.audit.append(incoming.user, "question.answered", question.id, detail, now)

        return Done(str(decided.answer.outcome), replies(asked, decided, question.id), record)

    # --- the thread ---

    def _said_before(self, channel: str, thread: str, ts: str) -> str:
        """What a mention without words points at: the last thing a person said in the thread before it."""
        said = self._thread(channel, thread, ts) if thread else []
        return said[-1][1] if said else ""

    def _thread(self, channel: str, thread: str, before: str) -> list[tuple[str, str]]:
        """(ts, words) of what people said in a thread before a message, oldest first; none where it cannot be read."""
        try:
            messages = self._slack.replies(channel, thread)
        except SlackError:
            return []
        return [
            (str(m.get("ts", "")), words)
            for m in sorted(messages, key=lambda m: str(m.get("ts", "")))
            if not m.get("bot_id") and m.get("user") != self._slack.me.user and str(m.get("ts", "")) < before
            if (words := plain(str(m.get("text", "")), self._slack.me.user))
        ]

    def _history(self, asked: Asked, incoming: Incoming, generation: Generation, now: datetime) -> tuple[Turn, ...]:
        """The turns before a question: those we answered, and what people said in its thread.

        Each lends the agreements it was about, of those the asker may read; one that was answered to somebody else
        alone, or not at all, only those that its words name.
        """
        allowed = access.may_read(asked.person, generation.agreements.values(), asked.on)

        def lent(question: Question) -> tuple[str, ...]:
            unheard = question.private and question.user != asked.user
            if unheard or question.outcome == Outcome.ABSTAIN:
                return self._named(generation, question.text, allowed, asked.on)
            return tuple(a for a in question.agreements if a in allowed)

        with self._ledger.read() as t:
            if asked.how == "command":
                known: Sequence[Question] = ()
            elif asked.how == "direct" and asked.thread == incoming.ts:
                known = [q for q in t.questions.in_conversation(asked.channel, now - RECENT) if q.ts != incoming.ts]
            else:
                known = [q for q in t.questions.in_thread(asked.channel, asked.thread) if q.ts != incoming.ts]
        turns = {q.ts: Turn(q.text, lent(q)) for q in known}
        if asked.how in ("mention", "untagged") and asked.thread != incoming.ts:
            for ts, words in self._thread(asked.channel, asked.thread, incoming.ts):
                turns.setdefault(ts, Turn(words, self._named(generation, words, allowed, asked.on)))
        return tuple(turn for _, turn in sorted(turns.items()))[-REMEMBERED:]

    def _named(self, generation: Generation, text: str, allowed: frozenset[str], on: date) -> tuple[str, ...]:
        from knowledge.languages.to_english import apart
        from knowledge.search import named_in

        return named_in(generation, apart(text), allowed=allowed, on=on)

    # --- the answer, and whether it is spoken aloud ---

    def _decide(self, asked: Asked, audience: Audience, generation: Generation) -> Decided:
        """Spoken aloud is what was made of nothing but what everybody there may read: what the asker alone may read
        changes no word of it, and shows at most in that the asker is answered directly."""
        agreements = generation.agreements.values()
        mine = access.may_read(asked.person, agreements, asked.on)
        if asked.direct:
            return self._decided(asked, generation, mine, aloud=False)
        shared = mine & audience.may_hear(agreements, asked.on)
        meant = set(self._named(generation, asked.text, mine, asked.on))
        meant.update(a for turn in asked.history for a in turn.agreements)
        if meant <= shared and (shared or not mine):
            heard = replace(self._decided(asked, generation, shared, aloud=True), common=not meant)
            if shared == mine or heard.answer.outcome is not Outcome.ABSTAIN:
                return heard
        return self._decided(asked, generation, mine, aloud=False)

    def _decided(self, asked: Asked, generation: Generation, within: frozenset[str], *, aloud: bool) -> Decided:
        answer = self._ask(asked, generation, within)
        return Decided(answer, _speaks_of(answer, [generation.agreements[id_] for id_ in within]), aloud)

    def _ask(self, asked: Asked, generation: Generation, within: frozenset[str]) -> Answer:
        with self._one_at_a_time:  # several at once would be no quicker, and would keep Slack waiting for its receipt
            return self._clausewise.ask(
                asked.text,
                asker=asked.person or access.NOBODY,
                on=asked.on,
                history=asked.history,
                within=within,
                generation=generation,
            )


def _speaks_of(answer: Answer, within: Iterable[Agreement]) -> frozenset[str]:
    """Of the agreements an answer was made from, those it shows. The name of another one stands in it only as a word of
    what may be read."""
    cited = [c.agreement for c in (*answer.citations, *answer.related)]
    cited += [name for conflict in answer.conflicts for name, _, _ in conflict.rows]
    shown = "\n".join((answer.text, *answer.choices, answer.refer_to))
    return access.spoken_of(shown, cited, within)


# --- what is posted ---------------------------------------------------------------------------------------------------


def replies(asked: Asked, decided: Decided, question: str) -> tuple[Outgoing, ...]:
    """The messages of an answer: one aloud or direct; or a direct one and the line that says so."""
    elsewhere = not asked.direct and not decided.aloud
    answer = Answered(
        question=question,
        answer=decided.answer,
        language=decided.answer.language,
        asked=asked.text if elsewhere or asked.how == "command" else "",
        asked_in=asked.channel if elsewhere else "",
        common=decided.common,
    )
    if elsewhere or asked.how == "command":
        private = Outgoing(
            name=f"answer/{question}",
            to=asked.user,
            message=answer,
            asker=asked.user,
            speaks_of=decided.speaks_of,
        )
        return (private, neutral(question, asked.channel, asked.thread, asked.user)) if elsewhere else (private,)
    return (
        Outgoing(
            name=f"answer/{question}",
            to=asked.channel,
            thread=asked.thread,
            message=answer,
            asker=asked.user,
            speaks_of=decided.speaks_of,
        ),
    )


def question_id(key: str) -> str:
    """The name of the question that a row of the inbox asks; it shows nothing of where it was asked."""
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def neutral(question: str, channel: str, thread: str, asker: str) -> Outgoing:
    """The line in a conversation whose asker was answered privately."""
    return Outgoing(
        name=f"private/{question}", to=channel, thread=thread, message=AnsweredPrivately(asker), asker=asker
    )


def _record(id_: str, incoming: Incoming, asked: Asked, decided: Decided, generation: str, now: datetime) -> Question:
    answer = decided.answer
    return Question(
        id=id_,
        user=asked.user,
        channel=asked.channel,
        thread=asked.thread,
        ts=incoming.ts,
        text=asked.text,
        outcome=str(answer.outcome),
        agreements=tuple(sorted(decided.speaks_of)),
        clauses=tuple(dict.fromkeys(f"{c.agreement} {c.clause}".strip() for c in (*answer.citations, *answer.related))),
        private=not decided.aloud,
        language=answer.language,
        generation=generation,
        asked_at=incoming.received,
        answered_at=now,
    )


_SMALL_TALK = re.compile(
    r"(?i)[\s!.,?]*(?:(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening)|guten (?:morgen|tag)|thanks?|thank you"
    r"|many thanks|danke(?: schön)?|ok(?:ay)?|great|help|hilfe|test|こんにちは|ありがとう(?:ございます)?)[\s!.,?]*)+"
)


def _what_to_ask(incoming: Incoming, root: str) -> Done:
    lines = ("Ask me what an agreement says, for example: How long before publication must I tell the partners?",)
    said = Outgoing(f"answer/{incoming.key}", incoming.channel, Notice(lines), thread=root, asker=incoming.user)
    return Done("nothing was asked", (said,))


def commanded_text(word: str, argument: str) -> str:
    """`/ip explain` and `/ip define` as the questions they are."""
    if word == "ask" or re.match(rf"(?i){word}\b", argument):
        return argument
    return f"{word} {argument}"
