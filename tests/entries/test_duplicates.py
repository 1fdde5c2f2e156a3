"""Closed as the same as another entry: readers, references and lists go on to that one, until taken back."""

import pytest
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.db import db
from twinweb.entries import commands, lists, relations
from twinweb.entries.lists import Filters
from twinweb.entries.models import Entry, Revision
from twinweb.entries.refusals import BuiltOn, NoSuchDuplicate
from twinweb.entries.states import State
from twinweb.kinds import KINDS

REVIEWER = "reviewer"


def closed(revision: Revision, other: Revision) -> Revision:
    reference = db.session.get_one(Entry, other.entry_id).reference or ""
    return commands.mark_duplicate(
        world.seen(revision), reference, "المادة نفسها", KINDS, by=world.person(REVIEWER)
    )


def changed(approved: Revision) -> Revision:
    kind = KINDS[db.session.get_one(Entry, approved.entry_id).kind]
    copy = commands.correct(approved.entry_id, kind, by=world.person("basra"))
    return commands.submit(world.seen(copy), KINDS, by=world.person("basra"))


def test_readers_of_an_approved_entry_are_led_on(app: Flask, signed_in: SignedIn) -> None:
    old, other = world.approved(title="القديمة"), world.approved(by="duhok", title="الباقية")

    closed(changed(old), other)

    answer = signed_in("observer").get(f"/lessons/{old.entry_id}")
    assert (answer.status_code, answer.location) == (303, f"/lessons/{other.entry_id}")
    assert [row.title for row in lists.listing(Filters(kind="lesson")).rows] == ["الباقية"]


def test_what_referred_to_it_refers_to_the_other(app: Flask) -> None:
    old, other = world.approved("partnership"), world.approved("partnership", by="basra", title="الباقية")
    lesson = world.approved(partnership=str(old.entry_id))

    closed(changed(old), other)

    assert [one.entry_id for one in relations.children(other.entry_id, 8, 40)] == [lesson.entry_id]
    named = relations.named([old.entry_id], KINDS, by=world.person("observer"))
    assert named[old.entry_id].title == "الباقية"


def test_what_waits_for_a_submission_that_is_a_duplicate_waits_no_longer(app: Flask) -> None:
    proposed, other = world.submitted("partnership"), world.approved("partnership", title="الباقية")
    lesson = world.submitted(partnership=str(proposed.entry_id))

    closed(proposed, other)

    assert commands.approve(world.seen(lesson), KINDS, by=world.person(REVIEWER)).state is State.APPROVED
    assert [one.entry_id for one in relations.children(other.entry_id, 8, 40)] == [lesson.entry_id]


def test_taking_it_back_brings_the_entry_back(app: Flask, signed_in: SignedIn) -> None:
    old, other = world.approved(title="القديمة"), world.approved(by="duhok", title="الباقية")
    decided = closed(changed(old), other)

    commands.take_back(world.seen(decided), KINDS, by=world.person(REVIEWER))

    assert signed_in("observer").get(f"/lessons/{old.entry_id}").status_code == 200
    assert {row.title for row in lists.listing(Filters(kind="lesson")).rows} == {"القديمة", "الباقية"}


def test_it_stands_once_somebody_relied_on_it(app: Flask) -> None:
    proposed, other = world.submitted("partnership"), world.approved("partnership", title="الباقية")
    lesson = world.submitted(partnership=str(proposed.entry_id))
    decided = closed(proposed, other)
    commands.approve(world.seen(lesson), KINDS, by=world.person(REVIEWER))

    with pytest.raises(BuiltOn):
        commands.take_back(world.seen(decided), KINDS, by=world.person(REVIEWER))


def test_nothing_is_a_duplicate_of_a_duplicate(app: Flask) -> None:
    old, other = world.approved(), world.approved(by="duhok")
    closed(changed(old), other)

    with pytest.raises(NoSuchDuplicate):
        closed(world.submitted(), old)


def test_words_of_a_title_offer_entries_to_choose_from(app: Flask, signed_in: SignedIn) -> None:
    other = world.approved(by="duhok", title="حاضنة الأعمال في البصرة")
    reference = db.session.get_one(Entry, other.entry_id).reference
    revision, reviewer = world.submitted(title="عنوان"), signed_in(REVIEWER)
    typed = {
        "revision": revision.id,
        "seen": revision.version,
        "reason": "نفسها",
        "reference": "حاضنة الأعمال",
    }

    found = reviewer.post(f"/review/{revision.id}/duplicate", data=typed)
    chosen = reviewer.post(f"/review/{revision.id}/duplicate", data=typed | {"other": reference})

    assert found.status_code == 422
    assert f'value="{reference}"' in found.text
    assert chosen.status_code == 303
