"""Formulas as an HR department types them, with the figures they must give."""

from __future__ import annotations

import datetime
from datetime import UTC
from decimal import Decimal

import pytest

from bole.formula import DATE, HOURS, MOMENT, NUMBER, RATIO, TEXT, TRUTH, Formula, Table, Type, money
from bole.values import Money

D = Decimal
CNY, KWD, JPY = money("CNY"), money("KWD"), money("JPY")


def yuan(amount: str) -> Money:
    return Money(D(amount), "CNY")


ROW = {
    "sales": (CNY, yuan("150000.00")), "target": (CNY, yuan("100000.00")), "bonus": (CNY, yuan("9000.00")), "base": (CNY, yuan("8000.00")),
    "hourly_rate": (CNY, yuan("45.50")), "deal": (CNY, yuan("120000.00")), "refunds": (CNY, yuan("3000.00")), "piece_rate": (CNY, yuan("1.25")),
    "visits": (NUMBER, D(42)), "visit_target": (NUMBER, D(50)), "leads": (NUMBER, D(60)), "leads_won": (NUMBER, D(18)), "pieces": (NUMBER, D(1200)),
    "days_worked": (NUMBER, D(15)), "days_in_month": (NUMBER, D(22)), "rating_1": (NUMBER, D("4.5")), "rating_2": (NUMBER, D(4)),
    "satisfaction": (RATIO, D("0.78")), "growth": (RATIO, D("0.1")), "commission_rate": (RATIO, D("0.035")), "split": (RATIO, D("0.6")),
    "overtime": (HOURS, D("12.5")), "case_hours": (HOURS, D(160)), "hired": (DATE, datetime.date(2026, 3, 16)),
    "today": (DATE, datetime.date(2026, 7, 1)),
    "lead_came": (MOMENT, datetime.datetime(2026, 7, 1, 1, 0, tzinfo=UTC)),
    "followed_up": (MOMENT, datetime.datetime(2026, 7, 1, 20, 30, tzinfo=UTC)),
    "region": (TEXT, "华北"), "customer": (TEXT, "new"), "is_new": (TRUTH, True), "on_leave": (TRUTH, False),
    "销售额": (CNY, yuan("150000.00")), "目标": (CNY, yuan("100000.00")), "拜访次数": (NUMBER, D(42)), "满意度": (RATIO, D("0.78")),
    "奖金": (CNY, yuan("9000.00")), "基本工资": (CNY, yuan("8000.00")), "出勤天数": (NUMBER, D(15)), "应出勤天数": (NUMBER, D(22)),
    "客户": (TEXT, "新客户"),
    "入职日期": (DATE, datetime.date(2026, 3, 16)), "线索时间": (MOMENT, datetime.datetime(2026, 7, 1, 1, 0, tzinfo=UTC)),
    "跟进时间": (MOMENT, datetime.datetime(2026, 7, 1, 20, 30, tzinfo=UTC)), "dinar": (KWD, Money(D("1.234"), "KWD")),
    "yen": (JPY, Money(D(1001), "JPY")),
}  # fmt: skip
VARIABLES = {name: type_ for name, (type_, _) in ROW.items()}
TABLES = {
    "region bonus": Table(TEXT, CNY, (("华北", yuan("500")), ("华南", yuan("300")))),
    "提成比例": Table(CNY, RATIO, ((yuan("0"), D("0.03")), (yuan("100000"), D("0.05")), (yuan("200000"), D("0.08")))),
}

EVERYDAY = [
    ("flat commission", "sales * 3.5%", yuan("5250")),
    ("commission at a person's rate", "sales * commission_rate", yuan("5250")),
    ("tiers up to and above target", "TIER(sales, 0, 10%, target, 15%)", yuan("17500")),
    ("tiers with written bounds", "TIER(sales, 0, 1%, 50000, 2%, 100000, 3%)", yuan("3000")),
    ("piece rate in steps", "TIER(pieces, 0, 1.2 CNY, 1000, 1.5 CNY)", yuan("1500")),
    ("piece rate from a column", "pieces * piece_rate", yuan("1500")),
    ("accelerator", "sales * 5% * IF(sales > target, 1.5, 1)", yuan("11250")),
    ("cap", "MIN(sales * 10%, 12000)", yuan("12000")),
    ("floor", "MAX(sales * 1%, 3000)", yuan("3000")),
    ("cap and floor", "MAX(1000, MIN(sales * 10%, 5000))", yuan("5000")),
    ("above target only", "MAX(sales - target, 0) * 10%", yuan("5000")),
    ("attainment", "sales / target", D("1.5")),
    ("attainment, capped", "MIN(sales / target, 120%)", D("1.2")),
    ("share of a bonus, Excel's order", "bonus * sales / target", yuan("13500")),
    ("share of a bonus, capped", "bonus * MIN(sales / target, 120%)", yuan("10800")),
    ("two thirds are exact in a row of * and /", "bonus * 2 / 3", yuan("6000")),
    ("instant bonus", "IF(deal > 100000, 2000, 0)", yuan("2000")),
    ("instant bonus, ten thousands", "IF(deal >= 10万, 2000元, 0元)", yuan("2000")),
    ("new customers pay more", 'sales * IF(customer = "new", 8%, 5%)', yuan("12000")),
    ("two conditions", "IF(AND(is_new, NOT(on_leave)), 500, 0)", yuan("500")),
    ("infix words", "IF(is_new and not on_leave or visits > 100, 500, 0)", yuan("500")),
    ("one of several", 'IF(OR(region = "华北", region = "华东"), 300, 0)', yuan("300")),
    ("not equal", 'IF(region <> "华南", 1, 0) * bonus', yuan("9000")),
    ("satisfaction takes away part of the bonus", "bonus * IF(satisfaction < 80%, 70%, 100%)", yuan("6300")),
    ("between two bounds", "IF(70% <= satisfaction < 80%, 1, 0)", yuan("1")),
    ("lead conversion", "leads_won / leads", D("0.3")),
    ("weighted score", "sales / target * 40% + visits / visit_target * 20% + leads_won / leads * 25% + satisfaction * 15%", D("0.96")),
    ("mean of ratings", "AVERAGE(rating_1, rating_2)", D("4.25")),
    ("sum of components", "SUM(base, bonus, 500)", yuan("17500")),
    ("net of refunds", "ABS(refunds - sales) * 1%", yuan("1470")),
    ("split between two sellers", "sales * 5% * split", yuan("4500")),
    ("salary by days worked", "PRORATE(base, days_worked, days_in_month)", Money(D("5454.54545454545454"), "CNY")),
    ("salary by days worked, rounded", "ROUND(PRORATE(base, days_worked, days_in_month), 2)", yuan("5454.55")),
    ("rounded down to ten yuan", 'ROUND(base * 15 / 22, -1, "down")', yuan("5450")),
    ("rounded half even", 'ROUND(0.125 CNY, 2, "half_even")', yuan("0.12")),
    ("rounded half up by default", "ROUND(0.125 CNY)", yuan("0.13")),
    ("a currency of three places", "ROUND(dinar / 4)", Money(D("0.309"), "KWD")),
    ("a currency of no places", "ROUND(yen / 2)", Money(D(501), "JPY")),
    ("overtime", "overtime * hourly_rate * 150%", Money(D("853.125"), "CNY")),
    ("overtime from the monthly salary", "ROUND(base / 21.75 / 8 * overtime * 1.5)", yuan("862.07")),
    ("newcomer or veteran", "IF(DAYS(hired, today) < 180, 50%, 60%)", D("0.5")),
    ("hired before a date", 'IF(hired < "2026-04-01", 1000, 0)', yuan("1000")),
    ("days as a difference", "today - hired", D(107)),
    ("followed up in time", "IF(HOURS_BETWEEN(lead_came, followed_up) <= 24, 1, 0)", yuan("1")),
    ("hours between", "HOURS_BETWEEN(lead_came, followed_up)", D("19.5")),
    ("growth over three years", "target * (1 + growth) ^ 3", yuan("133100")),
    ("step table", "sales * LOOKUP(sales, 0, 3%, 100000, 5%, 200000, 8%)", yuan("7500")),
    ("declared step table", 'sales * LOOKUP(sales, "提成比例")', yuan("7500")),
    ("declared text table", 'LOOKUP(region, "region bonus")', yuan("500")),
    ("billable share", "MIN(case_hours / 8 / days_in_month, 10)", D("0.909090909090")),
    ("Chinese: instant bonus", "=如果（销售额≥100000，2000，0）", yuan("2000")),
    ("Chinese: tiers", "阶梯（销售额，0，１０％，目标，１５％）", yuan("17500")),
    ("Chinese: attainment times bonus", "最小（销售额÷目标，120％）×奖金", yuan("10800")),
    ("Chinese: floor", "最大（销售额×1%，3000元）", yuan("3000")),
    ("Chinese: both conditions", "如果（且（销售额＞目标，满意度≥75％），1000，0）", yuan("1000")),
    ("Chinese: infix conditions", "如果（销售额＞目标 且 非 满意度＜75％ 或 拜访次数＞100，1000，0）", yuan("1000")),
    ("Chinese: one of two", "如果（或（客户＝“新客户”，客户＝「老客户」），8%，5%）×销售额", yuan("12000")),
    ("Chinese: not equal", "如果（非（客户≠‘新客户’），1，0）×奖金", yuan("9000")),
    ("Chinese: rounding", "四舍五入（按比例（基本工资，出勤天数，应出勤天数），2）", yuan("5454.55")),
    ("Chinese: sum and mean", "合计（基本工资，奖金）＋平均（基本工资，奖金）", yuan("25500")),
    ("Chinese: absolute value", "绝对值（目标－销售额）", yuan("50000")),
    ("Chinese: days and hours", "如果（天数（入职日期，“2026-07-01”）＜180 且 相隔小时（线索时间，跟进时间）≤24，1，0）×奖金", yuan("9000")),
    ("Chinese: table", "查表（销售额，“提成比例”）×销售额", yuan("7500")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in EVERYDAY], ids=[case[0] for case in EVERYDAY])
def test_everyday_formula(text: str, expected: Money | D) -> None:
    """An everyday formula is accepted as typed and gives the figure worked out by hand."""
    result: Type | None = money(expected.currency) if isinstance(expected, Money) else None

    formula = Formula.parse(text, VARIABLES, tables=TABLES, result=result)

    assert formula.explain({name: value for name, (_, value) in ROW.items()}).value == expected
    assert Formula.parse(formula.text, VARIABLES, tables=TABLES, result=result).text == formula.text


def test_there_are_at_least_forty_three_everyday_formulas() -> None:
    """The list does not shrink below the one that chose this design."""
    assert len(EVERYDAY) >= 43
    assert sum(any(ord(letter) > 0x3000 for letter in text) for _, text, _ in EVERYDAY) >= 13
