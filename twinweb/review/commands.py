"""The remarks that a reviewer keeps to choose from."""

from sqlalchemy import func, select

from twinweb import audit, clock
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.entries.fields import Code, Problem, text_of
from twinweb.entries.models import LONGEST_REASON
from twinweb.entries.refusals import Incomplete
from twinweb.review.models import SavedReason

MOST_REASONS = 40


class NoSuchReason(Exception):
    """It was removed meanwhile, or is somebody else's."""


class EnoughReasons(Exception):
    """The list is as long as a list to choose from can be."""


def save_reason(reason_id: int, ar: str, en: str, *, by: Person) -> SavedReason:
    """Keep a remark in one or both languages: a new one (id 0), or one's own in another wording."""
    texts = _texts(ar, en)
    with transaction() as session:
        reason = _own(reason_id, by) if reason_id else _new(by)
        reason.ar, reason.en = texts
        session.add(reason)
        session.flush()
        audit.record("save_reason", "reason", reason.id, by_id=by.id)
    return reason


def drop_reason(reason_id: int, *, by: Person) -> None:
    """Take a remark off the list; notes that were written with it stay as they are."""
    with transaction() as session:
        session.delete(_own(reason_id, by))
        audit.record("drop_reason", "reason", reason_id, by_id=by.id)


def _texts(ar: str, en: str) -> tuple[str, str]:
    texts = text_of(ar), text_of(en)
    problems = [
        Problem(name, Code.TOO_LONG, {"longest": LONGEST_REASON, "length": len(text)})
        for name, text in zip(("ar", "en"), texts, strict=True)
        if len(text) > LONGEST_REASON
    ]
    if not any(texts):
        problems = [Problem("ar", Code.MISSING)]
    if problems:
        raise Incomplete(problems)
    return texts


def _own(reason_id: int, by: Person) -> SavedReason:
    reason = db.session.get(SavedReason, reason_id)
    if reason is None or reason.user_id != by.id:
        raise NoSuchReason
    return reason


def _new(by: Person) -> SavedReason:
    count = select(func.count()).where(SavedReason.user_id == by.id)
    if db.session.scalars(count).one() >= MOST_REASONS:
        raise EnoughReasons
    return SavedReason(user_id=by.id, at=clock.now())
