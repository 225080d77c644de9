"""The ticker: what is due runs, what fails or hangs stops nothing else, and a dead scheduler is noticed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.jobstores.memory import MemoryJobStore  # type: ignore[import-untyped] # it has none

from jobs.ledger import Ledger, LedgerBusy, Transaction, sqlite_url
from jobs.ledger.facts import Facts
from jobs.ticker import HEARTBEAT, Scan, Ticker

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
EVERY = 5 * SECOND
QUICKLY = timedelta(seconds=0.05)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own_ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(sqlite_url(tmp_path / "ledger.db")) as opened:
        yield opened


@pytest.fixture
def ran() -> list[str]:
    return []


def scan(name: str, every: timedelta, ran: list[str], error: Exception | None = None) -> Scan:
    def run(now: datetime) -> None:
        ran.append(f"{name} {(now - NOW) / SECOND:g}")
        if error:
            raise error

    return (name, every, run)


def heartbeat(ledger: Ledger) -> str | None:
    with ledger.read() as t:
        return t.facts.get(HEARTBEAT)


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.01)


def test_a_tick_runs_what_is_due_and_writes_the_heartbeat(own_ledger: Ledger, clock: Clock, ran: list[str]) -> None:
    scans = (scan("often", EVERY, ran), scan("hourly", HOUR, ran))
    ticker = Ticker(own_ledger, scans, clock=clock, every=EVERY)
    for _ in range(3):
        ticker.tick()
        clock.now += EVERY
    clock.now = NOW + HOUR
    ticker.tick()
    assert ran == ["often 0", "hourly 0", "often 5", "often 10", "often 3600", "hourly 3600"]
    assert heartbeat(own_ledger) == clock.now.isoformat()


@pytest.mark.parametrize(("early", "runs"), [(0.4, 2), (3, 1)])
def test_a_tick_that_comes_a_little_early_counts(
    own_ledger: Ledger, clock: Clock, ran: list[str], early: float, runs: int
) -> None:
    ticker = Ticker(own_ledger, (scan("often", EVERY, ran),), clock=clock, every=EVERY)
    ticker.tick()
    clock.now += EVERY - early * SECOND
    ticker.tick()
    assert len(ran) == runs


def test_a_clock_set_back_makes_everything_due(own_ledger: Ledger, clock: Clock, ran: list[str]) -> None:
    ticker = Ticker(own_ledger, (scan("hourly", HOUR, ran),), clock=clock, every=EVERY)
    ticker.tick()
    clock.now -= 24 * HOUR
    ticker.tick()
    clock.now += SECOND
    ticker.tick()
    assert ran == ["hourly 0", "hourly -86400"]


def test_a_scan_that_fails_is_logged_by_name_and_type_and_stops_no_other(
    own_ledger: Ledger, clock: Clock, ran: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    scans = (scan("bad", EVERY, ran, KeyError("a secret")), scan("good", EVERY, ran))
    ticker = Ticker(own_ledger, scans, clock=clock, every=EVERY)
    ticker.tick()
    clock.now += EVERY
    ticker.tick()
    assert ran == ["bad 0", "good 0", "bad 5", "good 5"]
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == [
        "scan bad failed with KeyError"
    ] * 2
    assert heartbeat(own_ledger) == clock.now.isoformat()


def test_a_heartbeat_that_cannot_be_written_stops_nothing(
    own_ledger: Ledger, clock: Clock, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise LedgerBusy("the database is busy")

    ticker = Ticker(own_ledger, (scan("often", EVERY, ran),), clock=clock, every=EVERY)
    with monkeypatch.context() as patched:
        patched.setattr(Facts, "put", busy)
        ticker.tick()
    assert (ran, heartbeat(own_ledger)) == (["often 0"], None)
    ticker.tick()
    assert heartbeat(own_ledger) == NOW.isoformat()


def test_a_scan_still_running_is_not_started_again(own_ledger: Ledger, clock: Clock, ran: list[str]) -> None:
    going, may_end = threading.Event(), threading.Event()

    def slow(_: datetime) -> None:
        ran.append("slow")
        going.set()
        may_end.wait(20)

    ticker = Ticker(own_ledger, (("slow", EVERY, slow), scan("other", EVERY, ran)), clock=clock, every=EVERY)
    first = threading.Thread(target=ticker.tick)
    first.start()
    going.wait(20)
    clock.now += HOUR
    ticker.tick()
    assert ran == ["slow", "other 3600"]
    may_end.set()
    first.join()
    clock.now += HOUR
    ticker.tick()
    assert ran[-2:] == ["slow", "other 7200"]


def test_two_scans_of_one_name_are_refused(own_ledger: Ledger, clock: Clock, ran: list[str]) -> None:
    with pytest.raises(ValueError, match="a name of its own"):
        Ticker(own_ledger, (scan("a", EVERY, ran), scan("a", EVERY, ran)), clock=clock)


def test_it_ticks_by_itself_until_it_is_stopped(own_ledger: Ledger, ran: list[str]) -> None:
    ticker = Ticker(own_ledger, (scan("often", QUICKLY, ran),), clock=_real_time, every=QUICKLY)
    ticker.start()
    with pytest.raises(RuntimeError, match="already"):
        ticker.start()
    until(lambda: len(ran) >= 3)
    ticker.stop()
    ticker.stop()
    time.sleep(4 * QUICKLY.total_seconds())
    seen = len(ran)
    time.sleep(4 * QUICKLY.total_seconds())
    assert len(ran) == seen


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_scheduler_whose_thread_has_died_is_started_anew(
    own_ledger: Ledger, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    died = threading.Event()

    def die(*_: object) -> None:
        died.set()
        raise OSError("as a job store does whose database is locked for a moment")

    ticker = Ticker(own_ledger, (scan("often", QUICKLY, ran),), clock=_real_time, every=QUICKLY)
    with monkeypatch.context() as patched:
        patched.setattr(MemoryJobStore, "update_job", die)
        ticker.start()
        assert died.wait(20)
    assert not ticker.watch(_real_time())  # a tick or two may be late
    until(lambda: ticker.watch(_real_time()))
    seen = len(ran)
    until(lambda: len(ran) > seen + 1)
    assert not ticker.watch(_real_time())
    ticker.stop()


def test_a_hanging_scan_holds_up_the_others_only_until_somebody_watches(own_ledger: Ledger, ran: list[str]) -> None:
    may_end = threading.Event()

    def hang(_: datetime) -> None:
        ran.append("hang")
        may_end.wait(30)

    scans = (("hang", QUICKLY, hang), scan("other", QUICKLY, ran))
    ticker = Ticker(own_ledger, scans, clock=_real_time, every=QUICKLY)
    ticker.start()
    until(lambda: "hang" in ran)
    until(lambda: ticker.watch(_real_time()))
    until(lambda: len(ran) >= 3)
    assert ran.count("hang") == 1
    may_end.set()
    until(lambda: ran.count("hang") >= 2)  # and once it has ended it runs again
    ticker.stop()


def test_a_ticker_that_was_never_started_is_not_watched(own_ledger: Ledger, clock: Clock) -> None:
    ticker = Ticker(own_ledger, (), clock=clock)
    assert not ticker.watch(NOW + HOUR)


@pytest.mark.parametrize(("late", "anew"), [(15, False), (16, True)])
def test_three_missed_ticks_are_borne(own_ledger: Ledger, clock: Clock, late: int, anew: bool) -> None:
    ticker = Ticker(own_ledger, (), clock=clock, every=EVERY)
    ticker.start()
    with own_ledger.begin() as t:
        _beat(t, NOW)
    assert ticker.watch(NOW + late * SECOND) is anew
    ticker.stop()


def _beat(t: Transaction, now: datetime) -> None:
    t.facts.put(HEARTBEAT, now.isoformat())


def _real_time() -> datetime:
    return datetime.now(UTC)
