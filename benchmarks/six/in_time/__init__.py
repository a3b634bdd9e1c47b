"""One indicator: in_time."""

from datetime import timedelta

from bole.contracts.indicator import Indicator, IndicatorKind, Unit, share_within
from bole.contracts.label import Label
from bole.hookspecs import hookimpl


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the indicator."""
    return [Indicator("bench.in_time", Label("in_time", "in_time"), IndicatorKind.PROCESS, Unit.RATIO, share_within("followup", timedelta(hours=24)))]
