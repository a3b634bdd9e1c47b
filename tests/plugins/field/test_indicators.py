"""The indicators of field work, from facts to values."""

from __future__ import annotations

from pathlib import Path

import pytest

from bole.db import Database
from bole.services.recording import record_observations, withdraw_observations
from bole.services.runs import run_period
from tests.plugins.selling import fact, measured, selling

VISITS = [
    fact("visit.made", "v1", customer="C1", new_customer=True, note="wants a sample"),
    fact("visit.made", "v2", customer="C2", new_customer=False, day=30),
    fact("visit.made", "v3", customer="C1", new_customer=False, day=60),
]


@pytest.mark.parametrize(("indicator", "value"), [("field.visits", 3_000_000), ("field.customers_visited", 2_000_000)])
def test_visits_are_counted(database: Database, tmp_path: Path, indicator: str, value: int) -> None:
    """Three visits to two customers are three visits and two customers visited."""
    with selling(database, tmp_path) as work:
        record_observations(work, VISITS, source="phone")

        run = run_period(work, "2026Q3")

        assert measured(work, run.id)[indicator] == value


def test_a_visit_taken_back_counts_no_more(database: Database, tmp_path: Path) -> None:
    """A withdrawn visit leaves both counts in the period that is being computed live."""
    with selling(database, tmp_path) as work:
        record_observations(work, VISITS, source="phone")
        withdraw_observations(work, ["v2"], source="phone")

        run = run_period(work, "2026Q3")

        assert (measured(work, run.id)["field.visits"], measured(work, run.id)["field.customers_visited"]) == (2_000_000, 1_000_000)
