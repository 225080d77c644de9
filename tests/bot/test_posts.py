"""What Slack and the network reply, however broken, becomes one of a few errors that say what to do. A small server
gives each reply to the bot's real client."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.posts import BLOCK, EVENT, Refused, Slack, SlackError, TokenRejected, TryLater, Uncertain, instant, key_of

TOKEN = "xoxb-of-this-test"  # noqa: S105


@dataclass
class Replies:
    """What the server replies, one call after the other, the last for ever; and what it was asked."""

    rows: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def are(self, *replies: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        as_bytes = (r if isinstance(r, bytes) else json.dumps(r).encode() for r in replies)
        self.asked.clear()
        self.rows = [(status, headers or {}, body) for body in as_bytes]


@pytest.fixture(scope="module")
def replies() -> Iterator[Replies]:
    given = Replies()

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            given.asked.append((self.path, body.decode()))
            status, headers, said = given.rows.pop(0) if len(given.rows) > 1 else given.rows[0]
            self.send_response(status)
            for name, value in {
                "content-type": "application/json",
                "content-length": str(len(said)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = reply  # noqa: N815 - the base class's names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    given.url = f"http://127.0.0.1:{server.server_port}/api/"
    yield given
    server.shutdown()
    server.server_close()


@pytest.fixture
def slack(replies: Replies) -> Slack:
    client = Slack(TOKEN, url=replies.url, timeout=3)
    replies.are({"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0", "team": "Ours"})
    client.identity()
    return client


def post(slack: Slack) -> str:
    return slack.post("C1", key="k", text="x", blocks=[{"type": "divider"}])


# --- one call ---------------------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, int, dict[str, str], Any, type[SlackError]]] = [
    ("a definite no", 200, {}, {"ok": False, "error": "is_archived"}, Refused),
    ("a channel that is not there", 200, {}, {"ok": False, "error": "channel_not_found"}, Refused),
    ("a no with status 403", 403, {}, {"ok": False, "error": "restricted_action"}, Refused),
    ("an error of theirs", 200, {}, {"ok": False, "error": "internal_error"}, Uncertain),
    ("a fatal error", 200, {}, {"ok": False, "error": "fatal_error"}, Uncertain),
    ("status 500", 500, {}, {"ok": False, "error": "internal_error"}, Uncertain),
    ("a no with status 500", 500, {}, {"ok": False, "error": "is_archived"}, Uncertain),
    ("status 503 and a page", 503, {"content-type": "text/html"}, b"<html>sorry</html>", Uncertain),
    ("a page with status 200", 200, {"content-type": "text/html"}, b"<html>sorry</html>", Uncertain),
    ("half a reply", 200, {}, b'{"ok": tru', Uncertain),
    ("fewer bytes than announced", 200, {"content-length": "900"}, b'{"ok": true}', Uncertain),
    ("nothing", 200, {}, b"", Uncertain),
    ("a list", 200, {}, [1, 2], Uncertain),
    ("a word", 200, {}, "ok", Uncertain),
    ("null", 200, {}, None, Uncertain),
    ("no UTF-8", 200, {}, b"\xff\xfe{}", Uncertain),
    ("neither ok nor error", 200, {}, {}, Uncertain),
    ("ok without a ts", 200, {}, {"ok": True}, Uncertain),
    ("no error named", 200, {}, {"ok": False}, Uncertain),
    ("an error that is no word", 200, {}, {"ok": False, "error": {"a": 1}}, Uncertain),
    ("too many calls", 429, {"retry-after": "7"}, {"ok": False, "error": "ratelimited"}, TryLater),
    ("too many calls, as text", 429, {"retry-after": "7", "content-type": "text/plain"}, b"slow down", TryLater),
    ("too many calls with status 200", 200, {}, {"ok": False, "error": "ratelimited"}, TryLater),
    *((error, 200, {}, {"ok": False, "error": error}, TokenRejected) for error in ("token_revoked", "invalid_auth")),
    ("an inactive account", 200, {}, {"ok": False, "error": "account_inactive"}, TokenRejected),
]


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_what_is_replied_to_a_post_says_whether_it_may_be_tried_again(
    slack: Slack, replies: Replies, status: int, headers: dict[str, str], body: Any, kind: type[SlackError]
) -> None:
    replies.are(body, status=status, headers=headers)
    with pytest.raises(SlackError) as caught:
        post(slack)
    assert type(caught.value) is kind
    assert TOKEN not in str(caught.value)
    if kind in (Uncertain, TryLater, TokenRejected):
        assert len(replies.asked) == 1, "what may have landed was sent again"


def test_nobody_there_is_uncertain() -> None:
    with pytest.raises(Uncertain):
        post(Slack(TOKEN, url="http://127.0.0.1:9/api/", timeout=1))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0", 1), ("-3", 1), ("1.5", 1), ("99999", 3600), ("inf", 30), ("nan", 30), ("soon", 30), (None, 30)],
)
def test_how_long_to_wait_is_always_a_time(slack: Slack, replies: Replies, header: str | None, seconds: float) -> None:
    named = {"retry-after": header} if header is not None else {}
    replies.are({"ok": False, "error": "ratelimited"}, status=429, headers=named)
    with pytest.raises(TryLater) as caught:
        post(slack)
    assert caught.value.seconds == seconds


# --- what a reply has to hold -----------------------------------------------------------------------------------------

Read = Callable[[Slack], object]
READS: dict[str, tuple[Read, str]] = {
    "a user": (lambda slack: slack.user("U1"), "user"),
    "an address": (lambda slack: slack.user_of_email("a@example.org"), "user"),
    "a conversation": (lambda slack: slack.conversation("C1"), "channel"),
    "a direct conversation": (lambda slack: slack.direct("U1"), "channel"),
    "members": (lambda slack: slack.members("C1", 10), "members"),
    "conversations": (lambda slack: list(slack.conversations()), "channels"),
    "history": (lambda slack: slack.history("C1", oldest="0"), "messages"),
    "replies": (lambda slack: slack.replies("C1", "1.0"), "messages"),
    "what is ours": (lambda slack: list(slack.ours("C1", "", instant("1.0"))), "messages"),
    "a file": (lambda slack: slack.file("F1"), "file"),
}


@pytest.mark.parametrize("value", [None, "x", 7, [7, None]], ids=["missing", "a word", "a number", "odd entries"])
@pytest.mark.parametrize(("read", "key"), READS.values(), ids=READS)
def test_a_reply_without_what_was_asked_for_is_uncertain(
    slack: Slack, replies: Replies, read: Read, key: str, value: object
) -> None:
    replies.are({"ok": True} if value is None else {"ok": True, key: value})
    with pytest.raises(Uncertain):
        read(slack)


def test_who_one_is_has_to_be_said(replies: Replies) -> None:
    replies.are({"ok": True, "team_id": "T0"})
    with pytest.raises(Uncertain):
        Slack(TOKEN, url=replies.url).identity()


def page(members: object, cursor: object) -> dict[str, Any]:
    return {"ok": True, "members": members, "response_metadata": {"next_cursor": cursor}}


def test_every_page_of_members_is_read(slack: Slack, replies: Replies) -> None:
    replies.are(page(["U1", "U2"], "a"), page(["U2", "U3"], "b"), {"ok": True, "members": ["U4"]})
    assert slack.members("C1", 10) == ("U1", "U2", "U3", "U4")
    assert ["cursor=" in (path + body) for path, body in replies.asked] == [False, True, True]


def test_more_members_than_the_cap_are_none(slack: Slack, replies: Replies) -> None:
    replies.are(page(["U1", "U2"], "a"), page(["U3"], ""))
    assert slack.members("C1", 2) is None


@pytest.mark.parametrize(
    "second",
    [{"ok": True}, page(None, ""), page(["U3", None], ""), page(["U3"], "a"), {"ok": True, "response_metadata": "x"}],
    ids=["missing", "null", "an id that is none", "the same cursor again", "no cursor"],
)
def test_a_broken_page_is_not_the_end_of_the_members(slack: Slack, replies: Replies, second: Any) -> None:
    """Who stands on the missing page may be the one who must not hear."""
    replies.are(page(["U1"], "a"), second)
    with pytest.raises(Uncertain):
        slack.members("C1", 10)


# --- keys and files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ({"metadata": {"event_type": EVENT, "event_payload": {"key": "k"}}}, "k"),
        ({"blocks": [{"block_id": BLOCK + "k"}]}, "k"),
        ({"metadata": {"event_type": "another", "event_payload": {"key": "k"}}}, ""),
        ({"metadata": "x", "blocks": "y"}, ""),
        ({"metadata": {"event_type": EVENT, "event_payload": [1]}, "blocks": [7]}, ""),
        ({"blocks": [{"block_id": 7}]}, ""),
        ({}, ""),
    ],
)
def test_the_key_of_a_message_is_read_without_trust(message: dict[str, Any], key: str) -> None:
    assert key_of(message) == key


def test_a_key_that_somebody_copied_is_not_ours(slack: Slack, replies: Replies) -> None:
    keyed = {"metadata": {"event_type": EVENT, "event_payload": {"key": "k"}}}
    messages = [{**keyed, "ts": "2.0", "user": "U0EVE"}, {**keyed, "ts": "3.0", "user": "U0BOT"}]
    replies.are({"ok": True, "messages": messages})
    assert [posted.ts for posted in slack.ours("C1", "", instant("1.0"))] == ["3.0"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/f",
        "https://slack.com.evil.example/f",
        "http://files.slack.com/f",
        "file:///etc/passwd",
        "//x/f",
        "https://evil.example/.slack.com",
        "https://files.slack.com@evil.example/f",
    ],
)
def test_the_token_is_sent_to_no_host_but_slacks(slack: Slack, tmp_path: Path, url: str) -> None:
    with pytest.raises(Refused, match="not Slack's"):
        slack.download(url, tmp_path / "f")
