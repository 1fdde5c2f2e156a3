"""The desk in numbers: what waits by age, how long decisions take, what was returned and forgotten."""

from datetime import UTC, datetime, timedelta

from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from tests.inbox.test_digest import waits_for
from twinweb import clock
from twinweb.admin import desk_health
from twinweb.db import transaction
from twinweb.entries.models import Revision

SECRET = "سر لا يراه المدير"


def decided_after(days: int, *, ago: timedelta = timedelta(0), **changes: str) -> None:
    """An approval so many days after it was sent on a Sunday: all of them count."""
    revision = world.approved(**changes)
    sunday = datetime(2026, 3, 1, 9, tzinfo=UTC)
    with transaction() as session:
        stored = session.get_one(Revision, revision.id)
        stored.submitted_at, stored.decided_at = sunday - ago, sunday - ago + timedelta(days=days)


def test_what_waits_is_counted_by_age_kind_and_governorate(app: Flask) -> None:
    for days in (0, 3, 7, 14, 20):
        waits_for(days, title=SECRET)
    waits_for(3, kind="workshop", by="duhok", title=SECRET)

    desk = desk_health.desk()

    assert desk.all.ages == (1, 2, 1, 2)
    assert {kind: health.ages for kind, health in desk.kinds.items()} == {
        "lesson": (1, 1, 1, 2),
        "workshop": (0, 1, 0, 0),
    }
    assert {place: health.waiting for place, health in desk.governorates.items()} == {"basra": 5, "duhok": 1}


def test_the_median_is_of_what_was_decided_lately(app: Flask) -> None:
    for days in (0, 1, 4):
        decided_after(days)
    decided_after(4, ago=timedelta(days=364))

    with clock.at(datetime(2026, 3, 31, 9, tzinfo=UTC)):
        desk = desk_health.desk()

    assert (desk.all.decided, desk.all.days) == (3, 1)


def test_what_was_returned_and_never_answered_is_counted_after_thirty_days(app: Flask) -> None:
    for days in (31, 29):
        revision = world.returned(title=SECRET)
        with transaction() as session:
            session.get_one(Revision, revision.id).decided_at = clock.now() - timedelta(days=days)

    assert desk_health.desk().all.forgotten == 1


def test_the_page_shows_numbers_and_no_titles(app: Flask, signed_in: SignedIn) -> None:
    waits_for(14, title=SECRET)
    world.returned(title=SECRET)

    answer = signed_in("admin").get("/admin/desk/")

    page = BeautifulSoup(answer.text, "html.parser")
    assert [one.get_text() for one in page.select(".figures")[0].select("dd")] == ["0", "0", "0", "1"]
    assert SECRET not in answer.text
    assert [one.get_text(strip=True) for one in page.select("#main h3")] == ["الدروس", "البصرة"]


def test_an_empty_desk_is_no_fault(app: Flask, signed_in: SignedIn) -> None:
    assert signed_in("admin").get("/admin/desk/").status_code == 200
