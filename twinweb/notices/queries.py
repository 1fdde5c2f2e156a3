"""Reads of notices: only what the person may know today."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from twinweb.accounts.models import Role
from twinweb.accounts.person import Person
from twinweb.notices.models import Notice

COUNT_TO = 99
"""The header counts so far; beyond it says "more than"."""


def shown_to(by: Person) -> list[ColumnElement[bool]]:
    """Theirs, and told as somebody that they still are: what a membership opened closes with it."""
    as_writer = and_(Notice.role == Role.CONTRIBUTOR, Notice.owner.in_(by.writes_for))
    in_scope = true() if by.reviews_all else Notice.owner.in_(by.reviews_for)
    return [Notice.user_id == by.id, or_(as_writer, and_(Notice.role == Role.REVIEWER, in_scope))]


def unread_count(by: Person) -> Select[Any]:
    """How many are unread, up to one more than `COUNT_TO`; a query to be asked with others."""
    found = select(Notice.id).where(*shown_to(by), Notice.read_at.is_(None)).limit(COUNT_TO + 1).subquery()
    return select(func.count()).select_from(found)
