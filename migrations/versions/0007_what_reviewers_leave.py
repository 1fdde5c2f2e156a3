"""Notes and their answers, corrections, duplicates, requests to retire, and remarks to choose from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("touched", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_correction_by_id")),
        sa.ForeignKeyConstraint(["of_id"], ["revision.id"], name=op.f("fk_correction_of_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_correction_revision_id")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_of_id"), ["of_id"], unique=False)

    op.create_table(
        "duplicate",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_duplicate_entry_id")),
        sa.ForeignKeyConstraint(["of_id"], ["entry.id"], name=op.f("fk_duplicate_of_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_duplicate")),
    )
    with op.batch_alter_table("duplicate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_of_id"), ["of_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_note_by_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_note_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("revision_id", "field", name=op.f("uq_note_revision_id_field")),
    )
    op.create_table(
        "note_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_note_answer_by_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_answer_note_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_note_answer_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_answer")),
        sa.UniqueConstraint("note_id", "revision_id", name=op.f("uq_note_answer_note_id_revision_id")),
    )
    with op.batch_alter_table("note_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_answer_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "retire_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_retire_request_answered")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_retire_request_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_retire_request_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_retire_request_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retire_request")),
    )
    with op.batch_alter_table("retire_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retire_request_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            "uq_retire_request_one_pending",
            ["entry_id"],
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "saved_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ar", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_saved_reason_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reason")),
    )
    with op.batch_alter_table("saved_reason", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_reason_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("saved_reason", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_reason_user_id"))

    op.drop_table("saved_reason")
    with op.batch_alter_table("retire_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_retire_request_entry_id"))
        batch_op.drop_index(
            "uq_retire_request_one_pending",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.drop_table("retire_request")
    with op.batch_alter_table("note_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_answer_revision_id"))

    op.drop_table("note_answer")
    op.drop_table("note")
    with op.batch_alter_table("duplicate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duplicate_of_id"))

    op.drop_table("duplicate")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_of_id"))

    op.drop_table("correction")
