"""A question handed to a person: which agreement it is about, who is asked, and until when they have time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from knowledge import dates
from knowledge.dates import Duration, NoCalendar, Unit
from knowledge.model import Agreement

ONE_WORKING_DAY = Duration(1, Unit.BUSINESS_DAY)


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for an agreement: ids of people of the catalogue, "" where none is named."""

    agreement: Agreement | None
    liaison: str = ""
    backup: str = ""


def about(ids: Iterable[str], agreements: Mapping[str, Agreement]) -> tuple[Agreement, ...]:
    """The agreements with these ids, each once and in this order. An amendment stands for the agreement it amends: a
    question about the two is asked, and answered, under that one's name."""
    found = (_amended(agreements[id_], agreements) for id_ in ids if id_ in agreements)
    return tuple({agreement.id: agreement for agreement in found}.values())


def _amended(agreement: Agreement, agreements: Mapping[str, Agreement]) -> Agreement:
    seen = {agreement.id}
    while agreement.amends:
        amended = agreements.get(agreement.amends[0].agreement)
        if amended is None or amended.id in seen:
            break
        seen.add(amended.id)
        agreement = amended
    return agreement


def responsible(agreements: Iterable[Agreement]) -> Responsible:
    """Who is asked about a question on these agreements, the one it rests on most first: the first that has a liaison.
    Without any, it is for the admins."""
    found = list(agreements)
    for agreement in found:
        if agreement.liaison or agreement.backup:
            return Responsible(agreement, agreement.liaison, agreement.backup)
    return Responsible(found[0] if found else None)


def due(asked: datetime, agreement: Agreement | None) -> datetime:
    """When a question asked at an instant has waited for a working day: at the same time of the next working day, by
    the agreement's calendar and clock; Monday to Friday where the catalogue names no calendar, UTC where no zone.

    >>> due(datetime(2026, 6, 5, 15, tzinfo=UTC), None)  # a Friday
    datetime.datetime(2026, 6, 8, 15, 0, tzinfo=datetime.timezone.utc)
    """
    zone = dates.zone(agreement.timezone) if agreement and agreement.timezone else UTC
    local = asked.astimezone(zone)
    day = _next_working_day(local.date(), agreement.holidays if agreement else "")
    return datetime.combine(day, local.time(), tzinfo=zone).astimezone(UTC)


def _next_working_day(day: date, calendar: str) -> date:
    try:
        return dates.after(day, ONE_WORKING_DAY, calendar)
    except NoCalendar:
        following = day + timedelta(days=1)
        while following.weekday() >= 5:
            following += timedelta(days=1)
        return following
