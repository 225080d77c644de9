"""What every way in needs: a payload's parts, read without trust, and what the door knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.posts import Identity

Body = Mapping[str, Any]
Listens = Callable[[str, str], str]
"""How a message without a mention is heard: (channel, thread) -> "mention" (not at all), "thread", "question"."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who the bot is, where files are registered, how channels are listened to."""

    me: Identity
    admin_channel: str
    listens: Listens


def text(body: Body, *path: str) -> str:
    """The text at a path of keys; "" where there is none."""
    value: object = body
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def section(body: Body, *path: str) -> Body:
    """The mapping at a path of keys; an empty one where there is none."""
    value: object = body
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
