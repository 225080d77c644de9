"""Who can read a conversation decides what is said in it: whoever they are, whatever kind of conversation it is, and
whatever happens between the question and the post. The stand-in is the judge: it knows who was there."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.audience import Audience, audience
from bot.delivery import NOT_READABLE
from bot.directory import Directory
from bot.posts import Refused, SlackError, TokenRejected, TryLater, Uncertain
from jobs.ledger import Ledger
from knowledge.embedding import Encoder
from tests.bot.stepwise import Desk
from tests.bot.worlds import USERS, account, built
from tests.slack import BOT_USER, Channel, User

NOTICE = "In ORION: how long before publication must I tell the partners?"
TELLS = ("ORION", "45 calendar days", "forty-five")
NEUTRAL = "my reply is in our direct messages"
CAP = 4
READERS = {"present": ("rita", "paul", "hana", "liv", "tom", "ada"), "later": ("rita", "ada")}
"""Who may read ORION, by the world that is indexed."""

LISTENERS = {
    "a reader": USERS[1],
    "a colleague without access": USERS[3],
    "a guest": User("U0GUEST", "guest", email="guest@elsewhere.example.org", is_ultra_restricted=True),
    "an impostor of another workspace": User("U0FALSE", "rita", email="rita@valmont.example.org", team="T0OTHER"),
    "another app": User("U0APP", "app", email="rita@valmont.example.org", is_bot=True),
    "a closed account": User("U0GONE", "gone", email="gone@valmont.example.org", deleted=True),
}
CONVERSATIONS: Mapping[str, Mapping[str, Any]] = {
    "public": {},
    "private": {"kind": "private"},
    "shared with another workspace": {"is_ext_shared": True, "connected_teams": ["T0OTHER"]},
    "about to be shared": {"is_pending_ext_shared": True},
    "a group": {"kind": "mpim"},
    "crowded": {},
}
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def kept(pytestconfig: pytest.Config) -> Path:
    assert pytestconfig.cache is not None
    return Path(pytestconfig.cache.mkdir("clausewise-worlds"))


@pytest.fixture(scope="module")
def desk(kept: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    users = [*USERS, *(user for user in LISTENERS.values() if user not in USERS)]
    with Ledger.open(f"sqlite:///{tmp_path_factory.mktemp('audience') / 'ledger.db'}") as ledger:
        yield Desk(built(kept, encoder, "present"), ledger, encoder, users, members_cap=CAP)


@pytest.fixture
def later(kept: Path, encoder: Encoder) -> Path:
    """The index in which paul may no longer read ORION."""
    return built(kept, encoder, "later")


def conversation(desk: Desk, listener: str, kind: str) -> str:
    id_ = f"C0ROOM{next(numbers)}"
    people = [account("paul"), LISTENERS[listener].id, BOT_USER]
    people += map(account, ("liv", "tom", "hana", "ada")) if kind == "crowded" else ()
    desk.world.channels[id_] = Channel(id_, id_.lower(), people, **CONVERSATIONS[kind])
    return id_


# --- what happens between the question and the post -------------------------------------------------------------------


def joins(user: str) -> Callable[[Desk, str, Path], None]:
    return lambda desk, channel, _: desk.stand_in.join(user, channel)


def archived(desk: Desk, channel: str, _: Path) -> None:
    desk.stand_in.archive(channel)


def invited(desk: Desk, channel: str, _: Path) -> None:
    desk.stand_in.share(channel, pending=True)


def shared(desk: Desk, channel: str, _: Path) -> None:
    desk.stand_in.share(channel)
    desk.stand_in.join("U0FALSE", channel)


def removed(desk: Desk, channel: str, _: Path) -> None:
    desk.stand_in.leave(BOT_USER, channel)


def deactivated(desk: Desk, _: str, __: Path) -> None:
    desk.world.users[account("paul")].deleted = True


def reopened(desk: Desk, channel: str, _: Path) -> None:
    """A closed account that is a member is opened again."""
    desk.world.users["U0GONE"].deleted = False
    desk.stand_in.join("U0GONE", channel)


def indexed_anew(desk: Desk, _: str, later: Path) -> None:
    desk.index(later)


CHANGES: Mapping[str, Callable[[Desk, str, Path], None]] = {
    "nothing": lambda *_: None,
    "a colleague joins": joins(account("noor")),
    "a guest joins": joins("U0GUEST"),
    "it is shared": shared,
    "another workspace is invited": invited,
    "it is archived": archived,
    "the bot is removed": removed,
    "the asker is deactivated": deactivated,
    "a closed account is opened": reopened,
    "the catalogue changes": indexed_anew,
}


def restored(desk: Desk, present: Path) -> None:
    desk.world.users[account("paul")].deleted = False
    desk.world.users["U0GONE"].deleted = True
    desk.index(present)


def leaks(desk: Desk, since: int, world: str) -> list[str]:
    """What was posted where somebody could read it who may not."""
    readers = {account(person) for person in READERS[world]}
    found = []
    for heard in desk.slack.heard[since:]:
        tells = any(word in heard.words.replace(NOTICE, "") for word in TELLS)  # the asker's own words tell nothing
        invited = desk.world.channels[heard.channel].is_pending_ext_shared
        if tells and (invited or not set(heard.by) <= readers):
            found.append(f"{heard.channel} {heard.by}: {heard.words}")
    return found


SEEN: Counter[str] = Counter()


@pytest.mark.parametrize("kind", CONVERSATIONS)
@pytest.mark.parametrize("listener", LISTENERS)
def test_nobody_reads_what_they_may_not(desk: Desk, later: Path, listener: str, kind: str) -> None:
    present = desk.clausewise.data
    for change, happens in CHANGES.items():
        channel, since = conversation(desk, listener, kind), len(desk.slack.heard)
        asked = desk.say(account("paul"), channel, NOTICE)
        desk.work()
        happens(desk, channel, later)
        desk.run()
        case = f"{listener}, {kind}, {change}"
        assert leaks(desk, since, "later" if change == "the catalogue changes" else "present") == [], case
        said = desk.slack.heard[since:]
        aloud = [h for h in said if h.channel == channel and "45" in h.words]
        directly = [h for h in said if h.by == (account("paul"),) and ("45" in h.words or NOT_READABLE in h.words)]
        if change != "the asker is deactivated":
            assert aloud or directly, f"{case}: no answer to {asked}"
        if kind in ("crowded", "about to be shared"):
            assert not aloud, case
        SEEN["aloud" if aloud else "directly"] += 1
        restored(desk, present)


@pytest.mark.parametrize("direct", [True, False])
def test_an_agreement_that_is_gone_when_it_is_posted_is_told_to_nobody(desk: Desk, later: Path, direct: bool) -> None:
    present, since = desk.clausewise.data, len(desk.slack.heard)
    where = desk.world.open_im(account("paul")).id if direct else conversation(desk, "a reader", "private")
    desk.say(account("paul"), where, "When must ACME pay an invoice?")
    desk.work()
    desk.index(later)
    desk.run()
    desk.index(present)
    said = " ".join(heard.words for heard in desk.slack.heard[since:])
    assert "60" not in said
    assert "sixty" not in said
    assert NOT_READABLE in said


def test_the_matrix_has_both_ends() -> None:
    print(f"audience: {sum(SEEN.values())} cases, {dict(SEEN)}, 0 leaks")
    assert SEEN["aloud"] >= 8
    assert SEEN["directly"] > 200


@pytest.mark.parametrize("kind", ["public", "private", "shared with another workspace", "a group"])
@pytest.mark.parametrize("listener", ["a reader", "a closed account"])
def test_among_readers_it_is_said_aloud(desk: Desk, listener: str, kind: str) -> None:
    channel = conversation(desk, listener, kind)
    desk.say(account("paul"), channel, NOTICE)
    desk.run()
    assert "45 calendar days" in desk.said(channel)[-1]["text"]


# --- where Slack does not say who is there ----------------------------------------------------------------------------

ONCE: Mapping[str, SlackError | Mapping[str, Any]] = {
    "too many calls": TryLater(3.0),
    "no reply": Uncertain("internal_error"),
    "a definite no": Refused("fatal"),
    "an unknown method": Refused("unknown_method"),
    "nothing": {},
}
GARBAGE: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "conversations.info": {"a word": {"channel": "C1"}, "nothing in it": {"channel": {}}},
    "conversations.members": {
        "a word": {"members": "U0PAUL"},
        "an empty list": {"members": []},
        "no ids": {"members": [None, 7]},
        "half of them": {"members": [account("paul"), BOT_USER], "response_metadata": {"next_cursor": "x"}},
        "a broken cursor": {"members": [account("paul")], "response_metadata": "x"},
    },
    "users.info": {"a word": {"user": "rita"}, "nothing in it": {"user": {}}, "a list": {"user": [1]}},
}
FAULTS = [(method, name, fault) for method, garbage in GARBAGE.items() for name, fault in {**ONCE, **garbage}.items()]


@pytest.mark.parametrize("often", [1, 400])
@pytest.mark.parametrize("when", ["asking", "posting"])
@pytest.mark.parametrize(("method", "name", "fault"), FAULTS, ids=[f"{m}-{n}" for m, n, _ in FAULTS])
def test_where_slack_does_not_say_who_is_there_nothing_is_said_aloud_and_the_asker_is_answered(
    desk: Desk, method: str, name: str, fault: SlackError | Mapping[str, Any], when: str, often: int
) -> None:
    channel, since = conversation(desk, "a colleague without access", "private"), len(desk.slack.heard)
    desk.now = desk.now.replace(year=desk.now.year + 1)  # whatever is believed of anybody is old
    desk.say(account("paul"), channel, NOTICE)
    if when == "posting":
        desk.work()
        desk.now = desk.now.replace(year=desk.now.year + 1)
    desk.slack.faults[method] = [fault] * often
    desk.run(90)
    desk.slack.faults.clear()
    desk.run(400)
    assert leaks(desk, since, "present") == []
    assert [h for h in desk.slack.heard[since:] if account("paul") in h.by], "the asker was told nothing"
    with desk.ledger.read() as t:
        assert not {"open", "working"} & {state for state, count in t.inbox.counts().items() if count}


@pytest.mark.parametrize(
    "error", [TryLater(5), TokenRejected("token_revoked"), Uncertain("no reply")], ids=lambda e: type(e).__name__
)
@pytest.mark.parametrize("method", GARBAGE)
def test_what_cannot_be_asked_at_the_moment_is_no_answer(desk: Desk, method: str, error: SlackError) -> None:
    """It is asked again later, and not taken for a conversation that is closed."""
    channel = conversation(desk, "a reader", "private")
    desk.slack.faults[method] = [error]
    with pytest.raises(type(error)):
        heard(desk, channel)
    desk.slack.faults.clear()
    assert heard(desk, channel).people


def heard(desk: Desk, channel: str, **more: Any) -> Audience:
    people = desk.clausewise.generation.people
    return audience(desk.slack, Directory(desk.slack, lambda: desk.now), channel, people, **{"cap": CAP, **more})


@pytest.mark.parametrize(
    ("fields", "more", "problem"),
    [
        ({"is_pending_ext_shared": True}, {}, "another workspace has been invited to it"),
        ({}, {"public_aloud": False}, "it is public"),
        ({}, {"cap": 1}, "it has more than 1 members, and no more are looked at"),
        ({"members": [BOT_USER]}, {}, "nobody was found in it"),
        ({"members": ["U0GUEST", BOT_USER]}, {}, "not in the catalogue: <@U0GUEST>"),
    ],
)
def test_why_nothing_can_be_said_aloud_is_told(desk: Desk, fields: Any, more: Any, problem: str) -> None:
    channel = conversation(desk, "a reader", "public")
    for name, value in fields.items():
        setattr(desk.world.channels[channel], name, value)
    assert heard(desk, channel, **more) == Audience(None, problem=problem)


def test_without_people_nothing_may_be_heard(desk: Desk) -> None:
    agreements = desk.clausewise.generation.agreements.values()
    assert Audience(None).may_hear(agreements, desk.clausewise.today()) == frozenset()
    assert Audience(()).may_hear(agreements, desk.clausewise.today()) == frozenset()


def test_somebody_elses_direct_conversation_is_closed(desk: Desk) -> None:
    channel = desk.world.open_im(account("rita")).id
    assert heard(desk, channel, asker=account("paul")).people is None
    assert heard(desk, channel, asker=account("rita")).direct
