"""Scores for whole frames: measurements against targets, weighted and summed, for all employees at once."""

from __future__ import annotations

import polars as pl

from bole.contracts.indicator import Direction
from bole.engine.measure import half_up
from bole.models import MILLION

SCORE = {
    "employee_id": pl.Int64,
    "indicator_id": pl.Int64,
    "plan_item_id": pl.Int64,
    "target": pl.Int64,
    "attainment": pl.Int64,
    "points": pl.Int64,
}
CARD = {"employee_id": pl.Int64, "plan_version_id": pl.Int64, "points": pl.Int64, "gate": pl.Int64}
ITEM = {
    "plan_version_id": pl.Int64,
    "plan_item_id": pl.Int64,
    "indicator_id": pl.Int64,
    "weight": pl.Int64,
    "default_target": pl.Int64,
    "cap": pl.Int64,
    "gate_below": pl.Int64,
    "gate_factor": pl.Int64,
    "direction": pl.String,
}
TARGET = {"employee_id": pl.Int64, "indicator_id": pl.Int64, "own_target": pl.Int64}


def attainment() -> pl.Expr:
    """Return how far ``value`` reaches ``target`` in millionths, from 0 to ``cap``; null without value or positive target."""
    value, target, cap = pl.col("value"), pl.col("target"), pl.col("cap")
    million = pl.lit(MILLION, dtype=pl.Int128)
    lower = pl.when(value <= 0).then(cap).otherwise(pl.min_horizontal(half_up(target.cast(pl.Int128) * million, value), cap))
    higher = half_up(value.cast(pl.Int128) * million, target).clip(0, cap)
    reached = pl.when(pl.col("direction") == Direction.LOWER.value).then(lower).otherwise(higher)
    return pl.when(value.is_not_null() & target.is_not_null() & (target > 0)).then(reached)


def score(measurements: pl.DataFrame, plans: pl.DataFrame, items: pl.DataFrame, targets: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Return the scores, and their sum per employee.

    Args:
        measurements: frame of `bole.engine.measure.MEASUREMENT`.
        plans: ``employee_id, plan_version_id``: which version holds for whom.
        items: frame of `ITEM`.
        targets: frame of `TARGET`; an employee's own target stands before the plan's.

    Returns:
        A frame of `SCORE` and one of `CARD`, both sorted.
    """
    million = pl.lit(MILLION, dtype=pl.Int64)
    scored = (
        plans.lazy()
        .join(items.lazy(), on="plan_version_id")
        .join(measurements.lazy().select("employee_id", "indicator_id", "value"), on=["employee_id", "indicator_id"], how="left")
        .join(targets.lazy(), on=["employee_id", "indicator_id"], how="left")
        .with_columns(target=pl.coalesce("own_target", "default_target"))
        .with_columns(attainment=attainment())
        .with_columns(
            points=half_up(pl.col("attainment").cast(pl.Int128) * pl.col("weight"), million).fill_null(0),
            gate=pl.when((pl.col("value") < pl.col("gate_below")) & pl.col("gate_factor").is_not_null())
            .then(pl.col("gate_factor"))
            .otherwise(million),
        )
        .collect()
    )
    cards = (
        scored.lazy()
        .sort("employee_id", "indicator_id")
        .group_by("employee_id", "plan_version_id", maintain_order=True)
        .agg(points=pl.col("points").sum(), gate=pl.col("gate").min())
        .sort("employee_id")
        .select(list(CARD))
        .collect()
    )
    return scored.select(list(SCORE)).sort("employee_id", "indicator_id"), cards
