"""The workspace as it is: people, conversations, messages, views, files, and who may see what the bot did to them.

Nothing here knows of HTTP or sockets. Everything is guarded by one lock; `emit` hands an event to whoever delivers.
Messages are the dictionaries Slack shows, with one key more, `channel`.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Kind = Literal["public", "private", "im", "mpim"]
T = TypeVar("T")

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 1800.0
RESPONSE_URL_USES = 5


def copied(value: T) -> T:
    """A copy, all the way down, of what is JSON."""
    copy: T = json.loads(json.dumps(value))
    return copy


class SlackError(Exception):
    """What Slack answers with `"ok": false`; `more` are further keys of the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(slots=True)
class User:
    """Somebody. `team` is "" for the workspace of the bot."""

    id: str
    name: str = ""
    real_name: str = ""
    email: str = ""
    tz: str = "Europe/Berlin"
    locale: str = "en-GB"
    team: str = ""
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    enterprise_user: Json | None = None

    def shown(self, team: str, *, email: bool, locale: bool) -> Json:
        """The user object as `users.info` gives it."""
        name = self.name or self.id.lower()
        profile: Json = {"real_name": self.real_name or name, "display_name": name, "team": self.team or team}
        if email and self.email:
            profile["email"] = self.email
        user: Json = {"id": self.id, "team_id": self.team or team, "name": name, "deleted": self.deleted}
        user |= {"is_bot": self.is_bot, "is_app_user": False, "updated": 1700000000, "profile": profile}
        if self.enterprise_user is not None:
            user["enterprise_user"] = self.enterprise_user
        if self.deleted:
            return user
        zone = ZoneInfo(self.tz)
        offset = datetime.now(UTC).astimezone(zone).utcoffset()
        user |= {"real_name": profile["real_name"], "tz": self.tz, "tz_label": self.tz}
        user |= {"tz_offset": int(offset.total_seconds()) if offset else 0}
        user |= {"is_admin": self.is_admin, "is_owner": False, "is_primary_owner": False}
        user |= {"is_restricted": self.is_restricted, "is_ultra_restricted": self.is_ultra_restricted}
        if self.is_stranger:
            user["is_stranger"] = True
        if locale:
            user["locale"] = self.locale
        return user


@dataclass(slots=True)
class Channel:
    """A conversation. `members` holds user ids; the bot is a member where its id is in it."""

    id: str
    name: str = ""
    members: list[str] = field(default_factory=list)
    kind: Kind = "public"
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_org_shared: bool = False
    connected_teams: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    created: int = 1700000000
    messages: dict[str, Json] = field(default_factory=dict)

    @property
    def channel_type(self) -> str:
        """The `channel_type` of message events."""
        return {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}[self.kind]

    def shown(self, bot: str, team: str, *, count: bool = False) -> Json:
        """The conversation object as `conversations.info` gives it to the bot."""
        common: Json = {"id": self.id, "created": self.created, "is_archived": self.is_archived}
        common["updated"] = 1700000000000
        shared = {"is_org_shared": self.is_org_shared, "is_ext_shared": self.is_ext_shared}
        shared["is_shared"] = self.is_ext_shared or self.is_org_shared
        shared["is_pending_ext_shared"] = self.is_pending_ext_shared
        if self.kind == "im":
            other = next((member for member in self.members if member != bot), bot)
            return common | {"is_im": True, "user": other, "is_user_deleted": False, "priority": 0} | shared
        channel = common | {"name": self.name, "name_normalized": self.name, "is_general": False, "is_im": False}
        channel |= {"is_channel": self.kind == "public", "is_group": self.kind == "private"}
        channel |= {"is_mpim": self.kind == "mpim", "is_private": self.kind != "public"} | shared
        channel |= {"context_team_id": team, "connected_team_ids": list(self.connected_teams)}
        channel |= {"shared_team_ids": [team, *self.connected_teams], "pending_shared": [], "creator": "U0CREATOR"}
        channel |= {"is_member": bot in self.members}
        channel |= {"topic": {"value": self.topic}, "purpose": {"value": self.purpose}}
        if count:
            channel["num_members"] = len(self.members)
        return channel


@dataclass(slots=True)
class File:
    """A file's bytes beside the object Slack shows of it."""

    shown: Json
    content: bytes
    channels: list[str] = field(default_factory=list)
    uploaded: bool = True


@dataclass(slots=True)
class UserGroup:
    id: str
    handle: str
    users: list[str] = field(default_factory=list)
    name: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A Web API call as it came in, and what became of it. `error` is "" for `"ok": true`; `landed` says whether it
    took effect (None: not yet, it lands later); `fault` names what was done to it."""

    number: int
    method: str
    arguments: Json
    at: float
    ok: bool
    error: str
    fault: str
    landed: bool | None
    response: Json


class World:
    """All state of one workspace with one app installed in it."""

    def __init__(
        self,
        *,
        team: str,
        bot_user: str,
        bot: str,
        app: str,
        app_name: str,
        clock: Callable[[], float] = time.time,
        seed: int = 1,
    ) -> None:
        self.team, self.bot_user, self.bot, self.app, self.app_name = team, bot_user, bot, app, app_name
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.version = 0
        self.random = random.Random(seed)  # noqa: S311 # ids of a stand-in, the same in every run
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, Json] = {}  # open modals and published homes, by view id
        self.homes: dict[str, str] = {}  # user -> view id
        self.stacks: dict[str, list[str]] = {}  # user -> ids of the open modals, the topmost last
        self.triggers: dict[str, tuple[str, float]] = {}  # trigger id -> user, when it was made
        self.response_urls: dict[str, Json] = {}
        self.ephemerals: list[Json] = []
        self.deleted: list[Json] = []
        self.statuses: list[Json] = []
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.drops_metadata = False
        self.pages_from_oldest = False
        self.emit: Callable[[Json], Any] = lambda _: None
        self._last_ts = 0

    # --- small things -------------------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Wakes whoever waits for a change."""
        with self.lock:
            self.version += 1
            self.changed.notify_all()

    def new_id(self, prefix: str) -> str:
        with self.lock:
            return prefix + "".join(self.random.choices(ALPHABET, k=10))

    def next_ts(self) -> str:
        """A timestamp later than every one given before."""
        with self.lock:
            self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def complain(self, text: str) -> None:
        """Notes what Slack lets pass and an app should still not do."""
        with self.lock:
            self.complaints.append(text)

    def new_trigger(self, user: str) -> str:
        with self.lock:
            trigger = (
                f"{self.random.randrange(10**12)}.{self.random.randrange(10**12)}.{self.random.getrandbits(128):x}"
            )
            self.triggers[trigger] = (user, self.clock())
            return trigger

    def use_trigger(self, trigger: str) -> str:
        """Whose it is; it works once, within 3 s."""
        with self.lock:
            if not trigger:
                raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing trigger_id"]})
            if trigger not in self.triggers:
                raise SlackError("invalid_trigger_id")
            user, made = self.triggers[trigger]
            if made < 0:
                raise SlackError("exchanged_trigger_id")
            self.triggers[trigger] = (user, -1.0)
            if self.clock() - made > TRIGGER_SECONDS:
                raise SlackError("expired_trigger_id")
            return user

    # --- conversations ------------------------------------------------------------------------------------------------

    def channel(self, channel: str) -> Channel:
        """By id, or by "#name"; what the bot cannot see is not there."""
        found = self.channels.get(channel)
        if found is None and channel:
            name = channel.removeprefix("#")
            found = next((each for each in self.channels.values() if each.name == name), None)
        if found is None or (found.kind != "public" and self.bot_user not in found.members):
            raise SlackError("channel_not_found")
        return found

    def open_im(self, user: str) -> Channel:
        """The direct conversation of the bot with a user; made where there is none."""
        with self.lock:
            for channel in self.channels.values():
                if channel.kind == "im" and set(channel.members) == {user, self.bot_user}:
                    return channel
            return self._add(Channel(self.new_id("D"), members=[user, self.bot_user], kind="im"))

    def open_mpim(self, users: Iterable[str]) -> Channel:
        with self.lock:
            wanted = {*users, self.bot_user}
            for channel in self.channels.values():
                if channel.kind == "mpim" and set(channel.members) == wanted:
                    return channel
            name = "mpdm-" + "--".join(sorted(self.users[user].name or user.lower() for user in wanted)) + "-1"
            return self._add(Channel(self.new_id("C"), name, sorted(wanted), "mpim"))

    def _add(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def listening(self, channel: Channel) -> bool:
        """Whether the bot gets the messages of a conversation."""
        return self.bot_user in channel.members

    # --- messages -----------------------------------------------------------------------------------------------------

    def store(self, channel: Channel, message: Json, thread: str = "", *, broadcast: bool = False) -> Json:
        """Puts a message where it belongs, keeps its thread's figures, and returns it."""
        with self.lock:
            ts = self.next_ts()
            home = {"ts": ts, "team": message.get("team", self.team), "channel": channel.id}
            message = {"type": "message", **message, **home}
            root = channel.messages.get(thread) if thread else None
            if thread:
                message["thread_ts"] = thread
                if broadcast:
                    message["subtype"] = "thread_broadcast"
            if root is not None:
                message["parent_user_id"] = root.get("user", "")
                self._count_reply(root, message)
            channel.messages[ts] = message
            self.touch()
            return message

    @staticmethod
    def _count_reply(root: Json, reply: Json) -> None:
        users = root.setdefault("reply_users", [])
        author = reply.get("user", "")
        if author not in users:
            users.append(author)
        root |= {"thread_ts": root["ts"], "reply_count": root.get("reply_count", 0) + 1, "latest_reply": reply["ts"]}
        root |= {"reply_users_count": len(users), "is_locked": False, "subscribed": True}

    def remove(self, channel: Channel, ts: str) -> Json:
        """Takes a message out. A root with replies leaves a tombstone, as Slack does."""
        with self.lock:
            message = channel.messages.pop(ts)
            self.deleted.append(message)
            root = channel.messages.get(message.get("thread_ts", ""))
            if root is not None:
                self._recount(channel, root)
            elif message.get("reply_count"):
                channel.messages[ts] = self._tombstone(message)
                channel.messages = dict(sorted(channel.messages.items()))
            self.touch()
            return message

    @staticmethod
    def _recount(channel: Channel, root: Json) -> None:
        replies = [m for m in channel.messages.values() if m.get("thread_ts") == root["ts"] and m["ts"] != root["ts"]]
        for key in ("reply_count", "latest_reply", "reply_users", "reply_users_count"):
            root.pop(key, None)
        if not replies:
            root.pop("thread_ts", None)
        for reply in replies:
            World._count_reply(root, reply)

    @staticmethod
    def _tombstone(message: Json) -> Json:
        names: tuple[str, ...] = ("ts", "thread_ts", "channel", "team")
        kept: Json = {key: message[key] for key in names if key in message}
        kept |= {key: value for key, value in message.items() if key.startswith(("reply_", "latest_reply"))}
        kept |= {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True}
        return kept | {"text": "This message was deleted."}

    def announce(self, channel: Channel, event: Mapping[str, Any]) -> None:
        """An event about a message, where the bot is a member."""
        if self.listening(channel):
            self.emit({"type": "message", "channel": channel.id, "channel_type": channel.channel_type, **event})

    def message_event(self, message: Json) -> Json:
        """A stored message as the event that told of it."""
        hidden = ("reply_", "latest_reply", "is_locked", "subscribed", "metadata", "reactions", "sent_with")
        event = {key: value for key, value in message.items() if not key.startswith(hidden)}
        if event.get("thread_ts") == event["ts"]:
            del event["thread_ts"]
        return copied(event) | {"event_ts": message["ts"]}

    def wait_for(self, predicate: Callable[[], Any], timeout: float) -> Any:
        """What `predicate` returns once it is true; `TimeoutError` after `timeout` s. Evaluated after changes, a
        hundred times a second at most, and twenty times a second where there are none, for conditions outside."""
        deadline = time.monotonic() + timeout
        while True:
            with self.lock:
                seen = self.version
            value = predicate()
            if value:
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not true within {timeout:g} s: {getattr(predicate, '__name__', predicate)}")
            with self.changed:
                if self.version == seen:
                    self.changed.wait(min(left, 0.05))
            time.sleep(0.01)
