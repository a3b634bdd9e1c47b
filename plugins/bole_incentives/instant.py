"""The bonus that a single deal pays at once: for every fact above a bound, exactly one award."""

from __future__ import annotations

from typing import Any

import polars as pl

from bole import IncentiveInput, InvalidValue
from bole_incentives.exact import INT, MILLION, amount, cut, integer, with_scale
from bole_incentives.figures import RATE_PLACES, Figure

_RATE_TO_MILLIONTHS = 10**RATE_PLACES // MILLION


def compute(given: IncentiveInput) -> pl.DataFrame:
    """
    Return what a rule gives: one row a fact, its external key as ``key``, and the figures that led there.

    Two facts of one employee whose sources happen to use the same key share a row that adds both up.

    Raises:
        InvalidValue: an amount depends on a term that was not agreed with somebody, or a condition names no dimension.
        FormulaError: a formula names a term that nobody has.
    """
    parameters = given.parameters
    people = with_scale(given.employees)
    bonus: Figure = parameters["amount"] or parameters["rate"]
    pays = amount(given.rule, bonus, people) if parameters["amount"] else bonus.column(people).fill_null(0).cast(INT)
    figures = {"threshold": parameters["above"], "cap": parameters["cap"]}
    people = people.select(
        "employee_id",
        pays.alias("pays"),
        *((amount(given.rule, figure, people) if figure else pl.lit(None, dtype=INT)).alias(name) for name, figure in figures.items()),
    )
    facts = _matching(given.rule, given.observations(parameters["kind"]), parameters["where"])
    deals = facts.select("employee_id", key=pl.col("external_key"), deal=pl.col("amount").cast(INT) * MILLION).join(people, on="employee_id")
    deals = deals.filter(pl.col("deal") > pl.col("threshold"))
    entitled = pl.col("pays") if parameters["amount"] else cut(pl.col("deal") * pl.col("pays"), integer(10**RATE_PLACES))
    deals = deals.with_columns(entitled=pl.min_horizontal(entitled, "cap"))
    summed = deals.group_by("employee_id", "key", maintain_order=True).agg(
        pl.col("entitled", "deal").sum().cast(pl.Int64),
        pl.col("threshold", "cap").first().cast(pl.Int64),
        (pl.col("pays").first() // _RATE_TO_MILLIONTHS).cast(pl.Int64).alias("rate"),
    )
    kept = ["employee_id", "key", "entitled", "deal", "threshold", *(["rate"] if parameters["rate"] else []), *(["cap"] if parameters["cap"] else [])]
    return summed.filter(pl.col("entitled") > 0).select(kept)


def _matching(rule: str, facts: pl.DataFrame, conditions: dict[str, Any]) -> pl.DataFrame:
    """Return the facts whose dimensions are as the conditions say."""
    for name, value in conditions.items():
        wanted = value if isinstance(value, list) else [value]
        if name not in facts.columns:
            raise _no_condition(rule, f"{name!r}, which is no dimension of its facts")
        if facts[name].dtype == pl.Null:  # no fact says anything of it
            facts = facts.clear()
            continue
        try:
            facts = facts.filter(pl.col(name).is_in(wanted))
        except pl.exceptions.PolarsError as error:
            raise _no_condition(rule, f"{name} = {value!r}, but {name} is of type {facts[name].dtype}") from error
    return facts


def _no_condition(rule: str, what: str) -> InvalidValue:
    return InvalidValue("incentives.bad_condition", f"the rule {rule!r} asks for {what}.", "Mend the rule's `where`.")
