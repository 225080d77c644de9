"""Whom the bot takes a Slack account for: the person of the catalogue, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.directory import KEPT, Account, Directory, account_of
from bot.posts import Identity, Refused, SlackError, TokenRejected, TryLater, Uncertain
from knowledge.model import Person
from tests.bot.stepwise import Unwired
from tests.slack import SlackStandIn, User

HOME = Identity("U0BOT", "B0BOT", "T0", "E0")
RITA = "rita@valmont.example.org"
PEOPLE = {
    "rita": Person("rita", "Rita", RITA),
    "known": Person("known", "Known by id", "known@valmont.example.org", slack=("U0KNOWN",)),
    "far": Person("far", "Of another workspace", "far@elsewhere.example.org", slack=("T0OTHER:U0FAR",)),
    "greta": Person("greta", "Greta", "greta@thg.example.org"),
}
ACCOUNTS: Mapping[str, tuple[User, str | None]] = {
    "a colleague": (User("U0RITA", email=RITA), "rita"),
    "whatever the case of the address": (User("U0CASE", email=RITA.upper()), "rita"),
    "a colleague without an entry": (User("U0NEW", email="new@valmont.example.org"), None),
    "a colleague without an address": (User("U0MUTE"), None),
    "a guest with an entry": (User("U0GUEST", email="greta@thg.example.org", is_restricted=True), "greta"),
    "a guest without an entry": (User("U0GUEST", email="g@elsewhere.example.org", is_ultra_restricted=True), None),
    "a closed account": (User("U0RITA", email=RITA, deleted=True), None),
    "a closed account known by its id": (User("U0KNOWN", deleted=True), None),
    "a bot with an address of ours": (User("U0APP", email=RITA, is_bot=True), None),
    "a bot known by its id": (User("U0KNOWN", is_bot=True), "known"),
    "known by id, whatever the address": (User("U0KNOWN", email=RITA), "known"),
    "the address of somebody known by another id": (User("U0COPY", email="known@valmont.example.org"), None),
    "another workspace, with an address of its own": (
        User("U0G", email="greta@thg.example.org", team="T0THG"),
        "greta",
    ),
    "another workspace, with an address of ours": (User("U0FALSE", email=RITA, team="T0OTHER"), None),
    "a stranger with an address of ours": (User("U0FALSE", email=RITA, is_stranger=True), None),
    "another workspace, known by id": (User("U0FAR", team="T0OTHER"), "far"),
    "the same id in a third workspace": (User("U0FAR", team="T0THIRD"), None),
    "an address known by an id of another workspace": (User("U0X", email="far@elsewhere.example.org"), None),
}


def directory(*users: User, now: list[datetime] | None = None) -> tuple[Directory, Unwired]:
    """A directory of a workspace with rita and these in it."""
    clock = now if now is not None else [datetime(2026, 6, 2, tzinfo=UTC)]
    slack = Unwired(SlackStandIn([User("U0OURS", email=RITA), *users]))
    return Directory(slack, lambda: clock[0]), slack


@pytest.mark.parametrize(("user", "person"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_whom_an_account_is_taken_for(user: User, person: str | None) -> None:
    found = directory(user)[0].person(user.id, PEOPLE)
    assert (found.id if found else None) == person


@pytest.mark.parametrize("reason", ["user_not_found", "user_not_visible", "unknown_method", "missing_scope"])
def test_whom_slack_does_not_speak_of_is_nobody_unless_known_by_id(reason: str) -> None:
    known, slack = directory()
    slack.faults["users.info"] = [Refused(reason), Refused(reason)]
    assert known.person("U0RITA", PEOPLE) is None
    found = known.person("U0KNOWN", PEOPLE)
    assert found is not None
    assert found.id == "known"


@pytest.mark.parametrize("error", [TryLater(3), Uncertain("no reply"), TokenRejected("token_revoked")])
@pytest.mark.parametrize("method", ["users.info", "users.lookupByEmail"])
def test_what_cannot_be_asked_at_the_moment_is_not_remembered(method: str, error: SlackError) -> None:
    known, slack = directory(User("U0G", email="greta@thg.example.org", team="T0THG"))
    slack.faults[method] = [error]
    with pytest.raises(type(error)):
        known.person("U0G", PEOPLE)
    assert known.person("U0G", PEOPLE) == PEOPLE["greta"]


@pytest.mark.parametrize("reason", ["unknown_method", "missing_scope", "access_denied"])
def test_where_it_cannot_be_found_out_whether_an_address_is_ours_it_counts_as_ours(reason: str) -> None:
    known, slack = directory(User("U0G", email="greta@thg.example.org", team="T0THG"))
    slack.faults["users.lookupByEmail"] = [Refused(reason)]
    assert known.person("U0G", PEOPLE) is None


def test_what_slack_said_is_believed_for_a_while_and_asked_anew_where_that_is_wanted() -> None:
    now = [datetime(2026, 6, 2, tzinfo=UTC)]
    user = User("U0RITA", email=RITA)
    known, slack = directory(user, now=now)
    assert not known.account("U0RITA").deleted
    slack._stand_in.world.users["U0RITA"].deleted = True
    assert not known.account("U0RITA").deleted
    assert known.account("U0RITA", fresh=True).deleted
    slack._stand_in.world.users["U0RITA"].deleted = False
    assert known.account("U0RITA").deleted
    now[0] += KEPT + timedelta(seconds=1)
    assert not known.account("U0RITA").deleted


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"id": 7, "profile": "x", "team_id": None},
        {"id": "U1", "profile": {"email": None}},
        {"id": "U1", "team_id": "T1", "enterprise_user": "E0"},
        {"id": "U1", "team_id": "T1", "enterprise_user": {"enterprise_id": "E1"}},
    ],
)
def test_an_account_of_which_not_enough_is_said_is_foreign(said: dict[str, Any]) -> None:
    assert account_of(said, HOME).foreign


@pytest.mark.parametrize("said", [{"team_id": "T0"}, {"team_id": "T7", "enterprise_user": {"enterprise_id": "E0"}}])
def test_an_account_of_our_workspace_or_enterprise_is_ours(said: dict[str, Any]) -> None:
    assert not account_of({"id": "U1", **said}, HOME).foreign


@pytest.mark.parametrize(
    ("person", "account"),
    [
        ("rita", "U0OURS"),
        ("known", "U0KNOWN"),
        ("greta", None),
    ],
)
def test_the_account_to_write_to_is_the_one_of_the_catalogue_or_of_the_address(
    person: str, account: str | None
) -> None:
    found = directory(User("U0KNOWN"))[0].user_of(PEOPLE[person])
    assert (found.id if found else None) == account


def test_a_closed_account_is_not_written_to() -> None:
    assert directory(User("U0KNOWN", deleted=True))[0].user_of(PEOPLE["known"]) is None


def test_an_account_knows_its_name_and_time_zone() -> None:
    found = directory(User("U0RITA", "rita", email=RITA, tz="Asia/Tokyo"))[0].account("U0RITA")
    assert found == Account("U0RITA", "T0STANDIN", "rita", RITA, "Asia/Tokyo")
