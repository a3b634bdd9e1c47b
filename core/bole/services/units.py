"""Indicators of a department: over the facts of whoever was in it, or below it, at the moment of each fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, literal, select

from bole.access import Scope, Work, requires
from bole.contracts.indicator import Indicator, Of
from bole.engine.catalogue import measures_of, sample_measures
from bole.engine.exact import measure_one
from bole.errors import Forbidden, NotFound
from bole.models import Department
from bole.models.types import Moment
from bole.services.catalogue import catalogue_of
from bole.services.unitfacts import UnitFacts, unit_spans
from bole.services.visibility import last_day, units_headed_by
from bole.values import AS_KNOWN_NOW, Period, minor_digits


@dataclass(frozen=True, slots=True)
class UnitResult:
    """
    An indicator's value for a department and a period.

    Args:
        indicator: its code.
        currency: of an indicator that adds up amounts; there is one result for each currency that people there are paid in.
        numerator, denominator: the exact fraction, in the indicator's unit.
        value: the same in millionths, half up; nothing where there was nothing to measure.
        sample: how many facts stand behind it.
    """

    indicator: str
    currency: str | None
    numerator: int
    denominator: int
    value: int | None
    sample: int


@requires("core.result.read")
def unit_results(work: Work, department: str, period: str, *, known_at: datetime | None = None) -> tuple[UnitResult, ...]:
    """
    Return the value of every indicator that is an aggregate of facts, for a department with all below it.

    A fact belongs to the departments in which the employee was on its day, so whoever moves in the period leaves the facts of
    the days before behind, and what adds up (counts, amounts, quantities) adds up over departments. A count of different
    things counts each once in the department, and a latest quantity is the latest of anybody there. Beside the line it is the
    memberships that count, each fact as a whole.

    Args:
        department: code.
        period: ``2026-07``, ``2026Q3`` or ``2026``.
        known_at: with the facts and the organisation as known at this moment; now, where not given.

    Returns:
        In order of code, then currency.

    Raises:
        InvalidValue: the period is none.
        NotFound: there is no such department.
        Forbidden: the actor neither holds the permission for the company, nor for the unit and heads the department or one above
            it on the period's last day (today, while it is not over).
    """
    asked, table = Period.parse(period), Department.table
    row = work.session.execute(select(table.c.id, table.c.line).where(table.c.code == department)).one_or_none()
    if row is None:
        raise NotFound("core.unknown_department", f"there is no department {department!r}.", "Look its code up in the department tree.")
    _demand(work, department, row.id, asked)
    catalogue = catalogue_of(work)
    aggregates = sorted((code, each) for code, each in catalogue.registry.indicators.items() if each.aggregate is not None)
    facts = UnitFacts(work.session, catalogue, unit_spans(row.id, row.line, asked, known_at), asked, known_at)
    facts.add_up(measures_of(catalogue.registry, [code for code, _ in aggregates]))
    return tuple(found for code, indicator in aggregates for found in _results(facts, code, indicator))


def _results(facts: UnitFacts, code: str, indicator: Indicator) -> list[UnitResult]:
    aggregate = indicator.aggregate
    assert aggregate is not None
    in_money = any(measure.of is Of.AMOUNT for measure in aggregate.measures)
    samples, found = sample_measures(indicator), []
    for currency in facts.currencies if in_money else (None,):
        sums = {measure: facts.value(measure, currency) for measure in (*aggregate.measures, *samples)}
        exact = measure_one(aggregate, samples, sums, 10 ** minor_digits(currency) if currency else 1)
        found.append(UnitResult(code, currency, exact.numerator, exact.denominator, exact.value, exact.sample))
    return found


def _demand(work: Work, code: str, department: int, period: Period) -> None:
    scope, day = work.actor.demand("core.result.read"), last_day(work, period.end)
    if scope is Scope.COMPANY:
        return
    if scope is Scope.UNIT and work.actor.employee_id is not None:
        headed = units_headed_by(literal(work.actor.employee_id, BigInteger), literal(day), literal(AS_KNOWN_NOW, Moment))
        if work.session.scalar(select(headed.c.id).where(headed.c.id == department).limit(1)) is not None:
            return
    raise Forbidden(
        "core.outside_scope",
        f"{work.actor.name} holds 'core.result.read', but heads neither the department {code!r} nor one above it on {day}.",
        "Ask its head, or an administrator.",
    )
