"""How the reviewers' desk is doing, in numbers: an admin sees no titles of what is not approved."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all

from twinweb import clock
from twinweb.db import db
from twinweb.entries.desk import ALL_TOLD_AFTER, EVERY, LATE_AFTER, OVERDUE_AFTER
from twinweb.entries.desk_models import WaitingFacet
from twinweb.entries.models import Entry, Revision
from twinweb.entries.states import State

FORGOTTEN_AFTER = timedelta(days=30)
DECIDED_WITHIN = timedelta(days=90)
MOST_DECISIONS = 2_000
AGES = (LATE_AFTER, ALL_TOLD_AFTER, OVERDUE_AFTER)
FORGOTTEN = "forgotten"


@dataclass(slots=True)
class Health:
    """Of one kind or governorate, or of all."""

    ages: tuple[int, ...] = (0,) * (len(AGES) + 1)
    """Waiting less than the first of `AGES`, less than the second, …, longer than the last."""
    decided: int = 0
    days: float | None = None
    """Working days from sending to decision, in the middle."""
    forgotten: int = 0
    """Returned, and never answered since."""

    @property
    def waiting(self) -> int:
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class Desk:
    all: Health
    kinds: dict[str, Health]
    governorates: dict[str, Health]


def desk() -> Desk:
    """Two statements: what waits or was forgotten, and how long the last decisions took."""
    counted: dict[tuple[str, str], Health] = defaultdict(Health)
    rows: Iterable[Any] = db.session.execute(union_all(_waiting(), _forgotten()))
    for kind, owner, age, number in rows:
        for key in _keys(kind, owner):
            _add(counted[key], age, number)
    for key, days in _days_by_key().items():
        counted[key].decided, counted[key].days = len(days), median(days)
    return Desk(
        all=counted["all", ""],
        kinds={name: one for (what, name), one in counted.items() if what == "kind"},
        governorates={name: one for (what, name), one in counted.items() if what == "governorate"},
    )


_Counts = Select[str, str, str, int]


def _waiting() -> _Counts:
    since = WaitingFacet.submitted_at
    ages = [(since >= clock.waited(days), str(number)) for number, days in enumerate(AGES)]
    age = case(*ages, else_=str(len(AGES)))
    return (
        select(WaitingFacet.kind, WaitingFacet.owner, age, func.count())
        .where(WaitingFacet.facet == EVERY)
        .group_by(WaitingFacet.kind, WaitingFacet.owner, age)
    )


def _forgotten() -> _Counts:
    return (
        select(Entry.kind, Entry.owner, literal(FORGOTTEN), func.count())
        .select_from(Revision)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(
            Revision.state == State.RETURNED, Revision.decided_at < clock.start_of_today() - FORGOTTEN_AFTER
        )
        .group_by(Entry.kind, Entry.owner)
    )


def _days_by_key() -> dict[tuple[str, str], list[int]]:
    """Working days from sending to decision of what was decided lately."""
    rows = db.session.execute(
        select(Entry.kind, Entry.owner, Revision.submitted_at, Revision.decided_at)
        .join(Revision, Revision.entry_id == Entry.id)
        .where(Revision.decided_at > clock.start_of_today() - DECIDED_WITHIN)
        .order_by(Revision.decided_at.desc())
        .limit(MOST_DECISIONS)
    )
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, owner, sent, decided in rows:
        if sent and decided:
            for key in _keys(kind, owner):
                found[key].append(clock.working_days_between(sent, decided))
    return found


def _keys(kind: str, owner: str) -> Iterable[tuple[str, str]]:
    return ("all", ""), ("kind", kind), ("governorate", owner)


def _add(health: Health, age: str, number: int) -> None:
    if age == FORGOTTEN:
        health.forgotten += number
        return
    health.ages = tuple(had + (number if place == int(age) else 0) for place, had in enumerate(health.ages))
