"""What is true of every page of the admins."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import world
from tests.conftest import SignedIn
from twinweb.reference.queries import party_named

PAGES = (
    "/admin/users/",
    "/admin/users/?q=basra&role=contributor&governorate=basra",
    "/admin/users/new",
    "/admin/users/1",
    "/admin/sectors/",
    "/admin/sectors/new",
    "/admin/sectors/agriculture",
    "/admin/sectors/agriculture/merge?into=job-creation",
    "/admin/parties/",
    "/admin/parties/{party}",
    "/admin/audit/",
    "/admin/audit/?person=admin&act=approve&thing=lesson&day-day=1&day-month=2&day-year=2022",
)
POSTS = (
    "/admin/users/new",
    "/admin/users/1/memberships",
    "/admin/users/1/memberships/1/end",
    "/admin/users/1/code",
    "/admin/users/1/deactivate",
    "/admin/users/1/reactivate",
    "/admin/sectors/new",
    "/admin/sectors/agriculture",
    "/admin/sectors/agriculture/move",
    "/admin/sectors/agriculture/retire",
    "/admin/sectors/agriculture/unretire",
    "/admin/sectors/agriculture/merge",
    "/admin/parties/1",
    "/admin/parties/1/merge",
)
OTHERS = ("basra", "reviewer", "observer")
BAD_IDS = (
    "/admin/users/0",
    "/admin/users/99999",
    "/admin/users/99999999999999999999",
    "/admin/users/x",
    "/admin/sectors/nothing",
    "/admin/sectors/%00",
    "/admin/sectors/nothing/merge?into=job-creation",
    "/admin/parties/99999",
    "/admin/parties/99999999999999999999",
    "/admin/parties/99999/merge?into=1",
)
CSRF = re.compile(r'name="(csrf_token|key)" value="[^"]*"')


@pytest.fixture
def party(app: Flask) -> int:
    world.approved("partnership")
    found = party_named("SOS Slovenia", "SI")
    assert found is not None
    return found.id


def part(client: FlaskClient, address: str, region: str) -> str:
    answer = client.get(address, headers={"HX-Request": "true", "HX-Target": f"div#{region}"})
    assert answer.status_code == 200
    return answer.text


def squeezed(text: str) -> str:
    return " ".join(CSRF.sub("", text).split())


@pytest.mark.parametrize("address", PAGES)
def test_an_admin_reads_the_page_and_no_copy_is_kept(signed_in: SignedIn, party: int, address: str) -> None:
    answer = signed_in("admin").get(address.format(party=party))

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_or_changes_anything_here(signed_in: SignedIn, party: int, who: str) -> None:
    client = signed_in(who)

    assert {client.get(address.format(party=party)).status_code for address in PAGES} == {403}
    assert {client.post(address).status_code for address in POSTS} == {403}
    headers = {"HX-Request": "true", "HX-Target": "div#results"}
    assert {client.get(address.format(party=party), headers=headers).status_code for address in PAGES} == {
        403
    }


def test_without_a_sign_in_every_address_leads_to_the_sign_in_page(app: Flask) -> None:
    client = app.test_client()

    answers = [client.get(address.format(party=1)) for address in PAGES]
    answers += [client.post(address) for address in POSTS]

    assert {answer.status_code for answer in answers} == {303}
    assert {answer.location.partition("?")[0] for answer in answers} == {"/login"}


@pytest.mark.parametrize("address", BAD_IDS)
def test_an_id_that_is_none_is_not_found(signed_in: SignedIn, address: str) -> None:
    client = signed_in("admin")

    assert client.get(address).status_code == 404
    assert client.post(address.partition("?")[0]).status_code in (404, 405, 422)


@pytest.mark.parametrize("address", ["/admin/users/", "/admin/parties/", "/admin/audit/"])
def test_the_results_of_a_list_are_the_same_part_of_the_page(
    signed_in: SignedIn, party: int, address: str
) -> None:
    client = signed_in("admin")

    whole = squeezed(client.get(address).text)
    results = squeezed(part(client, address, "results").partition("</title>")[2])

    assert "<li>" in results
    assert results in whole


@pytest.mark.parametrize("address", ["/admin/users/", "/admin/parties/", "/admin/audit/"])
def test_nonsense_in_a_filter_is_answered_with_words(signed_in: SignedIn, address: str) -> None:
    query = "q=%00%FF&role=king&governorate=x'--&person=!!!&act=%00&thing=%F0%9F&after=99999999999999999999"

    answer = signed_in("admin").get(f"{address}?{query}")

    assert answer.status_code == 200
    assert 'class="rows' not in answer.text or "parties" in address
