"""The register of approved partnerships, and of the parties in them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model
from twinweb.partnerships.facts import Currency, PartyRole, Stage


class Partnership(Model):
    __tablename__ = "partnership"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("(budget_amount IS NULL) = (budget_currency IS NULL)", name="budget"),
        CheckConstraint("budget_amount >= 0", name="amount"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    stage: Mapped[Stage]
    objective: Mapped[str] = mapped_column(Text)
    planned_start: Mapped[str] = mapped_column(String(10))
    planned_end: Mapped[str] = mapped_column(String(10))
    actual_start: Mapped[str] = mapped_column(String(10))
    actual_end: Mapped[str] = mapped_column(String(10))
    amendments: Mapped[list[dict[str, Any]]]
    budget_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    budget_currency: Mapped[Currency | None]
    sustainability: Mapped[str] = mapped_column(Text)
    contact_office: Mapped[str] = mapped_column(Text)
    contact_phone: Mapped[str] = mapped_column(String(20))
    contact_email: Mapped[str] = mapped_column(String(200))
    sources: Mapped[list[dict[str, Any]]]


class PartnershipParty(Model):
    """A party with its role, and the name under which it was proposed."""

    __tablename__ = "partnership_party"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("partnership.entry_id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    role: Mapped[PartyRole]
    proposed_as: Mapped[str] = mapped_column(String(200))
