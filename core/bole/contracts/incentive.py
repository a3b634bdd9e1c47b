"""Incentive types: what a plugin computes from scores, for all employees at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bole.contracts.label import Label
from bole.values import Period

if TYPE_CHECKING:
    import polars as pl
    from marshmallow import Schema

AMOUNT_SCALE = 1_000_000
"""Entitlements are integers of millionths of a minor unit: finer than any rate, rounded only at payout."""


class Reward(StrEnum):
    """What an award consists of."""

    MONEY = "money"
    COURSE = "course"
    BADGE = "badge"
    POINTS = "points"
    LEAVE = "leave"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True)
class IncentiveInput:
    """
    Everything a rule may look at, one frame each; nothing in it is per row.

    Args:
        rule: the rule's code.
        parameters: checked by the type's schema.
        period: the period computed.
        measurements: ``employee_id, indicator, numerator, denominator, value, target, attainment``;
            value, target and attainment in millionths, null where there is none; money values count major units.
        employees: ``employee_id, currency, minor_digits, tenure_months, gate`` and every term of the
            employee as ``term_<code>`` (millionths); one row an employee in scope.
        observations: function of kind codes; returns ``employee_id, external_key, kind, amount, quantity, moment``
            (minor units, ten-thousandths, microseconds UTC) and one column per dimension, corrections applied.
        awarded: ``employee_id, rule, key, entitled``: what other rules already gave for the period.
    """

    rule: str
    parameters: dict[str, Any]
    period: Period
    measurements: pl.DataFrame
    employees: pl.DataFrame
    observations: Callable[..., pl.DataFrame]
    awarded: pl.DataFrame


@dataclass(frozen=True, slots=True)
class IncentiveType:
    """
    A kind of incentive.

    Args:
        code: stable identifier, ``owner.thing``.
        schema: marshmallow schema of a rule's parameters; unknown keys are refused.
        compute: takes an `IncentiveInput`, returns a frame ``employee_id`` (Int64), ``key`` (String; empty where
            the rule gives one award a period), ``entitled`` (Int64, millionths of a minor unit) and any further columns,
            which become the award's trace.
        instant: computed as soon as matching observations are recorded, not only in the period's run.
    """

    code: str
    label: Label
    schema: type[Schema]
    compute: Callable[[IncentiveInput], pl.DataFrame]
    reward: Reward = Reward.MONEY
    instant: bool = False
