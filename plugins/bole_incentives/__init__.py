"""Incentives: tiered commission, and the bonus that a deal pays at once."""

from __future__ import annotations

from bole import IncentiveType, ObservationsRecorded, Work, hookimpl
from bole_incentives.types import TYPES


@hookimpl
def bole_incentive_types() -> tuple[IncentiveType, ...]:
    """Return the kinds of incentive."""
    return TYPES


@hookimpl
def bole_observations_recorded(work: Work, news: ObservationsRecorded) -> None:
    """Award what a deal pays at once, as soon as it is recorded."""
    # Brings Polars, which only computing needs.
    from bole import award_instantly

    award_instantly(work, news)
