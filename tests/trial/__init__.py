"""A plugin for tests of the chain: one indicator of every kind over a few observation kinds."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from marshmallow import Schema, fields

from bole.contracts.incentive import IncentiveInput, IncentiveType
from bole.contracts.indicator import (
    Direction,
    Indicator,
    IndicatorKind,
    Measure,
    Of,
    Unit,
    count,
    distinct,
    last_quantity,
    mean_quantity,
    ratio,
    share_within,
    total_amount,
    weighted_index,
    where,
)
from bole.contracts.label import Label
from bole.contracts.observation import Attribute, AttributeType, ObservationKind
from bole.hookspecs import hookimpl


def label(text: str) -> Label:
    """Return a label that reads the same in both languages."""
    return Label(text, text)


NEW = Attribute("new_customer", label("new"), AttributeType.FLAG, dimension=True)
CUSTOMER = Attribute("customer", label("customer"))

KINDS = [
    ObservationKind("sale.closed", label("sale"), has_amount=True, attributes=(NEW, CUSTOMER)),
    ObservationKind("visit.made", label("visit"), by_hand=True, attributes=(CUSTOMER,)),
    ObservationKind("lead.created", label("lead")),
    ObservationKind("lead.won", label("won")),
    ObservationKind("lead.followed_up", label("followed up"), answers=True),
    ObservationKind("feedback.rated", label("rating"), quantity="rating"),
]

INDICATORS = [
    Indicator("sales", label("sales"), IndicatorKind.RESULT, Unit.MONEY, total_amount("sale.closed")),
    Indicator("new_sales", label("new"), IndicatorKind.RESULT, Unit.MONEY, total_amount("sale.closed", where=where(new_customer=True))),
    Indicator("visits", label("visits"), IndicatorKind.PROCESS, Unit.COUNT, count("visit.made")),
    Indicator("customers", label("customers"), IndicatorKind.PROCESS, Unit.COUNT, distinct("visit.made", "customer")),
    Indicator("conversion", label("conversion"), IndicatorKind.PROCESS, Unit.RATIO, ratio("lead.won", "lead.created")),
    Indicator("in_time", label("in time"), IndicatorKind.PROCESS, Unit.RATIO, share_within("lead.followed_up", timedelta(hours=24))),
    Indicator("satisfaction", label("satisfaction"), IndicatorKind.BALANCE, Unit.RATIO, mean_quantity("feedback.rated")),
    Indicator("latest", label("latest"), IndicatorKind.BALANCE, Unit.NUMBER, last_quantity("feedback.rated")),
    Indicator(
        "effort",
        label("effort"),
        IndicatorKind.PROCESS,
        Unit.NUMBER,
        weighted_index({Measure("visit.made", Of.COUNT): 3, Measure("lead.followed_up", Of.COUNT): 1}),
    ),
    Indicator(
        "unanswered", label("unanswered"), IndicatorKind.PROCESS, Unit.RATIO, ratio("lead.followed_up", "lead.created"), direction=Direction.LOWER
    ),
]


class CommissionSchema(Schema):
    """One rate, in millionths."""

    rate = fields.Integer(required=True)


def commission(given: IncentiveInput) -> pl.DataFrame:
    """Return a flat share of sales."""
    return given.measurements.filter(pl.col("indicator") == "sales").select(
        "employee_id", key=pl.lit(""), entitled=pl.col("numerator") * given.parameters["rate"], basis=pl.col("numerator")
    )


@hookimpl
def bole_observation_kinds() -> list[ObservationKind]:
    """Return the kinds."""
    return KINDS


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the indicators."""
    return INDICATORS


@hookimpl
def bole_incentive_types() -> list[IncentiveType]:
    """Return the one type."""
    return [IncentiveType("trial.commission", label("commission"), CommissionSchema, commission)]
