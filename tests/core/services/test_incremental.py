"""What comes in one by one gives what a computation of everything gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bole.access import Work
from bole.contracts.observation import Observation
from bole.db import Database
from bole.models import Model
from bole.services import live
from bole.services.catalogue import rebuild_rollups
from bole.services.recording import record_observations, withdraw_observations
from bole.services.runs import run_period
from bole.values import Money
from tests.chain import at, company, results

KEYS = st.integers(0, 14)
PEOPLE = st.sampled_from(["E1", "E2", "E3"])


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    """Any observation of the trial kinds, inside or outside the quarter, of one of fifteen keys a kind."""
    employee, number, day = draw(PEOPLE), draw(KEYS), draw(st.integers(-3, 95))
    kind = draw(st.sampled_from(["sale.closed", "visit.made", "lead.created", "lead.won", "lead.followed_up", "feedback.rated"]))
    key = f"{kind}-{number}"
    if kind == "sale.closed":
        amount = Money(Decimal(draw(st.integers(-5_000, 200_000))).scaleb(-2), "CNY")
        return Observation(employee, kind, at(day), key, amount=amount, attributes={"new_customer": draw(st.booleans())})
    if kind == "visit.made":
        return Observation(employee, kind, at(day), key, attributes={"customer": draw(st.sampled_from(["X", "Y", "Z"]))})
    if kind == "lead.followed_up":
        return Observation(employee, kind, at(day, 20), key, answers_to=at(day - draw(st.integers(0, 3)), draw(st.integers(0, 19))))
    if kind == "feedback.rated":
        return Observation(employee, kind, at(day), key, quantity=Decimal(draw(st.integers(0, 10_000))).scaleb(-4))
    return Observation(employee, kind, at(day), key)


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Groups of facts, recorded or corrected, and withdrawals of some, in any order."""
    found: list[tuple[str, Any]] = []
    for group in draw(st.lists(st.lists(observations(), min_size=1, max_size=8, unique_by=lambda each: each.external_key), min_size=1, max_size=7)):
        found.append(("record", group))
        if draw(st.integers(0, 3)) == 0:
            found.append(("withdraw", [each.external_key for each in group[: draw(st.integers(1, len(group)))]]))
    return found


@contextmanager
def fresh(url: str, folder: Path) -> Iterator[Work]:
    """The company in an emptied database."""
    database = Database(url)
    Model.metadata.drop_all(database.engine)
    Model.metadata.create_all(database.engine)
    with company(database, folder) as work:
        yield work
    database.engine.dispose()


def apply(work: Work, given_steps: list[tuple[str, Any]]) -> dict[str, Observation]:
    """Record, correct and withdraw; return what stands at the end by key."""
    standing: dict[str, Observation] = {}
    for verb, what in given_steps:
        if verb == "record":
            record_observations(work, what, source="crm", correct=True)
            standing |= {each.external_key: each for each in what}
        else:
            withdraw_observations(work, what, source="crm")
            for key in what:
                del standing[key]
    return standing


def check(url: str, folder: Path, given_steps: list[tuple[str, Any]]) -> None:
    """Hold the live results against a computation from rollups, one from the facts, and one from rebuilt rollups."""
    with fresh(url, folder) as work:
        running = run_period(work, "2026Q3").id

        standing = apply(work, given_steps)

        incremental = results(work, running)
        assert incremental == results(work, run_period(work, "2026Q3").id)
        assert incremental == results(work, run_period(work, "2026Q3", from_rollups=False).id)
        rebuild_rollups(work)
        assert incremental == results(work, run_period(work, "2026Q3").id)
        assert sales_of(work, running) == plain_sales(standing)


def sales_of(work: Work, run: int) -> dict[str, Decimal]:
    """Sales by employee as the run measured them."""
    rows = work.session.execute(
        text(
            "select e.number, m.value from core_measurement m join core_employee e on e.id = m.employee_id "
            "join core_indicator i on i.id = m.indicator_id where i.code = 'sales' and m.run_id = :run and m.value <> 0"
        ),
        {"run": run},
    )
    return {number: Decimal(value) / 1_000_000 for number, value in rows}


def plain_sales(standing: dict[str, Observation]) -> dict[str, Decimal]:
    """Sales by employee, added up by hand over the quarter's days in Shanghai."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for each in standing.values():
        if each.kind == "sale.closed" and at(0).date() <= each.moment.date() < at(92).date():
            assert each.amount is not None
            found[each.employee] += each.amount.amount
    return {employee: amount for employee, amount in found.items() if amount}


@given(given_steps=steps())
@settings(max_examples=40)
def test_any_order_and_grouping_of_facts_on_sqlite_gives_the_batch_result(
    tmp_path_factory: pytest.TempPathFactory, given_steps: list[tuple[str, Any]]
) -> None:
    """Facts, late facts, corrections and withdrawals, one by one, equal the whole computed at once."""
    check("sqlite://", tmp_path_factory.getbasetemp(), given_steps)


@given(given_steps=steps())
@settings(max_examples=6)
def test_any_order_and_grouping_of_facts_on_postgresql_gives_the_batch_result(
    postgresql_url: str, tmp_path_factory: pytest.TempPathFactory, given_steps: list[tuple[str, Any]]
) -> None:
    """The same holds on PostgreSQL."""
    check(postgresql_url, tmp_path_factory.getbasetemp(), given_steps)


@given(given_steps=steps())
@settings(max_examples=15)
def test_frames_give_what_plain_integers_give(tmp_path_factory: pytest.TempPathFactory, given_steps: list[tuple[str, Any]]) -> None:
    """Whether few or many employees are refreshed makes no difference to the results."""
    before = live.FEW
    live.FEW = 0
    try:
        check("sqlite://", tmp_path_factory.getbasetemp(), given_steps)
    finally:
        live.FEW = before


def test_what_was_believed_then_is_what_the_facts_recorded_by_then_give(work_company: Work) -> None:
    """A run as known at a moment leaves out corrections that came later."""
    first = record_observations(
        work_company,
        [Observation("E1", "sale.closed", at(0), "a", amount=Money(Decimal(100), "CNY"), attributes={"new_customer": True})],
        source="crm",
    )
    then = work_company.clock.now()
    later = Work(session=work_company.session, host=work_company.host, clock=type(work_company.clock)(then.replace(hour=9)))  # type: ignore[call-arg]
    record_observations(
        later,
        [Observation("E1", "sale.closed", at(0), "a", amount=Money(Decimal(70), "CNY"), attributes={"new_customer": True})],
        source="crm",
        correct=True,
    )

    believed = run_period(later, "2026Q3", known_at=then)
    now = run_period(later, "2026Q3")

    assert first.recorded == 1
    assert sales_of(later, believed.id) == {"E1": Decimal(100)}
    assert sales_of(later, now.id) == {"E1": Decimal(70)}
