"""files.*: what was uploaded, and the upload in three steps."""

from __future__ import annotations

import mimetypes

from . import methods_chat
from .arguments import Arguments, Method
from .world import Channel, File, Json, SlackError, World


def file_object(world: World, file_id: str, name: str, size: int, user: str, public_url: str) -> Json:
    """A file as Slack shows it."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    url = f"{public_url}/files/{file_id}/{name}"
    shown: Json = {"id": file_id, "created": int(world.clock()), "timestamp": int(world.clock()), "name": name}
    shown |= {"title": name, "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream"}
    shown |= {"filetype": extension, "pretty_type": extension.upper(), "user": user, "user_team": world.team}
    shown |= {"size": size, "mode": "hosted", "is_external": False, "is_public": False, "editable": False}
    shown |= {"url_private": url, "url_private_download": url, "permalink": url, "file_access": "visible"}
    return shown | {"channels": [], "groups": [], "ims": [], "shares": {}, "has_rich_preview": False}


def share(file: File, channel: Channel) -> None:
    """Notes that a file is in a conversation."""
    file.channels.append(channel.id)
    listed = {"public": "channels", "im": "ims"}.get(channel.kind, "groups")
    file.shown[listed].append(channel.id)


def info(world: World, arguments: Arguments) -> Json:
    file = world.files.get(arguments.needed("file"))
    if file is None or not file.uploaded:
        raise SlackError("file_not_found")
    mine = file.shown["user"] == world.bot_user
    if not mine and not any(world.bot_user in world.channels[channel].members for channel in file.channels):
        raise SlackError("file_not_found")
    return {"file": dict(file.shown), "comments": [], "response_metadata": {"next_cursor": ""}}


def get_upload_url(world: World, arguments: Arguments) -> Json:
    name = arguments.needed("filename")
    length = arguments.text("length")
    if not length.isdigit() or not int(length):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] length"]})
    file_id = world.new_id("F")
    shown = file_object(world, file_id, name, int(length), world.bot_user, arguments.public_url)
    with world.lock:
        world.files[file_id] = File(shown, b"", uploaded=False)
    return {"file_id": file_id, "upload_url": f"{arguments.public_url}/upload/{file_id}"}


def complete_upload(world: World, arguments: Arguments) -> Json:
    named = arguments.structure("files", "invalid_arguments") or []
    files = [world.files.get(str(each.get("id"))) for each in named if isinstance(each, dict)]
    chosen = [file for file in files if file is not None and file.uploaded]
    if not files or len(chosen) != len(files):
        raise SlackError("file_not_found")
    for file, each in zip(chosen, named, strict=True):
        file.shown["title"] = each.get("title") or file.shown["name"]
    targets = [*arguments.names("channels"), *arguments.names("channel_id")]
    for target in targets:
        channel = methods_chat.destination(world, Arguments({"channel": target}, arguments.scopes))
        for file in chosen:
            share(file, channel)
        made = {"text": arguments.text("initial_comment"), "files": [dict(file.shown) for file in chosen]}
        message = world.store(channel, methods_chat.as_bot(world, made), arguments.text("thread_ts"))
        world.announce(channel, world.message_event(message) | {"subtype": "file_share"})
    return {"files": [dict(file.shown) for file in chosen]}


METHODS = {
    "files.info": Method(info, ("files:read",)),
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",)),
}
