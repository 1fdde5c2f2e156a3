"""Once is once: the same sent again is done one time, with the same answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import wraps
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from tests import files, world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries.models import Entry, Revision
from twinweb.submissions.attempts import AlreadySent
from twinweb.submissions.models import Submission

KEY = "a-key-of-one-form-1"


def lesson(**changes: object) -> dict[str, object]:
    return world.raw("lesson") | {"act": "save", "key": KEY} | changes


def count(model: type[Entry | AuditEvent | Submission]) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(model)).one()


def titles() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Revision.title).order_by(Revision.id)))


def test_a_new_entry_sent_twice_is_one_entry_and_one_answer(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")

    answers = [client.post("/lessons/new", data=lesson()) for _ in range(2)]

    assert count(Entry) == 1
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_changed_content_under_the_key_of_a_new_entry_edits_it(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    client.post("/lessons/new", data=lesson())

    answer = client.post("/lessons/new", data=lesson(title="عنوان آخر"))

    assert answer.status_code == 303
    assert titles() == ["عنوان آخر"]


def test_what_was_saved_by_a_colleague_since_is_not_written_over(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    client.post("/lessons/new", data=lesson())
    revision = db.session.scalars(select(Revision)).one()
    colleagues = world.raw("lesson", title="عنوان الزميل")
    data = colleagues | {"revision": revision.id, "seen": revision.version, "act": "save"}
    assert signed_in("basra2").post(f"/lessons/{revision.entry_id}/edit", data=data).status_code == 303

    answer = client.post("/lessons/new", data=lesson(title="عنوان آخر"))

    assert answer.status_code == 409
    assert "الزميل" in answer.text  # theirs is told word by word against mine
    assert "عنوان آخر" in answer.text
    assert titles() == ["عنوان الزميل"]


def test_what_is_incomplete_is_refused_again_in_the_same_words(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    data = lesson(act="submit", recommendation="")

    answers = [client.post("/lessons/new", data=data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all('href="#recommendation"' in answer.text for answer in answers)
    assert count(Entry) == 1


def test_a_decision_sent_twice_is_one_decision_and_one_answer(app: Flask, signed_in: SignedIn) -> None:
    revision, client = world.submitted(), signed_in("reviewer")
    before = count(AuditEvent)
    data = {"revision": revision.id, "seen": revision.version, "key": KEY}

    answers = [client.post(f"/review/{revision.id}/approve", data=data) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/review/")] * 2
    assert count(AuditEvent) == before + 1


def test_the_same_sent_twice_under_htmx_gets_the_same_page(app: Flask, signed_in: SignedIn) -> None:
    revision, client = world.submitted(), signed_in("reviewer")
    data = {"revision": revision.id, "seen": revision.version, "key": KEY}
    headers = {"HX-Request": "true", "HX-Target": "main#main"}

    answers = [client.post(f"/review/{revision.id}/approve", data=data, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.headers["HX-Push-Url"] for answer in answers] == ["/review/"] * 2


def test_a_key_is_one_persons(app: Flask, signed_in: SignedIn) -> None:
    for who in ("basra", "basra2"):
        signed_in(who).post("/lessons/new", data=lesson())

    assert count(Entry) == 2


def test_the_same_words_in_another_form_are_another_entry(app: Flask, signed_in: SignedIn) -> None:
    for key in (KEY, "a-key-of-another-form"):
        signed_in("basra").post("/lessons/new", data=lesson(key=key))

    assert count(Entry) == 2


@pytest.mark.parametrize("key", ["", "short", "ق" * 20, "x" * 41, "a key with blanks and more"])
def test_what_is_no_key_changes_nothing(app: Flask, signed_in: SignedIn, key: str) -> None:
    assert signed_in("basra").post("/lessons/new", data=lesson(key=key)).status_code == 303
    assert count(Submission) == 0


def test_keys_live_a_week(app: Flask, signed_in: SignedIn) -> None:
    with clock.at(clock.now() - timedelta(days=8)):
        signed_in("basra").post("/lessons/new", data=lesson())

    signed_in("basra").post("/lessons/new", data=lesson(key="a-key-of-another-form"))

    assert count(Submission) == 1


def test_an_answer_that_was_lost_with_the_process_is_given_again(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    client.post("/lessons/new", data=lesson())
    with transaction() as session:
        session.execute(update(Submission).values(location=None))

    answer = client.post("/lessons/new", data=lesson())

    assert answer.status_code == 303
    assert count(Entry) == 1


def test_the_same_sent_twice_at_once_is_done_once(app: Flask, signed_in: SignedIn) -> None:
    clients = [signed_in("basra") for _ in range(4)]

    def send(client: FlaskClient) -> tuple[int, str | None]:
        with app.app_context():
            answer = client.post("/lessons/new", data=lesson())
            return answer.status_code, answer.location

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, clients))

    assert len(answers) == 1
    assert count(Entry) == 1


def test_what_is_incomplete_and_sent_twice_at_once_is_refused_twice(app: Flask, signed_in: SignedIn) -> None:
    clients = [signed_in("basra") for _ in range(2)]

    def send(client: FlaskClient) -> tuple[int, bool]:
        with app.app_context():
            answer = client.post("/lessons/new", data=lesson(act="submit", recommendation=""))
            return answer.status_code, 'href="#recommendation"' in answer.text

    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(send, clients))

    assert answers == {(422, True)}
    assert count(Entry) == 1


def test_who_signs_out_from_an_old_page_is_signed_out(app: Flask) -> None:
    client = app.test_client()
    for _ in range(2):
        client.post("/login", data={"user": "basra", "password": world.PASSWORD})
        assert client.get("/account/").status_code == 200
        client.post("/logout", data={"key": KEY})

        assert client.get("/account/").status_code == 303


def test_a_file_that_is_sent_twice_at_once_is_taken_once_and_answered_the_same(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, upload = signed_in("basra"), app.view_functions["files.upload"]
    address = f"/lessons/{world.draft().entry_id}/files"

    def send() -> TestResponse:
        return client.post(address, data={"file": (BytesIO(files.PDF), "plan.pdf"), "key": KEY})

    @wraps(upload)
    def and_the_twin_is_answered(**more: object) -> object:
        try:
            return upload(**more)
        except AlreadySent:
            note_answer("/the-answer")
            raise

    assert send().location == address
    note_answer(None)
    monkeypatch.setitem(app.view_functions, "files.upload", and_the_twin_is_answered)

    assert send().location == "/the-answer"


def note_answer(location: str | None) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Submission).values(location=location))
