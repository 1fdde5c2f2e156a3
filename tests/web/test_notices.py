"""A word about what was done is shown once, on the next page."""

from flask import Flask

from tests.conftest import SignedIn

REGION = {"HX-Request": "true", "HX-Target": "main#main"}


def test_a_notice_is_shown_once_after_the_redirect(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    client.post("/account/sectors", data={"sectors": ["agriculture"]})

    first, second = client.get("/account/").text, client.get("/account/").text

    assert (first.count("note done"), second.count("note done")) == (1, 0)


def test_under_htmx_it_comes_with_the_very_answer(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")

    answer = client.post("/account/sectors", data={"sectors": ["agriculture"]}, headers=REGION)

    assert answer.status_code == 200
    assert answer.text.count("note done") == 1
    assert "note done" not in client.get("/account/").text
