"""Computing a month apart from the request, in parts that run side by side and may be run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bole import InvalidValue, Job, Label, Progress, Work


def split(work: Work, arguments: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """
    Open the runs of a month and return one chunk a part.

    Args:
        arguments: ``{"month": "2026-07", "legal_entities": ["cn"]}``; all legal entities where none is named.

    Raises:
        InvalidValue: the month is missing, or something else is given.
    """
    from bole_payroll.services.computation import open_payroll  # brings Polars, which only computing needs

    unknown = sorted(arguments.keys() - {"month", "legal_entities"})
    month, entities = arguments.get("month"), arguments.get("legal_entities", [])
    if unknown or not isinstance(month, str) or not isinstance(entities, list) or not all(isinstance(code, str) for code in entities):
        shown = f"takes no {', '.join(unknown)}" if unknown else "needs a month, and of legal entities their codes"
        raise InvalidValue("payroll.job_arguments", f"the job payroll.run {shown}.", 'Give {"month": "2026-07", "legal_entities": ["cn"]}.')
    return open_payroll(work, month, tuple(entities))


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Compute one part and return what it came to; a part that was done before is not done again."""
    from bole_payroll.services.computation import compute_payroll_part  # as above

    sums = compute_payroll_part(work, int(arguments["run"]), int(arguments["part"]))
    return {"run": arguments["run"], **asdict(sums)}


JOBS = [Job("payroll.run", Label("计算月度工资", "Compute a month's payroll"), "payroll.run.start", run, split)]
