"""Decisions on a page: made, refused with all that was typed, late, stale, and taken back."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.db import db, transaction
from twinweb.entries import commands
from twinweb.entries.models import LONGEST_REASON, Entry, Revision
from twinweb.entries.states import State
from twinweb.kinds import KINDS

MAIN = {"HX-Request": "true", "HX-Target": "main#main"}
STATES = {
    "approve": State.APPROVED,
    "return": State.RETURNED,
    "reject": State.REJECTED,
    "duplicate": State.DUPLICATE,
}


def form(revision: Revision, **typed: Any) -> dict[str, Any]:
    return {"revision": revision.id, "seen": revision.version, **typed}


def why(act: str, text: str) -> dict[str, str]:
    """What is written for the office: a note on the whole, or a reason."""
    return {"note-whole" if act == "return" else "reason": text}


def soup_of(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def state_of(revision: Revision) -> State:
    db.session.refresh(revision)
    return revision.state


def reference_of_another() -> str:
    return db.session.get_one(Entry, world.approved(by="duhok").entry_id).reference or ""


@pytest.mark.parametrize("act", STATES)
def test_a_decision_leads_back_to_the_queue_with_a_notice(app: Flask, signed_in: SignedIn, act: str) -> None:
    revision, other, reviewer = world.submitted(), reference_of_another(), signed_in("reviewer")

    answer = reviewer.post(
        f"/review/{revision.id}/{act}", data=form(revision, **why(act, "سبب"), reference=other)
    )

    assert (answer.status_code, answer.location) == (303, "/review/")
    assert state_of(revision) is STATES[act]
    assert soup_of(reviewer.get("/review/")).select_one("#alert .note.done")


@pytest.mark.parametrize("act", STATES)
def test_under_htmx_it_takes_one_trip(app: Flask, signed_in: SignedIn, act: str) -> None:
    revision, other = world.submitted(), reference_of_another()
    typed = form(revision, **why(act, "سبب"), reference=other)

    answer = signed_in("reviewer").post(f"/review/{revision.id}/{act}", data=typed, headers=MAIN)

    soup = soup_of(answer)
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (200, "/review/")
    assert soup.select_one("#alert .note.done")
    assert soup.select_one("#lately")
    assert soup.select_one("#to-review").get_text() == ""  # type: ignore[union-attr]
    assert "<html" not in answer.text


@pytest.mark.parametrize("headers", [{}, MAIN])
@pytest.mark.parametrize("act", ["return", "reject", "duplicate"])
def test_without_a_reason_the_page_comes_back_with_all_that_was_typed(
    app: Flask, signed_in: SignedIn, act: str, headers: dict[str, str]
) -> None:
    revision = world.submitted()
    typed = form(revision, **why(act, " "), reference="LES-2022-0031")
    place = next(iter(why(act, "")))

    answer = signed_in("reviewer").post(f"/review/{revision.id}/{act}", data=typed, headers=headers)

    soup = soup_of(answer)
    assert answer.status_code == 422
    assert soup.select_one(f'.errors a[href="#{place}"]')
    control = soup.select_one(f"details[open] #{place}")
    assert control is not None
    assert control["aria-invalid"] == "true"
    assert f"{place}-error" in control["aria-describedby"]
    assert soup.select_one("#reference")["value"] == "LES-2022-0031"  # type: ignore[index]
    assert soup.select_one("details[open] #reference")
    assert ("<html" in answer.text) is (headers == {})
    assert state_of(revision) is State.SUBMITTED


def test_a_reference_that_is_none_is_named_and_the_reason_kept(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    typed = form(revision, reason="الدرس نفسه <b>", reference="LES-1999-0001")

    answer = signed_in("reviewer").post(f"/review/{revision.id}/duplicate", data=typed)

    soup = soup_of(answer)
    assert answer.status_code == 422
    assert soup.select_one('.errors a[href="#reference"]')
    assert soup.select_one("#reason").get_text().strip() == "الدرس نفسه <b>"  # type: ignore[union-attr]
    assert soup.select_one("#reference")["value"] == "LES-1999-0001"  # type: ignore[index]


def test_a_reason_without_end_is_refused_and_kept(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    long = "ا" * (LONGEST_REASON + 1)

    answer = signed_in("reviewer").post(
        f"/review/{revision.id}/return", data=form(revision, **why("return", long))
    )

    assert answer.status_code == 422
    assert soup_of(answer).select_one("#note-whole").get_text().strip() == long  # type: ignore[union-attr]


@pytest.mark.parametrize("act", STATES)
def test_what_changed_meanwhile_is_shown_as_it_is_now_with_what_was_typed(
    app: Flask, signed_in: SignedIn, act: str
) -> None:
    revision = world.submitted()
    stale = form(revision, **why(act, "كتبته كله"), reference="LES-2022-0031")
    place = next(iter(why(act, "")))
    held = commands.claim(world.seen(revision), KINDS, by=world.person("reviewer2"))
    freed = commands.release(world.seen(held), KINDS, by=world.person("reviewer2"))

    answer = signed_in("reviewer").post(f"/review/{revision.id}/{act}", data=stale)

    soup = soup_of(answer)
    assert answer.status_code == 409
    assert "شخص reviewer2" in soup.select_one(".errors").get_text()  # type: ignore[union-attr]
    assert soup.select_one(f"#{place}").get_text().strip() == "كتبته كله"  # type: ignore[union-attr]
    assert soup.select_one("#reference")["value"] == "LES-2022-0031"  # type: ignore[index]
    assert soup.select_one("#main form:has(#reason) [name=seen]")["value"] == str(freed.version)  # type: ignore[index]
    assert state_of(revision) is State.SUBMITTED


@pytest.mark.parametrize("act", STATES)
def test_what_another_decided_meanwhile_is_shown_with_who_and_the_text_is_not_lost(
    app: Flask, signed_in: SignedIn, act: str
) -> None:
    revision = world.submitted()
    stale = form(revision, **why(act, "كتبته كله"))
    commands.reject(world.seen(revision), "سبب غيره", KINDS, by=world.person("reviewer2"))

    answer = signed_in("reviewer").post(f"/review/{revision.id}/{act}", data=stale, headers=MAIN)

    errors = soup_of(answer).select_one(".errors")
    assert answer.status_code == 409
    assert errors is not None
    assert "شخص reviewer2" in errors.get_text()
    assert "كتبته كله" in errors.get_text()
    assert "سبب غيره" in answer.text
    assert soup_of(answer).select("#reason") == []


def test_what_the_office_withdrew_meanwhile_says_so_and_nothing_of_its_draft(
    app: Flask, signed_in: SignedIn
) -> None:
    revision = world.submitted()
    stale, office = form(revision), world.person("basra")
    copy = commands.withdraw(world.seen(revision), KINDS, by=office)
    commands.save(
        world.seen(copy), world.raw("lesson", title="لا يراه المراجع"), KINDS, by=world.person("basra2")
    )

    answer = signed_in("reviewer").post(f"/review/{revision.id}/approve", data=stale)

    assert answer.status_code == 409
    assert "سحب من المكتب" in soup_of(answer).select_one(".errors").get_text()  # type: ignore[union-attr]
    assert "شخص basra2" not in answer.text
    assert "لا يراه المراجع" not in answer.text


def test_what_refers_to_unapproved_entries_is_not_approved(app: Flask, signed_in: SignedIn) -> None:
    partnership = world.submitted("partnership")
    lesson = world.submitted(partnership=str(partnership.entry_id))

    answer = signed_in("reviewer").post(f"/review/{lesson.id}/approve", data=form(lesson, reason="نص"))

    soup = soup_of(answer)
    assert answer.status_code == 409
    assert soup.select_one(f'a[href="/review/{partnership.id}?then={lesson.id}"]')
    assert soup.select_one("#reason").get_text().strip() == "نص"  # type: ignore[union-attr]
    assert state_of(lesson) is State.SUBMITTED


def test_after_what_came_first_the_desk_goes_on_with_what_waited_for_it(
    app: Flask, signed_in: SignedIn
) -> None:
    partnership = world.submitted("partnership")
    lesson = world.submitted(partnership=str(partnership.entry_id))
    reviewer = signed_in("reviewer")

    page = soup_of(reviewer.get(f"/review/{partnership.id}?then={lesson.id}"))
    then = {str(one["value"]) for one in page.select("#main form [name=then]")}
    answer = reviewer.post(f"/review/{partnership.id}/approve", data=form(partnership, then=lesson.id))

    assert then == {str(lesson.id)}
    assert (answer.status_code, answer.location) == (303, f"/review/{lesson.id}")
    assert soup_of(reviewer.get(answer.location or "")).select_one("[formaction$=approve]")


@pytest.mark.parametrize("then", ["x", "-1", "0", "99999999999999999999", "//evil.example"])
def test_nothing_else_is_gone_on_with(app: Flask, signed_in: SignedIn, then: str) -> None:
    revision = world.submitted()

    answer = signed_in("reviewer").post(f"/review/{revision.id}/approve", data=form(revision, then=then))

    assert (answer.status_code, answer.location) == (303, "/review/")


def test_a_session_that_no_longer_fits_its_workshop_says_how(app: Flask, signed_in: SignedIn) -> None:
    workshop = world.draft("workshop")
    session = world.submitted("session", workshop=str(workshop.entry_id))
    day = {"day": "1", "month": "11", "year": "2022"}
    moved = world.raw("workshop", first_day=day, last_day=day)
    saved = commands.save(world.seen(workshop), moved, KINDS, by=world.person("basra"))
    sent = commands.submit(world.seen(saved), KINDS, by=world.person("basra"))
    commands.approve(world.seen(sent), KINDS, by=world.person("reviewer"))

    answer = signed_in("reviewer").post(f"/review/{session.id}/approve", data=form(session))

    assert answer.status_code == 422
    assert len(soup_of(answer).select(".errors li")) == 1
    assert state_of(session) is State.SUBMITTED


@pytest.mark.parametrize("act", [*STATES, "claim", "release", "take-back"])
def test_the_desk_answers_others_as_the_table_says(app: Flask, signed_in: SignedIn, act: str) -> None:
    revision = world.returned() if act == "take-back" else world.submitted()
    sent = form(revision, **why(act, "سبب"), reference="LES-2022-0031")
    expected = {
        "basra": 403,
        "duhok": 403,
        "observer": 403,
        "admin": 403,
        "reviewer-of-duhok": 404,
        "writes-and-reviews": 403,
    }

    found = {by: signed_in(by).post(f"/review/{revision.id}/{act}", data=sent).status_code for by in expected}

    assert found == expected
    assert state_of(revision) is (State.RETURNED if act == "take-back" else State.SUBMITTED)


@pytest.mark.parametrize("act", [*STATES, "claim", "release", "take-back"])
def test_what_is_not_there_is_404(app: Flask, signed_in: SignedIn, act: str) -> None:
    draft, reviewer = world.draft(), signed_in("reviewer")

    assert reviewer.post(f"/review/{draft.id}/{act}", data=form(draft, **why(act, "سبب"))).status_code == 404
    assert reviewer.post(f"/review/999999/{act}", data={"seen": "1", "reason": "سبب"}).status_code == 404


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999"])
def test_a_version_that_is_none_is_an_older_one(app: Flask, signed_in: SignedIn, seen: str) -> None:
    revision = world.submitted()

    assert (
        signed_in("reviewer").post(f"/review/{revision.id}/approve", data={"seen": seen}).status_code == 409
    )


def test_letting_go_leads_to_the_queue(app: Flask, signed_in: SignedIn) -> None:
    revision = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer"))

    answer = signed_in("reviewer").post(f"/review/{revision.id}/release", data=form(revision))

    assert (answer.status_code, answer.location) == (303, "/review/")
    db.session.refresh(revision)
    assert revision.claimed_by_id is None


def test_letting_go_of_what_one_does_not_hold_shows_how_it_stands(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()

    answer = signed_in("reviewer").post(f"/review/{revision.id}/release", data=form(revision))

    assert answer.status_code == 409
    assert revision.title in answer.text


def test_a_decision_taken_back_stands_to_be_decided_again(app: Flask, signed_in: SignedIn) -> None:
    revision, reviewer = world.approved(), signed_in("reviewer")

    answer = reviewer.post(f"/review/{revision.id}/take-back", data=form(revision), headers=MAIN)

    soup = soup_of(answer)
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (200, f"/review/{revision.id}")
    assert soup.select_one("#alert .note.done")
    assert soup.select_one("[formaction$=approve]")
    assert reviewer.get(f"/lessons/{revision.entry_id}/open").status_code == 200


@pytest.mark.parametrize("headers", [{}, MAIN])
def test_a_decision_that_stands_says_why(app: Flask, signed_in: SignedIn, headers: dict[str, str]) -> None:
    built_on, late, reviewer = world.returned(), world.returned(), signed_in("reviewer")
    commands.answer(world.seen(built_on), KINDS, by=world.person("basra"))
    with transaction() as session:
        session.get_one(Revision, late.id).decided_at = clock.now() - timedelta(minutes=11)
    db.session.refresh(late)

    first, second = (
        reviewer.post(f"/review/{one.id}/take-back", data=form(one), headers=headers)
        for one in (built_on, late)
    )

    assert (first.status_code, second.status_code) == (409, 409)
    assert first.text != second.text
    assert [state_of(one) for one in (built_on, late)] == [State.ANSWERED, State.RETURNED]


def test_in_english_too(app: Flask, signed_in: SignedIn) -> None:
    revision, reviewer = world.submitted(), signed_in("reviewer")
    reviewer.post("/language", data={"language": "en"})

    answer = reviewer.post(f"/review/{revision.id}/return", data=form(revision))

    assert "Please write the reason" in answer.text
