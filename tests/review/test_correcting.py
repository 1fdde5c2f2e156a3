"""A reviewer's correction: it takes the place of what was sent, and another decides on it."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries import commands, notes, queries, review_commands
from twinweb.entries.models import Revision
from twinweb.entries.refusals import AlreadyOpen, NotAllowed
from twinweb.entries.states import State
from twinweb.kinds import KINDS


def corrected(revision: Revision, by: str = "reviewer", **changes: Any) -> Revision:
    raw = world.raw(revision.entry.kind) | changes
    return review_commands.correct_as_reviewer(world.seen(revision), raw, KINDS, by=world.person(by))


def test_it_takes_the_place_of_what_was_sent_and_both_texts_are_kept(app: Flask) -> None:
    sent = world.submitted()

    copy = corrected(sent, title="عنوان مصحَّح")

    db.session.refresh(sent)
    assert (sent.state, sent.title) == (State.ANSWERED, world.RAW["lesson"]["title"])
    assert (copy.state, copy.title, copy.number) == (State.SUBMITTED, "عنوان مصحَّح", 2)
    assert copy.submitted_at == sent.submitted_at
    told = queries.correction(copy.id)
    assert told is not None
    assert (told.of_id, told.by) == (sent.id, "شخص reviewer")


def test_another_reviewer_decides_on_it(app: Flask) -> None:
    copy = corrected(world.submitted(), title="عنوان مصحَّح")

    with pytest.raises(NotAllowed):
        commands.approve(world.seen(copy), KINDS, by=world.person("reviewer"))
    assert commands.approve(world.seen(copy), KINDS, by=world.person("reviewer2")).state is State.APPROVED


def test_who_changed_sectors_alone_may_approve_and_the_list_of_acts_says_so(
    app: Flask, signed_in: SignedIn
) -> None:
    copy = corrected(world.submitted(), sectors=["agriculture"])
    page = BeautifulSoup(signed_in("reviewer").get(f"/review/{copy.id}").text, "html.parser")

    acts = {
        str(one.get("formaction", "")).rpartition("/")[2] for one in page.select(".decision [formaction]")
    }
    with pytest.raises(NotAllowed):
        commands.reject(world.seen(copy), "سبب", KINDS, by=world.person("reviewer"))
    commands.approve(world.seen(copy), KINDS, by=world.person("reviewer"))

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "approve")).one()
    assert acts == {"approve"}
    assert event.details["own_tags"] == 1


def test_sectors_and_a_word_are_more_than_sectors(app: Flask) -> None:
    copy = corrected(world.submitted(), sectors=["agriculture"], title="وعنوان")

    with pytest.raises(NotAllowed):
        commands.approve(world.seen(copy), KINDS, by=world.person("reviewer"))


def test_who_corrected_the_text_first_does_not_approve_by_changing_sectors_later(app: Flask) -> None:
    copy = corrected(world.submitted(), title="عنوان مصحَّح")

    with pytest.raises(NotAllowed):
        corrected(copy, title="عنوان مصحَّح", sectors=["agriculture"])


def test_what_it_refers_to_stays_as_the_office_wrote_it(app: Flask) -> None:
    partnership = world.draft("partnership")
    sent = world.submitted(partnership=str(partnership.entry_id))

    copy = corrected(sent, title="عنوان مصحَّح")

    assert copy.raw["partnership"] == str(partnership.entry_id)


def test_notes_that_nobody_was_told_of_go_with_the_text(app: Flask) -> None:
    kept = review_commands.keep_notes(
        world.seen(world.submitted()), {"result": "كم؟"}, KINDS, by=world.person("reviewer")
    )

    copy = corrected(kept, title="عنوان مصحَّح")

    assert (notes.untold(kept.id), notes.untold(copy.id)) == ({}, {"result": "كم؟"})
    assert notes.open_for(copy.entry_id) == []


def test_an_approved_entry_is_corrected_beside_what_readers_see(app: Flask) -> None:
    approved = world.approved()

    copy = corrected(approved, "reviewer2", title="عنوان مصحَّح")

    db.session.refresh(approved)
    assert (approved.state, copy.state) == (State.APPROVED, State.SUBMITTED)
    with pytest.raises(AlreadyOpen):
        corrected(approved, title="عنوان آخر")
    commands.approve(world.seen(copy), KINDS, by=world.person("reviewer"))
    db.session.refresh(approved)
    assert approved.state is State.SUPERSEDED


def test_the_page_sends_it_and_comes_back_with_what_is_wrong(app: Flask, signed_in: SignedIn) -> None:
    sent, waiting, reviewer = world.submitted(), world.submitted(), signed_in("reviewer")
    fields = {name: text for name, text in world.raw("lesson").items() if isinstance(text, str)}
    typed = fields | {"sectors": ["job-creation"], "revision": sent.id, "seen": sent.version}
    address = f"/review/{sent.id}/correct"

    same = reviewer.post(address, data=typed)
    empty = reviewer.post(address, data=typed | {"title": ""})
    done = reviewer.post(address, data=typed | {"title": "عنوان مصحَّح"})
    late = reviewer.post(address, data=typed | {"title": "عنوان ثانٍ"})

    assert [one.status_code for one in (same, empty, done, late)] == [422, 422, 303, 409]
    assert BeautifulSoup(empty.text, "html.parser").select_one('.errors a[href="#title"]')
    assert done.location == f"/review/{waiting.id}"  # the next; this one is another reviewer's now
    assert "شخص reviewer" in signed_in("basra").get(f"/lessons/{sent.entry_id}").text


def test_whoever_may_still_approve_stays_with_the_correction(app: Flask, signed_in: SignedIn) -> None:
    sent, _waiting, reviewer = world.submitted(), world.submitted(), signed_in("reviewer")
    fields = {name: text for name, text in world.raw("lesson").items() if isinstance(text, str)}
    typed = fields | {"sectors": ["agriculture"], "revision": sent.id, "seen": sent.version}

    done = reviewer.post(f"/review/{sent.id}/correct", data=typed)

    page = BeautifulSoup(reviewer.get(done.location or "").text, "html.parser")
    assert page.select_one("[formaction$=approve]")
