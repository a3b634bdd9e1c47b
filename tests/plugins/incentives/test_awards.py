"""Instant bonus and commission through the services: exactly once, netted, corrected, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bole.access import Work
from bole.clock import FixedClock
from bole.contracts.label import Label
from bole.contracts.observation import Observation, ObservationsRecorded
from bole.db import Database
from bole.models import Model
from bole.services.awards import approve_awards, award_instantly
from bole.services.outbox import deliver
from bole.services.payouts import release_payouts
from bole.services.plans import Item, write_plan_version
from bole.services.recording import record_observations, withdraw_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from bole.values import day_number
from tests.plugins.selling import NOW, fact, selling

SINCE = date(2026, 1, 1)
WHOLE = 10**6
BONUS = {"above": "100000", "amount": "2000"}
COMMISSION = {"basis": "sales.amount", "tiers": [{"from": "0%", "rate": "10%"}, {"from": "100%", "rate": "15%"}], "nets": ["bonus"]}


@pytest.fixture
def work(database: Database, tmp_path: Path) -> Iterator[Work]:
    """A company with a plan on sales, an instant bonus and a commission that nets it."""
    with selling(database, tmp_path) as opened:
        items = [Item("sales.amount", Decimal(1), Decimal(200_000))]
        write_plan_version(opened, "sales", label=Label("销售", "Sales"), items=items, valid_from=SINCE)
        write_rule(opened, "bonus", type_code="incentives.instant_bonus", label=Label("大单奖", "Big deal"), parameters=BONUS, valid_from=SINCE)
        write_rule(
            opened, "commission", type_code="incentives.tiered_commission", label=Label("提成", "Commission"), parameters=COMMISSION, valid_from=SINCE
        )
        yield opened


def deal(key: str, amount: str, *, day: int = 0, employee: str = "E1") -> Observation:
    """A deal with a new customer."""
    return fact("sale.closed", key, amount=amount, day=day, employee=employee, new_customer=True, customer="C1")


def tell(work: Work) -> int:
    """Deliver the news; how many deliveries succeeded."""
    work.session.commit()
    engine = work.session.get_bind()
    return deliver(Database(engine.url.render_as_string(hide_password=False)), work.host, work.clock)


def awards(work: Work, rule: str) -> list[tuple[str, str, int]]:
    """Key, status and amount in whole minor units of a rule's awards that are not void, in order."""
    rows = work.session.execute(
        text(
            "select a.key, a.status, a.amount from core_award a join core_incentive_rule r on r.id = a.rule_id "
            "where r.code = :rule and a.status <> 'void' order by a.id"
        ),
        {"rule": rule},
    ).all()
    work.session.rollback()
    return [(key, status, amount // WHOLE) for key, status, amount in rows]


def test_a_signed_deal_pays_at_once(work: Work) -> None:
    """A deal of 120,000 makes an award of 2,000 when its news is delivered, without any run of the period."""
    record_observations(work, [deal("D1", "120000"), deal("D2", "100000")], source="crm")

    told = tell(work)

    assert (told, awards(work, "bonus")) == (1, [("D1", "proposed", 200_000)])


def test_the_same_news_twice_pays_once(work: Work) -> None:
    """News delivered again, the deal recorded again, and a run of the period add no second bonus."""
    record_observations(work, [deal("D1", "120000")], source="crm")
    tell(work)
    news = ObservationsRecorded(1, (1,), day_number(date(2026, 7, 1)), day_number(date(2026, 7, 1)), ("sale.closed",))

    again = [award_instantly(work, news), award_instantly(work, news)]
    record_observations(work, [deal("D1", "120000")], source="crm")
    tell(work)
    run_period(work, "2026Q3")

    assert (again, awards(work, "bonus")) == ([0, 0], [("D1", "proposed", 200_000)])


def test_a_paid_bonus_is_not_paid_again(work: Work) -> None:
    """After approval and release, neither news nor runs add to the bonus."""
    record_observations(work, [deal("D1", "120000")], source="crm")
    tell(work)
    (award,) = work.session.execute(text("select id from core_award")).scalars().all()
    work.session.rollback()
    approve_awards(work, [award])
    release_payouts(work, [award], due="2026-10")

    record_observations(work, [deal("D3", "500")], source="crm")
    tell(work)
    run_period(work, "2026Q3")

    assert awards(work, "bonus") == [("D1", "approved", 200_000)]


def test_the_regular_run_nets_the_bonus(work: Work) -> None:
    """Of 23,000 commission on 220,000 against a target of 200,000 the run pays 21,000: 2,000 were paid at once."""
    record_observations(work, [deal("D1", "120000"), deal("D2", "100000")], source="crm")
    tell(work)

    run_period(work, "2026Q3")

    assert awards(work, "commission") == [("", "proposed", 2_100_000)]


def test_a_cancelled_deal_takes_its_bonus_back(work: Work) -> None:
    """Withdrawing the deal makes an award of minus 2,000, and the next run nets nothing any more."""
    record_observations(work, [deal("D1", "120000"), deal("D2", "90000")], source="crm")
    tell(work)
    run_period(work, "2026Q3")

    withdraw_observations(work, ["D1"], source="crm")
    tell(work)
    run_period(work, "2026Q3")

    assert (awards(work, "bonus"), awards(work, "commission")) == (
        [("D1", "proposed", 200_000), ("D1", "proposed", -200_000)],
        [("", "proposed", 900_000)],
    )


def test_a_deal_moved_to_another_person_moves_its_bonus(work: Work) -> None:
    """Correcting whose deal it was takes the bonus from one and gives it to the other."""
    record_observations(work, [deal("D1", "120000")], source="crm")
    tell(work)

    record_observations(work, [deal("D1", "120000", employee="E2")], source="crm", correct=True)
    tell(work)

    rows = work.session.execute(text("select employee_id, amount from core_award order by id")).all()
    assert [(employee, amount // WHOLE) for employee, amount in rows] == [(1, 200_000), (2, 200_000), (1, -200_000)]


def test_a_bonus_of_another_quarter_is_not_netted(work: Work) -> None:
    """A deal of the second quarter leaves the commission of the third alone."""
    record_observations(work, [deal("D0", "120000", day=-30), deal("D2", "100000")], source="crm")
    tell(work)

    run_period(work, "2026Q3")

    assert (awards(work, "bonus"), awards(work, "commission")) == ([("D0", "proposed", 200_000)], [("", "proposed", 1_000_000)])


def test_late_facts_carry_only_the_difference(work: Work) -> None:
    """Another deal after an approved run is paid as the difference to what was awarded."""
    record_observations(work, [deal("D2", "90000")], source="crm")
    run_period(work, "2026Q3")
    (award,) = work.session.execute(text("select id from core_award")).scalars().all()
    work.session.rollback()
    approve_awards(work, [award])

    record_observations(work, [deal("D3", "150000", day=80)], source="crm")
    tell(work)
    run_period(work, "2026Q3")

    # 20,000 + 15 % of 40,000 = 26,000, of which 9,000 were awarded and 2,000 paid at once.
    assert awards(work, "commission") == [("", "approved", 900_000), ("", "proposed", 1_500_000)]


DEALS = st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(50_000, 200_000), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=25)
@given(steps=DEALS)
def test_in_whatever_order_news_comes_the_bonus_is_what_stands(steps: list[tuple[str, int, bool]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """After any deals, corrections and cancellations, with news told after some of them, each deal that stands has paid exactly its bonus."""
    folder = tmp_path_factory.mktemp("bonus")
    database = Database(f"sqlite:///{folder / 'bole.db'}")
    Model.metadata.create_all(database.engine)
    standing: dict[str, int] = {}
    with selling(database, folder) as opened:
        work = Work(opened.session, opened.host, opened.actor, FixedClock(NOW))
        write_rule(work, "bonus", type_code="incentives.instant_bonus", label=Label("大单奖", "Big deal"), parameters=BONUS, valid_from=SINCE)
        for key, amount, told in steps:
            if standing.get(key) == amount:
                withdraw_observations(work, [key], source="crm")
                del standing[key]
            else:
                record_observations(work, [deal(key, str(amount))], source="crm", correct=True)
                standing[key] = amount
            if told:
                tell(work)
        tell(work)

        paid: dict[str, int] = {}
        for key, _, amount in awards(work, "bonus"):
            paid[key] = paid.get(key, 0) + amount

    assert {key: amount for key, amount in paid.items() if amount} == {key: 200_000 for key, amount in standing.items() if amount > 100_000}
    database.engine.dispose()
