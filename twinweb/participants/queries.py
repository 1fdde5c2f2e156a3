"""Reads over participants. Names are for the workshop's office and the reviewers; readers get counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select

from twinweb.db import db
from twinweb.entries import queries as entries
from twinweb.entries.facts import fields_of
from twinweb.entries.fields import Wrong
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS
from twinweb.participants.facts import Sex
from twinweb.participants.models import Attendance, Participant

WORKSHOP = KINDS["workshop"]
PAGE = 25
MOST_DAYS = 14
"""A longer workshop is one whose last day was mistyped."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many are listed, those whose names were erased among them."""

    all: int
    women: int
    men: int


def totals(entry_id: int) -> Totals:
    query = select(
        func.count(),
        func.coalesce(func.sum(case((Participant.sex == Sex.WOMAN, 1), else_=0)), 0),
        func.coalesce(func.sum(case((Participant.sex == Sex.MAN, 1), else_=0)), 0),
    ).where(Participant.entry_id == entry_id)
    return Totals(*db.session.execute(query).one())


def by_day(entry_id: int) -> dict[date, int]:
    """How many were there on each day on which anybody was."""
    query = (
        select(Attendance.day, func.count())
        .join(Participant, Participant.id == Attendance.participant_id)
        .where(Participant.entry_id == entry_id)
        .group_by(Attendance.day)
        .order_by(Attendance.day)
    )
    return dict(db.session.execute(query).all())


def listed(entry_id: int, after: int = 0) -> Sequence[Participant]:
    """A page of those who are listed, as they came, and one more."""
    query = select(Participant).where(Participant.entry_id == entry_id, Participant.id > after)
    return db.session.scalars(query.order_by(Participant.id).limit(PAGE + 1)).all()


def attendance(participant_ids: Sequence[int]) -> set[tuple[int, date]]:
    """(participant, day) of the days on which they were there."""
    query = select(Attendance.participant_id, Attendance.day)
    rows = db.session.execute(query.where(Attendance.participant_id.in_(participant_ids)))
    return {(participant_id, day) for participant_id, day in rows}


def participant(participant_id: int) -> Participant | None:
    return db.session.get(Participant, participant_id)


def days_of(revision: Revision) -> list[date]:
    """The days of a workshop as its text has them; none while a draft does not say them."""
    raw = WORKSHOP.read(revision.raw, revision.schema)
    fields = fields_of(WORKSHOP.facts)
    try:
        first, last = (
            fields[name].check(raw.get(name), entries.known()) for name in ("first_day", "last_day")
        )
    except Wrong:
        return []
    return [first + timedelta(days=one) for one in range(min((last - first).days + 1, MOST_DAYS))]
