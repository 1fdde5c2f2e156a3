"""A password that was forgotten, where there is a mail server: a link, once, for half an hour."""

import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.accounts.test_second_factor import set_up
from tests.accounts.test_sign_in import CHOSEN, is_in, log_in
from tests.conftest import SignedIn
from tests.inbox.test_digest import PUBLIC, Postman, postman, wants
from twinweb import clock
from twinweb.accounts import resets
from twinweb.accounts.factor_models import ResetLink
from twinweb.audit import AuditEvent
from twinweb.db import db

__all__ = ["postman"]
ANEW = re.compile(r'name="(csrf_token|key)" value="[^"]*"')


def ask(app: Flask, name: str) -> str:
    answer = app.test_client().post("/login/forgotten", data={"user": name})
    assert answer.status_code == 200
    return ANEW.sub("", answer.text)


def link(postman: Postman) -> str:
    """The path of the link that has come."""
    for _ in range(100):
        if postman.taken:
            break
        time.sleep(0.05)
    text = postman.taken[-1].get_content()
    return str(re.findall(rf"{PUBLIC}(/login/reset/\S+)", text)[0])


def choose(app: Flask, address: str, password: str = CHOSEN) -> int:
    return app.test_client().post(address, data={"new": password, "again": password}).status_code


def test_a_link_leads_to_a_new_password_and_ends_every_sign_in(
    app: Flask, signed_in: SignedIn, postman: Postman
) -> None:
    wants("basra")
    theirs = signed_in("basra")
    ask(app, "basra")
    address = link(postman)

    assert app.test_client().get(address).status_code == 200
    assert is_in(theirs)  # to look spends nothing: mail scanners follow links
    assert choose(app, address) == 303

    assert not is_in(theirs)
    assert log_in(app.test_client(), "basra", CHOSEN) == 303
    assert log_in(app.test_client(), "basra", world.PASSWORD) == 422
    assert choose(app, address) == 410
    assert app.test_client().get(address).status_code == 410


def test_nothing_tells_whether_there_is_such_an_account(app: Flask, postman: Postman) -> None:
    wants("basra")

    known, unknown, without = (ask(app, name) for name in ("basra", "nobody", "duhok"))

    assert known == unknown == without
    link(postman)
    assert len(postman.taken) == 1


def test_a_link_is_good_for_half_an_hour_and_a_newer_one_kills_it(app: Flask) -> None:
    who = world.person("basra").id
    older, newer = resets.give_link(who), resets.give_link(who)

    assert choose(app, f"/login/reset/{older}") == 410
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert choose(app, f"/login/reset/{newer}") == 410
    assert choose(app, f"/login/reset/{newer}") == 303


def test_the_second_step_stays(app: Flask, signed_in: SignedIn) -> None:
    set_up(signed_in("basra"))
    choose(app, f"/login/reset/{resets.give_link(world.person('basra').id)}")
    client = app.test_client()

    assert log_in(client, "basra", CHOSEN) == 303
    assert not is_in(client)


@pytest.mark.parametrize(
    ("new", "again"), [("short", "short"), (CHOSEN, "other"), ("basra2026basra", "basra2026basra")]
)
def test_what_will_not_do_spends_nothing(app: Flask, new: str, again: str) -> None:
    address = f"/login/reset/{resets.give_link(world.person('basra').id)}"

    assert app.test_client().post(address, data={"new": new, "again": again}).status_code == 422
    assert choose(app, address) == 303


def test_it_is_kept_as_a_hash_and_recorded(app: Flask) -> None:
    token = resets.give_link(world.person("basra").id)
    choose(app, f"/login/reset/{token}")

    db.session.rollback()
    assert db.session.scalars(select(ResetLink.token_hash)).one() != token
    events = [*db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert [event.act for event in events][-2:] == ["send_reset_link", "reset_password"]
    assert token not in str([event.details for event in events])


def test_asking_again_and_again_is_slowed(app: Flask, postman: Postman) -> None:
    with clock.at(clock.now()):
        for _ in range(3):
            ask(app, "nobody")
        answer = app.test_client().post("/login/forgotten", data={"user": "nobody"})

    assert answer.status_code == 429
    assert "Retry-After" in answer.headers


def test_without_a_mail_server_the_page_says_whom_to_ask(app: Flask) -> None:
    text = app.test_client().get("/login/forgotten").text

    assert 'action="/login/forgotten"' not in text
    assert app.test_client().post("/login/forgotten", data={"user": "basra"}).status_code == 404
