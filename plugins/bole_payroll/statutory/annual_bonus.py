"""
The annual bonus taxed apart (全年一次性奖金单独计税), and the zones in which a larger bonus leaves less.

财税〔2018〕164号 item 1 (from 2019-01-01), 财政部 税务总局公告2023年第30号 (to 2027-12-31): a twelfth of the bonus picks rate and
quick deduction of the monthly table; tax = bonus × rate − quick deduction. Once a year; any further bonus, or one
whose receiver prefers it so, joins comprehensive income: add it to the month's ``payouts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from bole import InvalidValue, Rounding
from bole_payroll.statutory.checks import Allowed, refuse_wrong_numbers
from bole_payroll.statutory.exact import LIMIT, bracket_tax
from bole_payroll.statutory.parameters import WHOLE, AnnualBonus, Parameters

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
_BONUS = Allowed(0, LIMIT, "The annual bonus in fen.")


@dataclass(frozen=True, slots=True)
class BlindZone:
    """
    Bonuses above `above` and below `until` leave less after tax than `above` itself does.

    Args:
        above: upper bound of a step, fen.
        until: the least bonus, fen, that leaves at least as much.
    """

    above: int
    until: int


def tax_annual_bonus(frame: Frame, parameters: Parameters) -> Frame:
    """
    Return the frame with ``bonus_tax`` and ``bonus_net``, Int64, fen.

    Args:
        frame: one row per bonus; ``bonus`` in fen, 0 or more. Further columns are passed through.
        parameters: in force on the day of payment.

    Raises:
        InvalidValue: no policy taxes a bonus apart on that day.
        ProblemsFound: ``bonus`` is missing or wrong.
    """
    policy = _policy(parameters)
    refuse_wrong_numbers(frame, {"bonus": _BONUS})
    bonus = pl.col("bonus").cast(pl.Int64)
    taxed = frame.with_columns(bonus_tax=bracket_tax(bonus, parameters.monthly.brackets, divided_by=policy.divided_by))
    return taxed.with_columns(bonus_net=bonus - pl.col("bonus_tax"))


def tax_of_bonus(bonus: int, parameters: Parameters) -> int:
    """
    Return the tax on a single bonus; both in fen.

    Raises:
        InvalidValue: no policy taxes a bonus apart on that day.
    """
    step = parameters.monthly.bracket_of(bonus, divided_by=_policy(parameters).divided_by)
    return Rounding.HALF_UP.divide(bonus * step.rate, WHOLE) - step.quick


def blind_zones(parameters: Parameters) -> tuple[BlindZone, ...]:
    """
    Return the zones in which earning more leaves less, rising; one at the upper bound of every step but the last.

    Raises:
        InvalidValue: no policy taxes a bonus apart on that day.
    """
    zones = []
    for step in parameters.monthly.brackets[1:]:
        above = step.above * _policy(parameters).divided_by
        left = above - tax_of_bonus(above, parameters)
        # bonus × (1 − rate) + quick deduction = what is left; rounding moves the solution by a fen or two at most.
        until = (left - step.quick) * WHOLE // (WHOLE - step.rate) - 2
        while until - tax_of_bonus(until, parameters) < left:
            until += 1
        zones.append(BlindZone(above, until))
    return tuple(zones)


def _policy(parameters: Parameters) -> AnnualBonus:
    if parameters.bonus is None:
        raise InvalidValue(
            "payroll.bonus_not_apart",
            f"no policy taxes an annual bonus apart on {parameters.day}; known windows: {parameters.bonus_windows}.",
            "Add it to the month's payouts, so that it joins comprehensive income, or enter the new policy.",
        )
    return parameters.bonus
