"""Reminders of requests, once a mark, and the calendar that their clocks follow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest

from bole.access import Work
from bole.db import Database
from bole.errors import Conflict, Forbidden, InvalidValue, NotFound, ProblemsFound
from bole_reorganisation.requests import (
    Day,
    Told,
    answer,
    calendar_days,
    remind,
    request_note,
    set_calendar_days,
    take_request,
    wait_for_asker,
)
from bole_reorganisation.requests.jobs import JOBS
from bole_reorganisation.requests.models import CalendarDay
from tests.core.services.organisation import later, problem_lines, size
from tests.plugins.reorganisation.reorganising import reorganising, reorganising_host
from tests.plugins.reorganisation.requesting import asked, asker, handler, local, said, stored

WEEKEND = 48


def test_the_owner_is_reminded_once_a_mark(company: Work):
    """At half and at four fifths of the time; asked again, nothing is told again."""
    key = asked(company).id
    take_request(handler(company), key)

    assert stored(company, key).remind_at == local(2026, 10, 19, 5, 30)
    assert remind(later(company, hours=35 + WEEKEND)) == Told()
    for _ in range(2):
        remind(later(company, hours=36 + WEEKEND))
    assert said(company, key)[2:] == [("reminded", None, "E7", "0.5")]
    assert remind(later(company, hours=58 + WEEKEND)) == Told(reminded=1)
    assert said(company, key)[3:] == [("reminded", None, "E7", "0.8")]


def test_the_owner_s_manager_is_told_when_the_time_is_over(company: Work):
    """Of marks passed at once the last one is told; after that there is none."""
    key = asked(company).id
    take_request(handler(company), key)

    assert remind(later(company, hours=72 + WEEKEND)) == Told(escalated=1)
    assert remind(later(company, hours=500)) == Told()
    assert said(company, key)[2:] == [("escalated", None, "E6", "1")]
    assert stored(company, key).remind_at is None


def test_what_nobody_owns_concerns_all_handlers(company: Work):
    """The reminder and the escalation name nobody; so does the escalation where the owner has no manager."""
    key, headless = asked(company).id, asked(company, "Close the office").id
    take_request(handler(company), headless, "E1")

    remind(later(company, hours=36 + WEEKEND))
    remind(later(company, hours=72 + WEEKEND))

    assert said(company, key)[1:] == [("reminded", None, None, "0.5"), ("escalated", None, None, "1")]
    assert said(company, headless)[2:] == [("reminded", None, "E1", "0.5"), ("escalated", None, None, "1")]


def test_a_waiting_request_is_not_reminded_of(company: Work):
    """Its clock stands still; answered, the reminder comes later."""
    key = asked(company).id
    take_request(handler(company), key)
    wait_for_asker(later(handler(company), hours=1), key, "Which teams?")

    assert stored(company, key).remind_at is None
    assert remind(later(company, hours=200)) == Told()
    answer(later(asker(company), hours=5), key, "North and south.")
    assert stored(company, key).remind_at == local(2026, 10, 19, 9, 30)


def test_the_job_reminds(company: Work):
    """It takes no arguments, and tells how many were told of."""
    asked(company)
    job = company.host.registry.jobs["reorganisation.remind"]

    assert job.run(later(company, hours=36 + WEEKEND), {}, lambda done, total: None) == {"reminded": 1, "escalated": 0}
    assert (job, job.permission) == (JOBS[0], "reorganisation.request.handle")
    with pytest.raises(InvalidValue, match="takes no month"):
        job.run(company, {"month": "2026-10"}, lambda done, total: None)


def test_a_holiday_moves_what_is_due(company: Work):
    """Monday off, the clock of a running request is set anew, and set back when it is not."""
    note = asked(company)

    assert set_calendar_days(handler(company), "cn", [Day(date(2026, 10, 19), False, "Founders' day")]) == 1
    assert request_note(company, note.id).due_at == local(2026, 10, 21, 17, 30)
    assert stored(company, note.id).remind_at == local(2026, 10, 20, 5, 30)
    assert set_calendar_days(handler(company), "cn", [Day(date(2026, 10, 19), None)]) == 1
    assert request_note(company, note.id).due_at == note.due_at
    assert request_note(company, note.id).revision == note.revision


def test_a_weekend_worked_brings_what_is_due_forward(company: Work):
    """Saturday worked, the request is due on Monday."""
    key = asked(company).id

    set_calendar_days(company, "cn", [Day(date(2026, 10, 17), True, "instead of Monday")])

    assert request_note(company, key).due_at == local(2026, 10, 19, 17, 30)


def test_days_are_set_and_read(company: Work):
    """Saying the same again changes nothing; another name is a change."""
    days = [Day(date(2027, 2, 6), True), Day(date(2027, 2, 8), False, "Spring Festival")]

    assert set_calendar_days(company, "cn", days) == 2
    assert set_calendar_days(company, "cn", days) == 0
    assert set_calendar_days(company, "cn", [Day(date(2027, 2, 6), True, "worked instead"), Day(date(2027, 2, 9), None)]) == 1
    assert calendar_days(company, "cn", date(2027, 1, 1), date(2028, 1, 1)) == (
        Day(date(2027, 2, 6), True, "worked instead"),
        Day(date(2027, 2, 8), False, "Spring Festival"),
    )
    assert calendar_days(company, "cn", date(2027, 2, 7), date(2027, 2, 8)) == ()


def test_a_calendar_that_cannot_be_is_refused_whole(company: Work):
    """A day twice and a name too long are told together; an unknown legal entity and an asker are refused."""
    twice = [Day(date(2027, 2, 8), False, "x" * 81), Day(date(2027, 2, 8), True)]

    with pytest.raises(ProblemsFound) as refused:
        set_calendar_days(company, "cn", twice)
    assert problem_lines(refused.value.problems) == [
        (1, "name", "x" * 81, "has 81 characters; 80 is the most."),
        (2, "day", "2027-02-08", "is given twice."),
    ]
    with pytest.raises(NotFound, match="'de'"):
        set_calendar_days(company, "de", [Day(date(2027, 2, 8), False)])
    with pytest.raises(Forbidden):
        set_calendar_days(asker(company), "cn", [Day(date(2027, 2, 8), False)])
    assert size(company, CalendarDay) == 0


def test_the_settings_say_how_long_and_on_which_days(database: Database, tmp_path: Path):
    """Twenty-four hours, on every day of the week, with one reminder."""
    settings = {"request_hours": 24, "working_days": [1, 2, 3, 4, 5, 6, 7], "remind_after": ["0.25"]}
    with reorganising(database, reorganising_host(tmp_path / "instance", **settings)) as work:
        note = asked(later(work, hours=24))

        assert (note.hours, note.due_at) == (24, local(2026, 10, 17, 17, 30))
        assert stored(work, note.id).remind_at == local(2026, 10, 16, 23, 30)


def test_nobody_is_told_while_a_request_waits(company: Work):
    """Asked back after its time was over, it is escalated once there is an answer, and not before."""
    key = asked(company).id
    take_request(handler(company), key)
    wait_for_asker(handler(later(company, hours=72 + WEEKEND + 1)), key, "Which regions?")

    assert remind(later(company, hours=72 + WEEKEND + 10)) == Told()
    answer(asker(later(company, hours=72 + WEEKEND + 11)), key, "All.")
    assert remind(later(company, hours=72 + WEEKEND + 12)) == Told(escalated=1)


@pytest.mark.parametrize("name", ["New\0Year", "New\ud800Year"])
def test_a_day_is_not_called_what_cannot_be_stored(company: Work, name: str):
    """Nor is a legal entity looked for by such a code."""
    with pytest.raises(ProblemsFound):
        set_calendar_days(company, "cn", [Day(date(2027, 1, 1), False, name)])
    with pytest.raises(NotFound):
        set_calendar_days(company, name, [])
    with pytest.raises(NotFound):
        calendar_days(company, name, date(2027, 1, 1), date(2027, 2, 1))


def test_days_set_by_several_at_once_do_not_get_in_each_others_way(database: Database, company: Work):
    """The same days in opposite orders, by four at the same moment."""
    first, second = Day(date(2027, 1, 1), False, "New Year"), Day(date(2027, 1, 4), False, "Bridge")
    barrier = Barrier(4)

    def set_them(days: list[Day]) -> int:
        with database.session() as session:
            work = Work(session=session, host=company.host, clock=company.clock)
            barrier.wait(timeout=20)
            return set_calendar_days(work, "cn", days)

    company.session.commit()
    with ThreadPoolExecutor(4) as pool:
        changed = list(pool.map(set_them, [[first, second], [second, first]] * 2))

    assert sorted(changed) == [0, 0, 0, 2]


@pytest.mark.parametrize("number", [-1, 10**30])
def test_a_number_that_no_database_holds_is_that_of_no_request(company: Work, number: int):
    """And a revision that nobody can have seen is not the one that there is."""
    key = asked(company).id

    for wrong in (lambda: request_note(company, number), lambda: take_request(handler(company), number)):
        with pytest.raises(NotFound, match="there is no request"):
            wrong()
    with pytest.raises(Conflict, match="is at revision 0"):
        take_request(handler(company), key, seen=number)
