"""One's own sign-ins: where they are, how they end, and what asks again who one is."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.accounts.test_sign_in import CHOSEN, is_in, log_in
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import queries, sign_ins
from twinweb.accounts.models import Role, User
from twinweb.accounts.words import device
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction

WINDOWS = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"
ANDROID = "Mozilla/5.0 (Android 9; Mobile; rv:68.0) Gecko/68.0 Firefox/68.0"
LATE = timedelta(minutes=11)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WINDOWS, "Chrome on Windows"),
        (ANDROID, "Firefox on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) Version/15.0 Safari/604.1",
            "Safari on iPhone",
        ),
        (f"{WINDOWS} Edg/109.0", "Edge on Windows"),
        ("curl/8", "A device that does not say what it is"),
        ("", "A device that does not say what it is"),
    ],
)
def test_a_device_is_named_in_words(app: Flask, agent: str, words: str) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert device(agent) == words


def test_the_page_lists_where_one_is_and_marks_this_one(app: Flask) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    log = {"user": "basra", "password": world.PASSWORD}
    here.post("/login", data=log, headers={"User-Agent": WINDOWS})
    elsewhere.post("/login", data=log, headers={"User-Agent": ANDROID})

    text = here.get("/account/").text.partition('id="sign-ins"')[2]

    assert text.index("Windows") < text.index("Android")
    assert "<strong>" in text[: text.index("Android")]
    assert "127.0.0.1" in text


def test_one_is_ended_and_only_ones_own(app: Flask, signed_in: SignedIn) -> None:
    here, elsewhere, other = signed_in("basra"), signed_in("basra"), signed_in("duhok")
    address = re.findall(r'action="(/account/sign-ins/\d+/end)"', here.get("/account/").text)[0]

    assert other.post(address).status_code == 404
    assert is_in(elsewhere)
    assert here.post(address).status_code == 303
    assert not is_in(elsewhere)
    assert is_in(here)
    assert here.post(address).status_code == 404


def test_all_others_are_ended_at_once(signed_in: SignedIn) -> None:
    here, others = signed_in("basra"), [signed_in("basra") for _ in range(3)]

    assert here.post("/account/sign-ins/end").status_code == 303

    assert is_in(here)
    assert not any(map(is_in, others))


@pytest.mark.parametrize(
    ("who", "minutes"), [("reviewer", 30), ("admin", 30), ("basra", 480), ("observer", 480)]
)
def test_a_sign_in_ends_unused_sooner_for_who_decides(signed_in: SignedIn, who: str, minutes: int) -> None:
    client, now = signed_in(who), clock.now()

    with clock.at(now + timedelta(minutes=minutes - 1)):
        assert is_in(client)
    with clock.at(now + timedelta(minutes=2 * minutes)):
        assert client.get("/lessons/?year=2022").location == "/login?next=/lessons/?year%3D2022"


def test_a_reviewer_who_used_it_all_the_while_stays(signed_in: SignedIn) -> None:
    client, now = signed_in("reviewer"), clock.now()

    for minutes in range(0, 700, 20):
        with clock.at(now + timedelta(minutes=minutes)):
            assert is_in(client)
    with clock.at(now + timedelta(hours=12, minutes=1)):
        assert not is_in(client)


def test_an_admin_s_form_sent_too_late_is_shown_and_done_after_signing_in(
    app: Flask, signed_in: SignedIn
) -> None:
    client, who = signed_in("admin"), world.person("observer").id

    with clock.at(clock.now() + timedelta(minutes=31)):
        answer = client.post(f"/admin/users/{who}/memberships", data={"role": "admin"})
        held = (answer.location or "").partition("held=")[2]
        assert log_in(client, "admin", world.PASSWORD, held=held) == 303
        shown = client.get(f"/account/resume?held={held}").text
        before = [one.role for one in queries.memberships(who)]
        client.post("/account/resume", data={"held": held})

    db.session.rollback()
    assert "مدير" in shown
    assert Role.ADMIN not in before
    assert Role.ADMIN in [one.role for one in queries.memberships(who)]


CRITICAL = ["memberships", "code", "second-factor", "deactivate", "reactivate"]


@pytest.mark.parametrize("act", CRITICAL)
def test_what_matters_asks_an_admin_again_who_they_are(signed_in: SignedIn, act: str) -> None:
    client, who = signed_in("admin"), world.person("observer").id

    with clock.at(clock.now() + LATE):
        answer = client.post(f"/admin/users/{who}/{act}", data={"role": "admin"})

    assert (answer.location or "").startswith("/account/prove?held=")
    db.session.rollback()
    assert [one.role for one in queries.memberships(who)] == [Role.OBSERVER]
    assert db.session.scalars(select(User.password_hash).where(User.id == who)).one() is not None


@pytest.mark.parametrize("htmx", [False, True])
def test_after_the_proof_it_is_done_and_nothing_typed_is_lost(signed_in: SignedIn, htmx: bool) -> None:
    client, who = signed_in("admin"), world.person("observer").id
    headers = {"HX-Request": "true", "HX-Target": "main#main"} if htmx else {}
    data = {"role": "contributor", "governorate": "erbil", "key": "k" * 20}

    with clock.at(clock.now() + LATE):
        answer = client.post(f"/admin/users/{who}/memberships", data=data, headers=headers)
        address = answer.headers.get("HX-Redirect") or answer.location or ""
        held = address.partition("held=")[2]
        shown = client.get(address).text
        wrong = client.post("/account/prove", data={"proof": "wrong", "held": held})
        proven = client.post("/account/prove", data={"proof": world.PASSWORD, "held": held})

    assert (wrong.status_code, proven.status_code) == (422, 303)
    assert all("أربيل" in page and held in page for page in (shown, wrong.text))
    assert proven.location == f"/admin/users/{who}"
    db.session.rollback()
    assert (Role.CONTRIBUTOR, "erbil") in [(one.role, one.governorate) for one in queries.memberships(who)]


def test_a_proof_gives_a_new_token_and_the_old_one_is_dead(app: Flask, signed_in: SignedIn) -> None:
    client, thief = signed_in("admin"), app.test_client()
    cookie = client.get_cookie("twinweb")
    assert cookie is not None
    thief.set_cookie("twinweb", cookie.value)
    assert is_in(thief)

    client.post("/account/prove", data={"proof": world.PASSWORD})

    assert is_in(client)
    assert not is_in(thief)


def test_guessing_the_proof_is_slowed(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    with clock.at(clock.now()):
        found = [client.post("/account/prove", data={"proof": "wrong"}).status_code for _ in range(4)]

    assert found == [422, 422, 422, 429]


def test_ones_own_second_step_is_opened_by_a_fresh_proof_only(signed_in: SignedIn) -> None:
    client = signed_in("basra")

    with clock.at(clock.now() + timedelta(minutes=6)):
        assert client.get("/account/second-factor").location == "/account/prove?next=/account/second-factor"
    with clock.at(clock.now() + LATE):
        assert client.post("/account/second-factor/codes").location.startswith("/account/prove")


def test_the_page_after_a_new_password_says_that_others_are_out(signed_in: SignedIn) -> None:
    client = signed_in("basra")

    client.post("/account/password", data={"current": world.PASSWORD, "new": CHOSEN, "again": CHOSEN})

    assert "انتهى دخولكم على الأجهزة الأخرى" in client.get("/").text


PHONES = ["+9647501234567", "00964 750 123 4567", "0750 123 4567", "٠٧٥٠١٢٣٤٥٦٧", "7501234567"]


def give_phone(*usernames: str) -> None:
    with transaction() as session:
        for user in session.scalars(select(User).where(User.username.in_(usernames))):
            user.phone = "+9647501234567"


@pytest.mark.parametrize("typed", PHONES)
def test_a_phone_signs_in_however_it_is_typed(app: Flask, typed: str) -> None:
    give_phone("basra")

    assert sign_ins.sign_in(typed, world.PASSWORD) is not None


def test_a_phone_that_two_have_opens_nothing(app: Flask) -> None:
    give_phone("basra", "basra2")

    assert sign_ins.sign_in("07501234567", world.PASSWORD) is None
    assert sign_ins.sign_in("basra", world.PASSWORD) is not None


def test_sign_ins_in_two_steps_and_proofs_have_words_in_the_log(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    client.post("/account/prove", data={"proof": "wrong"})
    client.post("/account/prove", data={"proof": world.PASSWORD})

    db.session.rollback()
    acts = db.session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts[-2:] == ["proof_failed", "prove"]
    assert "proof_failed" not in re.sub(r"<[^>]*>", "", client.get("/admin/audit/").text)
