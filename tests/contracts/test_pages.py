"""What must hold of every page and region, present and future."""

import re
from collections import Counter

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from tests.addresses import examples, get_rules, programme
from tests.conftest import SignedIn
from twinweb.web.htmx import REGIONS

ROLES = ["basra", "reviewer", "observer", "admin"]
PLAIN = {"/healthz", "/readyz"}
HARMLESS_TWICE = {"/login", "/logout", "/language", "/admin/audit/export", "/account/data"}


def test_every_page_is_sound(app: Flask, signed_in: SignedIn) -> None:
    made = programme()
    faults: list[str] = []
    for role in ROLES:
        client = signed_in(role)
        for rule in get_rules(app):
            for address in examples(app, rule, made):
                answer = client.get(address)
                if answer.status_code == 200 and address not in PLAIN and answer.mimetype == "text/html":
                    faults += [f"{role} {address}: {fault}" for fault in faults_of(answer.text)]
                elif answer.status_code not in {200, 301, 303, 403, 404, 422}:
                    faults.append(f"{role} {address}: {answer.status_code}")

    assert faults == []


def test_every_page_has_somebody_who_may_read_it(app: Flask, signed_in: SignedIn) -> None:
    made = programme()
    clients = [signed_in(role) for role in ROLES]
    unread = [
        address
        for rule in get_rules(app)
        for address in examples(app, rule, made)
        if all(client.get(address).status_code not in {200, 301, 303, 422} for client in clients)
        and not rule.endpoint.startswith("pages.edit")
        and not (rule.endpoint == "pages.show_open" and "lessons" not in address)
    ]

    assert unread == []


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_a_region_says_what_the_page_says(app: Flask, signed_in: SignedIn, region: str) -> None:
    made = programme()
    addresses = [address for rule in get_rules(app) for address in examples(app, rule, made)]

    faults = [
        f"{role} {address}"
        for role in ROLES
        for address in addresses
        if not region_says_the_same(signed_in(role), address, region)
    ]

    assert faults == []


def region_says_the_same(client: FlaskClient, address: str, region: str) -> bool:
    """As far as the page has such a region."""
    page = client.get(address)
    if page.mimetype != "text/html":
        return True
    whole = BeautifulSoup(page.text, "html.parser").find(id=region)
    if page.status_code != 200 or whole is None:
        return True
    headers = {"HX-Request": "true", "HX-Target": f"div#{region}"}
    part = BeautifulSoup(client.get(address, headers=headers).text, "html.parser")
    for beside in part.select("title, [hx-swap-oob]"):
        beside.decompose()
    return _words(part.get_text()) == _words(whole.get_text())


def test_answers_are_kept_apart_and_to_the_person(app: Flask, signed_in: SignedIn) -> None:
    answer = signed_in("basra").get("/lessons/")

    assert {"HX-Request", "HX-Target", "Cookie"} <= set(answer.headers["Vary"].split(", "))
    assert "private" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def faults_of(text: str) -> list[str]:
    """What is wrong with a page, in words."""
    faults = []
    try:
        html5lib.HTMLParser(strict=True).parse(text)
    except html5lib.html5parser.ParseError as error:
        faults.append(f"not well formed: {error}")
    page = BeautifulSoup(text, "html.parser")
    faults += [f"twice the id {id_}" for id_, count in Counter(_ids(page)).items() if count > 1]
    if len(page.find_all("h1")) != 1:
        faults.append("not one h1")
    if not page.html or (page.html["lang"], page.html["dir"]) != ("ar", "rtl"):
        faults.append("not Arabic")
    faults += [
        f"inline {what}"
        for what in ("style", "onclick", "onchange")
        if page.select(f"[{what}], script:not([src])")
    ]
    faults += [str(one)[:80] for form in page.find_all("form") for one in _form_faults(form)]
    faults += [
        f"no such target {one['hx-target']}" for one in page.select("[hx-target]") if not _target(page, one)
    ]
    faults += [
        f"no label: {str(one)[:90]}"
        for one in page.select("input, select, textarea")
        if not _labelled(page, one)
    ]
    return faults


def _ids(page: BeautifulSoup) -> list[str]:
    return [str(element["id"]) for element in page.select("[id]")]


def _form_faults(form: Tag) -> list[str]:
    found = []
    if not form.get("action"):
        found.append(f"form without action {str(form)[:60]}")
    if form.get("method") == "post" and not form.select_one("[name=csrf_token]"):
        found.append(f"form without token {form.get('action')}")
    once = str(form.get("action")) not in HARMLESS_TWICE
    if form.get("method") == "post" and once and not form.select_one("[name=key]"):
        found.append(f"form without key {form.get('action')}")
    return found


def _target(page: BeautifulSoup, element: Tag) -> bool:
    target = str(element["hx-target"])
    return bool(page.select_one(target)) and target.removeprefix("#") in REGIONS


def _labelled(page: BeautifulSoup, control: Tag) -> bool:
    if control.get("type") == "hidden" or control.get("aria-label"):
        return True
    inside = control.find_parent("label") is not None
    return inside or bool(control.get("id") and page.select_one(f'label[for="{control["id"]}"]'))


def _words(text: str) -> list[str]:
    return re.findall(r"\S+", text)
