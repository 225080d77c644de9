"""The only caller of Slack's Web API. What Slack and the network do is translated into a few errors, each of which says
whether trying again helps.

No call is repeated by the SDK: its default handler can post twice (a connection that drops after Slack has accepted).
"""

from __future__ import annotations

import json
import logging
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

TIMEOUT = 30  # seconds
EVENT = "clausewise"  # the type of our messages' metadata
BLOCK = "cw:"  # begins the block_id that carries a message's key, for servers that lose metadata
LARGEST_FILE = 50_000_000  # bytes
_PAGE = 200

TOKEN_ERRORS = frozenset(
    ("account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired", "org_login_required")
)
# Slack may have done what it reports as failed (docs.slack.dev, errors of chat.postMessage).
UNCERTAIN = frozenset(("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"))
UNKNOWN_METHODS = frozenset(("unknown_method", "method_not_supported_for_channel_type", "not_implemented"))


class SlackError(Exception):
    """A call that gave no result. `reason` is Slack's own word, or the kind of failure."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(SlackError):  # noqa: N818 - what Slack did
    """A definite no; nothing was done."""


class TokenRejected(Refused):
    """The token is no longer good: nothing at all can be done until somebody renews it."""


class TryLater(Refused):
    """Too many calls; nothing was done. `seconds` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


class Uncertain(SlackError):  # noqa: N818 - what is known of it
    """It may have been done, and may not."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is: its user and bot ids, and the workspace (and enterprise) it is installed in."""

    user: str
    bot: str
    team: str
    enterprise: str = ""
    team_name: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours that was found in a conversation: its key and where it is."""

    key: str
    ts: str


class Slack:
    """Slack, as one installed app sees it. Every method raises `SlackError` of the kind that tells what to do."""

    def __init__(self, token: str, *, url: str, timeout: int = TIMEOUT) -> None:
        self._client = WebClient(
            token=token, base_url=url, timeout=timeout, retry_handlers=[], logger=_quiet("slack_sdk.web")
        )
        self._token = token
        self._host = urlsplit(url).netloc
        self._missing: set[str] = set()
        self._forms = False
        self._me: Identity | None = None

    # --- who and where ---

    def identity(self) -> Identity:
        """Who we are, asked of Slack each time: the call that shows whether the token is good."""
        found = self._call("auth.test")
        if not _text(found, "user_id"):
            raise Uncertain("no user_id")  # without it our own messages cannot be told from others'
        self._me = Identity(
            user=_text(found, "user_id"),
            bot=_text(found, "bot_id"),
            team=_text(found, "team_id"),
            enterprise=_text(found, "enterprise_id"),
            team_name=_text(found, "team"),
            scopes=tuple(filter(None, found.get("_scopes", "").split(","))),
        )
        return self._me

    @property
    def me(self) -> Identity:
        return self._me or self.identity()

    def user(self, user: str) -> Mapping[str, Any]:
        return _section(self._call("users.info", user=user, include_locale=True), "user")

    def user_of_email(self, email: str) -> Mapping[str, Any]:
        """Raises `Refused("users_not_found")` where nobody has that address."""
        return _section(self._call("users.lookupByEmail", email=email), "user")

    def conversation(self, channel: str) -> Mapping[str, Any]:
        return _section(self._call("conversations.info", channel=channel, include_num_members=True), "channel")

    def members(self, channel: str, cap: int) -> tuple[str, ...] | None:
        """The user ids of a conversation's members; None where there are more than `cap`."""
        found: list[str] = []
        for page in self._pages("conversations.members", "members", channel=channel, limit=min(cap + 1, 1000)):
            found += page
            if len(found) > cap:
                return None
        return tuple(dict.fromkeys(found))

    def conversations(self) -> Iterator[Mapping[str, Any]]:
        """The conversations the bot is in, archived ones left out."""
        kinds = "public_channel,private_channel,mpim,im"
        which = {"types": kinds, "exclude_archived": True, "limit": _PAGE}
        try:
            for page in self._pages("users.conversations", "channels", **which):
                yield from page
        except Refused as refused:
            if refused.reason not in UNKNOWN_METHODS:
                raise
            for page in self._pages("conversations.list", "channels", **which):
                yield from (one for one in page if one.get("is_member") is not False)

    def direct(self, user: str) -> str:
        """The id of the direct conversation with somebody."""
        return _text(_section(self._call("conversations.open", users=user), "channel"), "id")

    # --- reading ---

    def history(self, channel: str, *, oldest: str, pages: int = 1) -> list[Mapping[str, Any]]:
        """A conversation's messages since `oldest`, as far as so many pages go, in any order; threads are not in it."""
        read = self._pages("conversations.history", "messages", channel=channel, oldest=oldest, limit=_PAGE)
        return [message for page in islice(read, pages) for message in page if _since(message, oldest)]

    def replies(self, channel: str, thread: str, *, oldest: str = "0", pages: int = 1) -> list[Mapping[str, Any]]:
        """The messages of a thread since `oldest`, its root among them, as far as so many pages go."""
        where = {"channel": channel, "ts": thread, "oldest": oldest, "limit": _PAGE}
        return [
            message
            for page in islice(self._pages("conversations.replies", "messages", **where), pages)
            for message in page
            if _since(message, oldest) or message.get("ts") == thread
        ]

    def ours(self, channel: str, thread: str, since: datetime) -> Iterator[Posted]:
        """The messages of ours in a conversation, or in one of its threads, that carry a key; every page is read."""
        method = "conversations.replies" if thread else "conversations.history"
        where = {"channel": channel} | ({"ts": thread} if thread else {})
        oldest = f"{since.timestamp():.6f}"
        for page in self._pages(
            method, "messages", **where, oldest=oldest, inclusive=True, limit=_PAGE, include_all_metadata=True
        ):
            for message in page:
                if self._is_ours(message) and (key := key_of(message)):
                    yield Posted(key, str(message.get("ts", "")))

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        """Others may copy a key, for metadata can be read by all."""
        return self.me.user == message.get("user") or (bool(self.me.bot) and self.me.bot == message.get("bot_id"))

    # --- posting ---

    def post(self, channel: str, *, key: str, text: str, blocks: Sequence[Mapping[str, Any]], thread: str = "") -> str:
        """Post a message once and return its ts. `Uncertain` where it may have landed."""
        arguments: dict[str, Any] = {"thread_ts": thread} if thread else {}
        posted = self._call(
            "chat.postMessage",
            channel=channel,
            text=text,
            blocks=_keyed(blocks, key),
            metadata={"event_type": EVENT, "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
            **arguments,
        )
        if not posted.get("ts"):
            raise Uncertain("no ts")
        return str(posted["ts"])

    def update(self, channel: str, ts: str, *, key: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> None:
        self._call(
            "chat.update",
            channel=channel,
            ts=ts,
            text=text,
            blocks=_keyed(blocks, key),
            metadata={"event_type": EVENT, "event_payload": {"key": key}},
        )

    def delete(self, channel: str, ts: str) -> None:
        self._call("chat.delete", channel=channel, ts=ts)

    def whisper(self, channel: str, user: str, text: str) -> None:
        """A line only `user` sees, and only now: for what need not arrive."""
        self._call("chat.postEphemeral", channel=channel, user=user, text=text)

    # --- modals and Home ---

    def open_modal(self, trigger: str, view: Mapping[str, Any]) -> None:
        self._call("views.open", trigger_id=trigger, view=view)

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        self._call("views.publish", user_id=user, view=view)

    # --- that something is being done ---

    def working(self, channel: str, thread: str, ts: str) -> None:
        """Show that a question is being worked on: as a session's status where Slack has those, else as a reaction."""
        for method, arguments in (
            ("agents.sessions.setStatus", {"channel_id": channel, "thread_ts": thread, "status": "processing"}),
            ("assistant.threads.setStatus", {"channel_id": channel, "thread_ts": thread, "status": "is reading …"}),
        ):
            if channel.startswith("D") and self._tried(method, **arguments):
                return
        self._tried("reactions.add", channel=channel, timestamp=ts, name="eyes")

    def done(self, channel: str, thread: str, ts: str) -> None:
        """Take back what `working` showed: a session would stay at work for an hour."""
        if channel.startswith("D"):
            session = {"channel_id": channel, "thread_ts": thread}
            if self._tried("agents.sessions.setStatus", **session, status="active"):
                return
            if self._tried("assistant.threads.setStatus", **session, status=""):
                return
        self._tried("reactions.remove", channel=channel, timestamp=ts, name="eyes")

    def suggest(self, channel: str, prompts: Sequence[tuple[str, str]], thread: str = "") -> None:
        """Offer up to four (title, message) to begin with. A thread is named only by the older assistant view: the
        newer one fails silently where it is given."""
        offered = [{"title": title, "message": message} for title, message in prompts[:4]]
        more = {"thread_ts": thread} if thread else {}
        self._tried("assistant.threads.setSuggestedPrompts", channel_id=channel, prompts=offered, **more)

    def _tried(self, method: str, **arguments: Any) -> bool:
        """Whether an optional method worked. One that this workspace does not have is not asked for again."""
        if method in self._missing:
            return False
        try:
            self._call(method, **arguments)
        except Refused as refusal:
            if refusal.reason in UNKNOWN_METHODS | {"not_authorized", "missing_scope", "not_allowed_token_type"}:
                self._missing.add(method)
            return refusal.reason in ("already_reacted", "no_reaction")
        except SlackError:
            return False
        return True

    def open_connection(self, app_token: str) -> None:
        """Ask for a Socket Mode connection, only to see that it is granted."""
        try:
            self._client.apps_connections_open(app_token=app_token)
        except SlackApiError as error:
            raise _translated(error, "apps.connections.open") from None
        except _NO_REPLY as error:
            raise Uncertain(type(error).__name__) from None

    # --- files ---

    def file(self, file: str) -> Mapping[str, Any]:
        return _section(self._call("files.info", file=file), "file")

    def download(self, url: str, target: Path) -> None:
        """Save a file of Slack's to `target`. The token is sent to Slack's own hosts alone, never to whatever address
        a payload names."""
        parts = urlsplit(url)
        ours = parts.netloc == self._host
        slack = parts.scheme == "https" and (parts.hostname or "").endswith((".slack.com", ".slack-files.com"))
        if not (ours or slack):
            raise Refused("the file lies on a host that is not Slack's")
        request = Request(url, headers={"Authorization": f"Bearer {self._token}"})  # noqa: S310 - checked above
        try:
            with urlopen(request, timeout=TIMEOUT) as reply, target.open("wb") as out:  # noqa: S310 - checked above
                size = 0
                while piece := reply.read(1 << 16):
                    size += len(piece)
                    if size > LARGEST_FILE:
                        raise Refused(f"the file is larger than {LARGEST_FILE // 1_000_000} MB")
                    out.write(piece)
        except (OSError, HTTPException) as error:
            raise Uncertain(type(error).__name__) from None

    # --- one call ---

    def _pages(self, method: str, key: str, **arguments: Any) -> Iterator[list[Any]]:
        """Every page of a list of ids or objects. A reply without them is no end of the list but `Uncertain`: who is
        missing among a conversation's members may be the one who must not hear."""
        kind = str if key == "members" else Mapping
        cursor, seen = "", {""}
        while True:
            found = self._call(method, **arguments, **({"cursor": cursor} if cursor else {}))
            page, metadata = found.get(key), found.get("response_metadata") or {}
            if not isinstance(page, list) or not all(isinstance(each, kind) for each in page):
                raise Uncertain(f"no {key}")
            if not isinstance(metadata, Mapping):
                raise Uncertain("no cursor")
            yield page
            cursor = str(metadata.get("next_cursor") or "")
            if not cursor:
                return
            if cursor in seen:
                raise Uncertain("pages that go round in a circle")
            seen.add(cursor)

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Sent as Slack's own SDK sends it; a server that does not read JSON gets a form, then and from then on."""
        body = {key: value for key, value in arguments.items() if value is not None}
        if self._forms or not method.startswith(_AS_JSON):
            return self._sent(method, data=_form(body))
        try:
            return self._sent(method, json=body)
        except Refused as refused:
            if refused.reason not in _NOT_READ:
                raise
        found = self._sent(method, data=_form(body))
        self._forms = True
        return found

    def _sent(self, method: str, **body: Any) -> dict[str, Any]:
        try:
            response = self._client.api_call(method, **body)
        except SlackApiError as error:
            raise _translated(error, method) from None
        except _NO_REPLY as error:
            raise Uncertain(type(error).__name__) from None
        data = response.data
        if not isinstance(data, dict):
            raise Uncertain("not JSON")
        if method == "auth.test":
            headers = {name.lower(): value for name, value in response.headers.items()}
            return {**data, "_scopes": headers.get("x-oauth-scopes", "")}
        return data


_AS_JSON = ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.", "assistant.", "agents.")
# What is said of arguments that were not read. Nothing was done, so the call may be sent once more in another form.
_NOT_READ = frozenset(
    (
        *("invalid_json", "json_not_object", "invalid_post_type", "missing_post_type", "invalid_form_data"),
        *("invalid_arguments", "invalid_arg_name", "missing_argument", "no_text", "channel_not_found"),
        *("http 400", "http 415"),
    )
)
# The last: the SDK reads a reply of another shape than Slack's without looking.
_NO_REPLY = (SlackClientError, URLError, OSError, HTTPException, ssl.SSLError, ValueError, AttributeError)


def _form(body: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as form fields: blocks, views and metadata as JSON text."""
    return {
        key: json.dumps(value) if isinstance(value, Mapping | list | tuple) else value for key, value in body.items()
    }


def _translated(error: SlackApiError, method: str) -> SlackError:
    response = error.response
    status = getattr(response, "status_code", 0)
    headers = {str(name).lower(): value for name, value in (getattr(response, "headers", None) or {}).items()}
    data = getattr(response, "data", None)
    said = str(data.get("error", "")) if isinstance(data, dict) else ""
    reason = said if re.fullmatch(r"[a-z][a-z0-9_.:-]*", said) else ""  # the SDK puts a page that is no JSON here
    if status == 429 or reason == "ratelimited":
        return TryLater(_seconds(headers.get("retry-after")))
    if reason in TOKEN_ERRORS:
        return TokenRejected(reason)
    if reason and reason not in UNCERTAIN and status < 500:
        return Refused(reason)
    if not reason and status in (400, 415):
        return Refused(f"http {status}")
    if not reason and status in (404, 405, 501) and method != "chat.postMessage":  # for a post, it is looked for
        return Refused("unknown_method")
    return Uncertain(reason or f"http {status}")


def _seconds(value: object) -> float:
    first = value[0] if isinstance(value, list) and value else value
    try:
        return float(min(max(int(float(str(first))), 1), 3600))
    except (ValueError, OverflowError):
        return 30.0


def _keyed(blocks: Sequence[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    """The blocks, the first of them carrying the message's key."""
    first, *rest = blocks
    return [{**first, "block_id": BLOCK + key}, *map(dict, rest)]


def key_of(message: Mapping[str, Any]) -> str:
    """The key a message of ours carries, in its metadata or in its first block; "" for anybody else's."""
    metadata = message.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("event_type") == EVENT:
        payload = metadata.get("event_payload")
        if isinstance(payload, Mapping) and isinstance(payload.get("key"), str):
            return str(payload["key"])
    blocks = message.get("blocks")
    first = blocks[0] if isinstance(blocks, list) and blocks and isinstance(blocks[0], Mapping) else {}
    carried = str(first.get("block_id", ""))
    return carried.removeprefix(BLOCK) if carried.startswith(BLOCK) else ""


def _since(message: Mapping[str, Any], oldest: str) -> bool:
    """Whether a message is new enough; not every server looks at `oldest`."""
    return str(message.get("ts", "")) >= oldest


def instant(ts: str) -> datetime:
    """The instant a Slack ts stands for. Raises `ValueError`."""
    whole, _, parts = ts.partition(".")
    return datetime.fromtimestamp(int(whole), UTC) + timedelta(microseconds=int((parts + "000000")[:6]))


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _section(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = found.get(key)
    if not isinstance(value, Mapping):
        raise Uncertain(f"no {key}")
    return value


def _quiet(name: str) -> logging.Logger:
    """A logger of the SDK's that says nothing: what goes wrong is raised, and it would write payloads, and the first
    words of a reply that is no JSON, which may be somebody's."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.CRITICAL + 1)
    return logger
