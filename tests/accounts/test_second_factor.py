"""The second step: set up, passed once with each code, required of some, and reset by others alone."""

import re
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests import world
from tests.accounts.test_sign_in import code_for, is_in, log_in
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts import commands, factors
from twinweb.accounts.factor_models import Authenticator, RecoveryCode
from twinweb.accounts.models import SignIn, User
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction

SEED = re.compile(r'<p><bdi dir="ltr">([A-Z2-7 ]{39})</bdi></p>')
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
LATER = timedelta(minutes=2)


def code_of(seed: str) -> str:
    return pyotp.TOTP(seed).at(clock.now())


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """The seed that the page shows, and the recovery codes that it gives."""
    found = SEED.search(client.get("/account/second-factor").text)
    assert found
    seed = found[1].replace(" ", "")
    answer = client.post("/account/second-factor", data={"code": code_of(seed)})
    assert answer.status_code == 200
    return seed, CODE.findall(answer.text)


def second_step(client: FlaskClient, code: str, **more: str) -> tuple[int, str | None]:
    answer = client.post("/login/second", data={"code": code} | more)
    return answer.status_code, answer.location


def test_a_password_alone_opens_nothing_any_more(app: Flask, signed_in: SignedIn) -> None:
    seed, _codes = set_up(signed_in("basra"))
    client = app.test_client()

    assert log_in(client, "basra", world.PASSWORD, next="/lessons/") == 303
    assert not is_in(client)
    with clock.at(clock.now() + LATER):
        assert second_step(client, code_of(seed), next="/lessons/") == (303, "/lessons/")
        assert is_in(client)


def test_each_code_opens_once(app: Flask, signed_in: SignedIn) -> None:
    first, second = app.test_client(), app.test_client()
    with clock.at(clock.now()):
        seed, _codes = set_up(signed_in("basra"))
        log_in(first, "basra", world.PASSWORD)
        log_in(second, "basra", world.PASSWORD)
        assert second_step(first, code_of(seed))[0] == 422  # the one it was set up with
    with clock.at(clock.now() + LATER):
        code = code_of(seed)
        assert second_step(first, code)[0] == 303
        assert second_step(second, code)[0] == 422
    assert not is_in(second)


@pytest.mark.parametrize(("aside", "status"), [(-60, 422), (-30, 303), (30, 303), (60, 422)])
def test_clocks_may_differ_by_half_a_minute(app: Flask, signed_in: SignedIn, aside: int, status: int) -> None:
    seed, _codes = set_up(signed_in("basra"))
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)

    with clock.at(clock.now() + LATER):
        code = pyotp.TOTP(seed).at(clock.now() + timedelta(seconds=aside))
        assert second_step(client, code)[0] == status


def test_digits_may_be_arabic_and_with_a_space(app: Flask, signed_in: SignedIn) -> None:
    seed, _codes = set_up(signed_in("basra"))
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)

    with clock.at(clock.now() + LATER):
        code = code_of(seed).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        assert second_step(client, f"{code[:3]} {code[3:]}")[0] == 303


def test_a_recovery_code_takes_its_place_once(app: Flask, signed_in: SignedIn) -> None:
    _seed, codes = set_up(signed_in("basra"))
    assert len(set(codes)) == 10
    first, second = app.test_client(), app.test_client()
    log_in(first, "basra", world.PASSWORD)
    log_in(second, "basra", world.PASSWORD)

    assert second_step(first, codes[0].lower().replace("-", " "))[0] == 303
    assert second_step(second, codes[0])[0] == 422
    assert second_step(second, codes[1])[0] == 303


def test_nothing_that_makes_codes_can_be_read_in_the_database(app: Flask, signed_in: SignedIn) -> None:
    seed, codes = set_up(signed_in("basra"))

    db.session.rollback()
    assert seed not in db.session.scalars(select(Authenticator.seed)).one()
    assert not {*db.session.scalars(select(RecoveryCode.code_hash))} & {*codes}
    told = " ".join(str(event.details) for event in db.session.scalars(select(AuditEvent)))
    assert not any(code in told for code in [seed, *codes])


def test_a_half_sign_in_is_over_after_ten_minutes(app: Flask, signed_in: SignedIn) -> None:
    seed, _codes = set_up(signed_in("basra"))
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)

    with clock.at(clock.now() + timedelta(minutes=11)):
        status, location = second_step(client, code_of(seed))
    assert status == 303
    assert location is not None
    assert location.startswith("/login")
    assert not is_in(client)


def test_guessing_codes_is_slowed(app: Flask, signed_in: SignedIn) -> None:
    set_up(signed_in("basra"))
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)

    with clock.at(clock.now()):
        found = [second_step(client, f"{number:06}")[0] for number in range(4)]

    assert found == [422, 422, 422, 429]


def test_what_was_sent_while_signed_out_is_shown_and_done_after_the_second_step(
    app: Flask, signed_in: SignedIn
) -> None:
    client = signed_in("basra")
    _seed, codes = set_up(client)
    with transaction() as session:
        session.execute(update(SignIn).values(ended_at=clock.now()))
    data = world.raw("lesson", title="درس لم يضع") | {"act": "save"}
    held = (client.post("/lessons/new", data=data).location or "").partition("held=")[2]
    log_in(client, "basra", world.PASSWORD, held=held)

    status, location = second_step(client, codes[0], held=held)

    assert status == 303
    assert "درس لم يضع" in client.get(location or "").text
    done = client.post("/account/resume", data={"held": held})
    assert "درس لم يضع" in client.get(done.location or "").text


@pytest.mark.parametrize("who", ["reviewer", "admin"])
def test_who_decides_has_three_days_to_set_it_up(app: Flask, who: str) -> None:
    client = app.test_client()
    answer = client.post("/login", data={"user": who, "password": world.PASSWORD, "next": "/lessons/"})

    assert answer.location == "/account/second-factor?next=/lessons/"  # now …
    assert 'href="/lessons/"' in client.get(answer.location).text  # … or later
    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        log_in(client, who, world.PASSWORD)
        assert client.get("/lessons/").location == "/account/second-factor?next=/lessons/"
        set_up(client)
        assert client.get("/lessons/").status_code == 200


def test_others_are_asked_for_nothing(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/login", data={"user": "basra", "password": world.PASSWORD})

    assert answer.location == "/"
    with clock.at(clock.now() + timedelta(days=30)):
        log_in(client, "basra", world.PASSWORD)
        assert is_in(client)


def test_one_switch_asks_it_of_everybody(app: Flask) -> None:
    app.config["TWINWEB"] = replace(app.config["TWINWEB"], second_factor="everybody")
    client = app.test_client()
    log_in(client, "basra", world.PASSWORD)

    with clock.at(clock.now() + timedelta(days=4)):
        log_in(client, "basra", world.PASSWORD)
        assert client.get("/lessons/").location == "/account/second-factor?next=/lessons/"


def test_who_must_have_one_replaces_it_and_does_not_take_it_off(signed_in: SignedIn) -> None:
    reviewer, basra = signed_in("reviewer"), signed_in("basra")
    set_up(reviewer)
    set_up(basra)

    assert reviewer.post("/account/second-factor/remove").status_code == 409
    assert basra.post("/account/second-factor/remove").status_code == 303
    db.session.rollback()
    assert factors.authenticator(world.person("reviewer").id) is not None
    assert factors.authenticator(world.person("basra").id) is None
    assert factors.recovery_codes_left(world.person("basra").id) == 0


def test_a_new_password_does_not_get_round_it(app: Flask, signed_in: SignedIn) -> None:
    _seed, codes = set_up(signed_in("basra"))
    client = app.test_client()

    assert log_in(client, "basra", code_for("basra")) == 303
    assert client.get("/account/password").status_code == 303  # still nobody
    assert second_step(client, codes[0])[0] == 303
    assert client.get("/account/password").status_code == 200


def test_an_admin_resets_it_and_it_is_set_up_at_the_next_sign_in(app: Flask, signed_in: SignedIn) -> None:
    theirs, admin = signed_in("reviewer"), signed_in("admin")
    set_up(theirs)
    who = world.person("reviewer").id

    assert admin.post(f"/admin/users/{who}/second-factor").status_code == 303

    assert not is_in(theirs)
    client = app.test_client()
    log_in(client, "reviewer", world.PASSWORD)
    assert client.get("/lessons/").location == "/account/second-factor?next=/lessons/"
    db.session.rollback()
    assert "reset_second_factor" in [event.act for event in db.session.scalars(select(AuditEvent))]


def test_nobody_resets_their_own(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    set_up(admin)

    answer = admin.post(f"/admin/users/{world.person('admin').id}/second-factor")

    assert answer.status_code == HTTPStatus.FORBIDDEN
    db.session.rollback()
    assert factors.authenticator(world.person("admin").id) is not None


def test_the_operator_resets_that_of_the_last_admin(app: Flask, signed_in: SignedIn) -> None:
    set_up(signed_in("admin"))
    db.session.rollback()

    result = app.test_cli_runner().invoke(args=["user", "reset-second-factor", "admin"])

    assert result.exit_code == 0
    db.session.rollback()
    assert db.session.scalars(select(User.second_factor_since).where(User.username == "admin")).one() is None


def test_only_admins_reset(app: Flask) -> None:
    with pytest.raises(commands.NotAdmin):
        commands.reset_second_factor(world.person("basra").id, by=world.person("reviewer"))


def test_the_picture_is_made_here_and_says_what_the_text_says(signed_in: SignedIn) -> None:
    text = signed_in("basra").get("/account/second-factor").text

    assert 'src="data:image/svg+xml' in text
    assert "https://" not in text.partition('class="foot"')[0].partition("<main")[2]
    assert signed_in("basra").get("/account/second-factor").headers["Cache-Control"] == "no-store"


def test_a_page_opened_again_shows_the_same_seed_and_another_sign_in_another(signed_in: SignedIn) -> None:
    client, other = signed_in("basra"), signed_in("basra")

    first, again, elsewhere = (
        SEED.findall(one.get("/account/second-factor").text) for one in (client, client, other)
    )

    assert first == again != elsewhere
