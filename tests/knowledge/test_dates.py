"""Dates as agreements count them: the field's scenarios under their numbers, and properties against slow counting."""

from __future__ import annotations

import calendar as months_of
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.dates import (
    Deadline,
    Duration,
    NoCalendar,
    Roll,
    Unit,
    UnknownZone,
    after,
    before,
    check_calendar,
    day_in,
    deadline_after,
    deadline_before,
    end_of,
    format_day,
    hours_after,
    is_working_day,
    roll_back,
    roll_forward,
)

DAY = timedelta(days=1)
STEADY = settings(deadline=None)  # a busy machine is no failure
ZONES = sorted(available_timezones() - {"localtime"})


def days(count: int) -> Duration:
    return Duration(count, Unit.DAY)


def business_days(count: int) -> Duration:
    return Duration(count, Unit.BUSINESS_DAY)


def months(count: int) -> Duration:
    return Duration(count, Unit.MONTH)


def years(count: int) -> Duration:
    return Duration(count, Unit.YEAR)


# --- the scenarios ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period_end", "strict", "rolled"),
    [
        (date(2026, 6, 30), date(2026, 8, 29), date(2026, 8, 31)),
        (date(2026, 12, 31), date(2027, 3, 1), date(2027, 3, 1)),
        (date(2027, 6, 30), date(2027, 8, 29), date(2027, 8, 30)),
        (date(2027, 12, 31), date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_o1_a_royalty_report_is_due_sixty_days_after_the_half_year(
    period_end: date, strict: date, rolled: date
) -> None:
    due = deadline_after(period_end, days(60), calendar="US-NY", roll=Roll.FOLLOWING)
    assert (due.strict, due.rolled) == (strict, rolled)


def test_o2_the_anniversary_of_29_february_is_never_skipped_and_does_not_drift() -> None:
    found = [after(date(2028, 2, 29), years(n)) for n in (1, 2, 3, 4)]
    assert found == [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]


@pytest.mark.parametrize(
    ("notice", "due"), [(date(2026, 9, 30), date(2027, 1, 30)), (date(2026, 10, 31), date(2027, 2, 28))]
)
def test_o3_months_end_on_the_corresponding_date(notice: date, due: date) -> None:
    assert after(notice, months(4)) == due


def test_o4_monthly_on_the_31st_takes_the_last_day_of_short_months() -> None:
    found = [after(date(2026, 1, 31), months(n)) for n in range(6)]
    assert [(d.month, d.day) for d in found] == [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30)]


def test_o6_fifteen_business_days_before_a_submission_in_england() -> None:
    found = deadline_before(date(2027, 1, 8), business_days(15), calendar="GB-ENG")
    assert found.strict == date(2026, 12, 15)
    assert found.derivation == "15 business days (GB-ENG) before Fri 8 Jan 2027 = Tue 15 Dec 2026"


def test_o6_without_a_holiday_calendar_no_date_is_stated() -> None:
    with pytest.raises(NoCalendar, match=r"add `holidays:` to it in catalogue\.yaml"):
        before(date(2027, 1, 8), business_days(15))


def test_o7_first_class_post_arrives_on_the_second_business_day_and_recorded_on_the_next() -> None:
    assert after(date(2026, 4, 2), business_days(2), "GB-ENG") == date(2026, 4, 8)
    assert after(date(2026, 4, 2), business_days(1), "GB-ENG") == date(2026, 4, 7)


def test_o8_two_months_after_new_years_eve_is_the_end_of_february_and_the_reminder_comes_before_the_weekend() -> None:
    due = after(date(2026, 12, 31), months(2))
    assert due == date(2027, 2, 28)
    assert roll_back(due, "US") == date(2027, 2, 26)


def test_o9_the_action_date_and_the_last_safe_posting_lie_before_the_end_of_the_term() -> None:
    action = before(date(2026, 12, 31), days(90))
    assert action == date(2026, 10, 2)
    assert before(action, business_days(2), "GB-ENG") == date(2026, 9, 30)


def test_o23_hours_elapse_across_the_change_of_the_clocks() -> None:
    breach = datetime(2026, 3, 28, 20, 0, tzinfo=ZoneInfo("Europe/Brussels"))
    found = hours_after(breach, 72)
    assert found.isoformat() == "2026-03-31T21:00:00+02:00"


def test_r1_the_window_the_objection_day_and_the_hold_cap() -> None:
    received = day_in(datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Europe/Brussels")), "Europe/Brussels")
    deadline = end_of(after(received, days(30)), "Europe/Brussels")
    assert deadline.isoformat() == "2026-04-02T00:00:00+02:00"
    objection = datetime(2026, 3, 31, 23, 40, tzinfo=ZoneInfo("Europe/Brussels"))
    assert objection < deadline
    assert (day_in(objection, "Europe/Brussels") - received).days == 29
    assert after(objection.date(), days(90)) == date(2026, 6, 29)


def test_r2_one_notice_has_a_date_of_its_own_at_each_place() -> None:
    sent = datetime(2026, 5, 4, 17, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert day_in(sent, "America/Los_Angeles") == date(2026, 5, 4)
    assert day_in(sent, "Europe/Brussels") == day_in(sent, "Asia/Tokyo") == date(2026, 5, 5)


def test_r3_a_window_that_ends_on_saturday_rolls_only_where_the_agreement_says_so() -> None:
    orion = deadline_after(date(2026, 4, 16), days(30), calendar="BE", roll=Roll.FOLLOWING, clause="ORION-CA 8.4.2.1")
    lambda_rca = deadline_after(date(2026, 4, 16), days(30), calendar="GB-ENG")
    assert (orion.strict, orion.rolled) == (date(2026, 5, 16), date(2026, 5, 18))
    assert str(orion) == (
        "30 calendar days after Thu 16 Apr 2026 = Sat 16 May 2026, "
        "rolled to Mon 18 May 2026, the next working day (BE) (ORION-CA 8.4.2.1)"
    )
    assert lambda_rca.strict == lambda_rca.rolled == date(2026, 5, 16)
    assert end_of(lambda_rca.rolled, "Europe/London").isoformat() == "2026-05-17T00:00:00+01:00"


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        pytest.param(date(2026, 6, 1), 45, date(2026, 7, 16), id="R8 ORION before publication"),
        pytest.param(date(2026, 6, 1), 60, date(2026, 7, 31), id="R8 LAMBDA before submission"),
        pytest.param(date(2026, 6, 1), 30, date(2026, 7, 1), id="R8 ACME before submission"),
        pytest.param(date(2026, 3, 2), 45, date(2026, 4, 16), id="R4 first version"),
        pytest.param(date(2026, 3, 20), 45, date(2026, 5, 4), id="R4 second version"),
        pytest.param(date(2026, 6, 10), 60, date(2026, 8, 9), id="R5 hold cap"),
        pytest.param(date(2026, 1, 20), 90, date(2026, 4, 20), id="R13 hold cap"),
    ],
)
def test_a_notice_and_the_date_it_allows_are_the_same_distance_in_both_directions(
    start: date, count: int, due: date
) -> None:
    assert after(start, days(count)) == due
    assert before(due, days(count)) == start


@pytest.mark.parametrize(
    ("due", "count", "latest"),
    [
        pytest.param(date(2026, 6, 30), 60, date(2026, 5, 1), id="R7 thesis"),
        pytest.param(date(2026, 6, 22), 15, date(2026, 6, 7), id="R15 abstract on a Sunday"),
        pytest.param(date(2026, 5, 20), 14, date(2026, 5, 6), id="audit notice"),
    ],
)
def test_what_is_counted_backwards_does_not_move(due: date, count: int, latest: date) -> None:
    found = deadline_before(due, days(count), calendar="US-NY")
    assert found.strict == found.rolled == latest


# --- what a reader sees -----------------------------------------------------------------------------------------------


def test_a_deadline_says_how_it_was_counted() -> None:
    found = deadline_before(date(2026, 7, 16), days(45), clause="ORION-CA 8.4.2.1")
    assert found == Deadline(
        date(2026, 6, 1),
        date(2026, 6, 1),
        "45 calendar days before Thu 16 Jul 2026 = Mon 1 Jun 2026",
        "ORION-CA 8.4.2.1",
    )
    assert str(found) == "45 calendar days before Thu 16 Jul 2026 = Mon 1 Jun 2026 (ORION-CA 8.4.2.1)"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (days(1), "1 calendar day"),
        (business_days(2), "2 business days"),
        (Duration(14, Unit.DAY, clear=True), "14 clear calendar days"),
        (Duration(2, Unit.WEEK), "2 weeks"),
        (months(3), "3 months"),
        (years(1), "1 year"),
        (Duration(72, Unit.HOUR), "72 hours"),
    ],
)
def test_a_duration_reads_as_the_field_says_it(duration: Duration, text: str) -> None:
    assert str(duration) == text


@STEADY
@given(st.dates())
def test_a_written_day_is_the_same_in_every_locale(day: date) -> None:
    assert format_day(day).split() == [day.strftime("%a"), str(day.day), day.strftime("%b"), str(day.year)]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_clear_days_leave_out_the_last_day_too() -> None:
    meeting = date(2026, 6, 30)
    assert before(meeting, Duration(14, Unit.DAY, clear=True)) == date(2026, 6, 15)
    assert after(meeting, Duration(14, Unit.DAY, clear=True)) == date(2026, 7, 15)


def test_saturday_is_no_working_day_in_belgium_and_neither_is_the_national_day() -> None:
    assert is_working_day(date(2026, 7, 20), "BE")
    assert not is_working_day(date(2026, 7, 21), "BE")
    assert not is_working_day(date(2026, 7, 25), "BE")


def test_the_weekend_is_that_of_the_country() -> None:
    assert is_working_day(date(2026, 6, 7), "IL")  # a Sunday
    assert not is_working_day(date(2026, 6, 5), "IL")  # a Friday


def test_a_holiday_of_next_year_that_is_kept_this_year_is_free() -> None:
    assert not is_working_day(date(2021, 12, 31), "US-NY")  # New Year's Day 2022 is a Saturday


@pytest.mark.parametrize("name", ["ZZ", "GB-XX", "be", "date", "BE/../../etc", " "])
def test_a_calendar_that_does_not_exist_is_refused_by_name(name: str) -> None:
    with pytest.raises(NoCalendar, match="no holiday calendar is called"):
        check_calendar(name)


@pytest.mark.parametrize("name", ["BE", "GB-ENG", "US-NY", "DE-BW", "JP"])
def test_a_known_calendar_passes(name: str) -> None:
    check_calendar(name)


def test_beyond_the_years_of_a_calendar_no_date_is_invented() -> None:
    with pytest.raises(NoCalendar, match="knows no holidays of 2101"):
        after(date(2100, 12, 30), business_days(5), "BE")
    with pytest.raises(NoCalendar, match="knows no holidays of 2150"):
        roll_forward(date(2150, 1, 3), "BE")


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR])
@pytest.mark.parametrize("count", [10_000_000, 10**30])
def test_an_absurd_period_is_an_error_with_a_sentence(unit: Unit, count: int) -> None:
    with pytest.raises(ValueError, match="leads out of the calendar"):
        after(date(2026, 1, 1), Duration(count, unit))
    with pytest.raises(ValueError, match="leads out of the calendar"):
        before(date(2026, 1, 1), Duration(count, unit))


def test_durations_that_mean_nothing_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="not negative"):
        days(-1)
    with pytest.raises(ValueError, match="only days can be clear"):
        Duration(1, Unit.MONTH, clear=True)


def test_hours_are_not_counted_from_a_day_nor_from_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="hours run from an instant"):
        after(date(2026, 1, 1), Duration(72, Unit.HOUR))
    with pytest.raises(ValueError, match="needs a time zone"):
        hours_after(datetime(2026, 1, 1), 72)  # noqa: DTZ001 - the missing zone is what is tested


@pytest.mark.parametrize("name", ["", "Europe/Atlantis", "../../etc/passwd", "/etc/passwd", "Europe"])
def test_a_zone_that_does_not_exist_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownZone, match="no time zone is called"):
        end_of(date(2026, 1, 1), name)


@pytest.mark.parametrize(
    ("day", "zone_name", "instant"),
    [
        pytest.param(date(2026, 3, 28), "Europe/Brussels", "2026-03-28T23:00:00+00:00", id="before summer time"),
        pytest.param(date(2026, 3, 29), "Europe/Brussels", "2026-03-29T22:00:00+00:00", id="first summer day"),
        pytest.param(date(2018, 11, 3), "America/Sao_Paulo", "2018-11-04T03:00:00+00:00", id="no midnight"),
        pytest.param(date(2026, 10, 31), "America/Havana", "2026-11-01T04:00:00+00:00", id="the next day has two"),
        pytest.param(date(2010, 11, 6), "America/St_Johns", "2010-11-07T03:30:00+00:00", id="the day has two"),
        pytest.param(date(2011, 12, 29), "Pacific/Apia", "2011-12-30T10:00:00+00:00", id="before a skipped day"),
        pytest.param(date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00:00+00:00", id="a skipped day"),
    ],
)
def test_a_day_ends_at_its_own_midnight(day: date, zone_name: str, instant: str) -> None:
    assert end_of(day, zone_name).astimezone(UTC).isoformat() == instant


def test_the_last_day_there_is_has_no_end() -> None:
    with pytest.raises(ValueError, match="has no day after it"):
        end_of(date.max, "UTC")


# --- against slow counting --------------------------------------------------------------------------------------------

some_days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def stepped(start: date, count: int, step: timedelta, calendar: str = "") -> date:
    """Counts one day at a time, and asks the holidays library afresh."""
    import holidays

    country, _, region = calendar.partition("-")
    span = range(start.year - 3, start.year + 4)
    free = holidays.country_holidays(country, subdiv=region or None, years=span) if calendar else {}
    day = start
    while count:
        day += step
        if not calendar or (day.weekday() < 5 and day not in free):
            count -= 1
    return day


@STEADY
@given(some_days, st.integers(0, 800))
def test_calendar_days_and_weeks_agree_with_stepping(start: date, count: int) -> None:
    assert after(start, days(count)) == stepped(start, count, DAY)
    assert before(start, days(count)) == stepped(start, count, -DAY)
    assert after(start, Duration(count // 7, Unit.WEEK)) == stepped(start, count // 7 * 7, DAY)


@settings(STEADY, max_examples=60)
@given(some_days, st.integers(0, 250), st.sampled_from(["BE", "GB-ENG", "US-NY", "DE-BY"]))
def test_business_days_agree_with_stepping(start: date, count: int, calendar: str) -> None:
    assume(calendar != "DE-BY" or start.year > 1992)  # its table begins in 1991, and we count back up to a year
    assert after(start, business_days(count), calendar) == stepped(start, count, DAY, calendar)
    assert before(start, business_days(count), calendar) == stepped(start, count, -DAY, calendar)


def test_before_a_table_begins_no_date_is_stated() -> None:
    with pytest.raises(NoCalendar, match="1990"):
        after(date(1990, 5, 2), business_days(3), "DE-BY")


@STEADY
@given(some_days, st.integers(0, 400), st.sampled_from([+1, -1]))
def test_months_agree_with_turning_the_leaves_of_a_calendar(start: date, count: int, sign: int) -> None:
    year, month = start.year, start.month
    for _ in range(count):
        month += sign
        if month in (0, 13):
            year, month = year + sign, 12 if month == 0 else 1
    leaf = [day for day in months_of.Calendar().itermonthdates(year, month) if day.month == month]
    expected = leaf[min(start.day, len(leaf)) - 1]
    assert (after if sign > 0 else before)(start, months(count)) == expected


@STEADY
@given(some_days, st.integers(0, 60))
def test_years_are_twelve_months_each(start: date, count: int) -> None:
    assert after(start, years(count)) == after(start, months(12 * count))
    assert before(start, years(count)) == before(start, months(12 * count))


@STEADY
@given(some_days, st.integers(0, 200), st.sampled_from(["BE", "GB-ENG", "US-NY"]))
def test_rolling_moves_forward_to_the_first_working_day_and_never_further(
    start: date, count: int, calendar: str
) -> None:
    found = deadline_after(start, days(count), calendar=calendar, roll=Roll.FOLLOWING)
    assert found.strict <= found.rolled
    assert is_working_day(found.rolled, calendar)
    gap = [found.strict + n * DAY for n in range((found.rolled - found.strict).days)]
    assert not any(is_working_day(day, calendar) for day in gap)


instants = st.datetimes(datetime(1990, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@STEADY
@given(instants, st.integers(0, 10_000), st.sampled_from(ZONES))
def test_hours_elapse_equally_in_every_zone(instant: datetime, hours: int, zone_name: str) -> None:
    found = hours_after(instant.astimezone(ZoneInfo(zone_name)), hours)
    assert (found.astimezone(UTC) - instant).total_seconds() == hours * 3600
    assert found.tzinfo == ZoneInfo(zone_name)


@STEADY
@given(some_days, st.sampled_from(ZONES))
def test_every_moment_of_a_day_comes_before_its_end_and_none_after(day: date, zone_name: str) -> None:
    end, local = end_of(day, zone_name).astimezone(UTC), ZoneInfo(zone_name)
    moments = [end + timedelta(minutes=n) for n in range(-26 * 60, 26 * 60, 10)]
    assert all(moment.astimezone(local).date() > day for moment in moments if moment >= end)
    last = (end - timedelta(microseconds=1)).astimezone(local).date()
    assert last <= day


def test_in_every_zone_a_day_whose_midnight_meets_a_change_of_the_clocks_ends_with_its_last_moment() -> None:
    found = {(name, day) for name in ZONES for day in days_that_end_near_a_change(name)}
    assert len(found) > 1000
    assert not [(name, day) for name, day in found if not ends_with_its_last_moment(day, name)]


def days_that_end_near_a_change(zone_name: str) -> set[date]:
    """The local days between 1990 and 2040 about whose end the clocks go forward or back."""
    local = ZoneInfo(zone_name)
    found: set[date] = set()
    week = datetime(1990, 1, 1, tzinfo=UTC)
    while week.year < 2040:
        before_it, after_it = week, week + 7 * DAY
        offset = before_it.astimezone(local).utcoffset()
        week = after_it
        if after_it.astimezone(local).utcoffset() == offset:
            continue
        while after_it - before_it > timedelta(minutes=1):
            middle = before_it + (after_it - before_it) / 2
            if middle.astimezone(local).utcoffset() == offset:
                before_it = middle
            else:
                after_it = middle
        around = before_it.astimezone(local), after_it.astimezone(local)
        if any(moment.hour >= 22 or moment.hour == 0 for moment in around):
            found |= {moment.date() - n * DAY for moment in around for n in (0, 1)}
    return found


def ends_with_its_last_moment(day: date, zone_name: str) -> bool:
    local, end = ZoneInfo(zone_name), end_of(day, zone_name).astimezone(UTC)
    later = (end + timedelta(minutes=n) for n in range(0, 300, 5))
    return (end - timedelta(microseconds=1)).astimezone(local).date() <= day and all(
        moment.astimezone(local).date() > day for moment in later
    )
