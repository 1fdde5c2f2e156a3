"""Notes on fields: kept while reading, sent by the return, done or answered by the office, and remembered."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests import world
from tests.conftest import SignedIn
from twinweb.db import db
from twinweb.entries import commands, notes, review_commands
from twinweb.entries.models import LONGEST_REASON, Revision
from twinweb.entries.notes import Mark, NoteState
from twinweb.entries.refusals import Incomplete
from twinweb.entries.states import State
from twinweb.kinds import KINDS


def form(revision: Revision, **typed: Any) -> dict[str, Any]:
    return {"revision": revision.id, "seen": revision.version, **typed}


def soup_of(client: FlaskClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).text, "html.parser")


def returned_with(remarks: dict[str, str]) -> Revision:
    revision = world.submitted()
    return commands.send_back(world.seen(revision), remarks, KINDS, by=world.person("reviewer"))


def test_several_notes_are_kept_at_once_and_stand_in_the_form_again(app: Flask, signed_in: SignedIn) -> None:
    revision, reviewer = world.submitted(), signed_in("reviewer")
    typed = {"note-title": "أوضح", "note-result": "كم مشروعاً؟", "note-whole": ""}

    answer = reviewer.post(f"/review/{revision.id}/notes", data=form(revision, **typed))

    page = soup_of(reviewer, answer.location or "")
    assert page.select_one("details[open] #note-title").get_text().strip() == "أوضح"  # type: ignore[union-attr]
    assert page.select_one("details[open] #note-result").get_text().strip() == "كم مشروعاً؟"  # type: ignore[union-attr]
    db.session.refresh(revision)
    assert revision.claimed_by_id == world.person("reviewer").id


def test_notes_are_the_desks_alone_until_the_return(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    kept = review_commands.keep_notes(
        world.seen(revision), {"title": "ملاحظة لم تُرسل"}, KINDS, by=world.person("reviewer")
    )
    office = signed_in("basra")

    before = office.get(f"/lessons/{revision.entry_id}").text
    commands.send_back(world.seen(kept), {}, KINDS, by=world.person("reviewer"))
    after = office.get(f"/lessons/{revision.entry_id}").text

    assert ("ملاحظة لم تُرسل" in before, "ملاحظة لم تُرسل" in after) == (False, True)


def test_a_return_taken_back_hides_its_notes_again(app: Flask) -> None:
    revision = returned_with({"title": "أوضح"})

    commands.take_back(world.seen(revision), KINDS, by=world.person("reviewer"))

    assert notes.for_office(revision.entry_id) == []
    assert notes.untold(revision.id) == {"title": "أوضح"}


def test_an_emptied_note_is_none_and_nothing_else_is_lost(app: Flask) -> None:
    reviewer = world.person("reviewer")
    kept = review_commands.keep_notes(
        world.seen(world.submitted()), {"title": "أوضح", "result": "كم؟"}, KINDS, by=reviewer
    )

    review_commands.keep_notes(world.seen(kept), {"title": " "}, KINDS, by=reviewer)

    assert notes.untold(kept.id) == {"result": "كم؟"}


@pytest.mark.parametrize("name", ["no-field", "raw", "sources-0-title"])
def test_a_note_is_on_a_field_or_on_the_whole(app: Flask, signed_in: SignedIn, name: str) -> None:
    revision = world.submitted()

    answer = signed_in("reviewer").post(
        f"/review/{revision.id}/return", data=form(revision, **{f"note-{name}": "نص"})
    )

    assert answer.status_code == 422


def test_what_was_written_is_not_left_unread_by_an_approval(app: Flask, signed_in: SignedIn) -> None:
    revision, reviewer = world.submitted(), signed_in("reviewer")

    answer = reviewer.post(f"/review/{revision.id}/approve", data=form(revision, **{"note-title": "أوضح"}))

    page = BeautifulSoup(answer.text, "html.parser")
    db.session.refresh(revision)
    assert (answer.status_code, revision.state) == (422, State.SUBMITTED)
    assert page.select_one("#note-title").get_text().strip() == "أوضح"  # type: ignore[union-attr]
    emptied = form(revision, **{"note-title": ""})
    assert reviewer.post(f"/review/{revision.id}/approve", data=emptied).status_code == 303


def test_a_saved_remark_is_chosen_without_a_script_in_the_language_of_the_author(
    app: Flask, signed_in: SignedIn
) -> None:
    revision, reviewer = world.submitted(), signed_in("reviewer")
    reviewer.post("/language", data={"language": "en"})
    reviewer.post(
        "/review/reasons", data={"reason": "0", "ar": "يرجى ذكر المصدر", "en": "Please name the source"}
    )
    page = soup_of(reviewer, f"/review/{revision.id}")
    chosen = page.select_one("#saved option:-soup-contains('Please name the source')")
    own = {"note-need_cost": "", "saved-need_cost": " Words of one's own "}

    reviewer.post(
        f"/review/{revision.id}/notes",
        data=form(revision, **{"note-title": "في العنوان:", "saved-title": chosen.text}, **own),  # type: ignore[union-attr]
    )

    assert page.select_one("[name=saved-title]")["list"] == "saved"  # type: ignore[index]
    assert notes.untold(revision.id) == {
        "title": "في العنوان:\nيرجى ذكر المصدر",
        "need_cost": "Words of one's own",
    }


def test_a_list_of_remarks_is_its_reviewers_own(app: Flask, signed_in: SignedIn) -> None:
    mine, other = signed_in("reviewer"), signed_in("reviewer2")
    mine.post("/review/reasons", data={"reason": "0", "ar": "عبارتي", "en": ""})
    number = soup_of(mine, "/review/reasons").select_one("#main section [name=reason]")["value"]  # type: ignore[index]

    stolen = other.post("/review/reasons", data={"reason": number, "ar": "غيرها", "en": ""})
    dropped = other.post("/review/reasons/drop", data={"reason": number})
    empty = mine.post("/review/reasons", data={"reason": number, "ar": " ", "en": ""})
    changed = mine.post("/review/reasons", data={"reason": number, "ar": "عبارتي بعد تعديلها", "en": ""})

    assert [one.status_code for one in (stolen, dropped, empty, changed)] == [404, 404, 422, 303]
    assert "عبارتي بعد تعديلها" in mine.get("/review/reasons").text
    assert "عبارتي" not in other.get("/review/reasons").text
    mine.post("/review/reasons/drop", data={"reason": number})
    assert "عبارتي" not in mine.get("/review/reasons").text


def test_the_author_finds_each_note_at_its_field_and_the_way_to_it_on_top(
    app: Flask, signed_in: SignedIn
) -> None:
    revision = returned_with({"title": "أوضح", "whole": "قريب من الاعتماد"})
    copy = commands.answer(world.seen(revision), KINDS, by=world.person("basra"))

    page = soup_of(signed_in("basra"), f"/lessons/{copy.entry_id}/edit")

    links = [str(one["href"]) for one in page.select("[role=region].note li a")]
    boxes = [page.select_one(f"{link}[type=checkbox]") for link in links]
    assert len(links) == 2
    assert all(boxes)
    title = page.select_one("#title")
    assert title is not None
    assert title.find_previous("div", class_="note").select_one(".text").get_text() == "أوضح"  # type: ignore[union-attr]


def test_nothing_is_sent_again_before_each_note_is_done_or_answered(app: Flask, signed_in: SignedIn) -> None:
    revision = returned_with({"title": "أوضح", "result": "كم؟"})
    copy = commands.answer(world.seen(revision), KINDS, by=world.person("basra"))
    first, second = (one.id for one in notes.open_for(copy.entry_id))
    office, typed = signed_in("basra"), world.raw("lesson", title="عنوان أوضح")
    sent = form(
        copy,
        act="submit",
        **{f"note-{first}-done": "yes", f"note-{first}-text": "", f"note-{second}-text": " "},
    )
    fields = {name: text for name, text in typed.items() if isinstance(text, str)} | {
        "sectors": typed["sectors"]
    }

    refused = office.post(f"/lessons/{copy.entry_id}/edit", data=fields | sent)

    page = BeautifulSoup(refused.text, "html.parser")
    assert refused.status_code == 422
    assert [one["href"] for one in page.select(".errors a")] == [f"#note{second}"]
    assert page.select_one(f"#note{first}[checked]")
    assert page.select_one("#title")["value"] == "عنوان أوضح"  # type: ignore[index]
    db.session.refresh(copy)
    again = form(
        copy,
        act="submit",
        **{f"note-{first}-done": "yes", f"note-{first}-text": "", f"note-{second}-text": "تسعة"},
    )
    assert office.post(f"/lessons/{copy.entry_id}/edit", data=fields | again).status_code == 303


def test_a_draft_that_is_sent_without_its_form_says_which_notes_wait(app: Flask, signed_in: SignedIn) -> None:
    copy = commands.answer(world.seen(returned_with({"title": "أوضح"})), KINDS, by=world.person("basra"))

    answer = signed_in("basra").post(f"/lessons/{copy.entry_id}/submit", data=form(copy))

    assert answer.status_code == 422
    assert "note" in BeautifulSoup(answer.text, "html.parser").select_one(".errors a")["href"]  # type: ignore[index]


def test_an_answer_is_kept_while_it_is_written(app: Flask, signed_in: SignedIn) -> None:
    copy = commands.answer(world.seen(returned_with({"title": "أوضح"})), KINDS, by=world.person("basra"))
    (thread,) = notes.open_for(copy.entry_id)

    signed_in("basra").post(
        f"/lessons/{copy.entry_id}/keep",
        data=form(copy, only="note", **{f"note-{thread.id}-text": "صار أوضح"}),
    )

    assert notes.for_office(copy.entry_id)[0].answers[0].text == "صار أوضح"


def test_the_reviewer_reads_the_answer_beside_the_new_text_once_it_is_sent(
    app: Flask, signed_in: SignedIn
) -> None:
    returned = returned_with({"title": "أوضح"})
    copy = commands.answer(world.seen(returned), KINDS, by=world.person("basra"))
    (thread,) = notes.open_for(copy.entry_id)
    saved = commands.save(
        world.seen(copy),
        world.raw("lesson", title="عنوان أوضح"),
        KINDS,
        by=world.person("basra"),
        marks={thread.id: Mark(text="جواب المكتب")},
    )
    before = notes.for_desk(copy.entry_id)[0].state
    sent = commands.submit(world.seen(saved), KINDS, by=world.person("basra"))

    text = signed_in("reviewer2").get(f"/review/{sent.id}").text

    assert (before, notes.for_desk(copy.entry_id)[0].state) == (NoteState.OPEN, NoteState.ANSWERED)
    assert "جواب المكتب" in text
    assert "أوضح" in text


def test_later_reviewers_read_the_notes_of_every_version(app: Flask, signed_in: SignedIn) -> None:
    revision = returned_with({"title": "أول ملاحظة"})
    sent = commands.submit(world.seen(world.mended(revision)), KINDS, by=world.person("basra"))
    again = commands.send_back(
        world.seen(sent), {"title": "ثاني ملاحظة"}, KINDS, by=world.person("reviewer2")
    )
    last = commands.submit(world.seen(world.mended(again)), KINDS, by=world.person("basra"))

    text = signed_in("reviewer").get(f"/review/{last.id}").text

    assert "أول ملاحظة" in text
    assert "ثاني ملاحظة" in text
    assert [one.state for one in notes.for_desk(last.entry_id)] == [NoteState.DONE, NoteState.DONE]


def test_answers_are_of_ones_own_entry(app: Flask) -> None:
    theirs = returned_with({"title": "أوضح"})
    mine = commands.answer(world.seen(world.returned(by="duhok")), KINDS, by=world.person("duhok"))
    (thread,) = notes.for_office(theirs.entry_id)

    commands.save(
        world.seen(mine),
        world.raw("lesson"),
        KINDS,
        by=world.person("duhok"),
        marks={thread.id: Mark(done=True)},
    )

    assert notes.for_office(theirs.entry_id)[0].answers == []


def test_an_answer_without_end_is_refused(app: Flask) -> None:
    copy = commands.answer(world.seen(returned_with({"title": "أوضح"})), KINDS, by=world.person("basra"))
    (thread,) = notes.open_for(copy.entry_id)

    with pytest.raises(Incomplete):
        commands.save(
            world.seen(copy),
            world.raw("lesson"),
            KINDS,
            by=world.person("basra"),
            marks={thread.id: Mark(text="ا" * (LONGEST_REASON + 1))},
        )
