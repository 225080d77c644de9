"""conversations.*: what the bot can see of them, and their messages page by page."""

from __future__ import annotations

from collections.abc import Iterable

from .arguments import Arguments, Method, conversation, cursor_for, page, read_cursor
from .methods_chat import without_channel
from .world import Channel, Json, SlackError, World

HISTORY_SCOPES = ("channels:history", "groups:history", "im:history", "mpim:history")
READ_SCOPES = ("channels:read", "groups:read", "im:read", "mpim:read")
KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


def info(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments, "read")
    shown = channel.shown(world.bot_user, world.team, count=arguments.flag("include_num_members"))
    return {"channel": shown}


def members(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments, "read")
    shown, following = page(channel.members, arguments, 100, 1000)
    return {"members": shown, "response_metadata": {"next_cursor": following}}


def of_the_bot(world: World, arguments: Arguments) -> Json:
    """users.conversations: those the bot is in; with `user`, those of them that this user is in too."""
    wanted = {world.bot_user, arguments.text("user") or world.bot_user}
    return _listed(world, arguments, (c for c in world.channels.values() if wanted <= set(c.members)))


def every(world: World, arguments: Arguments) -> Json:
    """conversations.list: public ones, and private ones with the bot in them."""
    return _listed(
        world, arguments, (c for c in world.channels.values() if c.kind == "public" or world.bot_user in c.members)
    )


def _listed(world: World, arguments: Arguments, channels: Iterable[Channel]) -> Json:
    kinds = {KINDS.get(name, "") for name in arguments.names("types") or ["public_channel"]}
    if "" in kinds:
        raise SlackError("invalid_types")
    keep = [c for c in channels if c.kind in kinds and not (c.is_archived and arguments.flag("exclude_archived"))]
    shown, following = page(sorted(keep, key=lambda c: c.id), arguments, 100, 1000)
    objects = [channel.shown(world.bot_user, world.team, count=True) for channel in shown]
    return {"channels": objects, "response_metadata": {"next_cursor": following}}


def open_(world: World, arguments: Arguments) -> Json:
    wanted = arguments.names("users")
    if arguments.text("channel"):
        channel = world.channel(arguments.text("channel"))
    elif not wanted:
        raise SlackError("users_list_not_supplied")
    else:
        unknown = [user for user in wanted if user not in world.users]
        if unknown:
            raise SlackError("user_not_found")
        if any(world.users[user].deleted for user in wanted) and len(wanted) == 1:
            raise SlackError("user_disabled")
        if wanted == [world.bot_user]:
            raise SlackError("cannot_dm_bot")
        channel = world.open_im(wanted[0]) if len(wanted) == 1 else world.open_mpim(wanted)
    if arguments.flag("return_im"):
        return {"channel": channel.shown(world.bot_user, world.team)}
    return {"channel": {"id": channel.id}}


def history(world: World, arguments: Arguments) -> Json:
    """The roots and the broadcast replies, newest first. Pages go from the newest to the oldest; or, where the stand-in
    is told so and only `oldest` is given, the other way, as Slack's documents had it for a long time."""
    channel = _readable(world, arguments)
    roots = [m for m in channel.messages.values() if m.get("thread_ts", m["ts"]) == m["ts"] or _broadcast(m)]
    chosen = sorted(_between(roots, arguments), key=lambda m: m["ts"], reverse=True)
    at, size = read_cursor(arguments.text("cursor")), arguments.number("limit", 100, 999)
    forward = world.pages_from_oldest and bool(arguments.text("oldest")) and not arguments.text("latest")
    if forward:
        chosen = [message for message in reversed(chosen) if message["ts"] > at]
    elif at:
        chosen = [message for message in chosen if message["ts"] < at]
    answer = _page_of(chosen, size, arguments, world)
    if forward:
        answer["messages"].reverse()
    return {"pin_count": 0, **answer}


def replies(world: World, arguments: Arguments) -> Json:
    """A root and its replies, oldest first; the root leads every page."""
    channel = _readable(world, arguments)
    named = channel.messages.get(arguments.needed("ts"))
    if named is None:
        raise SlackError("thread_not_found")
    root: Json = channel.messages.get(str(named.get("thread_ts", named["ts"])), named)
    thread = [m for m in channel.messages.values() if m.get("thread_ts") == root["ts"] and m["ts"] != root["ts"]]
    chosen = sorted(_between(thread, arguments), key=lambda m: m["ts"])
    after = read_cursor(arguments.text("cursor"))
    if after:
        chosen = [message for message in chosen if message["ts"] > after]
    size = arguments.number("limit", 1000, 1000)
    answer = _page_of(chosen, max(size - 1, 1), arguments, world)
    answer["messages"].insert(0, _shown(world, root, arguments))
    return answer


def _readable(world: World, arguments: Arguments) -> Channel:
    channel = conversation(world, arguments, "history")
    if world.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _broadcast(message: Json) -> bool:
    return bool(message.get("subtype") == "thread_broadcast")


def _between(messages: Iterable[Json], arguments: Arguments) -> list[Json]:
    oldest, latest = (
        _instant(arguments, "oldest", "invalid_ts_oldest"),
        _instant(arguments, "latest", "invalid_ts_latest"),
    )
    inclusive = arguments.flag("inclusive")

    def inside(ts: str) -> bool:
        at = float(ts)
        after = oldest is None or at > oldest or (inclusive and at == oldest)
        return after and (latest is None or at < latest or (inclusive and at == latest))

    return [message for message in messages if inside(message["ts"])]


def _instant(arguments: Arguments, name: str, error: str) -> float | None:
    text = arguments.text(name)
    if text in {"", "0", "now"}:
        return None
    try:
        return float(text)
    except ValueError:
        raise SlackError(error) from None


def _page_of(messages: list[Json], size: int, arguments: Arguments, world: World) -> Json:
    shown = [_shown(world, message, arguments) for message in messages[:size]]
    more = len(messages) > size
    answer: Json = {"messages": shown, "has_more": more}
    if more:
        answer["response_metadata"] = {"next_cursor": cursor_for(messages[size - 1]["ts"])}
    return answer


def _shown(world: World, message: Json, arguments: Arguments) -> Json:
    shown = without_channel(message)
    if not arguments.flag("include_all_metadata") or world.drops_metadata:
        shown.pop("metadata", None)
    return shown


METHODS = {
    "conversations.info": Method(info, READ_SCOPES),
    "conversations.members": Method(members, READ_SCOPES),
    "conversations.history": Method(history, HISTORY_SCOPES),
    "conversations.replies": Method(replies, HISTORY_SCOPES),
    "conversations.open": Method(open_, ("im:write", "mpim:write", "channels:manage", "groups:write")),
    "conversations.list": Method(every, READ_SCOPES),
    "users.conversations": Method(of_the_bot, READ_SCOPES),
}
