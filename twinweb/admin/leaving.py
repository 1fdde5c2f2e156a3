"""When somebody leaves or moves: what hangs on them, and how it goes on without them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select

from twinweb import audit, clock
from twinweb.accounts import commands, queries
from twinweb.accounts.commands import Grant, require_admin
from twinweb.accounts.models import Membership, Role, User
from twinweb.accounts.person import Person
from twinweb.attachments.models import Upload
from twinweb.db import db, transaction
from twinweb.entries.models import Card, Editor, Entry, Revision
from twinweb.entries.states import OPEN, State
from twinweb.i18n.arabic import fold
from twinweb.notices.commands import About, office_of, tell_office
from twinweb.notices.models import News

SOON = timedelta(days=30)
MOST = 200


class NotAColleague(Exception):
    """Work is handed to somebody who contributes for the same office, or to all of them."""


class NoMove(Exception):
    """A move leads to another role or office, from today on or later."""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """An open entry as an admin may know it: not what it is called or says."""

    revision_id: int
    kind: str
    reference: str | None
    state: State
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on one membership of a person."""

    work: Sequence[OpenWork] = ()
    claims: int = 0
    uploads: int = 0
    contacts: Sequence[tuple[str, str, int]] = ()
    """Approved entries (kind, reference, id) that name the person as whom to call."""
    colleagues: Sequence[User] = ()
    """Who can take it over."""


def hanging(membership: Membership) -> Hanging:
    if membership.role is Role.REVIEWER:
        return Hanging(claims=len(_claims(membership.user_id)))
    if membership.role is not Role.CONTRIBUTOR or not membership.governorate:
        return Hanging()
    user = db.session.get_one(User, membership.user_id)
    uploads = select(func.count()).select_from(Upload).where(*_unfinished(membership))
    return Hanging(
        work=[OpenWork(*row) for row in db.session.execute(_open_work(membership))],
        uploads=db.session.scalars(uploads).one(),
        contacts=_contacts(user, membership.governorate),
        colleagues=_colleagues(membership),
    )


def end(membership_id: int, *, to: int = 0, by: Person) -> None:
    """End a membership and the person's sign-ins at once; what is open goes to a colleague or the office."""
    require_admin(by)
    with transaction():
        membership = commands.close_membership(membership_id, clock.today() - timedelta(days=1))
        handed = _hand_over(membership, to, by)
        role = membership.role
        audit.record("end_membership", "user", membership.user_id, by_id=by.id, role=role, handed_over=handed)


def move(membership_id: int, given: Grant, *, to: int = 0, by: Person) -> None:
    """End one membership and begin another on a day: the history stays, the rights go on that day."""
    require_admin(by)
    first = given.starts or clock.today()
    with transaction() as session:
        former = session.get(Membership, membership_id)
        if first < clock.today() or (former and is_same(former, given)):
            raise NoMove
        membership = commands.close_membership(membership_id, first - timedelta(days=1))
        if any(commands.is_held(one, given) for one in queries.memberships(membership.user_id)):
            raise commands.AlreadyHeld
        session.add(commands.membership_of(membership.user_id, given))
        handed = _hand_over(membership, to, by)
        roles = [commands.named(Grant(membership.role, membership.governorate)), commands.named(given)]
        audit.record("move_person", "user", membership.user_id, by_id=by.id, roles=roles, handed_over=handed)


def is_same(membership: Membership, given: Grant) -> bool:
    return (membership.role, membership.governorate) == (given.role, given.governorate)


def to_come() -> list[tuple[Membership, User]]:
    """Memberships that are given and have not begun."""
    return _with_user(Membership.starts > clock.today(), Membership.starts)


def ending_soon() -> list[tuple[Membership, User]]:
    """Memberships whose last day is near."""
    today = clock.today()
    return _with_user(
        (Membership.starts <= today) & Membership.ends.between(today, today + SOON), Membership.ends
    )


def _with_user(condition: ColumnElement[bool], order: Any) -> list[tuple[Membership, User]]:  # noqa: ANN401  a column
    query = select(Membership, User).join(User, User.id == Membership.user_id)
    query = query.where(condition, User.deactivated_at.is_(None)).order_by(order, Membership.id).limit(MOST)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _hand_over(membership: Membership, to: int, by: Person) -> int:
    """How many open entries went to somebody else. Authorship stays; claims are let go of."""
    for held in _claims(membership.user_id) if membership.role is Role.REVIEWER else ():
        held.claimed_by_id = held.claimed_until = None
    if membership.role is not Role.CONTRIBUTOR or not membership.governorate:
        return 0
    work = db.session.execute(_open_work(membership)).all()
    colleagues = {one.id for one in _colleagues(membership)}
    if to and to not in colleagues:
        raise NotAColleague
    for row in work:
        tell_office(About(News.HANDED_OVER, row.id, membership.governorate, by), {to} if to else colleagues)
    db.session.execute(delete(Upload).where(*_unfinished(membership)))
    return len(work)


def _open_work(membership: Membership) -> Select[*tuple[Any, ...]]:
    wrote = exists().where(Editor.revision_id == Revision.id, Editor.user_id == membership.user_id)
    sent = Revision.submitted_by_id == membership.user_id
    return (
        select(Revision.id, Entry.kind, Entry.reference, Revision.state, Revision.saved_at)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Entry.owner == membership.governorate, Revision.state.in_(OPEN), or_(wrote, sent))
        .order_by(Revision.saved_at.desc())
        .limit(MOST)
    )


def _claims(user_id: int) -> Sequence[Revision]:
    held = Revision.claimed_by_id == user_id, Revision.state == State.SUBMITTED
    return db.session.scalars(select(Revision).where(*held)).all()


def _unfinished(membership: Membership) -> tuple[ColumnElement[bool], ...]:
    here = select(Entry.id).where(Entry.owner == membership.governorate)
    return Upload.user_id == membership.user_id, Upload.attachment_id.is_(None), Upload.entry_id.in_(here)


def _contacts(user: User, governorate: str) -> list[tuple[str, str, int]]:
    """By name or by phone; of approved entries alone, which everybody reads."""
    query = select(Card.kind, Card.reference, Card.entry_id, Revision.raw).join(
        Revision, Revision.id == Card.revision_id
    )
    found = db.session.execute(query.where(Card.owner == governorate, ~Card.retired).order_by(Card.position))
    return [(row.kind, row.reference, row.entry_id) for row in found if _names(row.raw, user)]


def _names(raw: dict[str, Any], user: User) -> bool:
    office, phone = fold(str(raw.get("contact_office", ""))), str(raw.get("contact_phone", ""))
    return fold(user.name) in office or bool(user.phone and queries.folded(phone) == user.phone)


def _colleagues(membership: Membership) -> Sequence[User]:
    ids = office_of(membership.governorate or "") - {membership.user_id}
    return db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.sort_key, User.id)).all()
