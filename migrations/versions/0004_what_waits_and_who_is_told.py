"""What waits at the desk, by what it is found, and what people are told."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_choice",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mail_choice_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_choice")),
    )
    op.create_table(
        "aside",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_aside_revision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_aside_user_id")),
        sa.PrimaryKeyConstraint("user_id", "revision_id", name=op.f("pk_aside")),
    )
    with op.batch_alter_table("aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aside_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("news", sa.String(24), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_notice_by_id")),
        sa.ForeignKeyConstraint(["owner"], ["governorate.slug"], name=op.f("fk_notice_owner")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_notice_revision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_of_person", ["user_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_read_at"), ["read_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_revision_id"), ["revision_id"], unique=False)
        batch_op.create_index("ix_notice_unread", ["user_id", "read_at"], unique=False)

    op.create_table(
        "opened",
        sa.Column("sign_in_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_opened_revision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_in.id"], name=op.f("fk_opened_sign_in_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sign_in_id", "revision_id", name=op.f("pk_opened")),
    )
    with op.batch_alter_table("opened", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opened_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "waiting_facet",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["governorate.slug"], name=op.f("fk_waiting_facet_owner")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_waiting_facet_revision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("revision_id", "facet", "value", name=op.f("pk_waiting_facet")),
    )
    with op.batch_alter_table("waiting_facet", schema=None) as batch_op:
        batch_op.create_index(
            "ix_waiting_facet_kind", ["facet", "value", "kind", "submitted_at", "revision_id"], unique=False
        )
        batch_op.create_index(
            "ix_waiting_facet_oldest", ["facet", "value", "submitted_at", "revision_id"], unique=False
        )
        batch_op.create_index(
            "ix_waiting_facet_owner", ["facet", "value", "owner", "submitted_at", "revision_id"], unique=False
        )

    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_claimed_by_id"), ["claimed_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_decided_at"), ["decided_at"], unique=False)

    _enter_what_waits()


def _enter_what_waits() -> None:
    """Submissions that wait already are found in the queue too."""
    waiting_facet = sa.table(
        "waiting_facet",
        *[sa.column(name) for name in ("revision_id", "facet", "value", "kind", "owner")],
        sa.column("submitted_at", sa.DateTime(timezone=True)),
    )
    rows = op.get_bind().execute(
        sa.text(
            "SELECT revision.id, entry.kind, entry.owner, revision.submitted_at, revision.raw FROM revision "
            "JOIN entry ON entry.id = revision.entry_id WHERE revision.state = 'submitted'"
        ).columns(submitted_at=sa.DateTime(timezone=True), raw=sa.JSON())
    )
    facets = [
        {
            "revision_id": revision_id,
            "facet": facet,
            "value": value,
            "kind": kind,
            "owner": owner,
            "submitted_at": submitted_at,
        }
        for revision_id, kind, owner, submitted_at, raw in rows
        for facet, value in _facets_of(kind, owner, raw)
    ]
    if facets:
        op.bulk_insert(waiting_facet, facets)


def _facets_of(kind: str, owner: str, raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "every", ""
    shared = raw.get("governorates", []) if kind == "partnership" else []
    yield from (("governorate", slug) for slug in dict.fromkeys([owner, *shared]))
    yield from (("sector", slug) for slug in dict.fromkeys(raw.get("sectors", [])))


def downgrade() -> None:
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_decided_at"))
        batch_op.drop_index(batch_op.f("ix_revision_claimed_by_id"))

    with op.batch_alter_table("waiting_facet", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_facet_owner")
        batch_op.drop_index("ix_waiting_facet_oldest")
        batch_op.drop_index("ix_waiting_facet_kind")

    op.drop_table("waiting_facet")
    with op.batch_alter_table("opened", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opened_revision_id"))

    op.drop_table("opened")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_unread")
        batch_op.drop_index(batch_op.f("ix_notice_revision_id"))
        batch_op.drop_index(batch_op.f("ix_notice_read_at"))
        batch_op.drop_index("ix_notice_of_person")

    op.drop_table("notice")
    with op.batch_alter_table("aside", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_aside_revision_id"))

    op.drop_table("aside")
    op.drop_table("mail_choice")
