"""Who took part in workshops, and on which days."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model
from twinweb.participants.facts import Sex


class Participant(Model):
    """One who took part. Erased, the row stays without a word on who it was, so that the counts stay true."""

    __tablename__ = "participant"
    __table_args__ = (CheckConstraint("(name = '') = (erased_at IS NOT NULL)", name="named_or_erased"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))
    governorate: Mapped[str | None] = mapped_column(ForeignKey("governorate.slug"))
    sex: Mapped[Sex | None]
    listed_at: Mapped[datetime]
    listed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Attendance(Model):
    """A day on which somebody was there."""

    __tablename__ = "attendance"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
