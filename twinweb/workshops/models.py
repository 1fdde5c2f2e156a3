"""The register of approved workshops."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model


class Workshop(Model):
    __tablename__ = "workshop"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        CheckConstraint("people_all >= 0 AND people_women >= 0 AND people_men >= 0", name="people"),
        CheckConstraint(
            "people_all IS NULL OR coalesce(people_women, 0) + coalesce(people_men, 0) <= people_all",
            name="people_add_up",
        ),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(ForeignKey("governorate.slug"), index=True)
    town: Mapped[str] = mapped_column(Text)
    venue: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    organisers: Mapped[str] = mapped_column(Text)
    people_all: Mapped[int | None]
    people_women: Mapped[int | None]
    people_men: Mapped[int | None]
    sources: Mapped[list[dict[str, Any]]]
