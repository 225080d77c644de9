"""Modals: opened while the trigger is good, checked before they close, and worked as rows of the inbox."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.administration import Administration
from bot.blocks import modals, registration
from bot.feedback import unhelpful
from bot.handing_over import HandingOver
from bot.listeners.actions import Press
from bot.listeners.payload import Body, section, text
from bot.posts import Refused, Slack, SlackError, TryLater
from bot.registering import Registering
from bot.work import Done
from jobs.ledger import Incoming, Ledger, OutboxRow, Question
from jobs.messages import Answered
from knowledge.catalogue_entries import Registration

if TYPE_CHECKING:
    from bot.app import Clausewise

log = logging.getLogger("clausewise.modals")

MEMBERS = 1_000  # of a conversation that are looked at before it is said that somebody has not seen an answer


class Modals:
    """What a button opens, for whom, and what its submission means."""

    def __init__(
        self,
        *,
        clausewise: Clausewise,
        slack: Slack,
        ledger: Ledger,
        administration: Administration,
        handing_over: HandingOver,
        registering: Registering,
    ) -> None:
        self._clausewise = clausewise
        self._slack = slack
        self._ledger = ledger
        self._administration = administration
        self._handing_over = handing_over
        self._registering = registering

    # --- opening ---

    def open(self, press: Press) -> None:
        """Open the modal of a button for whoever may have it; for anybody else nothing happens."""
        view = self._view(press)
        if view is None:
            log.info("modal %s refused to user=%s", press.action, press.user)
            return
        self._slack.open_modal(press.trigger, view)

    def _view(self, press: Press) -> Mapping[str, Any] | None:
        for_readers: dict[str, Callable[[Press], Mapping[str, Any] | None]] = {
            "ask.unhelpful": self._unhelpful,
            "answer.full": self._full_text,
            "handover.answer": self._answer,
        }
        for_admins: dict[str, Callable[[Press], Mapping[str, Any] | None]] = {
            "admin.scopes": lambda _: modals.scopes(SCOPES, SECURITY),
            "admin.channel": lambda _: modals.channel(),
            "register.open": self._registration,
        }
        if press.action in for_readers:
            return for_readers[press.action](press)
        if press.action in for_admins and self._administration.is_admin(press.user):
            return for_admins[press.action](press)
        return None

    def _unhelpful(self, press: Press) -> Mapping[str, Any] | None:
        with self._ledger.read() as t:
            question = t.questions.get(press.value)
        return modals.unhelpful(question.id) if question and self._has_seen(question, press.user) else None

    def _has_seen(self, question: Question, user: str) -> bool:
        """Whether somebody has the answer before them: its asker, and who reads the conversation it was spoken in.
        Raises `SlackError` where that cannot be asked at the moment."""
        if question.user == user:
            return True
        if question.private or question.channel[:1] not in ("C", "G"):
            return False
        try:
            members = self._slack.members(question.channel, MEMBERS)
        except TryLater:
            raise
        except Refused:
            return False
        return members is not None and user in members

    def _full_text(self, press: Press) -> Mapping[str, Any] | None:
        """The whole answer, from the message whose button was pressed."""
        with self._ledger.read() as t:
            row = t.outbox.find(press.channel, press.ts)
        message = row.outgoing.message if row and self._may_read(row, press.user) else None
        return modals.full_text(message.answer, message.language) if isinstance(message, Answered) else None

    def _may_read(self, row: OutboxRow, user: str) -> bool:
        """Whether a message may be read by somebody: what was said directly by whom it was said to."""
        if row.channel.startswith("D") and user != row.outgoing.asker:
            return False
        return row.outgoing.speaks_of <= self._administration.may_read(user)

    def _answer(self, press: Press) -> Mapping[str, Any] | None:
        with self._ledger.read() as t:
            handover = t.handovers.get(press.value)
            question = t.questions.get(handover.question) if handover else None
        if handover is None or question is None or not self._handing_over.may_answer(handover, press.user):
            return None
        if handover.state == "answered":
            return modals.told("Answer", "Somebody has answered this question already.")
        return modals.handover_answer(handover.id, question.text)

    def _registration(self, press: Press) -> Mapping[str, Any]:
        found = self._registering.drafted(press.value)
        if found is None:
            return modals.told("Register", "This file is no longer known here: drop it into the channel again.")
        draft, proposed = found
        return registration.form(press.value, draft, proposed, self._clausewise.generation.people.values())

    # --- checking ---

    def problems(self, body: Body) -> dict[str, str]:
        """What is wrong with a submission, by the block it is shown at; checked before the modal closes. Whoever may
        not submit it learns nothing from it: it is taken in, and comes to nothing."""
        view = section(body, "view")
        read = self._read(text(view, "callback_id"), section(view, "state", "values"))
        if isinstance(read, dict):
            return read
        if not isinstance(read, Registration):
            return {}
        try:
            if not self._administration.is_admin(text(body, "user", "id")):
                return {}
        except SlackError:
            return {}  # found out when it is worked
        agreement = self._registering.agreement(text(view, "private_metadata"), read)
        return registration.shown_at(agreement) if isinstance(agreement, tuple) else {}

    def _read(self, callback: str, values: Mapping[str, Any]) -> object:
        """What a form says; a dict of problems where it is not filled in as it has to be."""
        readers: dict[str, Callable[[Mapping[str, Any]], object]] = {
            "ask.unhelpful": modals.read_unhelpful,
            "handover.answer": modals.read_handover_answer,
            "admin.channel": modals.read_channel,
            "register.save": registration.read,
        }
        return readers[callback](values) if callback in readers else None

    # --- working ---

    def work(self, incoming: Incoming, now: datetime) -> Done:
        """What a submitted modal leads to. Every branch checks again who it is."""
        about, values = str(incoming.payload.get("about", "")), incoming.payload.get("values", {})
        view = str(incoming.payload.get("view", ""))
        read = self._read(view, values) if isinstance(values, Mapping) else None
        match view, read:
            case "ask.unhelpful", str(reason):
                with self._ledger.read() as t:
                    question = t.questions.get(about)
                if question and self._has_seen(question, incoming.user):
                    return unhelpful(incoming, question.id, reason, now)
                return Done("not theirs to judge")
            case "handover.answer", str(words):
                return self._handing_over.answer(incoming, about, words, now)
            case "admin.channel", (str(channel), "mention" | "thread" | "question" as mode):
                return self._administration.listen(incoming, channel, mode, now)
            case "register.save", Registration():
                return self._registering.save(incoming, about, read, now)
        return Done("not filled in")


# What each scope of the manifest is for, and what an admin asks next.
SCOPES: tuple[tuple[str, str], ...] = (
    ("app_mentions:read", "hear when somebody mentions the bot"),
    ("assistant:write", "show that a question is being worked on; offer questions to begin with"),
    (
        "channels:history, groups:history, im:history, mpim:history",
        "read the thread it is asked in; find what Slack"
        " never delivered; find a message of its own whose fate is unknown",
    ),
    ("channels:read, groups:read, im:read, mpim:read", "see who is in a conversation before anything is said in it"),
    ("chat:write", "post"),
    ("commands", "the slash command"),
    ("files:read", "read what admins drop into the admin channel"),
    ("im:write", "write to somebody directly"),
    ("reactions:write", "show, where Slack has no status, that a question is being worked on"),
    ("users:read, users:read.email", "tell who asks: the catalogue knows people by their address"),
)
SECURITY: tuple[str, ...] = (
    "Uninstalling the app ends its token; what it has posted stays in Slack. What is kept here lies in the data folder"
    " and the database: delete both to remove it.",
    "To rotate the bot token, reinstall the app under OAuth & Permissions, replace SLACK_BOT_TOKEN, and start again;"
    " nothing that waits to be posted is lost meanwhile. The signing secret and the app-level token are renewed under"
    " Basic Information in the same way.",
)
