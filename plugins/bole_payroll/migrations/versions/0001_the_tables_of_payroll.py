"""The tables of payroll."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "payroll_0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make what the models need."""
    op.create_table(
        "payroll_component",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label_zh", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("formula", sa.String(length=2000), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_component")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_payroll_component_code_number")),
    )
    op.create_table(
        "payroll_payslip",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("legal_entity_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("allowances", sa.BigInteger(), nullable=False),
        sa.Column("payouts", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("city", sa.String(length=40), nullable=True),
        sa.Column("social_base", sa.BigInteger(), nullable=False),
        sa.Column("fund_base", sa.BigInteger(), nullable=False),
        sa.Column("fund_rate", sa.Integer(), nullable=False),
        sa.Column("pension", sa.BigInteger(), nullable=False),
        sa.Column("medical", sa.BigInteger(), nullable=False),
        sa.Column("unemployment", sa.BigInteger(), nullable=False),
        sa.Column("housing_fund", sa.BigInteger(), nullable=False),
        sa.Column("special_deduction", sa.BigInteger(), nullable=False),
        sa.Column("other_deduction", sa.BigInteger(), nullable=False),
        sa.Column("exempt", sa.BigInteger(), nullable=False),
        sa.Column("income_cumulative", sa.BigInteger(), nullable=False),
        sa.Column("special_cumulative", sa.BigInteger(), nullable=False),
        sa.Column("additional_cumulative", sa.BigInteger(), nullable=False),
        sa.Column("other_cumulative", sa.BigInteger(), nullable=False),
        sa.Column("exempt_cumulative", sa.BigInteger(), nullable=False),
        sa.Column("months_cumulative", sa.Integer(), nullable=False),
        sa.Column("taxable_cumulative", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("tax_cumulative", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("components", DOCUMENT, nullable=True),
        sa.Column("shown_to", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_payslip")),
    )
    op.create_index(op.f("ix_payroll_payslip_employee_id_month"), "payroll_payslip", ["employee_id", "month"], unique=False)
    op.create_index(
        "uq_payroll_payslip_live",
        "payroll_payslip",
        ["month", "legal_entity_id", "employee_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'superseded'"),
        postgresql_where=sa.text("status <> 'superseded'"),
    )
    op.create_table(
        "payroll_payslip_payout",
        sa.Column("payslip_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payout_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("payslip_id", "payout_id", name=op.f("pk_payroll_payslip_payout")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_payroll_payslip_payout_payout_id"), "payroll_payslip_payout", ["payout_id"], unique=False)
    op.create_table(
        "payroll_run",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("legal_entity_id", SERIAL, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("stale", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("unfinished", sa.Integer(), nullable=False),
        sa.Column("slips", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.String(length=120), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["legal_entity_id"], ["core_legal_entity.id"], name=op.f("fk_payroll_run_legal_entity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_run")),
        sa.UniqueConstraint("legal_entity_id", "month", "number", name=op.f("uq_payroll_run_legal_entity_id_month_number")),
    )
    op.create_index(op.f("ix_payroll_run_month_status"), "payroll_run", ["month", "status"], unique=False)
    op.create_table(
        "payroll_opening",
        sa.Column("employee_id", SERIAL, nullable=False),
        sa.Column("legal_entity_id", SERIAL, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("income", sa.BigInteger(), nullable=False),
        sa.Column("special", sa.BigInteger(), nullable=False),
        sa.Column("additional", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("exempt", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_payroll_opening_employee_id")),
        sa.ForeignKeyConstraint(["legal_entity_id"], ["core_legal_entity.id"], name=op.f("fk_payroll_opening_legal_entity_id")),
        sa.PrimaryKeyConstraint("employee_id", "legal_entity_id", "year", name=op.f("pk_payroll_opening")),
    )
    op.create_table(
        "payroll_run_part",
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_employee", sa.BigInteger(), nullable=False),
        sa.Column("end_employee", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["payroll_run.id"], name=op.f("fk_payroll_run_part_run_id")),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_payroll_run_part")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("payroll_run_part")
    op.drop_table("payroll_opening")
    op.drop_index(op.f("ix_payroll_run_month_status"), table_name="payroll_run")
    op.drop_table("payroll_run")
    op.drop_index(op.f("ix_payroll_payslip_payout_payout_id"), table_name="payroll_payslip_payout")
    op.drop_table("payroll_payslip_payout")
    op.drop_index(
        "uq_payroll_payslip_live",
        table_name="payroll_payslip",
        sqlite_where=sa.text("status <> 'superseded'"),
        postgresql_where=sa.text("status <> 'superseded'"),
    )
    op.drop_index(op.f("ix_payroll_payslip_employee_id_month"), table_name="payroll_payslip")
    op.drop_table("payroll_payslip")
    op.drop_table("payroll_component")
