"""One indicator: visits."""

from bole.contracts.indicator import Indicator, IndicatorKind, Unit, count
from bole.contracts.label import Label
from bole.hookspecs import hookimpl


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the indicator."""
    return [Indicator("bench.visits", Label("visits", "visits"), IndicatorKind.PROCESS, Unit.COUNT, count("visit"))]
