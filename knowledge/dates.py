"""Date arithmetic as agreements mean it: counting, months, business days, rolling, zones, hours.

Pure: nothing here knows what day it is, and nothing is read from text. The rules, and where they come from:

* The day of the trigger is not counted, the last day counts until midnight (*Elements v FK* [2023]).
* Months and years go to the corresponding date, clamped to the end of the month (*Dodds v Walker* [1981], PCT Rule 80).
  Count from the start each time, never from the last occurrence, or 31 Jan drifts to the 28th.
* Business days need the agreement's own calendar. Without one there is no date (`NoCalendar`).
* A date that falls on a free day moves only where the agreement says so, and then both dates are kept (`Deadline`).
* What is counted backwards never moves: a later day would make the notice too short.
* Hours are elapsed hours, across changes of the clocks.

A date outside the years 1 to 9999 raises `ValueError`.
"""

from __future__ import annotations

import calendar as months_of
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAY = timedelta(days=1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_day(day: date) -> str:
    """`Thu 16 Jul 2026`: the one way in which dates are written, whatever the machine's locale."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


# --- durations --------------------------------------------------------------------------------------------------------


class Unit(StrEnum):
    DAY = "day"  # a calendar day
    BUSINESS_DAY = "business_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"


_SPOKEN = {Unit.DAY: "calendar day", Unit.BUSINESS_DAY: "business day"}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as an agreement states it. `clear` days leave out the last day too, so they reach one further;
    only a text that says "clear" means them."""

    count: int
    unit: Unit
    clear: bool = False

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"a duration is not negative, and {self.count} is")
        if self.clear and self.unit not in (Unit.DAY, Unit.BUSINESS_DAY):
            raise ValueError(f"only days can be clear, not {self.unit.value}s")

    def __str__(self) -> str:
        name = _SPOKEN.get(self.unit, self.unit.value)
        return f"{self.count} {'clear ' if self.clear else ''}{name}{'' if self.count == 1 else 's'}"


# --- calendars --------------------------------------------------------------------------------------------------------


class NoCalendar(ValueError):  # noqa: N818 - says what is the matter, as UnreadableDocument does
    """No date can be stated, because the holiday calendar is missing, unknown, or ends before the date."""


class _Year(Protocol):
    """What is used of the holidays library: the holidays and weekends of one country in one year."""

    start_year: int
    end_year: int

    def is_working_day(self, key: date, /) -> bool: ...


@lru_cache(maxsize=1024)
def _year(name: str, year: int) -> _Year:
    """One year of a calendar. A year at a time, and never extended: the library fills its years in as it is asked, and
    two threads asking at once could find a year that is still empty."""
    if not name:
        raise NoCalendar(
            "business days need a holiday calendar, and this agreement has none: "
            "add `holidays:` to it in catalogue.yaml, such as BE, GB-ENG or US-NY"
        )
    import holidays

    country, _, region = name.partition("-")
    try:
        found: _Year = holidays.country_holidays(country, subdiv=region or None, years=year, expand=False)
    except NotImplementedError as error:
        raise NoCalendar(
            f"no holiday calendar is called {name!r}: write the country, or country-region, such as BE, GB-ENG or US-NY"
        ) from error
    if not found.start_year <= year <= found.end_year:
        raise NoCalendar(f"the calendar {name} knows no holidays of {year}: ask the office to state the date")
    return found


def check_calendar(name: str) -> None:
    """Raise `NoCalendar` unless `name` is a calendar of the holidays library ("BE", "GB-ENG", "US-NY")."""
    _year(name, 2026)


def is_working_day(day: date, calendar: str) -> bool:
    """Whether `day` is neither in that country's weekend nor one of its public holidays.

    The weekend is the country's present one. Saturday is therefore no working day in Belgium for any year, as the law
    there has had it since 2023.
    """
    return _year(calendar, day.year).is_working_day(day)


# --- days -------------------------------------------------------------------------------------------------------------


def after(start: date, duration: Duration, calendar: str = "") -> date:
    """The last day of a period that runs from `start`, which is itself not counted."""
    return _shift(start, duration, +1, calendar)


def before(end: date, duration: Duration, calendar: str = "") -> date:
    """The latest day that is at least `duration` before `end`, which is itself not counted."""
    return _shift(end, duration, -1, calendar)


def _shift(day: date, duration: Duration, sign: int, calendar: str) -> date:
    count = duration.count + (1 if duration.clear else 0)
    try:
        match duration.unit:
            case Unit.DAY:
                return day + sign * count * _DAY
            case Unit.WEEK:
                return day + sign * count * 7 * _DAY
            case Unit.MONTH:
                return _corresponding(day, sign * count)
            case Unit.YEAR:
                return _corresponding(day, sign * count * 12)
            case Unit.BUSINESS_DAY:
                return _business_days(day, count, sign * _DAY, calendar)
            case Unit.HOUR:
                raise ValueError("hours run from an instant, not from a day: use hours_after")
    except OverflowError as error:
        raise ValueError(f"{duration} from {format_day(day)} leads out of the calendar") from error


def _corresponding(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


def _business_days(day: date, count: int, step: timedelta, calendar: str) -> date:
    _year(calendar, day.year)  # no days to count is no reason to do without a calendar
    for _ in range(count):
        day = _first_working_day(day + step, step, calendar)
    return day


def _first_working_day(day: date, step: timedelta, calendar: str) -> date:
    while not is_working_day(day, calendar):
        day += step
    return day


def roll_forward(day: date, calendar: str) -> date:
    """`day`, or the next working day after it."""
    return _first_working_day(day, _DAY, calendar)


def roll_back(day: date, calendar: str) -> date:
    """`day`, or the last working day before it: when to send a reminder, never when something is due."""
    return _first_working_day(day, -_DAY, calendar)


# --- deadlines --------------------------------------------------------------------------------------------------------


class Roll(StrEnum):
    """What an agreement says of a period that ends on a free day. A cap that protects an author is never rolled."""

    NONE = "none"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A computed date. `strict` is what counting gives, `rolled` the working day to which the agreement moves it (the
    same day where nothing moves). Remind by the strict date; hold nobody late before the rolled one has ended."""

    strict: date
    rolled: date
    derivation: str
    clause: str = ""  # where the rule stands, such as "ORION-CA 8.4.2.1"

    def __str__(self) -> str:
        return f"{self.derivation} ({self.clause})" if self.clause else self.derivation


def deadline_after(
    start: date, duration: Duration, *, calendar: str = "", roll: Roll = Roll.NONE, clause: str = ""
) -> Deadline:
    """When a period from `start` ends, by the calendar and as rolled. Errors as for `after`."""
    strict = after(start, duration, calendar)
    derivation = _derivation(duration, "after", start, strict, calendar)
    rolled = roll_forward(strict, calendar) if roll is Roll.FOLLOWING else strict
    if rolled != strict:
        derivation += f", rolled to {format_day(rolled)}, the next working day ({calendar})"
    return Deadline(strict, rolled, derivation, clause)


def deadline_before(end: date, duration: Duration, *, calendar: str = "", clause: str = "") -> Deadline:
    """The last day for something due at least `duration` before `end`. It does not roll. Errors as for `before`."""
    strict = before(end, duration, calendar)
    return Deadline(strict, strict, _derivation(duration, "before", end, strict, calendar), clause)


def _derivation(duration: Duration, side: str, anchor: date, result: date, calendar: str) -> str:
    counted_in = f" ({calendar})" if duration.unit is Unit.BUSINESS_DAY else ""
    return f"{duration}{counted_in} {side} {format_day(anchor)} = {format_day(result)}"


# --- zones and hours --------------------------------------------------------------------------------------------------


class UnknownZone(ValueError):  # noqa: N818 - as NoCalendar
    """A time zone that the system's time zone database does not hold."""


def zone(name: str) -> ZoneInfo:
    """The time zone of that name ("Europe/Brussels"); raises `UnknownZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"no time zone is called {name!r}: write a name such as Europe/Brussels") from error


def day_in(instant: datetime, zone_name: str) -> date:
    """The date of an instant at a place: what starts a period is dated where it happens (PCT Rule 80.4)."""
    return _aware(instant).astimezone(zone(zone_name)).date()


def end_of(day: date, zone_name: str) -> datetime:
    """The instant at which `day` is over in a zone: that zone's midnight, as the first moment of the day after.

    Where clocks go back across midnight, the day ends at the second midnight, for the minutes before it are still that
    day. Where they skip midnight, it ends as they do so. A date that a zone skipped ends when the day before it did.
    """
    local = zone(zone_name)
    try:
        midnight = datetime.combine(day + _DAY, time(), tzinfo=local)
    except OverflowError as error:
        raise ValueError(f"{format_day(day)} has no day after it") from error
    readings = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    moment_before = (max(readings) - timedelta(microseconds=1)).astimezone(local)
    over = max(readings) if moment_before.date() <= day else min(readings)
    return over.astimezone(local)


def hours_after(start: datetime, hours: int) -> datetime:
    """The instant `hours` elapsed hours after `start`, in the zone of `start`; a `start` without a zone is refused."""
    moment = _aware(start)
    try:
        return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(moment.tzinfo)
    except OverflowError as error:
        raise ValueError(f"{hours} hours from {format_day(moment.date())} leads out of the calendar") from error


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant
