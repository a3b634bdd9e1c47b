"""The results of departments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bole.access import Work
from bole.contracts.schema import Call
from bole.graphql.values import millionths
from bole.services.units import unit_results


@dataclass(frozen=True, slots=True)
class DepartmentResult:
    """An indicator's value for a department, with all below it, and a period."""

    indicator: str
    currency: str | None
    value: Decimal | None
    sample: int


def department_results(work: Work, department: str, period: str, *, known_at: datetime | None = None) -> tuple[DepartmentResult, ...]:
    """
    Return the indicators of a department over the facts of whoever was in it, or below it, on the day of each fact.

    Args:
        department, period: their codes.
    """
    return tuple(
        DepartmentResult(found.indicator, found.currency, None if found.value is None else Decimal(millionths(found.value)), found.sample)
        for found in unit_results(work, department, period, known_at=known_at)
    )


QUERY = (
    Call(
        "departmentResults",
        department_results,
        "The indicators of a department with all below it, over the facts of whoever was there on the day of each fact.",
    ),
)
