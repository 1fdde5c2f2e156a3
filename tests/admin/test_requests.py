"""Accounts that an office asks for, decided by somebody else."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts import commands, queries, requests
from twinweb.accounts.models import Role
from twinweb.accounts.request_models import AccountRequest
from twinweb.audit import AuditEvent
from twinweb.db import db

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
COLLEAGUE = {"name": "هدى نعمة صبري", "job_title": "مهندسة", "phone": "٠٧٧٠ ١١١ ٢٢٣٣"}
PERSON = {"username": "huda.sabri", "name": "هدى نعمة صبري", "language": "ar"}


def only() -> AccountRequest:
    db.session.rollback()
    return db.session.scalars(select(AccountRequest)).one()


def test_an_office_asks_and_an_admin_opens(signed_in: SignedIn) -> None:
    office, admin = signed_in("basra"), signed_in("admin")
    assert office.post("/account/colleagues", data=COLLEAGUE).status_code == 303
    assert only().phone == "+9647701112233"
    assert COLLEAGUE["name"] in admin.get("/admin/requests/").text
    assert "/admin/requests/" in admin.get("/admin/users/").text
    assert 'value="huda.sabari"' in admin.get(f"/admin/requests/{only().id}").text

    answer = admin.post(f"/admin/requests/{only().id}", data=PERSON)

    assert answer.status_code == 200
    assert CODE.search(answer.text)
    opened = queries.user_named("huda.sabri")
    assert opened is not None
    held = queries.memberships(opened.id)
    assert [(one.role, one.governorate) for one in held] == [(Role.CONTRIBUTOR, "basra")]
    assert (only().user_id, only().decided_by_id) == (opened.id, world.person("admin").id)
    assert COLLEAGUE["name"] not in admin.get("/admin/requests/").text
    assert 'class="badge approved"' in office.get("/account/colleagues").text


def test_a_reason_goes_back_to_the_office(signed_in: SignedIn) -> None:
    request, admin = world.asked_for(), signed_in("admin")

    bare = admin.post(f"/admin/requests/{request.id}/decline", data={"reason": " "})
    answer = admin.post(f"/admin/requests/{request.id}/decline", data={"reason": "له حساب من قبل"})

    assert (bare.status_code, answer.status_code) == (422, 303)
    assert "له حساب من قبل" in signed_in("basra").get("/account/colleagues").text
    assert "له حساب من قبل" not in signed_in("duhok").get("/account/colleagues").text


def test_nobody_asks_for_an_office_that_is_not_theirs(signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/account/colleagues", data=COLLEAGUE | {"governorate": "duhok"})

    assert answer.status_code == 422
    assert db.session.scalars(select(AccountRequest)).all() == []


def test_who_writes_for_several_offices_says_for_which(signed_in: SignedIn) -> None:
    client = signed_in("both")

    assert client.post("/account/colleagues", data=COLLEAGUE).status_code == 422
    assert client.post("/account/colleagues", data=COLLEAGUE | {"governorate": "duhok"}).status_code == 303
    assert only().governorate == "duhok"


def test_who_asked_does_not_decide(signed_in: SignedIn) -> None:
    request = world.asked_for()
    commands.grant(world.person("basra").id, commands.Grant(Role.ADMIN), by=world.person("admin"))
    client = signed_in("basra")

    assert client.post(f"/admin/requests/{request.id}", data=PERSON).status_code == 403
    assert client.post(f"/admin/requests/{request.id}/decline", data={"reason": "x"}).status_code == 403
    assert only().decided_at is None


def test_a_request_is_decided_once(signed_in: SignedIn) -> None:
    request, admin = world.asked_for(), signed_in("admin")
    admin.post(f"/admin/requests/{request.id}", data=PERSON)

    again = admin.post(f"/admin/requests/{request.id}", data=PERSON | {"username": "huda2"})

    assert again.status_code == 409
    assert queries.user_named("huda2") is None


def test_a_user_name_that_is_taken_opens_nothing(signed_in: SignedIn) -> None:
    request = world.asked_for()

    answer = signed_in("admin").post(f"/admin/requests/{request.id}", data=PERSON | {"username": "duhok"})

    assert answer.status_code == 422
    assert only().decided_at is None


def test_likely_duplicates_are_shown_before_it_is_opened(signed_in: SignedIn) -> None:
    request = world.asked_for(name="شخص duhok")

    text = signed_in("admin").get(f"/admin/requests/{request.id}").text

    assert f'href="/admin/users/{world.person("duhok").id}"' in text


def test_an_office_asks_for_twenty_at_a_time_at_most(signed_in: SignedIn) -> None:
    for number in range(requests.MOST_WAITING):
        world.asked_for(name=f"زميل {number}")

    assert signed_in("basra").post("/account/colleagues", data=COLLEAGUE).status_code == 422


def test_only_admins_decide_and_each_act_is_told(app: Flask) -> None:
    request = world.asked_for()
    for name in ("basra2", "reviewer", "observer"):
        with pytest.raises(commands.NotAdmin):
            requests.decline(request.id, "x", by=world.person(name))

    requests.decline(request.id, "x", by=world.person("admin"))

    acts = [event.act for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert acts[-2:] == ["ask_account", "decline_request"]
