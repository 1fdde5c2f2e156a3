"""How well search answers: queries as officials type them, with the lessons that should come."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from twinweb import clock
from twinweb.accounts.models import Membership, Role, User
from twinweb.db import db, transaction
from twinweb.entries import commands, words
from twinweb.entries.models import Card
from twinweb.kinds import KINDS
from twinweb.reference.models import Governorate

DATA = Path(__file__).parents[2] / "twinweb" / "sample" / "data"
FIRST_TEN = 10
NEVER_LESS = {"mean reciprocal rank": 0.95, "found among the first ten": 0.95}


def read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / name).read_text("utf-8"))
    return found


def write_for_all_governorates() -> None:
    with transaction() as session:
        writer = session.scalars(select(User).where(User.username == "basra")).one()
        session.add_all(
            Membership(user_id=writer.id, role=Role.CONTRIBUTOR, governorate=slug, starts=clock.today())
            for slug in session.scalars(select(Governorate.slug).where(Governorate.slug != "basra"))
        )


@pytest.fixture
def lessons(app: Flask) -> dict[int, str]:
    """Keys of the approved lessons of the sample programme, by their position."""
    write_for_all_governorates()
    keys = {}
    writer, reviewer = world.person("basra"), world.person("reviewer")
    for one in read("lessons.json"):
        if one["state"] == "approved":
            draft = commands.draft(KINDS["lesson"], one["raw"], owner=one["owner"], by=writer)
            submitted = commands.submit(world.seen(draft), KINDS, by=writer)
            commands.approve(world.seen(submitted), KINDS, by=reviewer)
            keys[draft.entry_id] = one["key"]
    cards = db.session.execute(select(Card.entry_id, Card.position))
    return {position: keys[entry_id] for entry_id, position in cards}


def reciprocal_rank(answer: list[str], relevant: set[str]) -> float:
    return next((1 / rank for rank, key in enumerate(answer, start=1) if key in relevant), 0)


def recall(answer: list[str], relevant: set[str]) -> float:
    return len(relevant & set(answer[:FIRST_TEN])) / len(relevant)


def test_the_judged_queries_are_answered(
    lessons: dict[int, str], record_property: Callable[[str, object], None]
) -> None:
    judged = [
        ([lessons[position] for position in words.best(one["query"], "", 100)], set(one["relevant"]))
        for one in read("judged_queries.json")
    ]

    reached = {
        "mean reciprocal rank": sum(reciprocal_rank(*one) for one in judged) / len(judged),
        "found among the first ten": sum(recall(*one) for one in judged) / len(judged),
    }
    for name, figure in reached.items():
        record_property(name, round(figure, 3))
        assert figure >= NEVER_LESS[name], (name, figure)
    assert all(answer for answer, _ in judged)
