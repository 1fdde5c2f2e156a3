"""filters of a kind among the words: two filters of a list are asked for without asking for its kind too."""

import re

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

POSTGRESQL = """
    UPDATE card_words SET words = ts_delete(words, changed.{0}) || to_tsvector('simple', changed.{1}_text)
    FROM (
        SELECT position,
            array_agg('f' || said) AS plain, string_agg('f' || said, ' ') AS plain_text,
            array_agg('f' || kind || said) AS kinded, string_agg('f' || kind || said, ' ') AS kinded_text
        FROM (
            SELECT position, kind, facet || translate(lower(value), '-_', 'ـء') AS said FROM card_facet
        ) AS filters
        GROUP BY position
    ) AS changed
    WHERE changed.position = card_words.position
"""
SQLITE = """
    UPDATE card_words SET words = {0}(words, (SELECT kind FROM card WHERE position = card_words.rowid))
    WHERE rowid IN (SELECT position FROM card_facet)
"""


def kinded(words: str, kind: str) -> str:
    return re.sub(r"(?:^|(?<= ))f", f"f{kind}", words)


def plain(words: str, kind: str) -> str:
    return re.sub(rf"(?:^|(?<= ))f{kind}", "f", words)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(POSTGRESQL.format("plain", "kinded"))
    else:
        bind.connection.create_function("kinded", 2, kinded)
        op.execute(SQLITE.format("kinded"))


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(POSTGRESQL.format("kinded", "plain"))
    else:
        bind.connection.create_function("plain", 2, plain)
        op.execute(SQLITE.format("plain"))
