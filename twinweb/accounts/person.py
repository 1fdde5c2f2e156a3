"""The person who acts: who they are, and for whom they may read, write and decide today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from twinweb.accounts.models import Language, Role

IDLE = timedelta(hours=8)
SHORT_IDLE = timedelta(minutes=30)
"""How long a sign-in lasts unused; the shorter one for those who decide and administer."""


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    language: Language = Language.ARABIC
    writes_for: frozenset[str] = frozenset()
    """Governorates, as a contributor."""
    on_behalf_of: frozenset[str] = frozenset()
    """Those of them that this person writes for without belonging to them."""
    reviews_for: frozenset[str] = frozenset()
    reviews_all: bool = False
    observes: bool = False
    administers: bool = False
    follows: tuple[str, ...] = ()
    """Sectors that the first page begins with."""
    must_choose_password: bool = False
    sign_in_id: int = 0
    proven_at: datetime | None = None
    """When they last proved who they are, by signing in or again since."""
    demo: bool = False
    second_factor: bool = False
    second_factor_due: datetime | None = None

    @property
    def is_reviewer(self) -> bool:
        return self.reviews_all or bool(self.reviews_for)

    @property
    def roles(self) -> frozenset[Role]:
        held = {
            Role.CONTRIBUTOR: bool(self.writes_for),
            Role.REVIEWER: self.is_reviewer,
            Role.OBSERVER: self.observes,
            Role.ADMIN: self.administers,
        }
        return frozenset(role for role, holds in held.items() if holds)

    @property
    def rights(self) -> tuple[object, ...]:
        """What decides on what this person may do, as long as they are signed in."""
        return (
            self.writes_for,
            self.on_behalf_of,
            self.reviews_for,
            self.reviews_all,
            self.observes,
            self.administers,
            self.must_choose_password,
        )

    @property
    def needs_second_factor(self) -> bool:
        return (self.administers or self.is_reviewer) and not self.demo

    @property
    def idle(self) -> timedelta:
        """Accounts of a demonstration have a published password: there is nothing to shut early."""
        return SHORT_IDLE if self.needs_second_factor else IDLE

    def reviews(self, governorate: str) -> bool:
        return self.reviews_all or governorate in self.reviews_for

    @property
    def office(self) -> str | None:
        """The governorate to begin a form with, where there is no doubt."""
        return next(iter(self.writes_for)) if len(self.writes_for) == 1 else None
