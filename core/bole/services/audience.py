"""Whom a plan version or a rule is for: a formula of truth over what is known of an employee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bole.contracts.indicator import Unit
from bole.formula import DATE, NUMBER, RATIO, TEXT, TRUTH, Formula, Functions, Type

FACTS = {"tenure_months": NUMBER, "hired_on": DATE, "job_title": TEXT, "department": TEXT, "legal_entity": TEXT}
"""What an audience formula may ask of an employee."""


class _Known(Mapping[str, Type]):
    """The facts, and any other name as a number that was agreed with the employee (``term_quota``)."""

    def __getitem__(self, name: str) -> Type:
        if name not in FACTS and not name.startswith("term_"):
            raise KeyError(name)
        return FACTS.get(name, NUMBER)

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


def parse_target(text: str, unit: Unit, functions: Functions) -> Formula:
    """
    Return the formula of a target, checked: a number in the indicator's unit (major units for money), or a ratio.

    Args:
        text: over the facts of an employee and the terms agreed, as ``term_<code>``.
        functions: what it may call, as the host's registry has them.

    Raises:
        FormulaError: it cannot be read, or gives something else.
    """
    return Formula.parse(text, _Known(), result=RATIO if unit is Unit.RATIO else NUMBER, functions=functions)


def parse_audience(text: str, functions: Functions) -> Formula:
    """
    Return an audience formula, checked.

    Args:
        functions: what it may call, as the host's registry has them.

    Raises:
        FormulaError: it cannot be read, or is not a question of true or false.
    """
    return Formula.parse(text, FACTS, result=TRUTH, functions=functions)
