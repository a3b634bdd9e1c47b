"""One indicator: amount."""

from bole.contracts.indicator import Indicator, IndicatorKind, Unit, total_amount
from bole.contracts.label import Label
from bole.hookspecs import hookimpl


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the indicator."""
    return [Indicator("bench.amount", Label("amount", "amount"), IndicatorKind.RESULT, Unit.MONEY, total_amount("order"))]
