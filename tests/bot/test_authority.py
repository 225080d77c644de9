"""Who may do what, judged when it is done: every button, modal and command, as everybody, with values that are forged.

Slack shows a button to those who read its message, and an app still has to ask who presses it. Here everybody presses
everything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from bot.asking import question_id
from bot.blocks import render
from bot.directory import KEPT
from bot.listeners import actions, command, views
from bot.listeners.actions import Press
from jobs.ledger import HandOver, Question
from jobs.messages import Help
from knowledge import index
from tests.bot.acting import panel, said_to, shown
from tests.bot.conftest import Workplace
from tests.slack import User

CAP = "What is the ORION liability cap?"
EVERYBODY = {
    "the asker": "U0RITA",
    "the liaison": "U0LIV",
    "the backup": "U0TOM",
    "the admin": "U0ADA",
    "another reader of the agreement": "U0PAUL",
    "a member of the channel without access": "U0NOOR",
    "another liaison": "U0DORA",
    "a colleague without an entry": "U0NEWCOMER",
    "a guest": "U0AGUEST",
    "somebody of another workspace": "U0AFOREIGN",
}
ACCOUNTS = (
    User("U0NEWCOMER", "newcomer", "New Comer", "new.comer@valmont.example.org"),
    User("U0AGUEST", "guest", "A Guest", "guest@elsewhere.example.org", is_restricted=True),
    User("U0AFOREIGN", "foreign", "A Stranger", "x@elsewhere.example.org", team="T0OTHER"),
)
STRANGERS = ("U0NOOR", "U0NEWCOMER", "U0AGUEST", "U0AFOREIGN")
ADMINS = {"the admin"}

# For a question that was answered privately and handed to the liaison: who may do what. Nobody else may.
MAY_OPEN: dict[str, set[str]] = {
    "ask.unhelpful": {"the asker"},
    "answer.full": {"the asker"},
    "handover.answer": {"the liaison"} | ADMINS,
    "register.open": ADMINS,
    "admin.channel": ADMINS,
    "admin.scopes": ADMINS,
}
MAY_PRESS: dict[str, set[str]] = {action: ADMINS for action in actions.WORK if action.startswith("admin.")}
MAY_PRESS |= {"ask.person": {"the asker"}, "home.example": set(EVERYBODY)}  # of their own examples
MAY_SUBMIT: dict[str, set[str]] = {
    "ask.unhelpful": {"the asker"},
    "handover.answer": {"the liaison"} | ADMINS,
    "register.save": ADMINS,
    "admin.channel": ADMINS,
}
FORGED = ("", "g000001", "F0FORGED", "0" * 20, "../../etc/passwd", "<!channel>", "'; DROP TABLE outbox; --", "x" * 300)


def test_the_tables_name_every_button_and_every_modal() -> None:
    assert MAY_OPEN.keys() == actions.MODALS
    assert MAY_PRESS.keys() == actions.WORK
    assert MAY_SUBMIT.keys() == views.WORK


@dataclass(frozen=True)
class Scene:
    """Rita's question, answered to her alone, and handed over to Liv."""

    answer: dict[str, Any]
    question: Question
    handover: HandOver


@pytest.fixture(scope="module")
def scene(work: Workplace) -> Scene:
    for account in ACCOUNTS:
        work.slack.add_user(account)
    asked = work.ask("rita", work.channel("rita", "noor"), CAP)
    work.replies(asked)
    (answer,) = work.direct("rita", after=asked)
    work.slack.press("U0RITA", answer, "ask.person").wait()
    work.slack.wait_for(lambda: said_to(work, "liv", CAP), 20)
    work.settled()
    with work.ledger.read() as t:
        (question,) = t.questions.in_thread(asked["channel"], asked["ts"])
        handover = t.handovers.of_question(question.id)
    assert handover
    return Scene(answer, question, handover)


def worked(work: Workplace) -> None:
    """Until nothing is left to work; what is said goes on being posted."""

    def nothing_left() -> bool:
        with work.ledger.read() as t:
            counts = t.inbox.counts()
        return not counts.get("open", 0) + counts.get("working", 0)

    work.slack.wait_for(nothing_left, 30)


def state(work: Workplace, scene: Scene) -> dict[str, object]:
    """Everything that a button, a modal or a forged value could change, what is said among it."""
    with work.ledger.read() as t:
        return {
            "index": index.status(work.clausewise.data),
            "said": sum(t.outbox.held().values()),
            "facts": {name: t.facts.get(name) for name in ("paused", "halted")} | t.facts.starting("indexing"),
            "audit": t.audit.head(),
            "feedback": t.questions.feedback(scene.question.id),
            "handover": t.handovers.get(scene.handover.id),
            "channels": [(c.channel, c.listens) for c in t.channels.every() if c.listens != "mention"],
        }


def press(work: Workplace, user: str, action: str, value: str, at: dict[str, Any]) -> None:
    payload: dict[str, Any] = {"type": "block_actions", "user": {"id": user}}
    payload |= {"trigger_id": work.slack.world.new_trigger(user), "message": {"ts": at["ts"]}}
    payload |= {"container": {"channel_id": at["channel"], "message_ts": at["ts"]}}
    payload["actions"] = [{"action_id": action, "value": value, "action_ts": work.slack.world.next_ts()}]
    assert work.slack.courier.send("interactive", payload).wait().state == "acked"


def submit(work: Workplace, user: str, view: str, about: str) -> Any:
    """A modal that was never opened is sent off, with every field any of ours has."""
    values: dict[str, Any] = {
        "answer": {"value": {"value": "Do as you like."}},
        "reason": {"value": {"selected_option": {"value": "outdated"}}},
        "channel": {"value": {"selected_conversation": "C0ORION"}},
        "listens": {"value": {"selected_option": {"value": "question"}}},
        "id": {"value": {"value": "ORION-CA"}},
        "title": {"value": {"value": "A title"}},
        "type": {"value": {"selected_option": {"value": "ca"}}},
    }
    sent = {"type": "modal", "id": work.slack.world.new_id("V"), "callback_id": view, "private_metadata": about}
    payload = {"type": "view_submission", "user": {"id": user}, "view": sent | {"state": {"values": values}}}
    delivery = work.slack.courier.send("interactive", payload).wait()
    assert delivery.state == "acked"
    return delivery.response


# --- everybody presses everything -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_modal_opens_for_those_alone_who_may_have_it(work: Workplace, scene: Scene, who: str) -> None:
    user = EVERYBODY[who]
    opened = set()
    for action in MAY_OPEN:
        value = scene.handover.id if action == "handover.answer" else scene.question.id
        before = len(work.slack.calls("views.open"))
        trigger = work.slack.world.new_trigger(user)
        place = {"channel": scene.answer["channel"], "ts": scene.answer["ts"]}
        work.bot.receiver._modals.open(Press(action, value, user, trigger, thread="", at="1", **place))
        if len(work.slack.calls("views.open")) > before:
            opened.add(action)
    assert opened == {action for action, those in MAY_OPEN.items() if who in those}


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ADMINS])
def test_a_button_does_nothing_for_whom_it_is_not_meant(work: Workplace, scene: Scene, who: str) -> None:
    before = state(work, scene)
    for action in sorted(actions.WORK):
        if who not in MAY_PRESS[action] or action == "home.example":
            for value in (scene.question.id, before["index"].name, "F0FORGED"):  # type: ignore[attr-defined]
                press(work, EVERYBODY[who], action, value, scene.answer)
    worked(work)
    assert state(work, scene) == before


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_modal_that_was_not_opened_for_somebody_says_nothing_for_them(
    work: Workplace, scene: Scene, who: str
) -> None:
    before = state(work, scene)
    for view in sorted(views.WORK):
        if who not in MAY_SUBMIT[view]:
            for about in (scene.question.id, "F0FORGED"):
                assert not submit(work, EVERYBODY[who], view, about)  # no word either of what is wrong with it
    worked(work)
    assert state(work, scene) == before


def test_an_answer_that_was_spoken_aloud_is_judged_by_those_alone_who_heard_it(work: Workplace, scene: Scene) -> None:
    channel = work.channel("rita", "paul")
    asked = work.ask("rita", channel, CAP)
    work.replies(asked)
    with work.ledger.read() as t:
        (question,) = t.questions.in_thread(channel, asked["ts"])
    for user in EVERYBODY.values():
        submit(work, user, "ask.unhelpful", question.id)
    worked(work)
    with work.ledger.read() as t:
        assert {given.user for given in t.questions.feedback(question.id)} == {"U0RITA", "U0PAUL"}
        assert t.questions.feedback(scene.question.id) == ()


def test_whoever_is_no_admin_any_more_can_press_no_button_of_an_old_panel(work: Workplace, scene: Scene) -> None:
    old = panel(work)
    work.slack.change_user("U0ADA", email="ada@elsewhere.example.org")
    work.ahead += KEPT
    before = state(work, scene)
    for action in ("admin.reindex", "admin.pause", "admin.access", "admin.gaps", "admin.scopes", "admin.channel"):
        work.slack.press("U0ADA", old, action).wait()
    worked(work)
    work.slack.change_user("U0ADA", email="ada.lemaire@valmont.example.org")
    work.ahead += KEPT
    assert state(work, scene) == before
    assert "Open hand-overs" in shown(old)


# --- values that are forged -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["U0RITA", "U0LIV", "U0ADA"])
def test_a_value_of_nothing_we_know_does_nothing_for_those_who_may_press(
    work: Workplace, scene: Scene, user: str
) -> None:
    aside = ("said", "audit")  # an admin is told why nothing was done
    before = {name: value for name, value in state(work, scene).items() if name not in aside}
    about_something = {"ask.person", "admin.promote", "admin.discard", "admin.rollback", "home.example"}
    for value in FORGED:
        for action in sorted(about_something):
            if value != before["index"].name:  # type: ignore[attr-defined]
                press(work, user, action, value, scene.answer)
        for view in ("ask.unhelpful", "handover.answer", "register.save"):
            submit(work, user, view, value)
    worked(work)
    assert {name: value for name, value in state(work, scene).items() if name not in aside} == before


def test_an_admin_is_told_what_is_wrong_with_a_form_about_no_file(work: Workplace, scene: Scene) -> None:
    assert scene
    for about in FORGED:
        said = submit(work, "U0ADA", "register.save", about)
        assert said["response_action"] == "errors"
        assert "no longer known here" in json.dumps(said["errors"])


# --- commands ---------------------------------------------------------------------------------------------------------


def reply(work: Workplace, user: str, typed: str) -> str:
    """What a command leads to, as it will be posted."""
    key = f"command:{work.slack.command(user, work.slack.im(user), '/ip', typed).wait().payload['trigger_id']}"
    worked(work)
    with work.ledger.read() as t:
        row = t.outbox.get(f"reply/{key}") or t.outbox.get(f"answer/{question_id(key)}")
    assert row
    assert row.outgoing.to == user
    return render(row.outgoing.message).text


@pytest.mark.parametrize("word", [word for word in command.WORDS if word != "help"])
def test_a_command_tells_nobody_of_an_agreement_they_may_not_read(work: Workplace, scene: Scene, word: str) -> None:
    assert scene
    names = [a.short_name for a in work.clausewise.generation.agreements.values()]
    for user in STRANGERS:
        for argument in ("ORION-CA", "ORION-CA 8.4.2.1", CAP):
            said = reply(work, user, f"{word} {argument}").replace(argument, "")
            assert not [name for name in names if name in said]


def test_help_says_the_same_to_everybody_who_has_no_office(work: Workplace, scene: Scene) -> None:
    assert scene
    assert {reply(work, user, "help ORION-CA") for user in STRANGERS} == {render(Help("/ip")).text}


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_panel_is_for_admins_alone(work: Workplace, scene: Scene, who: str) -> None:
    assert scene
    said = reply(work, EVERYBODY[who], "admin")
    assert ("Open hand-overs" in said) == (who in ADMINS)
    assert (said == "That is for admins.") == (who not in ADMINS)
