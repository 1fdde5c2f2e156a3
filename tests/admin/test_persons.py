"""Putting right who a person is: by an admin, and one's own phone."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import queries
from twinweb.accounts.commands import NotAdmin
from twinweb.accounts.models import Language, User
from twinweb.admin.facts import PersonFacts
from twinweb.admin.person_commands import correct_person
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.notices import mailing

RIGHT = {
    "username": "Basra.office",
    "name": "علي كريم حسن",
    "job_title": "مدير",
    "phone": "0750 123 4567",
    "email": "ali@example.iq",
    "language": "en",
}


def user(username: str) -> User:
    db.session.rollback()
    found = queries.user_named(username)
    assert found is not None
    return found


def edits() -> list[AuditEvent]:
    db.session.rollback()
    return [
        *db.session.scalars(select(AuditEvent).where(AuditEvent.act == "edit", AuditEvent.thing == "user"))
    ]


def test_an_admin_corrects_who_somebody_is(signed_in: SignedIn) -> None:
    client, before = signed_in("admin"), user("basra")

    answer = client.post(f"/admin/users/{before.id}/edit", data=RIGHT | {"seen": before.version})

    assert answer.status_code == 303
    after = user("basra.office")
    assert after.id == before.id
    assert (after.name, after.job_title, after.phone, after.language) == (
        "علي كريم حسن", "مدير", "+9647501234567", "en",
    )  # fmt: skip
    assert mailing.address_of(after.id) == "ali@example.iq"
    assert "علي كريم حسن" in client.get("/admin/users/?q=علي كريم").text


def test_the_log_has_the_names_of_what_changed_and_none_of_the_values(signed_in: SignedIn) -> None:
    client, before = signed_in("admin"), user("basra")

    client.post(f"/admin/users/{before.id}/edit", data=RIGHT | {"seen": before.version})

    event = edits()[0]
    assert event.details == {"fields": ["username", "name", "job_title", "phone", "language", "email"]}
    assert "رقم الهاتف" in client.get("/admin/audit/").text


def test_nothing_changed_is_no_event(signed_in: SignedIn) -> None:
    before = user("basra")
    same = {"username": before.username, "name": before.name, "language": "ar", "seen": before.version}

    signed_in("admin").post(f"/admin/users/{before.id}/edit", data=same)

    assert edits() == []


def test_two_admins_at_once_do_not_write_over_each_other(signed_in: SignedIn) -> None:
    client, before = signed_in("admin"), user("basra")
    form = RIGHT | {"seen": before.version}
    client.post(f"/admin/users/{before.id}/edit", data=form)

    answer = client.post(f"/admin/users/{before.id}/edit", data=form | {"name": "اسم آخر"})

    assert answer.status_code == 409
    assert user("basra.office").name == "علي كريم حسن"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "duhok"}, "username"),
        ({"username": "а.karim"}, "username"),  # Cyrillic
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"email": "a@b"}, "email"),
        ({"language": "fr"}, "language"),
    ],
)
def test_what_is_wrong_comes_back_as_typed(signed_in: SignedIn, changes: dict[str, str], field: str) -> None:
    before = user("basra")

    answer = signed_in("admin").post(
        f"/admin/users/{before.id}/edit", data=RIGHT | {"seen": before.version} | changes
    )

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="مدير"' in answer.text
    assert user("basra").name == before.name


def test_a_digest_goes_on_only_where_the_person_wants_it(app: Flask) -> None:
    by, basra = world.person("admin"), user("basra")
    facts = PersonFacts(
        username="basra", name="x", job_title="", phone="", language=Language.ARABIC, email="a@example.iq"
    )

    correct_person(basra.id, facts, seen=basra.version, by=by)

    assert mailing.due() == []
    with pytest.raises(NotAdmin):
        correct_person(basra.id, facts, seen=basra.version, by=world.person("reviewer"))


def test_one_changes_ones_own_phone_and_signs_in_by_it(signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/account/phone", data={"phone": "٠٧٥٠ ١٢٣ ٤٥٦٧"})

    assert answer.status_code == 303
    assert user("basra").phone == "+9647501234567"
    found = queries.user_called("07501234567")
    assert found is not None
    assert found.username == "basra"
    assert edits()[0].details == {"fields": ["phone"]}


def test_who_comes_by_an_open_browser_changes_no_phone(signed_in: SignedIn) -> None:
    client = signed_in("basra")

    with clock.at(clock.now() + timedelta(minutes=11)):
        answer = client.post("/account/phone", data={"phone": "07501234567"})
        asked, _, held = answer.location.partition("?held=")
        assert (asked, user("basra").phone) == ("/account/prove", "")
        client.post("/account/prove", data={"proof": world.PASSWORD, "held": held})

    assert user("basra").phone == "+9647501234567"


def test_a_phone_that_is_none_comes_back(signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/account/phone", data={"phone": "هاتف"})

    assert answer.status_code == 422
    assert 'value="هاتف"' in answer.text
    assert user("basra").phone == ""
