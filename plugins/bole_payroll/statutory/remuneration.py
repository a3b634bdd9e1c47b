"""
Withholding from remuneration that is no resident's wage: labour service, royalties, licence fees, and non-residents.

国家税务总局公告2018年第61号, in force since 2019-01-01: article 8 and annex 2 table 2 for residents (up to 4,000 a payment 800
are deducted, above that 20 %; of a royalty's remainder 70 % count), article 9 and annex 2 table 3 for non-residents.
The taxed amount is never rounded: the tax is, half up to the fen.
"""

from __future__ import annotations

from enum import StrEnum
from math import gcd, lcm
from typing import TypeVar

import polars as pl

from bole import Problem, refuse_if_any
from bole_payroll.statutory.checks import WHERE, Allowed, refuse_wrong_numbers
from bole_payroll.statutory.exact import LIMIT, bracket_tax
from bole_payroll.statutory.parameters import WHOLE, Bracket, Parameters, Remuneration

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


class RemunerationKind(StrEnum):
    """What is paid: by the payment, non-residents' wages by the month."""

    LABOUR_SERVICE = "labour_service"
    ROYALTY = "royalty"
    LICENCE_FEE = "licence_fee"
    NONRESIDENT_WAGES = "nonresident_wages"
    NONRESIDENT_LABOUR_SERVICE = "nonresident_labour_service"
    NONRESIDENT_ROYALTY = "nonresident_royalty"
    NONRESIDENT_LICENCE_FEE = "nonresident_licence_fee"


def withhold_remuneration(frame: Frame, parameters: Parameters) -> Frame:
    """
    Return the frame with ``tax`` and ``net``, Int64, fen.

    Args:
        frame: one row per payment: ``kind`` (a `RemunerationKind`), ``amount`` in fen, 0 or more. Further columns are passed through.
        parameters: in force on the day of payment.

    Raises:
        ProblemsFound: columns missing or wrong, or (DataFrame only) a kind that does not exist.
    """
    refuse_wrong_numbers(frame, {"amount": Allowed(0, LIMIT, "The payment in fen.")})
    _refuse_wrong_kinds(frame)
    tax = pl.lit(None, dtype=pl.Int64)
    for kind in RemunerationKind:
        tax = (
            pl.when(pl.col("kind").cast(pl.String) == kind.value)
            .then(remuneration_tax(kind, pl.col("amount").cast(pl.Int64), parameters))
            .otherwise(tax)
        )
    return frame.with_columns(tax=tax).with_columns(net=pl.col("amount").cast(pl.Int64) - pl.col("tax"))


def remuneration_tax(kind: RemunerationKind, amount: pl.Expr, parameters: Parameters) -> pl.Expr:
    """Return the tax to withhold from an amount (both Int64, fen) of one kind."""
    outside, monthly = parameters.non_resident, parameters.monthly.brackets
    match kind:
        case RemunerationKind.LABOUR_SERVICE:
            return _resident_tax(amount, parameters.labour_service)
        case RemunerationKind.ROYALTY:
            return _resident_tax(amount, parameters.royalty)
        case RemunerationKind.LICENCE_FEE:
            return _resident_tax(amount, parameters.licence_fee)
        case RemunerationKind.NONRESIDENT_WAGES:
            return bracket_tax((amount - outside.wage_deduction).clip(lower_bound=0), monthly)
        case RemunerationKind.NONRESIDENT_ROYALTY:
            return _share_tax(amount, (WHOLE - outside.expenses) * outside.royalty_counted, WHOLE**2, monthly)
        case _:
            return _share_tax(amount, WHOLE - outside.expenses, WHOLE, monthly)


def _share_tax(amount: pl.Expr, numerator: int, denominator: int, brackets: tuple[Bracket, ...]) -> pl.Expr:
    """Return the tax on a fraction of an amount."""
    shared = gcd(numerator, denominator)
    return bracket_tax(amount * (numerator // shared), brackets, parts=denominator // shared)


def _resident_tax(amount: pl.Expr, rules: Remuneration) -> pl.Expr:
    """Return the tax on what remains of an amount, counted in parts of a fen so that nothing is rounded before the end."""
    small_whole, large_whole = WHOLE, WHOLE**2
    small, large = rules.counted, (WHOLE - rules.expenses) * rules.counted
    parts = lcm(small_whole // gcd(small, small_whole), large_whole // gcd(large, large_whole))
    taxed = (
        pl.when(amount <= rules.fixed_up_to)
        .then((amount - rules.fixed).clip(lower_bound=0) * (small * parts // small_whole))
        .otherwise(amount * (large * parts // large_whole))
    )
    return bracket_tax(taxed, rules.brackets, parts=parts)


def _refuse_wrong_kinds(frame: pl.DataFrame | pl.LazyFrame) -> None:
    hint = f"Use one of: {', '.join(RemunerationKind)}."
    if "kind" not in frame.collect_schema():
        problems = [Problem(WHERE, 0, "kind", "", "is missing.", hint)]
    elif isinstance(frame, pl.DataFrame):
        known = pl.col("kind").cast(pl.String).is_in([kind.value for kind in RemunerationKind]).fill_null(value=False)
        wrong = frame.with_row_index("row", offset=1).filter(~known).select("row", pl.col("kind").cast(pl.String))
        problems = [Problem(WHERE, row, "kind", kind or "null", "is no kind of remuneration.", hint) for row, kind in wrong.iter_rows()]
    else:
        problems = []
    refuse_if_any(problems, code="payroll.bad_values", message="the frame is refused; nothing was computed.", hint="Mend what is listed.")
