"""Payslips to read: of a month as a frame, one with everything that it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import select

from bole import Label, Money, NotFound, Raw, Step, Work, explain_payout, requires, same, tables, visible_rows
from bole_payroll.models import Payslip
from bole_payroll.months import EndOfMonth
from bole_payroll.services.lines import slip_lines
from bole_payroll.services.orders import month_of

SLIP = Payslip.table
STATES = {
    "draft": Label("草稿", "draft"),
    "approved": Label("已批准", "approved"),
    "settled": Label("已结算", "settled"),
    "superseded": Label("已被取代", "superseded"),
}


@requires("payroll.payslip.read")
def read_payslips(work: Work, month: str) -> pl.DataFrame:
    """
    Return the live payslips of a month that the actor may see, one row each, by employee number.

    Whoever holds the permission for less than the company sees payslips once they are approved, of whoever was in the scope
    on the month's last day.

    Returns:
        ``number`` (of the employee) and every column of `Payslip`; amounts in minor units of ``currency``.

    Raises:
        InvalidValue: the code is no month.
    """
    employee = tables.Employee.table
    query = select(employee.c.number, *SLIP.columns).join(employee, employee.c.id == SLIP.c.employee_id)
    query = query.where(SLIP.c.month == month_of(work, month).code, SLIP.c.status != "superseded")
    visible = visible_rows(work, "payroll.payslip.read", SLIP.c.shown_to, end=EndOfMonth(SLIP.c.month))
    if visible is not None:
        query = query.where(visible)
    rows = [tuple(row) for row in work.session.execute(query.order_by(employee.c.number))]
    schema = {"number": pl.String, **{column.name: _dtype(column.type.python_type) for column in SLIP.columns}}
    texts = [tuple(json.dumps(value) if isinstance(value, dict) else value for value in row) for row in rows]
    return pl.DataFrame(texts, schema=schema, orient="row")


def _dtype(kind: type) -> Any:
    return pl.Int64 if kind is int else pl.String


@dataclass(frozen=True, slots=True)
class _Found:
    """One payslip with what it names."""

    row: Mapping[str, Any]
    number: str
    name: Label
    entity: Label


@requires("payroll.payslip.read")
def explain_payslip(work: Work, payslip: int, *, chain: bool = False) -> Step:
    """
    Return one payslip line by line, each line computed anew and with the documents its figures stand in, and its payouts.

    Args:
        chain: follow each payout down to the facts behind it, as far as the actor may see them.

    Raises:
        NotFound: there is no such payslip that the actor may see.
        Conflict: the figures give another amount than the payslip says.
    """
    found = _find(work, payslip)
    row = found.row
    detail = (
        (Label("员工", "Employee"), Label(f"{found.name.zh}（{found.number}）", f"{found.name.en} ({found.number})")),
        (Label("用人单位", "Legal entity"), found.entity),
        (Label("状态", "Status"), STATES[row["status"]]),
        (Label("工资批次", "Payroll run"), same(str(row["run_id"]))),
    )
    raw = Raw(work.session)
    lines = tuple(
        Step("line", line.label, same(str(line.amount)), line.detail, _payouts(work, raw, row, chain) if line.code == "payouts" else ())
        for line in slip_lines(work, raw, row)
    )
    return Step(
        "payslip",
        Label(f"工资条 {payslip}（{row['month']}）", f"Payslip {payslip} ({row['month']})"),
        same(str(_money(row["net"], row))),
        detail,
        lines,
    )


def _find(work: Work, payslip: int) -> _Found:
    employee, entity = tables.Employee.table, tables.LegalEntity.table
    query = (
        select(
            SLIP, employee.c.number, employee.c.name_zh, employee.c.name_en, entity.c.name_zh.label("entity_zh"), entity.c.name_en.label("entity_en")
        )
        .join(employee, employee.c.id == SLIP.c.employee_id)
        .join(entity, entity.c.id == SLIP.c.legal_entity_id)
        .where(SLIP.c.id == payslip)
    )
    visible = visible_rows(work, "payroll.payslip.read", SLIP.c.shown_to, end=EndOfMonth(SLIP.c.month))
    if visible is not None:
        query = query.where(visible)
    row = work.session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(
            "payroll.unknown_payslip", f"there is no payslip {payslip} that {work.actor.name} may see.", "Look its number up in the list of payslips."
        )
    zh, en = row["name_zh"] or row["name_en"], row["name_en"] or row["name_zh"]
    return _Found(dict(row), row["number"], Label(zh, en), Label(row["entity_zh"] or row["entity_en"], row["entity_en"] or row["entity_zh"]))


def _payouts(work: Work, raw: Raw, row: Mapping[str, Any], chain: bool) -> tuple[Step, ...]:
    paid = raw.all(
        "select p.id, p.amount from payroll_payslip_payout l join core_payout p on p.id = l.payout_id where l.payslip_id = ? order by p.id",
        (row["id"],),
    )
    if chain and work.actor.scope("core.payout.read") is not None:
        return tuple(_chain(work, identity, amount, row) for identity, amount in paid)
    return tuple(_payout(identity, amount, row) for identity, amount in paid)


def _chain(work: Work, payout: int, amount: int, row: Mapping[str, Any]) -> Step:
    try:
        return explain_payout(work, payout)
    except NotFound:
        # Who may see the payslip need not be allowed to see what is behind the payout.
        return _payout(payout, amount, row)


def _payout(payout: int, amount: int, row: Mapping[str, Any]) -> Step:
    return Step("payout", Label(f"发放 {payout}", f"Payout {payout}"), same(str(_money(amount, row))))


def _money(amount: int, row: Mapping[str, Any]) -> Money:
    return Money.of_minor(amount, row["currency"])
