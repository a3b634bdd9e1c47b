"""
Exact arithmetic on frames: Int64 columns of fen, integer rates, rounding half up.

Polars wraps an overflowing Int64 silently. So every amount must stay within `LIMIT` (`checks` refuses others), and
whoever multiplies by more than `ROOM` turns to Int128 first.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bole_payroll.statutory.parameters import WHOLE, Bracket

LIMIT = 10**13
"""Greatest size of an amount in fen (a hundred thousand million yuan)."""

ROOM = (2**63 - 1) // (20 * LIMIT)
"""What a sum of up to twenty amounts may be multiplied by within Int64."""


def half_up(numerator: pl.Expr, denominator: int, *, signed: bool = True) -> pl.Expr:
    """
    Return numerator / denominator rounded half up (``Rounding.HALF_UP``: a tie goes away from zero) to whole numbers.

    Args:
        numerator: an integer expression.
        denominator: above 0.
        signed: false where the numerator is known not to be negative; saves a comparison.
    """
    if denominator == 1:
        return numerator
    # Floor division of (2n + d) / 2d sends ties up; one less than that sends those below zero down, and moves nothing else.
    doubled = numerator * 2 + denominator if denominator % 2 else numerator + denominator // 2
    divisor = denominator * 2 if denominator % 2 else denominator
    return (doubled - (numerator < 0).cast(pl.Int64) if signed else doubled) // divisor


def step_value(amount: pl.Expr, brackets: Sequence[Bracket], field: str, *, times: int = 1) -> pl.Expr:
    """
    Return the rate (basis points) or quick deduction (fen) of the step in which an amount lies, Int64.

    Args:
        amount: what the steps' bounds are held against.
        brackets: rising from 0.
        field: ``rate`` or ``quick``.
        times: the bounds are multiplied by it, so that a twelfth or a fraction is compared without dividing.
    """
    chosen = pl.lit(getattr(brackets[0], field), dtype=pl.Int64)
    for step in brackets[1:]:
        chosen = pl.when(amount > step.above * times).then(pl.lit(getattr(step, field), dtype=pl.Int64)).otherwise(chosen)
    return chosen


def bracket_tax(amount: pl.Expr, brackets: Sequence[Bracket], *, parts: int = 1, divided_by: int = 1) -> pl.Expr:
    """
    Return amount × rate − quick deduction in fen, rounded half up once.

    Args:
        amount: taxable, in `parts`-ths of a fen, 0 or more.
        brackets: rising from 0.
        parts: how many units of `amount` make a fen.
        divided_by: the step is that of a `divided_by`-th of the amount (12 for an annual bonus).
    """
    times = parts * divided_by
    rate, quick = step_value(amount, brackets, "rate", times=times), step_value(amount, brackets, "quick", times=times)
    if parts * max(step.rate for step in brackets) > ROOM:
        return half_up(amount.cast(pl.Int128) * rate, parts * WHOLE, signed=False).cast(pl.Int64) - quick
    return half_up(amount * rate, parts * WHOLE, signed=False) - quick
