"""Signed out in the middle of writing: its writer is shown what was sent, and does it by a button."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests import broken, world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import queries
from twinweb.accounts.held import MOST_FIELDS
from twinweb.accounts.models import HeldForm, SignIn
from twinweb.db import db, transaction
from twinweb.entries.models import Revision
from twinweb.entries.states import State
from twinweb.notices import mailing

TITLE = "درس كُتب ساعة كاملة"


def end_sign_ins() -> None:
    with transaction() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))


def titles() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Revision.title)))


def held_token(location: str | None) -> str:
    return (location or "").partition("held=")[2]


def sent_while_signed_out(client: FlaskClient, **changes: object) -> str:
    end_sign_ins()
    data = world.raw("lesson", title=TITLE) | {"act": "save"} | changes
    return held_token(client.post("/lessons/new", data=data).location)


def sign_in(client: FlaskClient, who: str, held: str) -> tuple[int, str | None]:
    answer = client.post("/login", data={"user": who, "password": world.PASSWORD, "held": held})
    return answer.status_code, answer.location


def press(client: FlaskClient, held: str, **act: str) -> tuple[int, str | None]:
    answer = client.post("/account/resume", data={"held": held} | act)
    return answer.status_code, answer.location


def test_it_is_shown_to_its_writer_and_done_when_they_press_the_button(
    app: Flask, signed_in: SignedIn
) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client)

    status, shown = sign_in(client, "basra", token)
    page = client.get(shown or "").text
    nothing = titles()
    done, location = press(client, token)

    assert (status, shown) == (303, f"/account/resume?held={token}")
    assert all(text in page for text in (TITLE, world.RAW["lesson"]["situation"]))
    assert (nothing, titles()) == ([], [TITLE])
    assert (done, (location or "")[-5:]) == (303, "/edit")
    assert client.get(location or "").status_code == 200


def test_the_words_of_choices_are_shown_and_not_their_codes(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client)
    page = client.get(sign_in(client, "basra", token)[1] or "").text.partition("<main")[2]

    assert not re.search(r"good_practice|job-creation", page)


def test_its_page_says_which_button_does_it(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    shown = sign_in(client, "basra", sent_while_signed_out(client))[1] or ""
    page = client.get(shown).text

    assert "الضغط على «تنفيذه الآن»" in page
    assert re.search(r"<button[^>]*>تنفيذه الآن</button>", page)


def test_what_it_would_leave_empty_is_told(app: Flask, signed_in: SignedIn) -> None:
    client, lesson = signed_in("basra"), world.draft()
    end_sign_ins()
    data = {"title": TITLE, "revision": lesson.id, "seen": lesson.version}
    token = held_token(client.post(f"/lessons/{lesson.entry_id}/edit", data=data).location)

    page = client.get(sign_in(client, "basra", token)[1] or "").text

    assert re.search("حقول فارغة.*التوصية", page, re.DOTALL)


def test_the_first_page_leads_back_to_it_until_it_is_done(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client)
    sign_in(client, "basra", token)

    before = client.get("/").text
    press(client, token)

    assert f"/account/resume?held={token}" in before
    assert "/account/resume" not in client.get("/").text


def test_its_writer_can_throw_it_away(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client)
    sign_in(client, "basra", token)

    assert press(client, token, act="drop") == (303, "/")
    assert press(client, token) == (303, "/")
    assert titles() == []


def test_what_would_be_sent_to_the_reviewers_says_so(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    saved, sent = (
        client.get(sign_in(client, "basra", sent_while_signed_out(client, act=act))[1] or "").text
        for act in ("save", "submit")
    )

    assert "إرسال للمراجعة" not in saved
    assert "إرسال للمراجعة" in sent


def test_what_does_not_say_that_it_would_be_sent_is_not_sent(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client, act="submit:")
    page = client.get(sign_in(client, "basra", token)[1] or "").text

    press(client, token)

    assert "إرسال للمراجعة" not in page
    assert [*db.session.scalars(select(Revision.state))] == [State.DRAFT]


def test_no_box_is_ticked_by_what_is_not_shown(app: Flask, signed_in: SignedIn) -> None:
    """A tick without a value stands on no page of ours."""
    client = signed_in("basra")
    end_sign_ins()
    data = {"address": "other@example.org", "wanted": ""}
    token = held_token(client.post("/account/mail", data=data).location)
    sign_in(client, "basra", token)

    press(client, token)

    chosen = mailing.choice(world.person("basra"))
    assert chosen is None or not chosen.wanted


@pytest.mark.parametrize("slug", ["a" * 600, "a%00b"])
def test_an_address_that_no_page_has_is_led_to_the_sign_in_page(
    app: Flask, signed_in: SignedIn, slug: str
) -> None:
    client = signed_in("basra")
    end_sign_ins()

    assert client.post(f"/admin/sectors/{slug}/retire").location == "/login"
    assert db.session.scalars(select(HeldForm)).all() == []


def test_no_more_fields_are_kept_than_a_form_has(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    end_sign_ins()

    assert client.post("/lessons/new", data={"a": ["1"] * (MOST_FIELDS + 1)}).location == "/login"
    assert db.session.scalars(select(HeldForm)).all() == []


def test_what_was_refused_still_waits(app: Flask, signed_in: SignedIn) -> None:
    """Who goes back, as the refusal says, finds what they wrote."""
    lesson, client = world.approved(), signed_in("basra")
    end_sign_ins()
    data = {"reason": "سبب " * 3_000}
    token = held_token(client.post(f"/lessons/{lesson.entry_id}/ask-to-retire", data=data).location)
    shown = sign_in(client, "basra", token)[1] or ""

    assert press(client, token)[0] == 422
    assert data["reason"].strip() in client.get(shown).text


def test_under_htmx_too_the_sign_in_page_says_that_nothing_was_done(app: Flask, signed_in: SignedIn) -> None:
    waiting, client = world.submitted(), signed_in("reviewer")
    client.post("/logout")
    headers = {"HX-Request": "true", "HX-Target": "main#main"}

    answer = client.post(f"/review/{waiting.id}/claim", data={"seen": waiting.version}, headers=headers)

    assert "لم يُنفَّذ شيء" in client.get(answer.headers["HX-Redirect"]).text


def test_a_role_that_would_end_says_who_goes_on(app: Flask, signed_in: SignedIn) -> None:
    client, colleague = signed_in("admin"), world.person("basra2")
    membership = queries.memberships(world.person("basra").id)[0]
    end_sign_ins()
    address = f"/admin/users/{membership.user_id}/memberships/{membership.id}/end"
    token = held_token(client.post(address, data={"to": colleague.id}).location)
    sign_in(client, "admin", token)

    page = client.get(f"/account/resume?held={token}").text

    assert re.search(f"إنهاء دور.*{colleague.name}", page, re.DOTALL)


DECISIONS = ["approve", "return", "reject", "take-back", "claim", "notes", "correct"]


@pytest.mark.parametrize("act", DECISIONS)
def test_after_somebody_signed_out_nobody_decides_in_their_name(
    app: Flask, signed_in: SignedIn, act: str
) -> None:
    waiting = world.submitted()
    client = signed_in("reviewer")
    client.post("/logout")

    answer = client.post(f"/review/{waiting.id}/{act}", data={"seen": waiting.version, "reason": "سبب"})

    assert answer.location == "/login"
    assert db.session.scalars(select(HeldForm)).all() == []
    assert "لم يُنفَّذ شيء" in client.get("/login").text


@pytest.mark.parametrize("act", ["memberships", "code", "second-factor", "deactivate", "edit"])
def test_after_an_admin_signed_out_nobody_acts_on_accounts_in_their_name(
    app: Flask, signed_in: SignedIn, act: str
) -> None:
    client, who = signed_in("admin"), world.person("observer").id
    client.post("/logout")

    assert client.post(f"/admin/users/{who}/{act}", data={"role": "admin"}).location == "/login"
    assert db.session.scalars(select(HeldForm)).all() == []


@pytest.mark.parametrize("act", ["retire", "unretire", "decline-to-retire"])
def test_after_somebody_signed_out_nobody_retires_in_their_name(
    app: Flask, signed_in: SignedIn, act: str
) -> None:
    lesson, client = world.approved(), signed_in("reviewer")
    client.post("/logout")

    assert client.post(f"/lessons/{lesson.entry_id}/{act}", data={"reason": "سبب"}).location == "/login"
    assert db.session.scalars(select(HeldForm)).all() == []


@pytest.mark.parametrize("address", ["/account/phone", "/account/mail", "/account/data"])
def test_after_somebody_signed_out_nobody_changes_how_they_are_reached(
    signed_in: SignedIn, address: str
) -> None:
    client = signed_in("basra")
    client.post("/logout")

    client.post(address, data={"phone": "0770 000 0000", "email": "other@example.org"})

    assert db.session.scalars(select(HeldForm)).all() == []


def test_a_decision_of_a_sign_in_that_ran_out_is_shown_before_it_is_done(
    app: Flask, signed_in: SignedIn
) -> None:
    waiting, client = world.submitted(), signed_in("reviewer")
    end_sign_ins()
    data = {"seen": waiting.version, "reason": "النص مكرر"}
    token = held_token(client.post(f"/review/{waiting.id}/reject", data=data).location)

    sign_in(client, "reviewer", token)
    page = client.get(f"/account/resume?held={token}").text
    before = state(waiting)
    press(client, token)

    assert "النص مكرر" in page
    assert (before, state(waiting)) == (State.SUBMITTED, State.REJECTED)


def test_every_form_that_may_be_kept_can_be_shown(app: Flask) -> None:
    kept = [view for view in app.view_functions.values() if hasattr(view, "__resumable__")]

    with app.test_request_context():
        assert all(str(view.__resumable__.words) for view in kept)
    assert len(kept) > 40


def state(revision: Revision) -> State:
    return db.session.get_one(Revision, revision.id, populate_existing=True).state


def csrf_token(client: FlaskClient, address: str) -> str:
    return client.get(address).text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_the_token_of_a_form_from_before_is_no_obstacle(app: Flask, signed_in: SignedIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = signed_in("basra")
    before = csrf_token(client, "/lessons/new")
    assert client.post("/logout", data={"csrf_token": before}).status_code == 303
    token = sent_while_signed_out(client, csrf_token=before)
    csrf = csrf_token(client, f"/login?held={token}")

    client.post("/login", data={"user": "basra", "password": world.PASSWORD, "csrf_token": csrf})
    answer = client.post("/account/resume", data={"held": token, "csrf_token": csrf_token(client, "/")})

    assert answer.status_code == 303
    assert titles() == [TITLE]


def test_a_page_that_was_open_meanwhile_still_sends_for_its_writer_alone(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()

    def sign_in_again(who: str) -> None:
        token = csrf_token(client, "/login")
        data = {"user": who, "password": world.PASSWORD, "csrf_token": token}
        assert client.post("/login", data=data).status_code == 303

    def send(before: str) -> int:
        data = world.raw("lesson", title=TITLE) | {"act": "save", "csrf_token": before}
        return client.post("/lessons/new", data=data).status_code

    sign_in_again("basra")
    before = csrf_token(client, "/lessons/new")
    for end in (end_sign_ins, lambda: client.post("/logout", data={"csrf_token": before})):
        end()
        sign_in_again("basra")
        assert send(before) == 303
    end_sign_ins()
    sign_in_again("basra2")
    assert send(before) == 400


def test_the_next_page_knows_that_it_has_arrived(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client, key="a-key-of-one-form-1")
    sign_in(client, "basra", token)
    location = press(client, token)[1]

    assert 'data-arrived="a-key-of-one-form-1"' in client.get(location or "").text
    assert "data-arrived" not in client.get(location or "").text


@pytest.mark.parametrize("forged", ["", "of another site"])
def test_what_another_site_sends_is_never_kept(app: Flask, signed_in: SignedIn, forged: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = signed_in("basra")
    csrf_token(client, "/lessons/new")
    end_sign_ins()

    answer = client.post("/lessons/new", data=world.raw("lesson") | {"csrf_token": forged})

    assert answer.status_code == 400
    assert db.session.scalars(select(HeldForm)).all() == []


def test_what_was_incomplete_comes_back_with_its_errors(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client, act="submit", recommendation="")

    sign_in(client, "basra", token)
    answer = client.post("/account/resume", data={"held": token})

    assert answer.status_code == 422
    assert TITLE in answer.text


def test_another_person_at_the_same_computer_sees_and_does_nothing_of_it(
    app: Flask, signed_in: SignedIn
) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client)

    assert TITLE not in client.get(f"/login?held={token}").text
    assert sign_in(client, "basra2", token) == (303, "/")
    assert client.get(f"/account/resume?held={token}").location == "/"
    press(client, token)
    press(client, token, act="drop")
    assert titles() == []
    client.post("/logout")
    sign_in(client, "basra", token)
    press(client, token)
    assert titles() == [TITLE]


def test_what_we_could_not_do_waits_until_we_can(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client, key="a-key-of-one-form-1")
    sign_in(client, "basra", token)

    with broken.without_tables("revision_editor"):
        failed = press(client, token)[0]
    assert (failed, titles()) == (500, [])
    assert TITLE in client.get(f"/account/resume?held={token}").text
    press(client, token)
    press(client, token)
    assert titles() == [TITLE]


def test_it_is_done_once(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client)
    sign_in(client, "basra", token)
    press(client, token)
    client.post("/logout")

    assert sign_in(client, "basra", token) == (303, "/")
    assert press(client, token) == (303, "/")
    assert titles() == [TITLE]


def test_signing_out_in_another_tab_loses_nothing(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    client.post("/logout")

    token = sent_while_signed_out(client)

    sign_in(client, "basra", token)
    assert titles() == []
    press(client, token)
    assert titles() == [TITLE]


def test_passwords_are_not_kept(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    end_sign_ins()

    answer = client.post(
        "/account/password", data={"current": world.PASSWORD, "new": "x" * 20, "again": "x" * 20}
    )

    assert answer.location == "/login"
    assert db.session.scalars(select(HeldForm)).all() == []


def test_it_is_kept_for_a_day(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    token = sent_while_signed_out(client)
    with transaction() as session:
        session.execute(update(HeldForm).values(at=clock.now() - timedelta(days=2)))

    assert sign_in(client, "basra", token) == (303, "/")
    assert titles() == []


def test_under_htmx_the_sign_in_page_opens(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    end_sign_ins()

    answer = client.post(
        "/lessons/new", data=world.raw("lesson"), headers={"HX-Request": "true", "HX-Target": "div#form"}
    )

    assert answer.headers["HX-Redirect"].startswith("/login?held=")


def test_nobody_fills_the_store(app: Flask) -> None:
    app.test_client().post("/lessons/new", data=world.raw("lesson"))

    assert db.session.scalars(select(HeldForm)).all() == []
