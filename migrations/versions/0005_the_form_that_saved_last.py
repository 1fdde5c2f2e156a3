"""The form that saved a draft last."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("form", sa.String(length=60), nullable=True))
    op.add_column("revision", sa.Column("typed", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("revision", "typed")
    op.drop_column("revision", "form")
