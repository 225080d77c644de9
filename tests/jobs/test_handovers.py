"""Which agreement a handed-over question is about, who is asked, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.handovers import about, due, responsible
from knowledge.model import Agreement, AgreementType, Amends


def agreement(id_: str, *amends: str, **more: str) -> Agreement:
    replaced = tuple(Amends(one, "1", "§1", date(2026, 1, 1)) for one in amends)
    return Agreement(id_, id_, AgreementType.CA, (f"{id_}.pdf",), amends=replaced, **more)  # type: ignore[arg-type]  # texts


BASE, AMENDMENT, SECOND = agreement("CA"), agreement("AM1", "CA"), agreement("AM2", "AM1")
OTHER, ROUND, TRIP = agreement("SRA"), agreement("X", "Y"), agreement("Y", "X")
KNOWN = {a.id: a for a in (BASE, AMENDMENT, SECOND, OTHER, ROUND, TRIP)}


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        (["AM1", "CA"], ["CA"]),
        (["AM1", "SRA"], ["CA", "SRA"]),
        (["SRA", "AM2", "CA"], ["SRA", "CA"]),
        (["AM2"], ["CA"]),
        (["X"], ["Y"]),  # two that amend each other: told apart, and no endless way
        (["gone", "SRA"], ["SRA"]),
        ([], []),
    ],
)
def test_a_question_about_an_amendment_is_about_what_it_amends(ids: list[str], names: list[str]) -> None:
    assert [found.id for found in about(ids, KNOWN)] == names


def test_an_amendment_of_what_nobody_knows_stands_for_itself() -> None:
    assert about(["AM1"], {"AM1": AMENDMENT}) == (AMENDMENT,)


@pytest.mark.parametrize(
    ("agreements", "who"),
    [
        ([agreement("A", liaison="liv", backup="tom")], ("A", "liv", "tom")),
        ([agreement("A"), agreement("B", liaison="liv")], ("B", "liv", "")),
        ([agreement("A", backup="tom"), agreement("B", liaison="liv")], ("A", "", "tom")),
        ([agreement("A"), agreement("B")], ("A", "", "")),
        ([], ("", "", "")),
    ],
)
def test_the_first_agreement_that_names_somebody_says_who_answers(
    agreements: list[Agreement], who: tuple[str, str, str]
) -> None:
    found = responsible(agreements)
    assert (found.agreement.id if found.agreement else "", found.liaison, found.backup) == who


BRUSSELS = agreement("A", holidays="BE", timezone="Europe/Brussels")


@pytest.mark.parametrize(
    ("asked", "by", "until"),
    [
        ("2026-06-02 10:00", BRUSSELS, "2026-06-03 10:00"),
        ("2026-06-05 15:00", BRUSSELS, "2026-06-08 15:00"),  # a Friday
        ("2026-06-06 15:00", BRUSSELS, "2026-06-08 15:00"),  # a Saturday
        ("2026-05-13 09:00", BRUSSELS, "2026-05-15 09:00"),  # Ascension Day is in between
        ("2026-12-24 09:00", BRUSSELS, "2026-12-28 09:00"),
        ("2026-12-24 09:00", agreement("A"), "2026-12-25 09:00"),  # no calendar: Monday to Friday
        ("2026-03-27 09:00", BRUSSELS, "2026-03-30 08:00"),  # at the same time there, where summer time has begun
        ("2026-06-05 23:30", agreement("A", timezone="Asia/Tokyo"), "2026-06-07 23:30"),  # Saturday there already
        ("2026-06-05 15:00", None, "2026-06-08 15:00"),
    ],
)
def test_a_working_day_is_counted_by_the_agreements_calendar_and_clock(
    asked: str, by: Agreement | None, until: str
) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert due(instant(asked), by) == instant(until)


@given(
    st.integers(0, 5 * 365 * 24 * 60).map(
        lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from([BRUSSELS, None]),
)
def test_nobody_has_less_than_a_day_or_waits_longer_than_a_week(asked: datetime, by: Agreement | None) -> None:
    waited = due(asked, by) - asked
    assert timedelta(hours=23) <= waited <= timedelta(days=7)
