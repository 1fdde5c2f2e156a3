"""Reads of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    or_,
    select,
)

from twinweb import audit, clock
from twinweb.accounts.models import Membership, OneTimeCode, Role, SignIn, User
from twinweb.accounts.person import IDLE, Person
from twinweb.accounts.secrets import LONGEST_NAME, fold_username, hash_token
from twinweb.db import db, rows_of
from twinweb.i18n.phones import as_phone

ABSOLUTE = timedelta(hours=12)
"""How long a sign-in lasts at all."""
SECOND_STEP_LASTS = timedelta(minutes=10)
MOST_SIGN_INS = 20


def holds_today() -> ColumnElement[bool]:
    """Of memberships: begun, and not yet ended."""
    return _holds_on(clock.today())


def _holds_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    return and_(Membership.starts <= day, or_(Membership.ends.is_(None), Membership.ends >= day))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is at the door."""

    person: Person
    last_used_at: datetime
    """The sign-in."""
    register: tuple[object, ...]
    """How the register stands: another after every command that changed anything."""
    known_by: tuple[object, ...]
    """Everything that pages know this person by, and what was asked beside."""


def person_signed_in(token: str, *beside: ScalarSelect[Any]) -> SignedIn | None:
    """The person whose sign-in this token is, with what they may do today, and `beside`: one statement."""
    now = clock.now()
    asked = {
        "today": clock.today(),
        "token_hash": hash_token(token),
        "used_since": now - IDLE,
        "begun_since": now - ABSOLUTE,
    }
    rows = rows_of(_signed_in(*beside), asked).all()
    if not rows:
        return None
    found, held = rows[0], [row for row in rows if row.membership_id]
    known_by = (found.sign_in_id, found.version, sorted(one.membership_id for one in held), *found[_OWN:])
    proven_at = found.proven_at or found.began_at
    person = replace(_person(found, held), sign_in_id=found.sign_in_id, proven_at=proven_at)
    if found.last_used_at <= now - person.idle:
        return None
    return SignedIn(person, found.last_used_at, (found.events, found.moment), known_by)


_COLUMNS = (
    SignIn.id.label("sign_in_id"),
    SignIn.created_at.label("began_at"),
    SignIn.last_used_at,
    SignIn.proven_at,
    User.id,
    User.version,
    User.name,
    User.language,
    User.sectors,
    User.password_hash,
    User.demo,
    User.second_factor_since,
    User.second_factor_due,
    Membership.id.label("membership_id"),
    Membership.role,
    Membership.governorate,
    Membership.on_behalf,
    audit.events().label("events"),
    audit.last_moment().label("moment"),
)
_OWN = len(_COLUMNS)


@cache
def _signed_in(*beside: ScalarSelect[Any]) -> Select[*tuple[Any, ...]]:
    """Every request asks this, so it is put together once; a row for each membership."""
    return (
        select(*_COLUMNS, *beside)
        .select_from(SignIn)
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Membership, and_(Membership.user_id == User.id, _holds_on(bindparam("today"))))
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            ~SignIn.half,
            SignIn.last_used_at > bindparam("used_since"),
            SignIn.created_at > bindparam("begun_since"),
            User.deactivated_at.is_(None),
        )
    )


def are_of_one_person(*tokens: str) -> bool:
    """Whether these sign-ins, over or not, are of the same person."""
    query = select(SignIn.user_id).where(SignIn.token_hash.in_([hash_token(token) for token in tokens]))
    found = db.session.scalars(query).all()
    return len(found) == len(tokens) and len({*found}) == 1


def person(user_id: int) -> Person:
    """The person behind an account, as commands want it: for operators' commands, the sample and tests."""
    memberships = db.session.scalars(
        select(Membership).where(Membership.user_id == user_id, holds_today())
    ).all()
    return _person(db.session.get_one(User, user_id), memberships)


def user_named(username: str) -> User | None:
    return db.session.scalars(select(User).where(User.username == fold_username(username))).one_or_none()


def user_called(typed: str) -> User | None:
    """By user name, or by a phone number that one active account alone has."""
    number = as_phone(typed[:LONGEST_NAME])
    if (named := user_named(typed)) or number is None:
        return named
    query = select(User).where(User.phone == number, User.deactivated_at.is_(None)).limit(2)
    found = db.session.scalars(query).all()
    return found[0] if len(found) == 1 else None


def folded(typed: str) -> str:
    """What somebody typed to be known by, as a name or a phone."""
    return as_phone(typed[:LONGEST_NAME]) or fold_username(typed)


def half_sign_in(token: str) -> SignIn | None:
    """A sign-in whose second step is still to come, and may."""
    return db.session.scalars(
        select(SignIn)
        .join(User, User.id == SignIn.user_id)
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.half,
            SignIn.ended_at.is_(None),
            SignIn.created_at > clock.now() - SECOND_STEP_LASTS,
            User.deactivated_at.is_(None),
        )
    ).one_or_none()


def open_sign_ins(by: Person) -> Sequence[SignIn]:
    """Where this person is signed in, this one first and then the last used."""
    now = clock.now()
    query = select(SignIn).where(
        SignIn.user_id == by.id,
        SignIn.ended_at.is_(None),
        ~SignIn.half,
        SignIn.last_used_at > now - by.idle,
        SignIn.created_at > now - ABSOLUTE,
    )
    newest = query.order_by(SignIn.id != by.sign_in_id, SignIn.last_used_at.desc())
    return db.session.scalars(newest.limit(MOST_SIGN_INS)).all()


def user(user_id: int) -> User | None:
    return db.session.get(User, user_id)


def usable_code(user_id: int) -> OneTimeCode | None:
    """The newest code of this person, if it was not used and is still good."""
    newest = (
        select(OneTimeCode).where(OneTimeCode.user_id == user_id).order_by(OneTimeCode.id.desc()).limit(1)
    )
    code = db.session.scalars(newest).one_or_none()
    return code if code and not code.used_at and code.expires_at > clock.now() else None


def memberships(user_id: int) -> Sequence[Membership]:
    """All of this person's, the newest first."""
    query = select(Membership).where(Membership.user_id == user_id).order_by(Membership.id.desc())
    return db.session.scalars(query).all()


def demo_users() -> Sequence[User]:
    return db.session.scalars(select(User).where(User.demo).order_by(User.id)).all()


def has_real_users() -> bool:
    """Whether anyone has an account beside the demonstration and those that were opened in it."""
    opened_in_it = exists().where(
        audit.AuditEvent.act == "create_user",
        audit.AuditEvent.thing == "user",
        audit.AuditEvent.thing_id == cast(User.id, String),
        audit.AuditEvent.by_id.is_not(None),
    )
    real = select(User.id).where(User.demo.is_(False), ~opened_in_it).limit(1)
    return db.session.scalars(real).first() is not None


def _person(user: User | Row[Any], held: Sequence[Membership | Row[Any]]) -> Person:
    def governorates(role: Role) -> frozenset[str]:
        return frozenset(one.governorate for one in held if one.role is role and one.governorate)

    return Person(
        id=user.id,
        name=user.name,
        language=user.language,
        writes_for=governorates(Role.CONTRIBUTOR),
        on_behalf_of=frozenset(one.governorate for one in held if one.on_behalf and one.governorate),
        reviews_for=governorates(Role.REVIEWER),
        reviews_all=any(one.role is Role.REVIEWER and one.governorate is None for one in held),
        observes=any(one.role is Role.OBSERVER for one in held),
        administers=any(one.role is Role.ADMIN for one in held),
        follows=tuple(user.sectors),
        must_choose_password=user.password_hash is None,
        demo=user.demo,
        second_factor=user.second_factor_since is not None,
        second_factor_due=user.second_factor_due,
    )
