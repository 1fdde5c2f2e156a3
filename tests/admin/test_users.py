"""Opening accounts, giving and ending roles, codes, and the last admin."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import commands, queries, sign_ins
from twinweb.accounts.models import Membership, OneTimeCode, Role, User
from twinweb.accounts.person import Person
from twinweb.accounts.secrets import hash_code
from twinweb.admin import leaving
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction

NEW = {
    "username": "A.Karim",
    "name": "علي كريم حسن جاسم",
    "job_title": "مهندس",
    "phone": "0750 123 4567",
    "language": "ar",
    "role": "contributor",
    "governorate": "basra",
    "belonging": "on_behalf",
    "starts-day": "١",
    "starts-month": "10",
    "starts-year": "2022",
    "ends-day": "",
    "ends-month": "",
    "ends-year": "",
}
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


def new(**changes: str) -> dict[str, str]:
    return NEW | changes


def user_id(username: str) -> int:
    return world.person(username).id


def held(username: str) -> list[tuple[Role, str | None]]:
    db.session.rollback()
    found = queries.memberships(user_id(username))
    return [(one.role, one.governorate) for one in found if not one.ends or one.ends >= clock.today()]


def membership_id(username: str) -> int:
    return queries.memberships(user_id(username))[0].id


def opened(client: FlaskClient, **changes: str) -> User:
    assert client.post("/admin/users/new", data=new(**changes)).status_code == 200
    db.session.rollback()
    found = queries.user_named(new(**changes)["username"])
    assert found is not None
    return found


def test_opening_an_account_shows_its_code_once_and_keeps_it_nowhere(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    answer = client.post("/admin/users/new", data=NEW)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    code = CODE.findall(answer.text)[0]
    db.session.rollback()
    kept = db.session.scalars(select(OneTimeCode)).one()
    assert kept.code_hash == hash_code(code)
    told = [str(event.details) for event in db.session.scalars(select(AuditEvent))]
    assert not any(code in text for text in [*told, str(answer.headers)])
    with client.session_transaction() as cookie:
        assert code not in str(dict(cookie))
    assert code not in client.get(f"/admin/users/{kept.user_id}").text


def test_the_slip_says_where_who_what_and_how_long(signed_in: SignedIn) -> None:
    text = signed_in("admin").post("/admin/users/new", data=NEW).text

    assert "http://localhost" in text
    assert "a.karim" in text
    assert NEW["name"] in text
    assert "14" in text


def test_everything_that_was_typed_enters_the_account(signed_in: SignedIn) -> None:
    user = opened(signed_in("admin"))

    kept = queries.memberships(user.id)[0]
    assert (user.username, user.name, user.job_title, user.phone) == (
        "a.karim", NEW["name"], "مهندس", "+9647501234567",
    )  # fmt: skip
    assert (kept.role, kept.governorate, kept.on_behalf) == (Role.CONTRIBUTOR, "basra", True)
    assert (kept.starts.isoformat(), kept.ends) == ("2022-10-01", None)


def test_an_observer_or_admin_holds_the_role_for_no_governorate(signed_in: SignedIn) -> None:
    user = opened(signed_in("admin"), role="observer")

    kept = queries.memberships(user.id)[0]
    assert (kept.governorate, kept.on_behalf) == (None, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "а.karim"}, "username"),  # the first letter is Cyrillic
        ({"username": "x" * 61}, "username"),
        ({"username": "Basra"}, "username"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"phone": "12"}, "phone"),
        ({"language": "fr"}, "language"),
        ({"role": ""}, "role"),
        ({"role": "king"}, "role"),
        ({"governorate": ""}, "governorate"),
        ({"governorate": "atlantis"}, "governorate"),
        ({"starts-day": "30", "starts-month": "2"}, "starts"),
        ({"ends-day": "1", "ends-month": "1", "ends-year": "2022"}, "ends"),
    ],
)
def test_what_is_wrong_is_listed_and_nothing_typed_is_lost(
    signed_in: SignedIn, changes: dict[str, str], field: str
) -> None:
    answer = signed_in("admin").post("/admin/users/new", data=new(**changes))

    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([\w-]+)">', answer.text) == [field]
    assert 'value="مهندس"' in answer.text
    assert "خطأ:" in answer.text.partition("</title>")[0]


def test_a_name_that_is_taken_leads_to_its_account(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    user = opened(client)

    answer = client.post("/admin/users/new", data=new(username="a.KARIM"))

    assert answer.status_code == 422
    assert f'href="/admin/users/{user.id}"' in answer.text


def test_under_htmx_the_slip_takes_the_place_of_the_form(signed_in: SignedIn) -> None:
    headers = {"HX-Request": "true", "HX-Target": "main#main"}

    answer = signed_in("admin").post("/admin/users/new", data=NEW, headers=headers)

    assert answer.status_code == 200
    assert CODE.search(answer.text)
    assert "<!doctype" not in answer.text
    assert "HX-Push-Url" not in answer.headers


def test_accounts_are_found_by_folded_name_user_name_governorate_and_role(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    opened(client, name="أحمد إبراهيم", username="ahmad.i", governorate="duhok")

    def found(query: str) -> list[str]:
        return re.findall(r'<bdi dir="ltr">([\w.-]+)</bdi>', client.get(f"/admin/users/?{query}").text)

    assert found("q=احمد ابراهيم") == ["ahmad.i"]
    assert found("q=AHMAD") == ["ahmad.i"]
    assert found("q=reviewer") == ["reviewer", "reviewer-of-duhok", "reviewer2"]
    assert found("governorate=duhok&role=reviewer") == ["reviewer-of-duhok"]
    assert found("q=!!!") == []


def test_an_account_says_whether_it_is_active(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    opened(client)
    commands.deactivate(user_id("duhok"), by=world.person("admin"))

    assert "لم يسجَّل الدخول بعد" in client.get("/admin/users/?q=a.karim").text
    assert "معطَّل" in client.get("/admin/users/?q=duhok").text


def test_a_long_list_is_paged_without_gap_or_double(signed_in: SignedIn) -> None:
    with transaction() as session:
        session.add_all(
            User(username=f"x{n}", name=f"{n}", sort_key="same", created_at=clock.now()) for n in range(40)
        )
    client, found, address = signed_in("admin"), [], "/admin/users/?q=x"
    while address:
        text = client.get(address).text
        found += re.findall(r"/admin/users/(\d+)\"", text.partition('id="results"')[2])
        address = "".join(re.findall(r'rel="next" href="([^"]+)"', text)).replace("&amp;", "&")

    assert len(found) == len(set(found)) == 40


def test_another_role_is_given_and_counts(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    answer = client.post(
        f"/admin/users/{user_id('basra')}/memberships", data={"role": "contributor", "governorate": "erbil"}
    )

    assert answer.status_code == 303
    assert sorted(held("basra")) == [(Role.CONTRIBUTOR, "basra"), (Role.CONTRIBUTOR, "erbil")]
    assert world.person("basra").writes_for == {"basra", "erbil"}


@pytest.mark.parametrize(
    "data",
    [
        {"role": "contributor"},
        {"role": ""},
        {"role": "contributor", "governorate": "basra"},
        {"role": "observer", "ends-day": "1", "ends-month": "1", "ends-year": "2020"},
    ],
)
def test_a_role_that_cannot_be_given_comes_back_with_the_reason(
    signed_in: SignedIn, data: dict[str, str]
) -> None:
    answer = signed_in("admin").post(f"/admin/users/{user_id('basra')}/memberships", data=data)

    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
    assert held("basra") == [(Role.CONTRIBUTOR, "basra")]


def test_ending_a_role_ends_the_sign_ins_at_once(signed_in: SignedIn) -> None:
    theirs, client = signed_in("basra"), signed_in("admin")
    assert theirs.get("/account/").status_code == 200

    address = f"/admin/users/{user_id('basra')}/memberships/{membership_id('basra')}/end"
    assert client.post(address).status_code == 303

    assert theirs.get("/account/").status_code == 303
    assert held("basra") == []
    assert client.post(address).status_code == 409  # it is over, and stays as it ended


def test_a_role_is_ended_under_its_own_account_only(signed_in: SignedIn) -> None:
    address = f"/admin/users/{user_id('duhok')}/memberships/{membership_id('basra')}/end"

    assert signed_in("admin").post(address).status_code == 404
    assert held("basra") == [(Role.CONTRIBUTOR, "basra")]


def test_deactivating_ends_the_sign_ins_and_shuts_the_door(signed_in: SignedIn) -> None:
    theirs, client, who = signed_in("basra"), signed_in("admin"), user_id("basra")

    assert client.post(f"/admin/users/{who}/deactivate").status_code == 303

    assert theirs.get("/account/").status_code == 303
    assert sign_ins.sign_in("basra", world.PASSWORD) is None
    assert client.post(f"/admin/users/{who}/reactivate").status_code == 303
    assert sign_ins.sign_in("basra", world.PASSWORD) is not None


def test_a_new_code_takes_the_place_of_password_and_sign_ins(signed_in: SignedIn) -> None:
    theirs, who = signed_in("basra"), user_id("basra")

    answer = signed_in("admin").post(f"/admin/users/{who}/code")

    assert answer.status_code == 200
    assert theirs.get("/account/").status_code == 303
    assert sign_ins.sign_in("basra", world.PASSWORD) is None
    assert sign_ins.sign_in("basra", CODE.findall(answer.text)[0]) is not None


def test_a_code_is_never_had_by_get(signed_in: SignedIn) -> None:
    assert signed_in("admin").get(f"/admin/users/{user_id('basra')}/code").status_code == 405


def test_the_last_admin_stays(signed_in: SignedIn) -> None:
    client, who = signed_in("admin"), user_id("admin")

    ended = client.post(f"/admin/users/{who}/memberships/{membership_id('admin')}/end")
    deactivated = client.post(f"/admin/users/{who}/deactivate")

    assert (ended.status_code, deactivated.status_code) == (409, 409)
    assert "آخر مدير للنظام" in ended.text
    assert client.get("/admin/users/").status_code == 200


def test_an_admin_who_ends_their_own_role_is_out_at_once(signed_in: SignedIn) -> None:
    client, who = signed_in("admin"), user_id("admin")
    opened(client, role="admin", username="second")
    address = f"/admin/users/{who}/memberships/{membership_id('admin')}/end"

    answer = client.post(address, headers={"HX-Request": "true", "HX-Target": "main#main"})

    assert answer.headers["HX-Redirect"].startswith("/login")
    assert client.get("/admin/users/").status_code == 303


def test_an_admin_whose_role_ended_or_who_is_deactivated_does_not_count(app: Flask) -> None:
    admin = world.person("admin")
    second, _code = commands.create_user(
        commands.Identity("second", "ثان"), [commands.Grant(Role.ADMIN)], by=admin
    )
    commands.deactivate(second.id, by=admin)

    with pytest.raises(commands.LastAdmin):
        commands.deactivate(admin.id, by=admin)


def test_two_admins_who_deactivate_each_other_at_once_leave_one(app: Flask) -> None:
    first = world.person("admin")
    second, _code = commands.create_user(
        commands.Identity("second", "ثان"), [commands.Grant(Role.ADMIN)], by=first
    )
    both = first, queries.person(second.id)
    db.session.rollback()
    at_once = Barrier(2)

    def deactivate(by: Person, whom: Person) -> str:
        with app.app_context():
            at_once.wait(10)
            try:
                commands.deactivate(whom.id, by=by)
            except commands.LastAdmin:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(deactivate, both, reversed(both)))

    assert sorted(outcomes) == ["done", "refused"]


def test_only_admins_command(app: Flask) -> None:
    by = world.person("reviewer")
    calls: list[Any] = [
        lambda: commands.create_user(commands.Identity("x1", "x"), [], by=by),
        lambda: commands.give_code(1, by=by),
        lambda: commands.grant(1, commands.Grant(Role.OBSERVER), by=by),
        lambda: leaving.end(1, by=by),
        lambda: commands.deactivate(1, by=by),
        lambda: commands.reactivate(1, by=by),
    ]
    for call in calls:
        with pytest.raises(commands.NotAdmin):
            call()


def test_a_role_that_begins_tomorrow_gives_nothing_today(app: Flask) -> None:
    who = user_id("observer")
    commands.grant(
        who,
        commands.Grant(Role.ADMIN, starts=clock.today() + timedelta(days=1)),
        by=world.person("admin"),
    )

    assert not world.person("observer").administers
    with clock.at(clock.now() + timedelta(days=1)):
        assert world.person("observer").administers


def test_each_change_is_one_event(app: Flask) -> None:
    admin, who = world.person("admin"), user_id("basra")

    def acts() -> list[str]:
        return [event.act for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]

    before = len(acts())
    commands.grant(who, commands.Grant(Role.OBSERVER), by=admin)
    last = db.session.scalars(select(Membership.id).order_by(Membership.id.desc()).limit(1)).one()
    leaving.end(last, by=admin)
    commands.deactivate(who, by=admin)
    commands.reactivate(who, by=admin)
    commands.give_code(who, by=admin)

    assert acts()[before:] == ["grant", "end_membership", "deactivate", "reactivate", "give_code"]
