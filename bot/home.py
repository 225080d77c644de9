"""The Home tab and the questions to begin with, for whoever opens them: made of what they may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot import access
from bot.administration import Administration
from bot.asking import Asking
from bot.blocks.home import Example, Health, Home, Waiting, examples, view
from bot.directory import Directory
from bot.posts import Slack
from bot.work import Done
from jobs.ledger import HandOver, Incoming, Ledger
from knowledge.index import IndexDamaged, NothingIndexed

if TYPE_CHECKING:
    from bot.app import Clausewise

WAITING = 10  # hand-overs shown


class Homes:
    """Shows Home, offers questions, and asks the one that was pressed."""

    def __init__(
        self,
        *,
        clausewise: Clausewise,
        slack: Slack,
        directory: Directory,
        ledger: Ledger,
        administration: Administration,
        asking: Asking,
        command: str,
    ) -> None:
        self._clausewise = clausewise
        self._slack = slack
        self._directory = directory
        self._ledger = ledger
        self._administration = administration
        self._asking = asking
        self._command = command

    def show(self, incoming: Incoming, now: datetime) -> Done:
        """Publish the Home tab of whoever opened it; while nothing is indexed, there is nothing to ask."""
        try:
            home = self._home(incoming, now)
        except (NothingIndexed, IndexDamaged):
            home = Home()
        self._slack.publish_home(incoming.user, view(home, command=self._command))
        return Done("home shown")

    def _home(self, incoming: Incoming, now: datetime) -> Home:
        generation = self._clausewise.generation
        person = self._directory.person(incoming.user, generation.people)
        me = access.me(incoming.user, person, generation.agreements, self._clausewise.today())
        return Home(
            name=me.name,
            agreements=me.agreements,
            examples=self._examples(incoming.user, self._clausewise.today()),
            waiting=self._waiting(incoming.user),
            timezone=self._directory.account(incoming.user).timezone or "UTC",
            health=self._health(now) if person and person.is_admin else None,
        )

    def suggest(self, incoming: Incoming, _: datetime) -> Done:
        """Offer questions to begin with."""
        offered = [(e.question[:60], e.question) for e in self._examples(incoming.user, self._clausewise.today())]
        if incoming.channel and offered:
            self._slack.suggest(incoming.channel, offered, str(incoming.payload.get("thread", "")))
        return Done("suggested")

    def example(self, incoming: Incoming, now: datetime) -> Done:
        """A question of Home was pressed: it is asked, and answered directly."""
        wanted = incoming.payload.get("value")
        for example in self._examples(incoming.user, self._clausewise.today()):
            if example.id == wanted:
                return self._asking.commanded(replace(incoming, channel=""), example.question, now)
        return Done("no such example for them")

    def _examples(self, user: str, on: date) -> tuple[Example, ...]:
        generation = self._clausewise.generation
        person = self._directory.person(user, generation.people)
        allowed = access.may_read(person, generation.agreements.values(), on)
        return examples(a for a in generation.agreements.values() if a.id in allowed and not a.amends)

    def _waiting(self, user: str) -> tuple[Waiting, ...]:
        """What `user` has to answer, and what of theirs a person has still to answer."""
        with self._ledger.read() as t:
            found = [*t.handovers.waiting_for(user), *t.handovers.asked_by(user)][:WAITING]
            questions = {h.id: t.questions.get(h.question) for h in found}
        return tuple(self._shown(h, question.text, user) for h in found if (question := questions[h.id]))

    def _shown(self, handover: HandOver, asked: str, user: str) -> Waiting:
        agreement = self._clausewise.generation.agreements.get(handover.agreement)
        waits_for = (handover.backup if handover.state == "escalated" else "") or handover.to
        return Waiting(
            handover=handover.id,
            asked=asked,
            agreement=agreement.short_name if agreement else "",
            due=handover.due_at,
            mine=handover.asker == user,
            waits_for=waits_for,
        )

    def _health(self, now: datetime) -> Health:
        panel = self._administration.panel(now)
        others = tuple(line for line in panel.problems if not any(f"{id_}>" in line for id_ in panel.mentions))
        return Health(
            generation=panel.generation,
            indexed_on=panel.indexed_on,
            agreements=panel.agreements,
            staged=panel.staged,
            waiting=panel.waiting,
            halted=panel.halted,
            paused=panel.paused,
            unanswered=panel.unanswered,
            gaps=panel.gaps,
            broken_channels=tuple(self._administration.broken(now)),
            problems=others,
        )
