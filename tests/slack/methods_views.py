"""views.*: modals, at most three on top of each other, and the Home."""

from __future__ import annotations

import hashlib
import json

from . import blocks as block_kit
from .arguments import Arguments, Method
from .world import Json, SlackError, World, copied

DEEPEST = 3


def open_(world: World, arguments: Arguments) -> Json:
    view = _view(arguments, "modal")
    user = world.use_trigger(arguments.text("trigger_id"))
    with world.lock:
        if world.stacks.get(user):
            close_all(world, user)  # a new root takes the place of what was open
        return {"view": put(world, view, user)}


def push(world: World, arguments: Arguments) -> Json:
    view = _view(arguments, "modal")
    user = world.use_trigger(arguments.text("trigger_id"))
    with world.lock:
        if len(world.stacks.get(user, ())) >= DEEPEST:
            raise SlackError("push_limit_reached")
        return {"view": put(world, view, user)}


def update(world: World, arguments: Arguments) -> Json:
    view = _view(arguments)
    with world.lock:
        known = _named(world, arguments)
        expected = arguments.text("hash")
        if expected and expected != known["hash"]:
            raise SlackError("hash_conflict")
        return {"view": replace(world, known, view)}


def publish(world: World, arguments: Arguments) -> Json:
    view = _view(arguments, "home")
    user = arguments.needed("user_id")
    if user not in world.users:
        raise SlackError("user_not_found")
    if world.users[user].deleted:
        raise SlackError("not_enabled")
    with world.lock:
        known = world.views.get(world.homes.get(user, ""))
        expected = arguments.text("hash")
        if expected and known is not None and expected != known["hash"]:
            raise SlackError("hash_conflict")
        if known is not None:
            return {"view": replace(world, known, view)}
        made = _made(world, view, user)
        world.views[made["id"]] = made
        world.homes[user] = made["id"]
        world.touch()
        return {"view": shown(made)}


def shown(view: Json) -> Json:
    """A view as Slack shows it, without what the stand-in notes beside it."""
    return copied({key: value for key, value in view.items() if key not in {"user", "errors"}})


def _view(arguments: Arguments, kind: str = "") -> Json:
    view = block_kit.check_view(arguments.structure("view", "invalid_arguments"))
    if kind and view["type"] != kind:
        message = f"[ERROR] must be a valid enum value: {kind} [json-pointer:/view/type]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [message]})
    return view


def _named(world: World, arguments: Arguments) -> Json:
    view_id, external = arguments.text("view_id"), arguments.text("external_id")
    if not view_id and not external:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] view_id or external_id"]})
    for view in world.views.values():
        if view["id"] == view_id or (external and view["external_id"] == external):
            return view
    raise SlackError("not_found")


def put(world: World, view: Json, user: str) -> Json:
    """A modal on top of what a user has open. Raises `SlackError("duplicate_external_id")`."""
    external = view.get("external_id")
    if external and any(known["external_id"] == external for known in world.views.values()):
        raise SlackError("duplicate_external_id")
    made = _made(world, view, user)
    stack = world.stacks.setdefault(user, [])
    made["root_view_id"] = stack[0] if stack else made["id"]
    made["previous_view_id"] = stack[-1] if stack else None
    stack.append(made["id"])
    world.views[made["id"]] = made
    world.touch()
    return shown(made)


def replace(world: World, known: Json, view: Json) -> Json:
    """Another content for an open view; what was typed stays where block and action keep their ids."""
    fresh = _made(world, view, known["user"])
    for key in ("id", "root_view_id", "previous_view_id", "user"):
        fresh[key] = known[key]
    known.clear()
    known.update(fresh)
    world.touch()
    return shown(known)


def close(world: World, view_id: str) -> None:
    """Takes one modal off its stack."""
    with world.lock:
        view = world.views.pop(view_id, None)
        if view is not None and view_id in world.stacks.get(view["user"], []):
            world.stacks[view["user"]].remove(view_id)
        world.touch()


def close_all(world: World, user: str) -> None:
    """Closes every modal of a user."""
    with world.lock:
        for view_id in world.stacks.pop(user, []):
            world.views.pop(view_id, None)
        world.touch()


def _made(world: World, view: Json, user: str) -> Json:
    view_id = world.new_id("V")
    kept = ("type", "blocks", "title", "submit", "close")
    made: Json = {"id": view_id, "team_id": world.team, "app_id": world.app, "bot_id": world.bot}
    made |= {"title": None, "submit": None, "close": None, "app_installed_team_id": world.team}
    made |= {key: view[key] for key in kept if key in view}
    made |= {"callback_id": view.get("callback_id", ""), "private_metadata": view.get("private_metadata", "")}
    made |= {"external_id": view.get("external_id", ""), "clear_on_close": bool(view.get("clear_on_close"))}
    made |= {"notify_on_close": bool(view.get("notify_on_close")), "root_view_id": view_id, "previous_view_id": None}
    made |= {"state": {"values": {}}, "user": user}
    digest = hashlib.sha256(json.dumps(made["blocks"]).encode()).hexdigest()[:8]
    return made | {"hash": f"{world.next_ts()}.{digest}"}


METHODS = {
    "views.open": Method(open_),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
