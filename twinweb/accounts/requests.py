"""Asking for a colleague's account, and the answer of somebody else."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from twinweb import audit, clock
from twinweb.accounts.commands import Grant, Identity, open_account, require_admin
from twinweb.accounts.models import Role, User
from twinweb.accounts.person import Person
from twinweb.accounts.request_models import AccountRequest
from twinweb.accounts.secrets import new_code
from twinweb.db import db, transaction

MOST_WAITING = 20
"""Of one office at a time."""
MOST_SHOWN = 100


class NotOwnOffice(Exception):
    """An account is asked for in one's own office alone."""


class EnoughRequests(Exception):
    """So many of this office wait that somebody should look at those first."""


class NoSuchRequest(Exception):
    """There is no request of this id."""


class OwnRequest(Exception):
    """Who asked for an account does not decide on it."""


class RequestDecided(Exception):
    """Somebody was quicker."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who an account is asked for."""

    governorate: str
    name: str
    phone: str
    job_title: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the names of those who asked and decided."""

    request: AccountRequest
    asked_by: str
    decided_by: str | None


def ask(colleague: Colleague, *, by: Person) -> AccountRequest:
    if colleague.governorate not in by.writes_for:
        raise NotOwnOffice
    with transaction() as session:
        if _waiting_of(colleague.governorate) >= MOST_WAITING:
            raise EnoughRequests
        request = AccountRequest(
            governorate=colleague.governorate,
            name=colleague.name,
            phone=colleague.phone,
            job_title=colleague.job_title,
            asked_by_id=by.id,
            at=clock.now(),
        )
        session.add(request)
        session.flush()
        audit.record(
            "ask_account",
            "request",
            request.id,
            by_id=by.id,
            role=f"{Role.CONTRIBUTOR}:{request.governorate}",
        )
    return request


def grant_request(request_id: int, identity: Identity, *, by: Person) -> tuple[User, str]:
    """Open the account that was asked for; returns it with its one-time code."""
    code = new_code()
    with transaction():
        request = _to_decide(request_id, by)
        grant = Grant(Role.CONTRIBUTOR, request.governorate)
        user = open_account(identity, [grant], code, by=by)
        request.user_id = user.id
        _decide(request, "grant_request", by)
    return user, code


def decline(request_id: int, reason: str, *, by: Person) -> None:
    with transaction():
        request = _to_decide(request_id, by)
        request.reason = reason
        _decide(request, "decline_request", by)


def waiting() -> list[Asked]:
    """The oldest first."""
    return _asked(AccountRequest.decided_at.is_(None), AccountRequest.id.asc())


def of_offices(by: Person) -> list[Asked]:
    """What the person's offices have asked for, the newest first."""
    return _asked(AccountRequest.governorate.in_(by.writes_for), AccountRequest.id.desc())


def count_waiting() -> int:
    query = select(func.count()).select_from(AccountRequest).where(AccountRequest.decided_at.is_(None))
    return db.session.scalars(query).one()


def request(request_id: int) -> AccountRequest | None:
    return db.session.get(AccountRequest, request_id)


def _waiting_of(governorate: str) -> int:
    """Counted under the lock for writing, so that it holds for two at once too."""
    query = select(AccountRequest.id).where(
        AccountRequest.governorate == governorate, AccountRequest.decided_at.is_(None)
    )
    return len(db.session.scalars(query.with_for_update()).all())


def _asked(condition: ColumnElement[bool], order: ColumnElement[int]) -> list[Asked]:
    asker, decider = aliased(User), aliased(User)
    query = (
        select(AccountRequest, asker.name, decider.name)
        .join(asker, asker.id == AccountRequest.asked_by_id)
        .outerjoin(decider, decider.id == AccountRequest.decided_by_id)
        .where(condition)
    )
    return [Asked(*row) for row in db.session.execute(query.order_by(order).limit(MOST_SHOWN))]


def _to_decide(request_id: int, by: Person) -> AccountRequest:
    require_admin(by)
    found = db.session.get(AccountRequest, request_id, with_for_update=True)
    if found is None:
        raise NoSuchRequest
    if found.decided_at:
        raise RequestDecided
    if found.asked_by_id == by.id:
        raise OwnRequest
    return found


def _decide(request: AccountRequest, act: str, by: Person) -> None:
    request.decided_by_id, request.decided_at = by.id, clock.now()
    audit.record(act, "request", request.id, by_id=by.id)
