"""
Overtime pay and the daily wage.

劳动法 article 44 (from 1995-01-01): 150 % on workdays, 200 % on rest days without time off in lieu, 300 % on public
holidays. 人社部发〔2025〕2号 (from 2025-01-01; before: 劳社部发〔2008〕3号): a month has 21.75 paid days of 8 hours, 174 hours.
Each amount is rounded half up to the fen once, at its end; a printed hourly wage is never multiplied.
"""

from __future__ import annotations

from typing import TypeVar

import polars as pl

from bole_payroll.statutory.checks import Allowed, refuse_wrong_numbers
from bole_payroll.statutory.exact import LIMIT, half_up
from bole_payroll.statutory.parameters import WHOLE, Parameters

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
_MONTH = 31 * 24 * 60
_ALLOWED = {
    "monthly_wage": Allowed(0, LIMIT, "The wage of a month on which overtime is based, in fen."),
    **{f"{kind}_minutes": Allowed(-_MONTH, _MONTH, "Minutes of the month; below 0 to take back.") for kind in ("workday", "restday", "holiday")},
}


def overtime_pay(frame: Frame, parameters: Parameters) -> Frame:
    """
    Return the frame with ``workday_overtime, restday_overtime, holiday_overtime`` and their sum ``overtime``, Int64, fen.

    Args:
        frame: one row per employee and month: ``monthly_wage`` (fen), ``workday_minutes, restday_minutes,
            holiday_minutes``. Under comprehensive hours (综合计算工时) what exceeds the period's total counts as workday
            minutes; under flexible hours (不定时) give none. Further columns are passed through.
        parameters: in force in the month.

    Raises:
        ProblemsFound: columns missing or wrong.
    """
    refuse_wrong_numbers(frame, _ALLOWED)
    rates = {"workday": parameters.overtime.workday, "restday": parameters.overtime.restday, "holiday": parameters.overtime.holiday}
    wage = pl.col("monthly_wage").cast(pl.Int128)
    paid = {
        f"{kind}_overtime": half_up(wage * pl.col(f"{kind}_minutes").cast(pl.Int128) * rate, parameters.pay_time.minutes * WHOLE).cast(pl.Int64)
        for kind, rate in rates.items()
    }
    return frame.with_columns(**paid).with_columns(overtime=pl.col("workday_overtime") + pl.col("restday_overtime") + pl.col("holiday_overtime"))


def daily_wage(frame: Frame, parameters: Parameters) -> Frame:
    """
    Return the frame with ``daily_wage``, Int64, fen: the monthly wage over the paid days of a month, half up.

    Args:
        frame: with ``monthly_wage`` in fen.
        parameters: in force in the month.

    Raises:
        ProblemsFound: ``monthly_wage`` is missing or wrong.
    """
    refuse_wrong_numbers(frame, {"monthly_wage": _ALLOWED["monthly_wage"]})
    return frame.with_columns(daily_wage=half_up(pl.col("monthly_wage").cast(pl.Int64) * 100, parameters.pay_time.days))
