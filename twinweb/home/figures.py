"""Reads for the first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import exists, func, literal, select, union_all

from twinweb import clock
from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries import desk, queries
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import COLUMNS, Row
from twinweb.entries.models import Card, CardFacet
from twinweb.entries.states import State
from twinweb.reference.models import Governorate

MOST_TASKS = 6
MOST_NEWS = 5
COUNTED_EACH_TIME = 2_000
"""Approved entries up to which every first page counts them all; of more …"""
KEPT = timedelta(minutes=1)
"""… each worker keeps the figures so long: neither database counts 100,000 without going through them."""


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme in numbers: approved entries by kind, governorates in it, lessons by sector."""

    kinds: dict[str, int]
    governorates: int
    lessons: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Tasks:
    """What waits for a person: the first of it, and whether there is more of each."""

    own: Sequence[queries.Open]
    more_own: bool
    to_review: Sequence[desk.Submission]
    more_to_review: bool


def tasks(by: Person) -> Tasks:
    """What waits for this person: to mend, to finish, and for reviewers to decide."""
    own = (
        [one for one in queries.office_open(by, limit=50) if one.state is not State.SUBMITTED]
        if by.writes_for
        else []
    )
    queue = desk.queue(by, desk.Asked(), limit=MOST_TASKS) if by.is_reviewer else []
    return Tasks(own[:MOST_TASKS], len(own) > MOST_TASKS, queue[:MOST_TASKS], len(queue) > MOST_TASKS)


def news(sectors: Sequence[str]) -> list[Row]:
    """The newest lessons, of these sectors where there are any."""
    query = select(*COLUMNS).where(Card.kind == "lesson", Card.retired.is_(False))
    if sectors:
        tagged = select(CardFacet.position).where(
            CardFacet.facet == Facet.SECTOR, CardFacet.value.in_(sectors), CardFacet.kind == "lesson"
        )
        query = query.where(Card.position.in_(tagged))
    return [Row.of(row) for row in db.session.execute(query.order_by(Card.position.desc()).limit(MOST_NEWS))]


def programme() -> Programme:
    """As counted now, or in a large register up to a minute ago."""
    kept: tuple[datetime, Programme] | None = current_app.extensions.get("programme")
    if kept and not clock.has_passed(kept[0]):
        return kept[1]
    counted = _counted()
    if sum(counted.kinds.values()) > COUNTED_EACH_TIME:
        current_app.extensions["programme"] = (clock.now() + KEPT, counted)
    return counted


def _counted() -> Programme:
    """One statement over small indexes."""
    kinds = (
        select(literal("kind").label("what"), Card.kind.label("value"), func.count().label("number"))
        .where(Card.retired.is_(False))
        .group_by(Card.kind)
    )
    present = exists().where(CardFacet.facet == Facet.GOVERNORATE, CardFacet.value == Governorate.slug)
    governorates = (
        select(literal("governorates"), literal(""), func.count()).select_from(Governorate).where(present)
    )
    sectors = (
        select(literal("sector"), CardFacet.value, func.count())
        .where(CardFacet.facet == Facet.SECTOR, CardFacet.kind == "lesson")
        .group_by(CardFacet.value)
    )
    rows = db.session.execute(union_all(kinds, governorates, sectors)).all()
    found = {what: {value: number for one, value, number in rows if one == what} for what, _, _ in rows}
    return Programme(
        kinds=found.get("kind", {}),
        governorates=found["governorates"][""],
        lessons=sorted(found.get("sector", {}).items(), key=lambda one: (-one[1], one[0])),
    )
