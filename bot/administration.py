"""What admins do in Slack: see how things are, index, promote, go back, pause, choose how channels are listened to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import access
from bot.access import readership
from bot.audience import Audience
from bot.directory import Directory
from bot.indexing import Wanted, all_wanted, want
from bot.posts import Refused, Slack, SlackError, TryLater
from bot.work import Done
from jobs.ledger import Incoming, Ledger, Listens, Outgoing, Transaction
from jobs.messages import AccessView, Gap, Gaps, Notice, Panel, Progress
from jobs.outbox import DUPLICATES, HALTED, UNREADABLE
from knowledge.index import IndexBusy, IndexDamaged, NothingIndexed

if TYPE_CHECKING:
    from bot.app import Clausewise
    from bot.settings import Settings
    from knowledge.index import Generation

SHOWN = 20  # gaps, channels
GAPS_OF = timedelta(days=30)
BROKEN_OF = timedelta(days=7)
MOST_GAPS = 1_000
TOGETHER = 10  # agreements in one message about access
PAUSED = "paused"
ONLY_ADMINS = "That is for admins."


class Administration:
    """Carries out what admins ask for. Every method checks that it is one who asks."""

    def __init__(
        self,
        *,
        settings: Settings,
        clausewise: Clausewise,
        slack: Slack,
        directory: Directory,
        ledger: Ledger,
        hears: Callable[[str, str], Audience],
    ) -> None:
        self._settings = settings
        self._clausewise = clausewise
        self._slack = slack
        self._directory = directory
        self._ledger = ledger
        self._hears = hears

    def is_admin(self, user: str) -> bool:
        """Whether the catalogue in force makes somebody an admin. Raises `SlackError` where that cannot be asked."""
        try:
            people = self._clausewise.generation.people
        except (NothingIndexed, IndexDamaged):
            return False
        person = self._directory.person(user, people)
        return person is not None and person.is_admin

    def admins(self) -> tuple[str, ...]:
        """The Slack users who are admins and can be reached."""
        try:
            people = self._clausewise.generation.people
        except (NothingIndexed, IndexDamaged):
            return ()
        found = []
        for _, person in sorted(people.items()):
            account = self._directory.user_of(person) if person.is_admin else None
            if account:
                found.append(account.id)
        return tuple(found)

    def may_read(self, user: str) -> frozenset[str]:
        """The ids of the agreements that a Slack user may read today. Raises `SlackError`."""
        generation = self._clausewise.generation
        person = self._directory.person(user, generation.people)
        return access.may_read(person, generation.agreements.values(), self._clausewise.today())

    def work(self, incoming: Incoming, now: datetime) -> Done:
        """A button of an admin's; whoever else presses one is told nothing, since nobody else is shown any."""
        action, value = str(incoming.payload.get("action", "")), str(incoming.payload.get("value", ""))
        if not self.is_admin(incoming.user):
            return Done("refused: not an admin")
        match action:
            case "admin.reindex":
                done = self._reindex(incoming, now)
            case "admin.promote" | "admin.discard" | "admin.rollback":
                done = self._switch(incoming, action, value, now)
            case "admin.pause" | "admin.resume":
                done = self._pause(incoming, on=action == "admin.pause", now=now)
            case "admin.gaps":
                done = Done("shown", (_to(incoming, self.gaps(now)),))
            case "admin.access":
                done = Done("shown", tuple(_to(incoming, view, n) for n, view in enumerate(self.access())))
            case _:
                done = Done(f"unknown action {action}")
        return done

    # --- the panel ---

    def panel(self, now: datetime) -> Panel:
        """How everything is."""
        from knowledge import index

        status = index.status(self._clausewise.data)
        broken, unreadable = self.broken(now), self._unreadable()
        lines = [f"{_mention(to)}: {_BROKEN[reason]}" for to, reason in broken.items()]
        lines += [f"{_mention(to)}: I cannot see what I posted ({why})" for to, why in unreadable.items()]
        with self._ledger.read() as t:
            outbox = t.outbox.held()
            return Panel(
                generation=status.name,
                previous=status.previous,
                staged=status.staged,
                agreements=status.agreements,
                clauses=status.clauses,
                indexed_on=_built_on(self._clausewise.data / "generations" / status.name),
                folder=str(self.folder() or ""),
                paused=bool(t.facts.get(PAUSED)),
                halted=t.facts.get(HALTED) or "",
                waiting=sum(outbox.get(state, 0) for state in ("pending", "sending", "unknown")),
                unanswered=t.handovers.count_open(),
                gaps=len(t.questions.gaps(now - GAPS_OF, MOST_GAPS)),
                problems=(*lines, *self._problems(status.damage))[:SHOWN],
                mentions=(*broken, *unreadable),
            )

    def folder(self) -> Path | None:
        """The folder that is indexed from Slack: the one set, or the only one that was ever indexed."""
        if self._settings.agreements:
            return self._settings.agreements
        folders = set(self._clausewise.generation.folders.values())
        return Path(next(iter(folders))) if len(folders) == 1 else None

    def broken(self, now: datetime) -> dict[str, str]:
        """Conversations and people to whom nothing can be posted at present: id -> Slack's reason."""
        with self._ledger.read() as t:
            return {to: reason for to, reason in t.outbox.broken(now - BROKEN_OF) if reason in _BROKEN}

    def _problems(self, damage: str) -> tuple[str, ...]:
        """What is to be mended besides conversations, each with what to do."""
        with self._ledger.read() as t:
            halted, removed = t.facts.get(HALTED), t.facts.get(DUPLICATES)
        problems = [f"The index is damaged: {damage}. Index again, or go back."] if damage else []
        if halted:
            problems.append(f"Slack refuses the token ({halted}): renew SLACK_BOT_TOKEN and start again.")
        if removed and removed != "0":
            problems.append(f"{removed} messages stood twice and were removed once.")
        on = self._clausewise.today()
        for agreement in self._clausewise.generation.agreements.values():
            problems += [f"{agreement.short_name} {p}" for p in readership(agreement, {}, on).problems]
        return tuple(problems)

    def _unreadable(self) -> dict[str, str]:
        """Conversations that cannot be read back to find out whether a message arrived: id -> Slack's reason."""
        with self._ledger.read() as t:
            return {name.removeprefix(UNREADABLE): why for name, why in t.facts.starting(UNREADABLE).items()}

    # --- the index ---

    def _reindex(self, incoming: Incoming, now: datetime) -> Done:
        folder = self.folder()
        if folder is None:
            lines = (
                "Which folder? Several were indexed, or none: set CLAUSEWISE_AGREEMENTS to the folder of agreements.",
            )
            return Done("no folder", (_to(incoming, Notice(lines)),))
        with self._ledger.read() as t:
            if all_wanted(t):
                return Done("already indexing", (_to(incoming, Notice(("An indexing is under way already.",))),))
        name = f"indexing/{incoming.key}"

        def record(t: Transaction) -> None:
            want(t, Wanted(name, incoming.user, str(folder), promote=False), now)

        started = Outgoing(name, incoming.user, Progress("starting", 0, 0), asker=incoming.user)
        return Done("indexing", (started,), record)

    def _switch(self, incoming: Incoming, action: str, name: str, now: datetime) -> Done:
        """Promote or discard what is staged, or go back to the index before; `name` is the one the button was about.

        A button of an old message does nothing, and one that is pressed twice, or whose work is done again after a
        crash, does it once.
        """
        from jobs import reindex
        from jobs.golden import GoldenLost
        from knowledge import index

        data, status = self._clausewise.data, index.status(self._clausewise.data)
        try:
            if action != "admin.discard" and name and name == status.name:
                said = f"{name} answers already."
            elif action == "admin.promote" and name:
                said = f"The new index answers now: {reindex.promote(data, name)}."
            elif action == "admin.discard" and name:
                said = f"The staged index {reindex.discard(data, name)} is gone; nothing has changed."
            elif action == "admin.rollback" and name == status.previous:
                said = f"The index before answers again: {index.rollback(data)}."
            else:
                said = "That is not the index before any more; the panel shows which one is."
                return Done("refused: another index", (_to(incoming, Notice((said,))),))
        except (GoldenLost, NothingIndexed, IndexBusy, IndexDamaged) as error:
            lines = tuple(str(error).splitlines())
            return Done(f"refused: {type(error).__name__}", (_to(incoming, Notice(lines)),))

        def record(t: Transaction) -> None:
            t.audit.append(incoming.user, action, name, {}, now)

        return Done(action, (_to(incoming, Notice((said,))),), record)

    # --- pause ---

    def _pause(self, incoming: Incoming, *, on: bool, now: datetime) -> Done:
        """Keep what is asked, or answer it. Resuming also tries again to send, where that has stopped."""
        said = (
            "Paused: questions are kept, and answered when you resume."
            if on
            else "Resumed: what was asked meanwhile is answered now."
        )

        def record(t: Transaction) -> None:
            t.facts.put(PAUSED, incoming.user if on else "")
            if not on:
                t.inbox.release_waiting()
                t.facts.drop(HALTED)
            t.audit.append(incoming.user, "bot.paused" if on else "bot.resumed", "", {}, now)

        return Done("paused" if on else "resumed", (_to(incoming, Notice((said,))),), record)

    # --- what admins look at ---

    def gaps(self, now: datetime) -> Gaps:
        """The questions that found no clause, and the answers that did not help, newest first."""
        with self._ledger.read() as t:
            rows = t.questions.gaps(now - GAPS_OF, MOST_GAPS)
        shown = tuple(Gap(q.text, q.asked_at.date(), q.outcome, reason) for q, reason in rows[:SHOWN])
        return Gaps(shown, len(rows) - len(shown))

    def access(self) -> tuple[AccessView, ...]:
        """What may be spoken aloud in each channel and who can no longer be reached; who can read what, and why."""
        generation = self._clausewise.generation
        on = self._clausewise.today()
        agreements = sorted(generation.agreements.values(), key=lambda a: a.short_name)
        read = tuple(readership(a, generation.people, on) for a in agreements)
        return (
            AccessView((), channels=self._channels(generation), problems=self._unreachable(generation)),
            *(AccessView(read[at : at + TOGETHER]) for at in range(0, len(read), TOGETHER)),
        )

    def _channels(self, generation: Generation) -> tuple[tuple[str, str], ...]:
        """What is spoken aloud in each channel, and how it is listened to."""
        rows = []
        for channel in self._conversations():
            try:
                audience = self._hears(channel, "")
            except SlackError as error:
                rows.append((channel, f"who reads it cannot be asked at the moment ({error.reason})"))
                continue
            allowed = audience.may_hear(generation.agreements.values(), self._clausewise.today())
            names = [generation.agreements[a].short_name for a in sorted(allowed)]
            words = f"aloud: {', '.join(names) or 'nothing'}"
            if audience.problem:
                words += f" ({self._with_names(audience.problem)})"
            with self._ledger.read() as t:
                listens = t.channels.get(channel).listens
            rows.append((channel, f"{words}; I answer {_MODES[listens]}"))
        return tuple(rows)

    def _conversations(self) -> list[str]:
        try:
            found = [str(c["id"]) for c in self._slack.conversations() if not c.get("is_im") and c.get("id")]
        except SlackError:
            return []
        return found[:SHOWN]

    def _with_names(self, words: str) -> str:
        """Names in place of mentions, for lines that are shown as they are."""

        def name(mention: re.Match[str]) -> str:
            try:
                return self._directory.account(mention[1]).name or mention[1]
            except SlackError:
                return mention[1]

        return re.sub(r"<@(\w+)>", name, words)

    def _unreachable(self, generation: Generation) -> tuple[str, ...]:
        """People with something to do whose account is missing or deactivated."""
        duties: dict[str, list[str]] = {id_: ["admin"] for id_, person in generation.people.items() if person.is_admin}
        for agreement in generation.agreements.values():
            for role, id_ in (("liaison", agreement.liaison), ("backup", agreement.backup)):
                if id_:
                    duties.setdefault(id_, []).append(f"{role} of {agreement.short_name}")
        problems = []
        for id_, roles in sorted(duties.items()):
            person = generation.people.get(id_)
            try:
                account = self._directory.user_of(person) if person else None
            except SlackError as error:
                problems.append(f"Slack does not say at the moment who has an account ({error.reason})")
                break
            if account is None:
                name = (person.name or id_) if person else id_
                problems.append(f"{name} ({', '.join(roles)}) has no active Slack account")
        return tuple(problems)

    # --- channels ---

    def listen(self, incoming: Incoming, channel: str, mode: Listens, now: datetime) -> Done:
        """Choose how a channel is listened to."""
        if not self.is_admin(incoming.user):
            return Done("refused: not an admin")

        if not self._is_in(channel):
            lines = ("I am not in that channel: invite me, and choose again.",)
            return Done("not in that channel", (_to(incoming, Notice(lines)),))

        def record(t: Transaction) -> None:
            t.channels.set_listens(channel, mode)
            t.audit.append(incoming.user, "channel.listens", channel, {"mode": mode}, now)

        said = Notice((f"In <#{channel}> I answer {_MODES[mode]}.",), mentions=(channel,))
        return Done(f"listens {mode}", (_to(incoming, said),), record)

    def _is_in(self, channel: str) -> bool:
        try:
            found = self._slack.conversation(channel)
        except TryLater:
            raise
        except Refused:
            return False
        return not found.get("is_im") and found.get("is_member") is not False and not found.get("is_archived")


_MODES: Mapping[str, str] = {
    "mention": "when I am mentioned",
    "thread": "when I am mentioned, and further questions in threads I have answered in",
    "question": "every question",
}


# What Slack refuses a conversation for, in an admin's words.
_GONE = "I am not in it any more, or it is gone: what is asked there is answered directly. Invite me again."
_BROKEN: Mapping[str, str] = {
    "is_archived": "it is archived: what was asked there is answered directly.",
    "channel_not_found": _GONE,
    "not_in_channel": _GONE,
    "restricted_action": "a rule of the workspace keeps me from posting in it.",
    "cannot_dm_bot": "an app cannot be written to.",
    "user_disabled": "the account is deactivated.",
    "user_not_found": "there is no such account.",
    "user_not_visible": "the account cannot be seen from here.",
}


def _mention(id_: str) -> str:
    return f"<@{id_}>" if id_[:1] in ("U", "W") else f"<#{id_}>"


def _to(incoming: Incoming, message: Notice | Gaps | AccessView, number: int = 0) -> Outgoing:
    name = f"reply/{incoming.key}" + (f"/{number}" if number else "")
    return Outgoing(name, incoming.user, message, asker=incoming.user)


def _built_on(folder: Path) -> str:
    try:
        return f"{datetime.fromtimestamp(folder.stat().st_mtime).astimezone():%Y-%m-%d %H:%M %Z}"
    except OSError:
        return ""
