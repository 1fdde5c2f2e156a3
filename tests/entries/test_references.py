"""Entries that refer to each other: what may be referred to, and the chain that is approved first."""

from typing import Any

import pytest
from flask import Flask

from tests import world
from twinweb.db import db
from twinweb.entries import commands, relations
from twinweb.entries.fields import Code
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import Filters, listing
from twinweb.entries.models import CardFacet, Entry, Revision
from twinweb.entries.refusals import Incomplete, Unready
from twinweb.entries.review_models import WHOLE
from twinweb.entries.states import State
from twinweb.kinds import KINDS

REVIEWER = "reviewer"


def refused(revision: Revision, by: str = "basra") -> list[tuple[str, Code]]:
    with pytest.raises(Incomplete) as incomplete:
        commands.submit(world.seen(revision), KINDS, by=world.person(by))
    return [(one.path, one.code) for one in incomplete.value.problems]


def approve(revision: Revision, by: str = REVIEWER) -> Revision:
    return commands.approve(world.seen(revision), KINDS, by=world.person(by))


def missing(revision: Revision, by: str = REVIEWER) -> list[relations.Named]:
    with pytest.raises(Unready) as unready:
        approve(revision, by)
    db.session.refresh(revision)
    assert revision.state is State.SUBMITTED
    assert listing(Filters(kind=revision.entry.kind)).rows == []
    return unready.value.missing


@pytest.mark.parametrize("typed", ["{}", " {} ", "٠{}"])
def test_a_draft_of_others_cannot_be_referred_to_however_its_id_is_typed(app: Flask, typed: str) -> None:
    theirs = world.draft("partnership", by="duhok", governorates=["duhok"])
    mine = world.draft(partnership=typed.format(theirs.entry_id))

    assert refused(mine) == [("partnership", Code.NO_ENTRY)]


def test_a_submission_of_others_cannot_be_referred_to(app: Flask) -> None:
    theirs = world.submitted("partnership", by="duhok", governorates=["duhok"])

    assert refused(world.draft(partnership=str(theirs.entry_id))) == [("partnership", Code.NO_ENTRY)]


def test_days_of_a_workshop_that_the_writer_may_not_read_are_not_told(app: Flask) -> None:
    theirs = world.draft("workshop", by="duhok")
    mine = world.draft(
        "session", workshop=str(theirs.entry_id), day={"day": "1", "month": "1", "year": "2021"}
    )

    assert refused(mine) == [("workshop", Code.NO_ENTRY)]


def test_another_kind_of_entry_cannot_be_referred_to(app: Flask) -> None:
    workshop = world.approved("workshop")

    assert refused(world.draft(partnership=str(workshop.entry_id))) == [("partnership", Code.NO_ENTRY)]


def test_an_entry_cannot_refer_to_what_does_not_exist(app: Flask) -> None:
    assert refused(world.draft(session="999999")) == [("session", Code.NO_ENTRY)]
    assert refused(world.draft("workshop", partnerships=["999999"])) == [("partnerships", Code.NO_ENTRY)]


def test_an_entry_cannot_refer_to_itself(app: Flask) -> None:
    revision = world.draft("workshop")
    saved = commands.save(
        world.seen(revision),
        world.raw("workshop", partnerships=[str(revision.entry_id)]),
        KINDS,
        by=world.person("basra"),
    )

    assert refused(saved) == [("partnerships", Code.NO_ENTRY)]


def test_an_approved_entry_of_others_can_be_referred_to(app: Flask) -> None:
    theirs = world.approved("partnership", by="duhok", governorates=["duhok"])
    mine = world.submitted(partnership=str(theirs.entry_id))

    assert approve(mine).state is State.APPROVED


def test_a_partnership_that_names_the_governorate_can_be_referred_to_while_it_is_a_draft(app: Flask) -> None:
    shared = world.draft("partnership", by="basra", governorates=["basra", "ninewa"])

    assert world.submitted(by="ninewa", partnership=str(shared.entry_id)).state is State.SUBMITTED


def test_what_it_refers_to_is_approved_first_and_what_that_refers_to_before(app: Flask) -> None:
    partnership = world.submitted("partnership")
    workshop = world.submitted("workshop", partnerships=[str(partnership.entry_id)])
    session = world.submitted("session", workshop=str(workshop.entry_id))
    lesson = world.submitted(session=str(session.entry_id), partnership=str(partnership.entry_id))

    for first in (partnership, workshop, session):
        chain = missing(lesson)
        assert chain[0].revision_id == first.id
        assert chain[0].waiting
        approve(first)
    assert approve(lesson).state is State.APPROVED


def test_the_chain_names_each_entry_once_in_order(app: Flask) -> None:
    partnership = world.submitted("partnership")
    workshop = world.submitted("workshop", partnerships=[str(partnership.entry_id)])
    session = world.submitted("session", workshop=str(workshop.entry_id))
    lesson = world.submitted(partnership=str(partnership.entry_id), session=str(session.entry_id))

    assert [one.entry_id for one in missing(lesson)] == [
        one.entry_id for one in (partnership, workshop, session)
    ]


def test_a_draft_that_the_reviewer_cannot_read_stands_in_the_chain_by_its_office_alone(app: Flask) -> None:
    partnership = world.draft("partnership", title="سر المسودة")
    lesson = world.submitted(partnership=str(partnership.entry_id))

    assert missing(lesson) == [
        relations.Named(
            partnership.entry_id, "partnership", "", None, approved=False, owner="basra", state=State.DRAFT
        )
    ]


def test_a_withdrawn_entry_stands_in_the_chain_as_the_draft_that_it_is_again(app: Flask) -> None:
    partnership = world.submitted("partnership")
    lesson = world.submitted(partnership=str(partnership.entry_id))
    commands.withdraw(world.seen(partnership), KINDS, by=world.person("basra"))

    assert [(one.state, one.title, one.revision_id) for one in missing(lesson)] == [(State.DRAFT, "", None)]


@pytest.mark.parametrize("state", [State.RETURNED, State.REJECTED])
def test_what_was_returned_or_rejected_stands_in_the_chain(app: Flask, state: State) -> None:
    partnership = world.submitted("partnership")
    lesson = world.submitted(partnership=str(partnership.entry_id))
    if state is State.RETURNED:
        commands.send_back(world.seen(partnership), {WHOLE: "سبب"}, KINDS, by=world.person(REVIEWER))
    else:
        commands.reject(world.seen(partnership), "سبب", KINDS, by=world.person(REVIEWER))

    chain = missing(lesson)

    assert [(one.state, one.waiting, one.revision_id) for one in chain] == [(state, False, partnership.id)]


def test_a_submission_out_of_the_reviewers_scope_stands_in_the_chain_and_is_not_described(app: Flask) -> None:
    theirs = world.submitted("partnership", by="both", owner="basra", governorates=["basra", "duhok"])
    lesson = world.submitted(by="duhok", partnership=str(theirs.entry_id))

    chain = missing(lesson, by="reviewer-of-duhok")

    assert [(one.owner, one.title, one.state, one.revision_id) for one in chain] == [
        ("basra", "", None, None)
    ]


def test_what_was_thrown_away_since_keeps_a_submission_from_being_approved(app: Flask) -> None:
    partnership = world.draft("partnership")
    lesson = world.submitted(partnership=str(partnership.entry_id))
    commands.discard(world.seen(partnership), KINDS, by=world.person("basra"))

    assert [(one.entry_id, one.owner) for one in missing(lesson)] == [(partnership.entry_id, "")]


def test_an_id_in_arabic_digits_is_a_reference_like_any_other(app: Flask) -> None:
    partnership = world.submitted("partnership")
    arabic = str(partnership.entry_id).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    lesson = world.submitted(partnership=arabic)

    assert [one.entry_id for one in missing(lesson)] == [partnership.entry_id]


def test_a_session_whose_workshop_was_moved_meanwhile_is_not_approved(app: Flask) -> None:
    workshop = world.draft("workshop")
    session = world.submitted("session", workshop=str(workshop.entry_id))
    moved: dict[str, Any] = {
        name: {"day": "1", "month": "11", "year": "2022"} for name in ("first_day", "last_day")
    }
    saved = commands.save(
        world.seen(workshop), world.raw("workshop", **moved), KINDS, by=world.person("basra")
    )
    approve(commands.submit(world.seen(saved), KINDS, by=world.person("basra")))

    with pytest.raises(Incomplete) as incomplete:
        approve(session)

    assert [(one.path, one.code) for one in incomplete.value.problems] == [("day", Code.OUTSIDE_WORKSHOP)]


def test_what_was_retired_can_still_be_referred_to(app: Flask) -> None:
    partnership = world.approved("partnership")
    commands.retire(
        partnership.entry_id,
        KINDS["partnership"],
        "انتهت",
        seen=partnership.entry.version,
        by=world.person(REVIEWER),
    )

    assert approve(world.submitted(partnership=str(partnership.entry_id))).state is State.APPROVED


def test_countries_of_a_partnership_are_those_of_all_that_refers_to_it_also_after_a_correction(
    app: Flask,
) -> None:
    partnership = world.approved("partnership")
    workshop = world.approved("workshop", partnerships=[str(partnership.entry_id)])
    session = world.approved("session", workshop=str(workshop.entry_id))
    lesson = world.approved(session=str(session.entry_id))
    entries = [partnership, workshop, session, lesson]
    assert [countries(one) for one in entries] == [["SI"]] * 4

    corrected = correct(partnership, country="SE")
    assert [countries(one) for one in entries] == [["SE"]] * 4
    assert world.filters_of_words() == world.filters()

    commands.take_back(world.seen(corrected), KINDS, by=world.person(REVIEWER))
    assert [countries(one) for one in entries] == [["SI"]] * 4


def correct(partnership: Revision, country: str) -> Revision:
    """An approved correction that names another party."""
    party = {"name": "SALAR", "country": country, "kind": "municipal_association", "role": "lead"}
    by = world.person("basra")
    copy = commands.correct(partnership.entry_id, KINDS["partnership"], by=by)
    saved = commands.save(world.seen(copy), world.raw("partnership", parties=[party]), KINDS, by=by)
    return approve(commands.submit(world.seen(saved), KINDS, by=by))


def countries(revision: Revision) -> list[str]:
    found = db.session.query(CardFacet.value).filter(
        CardFacet.position == db.session.get_one(Entry, revision.entry_id).position,
        CardFacet.facet == Facet.COUNTRY,
    )
    return sorted(value for (value,) in found)
