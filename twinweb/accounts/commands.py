"""Every change to accounts. One command, one transaction, one audit event."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update

from twinweb import audit, clock
from twinweb.accounts import queries
from twinweb.accounts.models import Language, Membership, OneTimeCode, Role, SignIn, User
from twinweb.accounts.person import Person
from twinweb.accounts.secrets import (
    SHORTEST_PASSWORD,
    fold_username,
    hash_code,
    hash_password,
    hash_token,
    is_username,
    new_code,
    new_token,
    password_fits,
)
from twinweb.db import db, transaction
from twinweb.i18n.arabic import sort_key

CODE_LASTS = timedelta(days=14)
TOUCH_EVERY = timedelta(minutes=5)


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


class WeakPassword(Exception):
    """Too short, or the user name itself."""


class WrongPassword(Exception):
    """Not this person's password."""


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


def sign_in(username: str, password: str, *, demonstration: bool = False) -> str | None:
    """The token of a new sign-in by password or one-time code, or None.

    Takes the same time for unknown names. Accounts of a demonstration, whose password is published,
    open in one alone.
    """
    user = queries.user_named(username)
    if not _opens(user, password) or user is None or user.demo > demonstration:
        with transaction():
            audit.record("sign_in_failed", "user", user.id if user else "", by_id=None)
        return None
    token, now = new_token(), clock.now()
    with transaction() as session:
        session.add(SignIn(token_hash=hash_token(token), user_id=user.id, created_at=now, last_used_at=now))
        audit.record("sign_in", "user", user.id, by_id=user.id)
    return token


def sign_out(*, by: Person) -> None:
    with transaction() as session:
        session.execute(update(SignIn).where(SignIn.id == by.sign_in_id).values(ended_at=clock.now()))
        audit.record("sign_out", "user", by.id, by_id=by.id)


def touch(sign_in: SignIn) -> None:
    """Note that a sign-in is in use; at most every five minutes, as it is one of the two writes of a GET."""
    if clock.now() - sign_in.last_used_at > TOUCH_EVERY:
        with transaction() as session:
            session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(last_used_at=clock.now()))


def choose_password(password: str, *, by: Person, current: str = "") -> None:
    """Set one's own password; the one-time code is spent by it, other sign-ins end."""
    user = db.session.get_one(User, by.id)
    if user.password_hash is not None and not password_fits(user.password_hash, current):
        raise WrongPassword
    if len(password) < SHORTEST_PASSWORD or fold_username(password) == user.username:
        raise WeakPassword
    hashed = hash_password(password)
    with transaction() as session:
        user = session.get_one(User, by.id)
        user.password_hash = hashed
        if code := queries.usable_code(by.id):
            code.used_at = clock.now()
        _end_sign_ins(by.id, but=by.sign_in_id)
        audit.record("choose_password", "user", by.id, by_id=by.id)


def change_language(language: Language, *, by: Person) -> None:
    with transaction() as session:
        session.get_one(User, by.id).language = language
        audit.record("change_language", "user", by.id, by_id=by.id, language=language)


def follow_sectors(sectors: list[str], *, by: Person) -> None:
    with transaction() as session:
        session.get_one(User, by.id).sectors = sectors
        audit.record("follow_sectors", "user", by.id, by_id=by.id, sectors=sectors)


def create_user(identity: Identity, grants: list[Grant], *, by: Person | None) -> tuple[User, str]:
    """Open an account; returns it with its one-time code, which is kept nowhere.

    `by=None` is the operator.
    """
    _require_admin(by)
    code = new_code()
    with transaction() as session:
        user = _new_user(identity)
        session.flush()
        session.add_all(_membership(user.id, grant) for grant in grants)
        _give_code(user.id, code)
        audit.record(
            "create_user",
            "user",
            user.id,
            by_id=by.id if by else None,
            username=user.username,
            roles=[*map(_named, grants)],
        )
    return user, code


def give_code(user_id: int, *, by: Person | None) -> str:
    """A new one-time code for someone who cannot sign in. Their password and sign-ins end with it."""
    _require_admin(by)
    code = new_code()
    with transaction() as session:
        user = _user(user_id)
        user.password_hash = None
        session.flush()
        _end_sign_ins(user_id)
        _give_code(user_id, code)
        audit.record("give_code", "user", user_id, by_id=by.id if by else None)
    return code


def grant(user_id: int, given: Grant, *, by: Person | None) -> Membership:
    _require_admin(by)
    with transaction() as session:
        if any(_is_held(one, given) for one in queries.memberships(_user(user_id).id)):
            raise AlreadyHeld
        membership = _membership(user_id, given)
        session.add(membership)
        audit.record("grant", "user", user_id, by_id=by.id if by else None, role=_named(given))
    return membership


def end_membership(membership_id: int, *, by: Person) -> None:
    """End a membership as of yesterday, and the person's sign-ins at once."""
    _require_admin(by)
    with transaction() as session:
        membership = session.get(Membership, membership_id)
        if membership is None:
            raise NoSuchUser
        if membership.ends and membership.ends < clock.today():
            raise AlreadyEnded
        if membership.role is Role.ADMIN:
            _keep_an_admin(without=membership.user_id)
        membership.ends = clock.today() - timedelta(days=1)
        membership.starts = min(membership.starts, membership.ends)
        _end_sign_ins(membership.user_id)
        audit.record("end_membership", "user", membership.user_id, by_id=by.id, role=membership.role)


def deactivate(user_id: int, *, by: Person) -> None:
    _require_admin(by)
    with transaction():
        _keep_an_admin(without=user_id)
        _user(user_id).deactivated_at = clock.now()
        _end_sign_ins(user_id)
        audit.record("deactivate", "user", user_id, by_id=by.id)


def reactivate(user_id: int, *, by: Person) -> None:
    _require_admin(by)
    with transaction():
        _user(user_id).deactivated_at = None
        audit.record("reactivate", "user", user_id, by_id=by.id)


def _opens(user: User | None, password: str) -> bool:
    """By password, or by one-time code where no password is set.

    The password is always tried, for equal time.
    """
    fits = password_fits(user.password_hash if user else None, password)
    if user is None or user.deactivated_at:
        return False
    code = queries.usable_code(user.id) if user.password_hash is None else None
    return fits or (code is not None and code.code_hash == hash_code(password))


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


def _membership(user_id: int, grant: Grant) -> Membership:
    return Membership(
        user_id=user_id,
        role=grant.role,
        governorate=grant.governorate,
        on_behalf=grant.on_behalf,
        starts=grant.starts or clock.today(),
        ends=grant.ends,
    )


def _is_held(membership: Membership, given: Grant) -> bool:
    same = (membership.role, membership.governorate) == (given.role, given.governorate)
    return same and (membership.ends is None or membership.ends >= clock.today())


def _give_code(user_id: int, code: str) -> None:
    now = clock.now()
    db.session.add(
        OneTimeCode(user_id=user_id, code_hash=hash_code(code), created_at=now, expires_at=now + CODE_LASTS)
    )


def _named(grant: Grant) -> str:
    return f"{grant.role}:{grant.governorate or '*'}"


def _user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NoSuchUser
    return user


def _end_sign_ins(user_id: int, but: int = 0) -> None:
    db.session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.id != but)
        .values(ended_at=clock.now())
    )


def _require_admin(by: Person | None) -> None:
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
