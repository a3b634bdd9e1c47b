"""A plugin for tests: indicators that are formulas over those of `tests.trial`, one over another formula."""

from bole.contracts.indicator import Indicator, IndicatorKind, Unit
from bole.hookspecs import hookimpl
from tests.trial import label


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return a money, a ratio and a number formula."""
    return [
        Indicator("doubled", label("doubled"), IndicatorKind.RESULT, Unit.MONEY, formula="per_visit * 2"),
        Indicator("per_visit", label("per visit"), IndicatorKind.RESULT, Unit.MONEY, formula="sales / visits"),
        Indicator("new_share", label("share"), IndicatorKind.RESULT, Unit.RATIO, formula="new_sales ÷ sales"),
    ]
