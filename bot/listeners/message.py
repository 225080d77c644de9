"""Questions: by mention, in a direct conversation, in a thread, or untagged where an admin has chosen that. And files
dropped into the admin channel.

A mention in a channel arrives as two events, `app_mention` and `message`; both make the same row, named by channel and
ts.
"""

from __future__ import annotations

import html
import re
from datetime import datetime

from bot.listeners.payload import Body, Door, text
from jobs.ledger import Incoming

LONGEST = 2_000  # characters of a question that are read
_KINDS = ("", "file_share", "thread_broadcast")  # subtypes of what people write
_FILES = 5  # of one message


def read(event: Body, door: Door, now: datetime) -> tuple[Incoming, ...]:
    """The rows that an event of a conversation makes."""
    if event.get("type") not in ("message", "app_mention") or not _is_a_persons(event, door):
        return ()
    return (*_question(event, door, now), *_files(event, door, now))


def _is_a_persons(event: Body, door: Door) -> bool:
    ours = text(event, "user") in ("", door.me.user) or bool(event.get("bot_id")) or bool(event.get("hidden"))
    return not ours and text(event, "subtype") in _KINDS and bool(text(event, "channel") and text(event, "ts"))


def _question(event: Body, door: Door, now: datetime) -> tuple[Incoming, ...]:
    channel, ts, thread = text(event, "channel"), text(event, "ts"), text(event, "thread_ts")
    how = _addressed(event, door)
    if not how:
        return ()
    words = plain(text(event, "text"), door.me.user)
    if not words and event.get("files"):
        return ()  # a file alone asks nothing
    return (
        Incoming(
            key=f"message:{channel}:{ts}",
            kind="question",
            conversation=channel if how == "direct" else f"{channel}:{thread or ts}",
            payload={"text": words, "how": how, "thread": thread, "team": text(event, "team")},
            received=now,
            user=text(event, "user"),
            channel=channel,
            ts=ts,
        ),
    )


def _addressed(event: Body, door: Door) -> str:
    """How a message is meant for the bot: "direct", "mention", "untagged"; "" if it is not."""
    channel, said = text(event, "channel"), text(event, "text")
    if text(event, "channel_type") == "im" or channel.startswith("D"):
        return "direct"
    if f"<@{door.me.user}>" in said or f"<@{door.me.user}|" in said or event.get("type") == "app_mention":
        return "mention"
    if re.match(r"\s*<@", said):
        return ""  # said to somebody else
    thread = text(event, "thread_ts")
    listens = door.listens(channel, thread)
    if (listens == "thread" and thread) or (listens == "question" and (thread or "?" in said or "？" in said)):
        return "untagged"
    return ""


def _files(event: Body, door: Door, now: datetime) -> tuple[Incoming, ...]:
    """Files in the admin channel are offered for registration."""
    channel, ts = text(event, "channel"), text(event, "ts")
    files = event.get("files")
    if not door.admin_channel or channel != door.admin_channel or not isinstance(files, list):
        return ()
    return tuple(
        Incoming(
            key=f"file:{channel}:{ts}:{file['id']}",
            kind="file",
            conversation=f"{channel}:{ts}",
            payload={"file": file["id"], "name": str(file.get("name") or ""), "thread": text(event, "thread_ts")},
            received=now,
            user=text(event, "user"),
            channel=channel,
            ts=ts,
        )
        for file in files[:_FILES]
        if isinstance(file, dict) and re.fullmatch(r"F[A-Z0-9]{2,}", str(file.get("id") or ""))
    )


# --- what somebody wrote, as plain words ------------------------------------------------------------------------------

_TAG = re.compile(r"<([^<>]*)>")


def plain(said: str, me: str = "") -> str:
    """A message's words: without mentions of the bot, links as what they show, entities resolved."""
    words = _TAG.sub(lambda m: "" if m[1].partition("|")[0] == f"@{me}" else _shown(m[1]), said)
    return " ".join(html.unescape(words).split())[:LONGEST]


def _shown(tag: str) -> str:
    target, _, label = tag.partition("|")
    if target.startswith("!"):
        return label
    if target.startswith(("@", "#")):
        return target[0] + label if label else ""
    return label or target.removeprefix("mailto:")
