"""Versions of the organisation."""

import sqlalchemy as sa
from alembic import op

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make what the models need."""
    op.create_table(
        "core_membership",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("employee_id", SERIAL, nullable=False),
        sa.Column("department_id", SERIAL, nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("org_version_id", SERIAL, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["core_department.id"], name=op.f("fk_core_membership_department_id")),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_core_membership_employee_id")),
        sa.ForeignKeyConstraint(["org_version_id"], ["core_org_version.id"], name=op.f("fk_core_membership_org_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_membership")),
    )
    with op.batch_alter_table("core_membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_membership_department_id_valid_from_valid_to"), ["department_id", "valid_from", "valid_to"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_core_membership_employee_id_valid_from"), ["employee_id", "valid_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_membership_known_from"), ["known_from"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_membership_known_to"),
            ["known_to"],
            unique=False,
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.create_index(batch_op.f("ix_core_membership_valid_from"), ["valid_from"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_membership_valid_to"),
            ["valid_to"],
            unique=False,
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )

    with op.batch_alter_table("core_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_assignment_known_from"), ["known_from"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_assignment_known_to"),
            ["known_to"],
            unique=False,
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.create_index(batch_op.f("ix_core_assignment_valid_from"), ["valid_from"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_assignment_valid_to"),
            ["valid_to"],
            unique=False,
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )

    with op.batch_alter_table("core_department", schema=None) as batch_op:
        batch_op.add_column(sa.Column("line", sa.String(length=40), server_default="line", nullable=False))

    with op.batch_alter_table("core_department_interval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_department_interval_head_id"), ["head_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_department_interval_known_from"), ["known_from"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_department_interval_known_to"),
            ["known_to"],
            unique=False,
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.create_index(
            batch_op.f("ix_core_department_interval_valid_to"),
            ["valid_to"],
            unique=False,
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )

    op.add_column("core_measurement", sa.Column("org_version_id", sa.Integer(), nullable=True))

    with op.batch_alter_table("core_org_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=10), server_default="change", nullable=False))
        batch_op.add_column(sa.Column("undoes_id", SERIAL, nullable=True))
        batch_op.create_index(batch_op.f("ix_core_org_version_recorded_at"), ["recorded_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_org_version_undoes_id"), ["undoes_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_core_org_version_undoes_id"), "core_org_version", ["undoes_id"], ["id"])
        batch_op.drop_column("status")

    with op.batch_alter_table("core_position_interval", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fte", sa.BigInteger(), server_default="1000000", nullable=False))
        batch_op.create_index(batch_op.f("ix_core_position_interval_known_from"), ["known_from"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_position_interval_known_to"),
            ["known_to"],
            unique=False,
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.create_index(batch_op.f("ix_core_position_interval_valid_from"), ["valid_from"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_position_interval_valid_to"),
            ["valid_to"],
            unique=False,
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("core_position_interval", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_core_position_interval_valid_to"),
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )
        batch_op.drop_index(batch_op.f("ix_core_position_interval_valid_from"))
        batch_op.drop_index(
            batch_op.f("ix_core_position_interval_known_to"),
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.drop_index(batch_op.f("ix_core_position_interval_known_from"))
        batch_op.drop_column("fte")

    op.drop_column("core_measurement", "org_version_id")

    with op.batch_alter_table("core_org_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.VARCHAR(length=10), server_default="active", nullable=False))
        batch_op.drop_constraint(batch_op.f("fk_core_org_version_undoes_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_core_org_version_undoes_id"))
        batch_op.drop_index(batch_op.f("ix_core_org_version_recorded_at"))
        batch_op.drop_column("undoes_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("core_department_interval", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_core_department_interval_valid_to"),
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )
        batch_op.drop_index(
            batch_op.f("ix_core_department_interval_known_to"),
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.drop_index(batch_op.f("ix_core_department_interval_known_from"))
        batch_op.drop_index(batch_op.f("ix_core_department_interval_head_id"))

    with op.batch_alter_table("core_department", schema=None) as batch_op:
        batch_op.drop_column("line")

    with op.batch_alter_table("core_assignment", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_core_assignment_valid_to"),
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )
        batch_op.drop_index(batch_op.f("ix_core_assignment_valid_from"))
        batch_op.drop_index(
            batch_op.f("ix_core_assignment_known_to"),
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.drop_index(batch_op.f("ix_core_assignment_known_from"))

    with op.batch_alter_table("core_membership", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_core_membership_valid_to"),
            sqlite_where=sa.text("valid_to < '9999-12-31'"),
            postgresql_where=sa.text("valid_to < '9999-12-31'"),
        )
        batch_op.drop_index(batch_op.f("ix_core_membership_valid_from"))
        batch_op.drop_index(
            batch_op.f("ix_core_membership_known_to"),
            sqlite_where=sa.text("known_to < 253402214400000000"),
            postgresql_where=sa.text("known_to < 253402214400000000"),
        )
        batch_op.drop_index(batch_op.f("ix_core_membership_known_from"))
        batch_op.drop_index(batch_op.f("ix_core_membership_employee_id_valid_from"))
        batch_op.drop_index(batch_op.f("ix_core_membership_department_id_valid_from_valid_to"))

    op.drop_table("core_membership")
