"""The app's own place in Slack: its Home tab, its messages tab, and the older assistant view."""

from __future__ import annotations

from datetime import datetime

from bot.listeners.payload import Body, text
from jobs.ledger import Incoming


def read(event: Body, event_id: str, now: datetime) -> tuple[Incoming, ...]:
    """A row that shows Home, or that offers questions to begin with."""
    thread = ""
    match event.get("type"), event.get("tab"):
        case "app_home_opened", "messages":
            kind, user, channel = "suggest", text(event, "user"), text(event, "channel")
        case "app_home_opened", _:
            kind, user, channel = "home", text(event, "user"), text(event, "channel")
        case "assistant_thread_started", _:
            kind, user = "suggest", text(event, "assistant_thread", "user_id")
            channel = text(event, "assistant_thread", "channel_id")
            thread = text(event, "assistant_thread", "thread_ts")
        case _:
            return ()
    if not user or not event_id:
        return ()
    return (Incoming(f"event:{event_id}", kind, f"home:{user}", {"thread": thread}, now, user=user, channel=channel),)
