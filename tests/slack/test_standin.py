"""The stand-in against the real SDK and real Bolt apps: what it accepts, what it delivers, what it breaks on demand."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import IncompleteRead, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.slack import (
    APP,
    BOT_USER,
    CALL_FAULTS,
    Channel,
    Delivery,
    Fault,
    SlackStandIn,
    User,
    UserGroup,
    cut_off,
    drop_after,
    drop_before,
    error,
    garbage,
    http_500,
    internal_error,
    late,
    rate_limited,
    slow,
)
from tests.slack.oddities import ODDITIES

REPOSITORY = Path(__file__).parents[2]
CARD: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            {"type": "button", "action_id": "more", "value": "7", "text": {"type": "plain_text", "text": "More"}}
        ],
    }
]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "kind",
            "optional": True,
            "label": {"type": "plain_text", "text": "Kind"},
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "options": [{"text": {"type": "plain_text", "text": "Wrong"}, "value": "wrong"}],
            },
        },
    ],
}


def workspace(**more: Any) -> SlackStandIn:
    """Rita and Jonas; a channel with the bot, one without it, a private one without it, an archived one."""
    users = [
        User("U1RITA", "rita", email="rita@example.org", tz="Asia/Tokyo"),
        User("U2JONAS", "jonas", is_restricted=True),
        User("U3EVE", "eve", team="T0OTHER", is_stranger=True),
        User("U4OLD", "old", deleted=True),
    ]
    channels = [
        Channel("C1ORION", "orion", ["U1RITA", "U2JONAS", BOT_USER]),
        Channel("C2RANDOM", "random", ["U1RITA"]),
        Channel("C3SECRET", "secret", ["U1RITA"], kind="private"),
        Channel("C4PAST", "past", ["U1RITA", BOT_USER], is_archived=True),
    ]
    groups = [UserGroup("S1", "liaisons", ["U1RITA"])]
    return SlackStandIn(users, channels, groups, **{"retry_delays": (0.0, 0.2, 0.4), **more})


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with workspace() as running:
        yield running


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return client_of(slack)


def client_of(slack: SlackStandIn, **more: Any) -> WebClient:
    return WebClient(slack.rules.bot_token, slack.api_url, **{"retry_handlers": [], "timeout": 5, **more})


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    """The error that Slack answers a call with."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def button(**fields: Any) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": [CARD[0]["elements"][0] | fields]}]


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def next_cursor(page: Any) -> str:
    return str(page.get("response_metadata", {}).get("next_cursor", ""))


# --- tokens and scopes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        ("xoxb-stand-in", ""),
        (None, "not_authed"),
        ("xoxb-other", "invalid_auth"),
        ("xapp-stand-in", "not_allowed_token_type"),
    ],
)
def test_tokens_are_told_apart(slack: SlackStandIn, token: str | None, answer: str) -> None:
    client = WebClient(token, slack.api_url, retry_handlers=[])
    assert (refusal(client.auth_test) if answer else "") == answer


def test_sockets_are_opened_with_the_app_token_alone(slack: SlackStandIn, client: WebClient) -> None:
    assert client.apps_connections_open(app_token=slack.rules.app_token)["url"].startswith("ws://127.0.0.1:")
    assert refusal(client.apps_connections_open, app_token=slack.rules.bot_token) == "not_allowed_token_type"


def test_a_revoked_token_gets_nothing_until_it_is_restored(slack: SlackStandIn, client: WebClient) -> None:
    slack.revoke("account_inactive")
    assert refusal(client.chat_postMessage, channel="C1ORION", text="hi") == "account_inactive"
    assert slack.posts() == []
    slack.restore()
    assert client.chat_postMessage(channel="C1ORION", text="hi")["ok"]


def test_a_missing_scope_is_named_beside_those_that_are_there() -> None:
    with workspace(scopes=["chat:write", "im:history"]) as slack, pytest.raises(SlackApiError) as caught:
        client_of(slack).conversations_history(channel="C1ORION")
    answer = caught.value.response.data
    assert answer == {
        "ok": False, "error": "missing_scope", "needed": "channels:history", "provided": "chat:write,im:history",
    }  # fmt: skip


def test_email_is_shown_only_with_its_scope(client: WebClient) -> None:
    with workspace(scopes=["users:read"]) as slack:
        assert "email" not in client_of(slack).users_info(user="U1RITA")["user"]["profile"]
    assert client.users_info(user="U1RITA")["user"]["profile"]["email"] == "rita@example.org"


def test_methods_can_be_switched_off() -> None:
    with workspace(off=["agents.sessions.setStatus"]) as slack:
        client = client_of(slack)
        assert refusal(client.agents_sessions_setStatus, channel_id="C1ORION", status="active") == "unknown_method"
        assert refusal(lambda: client.api_call("no.such")) == "unknown_method"


# --- people and conversations -----------------------------------------------------------------------------------------


def test_people_are_shown_with_what_decides_about_them(client: WebClient) -> None:
    rita = client.users_info(user="U1RITA", include_locale=True)["user"]
    assert (rita["tz"], rita["tz_offset"], rita["locale"], rita["team_id"]) == (
        "Asia/Tokyo",
        9 * 3600,
        "en-GB",
        "T0STANDIN",
    )
    assert client.users_info(user="U2JONAS")["user"]["is_restricted"]
    eve = client.users_info(user="U3EVE")["user"]
    assert (eve["is_stranger"], eve["team_id"]) == (True, "T0OTHER")
    assert client.users_info(user="U4OLD")["user"]["deleted"]
    assert refusal(client.users_info, user="U9") == "user_not_found"
    assert client.usergroups_users_list(usergroup="S1")["users"] == ["U1RITA"]


def test_the_bot_and_its_workspace_are_shown(slack: SlackStandIn, client: WebClient) -> None:
    me = client.auth_test()
    assert (me["user_id"], me["team_id"]) == (BOT_USER, "T0STANDIN")
    assert client.bots_info(bot=me["bot_id"])["bot"]["user_id"] == BOT_USER
    assert client.team_info()["team"]["id"] == "T0STANDIN"
    pages = client.users_list(limit=2)
    assert [user["id"] for page in pages for user in page["members"]] == sorted(slack.world.users)
    assert refusal(client.api_test, error="my_error") == "my_error"
    assert client.users_lookupByEmail(email="RITA@example.org")["user"]["id"] == "U1RITA"


def test_conversations_are_seen_as_far_as_the_bot_may(slack: SlackStandIn, client: WebClient) -> None:
    orion = client.conversations_info(channel="C1ORION", include_num_members=True)["channel"]
    assert (orion["is_member"], orion["num_members"], orion["is_private"], orion["is_ext_shared"]) == (
        True,
        3,
        False,
        False,
    )
    assert not client.conversations_info(channel="C2RANDOM")["channel"]["is_member"]
    assert refusal(client.conversations_info, channel="C3SECRET") == "channel_not_found"
    slack.share("C1ORION")
    assert client.conversations_info(channel="C1ORION")["channel"]["is_ext_shared"]
    assert [c["id"] for c in client.users_conversations()["channels"]] == ["C1ORION", "C4PAST"]
    assert [c["id"] for c in client.conversations_list(exclude_archived=True)["channels"]] == ["C1ORION", "C2RANDOM"]


def test_members_come_page_by_page(client: WebClient) -> None:
    first = client.conversations_members(channel="C1ORION", limit=2)
    rest = client.conversations_members(channel="C1ORION", limit=2, cursor=first["response_metadata"]["next_cursor"])
    assert [*first["members"], *rest["members"]] == ["U1RITA", "U2JONAS", BOT_USER]
    assert rest["response_metadata"]["next_cursor"] == ""
    assert refusal(client.conversations_members, channel="C1ORION", cursor="x") == "invalid_cursor"


def test_a_direct_conversation_is_one_however_it_is_reached(slack: SlackStandIn, client: WebClient) -> None:
    channel = client.conversations_open(users="U1RITA")["channel"]["id"]
    assert client.chat_postMessage(channel="U1RITA", text="hi")["channel"] == channel == slack.im("U1RITA")
    assert client.conversations_info(channel=channel)["channel"]["user"] == "U1RITA"
    assert client.conversations_open(users="U1RITA,U2JONAS", return_im=True)["channel"]["is_mpim"]
    assert refusal(client.conversations_open, users="U9") == "user_not_found"


# --- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ({"channel": "C9"}, "channel_not_found"),
        ({"channel": "C3SECRET"}, "channel_not_found"),
        ({"channel": "C2RANDOM"}, "not_in_channel"),
        ({"channel": "C4PAST"}, "is_archived"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": " "}, "no_text"),
        ({"thread_ts": "0"}, "invalid_thread_ts"),
        ({"blocks": "{"}, "invalid_blocks_format"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": button(text={"type": "plain_text", "text": "x" * 76})}, "invalid_blocks"),
        ({"blocks": button(value="x" * 2001)}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": CARD[0]["elements"] * 2}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": []}]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider", "block_id": "same"}] * 2}, "invalid_blocks"),
        ({"blocks": [{"type": "alert", "text": {"type": "mrkdwn", "text": "modals only"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "container", "child_blocks": [section("no title")]}]}, "invalid_blocks"),
        ({"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"metadata": {"event_type": "k"}}, "invalid_metadata_schema"),
        ({"metadata": {"event_type": "k", "event_payload": {"x": "y" * 20_000}}}, "metadata_too_large"),
    ],
)  # fmt: skip
def test_a_message_that_slack_would_refuse_is_refused(
    slack: SlackStandIn, client: WebClient, arguments: dict[str, Any], answer: str
) -> None:
    message = {"channel": "C1ORION", "text": "hi", **arguments}
    assert refusal(client.api_call, api_method="chat.postMessage", json=message) == answer
    assert slack.posts() == []
    assert [call.landed for call in slack.calls("chat.postMessage")] == [False]


def test_a_message_at_every_limit_is_accepted(slack: SlackStandIn, client: WebClient) -> None:
    elements = [CARD[0]["elements"][0] | {"action_id": f"a{n}"} for n in range(25)]
    blocks = [
        section("x" * 3000),
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}},
        {"type": "actions", "elements": elements},
        *button(text={"type": "plain_text", "text": "x" * 75}, value="x" * 2000),
        {
            "type": "container",
            "title": {"type": "plain_text", "text": "Clause"},
            "child_blocks": [section("x")] * 10,
        },
        *[{"type": "divider"}] * 45,
    ]
    assert client.chat_postMessage(channel="C1ORION", text="x" * 40_000, blocks=blocks)["ok"]
    assert len({block["block_id"] for block in slack.posts()[0]["blocks"]}) == 50


def test_form_and_json_bodies_say_the_same(slack: SlackStandIn, client: WebClient) -> None:
    client.chat_postMessage(channel="C1ORION", text="ü & <@U1RITA>", blocks=CARD, unfurl_links=False)
    client.api_call(
        "chat.postMessage",
        data={"channel": "C1ORION", "text": "ü & <@U1RITA>", "blocks": json.dumps(CARD), "unfurl_links": "0"},
    )
    first, second = ({**post, "ts": ""} for post in slack.posts())
    assert first == second
    assert (first["unfurl_links"], first["unfurl_media"]) == (False, True)


def test_what_slack_lets_pass_silently_is_complained_of(slack: SlackStandIn, client: WebClient) -> None:
    client.api_call("chat.postMessage", json={"channel": "C1ORION", "blocks": CARD})
    client.chat_postMessage(channel="C1ORION", text="lost", thread_ts="1700000000.000001")
    root = slack.say("U1RITA", "C1ORION", "a")
    reply = slack.say("U1RITA", "C1ORION", "b", root["ts"])
    client.chat_postMessage(channel="C1ORION", text="wrong", thread_ts=reply["ts"])
    assert [c.partition(": ")[2][:12] for c in slack.complaints()] == [
        "blocks witho",
        "there is no ",
        "thread_ts " + reply["ts"][:2],
    ]


def test_history_has_roots_and_replies_are_in_their_thread(slack: SlackStandIn, client: WebClient) -> None:
    roots = [slack.say("U1RITA", "C1ORION", f"root {n}") for n in range(3)]
    for n in range(5):
        client.chat_postMessage(channel="C1ORION", text=f"reply {n}", thread_ts=roots[0]["ts"])
    shout = client.chat_postMessage(channel="C1ORION", text="loud", thread_ts=roots[0]["ts"], reply_broadcast=True)
    history = client.conversations_history(channel="C1ORION")["messages"]
    assert [m["text"] for m in history] == ["loud", "root 2", "root 1", "root 0"]
    assert (history[3]["reply_count"], history[3]["latest_reply"]) == (6, shout["ts"])
    assert all("channel" not in message for message in history)
    pages: list[list[str]] = []
    cursor: str | None = None
    while cursor != "":
        page = client.conversations_replies(channel="C1ORION", ts=roots[0]["ts"], limit=3, cursor=cursor)
        pages.append([m["text"] for m in page["messages"]])
        cursor = next_cursor(page)
    assert [text for page in pages for text in page[1:]] == [*(f"reply {n}" for n in range(5)), "loud"]
    assert {page[0] for page in pages} == {"root 0"}
    assert refusal(client.conversations_replies, channel="C1ORION", ts="1.1") == "thread_not_found"
    assert refusal(client.conversations_history, channel="C2RANDOM") == "not_in_channel"


@pytest.mark.parametrize("pages_from_oldest", [False, True])
def test_history_can_be_read_in_pages_between_two_moments(pages_from_oldest: bool) -> None:
    with workspace(pages_from_oldest=pages_from_oldest) as slack:
        said = [slack.say("U1RITA", "C1ORION", str(n))["ts"] for n in range(10)]
        client = client_of(slack)
        found: list[str] = []
        first: list[str] = []
        cursor: str | None = None
        while cursor != "":
            page = client.conversations_history(channel="C1ORION", oldest=said[2], limit=3, cursor=cursor)
            found += [m["text"] for m in page["messages"]]
            first = first or list(found)
            cursor = next_cursor(page)
        assert sorted(found) == ["3", "4", "5", "6", "7", "8", "9"]
        assert first == (["5", "4", "3"] if pages_from_oldest else ["9", "8", "7"])
        inside = {"channel": "C1ORION", "oldest": said[2], "latest": said[4]}
        assert [m["text"] for m in client.conversations_history(**inside)["messages"]] == ["3"]
        assert len(client.conversations_history(**inside, inclusive=True)["messages"]) == 3


@pytest.mark.parametrize("dropped", [False, True])
def test_metadata_is_shown_only_to_who_asks_for_it(dropped: bool) -> None:
    metadata = {"event_type": "answer", "event_payload": {"key": "k1"}}
    with workspace(drops_metadata=dropped) as slack:
        client = client_of(slack)
        ts = client.chat_postMessage(channel="C1ORION", text="hi", metadata=metadata)["ts"]
        assert "metadata" not in client.conversations_history(channel="C1ORION")["messages"][0]
        asked = client.conversations_history(channel="C1ORION", include_all_metadata=True)["messages"][0]
        assert asked.get("metadata") == (None if dropped else metadata)
        assert [m["ts"] for m in slack.posts_with_key("k1")] == [ts]


def test_an_oddity_has_to_be_one_it_knows() -> None:
    with pytest.raises(ValueError, match="no such oddity: upside_down"):
        workspace(oddities=["upside_down"])


@pytest.mark.parametrize("oddity", [None, *ODDITIES])
def test_an_oddity_changes_what_it_says_and_nothing_else(oddity: str | None) -> None:
    with workspace(oddities=[oddity] if oddity else []) as slack:
        client = client_of(slack)
        said = [slack.say("U1RITA", "C1ORION", word)["ts"] for word in ("one", "two")]

        def failed(method: str, **arguments: Any) -> Any:
            with pytest.raises(SlackApiError) as raised:
                client.api_call(method, **arguments)
            return raised.value.response

        seen = {
            "bare_objects": "name" not in client.conversations_info(channel="C1ORION")["channel"],
            "form_only": failed("chat.postMessage", json={"channel": "C1ORION"})["error"] == "channel_not_found",
            "html_404": failed("no.such").status_code == 404,
            "ignores_time": len(client.conversations_history(channel="C1ORION", oldest=said[0])["messages"]) == 2,
            "short_pages": len(client.conversations_members(channel="C1ORION")["members"]) == 1,
        }
        reaction = {"channel": "C1ORION", "timestamp": said[0], "name": "eyes"}
        try:
            seen["empty_answers"] = not client.reactions_add(**reaction)["ok"]
        except SlackApiError as error:
            seen["empty_answers"] = "non-JSON" in error.response["error"]
        assert [name for name, odd in seen.items() if odd] == ([oddity] if oddity else [])


def test_one_key_on_two_messages_is_a_duplicate_until_one_is_deleted(slack: SlackStandIn, client: WebClient) -> None:
    metadata = {"event_type": "answer", "event_payload": {"key": "k1"}}
    posted = [client.chat_postMessage(channel="C1ORION", text="hi", metadata=metadata)["ts"] for _ in range(2)]
    assert list(slack.duplicates().values()) == [2]
    client.chat_delete(channel="C1ORION", ts=posted[1])
    assert slack.duplicates() == {}
    assert list(slack.duplicates(removed=True).values()) == [2]


def test_own_messages_alone_can_be_changed_and_deleted(slack: SlackStandIn, client: WebClient) -> None:
    foreign = slack.say("U1RITA", "C1ORION", "mine")
    own = client.chat_postMessage(channel="C1ORION", text="one", blocks=CARD)["ts"]
    assert refusal(client.chat_update, channel="C1ORION", ts=foreign["ts"], text="x") == "cant_update_message"
    assert refusal(client.chat_delete, channel="C1ORION", ts=foreign["ts"]) == "cant_delete_message"
    assert refusal(client.chat_update, channel="C1ORION", ts="1.1", text="x") == "message_not_found"
    assert refusal(client.chat_update, channel="C1ORION", ts=own, text="x" * 4001) == "msg_too_long"
    client.api_call("chat.update", json={"channel": "C1ORION", "ts": own, "blocks": [section("new")]})
    assert slack.posts()[0]["text"] == "one"
    client.chat_update(channel="C1ORION", ts=own, text="two")
    assert "blocks" not in slack.posts()[0]
    assert (slack.posts()[0]["text"], slack.posts()[0]["edited"]["user"]) == ("two", BOT_USER)
    client.chat_delete(channel="C1ORION", ts=own)
    assert refusal(client.chat_delete, channel="C1ORION", ts=own) == "message_not_found"


def test_a_deleted_root_leaves_a_tombstone_for_its_replies(slack: SlackStandIn, client: WebClient) -> None:
    root = client.chat_postMessage(channel="C1ORION", text="root")["ts"]
    slack.say("U1RITA", "C1ORION", "reply", root)
    client.chat_delete(channel="C1ORION", ts=root)
    thread = client.conversations_replies(channel="C1ORION", ts=root)["messages"]
    assert [m.get("subtype", m["text"]) for m in thread] == ["tombstone", "reply"]


def test_reactions_ephemerals_and_links_answer_as_slack_does(slack: SlackStandIn, client: WebClient) -> None:
    ts = slack.say("U1RITA", "C1ORION", "hi")["ts"]
    client.reactions_add(channel="C1ORION", timestamp=ts, name="eyes")
    assert refusal(client.reactions_add, channel="C1ORION", timestamp=ts, name="eyes") == "already_reacted"
    client.reactions_remove(channel="C1ORION", timestamp=ts, name="eyes")
    assert refusal(client.reactions_remove, channel="C1ORION", timestamp=ts, name="eyes") == "no_reaction"
    client.chat_postEphemeral(channel="C1ORION", user="U1RITA", text="psst")
    assert [e["text"] for e in slack.ephemerals("U1RITA")] == ["psst"]
    assert slack.ephemerals("U2JONAS") == []
    assert len(client.conversations_history(channel="C1ORION")["messages"]) == 1
    assert refusal(client.chat_postEphemeral, channel="C1ORION", user="U3EVE", text="x") == "user_not_in_channel"
    assert client.chat_getPermalink(channel="C1ORION", message_ts=ts)["permalink"].endswith(ts.replace(".", ""))


def test_files_go_up_in_three_steps_and_come_down_with_the_token(
    slack: SlackStandIn, client: WebClient, tmp_path: Path
) -> None:
    client.files_upload_v2(channel="C1ORION", filename="report.txt", content="text", initial_comment="Here")
    assert [f["name"] for f in slack.posts("C1ORION")[0]["files"]] == ["report.txt"]
    (tmp_path / "agreement.pdf").write_bytes(b"%PDF-1.7 a")
    shown = slack.drop_file("U1RITA", "C1ORION", tmp_path / "agreement.pdf")["files"][0]
    file = client.files_info(file=shown["id"])["file"]
    assert (file["name"], file["mimetype"], file["size"], file["user"]) == (
        "agreement.pdf",
        "application/pdf",
        10,
        "U1RITA",
    )
    assert downloaded(file["url_private_download"], slack.rules.bot_token) == b"%PDF-1.7 a"
    assert downloaded(file["url_private_download"], "wrong").startswith(b"<!DOCTYPE html>")


def downloaded(url: str, token: str) -> bytes:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 # loopback
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 # loopback
        content: bytes = answer.read()
        return content


def test_the_assistant_methods_are_kept_in_order(slack: SlackStandIn, client: WebClient) -> None:
    channel = slack.im("U1RITA")
    client.assistant_threads_setStatus(channel_id=channel, thread_ts="1.1", status="reading")
    client.agents_sessions_setStatus(channel_id=channel, thread_ts="1.1", status="processing")
    client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=[{"title": "a", "message": "b"}])
    client.assistant_threads_setSuggestedPrompts(
        channel_id=channel, thread_ts="1.1", prompts=[{"title": "a", "message": "b"}]
    )
    assert [s["value"] for s in slack.statuses()] == ["reading", "processing", [{"title": "a", "message": "b"}]]
    assert refusal(client.agents_sessions_setStatus, channel_id=channel, status="happy") == "invalid_arguments"
    assert "with thread_ts nothing is shown" in slack.complaints()[0]


# --- a Bolt app on Socket Mode ----------------------------------------------------------------------------------------


class Heard(list[dict[str, Any]]):
    """What an app got."""

    def names(self) -> list[str]:
        return [str(event.get("type")) for event in self]


def bolt_app(slack: SlackStandIn, heard: Heard) -> App:
    """An app that answers mentions with a button, the button with a form, the form with its content."""
    app = App(client=client_of(slack), signing_secret=slack.courier.signing_secret)

    @app.event("app_mention")
    def _(event: dict[str, Any], client: WebClient) -> None:
        heard.append(event)
        client.chat_postMessage(channel=event["channel"], text="Yes?", blocks=CARD, thread_ts=event["ts"])

    @app.event("message")
    def _(event: dict[str, Any]) -> None:
        heard.append(event)

    @app.event("app_home_opened")
    def _(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section(event["tab"]), *CARD]})

    @app.action("more")
    def _(ack: Callable[[], None], body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    def _(ack: Callable[..., None], view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        heard.append({"type": "submitted", "values": values})
        if values["reason"]["text"]["value"] == "bad":
            ack(response_action="errors", errors={"reason": "Say more"})
        else:
            ack()

    @app.view_closed("form")
    def _(ack: Callable[[], None]) -> None:
        ack()
        heard.append({"type": "closed"})

    @app.command("/ip")
    def _(ack: Callable[..., None], command: dict[str, Any], respond: Callable[..., None]) -> None:
        ack(text=f"You said {command['text']}")
        respond(text="later")

    return app


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def app(slack: SlackStandIn, heard: Heard) -> Iterator[App]:
    """Connected over a socket."""
    made = bolt_app(slack, heard)
    handler = SocketModeHandler(made, slack.rules.app_token, ping_interval=0.5)
    handler.connect()  # type: ignore[no-untyped-call]
    slack.wait_connected()
    yield made
    slack.hang_up(handler.client)


def test_a_mention_is_two_events_with_ids_of_their_own(slack: SlackStandIn, app: App, heard: Heard) -> None:
    said = slack.say("U1RITA", "C1ORION", f"{slack.mention} hello")
    slack.wait_for(lambda: slack.posts("C1ORION", said["ts"]) and len(heard) == 2)
    assert sorted(heard.names()) == ["app_mention", "message"]
    assert {event["ts"] for event in heard} == {said["ts"]}
    sent = slack.deliveries(ts=said["ts"])
    assert len({delivery.id for delivery in sent}) == 2
    assert all(delivery.wait().state == "acked" and len(delivery.attempts) == 1 for delivery in sent)
    assert 0 < min(slack.ack_latencies()) <= max(slack.ack_latencies()) < 3


def test_direct_messages_and_foreign_channels_bring_what_slack_would(
    slack: SlackStandIn, app: App, heard: Heard
) -> None:
    slack.tell("U1RITA", f"{slack.mention} hello")
    slack.say("U1RITA", "C2RANDOM", f"{slack.mention} hello")
    slack.wait_for(lambda: heard)
    assert [(event["type"], event["channel_type"]) for event in heard] == [("message", "im")]
    assert slack.deliveries("app_mention") == []


def test_a_button_opens_a_form_and_the_form_is_sent(slack: SlackStandIn, app: App, heard: Heard) -> None:
    slack.say("U1RITA", "C1ORION", slack.mention)
    post = slack.wait_for(slack.posts)[0]
    assert slack.press("U1RITA", post, "more").wait().state == "acked"
    view = slack.wait_for(lambda: slack.views("U1RITA"))[0]
    with pytest.raises(ValueError, match="text has to be filled in"):
        slack.submit("U1RITA", view)
    slack.submit("U1RITA", view, {"text": "bad"}).wait()
    assert slack.views("U1RITA")[0]["errors"] == {"reason": "Say more"}
    slack.submit("U1RITA", view, {"text": "good", "pick": "wrong"}).wait()
    assert slack.views("U1RITA") == []
    values = heard[-1]["values"]
    assert (values["reason"]["text"]["value"], values["kind"]["pick"]["selected_option"]["value"]) == ("good", "wrong")


def test_a_form_that_is_closed_says_so(slack: SlackStandIn, app: App, heard: Heard) -> None:
    client_of(slack).views_open(trigger_id=slack.world.new_trigger("U1RITA"), view=FORM)
    slack.close_view("U1RITA", slack.views("U1RITA")[0])
    slack.wait_for(lambda: {"type": "closed"} in heard)


def test_a_command_is_answered_in_its_acknowledgement_and_later(slack: SlackStandIn, app: App) -> None:
    assert slack.command("U1RITA", "C2RANDOM", "/ip", "help").wait().response == {"text": "You said help"}
    slack.wait_for(lambda: len(slack.ephemerals("U1RITA")) == 2)
    assert {e["text"] for e in slack.ephemerals("U1RITA")} == {"You said help", "later"}


def test_the_home_is_published_when_it_is_opened(slack: SlackStandIn, app: App) -> None:
    slack.open_home("U1RITA")
    home = slack.wait_for(lambda: slack.home("U1RITA"))
    assert home["blocks"][0]["text"]["text"] == "home"
    slack.press("U1RITA", home, "more").wait()
    assert slack.wait_for(lambda: slack.views("U1RITA"))[0]["callback_id"] == "form"


def test_a_trigger_works_once_and_for_three_seconds(slack: SlackStandIn, client: WebClient) -> None:
    now = time.time()
    slack.world.clock = lambda: now
    trigger = slack.world.new_trigger("U1RITA")
    now += 3.1
    assert refusal(client.views_open, trigger_id=trigger, view=FORM) == "expired_trigger_id"
    fresh = slack.world.new_trigger("U1RITA")
    client.views_open(trigger_id=fresh, view=FORM)
    assert refusal(client.views_open, trigger_id=fresh, view=FORM) == "exchanged_trigger_id"
    assert refusal(client.views_open, trigger_id="x", view=FORM) == "invalid_trigger_id"


def test_views_stack_three_deep_and_notice_conflicts(slack: SlackStandIn, client: WebClient) -> None:
    first = client.views_open(trigger_id=slack.world.new_trigger("U1RITA"), view=FORM)["view"]
    for _ in range(2):
        client.views_push(trigger_id=slack.world.new_trigger("U1RITA"), view=FORM)
    trigger = slack.world.new_trigger("U1RITA")
    assert refusal(client.views_push, trigger_id=trigger, view=FORM) == "push_limit_reached"
    assert [view["root_view_id"] for view in slack.views("U1RITA")] == [first["id"]] * 3
    client.views_update(view_id=first["id"], view=FORM, hash=first["hash"])
    assert refusal(client.views_update, view_id=first["id"], view=FORM, hash=first["hash"]) == "hash_conflict"
    assert refusal(client.views_update, view_id="V9", view=FORM) == "not_found"
    wide = FORM | {"title": {"type": "plain_text", "text": "x" * 25}}
    assert refusal(client.views_open, trigger_id=slack.world.new_trigger("U1RITA"), view=wide) == "invalid_arguments"
    heavy = FORM | {"blocks": [section("x" * 2990)] * 84}
    assert refusal(client.views_open, trigger_id=slack.world.new_trigger("U1RITA"), view=heavy) == "view_too_large"


def test_only_what_is_subscribed_to_is_sent() -> None:
    with workspace(subscribed=["message.im", "app_mention"]) as slack:
        slack.say("U1RITA", "C1ORION", f"{slack.mention} hello")
        slack.tell("U1RITA", "hello")
        slack.open_home("U1RITA")
        assert [d.event["type"] for d in slack.deliveries()] == ["app_mention", "message"]


def test_what_happens_to_channels_and_people_is_told(slack: SlackStandIn) -> None:
    slack.join("U3EVE", "C1ORION")
    slack.share("C1ORION")
    slack.leave("U3EVE", "C1ORION")
    slack.deactivate("U2JONAS")
    slack.archive("C1ORION")
    slack.join(BOT_USER, "C2RANDOM")
    assert [d.event["type"] for d in slack.deliveries()] == [
        "member_joined_channel", "channel_shared", "member_left_channel", "user_change", "channel_archive",
        "member_joined_channel",
    ]  # fmt: skip
    assert client_of(slack).conversations_members(channel="C1ORION")["members"] == ["U1RITA", BOT_USER]


# --- sockets by hand --------------------------------------------------------------------------------------------------


class Sockets:
    """Sockets that note their envelopes and acknowledge as they are told."""

    def __init__(
        self,
        slack: SlackStandIn,
        count: int = 1,
        acknowledges: Callable[[dict[str, Any]], bool] = lambda _: True,
        answers: list[dict[str, Any]] | None = None,
    ) -> None:
        self.slack, self.acknowledges, self.answers = slack, acknowledges, list(answers or ())
        self.envelopes: list[tuple[int, dict[str, Any]]] = []
        self.greetings: list[dict[str, Any]] = []
        self.open: list[ClientConnection] = []
        for number in range(count):
            self.connect(number)

    def connect(self, number: int) -> None:
        """Opens one more socket. Raises `InvalidStatus` where it is turned away."""
        url = client_of(self.slack).apps_connections_open(app_token=self.slack.rules.app_token)["url"]
        connection = connect(url)
        self.open.append(connection)
        self.greetings.append(json.loads(connection.recv(5)))
        threading.Thread(target=self._read, args=(number, connection), daemon=True).start()

    def _read(self, number: int, connection: ClientConnection) -> None:
        for text in connection:
            envelope = json.loads(text)
            self.envelopes.append((number, envelope))
            if self.acknowledges(envelope):
                payload = {"payload": self.answers.pop(0)} if self.answers else {}
                connection.send(json.dumps({"envelope_id": envelope["envelope_id"], **payload}))

    def event_ids(self) -> list[str]:
        return [envelope["payload"]["event_id"] for _, envelope in self.envelopes]

    def __enter__(self) -> Sockets:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.open:
            connection.close()


def opened(slack: SlackStandIn) -> Delivery:
    """The delivery of an event: Rita opens the Home."""
    delivery = slack.open_home("U1RITA")
    assert delivery is not None
    return delivery


def test_each_envelope_goes_to_one_socket_of_many(slack: SlackStandIn) -> None:
    with Sockets(slack, 3) as sockets:
        assert [greeting["num_connections"] for greeting in sockets.greetings] == [1, 2, 3]
        assert all(opened(slack).wait().state == "acked" for _ in range(6))
        assert sorted(number for number, _ in sockets.envelopes) == [0, 0, 1, 1, 2, 2]


def test_each_envelope_can_go_to_every_socket() -> None:
    with workspace(every_socket=True) as slack, Sockets(slack, 2) as sockets:
        opened(slack)
        slack.wait_for(lambda: len(sockets.envelopes) == 2)
        assert len({envelope["envelope_id"] for _, envelope in sockets.envelopes}) == 1


def test_what_is_not_acknowledged_comes_again_with_its_number() -> None:
    with workspace(ack_seconds=0.2, retry_delays=(0.0, 0.1, 0.1)) as slack:
        with Sockets(slack, acknowledges=lambda envelope: envelope["retry_attempt"] == 2) as sockets:
            delivery = opened(slack).wait()
        assert delivery.state == "acked"
        seen = [(e["retry_attempt"], e["retry_reason"], e["payload"]["event_id"]) for _, e in sockets.envelopes]
    assert seen == [(0, "", delivery.id), (1, "timeout", delivery.id), (2, "timeout", delivery.id)]
    assert [attempt.acknowledged for attempt in delivery.attempts] == [False, False, True]


def test_an_acknowledgement_after_its_time_is_noted_as_late_and_does_not_count() -> None:
    def acknowledges(envelope: dict[str, Any]) -> bool:
        time.sleep(0.3)
        return bool(envelope["retry_attempt"] == 0)

    with workspace(ack_seconds=0.1, retry_delays=()) as slack, Sockets(slack, acknowledges=acknowledges):
        delivery = opened(slack).wait()
        assert delivery.state == "given up"
        slack.wait_for(lambda: delivery.attempts[0].late)
        assert delivery.latency is None
        assert slack.ack_latencies()[0] > 0.1


def test_without_a_socket_an_event_is_given_up_after_its_retries() -> None:
    with workspace(retry_delays=(0.0, 0.05, 0.05)) as slack:
        delivery = opened(slack).wait()
        assert delivery.state == "given up"
        assert [attempt.error for attempt in delivery.attempts] == ["no_connection"] * 4
        command = slack.command("U1RITA", "C1ORION", "/ip").wait()
        assert (command.state, len(command.attempts)) == ("given up", 1)


def test_an_eleventh_socket_is_turned_away_and_a_ticket_works_once(slack: SlackStandIn, client: WebClient) -> None:
    url = client.apps_connections_open(app_token=slack.rules.app_token)["url"]
    with connect(url), pytest.raises(InvalidStatus):
        connect(url)
    slack.wait_for(lambda: not slack.courier.sockets)
    with Sockets(slack, 10) as sockets:
        with pytest.raises(InvalidStatus):
            sockets.connect(10)
        assert len(slack.courier.sockets) == 10


@pytest.mark.parametrize("politely", [True, False])
def test_closed_sockets_are_opened_again_by_a_real_client(
    slack: SlackStandIn, app: App, heard: Heard, politely: bool
) -> None:
    before = set(slack.courier.sockets)
    slack.close_sockets(politely=politely)
    slack.wait_for(lambda: slack.courier.sockets and not before & set(slack.courier.sockets))
    slack.say("U1RITA", "C1ORION", "still there?")
    slack.wait_for(lambda: heard)


def test_a_submission_is_answered_by_another_view_or_none(slack: SlackStandIn, client: WebClient) -> None:
    other = FORM | {"callback_id": "other"}
    answers = [{"response_action": "update", "view": other}, {"response_action": "push", "view": FORM}]
    with Sockets(slack, answers=[*answers, {"response_action": "clear"}]):
        view = client.views_open(trigger_id=slack.world.new_trigger("U1RITA"), view=FORM)["view"]
        for expected in (["other"], ["other", "form"], []):
            slack.submit("U1RITA", view, {"text": "x"}).wait()
            assert [each["callback_id"] for each in slack.views("U1RITA")] == expected


def test_choices_and_feedback_are_told_as_slack_tells_them(slack: SlackStandIn, client: WebClient) -> None:
    feedback: dict[str, Any] = {"type": "feedback_buttons", "action_id": "fb"}
    for name in ("positive", "negative"):
        feedback[f"{name}_button"] = {"text": {"type": "plain_text", "text": name}, "value": name}
    client.chat_postMessage(channel="C1ORION", text="x", blocks=[{"type": "context_actions", "elements": [feedback]}])
    client.views_open(trigger_id=slack.world.new_trigger("U1RITA"), view=FORM)
    view = slack.views("U1RITA")[0]
    with Sockets(slack) as sockets:
        slack.feedback("U1RITA", slack.posts()[0], "fb", positive=False).wait()
        slack.select("U1RITA", view, "pick", "wrong").wait()
        slack.submit("U1RITA", view, {"text": "x"}).wait()
        pressed, picked, sent = (envelope["payload"] for _, envelope in sockets.envelopes)
    assert (pressed["actions"][0]["type"], pressed["actions"][0]["value"]) == ("feedback_buttons", "negative")
    assert (pressed["container"]["type"], pressed["message"]["text"]) == ("message", "x")
    assert picked["actions"][0]["selected_option"]["value"] == "wrong"
    assert sent["view"]["state"]["values"]["kind"]["pick"]["selected_option"]["value"] == "wrong"
    with pytest.raises(LookupError, match="no option right"):
        slack.select("U1RITA", view, "pick", "right")


def test_a_response_url_replaces_deletes_and_is_used_up(slack: SlackStandIn, client: WebClient) -> None:
    client.chat_postMessage(channel="C1ORION", text="first", blocks=CARD)
    hook = WebhookClient(slack.press("U1RITA", slack.posts()[0], "more").payload["response_url"], retry_handlers=[])
    assert hook.send(text="second", replace_original=True).status_code == 200
    assert [post["text"] for post in slack.posts()] == ["second"]
    hook.send(text="for all", response_type="in_channel")
    hook.send(text="for one")
    assert [e["text"] for e in slack.ephemerals("U1RITA")] == ["for one"]
    hook.send(delete_original=True)
    assert [post["text"] for post in slack.posts()] == ["for all"]
    assert hook.send(text="fifth").status_code == 200
    assert hook.send(text="sixth").status_code == 404


# --- a Bolt app over HTTP ---------------------------------------------------------------------------------------------


class Receiver:
    """An HTTP server that hands signed requests to a Bolt app, or answers with a status of its own."""

    def __init__(
        self, app: App | None = None, statuses: tuple[int, ...] = (), headers: dict[str, str] | None = None
    ) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        left = list(statuses)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:  # noqa: N805 # `self` is the receiver
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                self.requests.append(({k.lower(): v for k, v in handler.headers.items()}, body))
                status, sent, answer = (left.pop(0), headers or {}, "") if left else self._dispatch(app, handler, body)
                handler.send_response(status)
                for name, value in sent.items():
                    handler.send_header(name, value)
                handler.end_headers()
                handler.wfile.write(answer.encode())

            def log_message(handler, *_: Any) -> None:  # noqa: N805 # as above
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def _dispatch(app: App | None, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], str]:
        if app is None:
            return 200, {}, ""
        answer = app.dispatch(BoltRequest(body=body.decode(), headers=dict(handler.headers.items())))
        return answer.status, {name: values[0] for name, values in answer.headers.items()}, answer.body

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_over_http_everything_is_signed_and_in_slacks_forms(slack: SlackStandIn, heard: Heard) -> None:
    with Receiver(bolt_app(slack, heard)) as receiver:
        slack.courier.request_url = receiver.url
        assert slack.verify_url()
        slack.say("U1RITA", "C1ORION", f"{slack.mention} hello")
        post = slack.wait_for(slack.posts)[0]
        slack.press("U1RITA", post, "more").wait()
        view = slack.wait_for(lambda: slack.views("U1RITA"))[0]
        slack.submit("U1RITA", view, {"text": "bad"}).wait()
        assert slack.views("U1RITA")[0]["errors"] == {"reason": "Say more"}
        assert slack.command("U1RITA", "C1ORION", "/ip", "me").wait().response == {"text": "You said me"}
        verifier = SignatureVerifier("stand-in-secret")
        assert all(verifier.is_valid_request(body, headers) for headers, body in receiver.requests)
        forms = {headers["content-type"] for headers, _ in receiver.requests}
        assert forms == {"application/json", "application/x-www-form-urlencoded"}
        assert all(d.state == "acked" for d in slack.deliveries("slash_commands") + slack.deliveries("interactive"))


def test_a_wrong_signature_is_refused_by_a_real_app(slack: SlackStandIn, heard: Heard) -> None:
    with Receiver(bolt_app(slack, heard)) as receiver:
        slack.courier.request_url, slack.courier.signing_secret = receiver.url, "another secret"
        delivery = opened(slack)
        assert delivery.wait().state == "given up"
        assert {attempt.status for attempt in delivery.attempts} == {401}


@pytest.mark.parametrize(
    ("age", "secret", "status"), [(0, "", 200), (299, "", 200), (301, "", 401), (-301, "", 401), (0, "other", 401)]
)
def test_requests_signed_by_hand_are_taken_while_they_are_fresh(
    slack: SlackStandIn, heard: Heard, age: int, secret: str, status: int
) -> None:
    body = b'{"type": "url_verification", "challenge": "c"}'
    with Receiver(bolt_app(slack, heard)) as receiver:
        headers = slack.courier.signed(body, time.time() - age, secret) | {"Content-Type": "application/json"}
        request = urllib.request.Request(receiver.url, body, headers)  # noqa: S310 # loopback
        try:
            answered = urllib.request.urlopen(request, timeout=5).status  # noqa: S310 # loopback
        except HTTPError as refused:
            answered = refused.code
    assert answered == status


def test_what_was_delivered_or_withheld_can_be_sent_again(slack: SlackStandIn) -> None:
    slack.disturb("withheld", times=1)
    delivery = opened(slack).wait()
    with Sockets(slack) as sockets:
        for _ in range(3):
            slack.redeliver(delivery)
        slack.wait_for(lambda: len(sockets.envelopes) == 3 and delivery.state == "acked")
        assert sockets.event_ids() == [delivery.id] * 3


@pytest.mark.parametrize(
    ("statuses", "headers", "state", "numbers"),
    [
        ((500, 503), {}, "acked", [None, "1", "2"]),
        ((500,) * 4, {}, "given up", [None, "1", "2", "3"]),
        ((500,), {"x-slack-no-retry": "1"}, "given up", [None]),
    ],
)
def test_http_errors_bring_retries_unless_the_app_declines(
    slack: SlackStandIn, statuses: tuple[int, ...], headers: dict[str, str], state: str, numbers: list[str | None]
) -> None:
    with Receiver(None, statuses, headers) as receiver:
        slack.courier.request_url = receiver.url
        delivery = opened(slack)
        assert delivery.wait().state == state
        assert [sent.get("x-slack-retry-num") for sent, _ in receiver.requests] == numbers
        assert {sent["x-slack-retry-reason"] for sent, _ in receiver.requests[1:]} <= {"http_error"}


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "raises", "landed"),
    [
        (rate_limited(2), "ratelimited", 0),
        (error("restricted_action"), "restricted_action", 0),
        (http_500(), "internal_error", 0),
        (http_500(lands=True), "internal_error", 1),
        (internal_error(), "internal_error", 0),
        (internal_error(lands=True, name="fatal_error"), "fatal_error", 1),
        (drop_before(), RemoteDisconnected, 0),
        (drop_before(reset=True), ConnectionResetError, 0),
        (drop_after(), RemoteDisconnected, 1),
        (drop_after(reset=True), ConnectionResetError, 1),
        (garbage(), SlackApiError, 1),
        (garbage(lands=False), SlackApiError, 0),
        (cut_off(), IncompleteRead, 1),
        (slow(1.0), TimeoutError, 1),
    ],
)
def test_each_fault_looks_to_the_client_and_lands_as_it_says(
    slack: SlackStandIn, fault: Fault, raises: str | type[Exception], landed: int
) -> None:
    client = client_of(slack, timeout=0.5)
    slack.fail("chat.postMessage", fault, calls=[2])
    client.chat_postMessage(channel="C1ORION", text="before")
    if isinstance(raises, str):
        assert refusal(client.chat_postMessage, channel="C1ORION", text="hit") == raises
    else:
        with pytest.raises(raises):
            client.chat_postMessage(channel="C1ORION", text="hit")
    if fault.kind != "rate_limited":
        client.chat_postMessage(channel="C1ORION", text="after")
    texts = [post["text"] for post in slack.posts()]
    assert texts.count("hit") == landed
    call = slack.calls("chat.postMessage")[1]
    assert (call.fault, call.landed) == (fault.kind, bool(landed))


@pytest.mark.parametrize("hang", [0.0, 0.5])
def test_a_late_message_lands_after_its_caller_has_given_up(slack: SlackStandIn, hang: float) -> None:
    client = client_of(slack, timeout=0.2)
    slack.fail("chat.postMessage", late(0.6, hang=hang), times=1)
    with pytest.raises((RemoteDisconnected, TimeoutError)):
        client.chat_postMessage(channel="C1ORION", text="hit")
    assert slack.posts() == []
    assert slack.calls("chat.postMessage")[0].landed is None
    slack.wait_for(slack.posts)
    assert slack.calls("chat.postMessage")[0].landed is True


def test_a_default_client_posts_twice_when_the_connection_drops_after_landing(slack: SlackStandIn) -> None:
    slack.fail("chat.postMessage", drop_after(), times=1)
    WebClient(slack.rules.bot_token, slack.api_url).chat_postMessage(channel="C1ORION", text="hit")
    assert [post["text"] for post in slack.posts()] == ["hit", "hit"]


def test_faults_by_chance_are_the_same_for_the_same_seed() -> None:
    def struck(seed: int) -> list[str]:
        with workspace() as slack:
            slack.chaos(seed, {"http_500": 0.3, "internal_error": 0.3})
            client = client_of(slack)
            for _ in range(30):
                with suppress(SlackApiError):
                    client.auth_test()
            slack.calm()
            client.auth_test()
            return [call.fault for call in slack.calls()]

    first = struck(1)
    assert first == struck(1)
    assert first != struck(2)
    assert {"", "http_500", "internal_error"} == set(first)
    assert first[-1] == ""


def test_under_chaos_the_record_of_calls_and_the_messages_agree() -> None:
    with workspace() as slack:
        slack.chaos(7, dict.fromkeys(CALL_FAULTS, 0.08) | {"duplicated": 0.5, "withheld": 0.2, "delayed": 0.2})
        client = client_of(slack, timeout=1)
        for number in range(150):
            with suppress(SlackApiError, OSError, IncompleteRead, ValueError):
                client.chat_postMessage(channel="C1ORION", text=str(number))
        slack.calm()
        slack.wait_for(lambda: all(call.landed is not None for call in slack.calls()))
        calls = slack.calls("chat.postMessage")
        landed = [call.arguments["text"] for call in calls if call.landed]
        assert sorted(landed) == sorted(post["text"] for post in slack.posts())
        assert {call.fault for call in calls} == {"", *(fault.kind for fault in CALL_FAULTS.values())}
        assert len(calls) == 150
        assert len({delivery.id for delivery in slack.deliveries("message")}) == len(landed)


def test_rate_limits_and_pace_answer_429_and_note_impatience() -> None:
    with workspace(limits={"users.info": (2, 60.0)}, channel_pace=0.5) as slack:
        client = client_of(slack)
        client.users_info(user="U1RITA")
        client.users_info(user="U1RITA")
        with pytest.raises(SlackApiError) as caught:
            client.users_info(user="U1RITA")
        assert caught.value.response.status_code == 429
        assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 60
        client.chat_postMessage(channel="C1ORION", text="one")
        client.chat_postMessage(channel=slack.im("U1RITA"), text="elsewhere")
        assert refusal(client.chat_postMessage, channel="C1ORION", text="two") == "ratelimited"
        assert slack.complaints() == []
        refusal(client.chat_postMessage, channel="C1ORION", text="three")
        assert slack.complaints() == ["chat.postMessage C1ORION: called again before Retry-After was over"]
        assert slack.closest_posts()["C1ORION"] < 0.5
        patient = client_of(slack, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=2)])
        assert patient.chat_postMessage(channel="C1ORION", text="four")["ok"]


@pytest.mark.parametrize(
    ("kind", "copies", "state"), [("duplicated", 2, "acked"), ("withheld", 0, "withheld"), ("delayed", 1, "acked")]
)
def test_events_are_disturbed_as_told(slack: SlackStandIn, kind: str, copies: int, state: str) -> None:
    with Sockets(slack) as sockets:
        slack.disturb(kind, "message", times=1, seconds=0.3)
        began = time.monotonic()
        slack.say("U1RITA", "C1ORION", "hit")
        slack.say("U1RITA", "C1ORION", "after")
        hit, after = slack.deliveries("message")
        assert hit.wait().state == state
        assert (time.monotonic() - began >= 0.3) == (kind == "delayed")
        slack.wait_for(lambda: len(sockets.envelopes) == 1 + copies)
        assert after.wait().state == "acked"
        assert sockets.event_ids().count(hit.id) == copies
        assert [m["text"] for m in slack.messages("C1ORION")] == ["hit", "after"]


def test_reordered_events_come_in_another_order(slack: SlackStandIn) -> None:
    with Sockets(slack) as sockets:
        slack.disturb("reordered", seconds=0.4, seed=3)
        said = [slack.say("U1RITA", "C1ORION", str(n))["ts"] for n in range(8)]
        slack.wait_for(lambda: len(sockets.envelopes) == 8)
        order = [envelope["payload"]["event"]["ts"] for _, envelope in sockets.envelopes]
        assert sorted(order) == said
        assert order != said


def test_an_event_that_finds_its_sockets_closed_comes_again(slack: SlackStandIn) -> None:
    slack.courier.retry_delays = (0.0, 0.3)
    with Sockets(slack) as sockets:
        slack.disturb("sockets_closed", times=1)
        slack.say("U1RITA", "C1ORION", "hit")
        slack.wait_for(lambda: not slack.courier.sockets)
        sockets.connect(1)
        (delivery,) = slack.deliveries("message")
        assert delivery.wait().state == "acked"
        assert delivery.attempts[0].error in {"no_connection", "connection_closed"}
        assert sockets.event_ids() == [delivery.id]


# --- as a command -----------------------------------------------------------------------------------------------------


def test_the_command_serves_strangers_who_drive_it_over_http(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({
        "users": [{"id": "U1RITA", "name": "rita"}],
        "channels": [{"id": "C1ORION", "name": "orion", "members": ["U1RITA", BOT_USER]}],
        "bot_token": "xoxb-own",
    }))  # fmt: skip
    command = [sys.executable, "-m", "tests.slack", "--port", "0", "--config", str(config)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env=os.environ.copy()) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        settings = dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))
        assert settings["SLACK_API_URL"] == f"{url}/api/"
        client = WebClient(settings["SLACK_BOT_TOKEN"], settings["SLACK_API_URL"])
        client.chat_postMessage(channel="C1ORION", text="Yes?", blocks=CARD)
        (post,) = control(url, "messages?channel=C1ORION")
        delivery = control(url, "press", user="U1RITA", channel="C1ORION", ts=post["ts"], action_id="more", wait=5)
        assert (delivery["state"], delivery["payload"]["api_app_id"]) == ("given up", APP)
        control(url, "fail", method="auth.test", fault={"kind": "error", "error": "fatal_error"}, times=1)
        assert refusal(client.auth_test) == "fatal_error"
        assert [call["method"] for call in control(url, "calls?method=auth.test")] == ["auth.test"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def control(url: str, path: str, **body: Any) -> Any:
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(f"{url}/control/{path}", data=data, timeout=10) as answer:  # noqa: S310 # loopback
        return json.loads(answer.read())


def test_it_listens_on_loopback_alone_and_lets_its_port_go() -> None:
    with workspace() as slack:
        port = int(slack.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            pass
        with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=2):  # noqa: PT011 # any will do
            pass
    with workspace(port=port) as again:
        assert again.url.endswith(f":{port}")


def test_two_stand_ins_of_the_same_people_and_channels_know_nothing_of_each_other() -> None:
    people, channels = [User("U1RITA")], [Channel("C1ORION", "orion", ["U1RITA", BOT_USER])]
    with SlackStandIn(people, channels) as one, SlackStandIn(people, channels) as other:
        one.say("U1RITA", "C1ORION", "hello")
        one.leave("U1RITA", "C1ORION")
        one.change_user("U1RITA", deleted=True)
        assert other.messages("C1ORION") == []
        assert client_of(other).conversations_members(channel="C1ORION")["members"] == ["U1RITA", BOT_USER]
        assert not client_of(other).users_info(user="U1RITA")["user"]["deleted"]
