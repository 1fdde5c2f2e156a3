"""Notices, and who wants a digest of them by mail."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.accounts.models import Role
from twinweb.db import Model

LONGEST_ADDRESS = 254
"""Of an e-mail address (RFC 5321)."""


class News(StrEnum):
    """What a notice tells."""

    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"
    """A reviewer has corrected what the office sent."""
    REPLIED = "replied"
    """A reviewer has written again under a note that the office had answered."""
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    """What was returned is mended and sent again."""
    RETIRE_ASKED = "retire_asked"
    """An office wants its entry out of use."""
    RETIRED = "retired"
    HANDED_OVER = "handed_over"
    """Its author has left or moved, and it is for this person to go on with."""
    KEPT = "kept"
    """It stays in use, though its office had asked to retire it."""


class Notice(Model):
    """One thing told to one person, who is shown it while they hold that role for that office."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_of_person", "user_id", "id"),
        Index("ix_notice_unread", "user_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role]
    """As whom they are told."""
    owner: Mapped[str] = mapped_column(ForeignKey("governorate.slug"))
    news: Mapped[News]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None] = mapped_column(index=True)


class MailChoice(Model):
    """Where a person wants the digest sent, and how far they were told by it."""

    __tablename__ = "mail_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    wanted: Mapped[bool]
    told_until: Mapped[datetime]
    """What happened later is new to this person; moves when a digest was taken by the mail server."""
    last_day: Mapped[date | None]
    """The day whose digest was begun: at most one a day."""
