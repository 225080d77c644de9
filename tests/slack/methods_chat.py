"""chat.* and reactions.*: what a message may be, where it may go."""

from __future__ import annotations

import json
import re
from typing import Any

from . import blocks as block_kit
from .arguments import Arguments, Method, conversation
from .world import Channel, Json, SlackError, World, copied

TEXT_CHARACTERS = 40_000
UPDATE_CHARACTERS = 4_000
MARKDOWN_CHARACTERS = 12_000
METADATA_BYTES = 16_000  # Slack does not say where its limit is; an app that sends ids only stays far below


def destination(world: World, arguments: Arguments) -> Channel:
    """Where a message goes: a conversation, or a user for the direct conversation with them."""
    wanted = arguments.needed("channel", "channel_not_found")
    if wanted in world.users:
        if world.users[wanted].deleted:
            raise SlackError("channel_not_found")
        return world.open_im(wanted)
    channel = world.channel(wanted)
    if channel.is_archived:
        raise SlackError("is_archived")
    everywhere = arguments.scopes is not None and "chat:write.public" in arguments.scopes
    if world.bot_user not in channel.members and not (channel.kind == "public" and everywhere):
        raise SlackError("not_in_channel")
    return channel


def body(arguments: Arguments, most: int) -> Json:
    """Text, blocks, attachments and metadata, checked. Raises `SlackError`."""
    text, markdown = arguments.text("text"), arguments.text("markdown_text")
    blocks = arguments.structure("blocks", "invalid_blocks_format")
    attachments = arguments.structure("attachments", "invalid_attachments")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if not (text.strip() or markdown.strip() or blocks or attachments):
        raise SlackError("no_text")
    if len(text) > most or len(markdown) > MARKDOWN_CHARACTERS:
        raise SlackError("msg_too_long")
    made: Json = {"text": text or markdown}
    if blocks:
        made["blocks"] = block_kit.check_message(blocks)
    if attachments:
        made["attachments"] = attachments
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if metadata is not None:
        made["metadata"] = _metadata(metadata)
    return made


def _metadata(metadata: Any) -> Json:
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def as_bot(world: World, made: Json) -> Json:
    """A message of the bot."""
    profile: Json = {"id": world.bot, "app_id": world.app, "user_id": world.bot_user, "name": world.app_name}
    profile |= {"deleted": False, "updated": 1700000000, "team_id": world.team}
    return {"user": world.bot_user, "bot_id": world.bot, "app_id": world.app, "bot_profile": profile, **made}


def post_message(world: World, arguments: Arguments) -> Json:
    channel = destination(world, arguments)
    made = body(arguments, TEXT_CHARACTERS)
    if "blocks" in made and not made["text"]:
        world.complain(f"chat.postMessage to {channel.id}: blocks without text; a screen reader has nothing to read")
    thread = arguments.text("thread_ts")
    if thread:
        _check_thread(world, channel, thread)
    made["unfurl_links"], made["unfurl_media"] = arguments.flag("unfurl_links"), arguments.flag("unfurl_media", True)
    message = world.store(
        channel, as_bot(world, made), thread, broadcast=bool(thread) and arguments.flag("reply_broadcast")
    )
    world.announce(channel, world.message_event(message))
    return {"channel": channel.id, "ts": message["ts"], "message": without_channel(message)}


def _check_thread(world: World, channel: Channel, thread: str) -> None:
    if not re.fullmatch(r"\d+\.\d+", thread):
        message = f"[ERROR] {thread} is not a valid thread_ts"
        raise SlackError("invalid_thread_ts", response_metadata={"messages": [message]})
    root = channel.messages.get(thread)
    if root is None:  # Slack says "ok", and nobody ever sees the message
        world.complain(f"chat.postMessage to {channel.id}: there is no message {thread} to reply to")
    elif root.get("thread_ts", thread) != thread:
        world.complain(
            f"chat.postMessage to {channel.id}: thread_ts {thread} is a reply's; threads are named by their root"
        )


def without_channel(message: Json) -> Json:
    """A message as Web API answers have it."""
    hidden = ("channel", "unfurl_links", "unfurl_media")
    return copied({key: value for key, value in message.items() if key not in hidden})


def own_message(world: World, arguments: Arguments, error: str) -> tuple[Channel, Json]:
    """The bot's message a call is about. Raises `SlackError`: `message_not_found`, or `error` for another's."""
    channel = world.channel(arguments.needed("channel", "channel_not_found"))
    ts = arguments.needed("ts", "message_not_found")
    message = channel.messages.get(ts)
    if message is None or message.get("subtype") == "tombstone":
        raise SlackError("message_not_found")
    if message.get("bot_id") != world.bot:
        raise SlackError(error)
    return channel, message


def update(world: World, arguments: Arguments) -> Json:
    channel, message = own_message(world, arguments, "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_archived")
    made = body(arguments, UPDATE_CHARACTERS)
    before = world.message_event(message)
    with world.lock:
        # With a text, blocks that are not sent again are gone; metadata stays until it is replaced.
        for key in ("blocks", "attachments"):
            if made["text"] or key in made:
                message.pop(key, None)
        message |= made if made["text"] else {key: value for key, value in made.items() if key != "text"}
        message["edited"] = {"user": world.bot_user, "ts": world.next_ts()}
    world.announce(
        channel,
        {"subtype": "message_changed", "hidden": True, "message": world.message_event(message)}
        | {"previous_message": before, "ts": message["edited"]["ts"], "event_ts": message["edited"]["ts"]},
    )
    world.touch()
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": without_channel(message)}


def delete(world: World, arguments: Arguments) -> Json:
    channel, message = own_message(world, arguments, "cant_delete_message")
    world.remove(channel, message["ts"])
    at = world.next_ts()
    world.announce(
        channel,
        {"subtype": "message_deleted", "hidden": True, "deleted_ts": message["ts"], "ts": at, "event_ts": at}
        | {"previous_message": world.message_event(message)},
    )
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(world: World, arguments: Arguments) -> Json:
    channel = destination(world, arguments)
    user = arguments.needed("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    made = body(arguments, TEXT_CHARACTERS)
    ts = world.next_ts()
    with world.lock:
        shown = as_bot(world, made) | {"channel": channel.id, "ts": ts, "to": user, "is_ephemeral": True}
        world.ephemerals.append(shown | ({"thread_ts": thread} if (thread := arguments.text("thread_ts")) else {}))
    world.touch()
    return {"message_ts": ts}


def get_permalink(world: World, arguments: Arguments) -> Json:
    channel = world.channel(arguments.needed("channel", "channel_not_found"))
    ts = arguments.needed("message_ts", "message_not_found")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://stand-in.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    thread = message.get("thread_ts", ts)
    return {
        "channel": channel.id,
        "permalink": link + (f"?thread_ts={thread}&cid={channel.id}" if thread != ts else ""),
    }


def add_reaction(world: World, arguments: Arguments) -> Json:
    message, mine = _reaction(world, arguments)
    if mine is not None and world.bot_user in mine["users"]:
        raise SlackError("already_reacted")
    with world.lock:
        if mine is None:
            mine = {"name": arguments.needed("name", "no_reaction"), "users": [], "count": 0}
            message.setdefault("reactions", []).append(mine)
        mine["users"].append(world.bot_user)
        mine["count"] += 1
    world.touch()
    return {}


def remove_reaction(world: World, arguments: Arguments) -> Json:
    message, mine = _reaction(world, arguments)
    if mine is None or world.bot_user not in mine["users"]:
        raise SlackError("no_reaction")
    with world.lock:
        mine["users"].remove(world.bot_user)
        mine["count"] -= 1
        if not mine["users"]:
            message["reactions"].remove(mine)
    world.touch()
    return {}


def _reaction(world: World, arguments: Arguments) -> tuple[Json, Json | None]:
    channel = conversation(world, arguments, member=True)
    message = channel.messages.get(arguments.needed("timestamp", "no_item_specified"))
    if message is None:
        raise SlackError("message_not_found")
    name = arguments.needed("name", "invalid_name")
    return message, next((each for each in message.get("reactions", ()) if each["name"] == name), None)


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
    "reactions.add": Method(add_reaction, ("reactions:write",)),
    "reactions.remove": Method(remove_reaction, ("reactions:write",)),
}
