"""Awards, payouts and rules as the back office shows them, with what can be done to them there."""

from __future__ import annotations

from bole import models
from bole.contracts.incentive import AMOUNT_SCALE
from bole.contracts.label import Label
from bole.contracts.pages import INCENTIVES, Action, ActionField, AdminView, Choice, Column, FieldKind, Format, Tone

EMPLOYEE = Column("employee_id", Label("员工", "Employee"), Format.REFERENCE, to="core.employee")
PERIOD_KINDS = (Choice("month", Label("月", "Month")), Choice("quarter", Label("季度", "Quarter")), Choice("year", Label("年", "Year")))
VALID_FROM = Column("valid_from", Label("生效日期", "Valid from"), Format.DATE)
VALID_TO = Column("valid_to", Label("失效日期", "Valid until"), Format.DATE)
RECORDED_BY = Column("recorded_by", Label("录入人", "Recorded by"), listed=False)
DUE = ActionField("due", Label("计入哪个月的工资", "Due in the payroll of"), FieldKind.MONTH)

AWARD_STATES = (
    Choice("proposed", Label("待审批", "To approve"), Tone.WAITING),
    Choice("approved", Label("已批准", "Approved"), Tone.GOOD),
    Choice("void", Label("已作废", "Void"), Tone.OVER),
)
REWARDS = (
    *(Choice("money", Label("奖金", "Money")), Choice("course", Label("课程", "Course")), Choice("badge", Label("徽章", "Badge"))),
    *(Choice("points", Label("积分", "Points")), Choice("leave", Label("假期", "Leave")), Choice("promotion", Label("晋升资格", "Promotion"))),
)
PAYOUT_STATES = (
    Choice("released", Label("已发放", "Released"), Tone.WAITING),
    Choice("settled", Label("已结算", "Settled"), Tone.GOOD),
)

PROPOSED = (("status", ("proposed",)),)

AWARDS = AdminView(
    code="core.award",
    label=Label("激励", "Awards"),
    group=INCENTIVES,
    model=models.Award,
    permission="core.award.read",
    employee="employee_id",
    period_end="period.ends_on",
    title="key",
    mark="id",
    icon="award",
    sort="-created_at",
    search=("employee_id", "key"),
    filters=("status", "period_id", "rule_id", "created_at"),
    columns=(
        EMPLOYEE,
        Column("rule_id", Label("规则", "Rule"), Format.REFERENCE, to="core.incentive_rule"),
        Column("period_id", Label("周期", "Period"), Format.REFERENCE, to="core.period"),
        Column("amount", Label("本次金额", "Amount"), Format.MONEY, currency="currency", scale=AMOUNT_SCALE),
        Column("entitled", Label("应得合计", "Entitled in all"), Format.MONEY, currency="currency", scale=AMOUNT_SCALE, listed=False),
        Column("status", Label("状态", "Status"), Format.CHOICE, choices=AWARD_STATES),
        Column("created_at", Label("生成时间", "Proposed at"), Format.MOMENT),
        Column("key", Label("业务事实", "Fact"), Format.CODE, listed=False),
        Column("reward", Label("激励形式", "Reward"), Format.CHOICE, choices=REWARDS, listed=False),
        Column("number", Label("序号", "Number"), Format.NUMBER, listed=False),
        Column("decided_at", Label("审批时间", "Decided at"), Format.MOMENT, listed=False),
        Column("decided_by", Label("审批人", "Decided by"), listed=False),
        Column("trace", Label("计算过程", "How it was computed"), Format.DOCUMENT, listed=False),
    ),
    actions=(
        Action(
            "approve",
            Label("批准", "Approve"),
            "core.award.approve",
            "bole.services.awards:approve_awards",
            confirm=Label("确认批准这些激励？", "Approve these awards?"),
            done=Label("已批准", "Approved"),
            when=PROPOSED,
        ),
        Action(
            "void",
            Label("作废", "Void"),
            "core.award.approve",
            "bole.services.awards:void_awards",
            confirm=Label("确认作废这些激励？下次计算会重新提出仍应给的。", "Void these awards? The next run proposes what the rule still gives."),
            done=Label("已作废", "Voided"),
            when=PROPOSED,
            tone=Tone.BAD,
        ),
        Action(
            "release",
            Label("发放", "Release"),
            "core.payout.release",
            "bole.services.payouts:release_payouts",
            confirm=Label("确认发放这些激励？", "Release these awards for payment?"),
            done=Label("已发放", "Released"),
            when=(("status", ("approved",)),),
            fields=(DUE,),
        ),
    ),
)


PAYOUTS = AdminView(
    code="core.payout",
    label=Label("发放", "Payouts"),
    group=INCENTIVES,
    model=models.Payout,
    permission="core.payout.read",
    employee="employee_id",
    period_end="due_period.ends_on",
    title="id",
    icon="payout",
    sort="-released_at",
    search=("employee_id",),
    filters=("status", "due_period_id", "legal_entity_id", "released_at"),
    columns=(
        EMPLOYEE,
        Column("award.rule_id", Label("规则", "Rule"), Format.REFERENCE, to="core.incentive_rule"),
        Column("amount", Label("金额", "Amount"), Format.MONEY, currency="currency"),
        Column("status", Label("状态", "Status"), Format.CHOICE, choices=PAYOUT_STATES),
        Column("due_period_id", Label("计入工资月", "Due in"), Format.REFERENCE, to="core.period"),
        Column("released_at", Label("发放时间", "Released at"), Format.MOMENT),
        Column("reversed", Label("已冲销", "Taken back"), Format.FLAG, listed=False),
        Column("released_by", Label("发放人", "Released by"), listed=False),
        Column("award_id", Label("激励", "Award"), Format.REFERENCE, to="core.award", listed=False),
        Column("award.period_id", Label("绩效周期", "Earned in"), Format.REFERENCE, to="core.period", listed=False),
        Column("legal_entity_id", Label("用人单位", "Legal entity"), Format.REFERENCE, to="core.legal_entity", listed=False),
        Column("rounding", Label("舍入规则", "Rounding"), Format.CODE, listed=False),
        Column("settled_at", Label("结算时间", "Settled at"), Format.MOMENT, listed=False),
        Column("settled_by", Label("结算人", "Settled by"), listed=False),
        Column("reverses_id", Label("冲销对象", "Takes back"), Format.REFERENCE, to="core.payout", listed=False),
    ),
    actions=(
        Action(
            "reverse",
            Label("冲销", "Reverse"),
            "core.payout.release",
            "bole.services.payouts:reverse_payout",
            confirm=Label("确认冲销？将另记一笔，收回实际发放的金额。", "Reverse? A row of its own takes back what was actually paid."),
            done=Label("已冲销", "Reversed"),
            when=(("reversed", (False,)), ("reverses_id", (None,))),
            fields=(DUE,),
            each=True,
            tone=Tone.BAD,
        ),
    ),
)


RULES = AdminView(
    code="core.incentive_rule",
    label=Label("激励规则", "Incentive rules"),
    group=INCENTIVES,
    model=models.IncentiveRule,
    permission="core.plan.read",
    title="label",
    icon="rule",
    sort="code",
    search=("code", "label", "type_code"),
    filters=("period_kind", "valid_from"),
    columns=(
        Column("label", Label("规则", "Rule")),
        Column("code", Label("编码", "Code"), Format.CODE),
        Column("number", Label("版本", "Version"), Format.NUMBER),
        Column("type_code", Label("激励类型", "Type"), Format.CODE),
        Column("period_kind", Label("周期", "Period"), Format.CHOICE, choices=PERIOD_KINDS),
        VALID_FROM,
        VALID_TO,
        Column("audience", Label("适用对象", "For whom"), Format.CODE, listed=False),
        Column("parameters", Label("参数", "Parameters"), Format.DOCUMENT, listed=False),
        Column("recorded_at", Label("录入时间", "Recorded at"), Format.MOMENT, listed=False),
        RECORDED_BY,
    ),
)

VIEWS = (AWARDS, PAYOUTS, RULES)
"""What people are given, in the order of the menu."""
