"""Paying the demo's salaries."""

from __future__ import annotations

from bole import Period, Work
from bole_payroll.services.runs import approve_runs, run_payroll, settle_runs


def pay_month(work: Work, month: Period) -> int:
    """Compute, approve and settle a month's payroll, with the payouts due in it; return how many payslips were paid."""
    runs = [outcome.id for outcome in run_payroll(work, month.code)]
    approve_runs(work, runs)
    return settle_runs(work, runs)
