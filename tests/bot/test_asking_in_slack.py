"""Questions asked in Slack: where they can be asked, how they are answered, and where it is safe to say it aloud."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.slack import User, rate_limited

NOTICE = "In ORION: how long before publication must I tell the partners?"
ANSWER = "at least 45 calendar days before the publication"
CAP = "What is the ORION liability cap?"
PRIVATELY = "my reply is in our direct messages"
NOT_READABLE = "I cannot answer this"


# --- ways of asking ---------------------------------------------------------------------------------------------------


def test_a_mention_is_answered_in_its_thread_with_the_clause_it_rests_on(work: Any) -> None:
    (reply,) = work.replies(work.ask("rita", work.channel("rita", "paul"), NOTICE))
    assert ANSWER in reply["text"].splitlines()[0]
    assert "8.4.2.1" in reply["text"]
    assert "Prior notice of any planned publication" in json.dumps(reply["blocks"])
    assert not work.slack.complaints()


def test_a_mention_arrives_as_two_events_and_is_one_question(work: Any) -> None:
    asked = work.ask("rita", work.channel("rita", "paul"), NOTICE)
    work.replies(asked)
    work.settled()
    assert len(work.slack.deliveries(ts=asked["ts"])) == 2
    assert len(work.replies(asked)) == 1


def test_a_direct_message_is_answered_and_a_further_one_leans_on_it(work: Any) -> None:
    work.replies(work.ask("rita", "direct", NOTICE))
    (reply,) = work.replies(work.ask("rita", "direct", "and for ACME?"))
    assert "30 days before its submission" in reply["text"]
    assert "45" not in reply["text"].splitlines()[0]


def test_a_thread_is_a_conversation(work: Any) -> None:
    channel = work.channel("rita", "paul")
    asked = work.ask("rita", channel, NOTICE)
    work.replies(asked)
    (reply,) = work.replies(work.ask("paul", channel, "What if nobody replies?", thread=asked["ts"]))
    assert "the publication is permitted" in reply["text"]


def test_a_mention_without_words_asks_what_was_said_before_it(work: Any) -> None:
    channel = work.channel("rita", "paul")
    root = work.slack.say("U0RITA", channel, NOTICE)
    (reply,) = work.replies(work.ask("paul", channel, "", thread=root["ts"]))
    assert ANSWER in reply["text"]


def test_a_mention_in_a_thread_of_people_knows_what_they_speak_of(work: Any) -> None:
    channel = work.channel("rita", "paul")
    root = work.slack.say("U0RITA", channel, "We want to publish our ORION results soon.")
    (reply,) = work.replies(work.ask("paul", channel, "What if nobody replies?", thread=root["ts"]))
    assert "ORION-CA" in reply["text"]
    assert "ACME" not in reply["text"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ask How long before publication must I tell the ORION partners?", "45 calendar days before the publication"),
        ("How long before publication must I tell the ORION partners?", "45 calendar days before the publication"),
        ("define Results in LAMBDA", "LAMBDA-RCA"),
        ('explain "field of use" for NOVA', "NOVA-LIC"),
        ("me", "Tom Verbeke"),
        ("who ORION", "Liaison: Liv Castellan"),
        ("who ZEBRA", "none of them is called so"),
        ("help", "/ip ask"),
        ("", "/ip ask"),
        ("admin", "That is for admins."),
    ],
)
def test_a_command_is_answered_directly(work: Any, text: str, says: str) -> None:
    before = len(work.slack.messages(work.slack.im("U0TOM"), by_bot=True))
    work.slack.command("U0TOM", work.slack.im("U0TOM"), "/ip", text)
    reply = work.direct("tom", before + 1)[-1]
    assert says in reply["text"] + json.dumps(reply["blocks"])


def test_a_command_in_a_channel_says_nothing_in_the_channel(work: Any) -> None:
    channel = work.channel("rita", "paul")
    delivery = work.slack.command("U0RITA", channel, "/ip", f"ask {NOTICE}")
    work.settled()
    assert work.slack.messages(channel) == []
    assert "direct message" in json.dumps(delivery.wait().response)


def test_a_status_is_shown_at_once_and_taken_back(work: Any) -> None:
    asked = work.ask("rita", work.channel("rita", "paul"), NOTICE)
    work.replies(asked)
    work.slack.wait_for(
        lambda: [c for c in work.slack.calls("reactions.remove") if c.arguments["timestamp"] == asked["ts"]]
    )
    shown = [c for c in work.slack.calls("reactions.add") if c.arguments["timestamp"] == asked["ts"]]
    posted = [c for c in work.slack.calls("chat.postMessage") if c.arguments.get("thread_ts") == asked["ts"]]
    assert shown[0].at < posted[0].at


@pytest.mark.parametrize(
    ("question", "first"),
    [
        (
            "ORION: Wie lange vorher muss ich die Partner vor einer Veröffentlichung informieren?",
            "mindestens 45 Kalendertage",
        ),
        ("ORIONでは、特許出願のために公表をどれだけ遅らせられますか?", "90"),
    ],
)
def test_another_language_is_answered_in_it_with_the_clause_as_it_stands(work: Any, question: str, first: str) -> None:
    (reply,) = work.replies(work.ask("rita", "direct", question))
    assert first in reply["text"].splitlines()[0]
    assert "calendar days" in json.dumps(reply["blocks"])


# --- what is said aloud -----------------------------------------------------------------------------------------------


def test_what_not_everybody_may_read_is_sent_to_the_asker_alone(work: Any) -> None:
    asked = work.ask("rita", work.channel("rita", "noor"), CAP)
    (line,) = work.replies(asked)
    (answer,) = work.direct("rita", after=asked)
    assert PRIVATELY in line["text"]
    assert "ORION" not in json.dumps(line)
    assert "ORION-CA" in answer["text"]
    assert CAP in json.dumps(answer["blocks"])


def test_the_line_reads_the_same_where_there_is_no_answer(work: Any) -> None:
    channel = work.channel("rita", "noor")
    questions = (CAP, "What is the ORION penalty for late publication notice?")
    lines = [work.replies(work.ask("rita", channel, question))[0] for question in questions]
    shown = [[line["text"], [{**b, "block_id": ""} for b in line["blocks"]]] for line in lines]
    assert shown[0] == shown[1]


def test_a_question_without_a_name_is_answered_from_what_everybody_there_may_read(work: Any) -> None:
    """Rita may read LAMBDA too, and paul may not; in their channel the answer is made of what both may read."""
    channel = work.channel("rita", "paul")
    (reply,) = work.replies(work.ask("rita", channel, "How long before publication must I tell the partners?"))
    assert "ORION-CA" in reply["text"]
    assert "ACME-SRA" in reply["text"]
    assert "LAMBDA" not in json.dumps(reply)
    assert "everybody" in json.dumps(reply["blocks"])


@pytest.mark.parametrize("question", ["What royalty do we get from NOVA?", "What royalty do we get from ZEBRA?"])
def test_denied_and_absent_read_the_same(work: Any, question: str) -> None:
    (reply,) = work.replies(work.ask("rita", "direct", question))
    assert reply["text"].startswith(NOT_READABLE)
    assert "NOVA" not in reply["text"]


STRANGERS = {
    "a guest without an entry": {"is_restricted": True, "email": "guest@elsewhere.example.org"},
    "somebody of another workspace": {"team": "T0OTHER", "email": "x@elsewhere.example.org"},
    "an impostor of another workspace with one of our addresses": {
        "team": "T0OTHER",
        "email": "paul.delacroix@valmont.example.org",
    },
    "a stranger": {"is_stranger": True, "email": "y@elsewhere.example.org"},
    "another app": {"is_bot": True},
    "a colleague without an entry": {"email": "new@valmont.example.org"},
}


def stranger(work: Any, kind: str) -> str:
    id_ = f"U0STRANGER{list(STRANGERS).index(kind)}"
    work.slack.add_user(User(id_, "stranger", **STRANGERS[kind]))
    return id_


@pytest.mark.parametrize("kind", STRANGERS)
def test_nothing_is_said_aloud_where_a_stranger_listens(work: Any, kind: str) -> None:
    channel = work.channel("rita", "paul")
    work.slack.join(stranger(work, kind), channel)
    asked = work.ask("rita", channel, NOTICE)
    (line,) = work.replies(asked)
    assert PRIVATELY in line["text"]
    assert ANSWER in work.direct("rita", after=asked)[0]["text"]
    assert ANSWER not in json.dumps(work.slack.messages(channel, asked["ts"]))


@pytest.mark.parametrize("kind", [kind for kind in STRANGERS if kind != "another app"])  # what apps say is not heard
def test_a_stranger_is_told_nothing(work: Any, kind: str) -> None:
    user = stranger(work, kind)
    (reply,) = work.replies(work.slack.say(user, work.slack.im(user), NOTICE))
    assert reply["text"].startswith(NOT_READABLE)
    assert "ORION" not in reply["text"]


@pytest.mark.parametrize("how", [{"pending": True}, {"pending": False}])
def test_a_channel_shared_with_another_workspace_is_heard_by_whom_it_is_shared_with(work: Any, how: Any) -> None:
    """An invitation that is pending closes a channel; a shared one is as open as its members are."""
    channel = work.channel("rita", "paul")
    work.slack.share(channel, **how)
    (reply,) = work.replies(work.ask("rita", channel, NOTICE))
    assert (PRIVATELY in reply["text"]) == how["pending"]


def test_somebody_of_another_workspace_is_known_by_an_address_of_their_own(work: Any) -> None:
    work.slack.change_user("U0GRETA", team="T0THG")
    (reply,) = work.replies(work.ask("greta", "direct", NOTICE))
    assert ANSWER in reply["text"]


def test_who_joins_between_question_and_post_is_not_told(work: Any) -> None:
    """Noor joins while the answer waits to be posted; it goes to the asker instead."""
    channel = work.channel("rita", "paul")
    work.slack.fail("chat.postMessage", rate_limited(2), times=1)
    before = len(work.slack.calls("chat.postMessage"))
    asked = work.ask("paul", channel, NOTICE)
    work.slack.wait_for(lambda: len(work.slack.calls("chat.postMessage")) > before, 20)
    work.slack.join("U0NOOR", channel)
    (line,) = work.replies(asked)
    assert PRIVATELY in line["text"]
    assert ANSWER in work.direct("paul", after=asked)[0]["text"]


def test_a_channel_with_too_many_members_hears_nothing(open_workplace: Any) -> None:
    work = open_workplace(members_cap=1)
    (line,) = work.replies(work.ask("rita", "C0ORION", NOTICE))
    assert PRIVATELY in line["text"]


def test_where_slack_does_not_say_who_listens_nothing_is_said_aloud(open_workplace: Any) -> None:
    work = open_workplace(stand_in={"off": ["conversations.members"]})
    (line,) = work.replies(work.ask("rita", "C0ORION", NOTICE))
    assert PRIVATELY in line["text"]


# --- what is left alone -----------------------------------------------------------------------------------------------


def test_what_is_not_addressed_to_the_bot_leaves_no_trace(work: Any) -> None:
    channel = work.channel("rita", "paul")
    said = work.slack.say("U0RITA", channel, "Shall we have lunch? The secret is 4711.")
    work.replies(work.ask("rita", channel, NOTICE))
    with work.ledger.read() as t:
        assert t.inbox.known([f"message:{channel}:{said['ts']}"]) == set()


def test_links_and_mentions_are_never_made_of_what_somebody_wrote(work: Any) -> None:
    channel = work.channel("rita", "noor")
    before = len(work.slack.calls("chat.postMessage"))
    question = "What does <!channel> https://evil.example.org <@U0PAUL> penalty mean in ORION?"
    work.replies(work.ask("rita", channel, question))
    work.settled()
    calls = work.slack.calls("chat.postMessage")[before:]
    assert len(calls) == 2
    for call in calls:
        sent = json.dumps(call.arguments["blocks"])
        assert "<!channel>" not in sent
        assert '"type": "link"' not in sent
        assert "U0PAUL" not in sent
        assert call.arguments["unfurl_links"] is False
        assert call.arguments["unfurl_media"] is False
