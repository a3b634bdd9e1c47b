"""Sales: what a sales person closes, wins, collects and is rated for."""

from __future__ import annotations

from bole import Indicator, ObservationKind, hookimpl
from bole_sales.indicators import INDICATORS
from bole_sales.kinds import KINDS


@hookimpl
def bole_observation_kinds() -> tuple[ObservationKind, ...]:
    """Return the facts of the sales system and of the feedback module."""
    return KINDS


@hookimpl
def bole_indicators() -> tuple[Indicator, ...]:
    """Return the indicators of selling."""
    return INDICATORS
