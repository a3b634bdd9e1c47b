"""The columns of a month's payroll: what goes in, what comes out, what each one means."""

from __future__ import annotations

from dataclasses import dataclass

from bole import Label


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of the frame.

    Args:
        name: as the frame has it.
        label: for screens and slips.
        meaning: one sentence, with the unit where it is not fen.
        optional: may be absent from the input; then it counts as 0.
        negative: may be below 0.
        goes_with: another optional column without which this one is refused.
    """

    name: str
    label: Label
    meaning: str
    optional: bool = False
    negative: bool = False
    goes_with: str = ""


PAY = (
    Column("base", Label("基本工资", "Base pay"), "Base pay of the month."),
    Column("payouts", Label("激励发放", "Payouts"), "Released incentive payouts, net of reversals; may be below 0.", negative=True),
    Column("overtime", Label("加班工资", "Overtime pay"), "Overtime pay of the month, as `overtime_pay` computes it.", optional=True, negative=True),
)
BASES = (
    Column("insurance_base", Label("社保缴费工资", "Insurance wage"), "Wage on which social insurance is based, before floor and cap."),
    Column(
        "housing_fund_base",
        Label("公积金缴存工资", "Housing fund wage"),
        "Wage on which the housing fund is based, before floor and cap; `insurance_base` where absent.",
        optional=True,
    ),
)
DEDUCTIONS = (
    Column(
        "special_additional",
        Label("专项附加扣除", "Special additional deductions"),
        "Special additional deductions of the month, all kinds together.",
    ),
    Column(
        "exempt_income", Label("免税收入", "Exempt income"), "Part of gross pay that is exempt from tax.", optional=True, goes_with="exempt_before"
    ),
    Column(
        "other_deductions",
        Label("其他扣除", "Other deductions"),
        "Annuity, commercial health insurance, deferred pension and the like, which lower the tax and not the net pay.",
        optional=True,
        goes_with="other_before",
    ),
    Column("tax_relief", Label("减免税额", "Tax relief"), "Relief of the tax itself.", optional=True, goes_with="relief_before"),
)
BEFORE = (
    Column("income_before", Label("此前累计收入", "Income so far"), "Gross pay of the year's earlier months with this employer.", negative=True),
    Column("special_before", Label("此前累计专项扣除", "Contributions so far"), "The employee's contributions of the earlier months."),
    Column(
        "additional_before",
        Label("此前累计专项附加扣除", "Special additional deductions so far"),
        "Special additional deductions of the earlier months.",
    ),
    Column(
        "exempt_before",
        Label("此前累计免税收入", "Exempt income so far"),
        "Exempt income of the earlier months.",
        optional=True,
        goes_with="exempt_income",
    ),
    Column(
        "other_before",
        Label("此前累计其他扣除", "Other deductions so far"),
        "Other deductions of the earlier months.",
        optional=True,
        goes_with="other_deductions",
    ),
    Column("relief_before", Label("此前累计减免税额", "Relief so far"), "Tax relief of the earlier months.", optional=True, goes_with="tax_relief"),
    Column("tax_before", Label("已预扣预缴税额", "Tax withheld so far"), "Tax withheld in the earlier months."),
)
AMOUNTS = (*PAY, *BASES, *DEDUCTIONS, *BEFORE)
"""Every input column that is an amount: whole numbers of fen."""

OTHER_INPUTS = (
    Column("city", Label("参保城市", "City of insurance"), "Code of the city whose figures apply; null for who is not insured."),
    Column("housing_fund_rate", Label("公积金比例", "Housing fund rate"), "Basis points, within the city's range; 0 for who does not take part."),
    Column(
        "months_before", Label("此前任职月数", "Months so far"), "Months of this year, 0 to 12, whose standard deduction the earlier months counted."
    ),
)
INPUTS = (*AMOUNTS, *OTHER_INPUTS)

RESULTS = (
    Column("gross", Label("应发工资", "Gross pay"), "base + payouts + overtime."),
    Column("pension", Label("养老保险", "Pension"), "The employee's share: base within floor and cap, times the city's rate, half up to the fen."),
    Column("medical", Label("医疗保险", "Medical insurance"), "As pension, plus the fixed amount where the city has one."),
    Column("unemployment", Label("失业保险", "Unemployment insurance"), "As pension."),
    Column(
        "housing_fund",
        Label("住房公积金", "Housing fund"),
        "The employee's share: base within floor and cap times the employee's rate, half up to the city's step.",
    ),
    Column("income_cumulative", Label("累计收入", "Income of the year"), "income_before + gross."),
    Column(
        "special_cumulative", Label("累计专项扣除", "Contributions of the year"), "special_before + pension + medical + unemployment + housing_fund."
    ),
    Column(
        "additional_cumulative", Label("累计专项附加扣除", "Special additional deductions of the year"), "additional_before + special_additional."
    ),
    Column(
        "exempt_cumulative",
        Label("累计免税收入", "Exempt income of the year"),
        "exempt_before + exempt_income; only where these are given.",
        optional=True,
    ),
    Column(
        "other_cumulative",
        Label("累计其他扣除", "Other deductions of the year"),
        "other_before + other_deductions; only where these are given.",
        optional=True,
    ),
    Column(
        "relief_cumulative", Label("累计减免税额", "Relief of the year"), "relief_before + tax_relief; only where these are given.", optional=True
    ),
    Column("months_cumulative", Label("累计任职月数", "Months of the year"), "months_before + 1, at most 12; a number of months."),
    Column(
        "taxable_cumulative",
        Label("累计应纳税所得额", "Taxable income of the year"),
        "income − exempt − standard deduction × months − contributions − special additional − other, all of the year, and not below 0.",
    ),
    Column(
        "tax",
        Label("本月预扣个税", "Tax withheld"),
        "taxable_cumulative × rate − quick deduction, half up to the fen, − relief − tax_before; 0 where that is below 0.",
    ),
    Column("tax_cumulative", Label("累计预扣税额", "Tax withheld of the year"), "tax_before + tax."),
    Column("net", Label("实发工资", "Net pay"), "gross − pension − medical − unemployment − housing_fund − tax; may be below 0."),
)

CARRIED = {
    "income_before": "income_cumulative",
    "special_before": "special_cumulative",
    "additional_before": "additional_cumulative",
    "exempt_before": "exempt_cumulative",
    "other_before": "other_cumulative",
    "relief_before": "relief_cumulative",
    "tax_before": "tax_cumulative",
    "months_before": "months_cumulative",
}
"""What the next month of the same year takes from this month's result; in January all of them are 0."""
