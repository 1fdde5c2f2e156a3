"""Accounts that offices ask for, for a colleague of theirs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model

LONGEST_REASON = 500


class AccountRequest(Model):
    """Asked for by a contributor; opened, or declined with a reason, by somebody else."""

    __tablename__ = "account_request"
    __table_args__ = (
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="by_another"),
        Index("ix_account_request_waiting", "decided_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    governorate: Mapped[str] = mapped_column(ForeignKey("governorate.slug"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    job_title: Mapped[str] = mapped_column(String(200))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    """Why it was declined."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The account that was opened."""
