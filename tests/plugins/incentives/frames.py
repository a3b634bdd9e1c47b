"""Inputs of incentive types, built from plain figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from bole.contracts.incentive import IncentiveInput
from bole.values import Period
from bole_incentives.schemas import InstantBonusSchema, TieredCommissionSchema

MEASURED = {
    "employee_id": pl.Int64,
    "indicator": pl.String,
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "value": pl.Int64,
    "target": pl.Int64,
    "attainment": pl.Int64,
}
AWARDED = {"employee_id": pl.Int64, "rule": pl.String, "key": pl.String, "entitled": pl.Int64}
FACTS = {
    "employee_id": pl.Int64,
    "external_key": pl.String,
    "amount": pl.Int64,
    "quantity": pl.Int64,
    "moment": pl.Int64,
    "kind": pl.String,
    "new_customer": pl.Boolean,
}


def people(count: int = 1, **columns: Sequence[Any]) -> pl.DataFrame:
    """Employees 1 … with the facts a run knows; further columns as given."""
    frame = pl.DataFrame(
        {
            "employee_id": range(1, count + 1),
            "currency": ["CNY"] * count,
            "minor_digits": [2] * count,
            "tenure_months": [24_000_000] * count,
            "hired_on": [19_000] * count,
            "job_title": ["Sales"] * count,
            "department": ["east"] * count,
            "legal_entity": ["cn"] * count,
            "gate": [1_000_000] * count,
        },
        schema_overrides={"employee_id": pl.Int64},
    )
    return frame.with_columns(pl.Series(name, values) for name, values in columns.items())


def measurements(rows: Sequence[tuple[int, str, int | None, int | None]]) -> pl.DataFrame:
    """Measurements from ``employee, indicator, value, target``, both in minor units of two digits."""
    million = [
        (employee, code, None if value is None else value * 10_000, None if target is None else target * 10_000)
        for employee, code, value, target in rows
    ]
    full = [
        (employee, code, (value or 0) // 10_000, 1, value, target, value * 1_000_000 // target if value is not None and target else None)
        for employee, code, value, target in million
    ]
    return pl.DataFrame(full, schema=MEASURED, orient="row")


def commission_input(
    parameters: Mapping[str, Any],
    rows: Sequence[tuple[int, str, int | None, int | None]],
    *,
    employees: pl.DataFrame | None = None,
    awarded: Sequence[tuple[int, str, str, int]] = (),
) -> IncentiveInput:
    """What a rule of tiered commission gets."""
    return IncentiveInput(
        rule="commission",
        parameters=TieredCommissionSchema().load(parameters),
        period=Period.parse("2026Q3"),
        measurements=measurements(rows),
        employees=people(max((row[0] for row in rows), default=0)) if employees is None else employees,
        observations=lambda *_kinds: pl.DataFrame(schema=FACTS),
        awarded=pl.DataFrame(awarded, schema=AWARDED, orient="row"),
    )


def bonus_input(
    parameters: Mapping[str, Any], facts: Sequence[tuple[int, str, int, bool]], *, employees: pl.DataFrame | None = None
) -> IncentiveInput:
    """What a rule of instant bonus gets, from ``employee, key, amount in minor units, new customer``."""
    rows = [(employee, key, amount, 0, 0, "sale.closed", new) for employee, key, amount, new in facts]
    return IncentiveInput(
        rule="bonus",
        parameters=InstantBonusSchema().load(parameters),
        period=Period.parse("2026Q3"),
        measurements=pl.DataFrame(schema=MEASURED),
        employees=people(max((fact[0] for fact in facts), default=0)) if employees is None else employees,
        observations=lambda *_kinds: pl.DataFrame(rows, schema=FACTS, orient="row"),
        awarded=pl.DataFrame(schema=AWARDED),
    )
