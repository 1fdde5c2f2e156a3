"""The table of what is said of this deployment itself."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model


class Deployment(Model):
    """One row, made when the database is migrated. It belongs to the place: no backup holds it."""

    __tablename__ = "deployment"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(64))
    """The fingerprint of the secret key that this register is sealed and signed by."""
