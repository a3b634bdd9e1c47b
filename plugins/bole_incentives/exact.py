"""Exact arithmetic on columns: integers of 128 bits, and money as text for traces."""

from __future__ import annotations

import polars as pl

from bole import InvalidValue, minor_digits
from bole_incentives.figures import FACTS, Figure

MOST = 10**14
"""No basis may be larger, in minor units: its product with itself and a rate still fits 128 bits."""
MILLION = 10**6
INT = pl.Int128


def integer(number: int) -> pl.Expr:
    """Return a constant of 128 bits."""
    return pl.lit(number, dtype=INT)


def wide(name: str) -> pl.Expr:
    """Return a column as integers of 128 bits."""
    return pl.col(name).cast(INT)


def half_up(numerator: pl.Expr, denominator: pl.Expr | int) -> pl.Expr:
    """Return a quotient rounded half up, ties away from zero; the same as `Rounding.HALF_UP`. The denominator is above zero."""
    divisor = integer(denominator) if isinstance(denominator, int) else denominator
    return ((numerator.abs() * 2 + divisor) // (divisor * 2)) * numerator.sign()


def cut(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """
    Return a quotient without what is behind the point, the same as `Rounding.DOWN`; the denominator is above zero.

    What is cut off before a half-up at the payout never turns into a second rounding.
    """
    return (numerator.abs() // denominator) * numerator.sign()


def with_scale(employees: pl.DataFrame) -> pl.DataFrame:
    """Return the employees with ``scale`` (minor units per major unit) and every term under its own code."""
    digits = {currency: 10 ** minor_digits(currency) for currency in employees["currency"].unique()}
    terms = {name: name.removeprefix("term_") for name in employees.columns if name.startswith("term_") and name.removeprefix("term_") not in FACTS}
    return employees.rename(terms).with_columns(scale=pl.col("currency").replace_strict(digits, return_dtype=pl.Int64).cast(INT))


def amount(rule: str, figure: Figure, people: pl.DataFrame) -> pl.Series:
    """
    Return an amount for every employee in millionths of a minor unit.

    Raises:
        InvalidValue: it depends on a term that was not agreed with somebody; rule and employee are named.
    """
    found = figure.column(people)
    without = people.filter(found.is_null())
    if not without.is_empty():
        raise InvalidValue(
            "incentives.no_amount",
            f"the amount {figure.text!r} of the rule {rule!r} has no value for employee {without['employee_id'][0]}.",
            "Agree the term with the employee, or leave him or her out by the rule's audience.",
        )
    return found.cast(INT) * people["scale"]


def minor(millionths: pl.Expr) -> pl.Expr:
    """Return millionths of a major unit as whole minor units, half up, by the row's ``scale``."""
    return half_up(millionths * pl.col("scale"), MILLION)


def refuse_large(rule: str, people: pl.DataFrame, column: str) -> None:
    """
    Return when every figure of a column can be calculated with.

    Raises:
        InvalidValue: one cannot; rule and employee are named.
    """
    large = people.filter(pl.col(column).abs() > MOST)
    if not large.is_empty():
        raise InvalidValue(
            "incentives.too_large",
            f"the rule {rule!r} meets a {column} of {large[column][0]} minor units for employee {large['employee_id'][0]}; the most is {MOST}.",
            "Look for a wrong amount among the facts of that employee.",
        )


def money_text(minors: pl.Expr) -> pl.Expr:
    """Return minor units as people read money, ``-1,234.50``, by the row's ``scale``."""
    whole = (minors.abs() // pl.col("scale")).cast(pl.String)
    grouped = whole.str.reverse().str.replace_all(r"(\d{3})", "${1},").str.reverse().str.strip_prefix(",")
    places = pl.col("scale").cast(pl.String).str.len_chars() - 1
    rest = (minors.abs() % pl.col("scale")).cast(pl.String)
    fraction = (
        pl.when(pl.col("scale") > 1)
        .then(pl.concat_str(pl.lit("."), pl.lit("0").repeat_by(places - rest.str.len_chars()).list.join(""), rest))
        .otherwise(pl.lit(""))
    )
    return pl.concat_str(pl.when(minors < 0).then(pl.lit("-")).otherwise(pl.lit("")), grouped, fraction)


def percent_text(billionths: pl.Expr) -> pl.Expr:
    """Return a rate in billionths as a percentage without needless zeros, ``12.5%``."""
    whole = (billionths // 10**7).cast(pl.String)
    fraction = (billionths % 10**7).cast(pl.String).str.zfill(7).str.strip_chars_end("0")
    return pl.concat_str(whole, pl.when(fraction == "").then(pl.lit("")).otherwise(pl.concat_str(pl.lit("."), fraction)), pl.lit("%"))
