"""Delivers every message once, as observed in Slack, through any crash, and knows nothing of Slack's names.

A row is claimed before its call and the call is recorded before it begins, so a crash leaves a row that is being sent.
What a call did is then unknown, as after every exception. What is unknown is left alone until Slack has settled, then
looked for by its key: found, it is sent; not there, it goes out again. `sweep` bounds what lands later than that.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from jobs.ledger import Change, Ledger, LedgerBusy, OutboxRow, Outgoing

log = logging.getLogger("clausewise.outbox")

HALTED = "halted"
"""The fact that says why nothing is sent, "" or none while things are sent."""
DUPLICATES = "duplicates_removed"
"""The fact that counts messages which stood twice in Slack."""
UNREADABLE = "unreadable/"
"""Facts named so, with a conversation's id, say why it cannot be read back."""

TRIES = 8
"""How often preparing a message, or replacing one, may fail before it is refused: some ten minutes."""

_FIRST_DELAY = timedelta(seconds=5)  # doubled with every failure
_LONGEST_DELAY = timedelta(hours=1)
_PREPARING = timedelta(minutes=5)  # a claim that has not got to its call by then belongs to a process that died
_CLOCKS = timedelta(seconds=60)  # how far Slack's clock and ours may be apart


# --- the door ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """To be posted in `channel`, as Slack calls it. `body` is the door's own."""

    channel: str
    body: object


@dataclass(frozen=True, slots=True)
class Divert:
    """These are to be said instead."""

    instead: tuple[Outgoing, ...]


@dataclass(frozen=True, slots=True)
class Refuse:
    """It will never be said."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not before `at`; does not count as a failure."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing can be sent at all until `resume`; the row is kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class Posted:
    """It stands at `ts` in `channel`."""

    ts: str
    channel: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It was certainly not posted. With `retry_at` it may be then; with `halt` nothing can be sent until `resume`."""

    reason: str
    retry_at: datetime | None = None
    halt: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been posted, now or in a moment."""

    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where messages with the key stand, in Slack's times; none where there is none."""

    ts_list: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The conversation cannot be read now."""

    reason: str


class Door(Protocol):
    """The way to Slack. No method may try a second time by itself."""

    def prepare(self, row: OutboxRow) -> Ready | Divert | Refuse | Later | Halt:
        """Render, find the conversation, look who reads there. An exception is a failure and counts towards `TRIES`:
        where Slack is merely slow or out of reach, say `Later`."""

    def post(self, ready: Ready, key: str) -> Posted | Refused | Unknown:
        """Post, with the key in the metadata, or replace. An exception means `Unknown`."""

    def refused(self, row: OutboxRow, reason: str) -> tuple[Outgoing, ...]:
        """What to say instead of a message that was refused for good; nothing instead of what was itself instead."""

    def find(self, channel: str, thread: str, key: str, since: datetime) -> Found | Unreadable:
        """Every message with the key since then, all pages. An exception means `Unreadable`."""

    def delete(self, channel: str, ts: str) -> bool:
        """Delete a message of ours; whether it is gone."""


# --- deciding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """What a row becomes, and what else follows from it."""

    change: Change
    instead: tuple[Outgoing, ...] = ()
    slow_until: datetime | None = None
    halted: str = ""


def after_preparing(prepared: Divert | Refuse | Later | Halt, now: datetime) -> Decision:
    """What becomes of a row that was not ready to be posted."""
    match prepared:
        case Divert(instead):
            return Decision(Change("diverted"), instead)
        case Refuse(reason):
            return Decision(Change("refused", reason))
        case Later(at, reason):
            return Decision(Change("pending", reason, not_before=at))
        case Halt(reason):
            return Decision(Change("pending", reason, not_before=now), halted=reason)


def after_failing(row: OutboxRow, reason: str, now: datetime) -> Decision:
    """What becomes of a row that could not be prepared, or whose update failed: again, later each time."""
    failures = row.failures + 1
    if failures >= TRIES:
        return Decision(Change("refused", f"failed {failures} times, last with {reason}", failures=failures))
    return Decision(Change("pending", reason, not_before=now + _growing(row.failures, _FIRST_DELAY), failures=failures))


def after_posting(row: OutboxRow, outcome: Posted | Refused | Unknown, now: datetime, settle: timedelta) -> Decision:
    """What becomes of a row after its call."""
    match outcome:
        case Posted(ts, channel):
            return Decision(Change("sent", channel=channel, ts=ts))
        case Refused(reason, halt=True):
            return Decision(Change("pending", reason, not_before=now), halted=reason)
        case Refused(reason, retry_at=None):
            return Decision(Change("refused", reason))
        case Refused(reason, retry_at):
            return Decision(Change("pending", reason, not_before=retry_at), slow_until=retry_at)
        case Unknown(reason):
            if row.outgoing.updates:  # replacing twice is replacing once
                return after_failing(row, reason, now)
            return Decision(Change("unknown", reason, settle_until=now + settle))


def after_dying(row: OutboxRow, now: datetime, settle: timedelta) -> Decision:
    """What becomes of a row whose process died while it was being sent."""
    reason = "the process ended while it was being sent"
    if row.tried is None or row.outgoing.updates:  # the call had not begun, or may be made twice
        return Decision(Change("pending", reason, not_before=now))
    return Decision(Change("unknown", reason, settle_until=row.tried + settle))


def after_looking(row: OutboxRow, found: Found | Unreadable, now: datetime, settle: timedelta) -> Decision:
    """What becomes of a row that was unknown, once Slack was asked for it."""
    match found:
        case Unreadable(reason):
            later = now + _growing(row.failures, settle)
            return Decision(Change("unknown", reason, settle_until=later, failures=row.failures + 1))
        case Found(()):
            return Decision(Change("pending", "it was not posted", not_before=now, failures=0))
        case Found(ts_list):
            return Decision(Change("sent", ts=min(ts_list, key=_age), failures=0))


def has_died(row: OutboxRow, now: datetime, timeout: timedelta) -> bool:
    """Whether a row that is being sent must belong to a process that died: no call takes longer than `timeout`."""
    if row.tried is not None:
        return row.tried + timeout < now
    return row.claimed is not None and row.claimed + _PREPARING < now


def _growing(failures: int, first: timedelta) -> timedelta:
    doubled: timedelta = first * 2 ** min(failures, 16)
    return min(doubled, max(first, _LONGEST_DELAY))


def _age(ts: str) -> tuple[int, str]:
    """Slack's times in order: seconds, a point, and six digits."""
    return (len(ts), ts)


# --- doing ------------------------------------------------------------------------------------------------------------


class Outbox:
    """Sends what the ledger holds. Any number of threads and processes may, on one ledger.

    `settle` is how long Slack may take to show a message after a call that failed, `timeout` the longest call, `pace`
    the least time between two messages to one destination. `new_key` gives a random text nobody can guess.
    """

    def __init__(
        self,
        ledger: Ledger,
        door: Door,
        *,
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
        settle: timedelta = timedelta(seconds=90),
        timeout: timedelta = timedelta(seconds=30),
        pace: timedelta = timedelta(seconds=1),
    ) -> None:
        self._ledger = ledger
        self._door = door
        self._clock = clock
        self._new_key = new_key
        self._settle = settle
        self._timeout = timeout
        self._pace = pace
        self._unrecorded: deque[tuple[OutboxRow, Decision]] = deque()

    def send_one(self) -> bool:
        """Send the next message that is due; False where none is. Raises `LedgerError`; nothing is lost by it."""
        self._catch_up()
        with self._ledger.read() as t:
            if t.facts.get(HALTED) or not t.outbox.is_due(self._clock(), self._pace):
                return False
        with self._ledger.begin(durable=False) as t:  # a claim that is lost is a row that is due again
            row = t.outbox.claim(self._clock(), self._pace)
        if row is None:
            return False
        if row.outgoing.updates and not row.ts:
            self._record(row, Decision(Change("refused", "the message it replaces was not sent")))
            return True
        prepared = self._prepared(row)
        if isinstance(prepared, Ready):
            self._post(row, prepared)
        else:
            self._record(row, prepared)
        return True

    def settle_one(self) -> bool:
        """Look in Slack for one message of which nobody knows whether it was posted; False where none is due."""
        now = self._clock()
        with self._ledger.begin() as t:
            for row in t.outbox.sending():
                if has_died(row, now, self._timeout):
                    t.outbox.move(row, after_dying(row, now, self._settle).change, now)
            unknown = None if t.facts.get(HALTED) else t.outbox.due_unknown(now, again=self._settle)
        if unknown is None:
            return False
        found = self._found(unknown)
        self._note_readable(unknown.channel, found)
        self._record(unknown, after_looking(unknown, found, self._clock(), self._settle))
        return True

    def recover(self, now: datetime) -> int:
        """At the start: what was being sent when the process before this one ended; how many rows.

        Where other processes are sending just now, theirs are taken for dead too; that delays them and doubles nothing.
        """
        with self._ledger.begin() as t:
            rows = t.outbox.sending()
            for row in rows:
                t.outbox.move(row, after_dying(row, now, self._settle).change, now)
        return len(rows)

    def sweep(self, since: datetime) -> int:
        """Remove every second message with one key among what was first tried since then; how many were removed."""
        with self._ledger.read() as t:
            rows = t.outbox.posted_twice(since)
        return sum(self._keep_first(row) for row in rows)

    def resume(self) -> None:
        """Send again after a halt."""
        with self._ledger.begin() as t:
            t.facts.drop(HALTED)

    # --- one row ---

    def _catch_up(self) -> None:
        """Record what the database was too busy for before."""
        with suppress(IndexError):  # another thread may take the last one
            while self._unrecorded:
                self._record(*self._unrecorded.popleft())

    def _prepared(self, row: OutboxRow) -> Ready | Decision:
        try:
            prepared = self._door.prepare(row)
        except Exception as error:
            log.exception("message %s could not be prepared", row.name)
            return after_failing(row, type(error).__name__, self._clock())
        return prepared if isinstance(prepared, Ready) else after_preparing(prepared, self._clock())

    def _post(self, row: OutboxRow, ready: Ready) -> None:
        try:
            with self._ledger.begin() as t:
                posting = t.outbox.posting(row, ready.channel, self._clock())
        except LedgerBusy:
            self._unrecorded.append((row, Decision(Change("pending", not_before=self._clock()))))
            raise
        if posting is None:
            log.warning("message %s was taken over while it was prepared", row.name)
            return
        try:
            outcome = self._door.post(ready, row.key)
        except Exception as error:
            log.warning("posting %s failed with %s", row.name, type(error).__name__)
            outcome = Unknown(type(error).__name__)
        self._record(posting, after_posting(posting, outcome, self._clock(), self._settle))

    def _found(self, row: OutboxRow) -> Found | Unreadable:
        since = (row.first_try or row.put) - _CLOCKS
        try:
            return self._door.find(row.channel, row.outgoing.thread, row.key, since)
        except Exception as error:
            log.warning("looking for %s failed with %s", row.name, type(error).__name__)
            return Unreadable(type(error).__name__)

    def _note_readable(self, channel: str, found: Found | Unreadable) -> None:
        name = f"{UNREADABLE}{channel}"
        with self._ledger.read() as t:
            noted = t.facts.get(name)
        wanted = found.reason if isinstance(found, Unreadable) else None
        if wanted == noted:
            return
        with self._ledger.begin() as t:
            if wanted is None:
                t.facts.drop(name)
            else:
                t.facts.put(name, wanted)

    def _keep_first(self, row: OutboxRow) -> int:
        found = self._found(row)
        if isinstance(found, Unreadable) or len(found.ts_list) < 2:
            return 0
        first, *others = sorted(found.ts_list, key=_age)
        removed = sum(self._door.delete(row.channel, ts) for ts in others)
        now = self._clock()
        with self._ledger.begin() as t:
            t.outbox.move(row, Change("sent", ts=first), now)
            t.facts.add(DUPLICATES, removed)
            t.audit.append("outbox", "duplicates removed", row.name, {"removed": removed}, now)
        return removed

    def _record(self, row: OutboxRow, decision: Decision) -> None:
        """Keep what was decided; where the database is busy, before the next row is sent."""
        if decision.change.state == "refused" and not decision.instead:
            decision = replace(decision, instead=self._instead(row, decision.change.error))
        try:
            self._keep(row, decision)
        except LedgerBusy:
            self._unrecorded.append((row, decision))
            raise

    def _keep(self, row: OutboxRow, decision: Decision) -> None:
        now = self._clock()
        with self._ledger.begin(durable=False) as t:  # if it is lost, the post is looked for, as after a crash
            if not t.outbox.move(row, decision.change, now):
                log.warning("message %s was taken over; what this process did with it is found out later", row.name)
                return
            for number, outgoing in enumerate(decision.instead, 1):
                t.outbox.put(replace(outgoing, name=f"{row.name}/{number}"), self._new_key(), now)
            if decision.slow_until:
                t.outbox.slow_down(row.outgoing.to, decision.slow_until)
            if decision.halted and not t.facts.get(HALTED):
                t.facts.put(HALTED, decision.halted)
                t.audit.append("outbox", "halted", row.name, {"reason": decision.halted}, now)
            if decision.change.state == "refused":
                t.audit.append("outbox", "refused", row.name, {"reason": decision.change.error}, now)

    def _instead(self, row: OutboxRow, reason: str) -> tuple[Outgoing, ...]:
        try:
            return self._door.refused(row, reason)
        except Exception:
            log.exception("what to say instead of %s could not be found", row.name)
            return ()
