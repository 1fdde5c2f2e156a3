"""An attempt to do something once: found again by its key and content, noted with what it does."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from twinweb import audit, clock
from twinweb.db import db, transaction
from twinweb.submissions.models import RUN_AGAIN, Submission

KEPT = timedelta(days=7)


class AlreadySent(Exception):
    """The same content is being done, or was done, under this key."""


class Overtaken(Exception):
    """Something else was sent under this key meanwhile: look again at what it did."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Notes itself in the first transaction of its request (`db.Witness`)."""

    user_id: int
    key: str
    digest: str
    location: str | None = None
    """Where the person is led, if that is known before."""
    before: int = 0
    """How much had been sent under this key when this came in."""

    def begins(self) -> None:
        """Before anything is done: `AlreadySent` where a twin was quicker.

        The account is locked by now (`accounts.gate`), so that one under way is waited for.
        """
        session = db.session
        session().info.pop("last_recorded", None)
        session.execute(delete(Submission).where(Submission.at < clock.now() - KEPT))
        former = self.found()
        if former and former.location != RUN_AGAIN:
            raise AlreadySent
        if self.sent_before() != self.before:
            raise Overtaken
        if former is None:
            session.add(
                Submission(
                    user_id=self.user_id,
                    key=self.key,
                    digest=self.digest,
                    at=clock.now(),
                    location=self.location,
                )
            )
        try:
            session.flush()
        except IntegrityError:
            raise AlreadySent from None

    def ends(self) -> None:
        """When it is done: note to what."""
        if (made := self.found()) and (event := audit.last_recorded()):
            made.thing, made.thing_id = event

    def found(self) -> Submission | None:
        query = select(Submission).where(*self._mine(), Submission.digest == self.digest)
        return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()

    def sent_before(self) -> int:
        query = select(func.count()).select_from(Submission).where(*self._mine())
        return db.session.scalars(query).one()

    def answered(self, location: str) -> None:
        """Note where the person was led, for the same sent again."""
        with transaction() as session:
            mine = update(Submission).where(*self._mine(), Submission.digest == self.digest)
            session.execute(mine.values(location=location[:500]))

    def opened(self, thing: str) -> int | None:
        """The id of what an earlier sending under this key, of whatever content, has opened."""
        query = select(Submission.thing_id).where(*self._mine(), Submission.thing == thing).limit(1)
        found = db.session.scalars(query).first()
        return int(found) if found else None

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return Submission.user_id == self.user_id, Submission.key == self.key
