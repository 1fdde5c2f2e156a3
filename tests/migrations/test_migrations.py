"""The schema goes up and down with data in it, and is at its head what the models say."""

from pathlib import Path
from shutil import copytree

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, migrate, upgrade
from sqlalchemy import inspect, select

from tests import world
from tests.addresses import programme
from twinweb.config import ROOT
from twinweb.db import db, transaction
from twinweb.entries import words
from twinweb.entries.models import Card
from twinweb.entries.soundness import faults
from twinweb.entries.words import Wording
from twinweb.kinds import KINDS
from twinweb.upkeep.schema import is_migrated, newest

REVISIONS = [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]


def test_the_head_is_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_modelled})

        assert compare_metadata(context, db.metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_step_goes_down_and_up_again_with_data(app: Flask, revision: str) -> None:
    programme()
    db.session.remove()

    downgrade(revision=_before(revision))
    upgrade()

    assert is_migrated()
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_words_from_before_are_found_together_with_filters_afterwards(app: Flask) -> None:
    world.approved("partnership")
    world.approved()
    with transaction() as session:
        for card in session.scalars(select(Card)):
            words.remove(card.position)
            words.add([Wording(card.position, card.kind, card.reference, card.title, card.text, ())])
    assert world.filters_of_words() != world.filters()
    db.session.remove()

    downgrade(revision="0012")
    upgrade()

    assert world.filters_of_words() == world.filters()
    assert list(faults(KINDS)) == []


def test_filters_have_their_kind_among_the_words_from_before(app: Flask) -> None:
    world.approved("partnership")
    world.approved()
    db.session.remove()

    downgrade(revision="0014")
    assert world.filters_of_words() != world.filters()
    db.session.remove()
    upgrade()

    assert world.filters_of_words() == world.filters()
    assert list(faults(KINDS)) == []


def test_a_new_one_is_named_by_the_next_number(app: Flask, tmp_path: Path) -> None:
    folder = copytree(ROOT / "migrations", tmp_path / "migrations")

    migrate(directory=str(folder), message="visits have hosts")

    (made,) = (folder / "versions").glob("*_visits_have_hosts.py")
    assert made.name.startswith(f"{int(newest()) + 1:04}_")


def _before(revision: str) -> str:
    script = ScriptDirectory(str(ROOT / "migrations")).get_revision(revision)
    return str(script.down_revision or "base") if script else "base"


def _is_modelled(name: str | None, what: str, _parents: object) -> bool:
    return not (what == "table" and (name or "").startswith("card_words"))
