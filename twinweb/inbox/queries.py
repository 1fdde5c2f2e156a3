"""Reads of what a person was told, with what it is about; of that only what they may read now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from twinweb.accounts.models import Role, User
from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries.models import Entry, Revision
from twinweb.notices.models import News, Notice
from twinweb.notices.queries import shown_to

PAGE = 25


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, with what it is about."""

    id: int
    news: News
    role: Role
    owner: str
    at: datetime
    read_at: datetime | None
    by: str
    revision_id: int
    entry_id: int
    kind: str
    title: str
    reference: str | None


def told(by: Person, *, after: int = 0) -> list[Told]:
    """The newest first; one more than `PAGE` if there is more."""
    conditions = [Notice.id < after] if after else []
    return _found(by, conditions, _rows.order_by(Notice.id.desc()).limit(PAGE + 1))


def told_since(by: Person, since: datetime, news: Iterable[News], most: int) -> list[Told]:
    """What happened later than that, the oldest first."""
    conditions = [Notice.at > since, Notice.news.in_(news)]
    return _found(by, conditions, _rows.order_by(Notice.id).limit(most))


_rows = (
    select(
        Notice.id,
        Notice.news,
        Notice.role,
        Notice.owner,
        Notice.at,
        Notice.read_at,
        User.name,
        Revision.id,
        Entry.id,
        Entry.kind,
        Revision.title,
        Entry.reference,
    )
    .join(User, User.id == Notice.by_id)
    .join(Revision, Revision.id == Notice.revision_id)
    .join(Entry, Entry.id == Revision.entry_id)
)


def _found(by: Person, conditions: list[ColumnElement[bool]], query: Select[*tuple[Any, ...]]) -> list[Told]:
    return [Told(*row) for row in db.session.execute(query.where(*shown_to(by), *conditions))]
