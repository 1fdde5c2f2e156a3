"""Synthetic approved lessons in great number, and what they refer to: for measuring."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from twinweb import audit, clock
from twinweb.db import db, transaction
from twinweb.entries import catalogue
from twinweb.reference import queries as reference
from twinweb.sample import wording
from twinweb.sample.many import Many
from twinweb.sample.wording import Parents, Party

COUNTER = "sample-lessons"
BATCH = 5_000
A_FAMILY = 100
"""So many lessons share a partnership, a workshop and its sessions."""
SESSIONS = 2
FAMILY = {"partnership": 1, "workshop": 1, "session": SESSIONS}
AGO = timedelta(hours=1)
"""Approved so long ago: not to be offered to be taken back."""


def add_lessons(count: int) -> None:
    """Add so many, going on where the last time ended. Each batch is whole in itself."""
    countries: dict[int, set[str]] = {}
    parents: Parents | None = None
    with clock.at(clock.now() - AGO), _collecting_later():
        for start in range(0, count, BATCH):
            parents = _add_batch(min(BATCH, count - start), parents, countries)
            db.session.expunge_all()
            gc.collect()


def _add_batch(count: int, parents: Parents | None, countries: dict[int, set[str]]) -> Parents | None:
    with transaction():
        numbers = [number - 1 for number in catalogue.next_numbers(COUNTER, count)]
        families = sum(number % A_FAMILY == 0 for number in numbers)
        many = Many({"lesson": count} | {kind: each * families for kind, each in FAMILY.items()}, countries)
        parties = [Party(one.name, one.country, one.kind) for one in reference.parties()]
        for number in numbers:
            if number % A_FAMILY == 0:
                parents = _family(many, number, parties)
            many.add("lesson", *wording.lesson(number, parents))
        many.write()
        audit.record("add_sample_lessons", "sample", "", by_id=None, lessons=count)
    return parents


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Looking for garbage among so many rows, again and again, takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _family(many: Many, number: int, parties: Sequence[Party]) -> Parents:
    partnership = many.add("partnership", *wording.partnership(number, parties))
    owner, raw = wording.workshop(number, partnership)
    workshop = many.add("workshop", owner, raw)
    sessions = [
        many.add("session", *wording.session(number, place, workshop, raw["first_day"]))
        for place in range(SESSIONS)
    ]
    return Parents(partnership, tuple(sessions))
