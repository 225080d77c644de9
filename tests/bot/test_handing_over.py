"""*Ask a person* and *Not helpful*: from the button to the answer of a person, and to the list of gaps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

A_WORKING_DAY = timedelta(days=6)  # no working day takes longer, whenever the tests run
NOT_AGREEMENT_TEXT = "This is a person's answer, not text of an agreement."


def shown(message: Mapping[str, Any]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


def pressable(message: Mapping[str, Any], action: str) -> bool:
    return any(e["action_id"] == action for b in message["blocks"] if b["type"] == "actions" for e in b["elements"])


def said_to(work: Any, person: str, words: str) -> list[dict[str, Any]]:
    """What the bot has said to somebody directly with these words in it."""
    return [m for m in work.slack.messages(work.slack.im(f"U0{person.upper()}"), by_bot=True) if words in shown(m)]


def card(work: Any, person: str, question: str, *, open_: bool = True) -> dict[str, Any]:
    """Somebody's card about a question, once it is open, or closed."""

    def found() -> list[dict[str, Any]]:
        cards = [m for m in said_to(work, person, question) if " asks" in shown(m)]
        return [m for m in cards if pressable(m, "handover.answer") == open_]

    return work.slack.wait_for(found, 20)[-1]  # type: ignore[no-any-return]  # the stand-in's


def later(work: Any, by: timedelta) -> None:
    """The clock moves on, and what waits is looked at."""
    work.ahead += by
    work.bot._ticker.tick()


def asked(work: Any, person: str, channel: str, question: str) -> dict[str, Any]:
    """A question below whose answer *Ask a person* was pressed."""
    message: dict[str, Any] = work.ask(person, channel, question)
    work.slack.press(message["user"], work.replies(message)[0], "ask.person").wait()
    return message


def opened(work: Any, person: str, at: Mapping[str, Any]) -> dict[str, Any]:
    """The modal of somebody who presses *Answer* on a card."""
    user = f"U0{person.upper()}"
    work.slack.press(user, at, "handover.answer").wait()
    return work.slack.wait_for(lambda: work.slack.views(user))[-1]  # type: ignore[no-any-return]


def answers(work: Any, person: str, at: Mapping[str, Any], words: str) -> None:
    work.slack.submit(f"U0{person.upper()}", opened(work, person, at), {"value": words}).wait()


# --- a person answers -------------------------------------------------------------------------------------------------


def test_the_liaison_gets_question_and_clauses_and_the_answer_goes_back_to_the_thread(work: Any) -> None:
    question = "In ORION, how long before publication must I tell the partners?"
    message = asked(work, "rita", work.channel("rita", "paul"), question)
    request = card(work, "liv", question)
    assert "asks about ORION-CA" in request["text"]
    assert "Prior notice of any planned publication" in shown(request)
    assert work.replies(message, 2)[1]["text"] == "Your question was passed to Liv Castellan."

    answers(work, "liv", request, "Forty-five days; tell <!channel> and https://evil.example.org too.")
    reply = work.replies(message, 3)[2]
    assert "Liv Castellan" in shown(reply) or '"user_id": "U0LIV"' in shown(reply)
    assert "Forty-five days" in shown(reply)
    assert NOT_AGREEMENT_TEXT in shown(reply)
    assert '"broadcast"' not in shown(reply)
    assert '"link"' not in shown(reply)
    closed = card(work, "liv", question, open_=False)
    assert closed["ts"] == request["ts"]
    assert "Forty-five days" in shown(closed)


def test_what_a_person_answered_is_recorded_without_its_words_in_the_audit_trail(work: Any) -> None:
    question = "Who owns the results that I make alone in ORION?"
    message = asked(work, "rita", work.channel("rita", "paul"), question)
    answers(work, "liv", card(work, "liv", question), "Valmont does.")
    work.replies(message, 3)
    with work.ledger.read() as t:
        (kept,) = t.questions.in_thread(message["channel"], message["ts"])
        handover = t.handovers.of_question(kept.id)
        trail = t.audit.rows(kept.id)
    assert (handover.state, handover.answered_by, handover.text) == ("answered", "U0LIV", "Valmont does.")
    assert [row.action for row in trail][1:] == ["question.handed_over", "question.answered_by_person"]
    assert "Valmont does" not in str(trail)


@pytest.mark.parametrize("channel", ["with somebody who may not read it", "direct"])
def test_what_was_answered_privately_is_answered_privately_by_a_person_too(work: Any, channel: str) -> None:
    question = f"How long may publishing be delayed in LAMBDA ({channel})?"
    where = "direct" if channel == "direct" else work.channel("rita", "noor")
    message = work.ask("rita", where, question)
    answer = work.replies(message)[0] if where == "direct" else work.direct("rita", after=message)[0]
    work.slack.press("U0RITA", answer, "ask.person").wait()
    answers(work, "liv", card(work, "liv", question), f"Three months. {channel}.")
    (reply,) = work.slack.wait_for(lambda: said_to(work, "rita", f"Three months. {channel}."), 20)
    assert NOT_AGREEMENT_TEXT in shown(reply)
    work.settled()
    if where == "direct":
        assert reply["thread_ts"] == message["ts"]
    else:
        assert len(work.replies(message)) == 1  # the neutral line, and nothing since
        assert "LAMBDA" not in json.dumps(work.slack.messages(where, by_bot=True))


def test_the_asker_is_told_in_their_language(work: Any) -> None:
    question = "ORION: Wie lange vorher muss ich die Partner vor einer Veröffentlichung informieren?"
    message = asked(work, "paul", work.channel("rita", "paul"), question)
    assert work.replies(message, 2)[1]["text"] == "Ihre Frage wurde an Liv Castellan weitergegeben."
    answers(work, "liv", card(work, "liv", question), "45 Tage.")
    assert "Dies ist die Antwort eines Menschen, kein Text einer Vereinbarung." in shown(work.replies(message, 3)[2])


def test_pressed_twice_it_is_handed_over_once(work: Any) -> None:
    question = "May my student publish a thesis in ORION?"
    message = asked(work, "paul", work.channel("rita", "paul"), question)
    work.slack.press("U0PAUL", work.replies(message)[0], "ask.person").wait()
    card(work, "liv", question)
    work.settled()
    assert len(said_to(work, "liv", question)) == 1
    assert len(work.replies(message, 2)) == 2


def test_a_question_about_an_agreement_and_its_amendment_is_asked_under_the_agreements_name(work: Any) -> None:
    """From September on the amendment's clause is the one in force, and the first that is quoted."""
    question = "In ORION: how long before publication must I tell the partners from September on?"
    before, work.today = work.today, date(2026, 10, 1)
    try:
        message = asked(work, "paul", work.channel("rita", "paul"), question)
        request = card(work, "liv", question)
    finally:
        work.today = before
    with work.ledger.read() as t:
        (kept,) = t.questions.in_thread(message["channel"], message["ts"])
    assert kept.clauses[0].startswith("ORION-AM2")
    assert "asks about ORION-CA" in request["text"]
    assert "ORION-AM2" in shown(request)


def test_who_is_asked_sees_no_clause_that_they_may_not_read(work: Any) -> None:
    """Dora answers for HELIX; ORION she may not read."""
    question = "My paper uses HELIX and ORION data: what must I do before I publish?"
    message = work.ask("rita", "direct", question)
    (answer,) = work.replies(message)
    assert "ORION-CA" in shown(answer)
    assert "HELIX-DUA" in shown(answer)
    work.slack.press("U0RITA", answer, "ask.person").wait()
    with_clauses = [m for m in (card(work, "dora", question),) if "HELIX-DUA" in shown(m)]
    assert with_clauses
    assert "ORION-" not in shown(with_clauses[0])


# --- nobody answers ---------------------------------------------------------------------------------------------------


def test_after_a_working_day_the_backup_is_asked_and_then_the_admins(work: Any) -> None:
    question = "What is the liability cap of ORION?"
    message = asked(work, "rita", work.channel("rita", "paul"), question)
    first = card(work, "liv", question)
    later(work, timedelta(minutes=30))
    work.settled()
    assert not said_to(work, "tom", question)

    later(work, A_WORKING_DAY)
    second = card(work, "tom", question)
    assert "Not answered in time by" in second["text"]
    assert work.replies(message, 3)[2]["text"] == "Your question was passed to Tom Verbeke."
    assert not said_to(work, "ada", question)

    later(work, A_WORKING_DAY)
    third = card(work, "ada", question)
    assert work.replies(message, 4)[3]["text"] == "Your question was passed to Ada Lemaire."

    late = opened(work, "liv", first)
    answers(work, "tom", second, "It is the share of the project costs.")
    assert "project costs" in shown(work.replies(message, 5)[4])
    closed = [card(work, person, question, open_=False) for person in ("liv", "tom", "ada")]
    assert [c["ts"] for c in closed] == [first["ts"], second["ts"], third["ts"]]
    work.slack.submit("U0LIV", late, {"value": "Too late."}).wait()
    (told,) = work.slack.wait_for(lambda: said_to(work, "liv", "has answered this question already"), 20)
    assert '"user_id": "U0TOM"' in shown(told)
    work.settled()
    assert len(work.replies(message, 5)) == 5


def test_where_nobody_is_named_the_admins_are_asked_and_the_answer_is_for_the_asker_alone(work: Any) -> None:
    """Nobody knows what agreements the answer is about, so nobody knows who may hear it."""
    question = "What does the Atlantis treaty say of submarines?"
    message = asked(work, "noor", work.channel("noor", "rita"), question)
    answers(work, "ada", card(work, "ada", question), "We have no such treaty.")
    (reply,) = work.slack.wait_for(lambda: said_to(work, "noor", "We have no such treaty."), 20)
    assert NOT_AGREEMENT_TEXT in shown(reply)
    lines = work.replies(message, 3)
    assert "my reply is in our direct messages" in lines[2]["text"]
    assert "treaty" not in lines[2]["text"]


def test_a_liaison_without_an_account_is_passed_over_and_the_admins_are_told_once(work: Any) -> None:
    work.slack.change_user("U0DORA", deleted=True)
    for number in ("first", "second"):
        question = f"May we use HELIX data in a company project, for the {number} time?"
        message = work.ask("rita", "direct", question)
        work.slack.press("U0RITA", work.replies(message)[0], "ask.person").wait()
        assert "asks about HELIX-DUA" in card(work, "liv", question)["text"]
    (notice,) = work.slack.wait_for(lambda: said_to(work, "ada", "Dora Szabo"), 20)
    assert "liaison of HELIX-DUA" in notice["text"]
    assert "Questions go to Liv Castellan" in notice["text"]
    work.settled()
    assert len(said_to(work, "ada", "Dora Szabo")) == 1


def test_who_leaves_before_answering_is_followed_at_once(work: Any) -> None:
    question = "Is veterinary use inside the field of NOVA?"
    message = work.ask("nadia", "direct", question)
    work.slack.press("U0NADIA", work.replies(message)[0], "ask.person").wait()
    card(work, "lena", question)
    work.slack.change_user("U0LENA", deleted=True)
    later(work, timedelta(minutes=6))  # what Slack said of somebody is believed for five
    card(work, "tom", question)
    (notice,) = work.slack.wait_for(lambda: said_to(work, "ada", "Lena Haddad"), 20)
    assert "Questions go to Tom Verbeke" in notice["text"]


# --- not helpful ------------------------------------------------------------------------------------------------------


def test_why_an_answer_did_not_help_is_asked_and_shown_to_the_admins(work: Any) -> None:
    question = "May the ORION partners object to my poster?"
    message = work.ask("paul", work.channel("rita", "paul"), question)
    work.slack.press("U0PAUL", work.replies(message)[0], "ask.unhelpful").wait()
    view = work.slack.wait_for(lambda: work.slack.views("U0PAUL"))[-1]
    choice, words = (b["block_id"] for b in view["blocks"] if b["type"] == "input")
    assert (choice, words) == ("reason", "words")
    values = {"reason": {"value": {"type": "radio_buttons", "selected_option": {"value": "not complete"}}}}
    values |= {"words": {"value": {"type": "plain_text_input", "value": "posters are not mentioned"}}}
    submit(work, "U0PAUL", view, values)
    work.slack.wait_for(lambda: said_to(work, "paul", "Thank you"), 20)
    work.slack.command("U0ADA", work.slack.im("U0ADA"), "/ip", "admin")
    panel = work.slack.wait_for(lambda: said_to(work, "ada", "Open hand-overs"), 20)[-1]
    work.slack.press("U0ADA", panel, "admin.gaps").wait()
    (gaps,) = work.slack.wait_for(lambda: said_to(work, "ada", question), 20)
    assert "not complete: posters are not mentioned" in shown(gaps)


def submit(work: Any, user: str, view: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A modal sent off with these values of its state; the stand-in's own way takes fields by action, and ours are all
    called the same."""
    payload = {
        "type": "view_submission",
        "team": {"id": "T0STANDIN"},
        "user": {"id": user},
        "view": {**view, "state": {"values": values}},
    }
    return work.slack.courier.send("interactive", payload).wait()
