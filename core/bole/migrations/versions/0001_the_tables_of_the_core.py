"""The tables of the core."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make what the models need."""
    op.create_table(
        "core_aggregate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_aggregate")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_core_aggregate_fingerprint")),
    )
    op.create_table(
        "core_department",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_department")),
        sa.UniqueConstraint("code", name=op.f("uq_core_department_code")),
    )
    op.create_table(
        "core_idempotency_key",
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", DOCUMENT, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_core_idempotency_key")),
    )
    op.create_index(op.f("ix_core_idempotency_key_expires_at"), "core_idempotency_key", ["expires_at"], unique=False)
    op.create_table(
        "core_incentive_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(length=80), nullable=False),
        sa.Column("label_zh", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("parameters", DOCUMENT, nullable=False),
        sa.Column("period_kind", sa.String(length=10), nullable=False),
        sa.Column("audience", sa.String(length=2000), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_incentive_rule")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_core_incentive_rule_code_number")),
    )
    op.create_index(op.f("ix_core_incentive_rule_leaf"), "core_incentive_rule", ["leaf"], unique=False)
    op.create_table(
        "core_indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("label_zh", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("source_zh", sa.String(length=120), nullable=False),
        sa.Column("source_en", sa.String(length=120), nullable=False),
        sa.Column("formula", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_indicator")),
        sa.UniqueConstraint("code", name=op.f("uq_core_indicator_code")),
    )
    op.create_table(
        "core_job",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("arguments", DOCUMENT, nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", DOCUMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_job")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_core_job_idempotency_key")),
    )
    op.create_index(op.f("ix_core_job_status"), "core_job", ["status"], unique=False)
    op.create_table(
        "core_ledger_checkpoint",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_ledger_checkpoint")),
    )
    op.create_table(
        "core_ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_ledger_head")),
    )
    op.create_table(
        "core_ledger_leaf",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_core_ledger_leaf")),
    )
    op.create_table(
        "core_ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_core_ledger_node")),
    )
    op.create_table(
        "core_legal_entity",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_legal_entity")),
        sa.UniqueConstraint("code", name=op.f("uq_core_legal_entity_code")),
    )
    op.create_table(
        "core_measurement",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("employee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("sample", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "employee_id", "indicator_id", name=op.f("pk_core_measurement")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_core_measurement_employee_id"), "core_measurement", ["employee_id"], unique=False)
    op.create_table(
        "core_observation",
        sa.Column("employee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("facet_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.SmallInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.Column("answers_to", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("external_key", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("employee_id", "day", "id", name=op.f("pk_core_observation")),
        postgresql_partition_by="RANGE (day)",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "core_observation_key",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("external_key", sa.String(length=200), nullable=False),
        sa.Column("observation_id", sa.BigInteger(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "external_key", name=op.f("pk_core_observation_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "core_observation_kind",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("label_zh", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_observation_kind")),
        sa.UniqueConstraint("code", name=op.f("uq_core_observation_kind_code")),
    )
    op.create_table(
        "core_org_version",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("base_id", SERIAL, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["core_org_version.id"], name=op.f("fk_core_org_version_base_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_org_version")),
        sa.UniqueConstraint("code", name=op.f("uq_core_org_version_code")),
    )
    op.create_index(op.f("ix_core_org_version_leaf"), "core_org_version", ["leaf"], unique=False)
    op.create_index(op.f("ix_core_org_version_valid_from"), "core_org_version", ["valid_from"], unique=False)
    op.create_table(
        "core_outbox",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("hook", sa.String(length=80), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_outbox")),
    )
    op.create_index(op.f("ix_core_outbox_done"), "core_outbox", ["done"], unique=False)
    op.create_table(
        "core_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_period")),
        sa.UniqueConstraint("code", name=op.f("uq_core_period_code")),
    )
    op.create_index(op.f("ix_core_period_starts_on"), "core_period", ["starts_on"], unique=False)
    op.create_table(
        "core_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("label_zh", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_core_plan_code")),
    )
    op.create_table(
        "core_position",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_position")),
        sa.UniqueConstraint("code", name=op.f("uq_core_position_code")),
    )
    op.create_table(
        "core_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_role")),
        sa.UniqueConstraint("name", name=op.f("uq_core_role_name")),
    )
    op.create_table(
        "core_rollup",
        sa.Column("employee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("aggregate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", "day", "aggregate_id", name=op.f("pk_core_rollup")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "core_rollup_key",
        sa.Column("employee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("aggregate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", "day", "aggregate_id", "key", name=op.f("pk_core_rollup_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_core_rollup_key_aggregate_id_day"), "core_rollup_key", ["aggregate_id", "day"], unique=False)
    op.create_table(
        "core_score",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("employee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_item_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("attainment", sa.BigInteger(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "employee_id", "indicator_id", name=op.f("pk_core_score")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_core_score_employee_id"), "core_score", ["employee_id"], unique=False)
    op.create_table(
        "core_scorecard",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("employee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("gate", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "employee_id", name=op.f("pk_core_scorecard")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_core_scorecard_employee_id"), "core_scorecard", ["employee_id"], unique=False)
    op.create_table(
        "core_source",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_source")),
        sa.UniqueConstraint("code", name=op.f("uq_core_source_code")),
    )
    op.create_table(
        "core_batch",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("source_id", SERIAL, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["core_source.id"], name=op.f("fk_core_batch_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_batch")),
        sa.UniqueConstraint("leaf", name=op.f("uq_core_batch_leaf")),
    )
    op.create_index(op.f("ix_core_batch_recorded_at"), "core_batch", ["recorded_at"], unique=False)
    op.create_table(
        "core_employee",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("job_title", sa.String(length=120), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("legal_entity_id", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["legal_entity_id"], ["core_legal_entity.id"], name=op.f("fk_core_employee_legal_entity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_employee")),
        sa.UniqueConstraint("number", name=op.f("uq_core_employee_number")),
    )
    op.create_index(op.f("ix_core_employee_legal_entity_id"), "core_employee", ["legal_entity_id"], unique=False)
    op.create_table(
        "core_facet",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind_id", SERIAL, nullable=False),
        sa.Column("dimensions", DOCUMENT, nullable=False),
        sa.Column("fingerprint", sa.String(length=1000), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["kind_id"], ["core_observation_kind.id"], name=op.f("fk_core_facet_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_facet")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_core_facet_fingerprint")),
    )
    op.create_index(op.f("ix_core_facet_leaf"), "core_facet", ["leaf"], unique=False)
    op.create_table(
        "core_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("permission", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["core_role.id"], name=op.f("fk_core_grant_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_grant")),
        sa.UniqueConstraint("role_id", "permission", name=op.f("uq_core_grant_role_id_permission")),
    )
    op.create_table(
        "core_job_chunk",
        sa.Column("job_id", SERIAL, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("arguments", DOCUMENT, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("result", DOCUMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["core_job.id"], name=op.f("fk_core_job_chunk_job_id")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_core_job_chunk")),
    )
    op.create_index(op.f("ix_core_job_chunk_status_lease_until"), "core_job_chunk", ["status", "lease_until"], unique=False)
    op.create_table(
        "core_outbox_delivery",
        sa.Column("outbox_id", SERIAL, nullable=False),
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["core_outbox.id"], name=op.f("fk_core_outbox_delivery_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", "plugin", name=op.f("pk_core_outbox_delivery")),
    )
    op.create_index(op.f("ix_core_outbox_delivery_done_retry_at"), "core_outbox_delivery", ["done", "retry_at"], unique=False)
    op.create_table(
        "core_plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(length=2000), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["core_plan.id"], name=op.f("fk_core_plan_version_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_core_plan_version_plan_id_number")),
    )
    op.create_index(op.f("ix_core_plan_version_leaf"), "core_plan_version", ["leaf"], unique=False)
    op.create_index(op.f("ix_core_plan_version_plan_id"), "core_plan_version", ["plan_id"], unique=False)
    op.create_table(
        "core_position_interval",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("position_id", SERIAL, nullable=False),
        sa.Column("department_id", SERIAL, nullable=False),
        sa.Column("reports_to_id", SERIAL, nullable=True),
        sa.Column("title_zh", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("org_version_id", SERIAL, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["core_department.id"], name=op.f("fk_core_position_interval_department_id")),
        sa.ForeignKeyConstraint(["org_version_id"], ["core_org_version.id"], name=op.f("fk_core_position_interval_org_version_id")),
        sa.ForeignKeyConstraint(["position_id"], ["core_position.id"], name=op.f("fk_core_position_interval_position_id")),
        sa.ForeignKeyConstraint(["reports_to_id"], ["core_position.id"], name=op.f("fk_core_position_interval_reports_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_position_interval")),
    )
    op.create_index(op.f("ix_core_position_interval_department_id"), "core_position_interval", ["department_id"], unique=False)
    op.create_index(op.f("ix_core_position_interval_position_id_valid_from"), "core_position_interval", ["position_id", "valid_from"], unique=False)
    op.create_table(
        "core_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("org_version_id", SERIAL, nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("employees", sa.Integer(), nullable=False),
        sa.Column("input_hash", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["org_version_id"], ["core_org_version.id"], name=op.f("fk_core_run_org_version_id")),
        sa.ForeignKeyConstraint(["period_id"], ["core_period.id"], name=op.f("fk_core_run_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_run")),
        sa.UniqueConstraint("period_id", "number", name=op.f("uq_core_run_period_id_number")),
    )
    op.create_index(op.f("ix_core_run_period_id"), "core_run", ["period_id"], unique=False)
    op.create_table(
        "core_assignment",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("employee_id", SERIAL, nullable=False),
        sa.Column("department_id", SERIAL, nullable=False),
        sa.Column("position_id", SERIAL, nullable=True),
        sa.Column("manager_id", SERIAL, nullable=True),
        sa.Column("org_version_id", SERIAL, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["core_department.id"], name=op.f("fk_core_assignment_department_id")),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_core_assignment_employee_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["core_employee.id"], name=op.f("fk_core_assignment_manager_id")),
        sa.ForeignKeyConstraint(["org_version_id"], ["core_org_version.id"], name=op.f("fk_core_assignment_org_version_id")),
        sa.ForeignKeyConstraint(["position_id"], ["core_position.id"], name=op.f("fk_core_assignment_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_assignment")),
    )
    op.create_index(
        op.f("ix_core_assignment_department_id_valid_from_valid_to"), "core_assignment", ["department_id", "valid_from", "valid_to"], unique=False
    )
    op.create_index(op.f("ix_core_assignment_employee_id_valid_from"), "core_assignment", ["employee_id", "valid_from"], unique=False)
    op.create_index(op.f("ix_core_assignment_manager_id_valid_from"), "core_assignment", ["manager_id", "valid_from"], unique=False)
    op.create_table(
        "core_award",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("employee_id", SERIAL, nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("reward", sa.String(length=20), nullable=False),
        sa.Column("entitled", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("trace", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.Column("decision_leaf", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_core_award_employee_id")),
        sa.ForeignKeyConstraint(["period_id"], ["core_period.id"], name=op.f("fk_core_award_period_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["core_incentive_rule.id"], name=op.f("fk_core_award_rule_id")),
        sa.ForeignKeyConstraint(["run_id"], ["core_run.id"], name=op.f("fk_core_award_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_award")),
        sa.UniqueConstraint(
            "rule_id", "employee_id", "period_id", "key", "number", name=op.f("uq_core_award_rule_id_employee_id_period_id_key_number")
        ),
    )
    op.create_index(op.f("ix_core_award_decision_leaf"), "core_award", ["decision_leaf"], unique=False)
    op.create_index(op.f("ix_core_award_employee_id"), "core_award", ["employee_id"], unique=False)
    op.create_index(op.f("ix_core_award_leaf"), "core_award", ["leaf"], unique=False)
    op.create_index(op.f("ix_core_award_period_id_status"), "core_award", ["period_id", "status"], unique=False)
    op.create_index(op.f("ix_core_award_run_id"), "core_award", ["run_id"], unique=False)
    op.create_table(
        "core_department_interval",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("department_id", SERIAL, nullable=False),
        sa.Column("parent_id", SERIAL, nullable=True),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("head_id", SERIAL, nullable=True),
        sa.Column("legal_entity_id", SERIAL, nullable=True),
        sa.Column("org_version_id", SERIAL, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["core_department.id"], name=op.f("fk_core_department_interval_department_id")),
        sa.ForeignKeyConstraint(["head_id"], ["core_employee.id"], name=op.f("fk_core_department_interval_head_id")),
        sa.ForeignKeyConstraint(["legal_entity_id"], ["core_legal_entity.id"], name=op.f("fk_core_department_interval_legal_entity_id")),
        sa.ForeignKeyConstraint(["org_version_id"], ["core_org_version.id"], name=op.f("fk_core_department_interval_org_version_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["core_department.id"], name=op.f("fk_core_department_interval_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_department_interval")),
    )
    op.create_index(
        op.f("ix_core_department_interval_department_id_valid_from"), "core_department_interval", ["department_id", "valid_from"], unique=False
    )
    op.create_index(
        op.f("ix_core_department_interval_parent_id_valid_from_valid_to_department_id"),
        "core_department_interval",
        ["parent_id", "valid_from", "valid_to", "department_id"],
        unique=False,
    )
    op.create_index(op.f("ix_core_department_interval_valid_from"), "core_department_interval", ["valid_from"], unique=False)
    op.create_table(
        "core_plan_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("target_formula", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("gate_below", sa.BigInteger(), nullable=True),
        sa.Column("gate_factor", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["indicator_id"], ["core_indicator.id"], name=op.f("fk_core_plan_item_indicator_id")),
        sa.ForeignKeyConstraint(["plan_version_id"], ["core_plan_version.id"], name=op.f("fk_core_plan_item_plan_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_plan_item")),
        sa.UniqueConstraint("plan_version_id", "indicator_id", name=op.f("uq_core_plan_item_plan_version_id_indicator_id")),
    )
    op.create_index(op.f("ix_core_plan_item_plan_version_id"), "core_plan_item", ["plan_version_id"], unique=False)
    op.create_table(
        "core_target",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("employee_id", SERIAL, nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_core_target_employee_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["core_indicator.id"], name=op.f("fk_core_target_indicator_id")),
        sa.ForeignKeyConstraint(["period_id"], ["core_period.id"], name=op.f("fk_core_target_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_target")),
    )
    op.create_index(
        op.f("ix_core_target_period_id_indicator_id_employee_id"), "core_target", ["period_id", "indicator_id", "employee_id"], unique=False
    )
    op.create_table(
        "core_term",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("employee_id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_core_term_employee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_term")),
    )
    op.create_index(op.f("ix_core_term_employee_id_code_valid_from"), "core_term", ["employee_id", "code", "valid_from"], unique=False)
    op.create_table(
        "core_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=True),
        sa.Column("employee_id", SERIAL, nullable=True),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_core_user_employee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user")),
        sa.UniqueConstraint("email", name=op.f("uq_core_user_email")),
        sa.UniqueConstraint("employee_id", name=op.f("uq_core_user_employee_id")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_core_user_fs_uniquifier")),
    )
    op.create_table(
        "core_api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_core_api_token_token_hash")),
    )
    op.create_table(
        "core_payout",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("award_id", SERIAL, nullable=False),
        sa.Column("employee_id", SERIAL, nullable=False),
        sa.Column("legal_entity_id", SERIAL, nullable=False),
        sa.Column("due_period_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rounding", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reverses_id", SERIAL, nullable=True),
        sa.Column("reversed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=False),
        sa.Column("released_by", sa.String(length=120), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.Column("settlement_leaf", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["core_award.id"], name=op.f("fk_core_payout_award_id")),
        sa.ForeignKeyConstraint(["due_period_id"], ["core_period.id"], name=op.f("fk_core_payout_due_period_id")),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_core_payout_employee_id")),
        sa.ForeignKeyConstraint(["legal_entity_id"], ["core_legal_entity.id"], name=op.f("fk_core_payout_legal_entity_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["core_payout.id"], name=op.f("fk_core_payout_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_payout")),
        sa.UniqueConstraint("award_id", "reverses_id", name=op.f("uq_core_payout_award_id_reverses_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_core_payout_reverses_id")),
    )
    op.create_index(op.f("ix_core_payout_due_period_id_status"), "core_payout", ["due_period_id", "status"], unique=False)
    op.create_index(op.f("ix_core_payout_employee_id"), "core_payout", ["employee_id"], unique=False)
    op.create_index(op.f("ix_core_payout_leaf"), "core_payout", ["leaf"], unique=False)
    op.create_index(op.f("ix_core_payout_settlement_leaf"), "core_payout", ["settlement_leaf"], unique=False)
    op.create_table(
        "core_user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["core_role.id"], name=op.f("fk_core_user_role_role_id")),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_user_role_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_core_user_role")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("core_user_role")
    op.drop_index(op.f("ix_core_payout_settlement_leaf"), table_name="core_payout")
    op.drop_index(op.f("ix_core_payout_leaf"), table_name="core_payout")
    op.drop_index(op.f("ix_core_payout_employee_id"), table_name="core_payout")
    op.drop_index(op.f("ix_core_payout_due_period_id_status"), table_name="core_payout")
    op.drop_table("core_payout")
    op.drop_table("core_api_token")
    op.drop_table("core_user")
    op.drop_index(op.f("ix_core_term_employee_id_code_valid_from"), table_name="core_term")
    op.drop_table("core_term")
    op.drop_index(op.f("ix_core_target_period_id_indicator_id_employee_id"), table_name="core_target")
    op.drop_table("core_target")
    op.drop_index(op.f("ix_core_plan_item_plan_version_id"), table_name="core_plan_item")
    op.drop_table("core_plan_item")
    op.drop_index(op.f("ix_core_department_interval_valid_from"), table_name="core_department_interval")
    op.drop_index(op.f("ix_core_department_interval_parent_id_valid_from_valid_to_department_id"), table_name="core_department_interval")
    op.drop_index(op.f("ix_core_department_interval_department_id_valid_from"), table_name="core_department_interval")
    op.drop_table("core_department_interval")
    op.drop_index(op.f("ix_core_award_run_id"), table_name="core_award")
    op.drop_index(op.f("ix_core_award_period_id_status"), table_name="core_award")
    op.drop_index(op.f("ix_core_award_leaf"), table_name="core_award")
    op.drop_index(op.f("ix_core_award_employee_id"), table_name="core_award")
    op.drop_index(op.f("ix_core_award_decision_leaf"), table_name="core_award")
    op.drop_table("core_award")
    op.drop_index(op.f("ix_core_assignment_manager_id_valid_from"), table_name="core_assignment")
    op.drop_index(op.f("ix_core_assignment_employee_id_valid_from"), table_name="core_assignment")
    op.drop_index(op.f("ix_core_assignment_department_id_valid_from_valid_to"), table_name="core_assignment")
    op.drop_table("core_assignment")
    op.drop_index(op.f("ix_core_run_period_id"), table_name="core_run")
    op.drop_table("core_run")
    op.drop_index(op.f("ix_core_position_interval_position_id_valid_from"), table_name="core_position_interval")
    op.drop_index(op.f("ix_core_position_interval_department_id"), table_name="core_position_interval")
    op.drop_table("core_position_interval")
    op.drop_index(op.f("ix_core_plan_version_plan_id"), table_name="core_plan_version")
    op.drop_index(op.f("ix_core_plan_version_leaf"), table_name="core_plan_version")
    op.drop_table("core_plan_version")
    op.drop_index(op.f("ix_core_outbox_delivery_done_retry_at"), table_name="core_outbox_delivery")
    op.drop_table("core_outbox_delivery")
    op.drop_index(op.f("ix_core_job_chunk_status_lease_until"), table_name="core_job_chunk")
    op.drop_table("core_job_chunk")
    op.drop_table("core_grant")
    op.drop_index(op.f("ix_core_facet_leaf"), table_name="core_facet")
    op.drop_table("core_facet")
    op.drop_index(op.f("ix_core_employee_legal_entity_id"), table_name="core_employee")
    op.drop_table("core_employee")
    op.drop_index(op.f("ix_core_batch_recorded_at"), table_name="core_batch")
    op.drop_table("core_batch")
    op.drop_table("core_source")
    op.drop_index(op.f("ix_core_scorecard_employee_id"), table_name="core_scorecard")
    op.drop_table("core_scorecard")
    op.drop_index(op.f("ix_core_score_employee_id"), table_name="core_score")
    op.drop_table("core_score")
    op.drop_index(op.f("ix_core_rollup_key_aggregate_id_day"), table_name="core_rollup_key")
    op.drop_table("core_rollup_key")
    op.drop_table("core_rollup")
    op.drop_table("core_role")
    op.drop_table("core_position")
    op.drop_table("core_plan")
    op.drop_index(op.f("ix_core_period_starts_on"), table_name="core_period")
    op.drop_table("core_period")
    op.drop_index(op.f("ix_core_outbox_done"), table_name="core_outbox")
    op.drop_table("core_outbox")
    op.drop_index(op.f("ix_core_org_version_valid_from"), table_name="core_org_version")
    op.drop_index(op.f("ix_core_org_version_leaf"), table_name="core_org_version")
    op.drop_table("core_org_version")
    op.drop_table("core_observation_kind")
    op.drop_table("core_observation_key")
    op.drop_table("core_observation")
    op.drop_index(op.f("ix_core_measurement_employee_id"), table_name="core_measurement")
    op.drop_table("core_measurement")
    op.drop_table("core_legal_entity")
    op.drop_table("core_ledger_node")
    op.drop_table("core_ledger_leaf")
    op.drop_table("core_ledger_head")
    op.drop_table("core_ledger_checkpoint")
    op.drop_index(op.f("ix_core_job_status"), table_name="core_job")
    op.drop_table("core_job")
    op.drop_table("core_indicator")
    op.drop_index(op.f("ix_core_incentive_rule_leaf"), table_name="core_incentive_rule")
    op.drop_table("core_incentive_rule")
    op.drop_index(op.f("ix_core_idempotency_key_expires_at"), table_name="core_idempotency_key")
    op.drop_table("core_idempotency_key")
    op.drop_table("core_department")
    op.drop_table("core_aggregate")
