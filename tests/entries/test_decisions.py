"""Deciding: holding, approving, returning, rejecting, duplicates, taking back, retiring."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests import world
from twinweb import clock
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db, is_postgresql, transaction
from twinweb.entries import commands, lists, queries
from twinweb.entries.lists import Filters
from twinweb.entries.models import LONGEST_REASON, Card, CardFacet, Entry, Revision
from twinweb.entries.moving import CLAIM_LASTS
from twinweb.entries.refusals import (
    BuiltOn,
    Changed,
    Held,
    Incomplete,
    NoReason,
    NoSuchDuplicate,
    NotAllowed,
    NotFound,
    TooLate,
)
from twinweb.entries.review_models import WHOLE
from twinweb.entries.states import Impossible, State
from twinweb.kinds import KINDS
from twinweb.lessons.models import Lesson
from twinweb.partnerships.models import Partnership, PartnershipParty
from twinweb.reference.models import Party, PartyAlias, Sector
from twinweb.reference.queries import forget_names
from twinweb.workshop_sessions.models import WorkshopSession
from twinweb.workshops.models import Workshop

PICTURED = (
    *(Partnership, PartnershipParty, Workshop, WorkshopSession, Lesson),
    *(Card, CardFacet, Party, PartyAlias),
)
DECISIONS: dict[str, Callable[[Revision, Any], Revision]] = {
    "approve": lambda one, by: commands.approve(world.seen(one), KINDS, by=by),
    "return": lambda one, by: commands.send_back(world.seen(one), {WHOLE: "سبب واضح"}, KINDS, by=by),
    "reject": lambda one, by: commands.reject(world.seen(one), "سبب واضح", KINDS, by=by),
    "mark_duplicate": lambda one, by: commands.mark_duplicate(
        world.seen(one), _other_reference(), "سبب واضح", KINDS, by=by
    ),
}
TEN_MINUTES = timedelta(minutes=10)


def reviewer() -> Person:
    return world.person("reviewer")


def take_back(revision: Revision, by: str = "reviewer") -> Revision:
    return commands.take_back(world.seen(revision), KINDS, by=world.person(by))


def picture() -> dict[str, list[str]]:
    """All that is approved, row for row: registers, cards, facets, words, parties."""
    db.session.expire_all()
    found: dict[str, list[str]] = {}
    for model in PICTURED:
        columns = [name for name in model.__mapper__.column_attrs.keys() if name != "version"]  # noqa: SIM118  no mapping
        found[model.__tablename__] = sorted(
            str([getattr(row, name) for name in columns]) for row in db.session.scalars(select(model))
        )
    indexed_by = "position, words::text" if is_postgresql() else "rowid, words"
    indexed = db.session.execute(text(f"SELECT {indexed_by} FROM card_words"))  # noqa: S608  fixed names
    found["words"] = sorted(map(str, indexed))
    return found


def entry_of(revision: Revision) -> Entry:
    return db.session.get_one(Entry, revision.entry_id)


def found_by(typed: str) -> list[int]:
    return [row.entry_id for row in lists.listing(Filters(words=typed)).rows]


def corrected(revision: Revision, **changes: object) -> Revision:
    """A submitted correction of an approved entry."""
    by, kind = world.person("basra"), KINDS[entry_of(revision).kind]
    copy = commands.correct(revision.entry_id, kind, by=by)
    raw = dict(revision.raw) | changes
    return commands.submit(world.seen(commands.save(world.seen(copy), raw, KINDS, by=by)), KINDS, by=by)


def _other_reference() -> str:
    return entry_of(world.approved("lesson", by="duhok", title="درس سابق عن الموضوع نفسه")).reference or ""


def test_holding_lasts_two_hours(app: Flask) -> None:
    revision = world.submitted()
    now = clock.now()
    with clock.at(now):
        held = commands.claim(world.seen(revision), KINDS, by=reviewer())
    assert (held.claimed_by_id, held.claimed_until) == (reviewer().id, now + timedelta(hours=2))

    with clock.at(now + timedelta(hours=2, seconds=-1)), pytest.raises(Held):
        commands.claim(world.seen(held), KINDS, by=world.person("reviewer2"))
    with clock.at(now + timedelta(hours=2)):
        taken = commands.claim(world.seen(held), KINDS, by=world.person("reviewer2"))
    assert taken.claimed_by_id == world.person("reviewer2").id


def test_holding_it_again_begins_the_two_hours_again(app: Flask) -> None:
    now = clock.now()
    with clock.at(now):
        held = commands.claim(world.seen(world.submitted()), KINDS, by=reviewer())
    with clock.at(now + timedelta(hours=1)):
        again = commands.claim(world.seen(held), KINDS, by=reviewer())

    assert again.claimed_until == now + timedelta(hours=3)


def test_what_nobody_holds_can_be_decided_and_what_another_held_too_long(app: Flask) -> None:
    assert commands.approve(world.seen(world.submitted()), KINDS, by=reviewer()).state is State.APPROVED

    held = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer2"))
    with clock.at(clock.now() + CLAIM_LASTS):
        assert commands.approve(world.seen(held), KINDS, by=reviewer()).state is State.APPROVED


def test_letting_go_is_for_who_holds_it(app: Flask) -> None:
    revision = world.submitted()
    with pytest.raises(Impossible):
        commands.release(world.seen(revision), KINDS, by=reviewer())

    held = commands.claim(world.seen(revision), KINDS, by=reviewer())
    with pytest.raises(Held):
        commands.release(world.seen(held), KINDS, by=world.person("reviewer2"))
    with clock.at(clock.now() + CLAIM_LASTS), pytest.raises(Impossible):
        commands.release(world.seen(held), KINDS, by=world.person("reviewer2"))

    free = commands.release(world.seen(held), KINDS, by=reviewer())
    assert (free.claimed_by_id, free.claimed_until) == (None, None)


@pytest.mark.parametrize("kind", KINDS)
def test_approving_enters_register_list_and_search_with_a_reference(app: Flask, kind: str) -> None:
    revision = world.approved(kind, title="عنوان لا يشبهه عنوان")
    entry = entry_of(revision)

    assert (entry.approved_id, entry.reference) == (
        revision.id,
        f"{KINDS[kind].prefix}-{clock.today().year}-0001",
    )
    assert [row.entry_id for row in lists.listing(Filters(kind=kind, words="لا يشبهه")).rows] == [entry.id]
    assert (revision.decided_by_id, revision.claimed_by_id, revision.reason) == (reviewer().id, None, "")


def test_references_count_up_within_kind_and_year(app: Flask) -> None:
    first, second = world.approved(), world.approved()
    with clock.at(clock.now().replace(year=2035)):
        later = world.approved()

    year = clock.today().year
    assert [entry_of(first).reference, entry_of(second).reference] == [f"LES-{year}-0001", f"LES-{year}-0002"]
    assert entry_of(later).reference == "LES-2035-0001"


def test_drafts_cannot_be_counted_by_references(app: Flask) -> None:
    world.draft()
    world.submitted()
    assert entry_of(world.approved()).reference == f"LES-{clock.today().year}-0001"


def test_a_correction_supersedes_what_was_approved_and_keeps_reference_and_place(app: Flask) -> None:
    first = world.approved()
    reference, place = entry_of(first).reference, entry_of(first).position
    second = commands.approve(world.seen(corrected(first, title="عنوان ثان")), KINDS, by=reviewer())
    db.session.refresh(first)

    assert (first.state, first.superseded_by_id) == (State.SUPERSEDED, second.id)
    assert (entry_of(second).reference, entry_of(second).position, second.number) == (reference, place, 2)
    assert [row.title for row in lists.listing(Filters(kind="lesson")).rows] == ["عنوان ثان"]
    assert db.session.query(Lesson).count() == 1


def test_readers_see_the_approved_text_while_a_correction_waits(app: Flask) -> None:
    first = world.approved()
    corrected(first, title="لم يُعتمد بعد")

    assert [row.title for row in lists.listing(Filters(kind="lesson")).rows] == [first.title]
    assert lists.listing(Filters(words="يعتمد")).rows == []


@pytest.mark.parametrize("act", ["return", "reject"])
@pytest.mark.parametrize("reason", ["", "   ", "\u202e\u200f"])
def test_returning_and_rejecting_need_a_reason(app: Flask, act: str, reason: str) -> None:
    revision = world.submitted()

    def decide(text: str) -> None:
        if act == "return":
            commands.send_back(world.seen(revision), {WHOLE: text}, KINDS, by=reviewer())
        else:
            commands.reject(world.seen(revision), text, KINDS, by=reviewer())

    with pytest.raises(NoReason):
        decide(reason)
    with pytest.raises(Incomplete):
        decide("ا" * (LONGEST_REASON + 1))
    db.session.refresh(revision)
    assert (revision.state, revision.decided_by_id) == (State.SUBMITTED, None)


@pytest.mark.parametrize(("act", "state"), [("return", State.RETURNED), ("reject", State.REJECTED)])
def test_a_reason_is_kept_for_the_office(app: Flask, act: str, state: State) -> None:
    revision = DECISIONS[act](world.submitted(), reviewer())

    assert (revision.state, revision.reason, revision.decided_by_id) == (state, "سبب واضح", reviewer().id)
    assert db.session.query(Card).count() == 0


def test_a_duplicate_names_the_other_entry(app: Flask) -> None:
    other = world.approved(by="duhok")
    typed = f" {(entry_of(other).reference or '').lower()} ".translate(
        str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    )
    revision = commands.mark_duplicate(world.seen(world.submitted()), typed, "نفسه", KINDS, by=reviewer())

    assert (revision.state, revision.duplicate_of_id) == (State.DUPLICATE, other.entry_id)


def test_a_duplicate_is_of_another_approved_entry_of_the_same_kind(app: Flask) -> None:
    approved = world.approved()
    correction = corrected(approved, title="تصحيح")
    workshop = world.approved("workshop")
    once = take_back(world.approved(by="duhok"))

    for typed in (
        "",
        "LES-1999-0001",
        entry_of(approved).reference,
        entry_of(workshop).reference,
        entry_of(once).reference,
    ):
        with pytest.raises(NoSuchDuplicate):
            commands.mark_duplicate(world.seen(correction), typed or "", "سبب", KINDS, by=reviewer())
    with pytest.raises(NoReason):
        commands.mark_duplicate(
            world.seen(correction), entry_of(workshop).reference or "", "", KINDS, by=reviewer()
        )


@pytest.mark.parametrize("act", DECISIONS)
def test_a_decision_on_an_older_version_is_refused(app: Flask, act: str) -> None:
    revision = world.submitted()
    stale = world.seen(revision)
    claimed = commands.claim(stale, KINDS, by=reviewer())
    freed = commands.release(world.seen(claimed), KINDS, by=reviewer())
    freed.version, now = stale.version, freed.version

    with pytest.raises(Changed):
        DECISIONS[act](freed, reviewer())
    assert now > stale.version


@pytest.mark.parametrize("first", DECISIONS)
@pytest.mark.parametrize("second", DECISIONS)
def test_what_is_decided_is_not_decided_again(app: Flask, first: str, second: str) -> None:
    revision = DECISIONS[first](world.submitted(), reviewer())

    with pytest.raises(Impossible):
        DECISIONS[second](revision, world.person("reviewer2"))


@pytest.mark.parametrize("act", DECISIONS)
def test_taking_back_leaves_everything_as_it_was(app: Flask, act: str) -> None:
    revision = world.submitted()
    if act == "mark_duplicate":
        _other_reference()
    before = picture()
    again = take_back(DECISIONS[act](revision, reviewer()))

    if act != "mark_duplicate":
        assert picture() == before
    assert again.state is State.SUBMITTED
    assert (again.decided_by_id, again.decided_at, again.reason, again.duplicate_of_id) == (
        None,
        None,
        "",
        None,
    )
    assert again.claimed_by_id == reviewer().id
    assert entry_of(again).approved_id is None


@pytest.mark.parametrize("kind", KINDS)
def test_taking_back_a_correction_restores_every_row_of_what_was_approved(app: Flask, kind: str) -> None:
    first = world.approved(kind, title="العنوان الأول القديم")
    new: dict[str, Any] = {"title": "العنوان الثاني الجديد", "sectors": ["agriculture"]}
    if kind == "partnership":
        new |= {
            "governorates": ["basra", "duhok"],
            "parties": [
                {"name": "SALAR", "country": "SE", "kind": "municipal_association", "role": "partner"}
            ],
        }
    waiting = corrected(first, **new)
    before = picture()

    second = commands.approve(world.seen(waiting), KINDS, by=reviewer())
    assert picture() != before
    assert found_by("الجديد") == [first.entry_id]

    take_back(second)
    db.session.refresh(first)
    assert picture() == before
    assert (first.state, first.superseded_by_id, entry_of(first).approved_id) == (
        State.APPROVED,
        None,
        first.id,
    )
    assert (found_by("القديم"), found_by("الجديد")) == ([first.entry_id], [])


def test_what_was_taken_back_can_be_decided_again_and_keeps_its_reference(app: Flask) -> None:
    revision = world.approved("partnership")
    reference = entry_of(revision).reference
    again = commands.approve(world.seen(take_back(revision)), KINDS, by=reviewer())

    assert entry_of(again).reference == reference
    assert db.session.query(Partnership).count() == 1


def test_a_party_that_another_partnership_names_since_stays(app: Flask) -> None:
    first = world.approved("partnership")
    world.approved("partnership", by="duhok", governorates=["duhok"])
    take_back(first)

    assert [one.name for one in db.session.scalars(select(Party))] == ["SOS Slovenia"]


@pytest.mark.parametrize("act", DECISIONS)
def test_after_ten_minutes_a_decision_stands(app: Flask, act: str) -> None:
    now = clock.now()
    with clock.at(now):
        revision = DECISIONS[act](world.submitted(), reviewer())

    with clock.at(now + TEN_MINUTES + timedelta(seconds=1)), pytest.raises(TooLate):
        take_back(revision)
    with clock.at(now + TEN_MINUTES):
        assert take_back(revision).state is State.SUBMITTED


@pytest.mark.parametrize("act", DECISIONS)
def test_another_reviewer_does_not_take_it_back(app: Flask, act: str) -> None:
    revision = DECISIONS[act](world.submitted(), reviewer())

    with pytest.raises(NotAllowed):
        take_back(revision, by="reviewer2")


def test_what_is_not_decided_is_not_taken_back(app: Flask) -> None:
    with pytest.raises(Impossible):
        take_back(world.submitted())
    with pytest.raises(NotFound):
        take_back(world.draft())


def test_a_decision_is_taken_back_once(app: Flask) -> None:
    with pytest.raises(Impossible):
        take_back(take_back(world.approved()))


def _corrected_since(revision: Revision) -> None:
    commands.correct(revision.entry_id, KINDS[entry_of(revision).kind], by=world.person("basra"))


def _superseded_since(revision: Revision) -> None:
    commands.approve(world.seen(corrected(revision)), KINDS, by=reviewer())


def _referred_to_since(revision: Revision) -> None:
    world.draft(by="duhok", partnership=str(revision.entry_id))


def _approved_on_it_since(revision: Revision) -> None:
    world.approved(by="duhok", partnership=str(revision.entry_id))


def _duplicated_since(revision: Revision) -> None:
    same = world.submitted("partnership", by="duhok", governorates=["duhok"])
    commands.mark_duplicate(
        world.seen(same), entry_of(revision).reference or "", "نفسها", KINDS, by=reviewer()
    )


def _retired_since(revision: Revision) -> None:
    kind = KINDS[entry_of(revision).kind]
    commands.retire(revision.entry_id, kind, "سبب", seen=entry_of(revision).version, by=reviewer())


@pytest.mark.parametrize(
    "build",
    [
        _corrected_since,
        _superseded_since,
        _referred_to_since,
        _approved_on_it_since,
        _duplicated_since,
        _retired_since,
    ],
)
def test_once_somebody_has_gone_on_from_an_approval_it_stands(
    app: Flask, build: Callable[[Revision], None]
) -> None:
    revision = world.approved("partnership")
    build(revision)
    before = picture()

    with pytest.raises(BuiltOn):
        take_back(revision)
    assert picture() == before


def test_once_the_office_has_answered_a_return_stands(app: Flask) -> None:
    returned = world.returned()
    commands.answer(world.seen(returned), KINDS, by=world.person("basra"))

    with pytest.raises(BuiltOn):
        take_back(returned)


def test_once_a_new_draft_is_open_a_rejection_stands(app: Flask) -> None:
    rejected = DECISIONS["reject"](world.submitted(), reviewer())
    commands.correct(rejected.entry_id, KINDS["lesson"], by=world.person("basra"))

    with pytest.raises(BuiltOn):
        take_back(rejected)


def test_what_referred_to_an_entry_before_its_correction_does_not_keep_that_from_being_taken_back(
    app: Flask,
) -> None:
    partnership = world.approved("partnership")
    world.approved(by="duhok", partnership=str(partnership.entry_id))
    second = commands.approve(world.seen(corrected(partnership, title="جديد")), KINDS, by=reviewer())

    assert take_back(second).state is State.SUBMITTED


def test_the_desk_lists_what_can_be_taken_back(app: Flask) -> None:
    now = clock.now()
    with clock.at(now - TEN_MINUTES):
        world.approved()
    with clock.at(now):
        late = world.returned()
        DECISIONS["approve"](world.submitted(), world.person("reviewer2"))
        found = queries.decided_lately(reviewer())

    assert [(one.revision_id, one.version) for one in found] == [(late.id, late.version)]


def test_retiring_takes_an_entry_out_of_lists_and_search_and_back(app: Flask) -> None:
    revision = world.approved()
    kind, entry, before = KINDS["lesson"], entry_of(revision), picture()
    commands.retire(entry.id, kind, "لم يعد صالحاً", seen=entry.version, by=reviewer())

    assert (entry.retired_at is not None, entry.retired_reason) == (True, "لم يعد صالحاً")
    assert (lists.listing(Filters(kind="lesson")).rows, found_by("متابعة")) == ([], [])
    assert db.session.query(Lesson).count() == 1
    with pytest.raises(Impossible):
        commands.retire(entry.id, kind, "ثانية", seen=entry.version, by=reviewer())

    commands.unretire(entry.id, kind, "عاد صالحاً", seen=entry.version, by=reviewer())
    assert entry.retired_at is None
    assert picture() == before
    with pytest.raises(Impossible):
        commands.unretire(entry.id, kind, "ثانية", seen=entry.version, by=reviewer())


def test_retiring_needs_a_reason_the_latest_version_and_an_approved_entry(app: Flask) -> None:
    entry, kind = entry_of(world.approved()), KINDS["lesson"]

    with pytest.raises(NoReason):
        commands.retire(entry.id, kind, " ", seen=entry.version, by=reviewer())
    with pytest.raises(Changed):
        commands.retire(entry.id, kind, "سبب", seen=entry.version - 1, by=reviewer())
    with pytest.raises(NotAllowed):
        commands.retire(entry.id, kind, "سبب", seen=entry.version, by=world.person("basra"))
    with pytest.raises(NotAllowed):
        commands.retire(entry.id, kind, "سبب", seen=entry.version, by=world.person("reviewer-of-duhok"))
    with pytest.raises(NotFound):
        commands.retire(world.submitted().entry_id, kind, "سبب", seen=1, by=reviewer())
    assert db.session.scalars(select(Entry.retired_at).where(Entry.id == entry.id)).one() is None


def test_a_correction_of_a_retired_entry_stays_retired(app: Flask) -> None:
    revision = world.approved()
    entry = entry_of(revision)
    commands.retire(entry.id, KINDS["lesson"], "سبب", seen=entry.version, by=reviewer())
    commands.approve(world.seen(corrected(revision, title="جديد")), KINDS, by=reviewer())

    assert (lists.listing(Filters(kind="lesson")).rows, found_by("جديد")) == ([], [])


def test_a_sector_merged_since_the_submission_counts_as_the_new_one(app: Flask) -> None:
    revision = world.submitted(sectors=["job-creation", "agriculture"])
    raw = dict(revision.raw)
    with transaction() as session:
        session.get_one(Sector, "job-creation").merged_into = "agriculture"
    forget_names()

    commands.approve(world.seen(revision), KINDS, by=reviewer())
    db.session.expire_all()

    card = db.session.scalars(select(Card)).one()
    assert card.sectors == ["agriculture"]
    assert revision.raw == raw


def test_a_sector_retired_since_the_submission_still_counts(app: Flask) -> None:
    revision = world.submitted()
    with transaction() as session:
        session.get_one(Sector, "job-creation").retired_at = clock.now()
    forget_names()

    assert commands.approve(world.seen(revision), KINDS, by=reviewer()).state is State.APPROVED


def test_every_act_leaves_one_event_in_its_order(app: Flask) -> None:
    office, desk = world.person("basra"), reviewer()
    kind = KINDS["lesson"]
    one = commands.draft(kind, world.raw("lesson"), owner="basra", by=office)
    one = commands.save(world.seen(one), world.raw("lesson", title="جديد"), KINDS, by=office)
    one = commands.submit(world.seen(one), KINDS, by=office)
    one = commands.withdraw(world.seen(one), KINDS, by=office)
    one = commands.submit(world.seen(one), KINDS, by=office)
    one = commands.claim(world.seen(one), KINDS, by=desk)
    one = commands.release(world.seen(one), KINDS, by=desk)
    one = commands.send_back(world.seen(one), {WHOLE: "سبب"}, KINDS, by=desk)
    one = world.mended(one)
    one = commands.submit(world.seen(one), KINDS, by=office)
    one = commands.reject(world.seen(one), "سبب", KINDS, by=desk)
    one = commands.take_back(world.seen(one), KINDS, by=desk)
    one = commands.approve(world.seen(one), KINDS, by=desk)
    commands.retire(one.entry_id, kind, "سبب", seen=one.entry.version, by=desk)
    commands.unretire(one.entry_id, kind, "سبب", seen=one.entry.version, by=desk)
    two = commands.correct(one.entry_id, kind, by=office)
    commands.discard(world.seen(two), KINDS, by=office)

    told = db.session.scalars(
        select(AuditEvent).where(AuditEvent.thing == "lesson").order_by(AuditEvent.id)
    ).all()
    assert " ".join(event.act for event in told) == (
        "draft save submit withdraw submit claim release return answer save submit reject take_back "
        "approve retire unretire correct discard"
    )
    assert {event.thing_id for event in told} == {str(one.entry_id)}
    assert {event.by_id for event in told} == {office.id, desk.id}
    assert told[13].details == {"revision": 3, "reference": one.entry.reference}
    assert "سبب" not in str([event.details for event in told[:13]])
