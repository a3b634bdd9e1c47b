"""The results of a period, read for people: scorecards, and the scores in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select

from bole.access import Work
from bole.models import MILLION, Employee, Indicator, LegalEntity, Measurement, Period, PlanItem, Run, Score, Scorecard
from bole.services.visibility import visible_rows
from bole.values import minor_digits
from bole_admin.formats import money_text, percent_text, quantity_text
from bole_admin.language import reader_language
from bole_admin.reading import read_value
from bole_admin.searching import words_within

PERMISSION = "core.result.read"


@dataclass(frozen=True, slots=True)
class Card:
    """
    One employee's line on the scoreboard.

    Args:
        points, gate: millionths.
        attained: indicator id to attainment in millionths; nothing where it could not be told.
    """

    employee_id: int
    name: str
    number: str
    points: int
    gate: int
    plan_version_id: int
    attained: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """
    One indicator on a scorecard, ready to be read.

    Args:
        attainment, weight, points: millionths.
    """

    indicator: Indicator
    value: str
    target: str
    attainment: int | None
    weight: int | None
    points: int
    sample: int


def computed_periods(work: Work) -> Sequence[Period]:
    """Return the periods that have results, the latest first, the longer of two that begin alike first."""
    return work.session.scalars(select(Period).where(Period.run_id.is_not(None)).order_by(Period.starts_on.desc(), Period.ends_on.desc())).all()


def current_period(periods: Sequence[Period], day: date) -> Period | None:
    """Return the period that counts now: the latest that has begun and has results."""
    return next((period for period in periods if period.starts_on <= day), periods[0] if periods else None)


def _visible(work: Work) -> list[ColumnElement[bool]]:
    """Return the condition on scorecards that are joined to their period."""
    scope = visible_rows(work, PERMISSION, Scorecard.employee_id, end=Period.ends_on)
    return [] if scope is None else [scope]


def _cards(work: Work, run: int, search: str) -> Select[Scorecard, Employee]:
    places = (Employee.name_zh, Employee.name_en, Employee.number)
    conditions = [Scorecard.run_id == run, *_visible(work), *words_within(search, places)]
    cards = select(Scorecard, Employee).join(Employee, Employee.id == Scorecard.employee_id)
    return cards.join(Run, Run.id == Scorecard.run_id).join(Period, Period.id == Run.period_id).where(*conditions)


def summary(work: Work, run: int) -> tuple[int, int]:
    """Return how many scorecards of a run the actor may see, and their mean in millionths (0 without any)."""
    cards = select(func.count(), func.sum(Scorecard.points)).join(Run, Run.id == Scorecard.run_id).join(Period, Period.id == Run.period_id)
    row = work.session.execute(cards.where(Scorecard.run_id == run, *_visible(work))).one()
    count = int(row[0])
    return count, (2 * int(row[1]) + count) // (2 * count) if count else 0


def count_cards(work: Work, run: int, search: str) -> int:
    """Return how many lines the scoreboard has."""
    return int(work.session.scalar(select(func.count()).select_from(_cards(work, run, search).subquery())) or 0)


def read_cards(work: Work, run: int, *, search: str = "", sort: str = "-points", first: int = 0, size: int = 50) -> list[Card]:
    """
    Return lines of the scoreboard.

    Args:
        sort: ``points``, ``name`` or ``number``, with ``-`` before it for the greatest first.
    """
    name = Employee.name_zh if reader_language() == "zh" else Employee.name_en
    place = {"points": Scorecard.points, "name": name, "number": Employee.number}.get(sort.removeprefix("-"), Scorecard.points)
    statement = _cards(work, run, search).order_by(place.desc() if sort.startswith("-") else place, Employee.number).offset(first).limit(size)
    rows = work.session.execute(statement).all()
    attained: dict[int, dict[int, int | None]] = {card.employee_id: {} for card, _ in rows}
    scores = select(Score.employee_id, Score.indicator_id, Score.attainment).where(Score.run_id == run, Score.employee_id.in_(attained))
    for employee, indicator, attainment in work.session.execute(scores):
        attained[employee][indicator] = attainment
    return [
        Card(card.employee_id, read_value(person, "name"), person.number, card.points, card.gate, card.plan_version_id, attained[card.employee_id])
        for card, person in rows
    ]


def indicators_of(work: Work, run: int) -> Sequence[Indicator]:
    """Return the indicators that a run scored, in the order of the plans' items."""
    used = select(Score.indicator_id, func.min(Score.plan_item_id).label("place")).where(Score.run_id == run).group_by(Score.indicator_id).subquery()
    return work.session.scalars(select(Indicator).join(used, used.c.indicator_id == Indicator.id).order_by(used.c.place)).all()


def read_lines(work: Work, run: int, employee: int) -> list[Line]:
    """Return what was measured of an employee in a run, the scored indicators first, and of the others those with facts."""
    currency = (
        work.session.scalar(select(LegalEntity.currency).join(Employee, Employee.legal_entity_id == LegalEntity.id).where(Employee.id == employee))
        or ""
    )
    same = (Score.run_id == Measurement.run_id) & (Score.employee_id == Measurement.employee_id) & (Score.indicator_id == Measurement.indicator_id)
    statement = (
        select(Measurement, Indicator, Score, PlanItem.weight)
        .join(Indicator, Indicator.id == Measurement.indicator_id)
        .outerjoin(Score, same)
        .outerjoin(PlanItem, PlanItem.id == Score.plan_item_id)
        .where(Measurement.run_id == run, Measurement.employee_id == employee, (Score.run_id.is_not(None)) | (Measurement.sample > 0))
        .order_by(Score.run_id.is_(None), Score.plan_item_id, Indicator.code)
    )
    return [_line(*row, currency=currency) for row in work.session.execute(statement)]


def _line(measured: Measurement, indicator: Indicator, score: Score | None, weight: int | None, *, currency: str) -> Line:
    target, attainment, points = (score.target, score.attainment, score.points) if score is not None else (None, None, 0)
    value = measured_text(measured.value, indicator.unit, currency)
    return Line(indicator, value, measured_text(target, indicator.unit, currency), attainment, weight, points, measured.sample)


def measured_text(value: int | None, unit: str, currency: str = "") -> str:
    """Return a measured value or a target (millionths) in its unit; empty where there is none."""
    if value is None:
        return ""
    if unit == "ratio":
        return percent_text(value)
    if unit == "money" and currency:
        return f"{money_text(value, currency, MILLION // 10 ** minor_digits(currency))} {currency}"
    return quantity_text(value) + (" h" if unit == "hours" else "")


def history(work: Work, employee: int, kind: str, limit: int = 8) -> list[tuple[Period, int]]:
    """Return an employee's points in the latest periods of a kind, the earliest first."""
    statement = (
        select(Period, Scorecard.points)
        .join(Scorecard, Scorecard.run_id == Period.run_id)
        .where(Scorecard.employee_id == employee, Period.kind == kind, *_visible(work))
        .order_by(Period.starts_on.desc())
        .limit(limit)
    )
    return [(period, points) for period, points in reversed(work.session.execute(statement).all())]
