"""the first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "governorate",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_ar", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_ckb", sa.String(length=120), nullable=False),
        sa.Column("iso_3166_2", sa.String(length=6), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("in_programme", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_governorate")),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("proposed_in", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("merged_into <> id", name=op.f("ck_party_not_into_itself")),
        sa.ForeignKeyConstraint(["merged_into"], ["party.id"], name=op.f("fk_party_merged_into")),
        sa.ForeignKeyConstraint(
            ["proposed_in"], ["revision.id"], name=op.f("fk_party_proposed_in"), use_alter=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "sector",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_ar", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_ckb", sa.String(length=120), nullable=True),
        sa.Column("sdg_goals", sa.JSON(), nullable=False),
        sa.Column("crs_code", sa.String(length=5), nullable=True),
        sa.Column("cross_cutting", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("merged_into <> slug", name=op.f("ck_sector_not_into_itself")),
        sa.ForeignKeyConstraint(["merged_into"], ["sector.slug"], name=op.f("fk_sector_merged_into")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_sector")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("job_title", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(24), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_account_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=24), nullable=False),
        sa.Column("thing_id", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_audit_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_audit_event_thing", ["thing", "thing_id"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("approved_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_id"], ["revision.id"], name=op.f("fk_entry_approved_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(["owner"], ["governorate.slug"], name=op.f("fk_entry_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("position", name=op.f("uq_entry_position")),
        sa.UniqueConstraint("reference", name=op.f("uq_entry_reference")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_owner"), ["owner"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("governorate", sa.String(length=40), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "role <> 'contributor' OR governorate IS NOT NULL", name=op.f("ck_membership_contributor_of_one")
        ),
        sa.CheckConstraint("role = 'contributor' OR NOT on_behalf", name=op.f("ck_membership_on_behalf")),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name=op.f("ck_membership_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["governorate"], ["governorate.slug"], name=op.f("fk_membership_governorate")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_governorate"), ["governorate"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_user_id"), ["user_id"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_one_time_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "party_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_alias_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_alias")),
        sa.UniqueConstraint("folded", "country", name=op.f("uq_party_alias_folded_country")),
    )
    with op.batch_alter_table("party_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_alias_party_id"), ["party_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_open", ["user_id", "ended_at"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("continues_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (number IS NULL)", name=op.f("ck_revision_numbered")),
        sa.CheckConstraint(
            "(state IN ('answered', 'approved', 'duplicate', 'rejected', 'returned', 'superseded')) = (decided_by_id IS NOT NULL)",
            name=op.f("ck_revision_decided"),
        ),
        sa.CheckConstraint(
            "(claimed_by_id IS NULL) = (claimed_until IS NULL)", name=op.f("ck_revision_claimed")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_revision_author_id")),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["user_account.id"], name=op.f("fk_revision_claimed_by_id")
        ),
        sa.ForeignKeyConstraint(["continues_id"], ["revision.id"], name=op.f("fk_revision_continues_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_revision_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["entry.id"], name=op.f("fk_revision_duplicate_of_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_revision_entry_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["user_account.id"], name=op.f("fk_revision_saved_by_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_revision_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["revision.id"], name=op.f("fk_revision_superseded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index("ix_revision_queue", ["state", "submitted_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_saved_at"), ["saved_at"], unique=False)
        batch_op.create_index(
            "uq_revision_one_open",
            ["entry_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'returned', 'submitted')"),
            postgresql_where=sa.text("state IN ('draft', 'returned', 'submitted')"),
        )

    op.create_table(
        "card",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=24), nullable=False),
        sa.Column("happened", sa.String(length=10), nullable=False),
        sa.Column("happened_until", sa.String(length=10), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("governorates", sa.JSON(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_card_entry_id")),
        sa.ForeignKeyConstraint(["owner"], ["governorate.slug"], name=op.f("fk_card_owner")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_card_revision_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_card")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_card_entry_id")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_card_revision_id")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index("ix_card_kind_position", ["kind", "retired", "position"], unique=False)

    op.create_table(
        "lesson",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("avoid", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("need_cost", sa.Text(), nullable=False),
        sa.Column("need_people", sa.Text(), nullable=False),
        sa.Column("need_time", sa.Text(), nullable=False),
        sa.Column("partnership", sa.Integer(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("contact_office", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("contact_email", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "situation <> '' AND done <> '' AND recommendation <> ''", name=op.f("ck_lesson_told")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_lesson_title")),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name=op.f("ck_lesson_year")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_lesson_entry_id")),
        sa.ForeignKeyConstraint(["partnership"], ["entry.id"], name=op.f("fk_lesson_partnership")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_lesson_revision_id")),
        sa.ForeignKeyConstraint(["session"], ["entry.id"], name=op.f("fk_lesson_session")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_lesson_revision_id")),
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_partnership"), ["partnership"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_session"), ["session"], unique=False)

    op.create_table(
        "link",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("to_entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_link_revision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_entry_id"], ["entry.id"], name=op.f("fk_link_to_entry_id")),
        sa.PrimaryKeyConstraint("revision_id", "field", "to_entry_id", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_to_entry_id"), ["to_entry_id"], unique=False)

    op.create_table(
        "partnership",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(24), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("planned_start", sa.String(length=10), nullable=False),
        sa.Column("planned_end", sa.String(length=10), nullable=False),
        sa.Column("actual_start", sa.String(length=10), nullable=False),
        sa.Column("actual_end", sa.String(length=10), nullable=False),
        sa.Column("amendments", sa.JSON(), nullable=False),
        sa.Column("budget_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("budget_currency", sa.String(24), nullable=True),
        sa.Column("sustainability", sa.Text(), nullable=False),
        sa.Column("contact_office", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("contact_email", sa.String(length=200), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_partnership_title")),
        sa.CheckConstraint(
            "(budget_amount IS NULL) = (budget_currency IS NULL)", name=op.f("ck_partnership_budget")
        ),
        sa.CheckConstraint("budget_amount >= 0", name=op.f("ck_partnership_amount")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_partnership_entry_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_partnership_revision_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_partnership")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_partnership_revision_id")),
    )
    op.create_table(
        "revision_editor",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_revision_editor_revision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_revision_editor_user_id")),
        sa.PrimaryKeyConstraint("revision_id", "user_id", name=op.f("pk_revision_editor")),
    )
    op.create_table(
        "workshop",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("host", sa.String(length=40), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("organisers", sa.Text(), nullable=False),
        sa.Column("people_all", sa.Integer(), nullable=True),
        sa.Column("people_women", sa.Integer(), nullable=True),
        sa.Column("people_men", sa.Integer(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_workshop_title")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_workshop_ends_after_start")),
        sa.CheckConstraint(
            "people_all >= 0 AND people_women >= 0 AND people_men >= 0", name=op.f("ck_workshop_people")
        ),
        sa.CheckConstraint(
            "people_all IS NULL OR coalesce(people_women, 0) + coalesce(people_men, 0) <= people_all",
            name=op.f("ck_workshop_people_add_up"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_workshop_entry_id")),
        sa.ForeignKeyConstraint(["host"], ["governorate.slug"], name=op.f("fk_workshop_host")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_workshop_revision_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_workshop_revision_id")),
    )
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_host"), ["host"], unique=False)

    op.create_table(
        "workshop_session",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("workshop", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(24), nullable=True),
        sa.Column("facilitators", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("key_messages", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("quotes", sa.JSON(), nullable=False),
        sa.CheckConstraint("title <> '' AND summary <> ''", name=op.f("ck_workshop_session_told")),
        sa.CheckConstraint("end_time > start_time", name=op.f("ck_workshop_session_ends_after_start")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_workshop_session_entry_id")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_workshop_session_revision_id")
        ),
        sa.ForeignKeyConstraint(["workshop"], ["entry.id"], name=op.f("fk_workshop_session_workshop")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_workshop_session")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_workshop_session_revision_id")),
    )
    with op.batch_alter_table("workshop_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_session_workshop"), ["workshop"], unique=False)

    op.create_table(
        "card_facet",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(24), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"], ["card.position"], name=op.f("fk_card_facet_position"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("position", "facet", "value", name=op.f("pk_card_facet")),
    )
    with op.batch_alter_table("card_facet", schema=None) as batch_op:
        batch_op.create_index("ix_card_facet_of_all", ["facet", "value", "position"], unique=False)
        batch_op.create_index("ix_card_facet_of_kind", ["facet", "value", "kind", "position"], unique=False)

    op.create_table(
        "partnership_party",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("proposed_as", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["partnership.entry_id"],
            name=op.f("fk_partnership_party_entry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_partnership_party_party_id")),
        sa.PrimaryKeyConstraint("entry_id", "line", name=op.f("pk_partnership_party")),
    )
    with op.batch_alter_table("partnership_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_party_party_id"), ["party_id"], unique=False)
    _link_what_refers_to_each_other()
    _create_words()


def downgrade() -> None:
    op.drop_table("card_words")
    _unlink_what_refers_to_each_other()
    with op.batch_alter_table("partnership_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partnership_party_party_id"))

    op.drop_table("partnership_party")
    with op.batch_alter_table("card_facet", schema=None) as batch_op:
        batch_op.drop_index("ix_card_facet_of_kind")
        batch_op.drop_index("ix_card_facet_of_all")

    op.drop_table("card_facet")
    with op.batch_alter_table("workshop_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_session_workshop"))

    op.drop_table("workshop_session")
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_host"))

    op.drop_table("workshop")
    op.drop_table("revision_editor")
    op.drop_table("partnership")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_to_entry_id"))

    op.drop_table("link")
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_session"))
        batch_op.drop_index(batch_op.f("ix_lesson_partnership"))

    op.drop_table("lesson")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index("ix_card_kind_position")

    op.drop_table("card")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_revision_one_open",
            sqlite_where=sa.text("state IN ('draft', 'returned', 'submitted')"),
            postgresql_where=sa.text("state IN ('draft', 'returned', 'submitted')"),
        )
        batch_op.drop_index(batch_op.f("ix_revision_saved_at"))
        batch_op.drop_index("ix_revision_queue")
        batch_op.drop_index(batch_op.f("ix_revision_entry_id"))
        batch_op.drop_index(batch_op.f("ix_revision_decided_by_id"))

    op.drop_table("revision")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_open")

    op.drop_table("sign_in")
    with op.batch_alter_table("party_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_alias_party_id"))

    op.drop_table("party_alias")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_code_user_id"))

    op.drop_table("one_time_code")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_user_id"))
        batch_op.drop_index(batch_op.f("ix_membership_governorate"))

    op.drop_table("membership")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_owner"))

    op.drop_table("entry")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_thing")
        batch_op.drop_index(batch_op.f("ix_audit_event_by_id"))

    op.drop_table("audit_event")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_sort_key"))

    op.drop_table("user_account")
    op.drop_table("sector")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_sort_key"))

    op.drop_table("party")
    op.drop_table("governorate")
    op.drop_table("counter")


def _link_what_refers_to_each_other() -> None:
    """SQLite has these keys in its tables already; PostgreSQL gets them once both tables are there."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key("fk_entry_approved_id", "entry", "revision", ["approved_id"], ["id"])
        op.create_foreign_key("fk_party_proposed_in", "party", "revision", ["proposed_in"], ["id"])


def _unlink_what_refers_to_each_other() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_party_proposed_in", "party")
        op.drop_constraint("fk_entry_approved_id", "entry")


def _create_words() -> None:
    """Full text on folded and stemmed tokens: nothing here needs to know Arabic, nor an extension."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE card_words (position integer PRIMARY KEY REFERENCES card (position) ON DELETE CASCADE, "
            "words tsvector NOT NULL)"
        )
        # Ranking reads thousands of them: not to unpack each is three times as fast, for a fifth more on the disk.
        op.execute("ALTER TABLE card_words ALTER COLUMN words SET STORAGE EXTERNAL")
        op.execute("CREATE INDEX ix_card_words_words ON card_words USING gin (words)")
    else:
        # Its way to split is the plainest, between spaces: tokens come folded, and unicode61 takes twice the time.
        op.execute("CREATE VIRTUAL TABLE card_words USING fts5 (words, tokenize = 'ascii')")
