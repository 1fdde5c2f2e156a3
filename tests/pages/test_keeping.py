"""Drafts keep themselves: small pieces, never over another's text, never in the list of who did what."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
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
        client.post("/lessons/keep", data={"key": KEY, "typed": typed, "only": "title", "title": title})
        for typed, title in ((1, "درس"), (1, "درس"), (2, "درس عن المتابعة"))
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
    data = {"key": KEY, "only": "title", "title": "درس"}

    answer = app.test_client().post("/lessons/keep", data=data, headers={"Accept": "application/json"})

    assert answer.status_code == 401


def piece(revision: Revision, typed: int, text: str, key: str = KEY) -> dict[str, object]:
    """A piece as a form sends it that never heard of what it saved itself."""
    seen = {"revision": revision.id, "seen": revision.version}
    return seen | {"key": key, "page": "a1", "typed": typed, "only": "result", "result": text}


def test_a_form_goes_on_after_the_answer_to_its_own_piece_was_lost(app: Flask, signed_in: SignedIn) -> None:
    revision, client = world.draft(), signed_in("basra")
    address = f"/lessons/{revision.entry_id}/keep"
    client.post(address, data=piece(revision, 1, "تغيّر"))

    again = client.post(address, data=piece(revision, 1, "تغيّر"))
    more = client.post(address, data=piece(revision, 2, "تغيّر شيء."))

    assert (again.status_code, more.status_code) == (200, 200)
    assert only_revision().raw["result"] == "تغيّر شيء."


def test_a_press_goes_on_after_the_answer_to_a_piece_was_lost(app: Flask, signed_in: SignedIn) -> None:
    revision, client = world.draft(), signed_in("basra")
    client.post(f"/lessons/{revision.entry_id}/keep", data=piece(revision, 1, "تغيّر"))
    data = world.raw("lesson", result="تغيّر شيء.") | piece(revision, 2, "تغيّر شيء.") | {"act": "save"}

    answer = client.post(f"/lessons/{revision.entry_id}/edit", data=data)

    assert answer.status_code == 303
    assert only_revision().raw["result"] == "تغيّر شيء."


def test_a_piece_that_was_overtaken_on_the_way_changes_nothing(app: Flask, signed_in: SignedIn) -> None:
    revision, client = world.draft(), signed_in("basra")
    address = f"/lessons/{revision.entry_id}/keep"
    client.post(address, data=piece(revision, 2, "تغيّر شيء."))

    answer = client.post(address, data=piece(revision, 1, "تغيّر"))

    assert answer.status_code == 409
    assert only_revision().raw["result"] == "تغيّر شيء."


@pytest.mark.parametrize(("who", "key"), [("basra", "a-key-of-another-form"), ("basra2", KEY)])
def test_what_another_form_saved_meanwhile_is_not_written_over(
    app: Flask, signed_in: SignedIn, who: str, key: str
) -> None:
    revision = world.draft()
    address = f"/lessons/{revision.entry_id}/keep"
    signed_in("basra").post(address, data=piece(revision, 1, "تغيّر شيء."))

    answer = signed_in(who).post(address, data=piece(revision, 5, "متأخر", key))

    assert answer.status_code == 409
    assert only_revision().raw["result"] == "تغيّر شيء."


def test_a_form_opens_one_entry_even_when_that_was_submitted(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    data = world.raw("lesson") | {"key": KEY, "act": "submit", "typed": 3}
    assert client.post("/lessons/new", data=data).status_code == 303

    late = client.post("/lessons/keep", data={"key": KEY, "typed": 3, "only": "title", "title": "درس"})
    more = client.post("/lessons/new", data=data | {"title": "درس آخر"})

    assert (late.status_code, more.status_code) == (409, 409)
    assert late.get_json()["said"]
    assert only_revision().title == world.raw("lesson")["title"]


def test_the_first_pieces_of_one_form_sent_at_once_open_one_entry(app: Flask, signed_in: SignedIn) -> None:
    titles = ["د", "در", "درس", "درس ع", "درس عن", "درس عن"]
    clients = [(count, signed_in("basra")) for count, _title in enumerate(titles)]

    def send(count: int, client: FlaskClient) -> int:
        with app.app_context():
            data = {"key": KEY, "typed": count, "only": "title", "title": titles[count]}
            return client.post("/lessons/keep", data=data).status_code

    with ThreadPoolExecutor(6) as pool:
        assert {*pool.map(send, *zip(*clients, strict=True))} <= {200, 409}

    assert only_revision().title == "درس عن"


def test_a_copy_of_a_form_that_the_browser_shows_again_is_another_form(
    app: Flask, signed_in: SignedIn
) -> None:
    revision, client = world.draft(), signed_in("basra")
    address = f"/lessons/{revision.entry_id}/keep"
    client.post(address, data=piece(revision, 1, "تغيّر شيء."))

    answer = client.post(address, data=piece(revision, 1, "غيره") | {"page": "b2"})

    assert answer.status_code == 409
    assert only_revision().raw["result"] == "تغيّر شيء."


def test_a_first_piece_whose_answer_died_with_the_process_is_sent_again(
    app: Flask, signed_in: SignedIn
) -> None:
    client = signed_in("basra")
    data = {"key": KEY, "typed": 1, "only": "title", "title": "درس"}
    client.post("/lessons/keep", data=data)

    answer = client.post("/lessons/keep", data=data)

    assert answer.get_json()["revision"] == only_revision().id


def test_what_is_too_long_is_not_called_saved(app: Flask, signed_in: SignedIn) -> None:
    revision, client = world.draft(), signed_in("basra")
    data = world.raw("lesson", result="ن" * 20_001) | {"seen": revision.version, "act": "save"}

    page = client.post(f"/lessons/{revision.entry_id}/edit", data=data)

    assert page.status_code == 422
    assert "data-unsaved" in page.text
    assert "حُفظ كل ما كتبتم" not in page.text


def test_a_save_that_changes_nothing_else_on_the_page_is_answered_with_the_end_of_the_form(
    app: Flask, signed_in: SignedIn
) -> None:
    client, htmx = signed_in("basra"), {"HX-Request": "true", "HX-Target": "div#form"}
    typed = world.raw("lesson") | {"key": KEY, "act": "save"}

    small = client.post("/lessons/new", data=typed, headers=htmx)
    end = BeautifulSoup(small.text, "html.parser")
    goes_on = {str(one["name"]): str(one["value"]) for one in end.select("input")}
    again = client.post(
        small.headers["HX-Replace-Url"], data=typed | goes_on | {"title": "درس"}, headers=htmx
    )

    assert (small.headers["HX-Retarget"], end.find("textarea")) == ("#bar", None)
    assert (again.headers["HX-Retarget"], only_revision().title) == ("#bar", "درس")


def test_a_save_after_mistakes_is_answered_with_the_form_without_them(
    app: Flask, signed_in: SignedIn
) -> None:
    client, htmx = signed_in("basra"), {"HX-Request": "true", "HX-Target": "div#form"}
    raw = world.raw("lesson", title="") | {"key": KEY, "act": "submit"}
    refused = BeautifulSoup(client.post("/lessons/new", data=raw, headers=htmx).text, "html.parser")
    hidden = {str(one["name"]): str(one.get("value", "")) for one in refused.select("input[type=hidden]")}

    answer = client.post("/lessons/new", data=raw | hidden | {"title": "درس", "act": "save"}, headers=htmx)

    form = BeautifulSoup(answer.text, "html.parser")
    assert refused.select(".errors")
    assert (answer.status_code, bool(form.find("textarea")), form.select(".errors")) == (200, True, [])
