"""Leaving and moving: what hangs on a person is shown without its text, handed over, and told."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.attachments.places import place_of
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import commands as accounts
from twinweb.accounts import queries
from twinweb.accounts.models import Membership, Role
from twinweb.admin import leaving
from twinweb.attachments import uploads
from twinweb.attachments.commands import Label
from twinweb.attachments.models import Upload
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries import commands
from twinweb.entries import queries as entries
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS
from twinweb.notices.models import News, Notice


def membership(username: str) -> Membership:
    db.session.rollback()
    return queries.memberships(world.person(username).id)[0]


def address(username: str) -> str:
    held = membership(username)
    return f"/admin/users/{held.user_id}/memberships/{held.id}"


def told(username: str, news: News) -> list[int]:
    """The revisions that this person was told this of."""
    db.session.rollback()
    mine = Notice.user_id == world.person(username).id, Notice.news == news
    return [*db.session.scalars(select(Notice.revision_id).where(*mine).order_by(Notice.id))]


def move_to(client: FlaskClient, username: str, **changes: str) -> int:
    data = {"role": "contributor", "governorate": "duhok", "belonging": "office"} | changes
    return client.post(f"{address(username)}/move", data=data).status_code


def fields_of_day(days: int) -> dict[str, str]:
    day = clock.today() + timedelta(days=days)
    return {"starts-day": str(day.day), "starts-month": str(day.month), "starts-year": str(day.year)}


def test_what_is_open_is_shown_by_kind_reference_and_date_never_by_its_title(signed_in: SignedIn) -> None:
    world.draft(title="سرّ المسودة")
    world.returned(title="سرّ المُعاد")
    world.draft(by="basra2", title="لغيره")
    first = world.approved()
    reference = str(first.entry.reference)
    commands.correct(first.entry_id, KINDS["lesson"], by=world.person("basra"))

    text = signed_in("admin").get(f"{address('basra')}/end").text

    assert "سرّ" not in text
    assert "لغيره" not in text
    assert reference in text
    assert len(leaving.hanging(membership("basra")).work) == 3


def test_contacts_name_approved_entries_alone(signed_in: SignedIn) -> None:
    named = world.approved(contact_office="شعبة التخطيط، شخص basra").entry.reference
    world.draft(contact_office="شخص basra")
    world.approved(contact_office="شعبة التخطيط")

    hanging = leaving.hanging(membership("basra"))

    assert [reference for _kind, reference, _id in hanging.contacts] == [named]
    assert str(named) in signed_in("admin").get(f"{address('basra')}/end").text


def test_open_work_goes_to_a_colleague_who_is_told_and_sign_ins_end(signed_in: SignedIn) -> None:
    draft, theirs, client = world.draft(), signed_in("basra"), signed_in("admin")
    assert theirs.get("/account/").status_code == 200

    answer = client.post(f"{address('basra')}/end", data={"to": world.person("basra2").id})

    assert answer.status_code == 303
    assert theirs.get("/account/").status_code == 303
    assert told("basra2", News.HANDED_OVER) == [draft.id]
    assert told("both", News.HANDED_OVER) == []
    assert "أُحيل إليك" in signed_in("basra2").get("/notices/").text


def test_or_to_the_office_and_all_of_it_is_told(signed_in: SignedIn) -> None:
    draft = world.draft()

    signed_in("admin").post(f"{address('basra')}/end", data={"to": "0"})

    for name in ("basra2", "both", "writes-and-reviews"):
        assert told(name, News.HANDED_OVER) == [draft.id]
    assert told("duhok", News.HANDED_OVER) == []


def test_authorship_stays_and_the_colleague_goes_on_and_sends(app: Flask) -> None:
    draft = world.draft()
    leaving.end(membership("basra").id, to=world.person("basra2").id, by=world.person("admin"))

    sent = commands.submit(world.seen(draft), KINDS, by=world.person("basra2"))

    assert sent.author_id == world.person("basra").id
    writers = {one.name for one in entries.writers(sent.id)}
    assert "شخص basra" in writers


def test_whoever_took_it_over_is_told_what_reviewers_decide(app: Flask) -> None:
    sent = world.submitted()
    leaving.end(membership("basra").id, to=world.person("basra2").id, by=world.person("admin"))

    back = commands.send_back(world.seen(sent), {"whole": "x"}, KINDS, by=world.person("reviewer"))

    assert told("basra2", News.RETURNED) == [back.id]
    assert told("both", News.RETURNED) == []


def test_where_no_author_is_left_the_whole_office_is_told(app: Flask) -> None:
    sent = world.submitted()
    accounts.deactivate(world.person("basra").id, by=world.person("admin"))

    commands.approve(world.seen(sent), KINDS, by=world.person("reviewer"))

    assert told("basra2", News.APPROVED) == [sent.id]
    assert told("both", News.APPROVED) == [sent.id]
    assert told("basra", News.APPROVED) == []


def test_a_decision_that_is_taken_back_leaves_the_handing_over_told(app: Flask) -> None:
    sent = world.submitted()
    leaving.end(membership("basra").id, to=world.person("basra2").id, by=world.person("admin"))
    done = commands.reject(world.seen(sent), "x", KINDS, by=world.person("reviewer"))

    commands.take_back(world.seen(done), KINDS, by=world.person("reviewer"))

    assert told("basra2", News.HANDED_OVER) == [sent.id]
    assert told("basra2", News.REJECTED) == []


@pytest.mark.parametrize("whom", ["duhok", "reviewer", "basra"])
def test_work_goes_to_nobody_outside_the_office_nor_back(signed_in: SignedIn, whom: str) -> None:
    world.draft()

    answer = signed_in("admin").post(f"{address('basra')}/end", data={"to": world.person(whom).id})

    assert answer.status_code == 409
    assert membership("basra").ends is None


def test_claims_of_a_reviewer_are_let_go_of(signed_in: SignedIn) -> None:
    held = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer"))
    client = signed_in("admin")
    assert leaving.hanging(membership("reviewer")).claims == 1

    client.post(f"{address('reviewer')}/end")

    db.session.rollback()
    free = db.session.get_one(Revision, held.id)
    assert (free.claimed_by_id, free.claimed_until) == (None, None)
    commands.claim(world.seen(free), KINDS, by=world.person("reviewer2"))


def test_unfinished_uploads_are_counted_and_thrown_away(signed_in: SignedIn) -> None:
    uploads.begin(place_of(world.draft()), Label("a.pdf"), 10, "one", by=world.person("basra"))
    assert leaving.hanging(membership("basra")).uploads == 1

    signed_in("admin").post(f"{address('basra')}/end")

    db.session.rollback()
    assert db.session.scalars(select(Upload)).all() == []


def test_a_move_keeps_the_history_and_takes_the_rights_away_on_the_day(signed_in: SignedIn) -> None:
    world.draft()
    client = signed_in("admin")

    assert move_to(client, "basra", **fields_of_day(3)) == 303

    db.session.rollback()
    assert world.person("basra").writes_for == {"basra"}
    with clock.at(clock.now() + timedelta(days=2)):
        assert world.person("basra").writes_for == {"basra"}
    with clock.at(clock.now() + timedelta(days=3)):
        assert world.person("basra").writes_for == {"duhok"}
    held = queries.memberships(world.person("basra").id)
    assert [one.governorate for one in held] == ["duhok", "basra"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "move_person")).one()
    assert event.details == {"roles": ["contributor:basra", "contributor:duhok"], "handed_over": 1}
    assert "نقل شخص" in client.get("/admin/audit/").text


def test_a_move_today_ends_the_sign_ins_and_the_former_rights_at_once(signed_in: SignedIn) -> None:
    theirs, draft = signed_in("basra"), world.draft()

    assert move_to(signed_in("admin"), "basra") == 303

    assert theirs.get("/account/").status_code == 303
    assert signed_in("basra").get(f"/lessons/{draft.entry_id}").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"governorate": "basra"},
        {"starts-day": "1", "starts-month": "1", "starts-year": "2020"},
        {"governorate": ""},
        {"role": ""},
    ],
)
def test_a_move_that_leads_nowhere_comes_back(signed_in: SignedIn, changes: dict[str, str]) -> None:
    assert move_to(signed_in("admin"), "basra", **changes) == 422
    assert membership("basra").ends is None


def test_the_last_admin_does_not_move_away(signed_in: SignedIn) -> None:
    assert move_to(signed_in("admin"), "admin", **fields_of_day(3)) == 409
    assert world.person("admin").administers


def test_what_begins_later_and_what_ends_soon_is_listed(signed_in: SignedIn) -> None:
    admin, today = world.person("admin"), clock.today()
    later = accounts.Grant(Role.OBSERVER, starts=today + timedelta(days=40))
    soon = accounts.Grant(Role.OBSERVER, ends=today + timedelta(days=30))
    far = accounts.Grant(Role.OBSERVER, ends=today + timedelta(days=31))
    for name, grant in (("basra", later), ("duhok", soon), ("ninewa", far)):
        accounts.grant(world.person(name).id, grant, by=admin)

    text = signed_in("admin").get("/admin/memberships/").text

    assert [user.username for _held, user in leaving.to_come()] == ["basra"]
    assert [user.username for _held, user in leaving.ending_soon()] == ["duhok"]
    assert "شخص basra" in text
    assert "شخص ninewa" not in text


def test_only_admins_end_and_move(app: Flask) -> None:
    held, by = membership("basra"), world.person("reviewer")

    with pytest.raises(accounts.NotAdmin):
        leaving.end(held.id, by=by)
    with pytest.raises(accounts.NotAdmin):
        leaving.move(held.id, accounts.Grant(Role.OBSERVER), by=by)
