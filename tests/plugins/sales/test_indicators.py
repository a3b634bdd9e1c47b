"""The indicators of selling, from facts to values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bole.contracts.observation import Observation
from bole.db import Database
from bole.errors import ProblemsFound
from bole.services.recording import record_observations
from bole.services.runs import run_period
from tests.plugins.selling import at, fact, measured, selling

SALES = [
    fact("sale.closed", "s1", amount="100000.50", new_customer=True, customer="C1", channel="shop", product_line="tea", deal="D1"),
    fact("sale.closed", "s2", amount="40000", new_customer=False, customer="C2", day=40),
    fact("sale.closed", "s3", amount="60000", new_customer=False, customer="C2", day=80),
    fact("sale.closed", "s4", amount="7000", customer="C3"),
]
LEADS = [
    *(fact("lead.created", f"l{number}", day=number) for number in range(5)),
    fact("lead.followed_up", "f0", day=1, answers=at(0)),
    fact("lead.followed_up", "f1", day=2, hour=3, answers=at(1)),
    fact("lead.followed_up", "f2", day=5, answers=at(2)),
    fact("lead.won", "w0", day=9),
    fact("lead.lost", "x1", day=9, reason="price"),
]
RATINGS = [fact("feedback.rated", f"r{place}", quantity=rating) for place, rating in enumerate(["0.8", "0.9", "0.95"])]
PAYMENTS = [fact("payment.received", "p1", amount="30000.01", new_customer=True), fact("payment.received", "p2", amount="0.99")]


@pytest.mark.parametrize(
    ("facts", "indicator", "value"),
    [
        pytest.param(SALES, "sales.amount", 207_000_500_000, id="all sales"),
        pytest.param(SALES, "sales.new_amount", 100_000_500_000, id="sales to new customers"),
        pytest.param(SALES, "sales.repeat_amount", 100_000_000_000, id="sales to old customers"),
        pytest.param(SALES, "sales.new_share", 483_093, id="share of new customers"),
        pytest.param(SALES, "sales.customers", 3_000_000, id="each customer counts once"),
        pytest.param(LEADS, "sales.lead_conversion", 200_000, id="one of five leads won"),
        pytest.param(LEADS, "sales.followed_up_in_24h", 333_333, id="24 hours are in time, 25 are not"),
        pytest.param(RATINGS, "sales.satisfaction", 883_333, id="mean of the ratings"),
        pytest.param(PAYMENTS, "sales.cash_received", 30_001_000_000, id="payments received"),
        pytest.param([], "sales.amount", 0, id="no sale is nothing sold"),
        pytest.param([], "sales.lead_conversion", None, id="no lead is no conversion"),
        pytest.param([], "sales.satisfaction", None, id="no rating is no satisfaction"),
    ],
)
def test_an_indicator_follows_from_facts(database: Database, tmp_path: Path, facts: Sequence[Observation], indicator: str, value: int | None) -> None:
    """An indicator's value in millionths is what its facts of the quarter give."""
    with selling(database, tmp_path) as work:
        record_observations(work, facts, source="crm")

        run = run_period(work, "2026Q3")

        assert measured(work, run.id)[indicator] == value


def test_one_persons_facts_are_not_anothers(database: Database, tmp_path: Path) -> None:
    """Whoever sold nothing has sales of zero, whatever the others sold."""
    with selling(database, tmp_path) as work:
        record_observations(work, SALES, source="crm")

        run = run_period(work, "2026Q3")

        assert measured(work, run.id, "E2")["sales.amount"] == 0


def test_a_rating_needs_its_figure(database: Database, tmp_path: Path) -> None:
    """A rating without its quantity is refused with the quantity named."""
    with selling(database, tmp_path) as work, pytest.raises(ProblemsFound) as refused:
        record_observations(work, [fact("feedback.rated", "r")], source="crm")

    assert [(problem.column, problem.reason) for problem in refused.value.problems] == [
        ("quantity", "feedback.rated needs a quantity (rating, 0 to 1).")
    ]


def test_every_name_is_there_in_both_languages(tmp_path: Path) -> None:
    """Kinds, attributes, indicators and sources have a Chinese and an English name."""
    from bole_sales.indicators import INDICATORS
    from bole_sales.kinds import KINDS

    labels = [kind.label for kind in KINDS] + [attribute.label for kind in KINDS for attribute in kind.attributes]
    labels += [label for indicator in INDICATORS for label in (indicator.label, indicator.source)]

    assert [label for label in labels if not (label.zh and label.en)] == []
