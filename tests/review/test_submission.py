"""A submission as its reviewers read it: what it says, who wrote it, what comes first, who decides."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb import clock
from twinweb.accounts.models import Membership, Role
from twinweb.db import db, transaction
from twinweb.entries import commands
from twinweb.entries.models import Entry, Revision
from twinweb.entries.moving import CLAIM_LASTS
from twinweb.entries.refusals import Incomplete
from twinweb.kinds import KINDS


def page(signed_in: SignedIn, revision: Revision, by: str = "reviewer", query: str = "") -> BeautifulSoup:
    answer = signed_in(by).get(f"/review/{revision.id}{query}")
    assert answer.status_code == 200, answer.status_code
    return BeautifulSoup(answer.text, "html.parser")


def buttons(soup: BeautifulSoup) -> list[str]:
    """Where the buttons of the page lead."""
    found = [
        str(button.get("formaction") or form["action"])
        for form in soup.select("#main form")
        for button in form.select("button")
    ]
    return sorted(address.rpartition("/")[2] for address in found)


DECISIONS = ["approve", "claim", "duplicate", "notes", "reject", "return"]


def test_it_says_all_that_was_typed_and_who_sent_it(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted(result="٩ مشاريع\nوبقيت", sources=[world.SOURCE])

    soup = page(signed_in, revision)

    told = {
        one.h2.get_text(): one.select("div")[1].get_text(" ", strip=True)  # type: ignore[union-attr]
        for one in soup.select("section.told")
    }
    assert soup.h1 is not None
    assert soup.h1.get_text() == world.RAW["lesson"]["title"]
    assert world.RAW["lesson"]["situation"] in told.values()
    assert "٩ مشاريع\nوبقيت" in told.values()
    assert any(world.SOURCE["title"] in one for one in told.values())
    assert soup.select_one(".head .kind").get_text().startswith("درس")  # type: ignore[union-attr]
    assert "البصرة" in soup.select_one(".head .kind").get_text()  # type: ignore[union-attr]
    assert "شخص basra" in soup.select_one("[aria-labelledby=facts]").get_text()  # type: ignore[union-attr]
    assert buttons(soup) == DECISIONS


def test_it_names_everybody_who_wrote_it_and_for_whom(app: Flask, signed_in: SignedIn) -> None:
    helper = replace(world.person("basra2"), on_behalf_of=frozenset({"basra"}))
    draft = commands.save(world.seen(world.draft()), world.raw("lesson", title="معدل"), KINDS, by=helper)
    revision = commands.submit(world.seen(draft), KINDS, by=world.person("basra"))

    written = page(signed_in, revision).select_one("[aria-labelledby=facts]")

    assert written is not None
    lines = [one.get_text(" ", strip=True) for one in written.select("dd") if "شخص" in one.get_text()]
    assert lines[0] == "شخص basra"
    assert lines[1:] == ["شخص basra", lines[2]]
    assert "شخص basra2" in lines[2]
    assert "البصرة" in lines[2]


def test_what_readers_see_now_is_a_click_away(app: Flask, signed_in: SignedIn) -> None:
    first = world.approved()
    copy = commands.correct(first.entry_id, KINDS["lesson"], by=world.person("basra"))
    revision = commands.submit(world.seen(copy), KINDS, by=world.person("basra"))
    alone = world.submitted()

    assert page(signed_in, revision).select_one(f'#main a[href="/lessons/{first.entry_id}"]')
    assert page(signed_in, alone).select_one(f'#main a[href="/lessons/{alone.entry_id}"]') is None


def test_why_the_version_before_was_returned_stands_beside_it(app: Flask, signed_in: SignedIn) -> None:
    copy = world.mended(world.returned())
    revision = commands.submit(world.seen(copy), KINDS, by=world.person("basra"))

    assert "يرجى بيان المصدر" in page(signed_in, revision).select_one(".note.done").get_text()  # type: ignore[union-attr]


def test_a_draft_is_not_there_for_reviewers_not_even_of_their_own_office(
    app: Flask, signed_in: SignedIn
) -> None:
    revision = world.draft()

    for by in ("reviewer", "reviewer-of-duhok", "writes-and-reviews"):
        assert signed_in(by).get(f"/review/{revision.id}").status_code == 404


def test_what_is_out_of_scope_is_not_there(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("reviewer-of-duhok")

    assert client.get(f"/review/{world.submitted().id}").status_code == 404
    assert client.get(f"/review/{world.submitted(by='duhok').id}").status_code == 200
    assert client.get("/review/999999").status_code == 404
    assert client.get("/review/99999999999999999999").status_code == 404


@pytest.mark.parametrize("by", ["basra", "duhok", "observer", "admin"])
def test_the_desk_is_closed_to_others_whether_or_not_it_exists(
    app: Flask, signed_in: SignedIn, by: str
) -> None:
    revision, client = world.submitted(), signed_in(by)

    for address in ("/review/", f"/review/{revision.id}", "/review/999999"):
        assert client.get(address).status_code == 403


def test_the_chain_leads_through_what_comes_first(app: Flask, signed_in: SignedIn) -> None:
    partnership = world.submitted("partnership")
    workshop = world.submitted("workshop", partnerships=[str(partnership.entry_id)])
    session = world.submitted("session", workshop=str(workshop.entry_id))
    lesson = world.submitted(session=str(session.entry_id))

    soup = page(signed_in, lesson)

    chain = soup.select_one("[aria-labelledby=chain]")
    assert chain is not None
    assert [one["href"] for one in chain.select("a")] == [
        f"/review/{one.id}?then={lesson.id}" for one in (partnership, workshop, session)
    ]
    assert "approve" not in buttons(soup)
    assert {"return", "reject", "duplicate"} <= set(buttons(soup))


def test_a_draft_in_the_chain_is_named_by_its_office_alone(app: Flask, signed_in: SignedIn) -> None:
    draft = world.draft("partnership", title="سر المكتب")
    lesson = world.submitted(partnership=str(draft.entry_id))

    soup = page(signed_in, lesson)

    chain = soup.select_one("[aria-labelledby=chain]")
    assert chain is not None
    assert [" ".join(one.get_text().split()) for one in chain.select("li")] == [
        "1. مسودة من البصرة لم تُرسَل بعد"
    ]
    assert "سر المكتب" not in soup.get_text()


def test_a_submission_of_another_scope_in_the_chain_is_not_described(app: Flask, signed_in: SignedIn) -> None:
    theirs = world.submitted(
        "partnership", by="both", owner="basra", governorates=["basra", "duhok"], title="عنوان لا يُرى"
    )
    lesson = world.submitted(by="duhok", partnership=str(theirs.entry_id))

    soup = page(signed_in, lesson, by="reviewer-of-duhok")

    assert soup.select_one("[aria-labelledby=chain]")
    assert "عنوان لا يُرى" not in soup.get_text()


def test_who_wrote_it_sees_why_there_are_no_buttons(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted(by="basra")
    with transaction() as session:
        session.execute(db.delete(Membership).where(Membership.user_id == world.person("basra").id))
        user = session.get_one(Revision, revision.id).author_id
        session.add(Membership(user_id=user, role=Role.REVIEWER, starts=clock.today()))

    soup = page(signed_in, revision, by="basra")

    assert buttons(soup) == []
    assert "كتبتم" in soup.select("#main > .note")[-1].get_text()


@pytest.mark.parametrize("kind", ["lesson", "partnership"])
def test_who_writes_for_the_governorate_sees_why_there_are_no_buttons(
    app: Flask, signed_in: SignedIn, kind: str
) -> None:
    if kind == "partnership":
        governorates = {"by": "duhok", "governorates": ["duhok", "basra"]}
        revision = world.submitted(kind, **governorates)  # type: ignore[arg-type]
    else:
        revision = world.submitted(kind)

    soup = page(signed_in, revision, by="writes-and-reviews")

    assert buttons(soup) == []
    assert len(soup.select("#main > .note")) == 1


def test_while_another_holds_it_there_are_no_buttons(app: Flask, signed_in: SignedIn) -> None:
    revision = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer2"))

    soup = page(signed_in, revision)

    assert buttons(soup) == []
    assert "شخص reviewer2" in soup.select_one(".marks").get_text()  # type: ignore[union-attr]
    assert len(soup.select("#main > .note")) == 1


def test_when_the_two_hours_are_over_there_are_buttons_again(app: Flask, signed_in: SignedIn) -> None:
    revision = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer2"))

    with clock.at(clock.now() + CLAIM_LASTS):
        soup = BeautifulSoup(signed_in("reviewer").get(f"/review/{revision.id}").text, "html.parser")

    assert buttons(soup) == DECISIONS
    assert "شخص reviewer2" not in soup.select_one(".marks").get_text()  # type: ignore[union-attr]


def test_who_holds_it_can_let_go(app: Flask, signed_in: SignedIn) -> None:
    revision = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer"))

    assert buttons(page(signed_in, revision)) == [
        "approve",
        "duplicate",
        "notes",
        "reject",
        "release",
        "return",
    ]


def test_what_is_decided_says_how_and_why(app: Flask, signed_in: SignedIn) -> None:
    revision = world.returned()

    mine, theirs = page(signed_in, revision), page(signed_in, revision, by="reviewer2")

    assert "يرجى بيان المصدر" in mine.select_one(".note").get_text()  # type: ignore[union-attr]
    assert "شخص reviewer" in mine.select_one(".marks").get_text()  # type: ignore[union-attr]
    assert buttons(mine) == ["take-back"]
    assert buttons(theirs) == []


def test_every_form_carries_what_was_seen(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()

    for form in page(signed_in, revision).select("#main form"):
        sent = {str(one["name"]): one["value"] for one in form.select("[type=hidden]")}
        assert (sent["revision"], sent["seen"]) == (str(revision.id), str(revision.version))


def test_the_first_button_of_the_form_does_not_approve(app: Flask, signed_in: SignedIn) -> None:
    """Enter in a line of text presses the first button."""
    soup = page(signed_in, world.submitted())

    form = soup.select_one("#main form:has(#reason)")
    assert form is not None
    assert str(form["action"]).endswith("/notes")
    assert form.select("button")[0].get("formaction") is None


def test_a_title_is_shown_as_it_was_typed_and_not_run(app: Flask, signed_in: SignedIn) -> None:
    soup = page(signed_in, world.submitted(title="<script>alert(1)</script>", result="<b>قوي</b>"))

    assert soup.h1 is not None
    assert soup.h1.get_text() == "<script>alert(1)</script>"
    assert soup.select("#main script, #main .told b") == []


def test_an_untitled_submission_cannot_be(app: Flask) -> None:
    assert db.session.query(Entry).count() == 0
    with pytest.raises(Incomplete):
        world.submitted(title="")
