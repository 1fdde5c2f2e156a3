"""The review queue: what waits, for whom, since when, and what can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import event, update

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.db import db, transaction
from twinweb.entries import commands
from twinweb.entries.desk_models import WaitingFacet
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS

REGION = {"HX-Request": "true", "HX-Target": "div#results"}


def page_of(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def titles(text: str) -> list[str]:
    return [one.get_text(strip=True) for one in page_of(text).select("#results li h2, li h2")]


def row_of(text: str, title: str) -> Tag:
    return next(row for row in page_of(text).select("li") if title in row.get_text() and row.select("h2, h3"))


def sent_at(revision: Revision, moment: datetime) -> Revision:
    with transaction() as session:
        session.get_one(Revision, revision.id).submitted_at = moment
        rows = update(WaitingFacet).where(WaitingFacet.revision_id == revision.id)
        session.execute(rows.values(submitted_at=moment))
    return revision


def test_all_kinds_wait_the_oldest_first(app: Flask, signed_in: SignedIn) -> None:
    now = clock.now()
    for days, kind in enumerate(["lesson", "workshop", "partnership"]):
        sent_at(world.submitted(kind, title=f"عنوان {kind}"), now - timedelta(days=days))

    answer = signed_in("reviewer").get("/review/")

    assert titles(answer.text) == ["عنوان partnership", "عنوان workshop", "عنوان lesson"]
    assert "البصرة" in row_of(answer.text, "عنوان workshop").get_text()
    assert "ورشة عمل" in row_of(answer.text, "عنوان workshop").get_text()


def test_three_working_days_are_late_and_a_weekend_is_none(app: Flask, signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer")
    wednesday = datetime(2026, 3, 4, 9, tzinfo=UTC)
    fresh = sent_at(world.submitted(title="أرسل الأحد"), wednesday - timedelta(days=2))
    old = sent_at(world.submitted(title="أرسل الخميس"), wednesday - timedelta(days=6))
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE membership SET starts = '2020-01-01'")
        session.connection().exec_driver_sql(
            "UPDATE sign_in SET created_at = '2026-03-04 08:59:00', last_used_at = '2026-03-04 08:59:00'"
        )

    with clock.at(wednesday):
        text = reviewer.get("/review/").text

    assert titles(text) == [old.title, fresh.title]
    assert "4" in row_of(text, old.title).select_one(".badge.returned").get_text()  # type: ignore[union-attr]
    assert row_of(text, fresh.title).select_one(".badge") is None


def test_filters_stand_in_the_address_and_answer_the_region(app: Flask, signed_in: SignedIn) -> None:
    world.submitted("lesson", by="basra", title="درس البصرة")
    world.submitted("lesson", by="duhok", title="درس دهوك")
    world.submitted("workshop", by="duhok", title="ورشة دهوك")
    reviewer = signed_in("reviewer")

    assert titles(reviewer.get("/review/?kind=lesson").text) == ["درس البصرة", "درس دهوك"]
    assert titles(reviewer.get("/review/?governorate=duhok").text) == ["درس دهوك", "ورشة دهوك"]
    answer = reviewer.get("/review/?kind=lesson&governorate=duhok&after=", headers=REGION)
    assert titles(answer.text) == ["درس دهوك"]
    assert answer.headers["HX-Push-Url"] == "/review/?kind=lesson&governorate=duhok"
    assert "<html" not in answer.text
    page = page_of(reviewer.get("/review/?kind=lesson&governorate=duhok").text)
    assert [one["value"] for one in page.select("form.filters [selected]")] == ["lesson", "duhok"]


@pytest.mark.parametrize("query", ["kind=x", "governorate=atlantis", "kind=" + "y" * 5000])
def test_what_is_no_filter_finds_nothing_and_says_so(app: Flask, signed_in: SignedIn, query: str) -> None:
    world.submitted()

    page = page_of(signed_in("reviewer").get(f"/review/?{query}").text)

    assert page.select("#results li") == []
    assert page.select_one('#results .empty a[href="/review/"]')


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "²", "999999"])
def test_what_is_no_page_is_the_first(app: Flask, signed_in: SignedIn, after: str) -> None:
    world.submitted(title="واحد")

    assert titles(signed_in("reviewer").get(f"/review/?after={after}").text) == ["واحد"]


def test_twenty_five_a_page(app: Flask, signed_in: SignedIn) -> None:
    for number in range(27):
        world.submitted(title=f"درس {number:02}")
    reviewer = signed_in("reviewer")

    first = reviewer.get("/review/?kind=lesson")
    link = page_of(first.text).select_one("a[rel=next]")
    assert link is not None
    second = reviewer.get(str(link["href"]), headers=REGION)

    assert titles(first.text) == [f"درس {number:02}" for number in range(25)]
    assert titles(second.text) == ["درس 25", "درس 26"]
    assert page_of(second.text).select_one("a[rel=next]") is None


def test_reviewers_see_what_they_may_decide_and_nothing_else(app: Flask, signed_in: SignedIn) -> None:
    world.draft(title="مسودة")
    world.returned(title="معاد")
    world.approved(title="معتمد")
    world.submitted(by="basra", title="من البصرة")
    world.submitted(by="duhok", title="من دهوك")

    assert titles(signed_in("reviewer").get("/review/").text) == ["من البصرة", "من دهوك"]
    assert titles(signed_in("reviewer-of-duhok").get("/review/").text) == ["من دهوك"]
    assert titles(signed_in("writes-and-reviews").get("/review/").text) == ["من دهوك"]


def test_a_scope_offers_its_own_governorates_to_filter_by(app: Flask, signed_in: SignedIn) -> None:
    page = page_of(signed_in("reviewer-of-duhok").get("/review/").text)

    assert [one["value"] for one in page.select("#governorate option")] == ["", "duhok"]


def test_opening_holds_an_entry_and_leads_to_it(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    form = {"revision": revision.id, "seen": revision.version}

    answer = signed_in("reviewer").post(f"/review/{revision.id}/claim", data=form)

    assert (answer.status_code, answer.location) == (303, f"/review/{revision.id}")
    db.session.refresh(revision)
    assert revision.claimed_by_id == world.person("reviewer").id


def test_under_htmx_opening_answers_the_entry_in_one_trip(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    form = {"revision": revision.id, "seen": revision.version}
    headers = {"HX-Request": "true", "HX-Target": "main#main"}

    answer = signed_in("reviewer").post(f"/review/{revision.id}/claim", data=form, headers=headers)

    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (200, f"/review/{revision.id}")
    assert revision.title in answer.text
    assert "<html" not in answer.text


def test_the_button_of_a_row_carries_what_was_seen(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    form = row_of(signed_in("reviewer").get("/review/").text, revision.title).form
    assert form is not None

    sent = {str(one["name"]): one["value"] for one in form.select("[type=hidden]")}
    assert form["action"] == f"/review/{revision.id}/claim"
    assert (sent["revision"], sent["seen"]) == (str(revision.id), str(revision.version))


def test_reading_holds_nothing(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    version = revision.version
    signed_in("reviewer").get(f"/review/{revision.id}")
    db.session.refresh(revision)

    assert (revision.claimed_by_id, revision.version) == (None, version)


def test_a_row_says_who_holds_it_until_when(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    held = commands.claim(world.seen(revision), KINDS, by=world.person("reviewer"))
    until = (held.claimed_until or clock.now()).astimezone(clock.BAGHDAD).strftime("%H:%M")

    theirs = row_of(signed_in("reviewer2").get("/review/").text, revision.title)
    mine = row_of(signed_in("reviewer").get("/review/").text, revision.title)

    assert "شخص reviewer" in theirs.get_text()
    assert until in theirs.get_text()
    assert until in mine.get_text()
    assert theirs.form is None
    assert mine.form is not None
    assert mine.form["action"] == f"/review/{revision.id}/release"


def test_opening_what_another_opened_meanwhile_shows_it_and_who(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    form = {"revision": revision.id, "seen": revision.version}
    commands.claim(world.seen(revision), KINDS, by=world.person("reviewer2"))

    answer = signed_in("reviewer").post(f"/review/{revision.id}/claim", data=form)

    assert answer.status_code == 409
    assert "شخص reviewer2" in page_of(answer.text).select_one(".errors").get_text()  # type: ignore[union-attr]
    assert revision.title in answer.text


def test_what_was_decided_in_the_last_ten_minutes_can_be_taken_back_from_the_queue(
    app: Flask, signed_in: SignedIn
) -> None:
    fresh = world.approved(title="قرار جديد")
    stale = world.returned(title="قرار قديم")
    world.approved(title="قرار غيره", reviewer="reviewer2")
    with transaction() as session:
        session.get_one(Revision, stale.id).decided_at = clock.now() - timedelta(minutes=11)
    reviewer = signed_in("reviewer")

    page = page_of(reviewer.get("/review/").text)
    forms = page.select('form[action$="/take-back"]')
    assert [one["action"] for one in forms] == [f"/review/{fresh.id}/take-back"]
    sent = {str(one["name"]): one["value"] for one in forms[0].select("[type=hidden]")}

    answer = reviewer.post(str(forms[0]["action"]), data=sent)
    assert (answer.status_code, answer.location) == (303, f"/review/{fresh.id}")
    assert page_of(reviewer.get(answer.location or "").text).select_one("#alert .note")
    db.session.refresh(fresh)
    assert fresh.state == "submitted"


def test_an_empty_queue_says_what_that_means(app: Flask, signed_in: SignedIn) -> None:
    page = page_of(signed_in("reviewer").get("/review/").text)

    assert page.select_one("#results .empty")
    assert page.select("#results li, #lately") == []


def test_the_queue_asks_the_database_few_times(app: Flask, signed_in: SignedIn) -> None:
    for number in range(5):
        world.submitted(title=f"درس {number}")
    reviewer, asked = signed_in("reviewer"), []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    reviewer.get("/review/")

    reads = [one for one in asked if one.lstrip().startswith("SELECT")]
    assert len(reads) <= 7, reads  # sign-in, queue, lately, aside, requests, names, the header's counts
