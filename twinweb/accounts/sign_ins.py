"""Coming in, proving again who one is, and ending sign-ins. One command, one audit event.

A password is judged outside of any transaction, as that takes long, and after the try was counted. What was
judged is looked at again where it is acted on, with the account locked: a new code or password ends whatever
is under way with the former one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from twinweb import audit, clock
from twinweb.accounts import factors, queries, throttle
from twinweb.accounts.factor_models import ResetLink
from twinweb.accounts.models import Membership, OneTimeCode, Role, SignIn, User
from twinweb.accounts.passwords import is_easy
from twinweb.accounts.person import Person
from twinweb.accounts.secrets import (
    hash_code,
    hash_password,
    hash_token,
    is_dated,
    new_token,
    password_fits,
    turn_to_hash,
)
from twinweb.accounts.throttle import Counted, Visitor
from twinweb.db import db, is_postgresql, transaction, write_if_free

TOUCH_EVERY = timedelta(minutes=5)
LONGEST_AGENT = 200
NOBODY_IN_PARTICULAR = Visitor()


class WeakPassword(Exception):
    """Too short, common, or made of the names of this place and person."""


class WrongPassword(Exception):
    """Not this person's password."""


class NoSuchSignIn(Exception):
    """Not an open sign-in of this person."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What somebody came with and what it fitted: it must still stand where the sign-in begins."""

    user_id: int
    password_hash: str | None
    code_id: int | None = None
    renewed: str | None = None
    """The same password, hashed as passwords are hashed today."""


@dataclass(frozen=True, slots=True)
class CameIn:
    token: str
    user_id: int
    half: bool = False
    """The second step is still to come."""


def sign_in(
    name: str,
    password: str,
    *,
    visitor: Visitor = NOBODY_IN_PARTICULAR,
    demonstration: bool = False,
) -> CameIn | None:
    """Come in by user name or phone, and password or one-time code; None where they do not fit.

    Takes the same time for unknown names. Accounts of a demonstration, whose password is published,
    open in one alone.
    """
    user = queries.user_called(name)
    account = f"user {user.id}" if user else f"name {queries.folded(name)}"
    tries = throttle.counted(account, visitor, user.id if user else None)
    with turn_to_hash():
        throttle.begin(tries)
        while judged := _judged(user, password, demonstration):
            if came_in := _come_in(judged, tries, visitor):
                return came_in
    _note_failure(user.id if user else None)
    return None


def second_step(token: str, typed: str, *, visitor: Visitor = NOBODY_IN_PARTICULAR) -> CameIn | None:
    """End a sign-in that is half done by a code of the authenticator or a recovery code."""
    half = queries.half_sign_in(token)
    if half is None:
        raise NoSuchSignIn
    tries = throttle.counted(f"second step {half.user_id}", visitor, None)
    throttle.begin(tries)
    with transaction():
        half = locked_half(token, half.user_id)
        if used := factors.spend(half.user_id, typed):
            throttle.succeeded(tries)
            return complete(half, used)
        audit.record("second_step_failed", "user", half.user_id, by_id=None)
    return None


def prove(typed: str, *, by: Person, visitor: Visitor = NOBODY_IN_PARTICULAR) -> str:
    """Say again who one is, by password or by a code of the second step; the new token of this sign-in."""
    tries = throttle.counted(f"proof {by.id}", visitor, None)
    with turn_to_hash():
        throttle.begin(tries)
        judged = db.session.get_one(User, by.id).password_hash
        fits = password_fits(judged, typed)
    with transaction():
        still_fits = fits and locked(by.id).password_hash == judged
        used = "password" if still_fits else factors.spend(by.id, typed)
        if used:
            throttle.succeeded(tries)
            return renew(db.session.get_one(SignIn, by.sign_in_id), used)
        audit.record("proof_failed", "user", by.id, by_id=by.id)
    raise WrongPassword


def complete(sign_in: SignIn, used: str) -> CameIn:
    """Within a transaction: the second step is done."""
    token, now = new_token(), clock.now()
    sign_in.half, sign_in.token_hash = False, hash_token(token)
    sign_in.last_used_at = sign_in.proven_at = now
    audit.record("sign_in", "user", sign_in.user_id, by_id=sign_in.user_id, second_step=used)
    return CameIn(token, sign_in.user_id)


def renew(sign_in: SignIn, used: str) -> str:
    """Within a transaction: who this is was proven again. The token from before opens nothing more."""
    token = new_token()
    sign_in.token_hash, sign_in.proven_at = hash_token(token), clock.now()
    audit.record("prove", "user", sign_in.user_id, by_id=sign_in.user_id, by=used)
    return token


def begin(user: User, visitor: Visitor, *, half: bool) -> CameIn:
    """Within a transaction: a new sign-in, half done or whole."""
    token, now = new_token(), clock.now()
    db.session.add(
        SignIn(
            token_hash=hash_token(token),
            user_id=user.id,
            created_at=now,
            last_used_at=now,
            half=half,
            address=visitor.address,
            agent=visitor.agent[:LONGEST_AGENT],
        )
    )
    if user.second_factor_due is None and not user.demo and (visitor.all_need_factor or _decides(user.id)):
        user.second_factor_due = now + factors.GRACE
    return CameIn(token, user.id, half)


def sign_out(*, by: Person) -> None:
    with transaction():
        lock(by.id)
        own = update(SignIn).where(SignIn.id == by.sign_in_id)
        db.session.execute(own.values(ended_at=clock.now()))
        audit.record("sign_out", "user", by.id, by_id=by.id)


def end(sign_in_id: int, *, by: Person) -> None:
    """End one's own sign-in on another device."""
    with transaction() as session:
        lock(by.id)
        found = session.get(SignIn, sign_in_id)
        if found is None or found.user_id != by.id or found.ended_at:
            raise NoSuchSignIn
        found.ended_at = clock.now()
        audit.record("end_sign_in", "user", by.id, by_id=by.id)


def end_others(*, by: Person) -> None:
    with transaction():
        end_all(by.id, but=by.sign_in_id)
        audit.record("end_other_sign_ins", "user", by.id, by_id=by.id)


def end_all(user_id: int, but: int = 0) -> None:
    """Within a transaction: whoever acts by one of them is done before, or not let through after."""
    lock(user_id)
    db.session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.id != but)
        .values(ended_at=clock.now())
    )


def touch(sign_in_id: int, last_used_at: datetime) -> None:
    """Note that a sign-in is in use, at most every five minutes; while others write, a later page does."""
    if clock.now() - last_used_at > TOUCH_EVERY:
        write_if_free(update(SignIn).where(SignIn.id == sign_in_id).values(last_used_at=clock.now()))


def choose_password(password: str, *, by: Person, current: str = "") -> str:
    """Set one's own password; other sign-ins end. This one's new token."""
    user = db.session.get_one(User, by.id)
    tries = throttle.counted(f"proof {by.id}", NOBODY_IN_PARTICULAR, None)[:1]
    if is_easy(password, [user.username, *user.name.split()]):
        raise WeakPassword
    with turn_to_hash():
        judged = user.password_hash
        if judged is not None:
            throttle.begin(tries)
            if not password_fits(judged, current):
                raise WrongPassword
        hashed = hash_password(password)
    with transaction() as session:
        if locked(by.id).password_hash != judged:
            raise WrongPassword
        throttle.succeeded(tries)
        set_password(by.id, hashed, but=by.sign_in_id)
        token = new_token()
        session.execute(
            update(SignIn)
            .where(SignIn.id == by.sign_in_id)
            .values(token_hash=hash_token(token), proven_at=clock.now())
        )
        audit.record("choose_password", "user", by.id, by_id=by.id)
    return token


def set_password(user_id: int, password_hash: str | None, but: int = 0) -> None:
    """Within a transaction: codes, links and sign-ins from before, `but` one, open this account no more."""
    locked(user_id).password_hash = password_hash
    db.session.flush()
    for once in (OneTimeCode, ResetLink):
        unused = update(once).where(once.user_id == user_id, once.used_at.is_(None))
        db.session.execute(unused.values(used_at=clock.now()))
    end_all(user_id, but=but)


def lock(user_id: int) -> None:
    """Within a transaction: nobody else acts by this account until the end of it; rows may still refer to it.

    SQLite's writers take turns anyway.
    """
    if is_postgresql():
        db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def locked(user_id: int) -> User:
    """The same; the account as it is now."""
    return db.session.get_one(User, user_id, populate_existing=True, with_for_update={"key_share": True})


def locked_half(token: str, user_id: int) -> SignIn:
    """Within a transaction: the sign-in that is half done, its account locked; or `NoSuchSignIn`."""
    lock(user_id)
    half = queries.half_sign_in(token)
    if half is None:
        raise NoSuchSignIn
    return half


def _judged(user: User | None, password: str, demonstration: bool) -> Judged | None:  # noqa: FBT001  as it is set
    """What fits, a password or, where none is set, a one-time code; always in the time of a password."""
    fits = password_fits(user.password_hash if user else None, password)
    if user is None or user.deactivated_at or user.demo > demonstration:
        return None
    if user.password_hash is None:
        code = queries.usable_code(user.id)
        return Judged(user.id, None, code.id) if code and code.code_hash == hash_code(password) else None
    renewed = hash_password(password) if fits and is_dated(user.password_hash) else None
    return Judged(user.id, user.password_hash, renewed=renewed) if fits else None


def _come_in(judged: Judged, tries: list[Counted], visitor: Visitor) -> CameIn | None:
    """Begin the sign-in; None where what was judged stands no more."""
    with transaction():
        user = locked(judged.user_id)
        code = queries.usable_code(user.id) if judged.code_id else None
        if user.deactivated_at or user.password_hash != judged.password_hash:
            return None
        if judged.code_id != (code and code.id):
            return None
        throttle.succeeded(tries)
        user.password_hash = judged.renewed or user.password_hash
        if code:
            code.used_at = clock.now()
        half = user.second_factor_since is not None and not user.demo
        came_in = begin(user, visitor, half=half)
        audit.record("sign_in_half" if half else "sign_in", "user", user.id, by_id=user.id)
    return came_in


def _note_failure(user_id: int | None) -> None:
    with transaction():
        audit.record("sign_in_failed", "user", user_id or "", by_id=None)


def _decides(user_id: int) -> bool:
    """Whether this person reviews or administers today."""
    query = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.role.in_([Role.ADMIN, Role.REVIEWER]),
        queries.holds_today(),
    )
    return db.session.scalars(query.limit(1)).first() is not None
