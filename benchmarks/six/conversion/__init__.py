"""One indicator: conversion."""

from bole.contracts.indicator import Indicator, IndicatorKind, Unit, ratio
from bole.contracts.label import Label
from bole.hookspecs import hookimpl


@hookimpl
def bole_indicators() -> list[Indicator]:
    """Return the indicator."""
    return [Indicator("bench.conversion", Label("conversion", "conversion"), IndicatorKind.PROCESS, Unit.RATIO, ratio("order", "lead"))]
