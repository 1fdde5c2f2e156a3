"""The operators' commands `check` and `reindex`: things are broken on purpose."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from tests import world
from twinweb.db import db, is_postgresql, transaction
from twinweb.entries import catalogue, commands, words
from twinweb.entries.kinds import Facet
from twinweb.entries.models import Card, CardFacet, Entry, Revision
from twinweb.entries.states import State
from twinweb.entries.words import Wording
from twinweb.kinds import KINDS
from twinweb.lessons.models import Lesson


def _card(revision: Revision) -> Card:
    return db.session.scalars(select(Card).where(Card.entry_id == revision.entry_id)).one()


def _check(app: Flask) -> tuple[int, list[str]]:
    db.session.expire_all()
    result = app.test_cli_runner().invoke(args=["check", "entries"])
    return result.exit_code, result.output.splitlines()


def _another_title(card: Card) -> None:
    db.session.execute(update(Card).where(Card.position == card.position).values(title="غير ذلك"))


def _lost_sector(card: Card) -> None:
    here = (CardFacet.position == card.position, CardFacet.facet == Facet.SECTOR)
    db.session.execute(delete(CardFacet).where(*here))


def _wrong_year(card: Card) -> None:
    db.session.add(CardFacet(position=card.position, facet=Facet.YEAR, value="1999", kind=card.kind))


def _lost_words(card: Card) -> None:
    words.remove(card.position)


def _lost_card(card: Card) -> None:
    words.remove(card.position)
    db.session.execute(delete(CardFacet).where(CardFacet.position == card.position))
    db.session.execute(delete(Card).where(Card.position == card.position))


def _lost_register(card: Card) -> None:
    db.session.execute(delete(Lesson).where(Lesson.entry_id == card.entry_id))


def _incomplete(card: Card) -> None:
    db.session.execute(update(Revision).where(Revision.id == card.revision_id).values(raw={"title": "x"}))


BREAKS: list[tuple[Callable[[Card], None], str]] = [
    (_another_title, "the catalogue says something else in: title"),
    (_lost_sector, "the filter by sector job-creation does not find it"),
    (_wrong_year, "the filter by year 1999 finds it wrongly"),
    (_lost_words, "search does not know its words"),
    (_lost_card, "it is missing in the catalogue"),
    (_lost_register, "the register does not hold the approved revision"),
    (
        _incomplete,
        "the approved revision is not complete: kind, sectors, year, situation, done, recommendation",
    ),
]


@pytest.mark.parametrize(("break_it", "fault"), BREAKS)
def test_what_falls_short_is_said_in_words(app: Flask, break_it: Callable[[Card], None], fault: str) -> None:
    card = _card(world.approved())
    with transaction():
        break_it(card)

    exit_code, lines = _check(app)

    assert exit_code == 1
    assert lines[0] == f"{card.reference}: {fault}"
    assert lines[-1].startswith("Error: 1 faults found.")


def test_what_is_sound_is_said_to_be(app: Flask) -> None:
    for kind in KINDS:
        world.approved(kind)
    world.draft()
    world.returned()

    assert _check(app) == (0, ["Nothing falls short."])


def test_a_retired_entry_is_not_found_and_that_is_right(app: Flask) -> None:
    revision = world.approved()
    card = _card(revision)
    entry = db.session.get_one(Entry, revision.entry_id)
    commands.retire(entry.id, KINDS["lesson"], "قديم", seen=entry.version, by=world.person("reviewer"))
    assert _check(app)[0] == 0

    with transaction():
        words.add([Wording(card.position, "lesson", card.reference, "قديم", "", ())])

    assert _check(app)[1][0] == f"{card.reference}: search finds it though it is retired"


def test_words_that_know_other_filters_are_told_and_written_again(app: Flask) -> None:
    card = _card(world.approved())
    with transaction():
        words.remove(card.position)
        words.add([Wording(card.position, card.kind, card.reference, card.title, card.text, ())])

    assert _check(app)[1][0] == f"{card.reference}: search does not know the filters that find it"

    app.test_cli_runner().invoke(args=["reindex"])
    assert _check(app)[0] == 0


def test_what_stands_there_without_being_approved_is_named(app: Flask) -> None:
    revision = world.approved()
    reference = _card(revision).reference
    with transaction() as session:
        session.execute(update(Entry).where(Entry.id == revision.entry_id).values(approved_id=None))

    assert _check(app)[1][:3] == [
        f"{reference}: it stands in the catalogue but is not approved",
        f"lesson {revision.entry_id}: it stands in the register but is not approved",
        f"revision {revision.id}: it is approved but not the one that readers see",
    ]


def test_readers_who_see_what_is_not_approved_are_reported(app: Flask) -> None:
    revision = world.approved()
    with transaction() as session:
        here = update(Revision).where(Revision.id == revision.id)
        session.execute(here.values(state=State.REJECTED))

    assert _check(app)[1][0].endswith("readers see a revision that is rejected")


def test_broken_keys_of_sqlite_are_found(app: Flask) -> None:
    if is_postgresql():
        pytest.skip("PostgreSQL does not let this happen")
    world.approved("session")
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("UPDATE link SET to_entry_id = 999999")
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.exec_driver_sql("BEGIN")

    exit_code, lines = _check(app)

    assert exit_code == 1
    assert any("refers to a row of entry that is not there" in line for line in lines)


def test_reindexing_finds_again_what_was_lost(app: Flask) -> None:
    lost, kept = _card(world.approved()), _card(world.approved("partnership"))
    with transaction():
        words.remove(lost.position)

    result = app.test_cli_runner().invoke(args=["reindex"])

    assert result.output == "2 entries indexed.\n"
    assert _check(app)[0] == 0
    assert words.indexed() == {lost.position, kept.position}
    assert list(db.session.scalars(words.found(), {"match": words.expression("متابعة", "lesson")})) == [
        lost.position
    ]


def test_reindexing_forgets_words_that_belong_to_nothing(app: Flask) -> None:
    if is_postgresql():
        pytest.skip("PostgreSQL removes them with their card")
    world.approved()
    with transaction():
        words.add([Wording(999, "lesson", "LES-2022-0999", "ضائع", "", ())])
    assert _check(app)[1][0] == "position 999: search knows words of what is not in the catalogue"

    app.test_cli_runner().invoke(args=["reindex"])

    assert _check(app)[0] == 0


def test_the_words_of_all_cards_are_written_in_batches(app: Flask) -> None:
    for _ in range(3):
        world.approved()
    with transaction():
        db.session.execute(text("DELETE FROM card_words"))

    assert catalogue.reindex(batch=2) == 3
    assert len(words.indexed()) == 3
