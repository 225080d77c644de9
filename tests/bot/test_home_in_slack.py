"""The Home tab as people open it: what they can ask, what waits for them, and for admins how everything is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.bot.acting import heard, press, said_to
from tests.bot.conftest import Workplace
from tests.slack import User, error


def home(work: Workplace, user: str, words: str = "") -> dict[str, Any]:
    """Somebody's Home, opened now, once it says so."""

    def shown() -> dict[str, Any] | None:
        view: dict[str, Any] | None = work.slack.home(user)
        return view if view and words in json.dumps(view["blocks"], ensure_ascii=False) else None

    work.slack.open_home(user)
    return work.slack.wait_for(shown, 20)  # type: ignore[no-any-return]  # the stand-in's


def words_of(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


def buttons(view: dict[str, Any], action: str) -> list[dict[str, Any]]:
    elements = [e for block in view["blocks"] if block["type"] == "actions" for e in block["elements"]]
    return [element for element in elements if element["action_id"] == action]


def test_a_researcher_sees_what_they_may_read_and_can_ask(work: Workplace) -> None:
    view = home(work, "U0PAUL")
    seen = words_of(view)
    assert "Hello Paul Delacroix" in seen
    for name in ("ORION-CA", "ORION-GA", "ACME-SRA", "(group orion)"):
        assert name in seen
    for hidden in ("LAMBDA", "NOVA", "HELIX", "How everything is", "admin."):
        assert hidden not in seen
    assert buttons(view, "home.example")


def test_a_question_of_home_is_answered_directly_with_its_words(work: Workplace) -> None:
    view = home(work, "U0PAUL")
    example = buttons(view, "home.example")[0]
    work.slack.press("U0PAUL", view, "home.example", example["value"]).wait()
    answer = heard(work, "paul", "ACME-SRA")
    assert example["text"]["text"] in json.dumps(answer["blocks"], ensure_ascii=False)
    work.settled()
    assert len(said_to(work, "paul")) == 1


def test_a_question_about_what_somebody_may_not_read_cannot_be_pressed(work: Workplace) -> None:
    """The button of somebody else's Home, with its value."""
    theirs = home(work, "U0NADIA")
    example = buttons(theirs, "home.example")[0]
    assert example["value"].startswith("NOVA-LIC")
    before = len(said_to(work, "noor"))
    work.slack.press("U0NOOR", theirs, "home.example", example["value"]).wait()
    work.settled()
    assert len(said_to(work, "noor")) == before


STRANGERS = {
    "a colleague without an entry": User("U0NEW", "new", "New Comer", "new@valmont.example.org"),
    "somebody of another workspace": User("U0FAR", "far", "Far Away", "far@elsewhere.example.org", team="T0OTHER"),
}


@pytest.mark.parametrize("kind", [*STRANGERS, "somebody without access"])
def test_whoever_may_read_nothing_is_told_how_that_changes(work: Workplace, kind: str) -> None:
    account = STRANGERS.get(kind)
    if account:
        work.slack.add_user(account)
    view = home(work, account.id if account else "U0NOOR")
    assert "There is no agreement that you may read here. An admin can enter you in the catalogue." in words_of(view)
    assert not [name for name in ("ORION", "LAMBDA", "NOVA", "HELIX") if name in words_of(view)]
    assert not [e for block in view["blocks"] if block["type"] == "actions" for e in block["elements"]]


def test_an_admin_sees_how_everything_is_and_goes_on_from_there(work: Workplace) -> None:
    view = home(work, "U0ADA")
    seen = words_of(view)
    assert "How everything is" in seen
    assert "10 agreements" in seen
    assert work.clausewise.generation.name in seen
    press(work, view, "admin.gaps")
    heard(work, "ada", "No gaps")


def test_what_waits_is_shown_to_whom_it_waits_for_and_answered_from_there(work: Workplace) -> None:
    question = "In ORION: who owns what two partners find together?"
    asked = work.ask("rita", work.channel("rita", "paul"), question)
    work.slack.press("U0RITA", work.replies(asked)[0], "ask.person").wait()
    heard(work, "liv", question)
    mine = words_of(home(work, "U0RITA", question))
    assert "You asked; it waits for" in mine
    assert '"user_id": "U0LIV"' in mine
    view = home(work, "U0LIV", question)
    assert "For you to answer" in words_of(view)
    assert "ORION-CA" in words_of(view)
    (button,) = buttons(view, "handover.answer")
    work.slack.press("U0LIV", view, "handover.answer", button["value"]).wait()
    modal = work.slack.wait_for(lambda: work.slack.views("U0LIV"))[-1]
    work.slack.submit("U0LIV", modal, {"value": "Both of them."}).wait()
    assert "Both of them." in json.dumps(work.replies(asked, 3)[2]["blocks"])
    work.slack.open_home("U0LIV")
    work.slack.wait_for(lambda: question not in words_of(work.slack.home("U0LIV")), 20)
    assert question not in words_of(home(work, "U0PAUL"))


def test_a_channel_nothing_can_be_posted_in_is_named_to_admins(work: Workplace) -> None:
    channel = work.channel("rita", "paul")
    work.slack.fail("chat.postMessage", error("is_archived"), times=1)
    work.ask("paul", channel, "In ORION: how long may a publication be delayed?")
    heard(work, "paul", channel)
    seen = words_of(home(work, "U0ADA", "Nothing can be posted in"))
    assert f'"channel_id": "{channel}"' in seen
    assert "&lt;#" not in seen
    assert f"<#{channel}>" not in seen
