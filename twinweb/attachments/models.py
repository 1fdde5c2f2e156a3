"""Files of entries, and uploads that have not arrived whole; the content itself lies in the store."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.attachments.content import Content, Flaw
from twinweb.db import Model

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 300
LONGEST_KEY = 64
IS_THERE = text("removed_at IS NULL")


class FileState(StrEnum):
    UPLOADED = "uploaded"
    """For its office and the reviewers alone."""
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What a file is, as its office says."""

    AGREEMENT = "agreement"
    AGENDA = "agenda"
    SLIDES = "slides"
    PHOTO = "photo"
    OTHER = "other"


class Attachment(Model):
    """A file of an entry. Once removed the row stays, as a fact; its content goes."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index(
            "uq_attachment_once",
            "entry_id",
            "sha256",
            unique=True,
            sqlite_where=IS_THERE,
            postgresql_where=IS_THERE,
        ),
        Index("ix_attachment_uploads", "uploaded_by_id", "uploaded_at"),
        Index("ix_attachment_waiting", "state", "id"),
        CheckConstraint("(removed_at IS NULL) = (removed_by_id IS NULL)", name="removed"),
        CheckConstraint("state = 'uploaded' OR decided_by_id IS NOT NULL", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    purpose: Mapped[Purpose]
    description: Mapped[str] = mapped_column(String(LONGEST_DESCRIPTION), default="")
    """What a photo shows, for who does not see it; of other files a word on what is in them."""
    content: Mapped[Content]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    thumbnail: Mapped[str] = mapped_column(String(64), default="", index=True)
    """The hash of the small picture of a photo; width and height are those of the photo."""
    state: Mapped[FileState] = mapped_column(default=FileState.UPLOADED)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who released or withdrew it last."""
    reason: Mapped[str] = mapped_column(String(LONGEST_DESCRIPTION), default="")
    """Of withdrawing it."""
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Upload(Model):
    """A file that arrives in pieces; kept after its end, so that a lost answer can be asked for again."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("user_id", "entry_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    """The browser's mark of this very content: the same file begun again goes on where it stopped."""
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    purpose: Mapped[Purpose]
    description: Mapped[str] = mapped_column(String(LONGEST_DESCRIPTION), default="")
    length: Mapped[int]
    offset: Mapped[int] = mapped_column(default=0)
    expires: Mapped[datetime] = mapped_column(index=True)
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id", ondelete="CASCADE"))
    refused: Mapped[Flaw | None]
    """Why it was not taken once it was whole."""


class Piece(Model):
    """What one request brought. Bytes and offset are written together, or neither is."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
