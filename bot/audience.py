"""Who can read a conversation -> the agreements that may be spoken of in it.

Only what every member may read is spoken aloud. A member who is not in the catalogue (a guest, somebody from another
workspace, an app) may read nothing, and what cannot be found out counts as no. Asked before an answer is made, and
again, freshly, when it is posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.directory import Directory
from bot.posts import Refused, Slack, TokenRejected, TryLater
from knowledge.catalogue import readable
from knowledge.model import Agreement, Person


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who can read a conversation. `people` are the catalogue's, one per member; None for a conversation in which
    nothing may be spoken aloud, and `problem` says why. `direct`: it is the conversation of the bot with one person."""

    people: tuple[Person, ...] | None
    direct: bool = False
    problem: str = ""

    def may_hear(self, agreements: Iterable[Agreement], on: date) -> frozenset[str]:
        """The ids of the agreements that each of them may read on a day."""
        everything = tuple(agreements)
        if not self.people:
            return frozenset()
        return frozenset.intersection(*(readable(person, everything, on) for person in self.people))


def audience(
    slack: Slack,
    directory: Directory,
    channel: str,
    people: Mapping[str, Person],
    *,
    cap: int,
    public_aloud: bool = True,
    asker: str = "",
) -> Audience:
    """Who can read `channel` now. Raises `SlackError` where that cannot be asked at the moment.

    A direct conversation is read by the one it is with: `asker`, or whom Slack names. At most `cap` members are looked
    at. Without `public_aloud` nothing is spoken aloud where the whole workspace can look in.
    """
    try:
        conversation = slack.conversation(channel)
        if conversation.get("is_im"):
            return _direct(directory, str(conversation.get("user") or asker), asker, people)
        if problem := _closed(conversation, public_aloud=public_aloud):
            return Audience(None, problem=problem)
        members = slack.members(channel, cap)
    except (TryLater, TokenRejected):
        raise
    except Refused as refusal:
        if channel.startswith("D") and asker:  # a server that does not describe direct conversations
            return _direct(directory, asker, asker, people)
        return Audience(None, problem=f"its members cannot be read ({refusal.reason})")
    if members is None:
        return Audience(None, problem=f"it has more than {cap} members, and no more are looked at")
    return _of_members(directory, [member for member in members if member != slack.me.user], people)


_INVITED = ("is_pending_ext_shared", "pending_shared", "pending_connected_team_ids")


def _closed(conversation: Mapping[str, object], *, public_aloud: bool) -> str:
    if any(map(conversation.get, _INVITED)):
        return "another workspace has been invited to it"
    if not public_aloud and conversation.get("is_private") is not True and not conversation.get("is_mpim"):
        return "it is public"
    return ""


def _of_members(directory: Directory, members: list[str], people: Mapping[str, Person]) -> Audience:
    present = [member for member in members if not _gone(directory, member)]
    found = {member: directory.person(member, people) for member in present}
    unknown = [member for member, person in found.items() if person is None]
    if unknown:
        return Audience(None, problem=_unknown(unknown))
    if not found:
        return Audience(None, problem="nobody was found in it")
    return Audience(tuple(person for person in found.values() if person))


def _gone(directory: Directory, member: str) -> bool:
    """Whether an account is closed; asked once more, since one that was opened again hears what is said."""
    return directory.account(member).deleted and directory.account(member, fresh=True).deleted


def _direct(directory: Directory, user: str, asker: str, people: Mapping[str, Person]) -> Audience:
    if asker and user != asker:
        return Audience(None, direct=True, problem="it is somebody else's")
    person = directory.person(user, people)
    return Audience((person,) if person else None, direct=True, problem="" if person else _unknown([user]))


def _unknown(users: list[str]) -> str:
    named = ", ".join(f"<@{user}>" for user in users[:5])
    more = f" and {len(users) - 5} more" if len(users) > 5 else ""
    return f"not in the catalogue: {named}{more}"
