"""filters among the words: one question to one index finds both."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

POSTGRESQL = """
    UPDATE card_words SET words = words || to_tsvector('simple', facets.tokens)
    FROM (
        SELECT position, string_agg('f' || facet || translate(lower(value), '-_', 'ـء'), ' ') AS tokens
        FROM card_facet GROUP BY position
    ) AS facets
    WHERE facets.position = card_words.position
"""
SQLITE = """
    UPDATE card_words SET words = words || ' ' || (
        SELECT group_concat('f' || facet || replace(replace(lower(value), '-', 'ـ'), '_', 'ء'), ' ')
        FROM card_facet WHERE position = card_words.rowid
    )
    WHERE rowid IN (SELECT position FROM card_facet)
"""


def upgrade() -> None:
    op.execute(POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE)


def downgrade() -> None:
    """They stay: nothing before asks for them. Who comes up again after a while runs `flask reindex`."""
