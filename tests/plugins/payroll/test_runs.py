"""Payroll runs: the official examples through the service, drafts, approval, settlement, the order of months."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.clock import FixedClock
from bole.db import Database
from bole.errors import BoleError, Conflict, Forbidden, InvalidValue, NotFound, ProblemsFound
from bole_payroll.services.runs import approve_runs, discard_runs, reopen_runs, run_payroll, settle_runs
from tests.plugins.payroll.paying import agree, hire, pay, paying, paying_host, slips, status_of


def count(work: Work, table: str) -> int:
    """How many rows a table has."""
    found = int(work.session.scalar(text(f"select count(*) from {table}")) or 0)
    work.session.rollback()
    return found


@pytest.mark.parametrize("number", ["CN-STA-1", "CN-STA-2"])
def test_the_official_examples_come_out_through_the_service(payroll: Work, shared_data: Path, number: str) -> None:
    """Terms recorded, months run and settled one after the other: the tax of every month stated, to the cent."""
    listed = json.loads((shared_data / "payroll/cn/official_worked_examples.json").read_text("utf-8"))
    example = next(each for each in listed if each["id"] == number)
    given = example["input"]
    expected = [int(Decimal(tax) * 100) for tax in example.get("full_year", example["expected"])]
    hire(payroll, "E1", base_salary=given["monthly_income"], other_deduction=given["si_hf"], special_deduction=given["special_additional"])

    withheld = []
    for month in range(1, len(expected) + 1):
        pay(payroll, f"2026-{month:02}")
        withheld.append(slips(payroll, f"2026-{month:02}", "tax")["E1"])

    assert withheld == expected


def test_a_month_in_shanghai(payroll: Work) -> None:
    """20,000 in Shanghai in July 2026, fund 7 %: 1,600 + 400 + 100 + 1,400 of contributions, 345 of tax, 16,155 net."""
    hire(payroll, "E1", "sh", base_salary=20_000, fund_rate="0.07")

    (done,) = run_payroll(payroll, "2026-07")

    columns = ("gross", "pension", "medical", "unemployment", "housing_fund", "taxable_cumulative", "tax", "net", "city", "status")
    assert slips(payroll, "2026-07", *columns)["E1"] == (
        2_000_000,
        160_000,
        40_000,
        10_000,
        140_000,
        1_150_000,
        34_500,
        1_615_500,
        "shanghai",
        "draft",
    )
    assert (done.slips, done.left_out, done.gross, done.tax, done.net) == (1, 0, 2_000_000, 34_500, 1_615_500)


def test_a_country_without_deductions(payroll: Work) -> None:
    """Under the scheme gross, net is gross, in the employer's currency."""
    hire(payroll, "E1", "us", base_salary="5000.55")

    pay(payroll, "2026-07")

    columns = ("currency", "scheme", "gross", "tax", "net", "income_cumulative", "city")
    assert slips(payroll, "2026-07", *columns)["E1"] == ("USD", "gross", 500_055, 0, 500_055, 500_055, None)


def test_computing_again_supersedes_the_draft(payroll: Work) -> None:
    """There is one live payslip, the newest; the earlier one is kept as superseded."""
    hire(payroll, "E1", base_salary=10_000)
    (first,) = run_payroll(payroll, "2026-07")
    agree(payroll, "E1", first_of(2026, 7), base_salary=12_000)

    (second,) = run_payroll(payroll, "2026-07")

    assert (first.number, second.number) == (1, 2)
    assert slips(payroll, "2026-07", "gross", status=("draft",)) == {"E1": 1_200_000}
    assert slips(payroll, "2026-07", "gross", status=("superseded",)) == {"E1": 1_000_000}
    assert [status_of(payroll, "payroll_run", run.id) for run in (first, second)] == ["superseded", "draft"]


def test_what_is_settled_is_never_computed_again(payroll: Work) -> None:
    """After settlement a raise for the month changes nothing in it, and only who has no payslip yet is computed."""
    hire(payroll, "E1", base_salary=10_000)
    pay(payroll, "2026-07")
    agree(payroll, "E1", first_of(2026, 7), base_salary=12_000)

    assert run_payroll(payroll, "2026-07") == ()
    hire(payroll, "E2", base_salary=8_000)
    (late,) = run_payroll(payroll, "2026-07")

    assert (late.number, late.slips) == (2, 1)
    assert slips(payroll, "2026-07", "gross", "status") == {"E1": (1_000_000, "settled"), "E2": (800_000, "draft")}


def test_a_run_without_payslips_keeps_nobody_waiting(payroll: Work) -> None:
    """With somebody left out and everybody else paid, a further run holds nothing, and the next month is computed all the same."""
    hire(payroll, "E1", base_salary=10_000)
    hire(payroll, "E2")
    pay(payroll, "2026-07")

    assert run_payroll(payroll, "2026-07") == ()

    assert status_of(payroll, "payroll_run", 2) == "superseded"
    assert run_payroll(payroll, "2026-08")[0].slips == 1


def test_each_transition_happens_once(payroll: Work) -> None:
    """A draft is not settled, an approved run not approved again, a settled one neither reopened nor discarded; nothing changes."""
    hire(payroll, "E1", base_salary=10_000)
    (run,) = run_payroll(payroll, "2026-07")

    with pytest.raises(Conflict, match=f"run {run.id} is draft, not approved; it cannot be settled"):
        settle_runs(payroll, [run.id])
    assert approve_runs(payroll, [run.id]) == 1
    with pytest.raises(Conflict, match="is approved, not draft; it cannot be approved"):
        approve_runs(payroll, [run.id])
    assert settle_runs(payroll, [run.id]) == 1
    for again in (settle_runs, reopen_runs, discard_runs):
        with pytest.raises(Conflict, match=f"run {run.id} is settled"):
            again(payroll, [run.id])
    with pytest.raises(NotFound, match="there is no payroll run 999"):
        approve_runs(payroll, [999])
    assert slips(payroll, "2026-07", "status") == {"E1": "settled"}


def test_all_runs_or_none(payroll: Work) -> None:
    """Where one of several runs cannot be approved, none is."""
    hire(payroll, "E1", base_salary=10_000)
    hire(payroll, "E2", "us", base_salary=10_000)
    first, second = run_payroll(payroll, "2026-07")
    approve_runs(payroll, [second.id])

    with pytest.raises(Conflict):
        approve_runs(payroll, [first.id, second.id])

    assert [status_of(payroll, "payroll_run", run.id) for run in (first, second)] == ["draft", "approved"]


def test_two_who_settle_at_once_pay_once(database: Database) -> None:
    """Of two threads that settle the same run one succeeds and the other is refused; the payslips are settled once."""
    with paying(database) as work:
        hire(work, "E1", base_salary=10_000)
        (run,) = run_payroll(work, "2026-07")
        approve_runs(work, [run.id])
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def settle() -> None:
        with database.session() as session:
            ready.wait()
            try:
                outcomes.append(settle_runs(Work(session, work.host, clock=work.clock), [run.id]))
            except BoleError as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=settle) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes, key=str) == [1, "payroll.run_status"]


def test_months_are_paid_in_their_order(payroll: Work) -> None:
    """A month waits for the approval of the one before, and none is computed behind a later one."""
    hire(payroll, "E1", base_salary=10_000)
    (june,) = run_payroll(payroll, "2026-06")

    with pytest.raises(Conflict, match=f"run {june.id} of 2026-06 is not approved yet, and 2026-07 goes on from it"):
        run_payroll(payroll, "2026-07")
    approve_runs(payroll, [june.id])
    (july,) = run_payroll(payroll, "2026-07")
    with pytest.raises(Conflict, match=rf"2026-06 was computed already \(run {june.id}\), on what 2026-05 came to then"):
        run_payroll(payroll, "2026-05")
    assert len(run_payroll(payroll, "2025-12")) == 1
    with pytest.raises(Conflict, match=f"run {june.id} cannot be reopened: run {july.id} of 2026-07 goes on from it"):
        reopen_runs(payroll, [june.id])

    assert (status_of(payroll, "payroll_run", june.id), slips(payroll, "2026-06", "status"), slips(payroll, "2026-05", "status")) == (
        "approved",
        {"E1": "approved"},
        {},
    )


def test_a_reopened_run_can_be_computed_again(payroll: Work) -> None:
    """Approval taken back makes the payslips drafts, which the next run supersedes."""
    hire(payroll, "E1", base_salary=10_000)
    (run,) = run_payroll(payroll, "2026-07")
    approve_runs(payroll, [run.id])

    assert reopen_runs(payroll, [run.id]) == 1
    (again,) = run_payroll(payroll, "2026-07")

    assert (status_of(payroll, "payroll_run", run.id), again.slips) == ("superseded", 1)


def test_a_discarded_month_lets_an_earlier_one_be_computed(payroll: Work) -> None:
    """Discarding a draft takes its payslips out."""
    hire(payroll, "E1", base_salary=10_000)
    (july,) = run_payroll(payroll, "2026-07")

    assert discard_runs(payroll, [july.id]) == 1

    assert slips(payroll, "2026-07", "status") == {}
    assert len(run_payroll(payroll, "2026-06")) == 1


def test_a_month_that_has_not_begun_is_refused(database: Database) -> None:
    """A month is computed from its first day on, wherever in the world that begins."""
    with paying(database, now=datetime(2026, 7, 31, 9, tzinfo=UTC)) as work:
        hire(work, "E1", base_salary=10_000)

        with pytest.raises(Conflict, match="2026-08 begins on 2026-08-01"):
            run_payroll(work, "2026-08")

        later = Work(work.session, work.host, clock=FixedClock(datetime(2026, 7, 31, 10, tzinfo=UTC)))
        assert len(run_payroll(later, "2026-08")) == 1


def test_what_is_not_configured_is_refused_together(database: Database) -> None:
    """A country without a scheme and a legal entity without a city are named with what to write; nothing is stored."""
    with paying(database, host=paying_host(cities={})) as work:
        hire(work, "E1", base_salary=10_000)
        hire(work, "E2", "jp", base_salary=300_000)

        with pytest.raises(ProblemsFound) as refusal:
            run_payroll(work, "2026-07")

        assert [str(problem) for problem in refusal.value.problems] == [
            'legal entity cn, column \'city\': the settings name no city of insurance. Add cn = "shanghai", say, or "none", to the cities.',
            "legal entity jp, column 'country': 'JP': payroll has no scheme for this country. "
            'Add JP = "gross" to the schemes to pay without deductions, or install a plugin for the country.',
        ]
        assert (count(work, "payroll_run"), count(work, "payroll_payslip")) == (0, 0)


def test_only_the_legal_entities_named_are_computed(payroll: Work) -> None:
    """A legal entity that cannot be paid does not stop the others where they are named; an unknown code is refused."""
    hire(payroll, "E1", base_salary=10_000)
    hire(payroll, "E2", "jp", base_salary=300_000)

    with pytest.raises(NotFound, match=r"there is no legal entity 'xx'. Known: cn, sh, us, jp"):
        run_payroll(payroll, "2026-07", ["cn", "xx"])

    assert [one.legal_entity for one in run_payroll(payroll, "2026-07", ["cn"])] == ["cn"]


def test_a_city_without_figures_is_refused(database: Database) -> None:
    """A city that no parameter file knows is named."""
    with paying(database, host=paying_host(cities={"cn": "atlantis"})) as work:
        hire(work, "E1", base_salary=10_000)

        with pytest.raises(InvalidValue, match="'atlantis': there are no figures for it; known cities are beijing, kunming, shanghai"):
            run_payroll(work, "2026-07")


def test_a_quarter_is_no_month(payroll: Work) -> None:
    """Payroll runs by the month."""
    with pytest.raises(InvalidValue, match="payroll runs by the month, not for 2026Q3"):
        run_payroll(payroll, "2026Q3")


def test_figures_that_cannot_be_paid_name_the_employee(payroll: Work) -> None:
    """A rate that the city does not allow, and a fund of somebody not insured, are told by employee number; nothing is stored."""
    hire(payroll, "E1", "sh", base_salary=10_000, fund_rate="0.2")
    hire(payroll, "E2", "sh", base_salary=10_000, fund_rate="0.07", social_base=0)
    hire(payroll, "E3", "sh", base_salary=10_000, fund_rate="0.07")

    with pytest.raises(ProblemsFound) as refusal:
        run_payroll(payroll, "2026-07")

    assert [(problem.where, problem.column, problem.value) for problem in refusal.value.problems] == [
        ("employee E1", "fund_rate", "2000"),
        ("employee E2", "fund_rate", "700"),
    ]
    assert count(payroll, "payroll_payslip") == 0


def test_parts_give_what_one_piece_gives(database: Database) -> None:
    """Five employees in parts of two are paid as in one, and nobody twice."""
    with paying(database, host=paying_host(part_size=2)) as work:
        for number in range(1, 6):
            hire(work, f"E{number}", base_salary=number * 10_000)

        (done,) = run_payroll(work, "2026-07")

        assert (done.slips, done.gross) == (5, 15_000_000)
        assert slips(work, "2026-07", "gross") == {f"E{number}": number * 1_000_000 for number in range(1, 6)}
        assert count(work, "payroll_run_part") == 3


@pytest.mark.parametrize(
    ("service", "permission", "argument"),
    [
        (run_payroll, "payroll.run.start", "2026-08"),
        (discard_runs, "payroll.run.start", None),
        (approve_runs, "payroll.run.approve", None),
        (reopen_runs, "payroll.run.approve", None),
        (settle_runs, "payroll.run.settle", None),
    ],
    ids=["run", "discard", "approve", "reopen", "settle"],
)
def test_each_step_wants_its_permission_for_the_company(payroll: Work, service, permission: str, argument: str | None) -> None:  # type: ignore[no-untyped-def]
    """Without the permission, and with it for less than the company, nothing is done."""
    hire(payroll, "E1", base_salary=10_000)
    (run,) = run_payroll(payroll, "2026-07")
    others = {f"payroll.run.{verb}": Scope.COMPANY for verb in ("start", "approve", "settle", "read")} | {"core.payout.release": Scope.COMPANY}
    without = Actor("eve", grants={name: scope for name, scope in others.items() if name != permission})

    with pytest.raises(Forbidden, match=f"eve lacks the permission '{permission}'"):
        service(payroll.acting_as(without), argument or [run.id])
    with pytest.raises(Forbidden, match="this takes it for the whole company"):
        service(payroll.acting_as(Actor("eve", employee_id=1, grants={permission: Scope.UNIT})), argument or [run.id])

    assert (status_of(payroll, "payroll_run", run.id), count(payroll, "payroll_run")) == ("draft", 1)


def first_of(year: int, month: int):  # type: ignore[no-untyped-def]
    """The first day of a month."""
    return datetime(year, month, 1, tzinfo=UTC).date()
