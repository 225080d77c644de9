"""Rows of the inbox -> what is done with them. A row is finished in the one transaction that keeps what it leads to, so
a crash before it leaves the row open, and a crash after it leaves nothing to do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.posts import SlackError, TokenRejected, TryLater
from jobs.ledger import Claimed, Incoming, Ledger, LedgerBusy, Outgoing, Transaction
from jobs.outbox import HALTED

log = logging.getLogger("clausewise.work")

LEASE = timedelta(seconds=120)  # after which a row of a worker that died is taken up again
ATTEMPTS = 5  # after which whoever asked is told that it failed
IDLE = 1.0  # seconds between looks where nobody says that there is work


def _nothing(_: Transaction) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Done:
    """What a row led to. `record` writes what else is to be kept, in the transaction that finishes the row. `wait`
    leaves the row for later, as while the bot is paused."""

    outcome: str
    outgoing: tuple[Outgoing, ...] = ()
    record: Callable[[Transaction], None] = _nothing
    wait: bool = False


Work = Callable[[Incoming, datetime], Done]
Failed = Callable[[Incoming, str], tuple[Outgoing, ...]]
"""(row, reference) -> what is said when a row could not be worked."""


class ClaimLost(Exception):  # noqa: N818 - what happened
    """Another worker has the row by now; nothing of ours is kept."""


class Worker:
    """Takes rows, one after the other, and has them worked by the function for their kind."""

    def __init__(
        self,
        name: str,
        ledger: Ledger,
        works: Mapping[str, Work],
        *,
        failed: Failed,
        finished: Callable[[Incoming], None],
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        there_is_work: threading.Condition,
        there_is_post: Callable[[], None],
    ) -> None:
        self._name = name
        self._ledger = ledger
        self._works = works
        self._failed = failed
        self._finished = finished
        self._clock = clock
        self._new_id = new_id
        self._there_is_work = there_is_work
        self._there_is_post = there_is_post

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`."""
        while not stop.is_set():
            try:
                if self.work_one():
                    continue
            except LedgerBusy:
                log.warning("the database is busy; trying again")
            except Exception:
                log.exception("a worker failed between two rows; it goes on")
            with self._there_is_work:
                self._there_is_work.wait(IDLE)

    def work_one(self) -> bool:
        """Whether there was a row to work."""
        with self._ledger.begin(durable=False) as t:  # a claim that is lost is an open row
            claimed = t.inbox.take(self._clock(), self._name, LEASE)
        if claimed is None:
            return False
        started = self._clock()
        try:
            done = self._works[claimed.incoming.kind](claimed.incoming, started)
            self._keep(claimed, done)
        except ClaimLost:
            log.info("row=%s taken over by another worker", claimed.incoming.key)
        except Exception as error:
            self._later(claimed, error)
        else:
            took = self._clock() - started
            waited = started - claimed.incoming.received
            log.info(
                "row=%s kind=%s user=%s outcome=%r waited_ms=%d took_ms=%d attempts=%d",
                *(claimed.incoming.key, claimed.incoming.kind, claimed.incoming.user, done.outcome),
                *(waited / timedelta(milliseconds=1), took / timedelta(milliseconds=1), claimed.attempts),
            )
        return True

    def _keep(self, claimed: Claimed, done: Done) -> None:
        now = self._clock()
        with self._ledger.begin() as t:
            for letter in done.outgoing:
                t.outbox.put(letter, self._new_id(), now)
            done.record(t)
            kept = t.inbox.hold(claimed, done.outcome) if done.wait else t.inbox.finish(claimed, done.outcome, now)
            if not kept:
                raise ClaimLost
        self._there_is_post()
        self._finished(claimed.incoming)

    def _later(self, claimed: Claimed, error: Exception) -> None:
        """A row whose work failed is tried again after a while; in the end whoever asked is told. A token that is
        refused halts the sending, too, and counts against no row."""
        now, row = self._clock(), claimed.incoming
        why = error.reason if isinstance(error, SlackError) else type(error).__name__
        known = isinstance(error, SlackError | LedgerBusy)
        log.warning("row=%s failed attempt=%d reason=%s", row.key, claimed.attempts, why, exc_info=not known)
        if isinstance(error, TryLater | TokenRejected) or claimed.attempts < ATTEMPTS:
            with self._ledger.begin() as t:
                if isinstance(error, TokenRejected) and not t.facts.get(HALTED):
                    t.facts.put(HALTED, why)
                t.inbox.put_back(claimed, now + timedelta(seconds=_pause(error, claimed.attempts)), why)
            return
        self._keep(claimed, Done(f"failed: {why}", self._failed(row, row.key)))


def _pause(error: Exception, attempts: int) -> float:
    """Seconds until a row is tried again."""
    if isinstance(error, TryLater):
        return error.seconds
    return 15.0 if isinstance(error, TokenRejected) else min(60.0, 2.0**attempts)
