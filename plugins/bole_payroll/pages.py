"""Payroll as the back office shows it."""

from __future__ import annotations

from bole import Action, AdminView, Choice, Column, Format, Label, Tone
from bole_payroll.models import Component, Payslip, Run

GROUP = Label("薪资", "Payroll")
EMPLOYEE = Column("employee_id", Label("员工", "Employee"), Format.REFERENCE, to="core.employee")
ENTITY = Column("legal_entity_id", Label("用人单位", "Legal entity"), Format.REFERENCE, to="core.legal_entity")
MONTH = Column("month", Label("月份", "Month"), Format.CODE)
STATES = (
    Choice("computing", Label("计算中", "Computing"), Tone.WAITING),
    Choice("draft", Label("草稿", "Draft"), Tone.WAITING),
    Choice("approved", Label("已批准", "Approved"), Tone.GOOD),
    Choice("settled", Label("已结算", "Settled"), Tone.GOOD),
    Choice("superseded", Label("已被取代", "Superseded"), Tone.OVER),
)
SCHEMES = (
    Choice("cn", Label("中国：社保公积金与累计预扣", "China: contributions and cumulative withholding")),
    Choice("gross", Label("不扣缴", "No deductions")),
)
STATUS = Column("status", Label("状态", "Status"), Format.CHOICE, choices=STATES)
ACTIONS = (
    Action(
        "approve",
        Label("批准", "Approve"),
        "payroll.run.approve",
        "bole_payroll.services.runs:approve_runs",
        confirm=Label("确认批准这些工资批次？", "Approve these payroll runs?"),
        done=Label("已批准", "Approved"),
        when=(("status", ("draft",)),),
    ),
    Action(
        "settle",
        Label("结算", "Settle"),
        "payroll.run.settle",
        "bole_payroll.services.runs:settle_runs",
        confirm=Label(
            "确认已支付？其中的激励发放将一并结算，此后不可更改。",
            "Paid? The payouts in them are settled too, and nothing of it can be changed afterwards.",
        ),
        done=Label("已结算", "Settled"),
        when=(("status", ("approved",)),),
    ),
    Action(
        "reopen",
        Label("撤回批准", "Take approval back"),
        "payroll.run.approve",
        "bole_payroll.services.runs:reopen_runs",
        confirm=Label("确认撤回批准？之后可重新计算。", "Take the approval back? The month can be computed again then."),
        done=Label("已撤回", "Taken back"),
        when=(("status", ("approved",)),),
        tone=Tone.BAD,
    ),
    Action(
        "discard",
        Label("作废草稿", "Discard"),
        "payroll.run.start",
        "bole_payroll.services.runs:discard_runs",
        confirm=Label("确认作废这些草稿？", "Discard these drafts?"),
        done=Label("已作废", "Discarded"),
        when=(("status", ("draft", "computing")),),
        tone=Tone.BAD,
    ),
)


def _money(code: str, zh: str, en: str, *, listed: bool = True) -> Column:
    return Column(code, Label(zh, en), Format.MONEY, currency="currency", listed=listed)


def views() -> list[AdminView]:
    """Return the pages of payroll, in the order of the menu."""
    return [_runs(), _slips(), _components()]


def _runs() -> AdminView:
    return AdminView(
        code="payroll.run",
        label=Label("工资批次", "Payroll runs"),
        group=GROUP,
        model=Run,
        permission="payroll.run.read",
        title="month",
        mark="number",
        icon="ledger",
        sort="-month",
        search=("month",),
        filters=("status", "legal_entity_id"),
        columns=(
            MONTH,
            ENTITY,
            Column("number", Label("批次", "Run"), Format.NUMBER),
            STATUS,
            Column("slips", Label("工资条数", "Payslips"), Format.NUMBER),
            _money("gross", "应发合计", "Gross in all"),
            _money("tax", "个税合计", "Tax in all", listed=False),
            _money("net", "实发合计", "Net in all"),
            Column("stale", Label("有新发放待重算", "Payouts missing"), Format.FLAG),
            Column("left_out", Label("无薪资约定人数", "People without agreed pay"), Format.NUMBER, listed=False),
            Column("scheme", Label("计算规则", "Scheme"), Format.CHOICE, choices=SCHEMES, listed=False),
            Column("started_at", Label("计算时间", "Computed at"), Format.MOMENT, listed=False),
            Column("started_by", Label("计算人", "Computed by"), listed=False),
            Column("approved_at", Label("审批时间", "Approved at"), Format.MOMENT, listed=False),
            Column("approved_by", Label("审批人", "Approved by"), listed=False),
            Column("settled_at", Label("结算时间", "Settled at"), Format.MOMENT, listed=False),
            Column("settled_by", Label("结算人", "Settled by"), listed=False),
        ),
        actions=ACTIONS,
    )


def _slips() -> AdminView:
    return AdminView(
        code="payroll.payslip",
        label=Label("工资条", "Payslips"),
        group=GROUP,
        model=Payslip,
        permission="payroll.payslip.read",
        employee="employee_id",
        period_end="ends_on",
        title="month",
        mark="id",
        icon="payout",
        sort="-month",
        search=("employee_id", "month"),
        filters=("status", "legal_entity_id"),
        columns=(
            EMPLOYEE,
            MONTH,
            STATUS,
            _money("base", "基本工资", "Base pay"),
            _money("allowances", "津贴补贴", "Allowances", listed=False),
            _money("payouts", "激励发放", "Payouts"),
            _money("gross", "应发工资", "Gross pay"),
            _money("pension", "养老保险", "Pension", listed=False),
            _money("medical", "医疗保险", "Medical insurance", listed=False),
            _money("unemployment", "失业保险", "Unemployment insurance", listed=False),
            _money("housing_fund", "住房公积金", "Housing fund", listed=False),
            _money("tax", "个人所得税", "Tax withheld"),
            _money("net", "实发工资", "Net pay"),
            ENTITY,
            Column("run_id", Label("工资批次", "Payroll run"), Format.REFERENCE, to="payroll.run", listed=False),
            Column("scheme", Label("计算规则", "Scheme"), Format.CHOICE, choices=SCHEMES, listed=False),
            Column("days", Label("计薪天数", "Days paid for"), Format.NUMBER, listed=False),
            Column("city", Label("参保城市", "City of insurance"), Format.CODE, listed=False),
            _money("special_deduction", "专项附加扣除", "Special additional deductions", listed=False),
            _money("other_deduction", "其他扣除", "Other deductions", listed=False),
            _money("income_cumulative", "累计收入", "Income of the year", listed=False),
            _money("taxable_cumulative", "累计应纳税所得额", "Taxable income of the year", listed=False),
            _money("tax_cumulative", "累计预扣税额", "Tax withheld of the year", listed=False),
        ),
    )


def _components() -> AdminView:
    return AdminView(
        code="payroll.component",
        label=Label("工资项目", "Salary components"),
        group=GROUP,
        model=Component,
        permission="payroll.run.read",
        title="label",
        icon="rule",
        sort="code",
        search=("code", "label", "formula"),
        filters=("taxable", "valid_from"),
        columns=(
            Column("label", Label("项目", "Component")),
            Column("code", Label("编码", "Code"), Format.CODE),
            Column("number", Label("版本", "Version"), Format.NUMBER),
            Column("formula", Label("公式", "Formula"), Format.CODE),
            Column("taxable", Label("计税", "Taxed"), Format.FLAG),
            Column("valid_from", Label("生效日期", "Valid from"), Format.DATE),
            Column("valid_to", Label("失效日期", "Valid until"), Format.DATE),
            Column("recorded_at", Label("录入时间", "Recorded at"), Format.MOMENT, listed=False),
            Column("recorded_by", Label("录入人", "Recorded by"), listed=False),
        ),
    )
