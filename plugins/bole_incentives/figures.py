"""Rates and amounts as a rule writes them: a figure, or a formula over what is known of the employee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields

from bole import DATE, NUMBER, RATIO, TEXT, Formula, FormulaError, Money, Type

if TYPE_CHECKING:
    import polars as pl

RATE_PLACES = 9
"""Rates count billionths, so that a third of a percent of a million is not a cent off."""
AMOUNT_PLACES = 6
MOST_RATE = 10
FACTS = {"tenure_months": NUMBER, "hired_on": DATE, "job_title": TEXT, "department": TEXT, "legal_entity": TEXT}
"""What a formula may ask of an employee besides the terms agreed with him or her."""


class Names(Mapping[str, Type]):
    """
    The names a formula may use: the facts, and any other as the code of a term.

    Which terms there are is known only when people are; a term that nobody has is refused then.
    """

    def __init__(self, term: Type) -> None:
        self._term = term

    def __getitem__(self, name: str) -> Type:
        return FACTS.get(name, self._term)

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


@dataclass(frozen=True, slots=True)
class Figure:
    """
    A rate or an amount of money in major units.

    Args:
        formula: computes it; a figure written out is a formula, too.
        places: decimal places it is used with.
    """

    formula: Formula
    places: int

    @property
    def text(self) -> str:
        """How it is written."""
        return self.formula.text

    @property
    def written(self) -> Decimal | None:
        """Its value where it is written out; nothing where it depends on the employee."""
        return literal(self.formula)

    def column(self, people: pl.DataFrame) -> pl.Series:
        """
        Return its value for every employee, Int64 at `places`; missing where a term was not agreed with one.

        Args:
            people: the facts and, by their codes, the terms.

        Raises:
            FormulaError: it uses a term that nobody has.
        """
        return self.formula.compute(people, self.places)


def literal(formula: Formula) -> Decimal | None:
    """Return the value of a formula that is one written figure; nothing for any other."""
    value = formula.root.value if formula.root.operation == "literal" else None
    return value.amount if isinstance(value, Money) else value if isinstance(value, Decimal) else None


class _FigureField(fields.Field[Figure]):
    """A figure or formula, written as text."""

    term: Type
    places: int
    example: str
    most: int | None = None

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_keywords: Any) -> Figure:
        if not isinstance(value, str):
            raise ValidationError(f"{value!r} is no text. Write it in quotation marks, for example {self.example}.")
        try:
            figure = Figure(Formula.parse(value, Names(self.term), result=self.term), self.places)
        except FormulaError as error:
            raise ValidationError([f"{problem.message} {problem.hint}".strip() for problem in error.problems]) from error
        written = figure.written
        if written is not None and written < 0:
            raise ValidationError(f"{value} is below 0.")
        if written is not None and self.most is not None and written > self.most:
            raise ValidationError(f"{value} is above {self.most:.0%}. Write a tenth as 10% or 0.1.")
        if written is not None and written != round(written, self.places):
            raise ValidationError(f"{value} has more than {self.places} decimal places.")
        return figure


class RateField(_FigureField):
    """A rate of 0 to 1000 %: ``"10%"``, ``"0.1"`` or a formula such as ``"commission_pct * 1.5"``."""

    term, places, example, most = RATIO, RATE_PLACES, '"10%"', MOST_RATE


class AmountField(_FigureField):
    """An amount in major units of the employee's currency: ``"20000"``, ``"2万"`` or a formula such as ``"base_salary * 2"``."""

    term, places, example = NUMBER, AMOUNT_PLACES, '"20000"'


@dataclass(frozen=True, slots=True)
class Bound:
    """
    Where a tier begins or ends: a share of the target, or an amount of money in major units.

    Args:
        millionths: of one for a share, of a major unit for money.
    """

    text: str
    millionths: int
    of_target: bool


class BoundField(fields.Field[Bound]):
    """A bound: ``"100%"`` of the target, or ``"500000"`` in major units."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_keywords: Any) -> Bound:
        if not isinstance(value, str):
            raise ValidationError(f'{value!r} is no text. Write it in quotation marks, for example "100%" or "500000".')
        try:
            formula = Formula.parse(value, {})
        except FormulaError as error:
            raise ValidationError([problem.message for problem in error.problems]) from error
        written = literal(formula)
        if written is None or formula.root.type.currency:
            raise ValidationError(f"{value!r} is no bound. Write a share of the target such as 100%, or an amount such as 500000 without a currency.")
        if written < 0 or written * 10**6 % 1 or written > 10**9:
            raise ValidationError(
                f"{value} cannot be a bound; it must be 0 or more, below a billion, with at most six decimal places (four of a percentage)."
            )
        return Bound(formula.text, int(written * 10**6), formula.root.type == RATIO)
