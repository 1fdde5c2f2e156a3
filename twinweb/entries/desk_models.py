"""What the reviewers' desk keeps of submissions: what each is found by, who opened it, who put it aside."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model

LONGEST_ASIDE = 500


class WaitingFacet(Model):
    """What waits for a decision, by what the queue is filtered by; a row `every` stands for no filter.

    Written when a revision is submitted, gone when it waits no longer: filters need no look into its text.
    """

    __tablename__ = "waiting_facet"
    __table_args__ = (
        Index("ix_waiting_facet_oldest", "facet", "value", "submitted_at", "revision_id"),
        Index("ix_waiting_facet_kind", "facet", "value", "kind", "submitted_at", "revision_id"),
        Index("ix_waiting_facet_owner", "facet", "value", "owner", "submitted_at", "revision_id"),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    facet: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(ForeignKey("governorate.slug"))
    submitted_at: Mapped[datetime]


class Opened(Model):
    """A submission that was opened in a sign-in: only those are approved several at once."""

    __tablename__ = "opened"

    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id", ondelete="CASCADE"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Aside(Model):
    """A submission that a reviewer has put aside, for themselves alone, until a day."""

    __tablename__ = "aside"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    until: Mapped[date]
    """The day on which it comes back."""
    note: Mapped[str] = mapped_column(String(LONGEST_ASIDE), default="")
