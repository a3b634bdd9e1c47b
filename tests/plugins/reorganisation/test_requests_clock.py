"""The clock of requests: which days it runs on, and when a span is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole_reorganisation.requests.clock import Calendar, Stretch
from tests.plugins.reorganisation.requesting import SHANGHAI, local

WEEK = frozenset(range(1, 6))
PLAIN = Calendar(SHANGHAI, WEEK)
HOURS_72 = timedelta(hours=72)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
CALENDARS = st.builds(
    Calendar,
    st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")]),
    st.frozensets(st.integers(1, 7), min_size=1),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.booleans(), max_size=30),
)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (local(2026, 10, 15, 17, 30), local(2026, 10, 20, 17, 30)),
        (local(2026, 10, 12), local(2026, 10, 15)),
        (local(2026, 10, 14), local(2026, 10, 17)),
        (local(2026, 10, 17, 12), local(2026, 10, 22)),
        (local(2026, 10, 18, 23, 59), local(2026, 10, 22)),
    ],
)
def test_seventy_two_hours_are_three_working_days(start: datetime, due: datetime):
    """Saturday and Sunday stand still; a span that ends with Friday ends at its midnight."""
    assert PLAIN.moment_after(start, HOURS_72) == due


def test_holidays_stand_still_and_a_worked_weekend_runs():
    """Around the National Day of 2026: seven days off, and a Saturday worked instead."""
    golden_week = {date(2026, 10, day): False for day in range(1, 8)}
    calendar = Calendar(SHANGHAI, WEEK, golden_week | {date(2026, 10, 10): True})

    assert calendar.moment_after(local(2026, 9, 30, 9), HOURS_72) == local(2026, 10, 10, 9)
    assert calendar.time_between(local(2026, 9, 30, 9), local(2026, 10, 9)) == timedelta(hours=39)


def test_a_day_on_which_the_clocks_are_put_back_is_longer():
    """In Berlin, Sunday 25 October 2026 has 25 hours."""
    calendar = Calendar(ZoneInfo("Europe/Berlin"), range(1, 8))
    start = datetime(2026, 10, 24, tzinfo=ZoneInfo("Europe/Berlin"))

    assert calendar.time_between(start, start + timedelta(days=2)) == timedelta(hours=49)


def test_nothing_is_over_at_once():
    """Of no time the moment is the start, on a day off too; between a moment and an earlier one no time runs."""
    saturday = local(2026, 10, 17, 12)

    assert PLAIN.moment_after(saturday, timedelta()) == saturday
    assert PLAIN.time_between(saturday, local(2026, 10, 14)) == timedelta()


def test_a_clock_that_stood_still_is_due_later():
    """A day of waiting moves the end by a day; while it waits there is no end, unless the time was over before."""
    first: Stretch = (local(2026, 10, 12, 9), local(2026, 10, 13, 9))
    again: Stretch = (local(2026, 10, 14, 9), None)

    assert PLAIN.moment_when([first], HOURS_72) is None
    assert PLAIN.moment_when([first, again], HOURS_72) == local(2026, 10, 16, 9)
    assert PLAIN.moment_when([first], timedelta(hours=20)) == local(2026, 10, 13, 5)
    assert PLAIN.spent([first, again], local(2026, 10, 14, 15)) == timedelta(hours=30)


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(), timedelta(hours=500)))
def test_the_span_has_run_at_its_end_and_not_before(calendar: Calendar, start: datetime, span: timedelta):
    """The moment after a span is the first by which the clock has run for it."""
    end = calendar.moment_after(start, span)

    assert calendar.time_between(start, end) == span
    if span:
        assert calendar.time_between(start, end - timedelta(microseconds=1)) == span - timedelta(microseconds=1)


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_time_adds_up(calendar: Calendar, one: datetime, two: datetime, three: datetime):
    """What runs from the first to the last is what runs to any moment between and from it."""
    start, middle, end = sorted((one, two, three))

    assert calendar.time_between(start, middle) + calendar.time_between(middle, end) == calendar.time_between(start, end)
