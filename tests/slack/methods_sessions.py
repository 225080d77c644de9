"""assistant.threads.* and agents.sessions.*: what the asker sees while the app works."""

from __future__ import annotations

from .arguments import Arguments, Method
from .world import Json, SlackError, World

STATES = frozenset({"processing", "active", "suspended", "closed"})
MOST_PROMPTS = 4
MOST_LOADING_MESSAGES = 10


def thread_status(world: World, arguments: Arguments) -> Json:
    channel, thread = _thread(world, arguments)
    arguments.needed("thread_ts")
    if len(arguments.names("loading_messages")) > MOST_LOADING_MESSAGES:
        raise SlackError("invalid_arguments")
    return _noted(world, "assistant.threads.setStatus", channel, thread, arguments.text("status"))


def thread_title(world: World, arguments: Arguments) -> Json:
    channel, thread = _thread(world, arguments)
    return _noted(world, "assistant.threads.setTitle", channel, thread, arguments.needed("title"))


def suggested_prompts(world: World, arguments: Arguments) -> Json:
    channel = world.channel(arguments.needed("channel_id", "channel_not_found"))
    prompts = arguments.structure("prompts", "invalid_arguments") or []
    if not prompts or len(prompts) > MOST_PROMPTS:
        raise SlackError("invalid_arguments")
    thread = arguments.text("thread_ts")
    if thread:
        world.complain("assistant.threads.setSuggestedPrompts: with thread_ts nothing is shown in an agent app")
        return {}
    return _noted(world, "assistant.threads.setSuggestedPrompts", channel.id, thread, prompts)


def session_status(world: World, arguments: Arguments) -> Json:
    channel, thread = _thread(world, arguments)
    status = arguments.needed("status")
    if status not in STATES or len(arguments.text("title")) > 200:
        raise SlackError("invalid_arguments")
    return _noted(world, "agents.sessions.setStatus", channel, thread, status)


def session_rename(world: World, arguments: Arguments) -> Json:
    channel, thread = _thread(world, arguments)
    return _noted(world, "agents.sessions.rename", channel, thread, arguments.needed("title"))


def _thread(world: World, arguments: Arguments) -> tuple[str, str]:
    channel = world.channel(arguments.needed("channel_id", "channel_not_found"))
    if world.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel.id, arguments.text("thread_ts")


def _noted(world: World, method: str, channel: str, thread: str, value: object) -> Json:
    with world.lock:
        entry: Json = {"method": method, "channel": channel, "thread": thread, "value": value, "at": world.clock()}
        world.statuses.append(entry)
    world.touch()
    return {}


METHODS = {
    "assistant.threads.setStatus": Method(thread_status, ("assistant:write", "chat:write")),
    "assistant.threads.setTitle": Method(thread_title, ("assistant:write",)),
    "assistant.threads.setSuggestedPrompts": Method(suggested_prompts, ("assistant:write",)),
    "agents.sessions.setStatus": Method(session_status, ("assistant:write", "chat:write")),
    "agents.sessions.rename": Method(session_rename, ("assistant:write", "chat:write")),
}
