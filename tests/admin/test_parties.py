"""What became of proposed parties; renaming and merging them."""

import re
from typing import Any

import pytest
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from twinweb.accounts.commands import NotAdmin
from twinweb.admin import commands, queries
from twinweb.admin.facts import PartyFacts
from twinweb.db import db
from twinweb.entries import commands as entries
from twinweb.entries import lists
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import Filters
from twinweb.entries.models import Revision
from twinweb.entries.refusals import Changed, NotFound
from twinweb.entries.states import Impossible
from twinweb.kinds import KINDS
from twinweb.reference.models import Party, PartyKind
from twinweb.reference.queries import party_named

FACTS = PartyFacts(name="Bistum", country="DE", kind=PartyKind.OTHER)


def partnership(*names: str, country: str = "SI") -> Revision:
    rows = [{"name": name, "country": country, "kind": "region", "role": "partner"} for name in names]
    return world.approved("partnership", parties=rows)


def named(name: str, country: str = "SI") -> Party:
    db.session.rollback()
    found = party_named(name, country)
    assert found is not None
    return found


def typed(party: Party, **changes: str) -> dict[str, Any]:
    return {
        "name": party.name,
        "country": party.country,
        "kind": party.kind.value,
        "seen": str(party.version),
    } | changes


def partnerships_with(party: Party) -> list[int]:
    return [row.entry_id for row in lists.listing(Filters(facets={Facet.PARTY: str(party.id)})).rows]


def merge(party: Party, into: Party) -> Party:
    return commands.merge_parties(party.id, into.id, seen=party.version, by=world.person("admin"))


def test_the_list_tells_what_became_of_proposed_parties(signed_in: SignedIn) -> None:
    partnership("Skåne")
    partnership("SKANE", "Ljubljana")
    references = [row.reference for row in lists.listing(Filters()).rows]

    row = {one.name: one for one in queries.parties("", 0).rows}["Skåne"]
    text = signed_in("admin").get("/admin/parties/").text

    assert row.partnerships == 2
    assert row.other_names == ["SKANE"]
    assert [one.made_new for one in row.proposals] == [True, False]
    assert row.made_in is not None
    assert row.made_in.reference == references[-1]
    assert "<bdi>SKANE</bdi>" in text
    assert "سلوفينيا" in text


def test_the_page_of_a_party_links_the_partnerships_that_proposed_it(signed_in: SignedIn) -> None:
    entry = partnership("Skåne").entry_id

    text = signed_in("admin").get(f"/admin/parties/{named('Skåne').id}").text

    assert f'href="/partnerships/{entry}"' in text


def test_a_party_is_found_under_every_name_it_was_written_with(signed_in: SignedIn) -> None:
    partnership("Skåne", "بلدية ليوبليانا")
    client = signed_in("admin")
    party = named("Skåne")
    client.post(f"/admin/parties/{party.id}", data=typed(party, name="Region Scania"))

    def found(words: str) -> list[str]:
        text = client.get(f"/admin/parties/?q={words}").text.partition('id="results"')[2]
        return re.findall(r"<h2><a [^>]*><bdi>([^<]+)</bdi>", text)

    assert found("skane") == ["Region Scania"]
    assert found("scania") == ["Region Scania"]
    assert found("بلديه") == ["بلدية ليوبليانا"]
    assert found("!!!") == []


def test_a_long_list_is_paged_without_gap_or_double(signed_in: SignedIn) -> None:
    partnership(*(f"Town {n}" for n in range(20)))
    partnership(*(f"Village {n}" for n in range(20)))
    client, found, address = signed_in("admin"), [], "/admin/parties/"
    while address:
        text = client.get(address).text
        found += re.findall(r"<h2><a href=\"/admin/parties/(\d+)", text)
        address = "".join(re.findall(r'rel="next" href="([^"]+)"', text)).replace("&amp;", "&")

    assert len(found) == len(set(found)) == 40


def test_a_renamed_party_is_still_meant_by_its_former_name(signed_in: SignedIn) -> None:
    partnership("Skåne")
    party = named("Skåne")
    answer = signed_in("admin").post(
        f"/admin/parties/{party.id}",
        data=typed(party, name="Region Skåne", country="SE", kind="municipality"),
    )

    assert answer.status_code == 303
    renamed = named("Skåne")
    assert renamed.id == named("Region Skåne", "SE").id == party.id
    assert (renamed.name, renamed.country, renamed.kind) == ("Region Skåne", "SE", PartyKind.MUNICIPALITY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"country": "XX"}, "country"),
        ({"kind": "castle"}, "kind"),
        ({"name": "ljubljana"}, "name"),
    ],
)
def test_what_is_wrong_is_listed_and_nothing_typed_is_lost(
    signed_in: SignedIn, changes: dict[str, str], field: str
) -> None:
    partnership("Skåne", "Ljubljana")
    party = named("Skåne")

    answer = signed_in("admin").post(f"/admin/parties/{party.id}", data=typed(party, **changes))

    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([\w-]+)">', answer.text) == [field]
    assert f'value="{changes.get("name", "Skåne")}"' in answer.text
    assert named("Skåne").name == "Skåne"


def test_merging_asks_first_and_says_how_many_partnerships_it_touches(signed_in: SignedIn) -> None:
    partnership("Skåne", "Ljubljana")
    client, party, other = signed_in("admin"), named("Skåne"), named("Ljubljana")

    answer = client.get(f"/admin/parties/{party.id}/merge?into={other.id}")

    assert answer.status_code == 200
    assert "شراكة معتمدة واحدة" in answer.text
    assert named("Skåne").id == party.id
    for into in ("", party.id, "x", "99999", "99999999999999999999"):
        assert client.get(f"/admin/parties/{party.id}/merge?into={into}").status_code == 422


def test_merging_moves_names_partnerships_and_filters(signed_in: SignedIn) -> None:
    first, second = partnership("Skåne").entry_id, partnership("Skaane", "Malmö").entry_id
    party, into = named("Skaane"), named("Skåne")
    data = {"into": str(into.id), "seen": str(party.version)}

    answer = signed_in("admin").post(f"/admin/parties/{party.id}/merge", data=data)

    assert answer.location == f"/admin/parties/{into.id}"
    assert named("Skaane").id == into.id
    assert partnerships_with(into) == [second, first]
    assert partnerships_with(party) == []
    row = {one.id: one for one in queries.parties("", 0).rows}
    assert party.id not in row
    assert (row[into.id].partnerships, row[into.id].other_names) == (2, ["Skaane"])


def test_a_partnership_with_both_names_the_party_once_in_filters(app: Flask) -> None:
    entry = partnership("Skåne", "Skaane").entry_id
    into = merge(named("Skaane"), named("Skåne"))

    assert partnerships_with(into) == [entry]
    assert world.filters_of_words() == world.filters()


def test_a_correction_under_the_old_name_means_the_party_it_was_merged_into(app: Flask) -> None:
    revision = partnership("Skaane")
    partnership("Skåne")
    into = merge(named("Skaane"), named("Skåne"))
    copy = entries.correct(revision.entry_id, KINDS["partnership"], by=world.person("basra"))
    submitted = entries.submit(world.seen(copy), KINDS, by=world.person("basra"))
    entries.approve(world.seen(submitted), KINDS, by=world.person("reviewer"))

    assert revision.entry_id in partnerships_with(into)


def test_the_page_of_a_merged_party_leads_to_the_other(signed_in: SignedIn) -> None:
    partnership("Skåne", "Skaane")
    party = named("Skaane")
    into = merge(party, named("Skåne"))

    assert f'href="/admin/parties/{into.id}"' in signed_in("admin").get(f"/admin/parties/{party.id}").text


def test_what_cannot_be_merged_stays(app: Flask) -> None:
    partnership("Skåne", "Skaane", "Malmö")
    party, into, third = named("Skaane"), named("Skåne"), named("Malmö")
    by = world.person("admin")
    merge(party, into)

    for one, other, version, refusal in (
        (party.id, third.id, party.version, Impossible),
        (third.id, party.id, third.version, Impossible),
        (third.id, third.id, third.version, Impossible),
        (third.id, 99999, third.version, Impossible),
        (third.id, into.id, 0, Changed),
        (99999, into.id, 1, NotFound),
    ):
        with pytest.raises(refusal):
            commands.merge_parties(one, other, seen=version, by=by)


def test_what_changed_meanwhile_is_not_written_over(signed_in: SignedIn) -> None:
    partnership("Skåne")
    client, party = signed_in("admin"), named("Skåne")
    data = typed(party, name="Scania")
    client.post(f"/admin/parties/{party.id}", data=data)

    assert client.post(f"/admin/parties/{party.id}", data=data | {"name": "Other"}).status_code == 409
    assert named("Scania").name == "Scania"


def test_only_admins_command(app: Flask) -> None:
    by = world.person("reviewer")

    with pytest.raises(NotAdmin):
        commands.edit_party(1, FACTS, seen=1, by=by)
    with pytest.raises(NotAdmin):
        commands.merge_parties(1, 2, seen=1, by=by)
