"""Servers that stand in for Slack and are not quite like it: the bot does all it can there, says nothing twice, and
does without what they lack."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.testclient import TestClient

from bot.doctor import examine
from bot.http_events import web_app
from bot.posts import Refused, Slack, SlackError, Uncertain, instant
from bot.running import bolt_app, socket_mode
from bot.settings import Settings
from tests.slack import SlackStandIn, garbage

NOTICE = "In ORION: how long before publication must I tell the partners?"
ANSWER = "at least 45 calendar days before the publication"
STATUS = ["agents.sessions.setStatus", "assistant.threads.setStatus", "assistant.threads.setSuggestedPrompts"]
SERVERS: dict[str, dict[str, Any]] = {
    "reads forms only and loses metadata": {"oddities": ["form_only"], "drops_metadata": True},
    "has pages where methods are missing and empty answers": {
        "oddities": ["html_404", "empty_answers"],
        "off": [*STATUS, "users.conversations"],
    },
    "says little of conversations, one a page, whatever their time": {
        "oddities": ["bare_objects", "short_pages", "ignores_time"],
        "off": STATUS,
    },
}


@pytest.mark.parametrize("stand_in", SERVERS.values(), ids=SERVERS)
def test_everything_works_on_a_server_that(open_workplace: Any, stand_in: dict[str, Any]) -> None:
    work = open_workplace(stand_in=stand_in)
    channel = work.channel("rita", "paul")
    asked = work.ask("rita", channel, NOTICE)
    (reply,) = work.replies(asked)
    assert ANSWER in reply["text"]
    assert ANSWER in work.replies(work.ask("rita", "direct", NOTICE))[0]["text"]
    work.slack.command("U0PAUL", channel, "/ip", f"ask {NOTICE}").wait()
    assert ANSWER in work.direct("paul")[0]["text"]
    work.slack.press("U0RITA", reply, "ask.unhelpful").wait()
    assert work.slack.wait_for(lambda: work.slack.views("U0RITA"))[-1]["callback_id"] == "ask.unhelpful"
    work.slack.press("U0RITA", reply, "ask.person").wait()
    assert NOTICE in json.dumps(work.direct("liv")[0]["blocks"])
    work.slack.open_home("U0RITA").wait()
    assert work.slack.wait_for(lambda: work.slack.home("U0RITA"))["blocks"]
    work.settled()
    assert len(work.replies(asked, 2)) == 2  # the answer, and that a person was asked
    assert work.slack.duplicates() == {}
    assert work.slack.complaints() == []


def test_a_server_that_sends_to_every_socket_gets_one_answer(open_workplace: Any) -> None:
    work = open_workplace(stand_in={"every_socket": True})
    environment = {name.lower(): value for name, value in work.slack.environment().items()}
    same = Settings(_env_file=None, **environment)  # type: ignore[call-arg]  # pydantic-settings takes it beside the fields
    with socket_mode(same, bolt_app(same, client(work.slack), work.bot.receiver)):
        work.slack.wait_connected(20, sockets=2)
        asked = work.ask("rita", work.channel("rita", "paul"), NOTICE)
        (reply,) = work.replies(asked)
        work.slack.press("U0RITA", reply, "ask.person").wait()
        work.replies(asked, 2)
        work.settled()
    assert len(work.replies(asked)) == 2
    assert len(work.direct("liv")) == 1


def test_a_server_that_has_no_list_of_our_own_conversations_is_read_back_all_the_same(open_workplace: Any) -> None:
    work = open_workplace(stand_in={"off": ["users.conversations"]}, read_back_seconds=1.0)
    said = work.slack.say_quietly("U0RITA", "C0ORION", f"{work.slack.mention} {NOTICE}")
    assert ANSWER in work.replies(said)[0]["text"]


@pytest.mark.parametrize("lands", [True, False])
def test_a_page_in_place_of_a_reply_tells_nothing_of_a_post(open_workplace: Any, lands: bool) -> None:
    work = open_workplace(settle_seconds=1.0)
    work.slack.fail("chat.postMessage", garbage(lands=lands), times=1)
    asked = work.ask("rita", work.channel("rita", "paul"), NOTICE)
    work.replies(asked)
    work.settled()
    assert [ANSWER in reply["text"] for reply in work.replies(asked)] == [True]
    assert work.slack.duplicates(removed=True) == {}


EVENT = b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention"}}'
NO_PAYLOADS = [b"{nope", b"[]", b"5", b"null", b"\xff", b"[" * 100_000, b'{"team": 3}', b'{"authorizations": [5]}']


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (EVENT, "stand-in-secret", 200),
        (EVENT, "another", 401),
        *((body, "stand-in-secret", 400) for body in NO_PAYLOADS),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_comes_by_http_in_pieces_is_taken_or_refused_and_breaks_nothing(
    work: Any, body: bytes, secret: str, status: int
) -> None:
    environment = {name.lower(): value for name, value in work.slack.environment().items()}
    given = Settings(_env_file=None, **environment)  # type: ignore[call-arg]  # pydantic-settings takes it beside the fields
    caller = TestClient(web_app(bolt_app(given, client(work.slack), work.bot.receiver)))
    signed = SignatureVerifier(secret)
    stamp = str(int(time.time()))
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signed.generate_signature(timestamp=stamp, body=body) or "" if body != b"\xff" else "v0=",
        "Content-Type": "application/json",
    }
    pieces = (body[at : at + 1000] for at in range(0, len(body), 1000))
    assert caller.post("/slack/events", content=pieces, headers=headers).status_code == status


# --- what is made of what a server says ------------------------------------------------------------------------------


def client(slack: SlackStandIn) -> Slack:
    return Slack(slack.rules.bot_token, url=slack.api_url)


def posted(slack: Slack) -> str:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]
    return slack.post("C0ORION", key="k1", text="hello", blocks=blocks)


def test_json_is_tried_once_on_a_server_that_reads_forms_only(people: Any, channels: Any) -> None:
    with SlackStandIn(people, channels, oddities=["form_only"]) as slack:
        ours = client(slack)
        assert posted(ours) != posted(ours)
        assert [call.error for call in slack.calls("chat.postMessage")] == ["channel_not_found", "", ""]
        assert [call.arguments.get("metadata") for call in slack.calls("chat.postMessage")][1:] == [
            json.dumps({"event_type": "clausewise", "event_payload": {"key": "k1"}})
        ] * 2


def test_a_definite_no_that_is_not_about_arguments_is_not_asked_again(people: Any, channels: Any) -> None:
    with SlackStandIn(people, channels) as slack:
        slack.archive("C0ORION")
        with pytest.raises(Refused, match="is_archived"):
            posted(client(slack))
        assert len(slack.calls("chat.postMessage")) == 1


def test_our_own_messages_are_known_where_metadata_are_lost(people: Any, channels: Any) -> None:
    with SlackStandIn(people, channels, drops_metadata=True) as slack:
        ours = client(slack)
        ts = posted(ours)
        assert [(m.key, m.ts) for m in ours.ours("C0ORION", "", instant(ts))] == [("k1", ts)]


def test_what_is_older_than_was_asked_for_is_left_out(people: Any, channels: Any) -> None:
    with SlackStandIn(people, channels, oddities=["ignores_time"]) as slack:
        root, *_, late = [slack.say("U0RITA", "C0ORION", word)["ts"] for word in ("one", "two", "three")]
        replies = [slack.say("U0PAUL", "C0ORION", word, thread=root)["ts"] for word in ("four", "five")]
        ours = client(slack)
        assert [m["ts"] for m in ours.history("C0ORION", oldest=late)] == [late]
        assert [m["ts"] for m in ours.replies("C0ORION", root, oldest=replies[1])] == [root, replies[1]]


@pytest.mark.parametrize(
    ("method", "kind", "reason"),
    [("users.info", Refused, "unknown_method"), ("chat.postMessage", Uncertain, "http 404")],
)
def test_a_page_with_404_is_a_missing_method_except_for_a_post(
    people: Any, channels: Any, method: str, kind: type[SlackError], reason: str
) -> None:
    """A post may have passed a proxy that lost its way back; it is looked for."""
    with SlackStandIn(people, channels, off=[method], oddities=["html_404"]) as slack:
        ours = client(slack)
        with pytest.raises(kind) as raised:
            ours.user("U0RITA") if method == "users.info" else posted(ours)
        assert raised.value.reason == reason


def test_a_reply_that_is_no_json_is_not_written_to_the_log(
    people: Any, channels: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with SlackStandIn(people, channels) as slack:
        slack.fail("users.info", garbage())
        with pytest.raises(Uncertain):
            client(slack).user("U0RITA")
    assert "upstream connect error" not in caplog.text


@pytest.mark.parametrize(
    ("stand_in", "says"),
    [
        ({}, "a connection is granted"),
        ({"off": ["apps.connections.open"]}, "this server has none: use `run --http`"),
        ({"off": ["apps.connections.open"], "oddities": ["html_404"]}, "this server has none: use `run --http`"),
    ],
)
def test_the_doctor_says_what_a_server_lacks(
    sample_data: Any, people: Any, channels: Any, stand_in: dict[str, Any], says: str
) -> None:
    with SlackStandIn(people, channels, **stand_in) as slack:
        environment = {name.lower(): value for name, value in slack.environment().items()}
        findings = examine(Settings(_env_file=None, data=sample_data, database_url="sqlite://", **environment))  # type: ignore[call-arg]  # pydantic-settings takes it beside the fields
    (socket,) = (finding for finding in findings if finding.what == "Socket Mode")
    assert says in (socket.says, socket.remedy)
    assert any(slack.api_url in finding.says for finding in findings)
