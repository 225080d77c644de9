"""Modals: what they show, and what was entered in them, however it is filled in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import modals, registration
from bot.blocks.handover import ANSWER
from knowledge.answering.wording import shown
from knowledge.catalogue_entries import Registration
from knowledge.model import AgreementType, Answer, Citation, Outcome, Party, Person, Readers, Span
from knowledge.proposals import NamedParty, Proposed, Stated
from tests.bot.blocks_judged import elements, malformed, misread, words

OPENING = "This Consortium Agreement is made on 1 April 2024 between Valmont University and ACME Europe B.V."


def stated(value: Any, quote: str) -> Stated[Any]:
    at = OPENING.index(quote)
    return Stated(value, Span(at, at + len(quote)), quote)


PROPOSED = Proposed(
    title=stated("Consortium Agreement", "Consortium Agreement"),
    type=stated(AgreementType.CA, "Consortium Agreement"),
    parties=(stated(NamedParty("Valmont University"), "Valmont University"),),
    effective=stated(date(2024, 4, 1), "made on 1 April 2024"),
)
DRAFT = Registration(
    id="ORION-CA",
    short_name="ORION-CA",
    title="Consortium Agreement",
    type="ca",
    file="",
    parties=(
        Party("valmont", "Valmont University", "coordinator", also=("Valmont", "VU")),
        Party("acme", "ACME Europe B.V."),
    ),
    effective=date(2024, 4, 1),
    language="de",
    liaison="liv",
)
PEOPLE = (Person("liv", "Liv Castellan"), Person("tom"))


def quotation(quote: str, **changes: Any) -> Citation:
    return replace(Citation("ORION-CA", "v1", "8.4", (), 9, "a.pdf", 0, len(quote), quote), **changes)


def answered(*citations: Citation) -> Answer:
    return Answer(Outcome.ANSWER, "\n".join(["45 days.", *map(shown, citations), "No advice."]), citations)


MODALS = {
    "unhelpful": modals.unhelpful("Q-1"),
    "answer": modals.handover_answer("H-1", "May we publish?"),
    "full": modals.full_text(answered(quotation("At least 45 days."))),
    "channel": modals.channel("C0ORION1", "thread"),
    "scopes": modals.scopes((("chat:write", "post"),), ("Uninstalling ends the token.",)),
    "told": modals.told("Register", "Drop it again."),
    "form": registration.form("F0FILE1", DRAFT, PROPOSED, PEOPLE),
    "empty form": registration.form("F0FILE1", replace(DRAFT, parties=(), effective=None), Proposed(), ()),
}


def limits(view: Any) -> list[str]:
    """What Slack would refuse of a modal."""
    wrong = list(malformed(view["blocks"])) + list(misread("", view["blocks"]))
    wrong += [key for key in ("title", "close", "submit") if key in view and not 1 <= len(view[key]["text"]) <= 24]
    wrong += ["private_metadata"] if len(view.get("private_metadata", "")) > 3_000 else []
    wrong += ["blocks"] if not 1 <= len(view["blocks"]) <= 100 or len(json.dumps(view)) > 250_000 else []
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    wrong += ["no submit"] if bool(inputs) != ("submit" in view) else []
    for block in inputs:
        element = block["element"]
        options = [*element.get("options", ()), *(o for g in element.get("option_groups", ()) for o in g["options"])]
        wrong += [
            f"option {o}" for o in options if not (1 <= len(o["text"]["text"]) <= 75 and 1 <= len(o["value"]) <= 150)
        ]
        wrong += (
            ["options"] if len(element.get("options", ())) > 100 or len(element.get("option_groups", ())) > 100 else []
        )
        wrong += ["initial"] if len(element.get("initial_value", "")) > 3_000 else []
        wrong += ["hint"] if len(block.get("hint", {}).get("text", "")) > 2_000 else []
    return wrong


@pytest.mark.parametrize("name", MODALS)
def test_slack_takes_every_modal(name: str) -> None:
    assert limits(MODALS[name]) == []


@pytest.mark.parametrize(
    ("name", "callback", "about"),
    [("unhelpful", "ask.unhelpful", "Q-1"), ("answer", "handover.answer", "H-1"), ("form", "register.save", "F0FILE1")],
)
def test_a_modal_comes_back_under_its_name_with_the_id_it_is_about(name: str, callback: str, about: str) -> None:
    assert (MODALS[name]["callback_id"], MODALS[name]["private_metadata"]) == (callback, about)


@settings(max_examples=30)  # views are large
@given(words, st.sampled_from((1, 60)))
def test_no_words_in_a_modal_are_refused_or_misread(text: str, times: int) -> None:
    text = text * times
    draft = replace(DRAFT, title=text, parties=(Party(f"a{text}", f"b{text}"),) * 3)
    proposed = replace(PROPOSED, title=Stated(text, Span(0, len(text)), text))
    people = [Person(f"p{n}", f"{text[:50]} {n}") for n in range(3)]
    views = (
        modals.handover_answer("H-1", text),
        modals.full_text(answered(*(quotation(text, clause=str(n)) for n in range(12)))),
        modals.told("Told", text),
    )
    assert [limits(view) for view in views] == [[], [], []]
    form = registration.form("F0FILE1", draft, proposed, people)
    typed_in = ("initial_value",)  # what is edited is not shown as a message is
    shown_ = [
        {**b, "element": {k: v for k, v in b.get("element", {}).items() if k not in typed_in}} for b in form["blocks"]
    ]
    assert list(misread("", shown_)) == []
    assert [problem for problem in limits(form) if "message" not in problem and "initial_value" not in problem] == []


# --- the full text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 2_800, 2_801, 20_000])
def test_the_full_text_holds_a_quotation_to_its_last_character(length: int) -> None:
    quote = ("a clause, " * 2_000)[:length]
    view = modals.full_text(answered(quotation(quote, superseded_by="ORION-AM2 §1")))
    runs = [e for part in elements(view["blocks"]) if part.get("type") == "rich_text_quote" for e in part["elements"]]
    assert "".join(e["text"] for e in runs) == quote
    assert all(e["style"] == {"strike": True} for e in runs)
    assert json.dumps(view).count("replaced by") == 1


def test_the_full_text_counts_what_a_modal_cannot_hold() -> None:
    view = modals.full_text(answered(*(quotation("long " * 500, clause=str(n)) for n in range(120))))
    assert limits(view) == []
    shown_ = sum("rich_text_quote" in json.dumps(block) for block in view["blocks"])
    assert f"… and {120 - shown_} more parts of quotations" in json.dumps(view, ensure_ascii=False)


def test_the_full_text_adds_what_the_answer_only_points_to() -> None:
    later = quotation("It is 60 days from then on.", clause="§ 2", start=5, end=32)
    view = modals.full_text(replace(answered(quotation("At least 45 days.")), related=(later,)))
    assert "It is 60 days from then on." in json.dumps(view)


# --- what was entered -------------------------------------------------------------------------------------------------


def chosen(value: str) -> dict[str, Any]:
    return {"value": {"type": "static_select", "selected_option": {"value": value}}}


def entered(value: str | None) -> dict[str, Any]:
    return {"value": {"type": "plain_text_input", "value": value}}


def several(*values: str) -> dict[str, Any]:
    return {"value": {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}}


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ({"reason": chosen("outdated"), "words": entered(None)}, "outdated"),
        ({"reason": chosen("other"), "words": entered(" too\u200b long ")}, "other: too long"),
        ({"reason": chosen("other"), "words": entered("  ")}, {"words"}),
        ({"reason": chosen("made up"), "words": entered("x")}, {"reason"}),
        ({}, {"reason"}),
    ],
)
def test_why_an_answer_did_not_help_is_read_or_asked_again(values: dict[str, Any], read: object) -> None:
    found = modals.read_unhelpful(values)
    assert (set(found) if isinstance(found, dict) else found) == read


@pytest.mark.parametrize(
    ("answer", "read"), [("45 days.", "45 days."), ("", {"answer"}), ("x" * (ANSWER + 1), {"answer"})]
)
def test_a_persons_answer_is_read_or_asked_again(answer: str, read: object) -> None:
    found = modals.read_handover_answer({"answer": entered(answer)})
    assert (set(found) if isinstance(found, dict) else found) == read


@pytest.mark.parametrize(
    ("channel", "listens", "read"),
    [("C0ORION1", "thread", ("C0ORION1", "thread")), ("", "thread", {"channel"}), ("C0ORION1", "always", {"listens"})],
)
def test_how_a_channel_is_listened_to_is_read_or_asked_again(channel: str, listens: str, read: object) -> None:
    values = {"channel": {"value": {"selected_conversation": channel}}, "listens": chosen(listens)}
    found = modals.read_channel(values)
    assert (set(found) if isinstance(found, dict) else found) == read


def submitted(view: Any) -> dict[str, Any]:
    """What Slack sends back where nobody changed anything."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {
                element["action_id"]: {
                    "type": element["type"],
                    "value": element.get("initial_value"),
                    "selected_date": element.get("initial_date"),
                    "selected_option": element.get("initial_option"),
                    **({"selected_options": []} if element["type"] in {"checkboxes", "multi_static_select"} else {}),
                }
            }
    return values


def test_a_form_that_nobody_changed_says_what_it_was_filled_in_with() -> None:
    assert registration.read(submitted(MODALS["form"])) == DRAFT


def test_who_may_read_is_read_from_four_fields() -> None:
    values = submitted(MODALS["form"]) | {
        "groups": entered("orion, lab， orion"),
        "people": several("liv"),
        "reading_parties": entered("valmont"),
        "ticks": several("everyone", "local_only"),
    }
    found = registration.read(values)
    assert isinstance(found, Registration)
    assert found.readers == Readers(
        frozenset({"liv"}), frozenset({"orion", "lab"}), frozenset({"valmont"}), everyone=True
    )
    assert found.local_only


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", entered("")),
        ("title", entered(None)),
        ("type", chosen("treaty")),
        ("parties", entered("only a name")),
        ("parties", entered("id; ; role")),
        ("parties", entered("a; b; c; d; e")),
        ("effective", {"value": {"selected_date": "2026-02-31"}}),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(field: str, value: dict[str, Any]) -> None:
    found = registration.read(submitted(MODALS["form"]) | {field: value})
    assert isinstance(found, dict)
    assert set(found) == {field}


def test_what_the_catalogue_refuses_is_shown_at_a_field_of_the_form() -> None:
    fields = {block["block_id"] for block in MODALS["form"]["blocks"] if block["type"] == "input"}
    named = [(field, "No.") for field in Registration.__dataclass_fields__]
    shown_ = registration.shown_at([*named, ("readers", "Nobody.")])
    assert set(shown_) <= fields | {"local_only"}
    assert shown_["groups"] == "No. Nobody."


def test_each_field_that_was_filled_in_shows_the_words_it_was_read_from() -> None:
    hints = {b["block_id"]: b.get("hint", {}).get("text", "") for b in MODALS["form"]["blocks"] if "block_id" in b}
    assert hints["title"] == "Read from: “Consortium Agreement”"
    assert "“made on 1 April 2024”" in hints["effective"]
    assert "“Valmont University”" in hints["parties"]
    assert hints["expiry"] == ""


def test_an_amendment_is_told_where_what_it_replaces_is_entered() -> None:
    proposed = replace(PROPOSED, amends=stated("the ORION Consortium Agreement", "Consortium Agreement"))
    assert "It amends the ORION Consortium Agreement: enter" in json.dumps(registration.form("F1", DRAFT, proposed, ()))


def test_more_people_than_a_menu_holds_are_grouped() -> None:
    people = [Person(f"p{n:03}", f"Person {n:03}") for n in range(250)]
    form = registration.form("F0FILE1", DRAFT, PROPOSED, people)
    liaison = next(b["element"] for b in form["blocks"] if b.get("block_id") == "liaison")
    assert [len(group["options"]) for group in liaison["option_groups"]] == [100, 100, 50]


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["value", "selected_option", "selected_options", "selected_date", "x"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_is_submitted_is_read_or_refused_without_a_fault(junk: Any) -> None:
    names = (
        "reason",
        "words",
        "answer",
        "channel",
        "listens",
        "id",
        "title",
        "type",
        "parties",
        "effective",
        "people",
        "ticks",
    )
    values = dict.fromkeys(names, junk)
    for read in (modals.read_unhelpful, modals.read_handover_answer, modals.read_channel, registration.read):
        assert read(values) is not None
