"""Requests as the back office shows them."""

from __future__ import annotations

from bole import Action, ActionField, AdminView, Column, Format, Label, Tone
from bole_reorganisation.requests.models import CalendarDay, Request
from bole_reorganisation.requests.words import STATES

GROUP = Label("人员与组织", "People")
HANDLE, READ = "reorganisation.request.handle", "reorganisation.request.read"
LEGAL_ENTITY = Column("legal_entity_id", Label("用人单位", "Legal entity"), Format.REFERENCE, to="core.legal_entity", listed=False)
_SERVICES = "bole_reorganisation.requests"

ACTIONS = (
    Action(
        "take",
        Label("受理", "Take"),
        HANDLE,
        f"{_SERVICES}.handling:take_request",
        confirm=Label("由您来办理这些申请？", "Handle these requests yourself?"),
        done=Label("已受理", "Taken"),
        when=(("state", ("open",)),),
        each=True,
    ),
    Action(
        "finish",
        Label("办结", "Finish"),
        HANDLE,
        f"{_SERVICES}.handling:finish",
        confirm=Label("这些申请已经办完？", "Are these requests done?"),
        done=Label("已办结", "Done"),
        when=(("state", ("in_progress", "waiting")),),
        each=True,
    ),
    Action(
        "decline",
        Label("拒绝", "Decline"),
        HANDLE,
        f"{_SERVICES}.handling:decline",
        confirm=Label("拒绝这些申请？申请人会看到理由。", "Decline these requests? Whoever asked sees the reason."),
        done=Label("已拒绝", "Declined"),
        when=(("state", ("open", "in_progress", "waiting")),),
        fields=(ActionField("reason", Label("理由", "Reason")),),
        each=True,
        tone=Tone.BAD,
    ),
)

REQUESTS = AdminView(
    code="reorganisation.request",
    label=Label("组织变更申请", "Change requests"),
    group=GROUP,
    model=Request,
    permission=READ,
    employee="asker_id",
    title="title",
    icon="rule",
    search=("title", "wish", "asker_id", "owner_id"),
    filters=("state", "owner_id", "legal_entity_id", "asked_at"),
    columns=(
        Column("title", Label("申请", "Request")),
        Column("state", Label("状态", "State"), Format.CHOICE, choices=STATES),
        Column("due_at", Label("办理时限", "Due"), Format.MOMENT),
        Column("asker_id", Label("申请人", "Asked by"), Format.REFERENCE, to="core.employee"),
        Column("owner_id", Label("办理人", "Owner"), Format.REFERENCE, to="core.employee"),
        Column("asked_at", Label("提交时间", "Asked at"), Format.MOMENT),
        Column("wished_on", Label("希望生效日期", "Wished from"), Format.DATE, listed=False),
        Column("hours", Label("时限（工作日小时）", "Hours on working days"), Format.NUMBER, listed=False),
        LEGAL_ENTITY,
        Column("closed_at", Label("关闭时间", "Closed at"), Format.MOMENT, listed=False),
    ),
    actions=ACTIONS,
    view="bole_reorganisation.admin.requests:RequestView",
)

CALENDAR = AdminView(
    code="reorganisation.calendar",
    label=Label("工作日历", "Work calendar"),
    group=GROUP,
    model=CalendarDay,
    permission=HANDLE,
    title="name",
    mark="day",
    icon="calendar",
    sort="-day",
    search=("name",),
    filters=("legal_entity_id", "day", "is_working"),
    columns=(
        Column("day", Label("日期", "Day"), Format.DATE),
        Column("is_working", Label("上班", "Worked"), Format.FLAG),
        Column("name", Label("名称", "Name")),
        Column("legal_entity_id", Label("用人单位", "Legal entity"), Format.REFERENCE, to="core.legal_entity"),
        Column("recorded_at", Label("录入时间", "Recorded at"), Format.MOMENT, listed=False),
        Column("recorded_by", Label("录入人", "Recorded by"), listed=False),
    ),
    actions=(
        Action(
            "clear",
            Label("恢复每周规则", "As the week says"),
            HANDLE,
            f"{_SERVICES}.workdays:clear_calendar_days",
            confirm=Label("这些日期恢复为每周规则？相关申请的时限会重新计算。", "Let the week decide on these days? What is due moves with them."),
            done=Label("已恢复", "Done"),
            tone=Tone.BAD,
        ),
    ),
    view="bole_reorganisation.admin.calendar:CalendarView",
)

VIEWS: list[AdminView] = [REQUESTS, CALENDAR]
