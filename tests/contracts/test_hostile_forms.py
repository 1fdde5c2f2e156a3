"""What a hostile hand sends instead of the pages' own forms changes nothing of others and breaks nothing."""

from time import monotonic
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse, encode_multipart

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts import queries as accounts
from twinweb.db import db
from twinweb.entries import queries
from twinweb.entries.models import Revision
from twinweb.partnerships.models import PartnershipParty

MARKS = "ا" + "\u0300\u0316" * 100_000
"""Marks in the wrong order: putting a run of them in order takes the square of its length."""
SECONDS = 10


def post_many(client: FlaskClient, address: str, pairs: list[tuple[str, str]]) -> TestResponse:
    """More fields than a multipart form may have."""
    return client.post(address, data=urlencode(pairs), content_type="application/x-www-form-urlencoded")


def parties_of(revision: Revision) -> list[int]:
    query = select(PartnershipParty.party_id).where(PartnershipParty.entry_id == revision.entry_id)
    return list(db.session.scalars(query))


@pytest.mark.parametrize("field", ["user", "password"])
def test_nobody_stops_the_register_from_the_sign_in_page(app: Flask, field: str) -> None:
    boundary, body = encode_multipart({field: MARKS})
    started = monotonic()

    answer = app.test_client().post(
        "/login", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    assert answer.status_code == 422
    assert monotonic() - started < SECONDS


def test_a_title_of_marks_alone_is_answered_at_once(signed_in: SignedIn) -> None:
    boundary, body = encode_multipart({"title": MARKS})
    started = monotonic()

    answer = signed_in("basra").post(
        "/lessons/new", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    assert answer.status_code == 422
    assert monotonic() - started < SECONDS


def test_who_calls_the_register_by_another_name_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/help/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("act", ["add:title", "add:csrf_token", "add:sectors", "add:", "add:data"])
def test_a_row_is_added_only_where_there_are_rows(signed_in: SignedIn, act: str) -> None:
    answer = signed_in("basra").post("/lessons/new", data={"title": "درس", "act": act})

    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["²", "9" * 5_000, "-1", "1.5", ""])
def test_a_row_without_a_number_is_left_out(signed_in: SignedIn, number: str) -> None:
    client = signed_in("basra")

    answer = client.post("/lessons/new", data={"title": "درس", f"sources-{number}-title": "مصدر"})

    assert answer.status_code == 303
    assert 'value="درس"' in client.get(answer.location).text


def test_a_hundred_thousand_ticked_entries_are_too_many(signed_in: SignedIn) -> None:
    ticked = [("partnerships", str(number)) for number in range(1, 100_000)]

    answer = post_many(signed_in("basra"), "/workshops/new", [("title", "ورشة"), *ticked])

    assert answer.status_code == 422


def test_a_sector_is_followed_once_however_often_it_is_sent(signed_in: SignedIn) -> None:
    post_many(signed_in("basra"), "/account/sectors", [("sectors", "job-creation")] * 1_000)

    assert accounts.person(world.person("basra").id).follows == ("job-creation",)


@pytest.mark.parametrize("act", ["edit", "submit", "discard"])
def test_a_form_of_one_entry_changes_no_other(signed_in: SignedIn, act: str) -> None:
    lesson, partnership = world.draft("lesson"), world.draft("partnership")
    other = {"title": "آخر", "revision": str(lesson.id), "seen": str(lesson.version)}

    answer = signed_in("basra").post(f"/partnerships/{partnership.entry_id}/{act}", data=other)

    assert answer.status_code == 409
    after = queries.revision(lesson.id)
    assert after is not None
    assert (after.state, after.raw) == (lesson.state, lesson.raw)
    assert queries.revision(partnership.id) is not None


@pytest.mark.parametrize("name", ["ﷺ " * 99 + "ﷺ", "Æ" * 200])
def test_a_party_with_a_name_that_folds_into_a_longer_one_is_approved_and_found(
    app: Flask, name: str
) -> None:
    party = {"name": name, "country": "SI", "kind": "municipality", "role": "lead"}

    first = world.approved("partnership", parties=[party])
    second = world.approved("partnership", parties=[party])

    assert len(parties_of(first)) == 1
    assert parties_of(first) == parties_of(second)


def test_an_account_with_a_name_that_folds_into_a_longer_one_is_opened(signed_in: SignedIn) -> None:
    account = {"username": "long.name", "name": "ﷺ " * 99, "language": "ar", "role": "observer"}

    assert signed_in("admin").post("/admin/users/new", data=account).status_code == 200
