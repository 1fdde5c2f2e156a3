"""Drafts keep themselves: small pieces, never over another's text, never in the list of who did what."""

from flask import Flask
from sqlalchemy import func, select

from tests import world
from tests.conftest import SignedIn
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries import queries
from twinweb.entries.models import Revision

KEY = "a-key-of-one-form-1"


def only_revision() -> Revision:
    db.session.rollback()
    return db.session.scalars(select(Revision).execution_options(populate_existing=True)).one()


def events() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(AuditEvent)).one()


def test_a_piece_changes_its_field_alone(app: Flask, signed_in: SignedIn) -> None:
    revision = world.draft()
    before = events()
    data = {"seen": revision.version, "only": "result", "result": "تغيّر شيء.", "title": "لا يُحفظ"}

    answer = signed_in("basra").post(f"/lessons/{revision.entry_id}/keep", data=data)

    kept = only_revision()
    assert answer.status_code == 200
    assert answer.get_json()["seen"] == kept.version
    assert kept.raw == world.raw("lesson") | {"result": "تغيّر شيء."}
    assert events() == before


def test_what_a_colleague_saved_meanwhile_is_not_written_over(app: Flask, signed_in: SignedIn) -> None:
    revision = world.draft()
    data = {"seen": revision.version - 1, "only": "result", "result": "متأخر"}

    answer = signed_in("basra").post(f"/lessons/{revision.entry_id}/keep", data=data)

    assert answer.status_code == 409
    assert answer.get_json()["said"]
    assert only_revision().raw == world.raw("lesson")


def test_a_new_entry_opens_with_its_first_piece_and_once(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")

    answers = [
        client.post("/lessons/keep", data={"key": KEY, "only": "title", "title": title})
        for title in ("درس", "درس", "درس عن المتابعة")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.get_json()["address"] for answer in answers}) == 1
    assert only_revision().title == "درس عن المتابعة"


def test_the_button_goes_on_with_what_kept_itself(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    kept = client.post("/lessons/keep", data={"key": KEY, "only": "title", "title": "درس"}).get_json()
    data = world.raw("lesson") | {"revision": kept["revision"], "seen": kept["seen"], "act": "submit"}

    answer = client.post(kept["address"], data=data)

    assert answer.status_code == 303
    assert queries.revision(kept["revision"]) is not None


def test_nothing_typed_opens_nothing(app: Flask, signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/lessons/keep", data={"key": KEY, "only": "title", "title": " "})

    assert answer.status_code == 422
    assert queries.office_open(world.person("basra")) == []


def test_signed_out_it_says_so_and_keeps_nothing(app: Flask) -> None:
    answer = app.test_client().post("/lessons/keep", data={"key": KEY, "only": "title", "title": "درس"})

    assert answer.status_code == 303
