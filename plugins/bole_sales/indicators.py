"""Indicators of selling: results, the work on leads, and what customers say of it."""

from __future__ import annotations

from datetime import timedelta

from bole import Aggregate, Indicator, IndicatorKind, Label, Measure, Of, Unit, distinct, mean_quantity, ratio, share_within, total_amount, where

SALES_SYSTEM = Label("销售系统", "Sales system")
FEEDBACK = Label("反馈模块", "Feedback module")
IN_TIME = timedelta(hours=24)

_NEW = where(new_customer=True)
_SHARE = Aggregate(((1, Measure("sale.closed", Of.AMOUNT, _NEW)),), ((1, Measure("sale.closed", Of.AMOUNT)),))


def _result(code: str, zh: str, en: str, unit: Unit, aggregate: Aggregate) -> Indicator:
    return Indicator(code, Label(zh, en), IndicatorKind.RESULT, unit, aggregate, source=SALES_SYSTEM)


def _process(code: str, zh: str, en: str, aggregate: Aggregate) -> Indicator:
    return Indicator(code, Label(zh, en), IndicatorKind.PROCESS, Unit.RATIO, aggregate, source=SALES_SYSTEM)


INDICATORS = (
    _result("sales.amount", "销售额", "Sales", Unit.MONEY, total_amount("sale.closed")),
    _result("sales.new_amount", "新客户销售额", "Sales to new customers", Unit.MONEY, total_amount("sale.closed", where=_NEW)),
    _result(
        "sales.repeat_amount", "老客户销售额", "Sales to old customers", Unit.MONEY, total_amount("sale.closed", where=where(new_customer=False))
    ),
    _result("sales.new_share", "新客户销售占比", "Share of new customers in sales", Unit.RATIO, _SHARE),
    _result("sales.customers", "成交客户数", "Customers who bought", Unit.COUNT, distinct("sale.closed", "customer")),
    _result("sales.cash_received", "回款额", "Payments received", Unit.MONEY, total_amount("payment.received")),
    _process("sales.lead_conversion", "商机转化率", "Lead conversion", ratio("lead.won", "lead.created")),
    _process("sales.followed_up_in_24h", "24 小时内跟进率", "Followed up within 24 hours", share_within("lead.followed_up", IN_TIME)),
    Indicator(
        "sales.satisfaction",
        Label("客户满意度", "Customer satisfaction"),
        IndicatorKind.BALANCE,
        Unit.RATIO,
        mean_quantity("feedback.rated"),
        source=FEEDBACK,
    ),
)
