"""Indicators that are formulas over other indicators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bole.access import Work
from bole.contracts.indicator import Indicator, IndicatorKind, Unit
from bole.contracts.observation import Observation
from bole.db import Database
from bole.engine.formulas import in_order
from bole.errors import BoleError
from bole.formula import FormulaError
from bole.host import Config, Host
from bole.services.catalogue import synchronise
from bole.services.recording import record_observations
from bole.services.runs import run_period
from tests.chain import at, company, results, sale
from tests.trial import INDICATORS, label


@pytest.fixture
def work(database: Database, tmp_path: Path) -> Iterator[Work]:
    """The company with the plugin of formulas enabled too."""
    with company(database, tmp_path) as plain:
        host = Host(Config(plugins=("trial", "derived"), instance=tmp_path), packages={"trial": "tests.trial", "derived": "tests.derived"})
        richer = replace(plain, host=host)
        synchronise(richer)
        yield richer


def measured(work: Work, run: int) -> dict[tuple[str, str], tuple[int | None, int]]:
    """Value and sample by employee and indicator."""
    query = (
        "select e.number, i.code, m.value, m.sample from core_measurement m join core_employee e on e.id = m.employee_id "
        "join core_indicator i on i.id = m.indicator_id where m.run_id = :run and i.owner = 'derived'"
    )
    return {(number, code): (value, sample) for number, code, value, sample in work.session.execute(text(query), {"run": run})}


def facts() -> list[Observation]:
    """Three visits and 100.00 of sales, 40.00 of it new."""
    return [sale("a", "60", new=False), sale("b", "40"), *(Observation("E1", "visit.made", at(day), f"v{day}") for day in range(3))]


def test_a_formula_is_computed_from_exact_values_and_rounded_half_up(work: Work) -> None:
    """100 over 3 visits is 33.333333, twice that 66.666666; with no visit there is nothing to divide."""
    record_observations(work, facts(), source="crm")

    run = run_period(work, "2026Q3").id

    found = measured(work, run)
    assert found["E1", "per_visit"] == (33_333_333, 2)
    assert found["E1", "doubled"] == (66_666_666, 2)
    assert found["E1", "new_share"] == (400_000, 1)
    assert found["E2", "per_visit"] == (None, 0)


def test_facts_that_come_later_change_the_formulas_of_a_live_period(work: Work) -> None:
    """The live results equal those of a run over everything."""
    run = run_period(work, "2026Q3").id

    record_observations(work, facts(), source="crm")

    assert results(work, run) == results(work, run_period(work, "2026Q3", from_rollups=False).id)


def formula(code: str, text_: str) -> Indicator:
    """An indicator of a ratio by a formula."""
    return Indicator(code, label(code), IndicatorKind.RESULT, Unit.RATIO, formula=text_)


def test_formulas_that_use_each_other_in_a_circle_are_refused() -> None:
    """The error names them."""
    indicators = {each.code: each for each in (*INDICATORS, formula("one", "two * 2"), formula("two", "one * 2"))}

    with pytest.raises(BoleError, match="the indicators one, two use each other in a circle"):
        in_order(indicators)


def test_a_formula_over_an_unknown_indicator_is_refused() -> None:
    """The error names it."""
    indicators = {each.code: each for each in (*INDICATORS, formula("one", "profit * 2"))}

    with pytest.raises(FormulaError, match="profit"):
        in_order(indicators)
