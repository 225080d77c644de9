"""`/ip ...`: a slash command is seen by the one who gives it, and so is its answer, as a direct message."""

from __future__ import annotations

import hashlib
from datetime import datetime

from bot.listeners.message import plain
from bot.listeners.payload import Body, text
from jobs.ledger import Incoming

WORDS = ("ask", "explain", "define", "who", "me", "help", "admin")


def read(body: Body, now: datetime) -> tuple[Incoming, ...]:
    """The row a command makes. Anything that begins with none of the known words is a question."""
    user, channel = text(body, "user_id"), text(body, "channel_id")
    if not user:
        return ()
    word, argument = parsed(text(body, "text"))
    return (
        Incoming(
            key=f"command:{text(body, 'trigger_id') or _name(body, now)}",
            kind="command",
            conversation=f"command:{user}",
            payload={"word": word, "argument": argument},
            received=now,
            user=user,
            channel=channel,
        ),
    )


def parsed(typed: str) -> tuple[str, str]:
    """(word, argument) of what was typed behind the command."""
    words = plain(typed)
    first, _, rest = words.partition(" ")
    if not words:
        return "help", ""
    if first.casefold() in WORDS:
        return first.casefold(), rest.strip()
    return "ask", words


def _name(body: Body, now: datetime) -> str:
    """A name for a command that came without its trigger: who, where, what, in which second."""
    parts = (text(body, "user_id"), text(body, "channel_id"), text(body, "text"), f"{now:%Y%m%d%H%M%S}")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def acknowledgement(body: Body) -> str:
    """What whoever gave the command sees at once."""
    word, _ = parsed(text(body, "text"))
    direct = text(body, "channel_id").startswith("D")
    if word in ("ask", "explain", "define"):
        return "Reading the agreements …" if direct else "Reading the agreements; the answer comes as a direct message."
    return "" if direct else "The reply comes as a direct message."
