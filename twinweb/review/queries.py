"""Reads of the desk alone."""

from collections.abc import Sequence

from sqlalchemy import select

from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.review.models import SavedReason


def saved_reasons(by: Person) -> Sequence[SavedReason]:
    """This reviewer's own, in the order in which they were kept."""
    return db.session.scalars(
        select(SavedReason).where(SavedReason.user_id == by.id).order_by(SavedReason.id)
    ).all()
