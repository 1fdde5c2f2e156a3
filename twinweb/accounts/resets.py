"""Choosing a new password by a link: for an account with an e-mail address, once, for half an hour."""

from datetime import timedelta

from sqlalchemy import delete, select

from twinweb import audit, clock
from twinweb.accounts.factor_models import ResetLink
from twinweb.accounts.models import User
from twinweb.accounts.passwords import is_easy
from twinweb.accounts.secrets import hash_password, hash_token, new_token, turn_to_hash
from twinweb.accounts.sign_ins import WeakPassword, locked, set_password
from twinweb.db import db, transaction

LASTS = timedelta(minutes=30)


class DeadLink(Exception):
    """Used, too old, or never given."""


def give_link(user_id: int) -> str:
    """The token of a new link, which is kept nowhere. Those from before are dead."""
    token = new_token()
    with transaction() as session:
        session.execute(delete(ResetLink).where(ResetLink.user_id == user_id))
        session.add(ResetLink(token_hash=hash_token(token), user_id=user_id, created_at=clock.now()))
        audit.record("send_reset_link", "user", user_id, by_id=None)
    return token


def whose(token: str) -> User:
    """The person whom this link is good for; it is not spent by being looked at."""
    query = (
        select(User)
        .join(ResetLink, ResetLink.user_id == User.id)
        .where(
            ResetLink.token_hash == hash_token(token),
            ResetLink.used_at.is_(None),
            ResetLink.created_at > clock.now() - LASTS,
            User.deactivated_at.is_(None),
        )
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise DeadLink
    return found


def choose_password(token: str, password: str) -> None:
    """Spend the link. Every sign-in ends, and the second step stays what it is: this signs nobody in."""
    user = whose(token)
    if is_easy(password, [user.username, *user.name.split()]):
        raise WeakPassword
    with turn_to_hash():
        hashed = hash_password(password)
    with transaction():
        locked(user.id)
        user = whose(token)
        set_password(user.id, hashed)
        audit.record("reset_password", "user", user.id, by_id=user.id)
