"""Commission as one would write it on paper: one employee, fractions, no frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

MILLION = 10**6


@dataclass(frozen=True)
class Plan:
    """Bounds (of the target or in major units), and rates in billionths by part."""

    starts: Sequence[int]
    of_target: bool
    rates: Sequence[Mapping[str, int]]
    cap: int | None = None
    floor: int | None = None
    allow_negative: bool = False


def rounded(value: Fraction) -> int:
    """A fraction at whole units, half up, ties away from zero."""
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) + Fraction(1, 2))


def trunc(value: Fraction) -> int:
    """A fraction without what is behind the point."""
    return -int(-value) if value < 0 else int(value)


def commission(plan: Plan, basis: str, minors: Mapping[str, int], target: int | None, *, gate: int = MILLION, netted: int = 0) -> int:
    """
    What is due, in millionths of a minor unit.

    `minors` are the basis and its parts in minor units (two digits), `target` too; gate in millionths.
    """
    whole = minors[basis]
    if not plan.of_target:
        starts = [Fraction(rounded(Fraction(start * 100, MILLION))) for start in plan.starts]
    elif target is None or target <= 0:
        starts = [Fraction(0)] + [Fraction(10**30)] * (len(plan.starts) - 1)
    else:
        starts = [Fraction(rounded(Fraction(target * start, MILLION))) for start in plan.starts]
    due = Fraction(0)
    for part, amount in ((part, minors[part]) for part in plan.rates[0]):
        share = Fraction(amount, whole) if part != basis and whole > 0 else Fraction(1)
        for place, start in enumerate(starts):
            end = starts[place + 1] if place + 1 < len(starts) else None
            if part != basis and whole <= 0:
                lies = Fraction(amount) if place == 0 else Fraction(0)
            else:
                upper = Fraction(whole) if end is None else min(Fraction(whole), end)
                lies = (upper if place == 0 else max(Fraction(0), upper - start)) * share
            due += lies * Fraction(plan.rates[place][part], 10**9)
    paid = trunc(due * MILLION)
    if plan.cap is not None:
        paid = min(paid, plan.cap)
    if paid > 0:
        paid = trunc(Fraction(paid * gate, MILLION))
    if plan.floor is not None:
        paid = max(paid, plan.floor)
    paid -= netted
    return paid if plan.allow_negative else max(paid, 0)
