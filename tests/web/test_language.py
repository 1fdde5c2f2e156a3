"""The language is a choice of the person, kept on their account and on the device."""

from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts import queries
from twinweb.accounts.models import Language


def test_arabic_from_right_to_left_is_the_default(app: Flask) -> None:
    assert '<html lang="ar" dir="rtl">' in app.test_client().get("/login").text


def test_a_choice_is_kept_on_the_device(app: Flask) -> None:
    client = app.test_client()

    answer = client.post("/language", data={"language": "en", "next": "/help/"})

    assert (answer.status_code, answer.location) == (303, "/help/")
    assert '<html lang="en" dir="ltr">' in client.get("/login").text


def test_a_choice_is_kept_on_the_account(app: Flask, signed_in: SignedIn) -> None:
    signed_in("basra").post("/language", data={"language": "en"})

    user = queries.user(world.person("basra").id)
    assert user
    assert user.language is Language.ENGLISH
    assert '<html lang="en" dir="ltr">' in signed_in("basra").get("/").text


def test_the_account_outweighs_the_device(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    client.set_cookie("language", "en")

    assert '<html lang="ar" dir="rtl">' in client.get("/").text


def test_an_unknown_language_is_arabic(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("language", "tlh")

    assert '<html lang="ar" dir="rtl">' in client.get("/login").text


def test_a_choice_leads_nowhere_else(app: Flask) -> None:
    answer = app.test_client().post("/language", data={"language": "en", "next": "https://example.org/"})

    assert answer.location == "/"
