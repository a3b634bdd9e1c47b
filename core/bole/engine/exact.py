"""The arithmetic of measurements and scores on plain integers, one employee at a time.

`bole.engine.measure` and `bole.engine.score` say the same for whole frames. This form serves the moment
at which a single fact comes in and a frame would cost more than the sums; a property test holds
the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bole.contracts.indicator import ONE, Aggregate, Direction, Measure, Of
from bole.models import MILLION

QUANTITY_SCALE = 10_000


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient of two integers rounded half up, ties away from zero; the denominator is positive."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def scale_of(of: Of, minor_scale: int) -> int:
    """Return how many stored units make one: minor units per major unit, ten-thousandths per quantity, one per count."""
    if of is Of.AMOUNT:
        return minor_scale
    return QUANTITY_SCALE if of in (Of.QUANTITY, Of.LAST) else 1


def side_scale(side: tuple[tuple[int, Measure], ...], minor_scale: int) -> int:
    """Return the scale of one side of a fraction; its measures share it (checked when plugins are loaded)."""
    return next((scale_of(measure.of, minor_scale) for _, measure in side if measure != ONE), 1)


@dataclass(frozen=True, slots=True)
class Exact:
    """One measurement: exact fraction, value in millionths (none where the denominator is not positive), sample."""

    numerator: int
    denominator: int
    value: int | None
    sample: int


def measure_one(aggregate: Aggregate, samples: tuple[Measure, ...], sums: Mapping[Measure, int], minor_scale: int) -> Exact:
    """
    Return the measurement that sums give.

    Args:
        sums: per measure, missing ones are zero.
        minor_scale: minor units per major unit of the employee's currency.
    """
    top = sum(weight * (1 if measure == ONE else sums.get(measure, 0)) for weight, measure in aggregate.numerator)
    bottom = (
        sum(weight * (1 if measure == ONE else sums.get(measure, 0)) for weight, measure in aggregate.denominator) if aggregate.denominator else 1
    )
    top_scale, bottom_scale = side_scale(aggregate.numerator, minor_scale), side_scale(aggregate.denominator, minor_scale)
    if top_scale == bottom_scale:
        numerator, denominator = top, bottom
    else:
        numerator, denominator = top * bottom_scale, bottom * top_scale
    value = half_up(numerator * MILLION, denominator) if denominator > 0 else None
    return Exact(numerator, denominator, value, sum(sums.get(measure, 0) for measure in samples))


def attainment(value: int | None, target: int | None, direction: Direction, cap: int) -> int | None:
    """
    Return how far a target is reached, in millionths, 0 to the cap.

    Where more is better it is value ÷ target; where less is better target ÷ value, and the cap at a value of zero.
    Nothing where there is no value, or no positive target.
    """
    if value is None or target is None or target <= 0:
        return None
    if direction is Direction.LOWER:
        return cap if value <= 0 else min(half_up(target * MILLION, value), cap)
    return max(0, min(half_up(value * MILLION, target), cap))


def points(reached: int | None, weight: int) -> int:
    """Return the weighted points of an attainment, in millionths; none where there is no attainment."""
    return 0 if reached is None else half_up(reached * weight, MILLION)


def gate_factor(value: int | None, below: int | None, factor: int | None) -> int:
    """Return what a balance rule leaves of the incentives, in millionths: its factor under the bound, else all."""
    if below is None or factor is None or value is None or value >= below:
        return MILLION
    return factor
