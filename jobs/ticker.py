"""What happens by itself: one short timetable of scans of the ledger.

APScheduler only wakes us; it holds no state worth keeping. Every scan finds in the ledger what is due, so a tick that
was missed is made good by the next one, and two processes that tick find the same and do it once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # has none

from jobs.ledger import Ledger, LedgerError

log = logging.getLogger("clausewise.ticker")

Scan = tuple[str, timedelta, Callable[[datetime], None]]
"""A name, how often, and what is done, told the time."""

HEARTBEAT = "heartbeat"
"""The fact that says when the last tick ended, in ISO form."""


class Ticker:
    """Runs the scans that are due, every `every`. A scan that fails is logged and due again next time; one that is
    still running is not started a second time, and holds up no other for longer than it takes `watch` to notice.

    `heartbeat` names the fact that each tick writes; processes that share a database need one each.
    """

    def __init__(
        self,
        ledger: Ledger,
        scans: Sequence[Scan],
        *,
        clock: Callable[[], datetime],
        every: timedelta = timedelta(seconds=5),
        heartbeat: str = HEARTBEAT,
    ) -> None:
        if len({name for name, _, _ in scans}) != len(scans):
            raise ValueError("every scan has a name of its own")
        self._ledger = ledger
        self._scans = tuple(scans)
        self._clock = clock
        self._every = every
        self._heartbeat = heartbeat
        self._begun: dict[str, datetime] = {}
        self._running: set[str] = set()
        self._lock = threading.Lock()
        self._started: datetime | None = None
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Tick from now on, for the first time after `every`."""
        if self._scheduler is not None:
            raise RuntimeError("the ticker ticks already")
        self._started = self._clock()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=self._every.total_seconds(),
            id="tick",
            coalesce=True,  # ticks that were missed count as one
            misfire_grace_time=None,  # and a late one is not dropped
            max_instances=1,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more. A scan that is running is not waited for."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=False)

    def tick(self) -> None:
        """Run what is due and write the heartbeat. Never raises: what does would end the scheduler's thread."""
        for name, every, scan in self._scans:
            try:
                self._run(name, every, scan)
            except Exception as error:
                log.exception("scan %s failed with %s", name, type(error).__name__)
        try:
            self._beat()
        except Exception as error:
            log.warning("the heartbeat could not be written: %s", type(error).__name__)

    def watch(self, now: datetime, missed: int = 3) -> bool:
        """Start the scheduler anew where `missed` ticks left no heartbeat; whether it did.

        To be called from a thread of its own: a scheduler whose thread has died goes on saying that it runs.
        """
        if self._scheduler is None or self._started is None:
            return False
        last = max(self._started, self._last_beat() or self._started)
        if now - last <= self._every * missed:
            return False
        log.error("the ticker has not ticked since %s and is started anew", last.isoformat())
        self.stop()
        self.start()
        return True

    def _run(self, name: str, every: timedelta, scan: Callable[[datetime], None]) -> None:
        now = self._clock()
        if not self._claimed(name, every, now):
            return
        try:
            scan(now)
        finally:
            with self._lock:
                self._running.discard(name)

    def _claimed(self, name: str, every: timedelta, now: datetime) -> bool:
        with self._lock:
            begun = self._begun.get(name)
            soonest = every - self._every / 2  # a tick comes a little early or late, and the next is far away
            waits = begun is not None and begun <= now < begun + soonest  # not where the clock was set back
            if waits or name in self._running:
                return False
            self._running.add(name)
            self._begun[name] = now
            return True

    def _beat(self) -> None:
        with self._ledger.begin() as t:
            t.facts.put(self._heartbeat, self._clock().isoformat())

    def _last_beat(self) -> datetime | None:
        try:
            with self._ledger.read() as t:
                found = t.facts.get(self._heartbeat)
        except LedgerError:
            return None
        return datetime.fromisoformat(found) if found else None
