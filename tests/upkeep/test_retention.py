"""`retention` deletes what has had its time and nothing else; run again, it finds nothing."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests import world
from tests.conftest import SignedIn
from twinweb import audit, clock
from twinweb.accounts import commands as accounts
from twinweb.accounts import queries
from twinweb.accounts.factor_models import ResetLink, SpentChallenge, Tries
from twinweb.accounts.models import HeldForm, OneTimeCode, SignIn
from twinweb.db import Model, db, transaction
from twinweb.submissions.models import Submission


def count(table: type[Model]) -> int:
    return db.session.scalars(select(func.count()).select_from(table)).one()


def later(app: Flask, days: float) -> str:
    db.session.rollback()
    with clock.at(clock.now() + timedelta(days=days)):
        result = app.test_cli_runner().invoke(args=["retention"])
    assert result.exit_code == 0, result.output
    return str(result.output)


def fill() -> None:
    now, user = clock.now(), world.person("basra").id
    for _number in range(3):
        world.sign_in_token("basra")
    accounts.give_code(world.person("duhok").id, by=None)
    sign_in = db.session.scalars(select(SignIn.id)).first()
    rows: list[Any] = [
        HeldForm(token_hash="a", sign_in_id=sign_in, user_id=user, path="/", fields={}, at=now),
        ResetLink(token_hash="b", user_id=user, created_at=now),
        SpentChallenge(digest="c", at=now),
        Tries(whose="d", failures=1, at=now, paused_until=now),
        Submission(user_id=user, key="e", digest="f", at=now),
    ]
    with transaction() as session:
        session.add_all(rows)


KEPT_A_WHILE = (HeldForm, ResetLink, SpentChallenge, Tries, Submission, OneTimeCode)


def test_what_has_had_its_time_goes_and_the_log_stays(app: Flask) -> None:
    fill()
    events = audit.head().number

    said = later(app, 40)

    assert "2 sign-ins cleared away." in said
    assert [count(table) for table in KEPT_A_WHILE] == [0] * 6
    assert count(SignIn) == 1
    assert audit.head().number == events + 1
    assert list(audit.faults()) == []
    again = later(app, 40)
    assert {line.split()[0] for line in again.splitlines()} == {"0"}
    assert audit.head().number == events + 1


def test_what_is_still_needed_stays(app: Flask, signed_in: SignedIn) -> None:
    fill()
    before = {table: count(table) for table in (*KEPT_A_WHILE, SignIn)}

    later(app, 1 / 1440)

    assert {table: count(table) for table in (*KEPT_A_WHILE, SignIn)} == before
    assert queries.usable_code(world.person("duhok").id) is not None
