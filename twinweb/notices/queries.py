"""Reads of notices: only what the person may know today."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select, true

from twinweb.accounts.models import Role, SignIn
from twinweb.accounts.person import Person
from twinweb.notices.models import Notice


def shown_to(by: Person) -> list[ColumnElement[bool]]:
    """Theirs, and told as somebody that they still are: what a membership opened closes with it."""
    as_writer = and_(Notice.role == Role.CONTRIBUTOR, Notice.owner.in_(by.writes_for))
    in_scope = true() if by.reviews_all else Notice.owner.in_(by.reviews_for)
    return [Notice.user_id == by.id, or_(as_writer, and_(Notice.role == Role.REVIEWER, in_scope))]


def unread(by: Person) -> Select[int]:
    """Their ids; a query to be counted with others."""
    return select(Notice.id).where(*shown_to(by), Notice.read_at.is_(None))


def last_read() -> ScalarSelect[datetime | None]:
    """When the person of a `SignIn` last read a notice, of which no audit event tells."""
    return (
        select(func.max(Notice.read_at))
        .where(Notice.user_id == SignIn.user_id)
        .correlate(SignIn)
        .scalar_subquery()
    )
