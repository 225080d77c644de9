"""Slack's events by HTTP: what is not Slack's is refused, whatever it looks like; what is, is kept once."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.http_events import LARGEST, PATH, web_app
from bot.logs import Discreet
from bot.running import bolt_app
from jobs.ledger import Ledger
from knowledge.embedding import Encoder
from tests.bot.stepwise import Desk
from tests.bot.worlds import USERS, account, built, channel
from tests.slack import BOT_USER

SECRET = "a signing secret"  # noqa: S105 - of this test's own
QUESTION = "In ORION: how long before publication must I tell the partners?"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass
class Post:
    """The address that Slack calls, called without a network."""

    app: Any
    desk: Desk

    def __call__(self, body: bytes, kind: str = JSON, **changed: str | None) -> tuple[int, str]:
        """(status, words) of a request signed by Slack; `changed` are its headers, left out where None."""
        signed = self.desk.stand_in.courier.signed(body, secret=SECRET)
        headers: dict[str, str | None] = {
            "content-type": kind,
            "x-slack-request-timestamp": signed["X-Slack-Request-Timestamp"],
            "x-slack-signature": signed["X-Slack-Signature"],
        } | {name.replace("_", "-"): value for name, value in changed.items()}
        return asyncio.run(self._sent(body, {name: value for name, value in headers.items() if value is not None}))

    async def _sent(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        told: list[dict[str, Any]] = []
        pieces = [body[at : at + 65_536] for at in range(0, max(len(body), 1), 65_536)]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        names = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": PATH, "query_string": b""}
        await self.app({**scope, "headers": names, "scheme": "http", "client": None, "root_path": ""}, receive, send)
        return told[0]["status"], b"".join(m.get("body", b"") for m in told[1:]).decode()

    def json(self, payload: object, **changed: str | None) -> int:
        return self(json.dumps(payload).encode(), **changed)[0]

    @property
    def kept(self) -> int:
        """How many rows the inbox has."""
        with self.desk.ledger.read() as t:
            return sum(t.inbox.counts().values())


@pytest.fixture(scope="module")
def kept(pytestconfig: pytest.Config) -> Path:
    assert pytestconfig.cache is not None
    return Path(pytestconfig.cache.mkdir("clausewise-worlds"))


@pytest.fixture(scope="module")
def post(kept: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with Ledger.open(f"sqlite:///{tmp_path_factory.mktemp('http') / 'ledger.db'}") as ledger:
        data = built(kept, encoder, "present")
        desk = Desk(data, ledger, encoder, USERS, [channel("C0PAPER", "rita", "paul")], slack_signing_secret=SECRET)
        yield Post(web_app(bolt_app(desk.settings, desk.slack, desk.bot.receiver)), desk)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged by whomever, as the bot writes it."""
    out, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Discreet())
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)


def mention(ts: str, text: str = QUESTION) -> dict[str, Any]:
    event = {"type": "app_mention", "user": account("paul"), "channel": "C0PAPER", "ts": ts}
    return {
        "type": "event_callback",
        "event_id": f"Ev{ts}",
        "team_id": "T0STANDIN",
        "event": event | {"text": f"<@{BOT_USER}> {text}"},
    }


def test_an_event_is_kept_once_however_often_it_comes(post: Post) -> None:
    payload = mention(post.desk.stand_in.say_quietly(account("paul"), "C0PAPER", QUESTION)["ts"])
    before = post.kept
    assert [post.json(payload) for _ in range(3)] == [200, 200, 200]
    assert post.json(payload, x_slack_retry_num="1", x_slack_retry_reason="http_timeout") == 200
    assert post.kept == before + 1
    post.desk.run()
    answers = [m for m in post.desk.said("C0PAPER") if m.get("thread_ts") == payload["event"]["ts"]]
    assert len(answers) == 1
    assert "45 calendar days" in answers[0]["text"]


def test_an_event_is_kept_for_its_retry_alone(post: Post) -> None:
    before = post.kept
    assert post.json(mention("1.000001"), x_slack_retry_num="3", x_slack_retry_reason="http_timeout") == 200
    assert post.kept == before + 1


def test_the_address_proves_itself(post: Post) -> None:
    status, said = post(json.dumps({"type": "url_verification", "challenge": "c-1"}).encode())
    assert status == 200
    assert "c-1" in said


@pytest.mark.parametrize("text", ["ask " + QUESTION, "ask What is the payload clause?", "who payload=%7B"])
def test_a_command_is_kept_whatever_it_says(post: Post, text: str) -> None:
    before = post.kept
    fields = {"command": "/ip", "text": text, "user_id": account("paul"), "channel_id": "C0PAPER", "trigger_id": text}
    status, _ = post(urlencode(fields).encode(), FORM)
    assert status == 200
    assert post.kept == before + 1


def test_a_press_is_kept(post: Post) -> None:
    before = post.kept
    action = {"action_id": "ask.person", "value": "q", "action_ts": "7.0"}
    payload = {"type": "block_actions", "user": {"id": account("paul")}, "actions": [action], "trigger_id": "t"}
    assert post(urlencode({"payload": json.dumps(payload)}).encode(), FORM)[0] == 200
    assert post.kept == before + 1


NOW = int(time.time())
UNSIGNED: Mapping[str, Mapping[str, str | None]] = {
    "without a signature": {"x_slack_signature": None},
    "without a time": {"x_slack_request_timestamp": None},
    "a wrong signature": {"x_slack_signature": "v0=" + "0" * 64},
    "an empty signature": {"x_slack_signature": ""},
    "another version": {"x_slack_signature": "v1=" + "0" * 64},
    "no ASCII": {"x_slack_signature": "v0=é"},
    "another time": {"x_slack_request_timestamp": str(NOW - 7)},
    "an old time": {"x_slack_request_timestamp": str(NOW - 3600)},
    "a time to come": {"x_slack_request_timestamp": str(NOW + 3600)},
    "no time": {"x_slack_request_timestamp": "noon"},
    "a negative time": {"x_slack_request_timestamp": "-1"},
    "a broken time": {"x_slack_request_timestamp": "1e9"},
    "digits that are none": {"x_slack_request_timestamp": "٣٤"},
    "an endless time": {"x_slack_request_timestamp": "9" * 5000},
}


@pytest.mark.parametrize("changed", UNSIGNED.values(), ids=UNSIGNED)
def test_what_slack_did_not_sign_now_is_refused_and_leaves_no_trace(
    post: Post, log: io.StringIO, changed: Mapping[str, str | None]
) -> None:
    before = post.kept
    assert post.json(mention("2.000001", "canaryquestion"), **changed) == 401
    assert post.kept == before
    assert "canary" not in log.getvalue()


@pytest.mark.parametrize("kind", [JSON, FORM])
def test_who_pretends_to_check_certificates_gets_nothing_done(post: Post, kind: str) -> None:
    """Such requests are not signed, and Bolt answers them without looking."""
    before = post.kept
    fields = {"ssl_check": "1", "command": "/ip", "text": "me", "user_id": account("paul"), "trigger_id": "s"}
    body = json.dumps({**mention("3.0"), **fields}) if kind == JSON else urlencode(fields)
    status, _ = post(body.encode(), kind, x_slack_signature=None)
    assert status in (200, 401)
    assert post.kept == before


def test_what_is_too_large_is_not_read(post: Post) -> None:
    assert post(b"x" * (LARGEST + 1))[0] == 413
    assert post(b" " * (LARGEST - 2) + b"{}")[0] < 500


UNREADABLE = {
    "no UTF-8": b'{"text": "canary\xff"}',
    "half a payload": b'{"type": "event_callback", "event": {"text": "canary',
    "no object": b'["canary"]',
    "a number": b"7",
    "nothing": b"",
    "a deep one": b'{"canary":' + b"[" * 100_000,
    "an interaction that is none": b"payload=canary",
    "odd authorizations": b'{"authorizations": 7, "canary": 1}',
    "an odd enterprise": b'{"enterprise": 7, "canary": 1}',
    "odd users": b'{"user": ["canary"], "type": "block_actions", "actions": 7}',
}


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("kind", [JSON, FORM, "text/plain"])
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_or_ignored(
    post: Post, log: io.StringIO, body: bytes, kind: str, signed: bool
) -> None:
    before = post.kept
    status, said = post(body, kind) if signed else post(body, kind, x_slack_signature="v0=0")
    assert status in ((200, 400, 404) if signed else (400, 401))
    assert post.kept == before
    assert "canary" not in log.getvalue() + said


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    *("type", "event", "event_id", "team_id", "team", "user", "channel", "ts", "thread_ts", "text", "bot_id", "files"),
    *("subtype", "channel_type", "tab", "assistant_thread", "actions", "container", "message", "view", "state", "id"),
    *("values", "callback_id", "private_metadata", "trigger_id", "command", "user_id", "channel_id", "action_id"),
    *("enterprise", "authorizations", "is_enterprise_install", "value", "selected_option", "hidden", "enterprise_id"),
)
KINDS = ("event_callback", "block_actions", "view_submission", "view_closed", "message", "app_mention", "shortcut")
CALLBACKS = ("register.save", "admin.channel", "ask.unhelpful", "handover.answer", "app_home_opened")
leaves = odd | st.sampled_from((*KINDS, *CALLBACKS, "U0PAUL", "C0PAPER", "1.0", "D0X", "ask.person", "answer.full"))
objects = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
payloads = st.builds(
    lambda kind, more, event, view: {**more, "type": kind, "event": event, "view": view},
    st.sampled_from(KINDS) | odd,
    st.dictionaries(st.sampled_from(NAMES), objects, max_size=8),
    st.dictionaries(st.sampled_from(NAMES), objects, max_size=8) | odd,
    st.dictionaries(st.sampled_from(NAMES), objects, max_size=8) | odd,
)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(payload=payloads, as_form=st.booleans(), signed=st.booleans())
def test_no_payload_makes_an_error_of_ours(post: Post, payload: dict[str, Any], as_form: bool, signed: bool) -> None:
    text = json.dumps(payload)
    body, kind = (urlencode({"payload": text}).encode(), FORM) if as_form else (text.encode(), JSON)
    status, _ = post(body, kind) if signed else post(body, kind, x_slack_signature="v0=0")
    assert status < 500, payload
    assert signed or status >= 400 or payload.get("ssl_check")


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=200), kind=st.sampled_from((JSON, FORM, "")))
def test_no_body_makes_an_error_of_ours(post: Post, body: bytes, kind: str) -> None:
    assert post(body, kind)[0] < 500
