"""Notes."""

import sqlalchemy as sa
from alembic import op

revision = "dummy_0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make what the models need."""
    op.create_table(
        "dummy_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("employee_id", SERIAL, nullable=True),
        sa.ForeignKeyConstraint(["employee_id"], ["core_employee.id"], name=op.f("fk_dummy_note_employee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dummy_note")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("dummy_note")
