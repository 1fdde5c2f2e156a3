"""An office asks to retire its entry; reviewers see it, and retire it or say why not."""

from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.db import db
from twinweb.entries import commands
from twinweb.entries.models import Entry, Revision
from twinweb.kinds import KINDS

WHY = "انتهى العمل بها"


def asked(signed_in: SignedIn) -> Revision:
    revision = world.approved()
    answer = signed_in("basra").post(f"/lessons/{revision.entry_id}/ask-to-retire", data={"reason": WHY})
    assert answer.status_code == 303
    return revision


def test_reviewers_and_the_office_see_it_and_readers_do_not(app: Flask, signed_in: SignedIn) -> None:
    address = f"/lessons/{asked(signed_in).entry_id}"

    seen = {by: WHY in signed_in(by).get(address).text for by in ("basra", "reviewer", "duhok", "observer")}

    assert seen == {"basra": True, "reviewer": True, "duhok": False, "observer": False}


def test_it_waits_at_the_desk(app: Flask, signed_in: SignedIn) -> None:
    revision = asked(signed_in)
    link = f'href="/lessons/{revision.entry_id}"'

    assert link in signed_in("reviewer").get("/review/").text
    assert link not in signed_in("reviewer-of-duhok").get("/review/").text
    assert link not in signed_in("writes-and-reviews").get("/review/").text


def test_it_is_asked_for_once_and_with_a_reason(app: Flask, signed_in: SignedIn) -> None:
    address = f"/lessons/{asked(signed_in).entry_id}/ask-to-retire"
    other = f"/lessons/{world.approved().entry_id}/ask-to-retire"

    assert signed_in("basra").post(address, data={"reason": WHY}).status_code == 409
    assert signed_in("basra").post(other, data={"reason": " "}).status_code == 422


def test_declining_answers_it_and_it_can_be_asked_for_again(app: Flask, signed_in: SignedIn) -> None:
    address = f"/lessons/{asked(signed_in).entry_id}"

    declined = signed_in("reviewer").post(f"{address}/decline-to-retire", data={"reason": "ما زالت مفيدة"})

    assert declined.status_code == 303
    assert WHY not in signed_in("reviewer").get(address).text
    assert signed_in("basra").post(f"{address}/ask-to-retire", data={"reason": WHY}).status_code == 303


def test_retiring_answers_it(app: Flask, signed_in: SignedIn) -> None:
    revision = asked(signed_in)
    entry = db.session.get_one(Entry, revision.entry_id)

    commands.retire(
        entry.id, KINDS["lesson"], "بطلب من مكتبها", seen=entry.version, by=world.person("reviewer")
    )

    assert f'href="/lessons/{entry.id}"' not in signed_in("reviewer").get("/review/").text
