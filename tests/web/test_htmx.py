"""Regions: what a POST answers under htmx, and what a page answers that has no such region."""

from flask import Flask

from tests import world
from tests.conftest import SignedIn

FORM = {"HX-Request": "true", "HX-Target": "div#form"}


def test_going_on_to_another_page_takes_the_place_of_the_main_region(app: Flask, signed_in: SignedIn) -> None:
    revision = world.draft()
    data = world.raw("lesson") | {"revision": revision.id, "seen": revision.version, "act": "submit"}

    answer = signed_in("basra").post(f"/lessons/{revision.entry_id}/edit", data=data, headers=FORM)

    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == f"/lessons/{revision.entry_id}/open"
    assert answer.headers["HX-Retarget"] == "#main"
    assert "<h1>" in answer.text
    assert "<html" not in answer.text


def test_a_page_without_the_region_answers_whole(signed_in: SignedIn) -> None:
    answer = signed_in("basra").get("/help/", headers=FORM)

    assert answer.headers["HX-Retarget"] == "body"
    assert "<html" in answer.text


def test_a_redirect_on_the_way_is_followed_within_the_answer(app: Flask, signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/language", data={"language": "en", "next": "/login"}, headers=FORM)

    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == "/"
