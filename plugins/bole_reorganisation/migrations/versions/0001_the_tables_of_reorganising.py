"""The tables of reorganising."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "reorganisation_0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make what the models need."""
    op.create_table(
        "reorganisation_calendar_day",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("legal_entity_id", SERIAL, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["legal_entity_id"], ["core_legal_entity.id"], name=op.f("fk_reorganisation_calendar_day_legal_entity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_calendar_day")),
        sa.UniqueConstraint("legal_entity_id", "day", name=op.f("uq_reorganisation_calendar_day_legal_entity_id_day")),
    )
    op.create_table(
        "reorganisation_draft",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("base_version_id", SERIAL, nullable=True),
        sa.Column("base_day", sa.Date(), nullable=False),
        sa.Column("base_known_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_by", sa.String(length=120), nullable=False),
        sa.Column("version_id", SERIAL, nullable=True),
        sa.ForeignKeyConstraint(["base_version_id"], ["core_org_version.id"], name=op.f("fk_reorganisation_draft_base_version_id")),
        sa.ForeignKeyConstraint(["version_id"], ["core_org_version.id"], name=op.f("fk_reorganisation_draft_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_draft")),
        sa.UniqueConstraint("code", name=op.f("uq_reorganisation_draft_code")),
    )
    op.create_index(op.f("ix_reorganisation_draft_status"), "reorganisation_draft", ["status"], unique=False)
    op.create_table(
        "reorganisation_draft_line",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("draft_id", SERIAL, nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=130), nullable=False),
        sa.Column("before", DOCUMENT, nullable=True),
        sa.Column("after", DOCUMENT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["reorganisation_draft.id"], name=op.f("fk_reorganisation_draft_line_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_draft_line")),
        sa.UniqueConstraint("draft_id", "part", "code", name=op.f("uq_reorganisation_draft_line_draft_id_part_code")),
    )
    op.create_table(
        "reorganisation_request",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("wished_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asker_id", SERIAL, nullable=False),
        sa.Column("owner_id", SERIAL, nullable=True),
        sa.Column("legal_entity_id", SERIAL, nullable=False),
        sa.Column("draft_id", SERIAL, nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("remind_at", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asker_id"], ["core_employee.id"], name=op.f("fk_reorganisation_request_asker_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["reorganisation_draft.id"], name=op.f("fk_reorganisation_request_draft_id")),
        sa.ForeignKeyConstraint(["legal_entity_id"], ["core_legal_entity.id"], name=op.f("fk_reorganisation_request_legal_entity_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["core_employee.id"], name=op.f("fk_reorganisation_request_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_request")),
    )
    op.create_index(op.f("ix_reorganisation_request_asker_id"), "reorganisation_request", ["asker_id"], unique=False)
    op.create_index(op.f("ix_reorganisation_request_draft_id"), "reorganisation_request", ["draft_id"], unique=False)
    op.create_index(op.f("ix_reorganisation_request_legal_entity_id"), "reorganisation_request", ["legal_entity_id"], unique=False)
    op.create_index(op.f("ix_reorganisation_request_owner_id"), "reorganisation_request", ["owner_id"], unique=False)
    op.create_index(op.f("ix_reorganisation_request_remind_at"), "reorganisation_request", ["remind_at"], unique=False)
    op.create_index("ix_reorganisation_request_state", "reorganisation_request", ["state", "due_at"], unique=False)
    op.create_table(
        "reorganisation_request_event",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("request_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("employee_id", SERIAL, nullable=True),
        sa.Column("to_id", SERIAL, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_reorganisation_request_event_employee_id")),
        sa.ForeignKeyConstraint(["request_id"], ["reorganisation_request.id"], name=op.f("fk_reorganisation_request_event_request_id")),
        sa.ForeignKeyConstraint(["to_id"], ["core_employee.id"], name=op.f("fk_reorganisation_request_event_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_request_event")),
    )
    op.create_index(op.f("ix_reorganisation_request_event_request_id"), "reorganisation_request_event", ["request_id"], unique=False)
    op.create_index(op.f("ix_reorganisation_request_event_to_id"), "reorganisation_request_event", ["to_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_reorganisation_request_event_to_id"), table_name="reorganisation_request_event")
    op.drop_index(op.f("ix_reorganisation_request_event_request_id"), table_name="reorganisation_request_event")
    op.drop_table("reorganisation_request_event")
    op.drop_index("ix_reorganisation_request_state", table_name="reorganisation_request")
    op.drop_index(op.f("ix_reorganisation_request_remind_at"), table_name="reorganisation_request")
    op.drop_index(op.f("ix_reorganisation_request_owner_id"), table_name="reorganisation_request")
    op.drop_index(op.f("ix_reorganisation_request_legal_entity_id"), table_name="reorganisation_request")
    op.drop_index(op.f("ix_reorganisation_request_draft_id"), table_name="reorganisation_request")
    op.drop_index(op.f("ix_reorganisation_request_asker_id"), table_name="reorganisation_request")
    op.drop_table("reorganisation_request")
    op.drop_table("reorganisation_draft_line")
    op.drop_index(op.f("ix_reorganisation_draft_status"), table_name="reorganisation_draft")
    op.drop_table("reorganisation_draft")
    op.drop_table("reorganisation_calendar_day")
