"""Guessing is slowed by pauses that grow; an office behind one address is not locked out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from tests import world
from twinweb import clock
from twinweb.accounts import secrets, sign_ins
from twinweb.accounts.factor_models import Tries
from twinweb.accounts.models import User
from twinweb.accounts.throttle import Paused, Visitor
from twinweb.app import create_app
from twinweb.audit import AuditEvent
from twinweb.config import JUDGES
from twinweb.db import db, transaction

if TYPE_CHECKING:
    from flask.testing import FlaskClient

WRONG = "wrong words of mine"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """Time stands still: on a slow machine a pause would be over before the next try."""
    with clock.at(clock.now()):
        yield


def pause_after(name: str, failures: int) -> int:
    """Seconds to wait after so many tries, each made as soon as it may be."""
    start = now = clock.now()
    for _ in range(failures):
        with clock.at(now):
            try:
                sign_ins.sign_in(name, WRONG)
            except Paused as paused:
                now += timedelta(seconds=paused.seconds)
                with clock.at(now):
                    sign_ins.sign_in(name, WRONG)
    with clock.at(max(start, now)):
        try:
            sign_ins.sign_in(name, WRONG)
        except Paused as paused:
            return paused.seconds
    return 0


@pytest.mark.parametrize("name", ["basra", "nobody-of-this-name"])
def test_pauses_grow_to_a_minute_whether_there_is_such_an_account_or_not(app: Flask, name: str) -> None:
    assert [pause_after(name, 1), pause_after(name, 1)] == [0, 1]
    assert pause_after(name, 1) == 2
    assert pause_after(name, 1) == 4
    assert pause_after(name, 6) == 60


def test_the_page_says_how_long_to_people_and_programs(app: Flask) -> None:
    client = app.test_client()
    for _ in range(3):
        client.post("/login", data={"user": "basra", "password": WRONG})

    answer = client.post("/login", data={"user": "basra", "password": world.PASSWORD})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert 'role="alert"' in answer.text
    assert 'value="basra"' in answer.text


def test_the_owner_comes_in_after_the_pause_and_all_is_forgotten(app: Flask) -> None:
    for _ in range(3):
        sign_ins.sign_in("basra", WRONG)

    with clock.at(clock.now() + timedelta(seconds=1)):
        assert sign_ins.sign_in("basra", world.PASSWORD) is not None
        assert sign_ins.sign_in("basra", WRONG) is None


def test_others_of_the_office_come_in_while_one_account_is_guessed_at(app: Flask) -> None:
    office = Visitor(address="10.1.2.3")
    for _ in range(3):
        sign_ins.sign_in("basra", WRONG, visitor=office)

    assert sign_ins.sign_in("basra2", world.PASSWORD, visitor=office) is not None


def test_an_address_that_tries_many_names_is_slowed_and_no_other(app: Flask) -> None:
    for number in range(30):
        sign_ins.sign_in(f"name{number}", WRONG, visitor=Visitor(address="203.0.113.9"))

    with pytest.raises(Paused) as paused:
        sign_ins.sign_in("duhok", world.PASSWORD, visitor=Visitor(address="203.0.113.9"))
    assert paused.value.seconds <= 15
    assert sign_ins.sign_in("duhok", world.PASSWORD, visitor=Visitor(address="203.0.113.10")) is not None


def test_one_line_of_ipv6_counts_as_one_address(app: Flask) -> None:
    with clock.at(clock.now()):
        for number in range(30):
            sign_ins.sign_in(f"name{number}", WRONG, visitor=Visitor(address=f"2001:db8:1:2::{number + 1:x}"))

        with pytest.raises(Paused):
            sign_ins.sign_in("duhok", world.PASSWORD, visitor=Visitor(address="2001:db8:1:2:ffff::1"))


def test_two_addresses_of_ipv4_stay_two_where_the_server_speaks_ipv6_alone(app: Flask) -> None:
    with clock.at(clock.now()):
        for number in range(30):
            sign_ins.sign_in(f"name{number}", WRONG, visitor=Visitor(address="::ffff:203.0.113.9"))

        with pytest.raises(Paused):
            sign_ins.sign_in("duhok", world.PASSWORD, visitor=Visitor(address="::ffff:203.0.113.9"))
        other = Visitor(address="::ffff:203.0.113.10")
        assert sign_ins.sign_in("duhok", world.PASSWORD, visitor=other) is not None


def test_a_known_browser_is_not_slowed_by_others_guesses(app: Flask) -> None:
    known, unknown = app.test_client(), app.test_client()
    log_in = {"user": "basra", "password": world.PASSWORD}
    known.post("/login", data=log_in)
    known.post("/logout")
    for _ in range(3):
        unknown.post("/login", data=log_in | {"password": WRONG})

    assert unknown.post("/login", data=log_in).status_code == 429
    assert known.post("/login", data=log_in).status_code == 303


def test_a_browser_known_for_one_account_is_not_known_for_another(app: Flask) -> None:
    known = app.test_client()
    known.post("/login", data={"user": "basra", "password": world.PASSWORD})
    known.post("/logout")
    for _ in range(3):
        known.post("/login", data={"user": "duhok", "password": WRONG})

    assert known.post("/login", data={"user": "duhok", "password": world.PASSWORD}).status_code == 429


def test_many_at_once_are_slowed_as_well(app: Flask) -> None:
    db.session.rollback()

    moment = clock.now()

    def guess(number: int) -> str:
        with app.app_context(), clock.at(moment):
            try:
                sign_ins.sign_in("basra", f"{WRONG} {number}")
            except Paused:
                return "paused"
            except secrets.TooBusy:
                return "busy"
            return "tried"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(guess, range(16)))

    assert outcomes.count("tried") <= 3


def test_a_flood_is_told_to_come_back(app: Flask) -> None:
    turns = [secrets.turn_to_hash() for _ in range(JUDGES)]
    for turn in turns:
        turn.__enter__()
    try:
        answer = app.test_client().post("/login", data={"user": "basra", "password": world.PASSWORD})
    finally:
        for turn in turns:
            turn.__exit__(None, None, None)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_no_name_that_was_typed_is_kept(app: Flask) -> None:
    sign_ins.sign_in("my password typed as name", WRONG)

    kept = [row.whose for row in db.session.scalars(select(Tries))]
    assert all(len(one) == 64 for one in kept)
    assert len(kept) == 2


def test_what_failed_an_hour_ago_is_forgotten(app: Flask) -> None:
    for _ in range(3):
        sign_ins.sign_in("basra", WRONG)

    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        sign_ins.sign_in("duhok", WRONG)
    assert db.session.scalars(select(func.count()).select_from(Tries)).one() == 2


@pytest.mark.parametrize(("proxies", "told"), [(0, "127.0.0.1"), (1, "198.51.100.7")])
def test_a_word_on_the_address_counts_from_trusted_proxies_alone(app: Flask, proxies: int, told: str) -> None:
    behind = create_app(replace(app.config["TWINWEB"], proxies=proxies))
    with behind.app_context():
        behind.config["WTF_CSRF_ENABLED"] = False
        client: FlaskClient = behind.test_client()
        headers = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7"}
        client.post("/login", data={"user": "basra", "password": world.PASSWORD}, headers=headers)
        assert f">{told}<" in client.get("/account/").text
        db.session.remove()
        db.engine.dispose()


def test_a_hash_with_old_parameters_is_made_anew_at_the_next_sign_in(app: Flask, real_hashing: None) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(world.PASSWORD)
    with transaction() as session:
        session.scalars(select(User).where(User.username == "basra")).one().password_hash = old

    assert sign_ins.sign_in("basra", world.PASSWORD) is not None

    db.session.rollback()
    kept = db.session.scalars(select(User.password_hash).where(User.username == "basra")).one()
    assert kept is not None
    assert not secrets.is_dated(kept)
    assert secrets.password_fits(kept, world.PASSWORD)


def test_failures_are_in_the_log_and_pauses_are_not(app: Flask) -> None:
    for _ in range(3):
        sign_ins.sign_in("basra", WRONG)
    with pytest.raises(Paused):
        sign_ins.sign_in("basra", WRONG)

    acts = [event.act for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert acts.count("sign_in_failed") == 3
