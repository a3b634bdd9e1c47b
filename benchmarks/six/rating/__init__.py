"""One indicator: rating."""

from bole.contracts.indicator import Indicator, IndicatorKind, Unit, mean_quantity
from bole.contracts.label import Label
from bole.hookspecs import hookimpl


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the indicator."""
    return [Indicator("bench.rating", Label("rating", "rating"), IndicatorKind.BALANCE, Unit.NUMBER, mean_quantity("rating"))]
