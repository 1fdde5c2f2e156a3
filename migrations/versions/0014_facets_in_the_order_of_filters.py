"""facets in the order of filters: what a filter looks up for each card lies side by side."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_card_facet_of_all", "card_facet")
    _key("facet", "value", "position")
    op.create_index("ix_card_facet_position", "card_facet", ["position"])


def downgrade() -> None:
    op.drop_index("ix_card_facet_position", "card_facet")
    _key("position", "facet", "value")
    op.create_index("ix_card_facet_of_all", "card_facet", ["facet", "value", "position"])


def _key(*columns: str) -> None:
    with op.batch_alter_table("card_facet") as batch_op:
        batch_op.drop_constraint("pk_card_facet", type_="primary")
        batch_op.create_primary_key("pk_card_facet", list(columns))
