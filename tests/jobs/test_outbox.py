"""Every message once: what is decided, what is recorded, and what a Slack that fails in every way ends up showing."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from jobs.ledger import Change, Ledger, LedgerBusy, OutboxRow, Outgoing, database, sqlite_url
from jobs.messages import Notice
from jobs.outbox import (
    DUPLICATES,
    HALTED,
    TRIES,
    UNREADABLE,
    Decision,
    Divert,
    Found,
    Halt,
    Later,
    Outbox,
    Posted,
    Ready,
    Refuse,
    Refused,
    Unknown,
    Unreadable,
    after_dying,
    after_failing,
    after_looking,
    after_posting,
    after_preparing,
    has_died,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SETTLE = 90 * SECOND
PACE = SECOND


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Message:
    channel: str
    thread: str
    ts: str
    key: str
    name: str
    shown_from: datetime
    deleted: bool = False


@dataclass
class Slack:
    """A door to a Slack of our own, which does to each call what it is told to; `calls` is its log.

    What can be told of a post: "lands", "is lost" and "lands unheard" (both raise), "lands late" and "lands too late"
    (after the settle time), "not now" (429), "never", "no token"; and, with the end of the process, "dies before",
    "dies after" and "dies, lands late".
    Of preparing: an exception, or what `prepare` returns.
    """

    clock: Callable[[], datetime]
    settle: timedelta = SETTLE
    posting: deque[str] = field(default_factory=deque)
    preparing: deque[Any] = field(default_factory=deque)
    instead: tuple[Outgoing, ...] = ()
    unreadable: str = ""
    messages: list[Message] = field(default_factory=list)
    calls: list[tuple[datetime, OutboxRow]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def prepare(self, row: OutboxRow) -> Any:
        told = self.preparing.popleft() if self.preparing else None
        if isinstance(told, BaseException):
            raise told
        return told or Ready(row.channel or f"D-{row.outgoing.to}", row)

    def post(self, ready: Ready, key: str) -> Posted | Refused | Unknown:
        row = ready.body
        assert isinstance(row, OutboxRow)
        assert row.key == key
        with self.lock:
            now = self.clock()
            self.calls.append((now, row))
            what = self.posting.popleft() if self.posting else "lands"
            return self._answer(what, row, ready.channel, now)

    def _answer(self, what: str, row: OutboxRow, channel: str, now: datetime) -> Posted | Refused | Unknown:
        match what:
            case "lands":
                return Posted(self._land(row, channel, now), channel)
            case "lands unheard" | "lands late" | "lands too late":
                after = {"lands unheard": timedelta(0), "lands late": self.settle * 0.8}.get(what, self.settle * 3)
                self._land(row, channel, now + after)
                raise TimeoutError
            case "is lost":
                raise ConnectionError
            case "may have landed":
                return Unknown("internal_error")
            case "not now":
                return Refused("ratelimited", now + 30 * SECOND)
            case "never":
                return Refused("is_archived")
            case "no token":
                return Refused("token_revoked", halt=True)
            case "dies after":
                self._land(row, channel, now)
            case "dies, lands late":
                self._land(row, channel, now + self.settle * 0.8)
        raise Killed

    def _land(self, row: OutboxRow, channel: str, when: datetime) -> str:
        if row.outgoing.updates:
            return row.ts
        ts = f"{when.timestamp() + len(self.messages) / 1000:.6f}"
        self.messages.append(Message(channel, row.outgoing.thread, ts, row.key, row.name, when))
        return ts

    def refused(self, row: OutboxRow, reason: str) -> tuple[Outgoing, ...]:
        self.asked.append((row.name, reason))
        return self.instead if "/" not in row.name else ()

    def find(self, channel: str, thread: str, key: str, since: datetime) -> Found | Unreadable:
        if self.unreadable:
            return Unreadable(self.unreadable)
        with self.lock:
            found = (m for m in self.shown(key) if (m.channel, m.thread) == (channel, thread) and m.shown_from >= since)
            return Found(tuple(sorted((m.ts for m in found), reverse=True)))

    def delete(self, channel: str, ts: str) -> bool:
        for message in self.messages:
            if (message.channel, message.ts) == (channel, ts):
                message.deleted = True
        return True

    def shown(self, key: str) -> list[Message]:
        """The messages with a key that anybody sees now."""
        now = self.clock()
        return [m for m in self.messages if m.key == key and not m.deleted and m.shown_from <= now]

    def names(self) -> list[str]:
        """What was posted and is there, in the order it came."""
        return [m.name for m in self.messages if not m.deleted]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Slack:
    return Slack(clock)


@pytest.fixture
def outbox(ledger: Ledger, slack: Slack, clock: Clock) -> Outbox:
    return new_outbox(ledger, slack, clock)


def new_outbox(ledger: Ledger, slack: Slack, clock: Callable[[], datetime], **more: Any) -> Outbox:
    numbers = count()
    return Outbox(ledger, slack, clock=clock, new_key=lambda: f"new{id(numbers)}-{next(numbers)}", **more)


def outgoing(name: str, to: str = "C1", thread: str = "", updates: str = "") -> Outgoing:
    return Outgoing(name, to, Notice((name,)), thread=thread, updates=updates)


def put(ledger: Ledger, *rows: Outgoing, now: datetime = NOW) -> None:
    with ledger.begin() as t:
        for row in rows:
            assert t.outbox.put(row, f"key of {row.name}", now)


def row_of(ledger: Ledger, name: str) -> OutboxRow:
    with ledger.read() as t:
        row = t.outbox.get(name)
    assert row is not None
    return row


def fact(ledger: Ledger, name: str) -> str | None:
    with ledger.read() as t:
        return t.facts.get(name)


def states(ledger: Ledger) -> dict[str, int]:
    with ledger.read() as t:
        return t.outbox.held()


# --- deciding ---------------------------------------------------------------------------------------------------------

ROW = OutboxRow(
    id=1,
    key="k",
    outgoing=outgoing("m"),
    state="sending",
    attempts=1,
    posts=1,
    failures=0,
    put=NOW,
    not_before=NOW,
    claimed=NOW,
    first_try=NOW,
    tried=NOW,
    settle_until=None,
    channel="C1",
    ts="",
    error="",
)
UPDATE = replace(ROW, outgoing=outgoing("u", updates="m"), ts="17.0")


@pytest.mark.parametrize(
    ("decided", "wanted"),
    [
        (after_preparing(Divert((outgoing("x"),)), NOW), Decision(Change("diverted"), (outgoing("x"),))),
        (after_preparing(Refuse("nobody"), NOW), Decision(Change("refused", "nobody"))),
        (
            after_preparing(Later(NOW + HOUR, "busy"), NOW),
            Decision(Change("pending", "busy", not_before=NOW + HOUR)),
        ),
        (
            after_preparing(Halt("revoked"), NOW),
            Decision(Change("pending", "revoked", not_before=NOW), halted="revoked"),
        ),
        (after_posting(ROW, Posted("17.0", "D1"), NOW, SETTLE), Decision(Change("sent", channel="D1", ts="17.0"))),
        (
            after_posting(ROW, Unknown("500"), NOW + SECOND, SETTLE),
            Decision(Change("unknown", "500", settle_until=NOW + SECOND + SETTLE)),
        ),
        (after_posting(ROW, Refused("is_archived"), NOW, SETTLE), Decision(Change("refused", "is_archived"))),
        (
            after_posting(ROW, Refused("ratelimited", NOW + MINUTE), NOW, SETTLE),
            Decision(Change("pending", "ratelimited", not_before=NOW + MINUTE), slow_until=NOW + MINUTE),
        ),
        (
            after_posting(ROW, Refused("revoked", NOW + MINUTE, halt=True), NOW, SETTLE),
            Decision(Change("pending", "revoked", not_before=NOW), halted="revoked"),
        ),
        (
            after_posting(UPDATE, Unknown("500"), NOW, SETTLE),
            Decision(Change("pending", "500", not_before=NOW + 5 * SECOND, failures=1)),
        ),
        (
            after_failing(replace(ROW, failures=3), "KeyError", NOW),
            Decision(Change("pending", "KeyError", not_before=NOW + 40 * SECOND, failures=4)),
        ),
        (
            after_failing(replace(ROW, failures=TRIES - 1), "KeyError", NOW),
            Decision(Change("refused", "failed 8 times, last with KeyError", failures=TRIES)),
        ),
        (
            after_looking(ROW, Found(("18.1", "17.2", "9.3")), NOW, SETTLE),
            Decision(Change("sent", ts="9.3", failures=0)),
        ),
        (
            after_looking(ROW, Found(()), NOW, SETTLE),
            Decision(Change("pending", "it was not posted", not_before=NOW, failures=0)),
        ),
        (
            after_looking(replace(ROW, failures=1), Unreadable("not_in_channel"), NOW, SETTLE),
            Decision(Change("unknown", "not_in_channel", settle_until=NOW + 2 * SETTLE, failures=2)),
        ),
        (
            after_looking(replace(ROW, failures=10**6), Unreadable("not_in_channel"), NOW, SETTLE),
            Decision(Change("unknown", "not_in_channel", settle_until=NOW + HOUR, failures=10**6 + 1)),
        ),
    ],
)
def test_what_follows_from_what_happened(decided: Decision, wanted: Decision) -> None:
    assert decided == wanted


@pytest.mark.parametrize(
    ("row", "state", "settle_until"),
    [
        (ROW, "unknown", NOW + SETTLE),  # counted from when the call began, not from when it was noticed
        (replace(ROW, tried=None), "pending", None),
        (UPDATE, "pending", None),
    ],
)
def test_what_follows_from_a_death_depends_on_whether_the_call_had_begun(
    row: OutboxRow, state: str, settle_until: datetime | None
) -> None:
    change = after_dying(row, NOW + HOUR, SETTLE).change
    assert (change.state, change.settle_until) == (state, settle_until)


@pytest.mark.parametrize(
    ("row", "after", "died"),
    [
        (ROW, 30 * SECOND, False),
        (ROW, 31 * SECOND, True),
        (replace(ROW, tried=None), 5 * MINUTE, False),
        (replace(ROW, tried=None), 6 * MINUTE, True),
    ],
)
def test_a_row_that_takes_too_long_is_taken_for_dead(row: OutboxRow, after: timedelta, died: bool) -> None:
    assert has_died(row, NOW + after, timeout=30 * SECOND) is died


# --- sending ----------------------------------------------------------------------------------------------------------


def test_a_message_is_posted_and_its_place_is_kept(ledger: Ledger, outbox: Outbox, slack: Slack) -> None:
    put(ledger, outgoing("m", "U1"))
    assert outbox.send_one()
    assert not outbox.send_one()
    row = row_of(ledger, "m")
    (message,) = slack.shown(row.key)
    assert (row.state, row.channel, row.ts) == ("sent", "D-U1", message.ts)


@pytest.mark.parametrize(
    "what", ["is lost", "may have landed", "lands unheard", "lands late", "dies before", "dies after"]
)
def test_what_is_unknown_is_left_alone_for_the_settle_time_and_then_there_once(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock, what: str
) -> None:
    put(ledger, outgoing("m"))
    slack.posting.append(what)
    try:
        outbox.send_one()
    except Killed:
        outbox = new_outbox(ledger, slack, clock)
        assert outbox.recover(clock.now + SECOND) == 1
    assert row_of(ledger, "m").state == "unknown"
    clock.now += SETTLE - SECOND
    assert not outbox.settle_one()
    assert not outbox.send_one()
    clock.now += SECOND
    assert outbox.settle_one()
    clock.now += SECOND
    outbox.send_one()
    assert row_of(ledger, "m").state == "sent"
    assert slack.names() == ["m"]
    assert len(slack.calls) == (1 if what.startswith("lands") or what == "dies after" else 2)


def test_a_process_that_dies_while_preparing_has_posted_nothing_and_waits_for_nothing(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    slack.preparing.append(Killed())
    with pytest.raises(Killed):
        outbox.send_one()
    again = new_outbox(ledger, slack, clock)
    again.recover(clock.now)
    assert again.send_one()
    assert slack.names() == ["m"]


def test_where_no_process_starts_anew_another_one_notices_the_death(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    slack.posting.append("dies after")
    with pytest.raises(Killed):
        outbox.send_one()
    other = new_outbox(ledger, slack, clock)
    clock.now += 31 * SECOND
    assert not other.settle_one()
    assert row_of(ledger, "m").state == "unknown"
    clock.now = NOW + SETTLE
    assert other.settle_one()
    assert row_of(ledger, "m").state == "sent"


def test_slack_saying_not_now_slows_the_destination_down(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m1", "A"), outgoing("m2", "A", "1"), outgoing("m3", "B"))
    slack.posting.append("not now")
    assert [outbox.send_one(), outbox.send_one(), outbox.send_one()] == [True, True, False]
    assert slack.names() == ["m3"]
    clock.now += 30 * SECOND
    outbox.send_one()
    assert slack.names() == ["m3", "m1"]
    assert row_of(ledger, "m1").failures == 0


def test_the_pace_counts_from_the_end_of_a_call(ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock) -> None:
    put(ledger, outgoing("m1"), outgoing("m2"))
    plain = slack.post

    def slowly(ready: Ready, key: str) -> Any:
        clock.now += 3 * SECOND
        return plain(ready, key)

    slack.post = slowly  # type: ignore[method-assign] # as a Slack that is busy
    outbox.send_one()
    clock.now += PACE - timedelta(milliseconds=1)
    assert not outbox.send_one()
    clock.now += timedelta(milliseconds=1)
    assert outbox.send_one()


def test_a_token_that_is_refused_stops_everything_and_loses_nothing(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m1", "A"), outgoing("m2", "B"), outgoing("m3", "C"))
    slack.posting.extend(("is lost", "no token"))
    assert [outbox.send_one(), outbox.send_one(), outbox.send_one()] == [True, True, False]
    assert fact(ledger, HALTED) == "token_revoked"
    clock.now += HOUR
    assert [outbox.send_one(), outbox.settle_one()] == [False, False]
    assert states(ledger) == {"pending": 2, "unknown": 1}
    with ledger.read() as t:
        assert [row.action for row in t.audit.rows("m2")] == ["halted"]
    outbox.resume()
    finish(ledger, outbox, clock)
    assert sorted(slack.names()) == ["m1", "m2", "m3"]
    assert fact(ledger, HALTED) is None


def test_a_halt_before_the_call_keeps_the_row_too(ledger: Ledger, outbox: Outbox, slack: Slack) -> None:
    put(ledger, outgoing("m"))
    slack.preparing.append(Halt("invalid_auth"))
    assert [outbox.send_one(), outbox.send_one()] == [True, False]
    assert (fact(ledger, HALTED), row_of(ledger, "m").state) == ("invalid_auth", "pending")


def test_what_is_refused_for_good_is_on_record_and_something_else_is_said(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    slack.instead = (outgoing("any", "U1"), outgoing("name", "U2"))
    slack.posting.append("never")
    outbox.send_one()
    row = row_of(ledger, "m")
    assert (row.state, row.error) == ("refused", "is_archived")
    with ledger.read() as t:
        assert [(r.action, r.detail) for r in t.audit.rows("m")] == [("refused", {"reason": "is_archived"})]
    finish(ledger, outbox, clock)
    assert slack.names() == ["m/1", "m/2"]
    assert slack.asked == [("m", "is_archived")]


def test_a_diverted_message_is_replaced_by_others_at_once(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    slack.preparing.append(Divert((outgoing("x", "U1"), outgoing("x", "C1"))))
    outbox.send_one()
    assert states(ledger) == {"diverted": 1, "pending": 2}
    finish(ledger, outbox, clock)
    assert slack.names() == ["m/1", "m/2"]


def test_what_cannot_be_prepared_is_tried_eight_times_ever_more_slowly_and_then_refused(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    slack.preparing.extend([KeyError("the words of a clause")] * TRIES)
    tried = []
    while row_of(ledger, "m").state == "pending":
        if outbox.send_one():
            tried.append((clock.now - NOW) / SECOND)
        clock.now += 5 * SECOND
    assert tried == [0, 5, 15, 35, 75, 155, 315, 635]
    assert row_of(ledger, "m").error == "failed 8 times, last with KeyError"
    assert slack.asked == [("m", "failed 8 times, last with KeyError")]
    assert slack.calls == []


def test_waiting_is_not_failing(ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock) -> None:
    put(ledger, outgoing("m"))
    for _ in range(2 * TRIES):
        slack.preparing.append(Later(clock.now + MINUTE, "busy"))
        assert [outbox.send_one(), outbox.send_one()] == [True, False]
        clock.now += MINUTE
    assert outbox.send_one()
    assert slack.names() == ["m"]


def test_what_to_say_instead_failing_does_not_keep_the_row(ledger: Ledger, outbox: Outbox, slack: Slack) -> None:
    put(ledger, outgoing("m"))
    slack.posting.append("never")
    slack.refused = lambda *_: 1 / 0  # type: ignore[method-assign,assignment] # the door has a fault
    assert outbox.send_one()
    assert row_of(ledger, "m").state == "refused"


# --- replacing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["is lost", "lands unheard", "may have landed", "dies before", "dies after"])
def test_an_update_is_simply_made_again(ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock, what: str) -> None:
    put(ledger, outgoing("m"), outgoing("u", updates="m"))
    outbox.send_one()
    clock.now += SECOND
    slack.posting.append(what)
    try:
        outbox.send_one()
    except Killed:
        outbox.recover(clock.now)
    clock.now += 5 * SECOND
    assert outbox.send_one()
    row, message = row_of(ledger, "u"), row_of(ledger, "m")
    assert (row.state, row.channel, row.ts) == ("sent", message.channel, message.ts)
    assert {called.key for _, called in slack.calls} == {message.key}  # what replaces it can be found as it could
    assert slack.names() == ["m"]


def test_an_update_that_fails_for_ten_minutes_is_given_up(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"), outgoing("u", updates="m"))
    outbox.send_one()
    slack.posting.extend(["is lost"] * TRIES)
    finish(ledger, outbox, clock)
    assert row_of(ledger, "u").state == "refused"
    assert len(slack.calls) == 1 + TRIES


def test_an_update_of_a_message_that_was_refused_is_refused(ledger: Ledger, outbox: Outbox, slack: Slack) -> None:
    put(ledger, outgoing("m"), outgoing("u", updates="m"))
    slack.posting.append("never")
    assert outbox.send_one()
    with ledger.begin() as t:
        t.facts.put("time", "passes")
    slack.clock.now += SECOND  # type: ignore[attr-defined] # the test's clock
    assert outbox.send_one()
    row = row_of(ledger, "u")
    assert (row.state, row.error, len(slack.calls)) == ("refused", "the message it replaces was not sent", 1)


# --- looking and sweeping ---------------------------------------------------------------------------------------------


def test_a_conversation_that_cannot_be_read_is_on_record_until_it_can(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    slack.posting.append("lands unheard")
    outbox.send_one()
    slack.unreadable = "not_in_channel"
    looked = []
    for second in range(0, 600, 30):
        clock.now = NOW + second * SECOND
        if outbox.settle_one():
            looked.append(second)
    assert looked == [90, 180, 360]
    assert fact(ledger, f"{UNREADABLE}D-C1") == "not_in_channel"
    assert row_of(ledger, "m").state == "unknown"
    slack.unreadable = ""
    clock.now = NOW + HOUR
    assert outbox.settle_one()
    assert fact(ledger, f"{UNREADABLE}D-C1") is None
    assert row_of(ledger, "m").state == "sent"


def test_a_door_that_fails_while_looking_is_a_conversation_that_cannot_be_read(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    slack.posting.append("is lost")
    outbox.send_one()
    clock.now += SETTLE
    slack.find = lambda *_: 1 / 0  # type: ignore[method-assign,assignment] # the door has a fault
    assert outbox.settle_one()
    assert fact(ledger, f"{UNREADABLE}D-C1") == "ZeroDivisionError"


def test_the_sweep_keeps_the_earlier_of_two_and_remembers_it(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"), outgoing("other", "C2"))
    slack.posting.append("lands too late")
    outbox.send_one()
    outbox.send_one()
    clock.now += SETTLE
    finish(ledger, outbox, clock)
    assert slack.names() == ["m", "other", "m"]
    clock.now += 3 * SETTLE
    # Slack's times say which is earlier; here the message that landed too late got the later one.
    later, earlier = sorted((m for m in slack.messages if m.name == "m"), key=lambda m: m.ts, reverse=True)
    assert outbox.sweep(since=NOW + SECOND) == 0
    assert outbox.sweep(since=NOW) == 1
    assert outbox.sweep(since=NOW) == 0
    assert (later.deleted, earlier.deleted) == (True, False)
    assert row_of(ledger, "m").ts == earlier.ts
    assert fact(ledger, DUPLICATES) == "1"
    with ledger.read() as t:
        assert [row.detail for row in t.audit.rows("m")] == [{"removed": 1}]


# --- two at once ------------------------------------------------------------------------------------------------------


def test_a_claim_lost_while_preparing_is_not_posted(ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock) -> None:
    put(ledger, outgoing("m"))
    other = new_outbox(ledger, slack, clock)
    plain = slack.prepare

    def slowly(row: OutboxRow) -> Any:
        slack.prepare = plain  # type: ignore[method-assign] # the next one is not slow
        other.recover(clock.now)
        assert other.send_one()
        return plain(row)

    slack.prepare = slowly  # type: ignore[method-assign] # the first one is
    assert outbox.send_one()
    assert slack.names() == ["m"]
    assert states(ledger) == {"sent": 1}


def test_a_claim_lost_while_posting_is_found_out_later(
    ledger: Ledger, outbox: Outbox, slack: Slack, clock: Clock
) -> None:
    put(ledger, outgoing("m"))
    other = new_outbox(ledger, slack, clock)
    plain = slack.post

    def slowly(ready: Ready, key: str) -> Any:
        other.recover(clock.now)
        assert not other.send_one()
        return plain(ready, key)

    slack.post = slowly  # type: ignore[method-assign] # slow enough for another process to start
    assert outbox.send_one()
    assert row_of(ledger, "m").state == "unknown"
    clock.now += SETTLE
    assert other.settle_one()
    assert states(ledger) == {"sent": 1}
    assert slack.names() == ["m"]


def test_a_database_too_busy_to_record_what_happened_hears_of_it_later(
    tmp_path: Path, slack: Slack, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with Ledger.open(sqlite_url(tmp_path / "ledger.db")) as ledger:
        outbox = new_outbox(ledger, slack, clock)
        put(ledger, outgoing("m1", "A"), outgoing("m2", "B"))
        other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
        steps = ((slack, "post"), (slack, "prepare"))
        for door, step in steps:
            plain = getattr(door, step)

            def locking(*arguments: Any, plain: Any = plain) -> Any:
                other.execute("BEGIN IMMEDIATE")
                return plain(*arguments)

            setattr(door, step, locking)
            with pytest.raises(LedgerBusy):
                outbox.send_one()
            setattr(door, step, plain)
            with pytest.raises(LedgerBusy):
                outbox.send_one()
            other.execute("ROLLBACK")
        other.close()
        finish(ledger, outbox, clock)
        assert states(ledger) == {"sent": 2}
        assert slack.names() == ["m1", "m2"]
        assert clock.now < NOW + MINUTE  # nothing had to settle


FAULTS = ("lands unheard", "is lost", "lands late", "not now fast", "may have landed")


def test_two_processes_with_threads_on_one_database_post_nothing_twice(ledger: Ledger) -> None:
    """In real time, with short times: each destination is tried by six threads while every third call fails."""
    settle, pace = timedelta(seconds=0.4), timedelta(seconds=0.02)
    slack = Slack(lambda: datetime.now(UTC), settle=settle)
    plan = slack._answer
    calls = count(1)

    def failing(what: str, row: OutboxRow, channel: str, now: datetime) -> Posted | Refused | Unknown:
        number = next(calls)
        what = FAULTS[number // 3 % len(FAULTS)] if number % 3 == 0 else what
        if what == "not now fast":
            return Refused("ratelimited", now + 5 * pace)
        return plan(what, row, channel, now)

    slack._answer = failing  # type: ignore[method-assign] # every third call
    names = [f"{to}{n}" for n in range(10) for to in "ABCD"]
    put(ledger, *(outgoing(name, name[0], "1") for name in names), now=datetime.now(UTC))
    more = {"settle": settle, "timeout": timedelta(seconds=30), "pace": pace}
    boxes = [new_outbox(ledger, slack, slack.clock, **more) for _ in range(2)]
    deadline = time.monotonic() + 60

    def work(box: Outbox) -> None:
        while states(ledger) != {"sent": len(names)} and time.monotonic() < deadline:
            if not (box.send_one() or box.settle_one()):
                time.sleep(0.005)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, boxes * 3))
    assert sorted(slack.names()) == sorted(names)
    assert [box.sweep(NOW - HOUR) for box in boxes] == [0, 0]
    assert_paced_and_in_order(slack, pace)


def finish(ledger: Ledger, outbox: Outbox, clock: Clock) -> None:
    """Let time pass, ever faster, until there is nothing left to do."""
    step = 0
    for _ in range(2000):
        while outbox.send_one() or outbox.settle_one():
            step = 0
        if not {"pending", "sending", "unknown"} & states(ledger).keys():
            return
        step = min(step + 1, 20)
        clock.now += step * SECOND
    raise AssertionError(f"never done: {states(ledger)}")


def assert_paced_and_in_order(slack: Slack, pace: timedelta) -> None:
    """No two calls to one destination within the pace; in one thread first calls in the order the messages were put."""
    calls: dict[str, list[datetime]] = defaultdict(list)
    first: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for when, row in slack.calls:
        calls[row.outgoing.to].append(when)
        in_line = first[row.outgoing.to, row.outgoing.thread, row.outgoing.updates]
        if row.id not in in_line:
            in_line.append(row.id)
    for times in calls.values():
        assert all(later - earlier >= pace for earlier, later in pairwise(times))
    for numbers in first.values():
        assert numbers == sorted(numbers)


# --- anything in any order --------------------------------------------------------------------------------------------


@cache
def _empty_database() -> Path:
    folder = tempfile.mkdtemp(prefix="clausewise-empty-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "ledger.db"
    Ledger.open(sqlite_url(path)).close()
    return path


class Delivery(RuleBasedStateMachine):
    """Whatever Slack does, whenever the process dies: in the end everything is there once, in order, in its time."""

    names = Bundle("names")

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clausewise-outbox-"))
        shutil.copy(_empty_database(), self.folder / "ledger.db")
        self.ledger = Ledger.open(sqlite_url(self.folder / "ledger.db"))
        self.clock = Clock()
        self.slack = Slack(self.clock)
        self.outbox = new_outbox(self.ledger, self.slack, self.clock)
        self.said: list[str] = []
        self.too_late: set[str] = set()
        self.replaced = 0

    @rule(target=names, to=st.sampled_from("AB"), thread=st.sampled_from(("", "1")))
    def say(self, to: str, thread: str) -> str:
        return self._put(outgoing(f"m{len(self.said)}", to, thread))

    @rule(name=names)
    def replace_it(self, name: str) -> None:
        target = row_of(self.ledger, name).outgoing
        self._put(outgoing(f"u{len(self.said)}", target.to, target.thread, updates=name))

    @rule(
        what=st.sampled_from(
            (
                *("lands", "lands", "lands unheard", "is lost", "may have landed", "lands late", "lands too late"),
                *("not now", "never", "no token", "dies before", "dies after"),
                "dies, lands late",
            )
        )
    )
    def send(self, what: str) -> None:
        calls = len(self.slack.calls)
        self._with(self.slack.posting, what)
        if what == "lands too late":  # then, and only then, the sweep has something to do
            self.too_late |= {row.name for _, row in self.slack.calls[calls:]}

    @rule(what=st.sampled_from(("divert", "fail", "later", "halt", "refuse", "die")))
    def cannot_send(self, what: str) -> None:
        self.replaced += 1
        told = {
            "divert": Divert((outgoing("any", f"U{self.replaced}"),)),
            "fail": KeyError("x"),
            "later": Later(self.clock.now + MINUTE, "busy"),
            "halt": Halt("invalid_auth"),
            "refuse": Refuse("nobody may read it"),
            "die": Killed(),
        }
        self._with(self.slack.preparing, told[what])

    @rule()
    def settle(self) -> None:
        self.outbox.settle_one()

    @rule(seconds=st.sampled_from((0.1, 0.95, 1, 1, 5, 29, 90, 1000)))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)

    @rule()
    def restart(self) -> None:
        self.outbox = new_outbox(self.ledger, self.slack, self.clock)
        self.outbox.recover(self.clock.now)

    @rule(reason=st.sampled_from(("", "not_in_channel")))
    def reading_back(self, reason: str) -> None:
        self.slack.unreadable = reason

    @rule()
    def sweep(self) -> None:
        self.outbox.sweep(NOW)

    @precondition(lambda self: bool(fact(self.ledger, HALTED)))
    @rule()
    def resume(self) -> None:
        self.outbox.resume()

    @invariant()
    def nothing_is_posted_while_nothing_may_be(self) -> None:
        if hasattr(self, "ledger") and fact(self.ledger, HALTED):
            calls = len(self.slack.calls)
            assert not self.outbox.send_one()
            assert not self.outbox.settle_one()
            assert len(self.slack.calls) == calls

    def teardown(self) -> None:
        if not hasattr(self, "ledger"):
            return
        self.slack.unreadable = ""
        self.slack.posting.clear()
        self.slack.preparing.clear()
        self.outbox = new_outbox(self.ledger, self.slack, self.clock)
        self.outbox.recover(self.clock.now)
        self.outbox.resume()
        finish(self.ledger, self.outbox, self.clock)
        self.clock.now += 4 * SETTLE
        self.outbox.sweep(NOW)
        self._check()
        self.ledger.close()
        shutil.rmtree(self.folder)

    def _put(self, what: Outgoing) -> str:
        put(self.ledger, what, now=self.clock.now)
        self.said.append(what.name)
        return what.name

    def _with(self, queue: deque[Any], told: Any) -> None:
        queue.append(told)
        try:
            self.outbox.send_one()
        except Killed:
            self.restart()
        queue.clear()

    def _check(self) -> None:
        assert_paced_and_in_order(self.slack, PACE)
        with self.ledger.read() as t:
            assert t.audit.check() is None
            for name in self.said:
                row = t.outbox.get(name)
                assert row is not None
                shown = self.slack.shown(row.key)
                assert len(shown) <= 1, name
                assert name in self.too_late or len([m for m in self.slack.messages if m.name == name]) <= 1, name
                if row.state == "sent" and not row.outgoing.updates:
                    assert [m.ts for m in shown] == [row.ts], name
                elif row.state == "diverted":
                    assert t.outbox.get(f"{name}/1"), name
                elif row.state == "refused":
                    assert [r.action for r in t.audit.rows(name)][-1:] == ["refused"], name
                else:
                    assert row.state == "sent", name


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=30, stateful_step_count=40)
