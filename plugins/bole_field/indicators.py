"""Indicators of field work."""

from __future__ import annotations

from bole import Indicator, IndicatorKind, Label, Unit, count, distinct

FIELD_APP = Label("外勤应用", "Field app")

INDICATORS = (
    Indicator("field.visits", Label("客户拜访量", "Customer visits"), IndicatorKind.PROCESS, Unit.COUNT, count("visit.made"), source=FIELD_APP),
    Indicator(
        "field.customers_visited",
        Label("拜访客户数", "Customers visited"),
        IndicatorKind.PROCESS,
        Unit.COUNT,
        distinct("visit.made", "customer"),
        source=FIELD_APP,
    ),
)
