"""Two people at one draft: nothing of either is lost, and there is always a way to save."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import SignedIn
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries import commands, queries
from twinweb.entries.models import Revision
from twinweb.entries.steps import DraftStep
from twinweb.kinds import KINDS

MINE, THEIRS = "نصّي أنا عن الزيارة", "نص زميلي عن الزيارة"


def form(**changes: Any) -> dict[str, Any]:
    """The form as a browser sends it, of a lesson of `world`."""
    return world.raw("lesson") | changes


def seen(revision: Revision) -> dict[str, Any]:
    return {"revision": revision.id, "seen": revision.version}


def now(revision: Revision) -> Revision:
    db.session.rollback()
    db.session.expire_all()
    return queries.revision(revision.id) or pytest.fail("it is gone")


def colleague_saves(revision: Revision, **changes: Any) -> None:
    commands.save(world.seen(now(revision)), form(**changes), KINDS, by=world.person("basra2"))


def value(answer: TestResponse, field: str) -> str:
    control = BeautifulSoup(answer.text, "html.parser").select_one(f"#{field}")
    return str(control.get("value") or control.get_text()).strip() if control else ""


def post(signed_in: SignedIn, revision: Revision, data: dict[str, Any]) -> TestResponse:
    return signed_in("basra").post(f"/lessons/{revision.entry_id}/edit", data=data)


def again(answer: TestResponse, **changes: Any) -> dict[str, Any]:
    """What the button on this page sends."""
    page = BeautifulSoup(answer.text, "html.parser").select_one("form[data-keep]")
    assert page is not None
    typed = page.select("input[type=hidden], input:not([type]), input[checked]")
    sent: dict[str, Any] = {str(one["name"]): one.get("value", "") for one in typed}
    sent |= {str(one["name"]): one.get_text().strip() for one in page.select("textarea")}
    return sent | changes


def test_what_only_one_of_them_has_changed_is_taken_without_asking(signed_in: SignedIn) -> None:
    revision = world.draft()
    opened = seen(revision)
    colleague_saves(revision, done=THEIRS)

    answer = post(signed_in, revision, form(result=MINE) | opened)

    assert answer.status_code == 409
    assert (value(answer, "done"), value(answer, "result")) == (THEIRS, MINE)
    assert 'type="radio" name="take-' not in answer.text
    assert now(revision).raw["result"] == world.RAW["lesson"]["result"]

    assert post(signed_in, revision, again(answer)).status_code == 303
    assert (now(revision).raw["done"], now(revision).raw["result"]) == (THEIRS, MINE)


@pytest.mark.parametrize(("choice", "kept"), [("mine", MINE), ("theirs", THEIRS)])
def test_of_what_both_have_changed_one_is_chosen(signed_in: SignedIn, choice: str, kept: str) -> None:
    revision = world.draft()
    opened = seen(revision)
    colleague_saves(revision, done=THEIRS)

    answer = post(signed_in, revision, form(done=MINE) | opened)
    page = BeautifulSoup(answer.text, "html.parser")

    assert answer.status_code == 409
    assert {one["value"] for one in page.select("input[name=take-done]")} == {"mine", "theirs"}
    texts = page.select_one("fieldset:has(input[name=take-done])").get_text()  # type: ignore[union-attr]
    assert all(word in texts for word in (*MINE.split(), *THEIRS.split(), world.RAW["lesson"]["done"]))
    assert value(answer, "done") == MINE

    assert post(signed_in, revision, again(answer, **{"take-done": choice})).status_code == 303
    assert now(revision).raw["done"] == kept


def test_when_it_changes_again_meanwhile_all_is_kept_and_asked_again(signed_in: SignedIn) -> None:
    revision = world.draft()
    opened = seen(revision)
    colleague_saves(revision, done=THEIRS, result="أول")
    first = post(signed_in, revision, form(done=MINE, avoid="لا تتأخر") | opened)
    colleague_saves(revision, done=THEIRS, result="ثانٍ")

    second = post(signed_in, revision, again(first, **{"take-done": "mine"}))

    assert second.status_code == 409
    assert (value(second, "done"), value(second, "avoid")) == (MINE, "لا تتأخر")
    assert value(second, "result") == "ثانٍ"
    assert post(signed_in, revision, again(second)).status_code == 303
    assert (now(revision).raw["done"], now(revision).raw["result"]) == (MINE, "ثانٍ")


def test_what_was_begun_with_is_no_longer_known_and_every_difference_is_asked(signed_in: SignedIn) -> None:
    revision = world.draft()
    opened = seen(revision)
    colleague_saves(revision, done=THEIRS)
    db.session.query(DraftStep).delete()
    db.session.commit()

    answer = post(signed_in, revision, form(result=MINE) | opened)

    page = BeautifulSoup(answer.text, "html.parser")
    asked = {one["name"] for one in page.select("input[type=radio][name^=take-]")}
    assert asked == {"take-done", "take-result"}
    assert post(signed_in, revision, again(answer, **{"take-done": "theirs"})).status_code == 303
    assert (now(revision).raw["done"], now(revision).raw["result"]) == (THEIRS, MINE)


def test_what_a_colleague_wrote_is_shown_as_text(signed_in: SignedIn) -> None:
    revision = world.draft()
    opened = seen(revision)
    colleague_saves(revision, done="<script>alert(1)</script> \"'>")

    answer = post(signed_in, revision, form(done="<img src=x onerror=alert(2)>") | opened)

    assert answer.status_code == 409
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


def test_rows_dates_and_sectors_are_told_in_words(signed_in: SignedIn) -> None:
    revision = world.draft()
    opened = seen(revision)
    theirs = world.SOURCE | {"date": {"day": "3", "month": "11", "year": "2022"}}
    colleague_saves(revision, sectors=["agriculture"], sources=[theirs])

    answer = post(signed_in, revision, form() | opened)

    assert answer.status_code == 409
    assert "3 تشرين الثاني 2022" in answer.text
    assert "agriculture</ins>" not in answer.text


def test_who_writes_on_after_a_colleague_has_sent_it_loses_nothing(signed_in: SignedIn) -> None:
    revision = world.draft()
    opened = seen(revision)
    sent = commands.submit(world.seen(revision), KINDS, by=world.person("basra2"))

    first = post(signed_in, revision, form(done=MINE) | opened)
    second = post(signed_in, revision, again(first))
    commands.withdraw(world.seen(sent), KINDS, by=world.person("basra2"))
    third = post(signed_in, revision, again(second))
    last = post(signed_in, revision, again(third))

    assert [one.status_code for one in (first, second, third, last)] == [409, 409, 409, 303]
    assert all(value(one, "done") == MINE for one in (first, second, third))
    copy = queries.open_revision(revision.entry_id)
    assert copy is not None
    assert copy.raw["done"] == MINE


def test_what_keeps_itself_never_writes_over_another_and_is_no_event(signed_in: SignedIn) -> None:
    revision = world.draft()
    opened = seen(revision)
    piece = {"only": "done", "done": THEIRS}
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))

    kept = signed_in("basra2").post(f"/lessons/{revision.entry_id}/keep", data=opened | piece)
    late = signed_in("basra").post(f"/lessons/{revision.entry_id}/keep", data=opened | piece | {"done": MINE})

    assert (kept.status_code, late.status_code) == (200, 409)
    assert now(revision).raw["done"] == THEIRS
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_what_a_draft_said_before_goes_when_it_is_sent(app: Flask) -> None:
    revision = world.draft()
    for number in range(3):
        colleague_saves(revision, done=f"{number}")
    colleague_saves(revision)
    assert db.session.scalar(select(func.count()).select_from(DraftStep)) == 4

    commands.submit(world.seen(now(revision)), KINDS, by=world.person("basra"))

    assert db.session.scalar(select(func.count()).select_from(DraftStep)) == 0
