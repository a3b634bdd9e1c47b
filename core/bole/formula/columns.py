"""Formulas as Polars expressions: exact integers of 128 bits, never a float. Imported when a formula is first compiled."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import polars as pl

from bole.formula.tree import Table
from bole.formula.types import MAX_PLACES, QUANTITIES, Kind, Plain, Stored, Type
from bole.values import Rounding

INT = pl.Int128
WIDE = pl.Decimal(38, 0)
DIGITS = 38
MOST = 10**DIGITS - 1
_INT64 = 2**63
_STORED_PLACES = 6
_COMPARE = {"=": pl.Expr.eq, "<>": pl.Expr.ne, "<": pl.Expr.lt, "<=": pl.Expr.le, ">": pl.Expr.gt, ">=": pl.Expr.ge}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Column:
    """
    An expression with what is known of it before it runs.

    Args:
        expr: Int128 for quantities, dates (days) and moments (microseconds); String or Boolean for text and truth.
        places: decimal places of the integers.
        bound: no integer is larger than this, its sign left off; decides where an overflow must be looked for.
    """

    expr: pl.Expr
    places: int = 0
    bound: int = 0


class Columns:
    """
    The operations on columns; each refers to each argument once unless it says otherwise.

    Whatever might leave 38 digits goes through Polars' checked Decimal arithmetic, which raises and never wraps.
    A missing value makes the result missing, unless a method says otherwise.
    """

    def name(self, name: str, type_: Type) -> Column:
        """Return the column of a variable."""
        if type_.kind in (Kind.TEXT, Kind.TRUTH):
            return Column(pl.col(name).cast(pl.String if type_.kind is Kind.TEXT else pl.Boolean))
        if type_.kind not in QUANTITIES:
            return Column(pl.col(name).cast(pl.Int64).cast(INT), 0, _INT64)
        # Bitwise "and" with -1 changes no integer and refuses a float column, which a cast would cut off in silence.
        expr = pl.col(name) & -1
        if type_.places <= _STORED_PLACES:
            return Column(expr.cast(pl.Int64).cast(INT), type_.places, _INT64)
        return Column(expr.cast(INT).cast(WIDE).cast(INT), type_.places, MOST)

    def literal(self, stored: int | str | bool, places: int = 0) -> Column:
        """Return a constant; an integer counts units of the last place."""
        if isinstance(stored, (str, bool)):
            return Column(pl.lit(stored))
        return Column(pl.lit(stored, dtype=INT), places, abs(stored))

    def fit(self, column: Column, digits: int) -> Column:
        """Return the column, sure to have at most so many digits; running it raises when it has more."""
        if column.bound < 10**digits:
            return column
        return Column(column.expr.cast(pl.Decimal(digits, 0)).cast(INT), column.places, 10**digits - 1)

    def rescale(self, column: Column, places: int) -> Column:
        """Return the column at other places; further places are cut off towards minus infinity (`Rounding.FLOOR`)."""
        power = 10 ** abs(places - column.places)
        if places > column.places:
            column = self.fit(column, DIGITS - (places - column.places))
            return Column(column.expr * pl.lit(power, dtype=INT), places, column.bound * power)
        return column if places == column.places else Column(column.expr // pl.lit(power, dtype=INT), places, column.bound // power + 1)

    def aligned(self, columns: Sequence[Column]) -> list[Column]:
        """Return the columns at the most places any of them has."""
        places = max(column.places for column in columns)
        return [self.rescale(column, places) for column in columns]

    def add(self, left: Column, right: Column) -> Column:
        """Return the sum."""
        left, right = (self.fit(column, DIGITS - 1) for column in self.aligned([left, right]))
        return Column(left.expr + right.expr, left.places, left.bound + right.bound)

    def subtract(self, left: Column, right: Column) -> Column:
        """Return the difference."""
        return self.add(left, self.negate(right))

    def negate(self, column: Column) -> Column:
        """Return the column with the other sign."""
        return Column(column.expr * pl.lit(-1, dtype=INT), column.places, column.bound)

    def sum(self, columns: Sequence[Column]) -> Column:
        """Return all columns added up."""
        return functools.reduce(self.add, columns)

    def multiply(self, left: Column, right: Column) -> Column:
        """Return the product, cut off after the twelfth place."""
        bound = left.bound * right.bound
        if bound <= MOST:
            expr = left.expr * right.expr
        else:
            expr, bound = (left.expr.cast(WIDE) * right.expr.cast(WIDE)).cast(INT), MOST
        return self.rescale(Column(expr, places := left.places + right.places, bound), min(places, MAX_PLACES))

    def divide(self, numerator: Column, denominator: Column) -> Column:
        """Return the quotient, cut off after the twelfth place towards minus infinity; missing where the denominator is 0."""
        power = MAX_PLACES - numerator.places + denominator.places
        scaled = self.rescale(numerator, numerator.places + power)
        return Column(scaled.expr // denominator.expr, MAX_PLACES, scaled.bound)

    def hours(self, column: Column) -> Column:
        """Return microseconds as hours."""
        return Column(column.expr * pl.lit(2_500, dtype=INT) // pl.lit(9, dtype=INT), MAX_PLACES, column.bound * 278)

    def convert(self, column: Column, type_: Type) -> Column:
        """Return written figures in another unit: money counts minor units."""
        moved = Column(column.expr, column.places - type_.shift, column.bound)
        return moved if moved.places >= 0 else self.rescale(moved, 0)

    def round(self, column: Column, places: int, rule: Rounding) -> Column:
        """Return the column at so many places (negative: tens, hundreds …) under a named rule; refers to it up to three times."""
        if places >= column.places:
            return column
        step = 10 ** (column.places - places)
        column = self.fit(column, DIGITS - 1)
        x, one, many = column.expr, pl.lit(step, dtype=INT), pl.lit(step - 1, dtype=INT)
        zero, half = pl.lit(0, dtype=INT), pl.lit(step // 2, dtype=INT)
        match rule:
            case Rounding.FLOOR:
                quotient = x // one
            case Rounding.CEILING:
                quotient = (x + many) // one
            case Rounding.UP:
                quotient = (x + pl.when(x > zero).then(many).otherwise(zero)) // one
            case Rounding.DOWN:
                quotient = (x + pl.when(x < zero).then(many).otherwise(zero)) // one
            case Rounding.HALF_UP:
                quotient = (x + half - (x < zero).cast(INT)) // one
            case _:
                nearest = (x + half) // one
                quotient = nearest - (((x + half) % one == zero) & (nearest % pl.lit(2, dtype=INT) != zero)).cast(INT)
        rounded = Column(quotient, places, column.bound // step + 1)
        return rounded if places >= 0 else self.rescale(rounded, 0)

    def compare(self, sign: str, left: Column, right: Column) -> Column:
        """Return whether the comparison (``=``, ``<>``, ``<``, ``<=``, ``>``, ``>=``) holds."""
        left, right = self.aligned([left, right])
        # Polars 2.1 shrinks a constant compared with a column of one repeated value to one row; the other way round it does not.
        if not left.expr.meta.root_names():
            left, right, sign = right, left, _MIRRORED.get(sign, sign)
        return Column(_COMPARE[sign](left.expr, right.expr))

    def where(self, condition: Column, column: Column) -> Column:
        """Return the column where the condition holds, and missing elsewhere."""
        return Column(pl.when(condition.expr).then(column.expr), column.places, column.bound)

    def choose(self, condition: Column, yes: Column, no: Column) -> Column:
        """Return one column or the other; only the chosen one's gaps count. Refers to the condition twice."""
        yes, no = self.aligned([yes, no])
        expr = pl.when(condition.expr).then(yes.expr).when(~condition.expr).then(no.expr)
        return Column(expr, yes.places, max(yes.bound, no.bound))

    def extreme(self, columns: Sequence[Column], *, least: bool) -> Column:
        """Return the least or greatest in each row; refers to each column twice."""
        columns = self.aligned(columns)
        exprs = [column.expr for column in columns]
        gaps = pl.any_horizontal([expr.is_null() for expr in exprs])
        best = pl.min_horizontal(exprs) if least else pl.max_horizontal(exprs)
        return Column(pl.when(~gaps).then(best), columns[0].places, max(column.bound for column in columns))

    def clip(self, column: Column, lower: Column, upper: Column | None) -> Column:
        """Return the column held between two bounds of the same places; a missing bound holds nothing."""
        bounds = [column.bound, lower.bound, upper.bound if upper else 0]
        return Column(column.expr.clip(lower.expr, upper.expr if upper else None), column.places, max(bounds))

    def steps(self, column: Column, bounds: Sequence[Column], results: Sequence[Column]) -> Column:
        """Return the result beside the last bound reached, missing below the first; refers to the column once a step."""
        expr: pl.Expr = pl.lit(None, dtype=pl.Null)
        for bound, result in zip(bounds, results, strict=True):
            expr = pl.when(self.compare(">=", column, bound).expr).then(result.expr).otherwise(expr)
        return Column(expr, results[0].places, max(result.bound for result in results))

    def table(self, column: Column, table: Table) -> Column:
        """Return the result beside the key, or beside the highest bound reached; missing where there is none."""
        if table.key.kind is Kind.TEXT:
            keys, results = pl.Series(table.keys, dtype=pl.String), pl.Series(table.results, dtype=INT)
            expr = column.expr.replace_strict(keys, results, default=None, return_dtype=INT)
            return Column(expr, table.result.places, max(map(abs, table.results)))
        value, *bounds = self.aligned([column, *(self.literal(key, table.key.places) for key in table.keys)])
        return self.steps(value, bounds, [self.literal(result, table.result.places) for result in table.results])

    def finish(self, column: Column, type_: Type, places: int | None, rule: Rounding) -> pl.Expr:
        """Return the expression of a result, at so many places under a named rule unless `places` is None."""
        if type_.kind in (Kind.DATE, Kind.MOMENT):
            return column.expr.cast(pl.Int64)
        if type_.kind not in QUANTITIES or places is None:
            return column.expr
        return self.rescale(self.round(column, places, rule), places).expr.cast(pl.Int64)

    def cell(self, name: str, type_: Type, value: Stored | Plain) -> pl.Series:
        """Return a column of one row that holds a value of a variable's type, stored or as people hold it."""
        dtype = pl.String if type_.kind is Kind.TEXT else pl.Boolean if type_.kind is Kind.TRUTH else INT
        stored = isinstance(value, int) and not isinstance(value, bool) and dtype == INT
        return pl.Series(name, [value if stored else type_.store(cast(Plain, value))], dtype=dtype)
