"""A browser's copy of a page is good as long as a fresh page would say the same, and no longer."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import world
from tests.addresses import Programme, examples, get_rules, programme
from tests.conftest import SignedIn
from tests.participants.lists import listed
from twinweb import clock
from twinweb.accounts import commands as accounts
from twinweb.accounts import queries as account_queries
from twinweb.accounts.commands import Grant
from twinweb.accounts.models import Language, Role
from twinweb.admin import commands as admin
from twinweb.admin import leaving
from twinweb.admin.facts import SectorFacts
from twinweb.directory import queries as directory
from twinweb.entries import commands, queries
from twinweb.entries.moving import Seen
from twinweb.kinds import KINDS

READERS = ["basra", "reviewer", "observer"]
ANEW = re.compile(r'name="(?:key|csrf_token)" value="[^"]*"')
"""Differs between two pages that say the same: either of both is accepted."""
OF_OTHER_KINDS = re.compile(r"/(partnerships|workshops|sessions)/")
NEVER_KEPT = re.compile(r"/admin/|/account|/new$|/edit$|/participants|/digest$|/login|/healthz|/readyz")
"""Forms that open something by their key, people and codes, files that name their moment, nobody's pages."""


def said(answer: TestResponse) -> str:
    return ANEW.sub("", answer.data.decode("utf-8", "replace"))


def addresses(app: Flask, made: Programme) -> list[str]:
    found = [address for rule in get_rules(app) for address in examples(app, rule, made)]
    asked = ["/lessons/?sector=job-creation", "/search?q=متابعة", f"/lessons/{made.submitted.entry_id}/open"]
    return [*found, *asked, f"/lessons/{made.draft.entry_id}/open"]


def test_what_has_not_changed_is_answered_304(app: Flask, signed_in: SignedIn) -> None:
    made = programme()
    faults: list[str] = []
    for reader in [*READERS, "admin"]:
        client = signed_in(reader)
        for address in addresses(app, made):
            answer = client.get(address)
            is_page = answer.status_code == 200 and answer.mimetype == "text/html"
            if is_page and (fault := fault_of(client, address, answer)):
                faults.append(f"{reader} {address}: {fault}")

    assert faults == []


def fault_of(client: FlaskClient, address: str, answer: TestResponse) -> str:
    tag = answer.headers.get("ETag", "")
    if NEVER_KEPT.search(address):
        return tag
    if address.endswith("/files") and not tag:
        return "" if 'name="key"' in answer.text else "no tag"  # a form, for those who may add one
    again = client.get(address, headers={"If-None-Match": tag})
    return "" if again.status_code == 304 and not again.data else f"{again.status_code} to tag {tag!r}"


def test_a_304_is_small_and_names_what_it_depends_on(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("observer")
    client.get("/help/")
    tag = client.get("/lessons/").headers["ETag"]

    answer = client.get("/lessons/", headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"HX-Request", "HX-Target", "Cookie"} <= set(answer.headers["Vary"].split(", "))
    assert "Content-Security-Policy" not in answer.headers
    assert "Content-Type" not in answer.headers
    assert answer.headers["ETag"] == tag


@pytest.mark.parametrize("tag", ["*", "9999999999", '"9999999999"', 'W/"x-9999999999"', "W/", "٩" * 10])
def test_a_tag_that_is_not_ours_gets_the_page(app: Flask, signed_in: SignedIn, tag: str) -> None:
    client = signed_in("observer")
    headers = {"If-None-Match": tag.encode().decode("latin-1")}

    assert client.get("/lessons/", headers=headers).status_code == 200


def test_a_tag_is_of_one_person_one_sign_in_one_region_and_one_address(
    app: Flask, signed_in: SignedIn
) -> None:
    client = signed_in("observer")
    client.get("/help/")
    tag = client.get("/lessons/").headers["ETag"]
    htmx = {"HX-Request": "true", "HX-Target": "div#results", "If-None-Match": tag}
    same = {"If-None-Match": tag}

    assert client.get("/lessons/", headers=same).status_code == 304
    assert client.get("/lessons/", headers=htmx).status_code == 200
    assert client.get("/lessons/?sector=health", headers=same).status_code == 200
    assert client.get("/lessons/", headers=same | {"Save-Data": "on"}).status_code == 200
    assert signed_in("reviewer").get("/lessons/", headers=same).status_code == 200
    assert signed_in("observer").get("/lessons/", headers=same).status_code == 200


def test_a_region_is_kept_too(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("observer")
    htmx = {"HX-Request": "true", "HX-Target": "div#results"}
    client.get("/help/")
    tag = client.get("/lessons/", headers=htmx).headers["ETag"]

    assert client.get("/lessons/", headers=htmx | {"If-None-Match": tag}).status_code == 304
    assert client.get("/lessons/", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_with_a_word_that_is_said_once_is_not_kept(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("basra")
    client.get("/help/")
    client.post("/account/sectors", data={"sectors": "agriculture"})

    told = client.get("/")
    tag = client.get("/").headers["ETag"]

    assert "note done" in told.text
    assert "ETag" not in told.headers
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304


def test_the_answer_to_a_post_is_no_copy(app: Flask, signed_in: SignedIn) -> None:
    client, revision = signed_in("reviewer"), world.submitted()

    answer = client.post(
        f"/review/{revision.id}/claim", data={"seen": revision.version}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert "ETag" not in answer.headers


def test_a_copy_is_good_until_the_time_on_it_would_be_another(app: Flask, signed_in: SignedIn) -> None:
    noon = _noon()
    with clock.at(noon):
        revision = world.submitted()
        client = signed_in("basra")
        client.get("/help/")
        tag = client.get("/mine/").headers["ETag"]

    def asked(**later: float) -> int:
        with clock.at(noon + timedelta(**later)):
            return client.get("/mine/", headers={"If-None-Match": tag}).status_code

    assert revision.submitted_at
    assert asked(seconds=50) == 304
    assert asked(seconds=61) == 200


def test_a_claim_that_runs_out_ends_the_copy(app: Flask, signed_in: SignedIn) -> None:
    noon = _noon()
    with clock.at(noon - timedelta(hours=1, minutes=58)):
        revision = world.submitted()
        commands.claim(world.seen(revision), KINDS, by=world.person("reviewer"))
    with clock.at(noon):
        client = signed_in("reviewer2")
        client.get("/help/")
        tag = client.get(f"/review/{revision.id}").headers["ETag"]
        assert client.get(f"/review/{revision.id}", headers={"If-None-Match": tag}).status_code == 304

    with clock.at(noon + timedelta(minutes=3)):
        assert client.get(f"/review/{revision.id}", headers={"If-None-Match": tag}).status_code == 200


def test_what_another_office_writes_leaves_a_copy_good(app: Flask, signed_in: SignedIn) -> None:
    """What nobody here may read is not asked for either, whoever else has signed in."""
    draft = world.draft()
    signed_in("basra")
    client = signed_in("ninewa")
    tag = client.get("/lessons/").headers["ETag"]

    commands.keep(world.seen(draft), {"title": "عنوان كُتب للتوّ"}, KINDS, by=world.person("basra"))

    assert client.get("/lessons/", headers={"If-None-Match": tag}).status_code == 304


def _noon() -> datetime:
    """Of tomorrow, in Baghdad: what begins today has begun, at whatever hour this runs."""
    return (clock.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0)


def acts(made: Programme) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What people do to a register, one after the other."""
    by = {name: world.person(name) for name in (*READERS, "basra2", "ninewa", "admin")}
    waiting = made.submitted
    lesson = made.approved["lesson"]

    def draft_of(entry_id: int) -> Seen:
        revision = queries.open_revision(entry_id)
        assert revision
        return world.seen(revision)

    def version(slug: str) -> int:
        sector = directory.sector(slug)
        assert sector
        return sector.version

    def keep(**patch: str) -> Any:
        return commands.keep(draft_of(made.draft.entry_id), patch, KINDS, by=by["basra2"])

    def rename() -> Any:
        facts = SectorFacts(name_ar="فرص العمل", name_en="Work", name_ckb="", sdg_goals=(8,), crs_code="")
        return admin.edit_sector("job-creation", facts, seen=version("job-creation"), by=by["admin"])

    def end() -> Any:
        last = account_queries.memberships(by["observer"].id)[0]
        return leaving.end(last.id, by=by["admin"])

    yield "nothing", lambda: None
    yield "autosave", lambda: keep(title="عنوان كُتب للتوّ")
    yield "autosave again", lambda: keep(title="عنوان آخر كُتب للتوّ")
    yield "claim", lambda: commands.claim(world.seen(waiting), KINDS, by=by["reviewer"])
    yield "release", lambda: commands.release(draft_of(waiting.entry_id), KINDS, by=by["reviewer"])
    yield "approve", lambda: commands.approve(draft_of(waiting.entry_id), KINDS, by=by["reviewer"])
    yield "correct", lambda: commands.correct(waiting.entry_id, KINDS["lesson"], by=by["basra"])
    yield "submit", lambda: commands.submit(draft_of(waiting.entry_id), KINDS, by=by["basra"])
    yield "return", world.returned
    yield "answer", lambda: commands.answer(world.seen(made.returned), KINDS, by=by["basra"])
    yield "discard", lambda: commands.discard(draft_of(made.draft.entry_id), KINDS, by=by["basra"])
    yield (
        "retire",
        lambda: commands.retire(
            lesson.entry_id, KINDS["lesson"], "قديم", seen=lesson.entry.version, by=by["reviewer"]
        ),
    )
    yield "list a participant", lambda: listed(made.approved["workshop"].entry_id, "سعاد", by=by["basra"])
    yield "rename a sector", rename
    yield (
        "merge sectors",
        lambda: admin.merge_sectors(
            "job-creation", "agriculture", seen=version("job-creation"), by=by["admin"]
        ),
    )
    yield "follow sectors", lambda: accounts.follow_sectors(["agriculture"], by=by["basra"])
    yield "language", lambda: accounts.change_language(Language.ENGLISH, by=by["basra"])
    yield (
        "a role begins",
        lambda: accounts.grant(by["observer"].id, Grant(Role.REVIEWER), by=by["admin"]),
    )
    yield "a role ends", end


def test_after_every_act_a_304_says_what_a_fresh_page_says(app: Flask, signed_in: SignedIn) -> None:
    made = programme()
    clients = {reader: signed_in(reader) for reader in READERS}
    kept = {
        (reader, one): ("", "")
        for reader in READERS
        for one in addresses(app, made)
        if not NEVER_KEPT.search(one) and not OF_OTHER_KINDS.match(one)
    }
    stale: list[str] = []

    for name, act in acts(made):
        act()
        for (reader, address), (tag, body) in kept.items():
            answer = clients[reader].get(address, headers={"If-None-Match": tag})
            if answer.status_code == 304 and said(clients[reader].get(address)) != body:
                stale.append(f"after {name}: {reader} {address}")
            if answer.status_code != 304:
                kept[reader, address] = answer.headers.get("ETag", ""), said(answer)

    assert stale == []
