"""`/ip ...`: what each word does. The reply is a direct message, for a command is seen by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot import access
from bot.administration import ONLY_ADMINS, PAUSED, Administration
from bot.asking import Asking
from bot.directory import Directory
from bot.work import Done, Work
from jobs.ledger import Incoming, Ledger, Outgoing
from jobs.messages import Help, Me, Message, Notice, Who
from knowledge.languages import say

if TYPE_CHECKING:
    from bot.app import Clausewise

NOT_FOUND = "I cannot answer from the agreements you have access to: none of them is called so."


class Commands:
    """Works the rows of kind "command"."""

    def __init__(
        self,
        *,
        clausewise: Clausewise,
        directory: Directory,
        asking: Asking,
        administration: Administration,
        command: str,
    ) -> None:
        self._clausewise = clausewise
        self._directory = directory
        self._asking = asking
        self._administration = administration
        self._command = command

    def work(self, incoming: Incoming, now: datetime) -> Done:
        word, argument = str(incoming.payload.get("word", "")), str(incoming.payload.get("argument", ""))
        if word in ("ask", "explain", "define") and argument:
            return self._asking.commanded(incoming, as_question(word, argument), now)
        replies: dict[str, Callable[[Incoming, str, datetime], Message]] = {
            "me": self._me,
            "who": self._who,
            "admin": self._panel,
        }
        reply = replies.get(word, self._help)(incoming, argument, now)
        said = Outgoing(
            f"reply/{incoming.key}", incoming.user, reply, asker=incoming.user, speaks_of=self._speaks_of(reply)
        )
        return Done(word, (said,))

    def _speaks_of(self, reply: Message) -> frozenset[str]:
        """The agreements a reply names, for who may read them is looked at again when it is posted."""
        named = [a.agreement for a in reply.agreements] if isinstance(reply, Me) else []
        named += [reply.agreement] if isinstance(reply, Who) else []
        return access.spoken_of("", named, self._clausewise.generation.agreements.values())

    def _me(self, incoming: Incoming, _: str, __: datetime) -> Message:
        generation = self._clausewise.generation
        person = self._directory.person(incoming.user, generation.people)
        return access.me(incoming.user, person, generation.agreements, self._clausewise.today())

    def _who(self, incoming: Incoming, argument: str, _: datetime) -> Message:
        """An agreement that may not be read and one that does not exist get the same words."""
        generation = self._clausewise.generation
        today = self._clausewise.today()
        person = self._directory.person(incoming.user, generation.people)
        allowed = access.may_read(person, generation.agreements.values(), today)
        agreement = access.named(argument, (a for a in generation.agreements.values() if a.id in allowed))
        return access.who(agreement, generation.people, today) if agreement else Notice((NOT_FOUND,))

    def _panel(self, incoming: Incoming, _: str, now: datetime) -> Message:
        if not self._administration.is_admin(incoming.user):
            return Notice((ONLY_ADMINS,))
        return self._administration.panel(now)

    def _help(self, incoming: Incoming, _: str, __: datetime) -> Message:
        generation = self._clausewise.generation
        person = self._directory.person(incoming.user, generation.people)
        liaison_of = [a.short_name for a in generation.agreements.values() if person and a.liaison == person.id]
        return Help(self._command, admin=bool(person and person.is_admin), liaison_of=tuple(sorted(liaison_of)))


def as_question(word: str, argument: str) -> str:
    """`/ip explain` and `/ip define` as the questions they are."""
    if word == "ask" or re.match(rf"(?i){word}\b", argument):
        return argument
    return f"{word} {argument}"


def unless_paused(work: Work, ledger: Ledger, is_admin: Callable[[str], bool]) -> Work:
    """The same work; but while the bot is paused, what others than admins ask is kept for later, and they are told."""

    def worked(incoming: Incoming, now: datetime) -> Done:
        with ledger.read() as t:
            paused = bool(t.facts.get(PAUSED))
        if not paused or is_admin(incoming.user):
            return work(incoming, now)
        asked_here = incoming.kind == "question" and incoming.payload.get("how") != "untagged"
        told = Outgoing(
            name=f"paused/{incoming.key}",
            to=incoming.channel if asked_here else incoming.user,
            thread=str(incoming.payload.get("thread") or incoming.ts) if asked_here else "",
            message=Notice((say("en", "paused"),)),
            asker=incoming.user,
        )
        return Done("paused", (told,), wait=True)

    return worked
