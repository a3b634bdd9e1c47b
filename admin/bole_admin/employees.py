"""An employee's page: where the person works, and how he or she stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from bole.access import Work
from bole.models import Assignment, Award, Department, DepartmentInterval, Employee, Payout, Period, Scorecard
from bole.services.intervals import as_of
from bole.services.managers import manager_of
from bole.services.visibility import company_day, seen_days
from bole_admin.figures import results_within
from bole_admin.formats import points_text
from bole_admin.reading import read_value
from bole_admin.views import SecureModelView

LATEST = 6
"""Scorecards shown on the page."""


class EmployeeView(SecureModelView):
    """An employee with department, manager, latest results, awards and payouts."""

    row_template = "bole_admin/employee.html"

    def details(self, work: Work, row: Employee) -> dict[str, Any]:
        """Return what other tables say of the employee, each part only for whoever may see it."""
        manager = work.session.get(Employee, manager_of(work, row.id, company_day(work)) or 0)
        return {
            "place": self._place(work, row) if self.may_open("core.org.read") else None,
            "manager": {"name": self.title_of(manager), "href": self.page_of(manager)} if manager else None,
            "cards": self._cards(work, row) if self._sees(work, "core.result.read", row) else None,
            "counts": {
                code: work.session.scalar(
                    select(func.count())
                    .select_from(column.class_)
                    .join(Period, Period.id == due)
                    .where(column == row.id, *results_within(work, permission, column))
                )
                for code, permission, column, due in (
                    ("core.award", "core.award.read", Award.employee_id, Award.period_id),
                    ("core.payout", "core.payout.read", Payout.employee_id, Payout.due_period_id),
                )
                if self._sees(work, permission, row)
            },
        }

    def _sees(self, work: Work, permission: str, row: Employee) -> bool:
        """Tell whether the actor may see what is about the employee and any day."""
        if not self.may_open(permission):
            return False
        days = seen_days(work, permission, [row.id])
        return days is None or row.id in days

    def _place(self, work: Work, row: Employee) -> dict[str, Any] | None:
        day, placed, named = company_day(work), Assignment.table, DepartmentInterval.table
        statement = (
            select(DepartmentInterval, Department.code)
            .join(placed, placed.c.department_id == DepartmentInterval.department_id)
            .join(Department, Department.id == DepartmentInterval.department_id)
            .where(placed.c.employee_id == row.id, as_of(placed, day, None), as_of(named, day, None))
        )
        found = work.session.execute(statement.limit(1)).one_or_none()
        return {"key": found[0].department_id, "name": read_value(found[0], "name") or found[1]} if found else None

    def _cards(self, work: Work, row: Employee) -> list[dict[str, Any]]:
        statement = select(Period, Scorecard).join(Scorecard, Scorecard.run_id == Period.run_id).where(Scorecard.employee_id == row.id)
        statement = statement.where(*results_within(work, "core.result.read", Scorecard.employee_id))
        rows = work.session.execute(statement.order_by(Period.starts_on.desc(), Period.ends_on.desc()).limit(LATEST))
        return [{"period": period, "points": card.points, "text": points_text(card.points)} for period, card in rows]
