"""What is kept no longer than it is needed (docs/privacy.md). Run again, it finds nothing more to do."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from twinweb import audit, clock
from twinweb.accounts import held, passkeys, throttle
from twinweb.accounts.factor_models import ResetLink, SpentChallenge, Tries
from twinweb.accounts.models import HeldForm, OneTimeCode, SignIn
from twinweb.attachments import uploads
from twinweb.db import Model, transaction
from twinweb.notices import commands as notices
from twinweb.submissions import attempts
from twinweb.submissions.models import Submission

SIGN_INS_KEPT = timedelta(days=30)
"""After their last use; each person's last one stays, so that accounts nobody uses are seen."""
CODES_KEPT = timedelta(days=30)
"""After they were made: codes last 14 days, links half an hour."""


def clear() -> dict[str, int]:
    """Delete what has had its time: how many of what; of files their rows alone."""
    counts = {}
    with transaction() as session:
        for name, (table, over) in _over(clock.now()).items():
            found = session.scalars(select(func.count()).select_from(table).where(over)).one()
            session.execute(delete(table).where(over))
            counts[name] = found
        if any(counts.values()):
            audit.record("clear_expired", "register", "", by_id=None, counts=counts)
    counts["notices"] = notices.clear()
    counts["uploads"] = uploads.forget_expired()
    return counts


def _over(now: datetime) -> Mapping[str, tuple[type[Model], ColumnElement[bool]]]:
    """In this order: a held form refers to a sign-in."""
    last = select(func.max(SignIn.id)).group_by(SignIn.user_id)
    held_by = select(HeldForm.sign_in_id)
    code_is_over = or_(OneTimeCode.used_at.is_not(None), OneTimeCode.expires_at < now)
    return {
        "held forms": (HeldForm, HeldForm.at < now - held.KEPT),
        "sign-ins": (
            SignIn,
            and_(
                SignIn.last_used_at < now - SIGN_INS_KEPT, SignIn.id.not_in(last), SignIn.id.not_in(held_by)
            ),
        ),
        "one-time codes": (OneTimeCode, and_(OneTimeCode.created_at < now - CODES_KEPT, code_is_over)),
        "links to choose a password": (ResetLink, ResetLink.created_at < now - CODES_KEPT),
        "answered challenges": (SpentChallenge, SpentChallenge.at < now - 2 * passkeys.LASTS),
        "pauses": (Tries, Tries.at < now - throttle.FORGOTTEN),
        "keys of forms": (Submission, Submission.at < now - attempts.KEPT),
    }
