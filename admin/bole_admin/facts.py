"""The facts page: what an employee did in a period, the rows behind every figure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import ColumnElement, Select, func, or_, select

from bole.access import Work
from bole.errors import NotFound
from bole.models import Employee, Facet, Observation, ObservationKind, Period, Source
from bole.services.intervals import among
from bole.services.visibility import demand_sight, seen_days
from bole.values import DateInterval, day_number, from_micros
from bole_admin.formats import Shown, money_shown, quantity_text
from bole_admin.language import reader_language
from bole_admin.paging import Pages
from bole_admin.reading import read_value
from bole_admin.searching import words_within
from bole_admin.secure import SecurePage

PAGE = 50
MILLIONTHS = 100
"""Millionths in a ten-thousandth, in which quantities are stored."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An observation, ready to be read."""

    moment: datetime
    kind: str
    amount: Shown | None
    quantity: str
    details: tuple[tuple[str, str], ...]
    key: str
    source: str
    is_taken_back: bool


def _within(days: DateInterval) -> ColumnElement[bool]:
    return (Observation.day >= day_number(days.start)) & (Observation.day < day_number(days.end))


class FactsPage(SecurePage):
    """The observations of one employee, of the days on which he or she is within the reader's scope."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show an employee's facts, the latest first; without an employee, offer some to choose from."""
        work, key = self.work, request.args.get("employee", type=int)
        if key is None:
            return self.render("bole_admin/facts.html", person=None, people=self._people(work), search=request.args.get("search", ""))
        days = seen_days(work, self.permission, [key])
        if days is not None and key not in days:
            demand_sight(work, self.permission, key)
        person = work.session.get(Employee, key)
        if person is None:
            told = self.office.wording.gettext
            raise NotFound("admin.employee", told("There is no employee %(key)s.", key=key), told("Choose one from the list."))
        period, kind, number = self._period(work), request.args.get("kind", ""), max(request.args.get("page", 0, type=int), 0)
        statement = self._statement(person.id, period, kind)
        if days is not None:
            statement = statement.where(or_(*(_within(each) for each in days[key])))
        count = int(work.session.scalar(statement.with_only_columns(func.count())) or 0)
        rows = work.session.execute(statement.order_by(Observation.day.desc(), Observation.id.desc()).offset(number * PAGE).limit(PAGE)).all()
        return self.render(
            "bole_admin/facts.html",
            person=person,
            name=read_value(person, "name"),
            facts=[self._fact(*row) for row in rows],
            period=period,
            periods=work.session.scalars(select(Period).order_by(Period.starts_on.desc(), Period.ends_on)).all(),
            kind=kind,
            kinds=[(each.code, read_value(each, "label")) for each in work.session.scalars(select(ObservationKind).order_by(ObservationKind.code))],
            pages=Pages(count, PAGE, number, lambda page: self._address(key, period, kind, page)),
        )

    def _address(self, key: int, period: Period | None, kind: str, page: int) -> str:
        return self.get_url(".index", employee=key, period=period.code if period else None, kind=kind or None, page=page or None)

    def _period(self, work: Work) -> Period | None:
        code = request.args.get("period")
        return work.session.scalar(select(Period).where(Period.code == code)) if code else None

    def _people(self, work: Work) -> list[dict[str, Any]]:
        days, statement = seen_days(work, self.permission), select(Employee)
        if days is not None:
            statement = statement.where(among(work.session, Employee.table.c.id, days))
        places = (Employee.name_zh, Employee.name_en, Employee.number)
        statement = statement.where(*words_within(request.args.get("search", ""), places))
        people = work.session.scalars(statement.order_by(Employee.number).limit(PAGE))
        return [{"id": person.id, "name": read_value(person, "name"), "number": person.number, "job_title": person.job_title} for person in people]

    def _statement(self, key: int, period: Period | None, kind: str) -> Select[Any]:
        statement = (
            select(Observation, Facet.dimensions, ObservationKind, Source.code)
            .join(Facet, Facet.id == Observation.facet_id)
            .join(ObservationKind, ObservationKind.id == Facet.kind_id)
            .join(Source, Source.id == Observation.source_id)
            .where(Observation.employee_id == key)
        )
        if period is not None:
            statement = statement.where(Observation.day >= day_number(period.starts_on), Observation.day < day_number(period.ends_on))
        return statement.where(ObservationKind.code == kind) if kind else statement

    def _fact(self, row: Observation, dimensions: Mapping[str, Any], kind: ObservationKind, source: str) -> Fact:
        declared = self.office.plugin_host.registry.observation_kinds.get(kind.code)
        labels = {attribute.code: attribute.label.of(reader_language()) for attribute in declared.attributes} if declared else {}
        said = {**dimensions, **(json.loads(row.details) if row.details else {})}
        return Fact(
            from_micros(row.moment),
            str(read_value(kind, "label")),
            money_shown(row.amount * row.sign, row.currency) if row.currency else None,
            quantity_text(row.quantity * row.sign * MILLIONTHS) if row.quantity else "",
            tuple((labels.get(code, code), self._said(value)) for code, value in said.items()),
            row.external_key,
            source,
            row.sign < 0,
        )

    def _said(self, value: Any) -> str:
        if isinstance(value, bool):
            return str(self.office.wording.gettext("Yes") if value else self.office.wording.gettext("No"))
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
