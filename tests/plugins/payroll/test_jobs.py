"""The job that computes a month in parts: side by side, again after a crash, beside a newer run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from bole.access import Actor, Scope, Work
from bole.db import Database
from bole.errors import Conflict, Forbidden, InvalidValue
from bole.jobs import due_chunks, run_chunk, take_chunk
from bole.services.jobs import job_status, start_job
from bole_payroll.services.computation import compute_payroll_part, open_payroll
from bole_payroll.services.runs import approve_runs, run_payroll, settle_runs
from tests.plugins.payroll.paying import hire, paying, paying_host, slips, status_of


def work_off(database: Database, work: Work) -> None:
    """Do every chunk that is due."""
    for job, number in due_chunks(database, work.clock):
        chunk = take_chunk(database, work.clock, job, number)
        assert chunk is not None
        run_chunk(database, work.host, work.clock, chunk)


def sums(result: Mapping[str, Any]) -> tuple[int, int]:
    """Payslips and gross pay of a job's chunks."""
    return sum(chunk["slips"] for chunk in result["chunks"]), sum(chunk["gross"] for chunk in result["chunks"])


def test_a_job_computes_what_the_service_computes(database: Database) -> None:
    """Five people in chunks of two become five drafts, which are approved and settled like any others."""
    with paying(database, host=paying_host(part_size=2)) as work:
        for number in range(1, 6):
            hire(work, f"E{number}", base_salary=number * 10_000)

        job = start_job(work, "payroll.run", {"month": "2026-07"})
        work_off(database, work)

        status = job_status(work, job)
        assert (status.status, status.total, sums(status.result or {})) == ("done", 3, (5, 15_000_000))
        assert slips(work, "2026-07", "gross", "status")["E5"] == (5_000_000, "draft")
        approve_runs(work, [1])
        assert settle_runs(work, [1]) == 5


def test_a_part_done_twice_is_done_once(database: Database) -> None:
    """A chunk that runs again after its end changes nothing; the run becomes a draft with its last part."""
    with paying(database, host=paying_host(part_size=1)) as work:
        hire(work, "E1", base_salary=10_000)
        hire(work, "E2", base_salary=20_000)
        first, second = open_payroll(work, "2026-07")

        done = [compute_payroll_part(work, **first), compute_payroll_part(work, **first)]
        assert (status_of(work, "payroll_run", 1), [one.slips for one in done]) == ("computing", [1, 0])
        with pytest.raises(Conflict, match="run 1 is computing, not draft"):
            approve_runs(work, [1])
        compute_payroll_part(work, **second)

        assert status_of(work, "payroll_run", 1) == "draft"
        totals = work.session.execute(text("select slips, gross, unfinished from payroll_run")).one()
        assert tuple(totals) == (2, 3_000_000, 0)


def test_a_part_of_a_superseded_run_stores_nothing(database: Database) -> None:
    """Another run took its place while it waited."""
    with paying(database, host=paying_host(part_size=1)) as work:
        hire(work, "E1", base_salary=10_000)
        (part,) = open_payroll(work, "2026-07")
        (newer,) = run_payroll(work, "2026-07")

        with pytest.raises(Conflict, match="run 1 of 2026-07 was superseded while it was computed"):
            compute_payroll_part(work, **part)

        assert work.session.scalars(text("select run_id from payroll_payslip")).all() == [newer.id]


@pytest.mark.parametrize("arguments", [{}, {"month": 7}, {"month": "2026-07", "everybody": True}, {"month": "2026-07", "legal_entities": "cn"}])
def test_wrong_arguments_are_refused(payroll: Work, arguments: dict[str, Any]) -> None:
    """Before anything is opened."""
    with pytest.raises(InvalidValue, match=r"the job payroll\.run"):
        start_job(payroll, "payroll.run", arguments)

    assert payroll.session.scalar(text("select count(*) from core_job")) == 0


def test_a_month_without_anybody_is_done_at_once(payroll: Work) -> None:
    """A job without chunks has nothing to wait for."""
    assert job_status(payroll, start_job(payroll, "payroll.run", {"month": "2026-07"})).status == "done"


def test_the_job_wants_the_permission_to_compute(payroll: Work) -> None:
    """Whoever may start jobs may not therefore compute payroll."""
    actor = Actor("eve", grants={"core.job.start": Scope.COMPANY})

    with pytest.raises(Forbidden, match=r"lacks the permission 'payroll\.run\.start'"):
        start_job(payroll.acting_as(actor), "payroll.run", {"month": "2026-07"})
