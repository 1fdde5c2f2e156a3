"""What an office has open, in groups by what is to be done."""

from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.entries import commands
from twinweb.kinds import ALL, KINDS


def page(signed_in: SignedIn, username: str) -> BeautifulSoup:
    return BeautifulSoup(signed_in(username).get("/mine/").text, "html.parser")


def test_what_is_open_stands_in_groups_the_returned_first(app: Flask, signed_in: SignedIn) -> None:
    world.draft(title="مسودة")
    world.submitted(title="مُرسلة")
    world.returned(title="مُعادة")
    world.approved(title="معتمدة")

    groups = page(signed_in, "basra2").select("main section")

    assert [one["aria-labelledby"] for one in groups] == ["returned", "draft", "submitted"]
    assert [one.h3.get_text() for one in groups] == ["مُعادة", "مسودة", "مُرسلة"]  # type: ignore[union-attr]


def test_a_returned_entry_says_why(app: Flask, signed_in: SignedIn) -> None:
    world.returned()

    assert "كتب المُراجِع: يرجى بيان المصدر" in page(signed_in, "basra").get_text()


def test_a_submission_says_who_holds_it(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    commands.claim(world.seen(revision), KINDS, by=world.person("reviewer"))

    assert "فتحها المُراجِع: شخص reviewer" in page(signed_in, "basra").get_text()


def test_every_kind_can_be_begun_here(app: Flask, signed_in: SignedIn) -> None:
    buttons = [one["href"] for one in page(signed_in, "basra").select(".head .button")]

    assert sorted(map(str, buttons)) == sorted(f"/{shown.kind.plural}/new" for shown in ALL)


def test_an_office_with_nothing_open_is_told_what_to_do(app: Flask, signed_in: SignedIn) -> None:
    world.draft()

    soup = page(signed_in, "duhok")

    assert soup.select("main section") == []
    assert "لا شيء مفتوح لدى مكتبكم" in soup.get_text()


def test_others_have_no_office(app: Flask, signed_in: SignedIn) -> None:
    statuses = {name: signed_in(name).get("/mine/").status_code for name in ("reviewer", "observer", "admin")}

    assert statuses == {"reviewer": 403, "observer": 403, "admin": 403}
