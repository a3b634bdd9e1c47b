"""The core's own tables as the back office shows them; what people are given is in `incentive_pages`."""

from __future__ import annotations

from bole import models
from bole.builtin import incentive_pages
from bole.builtin.incentive_pages import EMPLOYEE, PERIOD_KINDS, RECORDED_BY, VALID_FROM, VALID_TO
from bole.contracts.label import Label
from bole.contracts.pages import PEOPLE, PERFORMANCE, SYSTEM, AdminView, Choice, Column, Format, Tone

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
JOB_STATES = (
    Choice("waiting", Label("等待中", "Waiting")),
    Choice("running", Label("运行中", "Running"), Tone.WAITING),
    Choice("done", Label("已完成", "Done"), Tone.GOOD),
    Choice("failed", Label("失败", "Failed"), Tone.BAD),
)

EMPLOYEES = AdminView(
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
        Column("legal_entity_id", Label("用人单位", "Legal entity"), Format.REFERENCE, to="core.legal_entity"),
        Column("hired_on", Label("入职日期", "Hired on"), Format.DATE),
        Column("left_on", Label("离职日期", "Left on"), Format.DATE),
        Column("email", Label("邮箱", "E-mail"), listed=False),
        Column("phone", Label("电话", "Phone"), listed=False),
        Column("birth_date", Label("出生日期", "Date of birth"), Format.DATE, listed=False),
    ),
)

LEGAL_ENTITIES = AdminView(
    code="core.legal_entity",
    label=Label("用人单位", "Legal entities"),
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

INDICATORS = AdminView(
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
        Column("unit", Label("单位", "Unit"), Format.CHOICE, choices=UNITS),
        Column("direction", Label("方向", "Direction"), Format.CHOICE, choices=DIRECTIONS),
        Column("source", Label("数据来源", "Source")),
        Column("owner", Label("所属插件", "Plugin"), Format.CODE, listed=False),
        Column("formula", Label("公式", "Formula"), Format.DOCUMENT, listed=False),
    ),
)

PLANS = AdminView(
    code="core.plan",
    label=Label("方案目录", "Plan register"),
    group=PERFORMANCE,
    model=models.Plan,
    permission="core.plan.read",
    title="label",
    icon="folder",
    in_menu=False,
    sort="code",
    search=("code", "label"),
    columns=(Column("label", Label("方案", "Plan")), Column("code", Label("编码", "Code"), Format.CODE)),
)

PLAN_VERSIONS = AdminView(
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

PERIODS = AdminView(
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

USERS = AdminView(
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

ROLES = AdminView(
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

JOBS = AdminView(
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

CHECKPOINTS = AdminView(
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

VIEWS = (EMPLOYEES, LEGAL_ENTITIES, INDICATORS, PLANS, PLAN_VERSIONS, PERIODS, *incentive_pages.VIEWS, USERS, ROLES, JOBS, CHECKPOINTS)
"""Every view of the core."""
