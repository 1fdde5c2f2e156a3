"""Adding, renaming, ordering, retiring and merging sectors."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts import commands as accounts
from twinweb.accounts import queries as queries_of_accounts
from twinweb.accounts.commands import NotAdmin
from twinweb.admin import commands, queries
from twinweb.admin.commands import Direction
from twinweb.admin.facts import SectorFacts
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries import commands as entries
from twinweb.entries import lists
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import Filters
from twinweb.entries.models import Revision
from twinweb.entries.states import Impossible
from twinweb.kinds import KINDS
from twinweb.reference import queries as reference
from twinweb.reference.models import Sector

NEW = {
    "name_ar": "السياحة",
    "name_en": "Tourism & Héritage",
    "name_ckb": "گەشتیاری",
    "sdg_goals": "١٢، 8",
    "crs_code": "33210",
}
FACTS = SectorFacts(name_ar="السياحة", name_en="Tourism", name_ckb="", sdg_goals=(8,), crs_code="33210")


def kept(slug: str) -> Sector:
    db.session.rollback()
    found = queries.sector(slug)
    assert found is not None
    return found


def order() -> list[str]:
    db.session.rollback()
    return [one.slug for one in queries.sectors() if not one.merged_into]


def tagged(slug: str) -> list[int]:
    return [row.entry_id for row in lists.listing(Filters(facets={Facet.SECTOR: slug})).rows]


def merge(slug: str, into: str) -> Sector:
    return commands.merge_sectors(slug, into, seen=kept(slug).version, by=world.person("admin"))


def test_a_sector_is_added_at_the_end_under_an_ascii_address(signed_in: SignedIn) -> None:
    assert signed_in("admin").post("/admin/sectors/new", data=NEW).status_code == 303

    sector = kept("tourism-heritage")
    assert order()[-1] == "tourism-heritage"
    assert (sector.name_ar, sector.sdg_goals, sector.crs_code) == ("السياحة", [8, 12], "33210")
    assert "tourism-heritage" in [one.slug for one in reference.names().open_sectors]


@pytest.mark.parametrize(
    ("name", "slug"), [("Agriculture", "agriculture-2"), ("سياحة", "sector"), ("New", "new-2")]
)
def test_an_address_is_never_given_twice(app: Flask, name: str, slug: str) -> None:
    facts = SectorFacts(name_ar="س", name_en=name, name_ckb="", sdg_goals=(), crs_code="")

    assert commands.add_sector(facts, by=world.person("admin")).slug == slug


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_ar": ""}, "name_ar"),
        ({"name_en": "x" * 121}, "name_en"),
        ({"sdg_goals": "18"}, "sdg_goals"),
        ({"sdg_goals": "6;x"}, "sdg_goals"),
        ({"crs_code": "1234"}, "crs_code"),
    ],
)
def test_what_is_wrong_is_listed_and_nothing_typed_is_lost(
    signed_in: SignedIn, changes: dict[str, str], field: str
) -> None:
    for address in ("/admin/sectors/new", "/admin/sectors/agriculture"):
        answer = signed_in("admin").post(address, data=NEW | changes)

        assert answer.status_code == 422
        assert re.findall(r'<li><a href="#([\w-]+)">', answer.text) == [field]
        assert 'value="گەشتیاری"' in answer.text


def test_a_sector_is_renamed_and_keeps_its_address(signed_in: SignedIn) -> None:
    data = NEW | {"seen": str(kept("agriculture").version)}

    assert signed_in("admin").post("/admin/sectors/agriculture", data=data).status_code == 303

    assert kept("agriculture").name_ar == "السياحة"
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.act, event.details["after"]["name_ar"]) == ("edit", "السياحة")


def test_what_changed_meanwhile_is_not_written_over(signed_in: SignedIn) -> None:
    client, seen = signed_in("admin"), str(kept("agriculture").version)
    client.post("/admin/sectors/agriculture", data=NEW | {"seen": seen})

    for act, data in {
        "": NEW | {"name_ar": "غيره"},
        "/move": {"direction": "down"},
        "/retire": {},
        "/merge": {"into": "job-creation"},
    }.items():
        assert client.post(f"/admin/sectors/agriculture{act}", data=data | {"seen": seen}).status_code == 409
    assert kept("agriculture").name_ar == "السياحة"


def test_buttons_move_a_sector_up_and_down(signed_in: SignedIn) -> None:
    client, before = signed_in("admin"), order()

    def move(slug: str, direction: str) -> int:
        data = {"direction": direction, "seen": str(kept(slug).version)}
        return client.post(f"/admin/sectors/{slug}/move", data=data).status_code

    assert move(before[1], "up") == 303
    assert order() == [before[1], before[0], *before[2:]]
    assert move(before[1], "down") == 303
    assert order() == before
    assert move(before[0], "up") == 303
    assert order() == before
    assert move(before[0], "sideways") == 400


def test_a_retired_sector_is_not_offered_and_comes_back(signed_in: SignedIn) -> None:
    client = signed_in("admin")

    def send(act: str) -> int:
        seen = {"seen": str(kept("agriculture").version)}
        return client.post(f"/admin/sectors/agriculture/{act}", data=seen).status_code

    assert send("retire") == 303
    assert "agriculture" not in [one.slug for one in reference.names().open_sectors]
    assert send("retire") == 409
    assert send("unretire") == 303
    assert kept("agriculture").retired_at is None


def test_the_list_counts_the_approved_entries_of_each(signed_in: SignedIn) -> None:
    world.approved("lesson", sectors=["agriculture"])
    world.submitted("lesson", sectors=["agriculture"])

    assert "مادة معتمدة واحدة" in signed_in("admin").get("/admin/sectors/agriculture").text
    assert queries.entries_by_sector() == {"agriculture": 1}


def test_merging_asks_first_and_says_how_many_entries_it_touches(signed_in: SignedIn) -> None:
    world.approved("lesson", sectors=["agriculture"])
    client = signed_in("admin")

    answer = client.get("/admin/sectors/agriculture/merge?into=job-creation")

    assert answer.status_code == 200
    assert "تحمل مادة معتمدة واحدة" in answer.text
    assert kept("agriculture").merged_into is None
    for into in ("", "agriculture", "nothing"):
        assert client.get(f"/admin/sectors/agriculture/merge?into={into}").status_code == 422


def test_merging_rewrites_lists_filters_and_what_people_follow(signed_in: SignedIn) -> None:
    only = world.approved("lesson", sectors=["agriculture"]).entry_id
    both = world.approved("lesson", sectors=["agriculture", "job-creation"]).entry_id
    accounts.follow_sectors(["solar-energy", "agriculture"], by=world.person("duhok"))
    data = {"into": "job-creation", "seen": str(kept("agriculture").version)}

    assert signed_in("admin").post("/admin/sectors/agriculture/merge", data=data).status_code == 303

    assert kept("agriculture").merged_into == "job-creation"
    assert tagged("agriculture") == []
    assert tagged("job-creation") == [both, only]
    assert [row.sectors for row in lists.listing(Filters()).rows] == [("job-creation",)] * 2
    assert queries.entries_by_sector() == {"job-creation": 2}
    assert world.filters_of_words() == world.filters()
    user = queries_of_accounts.user(world.person("duhok").id)
    assert user is not None
    assert user.sectors == ["solar-energy", "job-creation"]


def test_merging_leaves_old_revisions_as_they_are(app: Flask) -> None:
    revision = world.approved("lesson", sectors=["agriculture"])
    merge("agriculture", "job-creation")

    assert db.session.get_one(Revision, revision.id).raw["sectors"] == ["agriculture"]


def test_a_draft_with_a_merged_sector_is_submitted_and_approved_under_the_other(app: Flask) -> None:
    draft = world.draft("lesson", sectors=["agriculture"])
    merge("agriculture", "job-creation")

    submitted = entries.submit(world.seen(draft), KINDS, by=world.person("basra"))
    entries.approve(world.seen(submitted), KINDS, by=world.person("reviewer"))

    assert tagged("job-creation") == [draft.entry_id]


def test_what_was_merged_leads_on_also_through_a_second_merger(app: Flask) -> None:
    merge("agriculture", "job-creation")
    merge("job-creation", "solar-energy")

    found = reference.names().sector("agriculture")
    assert found is not None
    assert found.slug == "solar-energy"


def test_a_sector_is_merged_once_and_into_one_that_is_in_use(app: Flask) -> None:
    merge("agriculture", "job-creation")
    for slug, into in (
        ("agriculture", "solar-energy"),
        ("solar-energy", "agriculture"),
        ("solar-energy", "solar-energy"),
        ("solar-energy", "nothing"),
    ):
        with pytest.raises(Impossible):
            merge(slug, into)


def test_only_admins_command(app: Flask) -> None:
    by = world.person("reviewer")
    calls: list[Any] = [
        lambda: commands.add_sector(FACTS, by=by),
        lambda: commands.edit_sector("agriculture", FACTS, seen=1, by=by),
        lambda: commands.move_sector("agriculture", Direction.UP, seen=1, by=by),
        lambda: commands.retire_sector("agriculture", seen=1, by=by),
        lambda: commands.unretire_sector("agriculture", seen=1, by=by),
        lambda: commands.merge_sectors("agriculture", "job-creation", seen=1, by=by),
    ]
    for call in calls:
        with pytest.raises(NotAdmin):
            call()
