"""The register of approved sessions of workshops."""

from datetime import date, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model
from twinweb.workshop_sessions.facts import SessionKind


class WorkshopSession(Model):
    __tablename__ = "workshop_session"
    __table_args__ = (
        CheckConstraint("title <> '' AND summary <> ''", name="told"),
        CheckConstraint("end_time > start_time", name="ends_after_start"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    workshop: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    day: Mapped[date]
    start_time: Mapped[time | None]
    end_time: Mapped[time | None]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[SessionKind | None]
    facilitators: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    key_messages: Mapped[str] = mapped_column(Text)
    decisions: Mapped[str] = mapped_column(Text)
    quotes: Mapped[list[dict[str, Any]]]
