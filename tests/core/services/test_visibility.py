"""Whom an actor may see."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bole.access import SYSTEM, Actor, Scope, Work
from bole.clock import FixedClock
from bole.errors import Forbidden
from bole.models import LegalEntity
from bole.services.visibility import company_day, demand_sight, visible_employees
from tests.core.graphql.company import ADA, EVA, FIN, LEO, SAM, TOM, put, put_people

READ = "core.employee.read"


@pytest.fixture
def company(work: Work) -> Work:
    """A unit of work over a company of six."""
    put_people(work.session)
    work.session.commit()
    return work


def seen(work: Work, employee: int | None, scope: Scope) -> list[int]:
    """Return the ids that an actor sees."""
    query = visible_employees(work.acting_as(Actor("somebody", employee_id=employee, grants={READ: scope})), READ)
    assert query is not None
    found = query.subquery()
    return sorted(work.session.scalars(select(found.c[0])))


@pytest.mark.parametrize(
    ("employee", "scope", "expected"),
    [
        pytest.param(SAM, Scope.SELF, [SAM], id="self"),
        pytest.param(EVA, Scope.REPORTS, [EVA, TOM], id="direct reports, and no longer those of last year"),
        pytest.param(SAM, Scope.REPORTS, [SAM, EVA], id="not the reports of reports"),
        pytest.param(SAM, Scope.UNIT, [SAM, EVA, TOM], id="the whole subtree of a headed department"),
        pytest.param(ADA, Scope.UNIT, [ADA, SAM, EVA, TOM, FIN], id="the head of all sees all who are placed today"),
        pytest.param(TOM, Scope.UNIT, [TOM], id="who heads nothing sees oneself"),
        pytest.param(None, Scope.UNIT, [], id="an actor who is no employee sees nobody"),
    ],
)
def test_a_scope_reaches_as_far_as_it_says(company: Work, employee: int | None, scope: Scope, expected: list[int]) -> None:
    """Each scope below the company gives exactly the people it names."""
    assert seen(company, employee, scope) == expected


def test_the_company_needs_no_condition(company: Work) -> None:
    """Scope company gives nothing to filter by, and so does the system."""
    actor = Actor("hr", grants={READ: Scope.COMPANY})

    assert visible_employees(company.acting_as(actor), READ) is None
    assert visible_employees(company.acting_as(SYSTEM), READ) is None


def test_reports_are_those_of_the_day(company: Work) -> None:
    """Seen from last year, whoever reported then is visible."""
    then = Work(company.session, company.host, clock=FixedClock(datetime(2025, 6, 1, tzinfo=UTC)))

    assert seen(then, EVA, Scope.REPORTS) == [EVA, TOM, LEO]


def test_without_the_permission_nobody_is_visible(company: Work) -> None:
    """An actor without the permission is refused, by name and permission."""
    with pytest.raises(Forbidden, match=r"visitor lacks the permission 'core.employee.read'"):
        visible_employees(company.acting_as(Actor("visitor")), READ)


def test_sight_of_one_employee_is_demanded(company: Work) -> None:
    """An employee inside the scope passes; one outside is refused by number."""
    actor = Actor("eva", employee_id=EVA, grants={READ: Scope.REPORTS})

    demand_sight(company.acting_as(actor), READ, TOM)

    with pytest.raises(Forbidden, match=r"eva holds 'core.employee.read', but not for employee 2") as caught:
        demand_sight(company.acting_as(actor), READ, SAM)
    assert caught.value.code == "core.outside_scope"


def test_the_day_is_the_companys(work: Work) -> None:
    """At 23:30 UTC it is already tomorrow in Shanghai; before there is a legal entity the day is that of UTC."""
    late = Work(work.session, work.host, clock=FixedClock(datetime(2026, 4, 30, 23, 30, tzinfo=UTC)))
    assert company_day(late) == date(2026, 4, 30)

    put(work.session, LegalEntity, id=1, code="CN", time_zone="Asia/Shanghai")
    work.session.commit()

    assert company_day(late) == date(2026, 5, 1)
