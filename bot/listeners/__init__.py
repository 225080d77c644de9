"""The ways in: what Slack sends -> what is to be done, as rows of the inbox.

Slack's payloads end here. They are untrusted: whatever a payload lacks is read as empty, and what is not addressed to
the bot leaves no trace.
"""

from __future__ import annotations

from datetime import datetime

from bot.listeners import actions, command, home, message, views
from bot.listeners.payload import Body, Door, section, text
from jobs.ledger import Incoming


def read(body: Body, door: Door, now: datetime) -> tuple[Incoming, ...]:
    """The rows a payload makes; none for what is not addressed to the bot."""
    match body.get("type"):
        case "event_callback":
            event = section(body, "event")
            return (*message.read(event, door, now), *home.read(event, text(body, "event_id"), now))
        case "block_actions":
            return actions.read(body, now)
        case "view_submission":
            return views.read(body, now)
        case _ if "command" in body:
            return command.read(body, now)
    return ()
