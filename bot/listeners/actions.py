"""Buttons and menus. Those that open a modal are answered at the door (a trigger is good for three seconds); the others
are rows of the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.listeners.payload import Body, section, text
from jobs.ledger import Incoming

MODALS = frozenset(
    ("ask.unhelpful", "answer.full", "handover.answer", "register.open", "admin.channel", "admin.scopes")
)
WORK = frozenset(
    (
        *("ask.person", "home.example"),
        *("admin.reindex", "admin.promote", "admin.discard", "admin.rollback", "admin.pause", "admin.resume"),
        *("admin.gaps", "admin.access"),
    )
)


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: which, the ids it carries, by whom, and on which message."""

    action: str
    value: str
    user: str
    trigger: str
    channel: str
    ts: str
    thread: str
    at: str  # Slack's own instant of the press; with user and action it names it


def presses(body: Body) -> Iterable[Press]:
    """The presses a payload tells of."""
    actions = body.get("actions")
    for action in actions if isinstance(actions, list) else ():
        if isinstance(action, dict):
            option = text(action, "selected_option", "value")
            yield Press(
                action=text(action, "action_id"),
                value=(text(action, "value") or option)[:200],
                user=text(body, "user", "id"),
                trigger=text(body, "trigger_id"),
                channel=text(body, "container", "channel_id") or text(body, "channel", "id"),
                ts=text(body, "container", "message_ts") or text(body, "message", "ts"),
                thread=text(body, "message", "thread_ts") or text(body, "container", "thread_ts"),
                at=text(action, "action_ts"),
            )


def read(body: Body, now: datetime) -> tuple[Incoming, ...]:
    """The rows of presses that are work."""
    return tuple(
        Incoming(
            key=f"action:{press.user}:{press.action}:{press.at or press.trigger}",
            kind="action",
            conversation=f"action:{press.user}",
            payload={"action": press.action, "value": press.value, "thread": press.thread},
            received=now,
            user=press.user,
            channel=press.channel,
            ts=press.ts,
        )
        for press in presses(body)
        if press.action in WORK and press.user and section(body, "user")
    )
