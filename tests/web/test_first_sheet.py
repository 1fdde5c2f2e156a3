"""The sign-in page brings its styles with it, once a device."""

import re
from base64 import b64encode
from hashlib import sha256

import brotli
from flask import Flask

from tests import world
from tests.conftest import SignedIn

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
WITH_BROTLI = {"Accept-Encoding": "br"}


def test_the_first_visit_needs_no_second_trip(app: Flask) -> None:
    answer = app.test_client().get("/login")
    style = STYLE.search(answer.text)

    assert style
    assert 'rel="stylesheet"' not in answer.text
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_the_first_visit_is_light(app: Flask) -> None:
    answer = app.test_client().get("/login", headers=WITH_BROTLI)

    assert len(answer.data) + len(str(answer.headers)) < 6_000


def test_the_rules_that_the_page_uses_come_with_it(app: Flask) -> None:
    style = STYLE.search(app.test_client().get("/login").text)
    assert style

    for rule in (".door main", ".field", ".panel", ".button", ":focus-visible", "[dir=rtl]", "--river"):
        assert rule in style[1]
    for rule in (".filters", "blockquote", "table", "@page", "/*"):
        assert rule not in style[1]


def test_who_has_signed_in_here_has_the_sheet(app: Flask) -> None:
    client = app.test_client()
    client.post("/login", data={"user": "basra", "password": world.PASSWORD})
    client.post("/logout")

    again = client.get("/login")

    assert "<style>" not in again.text
    assert 'rel="stylesheet"' in again.text
    assert "sha256" not in again.headers["Content-Security-Policy"]


def test_a_device_with_an_older_sheet_is_as_new(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("sheet", "0123456789", path="/login")

    assert "<style>" in client.get("/login").text


def test_no_other_page_allows_a_style_of_its_own(app: Flask, signed_in: SignedIn) -> None:
    answer = signed_in("basra").get("/")

    assert "sha256" not in answer.headers["Content-Security-Policy"]
    assert "<style>" not in answer.text


def test_what_is_refused_is_compressed_too(app: Flask, signed_in: SignedIn) -> None:
    answer = signed_in("observer").get("/lessons/new", headers=WITH_BROTLI)

    assert answer.status_code == 403
    assert answer.headers["Content-Encoding"] == "br"
    assert "<h1" in brotli.decompress(answer.data).decode()


def test_pages_of_ones_own_account_are_kept_by_nobody(app: Flask, signed_in: SignedIn) -> None:
    assert signed_in("basra").get("/account/").headers["Cache-Control"] == "no-store"
