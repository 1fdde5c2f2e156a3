"""What a page may weigh and ask, for every page and fragment that anybody can come to, in Arabic."""

import pytest
from flask import Flask

from tests.addresses import get_rules
from tests.budgets.allowed import PEOPLE, TEXT, browser, budget, people_of_a_workshop
from tests.budgets.journeys import Weighed, file_size, files_of, page_of, size, walk
from tests.conftest import Browser
from tests.wire import DEMO_PASSWORD, fields

NO_PAGES = {"home.healthz", "home.readyz", "files.content", "files.small", "admin.many_template"} | {
    "directory.party_names"
}
"""For machines; and files."""
BY_NO_LINK = {
    "factors.second_step",
    "inbox.reset",
    "admin.user_list",
    "admin.request_show",
    "accounts.resume",
}
"""One comes to them by what the sample has not: half a sign-in, a mail, a pasted list, a form that waits."""
SIGN_IN, ANSWER = 6_000, 1_000
"""Bytes: with the sheet; of a piece that was kept, and of a save."""
JOURNEY_REQUESTS, JOURNEY_BYTES = 7, 32_150
"""Should be 24,000, but what its parts may weigh is more together: signing in 6,000, the sheet 5,500, htmx
12,400, a list 5,000. They weigh 5,000, 4,800, 12,300 and 3,800; home is 3,000 more, our script 2,600.
"""
BR = {"Accept-Encoding": "gzip, deflate, br"}
HTMX = {"HX-Request": "true", "HX-Target": "div#form"}


pytestmark = [
    pytest.mark.xdist_group("budgets"),  # what is weighed once is looked at by all of them
    pytest.mark.parametrize("programme", ["sqlite"], indirect=True, scope="module"),
]
"""A page weighs the same from either database."""


@pytest.fixture(scope="module")
def weighed(programme: Flask) -> list[Weighed]:
    """With thirty people in a workshop, of whom the sample names none."""
    people_of_a_workshop()
    return [one for person in PEOPLE for one in walk(programme, browser(programme, person), person)]


def test_every_answer_is_light(weighed: list[Weighed]) -> None:
    heavy = [str(one) for one in weighed if one.brotli > budget(one).brotli]

    assert not heavy, "\n".join(heavy)


def test_every_answer_is_light_on_plain_http(weighed: list[Weighed]) -> None:
    heavy = [str(one) for one in weighed if one.gzip > budget(one).gzip]

    assert not heavy, "\n".join(heavy)


def test_every_answer_asks_the_database_seldom(weighed: list[Weighed]) -> None:
    heavy = [str(one) for one in weighed if one.statements > budget(one).statements]

    assert not heavy, "\n".join(heavy)


def test_every_page_is_weighed(programme: Flask, weighed: list[Weighed]) -> None:
    """By somebody: to a page that no link leads to nobody comes."""
    pages = {rule.endpoint for rule in get_rules(programme)}

    assert pages - {one.endpoint for one in weighed} - NO_PAGES - BY_NO_LINK == set()


def test_from_signing_in_to_the_lessons_with_nothing_in_the_cache(programme: Flask) -> None:
    client, requests, down, cached = Browser(programme), 0, 0, set[str]()
    form = fields(client.get("/login").text) | {"user": "basra", "password": DEMO_PASSWORD}
    for address in ("/login", "sign in", "/", "/lessons/"):
        answer = client.post("/login", data=form) if address == "sign in" else client.get(address, headers=BR)
        files = set(files_of(page_of(answer))) - cached
        cached |= files
        requests += 1 + len(files)
        down += size(answer) + sum(map(file_size, files))

    assert (requests <= JOURNEY_REQUESTS, down <= JOURNEY_BYTES) == (True, True), (requests, down)


def test_the_sign_in_page_is_usable_at_once(programme: Flask) -> None:
    page = Browser(programme).get("/login", headers=BR)
    sheets = [str(sheet["href"]) for sheet in page_of(page).select("link[rel=stylesheet]")]

    assert size(page) + sum(map(file_size, sheets)) <= SIGN_IN


def test_the_answer_to_what_is_sent_is_light(programme: Flask) -> None:
    client = browser(programme, "basra")
    form = fields(client.get("/lessons/new").text)
    typed = {"title": "درس في الماء", "only": "title situation", "situation": TEXT}

    kept = client.post("/lessons/keep", data=form | typed, headers=BR)
    saved = client.post("/lessons/new", data=form | typed, headers=BR | HTMX)

    assert {"kept": size(kept) <= ANSWER, "saved": size(saved) <= ANSWER} == {"kept": True, "saved": True}, (
        size(kept),
        size(saved),
    )
