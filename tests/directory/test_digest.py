"""The offline digest: one file that asks for nothing, holds what fits, and says what it leaves out."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb.admin import commands as admin
from twinweb.db import db
from twinweb.directory.digest import MOST_BYTES
from twinweb.reference.models import Sector

LONGEST = "ماء " * 2_500
ADDRESS = "/sectors/job-creation/digest"


def digest(client: FlaskClient, address: str = ADDRESS) -> TestResponse:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer


def articles(answer: TestResponse) -> list[str]:
    return [str(one["id"]) for one in BeautifulSoup(answer.text, "html.parser").select("article")]


def lessons(count: int, **changes: Any) -> list[str]:
    return [world.approved(**changes).entry.reference or "" for _ in range(count)]


def test_it_holds_the_approved_lessons_the_newest_first(signed_in: SignedIn) -> None:
    references = lessons(3)
    world.submitted(title="لم يعتمد بعد")

    answer = digest(signed_in("observer"))

    assert articles(answer) == references[::-1]
    assert "لم يعتمد بعد" not in answer.text
    page = BeautifulSoup(answer.text, "html.parser")
    assert [one["href"] for one in page.select("nav a")] == [f"#{one}" for one in references[::-1]]


def test_it_is_a_file_with_an_arabic_name(signed_in: SignedIn) -> None:
    lessons(1)

    header = digest(signed_in("basra")).headers["Content-Disposition"]

    assert header.startswith("attachment; filename=twinweb-job-creation-")
    assert re.search(r"توأمة - .+ - \d{4}-\d\d-\d\d\.html$", unquote(header))
    assert header.isascii()


def test_its_own_styles_are_all_that_it_may_use(signed_in: SignedIn) -> None:
    lessons(1)

    answer = digest(signed_in("basra"))

    page = BeautifulSoup(answer.text, "html.parser")
    assert len(page.select("style")) == 1
    styles = page.select("style")[0].string or ""
    named = "sha256-" + b64encode(sha256(styles.encode()).digest()).decode()
    inside = page.select_one("meta[http-equiv]")
    assert inside is not None
    for policy in (answer.headers["Content-Security-Policy"], str(inside["content"])):
        assert policy.startswith(f"default-src 'none'; style-src '{named}'")
    assert page.select("script, img, link, form, [src], [style]") == []


def test_no_digest_is_larger_than_it_may_be_and_each_says_what_it_leaves_out(signed_in: SignedIn) -> None:
    lessons(12, situation=LONGEST, done=LONGEST)
    short = lessons(1)

    answer = digest(signed_in("basra"))

    kept = articles(answer)
    assert len(answer.data) <= MOST_BYTES
    assert kept[0] == short[0]
    assert 2 <= len(kept) < 13
    head = BeautifulSoup(answer.text, "html.parser").select_one("header")
    assert head is not None
    assert {str(len(kept)), "13"} <= set(re.findall(r"\d+", head.get_text()))


def test_letters_that_take_more_room_as_html_count_as_what_they_take(signed_in: SignedIn) -> None:
    source = world.SOURCE | {"title": "&" * 500, "link": "https://example.org/" + "&" * 400}
    lessons(3, situation="&" * 10_000, sources=[source] * 20, contact_office="<" * 500)

    assert len(digest(signed_in("basra")).data) <= MOST_BYTES


def test_a_governorate_has_its_own_and_a_merged_sector_leads_on(signed_in: SignedIn) -> None:
    mine, theirs = lessons(1), lessons(1, by="duhok")
    seen = db.session.get_one(Sector, "job-creation").version
    admin.merge_sectors("job-creation", "agriculture", seen=seen, by=world.person("admin"))

    assert articles(digest(signed_in("basra"), "/governorates/basra/digest")) == mine
    assert signed_in("basra").get(ADDRESS).location == "/sectors/agriculture/digest"
    assert articles(digest(signed_in("basra"), "/sectors/agriculture/digest")) == [*theirs, *mine]
    assert signed_in("basra").get("/governorates/nowhere/digest").status_code == 404


def test_an_empty_digest_says_so(signed_in: SignedIn) -> None:
    assert articles(digest(signed_in("basra"))) == []


def test_what_was_written_is_shown_as_text(signed_in: SignedIn) -> None:
    lessons(1, title="<script>alert(1)</script>")

    assert "<script>" not in digest(signed_in("basra")).text


def test_a_digest_asks_few_statements(app: Flask, signed_in: SignedIn) -> None:
    lessons(5)
    client = signed_in("basra")
    digest(client)

    with statements() as asked:
        digest(client)

    assert len(asked) <= 4, asked
