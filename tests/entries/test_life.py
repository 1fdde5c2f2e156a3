"""The life of an entry, from draft to approval and back, by the commands alone."""

from flask import Flask

from tests import world
from twinweb.entries import commands, lists
from twinweb.entries.lists import Filters
from twinweb.entries.states import State
from twinweb.kinds import KINDS


def test_an_approved_entry_of_each_kind_enters_its_list(app: Flask) -> None:
    for kind in KINDS:
        revision = world.approved(kind)

        assert [row.entry_id for row in lists.listing(Filters(kind=kind)).rows][0] == revision.entry_id


def test_taking_an_approval_back_leaves_nothing_behind(app: Flask) -> None:
    revision = world.approved("partnership")

    commands.take_back(world.seen(revision), KINDS, by=world.person("reviewer"))

    assert revision.state is State.SUBMITTED
    assert lists.listing(Filters(kind="partnership")).rows == []
