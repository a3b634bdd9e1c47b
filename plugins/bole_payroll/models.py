"""Payroll runs, payslips, the payouts in them, salary components, and the figures that a year begins with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from bole import FOREVER, PERSONAL, Document, Model, Moment, Serial
from bole_payroll.months import EndOfMonth

LIVE = "status <> 'superseded'"


class Run(Model, owner="payroll"):
    """
    One computation of a month for the people of one legal entity.

    ``status`` is ``computing`` while parts of it are missing, then ``draft``, ``approved``, ``settled``; or ``superseded``
    where another run took its place, somebody discarded it, or it holds no payslip. ``stale`` says that payouts due in the
    month were released after it was computed.
    ``slips``, ``gross``, ``tax`` and ``net`` sum up its payslips (minor units).
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("core_legal_entity.id"))
    number: Mapped[int] = mapped_column(Integer)
    scheme: Mapped[str] = mapped_column(String(10))
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(10))
    stale: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    unfinished: Mapped[int] = mapped_column(Integer)
    slips: Mapped[int] = mapped_column(Integer, default=0)
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    gross: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    net: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[str] = mapped_column(String(120))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(String(120))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("legal_entity_id", "month", "number"), Index(None, "month", "status"))

    def __str__(self) -> str:
        return f"{self.month} #{self.number}"


class RunPart(Model, owner="payroll"):
    """A range of employee ids, half-open, that one run computes in one transaction."""

    run_id: Mapped[int] = mapped_column(ForeignKey("payroll_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    first_employee: Mapped[int] = mapped_column(BigInteger)
    end_employee: Mapped[int] = mapped_column(BigInteger)
    done: Mapped[bool] = mapped_column(Boolean, default=False)


class Payslip(Model, owner="payroll"):
    """
    What one employee is paid by one legal entity for one month: everything in one wide row.

    Amounts are minor units of ``currency``, rates basis points. ``base`` is the base salary for the days employed,
    ``allowances`` the sum of the ``components`` (by id of `Component`), ``payouts`` the incentives released for the month.
    ``…_cumulative`` counts the year so far with this employer, this month included; the next month starts from them.
    Under the scheme ``gross`` contributions and tax are 0. ``shown_to`` is the employee once the payslip is approved, and
    empty before: scopes below the company are judged by it, so that nobody sees pay that may yet become different; they are
    judged by the structure of the month's last day, the one before ``ends_on``.

    Of an employee, legal entity and month at most one row is live (not superseded): an index holds that. Like the core's
    results, the rows name their run, employee and legal entity without foreign keys, which a million rows would pay for.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    run_id: Mapped[int] = mapped_column(Integer)
    employee_id: Mapped[int] = mapped_column(Integer)
    legal_entity_id: Mapped[int] = mapped_column(Integer)
    month: Mapped[str] = mapped_column(String(7))
    currency: Mapped[str] = mapped_column(String(3))
    scheme: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    days: Mapped[int] = mapped_column(Integer)
    base: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    allowances: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    payouts: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    gross: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    city: Mapped[str | None] = mapped_column(String(40))
    social_base: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    fund_base: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    fund_rate: Mapped[int] = mapped_column(Integer)
    pension: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    medical: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    unemployment: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    housing_fund: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    special_deduction: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    other_deduction: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    exempt: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    income_cumulative: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    special_cumulative: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    additional_cumulative: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    other_cumulative: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    exempt_cumulative: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    months_cumulative: Mapped[int] = mapped_column(Integer)
    taxable_cumulative: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    tax: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    tax_cumulative: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    net: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    components: Mapped[dict[str, Any] | None] = mapped_column(Document, info=PERSONAL)
    shown_to: Mapped[int | None] = mapped_column(Integer)

    ends_on: Mapped[date] = column_property(EndOfMonth(month), deferred=True)

    __table_args__ = (
        Index(
            "uq_payroll_payslip_live", "month", "legal_entity_id", "employee_id", unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE)
        ),
        Index(None, "employee_id", "month"),
    )


class PayslipPayout(Model, owner="payroll"):
    """A payout that is part of a payslip. Which payslip paid it is the one that is settled."""

    payslip_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payout_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class Component(Model, owner="payroll"):
    """
    A part of the salary beside base pay, by a formula over what is agreed with the employee; versioned and dated.

    It holds in the months whose last day lies between ``valid_from`` and ``valid_to``.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    number: Mapped[int] = mapped_column(Integer)
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    formula: Mapped[str] = mapped_column(String(2000))
    taxable: Mapped[bool] = mapped_column(Boolean, default=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("code", "number"),)

    def __str__(self) -> str:
        return self.label_en


class Opening(Model, owner="payroll"):
    """
    What an employee had from an employer in a year before the first payslip here: where the tax on the year goes on from.

    Amounts are minor units; ``months`` is how many months' standard deduction they used.
    """

    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"), primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("core_legal_entity.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    income: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    special: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    additional: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    other: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    exempt: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    tax: Mapped[int] = mapped_column(BigInteger, info=PERSONAL)
    months: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[str] = mapped_column(String(120))
