"""Reading rules off a sentence: what is read, and what is never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Span
from knowledge.rules import Anchor, Bound, DayType, Modality, Relation, Unit, number, read


def words(text: str, span: Span) -> str:
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("sentence", "count", "unit", "day_type", "bound", "relation", "anchor"),
    [
        (
            "Prior notice shall be given at least forty-five (45) calendar days before the publication.",
            45,
            Unit.DAY,
            DayType.CALENDAR,
            Bound.AT_LEAST,
            Relation.BEFORE,
            Anchor.PUBLICATION,
        ),
        (
            "details at least 60 days before the date of the proposed submission for Publication",
            60,
            Unit.DAY,
            DayType.UNSTATED,
            Bound.AT_LEAST,
            Relation.BEFORE,
            Anchor.SUBMISSION,
        ),
        (
            "Any objection is made within 30 calendar days after receipt of the notice.",
            30,
            Unit.DAY,
            DayType.CALENDAR,
            Bound.AT_MOST,
            Relation.AFTER,
            Anchor.RECEIPT,
        ),
        (
            "delayed for a maximum of three (3) months after receipt of the Confidentiality Notice",
            3,
            Unit.MONTH,
            DayType.UNSTATED,
            Bound.AT_MOST,
            Relation.AFTER,
            Anchor.RECEIPT,
        ),
        (
            "a delay of not more than 90 calendar days from the time it raises such an objection",
            90,
            Unit.DAY,
            DayType.CALENDAR,
            Bound.AT_MOST,
            Relation.AFTER,
            Anchor.OBJECTION,
        ),
        (
            "delay the submission for no more than sixty (60) days following the request",
            60,
            Unit.DAY,
            DayType.UNSTATED,
            Bound.AT_MOST,
            Relation.AFTER,
            Anchor.REQUEST,
        ),
        (
            "a copy no less than fifteen (15) Business Days prior to submission",
            15,
            Unit.DAY,
            DayType.BUSINESS,
            Bound.AT_LEAST,
            Relation.BEFORE,
            Anchor.SUBMISSION,
        ),
        (
            "for a period of 4 years after the end of the Project",
            4,
            Unit.YEAR,
            DayType.UNSTATED,
            Bound.EXACT,
            Relation.AFTER,
            Anchor.PROJECT_END,
        ),
        (
            "may terminate on one hundred and eighty (180) days' prior written notice",
            180,
            Unit.DAY,
            DayType.UNSTATED,
            Bound.EXACT,
            Relation.NOTICE,
            Anchor.NOTICE,
        ),
        (
            "a report within sixty (60) days after each calendar half year ending June 30 and December 31",
            60,
            Unit.DAY,
            DayType.UNSTATED,
            Bound.AT_MOST,
            Relation.AFTER,
            Anchor.PERIOD_END,
        ),
    ],
)
def test_a_period_is_read_with_its_bound_and_what_it_counts_from(
    sentence: str, count: int, unit: Unit, day_type: DayType, bound: Bound, relation: Relation, anchor: Anchor
) -> None:
    (rule,) = read(sentence).times
    read_as = (rule.duration.count, rule.duration.unit, rule.duration.day_type, rule.bound, rule.relation, rule.anchor)
    assert read_as == (count, unit, day_type, bound, relation, anchor)


def test_the_span_of_a_period_runs_from_the_bound_to_the_end_of_the_anchor() -> None:
    sentence = (
        "Notice shall be given to the other Parties at least 45 calendar days before the publication, in writing."
    )
    (rule,) = read(sentence).times
    assert words(sentence, rule.span) == "at least 45 calendar days before the publication"


def test_a_clause_number_does_not_end_an_anchor() -> None:
    sentence = "within 30 days after receipt of the details referred to in clause 5.2."
    (rule,) = read(sentence).times
    assert words(sentence, rule.span) == sentence.rstrip(".")


@pytest.mark.parametrize(
    "sentence",
    [
        "at least [30][60] OR [90] days before submission",
        "for a maximum of [ ] months after receipt",
        "within ___ days after receipt",
        "The term is …… years from the Effective Date.",
        "for [***] months after the Effective Date",
        "within sixty (90) days after receipt",  # words and digits disagree
    ],
)
def test_no_number_is_read_where_none_was_settled(sentence: str) -> None:
    assert read(sentence).times == ()


def test_nothing_is_read_from_an_option_nobody_filled_in() -> None:
    sentence = "limited to once the share, and within 30 days after receipt"
    start = sentence.index("once")
    unfilled = (Span(start, start + 4), Span(sentence.index("30"), sentence.index("30") + 2))
    facts = read(sentence, unfilled)
    assert facts.times == ()
    assert facts.amounts == ()


@pytest.mark.parametrize(
    ("sentence", "modality", "deciding"),
    [
        ("The Recipient shall not transfer the Material.", Modality.MUST_NOT, "shall not"),
        (
            "The Material stays here without the prior written permission of the Provider.",
            Modality.CONSENT,
            "without the prior written permission of the Provider",
        ),
        ("No Party exports any controlled item.", Modality.MUST_NOT, "No Party exports"),
        ("The University is free to publish.", Modality.MAY, "is free to"),
        ("Each Party has the irrevocable, royalty-free right to use the Results.", Modality.MAY, "has the irrevocable"),
        ("Licensee shall submit a report.", Modality.MUST, "shall"),
    ],
)
def test_duties_bans_rights_and_consent_are_told_apart(sentence: str, modality: Modality, deciding: str) -> None:
    first = read(sentence).modals[0]
    assert first.modality is modality
    assert deciding in words(sentence, first.span)


def test_the_month_of_may_is_no_permission() -> None:
    assert read("It ends on 31 May 2027.").modals == ()


@pytest.mark.parametrize(
    ("sentence", "effect"),
    [
        (
            "If no objection is made within the time limit, the publication is permitted.",
            "the publication is permitted",
        ),
        ("If none is received within that period, the Publication may proceed.", "the Publication may proceed"),
        (
            "If Sponsor does not respond within the period, University may submit the manuscript.",
            "University may submit the manuscript",
        ),
    ],
)
def test_what_silence_leads_to_is_read(sentence: str, effect: str) -> None:
    silence = read(sentence).silence
    assert silence is not None
    assert words(sentence, silence) == effect


def test_a_condition_that_somebody_objects_is_no_rule_about_silence() -> None:
    assert read("If an objection is made, the publication is delayed.").silence is None


def test_recipients_are_read_across_the_words_between() -> None:
    sentence = (
        "An objection is made in writing to the Coordinator and to the Party proposing it within 30 days of receipt."
    )
    (span,) = read(sentence).recipients
    assert words(sentence, span) == "to the Coordinator and to the Party proposing it"


@pytest.mark.parametrize("amount", ["£250,000", "EUR 180", "US$ 640,000", "4.5%", "two per cent", "£5 million"])
def test_amounts_are_read_as_written(amount: str) -> None:
    sentence = f"The sum is {amount} in all."
    assert amount in [words(sentence, a.span) for a in read(sentence).amounts]


@pytest.mark.parametrize("text", ["1 September 2026", "September 1, 2026", "2026-09-01", "1st of Sept. 2026"])
def test_dates_are_read_in_the_usual_spellings(text: str) -> None:
    assert [d.day for d in read(f"It takes effect on {text}.").dates] == [date(2026, 9, 1)]


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert read("It ends on 31 June 2026.").dates == ()


@given(st.integers(1, 399))
def test_number_words_mean_what_they_say(n: int) -> None:
    assert number(spelled(n)) == n


def spelled(n: int) -> str:
    ones = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
    )
    ones += ["seventeen", "eighteen", "nineteen"]
    tens = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
    if n >= 100:
        return f"{ones[n // 100]} hundred" + (f" and {spelled(n % 100)}" if n % 100 else "")
    if n < 20:
        return ones[n]
    return tens[n // 10] + (f"-{ones[n % 10]}" if n % 10 else "")


@given(st.text(alphabet="abc 0123456789()[].,'-daysmonth\n", max_size=200))
def test_reading_never_fails_and_every_span_lies_inside(text: str) -> None:
    facts = read(text)
    spans = [t.span for t in facts.times] + [m.span for m in facts.modals] + [a.span for a in facts.amounts]
    assert all(0 <= s.start <= s.end <= len(text) for s in spans)


@given(st.integers(1, 999), st.sampled_from(["day", "week", "month", "year"]))
def test_a_duration_is_read_back_as_it_was_written(count: int, unit: str) -> None:
    (rule,) = read(f"within {count} {unit}s after receipt of the notice").times
    assert (rule.duration.count, str(rule.duration.unit)) == (count, unit)
