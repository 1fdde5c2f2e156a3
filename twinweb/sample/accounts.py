"""The demonstration accounts: offices, no persons, all with one published password."""

from datetime import date

from twinweb import audit, clock
from twinweb.accounts import queries
from twinweb.accounts.models import Membership, Role, User
from twinweb.accounts.person import Person
from twinweb.accounts.secrets import hash_password, password_fits
from twinweb.db import db, transaction
from twinweb.i18n.arabic import sort_key
from twinweb.reference import queries as reference

REVIEWERS = ("reviewer", "reviewer2")
OFFICES = {
    "admin": ("شعبة تقنية المعلومات", Role.ADMIN),
    "reviewer": ("مكتب المراجعة", Role.REVIEWER),
    "reviewer2": ("مكتب المراجعة الثاني", Role.REVIEWER),
    "observer": ("مكتب المتابعة", Role.OBSERVER),
}
SINCE = date(2022, 10, 2)
"""Before the sample programme begins."""


class RealUsers(Exception):
    """There are accounts of real people in this database: no demonstration goes there."""


def refuse_real_users() -> None:
    if queries.has_real_users():
        raise RealUsers


def open_accounts(password: str) -> None:
    """Open those that are not there yet; all of them have this password, whatever it was before."""
    names = {slug: f"ديوان محافظة {name.ar}" for slug, name in reference.names().governorates.items()}
    hashed = hash_password(password)
    with transaction():
        new = [
            *(_opened(user, hashed, name, role) for user, (name, role) in OFFICES.items()),
            *(_opened(slug, hashed, name, Role.CONTRIBUTOR) for slug, name in names.items()),
        ]
        _renew_password(password, hashed)
        if any(new):
            audit.record("load_accounts", "user", "", by_id=None, usernames=list(filter(None, new)))


def person(username: str) -> Person:
    user = queries.user_named(username)
    if user is None:
        raise LookupError(username)
    return queries.person(user.id)


def _opened(username: str, password_hash: str, name: str, role: Role) -> str | None:
    """The user name, if there was no such account."""
    if queries.user_named(username):
        return None
    user = User(
        username=username,
        name=name,
        sort_key=sort_key(name),
        password_hash=password_hash,
        demo=True,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    governorate = username if role is Role.CONTRIBUTOR else None
    db.session.add(Membership(user_id=user.id, role=role, governorate=governorate, starts=SINCE))
    return username


def _renew_password(password: str, password_hash: str) -> None:
    """The sign-in page shows one password: it must open every account that is shown beside it."""
    users = queries.demo_users()
    if users and not password_fits(users[0].password_hash, password):
        for user in users:
            user.password_hash = password_hash
