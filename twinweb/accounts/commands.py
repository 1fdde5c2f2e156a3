"""Every change to accounts. One command, one transaction, one audit event."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from twinweb import audit, clock
from twinweb.accounts import factors, queries
from twinweb.accounts.models import Language, Membership, OneTimeCode, Role, User
from twinweb.accounts.person import Person
from twinweb.accounts.secrets import fold_username, hash_code, is_username, new_code
from twinweb.accounts.sign_ins import end_all, locked, set_password
from twinweb.db import db, transaction
from twinweb.i18n.arabic import sort_key

CODE_LASTS = timedelta(days=14)


class NotAdmin(Exception):
    """Only an admin may do this."""


class NoSuchUser(Exception):
    """There is no account of this id."""


class NoUserName(Exception):
    """Not a user name: two to sixty letters of one script, digits, full stops and hyphens."""


class NameTaken(Exception):
    """Another account has this user name."""


class AlreadyHeld(Exception):
    """The person holds this role for this governorate, or will."""


class AlreadyEnded(Exception):
    """This membership is over."""


class LastAdmin(Exception):
    """Nobody would be left to keep the accounts."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A membership to be given."""

    role: Role
    governorate: str | None = None
    on_behalf: bool = False
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a new account is for."""

    username: str
    name: str
    job_title: str = ""
    phone: str = ""
    language: Language = Language.ARABIC


def change_language(language: Language, *, by: Person) -> None:
    with transaction() as session:
        session.get_one(User, by.id).language = language
        audit.record("change_language", "user", by.id, by_id=by.id, language=language)


def change_phone(phone: str, *, by: Person) -> None:
    """One's own. The log says that it changed, not to what."""
    with transaction() as session:
        session.get_one(User, by.id).phone = phone
        audit.record("edit", "user", by.id, by_id=by.id, fields=["phone"])


def follow_sectors(sectors: list[str], *, by: Person) -> None:
    with transaction() as session:
        session.get_one(User, by.id).sectors = sectors
        audit.record("follow_sectors", "user", by.id, by_id=by.id, sectors=sectors)


def create_user(identity: Identity, grants: list[Grant], *, by: Person | None) -> tuple[User, str]:
    """Open an account; returns it with its one-time code, which is kept nowhere.

    `by=None` is the operator.
    """
    require_admin(by)
    code = new_code()
    with transaction():
        user = open_account(identity, grants, code, by=by)
    return user, code


def create_users(people: Sequence[tuple[Identity, Grant]], *, by: Person) -> list[tuple[User, str]]:
    """Open the accounts of a list, all or none; each with its one-time code. The first one names the list."""
    require_admin(by)
    codes = [new_code() for _one in people]
    try:
        with transaction():
            users = [
                open_account(who, [given], code, by=by)
                for (who, given), code in zip(people, codes, strict=True)
            ]
            ids = [user.id for user in users]
            audit.record("open_accounts", "user", ids[0], by_id=by.id, users=ids)
    except IntegrityError:  # somebody was quicker
        raise NameTaken from None
    return [*zip(users, codes, strict=True)]


def give_codes(user_ids: Sequence[int], *, by: Person) -> list[tuple[User, str]]:
    """New codes for those of them who have not chosen a password yet: their slips were lost."""
    require_admin(by)
    codes = [new_code() for _one in user_ids]
    with transaction():
        waiting = [
            user for user in map(_user, user_ids) if not user.password_hash and not user.deactivated_at
        ]
        given = [*zip(waiting, codes, strict=False)]
        for user, code in given:
            _give_code(user.id, code)
            audit.record("give_code", "user", user.id, by_id=by.id)
    return given


def give_code(user_id: int, *, by: Person | None) -> str:
    """A new one-time code for someone who cannot sign in. Their password and sign-ins end with it."""
    require_admin(by)
    code = new_code()
    with transaction():
        set_password(_user(user_id).id, None)
        _give_code(user_id, code)
        audit.record("give_code", "user", user_id, by_id=by.id if by else None)
    return code


def reset_second_factor(user_id: int, *, by: Person | None) -> None:
    """Take off what somebody has lost, on an admin's word or the operator's. Their sign-ins end with it."""
    require_admin(by)
    if by is not None and by.id == user_id:
        raise factors.OwnFactor
    with transaction():
        end_all(_user(user_id).id)
        factors.reset(user_id, by_id=by.id if by else None)


def grant(user_id: int, given: Grant, *, by: Person | None) -> Membership:
    require_admin(by)
    with transaction() as session:
        if any(is_held(one, given) for one in queries.memberships(_user(user_id).id)):
            raise AlreadyHeld
        membership = membership_of(user_id, given)
        session.add(membership)
        audit.record("grant", "user", user_id, by_id=by.id if by else None, role=named(given))
    return membership


def close_membership(membership_id: int, last: date) -> Membership:
    """Let this be its last day, in the transaction under way; where that is past, sign-ins end at once."""
    membership = db.session.get(Membership, membership_id)
    if membership is None:
        raise NoSuchUser
    if membership.ends and membership.ends < clock.today():
        raise AlreadyEnded
    if membership.role is Role.ADMIN:
        _keep_an_admin(without=membership.user_id)
    membership.ends = last
    membership.starts = min(membership.starts, last)
    if last < clock.today():
        end_all(membership.user_id)
    return membership


def deactivate(user_id: int, *, by: Person) -> None:
    require_admin(by)
    with transaction():
        _keep_an_admin(without=user_id)
        _user(user_id).deactivated_at = clock.now()
        end_all(user_id)
        audit.record("deactivate", "user", user_id, by_id=by.id)


def reactivate(user_id: int, *, by: Person) -> None:
    require_admin(by)
    with transaction():
        _user(user_id).deactivated_at = None
        audit.record("reactivate", "user", user_id, by_id=by.id)


def correct(user: User, identity: Identity) -> list[str]:
    """Put right who somebody is, in the transaction under way; the names of the fields that changed."""
    username = fold_username(identity.username)
    if not is_username(username):
        raise NoUserName
    known = queries.user_named(username)
    if known and known.id != user.id:
        raise NameTaken
    values = {**asdict(identity), "username": username}
    changed = [name for name, value in values.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, values[name])
    if "name" in changed:
        user.sort_key = sort_key(identity.name)
    return changed


def open_account(identity: Identity, grants: Sequence[Grant], code: str, *, by: Person | None) -> User:
    """Joins the transaction under way."""
    user = _new_user(identity)
    db.session.flush()
    db.session.add_all(membership_of(user.id, grant) for grant in grants)
    _give_code(user.id, code)
    audit.record(
        "create_user",
        "user",
        user.id,
        by_id=by.id if by else None,
        username=user.username,
        roles=[*map(named, grants)],
    )
    return user


def _new_user(identity: Identity) -> User:
    username = fold_username(identity.username)
    if not is_username(username):
        raise NoUserName
    if queries.user_named(username):
        raise NameTaken
    user = User(
        username=username,
        name=identity.name,
        sort_key=sort_key(identity.name),
        job_title=identity.job_title,
        phone=identity.phone,
        language=identity.language,
        created_at=clock.now(),
    )
    db.session.add(user)
    return user


def membership_of(user_id: int, grant: Grant) -> Membership:
    return Membership(
        user_id=user_id,
        role=grant.role,
        governorate=grant.governorate,
        on_behalf=grant.on_behalf,
        starts=grant.starts or clock.today(),
        ends=grant.ends,
    )


def is_held(membership: Membership, given: Grant) -> bool:
    same = (membership.role, membership.governorate) == (given.role, given.governorate)
    return same and (membership.ends is None or membership.ends >= clock.today())


def _give_code(user_id: int, code: str) -> None:
    now = clock.now()
    db.session.add(
        OneTimeCode(user_id=user_id, code_hash=hash_code(code), created_at=now, expires_at=now + CODE_LASTS)
    )


def named(grant: Grant) -> str:
    return f"{grant.role}:{grant.governorate or '*'}"


def _user(user_id: int) -> User:
    """Within a transaction: the account, locked. What is under way with it ends before, or comes too late."""
    if db.session.get(User, user_id) is None:
        raise NoSuchUser
    return locked(user_id)


def require_admin(by: Person | None) -> None:
    """Admins and operators (None) alone."""
    if by is not None and not by.administers:
        raise NotAdmin


def _keep_an_admin(without: int) -> None:
    """All of them are locked: two admins who end each other at once must not both succeed."""
    admins = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == Role.ADMIN, queries.holds_today(), User.deactivated_at.is_(None))
        .order_by(Membership.id)
        .with_for_update()
    )
    if set(db.session.scalars(admins)) == {without}:
        raise LastAdmin
