"""Pages of a sector, a governorate and a party."""

from datetime import UTC, datetime
from hashlib import sha256

import brotli
import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from tests.pages.test_index import retire
from tests.statements import statements
from twinweb.db import transaction
from twinweb.reference.models import Party, Sector

ROLES = ["basra", "reviewer", "observer", "admin"]


def page(client: FlaskClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.text, "html5lib")


def figures(found: BeautifulSoup) -> dict[str, str]:
    """Counts by the address that they lead to."""
    return {
        str(row.a["href"]): row.dd.text  # type: ignore[index,union-attr]
        for row in found.select("[aria-labelledby=figures] .facts div")
    }


@pytest.mark.parametrize("username", ROLES)
def test_a_sector_gathers_what_belongs_to_it(signed_in: SignedIn, username: str) -> None:
    world.approved("partnership")
    world.approved("session", sectors=["job-creation"])
    for number in range(6):
        world.approved(title=f"الدرس {number}")
    world.approved(title="من قطاع آخر", sectors=["agriculture"])
    world.draft(title="مسودة")
    retire(world.approved(title="سُحب"))

    found = page(signed_in(username), "/sectors/job-creation")

    assert figures(found) == {
        "/partnerships/?sector=job-creation": "1",
        "/sessions/?sector=job-creation": "1",
        "/lessons/?sector=job-creation": "6",
    }
    newest = [link.text for link in found.select("[aria-labelledby=lesson] h3 a")]
    assert newest == [f"الدرس {number}" for number in (5, 4, 3, 2)]
    assert found.select_one(".more a[href='/lessons/?sector=job-creation']")
    assert not found.select_one(".more a[href^='/partnerships/']")
    assert "العمل اللائق ونمو الاقتصاد" in found.text
    assert not {"مسودة", "سُحب", "من قطاع آخر"} & {link.text for link in found.select("h3 a")}


def test_a_governorate_has_its_names_and_what_it_takes_part_in(signed_in: SignedIn) -> None:
    world.approved("partnership")
    world.approved()

    found = page(signed_in("observer"), "/governorates/ninewa")

    assert figures(found) == {"/partnerships/?governorate=ninewa": "1"}
    names = {name.text for name in found.select("[aria-labelledby=about] dd bdi")}
    assert names >= {"نينوى", "Ninewa"}
    assert [link.text for link in found.select("h3 a")] == ["حاضنة أعمال البصرة"]


def test_a_party_has_its_country_kind_and_roles(signed_in: SignedIn) -> None:
    world.approved("partnership")
    found = page(signed_in("observer"), "/parties/1")

    assert found.h1 is not None
    assert found.h1.text == "SOS Slovenia"
    assert {"سلوفينيا", "الطرف القائد"} & {item.text.strip() for item in found.select("dt, dd")}
    assert [link.text for link in found.select("[aria-labelledby=roles] a")] == ["حاضنة أعمال البصرة"]
    assert figures(found) == {"/partnerships/?party=1": "1"}


def test_what_was_merged_leads_to_where_it_went(signed_in: SignedIn) -> None:
    world.approved("partnership")
    with transaction() as session:
        first = session.scalars(select(Party)).one()
        other = Party(
            name="SOS", sort_key="sos", country="SI", kind=first.kind, merged_into=first.id,
            created_at=first.created_at,
        )  # fmt: skip
        session.add(other)
        session.flush()
        merged_party = other.id
        session.get_one(Sector, "agriculture").merged_into = "water-resources"
        session.get_one(Sector, "solar-energy").merged_into = "agriculture"
    reader = signed_in("observer")

    for address, target in {
        f"/parties/{merged_party}": "/parties/1",
        "/sectors/agriculture": "/sectors/water-resources",
        "/sectors/solar-energy": "/sectors/water-resources",
    }.items():
        answer = reader.get(address)
        assert (answer.status_code, answer.location) == (301, target)
    filtered = page(reader, "/lessons/?sector=solar-energy")
    chosen = filtered.select_one("#sector option[selected]")
    assert chosen is not None
    assert chosen["value"] == "water-resources"


def test_a_retired_sector_says_so_and_keeps_what_it_has(signed_in: SignedIn) -> None:
    world.approved()
    with transaction() as session:
        session.get_one(Sector, "job-creation").retired_at = datetime(2026, 1, 1, tzinfo=UTC)
    reader = signed_in("observer")

    found = page(reader, "/sectors/job-creation")
    assert found.select_one(".note")
    assert figures(found) == {"/lessons/?sector=job-creation": "1"}
    assert "/sectors/job-creation" not in {link["href"] for link in page(reader, "/sectors/").select("h2 a")}
    assert page(reader, "/lessons/?sector=job-creation").select(".rows li")


def test_the_lists_lead_to_every_sector_and_governorate(signed_in: SignedIn) -> None:
    world.approved()
    reader = signed_in("observer")

    assert len(page(reader, "/governorates/").select("h2 a[href^='/governorates/']")) == 19
    assert len(page(reader, "/sectors/").select("h2 a[href^='/sectors/']")) == 7


@pytest.mark.parametrize(
    "address",
    ["/sectors/none", "/governorates/atlantis", "/parties/77", "/parties/99999999999999999999", "/parties/x",
     "/sectors/%00", "/governorates/%00", "/sectors/" + "x" * 5000],
)  # fmt: skip
def test_what_does_not_exist_is_no_page(signed_in: SignedIn, address: str) -> None:
    assert signed_in("observer").get(address).status_code == 404


def test_an_empty_page_says_what_to_do_next(signed_in: SignedIn) -> None:
    for address in ("/sectors/agriculture", "/governorates/wasit"):
        found = page(signed_in("observer"), address)
        assert found.select_one(".empty")
        assert found.select_one(".more a[href='/search']")


@pytest.mark.parametrize("address", ["/sectors/job-creation", "/governorates/basra", "/parties/1"])
def test_a_page_takes_at_most_five_statements_beside_the_sign_in(signed_in: SignedIn, address: str) -> None:
    world.approved("partnership")
    client = signed_in("basra")
    client.get(address)
    with statements() as seen:
        client.get(address)

    assert len(seen) <= 5, seen


def test_names_of_parties_are_there_to_choose_from_and_stay_light(signed_in: SignedIn) -> None:
    """The newest, also where one name has nothing in common with the next."""
    made = [sha256(str(number).encode()).hexdigest()[:40] for number in range(200)]
    with transaction() as session:
        for name in made:
            party = Party(name=name, sort_key=name, kind="municipality", country="NL")
            party.created_at = datetime(2026, 11, 2, tzinfo=UTC)
            session.add(party)
            session.flush()

    client = signed_in("basra")
    answer = client.get("/parties/names", headers={"Accept-Encoding": "br"})
    again = {"If-None-Match": answer.headers["ETag"]}

    assert brotli.decompress(answer.data).decode().split("\n") == sorted(made[50:])
    assert len(answer.data) < 4_000
    assert client.get("/parties/names", headers=again).status_code == 304
