"""Help is there before one has signed in, for each group of people, with pictures where they are wanted."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from twinweb.config import ROOT

GUIDES = ("contributor", "reviewer", "admin", "observer")
HEAVIEST = 15_000
PICTURES = ROOT / "static/help"


def named_in_help() -> set[str]:
    texts = [path.read_text() for path in Path(ROOT, "templates/home/help").glob("*.html")]
    return {name for text in texts for name in re.findall(r'shows\("(\w+)"', text)}


def test_nobody_needs_an_account_to_read_help(app: Flask) -> None:
    answer = app.test_client().get("/help/")

    assert answer.status_code == 200
    assert BeautifulSoup(answer.text, "html.parser").find(id="password")


def test_help_speaks_the_language_of_the_device(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")

    assert "Ask your administrator for a one-time code" in client.get("/help/").text
    assert "saved-en.webp" in client.get("/help/contributor").text


def test_help_leads_to_each_group(app: Flask) -> None:
    client = app.test_client()
    leads = BeautifulSoup(client.get("/help/").text, "html.parser").select(".rows a")

    assert [one["href"] for one in leads] == [f"/help/{name}" for name in GUIDES]
    assert [client.get(str(one["href"])).status_code for one in leads] == [200] * len(GUIDES)
    assert client.get("/help/nobody").status_code == 404


@pytest.mark.parametrize("guide", GUIDES)
def test_a_picture_is_a_link_with_its_size_where_bytes_are_dear(app: Flask, guide: str) -> None:
    client = app.test_client()
    folded = BeautifulSoup(client.get(f"/help/{guide}").text, "html.parser")
    saving = BeautifulSoup(client.get(f"/help/{guide}", headers={"Save-Data": "on"}).text, "html.parser")

    pictures = folded.select("details:not([open]) img[loading=lazy][alt][width][height]")
    links = saving.select("a[href*='/static/help/']")
    assert folded.select("img") == pictures
    assert pictures
    assert [one["href"] for one in links] == [one["src"] for one in pictures]
    assert all(re.search(r"\d+ كيلوبايت", one.parent.get_text()) for one in links if one.parent)
    assert saving.select("img") == []


def test_every_picture_is_there_in_both_languages_and_light() -> None:
    """Where one is missing: `make pictures`. What the templates no longer name is taken out by hand."""
    wanted = {f"{name}-{language}.webp" for name in named_in_help() for language in ("ar", "en")}
    there = {path.name: path.stat().st_size for path in PICTURES.iterdir()}

    assert (sorted(wanted - there.keys()), sorted(there.keys() - wanted)) == ([], []), "type: make pictures"
    assert [name for name, size in there.items() if size > HEAVIEST] == []
