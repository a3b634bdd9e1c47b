"""What a run is to compute, and reading rows of the database into frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

import polars as pl

from bole import Period, Raw, minor_digits
from bole_payroll.settings import Rules

EMPLOYED = "e.legal_entity_id = ? and e.hired_on < ? and (e.left_on is null or e.left_on > ?)"
"""Condition over ``core_employee e``; takes `RunOrder.employed`."""
DUE = "+p.due_period_id in (select id from core_period where ends_on <= ?) and p.status = 'released' and p.legal_entity_id = ?"
"""
Condition over ``core_payout p``: waiting to be paid, due in the month or overdue; takes `RunOrder.due`.

The plus sign keeps databases from looking by month, which would find everybody's payouts for each part.
"""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """
    A run that is computed: for whom, which month, by which rules.

    Args:
        entity: id of the legal entity.
        scheme: ``cn`` or ``gross``.
        city: code of the city of insurance; nothing where nobody is insured.
        again: somebody has an approved or settled payslip of the month already.
        postgresql: how days are bound: as dates, or as texts.
    """

    id: int
    period: Period
    entity: int
    scheme: str
    currency: str
    city: str | None
    rules: Rules
    again: bool
    postgresql: bool

    @property
    def month(self) -> str:
        """The month as it is stored, ``2026-07``; the text sorts as the months do."""
        return self.period.code

    @property
    def digits(self) -> int:
        """Digits of the currency's minor unit."""
        return minor_digits(self.currency)

    def day(self, day: date) -> Any:
        """Return a day as the database takes it."""
        return day if self.postgresql else day.isoformat()

    @property
    def employed(self) -> tuple[Any, ...]:
        """Values of `EMPLOYED`."""
        return (self.entity, self.day(self.period.end), self.day(self.period.start))

    @property
    def due(self) -> tuple[Any, ...]:
        """Values of `DUE`."""
        return (self.day(self.period.end), self.entity)


@dataclass(frozen=True, slots=True)
class Part:
    """A range of employee ids, half-open, that is computed in one go."""

    number: int
    first: int
    end: int


def read_frame(raw: Raw, statement: str, values: Sequence[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """
    Return the rows of a query as a frame, its columns named and typed by position.

    The database hands over each column as one JSON array: tens of thousands of rows come as a few texts, and not one
    object is made for each value. That halves what reading takes.
    """
    names = [f"c{place}" for place in range(len(schema))]
    collected = ", ".join(f"json_agg({name})::text" if raw.postgresql else f"json_group_array({name})" for name in names)
    row = raw.one(f"with found({', '.join(names)}) as ({statement}) select {collected} from found", values)
    assert row is not None
    return pl.DataFrame([_decode(name, text, dtype) for text, (name, dtype) in zip(row, schema.items(), strict=True)])


def _decode(name: str, text: str | None, dtype: Any) -> pl.Series:
    """Return the series that a JSON array holds; days stand in it as text."""
    if text is None or text == "[]":
        return pl.Series(name, [], dtype=dtype)
    column = pl.Series(name, [text]).str.json_decode(pl.List(pl.String if dtype == pl.Date else dtype)).explode()
    return column.str.to_date() if dtype == pl.Date else column


def as_frame(rows: Sequence[Sequence[Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Return rows as a frame, column by column: transposing them with zip keeps the garbage collector busy four times as long."""
    return pl.DataFrame([_series(name, list(map(itemgetter(place), rows)), dtype) for place, (name, dtype) in enumerate(schema.items())])


def _series(name: str, values: Sequence[Any], dtype: Any) -> pl.Series:
    if dtype != pl.Date:
        return pl.Series(name, values, dtype=dtype)
    # SQLite gives days as texts, PostgreSQL as dates.
    text = next((value for value in values if value is not None), None)
    return pl.Series(name, values, dtype=pl.String).str.to_date() if isinstance(text, str) else pl.Series(name, values, dtype=pl.Date)
