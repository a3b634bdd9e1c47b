"""A formula: parsed, typed, compiled, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bole.formula.errors import FormulaError
from bole.formula.functions import Functions
from bole.formula.library import BUILT_IN
from bole.formula.parse import Parser
from bole.formula.tokens import MAX_LENGTH, join, scan
from bole.formula.tree import Node, Step, Table
from bole.formula.types import Plain, Stored, Type
from bole.values import Rounding

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Formula:
    """
    A checked formula. Build it with `Formula.parse`.

    Args:
        text: its saved spelling.
        root: its typed tree.
    """

    text: str
    root: Node

    @classmethod
    def parse(
        cls,
        text: str,
        variables: Mapping[str, Type],
        *,
        functions: Functions = BUILT_IN,
        tables: Mapping[str, Table] | None = None,
        result: Type | None = None,
    ) -> Formula:
        """
        Return the formula, checked whole; nothing of it runs.

        Args:
            text: as typed, Chinese names and full-width signs included.
            variables: type by name; a name is a Python identifier, Chinese ones included, without a leading underscore.
            functions: what may be called.
            tables: tables for LOOKUP by name.
            result: the type wanted; a formula of written figures only takes its unit.

        Raises:
            FormulaError: with every problem, its place and its data.
        """
        try:
            tokens = scan(text, functions.spellings)
            root = Parser(text, tokens, variables=variables, functions=functions, tables=tables or {}).parse(result)
        except FormulaError as error:
            raise FormulaError(text[:MAX_LENGTH], error.problems) from error.__cause__
        return cls(join(tokens)[0], root)

    @property
    def result_type(self) -> Type:
        """The result's type, with the places of `expression`; as a variable's type it lets another formula go on exactly."""
        return self.root.type.at(self.root.type.places)

    @property
    def result_scale(self) -> int:
        """Decimal places of the integers that `expression` gives; for money of the minor unit."""
        return self.root.type.places

    @property
    def names(self) -> frozenset[str]:
        """The variables it uses."""
        return frozenset(self.root.names)

    def expression(self, places: int | None = None, rounding: Rounding = Rounding.HALF_UP) -> pl.Expr:
        """
        Return the formula over the columns named by its variables.

        Args:
            places: decimal places wanted (of the minor unit for money); None keeps all there are.
            rounding: rule for the places that are dropped.

        Returns:
            Int128 at `result_scale` places, or, with `places`, Int64 at those; Boolean, String, Int64 days or
            microseconds for the other types. Missing where something needed is missing or a divisor is 0.
            Running it raises `polars.exceptions.PolarsError` on a float column or a value beyond 38 digits.
        """
        # Polars takes a tenth of a second to import, and most programs only parse.
        from bole.formula.compiler import COLUMNS, column

        return COLUMNS.finish(column(self.root), self.root.type, places, rounding)

    def compute(self, frame: pl.DataFrame, places: int | None = None, rounding: Rounding = Rounding.HALF_UP) -> pl.Series:
        """
        Return the formula's value for each row of `frame`, as `expression` describes it.

        Raises:
            FormulaError: a column is missing, is no integer column, or a value leaves 38 digits.
        """
        from bole.formula.compiler import run  # only here, for the same reason as in `expression`

        return run(self.root, self.text, frame, {"result": self.expression(places, rounding)})["result"]

    def explain(self, row: Mapping[str, Stored | Plain]) -> Step:
        """
        Return the result for one row with every step that led to it.

        Args:
            row: value by variable, as one row of the frame (integers) or as people hold them (Decimal, Money, date …).

        Raises:
            FormulaError: a value is missing from the row, is of another type, or leaves 38 digits.
        """
        from bole.formula.compiler import explain  # only here, for the same reason as in `expression`

        return explain(self.root, self.text, row)


def normalise(text: str, functions: Functions = BUILT_IN) -> str:
    """
    Return the spelling of a formula that is saved: English function names in capitals, plain signs, even spacing.

    Raises:
        FormulaError: the text holds something that no formula can hold.
    """
    return join(scan(text, functions.spellings))[0]
