"""The facts of a department: who was in it on which days of a period, and what is added up over these people and days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, FromClause, Select, Text, case, func, literal, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bole.contracts.indicator import ONE, Measure, Of
from bole.db import is_postgresql
from bole.engine.catalogue import Catalogue
from bole.engine.scan import measure_sql
from bole.models import Assignment, Employee, LegalEntity, Membership, Observation, Rollup, RollupKey
from bole.models.types import Moment
from bole.org import LINE
from bole.services.spans import departments_below, placed_in
from bole.values import AS_KNOWN_NOW, Period, micros

_FACT, _SUM, _KEY = Observation.table, Rollup.table, RollupKey.table
_CURRENCY = LegalEntity.table.c.currency


class _DayNumber(FunctionElement[int]):
    """The day number of a date."""

    name = "day_number"
    type = BigInteger()
    inherit_cache = True


@compiles(_DayNumber, "sqlite")
def _in_sqlite(element: _DayNumber, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **keywords)}) - 2440587.5 AS INTEGER)"


@compiles(_DayNumber, "postgresql")
def _in_postgresql(element: _DayNumber, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **keywords)} AS DATE) - DATE '1970-01-01')"


def unit_spans(department: int, line: str, period: Period, known_at: datetime | None) -> FromClause:
    """
    Return who was in a department, or below it, on which days of a period: ``employee_id, first, stop``, day numbers, half-open.

    No two of an employee overlap, so that every fact is met once.

    Args:
        line: of the department; where it is not the line, the memberships count.
        known_at: as known at this moment; now, where not given.
    """
    known = literal(known_at or AS_KNOWN_NOW, Moment)
    top = select(literal(department, BigInteger).label("id"), literal(period.start, Date).label("since"), literal(period.end, Date).label("until"))
    placed = placed_in(departments_below(top, known), (Assignment if line == LINE else Membership).table, known)
    # In the line a person has one place and a department one way up, on each day; beside it people have several places.
    spans = placed.subquery() if line == LINE else _merged(placed.subquery()).subquery()
    return select(spans.c.employee_id, _DayNumber(spans.c.since).label("first"), _DayNumber(spans.c.until).label("stop")).cte()


def _merged(spans: FromClause) -> Select[Any]:
    """Return spans of which those of one employee that overlap or touch have become one."""
    c = spans.c
    reached = func.max(c.until).over(partition_by=c.employee_id, order_by=(c.since, c.until), rows=(None, -1))
    begun = select(*c, case((reached >= c.since, 0), else_=1).label("begins")).subquery()
    islands = func.sum(begun.c.begins).over(partition_by=begun.c.employee_id, order_by=(begun.c.since, begun.c.until), rows=(None, 0))
    numbered = select(*begun.c, islands.label("island")).subquery()
    ends = func.min(numbered.c.since).label("since"), func.max(numbered.c.until).label("until")
    return select(numbered.c.employee_id, *ends).group_by(numbered.c.employee_id, numbered.c.island)


class UnitFacts:
    """
    Adds up the facts of a unit in a period.

    Args:
        spans: as `unit_spans` returns them.
        known_at: only facts recorded by this moment; read from the observations then, else from the daily sums.
    """

    def __init__(self, session: Session, catalogue: Catalogue, spans: FromClause, period: Period, known_at: datetime | None) -> None:
        self._session, self._catalogue, self._spans, self._period = session, catalogue, spans, period
        self._known_at = None if known_at is None else micros(known_at)
        self._sums: dict[str, dict[Measure, int]] = defaultdict(dict)
        self.currencies = tuple(session.scalars(self._people(select(_CURRENCY).distinct()).order_by(_CURRENCY)))

    def _people(self, query: Select[Any]) -> Select[Any]:
        joined = self._spans.join(Employee.table, Employee.table.c.id == self._spans.c.employee_id)
        return query.select_from(joined.join(LegalEntity.table, LegalEntity.table.c.id == Employee.table.c.legal_entity_id))

    def _of(self, query: Select[Any], table: FromClause, currency: str | None = None) -> Select[Any]:
        """Return a query over what a table holds of the people on their days; of those paid in a currency, where given."""
        on, spans = (table.c.employee_id == self._spans.c.employee_id), self._spans.c
        query = self._people(query).join_from(Employee.table, table, on & (table.c.day >= spans.first) & (table.c.day < spans.stop))
        return query if currency is None else query.where(LegalEntity.table.c.currency == currency)

    def add_up(self, measures: Sequence[Measure]) -> None:
        """Read all plain sums at once, by currency."""
        plain = [measure for measure in measures if measure.of not in (Of.DISTINCT, Of.LAST)]
        if not plain:
            return
        if self._known_at is None:
            ids = [self._catalogue.aggregates[measure] for measure in plain]
            sums = [f"cast(coalesce(sum(value) filter (where aggregate_id = {number}), 0) as bigint)" for number in ids]
            query = self._of(select(_CURRENCY, *map(literal_column, sums)), _SUM).where(_SUM.c.aggregate_id.in_(ids))
        else:
            sums = [measure_sql(self._catalogue, measure) for measure in plain]
            query = self._of(select(_CURRENCY, *map(literal_column, sums)), _FACT).where(_FACT.c.recorded_at <= self._known_at)
        for currency, *values in self._session.execute(query.group_by(_CURRENCY)):
            self._sums[currency] = {measure: int(value) for measure, value in zip(plain, values, strict=True)}

    def value(self, measure: Measure, currency: str | None) -> int:
        """Return what a measure comes to, over everybody or those paid in a currency."""
        if measure == ONE:
            return 1
        if measure.of not in (Of.DISTINCT, Of.LAST):
            return sum(sums.get(measure, 0) for paid_in, sums in self._sums.items() if currency in (None, paid_in))
        read = self._latest if measure.of is Of.LAST else self._different
        return int(self._session.scalar(read(measure, currency)) or 0)

    def _observed(self, query: Select[Any], measure: Measure, currency: str | None) -> Select[Any]:
        query = self._of(query, _FACT, currency).where(_FACT.c.facet_id.in_(self._catalogue.matching(measure)))
        return query if self._known_at is None else query.where(_FACT.c.recorded_at <= self._known_at)

    def _latest(self, measure: Measure, currency: str | None) -> Select[Any]:
        """Return the query of the latest quantity that was not taken back."""
        c = _FACT.c
        one = (c.employee_id, c.external_key, c.source_id, c.moment, c.quantity)
        standing = self._observed(select(c.quantity), measure, currency).group_by(*one).having(func.sum(c.sign) > 0)
        return standing.order_by(c.moment.desc(), func.max(c.id).desc()).limit(1)

    def _different(self, measure: Measure, currency: str | None) -> Select[Any]:
        """Return the query of how many different keys stand."""
        if self._known_at is None:
            met = self._of(select(_KEY.c.key), _KEY, currency).where(_KEY.c.aggregate_id == self._catalogue.aggregates[measure])
            return select(func.count()).select_from(met.group_by(_KEY.c.key).having(func.sum(_KEY.c.value) > 0).subquery())
        key = self._attribute(measure.key)
        met = self._observed(select(key), measure, currency).where(key.is_not(None)).group_by(key).having(func.sum(_FACT.c.sign) > 0)
        return select(func.count()).select_from(met.subquery())

    def _attribute(self, code: str) -> ColumnElement[str]:
        if is_postgresql(self._session.connection()):
            return literal_column(f"(details::jsonb ->> '{code}')", Text)
        return literal_column(f"json_extract(details, '$.\"{code}\"')", Text)
