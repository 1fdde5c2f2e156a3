"""Help is there before one has signed in."""

from bs4 import BeautifulSoup
from flask import Flask

from tests.conftest import SignedIn


def test_nobody_needs_an_account_to_read_help(app: Flask) -> None:
    answer = app.test_client().get("/help/")

    assert answer.status_code == 200
    assert BeautifulSoup(answer.text, "html.parser").find(id="password")


def test_help_speaks_the_language_of_the_device(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")

    assert "Ask your administrator for a one-time code" in client.get("/help/").text


def test_help_says_something_to_each_group(app: Flask, signed_in: SignedIn) -> None:
    soup = BeautifulSoup(signed_in("basra").get("/help/").text, "html.parser")

    headings = [one.get_text() for one in soup.select(".told h2")]
    assert headings == ["الكتابة باسم مكتب", "المراجعة", "القراءة", "إدارة النظام"]
