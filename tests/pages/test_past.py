"""History and comparison tell each person of the versions that they may read, and of no other."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb.entries import commands
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS

FIRST, SECRET, SECOND = "زيارة شهرية لكل مشروع.", "كلام لم يوافق عليه أحد", "زيارة أسبوعية لكل مشروع."


def twice_approved() -> Revision:
    """Approved, corrected and rejected, corrected again and approved."""
    first = world.approved(done=FIRST)
    office, desk = world.person("basra2"), world.person("reviewer")
    draft = commands.correct(first.entry_id, KINDS["lesson"], by=office)
    draft = commands.save(world.seen(draft), world.raw("lesson", done=SECRET), KINDS, by=office)
    sent = commands.submit(world.seen(draft), KINDS, by=office)
    commands.reject(world.seen(sent), "يرجى بيان السبب", KINDS, by=desk)
    draft = commands.correct(first.entry_id, KINDS["lesson"], by=office)
    draft = commands.save(world.seen(draft), world.raw("lesson", done=SECOND), KINDS, by=office)
    sent = commands.submit(world.seen(draft), KINDS, by=office)
    return commands.approve(world.seen(sent), KINDS, by=desk)


def page(signed_in: SignedIn, who: str, address: str) -> BeautifulSoup:
    answer = signed_in(who).get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def versions(found: BeautifulSoup) -> int:
    return len(found.select("main section.told"))


@pytest.mark.parametrize(
    ("who", "count"), [("basra", 3), ("reviewer", 3), ("duhok", 2), ("observer", 2), ("admin", 2)]
)
def test_readers_know_of_what_was_approved_alone(signed_in: SignedIn, who: str, count: int) -> None:
    entry_id = twice_approved().entry_id

    found = page(signed_in, who, f"/lessons/{entry_id}/history")

    assert versions(found) == count
    assert ("يرجى بيان السبب" in found.get_text()) is (count == 3)


def test_no_number_tells_readers_of_a_version_that_they_may_not_see(signed_in: SignedIn) -> None:
    entry_id = twice_approved().entry_id

    found = page(signed_in, "observer", f"/lessons/{entry_id}/history")

    assert {one["value"] for one in found.select("option")} == {"1", "2"}
    assert "3" not in {word for one in found.select("main h2") for word in one.get_text().split()}
    shown = page(signed_in, "observer", f"/lessons/{entry_id}").select_one("[aria-labelledby=facts]")
    assert shown is not None
    assert "رقم 3" not in shown.get_text()


def test_authors_are_named_to_all_and_reviewers_to_office_and_desk(signed_in: SignedIn) -> None:
    address = f"/lessons/{twice_approved().entry_id}/history"

    outside, inside = (page(signed_in, who, address).select_one("main") for who in ("observer", "basra"))

    assert outside is not None
    assert inside is not None
    assert "شخص basra2" in outside.get_text()
    assert "شخص reviewer" not in outside.get_text()
    assert "شخص reviewer" in inside.get_text()


def test_what_is_not_approved_has_a_history_for_its_office_alone(signed_in: SignedIn) -> None:
    entry_id = world.draft().entry_id

    assert signed_in("basra").get(f"/lessons/{entry_id}/history").status_code == 200
    assert signed_in("duhok").get(f"/lessons/{entry_id}/history").status_code == 404
    assert signed_in("reviewer").get(f"/lessons/{entry_id}/history").status_code == 404
    assert signed_in("basra").get(f"/workshops/{entry_id}/history").status_code == 404


def test_two_approved_versions_are_compared_word_by_word(signed_in: SignedIn) -> None:
    entry_id = twice_approved().entry_id

    found = page(signed_in, "observer", f"/lessons/{entry_id}/compare?from=1&to=2")

    assert [one.get_text().strip() for one in found.select("main del")] == ["شهرية"]
    assert [one.get_text().strip() for one in found.select("main ins")] == ["أسبوعية"]
    assert SECRET not in found.get_text()


@pytest.mark.parametrize(
    "pair", ["from=1&to=s2", "from=s2&to=2", "from=draft&to=1", "from=1&to=3", "from=1", "from=x&to=1"]
)
def test_what_one_may_not_see_cannot_be_compared(signed_in: SignedIn, pair: str) -> None:
    entry_id = twice_approved().entry_id

    assert signed_in("observer").get(f"/lessons/{entry_id}/compare?{pair}").status_code == 404


def test_the_office_and_the_desk_compare_any_two(signed_in: SignedIn) -> None:
    entry_id = twice_approved().entry_id

    for who in ("basra", "reviewer"):
        found = page(signed_in, who, f"/lessons/{entry_id}/compare?from=s2&to=2")
        assert SECRET in found.get_text()
        assert signed_in(who).get(f"/lessons/{entry_id}/compare?from=1&to=s2").status_code == 200


def test_a_draft_is_compared_by_its_office_and_by_no_reviewer(signed_in: SignedIn) -> None:
    revision = world.approved()
    commands.correct(revision.entry_id, KINDS["lesson"], by=world.person("basra"))
    address = f"/lessons/{revision.entry_id}/compare?from=1&to=draft"

    assert signed_in("basra").get(address).status_code == 200
    assert signed_in("reviewer").get(address).status_code == 404


def test_who_retired_an_entry_and_why_stands_in_its_history(signed_in: SignedIn) -> None:
    revision = world.approved()
    seen, desk = revision.entry.version, world.person("reviewer")
    commands.retire(revision.entry_id, KINDS["lesson"], "حلّ غيره محله", seen=seen, by=desk)

    found = page(signed_in, "observer", f"/lessons/{revision.entry_id}/history")

    assert "حلّ غيره محله" in found.get_text()
    assert "شخص reviewer" not in found.select_one("main").get_text()  # type: ignore[union-attr]


def test_other_governorates_of_a_partnership_see_its_drafts(signed_in: SignedIn) -> None:
    entry_id = world.draft("partnership").entry_id

    assert signed_in("ninewa").get(f"/partnerships/{entry_id}/history").status_code == 200
    assert signed_in("duhok").get(f"/partnerships/{entry_id}/history").status_code == 404


def test_history_and_comparison_ask_few_statements(app: Flask, signed_in: SignedIn) -> None:
    entry_id = twice_approved().entry_id
    client = signed_in("basra")

    for address in (f"/lessons/{entry_id}/history", f"/lessons/{entry_id}/compare?from=1&to=2"):
        client.get(address)
        with statements() as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 8, asked


def test_the_order_in_which_sectors_were_ticked_is_no_change(signed_in: SignedIn) -> None:
    revision = world.approved(sectors=["job-creation", "agriculture"])
    office = world.person("basra")
    draft = commands.correct(revision.entry_id, KINDS["lesson"], by=office)
    raw = world.raw("lesson", sectors=["agriculture", "job-creation"])
    commands.save(world.seen(draft), raw, KINDS, by=office)

    found = page(signed_in, "basra", f"/lessons/{revision.entry_id}/compare?from=1&to=draft")

    assert [one for one in found.select("main section.told") if not one.find_parent("details")] == []
