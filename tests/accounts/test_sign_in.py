"""Signing in and out, by password and by one-time code, and what ends a sign-in."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import commands, queries, sign_ins
from twinweb.accounts.models import Language, Role, SignIn, User
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction

CHOSEN = "three words of mine"
CSRF = re.compile(r'name="(csrf_token|key)" value="[^"]*"')


def log_in(client: FlaskClient, user: str, password: str, **more: str) -> int:
    return client.post("/login", data={"user": user, "password": password} | more).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def code_for(username: str) -> str:
    return commands.give_code(world.person(username).id, by=world.person("admin"))


def acts() -> list[str]:
    db.session.rollback()
    return [event.act for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


def test_the_sign_in_page_shows_for_everybody_and_needs_no_script(app: Flask) -> None:
    answer = app.test_client().get("/login")

    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert answer.text.count("<h1") == 1


def test_a_password_signs_in_and_leads_to_where_one_was_going(app: Flask) -> None:
    client = app.test_client()

    answer = client.post("/login", data={"user": "basra", "password": world.PASSWORD, "next": "/account/"})

    assert (answer.status_code, answer.location) == (303, "/account/")
    assert is_in(client)
    assert acts()[-1] == "sign_in"


def test_the_first_page_brings_no_cookie_any_more(app: Flask) -> None:
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)

    page = client.get("/")

    assert 'name="csrf_token"' in page.text
    assert "Set-Cookie" not in page.headers


def test_a_user_name_may_be_typed_in_capitals_and_with_spaces(app: Flask) -> None:
    assert log_in(app.test_client(), " BASRA ", world.PASSWORD) == 303


@pytest.mark.parametrize("target", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "x"])
def test_a_sign_in_leads_nowhere_else(app: Flask, target: str) -> None:
    data = {"user": "basra", "password": world.PASSWORD, "next": target}

    assert app.test_client().post("/login", data=data).location == "/"


def test_unknown_names_and_wrong_passwords_are_answered_alike(app: Flask) -> None:
    commands.deactivate(world.person("duhok").id, by=world.person("admin"))
    code_for("ninewa")

    def answer(user: str, password: str) -> tuple[int, str]:
        found = app.test_client().post("/login", data={"user": user, "password": password})
        return found.status_code, CSRF.sub("", found.text).replace(f'value="{user}"', "")

    wrong = answer("basra", "wrong")
    assert wrong[0] == 422
    assert answer("nobody-of-this-name", "wrong") == wrong
    assert answer("duhok", world.PASSWORD) == wrong
    assert answer("ninewa", "ABCD-EFGH-JKLM") == wrong
    assert answer("", "") == wrong


def test_an_unknown_name_costs_as_much_as_a_wrong_password(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_for("ninewa")
    tried: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, kept: str, typed: str) -> bool:
        tried.append(kept.rpartition("$")[0].rpartition("$")[0])  # the parameters
        return bool(verify(hasher, kept, typed))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for user in ("basra", "nobody", "ninewa"):
        sign_ins.sign_in(user, "wrong")

    assert len(tried) == 3
    assert len(set(tried)) == 1


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 100_000, "\u202ebasra", "' OR 1=1 --"])
def test_odd_names_are_wrong_names(app: Flask, name: str) -> None:
    assert sign_ins.sign_in(name, "wrong") is None


def test_a_failed_try_is_in_the_log_without_the_name_that_was_typed(app: Flask) -> None:
    sign_ins.sign_in("my password typed as name", "x")

    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.act, event.by_id, event.thing_id, event.details) == ("sign_in_failed", None, "", {})


def test_a_one_time_code_leads_to_choosing_a_password_and_nowhere_else(app: Flask) -> None:
    client = app.test_client()
    assert log_in(client, "basra", code_for("basra").lower().replace("-", " ")) == 303

    assert client.get("/account/").location == "/account/password"
    assert client.get("/partnerships/").location == "/account/password"
    answer = client.post("/account/password", data={"new": CHOSEN, "again": CHOSEN})

    assert answer.status_code == 303
    assert is_in(client)
    assert log_in(app.test_client(), "basra", CHOSEN) == 303


def test_a_code_opens_once(app: Flask) -> None:
    code = code_for("basra")
    assert log_in(app.test_client(), "basra", code) == 303

    assert log_in(app.test_client(), "basra", code) == 422


BEHIND_A_CODE = [
    ("GET", "/"),
    ("GET", "/account/"),
    ("GET", "/account/prove"),
    ("GET", "/account/resume"),
    ("GET", "/account/second-factor"),
    ("POST", "/account/second-factor"),
    ("POST", "/account/second-factor/codes"),
    ("POST", "/account/second-factor/remove"),
    ("GET", "/account/passkey"),
    ("POST", "/account/passkey"),
    ("POST", "/account/sign-ins/end"),
    ("POST", "/account/sectors"),
    ("POST", "/lessons/new"),
]


@pytest.mark.parametrize(("method", "address"), BEHIND_A_CODE)
def test_a_code_opens_nothing_but_the_page_on_which_a_password_is_chosen(
    app: Flask, method: str, address: str
) -> None:
    client = app.test_client()
    log_in(client, "basra", code_for("basra"))

    answer = client.open(address, method=method, data={} if method == "POST" else None)

    assert answer.location == "/account/password"


def test_who_came_by_a_code_goes_on_to_where_they_were_going(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/login", data={"user": "basra", "password": code_for("basra"), "next": "/lessons/"})

    chosen = client.post(answer.location, data={"new": CHOSEN, "again": CHOSEN})

    assert chosen.location == "/lessons/"


def test_a_code_opens_nothing_once_the_password_is_chosen(app: Flask) -> None:
    client, code = app.test_client(), code_for("basra")
    log_in(client, "basra", code)
    client.post("/account/password", data={"new": CHOSEN, "again": CHOSEN})

    assert log_in(app.test_client(), "basra", code) == 422


def test_a_newer_code_makes_the_older_one_useless(app: Flask) -> None:
    older, newer = code_for("basra"), code_for("basra")

    assert sign_ins.sign_in("basra", older) is None
    assert sign_ins.sign_in("basra", newer) is not None


def test_a_code_is_good_for_fourteen_days(app: Flask) -> None:
    code = code_for("basra")

    with clock.at(clock.now() + timedelta(days=13, hours=23)):
        assert sign_ins.sign_in("basra", code) is not None
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        assert sign_ins.sign_in("basra", code) is None


def test_codes_and_tokens_are_kept_as_hashes_only(app: Flask) -> None:
    code = code_for("basra")
    usable = queries.usable_code(world.person("basra").id)
    assert usable is not None
    assert usable.code_hash != code

    came_in = sign_ins.sign_in("basra", code)

    assert came_in is not None
    assert came_in.token not in {one.token_hash for one in db.session.scalars(select(SignIn))}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"new": "short", "again": "short"}, "new"),
        ({"new": "", "again": ""}, "new"),
        ({"new": CHOSEN, "again": "something else"}, "again"),
    ],
)
def test_a_password_that_will_not_do_is_said_at_its_field(
    app: Flask, data: dict[str, str], field: str
) -> None:
    client = app.test_client()
    log_in(client, "basra", code_for("basra"))

    answer = client.post("/account/password", data=data)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert CHOSEN not in answer.text
    assert not is_in(client)


def test_the_user_name_is_no_password(app: Flask) -> None:
    commands.create_user(commands.Identity("governorate.basra", "س"), [], by=None)
    user = queries.user_named("governorate.basra")
    assert user is not None

    with pytest.raises(sign_ins.WeakPassword):
        sign_ins.choose_password("Governorate.Basra", by=queries.person(user.id))


def test_changing_the_password_asks_for_the_present_one_and_ends_other_sign_ins(signed_in: SignedIn) -> None:
    here, elsewhere = signed_in("basra"), signed_in("basra")
    data = {"current": "wrong", "new": CHOSEN, "again": CHOSEN}

    assert here.post("/account/password", data=data).status_code == 422
    assert is_in(elsewhere)
    assert here.post("/account/password", data=data | {"current": world.PASSWORD}).status_code == 303

    assert is_in(here)
    assert not is_in(elsewhere)


def test_the_form_names_the_account_for_password_managers(signed_in: SignedIn) -> None:
    assert 'autocomplete="username" value="basra"' in signed_in("basra").get("/account/password").text


def test_no_copy_of_a_page_for_passwords_is_kept(signed_in: SignedIn) -> None:
    assert signed_in("basra").get("/account/password").headers["Cache-Control"] == "no-store"


def test_nobody_signed_in_chooses_no_password(app: Flask) -> None:
    client = app.test_client()

    assert client.get("/account/password").status_code == 303
    assert client.post("/account/password", data={"new": CHOSEN, "again": CHOSEN}).status_code == 303


def test_signing_out_makes_a_copied_cookie_useless(app: Flask) -> None:
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)
    cookie = client.get_cookie("twinweb")
    assert cookie is not None

    answer = client.post("/logout")

    assert answer.location == "/login"
    thief = app.test_client()
    thief.set_cookie("twinweb", cookie.value)
    assert not is_in(thief)
    assert not is_in(client)


def test_signing_out_twice_is_no_error(app: Flask) -> None:
    assert app.test_client().post("/logout").status_code == 303


def test_signing_out_here_leaves_other_devices_signed_in(signed_in: SignedIn) -> None:
    here, elsewhere = signed_in("basra"), signed_in("basra")
    here.post("/logout")

    assert is_in(elsewhere)


def test_a_sign_in_ends_after_eight_hours_unused_and_after_twelve_at_all(signed_in: SignedIn) -> None:
    client, now = signed_in("basra"), clock.now()

    with clock.at(now + timedelta(hours=7)):
        assert is_in(client)
    with clock.at(now + timedelta(hours=11, minutes=59)):
        assert is_in(client)
    with clock.at(now + timedelta(hours=12, minutes=1)):
        assert not is_in(client)

    other, now = signed_in("basra"), clock.now()
    with clock.at(now + timedelta(hours=8, minutes=1)):
        assert not is_in(other)


def test_a_role_counts_from_its_first_to_its_last_day(app: Flask) -> None:
    today = clock.today()
    who = world.person("observer").id
    commands.grant(
        who,
        commands.Grant(
            Role.CONTRIBUTOR,
            "basra",
            starts=today + timedelta(days=2),
            ends=today + timedelta(days=3),
        ),
        by=world.person("admin"),
    )

    held = []
    for days in range(6):
        with clock.at(clock.now() + timedelta(days=days)):
            held.append("basra" in queries.person(who).writes_for)
    assert held == [False, False, True, True, False, False]


def test_the_language_is_kept_in_the_account_and_on_the_device(app: Flask) -> None:
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)

    answer = client.post("/language", data={"language": "en", "next": "/account/"})

    assert answer.location == "/account/"
    assert '<html lang="en" dir="ltr">' in client.get("/account/").text
    db.session.rollback()
    user = db.session.scalars(select(User).where(User.username == "basra")).one()
    assert user.language is Language.ENGLISH
    client.post("/logout")
    assert '<html lang="en" dir="ltr">' in client.get("/login").text


def test_a_language_that_there_is_not_is_arabic(app: Flask) -> None:
    client = app.test_client()

    assert client.post("/language", data={"language": "xx", "next": "//evil.example"}).location == "/"
    assert '<html lang="ar" dir="rtl">' in client.get("/login").text


@pytest.mark.parametrize("who", ["basra", "reviewer", "observer", "admin"])
def test_everybody_has_an_account_page(signed_in: SignedIn, who: str) -> None:
    client = signed_in(who)

    whole = client.get("/account/").text
    headers = {"HX-Request": "true", "HX-Target": "main#main"}
    answer = client.get("/account/", headers=headers).text.partition("</title>")[2]
    content = answer.partition('<b id="')[0]

    assert who in whole
    assert " ".join(CSRF.sub("", content).split()) in " ".join(CSRF.sub("", whole).split())


def test_sectors_are_followed_and_unknown_ones_left_out(signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/account/sectors", data={"sectors": ["agriculture", "nothing"]})

    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(User.sectors).where(User.username == "basra")).one() == ["agriculture"]


def test_a_form_without_its_token_changes_nothing(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()

    for address in ("/login", "/logout", "/language", "/account/sectors", "/account/password"):
        assert client.post(address, data={"user": "basra", "password": world.PASSWORD}).status_code == 400
    assert not is_in(client)


def test_a_demonstration_account_opens_in_a_demonstration_alone(app: Flask) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.username == "basra").values(demo=True))

    assert sign_ins.sign_in("basra", world.PASSWORD) is None
    assert sign_ins.sign_in("basra", world.PASSWORD, demonstration=True) is not None
