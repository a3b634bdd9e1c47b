"""Whom a plan version or a rule is for: a formula of truth over what is known of an employee."""

from __future__ import annotations

from bole.formula import DATE, NUMBER, TEXT, TRUTH, Formula, Functions

FACTS = {"tenure_months": NUMBER, "hired_on": DATE, "job_title": TEXT, "department": TEXT, "legal_entity": TEXT}
"""What an audience formula may ask of an employee."""


def parse_audience(text: str, functions: Functions) -> Formula:
    """
    Return an audience formula, checked.

    Args:
        functions: what it may call, as the host's registry has them.

    Raises:
        FormulaError: it cannot be read, or is not a question of true or false.
    """
    return Formula.parse(text, FACTS, result=TRUTH, functions=functions)
