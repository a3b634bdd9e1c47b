"""The core's own tables as the back office shows them."""

from __future__ import annotations

from bole import models
from bole.contracts.incentive import AMOUNT_SCALE
from bole.contracts.label import Label
from bole.contracts.pages import INCENTIVES, PEOPLE, PERFORMANCE, SYSTEM, Action, ActionField, AdminView, Choice, Column, FieldKind, Format, Tone

EMPLOYEE = Column("employee_id", Label("员工", "Employee"), Format.REFERENCE, to="core.employee")
PERIOD_KINDS = (Choice("month", Label("月", "Month")), Choice("quarter", Label("季度", "Quarter")), Choice("year", Label("年", "Year")))
VALID_FROM = Column("valid_from", Label("生效日期", "Valid from"), Format.DATE)
VALID_TO = Column("valid_to", Label("失效日期", "Valid until"), Format.DATE)
RECORDED_BY = Column("recorded_by", Label("录入人", "Recorded by"), listed=False)
DUE = ActionField("due", Label("计入哪个月的工资", "Due in the payroll of"), FieldKind.MONTH)

KINDS = (
    Choice("result", Label("结果", "Result"), Tone.GOOD),
    Choice("process", Label("过程", "Process"), Tone.WAITING),
    Choice("balance", Label("平衡", "Balance")),
)
UNITS = (
    *(Choice("money", Label("金额", "Money")), Choice("count", Label("次数", "Count")), Choice("ratio", Label("比率", "Ratio"))),
    *(Choice("hours", Label("小时", "Hours")), Choice("number", Label("数值", "Number"))),
)
DIRECTIONS = (Choice("higher", Label("越高越好", "Higher is better")), Choice("lower", Label("越低越好", "Lower is better")))
PERIOD_STATES = (Choice("open", Label("进行中", "Open"), Tone.WAITING), Choice("closed", Label("已关闭", "Closed"), Tone.OVER))
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
    Choice("reversed", Label("已冲销", "Reversed"), Tone.OVER),
)
JOB_STATES = (
    Choice("waiting", Label("等待中", "Waiting")),
    Choice("running", Label("运行中", "Running"), Tone.WAITING),
    Choice("done", Label("已完成", "Done"), Tone.GOOD),
    Choice("failed", Label("失败", "Failed"), Tone.BAD),
)


def people() -> list[AdminView]:
    """Return the views of who works here."""
    employee = AdminView(
        code="core.employee",
        label=Label("员工", "Employees"),
        group=PEOPLE,
        model=models.Employee,
        permission="core.employee.read",
        employee="id",
        title="name",
        mark="number",
        icon="people",
        sort="number",
        search=("number", "name", "email", "job_title"),
        filters=("legal_entity_id", "hired_on"),
        columns=(
            Column("name", Label("姓名", "Name")),
            Column("number", Label("工号", "Number"), Format.CODE),
            Column("job_title", Label("职务", "Job title")),
            Column("legal_entity_id", Label("用工单位", "Legal entity"), Format.REFERENCE, to="core.legal_entity"),
            Column("hired_on", Label("入职日期", "Hired on"), Format.DATE),
            Column("left_on", Label("离职日期", "Left on"), Format.DATE),
            Column("email", Label("邮箱", "E-mail"), listed=False),
            Column("phone", Label("电话", "Phone"), listed=False),
            Column("birth_date", Label("出生日期", "Date of birth"), Format.DATE, listed=False),
        ),
    )
    entity = AdminView(
        code="core.legal_entity",
        label=Label("用工单位", "Legal entities"),
        group=PEOPLE,
        model=models.LegalEntity,
        permission="core.org.read",
        title="name",
        icon="building",
        sort="code",
        search=("code", "name"),
        columns=(
            Column("name", Label("名称", "Name")),
            Column("code", Label("编码", "Code"), Format.CODE),
            Column("country", Label("国家或地区", "Country"), Format.CODE),
            Column("currency", Label("币种", "Currency"), Format.CODE),
            Column("time_zone", Label("时区", "Time zone")),
        ),
    )
    return [employee, entity]


def performance() -> list[AdminView]:
    """Return the views of what people are measured by."""
    indicator = AdminView(
        code="core.indicator",
        label=Label("指标", "Indicators"),
        group=PERFORMANCE,
        model=models.Indicator,
        permission="core.indicator.read",
        title="label",
        icon="gauge",
        sort="code",
        search=("code", "label"),
        filters=("kind",),
        columns=(
            Column("label", Label("指标", "Indicator")),
            Column("code", Label("编码", "Code"), Format.CODE),
            Column("kind", Label("类别", "Kind"), Format.CHOICE, choices=KINDS),
            ),
            Column("unit", Label("单位", "Unit"), Format.CHOICE, choices=UNITS),
            ),
            Column("direction", Label("方向", "Direction"), Format.CHOICE, choices=DIRECTIONS),
            Column("source", Label("数据来源", "Source")),
            Column("owner", Label("所属插件", "Plugin"), Format.CODE, listed=False),
            Column("formula", Label("公式", "Formula"), Format.DOCUMENT, listed=False),
        ),
    )
    return [indicator, _plan(), _plan_version(), _period()]


def _plan() -> AdminView:
    return AdminView(
        code="core.plan",
        label=Label("方案目录", "Plan register"),
        group=PERFORMANCE,
        model=models.Plan,
        permission="core.plan.read",
        title="label",
        icon="folder",
        sort="code",
        search=("code", "label"),
        columns=(Column("label", Label("方案", "Plan")), Column("code", Label("编码", "Code"), Format.CODE)),
    )


def _plan_version() -> AdminView:
    return AdminView(
        code="core.plan_version",
        label=Label("绩效方案", "Plans"),
        group=PERFORMANCE,
        model=models.PlanVersion,
        permission="core.plan.read",
        title="number",
        icon="plan",
        sort="-valid_from",
        search=("plan_id", "audience", "reason"),
        filters=("plan_id", "valid_from"),
        columns=(
            Column("plan_id", Label("方案", "Plan"), Format.REFERENCE, to="core.plan"),
            Column("number", Label("版本", "Version"), Format.NUMBER),
            VALID_FROM,
            VALID_TO,
            Column("audience", Label("适用对象", "For whom"), Format.CODE),
            Column("priority", Label("优先级", "Priority"), Format.NUMBER),
            Column("reason", Label("变更原因", "Reason"), listed=False),
            Column("known_from", Label("录入时间", "Recorded at"), Format.MOMENT, listed=False),
            Column("known_to", Label("更正时间", "Corrected at"), Format.MOMENT, listed=False),
            RECORDED_BY,
        ),
    )


def _period() -> AdminView:
    return AdminView(
        code="core.period",
        label=Label("周期", "Periods"),
        group=PERFORMANCE,
        model=models.Period,
        permission="core.result.read",
        title="code",
        icon="calendar",
        sort="-starts_on",
        filters=("kind", "status"),
        columns=(
            Column("code", Label("周期", "Period"), Format.CODE),
            Column("kind", Label("长度", "Length"), Format.CHOICE, choices=PERIOD_KINDS),
            Column("starts_on", Label("首日", "First day"), Format.DATE),
            Column("ends_on", Label("截止（不含）", "Until (exclusive)"), Format.DATE),
            Column("status", Label("状态", "Status"), Format.CHOICE, choices=PERIOD_STATES),
        ),
    )


def incentives() -> list[AdminView]:
    """Return the views of what people are given for it."""
    return [_award(), _payout(), _rule()]


def _award() -> AdminView:
    proposed = ("status", ("proposed",))
    return AdminView(
        code="core.award",
        label=Label("激励", "Awards"),
        group=INCENTIVES,
        model=models.Award,
        permission="core.award.read",
        employee="employee_id",
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
            ),
            Column("created_at", Label("生成时间", "Proposed at"), Format.MOMENT),
            Column("key", Label("业务事实", "Fact"), Format.CODE, listed=False),
            Column("reward", Label("激励形式", "Reward"), Format.CHOICE, choices=REWARDS, listed=False),
            ),
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
                when=proposed,
            ),
            Action(
                "void",
                Label("作废", "Void"),
                "core.award.approve",
                "bole.services.awards:void_awards",
                confirm=Label("确认作废这些激励？下次计算时，规则若仍然给出，会重新提出。", "Void these awards? The next run proposes them again if the rule still gives them."),
                done=Label("已作废", "Voided"),
                when=proposed,
                tone=Tone.BAD,
            ),
            Action(
                "release",
                Label("发放", "Release"),
                "core.payout.release",
                "bole.services.payouts:release_payouts",
                confirm=Label("确认发放这些激励？", "Release these awards for payment?"),
                done=Label("已发放", "Released"),
                when=("status", ("approved",)),
                fields=(DUE,),
            ),
        ),
    )


def _payout() -> AdminView:
    return AdminView(
        code="core.payout",
        label=Label("发放", "Payouts"),
        group=INCENTIVES,
        model=models.Payout,
        permission="core.payout.read",
        employee="employee_id",
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
            ),
            Column("due_period_id", Label("计入工资月", "Due in"), Format.REFERENCE, to="core.period"),
            Column("released_at", Label("发放时间", "Released at"), Format.MOMENT),
            Column("released_by", Label("发放人", "Released by"), listed=False),
            Column("award_id", Label("激励", "Award"), Format.REFERENCE, to="core.award", listed=False),
            Column("award.period_id", Label("绩效周期", "Earned in"), Format.REFERENCE, to="core.period", listed=False),
            Column("legal_entity_id", Label("用工单位", "Legal entity"), Format.REFERENCE, to="core.legal_entity", listed=False),
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
                when=("status", ("settled", "released")),
                fields=(DUE,),
                each=True,
                tone=Tone.BAD,
            ),
        ),
    )


def _rule() -> AdminView:
    return AdminView(
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


def system() -> list[AdminView]:
    """Return the views of the platform itself."""
    user = AdminView(
        code="core.user",
        label=Label("用户", "Users"),
        group=SYSTEM,
        model=models.User,
        permission="core.user.manage",
        title="email",
        icon="user",
        sort="email",
        search=("email", "employee_id"),
        filters=("active",),
        columns=(
            Column("email", Label("登录名", "Login")),
            EMPLOYEE,
            Column("active", Label("启用", "Active"), Format.FLAG),
            Column("locale", Label("语言", "Language"), Format.CODE),
        ),
    )
    role = AdminView(
        code="core.role",
        label=Label("角色", "Roles"),
        group=SYSTEM,
        model=models.Role,
        permission="core.user.manage",
        title="name",
        icon="key",
        sort="name",
        search=("name", "description"),
        columns=(Column("name", Label("角色", "Role")), Column("description", Label("说明", "Description"))),
    )
    return [user, role, _job(), _checkpoint()]


def _job() -> AdminView:
    return AdminView(
        code="core.job",
        label=Label("任务", "Jobs"),
        group=SYSTEM,
        model=models.Job,
        permission="core.job.read",
        title="code",
        mark="id",
        icon="job",
        sort="-created_at",
        search=("code", "created_by"),
        filters=("status", "created_at"),
        columns=(
            Column("code", Label("任务", "Job"), Format.CODE),
            Column("status", Label("状态", "Status"), Format.CHOICE, choices=JOB_STATES),
            ),
            Column("done", Label("已完成步数", "Steps done"), Format.NUMBER),
            Column("total", Label("总步数", "Steps in all"), Format.NUMBER),
            Column("created_at", Label("提交时间", "Asked for at"), Format.MOMENT),
            Column("created_by", Label("提交人", "Asked for by")),
            Column("started_at", Label("开始时间", "Started at"), Format.MOMENT, listed=False),
            Column("finished_at", Label("结束时间", "Finished at"), Format.MOMENT, listed=False),
            Column("arguments", Label("参数", "Arguments"), Format.DOCUMENT, listed=False),
            Column("result", Label("结果", "Outcome"), Format.DOCUMENT, listed=False),
            Column("error", Label("错误", "Error"), Format.DOCUMENT, listed=False),
        ),
    )


def _checkpoint() -> AdminView:
    return AdminView(
        code="core.ledger_checkpoint",
        label=Label("账本检查点", "Ledger checkpoints"),
        group=SYSTEM,
        model=models.LedgerCheckpoint,
        permission="core.ledger.read",
        title="size",
        icon="ledger",
        sort="-size",
        columns=(
            Column("size", Label("记录数", "Entries"), Format.NUMBER),
            Column("signed_at", Label("签署时间", "Signed at"), Format.MOMENT),
            Column("note", Label("签名文本", "Signed note"), Format.DOCUMENT, listed=False),
        ),
    )


def views() -> list[AdminView]:
    """Return every view of the core, in the order of the menu."""
    return [*people(), *performance(), *incentives(), *system()]
