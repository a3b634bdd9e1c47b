"""What a frame must be like before anything is computed on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from bole import Period, Problem, refuse_if_any
from bole_payroll.statutory.columns import AMOUNTS, BEFORE, INPUTS, RESULTS
from bole_payroll.statutory.exact import LIMIT
from bole_payroll.statutory.parameters import WHOLE, Parameters
from bole_payroll.statutory.social_insurance import by_city, city_index, city_type

WHERE = "payroll input"
SHOWN = 20
"""Rows named for each kind of problem; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The values that a column may have, both bounds included, and what to do about others."""

    least: int
    most: int
    hint: str

    @property
    def reason(self) -> str:
        """What is said of a value outside."""
        return f"is not between {self.least:,} and {self.most:,}." if self.least != self.most else f"is not {self.least:,}."


def refuse_wrong_numbers(frame: pl.DataFrame | pl.LazyFrame, allowed: Mapping[str, Allowed]) -> None:
    """
    Refuse a frame that lacks one of these columns, or has no integers in it, or (DataFrame only) nulls or values not allowed.

    Raises:
        ProblemsFound: every kind of problem in every column, with its first rows (counted from 1).
    """
    schema = frame.collect_schema()
    problems = [_of_column(name, "is missing.", one.hint) for name, one in allowed.items() if name not in schema]
    problems += [_no_integer(name, schema[name]) for name in allowed if name in schema and not schema[name].is_integer()]
    if isinstance(frame, pl.DataFrame) and not problems:
        problems += _bad_numbers(frame, allowed)
    refuse_if_any(problems, code="payroll.bad_values", message="the frame is refused; nothing was computed.", hint="Mend what is listed.")


def refuse_wrong_columns(schema: pl.Schema, parameters: Parameters) -> None:
    """
    Refuse a month's frame whose columns are missing, of a wrong type, half of a pair, or already results.

    Raises:
        ProblemsFound: every such column.
    """
    problems = [*_missing(schema), *_mistyped(schema, parameters)]
    taken = [name for name in schema if name in {column.name for column in RESULTS} or name.startswith("__")]
    problems += [_of_column(name, "is a column that the computation makes.", "Drop or rename it.") for name in taken]
    refuse_if_any(problems, code="payroll.bad_columns", message="the payroll frame is refused.", hint="See docs/payroll-cn.md, section Columns.")


def refuse_wrong_values(frame: pl.DataFrame, parameters: Parameters, month: Period) -> None:
    """
    Refuse impossible values of a month: nulls, amounts too large or negative, rates and months out of range, unknown
    cities, and in January figures of earlier months.

    Args:
        frame: with the columns that `refuse_wrong_columns` demands.
        parameters: in force in the month.
        month: the month paid.

    Raises:
        ProblemsFound: every kind of problem in every column, with its first rows (counted from 1).
    """
    allowed = {column.name: Allowed(-LIMIT if column.negative else 0, LIMIT, column.meaning) for column in AMOUNTS}
    if month.start.month == 1:
        begun = Allowed(0, 0, "The tax year begins in January: what was before belongs to last year.")
        allowed |= {column.name: begun for column in BEFORE}
    allowed["months_before"] = Allowed(0, 12, "Count months of this year whose standard deduction was used.")
    allowed["housing_fund_rate"] = Allowed(0, WHOLE, "Give basis points: 700 for 7 %.")
    numbers = _bad_numbers(frame, {name: one for name, one in allowed.items() if name in frame.columns})
    problems = [*numbers, *_bad_cities(frame, parameters), *_bad_fund_rates(frame, parameters)]
    refuse_if_any(problems, code="payroll.bad_values", message="the payroll frame is refused; nothing was computed.", hint="Mend what is listed.")


def _missing(schema: pl.Schema) -> Iterator[Problem]:
    for column in INPUTS:
        if column.name not in schema and not column.optional:
            yield _of_column(column.name, "is missing.", column.meaning)
        elif column.name in schema and column.goes_with and column.goes_with not in schema:
            yield _of_column(column.goes_with, f"is missing, although {column.name!r} is given.", "Give both or neither.")


def _mistyped(schema: pl.Schema, parameters: Parameters) -> Iterator[Problem]:
    for column in INPUTS:
        kind = schema.get(column.name)
        if kind is not None and column.name != "city" and not kind.is_integer():
            yield _no_integer(column.name, kind)
    city = schema.get("city")
    if city is not None and not isinstance(city, (pl.String, pl.Categorical, pl.Enum, pl.Null)):
        yield _of_column("city", f"has type {city}, not text.", f"Give codes such as {', '.join(city_type(parameters).categories)}.")


def _bad_numbers(frame: pl.DataFrame, allowed: Mapping[str, Allowed]) -> Iterator[Problem]:
    columns = [pl.col(name) for name in allowed]
    least, most, nulls = (frame.select(pick(column) for column in columns).row(0) for pick in (pl.Expr.min, pl.Expr.max, pl.Expr.null_count))
    for (name, one), low, high, null in zip(allowed.items(), least, most, nulls, strict=True):
        if null or (low is not None and not one.least <= low <= high <= one.most):
            wrong = pl.col(name).is_null() | ~pl.col(name).is_between(one.least, one.most)
            yield from _rows(frame.select(name, wrong=wrong), name, one.reason, one.hint)


def _bad_cities(frame: pl.DataFrame, parameters: Parameters) -> Iterator[Problem]:
    if frame.schema["city"] == city_type(parameters):
        return
    city = pl.col("city").cast(pl.String)
    for code in frame.select(city.unique().drop_nulls().sort()).to_series():
        if code not in parameters.cities:
            yield from _rows(frame.select("city", wrong=city.eq(code)), "city", f"{parameters.why_not(code)}.", parameters.city_hint)


def _bad_fund_rates(frame: pl.DataFrame, parameters: Parameters) -> Iterator[Problem]:
    codes = city_type(parameters)
    known = frame.select("housing_fund_rate", given="city", city=_known(frame.schema["city"], codes))
    funds = [parameters.cities[code].fund for code in codes.categories]
    rate = pl.col("housing_fund_rate")
    outside = (rate != 0) & ~rate.is_between(by_city([fund.least for fund in funds]), by_city([fund.most for fund in funds]))
    unknown = pl.col("given").is_not_null() & pl.col("city").is_null()
    found = known.with_columns(city_index(known.schema, parameters)).select("housing_fund_rate", wrong=outside & ~unknown)
    if found["wrong"].any():
        ranges = "; ".join(f"{code} {fund.least} to {fund.most}" for code, fund in zip(codes.categories, funds, strict=True))
        hint = f"Give basis points: 0; {ranges}; without a city only 0."
        yield from _rows(found, "housing_fund_rate", "is not a rate that the city allows.", hint)


def _known(given: pl.DataType, codes: pl.Enum) -> pl.Expr:
    """Return each row's city, null where it is not among the codes."""
    return pl.col("city") if given == codes else pl.col("city").cast(pl.String).cast(codes, strict=False)


def _rows(found: pl.DataFrame, name: str, reason: str, hint: str) -> Iterator[Problem]:
    """Yield a problem for each of the first rows that are wrong, and one that counts the others."""
    rows = found.with_row_index("row", offset=1).filter(pl.col("wrong"))
    for row, value in rows.select("row", name).head(SHOWN).iter_rows():
        yield Problem(WHERE, row, name, "null" if value is None else str(value), reason, hint)
    if rows.height > SHOWN:
        yield Problem(WHERE, 0, name, "", f"{rows.height - SHOWN:,} more rows: {reason}", hint)


def _no_integer(name: str, kind: pl.DataType) -> Problem:
    return _of_column(name, f"has type {kind}, which is no integer.", "Give whole numbers: fen, basis points, minutes or months.")


def _of_column(name: str, reason: str, hint: str) -> Problem:
    return Problem(WHERE, 0, name, "", reason, hint)
