"""Reads for the first page."""

from collections.abc import Sequence
from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.config import ROOT
from twinweb.db import db
from twinweb.entries import queries
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import COLUMNS, Row
from twinweb.entries.models import Card, CardFacet
from twinweb.entries.states import State

MOST_TASKS = 6
MOST_NEWS = 5


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme in numbers: approved entries by kind, governorates that wrote them, lessons by sector."""

    kinds: dict[str, int]
    governorates: int
    lessons: list[tuple[str, int]]


def tasks(by: Person) -> list[queries.Open]:
    """What waits for this person: to mend, to finish, and for reviewers to decide."""
    own = (
        [one for one in queries.office_open(by, limit=50) if one.state is not State.SUBMITTED]
        if by.writes_for
        else []
    )
    queue = queries.review_queue(by, limit=MOST_TASKS) if by.is_reviewer else []
    return (own + queue)[:MOST_TASKS]


def followed_sectors(by: Person) -> list[str]:
    return db.session.scalars(select(User.sectors).where(User.id == by.id)).one()


def news(sectors: Sequence[str]) -> list[Row]:
    """The newest lessons, of these sectors where there are any."""
    query = select(*COLUMNS).where(Card.kind == "lesson", Card.retired.is_(False))
    if sectors:
        tagged = select(CardFacet.position).where(
            CardFacet.facet == Facet.SECTOR, CardFacet.value.in_(sectors), CardFacet.kind == "lesson"
        )
        query = query.where(Card.position.in_(tagged))
    return [Row(*row) for row in db.session.execute(query.order_by(Card.position.desc()).limit(MOST_NEWS))]


def programme() -> Programme:
    """Two statements over small indexes."""
    facet = select(CardFacet.value, func.count()).where(
        CardFacet.facet == Facet.SECTOR, CardFacet.kind == "lesson"
    )
    lessons = db.session.execute(facet.group_by(CardFacet.value).order_by(func.count().desc())).all()
    by_kind = db.session.execute(
        select(Card.kind, func.count(), func.count(Card.owner.distinct()))
        .where(Card.retired.is_(False))
        .group_by(Card.kind)
    ).all()
    return Programme(
        kinds={kind: count for kind, count, _ in by_kind},
        governorates=max((owners for _, _, owners in by_kind), default=0),
        lessons=[(sector, count) for sector, count in lessons],
    )


def is_migrated() -> bool:
    """Whether the database is of the schema that this program was written for."""
    script = ScriptDirectory(str(ROOT / "migrations"))
    context = MigrationContext.configure(db.session.connection())
    return set(context.get_current_heads()) == set(script.get_heads())
