"""The job that tells people that a request's time passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bole import InvalidValue, Job, Label, Progress, Work
from bole_reorganisation.requests.reminding import remind


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """
    Tell of every request whose time has passed a mark, and return how many were told of; what was told is not told again.

    Raises:
        InvalidValue: there are arguments.
    """
    if arguments:
        shown = ", ".join(sorted(arguments))
        raise InvalidValue("reorganisation.job_arguments", f"the job reorganisation.remind takes no {shown}.", "Start it without arguments.")
    return asdict(remind(work))


JOBS = [Job("reorganisation.remind", Label("提醒即将到期的组织变更申请", "Remind of requests for changes"), "reorganisation.request.handle", run)]
