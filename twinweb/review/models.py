"""What a reviewer keeps at the desk."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model


class SavedReason(Model):
    """A remark that a reviewer writes often, in the languages of offices."""

    __tablename__ = "saved_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    ar: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
