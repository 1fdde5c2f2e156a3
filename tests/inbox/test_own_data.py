"""What is kept about a person, as a file for that person alone."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts.models import SignIn, User
from twinweb.db import db, transaction


def data(signed_in: SignedIn, username: str) -> dict[str, Any]:
    answer = signed_in(username).post("/account/data")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    found: dict[str, Any] = json.loads(answer.text)
    return found


def test_it_tells_of_oneself_and_of_nobody_else(signed_in: SignedIn) -> None:
    mine = world.returned()
    world.returned(by="duhok")

    found = data(signed_in, "basra")

    assert [one["username"] for one in found["account"]] == ["basra"]
    assert [one["governorate"] for one in found["membership"]] == ["basra"]
    assert {one["id"] for one in found["entries_written"]} == {mine.entry_id}
    assert {one["user_id"] for one in found["notice"]} == {world.person("basra").id}
    assert [one["act"] for one in found["activity"]][-1] == "own_data"
    assert {one["by_id"] for one in found["activity"]} == {world.person("basra").id}
    assert len(found["sign_in"]) == 1


def test_no_secret_is_in_it(signed_in: SignedIn) -> None:
    signed_in("basra")
    secrets = [db.session.get_one(User, world.person("basra").id).password_hash]
    secrets += [one.token_hash for one in db.session.query(SignIn)]

    text = json.dumps(data(signed_in, "basra"))

    assert not [one for one in secrets if one and one in text]


def test_it_asks_again_who_it_is(signed_in: SignedIn) -> None:
    clerk = signed_in("basra")
    with transaction() as session:
        session.execute(update(SignIn).values(proven_at=clock.now() - timedelta(hours=1)))

    assert "/prove" in clerk.post("/account/data").location
