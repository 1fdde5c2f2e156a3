"""The list of who did what and when."""

import csv
import inspect
import io
import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import SignedIn
from twinweb import audit, clock
from twinweb.accounts import commands as accounts
from twinweb.accounts.models import Role, SignIn, User
from twinweb.admin import commands as admin
from twinweb.admin import queries
from twinweb.admin.queries import AskedLog
from twinweb.admin.words import ACTS
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries import commands as entries
from twinweb.entries.models import Entry
from twinweb.reference import commands as reference


def said(text: str) -> list[str]:
    """The acts that the list shows."""
    return re.findall(r"<h2>([^<]+)</h2>", text.partition('id="results"')[2])


def record(act: str, number: int = 1) -> None:
    with transaction():
        for one in range(number):
            audit.record(act, "lesson", one, by_id=None)


def test_who_what_and_when_are_told_in_arabic_words(signed_in: SignedIn) -> None:
    world.approved("lesson")

    text = signed_in("admin").get("/admin/audit/?thing=lesson").text

    assert said(text) == ["اعتماد", "إرسال للمراجعة", "بدء مسودة"]
    assert "<bdi>شخص reviewer</bdi>" in text
    assert "<bdi>LES-" in text


def test_every_act_of_the_commands_has_words(app: Flask) -> None:
    source = "".join(map(inspect.getsource, (entries, accounts, admin, reference)))
    acts = set(re.findall(r'audit\.record\(\s*"(\w+)"', source))

    assert acts <= set(ACTS)
    assert "approve" in acts


def test_an_act_without_words_is_shown_as_it_is(signed_in: SignedIn) -> None:
    record("teleport")

    assert said(signed_in("admin").get("/admin/audit/").text)[0] == "teleport"


def test_names_of_fields_are_told_and_texts_are_not(signed_in: SignedIn) -> None:
    world.draft("lesson", title="عنوان زمردة")

    text = signed_in("admin").get("/admin/audit/?act=draft").text

    assert "التوصية" in text
    assert "زمردة" not in text


def test_a_draft_is_told_by_kind_and_number_only(signed_in: SignedIn) -> None:
    revision = world.submitted("lesson")

    text = signed_in("admin").get("/admin/audit/?act=submit").text

    assert f"درس: <bdi>{revision.entry_id}</bdi>" in text


def test_the_list_is_filtered_by_person_act_thing_and_day(signed_in: SignedIn) -> None:
    with clock.at(datetime(2022, 10, 12, 21, 30, tzinfo=UTC)):  # the 13th in Baghdad
        record("approve")
    world.draft("lesson", by="duhok")

    def acts(query: str) -> list[str]:
        db.session.rollback()
        return said(signed_in("admin").get(f"/admin/audit/?{query}").text)

    assert acts("person=duhok") == ["بدء مسودة"]
    assert acts("person=nobody") == []
    assert acts("act=approve") == ["اعتماد"]
    assert acts("thing=workshop") == []
    assert acts("day-day=١٣&day-month=10&day-year=2022") == ["اعتماد"]
    assert acts("day-day=12&day-month=10&day-year=2022") == []


def test_a_day_that_does_not_exist_is_said_and_finds_nothing(signed_in: SignedIn) -> None:
    answer = signed_in("admin").get("/admin/audit/?day-day=30&day-month=2&day-year=2022")

    assert answer.status_code == 200
    assert said(answer.text) == []
    assert 'id="day-error"' in answer.text
    assert '<p class="note">يرجى' in answer.text
    assert 'value="30"' in answer.text


def test_a_long_list_is_paged_without_gap_or_double(app: Flask) -> None:
    record("save", 60)
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        page = queries.log(AskedLog(act="save", after=after))
        found += [row.id for row in page.rows]
        after = page.next_after

    ids = db.session.scalars(select(AuditEvent.id).where(AuditEvent.act == "save"))
    assert found == sorted(ids, reverse=True)


def test_the_next_page_keeps_the_filters(signed_in: SignedIn) -> None:
    record("save", 30)

    text = signed_in("admin").get("/admin/audit/?act=save").text

    assert re.findall(r'rel="next" href="([^"]+)"', text)[0].startswith("/admin/audit/?after=")
    assert "act=save" in re.findall(r'rel="next" href="([^"]+)"', text)[0]


def test_roles_and_sectors_are_told_by_their_names(signed_in: SignedIn) -> None:
    world_admin = world.person("admin")
    accounts.create_user(
        accounts.Identity("x.y", "س"), [accounts.Grant(Role.CONTRIBUTOR, "basra")], by=world_admin
    )
    accounts.grant(world.person("observer").id, accounts.Grant(Role.REVIEWER), by=world_admin)
    sector = queries.sector("agriculture")
    assert sector is not None
    admin.merge_sectors("agriculture", "job-creation", seen=sector.version, by=world_admin)

    text = signed_in("admin").get("/admin/audit/").text

    assert "مُحرِّر: البصرة" in text
    assert "في «خلق فرص العمل»" in text


def table_of(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_all_that_was_done_to_a_record_is_found_by_its_reference(signed_in: SignedIn) -> None:
    world.approved("lesson")
    revision = world.approved("lesson")
    reference = db.session.get_one(Entry, revision.entry_id).reference
    assert reference is not None

    text = signed_in("admin").get(f"/admin/audit/?record={reference.lower()}").text
    by_number = signed_in("admin").get(f"/admin/audit/?thing=lesson&record={revision.entry_id}").text

    assert said(text) == said(by_number) == ["اعتماد", "إرسال للمراجعة", "بدء مسودة"]
    assert f"record={revision.entry_id}" in text


def test_what_the_filters_find_is_taken_away_as_a_table(signed_in: SignedIn) -> None:
    world.approved("lesson")
    record("save", 30)

    answer = signed_in("admin").post("/admin/audit/export", data={"thing": "lesson"})

    rows = table_of(answer)
    assert len(rows) == 34
    assert rows[0][3] == "الاسم"
    assert rows[-1][3:7] == ["شخص basra", "basra", "بدء مسودة", "درس"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_no_cell_of_the_table_is_a_formula(signed_in: SignedIn) -> None:
    person = world.person("basra")
    with transaction() as session:
        session.get_one(User, person.id).name = '=HYPERLINK("http://x","y")'
        audit.record("@SUM(1)", "lesson", "-1+2", by_id=person.id, fields=["+1"])

    rows = table_of(signed_in("admin").post("/admin/audit/export", data={"act": "@SUM(1)"}))

    assert rows[1][3] == '\'=HYPERLINK("http://x","y")'
    assert rows[1][5] == "'@SUM(1)"
    assert rows[1][7] == "'-1+2"
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]


def test_taking_the_log_away_is_in_the_log(signed_in: SignedIn) -> None:
    signed_in("admin").post("/admin/audit/export", data={"person": "duhok"})

    rows = table_of(signed_in("admin").post("/admin/audit/export", data={"act": "export_log"}))

    assert rows[1][5] == "تصدير سجل النشاط"


def test_taking_the_log_away_asks_again_who_it_is(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    with transaction() as session:
        session.execute(update(SignIn).values(proven_at=clock.now() - timedelta(hours=1)))

    assert "/prove" in admin.post("/admin/audit/export").location


def test_looking_at_somebody_is_in_the_log_and_ends_no_copy_of_a_page(signed_in: SignedIn) -> None:
    admin, clerk = signed_in("admin"), signed_in("basra")
    tag = clerk.get("/lessons/").headers["ETag"]

    admin.get(f"/admin/users/{world.person('duhok').id}")
    admin.get(f"/admin/users/{world.person('admin').id}")

    assert said(admin.get("/admin/audit/?act=view_user").text) == ["الاطلاع على حساب"]
    assert clerk.get("/lessons/").headers["ETag"] == tag
