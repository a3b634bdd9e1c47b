"""One indicator: new_share."""

from bole.contracts.indicator import Indicator, IndicatorKind, Unit, ratio, where
from bole.contracts.label import Label
from bole.hookspecs import hookimpl


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the indicator."""
    return [
        Indicator(
            "bench.new_share", Label("new_share", "new_share"), IndicatorKind.RESULT, Unit.RATIO, ratio("order", "order", over_where=where(new=True))
        )
    ]
