"""The frame of every page: who one is, where one is, and words for a slow or lost answer."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts.models import Language
from twinweb.config import ROOT

REGION = {"HX-Request": "true", "HX-Target": "main#main"}


def links(signed_in: SignedIn, username: str) -> list[str]:
    soup = BeautifulSoup(signed_in(username).get("/help/").text, "html.parser")
    return [str(one["href"]) for one in soup.select(".site nav a")]


def test_the_navigation_offers_what_the_role_may_open(app: Flask, signed_in: SignedIn) -> None:
    for_all = ["/partnerships/", "/workshops/", "/lessons/", "/search"]

    assert links(signed_in, "observer") == ["/", *for_all]
    assert links(signed_in, "basra") == ["/", "/mine/", *for_all, "/notices/"]
    assert links(signed_in, "reviewer") == ["/", "/review/", *for_all, "/notices/"]
    assert links(signed_in, "admin") == ["/", *for_all, "/notices/", "/admin/users/"]


@pytest.mark.parametrize(
    ("path", "marked"), [("/", ["/"]), ("/lessons/new", ["/lessons/"]), ("/help/", []), ("/no/such/page", [])]
)
def test_the_page_that_is_open_is_marked(
    app: Flask, signed_in: SignedIn, path: str, marked: list[str]
) -> None:
    soup = BeautifulSoup(signed_in("basra").get(path).text, "html.parser")

    assert [one["href"] for one in soup.select(".site [aria-current=page]")] == marked


def test_the_header_counts_what_waits(app: Flask, signed_in: SignedIn) -> None:
    world.returned()
    world.submitted()

    mend = BeautifulSoup(signed_in("basra").get("/help/").text, "html.parser").find(id="to-mend")
    review = BeautifulSoup(signed_in("reviewer").get("/help/").text, "html.parser").find(id="to-review")

    assert (mend and mend.get_text(), review and review.get_text()) == ("1", "1")


def test_a_region_brings_title_and_counts_along(app: Flask, signed_in: SignedIn) -> None:
    world.returned()

    soup = BeautifulSoup(signed_in("basra").get("/mine/", headers=REGION).text, "html.parser")

    assert soup.title
    assert soup.title.get_text() == "مكتبنا – توأمة"
    count = soup.select_one("#to-mend")
    assert count
    assert (count["hx-swap-oob"], count.get_text()) == ("true", "1")


def test_nobody_is_offered_anything_before_signing_in(app: Flask) -> None:
    soup = BeautifulSoup(app.test_client().get("/login").text, "html.parser")

    assert soup.select(".site nav, .who, script") == []


@pytest.mark.parametrize("script", ["app.js", "draft.js"])
def test_a_script_says_what_it_says_without_an_answer_in_every_language(script: str) -> None:
    """Pages do not carry it, so the catalogue does not have it."""
    text = (ROOT / "static" / "js" / script).read_text("utf-8")
    said = re.search(r"words = \{(.+?)\n *\}\[document.documentElement.lang\]", text, re.DOTALL)
    assert said
    found = {
        language: dict(re.findall(r'(\w+): "(.+)"', block))
        for language, block in re.findall(r"(\w+): \{(.+?)\}", said[1], re.DOTALL)
    }

    assert set(found) == {*Language}
    assert len({frozenset(words) for words in found.values()}) == 1
    assert all(re.search("[ء-ي]", word) for word in found["ar"].values())
    assert set(re.findall(r"\bwords\.(\w+)", text)) == set(found["ar"])


def test_back_to_a_page_that_is_gone_is_a_whole_page(app: Flask, signed_in: SignedIn) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true", "HX-Target": "body"}

    answer = signed_in("basra").get("/lessons/999/open", headers=headers)

    assert answer.status_code == 404
    assert "<html" in answer.text
    assert "HX-Retarget" not in answer.headers
