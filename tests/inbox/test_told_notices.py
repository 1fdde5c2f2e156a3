"""Who is told what, that they see only what they may read now, and how notices are read."""

from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb import clock
from twinweb.accounts import queries as account_queries
from twinweb.admin import leaving
from twinweb.db import db, transaction
from twinweb.entries import commands, review_commands
from twinweb.entries.models import Revision
from twinweb.entries.refusals import NoReason
from twinweb.kinds import KINDS
from twinweb.notices import commands as notices
from twinweb.notices.models import Notice


def told(client: FlaskClient) -> list[tuple[str, str]]:
    """(title, what) of each notice on the page."""
    page = BeautifulSoup(client.get("/notices/").text, "html.parser")
    return [
        (one.select_one("h2").get_text(strip=True), one.select_one(".badge").get_text(strip=True))  # type: ignore[union-attr]
        for one in page.select("#results li")
    ]


def unread(client: FlaskClient) -> str:
    page = BeautifulSoup(client.get("/notices/").text, "html.parser")
    return page.select_one("#unread").get_text()  # type: ignore[union-attr]


def sent_by_both(title: str) -> Revision:
    """Begun by one of Basra's people, finished and sent by another."""
    draft = world.draft(by="basra", title=title)
    saved = commands.save(
        world.seen(draft), world.raw("lesson", title=title), KINDS, by=world.person("basra2")
    )
    return commands.submit(world.seen(saved), KINDS, by=world.person("basra2"))


def rejected(title: str) -> None:
    commands.reject(world.seen(world.submitted(title=title)), "مكرر", KINDS, by=world.person("reviewer"))


def duplicate(title: str) -> None:
    reference = world.approved(title="الأصل", by="duhok").entry.reference or ""
    revision = world.submitted(title=title)
    commands.mark_duplicate(world.seen(revision), reference, "مطابقة", KINDS, by=world.person("reviewer"))


def corrected(title: str) -> None:
    revision = world.submitted(title=title)
    review_commands.correct_as_reviewer(
        world.seen(revision),
        world.raw("lesson", title=title, result="نتيجة مصححة."),
        KINDS,
        by=world.person("reviewer"),
    )


DECISIONS: list[tuple[Callable[[str], object], str]] = [
    (lambda title: world.approved(title=title), "مُعتمَد"),
    (lambda title: world.returned(title=title), "مُعاد للتعديل"),
    (rejected, "مرفوض"),
    (duplicate, "أُغلقت كمطابقة"),
    (corrected, "صحّحها مُراجِع"),
]


@pytest.mark.parametrize(("decide", "what"), DECISIONS, ids=[what for _, what in DECISIONS])
def test_authors_are_told_what_was_decided(
    app: Flask, signed_in: SignedIn, decide: Callable[[str], object], what: str
) -> None:
    decide("درس")

    assert told(signed_in("basra")) == [("درس", what)]
    assert told(signed_in("basra2")) == []
    assert [one for one in told(signed_in("duhok")) if one[0] == "درس"] == []


def test_everybody_who_wrote_is_told_and_nobody_what_they_did_themselves(
    app: Flask, signed_in: SignedIn
) -> None:
    revision = sent_by_both("درس")
    commands.approve(world.seen(revision), KINDS, by=world.person("reviewer"))

    assert {name: len(told(signed_in(name))) for name in ("basra", "basra2", "reviewer", "reviewer2")} == {
        "basra": 1,
        "basra2": 1,
        "reviewer": 0,  # what was sent is decided
        "reviewer2": 0,
    }


def test_a_claim_is_told_to_nobody(app: Flask, signed_in: SignedIn) -> None:
    commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer"))

    assert told(signed_in("basra")) == []


def test_reviewers_in_scope_are_told_what_is_new_but_those_who_may_not_decide(
    app: Flask, signed_in: SignedIn
) -> None:
    world.submitted(title="درس")

    names = ("reviewer", "reviewer2", "reviewer-of-duhok", "writes-and-reviews", "observer", "admin")
    assert {name: told(signed_in(name)) for name in names} == {
        "reviewer": [("درس", "أُرسلت للمراجعة")],
        "reviewer2": [("درس", "أُرسلت للمراجعة")],
        "reviewer-of-duhok": [],
        "writes-and-reviews": [],
        "observer": [],
        "admin": [],
    }


def test_what_was_mended_is_told_as_an_answer(app: Flask, signed_in: SignedIn) -> None:
    returned = world.returned(title="درس")
    answer = commands.answer(world.seen(returned), KINDS, by=world.person("basra"))
    with transaction() as session:  # as if its office had answered the notes
        session.connection().exec_driver_sql("DELETE FROM note")
    commands.submit(world.seen(answer), KINDS, by=world.person("basra"))

    assert told(signed_in("reviewer2"))[0] == ("درس", "عُدّلت وأُرسلت من جديد")


def test_what_is_decided_is_new_to_no_reviewer(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    assert unread(signed_in("reviewer2")) == "1"

    commands.approve(world.seen(revision), KINDS, by=world.person("reviewer"))

    assert unread(signed_in("reviewer2")) == ""


def test_a_decision_that_was_taken_back_was_told_to_nobody(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved()
    commands.take_back(world.seen(revision), KINDS, by=world.person("reviewer"))

    assert told(signed_in("basra")) == []


def test_what_a_refused_command_would_tell_is_told_to_nobody(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted()
    with pytest.raises(NoReason):
        commands.reject(world.seen(revision), "", KINDS, by=world.person("reviewer"))

    assert told(signed_in("basra")) == []


def test_who_has_left_the_office_is_shown_and_counted_nothing(app: Flask, signed_in: SignedIn) -> None:
    world.returned(title="سر البصرة", by="both", owner="basra")
    world.returned(title="سر دهوك", by="both", owner="duhok")
    basra = next(
        one for one in account_queries.memberships(world.person("both").id) if one.governorate == "basra"
    )
    leaving.end(basra.id, by=world.person("admin"))
    client = signed_in("both")

    assert [title for title, _ in told(client)] == ["سر دهوك"]
    assert unread(client) == "1"
    hidden = db.session.scalars(
        select(Notice.id).where(Notice.owner == "basra", Notice.user_id == world.person("both").id)
    ).one()
    assert client.post(f"/notices/{hidden}/open").status_code == 404


def test_a_notice_leads_to_the_spot_and_is_read_by_a_press(app: Flask, signed_in: SignedIn) -> None:
    returned = world.returned(title="درس")
    client = signed_in("basra")
    page = BeautifulSoup(client.get("/notices/").text, "html.parser")
    spot = f"/lessons/{returned.entry_id}/open"
    assert page.select("#results h2 a")[0]["href"] == spot
    client.get(spot)
    assert unread(client) == "1"

    answer = client.post(str(page.select_one("#results form")["action"]))  # type: ignore[index]

    assert answer.location == spot
    assert unread(client) == ""
    assert len(told(client)) == 1


def test_nobody_reads_the_notices_of_another(app: Flask, signed_in: SignedIn) -> None:
    world.returned()
    notice = db.session.scalars(select(Notice.id).where(Notice.user_id == world.person("basra").id)).one()

    assert signed_in("basra2").post(f"/notices/{notice}/open").status_code == 404


def test_all_are_marked_read_but_what_came_meanwhile(app: Flask, signed_in: SignedIn) -> None:
    world.returned(title="أول")
    client = signed_in("basra")
    page = BeautifulSoup(client.get("/notices/").text, "html.parser")
    up_to = page.select_one("[name=up_to]")["value"]  # type: ignore[index]
    world.approved(title="جاء لاحقاً")

    client.post("/notices/read", data={"up_to": up_to})

    assert unread(client) == "1"


@pytest.mark.parametrize("up_to", ["", "x", "9" * 30, "-1"])
def test_what_is_no_number_marks_nothing(app: Flask, signed_in: SignedIn, up_to: str) -> None:
    world.returned()
    client = signed_in("basra")

    assert client.post("/notices/read", data={"up_to": up_to}).status_code == 303
    assert unread(client) == "1"


def test_twenty_five_a_page(app: Flask, signed_in: SignedIn) -> None:
    for number in range(27):
        world.submitted(title=f"درس {number:02}")
    client = signed_in("reviewer")

    first = BeautifulSoup(client.get("/notices/").text, "html.parser")
    headers = {"HX-Request": "true", "HX-Target": "div#results"}
    second = client.get(str(first.select("a[rel=next]")[0]["href"]), headers=headers)

    assert len(first.select("#results li")) == 25
    titles = [one.get_text(strip=True) for one in BeautifulSoup(second.text, "html.parser").select("h2")]
    assert titles == ["درس 01", "درس 00"]


def test_the_page_asks_the_database_few_times_and_is_light(app: Flask, signed_in: SignedIn) -> None:
    for number in range(25):
        world.submitted(title=f"متابعة المشاريع بعد التخرج {number:02}")
    client = signed_in("reviewer")

    with statements() as asked:
        answer = client.get("/notices/", headers={"Accept-Encoding": "br"})

    assert len(asked) <= 3, asked  # notices, names, the header's counts
    assert len(answer.data) <= 5_000


def test_old_ones_that_were_read_are_cleared_away(app: Flask, signed_in: SignedIn) -> None:
    world.returned(title="قديم مقروء")
    world.returned(title="قديم غير مقروء")
    world.returned(title="من عام مضى")
    old, unread_one, ancient = db.session.scalars(
        select(Notice).where(Notice.user_id == world.person("basra").id).order_by(Notice.id)
    ).all()
    long_ago = clock.now() - timedelta(days=91)
    with transaction() as session:
        session.get_one(Notice, old.id).read_at = session.get_one(Notice, old.id).at = long_ago
        session.get_one(Notice, unread_one.id).at = long_ago
        session.get_one(Notice, ancient.id).at = clock.now() - timedelta(days=366)

    result = app.test_cli_runner().invoke(args=["retention"])

    assert result.exit_code == 0, result.output
    assert [title for title, _ in told(signed_in("basra"))] == ["قديم غير مقروء"]


def test_admins_are_told_what_has_waited_for_fourteen_days(app: Flask, signed_in: SignedIn) -> None:
    world.submitted(title="سر البصرة")
    late = clock.waited(14) - timedelta(minutes=1)
    with transaction() as session:
        for statement in (
            "UPDATE waiting_facet SET submitted_at = '%s'",
            "UPDATE revision SET submitted_at = '%s'",
        ):
            session.connection().exec_driver_sql(
                statement % late.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            )
    admin = signed_in("admin")

    text = admin.get("/notices/").text
    assert BeautifulSoup(text, "html.parser").select_one('.note a[href="/admin/desk/"]')
    assert BeautifulSoup(text, "html.parser").select_one("#overdue").get_text() == "1"  # type: ignore[union-attr]
    assert "سر البصرة" not in text
    assert signed_in("observer").get("/notices/").status_code == 200


def test_an_office_that_asks_to_retire_is_told_what_came_of_it(app: Flask, signed_in: SignedIn) -> None:
    entry = world.approved(title="درس").entry
    kind, office, desk = KINDS["lesson"], world.person("basra2"), world.person("reviewer2")
    review_commands.ask_to_retire(entry.id, kind, "قديم", by=office)
    reviewer = signed_in("reviewer")
    assert told(reviewer)[0] == ("درس", "يطلب مكتبها سحبها من الاستعمال")
    page = BeautifulSoup(reviewer.get("/review/").text, "html.parser")
    assert page.select_one(f'[aria-labelledby=requests] a[href="/lessons/{entry.id}"]')

    review_commands.decline_to_retire(entry.id, kind, "ما زال مفيداً", by=desk)

    assert told(signed_in("basra2")) == [("درس", "لم تُسحب، وتبقى في الاستعمال")]
    assert unread(reviewer) == ""
    assert notices.clear() == 0
