"""Every change to the list of those who took part. What is recorded tells how many, never who."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from twinweb import audit, clock
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.entries.beside import Place, access, lock
from twinweb.entries.refusals import Changed, NotAllowed, NotFound
from twinweb.i18n.arabic import fold
from twinweb.participants import queries
from twinweb.participants.facts import ParticipantFacts
from twinweb.participants.models import Attendance, Participant
from twinweb.participants.queries import WORKSHOP

MOST = 500
"""That a workshop can list."""

Days = AbstractSet[tuple[int, date]]
"""(participant, day)."""


class TooMany(Exception):
    """More people than a workshop can list."""


@dataclass(frozen=True, slots=True)
class Added:
    new: int
    there: int
    """Were listed already, under the same name and post."""


def place_of(entry_id: int) -> Place:
    return Place(entry_id, WORKSHOP)


def refuse_others(place: Place, by: Person) -> None:
    """Only its office keeps the list of a workshop: `NotFound` or `NotAllowed`."""
    if not access(place, by=by)[1].writes:
        raise NotAllowed


def add(place: Place, people: Sequence[ParticipantFacts], days: Iterable[date], *, by: Person) -> Added:
    """List these people, there on these days. Who is listed already is not listed twice."""
    came = {*days}
    with transaction():
        lock(place)
        refuse_others(place, by)
        query = select(Participant.name, Participant.post).where(Participant.entry_id == place.entry_id)
        there = [(fold(name), fold(post)) for name, post in db.session.execute(query)]
        new = {(fold(one.name), fold(one.post)): one for one in reversed(people)}  # the first of two alike
        fresh = [one for key, one in reversed(new.items()) if key not in there]
        if len(there) + len(fresh) > MOST:
            raise TooMany
        for one in fresh:
            _list(place, one, came, by)
        if fresh:
            _record("list_participants", place, by, people=len(fresh))
    return Added(len(fresh), len(people) - len(fresh))


def correct(
    participant_id: int, facts: ParticipantFacts, days: AbstractSet[date], *, seen: int, by: Person
) -> None:
    """Put right who somebody is; of the days of the workshop, that they were there on these."""
    with transaction():
        participant = _of_office(participant_id, seen, by)
        place = place_of(participant.entry_id)
        participant.name, participant.post = facts.name, facts.post
        participant.governorate, participant.sex = facts.governorate or None, facts.sex
        flag_modified(participant, "name")  # the days alone may have changed
        open_days = {*queries.days_of(access(place, by=by)[0])}
        was = queries.attendance([participant.id])
        came = {(participant.id, day) for day in days & open_days}
        _mark(came - was, {(one, day) for one, day in was - came if day in open_days})
        _record("correct_participant", place, by, participant=participant.id)


def attend(place: Place, came: Days, not_came: Days, *, by: Person) -> None:
    """Of the days of the workshop: who was there after all, and who was not."""
    with transaction():
        lock(place)
        refuse_others(place, by)
        open_days = {*queries.days_of(access(place, by=by)[0])}
        query = select(Participant.id).where(Participant.entry_id == place.entry_id)
        here = {*db.session.scalars(query)}
        came, not_came = (
            {(one, day) for one, day in pairs if one in here and day in open_days}
            for pairs in (came, not_came)
        )
        was = queries.attendance(sorted({one for one, _ in came | not_came}))
        came, not_came = came - was, not_came & was
        _mark(came, not_came)
        if came or not_came:
            _record("mark_attendance", place, by, people=len({one for one, _ in came | not_came}))


def remove(participant_id: int, *, seen: int, by: Person) -> None:
    """Take out a line that should never have been there."""
    with transaction():
        participant = _of_office(participant_id, seen, by)
        place = place_of(participant.entry_id)
        db.session.delete(participant)
        _record("remove_participant", place, by, participant=participant_id)


def erase(participant_id: int, *, seen: int, by: Person) -> None:
    """Forget who somebody was, as that person asks; that somebody was there stays in every count."""
    with transaction():
        participant = _of_office(participant_id, seen, by)
        participant.name = participant.post = ""
        participant.erased_at = clock.now()
        _record("erase_participant", place_of(participant.entry_id), by, participant=participant_id)


def note_view(place: Place, *, by: Person) -> None:
    """Somebody from elsewhere read the names."""
    with transaction():
        _record("view_participants", place, by)


def _list(place: Place, facts: ParticipantFacts, days: AbstractSet[date], by: Person) -> None:
    made = Participant(
        entry_id=place.entry_id,
        name=facts.name,
        post=facts.post,
        governorate=facts.governorate or None,
        sex=facts.sex,
        listed_at=clock.now(),
        listed_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    _mark({(made.id, day) for day in days}, set())


def _mark(came: Days, not_came: Days) -> None:
    db.session.add_all(Attendance(participant_id=one, day=day) for one, day in sorted(came))
    for one, day in not_came:
        db.session.execute(delete(Attendance).where(Attendance.participant_id == one, Attendance.day == day))


def _of_office(participant_id: int, seen: int, by: Person) -> Participant:
    """One who is listed, to be changed by the workshop's office; whom nobody knows any more is not found."""
    query = select(Participant).where(Participant.id == participant_id, Participant.erased_at.is_(None))
    query = query.with_for_update().execution_options(populate_existing=True)
    participant = db.session.scalars(query).one_or_none()
    if participant is None:
        raise NotFound
    _revision, its = access(place_of(participant.entry_id), by=by)
    if not its.sees_all:
        raise NotFound
    if not its.writes:
        raise NotAllowed
    if participant.version != seen:
        raise Changed
    return participant


def _record(act: str, place: Place, by: Person, **told: int) -> None:
    audit.record(act, place.kind.name, place.entry_id, by_id=by.id, **told)
