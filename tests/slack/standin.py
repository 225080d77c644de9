"""`SlackStandIn`: a workspace to be driven from a test, and asked what it received."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starlette.routing import BaseRoute

from . import blocks as block_kit
from . import forms, methods_chat, methods_files, methods_views
from .delivery import ACK_SECONDS, RETRY_DELAYS, Courier, Delivery
from .faults import CALL_FAULTS, CHAOS, EVENT_FAULTS, CallFaults, EventFaults, EventRule, Fault, Rule
from .oddities import checked
from .server import Rules, Server
from .world import Call, Channel, File, Json, User, UserGroup, World, copied

BOT_USER = "U0STANDBOT"
BOT = "B0STANDBOT"
APP = "A0STANDAPP"
TEAM = "T0STANDIN"


class SlackStandIn:
    """A Slack on loopback. Use it as a context manager, or call `start` and `stop`.

    `users` and `channels` may also be given as mappings of their fields; they are copied. The bot joins no
    channel by itself: put `BOT_USER` among the members, or call `join`.
    """

    def __init__(
        self,
        users: Iterable[User | Mapping[str, Any]] = (),
        channels: Iterable[Channel | Mapping[str, Any]] = (),
        usergroups: Iterable[UserGroup | Mapping[str, Any]] = (),
        *,
        port: int = 0,
        bot_token: str = "xoxb-stand-in",  # noqa: S107 # there is nothing behind it
        app_token: str = "xapp-stand-in",  # noqa: S107
        signing_secret: str = "stand-in-secret",  # noqa: S107
        scopes: Iterable[str] | None = None,
        subscribed: Iterable[str] | None = None,
        off: Iterable[str] = (),
        limits: Mapping[str, tuple[int, float]] | None = None,
        channel_pace: float = 0.0,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        ack_seconds: float = ACK_SECONDS,
        every_socket: bool = False,
        drops_metadata: bool = False,
        pages_from_oldest: bool = False,
        oddities: Iterable[str] = (),
        request_url: str = "",
        app_name: str = "clausewise",
        routes: Sequence[BaseRoute] = (),
    ) -> None:
        self.world = World(team=TEAM, bot_user=BOT_USER, bot=BOT, app=APP, app_name=app_name)
        self.world.drops_metadata, self.world.pages_from_oldest = drops_metadata, pages_from_oldest
        granted, odd = _frozen(scopes), checked(oddities)
        self.rules = Rules(bot_token, app_token, granted, frozenset(off), limits, channel_pace, odd)
        self.courier = Courier(self.world, signing_secret=signing_secret)
        self.courier.request_url, self.courier.every_socket = request_url, every_socket
        self.courier.retry_delays, self.courier.ack_seconds = tuple(retry_delays), ack_seconds
        self.courier.subscribed = _frozen(subscribed)
        self.faults, self.event_faults = CallFaults(), EventFaults()
        self.event_faults.close_sockets = self.close_sockets
        self.courier.plan = self.event_faults.delays
        self.world.emit = self.courier.event
        self.server = Server(self.world, self.courier, self.faults, self.rules)
        self._port, self._routes = port, routes
        self._fill(users, channels, usergroups)

    def _fill(
        self,
        users: Iterable[User | Mapping[str, Any]],
        channels: Iterable[Channel | Mapping[str, Any]],
        usergroups: Iterable[UserGroup | Mapping[str, Any]],
    ) -> None:
        world = self.world
        world.users[BOT_USER] = User(BOT_USER, world.app_name, world.app_name, is_bot=True)
        for user in users:
            made = deepcopy(user) if isinstance(user, User) else User(**user)
            world.users[made.id] = made
        for channel in channels:
            known = deepcopy(channel) if isinstance(channel, Channel) else Channel(**channel)
            world.channels[known.id] = known
        for group in usergroups:
            entry = deepcopy(group) if isinstance(group, UserGroup) else UserGroup(**group)
            world.usergroups[entry.id] = entry

    # --- running ------------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        self.server.start(self._port, self._routes)
        return self

    def stop(self) -> None:
        self.server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def api_url(self) -> str:
        """What the SDK takes as `base_url`."""
        return f"{self.url}/api/"

    @property
    def mention(self) -> str:
        """The bot, as it is written in a message."""
        return f"<@{BOT_USER}>"

    def environment(self) -> dict[str, str]:
        """The settings of an app that is to talk to this stand-in."""
        return {
            "SLACK_BOT_TOKEN": self.rules.bot_token,
            "SLACK_APP_TOKEN": self.rules.app_token,
            "SLACK_SIGNING_SECRET": self.courier.signing_secret,
            "SLACK_API_URL": self.api_url,
        }

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 10.0) -> Any:
        """What `predicate()` returns once it is true. Raises `TimeoutError`."""
        return self.world.wait_for(predicate, timeout)

    def wait_connected(self, timeout: float = 10.0, sockets: int = 1) -> None:
        """Until the app has so many sockets open."""
        self.wait_for(lambda: len(self.courier.sockets) >= sockets, timeout)

    # --- what people do -----------------------------------------------------------------------------------------------

    def say(
        self, user: str, channel: str, text: str, thread: str | None = None, files: Sequence[Json] = (), **more: Any
    ) -> Json:
        """A message of a user, as Slack would store it: `text` is mrkdwn, with people written <@ID>. Sends `message`
        and, where it names the bot outside a direct conversation, `app_mention`. `more` goes into the message."""
        found = self._joined(user, channel)
        made: Json = {"user": user, "client_msg_id": str(uuid.UUID(int=self.world.random.getrandbits(128)))}
        made |= {"text": text, "team": self.world.users[user].team or self.world.team, **more}
        if self.world.users[user].team:
            made |= {"user_team": made["team"], "source_team": made["team"]}
        made["blocks"] = [_rich_text(self.world.new_id("bl"), text)]
        if files:
            made |= {"files": [dict(file) for file in files], "upload": False, "subtype": "file_share"}
        message = self.world.store(found, made, _root(found, thread))
        self.announce(message)
        return copied(message)

    def tell(self, user: str, text: str, thread: str | None = None, files: Sequence[Json] = ()) -> Json:
        """A direct message to the bot."""
        return self.say(user, self.im(user), text, thread, files)

    def say_quietly(self, user: str, channel: str, text: str, thread: str | None = None) -> Json:
        """A message that is in the history and of which no event is ever sent."""
        found = self._joined(user, channel)
        message = self.world.store(found, {"user": user, "text": text}, _root(found, thread))
        return copied(message)

    def announce(self, message: Json) -> list[Delivery]:
        """Sends the events of a stored message, each with an id of its own."""
        channel = self.world.channels[message["channel"]]
        if not self.world.listening(channel):
            return []
        event = self.world.message_event(message) | {"channel": channel.id}
        sent = [self.courier.event(event | {"channel_type": channel.channel_type})]
        if f"<@{BOT_USER}" in message["text"] and channel.kind != "im":
            kept: tuple[str, ...] = (
                "user",
                "ts",
                "client_msg_id",
                "text",
                "team",
                "thread_ts",
                "parent_user_id",
                "blocks",
                "files",
            )
            mention = {key: event[key] for key in (*kept, "channel", "event_ts") if key in event}
            sent.append(self.courier.event({"type": "app_mention", **mention}))
        return [delivery for delivery in sent if delivery is not None]

    def edit(self, message: Json, text: str) -> None:
        """The author changes a message."""
        channel = self.world.channels[message["channel"]]
        with self.world.lock:
            stored = channel.messages[message["ts"]]
            before = self.world.message_event(stored)
            stored |= {"text": text, "edited": {"user": stored["user"], "ts": self.world.next_ts()}}
            at = stored["edited"]["ts"]
        changed = {"subtype": "message_changed", "hidden": True, "ts": at, "event_ts": at}
        self.world.announce(
            channel, changed | {"message": self.world.message_event(stored), "previous_message": before}
        )

    def delete(self, message: Json) -> None:
        """A message is taken away by its author or an admin."""
        channel = self.world.channels[message["channel"]]
        gone, at = self.world.remove(channel, message["ts"]), self.world.next_ts()
        event = {"subtype": "message_deleted", "hidden": True, "deleted_ts": gone["ts"], "ts": at, "event_ts": at}
        self.world.announce(channel, event | {"previous_message": self.world.message_event(gone)})

    def command(self, user: str, channel: str, command: str, text: str = "") -> Delivery:
        """A slash command; works in any conversation the user is in, with or without the bot."""
        found = self._joined(user, channel)
        name = "directmessage" if found.kind == "im" else "privategroup" if found.kind == "private" else found.name
        known = self.world.users[user]
        payload: Json = {"token": "stand-in", "team_id": known.team or self.world.team, "team_domain": "stand-in"}
        payload |= {
            "channel_id": channel,
            "channel_name": name,
            "user_id": user,
            "user_name": known.name or user.lower(),
        }
        payload |= {"command": command, "text": text, "api_app_id": self.world.app, "is_enterprise_install": "false"}
        payload |= {"response_url": self._response_url(user, channel), "trigger_id": self.world.new_trigger(user)}
        return self.courier.send("slash_commands", payload, lambda answer: self._say_back(user, channel, answer))

    def press(self, user: str, where: Json, action_id: str, value: str | None = None) -> Delivery:
        """A click on a button of a message or a view; `value` tells buttons apart. Whether the user could see it is not
        asked, so that an app's own authorisation can be tried. Raises `LookupError` where there is no such button."""
        block, element = self._element(where, action_id, value)
        if element["type"] == "feedback_buttons":
            raise LookupError(f"{action_id} has two buttons: use feedback()")
        kept: tuple[str, ...] = ("action_id", "type", "text", "value", "style")
        action: Json = {key: element[key] for key in kept if key in element}
        return self._act(user, where, block, action)

    def feedback(self, user: str, where: Json, action_id: str, *, positive: bool) -> Delivery:
        """A click on one of two feedback buttons."""
        block, element = self._element(where, action_id, None)
        button = element["positive_button" if positive else "negative_button"]
        action = {"action_id": action_id, "type": "feedback_buttons", "text": button["text"], "value": button["value"]}
        return self._act(user, where, block, action)

    def select(self, user: str, where: Json, action_id: str, value: Any) -> Delivery:
        """A choice in a select, checkboxes, radio buttons or a picker: option values, ids or dates."""
        block, element = self._element(where, action_id, None)
        action = {"action_id": action_id, "type": element["type"], **forms.chosen(element, value)}
        if where.get("type") in {"modal", "home"} and where["id"] in self.world.views:
            with self.world.lock:
                values = self.world.views[where["id"]]["state"]["values"]
                values.setdefault(block["block_id"], {})[action_id] = {
                    "type": element["type"],
                    **forms.chosen(element, value),
                }
        return self._act(user, where, block, action)

    def submit(self, user: str, view: Json, values: Mapping[str, Any] | None = None) -> Delivery:
        """A modal is sent off. `values`: action id -> what was typed or chosen; what is left out keeps its initial
        value. Raises `LookupError` for an action the view does not have, `ValueError` where a needed input is empty:
        Slack itself would not let either through."""
        if view["id"] not in self.world.views:
            raise LookupError(f"view {view['id']} is not open")
        state = forms.filled_in(self.world.views[view["id"]], values or {})
        payload = self._interaction(user, "view_submission") | {"trigger_id": self.world.new_trigger(user)}
        payload |= {
            "view": methods_views.shown(self.world.views[view["id"]]) | {"state": {"values": state}},
            "response_urls": [],
        }
        return self.courier.send("interactive", payload, lambda answer: self._submitted(user, view["id"], answer))

    def close_view(self, user: str, view: Json, *, all_of_them: bool = False) -> Delivery | None:
        """A modal is dismissed; the app hears of it only where the view asked for that."""
        shown = methods_views.shown(self.world.views[view["id"]])
        if all_of_them:
            methods_views.close_all(self.world, user)
        else:
            methods_views.close(self.world, view["id"])
        if not shown["notify_on_close"]:
            return None
        payload = self._interaction(user, "view_closed") | {"view": shown, "is_cleared": all_of_them}
        return self.courier.send("interactive", payload)

    def shortcut(self, user: str, callback_id: str, message: Json | None = None) -> Delivery:
        """A global shortcut, or one on a message."""
        payload = self._interaction(user, "message_action" if message else "shortcut")
        payload |= {
            "callback_id": callback_id,
            "trigger_id": self.world.new_trigger(user),
            "action_ts": self.world.next_ts(),
        }
        if message:
            payload |= {"message": _shown_message(message), "message_ts": message["ts"]}
            payload |= {"channel": self._channel_named(message["channel"])}
            payload |= {"response_url": self._response_url(user, message["channel"], message["ts"])}
        return self.courier.send("interactive", payload)

    def open_home(self, user: str, tab: str = "home") -> Delivery | None:
        """A user opens the app: its Home, or, as "messages", the conversation with it."""
        channel = self.world.open_im(user).id
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
        event |= {"event_ts": self.world.next_ts()}
        home = self.world.views.get(self.world.homes.get(user, ""))
        if tab == "home" and home is not None:
            event["view"] = methods_views.shown(home)
        return self.courier.event(event)

    def event(self, event_type: str, **fields: Any) -> Delivery | None:
        """Any other event, as it is given."""
        return self.courier.event({"type": event_type, "event_ts": self.world.next_ts(), **fields})

    def verify_url(self) -> bool:
        """Asks the request URL to prove itself, as Slack does when it is entered: `url_verification`."""
        challenge = f"{self.world.random.getrandbits(128):x}"
        payload = {"token": "stand-in", "challenge": challenge, "type": "url_verification"}
        answer = self.courier.send("url_verification", payload).wait(30).response
        return isinstance(answer, dict) and challenge in {answer.get("challenge"), answer.get("text")}

    def redeliver(self, delivery: Delivery) -> None:
        """Sends once more what was sent, or withheld, before: the same event with the same id."""
        self.courier.again(delivery)

    # --- what happens to people and conversations ---------------------------------------------------------------------

    def join(self, user: str, channel: str) -> None:
        """A user, or the bot, becomes a member."""
        found = self.world.channels[channel]
        with self.world.lock:
            if user in found.members:
                return
            found.members.append(user)
        event: Json = {"type": "member_joined_channel", "user": user, "channel": channel, "team": self.world.team}
        self._member_event(found, event | {"channel_type": "C" if found.kind == "public" else "G"})

    def leave(self, user: str, channel: str) -> None:
        """A user, or the bot, is no member any more."""
        found = self.world.channels[channel]
        event: Json = {"type": "member_left_channel", "user": user, "channel": channel, "team": self.world.team}
        self._member_event(found, event | {"channel_type": "C" if found.kind == "public" else "G"})
        with self.world.lock:
            found.members.remove(user)
        self.world.touch()

    def _member_event(self, channel: Channel, event: Json) -> None:
        if self.world.listening(channel):
            self.courier.event(event | {"event_ts": self.world.next_ts()})
        self.world.touch()

    def archive(self, channel: str) -> None:
        self._change(channel, "channel_archive", is_archived=True)

    def unarchive(self, channel: str) -> None:
        self._change(channel, "channel_unarchive", is_archived=False)

    def share(self, channel: str, team: str = "T0OTHER", *, pending: bool = False) -> None:
        """A channel is shared with another workspace, or is going to be."""
        if pending:
            self._change(channel, "", is_pending_ext_shared=True)
            return
        self._change(channel, "channel_shared", is_ext_shared=True, is_pending_ext_shared=False)
        self.world.channels[channel].connected_teams.append(team)

    def unshare(self, channel: str) -> None:
        self._change(channel, "channel_unshared", is_ext_shared=False, is_pending_ext_shared=False, connected_teams=[])

    def _change(self, channel: str, event: str, **fields: Any) -> None:
        found = self.world.channels[channel]
        with self.world.lock:
            for name, value in fields.items():
                setattr(found, name, value)
        if event and self.world.listening(found):
            self.courier.event({"type": event, "channel": channel, "event_ts": self.world.next_ts()})
        self.world.touch()

    def change_user(self, user: str, **fields: Any) -> None:
        """Another time zone, email, role: sends `user_change`."""
        known = self.world.users[user]
        with self.world.lock:
            for name, value in fields.items():
                setattr(known, name, value)
        shown = known.shown(self.world.team, email=self.rules.scopes is None, locale=True)
        self.courier.event({"type": "user_change", "user": shown, "event_ts": self.world.next_ts()})
        self.world.touch()

    def deactivate(self, user: str) -> None:
        """An account is closed; its memberships end."""
        with self.world.lock:
            for channel in self.world.channels.values():
                if channel.kind != "im" and user in channel.members:
                    channel.members.remove(user)
        self.change_user(user, deleted=True)

    def add_user(self, user: User) -> None:
        self.world.users[user.id] = user
        self.world.touch()

    def add_channel(self, channel: Channel) -> None:
        self.world.channels[channel.id] = channel
        self.world.touch()

    def drop_file(
        self, user: str, channel: str, path: Path | str, text: str = "", *, content: bytes | None = None
    ) -> Json:
        """A file is uploaded into a conversation: a message with it, and `file_shared`. Gives the message."""
        name = Path(path).name
        data = Path(path).read_bytes() if content is None else content
        found = self._joined(user, channel)
        file_id = self.world.new_id("F")
        file = File(methods_files.file_object(self.world, file_id, name, len(data), user, self.url), data)
        methods_files.share(file, found)
        self.world.files[file_id] = file
        message = self.say(user, channel, text, files=[file.shown])
        if self.world.listening(found):
            event: Json = {"type": "file_shared", "file_id": file_id, "user_id": user, "file": {"id": file_id}}
            self.courier.event(event | {"channel_id": channel, "event_ts": message["ts"]})
        return message

    # --- what was received --------------------------------------------------------------------------------------------

    def im(self, user: str) -> str:
        """The id of the bot's direct conversation with a user."""
        return self.world.open_im(user).id

    def messages(self, channel: str, thread: str | None = None, *, by_bot: bool = False) -> list[Json]:
        """What stands in a conversation, oldest first; with `thread`, its root and replies only."""
        with self.world.lock:
            every = list(self.world.channels[channel].messages.values())
            chosen = [m for m in every if thread is None or thread in {m["ts"], m.get("thread_ts")}]
            return [copied(m) for m in chosen if not by_bot or m.get("bot_id") == BOT]

    def posts(self, channel: str | None = None, thread: str | None = None) -> list[Json]:
        """The bot's messages, in one conversation or everywhere, in the order in which they landed."""
        channels = [channel] if channel else list(self.world.channels)
        found = [message for each in channels for message in self.messages(each, thread, by_bot=True)]
        return sorted(found, key=lambda message: message["ts"])

    def ephemerals(self, user: str | None = None) -> list[Json]:
        """What was shown to one user only, by `chat.postEphemeral`, a response URL or the answer to a command."""
        with self.world.lock:
            return [copied(e) for e in self.world.ephemerals if user in {None, e["to"]}]

    def views(self, user: str) -> list[Json]:
        """A user's open modals, the topmost last."""
        with self.world.lock:
            return [copied(self.world.views[each]) for each in self.world.stacks.get(user, ())]

    def home(self, user: str) -> Json | None:
        """The published Home of a user."""
        with self.world.lock:
            return copied(self.world.views.get(self.world.homes.get(user, "")))

    def calls(self, method: str | None = None) -> list[Call]:
        """Every call of the Web API, or those of one method."""
        with self.world.lock:
            return [call for call in self.world.calls if method in {None, call.method}]

    def deliveries(self, event_type: str | None = None, *, ts: str | None = None) -> list[Delivery]:
        """What was sent to the app: events of one type, or about one message; commands and interactions by kind."""
        with self.world.lock:
            found = list(self.courier.deliveries)
        if event_type is not None:
            found = [d for d in found if event_type in {d.kind, d.event.get("type"), d.payload.get("type")}]
        return [d for d in found if ts is None or d.event.get("ts") == ts]

    def statuses(self) -> list[Json]:
        """What the assistant and session methods set: method, channel, thread, value, at."""
        with self.world.lock:
            return copied(self.world.statuses)

    def complaints(self) -> list[str]:
        """What Slack let pass and an app should still not do."""
        with self.world.lock:
            return list(self.world.complaints)

    def ack_latencies(self) -> list[float]:
        """Seconds from sending to acknowledgement, of every attempt that got one."""
        with self.world.lock:
            attempts = [attempt for delivery in self.courier.deliveries for attempt in delivery.attempts]
        return [attempt.latency for attempt in attempts if attempt.latency is not None]

    def closest_posts(self) -> dict[str, float]:
        """By conversation, the fewest seconds between two calls of `chat.postMessage`, refused ones included."""
        times: dict[str, list[float]] = {}
        for call in self.calls("chat.postMessage"):
            times.setdefault(str(call.arguments.get("channel")), []).append(call.at)
        gaps = {channel: [b - a for a, b in pairwise(each)] for channel, each in times.items()}
        return {channel: min(each) for channel, each in gaps.items() if each}

    def posts_with_key(self, key: str, *, removed: bool = False) -> list[Json]:
        """The messages whose metadata has this key among its values; `removed`: also those deleted since."""
        return [message for message in self._with_metadata(removed) if key in _values(message["metadata"])]

    def duplicates(self, *, removed: bool = False) -> dict[str, int]:
        """Metadata that stands on more than one message, with how many. `removed`: those deleted since count too."""
        counted = Counter(json.dumps(m["metadata"], sort_keys=True) for m in self._with_metadata(removed))
        return {key: count for key, count in counted.items() if count > 1}

    def _with_metadata(self, removed: bool) -> list[Json]:
        with self.world.lock:
            standing = [m for channel in self.world.channels.values() for m in channel.messages.values()]
            every = [*standing, *(self.world.deleted if removed else ())]
            return [copied(message) for message in every if "metadata" in message]

    # --- faults -------------------------------------------------------------------------------------------------------

    def fail(
        self,
        method: str,
        fault: Fault,
        *,
        calls: Iterable[int] = (),
        times: int | None = None,
        rate: float = 1.0,
        seed: int = 0,
    ) -> Rule:
        """A fault for a method, or a pattern such as "chat.*": at these calls, counted from now; or, by chance, at
        `rate`; at most `times` times. The newest rule wins."""
        chance = random.Random(seed)  # noqa: S311 # repeatable on purpose
        return self.faults.add(Rule(method, fault, frozenset(calls), rate, times, chance))

    def disturb(
        self, kind: str, event_type: str = "", *, times: int | None = None, rate: float = 1.0, seconds: float = 0.5,
        copies: int = 2, seed: int = 0,
    ) -> EventRule:  # fmt: skip
        """Events of a type, or all, are "duplicated", "withheld", "delayed", "reordered", or find "sockets_closed"."""
        if kind not in EVENT_FAULTS:
            raise ValueError(f"{kind} is not one of {', '.join(EVENT_FAULTS)}")
        chance = random.Random(seed)  # noqa: S311 # repeatable on purpose
        return self.event_faults.add(EventRule(kind, event_type, rate, times, seconds, copies, chance))

    def chaos(self, seed: int, rates: Mapping[str, float] = CHAOS, *, methods: str = "*") -> None:
        """A mixture of faults, by name from `CALL_FAULTS` and `EVENT_FAULTS`, each with its rate."""
        unknown = set(rates) - {*CALL_FAULTS, *EVENT_FAULTS}
        if unknown:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        for at, (name, rate) in enumerate(rates.items()):
            if name in CALL_FAULTS:
                self.fail(methods, CALL_FAULTS[name], rate=rate, seed=seed * 1000 + at)
            else:
                self.disturb(name, rate=rate, seed=seed * 1000 + at)

    def calm(self) -> None:
        """No faults from now on; what was to land late still does."""
        self.faults.clear()
        self.event_faults.clear()

    def revoke(self, error: str = "token_revoked") -> None:
        """The bot token works no more; `restore` ends that."""
        self.rules.revoked = error

    def restore(self) -> None:
        self.rules.revoked = ""

    def close_sockets(self, *, politely: bool = False, reason: str = "refresh_requested") -> None:
        """Closes every open socket; `politely`: with a `disconnect` message first, as before a refresh."""
        loop = self.courier.loop
        if loop is not None:
            asyncio.run_coroutine_threadsafe(self._close_sockets(politely=politely, reason=reason), loop)

    def hang_up(self, client: Any) -> None:
        """Closes a Socket Mode client of the SDK from both ends; by itself its `close` waits 3 s for its own reader."""
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        self.close_sockets()
        self.wait_for(lambda: not client.is_connected())
        client.close()

    async def _close_sockets(self, *, politely: bool, reason: str) -> None:
        for connection in list(self.courier.sockets.values()):
            if politely:
                await connection.send_text(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {}}))
            await connection.close(1001)

    # --- payloads -----------------------------------------------------------------------------------------------------

    def _joined(self, user: str, channel: str) -> Channel:
        found = self.world.channels.get(channel)
        if found is None:
            raise LookupError(f"there is no conversation {channel}")
        if user not in self.world.users:
            raise LookupError(f"there is nobody {user}")
        if user not in found.members:
            raise LookupError(f"{user} is not in {channel}")
        return found

    def _interaction(self, user: str, kind: str) -> Json:
        known = self.world.users[user]
        person = {"id": user, "username": known.name or user.lower(), "name": known.name or user.lower()}
        payload: Json = {"type": kind, "team": {"id": known.team or self.world.team, "domain": "stand-in"}}
        payload |= {"user": person | {"team_id": known.team or self.world.team}, "api_app_id": self.world.app}
        return payload | {"token": "stand-in", "enterprise": None, "is_enterprise_install": False}

    def _element(self, where: Json, action_id: str, value: str | None) -> tuple[Json, Json]:
        for block in block_kit.every_block(where.get("blocks")):
            for element in block_kit.elements_of(block):
                if element.get("action_id") == action_id and value in {None, element.get("value")}:
                    return block, element
        raise LookupError(f"no {action_id} there")

    def _act(self, user: str, where: Json, block: Json, action: Json) -> Delivery:
        payload = self._interaction(user, "block_actions") | {"trigger_id": self.world.new_trigger(user)}
        payload["actions"] = [action | {"block_id": block["block_id"], "action_ts": self.world.next_ts()}]
        if "callback_id" in where:
            view = self.world.views.get(where["id"], where)
            payload |= {"view": methods_views.shown(view), "container": {"type": "view", "view_id": where["id"]}}
            return self.courier.send("interactive", payload)
        channel, ts, ephemeral = where["channel"], where["ts"], bool(where.get("is_ephemeral"))
        container: Json = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral}
        if "thread_ts" in where:
            container["thread_ts"] = where["thread_ts"]
        payload |= {"container": container, "channel": self._channel_named(channel), "state": {"values": {}}}
        current = self.world.channels[channel].messages.get(ts, where)
        payload |= {"message": _shown_message(current), "response_url": self._response_url(user, channel, ts)}
        return self.courier.send("interactive", payload)

    def _channel_named(self, channel: str) -> Json:
        found = self.world.channels[channel]
        named = {"im": "directmessage", "private": "privategroup"}
        return {"id": channel, "name": named.get(found.kind, found.name)}

    def _response_url(self, user: str, channel: str, message_ts: str = "") -> str:
        with self.world.lock:
            token = f"{self.world.random.getrandbits(96):x}"
            self.world.response_urls[token] = {
                "user": user, "channel": channel, "message_ts": message_ts, "made": self.world.clock(), "used": 0,
            }  # fmt: skip
        return f"{self.url}/response/{token}"

    def _say_back(self, user: str, channel: str, answer: Any) -> None:
        if not isinstance(answer, dict) or not (answer.get("text") or answer.get("blocks")):
            return
        made = methods_chat.as_bot(self.world, answer)
        with self.world.lock:
            if answer.get("response_type") == "in_channel":
                self.world.store(self.world.channels[channel], made)
            else:
                shown = made | {"channel": channel, "ts": self.world.next_ts()}
                self.world.ephemerals.append(shown | {"to": user, "is_ephemeral": True})

    def _submitted(self, user: str, view_id: str, answer: Any) -> None:
        """Does with a view what the app answered to its submission."""
        world = self.world
        action = answer.get("response_action") if isinstance(answer, dict) else None
        with world.lock:
            known = world.views.get(view_id)
            if known is None:
                return
            if action == "errors":
                known["errors"] = dict(answer.get("errors", {}))
            elif action == "clear":
                methods_views.close_all(world, user)
            elif action == "update":
                methods_views.replace(world, known, block_kit.check_view(answer["view"]))
            elif action == "push":
                methods_views.put(world, block_kit.check_view(answer["view"]), user)
            else:
                methods_views.close(world, view_id)
        world.touch()


def _root(channel: Channel, thread: str | None) -> str:
    """The thread a reply goes into, "" for none. Raises `LookupError` where there is no such message."""
    if not thread:
        return ""
    if thread not in channel.messages:
        raise LookupError(f"there is no message {thread} in {channel.id}")
    return str(channel.messages[thread].get("thread_ts", thread))


def _frozen(names: Iterable[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _values(metadata: Json) -> list[Any]:
    return list(metadata.get("event_payload", {}).values())


def _shown_message(message: Json) -> Json:
    return {key: value for key, value in message.items() if key not in {"channel", "unfurl_links", "unfurl_media"}}


def _rich_text(block_id: str, text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}
