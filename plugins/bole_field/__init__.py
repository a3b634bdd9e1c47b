"""Field work: visits to customers."""

from __future__ import annotations

from bole import Indicator, ObservationKind, hookimpl
from bole_field.indicators import INDICATORS
from bole_field.kinds import KINDS


@hookimpl
def bole_observation_kinds() -> tuple[ObservationKind, ...]:
    """Return the facts of the field app."""
    return KINDS


@hookimpl
def bole_indicators() -> tuple[Indicator, ...]:
    """Return the indicators of field work."""
    return INDICATORS
