"""The core's own jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bole.contracts.extension import Job, Progress
from bole.contracts.label import Label
from bole.errors import InvalidValue

if TYPE_CHECKING:
    from bole.access import Work


def run_period(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Compute the period that the arguments name; done twice it awards nothing more."""
    # Brings Polars, which only whoever computes pays for.
    from bole.services import runs

    if set(arguments) != {"period"}:
        raise InvalidValue(
            "core.job_arguments", f"the job core.run_period takes the argument period, not {sorted(arguments)}.", 'Give {"period": "2026-07"}.'
        )
    outcome = runs.run_period(work, str(arguments["period"]))
    progress(outcome.scored, outcome.measured)
    return {"run": outcome.id, "measured": outcome.measured, "scored": outcome.scored, "awards": outcome.awards}


JOBS = [Job("core.run_period", Label("计算周期", "Compute a period"), "core.run.start", run_period)]
