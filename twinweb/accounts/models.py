"""Users, their memberships, their sign-ins and one-time codes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model


class Role(StrEnum):
    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    OBSERVER = "observer"
    ADMIN = "admin"


class Language(StrEnum):
    ARABIC = "ar"
    ENGLISH = "en"


class User(Model):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    """Folded: lower case, one form of each letter."""
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    job_title: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(20), default="", index=True)
    language: Mapped[Language] = mapped_column(default=Language.ARABIC)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """None until the person has chosen a password with their one-time code."""
    sectors: Mapped[list[str]] = mapped_column(default=list)
    """Slugs of the sectors that this person follows."""
    demo: Mapped[bool] = mapped_column(default=False)
    second_factor_since: Mapped[datetime | None]
    """None while there is neither an authenticator nor a passkey."""
    second_factor_due: Mapped[datetime | None]
    """Whoever needs one and has none gets no further after this; None until they first come in."""
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Membership(Model):
    """A role, held for a governorate (reviewers: None is all of them), from a day to a day."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="ends_after_start"),
        CheckConstraint("role <> 'contributor' OR governorate IS NOT NULL", name="contributor_of_one"),
        CheckConstraint("role = 'contributor' OR NOT on_behalf", name="on_behalf"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role]
    governorate: Mapped[str | None] = mapped_column(ForeignKey("governorate.slug"), index=True)
    on_behalf: Mapped[bool] = mapped_column(default=False)
    """UNDP staff who write for a governorate without accounts."""
    starts: Mapped[date]
    ends: Mapped[date | None]
    """The last day."""


class SignIn(Model):
    """One sign-in on one device. The cookie holds the token, this table its hash alone."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_open", "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    half: Mapped[bool] = mapped_column(default=False)
    """The password was right; the second step is still to come, and until then this opens nothing."""
    proven_at: Mapped[datetime | None]
    """When this person last proved again who they are; None: not since they signed in."""
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    """What the browser calls itself."""


class OneTimeCode(Model):
    """Opens an account once, to choose a password. Shown once, kept as a hash."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


LONGEST_PATH = 500


class HeldForm(Model):
    """What somebody sent after their sign-in had ended, for that person alone."""

    __tablename__ = "held_form"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id"), unique=True)
    """The sign-in that had ended: one form each, the last one sent."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    path: Mapped[str] = mapped_column(String(LONGEST_PATH))
    fields: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
