"""From a sale to net pay and back: the whole chain, and the ledger's word for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bole.access import Work
from bole.contracts.label import Label
from bole.db import Database
from bole.host import Config, Host
from bole.services.awards import approve_awards
from bole.services.catalogue import synchronise
from bole.services.explain import explain_payout
from bole.services.explanation import Step
from bole.services.ledger import verify_ledger
from bole.services.payouts import release_payouts
from bole.services.recording import record_observations
from bole.services.rules import write_rule
from bole.services.runs import run_period
from bole_payroll.services.slips import explain_payslip
from tests.chain import sale
from tests.plugins.payroll.paying import SETTINGS, hire, pay, paying, slips


@pytest.fixture
def work(database: Database, tmp_path: Path) -> Iterator[Work]:
    """A company with a commission of ten percent."""
    config = Config(plugins=("trial", "payroll"), settings={"payroll": dict(SETTINGS)}, instance=tmp_path)
    with paying(database, host=Host(config, packages={"trial": "tests.trial", "payroll": "bole_payroll"})) as found:
        synchronise(found)
        write_rule(
            found, "comm", type_code="trial.commission", label=Label("提成", "Commission"), parameters={"rate": 100_000}, valid_from=date(2026, 1, 1)
        )
        yield found


def kinds(step: Step) -> list[str]:
    """The kinds of a tree's steps, each once, in the order in which they are met."""
    found = [step.kind]
    for child in step.children:
        found += [kind for kind in kinds(child) if kind not in found]
    return found


def test_a_sale_ends_in_the_payslip_and_is_found_from_there(work: Work) -> None:
    """1,234.56 sold at 10 % is 123.46 on the slip of October; the slip's chain leads to the sale, and the ledger holds."""
    hire(work, "E1", base_salary=10_000)
    record_observations(work, [sale("a", "1234.56")], source="crm")
    run_period(work, "2026Q3")
    awards = list(work.session.scalars(text("select id from core_award")))
    work.session.rollback()
    approve_awards(work, awards)
    (payout,) = release_payouts(work, awards, due="2026-10").payouts

    pay(work, "2026-10")

    assert slips(work, "2026-10", "payouts", "gross")["E1"] == (12_346, 1_012_346)
    chain = explain_payslip(work, 1, chain=True)
    assert {"payslip", "line", "payout", "award", "rule", "measurement", "observation", "ledger"} <= set(kinds(chain))
    paid_by = {name.en: value.en for name, value in explain_payout(work, payout).detail}["Paid by"]
    assert paid_by == "payroll 2026-10, run 1"
    assert verify_ledger(work).faults == ()
