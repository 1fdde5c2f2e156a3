"""The second step of signing in: codes of an authenticator app, and recovery codes. Each opens once.

A code is good for its own half minute and for the one before and after it, as clocks differ.
"""

import hmac
import re
from base64 import b32encode
from datetime import timedelta

import pyotp
from sqlalchemy import delete, func, select, update

from twinweb import audit, clock
from twinweb.accounts.factor_models import Authenticator, Passkey, RecoveryCode
from twinweb.accounts.keys import keyed_hash, seal, unseal
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.accounts.secrets import hash_code, new_code
from twinweb.db import db, transaction
from twinweb.i18n.arabic import digits

GRACE = timedelta(days=3)
"""Between the first sign-in and the day when there must be a second factor."""
STEP = 30
STEPS_ASIDE = (0, -1, 1)
RECOVERY_CODES = 10
SEED = "seed of authenticator"
ISSUER = "TwinWeb"


class WrongCode(Exception):
    """Not a code of this authenticator now, or one that was used before."""


class StillNeeded(Exception):
    """A person of this role keeps a second factor; it can be replaced, not taken off."""


class OwnFactor(Exception):
    """Nobody resets their own second factor by their own word."""


def new_seed(by: Person) -> str:
    """For a new authenticator: the same on a page that is opened again, and unknown without our key."""
    former = authenticator(by.id)
    replaced = former.created_at if former else None
    random = bytes.fromhex(keyed_hash(f"{by.id} {by.sign_in_id} {replaced}", SEED))
    return b32encode(random[:20]).decode()


def address_of(seed: str, username: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(seed).provisioning_uri(name=username, issuer_name=ISSUER)


def authenticator(user_id: int) -> Authenticator | None:
    return db.session.get(Authenticator, user_id)


def recovery_codes_left(user_id: int) -> int:
    query = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalars(query).one()


def set_up(typed: str, *, by: Person) -> list[str]:
    """Use the new authenticator from now on, in the place of a former one; the new recovery codes."""
    seed = new_seed(by)
    step = _step_of(seed, typed)
    if step is None:
        raise WrongCode
    with transaction() as session:
        session.execute(delete(Authenticator).where(Authenticator.user_id == by.id))
        session.add(
            Authenticator(user_id=by.id, seed=seal(seed, SEED, by.id), step=step, created_at=clock.now())
        )
        codes = new_recovery_codes(by.id)
        mark(by.id)
        audit.record("set_up_authenticator", "user", by.id, by_id=by.id)
    return codes


def renew_recovery_codes(*, by: Person) -> list[str]:
    with transaction():
        codes = new_recovery_codes(by.id)
        audit.record("renew_recovery_codes", "user", by.id, by_id=by.id)
    return codes


def remove_authenticator(*, by: Person) -> None:
    with transaction() as session:
        session.execute(delete(Authenticator).where(Authenticator.user_id == by.id))
        mark(by.id, keep=by.needs_second_factor)
        audit.record("remove_authenticator", "user", by.id, by_id=by.id)


def reset(user_id: int, *, by_id: int | None) -> None:
    """Within a transaction: nothing of the second factor is left; the next sign-in sets a new one up."""
    for table in (Authenticator, RecoveryCode, Passkey):
        db.session.execute(delete(table).where(table.user_id == user_id))
    user = db.session.get_one(User, user_id)
    user.second_factor_since, user.second_factor_due = None, clock.now()
    audit.record("reset_second_factor", "user", user_id, by_id=by_id)


def spend(user_id: int, typed: str) -> str | None:
    """Within a transaction: the name of what this code was, used up by it; None if it opens nothing."""
    kept = authenticator(user_id)
    seed = kept and unseal(kept.seed, SEED, user_id)
    step = _step_of(seed, typed) if seed else None
    if step is not None:
        newer = (
            update(Authenticator)
            .where(Authenticator.user_id == user_id, Authenticator.step < step)
            .values(step=step)
            .returning(Authenticator.user_id)
        )
        return "authenticator" if db.session.scalars(newer).first() else None
    unused = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == hash_code(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    return "recovery_code" if db.session.scalars(unused).first() else None


def new_recovery_codes(user_id: int) -> list[str]:
    """Within a transaction: the former ones are good no more."""
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.add_all(RecoveryCode(user_id=user_id, code_hash=hash_code(code)) for code in codes)
    return codes


def mark(user_id: int, *, keep: bool = False) -> None:
    """Within a transaction: note at the account whether it has a second factor."""
    db.session.flush()
    authenticators = select(Authenticator.user_id).where(Authenticator.user_id == user_id)
    passkeys = select(Passkey.user_id).where(Passkey.user_id == user_id)
    has = db.session.execute(authenticators.union_all(passkeys).limit(1)).first() is not None
    if keep and not has:
        raise StillNeeded
    user = db.session.get_one(User, user_id)
    user.second_factor_since = (user.second_factor_since or clock.now()) if has else None
    if not has:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _step_of(seed: str, typed: str) -> int | None:
    """The half minute whose code this is, if it is one of now."""
    code = "".join(digits(typed[:40]).split())
    if not re.fullmatch("[0-9]{6}", code):
        return None
    now = int(clock.now().timestamp()) // STEP
    made = {now + aside: pyotp.TOTP(seed).generate_otp(now + aside) for aside in STEPS_ASIDE}
    return next((step for step, one in made.items() if hmac.compare_digest(one, code)), None)
