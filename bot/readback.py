"""What Slack never delivered is found by reading back: the conversations the bot is in, a few at each look.

Events are best effort; a backlog may be thrown away on Slack's side. A message found here makes the same row as its
event would have, so whichever comes second changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.listeners import message
from bot.listeners.payload import Door
from bot.posts import Refused, Slack, SlackError, TryLater, instant
from jobs.ledger import Ledger

log = logging.getLogger("clausewise.readback")

EACH_LOOK = 12  # conversations read at one look
FURTHEST = timedelta(hours=24)  # how far back a conversation is read at most: who asked earlier has asked again
BORN = "born"  # the fact that says since when there is this ledger; what was asked before it may have been answered
OVERLAP = timedelta(minutes=3)  # read again each time: an event may be under way while its message is seen
PAGES = 5  # of one conversation at one look: a thousand messages
THREADS = 6  # threads of one conversation whose newest replies are read


class ReadBack:
    """Looks for messages that were addressed to the bot and made no row."""

    def __init__(
        self, *, slack: Slack, ledger: Ledger, door: Door, clock: Callable[[], datetime], woken: Callable[[], None]
    ) -> None:
        self._slack = slack
        self._ledger = ledger
        self._door = door
        self._clock = clock
        self._woken = woken
        self._queue: list[Mapping[str, Any]] = []
        self._not_before: datetime | None = None

    def look(self, now: datetime) -> None:
        """Read the next few conversations. Stops at the first "too many calls", until Slack allows more."""
        if self._not_before and now < self._not_before:
            return
        try:
            for conversation in self._next():
                self._read(conversation, now)
        except TryLater as busy:
            self._not_before = now + timedelta(seconds=busy.seconds)
        except SlackError as error:
            log.info("reading back stopped: %s", error.reason)

    def _next(self) -> list[Mapping[str, Any]]:
        """The conversations whose turn it is; the list is asked for again when it has been gone through."""
        if not self._queue:
            self._queue = [c for c in self._slack.conversations() if c.get("id") and not c.get("is_archived")]
        taken, self._queue = self._queue[:EACH_LOOK], self._queue[EACH_LOOK:]
        return taken

    def _read(self, conversation: Mapping[str, Any], now: datetime) -> None:
        channel = str(conversation["id"])
        kind = "im" if conversation.get("is_im") else ""
        with self._ledger.read() as t:
            born = datetime.fromisoformat(t.facts.get(BORN) or now.isoformat())
            oldest = max(t.channels.get(channel).read_back_to, _ts(max(now - FURTHEST, born)))
        try:
            found = self._slack.history(channel, oldest=_ts(instant(oldest) - OVERLAP), pages=PAGES)
        except Refused as refused:
            if isinstance(refused, TryLater):
                raise
            return
        for root in [m for m in found if m.get("reply_count")][:THREADS] + self._open_threads(channel, now, found):
            thread = str(root.get("thread_ts") or root.get("ts"))
            if str(root.get("latest_reply") or "9") >= oldest:
                replies = self._slack.replies(channel, thread, oldest=_ts(instant(oldest) - OVERLAP))
                found += [reply for reply in replies if reply.get("ts") != thread]
        self._take(channel, kind, found, now)

    def _open_threads(self, channel: str, now: datetime, found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The roots of recent threads with us whose first message is too old for this look's history."""
        with self._ledger.read() as t:
            recent = t.questions.in_conversation(channel, now - FURTHEST)
        seen = {str(m.get("ts")) for m in found}
        threads = dict.fromkeys(q.thread for q in reversed(recent) if q.thread and q.thread not in seen)
        roots: list[Mapping[str, Any]] = [{"thread_ts": thread} for thread in threads]
        return roots[:THREADS]

    def _take(self, channel: str, kind: str, found: list[Mapping[str, Any]], now: datetime) -> None:
        rows = [
            row
            for one in found
            for row in message.read(
                {"type": "message", "channel": channel, "channel_type": kind, **one}, self._door, now
            )
        ]
        newest = max((str(one.get("ts", "")) for one in found), default="")
        with self._ledger.begin() as t:
            unknown = {row.key for row in rows} - t.inbox.known(row.key for row in rows)
            for row in sorted(rows, key=lambda r: r.ts):
                if row.key in unknown and t.inbox.receive(replace(row, received=now)):
                    log.warning("row=%s was found by reading back", row.key)
            if newest:
                t.channels.set_read_back_to(channel, newest)
        if unknown:
            self._woken()


def _ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"
