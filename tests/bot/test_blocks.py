"""Messages as Slack gets them: the answer first, quotations to the character, nothing refused and nothing misread."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import Rendered, render
from bot.blocks.words import fallback, harmless, pieces, shortened, stripped, visible
from jobs import messages
from jobs.messages import (
    Access,
    AccessView,
    Alert,
    Answered,
    AnsweredPrivately,
    ClauseChange,
    Gap,
    Gaps,
    HandOverAnswered,
    HandOverRequest,
    Help,
    Indexed,
    LostClause,
    Me,
    Message,
    Notice,
    Panel,
    Progress,
    Readership,
    RegistrationOffer,
    Who,
)
from knowledge.answering.wording import place, shown
from knowledge.languages import voice
from knowledge.model import Answer, Citation, Conflict, Outcome, Span
from tests.bot.blocks_judged import HOSTILE, elements, misread, refused, words

QUOTE = "Prior notice shall be given at least 45 calendar days before the publication."
CLOSING = "This is information, not legal advice; ask Liv Castellan."


def cited(quote: str = QUOTE, **changes: Any) -> Citation:
    whole = Citation("ORION-CA", "v1, 3f9a1c", "8.4.2.1", ("Results",), 9, "ORION-CA.pdf", 0, len(quote), quote)
    return replace(whole, **changes)


NEW = cited(marked=(Span(37, 53),), amended_by="ORION-AM2 §1, effective 1 Sep 2026")
OLD = cited(QUOTE.replace("45", "30"), marked=(Span(37, 53),), superseded_by="ORION-AM2 §1")


def answer(
    *citations: Citation, lines: Sequence[str] = ("45 calendar days before publication.",), **rest: Any
) -> Answer:
    text = "\n\n".join(["\n".join(lines), "\n".join(map(shown, citations)), CLOSING])
    return Answer(Outcome.ANSWER, text, citations, as_of=date(2026, 6, 2), **rest)


ASKED = "How long before publication?"
DUE = datetime(2026, 10, 6, 15, 0, tzinfo=UTC)
EXAMPLES: tuple[Message, ...] = (
    Answered("Q-1", answer(NEW, OLD), asked=ASKED, asked_in="C0ORION1", common=True),
    AnsweredPrivately("U0ASKER1"),
    Notice(("Passed to <@U0PERSON>, in <#C0ORION1>.",), "Handed over", ("U0PERSON", "C0ORION1")),
    Help("/ip", admin=True, liaison_of=("ORION-CA",)),
    Me(
        "U0ASKER1",
        "Ada",
        ("thg",),
        ("orion",),
        ("liaison",),
        (Access("ORION-CA", "Consortium Agreement", "group orion"),),
    ),
    Me("U0ASKER1"),
    Who("ORION-CA", "Consortium Agreement", (("Liaison", "Liv Castellan"), ("Backup", "Tom"))),
    HandOverRequest("H-1", "U0ASKER1", ASKED, "ORION-CA", DUE, "Europe/Brussels", (NEW,)),
    HandOverRequest("H-1", "U0ASKER1", ASKED, "ORION-CA", DUE, escalated_from="U0PERSON"),
    HandOverRequest("H-1", "U0ASKER1", ASKED, "ORION-CA", DUE, answered_by="U0PERSON", answer="45 days."),
    HandOverAnswered("H-1", "U0ASKER1", ASKED, "45 days.", "U0PERSON", "ORION-CA", "de"),
    Panel(
        "g2", "g1", "g3", 10, 431, "2026-06-02", "/agreements", True, "token_revoked", 3, 1, 4, ("Invite me again.",)
    ),
    Panel("", "", "", 0, 0, "", "", False, "", 0, 0, 0),
    Progress("reading", 3, 10),
    Progress("starting", 0, 0),
    Indexed(
        ("A",), ("B",), ("C",), ("D",), (("e.pdf", "is encrypted"),), staged="g3", clauses=431, seconds=2.5, golden=12
    ),
    Indexed(
        changes=(ClauseChange("A", "changed", "1", "Notice", "30 days", "45 days"),),
        lost=(LostClause("How long?", "A 1"),),
    ),
    Indexed(promoted=True),
    RegistrationOffer("F1", "new.pdf", "Consortium Agreement"),
    RegistrationOffer("F1", "new.exe", problem="this kind of file is not read"),
    Gaps((Gap(ASKED, date(2026, 6, 2), "abstain"), Gap(ASKED, date(2026, 6, 2), "unhelpful", "outdated")), more=3),
    Gaps(()),
    AccessView(
        (Readership("ORION-CA", (("U0PERSON", "group orion"),), ("has no liaison",)),),
        (("C0ORION1", "aloud: nothing"),),
    ),
    Alert("A question waits.", "<@U0PERSON> was asked.", ("U0PERSON",)),
)
OURS = frozenset(("U0ASKER1", "U0PERSON", "C0ORION1"))


def said(value: object) -> str:
    """Everything that is to be read, in order."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        mention = [value["user_id"]] if "user_id" in value else [value["channel_id"]] if "channel_id" in value else []
        return "".join(
            [*own, *mention, *(said(inner) for key, inner in value.items() if key not in {"style", "confirm"})]
        )
    if isinstance(value, list | tuple):
        return "".join(map(said, value))
    return ""


def buttons(rendered: Rendered) -> dict[str, str]:
    return {e["action_id"]: e["value"] for e in elements(rendered.blocks) if e.get("type") == "button"}


# --- every kind of message --------------------------------------------------------------------------------------------


def test_every_kind_of_message_is_among_the_examples() -> None:
    assert {type(example) for example in EXAMPLES} == set(typing.get_args(messages.Message))


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda m: m.kind)
def test_slack_takes_every_kind_of_message_and_misreads_none(message: Message) -> None:
    rendered = render(message)
    assert list(refused(rendered.text, rendered.blocks)) == []
    assert list(misread(rendered.text, rendered.blocks, ours=OURS)) == []
    assert "block_id" not in json.dumps(rendered.blocks)


def spoilt(value: Any, bad: str) -> Any:
    """A value with other words in it: every text that is no id is replaced."""
    ids = {
        "question",
        "asker",
        "asked_in",
        "user",
        "handover",
        "by",
        "file",
        "staged",
        "generation",
        "previous",
        "mentions",
    }
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Citation):
            quote = f"{value.quote} {bad}"
            return replace(value, agreement=f"A{bad}", quote=quote, end=value.start + len(quote), amended_by=bad)
        kept = ids | {"kind", "language", "change", "timezone", "outcome", "escalated_from", "answered_by", "command"}
        new = {f.name: spoilt(getattr(value, f.name), bad) for f in fields(value) if f.name not in kept}
        return replace(value, **new)
    if isinstance(value, tuple):
        return tuple(spoilt(inner, bad) for inner in value)
    return f"{value} {bad}" if isinstance(value, str) and value else value


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda m: m.kind)
@settings(max_examples=40)  # for each message
@given(bad=words | st.sampled_from(HOSTILE), times=st.sampled_from((1, 1, 40, 200)))
def test_no_words_in_any_field_become_a_link_a_mention_or_a_style(message: Message, bad: str, times: int) -> None:
    rendered = render(spoilt(message, bad * times))
    assert list(refused(rendered.text, rendered.blocks)) == []
    assert list(misread(rendered.text, rendered.blocks, ours=OURS)) == []


@pytest.mark.parametrize("id_", ["<!channel>", "U0X> <!here>", "u0lower", "", "W", "liv"])
def test_an_id_that_is_none_of_slacks_is_never_a_mention(id_: str) -> None:
    rendered = render(AnsweredPrivately(id_))
    assert not [e for e in elements(rendered.blocks) if e.get("type") == "user"]


def test_a_notice_mentions_only_whom_it_names() -> None:
    rendered = render(Notice(("<@U0PERSON> and <@U0EVIL1>, in <#C0EVIL1>",), mentions=("U0PERSON",)))
    assert [e["user_id"] for e in elements(rendered.blocks) if e.get("type") == "user"] == ["U0PERSON"]
    assert not [e for e in elements(rendered.blocks) if e.get("type") == "channel"]
    assert "<@U0EVIL1>" in said(rendered.blocks)
    assert rendered.text == "<@U0PERSON> and ‹＠U0EVIL1›, in ‹#C0EVIL1›"


def test_the_neutral_line_is_the_same_for_everybody_but_its_asker() -> None:
    one, other = (render(AnsweredPrivately(user)) for user in ("U0ASKER1", "U0ASKER2"))
    assert said(one.blocks).replace("U0ASKER1", "U0ASKER2") == said(other.blocks)


# --- an answer --------------------------------------------------------------------------------------------------------


def test_the_first_line_is_the_answer_in_bold_and_the_quotation_follows() -> None:
    first, second, *_ = render(Answered("Q-1", answer(NEW))).blocks
    lead = first["elements"][0]["elements"][0]
    assert lead == {"type": "text", "text": "45 calendar days before publication.", "style": {"bold": True}}
    where, quote, note = second["elements"]
    assert said(where) == place(NEW)
    assert (quote["type"], said(quote)) == ("rich_text_quote", QUOTE)
    assert said(note) == "(as amended by ORION-AM2 §1, effective 1 Sep 2026)"


def test_deciding_words_are_bold_and_superseded_ones_struck_through() -> None:
    _, new, old, *_ = render(Answered("Q-1", answer(NEW, OLD))).blocks
    assert [e["text"] for e in new["elements"][1]["elements"] if "style" in e] == [QUOTE[37:53]]
    assert {json.dumps(e["style"]) for e in old["elements"][1]["elements"]} == {'{"strike": true}'}
    assert said(old["elements"][2]) == "No longer in force, replaced by ORION-AM2 §1"


def test_the_text_names_the_answer_its_places_and_whom_to_ask() -> None:
    rendered = render(Answered("Q-1", answer(NEW, OLD)))
    assert rendered.text.split("\n") == ["45 calendar days before publication.", place(NEW), CLOSING]


def test_every_quotation_is_shown_once_and_the_closing_line_last() -> None:
    read = said(render(Answered("Q-1", answer(NEW, OLD), common=True)).blocks)
    assert read.count(QUOTE) == 1
    small = "Sources: ORION-CA (v1, 3f9a1c): ORION-CA.pdf\nAs of 2 Jun 2026 · Answered from what everybody in this"
    assert small in read
    assert read.index("everybody in this conversation may read.") < read.index(CLOSING)


def test_a_private_answer_repeats_the_question_and_names_where_it_was_asked() -> None:
    first, *_ = render(Answered("Q-1", answer(NEW), asked=ASKED, asked_in="C0ORION1")).blocks
    lead, quote = first["elements"][:2]
    assert lead["elements"][1] == {"type": "channel", "channel_id": "C0ORION1"}
    assert said(quote) == ASKED


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_the_words_around_an_answer_are_in_the_askers_language(language: str) -> None:
    spoken = voice(language)
    text = "\n\n".join(("45 Tage.", "\n".join(shown(c, spoken) for c in (NEW, OLD)), "closing"))
    rendered = render(Answered("Q-1", Answer(Outcome.ANSWER, text, (NEW, OLD)), language))
    read = said(rendered.blocks)
    assert read.count(QUOTE) == 1
    assert all(spoken.say(name) in read for name in ("sources", "unhelpful", "ask_a_person"))
    assert place(NEW, spoken) in rendered.text


def test_the_rows_of_a_conflict_say_what_they_count_from_and_which_is_strictest() -> None:
    rows = (
        ("ORION-CA", "at least 45 days", "publication"),
        ("ACME", "at least 30 days", "submission"),
        ("GA", "15 days", "notice"),
    )
    conflict = Conflict("notice before publishing", rows, (("publication", "ORION-CA"),))
    lines = ("Two rules.", "- ORION-CA 8.4: at least 45 days, to all", "- ACME 6.2: at least 30 days")
    head = render(Answered("Q-1", answer(NEW, lines=lines, conflicts=(conflict,)))).blocks[0]
    items = [said(item) for part in head["elements"] if part["type"] == "rich_text_list" for item in part["elements"]]
    assert items == [
        "ORION-CA 8.4: at least 45 days, to all · strictest, counted from publication",
        "ACME 6.2: at least 30 days · counted from submission",
        "GA: 15 days · counted from notice",
    ]


def test_what_is_near_but_no_answer_is_quoted_after_the_lines() -> None:
    text = f"No clause found.\n\nNear it, but no answer:\n{shown(NEW)}\n\n{CLOSING}"
    rendered = render(Answered("Q-1", Answer(Outcome.ABSTAIN, text, related=(NEW,))))
    head, quotation, *_ = rendered.blocks
    assert said(head) == "No clause found.\nNear it, but no answer:"
    assert QUOTE in said(quotation)


def test_the_buttons_carry_the_question_and_the_full_text_is_offered_only_where_something_is_folded() -> None:
    whole, folded = (render(Answered("Q-1", answer(cited(QUOTE * n)))) for n in (1, 20))
    assert buttons(whole) == {"ask.unhelpful": "Q-1", "ask.person": "Q-1"}
    assert buttons(folded) == {"answer.full": "Q-1", **buttons(whole)}


def test_a_long_quotation_is_folded_around_the_deciding_words_with_honest_counts() -> None:
    quote = "a word " * 400 + "within 45 calendar days " + "and more " * 400
    at = quote.index("within")
    _, block, *_ = render(Answered("Q-1", answer(cited(quote, marked=(Span(at, at + 23),))))).blocks
    before, *middle, after = block["elements"][1]["elements"]
    shown_ = "".join(e["text"] for e in middle)
    assert "within 45 calendar days" in shown_
    assert quote[number(before) : len(quote) - number(after)] == shown_


def test_more_quotations_than_a_message_holds_are_counted_and_named() -> None:
    many = tuple(cited(QUOTE * 8, clause=f"8.{n}") for n in range(40))
    rendered = render(Answered("Q-1", answer(*many)))
    assert list(refused(rendered.text, rendered.blocks)) == []
    read = said(rendered.blocks)
    quoted = sum("rich_text_quote" in json.dumps(block) for block in rendered.blocks)
    assert quoted >= 3
    assert f"… and {40 - quoted} more quotations, in the full text" in read
    assert "answer.full" in buttons(rendered)


def test_the_full_text_is_offered_where_quotations_are_left_out_whole() -> None:
    short = tuple(cited(QUOTE, clause=f"8.{n}") for n in range(60))
    assert buttons(render(Answered("Q-1", answer(*short))))["answer.full"] == "Q-1"


def number(element: Any) -> int:
    """The count in a note of ours."""
    return int(re.sub(r"\D", "", element["text"]))


def kept(block: Any, quote: str) -> bool:
    """Whether a block shows the quotation, or a stretch of it and the number of the characters around it."""
    run = next((part["elements"] for part in block["elements"] if part["type"] == "rich_text_quote"), [])
    notes = [i for i, e in enumerate(run) if e.get("style", {}).get("italic")]
    own = "".join(e["text"] for i, e in enumerate(run) if i not in notes)
    start = number(run[0]) if notes and notes[0] == 0 and len(run) > 1 else 0
    end = number(run[-1]) if notes and notes[-1] == len(run) - 1 else 0
    return visible(quote)[start : len(quote) - end] == own


@given(
    quotes=st.lists(st.tuples(words, st.sampled_from((1, 1, 3, 60))), min_size=1, max_size=30),
    lines=st.lists(words, max_size=30),
    data=st.data(),
)
def test_quotations_stay_to_the_character_or_are_folded_with_their_count(
    quotes: list[tuple[str, int]], lines: list[str], data: st.DataObject
) -> None:
    citations = []
    for text, times in quotes:
        quote = text * times
        ends = sorted(data.draw(st.tuples(*(st.integers(0, len(quote)) for _ in range(2)))))
        old = data.draw(st.booleans())
        citations.append(cited(quote, marked=(Span(*ends),), superseded_by="X §1" if old else ""))
    whole = Answer(
        Outcome.ANSWER,
        "\n".join(["First.", *lines, *map(shown, citations), CLOSING]),
        tuple(citations),
        as_of=date(2026, 6, 2),
    )
    rendered = render(Answered("Q-1", whole))
    assert list(refused(rendered.text, rendered.blocks)) == []
    assert list(misread(rendered.text, rendered.blocks)) == []
    shown_ = [b for b in rendered.blocks[1:] if b["type"] == "rich_text" and said(b).startswith("ORION-CA (")]
    assert all(kept(block, citation.quote) for block, citation in zip(shown_, citations, strict=False))
    left = len(citations) - len(shown_)
    assert (f"… and {left} more quotations" in said(rendered.blocks)) == bool(left)


# --- for people and admins --------------------------------------------------------------------------------------------


def test_the_card_of_a_handed_over_question_loses_its_button_once_it_is_answered() -> None:
    open_, answered = (m for m in EXAMPLES if isinstance(m, HandOverRequest) and not m.escalated_from)
    assert buttons(render(open_)) == {"handover.answer": "H-1"}
    assert buttons(render(answered)) == {}
    assert "45 days." in said(render(answered).blocks)


@pytest.mark.parametrize(
    ("timezone", "shown_"),
    [("Europe/Brussels", "Tue 6 Oct 2026, 17:00 (Europe/Brussels)"), ("Nowhere/Land", "Tue 6 Oct 2026, 15:00 (UTC)")],
)
def test_the_deadline_is_said_in_the_readers_time_zone(timezone: str, shown_: str) -> None:
    assert shown_ in said(render(HandOverRequest("H-1", "U0ASKER1", ASKED, "A", DUE, timezone)).blocks)


def test_a_persons_answer_is_shown_as_what_it_is() -> None:
    rendered = render(HandOverAnswered("H-1", "U0ASKER1", ASKED, "45 days.", "U0PERSON"))
    assert "U0PERSON answers" in said(rendered.blocks)
    assert rendered.text.split("\n")[-1] == "This is a person's answer, not text of an agreement."


@pytest.mark.parametrize(
    ("changes", "wanted", "unwanted"),
    [
        ({}, {"admin.reindex", "admin.pause", "admin.gaps"}, {"admin.promote", "admin.rollback", "admin.resume"}),
        ({"staged": "g3"}, {"admin.promote", "admin.discard"}, {"admin.rollback"}),
        ({"previous": "g1"}, {"admin.rollback"}, {"admin.promote"}),
        ({"paused": True}, {"admin.resume"}, {"admin.pause"}),
        ({"halted": "token_revoked"}, {"admin.resume"}, {"admin.pause"}),
    ],
)
def test_the_panel_offers_what_can_be_done(changes: dict[str, Any], wanted: set[str], unwanted: set[str]) -> None:
    offered = set(buttons(render(replace(Panel("g2", "", "", 10, 431, "", "", False, "", 0, 0, 0), **changes))))
    assert wanted <= offered
    assert not unwanted & offered


def test_an_index_that_loses_a_clause_names_the_question_and_cannot_be_promoted() -> None:
    lost = Indexed(staged="g3", lost=(LostClause("How long?", "ORION-CA 8.4.2.1", ("ORION-GA 17",)),), golden=12)
    rendered = render(lost)
    assert set(buttons(rendered)) == {"admin.discard"}
    read = said(rendered.blocks)
    assert "1 of 12 golden questions lost a clause" in read
    assert all(part in read for part in ("How long?", "ORION-CA 8.4.2.1", "ORION-GA 17"))
    assert set(buttons(render(replace(lost, lost=())))) == {"admin.promote", "admin.discard"}


def test_a_changed_clause_shows_what_went_and_what_came() -> None:
    change = ClauseChange("ORION-CA", "changed", "8.4", "", "at least 30 days before it", "at least 45 days before it")
    run = next(e for e in elements(render(Indexed(changes=(change,))).blocks) if e.get("type") == "rich_text_quote")
    assert [(e["text"], *e.get("style", {})) for e in run["elements"]] == [
        ("at least ",),
        ("30", "strike"),
        ("45", "bold"),
        (" days before it",),
    ]


@given(before=words, after=words)
def test_a_difference_holds_every_character_of_both_texts(before: str, after: str) -> None:
    rendered = render(Indexed(changes=(ClauseChange("A", "changed", "1", "", before, after),)))
    run = [e for q in elements(rendered.blocks) if q.get("type") == "rich_text_quote" for e in q["elements"]]
    for text, other in ((before, "bold"), (after, "strike")):
        own = "".join(e["text"] for e in run if other not in e.get("style", {}))
        assert "characters) …" in own or own == visible(text)


def test_long_lists_are_cut_with_their_number_said() -> None:
    rendered = render(Gaps(tuple(Gap(f"{ASKED} {n}", date(2026, 6, 2), "abstain") for n in range(300))))
    assert list(refused(rendered.text, rendered.blocks)) == []
    shown_ = said(rendered.blocks).count(ASKED)
    assert 10 < shown_ < 300
    assert f"… and {300 - shown_} more" in said(rendered.blocks)


# --- words ------------------------------------------------------------------------------------------------------------


@given(words)
def test_pieces_put_together_are_the_text_again(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(words)
def test_a_visible_quotation_is_as_long_as_before_and_differs_only_where_nothing_was_seen(text: str) -> None:
    seen = visible(text)
    assert len(seen) == len(text)
    assert stripped(text) == "".join(b for a, b in zip(text, seen, strict=True) if a == b)


@pytest.mark.parametrize(
    ("text", "shown_"),
    [
        ("see https://evil.example now", "see https[:]//evil[.]example now"),
        ("<!channel> &lt;!here&gt; *all*", "‹!channel› &amp;lt;!here&amp;gt; ∗all∗"),
        ("ORION-CA.pdf, 8.4.2.1, B.V., e.g. this.", "ORION-CA.pdf, 8.4.2.1, B.V., e.g. this."),
    ],
)
def test_a_text_without_elements_keeps_its_words_and_loses_its_markup(text: str, shown_: str) -> None:
    assert fallback([harmless(text)]) == shown_


@given(st.text("ab \n", max_size=400), st.integers(40, 300))
def test_shortened_text_fits_and_says_how_much_is_missing(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit or short == text
    if short != text:
        own, _, count = short.rpartition("… (")
        assert text.startswith(own.rstrip())
        assert len(own.rstrip()) + int(count.split()[0].replace(",", "")) >= len(text.rstrip())


@given(st.lists(st.text("ab ", min_size=1, max_size=3000), max_size=40), st.integers(0, 2))
def test_a_fallback_text_is_never_too_long_and_keeps_its_end(lines: list[str], keep: int) -> None:
    text = fallback(lines, keep)
    assert 1 <= len(text) <= 4_000
    if lines and keep:
        assert text.endswith(lines[-1][:100].rstrip()) or lines[-1][:100].rstrip() in text
