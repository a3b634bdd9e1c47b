"""Salary components: formulas over what is agreed and known of an employee, computed for everybody at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from bole import DATE, NUMBER, RATIO, TEXT, Formula, FormulaError, Label, Raw, Type
from bole_payroll.computing.order import RunOrder
from bole_payroll.computing.people import days_of_month

FACTS: Mapping[str, Type] = {
    "base": NUMBER,
    "payouts": NUMBER,
    "days_worked": NUMBER,
    "days_in_month": NUMBER,
    "hired_on": DATE,
    "job_title": TEXT,
}
"""What a formula may ask beside terms: base salary for the days employed and payouts in major units, days, facts of the employee."""
_MILLION = 10**6


class Names(Mapping[str, Type]):
    """The names a component's formula may use: the facts, and any other as the code of a term."""

    def __getitem__(self, name: str) -> Type:
        return FACTS.get(name, NUMBER)

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


@dataclass(frozen=True, slots=True)
class Allowance:
    """A component in force: its formula gives an amount in major units of the legal entity's currency."""

    id: int
    code: str
    label: Label
    formula: Formula
    taxable: bool

    @property
    def terms(self) -> frozenset[str]:
        """The codes of the terms it reads."""
        return self.formula.names - FACTS.keys()

    @property
    def asks_facts(self) -> bool:
        """Whether it asks what only the employee's own row says."""
        return bool(self.formula.names & {"hired_on", "job_title"})

    @property
    def column(self) -> str:
        """The name of its column in a frame."""
        return f"component_{self.id}"


def parse_component(text: str) -> Formula:
    """
    Return the formula of a component, checked.

    Raises:
        FormulaError: it cannot be read, or gives no number.
    """
    try:
        return Formula.parse(text, Names(), result=NUMBER)
    except FormulaError as error:
        try:
            # A quotient of two numbers is a ratio to the language; as an amount it is as good a number.
            return Formula.parse(text, Names(), result=RATIO)
        except FormulaError:
            raise error from None


def allowances_in_force(raw: Raw, order: RunOrder) -> list[Allowance]:
    """Return the components that hold on the last day of the month, one a code, the latest written."""
    last = order.day(order.period.interval.end)
    rows = raw.all(
        "select id, code, label_zh, label_en, formula, taxable from payroll_component where valid_from < ? and valid_to >= ? order by id",
        (last, last),
    )
    newest = {str(row[1]): row for row in rows}
    return [
        Allowance(int(number), code, Label(zh, en), parse_component(text), bool(taxable)) for number, code, zh, en, text, taxable in newest.values()
    ]


def add_allowances(order: RunOrder, people: pl.DataFrame, components: Sequence[Allowance]) -> pl.DataFrame:
    """
    Return the people with ``component_ID`` for each component, ``allowances`` and ``exempt`` (their sum, and that of the
    components that are not taxed), minor units. A component that depends on something not agreed with somebody pays nothing.

    Raises:
        FormulaError: a value is too large to compute.
    """
    if not components:
        return people.with_columns(allowances=pl.lit(0, pl.Int64), exempt=pl.lit(0, pl.Int64))
    facts = _facts(order, people, components)
    columns = {component.column: component.formula.compute(facts, order.digits) for component in components}
    zero = pl.lit(0, pl.Int64)
    # Nobody is paid allowances for a month in which he or she was not employed.
    paid = {name: pl.when("employed").then(column).fill_null(0) for name, column in columns.items()}
    return people.with_columns(**paid).with_columns(
        allowances=pl.sum_horizontal(zero, *(component.column for component in components)),
        exempt=pl.sum_horizontal(zero, *(component.column for component in components if not component.taxable)),
    )


def _facts(order: RunOrder, people: pl.DataFrame, components: Sequence[Allowance]) -> pl.DataFrame:
    major = 10 ** (6 - order.digits)
    terms = {code for component in components for code in component.terms}
    return people.select(
        *(name for name in ("hired_on", "job_title") if name in people.columns),
        base=pl.col("base") * major,
        payouts=pl.col("payouts") * major,
        days_worked=pl.col("days") * _MILLION,
        days_in_month=pl.lit(days_of_month(order) * _MILLION, pl.Int64),
        **{code: pl.col(f"term_{code}") for code in sorted(terms)},
    )
