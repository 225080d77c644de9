"""The arguments of one Web API call, and the checks that every method makes on them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .world import Channel, Json, SlackError, World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call came with, and what its token may do. `scopes` None: everything."""

    values: Mapping[str, Any]
    scopes: frozenset[str] | None = None
    public_url: str = ""

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else default if value is None else str(value)

    def needed(self, name: str, error: str = "") -> str:
        """An argument the method cannot do without. Raises `SlackError`, by default `invalid_arguments`."""
        value = self.text(name)
        if value:
            return value
        if error:
            raise SlackError(error)
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {name}"]}
        )

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in {"1", "true", "yes"}

    def number(self, name: str, default: int, most: int) -> int:
        """A page size: from 1 to `most`. Raises `SlackError("invalid_limit")`."""
        value = self.values.get(name)
        if value in {None, "", "0", 0}:
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if not 1 <= number <= most:
            raise SlackError("invalid_limit")
        return number

    def structure(self, name: str, error: str) -> Any:
        """JSON, as itself or as text, the way of forms; None where there is none. Raises `SlackError(error)`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def names(self, name: str) -> list[str]:
        """Ids, as a list or divided by commas."""
        value = self.values.get(name) or []
        items: Sequence[Any] = value.split(",") if isinstance(value, str) else value
        return [str(item).strip() for item in items if str(item).strip()]

    def need(self, *scopes: str) -> None:
        """Raises `missing_scope` unless one of these is granted."""
        if self.scopes is not None and not self.scopes.intersection(scopes):
            raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))

    def may(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes


Run = Callable[[World, Arguments], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: what it does, the scopes of which one is needed, the token it takes."""

    run: Run
    scopes: tuple[str, ...] = ()
    token: str = "bot"  # noqa: S105 # the kind of token: "bot", "app" or "none"


SCOPE_PREFIX = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


def conversation(
    world: World, arguments: Arguments, scope: str = "", *, name: str = "channel", member: bool = False
) -> Channel:
    """The conversation a call is about, checked for the scope of its kind ("history", "read") and for membership."""
    channel = world.channel(arguments.needed(name))
    if scope:
        arguments.need(f"{SCOPE_PREFIX[channel.kind]}:{scope}")
    if member and world.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def page(items: Sequence[T], arguments: Arguments, default: int, most: int) -> tuple[list[T], str]:
    """The page that `cursor` and `limit` ask for, and the cursor of the next one. Raises `invalid_cursor`."""
    size = arguments.number("limit", default, most)
    start = _position(arguments.text("cursor"))
    more = start + size < len(items)
    return list(items[start : start + size]), _cursor(start + size) if more else ""


def cursor_for(text: str) -> str:
    """An opaque cursor."""
    return base64.b64encode(f"next:{text}".encode()).decode()


def read_cursor(cursor: str) -> str:
    """What `cursor_for` made opaque; "" for none. Raises `SlackError("invalid_cursor")`."""
    if not cursor:
        return ""
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if not text.startswith("next:"):
        raise SlackError("invalid_cursor")
    return text.removeprefix("next:")


def _cursor(position: int) -> str:
    return cursor_for(str(position))


def _position(cursor: str) -> int:
    text = read_cursor(cursor)
    if text and not text.isdigit():
        raise SlackError("invalid_cursor")
    return int(text or 0)
