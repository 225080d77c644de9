"""Slack user -> the person of the catalogue, or nobody. What cannot be found out counts as nobody.

A member of our own workspace, guests included, is known by the e-mail address Slack has confirmed. A foreign account is
known by its id in the catalogue, or by an address that none of our own members has: other workspaces state the
addresses of their accounts themselves. Bots are known by their id alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.posts import Identity, Refused, Slack, TokenRejected, TryLater
from knowledge.model import Person

KEPT = timedelta(minutes=5)  # how long what Slack said of somebody is believed
MOST = 20_000  # accounts remembered


@dataclass(frozen=True, slots=True)
class Account:
    """A Slack account. `team` and `enterprise` are where it belongs; `foreign`: not to our workspace or enterprise."""

    id: str
    team: str
    name: str = ""
    email: str = ""
    timezone: str = ""
    foreign: bool = False
    guest: bool = False
    bot: bool = False
    deleted: bool = False


def account_of(user: Mapping[str, Any], home: Identity) -> Account:
    """What `users.info` says. An account whose workspace is not said is foreign."""
    profile, grid = _mapping(user.get("profile")), _mapping(user.get("enterprise_user"))
    team = str(user.get("team_id") or "")
    same = bool(team) and team == home.team
    same = same or (bool(home.enterprise) and grid.get("enterprise_id") == home.enterprise)
    return Account(
        id=str(user.get("id") or ""),
        team=team,
        name=str(profile.get("display_name") or user.get("real_name") or user.get("name") or ""),
        email=str(profile.get("email") or "").strip().casefold(),
        timezone=str(user.get("tz") or ""),
        foreign=not same or bool(user.get("is_stranger")),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        bot=bool(user.get("is_bot")),
        deleted=bool(user.get("deleted")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def by_id(account: Account, people: Iterable[Person]) -> Person | None:
    """Whom the catalogue gives this Slack id; a foreign account may be written with its workspace ("T1:U1")."""
    ids = {account.id, f"{account.team}:{account.id}"} if account.id else set()
    return next((person for person in people if ids & set(person.slack)), None)


def by_email(account: Account, people: Iterable[Person]) -> Person | None:
    if not account.email or account.bot:
        return None
    return next((person for person in people if person.email.casefold() == account.email), None)


class Directory:
    """Who is who. Asks Slack, and believes the reply for `KEPT`."""

    def __init__(self, slack: Slack, clock: Callable[[], datetime]) -> None:
        self._slack = slack
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: dict[str, tuple[datetime, Account]] = {}
        self._ours: dict[str, tuple[datetime, bool]] = {}

    def account(self, user: str, *, fresh: bool = False) -> Account:
        """Raises `SlackError` where Slack cannot be asked at the moment. An id that it does not know, or will not speak
        of, is a foreign account without a name. `fresh`: whatever is believed of it, ask."""
        with self._lock:
            known = self._accounts.get(user)
        if known and not fresh and self._clock() - known[0] < KEPT:
            return known[1]
        try:
            account = account_of(self._slack.user(user), self._slack.me)
        except (TryLater, TokenRejected):
            raise
        except Refused:
            account = Account(user, "", foreign=True)
        with self._lock:
            if len(self._accounts) >= MOST:
                self._accounts.clear()
            self._accounts[user] = (self._clock(), account)
        return account

    def person(self, user: str, people: Mapping[str, Person]) -> Person | None:
        """The person of the catalogue whose account this is, or None. Raises `SlackError`."""
        account = self.account(user)
        if account.deleted:
            return None
        found = by_id(account, people.values())
        if found is None and (candidate := by_email(account, people.values())):
            named_otherwise = bool(candidate.slack)  # where the catalogue says which account it is, no other is
            if not named_otherwise and not (account.foreign and self._is_taken(account.email)):
                found = candidate
        return found

    def _is_taken(self, email: str) -> bool:
        """Whether one of our own members has an address that a foreign account claims. Not known counts as yes."""
        with self._lock:
            known = self._ours.get(email)
        if known and self._clock() - known[0] < KEPT:
            return known[1]
        try:
            taken = not account_of(self._slack.user_of_email(email), self._slack.me).foreign
        except (TryLater, TokenRejected):
            raise
        except Refused as refusal:
            taken = refusal.reason != "users_not_found"
        with self._lock:
            self._ours[email] = (self._clock(), taken)
        return taken

    def user_of(self, person: Person) -> Account | None:
        """The account of a person, to write to; None where there is none or it is deactivated. Raises `SlackError`."""
        for written in person.slack:
            account = self.account(written.rpartition(":")[2])
            if not account.deleted and account.team:
                return account
        if not person.email or person.slack:
            return None
        try:
            account = account_of(self._slack.user_of_email(person.email), self._slack.me)
        except Refused as refusal:
            if refusal.reason in ("users_not_found", "missing_scope", "unknown_method"):
                return None
            raise
        return None if account.deleted or account.bot else account
