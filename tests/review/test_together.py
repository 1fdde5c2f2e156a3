"""Approving several at once: only what was opened in this sign-in, all or none, and recorded as such."""

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts.models import Membership, Role
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries.models import Revision
from twinweb.entries.states import State


def opened(client: FlaskClient, revision: Revision) -> Revision:
    client.post(f"/review/{revision.id}/claim", data={"revision": revision.id, "seen": revision.version})
    db.session.refresh(revision)
    return revision


def ticked(*revisions: Revision) -> dict[str, list[str]]:
    return {"approve": [f"{one.id}:{one.version}" for one in revisions]}


def states(*revisions: Revision) -> set[State]:
    for one in revisions:
        db.session.refresh(one)
    return {one.state for one in revisions}


def test_what_was_opened_is_approved_together_and_recorded_as_such(app: Flask, signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer")
    one, two = (opened(reviewer, world.submitted(title=title)) for title in ("واحد", "اثنان"))

    answer = reviewer.post("/review/approve", data=ticked(one, two))

    events = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "approve")).all()
    assert (answer.status_code, states(one, two)) == (303, {State.APPROVED})
    assert [event.details["together"] for event in events] == [2, 2]


def test_what_was_not_opened_in_this_sign_in_keeps_all_from_being_approved(
    app: Flask, signed_in: SignedIn
) -> None:
    reviewer, elsewhere = signed_in("reviewer"), signed_in("reviewer")
    one, unread = opened(reviewer, world.submitted()), opened(elsewhere, world.submitted())

    reviewer.post("/review/approve", data=ticked(one, unread))

    assert states(one, unread) == {State.SUBMITTED}


def test_one_that_cannot_be_approved_keeps_all_and_is_shown(app: Flask, signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer")
    partnership = world.draft("partnership")
    one = opened(reviewer, world.submitted())
    unready = opened(reviewer, world.submitted(title="ينتظر شراكة", partnership=str(partnership.entry_id)))

    answer = reviewer.post("/review/approve", data=ticked(one, unready))

    assert answer.status_code == 409
    assert BeautifulSoup(answer.text, "html.parser").h1.get_text() == "ينتظر شراكة"  # type: ignore[union-attr]
    assert states(one, unready) == {State.SUBMITTED}


def test_never_what_is_ones_own(app: Flask, signed_in: SignedIn) -> None:
    both = signed_in("writes-and-reviews")
    mine = world.submitted()

    both.post("/review/approve", data=ticked(mine))

    assert states(mine) == {State.SUBMITTED}


def test_nothing_ticked_or_nonsense_does_nothing(app: Flask, signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer")

    for sent in ({}, {"approve": ["x:1", "1", ":", "9" * 30 + ":1", "²:1"]}):
        assert reviewer.post("/review/approve", data=sent).status_code == 303


def test_never_what_has_become_ones_own_since_it_was_opened(app: Flask, signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer")
    revision = opened(reviewer, world.submitted())
    with transaction() as session:
        session.add(
            Membership(
                user_id=world.person("reviewer").id,
                role=Role.CONTRIBUTOR,
                governorate="basra",
                starts=clock.today(),
            )
        )
    sent = {"revision": revision.id, "seen": revision.version, "note-whole": "نص", "reason": "سبب"}
    acts = ("notes", "release", "claim", "approve", "return", "reject", "duplicate", "correct", "take-back")

    together = reviewer.post("/review/approve", data=ticked(revision)).status_code
    found = {act: reviewer.post(f"/review/{revision.id}/{act}", data=sent).status_code for act in acts}

    assert (together, found) == (403, dict.fromkeys(acts, 403))
    assert states(revision) == {State.SUBMITTED}
