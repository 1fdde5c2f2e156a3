"""The register of approved lessons."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model
from twinweb.lessons.facts import LessonKind


class Lesson(Model):
    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("situation <> '' AND done <> '' AND recommendation <> ''", name="told"),
        CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    kind: Mapped[LessonKind]
    title: Mapped[str] = mapped_column(String(200))
    year: Mapped[int]
    situation: Mapped[str] = mapped_column(Text)
    done: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    avoid: Mapped[str] = mapped_column(Text)
    recommendation: Mapped[str] = mapped_column(Text)
    need_cost: Mapped[str] = mapped_column(Text)
    need_people: Mapped[str] = mapped_column(Text)
    need_time: Mapped[str] = mapped_column(Text)
    partnership: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    session: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    sources: Mapped[list[dict[str, Any]]]
    contact_office: Mapped[str] = mapped_column(Text)
    contact_phone: Mapped[str] = mapped_column(String(20))
    contact_email: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_en: Mapped[str] = mapped_column(Text)
