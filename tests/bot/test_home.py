"""The Home tab: what can be asked, what one may read, what waits; for admins how everything is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.home import Example, Health, Home, Waiting, examples, view
from jobs.messages import Access
from knowledge.model import Agreement, AgreementType
from tests.bot.blocks_judged import elements, malformed, misread, words

DUE = datetime(2026, 10, 6, 15, 0, tzinfo=UTC)
TO_ANSWER = Waiting("H-1", "May we publish?", "ORION-CA", DUE, mine=False)
ASKED = Waiting("H-2", "Who pays?", "", DUE, mine=True, waits_for="U0PERSON")
HEALTH = Health(
    "g2", "2026-06-02", 10, "g3", 2, broken_channels=("C0ORION1",), missing_calendars=("NOVA-LIC",), problems=("Mend.",)
)
HOME = Home(
    "Ada", (Access("ORION-CA", "Consortium Agreement", "group orion"),), (Example("orion:notice", "How long?"),)
)
FULL = replace(HOME, waiting=(TO_ANSWER, ASKED), timezone="Europe/Brussels", health=HEALTH)
OURS = frozenset(("U0PERSON", "C0ORION1"))


def read(home: Home) -> str:
    return json.dumps(view(home), ensure_ascii=False)


def agreement(name: str, kind: AgreementType, project: str = "") -> Agreement:
    return Agreement(name.lower(), name, kind, (f"{name}.pdf",), projects=(project,) if project else ())


@pytest.mark.parametrize("home", [Home(), HOME, FULL], ids=["uncatalogued", "reader", "admin"])
def test_slack_takes_the_view_and_misreads_nothing(home: Home) -> None:
    made = view(home)
    assert made["type"] == "home"
    assert len(made["blocks"]) <= 100
    assert list(malformed(made["blocks"])) == []
    assert list(misread("", made["blocks"], ours=OURS)) == []


def test_whom_the_catalogue_does_not_name_is_told_so_and_shown_nothing_else() -> None:
    assert "no agreement that you may read" in read(Home())
    assert not [e for e in elements(view(Home())["blocks"]) if e.get("type") == "button"]


def test_health_is_for_admins_alone() -> None:
    assert "How everything is" in read(FULL)
    assert "How everything is" not in read(replace(FULL, health=None))


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"halted": "token_revoked"}, "stopped (token_revoked)"),
        ({"paused": True}, "paused"),
        ({"generation": ""}, "nothing is indexed yet"),
        ({"staged": ""}, "of 2026-06-02"),
        ({}, "g3 waits to be promoted"),
        ({}, "NOVA-LIC"),
        ({}, "C0ORION1"),
    ],
)
def test_an_admin_sees_what_is_wrong(changes: dict[str, object], shown: str) -> None:
    assert shown in read(replace(FULL, health=replace(HEALTH, **changes)))  # type: ignore[arg-type]


def test_only_what_one_has_to_answer_has_a_button() -> None:
    buttons = [e for e in elements(view(FULL)["blocks"]) if e.get("action_id") == "handover.answer"]
    assert [button["value"] for button in buttons] == ["H-1"]
    assert "17:00 (Europe/Brussels)" in read(FULL)


def test_each_example_is_a_button_with_its_id() -> None:
    (button,) = (e for e in elements(view(HOME)["blocks"]) if e.get("action_id") == "home.example")
    assert (button["value"], button["text"]["text"]) == ("orion:notice", "How long?")


def test_examples_suit_the_kinds_of_agreement_and_name_them() -> None:
    known = [agreement("QUANT", AgreementType.CDA), agreement("ORION-CA", AgreementType.CA, "ORION")]
    found = examples(known)
    assert [example.id for example in found] == ["orion-ca:notice", "quant:secret", "orion-ca:background"]
    assert "ORION partners" in found[0].question
    assert examples([]) == ()


def test_an_example_too_long_for_a_button_is_left_out_or_uses_the_short_name() -> None:
    long = agreement("SHORT", AgreementType.NDA, "A very long name of a project " * 3)
    assert [e.question for e in examples([long])] == ["Until when is information under SHORT confidential?"]
    assert examples([agreement("X" * 90, AgreementType.NDA)]) == ()


@settings(max_examples=30)  # views are large
@given(text=words, number=st.integers(0, 30), times=st.sampled_from((1, 30)))
def test_a_view_of_any_words_and_any_length_is_taken_and_counts_what_it_leaves_out(
    text: str, number: int, times: int
) -> None:
    each = Access(f"A {text * times}", text * times, text)
    home = Home(
        text, (each,) * number, (Example("a:b", f"Q {text}"),) * 4, (replace(TO_ANSWER, asked=text * times),) * number
    )
    made = view(replace(home, health=replace(HEALTH, problems=(text * times,) * number)))
    assert list(malformed(made["blocks"])) == []
    assert list(misread("", made["blocks"], ours=OURS)) == []
    assert len(made["blocks"]) <= 100
    assert len(json.dumps(made)) <= 250_000
    if number > 25:
        assert f"… and {number - 25} more" in json.dumps(made, ensure_ascii=False)
