"""
A month's payroll of residents: contributions, cumulative withholding, net pay; all rows at once.

国家税务总局公告2018年第61号, article 6, in force since 2019-01-01:

    本期应预扣预缴税额 = (累计预扣预缴应纳税所得额 × 预扣率 − 速算扣除数) − 累计减免税额 − 累计已预扣预缴税额

    累计预扣预缴应纳税所得额 = 累计收入 − 累计免税收入 − 累计减除费用 − 累计专项扣除 − 累计专项附加扣除 − 累计其他扣除

Where the result is below 0 nothing is withheld or refunded; the year's settlement evens it out.
"""

from __future__ import annotations

from typing import TypeVar

import polars as pl

from bole import InvalidValue, Period, PeriodKind
from bole_payroll.statutory.checks import refuse_wrong_columns, refuse_wrong_values
from bole_payroll.statutory.columns import RESULTS
from bole_payroll.statutory.exact import bracket_tax
from bole_payroll.statutory.parameters import SCHEMES, Parameters
from bole_payroll.statutory.social_insurance import city_index, with_contributions

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def withhold(frame: Frame, parameters: Parameters, month: Period) -> Frame:
    """
    Return the frame with the month's results beside what was given.

    Args:
        frame: one row per employee and month, the columns `columns.INPUTS`; further columns are passed through.
            A DataFrame's values are checked first. A LazyFrame's are not, since that would run it: whoever
            builds one calls `checks.refuse_wrong_values` on what it is built from.
        parameters: in force on a day of the month.
        month: the month paid, which decides the tax year.

    Returns:
        The same rows in the same order with the columns `columns.RESULTS`, Int64, fen.

    Raises:
        InvalidValue: not a month, or parameters of another one.
        ProblemsFound: columns missing or of a wrong type, or (DataFrame) impossible values; all of them.
    """
    if month.kind is not PeriodKind.MONTH:
        raise InvalidValue("payroll.not_a_month", f"payroll runs by the month, not for {month}.", "Give a month such as 2026-07.")
    if parameters.day not in month.interval:
        raise InvalidValue(
            "payroll.wrong_parameters", f"the figures are those of {parameters.day}, not of {month}.", f"Take those in force on {month.start}."
        )
    schema = frame.collect_schema()
    refuse_wrong_columns(schema, parameters)
    if isinstance(frame, pl.LazyFrame):
        return _plan(frame, schema, parameters)
    refuse_wrong_values(frame, parameters, month)
    return _plan(frame.lazy(), schema, parameters).collect()


def _plan(frame: pl.LazyFrame, schema: pl.Schema, parameters: Parameters) -> pl.LazyFrame:
    """Return the whole computation, each intermediate a column so that it is computed once."""
    fund_base = "housing_fund_base" if "housing_fund_base" in schema else "insurance_base"
    with_shares = with_contributions(frame.with_columns(city_index(schema, parameters)), parameters, fund_base=fund_base)
    summed = with_shares.with_columns(gross=_total(schema, "base", "payouts", "overtime"), __shares=_total(None, *SCHEMES, "housing_fund"))
    year = summed.with_columns(
        income_cumulative=_total(None, "income_before", "gross"),
        special_cumulative=_total(None, "special_before", "__shares"),
        additional_cumulative=_total(None, "additional_before", "special_additional"),
        months_cumulative=(pl.col("months_before").cast(pl.Int64) + 1).clip(upper_bound=12),
        **{f"{kind}_cumulative": _total(schema, before, now) for kind, before, now in _OPTIONAL if now in schema},
    )
    given = {kind for kind, _, now in _OPTIONAL if now in schema}
    taxed = year.with_columns(taxable_cumulative=_taxable(given, parameters)).with_columns(
        __due=bracket_tax(pl.col("taxable_cumulative"), parameters.annual.brackets)
    )
    relief = pl.col("relief_cumulative") if "relief" in given else pl.lit(0, dtype=pl.Int64)
    withheld = taxed.with_columns(tax=(pl.col("__due") - relief - pl.col("tax_before").cast(pl.Int64)).clip(lower_bound=0))
    paid = withheld.with_columns(tax_cumulative=_total(None, "tax_before", "tax"), net=pl.col("gross") - pl.col("__shares") - pl.col("tax"))
    results = [column.name for column in RESULTS if not column.optional or column.name.removesuffix("_cumulative") in given]
    return paid.select(*schema.names(), *results)


_OPTIONAL = (("exempt", "exempt_before", "exempt_income"), ("other", "other_before", "other_deductions"), ("relief", "relief_before", "tax_relief"))


def _total(schema: pl.Schema | None, *columns: str) -> pl.Expr:
    """Return the sum of columns as Int64, of those that the schema has where one is given."""
    total, *rest = (pl.col(name).cast(pl.Int64) for name in columns if schema is None or name in schema)
    for column in rest:
        total = total + column
    return total


def _taxable(given: set[str], parameters: Parameters) -> pl.Expr:
    """Return 累计预扣预缴应纳税所得额, which is not below 0."""
    taxable = pl.col("income_cumulative") - pl.col("months_cumulative") * parameters.deduction.month
    for kind in ("special", "additional", *(kind for kind in ("exempt", "other") if kind in given)):
        taxable = taxable - pl.col(f"{kind}_cumulative")
    return taxable.clip(lower_bound=0)
