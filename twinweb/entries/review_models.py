"""What reviewers and offices leave on entries beside decisions: notes, corrections, duplicates, requests."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model
from twinweb.entries.states import Touched

WHOLE = "whole"
"""The field of a note on the whole."""

IS_PENDING = text("answered_at IS NULL")


class Correction(Model):
    """A revision that a reviewer wrote: it answers the office's, and another reviewer decides on it."""

    __tablename__ = "correction"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    of_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    """The revision that it corrects."""
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    touched: Mapped[Touched]


class Note(Model):
    """A reviewer's remark on a field of a submission, or on the whole of it.

    The office sees it once the submission is returned or rejected; until then it is the desk's draft.
    """

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("revision_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    field: Mapped[str] = mapped_column(String(40))
    """Or `WHOLE`."""
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


class NoteAnswer(Model):
    """What the office did about a note, in the draft that goes back; the desk sees it once that is sent."""

    __tablename__ = "note_answer"
    __table_args__ = (UniqueConstraint("note_id", "revision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    done: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


class Duplicate(Model):
    """An entry that was closed as the same as another: its readers and its links are led on to that one."""

    __tablename__ = "duplicate"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    of_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    retired: Mapped[bool]
    """Closing it has retired it; so taking that back brings it back."""


class RetireRequest(Model):
    """An office asks the reviewers to retire its entry; retiring answers it, or a reviewer declines."""

    __tablename__ = "retire_request"
    __table_args__ = (
        Index(
            "uq_retire_request_one_pending",
            "entry_id",
            unique=True,
            sqlite_where=IS_PENDING,
            postgresql_where=IS_PENDING,
        ),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    granted: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
