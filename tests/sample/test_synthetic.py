"""Synthetic lessons: the very rows that approving writes, in great number."""

import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from tests import world
from twinweb import audit
from twinweb.db import Model, db, transaction
from twinweb.entries import commands, soundness, words
from twinweb.entries.models import Card, CardFacet, Editor, Entry, Link, Revision
from twinweb.entries.moving import Seen
from twinweb.i18n.arabic import words as words_in
from twinweb.kinds import KINDS
from twinweb.partnerships.models import PartnershipParty
from twinweb.sample import accounts, synthetic, wording
from twinweb.sample.wording import Parents

OF_THE_ROW_ITSELF = {"id", "entry_id", "revision_id", "approved_id", "position", "reference", "version"}
"""Columns that differ from entry to entry; a version also counts the steps that were saved one by one."""
PARENTS = Parents(1, (2, 3))


@pytest.fixture
def offices(app: Flask) -> Flask:
    """The demonstration accounts beside the people of `world`."""
    accounts.open_accounts(world.PASSWORD)
    return app


def _columns(row: Model) -> dict[str, Any]:
    columns = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
    moments = {name for name in columns if name.endswith("_at")}
    people = {name: columns[name] is not None for name in columns if name.startswith("decided_by")}
    return {name: columns[name] for name in columns.keys() - OF_THE_ROW_ITSELF - moments} | people


def _rows_of(entry_id: int) -> dict[str, Any]:
    """Everything that the tables hold of an approved entry."""
    entry = db.session.get_one(Entry, entry_id)
    revision = db.session.get_one(Revision, entry.approved_id)
    card = db.session.scalars(select(Card).where(Card.entry_id == entry_id)).one()
    facets = select(CardFacet.facet, CardFacet.value, CardFacet.kind).where(
        CardFacet.position == card.position
    )
    links = select(Link.field, Link.to_entry_id).where(Link.revision_id == revision.id)
    editors = select(Editor.user_id, Editor.on_behalf).where(Editor.revision_id == revision.id)
    parties = select(PartnershipParty).where(PartnershipParty.entry_id == entry_id)
    return {
        "entry": _columns(entry),
        "revision": _columns(revision),
        "register": _columns(db.session.get_one(KINDS[entry.kind].register, entry_id)),
        "card": _columns(card),
        "facets": sorted(map(tuple, db.session.execute(facets))),
        "links": sorted(map(tuple, db.session.execute(links))),
        "editors": sorted(map(tuple, db.session.execute(editors))),
        "parties": [_columns(party) for party in db.session.scalars(parties)],
        "words": [
            word
            for word in words_in(f"{card.title} {card.summary} {card.text}")
            if card.position
            in set(db.session.scalars(words.found(), {"match": words.expression(word, card.kind)}))
        ],
    }


def _approve_the_same(entry_id: int) -> int:
    """By the commands, one by one."""
    entry = db.session.get_one(Entry, entry_id)
    raw = db.session.get_one(Revision, entry.approved_id).raw
    office, reviewer = accounts.person(entry.owner), accounts.person("reviewer")
    draft = commands.draft(KINDS[entry.kind], raw, owner=entry.owner, by=office)
    sent = commands.submit(Seen(draft.id, draft.version), KINDS, by=office)
    return commands.approve(Seen(sent.id, sent.version), KINDS, by=reviewer).entry_id


def test_the_rows_are_those_that_approving_one_by_one_writes(offices: Flask) -> None:
    world.approved("partnership")  # so that there is a party to name
    synthetic.add_lessons(12)
    written = list(db.session.scalars(select(Entry.id).order_by(Entry.id)))[1:]
    kinds = Counter(db.session.scalars(select(Entry.kind).where(Entry.id.in_(written))))
    assert kinds == {"partnership": 1, "workshop": 1, "session": 2, "lesson": 12}

    for entry_id in written:
        assert _rows_of(entry_id) == _rows_of(_approve_the_same(entry_id))


def test_lessons_are_found_by_the_countries_of_what_they_refer_to(offices: Flask) -> None:
    world.approved("partnership")
    synthetic.add_lessons(12)
    with_countries = select(CardFacet.position).where(CardFacet.value == "SI", CardFacet.kind == "lesson")

    assert len(db.session.scalars(with_countries).all()) > 0


def test_numbers_go_on_from_where_approvals_ended_and_approvals_from_them(offices: Flask) -> None:
    world.approved()
    synthetic.add_lessons(3)
    world.approved()
    synthetic.add_lessons(2)
    world.approved()
    lessons = select(Card.reference).where(Card.kind == "lesson").order_by(Card.position)
    numbers = [int(reference.rpartition("-")[2]) for reference in db.session.scalars(lessons)]
    positions = list(db.session.scalars(select(Card.position).order_by(Card.position)))

    assert numbers == list(range(1, 9))
    assert positions == list(range(1, len(positions) + 1))


def test_adding_again_adds_others(offices: Flask) -> None:
    synthetic.add_lessons(20)
    synthetic.add_lessons(20)
    texts = Counter(db.session.scalars(select(Card.text).where(Card.kind == "lesson")))

    assert max(texts.values()) == 1


def test_they_agree_with_what_was_approved(offices: Flask) -> None:
    synthetic.add_lessons(120)

    assert list(soundness.faults(KINDS)) == []


def test_the_command_adds_them_to_the_programme(nobody: Flask) -> None:
    with transaction():
        audit.record("load_sample", "sample", "", by_id=None)  # else it would be loaded first

    result = nobody.test_cli_runner().invoke(args=["sample", "--lessons", "5"])

    assert result.output.splitlines() == ["Sample programme: 0 entries added.", "Synthetic lessons: 5 added."]
    assert db.session.scalars(select(func.count()).where(Card.kind == "lesson")).one() == 5


def test_the_same_number_is_always_the_same_lesson() -> None:
    assert wording.lesson(7, PARENTS) == wording.lesson(7, PARENTS)
    assert wording.lesson(7, PARENTS) != wording.lesson(8, PARENTS)


def test_they_are_skewed_as_real_use_is() -> None:
    subjects = [wording.subject(number) for number in range(2_000)]

    for field in ("sector", "governorate", "year"):
        counts = [count for _, count in Counter(getattr(one, field) for one in subjects).most_common()]
        assert counts[0] > 2 * counts[-1], field


def test_numbers_in_them_need_one_form_of_the_noun() -> None:
    for number in range(200):
        owner, raw = wording.lesson(number, None)
        told = " ".join(value for name, value in raw.items() if isinstance(value, str) and name != "year")
        assert all(12 <= int(digits) <= 48 for digits in re.findall(r"\d+", told))
        assert owner in {place["governorate"] for place in wording._words()["places"]}  # noqa: SLF001  the data


def test_each_says_that_it_is_an_example() -> None:
    owner, raw = wording.partnership(1, [])
    _, workshop = wording.workshop(1, 5)
    _, session = wording.session(1, 0, 6, workshop["first_day"])

    assert wording.lesson(1, None)[1]["sources"] == [wording.SOURCE]
    for text in (raw["objective"], workshop["purpose"], session["summary"]):
        assert "مثال للعرض" in text
    assert owner in raw["governorates"]
