"""What was sent under which key, and what came of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model

RUN_AGAIN = ""
"""Instead of a location: it was refused, and is refused again in the same words by being run again."""


class Submission(Model):
    """One content under one key of one person, written in the transaction that did what it asks for."""

    __tablename__ = "submission"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the address and of everything sent, but what differs between two sendings of the same."""
    at: Mapped[datetime] = mapped_column(index=True)
    thing: Mapped[str] = mapped_column(String(24), default="")
    thing_id: Mapped[str] = mapped_column(String(80), default="")
    """What it was done to, as the audit event of the same transaction names it."""
    location: Mapped[str | None] = mapped_column(String(500))
    """Where the person was led; None while the answer is not made, or where it was lost with the process."""
