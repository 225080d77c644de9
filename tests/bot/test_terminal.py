"""What a reader sees: the answer first, the clauses after it, and nothing that could steer the terminal."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.terminal import (
    Result,
    answer_value,
    place,
    result_value,
    safe,
    show_answer,
    show_changes,
    show_results,
    show_staged,
)
from jobs.differences import Difference
from jobs.golden import GoldenResult
from jobs.messages import ClauseChange, LostClause
from jobs.reindex import Changes
from knowledge.answering.wording import shown
from knowledge.model import Answer, Citation, Conflict, Outcome, Span

QUOTE = "Prior notice shall be given at least 45 calendar days before the publication."
CITED = Citation(
    agreement="ORION-CA",
    version="v1, 3f9a1c",
    clause="8.4.2.1",
    heading=("Results", "Dissemination"),
    page=9,
    file="ORION-CA.pdf",
    start=100,
    end=100 + len(QUOTE),
    quote=QUOTE,
    marked=(Span(37, 53),),
)
OLD = Citation("ORION-CA", "v1", "8.4.2.2", (), 9, "a.pdf", 0, 4, "30 d", superseded_by="ORION-AM2 §1")
ANSWER = Answer(
    Outcome.ANSWER,
    "45 calendar days before publication.\nTo all Parties.\n\n"
    f"{shown(CITED)}\n{shown(OLD)}\n\nInformation, not legal advice.",
    (CITED, OLD),
    conflicts=(Conflict("notice", (("ORION-CA", "45 days", "publication"), ("ACME", "30 days", "submission"))),),
    refer_to="the contracts office",
    looked_in=("ORION-CA v1",),
    as_of=date(2026, 6, 2),
)


def printed(answer: Answer, *, terminal: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=100, color_system="standard" if terminal else None)
    show_answer(console, answer)
    return out.getvalue()


def test_the_first_line_is_the_answer() -> None:
    assert printed(ANSWER, terminal=False).splitlines()[0] == "45 calendar days before publication."
    assert printed(ANSWER, terminal=True).splitlines()[0] == "\x1b[1m45 calendar days before publication.\x1b[0m"


def test_a_terminal_marks_the_deciding_words_and_strikes_out_what_was_replaced() -> None:
    text = printed(ANSWER, terminal=True)
    assert "\x1b[1;33m45 calendar days\x1b[0m" in text
    assert "\x1b[2;9m30 d\x1b[0m" in text
    assert "╭" in text


def test_a_terminal_shows_each_quotation_once_and_the_legal_line_last() -> None:
    text = printed(ANSWER, terminal=True)
    assert text.count("calendar days\x1b[0m before the publication") == 1
    assert "legal advice" in text.rstrip().splitlines()[-1]
    assert "To all Parties." in text


def test_plain_text_is_the_answers_text_without_colours_and_boxes() -> None:
    text = printed(ANSWER, terminal=False)
    assert text == f"{ANSWER.text}\nAs of 2 June 2026.\n"


def test_agreement_version_clause_page_and_file_stand_by_the_quotation() -> None:
    text = printed(ANSWER, terminal=True)
    assert "ORION-CA · clause 8.4.2.1 · page 9 · v1, 3f9a1c" in text
    for part in ("ORION-CA.pdf", "As of 2 June 2026.", "30 days", "replaced by ORION-AM2 §1"):
        assert part in text


def test_a_clause_without_a_bare_number_is_named_as_it_is() -> None:
    cited = Citation("A", "v1", "Schedule 2", (), 1, "a.txt", 0, 1, "x")
    assert place(cited) == "A · Schedule 2 · page 1 · v1"


def test_a_document_cannot_steer_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\u200b\x9b31m"
    cited = Citation(evil, evil, evil, (evil,), 1, evil, 0, len(evil), evil, superseded_by=evil)
    answer = Answer(Outcome.ANSWER, f"{evil}\n{evil}\n{evil}", (cited,))
    assert not set("\x1b\x07\u202e\u200b\x9b") & set(printed(answer, terminal=False))
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", printed(answer, terminal=True))
    assert not set("\x1b\x07\u202e\u200b\x9b") & set(coloured)


@given(st.text())
def test_a_safe_text_is_as_long_as_the_text(text: str) -> None:
    assert len(safe(text)) == len(text)
    assert not any(ord(c) < 32 and c not in "\n\t" for c in safe(text))


def test_markup_in_a_quotation_is_text() -> None:
    text = "[bold]not bold[/bold]"
    cited = Citation("A", "v1", "1", (), 1, "a.txt", 0, len(text), text)
    assert text in printed(Answer(Outcome.ANSWER, text, (cited,)), terminal=True)


def test_the_json_answer_has_the_promised_fields_and_no_others() -> None:
    value = json.loads(json.dumps(answer_value(ANSWER)))
    assert list(value) == [
        *("outcome", "text", "citations", "conflicts", "related", "choices", "refer_to", "looked_in", "as_of"),
    ]
    assert list(value["citations"][0]) == [
        *("agreement", "version", "clause", "heading", "page", "file", "start", "end", "quote"),
    ]
    assert value["outcome"] == "answer"
    assert value["as_of"] == "2026-06-02"
    assert value["conflicts"][0]["rows"][1] == {"agreement": "ACME", "rule": "30 days", "anchor": "submission"}


def test_a_search_result_is_json_without_its_text() -> None:
    result = Result("a.txt", "orion-ca", "8.1", 2, 5, 9, 0.5, "text")
    assert list(result_value(result)) == ["file", "agreement", "clause", "page", "start", "end", "score"]


def test_results_are_numbered_and_nothing_found_says_so() -> None:
    out = io.StringIO()
    console = Console(file=out, width=200)
    show_results(console, [Result("a.txt", "orion-ca", "8.1", 2, 5, 9, 0.5, "some\n  text")])
    show_results(console, [])
    assert out.getvalue().splitlines() == [
        "1. orion-ca · clause 8.1 · page 2 · a.txt  0.500",
        "   some text",
        "No clause found.",
    ]


# --- for whoever indexes ----------------------------------------------------------------------------------------------

REWORDED = ClauseChange("ORION-CA", "changed", "8.4", "Results", "8.4 Notice of\n45 days.", "8.4 Notice of 30 days.")
ADDED = ClauseChange("ORION-CA", "added", "8.5", "", "", "8.5 \x1b[31mNew.")
CHANGES = Changes(
    changed=("ORION-CA",),
    differences=(Difference("ORION-CA", 1, 1, 0, 2, (REWORDED, ADDED)),),
    amendments=("ORION-AM2 §1 replaces ORION-CA 8.4 from 2026-09-01 on",),
    clauses=7,
    generation="g000002",
    golden=GoldenResult(2, (LostClause("How long?", "ORION-CA 8.4"), LostClause("How long?", "ORION-CA 9", ("A 1",)))),
    staged="g000002",
)


def told(changes: Changes, *, terminal: bool = False, diff: bool = True) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=200, color_system="standard" if terminal else None)
    show_changes(console, changes, 1.0, diff=diff)
    return out.getvalue().splitlines()


def test_a_difference_shows_each_clause_before_and_after_without_what_steers_a_terminal() -> None:
    lines = told(CHANGES)
    at = lines.index("ORION-CA 8.4, Results: changed")
    assert lines[at : at + 6] == [
        "ORION-CA 8.4, Results: changed",
        "  - 8.4 Notice of 45 days.",
        "  + 8.4 Notice of 30 days.",
        "ORION-CA 8.5: added",
        "  + 8.5 \ufffd[31mNew.",
        "ORION-CA: 2 clauses with the same words under another number",
    ]


def test_on_a_terminal_the_words_that_differ_are_set_off() -> None:
    text = "\n".join(told(CHANGES, terminal=True))
    assert "8.4 Notice of \x1b[31m45\x1b[0m days." in text
    assert "8.4 Notice of \x1b[32m30\x1b[0m days." in text


def test_without_asking_for_it_no_text_of_a_clause_is_shown() -> None:
    text = "\n".join(told(CHANGES, diff=False))
    assert "ORION-CA (clauses: +1 ~1 -0)" in text
    assert "amends: ORION-AM2 §1 replaces ORION-CA 8.4 from 2026-09-01 on" in text
    assert "Notice of" not in text


def test_a_golden_question_that_lost_a_clause_is_shown_with_what_it_cites_instead() -> None:
    lines = told(CHANGES)
    at = lines.index("golden        2  1 lost")
    assert lines[at + 1 : at + 3] == [
        "  “How long?” cites nothing, not ORION-CA 8.4",
        "  “How long?” cites A 1, not ORION-CA 9",
    ]
    assert lines[-1] == "7 clauses in 1.0 s; g000002 is staged and does not answer yet"
    assert not any(line.startswith("golden") for line in told(Changes()))


def test_what_is_staged_says_what_can_be_done_with_it() -> None:
    for changes, offers in ((CHANGES, False), (replace(CHANGES, golden=GoldenResult(2)), True)):
        out = io.StringIO()
        show_staged(Console(file=out, width=200), changes)
        assert ("--promote" in out.getvalue(), "--discard" in out.getvalue()) == (offers, True)
