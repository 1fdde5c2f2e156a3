"""Telling people, within the transaction of what is told; and what they do with their notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from twinweb import audit, clock
from twinweb.accounts import queries as accounts
from twinweb.accounts.models import Membership, Role, User
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.notices.models import News, Notice
from twinweb.notices.queries import shown_to

KEPT_FOR, UNREAD_FOR = timedelta(days=90), timedelta(days=365)
"""After it was read; and where nobody has read it."""
FOR_REVIEWERS = (News.SUBMITTED, News.ANSWERED, News.RETIRE_ASKED)
NO_DECISION = (*FOR_REVIEWERS, News.HANDED_OVER)


class NoSuchNotice(Exception):
    """This person was told nothing of the kind, or may no longer know."""


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about, and by whom it was done."""

    news: News
    revision_id: int
    owner: str
    by: Person


def tell_office(about: About, people: Iterable[int]) -> None:
    """Tell those who wrote it; nobody is told what they did themselves. Joins the transaction under way."""
    _tell(about, Role.CONTRIBUTOR, set(people))


def tell_reviewers(about: About, but: Iterable[int] = ()) -> None:
    """Tell the reviewers in whose scope it is, but those who may not decide on it."""
    held = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(accounts.holds_today(), User.deactivated_at.is_(None))
    )
    in_scope = Membership.governorate.is_(None) | (Membership.governorate == about.owner)
    reviewers = db.session.scalars(held.where(Membership.role == Role.REVIEWER, in_scope))
    office = db.session.scalars(
        held.where(Membership.role == Role.CONTRIBUTOR, Membership.governorate == about.owner)
    )
    _tell(about, Role.REVIEWER, {*reviewers} - {*office} - {*but})


def office_of(governorate: str) -> set[int]:
    """Everybody who contributes for it today."""
    held = select(Membership.user_id).join(User, User.id == Membership.user_id)
    here = Membership.role == Role.CONTRIBUTOR, Membership.governorate == governorate
    return {*db.session.scalars(held.where(*here, accounts.holds_today(), User.deactivated_at.is_(None)))}


def settle(revision_id: int) -> None:
    """It waits no longer: what reviewers were told of it is no news any more."""
    db.session.execute(
        delete(Notice).where(Notice.revision_id == revision_id, Notice.news.in_(FOR_REVIEWERS))
    )


def take_back(revision_id: int) -> None:
    """A decision is undone: nobody was told of it."""
    db.session.execute(
        delete(Notice).where(Notice.revision_id == revision_id, Notice.news.not_in(NO_DECISION))
    )


def read(notice_id: int, *, by: Person) -> Notice:
    """Mark a notice as read: a matter of this person alone, so no event tells of it."""
    with transaction() as session:
        notice = session.scalars(select(Notice).where(Notice.id == notice_id, *shown_to(by))).one_or_none()
        if notice is None:
            raise NoSuchNotice
        notice.read_at = notice.read_at or clock.now()
    return notice


def read_all(up_to: int, *, by: Person) -> None:
    """Mark everything as read that the person has been shown: what came later stays new."""
    with transaction() as session:
        session.execute(
            update(Notice)
            .where(Notice.user_id == by.id, Notice.id <= up_to, Notice.read_at.is_(None))
            .values(read_at=clock.now())
        )


def clear() -> int:
    """Forget what was read long ago, or told so long ago that nobody will read it; returns how many."""
    with transaction() as session:
        cleared = session.scalars(
            delete(Notice)
            .where(or_(Notice.read_at < clock.now() - KEPT_FOR, Notice.at < clock.now() - UNREAD_FOR))
            .returning(Notice.id)
        ).all()
        if cleared:
            audit.record("clear_notices", "notice", "", by_id=None, number=len(cleared))
    return len(cleared)


def _tell(about: About, role: Role, people: set[int]) -> None:
    db.session.add_all(
        Notice(
            user_id=user_id,
            role=role,
            owner=about.owner,
            news=about.news,
            revision_id=about.revision_id,
            by_id=about.by.id,
            at=clock.now(),
        )
        for user_id in sorted(people - {about.by.id})
    )
