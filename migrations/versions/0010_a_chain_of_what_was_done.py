"""Each audit event is chained to the one before it; those that are there are chained as they stand."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BATCH = 1_000
EVENTS = sa.table(
    "audit_event",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("by_id", sa.Integer),
    sa.column("act", sa.String),
    sa.column("thing", sa.String),
    sa.column("thing_id", sa.String),
    sa.column("details", sa.JSON),
)


def upgrade() -> None:
    seals = op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_audit_seal_event_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_seal_event_id")),
    )
    former, number = "0" * 64, 0
    for batch in _batches():
        rows = []
        for one in batch:
            former, number = _seal_of(former, one), number + 1
            rows.append({"number": number, "event_id": one.id, "hash": former})
        op.bulk_insert(seals, rows)


def _batches() -> Iterator[list[Any]]:
    connection, after = op.get_bind(), 0
    query = sa.select(EVENTS).order_by(EVENTS.c.id).limit(BATCH)
    while batch := connection.execute(query.where(EVENTS.c.id > after)).all():
        yield list(batch)
        after = batch[-1].id


def _seal_of(former: str, one: Any) -> str:
    at = one.at.replace(tzinfo=one.at.tzinfo or UTC).astimezone(UTC).isoformat(timespec="microseconds")
    said = [former, one.id, at, one.by_id, one.act, one.thing, one.thing_id, one.details]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def downgrade() -> None:
    op.drop_table("audit_seal")
