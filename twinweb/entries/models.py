"""An entry is an envelope; revisions hold what is proposed; cards and registers what was approved."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from twinweb.db import Model
from twinweb.entries.kinds import Facet
from twinweb.entries.states import DECIDED, OPEN, State

LONGEST_REASON = 2_000


def _states(states: frozenset[State]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


IS_OPEN = text(f"state IN ({_states(OPEN)})")


class Entry(Model):
    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(ForeignKey("governorate.slug"), index=True)
    reference: Mapped[str | None] = mapped_column(String(20), unique=True)
    """From the first approval on."""
    position: Mapped[int | None] = mapped_column(unique=True)
    """Its place in every list: counted at the first approval, so that drafts cannot be counted."""
    approved_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", use_alter=True))
    """The revision that readers see."""
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Revision(Model):
    __tablename__ = "revision"
    __table_args__ = (
        Index(
            "uq_revision_one_open", "entry_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
        ),
        Index("ix_revision_queue", "state", "submitted_at", "id"),
        CheckConstraint(f"(state IN ({_states(DECIDED)})) = (decided_by_id IS NOT NULL)", name="decided"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered"),
        CheckConstraint("(claimed_by_id IS NULL) = (claimed_until IS NULL)", name="claimed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    number: Mapped[int | None]
    """Counted within the entry when it is submitted."""
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    raw: Mapped[dict[str, Any]]
    """What was typed, right or wrong; never rewritten once submitted."""
    schema: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The withdrawn or returned revision that this draft began as a copy of."""
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime] = mapped_column(index=True)
    form: Mapped[str | None] = mapped_column(String(60))
    """The form that saved it last: what that form has saved itself, it has seen."""
    typed: Mapped[int | None]
    """How often something had been typed into that form: what it sent before that comes too late."""
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    claimed_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    version: Mapped[int] = mapped_column()

    entry: Mapped[Entry] = relationship(lazy="raise", foreign_keys=[entry_id])

    __mapper_args__ = {"version_id_col": version}


class Editor(Model):
    """Every person who edited a revision: none of them decides on it."""

    __tablename__ = "revision_editor"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    on_behalf: Mapped[bool] = mapped_column(default=False)


class Link(Model):
    """An entry that a revision refers to: a fact once the revision is approved, so reads join `Card`."""

    __tablename__ = "link"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    to_entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True, index=True)


class Card(Model):
    """What every list shows of an approved entry: one row an entry, written by approving it."""

    __tablename__ = "card"
    __table_args__ = (Index("ix_card_kind_position", "kind", "retired", "position"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(ForeignKey("governorate.slug"))
    phase: Mapped[str] = mapped_column(String(24))
    when: Mapped[str] = mapped_column("happened", String(10))
    until: Mapped[str] = mapped_column("happened_until", String(10))
    sectors: Mapped[list[str]]
    governorates: Mapped[list[str]]
    retired: Mapped[bool] = mapped_column(default=False)
    approved_at: Mapped[datetime]


class CardFacet(Model):
    """The same, by what it can be filtered by. Retired entries have none.

    In the order of the key all cards of a value lie side by side: a filter looks for one after the other.
    """

    __tablename__ = "card_facet"
    __table_args__ = (Index("ix_card_facet_of_kind", "facet", "value", "kind", "position"),)

    facet: Mapped[Facet] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(
        ForeignKey("card.position", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(20))


class Counter(Model):
    """Numbers that are given once: references of each kind and year, and the place in lists."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int]
