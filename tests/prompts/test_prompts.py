"""Prompts are files; what they ask for is given, neither more nor less."""

from __future__ import annotations

import pytest

from prompts import PromptError, render

ANSWER = {"fence": "f00d", "language": "English", "question": "How long?", "clauses": "BEGIN f00d C1\ntext\nEND f00d"}


def test_every_value_is_put_in() -> None:
    text = render("answer", **ANSWER)
    assert "BEGIN f00d question\nHow long?\nEND f00d" in text
    assert "BEGIN f00d C1\ntext\nEND f00d" in text
    assert "in English." in text


@pytest.mark.parametrize("missing", sorted(ANSWER))
def test_a_missing_value_is_an_error_that_names_it(missing: str) -> None:
    values = {name: value for name, value in ANSWER.items() if name != missing}
    with pytest.raises(PromptError, match=f"{missing} without a value"):
        render("answer", **values)


def test_a_surplus_value_is_an_error_that_names_it() -> None:
    with pytest.raises(PromptError, match="colour is not asked for"):
        render("answer", **ANSWER, colour="blue")


def test_an_unknown_prompt_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(PromptError, match="answer"):
        render("../README")


def test_what_a_value_says_is_not_read_as_a_template() -> None:
    text = render("answer", **(ANSWER | {"question": "Who pays $fence and ${language} for $100?"}))
    assert "Who pays $fence and ${language} for $100?" in text
