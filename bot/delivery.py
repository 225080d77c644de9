"""A row of the outbox -> a message in Slack: where it goes, whether its readers may still read it, how it looks.

Asked freshly for every message that speaks of agreements. An answer that may no longer be read by everybody in its
conversation goes to its asker alone, and the conversation gets the line that says no more than that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.access import may_read
from bot.audience import Audience
from bot.blocks import Rendered, render
from bot.posts import Refused, Slack, SlackError, TokenRejected, TryLater, Uncertain
from jobs.ledger import Ledger, OutboxRow, Outgoing
from jobs.messages import Answered, AnsweredPrivately, HandOverRequest, Notice
from jobs.outbox import Divert, Found, Halt, Later, Posted, Ready, Refuse, Unknown, Unreadable
from jobs.outbox import Refused as RefusedPost

if TYPE_CHECKING:
    from bot.app import Clausewise
    from bot.directory import Directory

log = logging.getLogger("clausewise.delivery")

NOT_READABLE = "I cannot answer this from the agreements you have access to."
# Slack does not take the blocks: the same words are posted plainly.
_BLOCKS_REFUSED = frozenset(("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"))
_GONE = frozenset(
    ("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "cannot_reply_to_message")
)


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: the message as it looks, under which root, or in place of which message."""

    rendered: Rendered
    thread: str = ""
    replaces: str = ""


class Delivery:
    """The door through which the outbox reaches Slack."""

    def __init__(
        self,
        *,
        slack: Slack,
        ledger: Ledger,
        clausewise: Clausewise,
        directory: Directory,
        hears: Callable[[str, str], Audience],
        clock: Callable[[], datetime],
        command: str,
    ) -> None:
        self._slack = slack
        self._ledger = ledger
        self._clausewise = clausewise
        self._directory = directory
        self._hears = hears
        self._clock = clock
        self._command = command

    # --- before ---

    def prepare(self, row: OutboxRow) -> Ready | Divert | Refuse | Later | Halt:
        """Where the row goes and how it looks; or what is to be said instead."""
        try:
            return self._prepared(row)
        except TryLater as busy:
            return Later(self._clock() + timedelta(seconds=busy.seconds), busy.reason)
        except TokenRejected as rejected:
            return Halt(rejected.reason)
        except Refused as refused:
            return Refuse(refused.reason)
        except SlackError as uncertain:
            return Later(self._clock() + timedelta(seconds=5), uncertain.reason)

    def _prepared(self, row: OutboxRow) -> Ready | Divert:
        letter = row.outgoing
        channel = row.channel or (self._slack.direct(letter.to) if _is_person(letter.to) else letter.to)
        if letter.speaks_of and not self._may_be_read(letter, channel):
            if not _is_direct(channel):
                return Divert(privately(self._with_question(letter), channel))
            letter = without_clauses(letter)
        replaces = row.ts if letter.updates else ""
        return Ready(channel, Body(render(letter.message, command=self._command), letter.thread, replaces))

    def _may_be_read(self, letter: Outgoing, channel: str) -> bool:
        """Whether everybody who can read the conversation may read what the message speaks of: now, asked of Slack. An
        agreement that is no longer in the catalogue may be read by nobody."""
        generation = self._clausewise.generation
        on = self._clausewise.today()
        agreements = generation.agreements.values()
        if not _is_direct(channel):
            return letter.speaks_of <= self._hears(channel, letter.asker).may_hear(agreements, on)
        reader = letter.to if _is_person(letter.to) else letter.asker
        return letter.speaks_of <= may_read(self._directory.person(reader, generation.people), agreements, on)

    def _with_question(self, letter: Outgoing) -> Outgoing:
        """An answer with the question it answers, which its reader will not have before them."""
        if not isinstance(letter.message, Answered):
            return letter
        with self._ledger.read() as t:
            question = t.questions.get(letter.message.question)
        asked = question.text if question else ""
        return replace(letter, message=replace(letter.message, asked=asked))

    # --- the post ---

    def post(self, ready: Ready, key: str) -> Posted | RefusedPost | Unknown:
        body = ready.body
        assert isinstance(body, Body)  # noqa: S101 - ours, from `prepare`
        try:
            return Posted(self._sent(ready.channel, body, key), ready.channel)
        except TryLater as busy:
            return RefusedPost(busy.reason, self._clock() + timedelta(seconds=busy.seconds))
        except TokenRejected as rejected:
            return RefusedPost(rejected.reason, self._clock(), halt=True)
        except Refused as refused:
            return RefusedPost(refused.reason, None)
        except Uncertain as uncertain:
            return Unknown(uncertain.reason)

    def _sent(self, channel: str, body: Body, key: str) -> str:
        try:
            return self._send(channel, body, key, body.rendered.blocks)
        except Refused as refused:
            if refused.reason not in _BLOCKS_REFUSED:
                raise
            log.warning("blocks were refused (%s); posted as plain text", refused.reason)
            return self._send(channel, body, key, plainly(body.rendered.text))

    def _send(self, channel: str, body: Body, key: str, blocks: Any) -> str:
        text = body.rendered.text
        if body.replaces:
            self._slack.update(channel, body.replaces, key=key, text=text, blocks=blocks)
            return body.replaces
        return self._slack.post(channel, key=key, text=text, blocks=blocks, thread=body.thread)

    def refused(self, row: OutboxRow, reason: str) -> tuple[Outgoing, ...]:
        """What is said where Slack definitely does not take a message: its asker gets it directly."""
        letter = row.outgoing
        elsewhere = letter.to[:1] in ("C", "G") and not letter.updates
        if elsewhere and letter.asker and reason in _GONE and not isinstance(letter.message, AnsweredPrivately):
            return privately(self._with_question(letter), row.channel or letter.to)[:1]
        log.error("message %s was refused: %s", row.name, reason)
        return ()

    # --- afterwards ---

    def find(self, channel: str, thread: str, key: str, since: datetime) -> Found | Unreadable:
        try:
            return Found(tuple(sorted(m.ts for m in self._slack.ours(channel, thread, since) if m.key == key)))
        except SlackError as error:
            return Unreadable(error.reason)

    def delete(self, channel: str, ts: str) -> bool:
        try:
            self._slack.delete(channel, ts)
        except SlackError:
            return False
        return True


def _is_person(destination: str) -> bool:
    return destination[:1] in ("U", "W")


def _is_direct(channel: str) -> bool:
    return channel.startswith("D")


# --- what is said instead ---------------------------------------------------------------------------------------------


def privately(letter: Outgoing, channel: str) -> tuple[Outgoing, ...]:
    """The message to its asker alone, and the line in the conversation it was meant for."""
    message = letter.message
    if isinstance(message, Answered):
        message = replace(message, asked_in=channel, common=False)
    direct = replace(letter, to=letter.asker, thread="", message=message, updates="")
    line = replace(letter, to=channel, message=AnsweredPrivately(letter.asker), speaks_of=frozenset(), updates="")
    return (direct, line) if letter.asker else ()


def without_clauses(letter: Outgoing) -> Outgoing:
    """The message to somebody who may not, or no longer, read what it rests on."""
    message = letter.message
    if isinstance(message, HandOverRequest):
        return replace(letter, message=replace(message, looked_at=()), speaks_of=frozenset())
    return replace(letter, message=Notice((NOT_READABLE,)), speaks_of=frozenset())


def plainly(text: str) -> tuple[dict[str, Any], ...]:
    """Text as blocks that every Slack takes."""
    parts = [text[at : at + 2900] for at in range(0, min(len(text), 8700), 2900)] or [" "]
    return tuple({"type": "section", "text": {"type": "plain_text", "text": part}} for part in parts)
