"""Second factors, ways back in, and what slows down guessing."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model


class Authenticator(Model):
    """The seed that an authenticator app shares with us (TOTP)."""

    __tablename__ = "authenticator"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(200))
    """Sealed: a copy of the database makes no codes."""
    step: Mapped[int]
    """The last half minute whose code was used: it and those before open nothing more."""
    created_at: Mapped[datetime]


class RecoveryCode(Model):
    """Takes the place of the second factor, once. Printed, and kept as a hash."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Passkey(Model):
    """A key that a device or a stick holds for this person (WebAuthn). Here is its public half."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(3000))
    uses: Mapped[int]
    """As the key counts them, if it does: fewer than before means that there is a copy of it."""
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SpentChallenge(Model):
    """A challenge that a passkey has answered: no answer counts twice."""

    __tablename__ = "spent_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Tries(Model):
    """Tries to sign in that failed, for one account, address or device, known here by a keyed hash alone."""

    __tablename__ = "tries"

    whose: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(index=True)
    paused_until: Mapped[datetime]


class ResetLink(Model):
    """Sent by mail to choose a new password with, once. The mail holds the token, this table its hash."""

    __tablename__ = "reset_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
