"""What is agreed with employees in a month: base salary in proportion to days, everything else as it last stands."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bole import UNTIL_REVISED, Label, Raw, micros
from bole_payroll.computing.order import Part, RunOrder, as_frame, read_frame
from bole_payroll.computing.people import count_days, days_of_month

BASE = "base_salary"
SOCIAL_BASE, FUND_BASE, FUND_RATE = "social_base", "fund_base", "fund_rate"
SPECIAL, OTHER = "special_deduction", "other_deduction"
TERMS = {
    BASE: Label("月基本工资", "Base salary of a month"),
    SOCIAL_BASE: Label("社保缴费工资；0 为不参保", "Wage on which social insurance is based; 0: not insured"),
    FUND_BASE: Label("公积金缴存工资", "Wage on which the housing fund is based"),
    FUND_RATE: Label("公积金个人缴存比例", "Employee's housing fund rate"),
    SPECIAL: Label("每月专项附加扣除", "Special additional deductions of a month"),
    OTHER: Label("每月其他扣除", "Other deductions of a month"),
}
"""Codes of the terms that payroll reads, and what they are."""
GROSS_TERMS = (BASE,)


def read_agreed(raw: Raw, order: RunOrder, part: Part, people: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """
    Return the people with what is agreed with them, in millionths, missing where nothing is.

    Args:
        people: as `read_people` returns them.
        codes: of the terms, `BASE` among them.

    Returns:
        The people with a column ``term_CODE`` for each code: the last value that holds on a day of the month; ``days`` and
        ``base_days`` (Int128: base salary in millionths times the days it was paid for, over `days_of_month`).
    """
    terms = _of_the_month(raw, order, part)
    for code in codes:
        held = terms.filter(pl.col("code") == code).select("employee_id", pl.col("value").alias(f"term_{code}"))
        people = people.join(held, on="employee_id", how="left", maintain_order="left")
    days = count_days(order, pl.col("first"), pl.col("end"))
    people = people.with_columns(days=days.fill_null(0)).with_columns(base_days=(pl.col(f"term_{BASE}").cast(pl.Int128) * pl.col("days")))
    changing = terms.filter(pl.col("code").is_null())["employee_id"].unique().to_list()
    return _with_pieces(order, people, _pieces(raw, order, changing, codes), codes) if changing else people


def base_of(order: RunOrder) -> pl.Expr:
    """Return the base salary for the days employed in minor units, half up once, 0 where none is agreed."""
    divisor = pl.lit(days_of_month(order) * 10 ** (6 - order.digits), dtype=pl.Int128)
    halves = pl.col("base_days") * 2 + divisor
    half_up: pl.Expr = halves // (divisor * 2)
    return half_up.cast(pl.Int64).fill_null(0)


def money_of(order: RunOrder, code: str) -> pl.Expr:
    """Return a term in minor units, half up, missing where it is not agreed."""
    divisor = 10 ** (6 - order.digits)
    half_up: pl.Expr = (pl.col(f"term_{code}") + divisor // 2) // divisor
    return half_up


def _of_the_month(raw: Raw, order: RunOrder, part: Part) -> pl.DataFrame:
    """Return the terms of the month, one row each; one that begins or ends within the month has no code, and `_pieces` reads it."""
    start, end = order.day(order.period.start), order.day(order.period.end)
    return read_frame(
        raw,
        "select employee_id, case when valid_from <= ? and valid_to >= ? then code end, value from core_term "
        "where employee_id >= ? and employee_id < ? and known_to = ? and valid_from < ? and valid_to > ?",
        (start, end, part.first, part.end, micros(UNTIL_REVISED), end, start),
        {"employee_id": pl.Int64, "code": pl.String, "value": pl.Int64},
    )


def _pieces(raw: Raw, order: RunOrder, employees: Sequence[int], codes: Sequence[str]) -> pl.DataFrame:
    """Return the terms that begin or end within the month, one row each."""
    start, end = order.day(order.period.start), order.day(order.period.end)
    rows = raw.where_in(
        "select employee_id, code, value, valid_from, valid_to from core_term "
        "where known_to = ? and valid_from < ? and valid_to > ? and (valid_from > ? or valid_to < ?) and employee_id in",
        employees,
        before=(micros(UNTIL_REVISED), end, start, start, end),
    )
    schema = {"employee_id": pl.Int64, "code": pl.String, "value": pl.Int64, "valid_from": pl.Date, "valid_to": pl.Date}
    return as_frame([row for row in rows if row[1] in codes], schema)


def _with_pieces(order: RunOrder, people: pl.DataFrame, pieces: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    month = order.period
    pieces = pieces.join(people.select("employee_id", "first", "end"), on="employee_id")
    last = pieces.sort("valid_from").group_by("employee_id", "code").agg(pl.col("value").last())
    for code in codes:
        held = last.filter(pl.col("code") == code).select("employee_id", held="value")
        people = people.join(held, on="employee_id", how="left", maintain_order="left")
        people = people.with_columns(pl.coalesce("held", f"term_{code}").alias(f"term_{code}")).drop("held")
    # The horizontal functions pass over what is missing, and who is not employed has no first day.
    paid = pieces.filter(pl.col("code") == BASE, pl.col("first").is_not_null()).with_columns(
        valid_from=pl.max_horizontal("valid_from", "first", pl.lit(month.start)), valid_to=pl.min_horizontal("valid_to", "end", pl.lit(month.end))
    )
    paid = paid.filter(pl.col("valid_from") < pl.col("valid_to")).with_columns(
        days=count_days(order, pl.col("valid_from"), pl.col("valid_to")).cast(pl.Int128)
    )
    sums = paid.group_by("employee_id").agg(in_pieces=(pl.col("value").cast(pl.Int128) * pl.col("days")).sum())
    people = people.join(sums, on="employee_id", how="left", maintain_order="left")
    return people.with_columns(base_days=pl.coalesce("in_pieces", "base_days")).drop("in_pieces")
