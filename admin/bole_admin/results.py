"""The results page: the scoreboard of a period, and one employee's scorecard."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from bole.errors import NotFound
from bole.models import Employee, Period, PlanVersion, Run, Scorecard
from bole.services.visibility import company_day, demand_sight, last_day
from bole_admin import scoreboard
from bole_admin.paging import Pages
from bole_admin.reading import read_value
from bole_admin.secure import SecurePage

PAGE = 50
SORTS = ("points", "name", "number")


class ResultsPage(SecurePage):
    """Scorecards of a period, best first, and what stands behind each."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the scoreboard of a period."""
        work = self.work
        periods = scoreboard.computed_periods(work)
        period = self._period(periods)
        if period is None or period.run_id is None:
            return self.render("bole_admin/results.html", period=None, periods=periods)
        search, sort = request.args.get("search", "").strip(), request.args.get("sort", "-points")
        number = max(request.args.get("page", 0, type=int), 0)
        count = scoreboard.count_cards(work, period.run_id, search)
        cards = scoreboard.read_cards(work, period.run_id, search=search, sort=sort, first=number * PAGE, size=PAGE)
        return self.render(
            "bole_admin/results.html",
            period=period,
            periods=periods,
            run=work.session.get(Run, period.run_id),
            indicators=scoreboard.indicators_of(work, period.run_id),
            cards=cards,
            summary=scoreboard.summary(work, period.run_id),
            search=search,
            sort=sort,
            pages=Pages(count, PAGE, number, lambda page: self._address(period, search, sort, page)),
            sorted_by=lambda code: self._address(period, search, code if sort == f"-{code}" else f"-{code}", 0),
        )

    def _period(self, periods: Sequence[Period]) -> Period | None:
        code = request.args.get("period")
        if not code:
            return scoreboard.current_period(periods, company_day(self.work))
        for period in periods:
            if period.code == code:
                return period
        told = self.office.wording.gettext
        raise NotFound("admin.period", told("The period %(code)s has no results.", code=code), told("Choose another period."))

    def _address(self, period: Period, search: str, sort: str, page: int) -> str:
        return self.get_url(".index", period=period.code, search=search or None, sort=sort if sort != "-points" else None, page=page or None)

    @expose("/<code>/<int:employee>/")
    def card(self, code: str, employee: int) -> ResponseReturnValue:
        """Show one employee's scorecard of a period."""
        work = self.work
        period = next((period for period in scoreboard.computed_periods(work) if period.code == code), None)
        demand_sight(work, self.permission, employee, last_day(work, period.ends_on) if period else None)
        person = work.session.get(Employee, employee)
        card = work.session.get(Scorecard, (period.run_id, employee)) if period else None
        if period is None or period.run_id is None or person is None:
            told = self.office.wording.gettext
            message = told("There is no scorecard of employee %(key)s for %(code)s.", key=employee, code=code)
            raise NotFound("admin.scorecard", message, told("Go back to the list."))
        return self.render(
            "bole_admin/scorecard.html",
            period=period,
            person=person,
            name=read_value(person, "name"),
            card=card,
            plan=work.session.get(PlanVersion, card.plan_version_id) if card else None,
            lines=scoreboard.read_lines(work, period.run_id, employee),
            history=scoreboard.history(work, employee, period.kind),
            run=work.session.get(Run, period.run_id),
        )
