"""What the sample plugin declares."""

from __future__ import annotations

import polars as pl
from marshmallow import Schema, fields
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bole.contracts.incentive import IncentiveInput, IncentiveType
from bole.contracts.indicator import Indicator, IndicatorKind, Unit, count, mean_quantity, ratio, total_amount, where
from bole.contracts.label import Label
from bole.contracts.observation import Attribute, AttributeType, ObservationKind
from bole.contracts.pages import AdminPage, AdminView, Column, Format
from bole.models import Model
from bole.models.types import Serial

NEW = Attribute("new_customer", Label("新客户", "New customer"), AttributeType.FLAG, dimension=True)
CUSTOMER = Attribute("customer", Label("客户", "Customer"))
KINDS = (
    ObservationKind("sale.closed", Label("成交", "Sale"), has_amount=True, attributes=(NEW, CUSTOMER)),
    ObservationKind("visit.made", Label("拜访", "Visit"), attributes=(CUSTOMER,)),
    ObservationKind("lead.created", Label("商机", "Lead")),
    ObservationKind("lead.won", Label("赢单", "Lead won")),
    ObservationKind("feedback.given", Label("评分", "Rating"), quantity="rating"),
)
FIELD = Label("外勤应用", "Field app")
SYSTEM = Label("销售系统", "Sales system")
INDICATORS = (
    Indicator("sample.sales", Label("销售额", "Sales"), IndicatorKind.RESULT, Unit.MONEY, total_amount("sale.closed"), source=SYSTEM),
    Indicator(
        "sample.new_sales",
        Label("新客户销售额", "Sales to new customers"),
        IndicatorKind.RESULT,
        Unit.MONEY,
        total_amount("sale.closed", where=where(new_customer=True)),
        source=SYSTEM,
    ),
    Indicator("sample.visits", Label("客户拜访", "Customer visits"), IndicatorKind.PROCESS, Unit.COUNT, count("visit.made"), source=FIELD),
    Indicator(
        "sample.conversion",
        Label("商机转化率", "Lead conversion"),
        IndicatorKind.PROCESS,
        Unit.RATIO,
        ratio("lead.won", "lead.created"),
        source=SYSTEM,
    ),
    Indicator(
        "sample.satisfaction",
        Label("客户满意度", "Customer satisfaction"),
        IndicatorKind.BALANCE,
        Unit.RATIO,
        mean_quantity("feedback.given"),
        source=Label("反馈模块", "Feedback module"),
    ),
)


class ShareSchema(Schema):
    """Parameters of the incentive."""

    rate = fields.Integer(required=True)


def compute(given: IncentiveInput) -> pl.DataFrame:
    """Return a share of the sales (rate in millionths), in millionths of a minor unit."""
    rows = given.measurements.filter(pl.col("indicator") == "sample.sales").filter(pl.col("numerator") > 0)
    return rows.select(
        "employee_id",
        key=pl.lit(""),
        entitled=(pl.col("numerator") * given.parameters["rate"]).cast(pl.Int64),
        basis=(pl.col("numerator") * 1_000_000).cast(pl.Int64),
        rate=pl.lit(given.parameters["rate"], dtype=pl.Int64),
    )


TYPES = (IncentiveType("sample.share", Label("销售分成", "Share of sales"), ShareSchema, compute),)


class Note(Model, owner="sample"):
    """A note about an employee."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("core_employee.id"))
    text: Mapped[str] = mapped_column(String(200))


NOTES = AdminView(
    code="sample.note",
    label=Label("便签", "Notes"),
    group=Label("测试插件", "Sample plugin"),
    model=Note,
    permission="sample.note.read",
    employee="employee_id",
    title="text",
    search=("text",),
    columns=(
        Column("text", Label("内容", "Text")),
        Column("employee_id", Label("员工", "Employee"), Format.REFERENCE, to="core.employee"),
    ),
    view="tests.admin.sample.admin:NoteView",
)
HELLO = AdminPage(
    "sample.hello", Label("问候", "Greeting"), Label("测试插件", "Sample plugin"), "sample.note.read", "tests.admin.sample.admin:HelloPage"
)


class SettingsSchema(Schema):
    """The plugin's settings."""

    greeting = fields.String(load_default="Hello")
    api_token = fields.String(load_default="do-not-show-me")
    relay = fields.String(load_default="also-hidden", metadata={"secret": True})
