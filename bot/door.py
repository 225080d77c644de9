"""Slack's receiving end: what comes in is kept before it is acknowledged.

Bolt checks signatures and speaks Socket Mode; its one global middleware is ours. If keeping fails, Slack gets no
acknowledgement and sends again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.listeners import actions, command, read
from bot.listeners.payload import Body, Door
from bot.posts import TIMEOUT, Slack
from jobs.ledger import Incoming, Ledger, LedgerError

if TYPE_CHECKING:
    from bot.modals import Modals

log = logging.getLogger("clausewise.door")

MOST_SHOWN = 10_000  # statuses remembered
LISTENS_KEPT = 5.0  # seconds for which a channel's setting is believed


@dataclass(frozen=True, slots=True)
class Reply:
    """What Slack is told at once: that it was kept, with the words or the errors that go with it."""

    status: int = 200
    body: str | Mapping[str, Any] = ""


class Receiver:
    """Keeps what comes in, and has modals opened and statuses shown. Nothing here waits for Slack."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        slack: Slack,
        door: Door,
        modals: Modals,
        clock: Callable[[], datetime],
        woken: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._slack = slack
        self._door = door
        self._modals = modals
        self._clock = clock
        self._woken = woken
        self._at_once = ThreadPoolExecutor(8, thread_name_prefix="at-once")
        self._shown: dict[str, Future[None]] = {}

    def receive(self, body: Body) -> Reply:
        """Take a payload in. Status 500 where it could not be kept, so that Slack sends it again."""
        started = self._clock()
        if body.get("type") == "view_submission" and (errors := self._modals.problems(body)):
            return Reply(body={"response_action": "errors", "errors": errors})
        rows = read(body, self._door, started)
        try:
            new = self._kept(rows)
        except LedgerError:
            log.exception("not kept; Slack will send it again")
            return Reply(status=500)
        for row in new:
            if row.kind == "question" and row.payload.get("how") != "untagged":
                if (
                    len(self._shown) >= MOST_SHOWN
                ):  # another process may have answered, and taken its status back itself
                    self._shown.clear()
                self._shown[row.key] = self._at_once.submit(self._shown_working, row)
        if new:
            self._woken()
        for press in actions.presses(body) if body.get("type") == "block_actions" else ():
            if press.action in actions.MODALS:
                self._at_once.submit(self._opened, press)
        took = (self._clock() - started) / timedelta(milliseconds=1)
        log.debug("received type=%s rows=%d took_ms=%d", body.get("type"), len(new), took)
        return Reply(body=command.acknowledgement(body) if "command" in body else "")

    def _kept(self, rows: tuple[Incoming, ...]) -> list[Incoming]:
        with self._ledger.read() as t:
            known = t.inbox.known(row.key for row in rows) if rows else set()
        if not [row for row in rows if row.key not in known]:
            return []
        with self._ledger.begin() as t:
            return [row for row in rows if t.inbox.receive(row)]

    def _shown_working(self, row: Incoming) -> None:
        try:
            self._slack.working(row.channel, str(row.payload.get("thread") or row.ts), row.ts)
        except Exception:
            log.exception("a status was not shown")

    def _opened(self, press: actions.Press) -> None:
        try:
            self._modals.open(press)
        except Exception:
            log.exception("a modal was not opened: %s", press.action)

    def done(self, row: Incoming) -> None:
        """Take back the status of a question that was worked."""
        shown = self._shown.pop(row.key, None)
        if row.kind == "question":
            self._at_once.submit(self._taken_back, row, shown)

    def _taken_back(self, row: Incoming, shown: Future[None] | None) -> None:
        """What is taken back has to be there first: a question may be answered before its status is shown."""
        try:
            if shown is not None:
                wait([shown], timeout=TIMEOUT)
            self._slack.done(row.channel, str(row.payload.get("thread") or row.ts), row.ts)
        except Exception:
            log.exception("a status was not taken back")

    def close(self) -> None:
        self._at_once.shutdown(wait=False, cancel_futures=True)


class Listening:
    """How channels are listened to, as admins have chosen; looked up in the ledger, and believed for a moment."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, tuple[float, str]] = {}

    def __call__(self, channel: str, thread: str) -> str:
        at, mode = self._known.get(channel, (0.0, ""))
        if time.monotonic() - at > LISTENS_KEPT or not mode:
            with self._ledger.read() as t:
                mode = t.channels.get(channel).listens
            self._known[channel] = (time.monotonic(), mode)
        if mode == "thread" and thread:
            with self._ledger.read() as t:
                return mode if t.questions.in_thread(channel, thread) else "mention"
        return mode
