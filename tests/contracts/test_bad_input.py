"""Nothing that can be sent makes an error of ours: a clear answer, and what was typed is still there."""

import pytest
from flask import Flask
from werkzeug.test import encode_multipart

from tests import world
from tests.addresses import examples, get_rules, post_rules, programme
from tests.conftest import SignedIn
from twinweb.entries import queries, relations
from twinweb.kinds import KINDS

HOSTILE = "\x00\u202e<script>alert(1)</script>' OR 1=1 -- \u2066\ud83d \ufeff %s {0} ${7*7} \\".encode(
    "utf-8", "surrogatepass"
).decode("utf-8", "replace")
ADDRESSES = [
    "/lessons/99999999999999999999",
    "/lessons/0",
    "/lessons/-1",
    "/lessons/1.5",
    "/lessons/٣",
    "/lessons/%00",
    "/lessons/%ff%fe",
    "/lessons/1/edit/",
    "/drafts/1",
    "/sectors/%ff",
    "/governorates/nowhere",
    "/parties/99999999999999999999",
    "/review/99999999999999999999",
    "/admin/users/99999999999999999999",
]
QUERIES = [
    "q=%ff%fe",
    "q=%00",
    'q="%20OR%20NEAR(*',
    "q=" + "م" * 20_000,
    "after=99999999999999999999999",
    "after=-1",
    "after=x",
    "sector=nothing&sector=else",
    "year=%D9%A2%D9%A0%D9%A2%D9%A2",
    "governorate=%00",
    "country=ZZ",
    "kind=%ff",
    "stage=1;DROP",
]


@pytest.mark.parametrize("role", ["basra", "reviewer", "admin"])
def test_no_address_is_an_error_of_ours(app: Flask, signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)

    answers = {address: client.get(address).status_code for address in ADDRESSES}

    assert {address: status for address, status in answers.items() if status not in {400, 403, 404}} == {}


@pytest.mark.parametrize("role", ["basra", "reviewer", "admin"])
def test_no_query_is_an_error_of_ours(app: Flask, signed_in: SignedIn, role: str) -> None:
    made, client = programme(), signed_in(role)
    faults = {}
    for rule in get_rules(app):
        for address in examples(app, rule, made):
            for query in QUERIES:
                status = client.get(f"{address}?{query}").status_code
                if status >= 500:
                    faults[f"{address}?{query[:40]}"] = status

    assert faults == {}


@pytest.mark.parametrize("role", ["basra", "duhok", "reviewer", "admin"])
def test_no_form_is_an_error_of_ours(app: Flask, signed_in: SignedIn, role: str) -> None:
    made, client = programme(), signed_in(role)
    names = [
        "title",
        "act",
        "seen",
        "revision",
        "reason",
        "reference",
        "owner",
        "username",
        "name",
        "password",
    ]
    names += [
        "year",
        "sectors",
        "day-day",
        "sources-0-date-day",
        "sources-9999999999-title",
        "next",
        "language",
    ]
    faults = {}
    for rule in post_rules(app):
        if rule.endpoint == "accounts.logout":
            continue
        for address in examples(app, rule, made):
            for data in (
                {},
                dict.fromkeys(names, HOSTILE),
                {"seen": "9" * 30, "revision": "9" * 30, "act": "add:x"},
            ):
                status = client.post(address, data=data).status_code
                if status >= 500:
                    faults[f"{address} {sorted(data)[:2]}"] = status

    assert faults == {}


def test_a_megabyte_in_a_title_is_answered_in_words_and_kept_in_the_form(signed_in: SignedIn) -> None:
    long = "ط" * 500_000

    boundary, body = encode_multipart({"title": long, "act": "save"})

    answer = signed_in("basra").post(
        "/lessons/new", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    assert answer.status_code == 422
    assert long in answer.text
    assert 'href="#title"' in answer.text


def test_more_than_a_form_can_carry_is_refused_in_words(signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/lessons/new", data={"title": "x" * 3_000_000})

    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_the_thirtieth_of_february_comes_back_as_it_was_typed(signed_in: SignedIn) -> None:
    client = signed_in("basra")
    form = {
        "title": "ورشة",
        "first_day-day": "٣٠",
        "first_day-month": "2",
        "first_day-year": "٢٠٢٢",
        "act": "submit",
    }

    answer = client.post("/workshops/new", data=form)

    assert answer.status_code == 422
    assert 'value="٣٠"' in answer.text
    assert 'href="#first_day"' in answer.text


def test_a_reference_of_five_thousand_digits_is_answered_in_words(signed_in: SignedIn) -> None:
    client = signed_in("basra")

    answer = client.post(
        "/lessons/new", data=world.raw("lesson") | {"partnership": "7" * 5000, "act": "submit"}
    )

    assert answer.status_code == 422
    assert client.get("/mine/").status_code == 200


def test_arabic_digits_are_digits(app: Flask, signed_in: SignedIn) -> None:
    revision = world.draft(year="٢٠٢٢", contact_phone="٠٧٥٠١٢٣٤٥٦٧")

    answer = signed_in("basra").post(
        f"/lessons/{revision.entry_id}/submit", data={"revision": revision.id, "seen": revision.version}
    )

    assert answer.status_code == 303


def test_bidi_overrides_do_not_reach_the_register(app: Flask) -> None:
    revision = world.approved(title="درس \u202eمقلوب\u202c")

    named = relations.named([revision.entry_id], KINDS, by=world.person("observer"))

    assert named[revision.entry_id].title == "درس مقلوب"


def test_a_form_without_its_token_is_refused_in_words(app: Flask, signed_in: SignedIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    answer = signed_in("basra").post("/lessons/new", data={"title": "درس"})

    assert answer.status_code == 400
    assert "<h1>" in answer.text
    assert queries.office_open(world.person("basra")) == []


def test_an_empty_form_that_is_submitted_says_everything_that_is_missing(signed_in: SignedIn) -> None:
    answer = signed_in("basra").post("/lessons/new", data={"act": "submit"})

    assert answer.status_code == 422
    for field in ("kind", "title", "sectors", "year", "situation", "done", "recommendation"):
        assert f'href="#{field}"' in answer.text


def test_markup_in_a_text_is_shown_as_text(signed_in: SignedIn) -> None:
    revision = world.approved(title="<script>alert(1)</script>", situation="<img src=x onerror=alert(1)>")

    page = signed_in("observer").get(f"/lessons/{revision.entry_id}").text

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
