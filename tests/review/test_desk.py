"""What a reviewer has in hand: claims, what is put aside, what comes next, what the queue says of each."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import delete

from tests import world
from tests.conftest import SignedIn
from tests.review.test_queue import page_of, row_of, sent_at, titles
from tests.statements import statements
from twinweb import clock
from twinweb.admin import commands as admin
from twinweb.db import db, transaction
from twinweb.entries import commands, desk, desk_commands
from twinweb.entries.desk_models import WaitingFacet
from twinweb.entries.models import Revision
from twinweb.entries.states import Impossible
from twinweb.kinds import KINDS
from twinweb.reference.models import Sector

TOMORROW = timedelta(days=1)


def results(text: str) -> list[str]:
    return [one.get_text(strip=True) for one in page_of(text).select("#results li h2")]


def aside(text: str) -> list[str]:
    return [one.get_text(strip=True) for one in page_of(text).select("details li h2")]


def claimed(revision: Revision, reviewer: str = "reviewer") -> Revision:
    return commands.claim(world.seen(revision), KINDS, by=world.person(reviewer))


def form_of(page: BeautifulSoup | Tag, address: str) -> dict[str, str]:
    form = page.select_one(f'form[action="{address}"]')
    assert form is not None, address
    return {str(one["name"]): str(one["value"]) for one in form.select("[type=hidden]")}


def test_each_row_says_what_it_is(app: Flask, signed_in: SignedIn) -> None:
    world.submitted(title="درس جديد")
    changed = commands.correct(
        world.approved(title="معتمد").entry_id, KINDS["lesson"], by=world.person("basra")
    )
    commands.submit(world.seen(changed), KINDS, by=world.person("basra"))
    answer = commands.answer(world.seen(world.returned(title="معاد")), KINDS, by=world.person("basra"))
    with transaction() as session:  # as if its office had answered the notes
        session.connection().exec_driver_sql("DELETE FROM note")
    commands.submit(world.seen(answer), KINDS, by=world.person("basra"))

    text = signed_in("reviewer2").get("/review/").text

    said = {title: row_of(text, title).select_one(".soft").get_text() for title in results(text)}  # type: ignore[union-attr]
    assert {title: words.rpartition("، ")[2].strip() for title, words in said.items()} == {
        "درس جديد": "جديدة",
        "معتمد": "تعديل على مادة معتمدة",
        "معاد": "رد على إعادة",
    }


def test_the_queue_is_filtered_by_sector_and_follows_a_merge(app: Flask, signed_in: SignedIn) -> None:
    world.submitted(title="عمل", sectors=["job-creation"])
    world.submitted(title="زراعة وعمل", sectors=["agriculture", "job-creation"])
    world.submitted(title="زراعة", sectors=["agriculture"])
    reviewer = signed_in("reviewer")
    assert results(reviewer.get("/review/?sector=agriculture").text) == ["زراعة وعمل", "زراعة"]

    version = db.session.query(Sector).filter_by(slug="agriculture").one().version
    admin.merge_sectors("agriculture", "job-creation", seen=version, by=world.person("admin"))

    everything = ["عمل", "زراعة وعمل", "زراعة"]
    assert results(reviewer.get("/review/?sector=job-creation").text) == everything
    assert results(reviewer.get("/review/?sector=agriculture").text) == everything


def test_a_partnership_waits_under_each_of_its_governorates(app: Flask, signed_in: SignedIn) -> None:
    world.submitted("partnership", title="شراكة", governorates=["basra", "ninewa"])
    reviewer = signed_in("reviewer")

    found = {
        place: results(reviewer.get(f"/review/?governorate={place}").text) for place in ("ninewa", "duhok")
    }

    assert found == {"ninewa": ["شراكة"], "duhok": []}


def test_who_writes_for_a_governorate_of_a_partnership_does_not_find_it(
    app: Flask, signed_in: SignedIn
) -> None:
    world.submitted("partnership", by="duhok", title="شراكة", governorates=["duhok", "basra"])

    assert results(signed_in("writes-and-reviews").get("/review/").text) == []
    assert results(signed_in("reviewer").get("/review/").text) == ["شراكة"]


@pytest.mark.parametrize(("days", "waits"), [(3, ["قديم", "متأخر"]), (7, ["قديم"]), (14, [])])
def test_the_queue_is_filtered_by_waiting_time(
    app: Flask, signed_in: SignedIn, days: int, waits: list[str]
) -> None:
    for title, limit in (("قديم", 7), ("متأخر", 3)):
        sent_at(world.submitted(title=title), clock.waited(limit) - timedelta(seconds=1))
    sent_at(world.submitted(title="حديث"), clock.waited(3))

    text = signed_in("reviewer").get(f"/review/?waiting={days}").text

    assert results(text) == waits


@pytest.mark.parametrize("days", [0, 1, 3, 7, 14])
def test_the_limit_of_waiting_is_that_of_the_count(app: Flask, days: int) -> None:
    limit = clock.waited(days)

    assert clock.working_days_since(limit - timedelta(seconds=1)) >= days
    assert days == 0 or clock.working_days_since(limit) == days - 1


def test_i_have_these_and_nobody_has_those(app: Flask, signed_in: SignedIn) -> None:
    claimed(world.submitted(title="عندي"))
    claimed(world.submitted(title="عند غيري"), "reviewer2")
    world.submitted(title="بلا أحد")
    reviewer = signed_in("reviewer")

    assert results(reviewer.get("/review/?held=me").text) == ["عندي"]
    assert results(reviewer.get("/review/?held=nobody").text) == ["بلا أحد"]
    assert len(results(reviewer.get("/review/?held=somebody").text)) == 3


def test_a_claim_that_is_over_can_be_taken_over(app: Flask, signed_in: SignedIn) -> None:
    revision = claimed(world.submitted(title="درس"), "reviewer2")
    with transaction() as session:
        session.get_one(Revision, revision.id).claimed_until = clock.now() - timedelta(seconds=1)
    reviewer, address = signed_in("reviewer"), f"/review/{revision.id}/claim"

    sent = form_of(page_of(reviewer.get("/review/").text), address)
    reviewer.post(address, data=sent)

    db.session.refresh(revision)
    assert revision.claimed_by_id == world.person("reviewer").id


def test_letting_go_from_the_queue_comes_back_to_it(app: Flask, signed_in: SignedIn) -> None:
    revision = claimed(world.submitted(title="درس"))
    reviewer, address = signed_in("reviewer"), f"/review/{revision.id}/release"

    answer = reviewer.post(address, data=form_of(page_of(reviewer.get("/review/?held=me").text), address))

    assert answer.location == "/review/"
    assert results(reviewer.get("/review/?held=nobody").text) == ["درس"]


def test_opening_goes_on_with_the_filters(app: Flask, signed_in: SignedIn) -> None:
    revision = world.submitted(title="درس")
    reviewer, address = signed_in("reviewer"), f"/review/{revision.id}/claim"
    page = page_of(reviewer.get("/review/?kind=lesson&sector=job-creation").text)

    answer = reviewer.post(address, data=form_of(page, address))

    assert answer.location == f"/review/{revision.id}?kind=lesson&sector=job-creation"


def test_the_next_is_the_oldest_that_nobody_else_holds(app: Flask) -> None:
    reviewer = world.person("reviewer")
    claimed(world.submitted(title="عند غيري"), "reviewer2")
    mine, free = claimed(world.submitted(title="عندي")), world.submitted(title="حر")
    away = world.submitted("workshop", title="جانباً")
    desk_commands.put_aside(away.id, clock.today() + TOMORROW, "", KINDS, by=reviewer)

    assert desk.next_for(reviewer, desk.Asked()) == mine.id
    assert desk.next_for(reviewer, desk.Asked(), but=mine.id) == free.id
    assert desk.next_for(reviewer, desk.Asked(kind="workshop")) is None
    assert desk.next_for(world.person("reviewer-of-duhok"), desk.Asked()) is None


def test_putting_aside_folds_it_away_for_oneself_until_the_day(app: Flask, signed_in: SignedIn) -> None:
    revision = claimed(world.submitted(title="صعب"))
    reviewer, address = signed_in("reviewer"), f"/review/{revision.id}/aside"
    page = page_of(reviewer.get(f"{address}?kind=lesson").text)
    day = str(page.select("#until option")[1]["value"])

    answer = reviewer.post(address, data=form_of(page, address) | {"until": day, "note": "اسأل البصرة"})
    text = reviewer.get("/review/").text

    assert answer.location == "/review/?kind=lesson"
    assert (results(text), aside(text)) == ([], ["صعب"])
    assert "اسأل البصرة" in row_of(text, "صعب").get_text()
    assert page_of(text).select_one("#to-review").get_text() == ""  # type: ignore[union-attr]
    theirs = signed_in("reviewer2").get("/review/").text
    assert (results(theirs), "اسأل البصرة" in theirs) == (["صعب"], False)
    assert page_of(theirs).select_one(f'form[action="/review/{revision.id}/claim"]')


def test_who_puts_one_aside_goes_on_to_the_next(app: Flask, signed_in: SignedIn) -> None:
    revision, following = world.submitted(), world.submitted()
    reviewer, address = signed_in("reviewer"), f"/review/{revision.id}/aside"
    form = form_of(page_of(reviewer.get(address).text), address)

    answer = reviewer.post(address, data=form | {"until": str(clock.next_working_days(1)[0])})

    assert answer.location == f"/review/{following.id}"
    assert "محجوزة لكم" in reviewer.get(answer.location).text


def test_on_its_day_it_is_back(app: Flask) -> None:
    revision, reviewer = world.submitted(), world.person("reviewer")
    desk_commands.put_aside(revision.id, clock.today() + TOMORROW, "", KINDS, by=reviewer)

    with clock.at(clock.now() + TOMORROW):
        assert [one.revision_id for one in desk.queue(reviewer, desk.Asked())] == [revision.id]
        assert desk.put_aside(reviewer) == []


def test_it_can_be_taken_up_before_its_day(app: Flask, signed_in: SignedIn) -> None:
    revision, reviewer = world.submitted(title="درس"), signed_in("reviewer")
    desk_commands.put_aside(revision.id, clock.today() + TOMORROW, "", KINDS, by=world.person("reviewer"))
    address = f"/review/{revision.id}/take-up"

    reviewer.post(address, data=form_of(page_of(reviewer.get("/review/").text), address))

    assert results(reviewer.get("/review/").text) == ["درس"]


@pytest.mark.parametrize("until", ["", "x", "2020-01-01", "9999-12-31"])
def test_without_a_day_it_stays_and_nothing_typed_is_lost(
    app: Flask, signed_in: SignedIn, until: str
) -> None:
    revision, reviewer = world.submitted(title="درس"), signed_in("reviewer")
    form = {"until": until, "note": "ملاحظة لنفسي"}

    answer = reviewer.post(f"/review/{revision.id}/aside", data=form)

    assert answer.status_code == 422
    assert page_of(answer.text).select_one("#note").get_text().strip() == "ملاحظة لنفسي"  # type: ignore[union-attr]
    assert results(reviewer.get("/review/").text) == ["درس"]


def test_a_note_for_oneself_is_bounded(app: Flask, signed_in: SignedIn) -> None:
    revision, reviewer = world.submitted(), signed_in("reviewer")
    form = {"until": clock.next_working_days(1)[0].isoformat(), "note": "ن" * 501}

    answer = reviewer.post(f"/review/{revision.id}/aside", data=form)

    assert (answer.status_code, "501" in answer.text) == (422, True)


def test_what_was_decided_cannot_be_put_aside(app: Flask) -> None:
    revision = world.approved()

    with pytest.raises(Impossible):
        desk_commands.put_aside(revision.id, clock.today() + TOMORROW, "", KINDS, by=world.person("reviewer"))


def test_only_what_was_opened_in_this_sign_in_can_be_ticked(app: Flask, signed_in: SignedIn) -> None:
    opened, unread = world.submitted(title="مقروء"), world.submitted(title="غير مقروء")
    reviewer, again = signed_in("reviewer"), signed_in("reviewer")
    address = f"/review/{opened.id}/claim"
    assert page_of(reviewer.get("/review/").text).select("#together, [name=approve]") == []
    reviewer.post(address, data=form_of(page_of(reviewer.get("/review/").text), address))

    page = page_of(reviewer.get("/review/").text)
    ticks = [str(one["value"]) for one in page.select("[name=approve][form=together]")]
    assert [one.partition(":")[0] for one in ticks] == [str(opened.id)]
    assert page_of(again.get("/review/").text).select("[name=approve]") == []
    sneaked = {"approve": [*ticks, f"{unread.id}:{unread.version}"]}
    reviewer.post("/review/approve", data=form_of(page, "/review/approve") | sneaked)
    db.session.refresh(opened)
    assert opened.state == "submitted"

    reviewer.post("/review/approve", data=form_of(page, "/review/approve") | {"approve": ticks, "key": ""})
    db.session.refresh(opened)
    assert opened.state == "approved"


def test_what_waits_no_longer_leaves_nothing_behind(app: Flask) -> None:
    office, reviewer = world.person("basra"), world.person("reviewer")
    revision = world.submitted()
    desk_commands.put_aside(revision.id, clock.today() + TOMORROW, "", KINDS, by=reviewer)
    commands.withdraw(world.seen(revision), KINDS, by=office)
    world.approved()

    assert db.session.query(WaitingFacet).count() == 0
    assert desk.put_aside(reviewer) == []


def test_what_is_taken_back_waits_again(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved(title="قرار")
    commands.take_back(world.seen(revision), KINDS, by=world.person("reviewer"))

    assert titles(signed_in("reviewer2").get("/review/?sector=job-creation").text) == ["قرار"]


def test_what_the_queue_does_not_find_is_said_by_check(app: Flask) -> None:
    lost, stays = world.submitted(), world.submitted(by="duhok")
    with transaction() as session:
        session.execute(delete(WaitingFacet).where(WaitingFacet.revision_id == lost.id))
        session.connection().exec_driver_sql(f"UPDATE revision SET state = 'withdrawn' WHERE id = {stays.id}")  # noqa: S608  ours

    result = app.test_cli_runner().invoke(args=["check"])

    assert result.exit_code == 1
    assert f"submission {lost.id}: the queue does not find it" in result.output
    assert f"revision {stays.id}: it waits no longer" in result.output


def test_the_header_counts_up_to_a_cap_without_polling(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        world.submitted()
    assert page_of(signed_in("reviewer").get("/").text).select_one("#to-review").get_text() == "3"  # type: ignore[union-attr]
    monkeypatch.setattr(desk, "COUNT_TO", 1)

    assert desk.counts(world.person("reviewer")).to_review == 2


def test_the_queue_is_one_statement_and_few_beside_it(app: Flask, signed_in: SignedIn) -> None:
    for number in range(30):
        world.submitted(title=f"درس {number}")
    reviewer = signed_in("reviewer")

    with statements() as asked:
        reviewer.get("/review/?kind=lesson&governorate=basra&sector=job-creation&waiting=3")

    assert len([one for one in asked if "waiting_facet" in one]) == 3  # queue, aside, the header
    assert len(asked) <= 6


def test_the_queue_stays_light(app: Flask, signed_in: SignedIn) -> None:
    for number in range(30):
        world.submitted(title=f"متابعة المشاريع بعد التخرج في قضاء القرنة {number}")

    answer = signed_in("reviewer").get("/review/", headers={"Accept-Encoding": "br"})

    assert len(answer.data) <= 5_000
