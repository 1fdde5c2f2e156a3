"""Writing: drafts as they were typed, sending, withdrawing, answering, correcting, throwing away."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import world
from twinweb import clock
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db, transaction
from twinweb.entries import commands, queries
from twinweb.entries.fields import Code, Raw
from twinweb.entries.models import Card, Editor, Entry, Link, Revision
from twinweb.entries.moving import CLAIM_LASTS, Seen
from twinweb.entries.refusals import AlreadyOpen, Changed, Held, Incomplete, NotAllowed, NotFound
from twinweb.entries.states import Impossible, State
from twinweb.kinds import KINDS

HALF: dict[str, Raw] = {
    "title": "  عنوان\u202e  غريب ",
    "planned_start": {"day": "30", "month": "2", "year": "٢٠٢٢"},
    "planned_end": {"day": "", "month": "", "year": "قريباً"},
    "budget_amount": "مليونان",
    "governorates": ["atlantis"],
    "contact_phone": "؟",
    "parties": [{"name": "", "country": "XX", "kind": "", "role": "lead"}],
}


def basra() -> Person:
    return world.person("basra")


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_keeps_what_was_typed_to_the_letter(app: Flask, kind: str) -> None:
    facts = {"title": "  مسودة\u202e ", "sectors": ["no-such-sector"]}
    revision = commands.draft(KINDS[kind], facts, owner="basra", by=basra())
    db.session.expire_all()

    assert (revision.state, revision.number, revision.raw) == (State.DRAFT, None, facts)
    assert revision.title == "مسودة"


def test_half_a_form_and_a_thirtieth_of_february_are_kept(app: Flask) -> None:
    revision = commands.draft(KINDS["partnership"], HALF, owner="basra", by=basra())
    db.session.expire_all()

    assert revision.raw == HALF


def test_unknown_fields_are_dropped(app: Flask) -> None:
    sent = HALF | {"owner": "erbil", "state": "approved", "reference": "PAR-2022-0001"}

    assert commands.draft(KINDS["partnership"], sent, owner="basra", by=basra()).raw == HALF


def test_more_rows_than_an_entry_may_have_are_kept_in_a_draft_up_to_a_bound(app: Flask) -> None:
    revision = commands.draft(KINDS["lesson"], {"sources": [world.SOURCE] * 60}, owner="basra", by=basra())

    assert len(revision.raw["sources"]) == 60
    with pytest.raises(Incomplete) as refused:
        commands.submit(world.seen(revision), KINDS, by=basra())
    assert ("sources", Code.TOO_MANY) in _listed(refused.value)
    with pytest.raises(Incomplete):
        commands.save(world.seen(revision), {"sources": [world.SOURCE] * 61}, KINDS, by=basra())


@pytest.mark.parametrize(
    "raw", [{}, {"title": "  "}, {"title": "", "sources": [{"title": ""}]}, {"junk": "x"}]
)
def test_nothing_is_no_draft(app: Flask, raw: dict[str, Any]) -> None:
    with pytest.raises(Incomplete):
        commands.draft(KINDS["lesson"], raw, owner="basra", by=basra())

    assert db.session.query(Entry).count() == 0


def test_a_text_without_end_is_refused_whole(app: Flask) -> None:
    with pytest.raises(Incomplete) as refused:
        commands.draft(KINDS["lesson"], {"situation": "ا" * 1_000_000}, owner="basra", by=basra())

    assert _listed(refused.value) == [("situation", Code.TOO_LONG)]


def test_saving_replaces_what_was_there_and_counts_up(app: Flask) -> None:
    revision = world.draft(by="basra")
    before = revision.version
    saved = commands.save(world.seen(revision), {"title": "آخر"}, KINDS, by=world.person("basra2"))

    assert (saved.raw, saved.title) == ({"title": "آخر"}, "آخر")
    assert saved.version > before
    assert _editors(saved) == {world.person("basra").id, world.person("basra2").id}


def test_saving_what_somebody_else_saved_meanwhile_is_refused(app: Flask) -> None:
    seen = world.seen(world.draft())
    commands.save(seen, {"title": "الأول"}, KINDS, by=basra())

    with pytest.raises(Changed):
        commands.save(seen, {"title": "الثاني"}, KINDS, by=world.person("basra2"))
    assert queries.revision(seen.revision_id).title == "الأول"  # type: ignore[union-attr]


def test_audit_keeps_the_names_of_changed_fields_and_none_of_the_text(app: Flask) -> None:
    revision = world.draft(title="سر لا يقرؤه أحد")
    commands.save(world.seen(revision), world.raw("lesson", title="سر آخر"), KINDS, by=basra())

    told = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-2:]
    assert [one.act for one in told] == ["draft", "save"]
    assert told[1].details == {"fields": ["title"]}
    assert "سر" not in str([one.details for one in told])


@pytest.mark.parametrize("kind", KINDS)
def test_submitting_names_everything_that_is_missing_and_changes_nothing(app: Flask, kind: str) -> None:
    optional = {
        "partnership": {"objective": "هدف"},
        "workshop": {"purpose": "غرض"},
        "session": {"decisions": "قرار"},
        "lesson": {"result": "نتيجة"},
    }[kind]
    revision = commands.draft(KINDS[kind], optional, owner="basra", by=basra())

    with pytest.raises(Incomplete) as refused:
        commands.submit(world.seen(revision), KINDS, by=basra())

    must = {
        "partnership": ["title", "governorates", "stage", "sources"],
        "workshop": ["title", "host", "first_day", "last_day"],
        "session": ["workshop", "day", "title", "summary"],
        "lesson": ["kind", "title", "sectors", "year", "situation", "done", "recommendation"],
    }[kind]
    assert [path for path, _ in _listed(refused.value)] == must
    assert (revision.state, revision.number) == (State.DRAFT, None)


def test_submitting_names_what_is_wrong_with_every_field_in_their_order(app: Flask) -> None:
    revision = commands.draft(
        KINDS["partnership"], HALF | {"sources": [world.SOURCE], "stage": "agreed"}, owner="basra", by=basra()
    )

    with pytest.raises(Incomplete) as refused:
        commands.submit(world.seen(revision), KINDS, by=basra())

    assert _listed(refused.value) == [
        ("governorates", Code.NO_CHOICE),
        ("parties-0-name", Code.MISSING),
        ("parties-0-country", Code.NO_CHOICE),
        ("parties-0-kind", Code.MISSING),
        ("planned_start", Code.NO_DATE),
        ("planned_end", Code.NO_YEAR),
        ("budget_amount", Code.NO_AMOUNT),
        ("contact_phone", Code.NO_PHONE),
    ]


def test_a_partnership_names_its_own_governorate(app: Flask) -> None:
    revision = world.draft("partnership", governorates=["ninewa"])

    with pytest.raises(Incomplete) as refused:
        commands.submit(world.seen(revision), KINDS, by=basra())

    assert _listed(refused.value) == [("governorates", Code.OWNER_MISSING)]


def test_a_session_is_on_a_day_of_its_workshop(app: Flask) -> None:
    revision = world.draft("session", day={"day": "14", "month": "10", "year": "2022"})

    with pytest.raises(Incomplete) as refused:
        commands.submit(world.seen(revision), KINDS, by=basra())

    assert _listed(refused.value) == [("day", Code.OUTSIDE_WORKSHOP)]


def test_a_submission_gets_the_next_number_and_never_changes_again(app: Flask) -> None:
    revision = world.submitted()
    assert (revision.number, revision.submitted_by_id) == (1, basra().id)

    with pytest.raises(Impossible):
        commands.save(world.seen(revision), {"title": "لا"}, KINDS, by=basra())
    with pytest.raises(Impossible):
        commands.submit(world.seen(revision), KINDS, by=basra())
    with pytest.raises(Impossible):
        commands.discard(world.seen(revision), KINDS, by=basra())

    copy = commands.withdraw(world.seen(revision), KINDS, by=basra())
    assert commands.submit(world.seen(copy), KINDS, by=basra()).number == 2


def test_withdrawing_opens_a_copy_and_leaves_the_submission_as_it_was(app: Flask) -> None:
    revision = world.submitted()
    raw = dict(revision.raw)
    copy = commands.withdraw(world.seen(revision), KINDS, by=world.person("basra2"))
    db.session.expire_all()

    assert (revision.state, revision.number, revision.raw) == (State.WITHDRAWN, 1, raw)
    assert (copy.state, copy.number, copy.raw) == (State.DRAFT, None, raw)
    assert (copy.continues_id, copy.entry_id) == (revision.id, revision.entry_id)
    assert _editors(copy) == {world.person("basra").id, world.person("basra2").id}


def test_what_a_reviewer_holds_is_not_withdrawn_until_it_is_let_go(app: Flask) -> None:
    held = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer"))

    with pytest.raises(Held):
        commands.withdraw(world.seen(held), KINDS, by=basra())

    free = commands.release(world.seen(held), KINDS, by=world.person("reviewer"))
    assert commands.withdraw(world.seen(free), KINDS, by=basra()).state is State.DRAFT


def test_a_claim_that_is_over_does_not_keep_the_office_from_withdrawing(app: Flask) -> None:
    held = commands.claim(world.seen(world.submitted()), KINDS, by=world.person("reviewer"))

    with clock.at(clock.now() + CLAIM_LASTS):
        assert commands.withdraw(world.seen(held), KINDS, by=basra()).state is State.DRAFT


def test_answering_opens_a_copy_of_what_was_returned(app: Flask) -> None:
    returned = world.returned()
    copy = commands.answer(world.seen(returned), KINDS, by=basra())

    assert returned.state is State.ANSWERED
    assert (returned.reason, returned.decided_by_id) == ("يرجى بيان المصدر", world.person("reviewer").id)
    assert (copy.state, copy.raw, copy.continues_id) == (State.DRAFT, returned.raw, returned.id)
    with pytest.raises(Impossible):
        commands.answer(world.seen(returned), KINDS, by=basra())


def test_correcting_opens_a_copy_of_what_readers_see(app: Flask) -> None:
    revision = world.approved()
    copy = commands.correct(revision.entry_id, KINDS["lesson"], by=world.person("basra2"))

    assert (copy.state, copy.raw, copy.continues_id) == (State.DRAFT, revision.raw, None)
    assert revision.state is State.APPROVED
    assert _editors(copy) == {world.person("basra2").id}
    with pytest.raises(AlreadyOpen):
        commands.correct(revision.entry_id, KINDS["lesson"], by=basra())


def test_a_new_draft_may_be_opened_after_a_rejection_and_not_after_a_duplicate(app: Flask) -> None:
    reviewer = world.person("reviewer")
    rejected = commands.reject(world.seen(world.submitted()), "لا", KINDS, by=reviewer)
    same = world.approved().entry.reference or ""
    duplicate = commands.mark_duplicate(world.seen(world.submitted()), same, "مكرر", KINDS, by=reviewer)

    assert commands.correct(rejected.entry_id, KINDS["lesson"], by=basra()).raw == rejected.raw
    with pytest.raises(Impossible):
        commands.correct(duplicate.entry_id, KINDS["lesson"], by=basra())


def test_others_cannot_correct_what_they_read(app: Flask) -> None:
    revision = world.approved()

    with pytest.raises(NotAllowed):
        commands.correct(revision.entry_id, KINDS["lesson"], by=world.person("duhok"))
    with pytest.raises(NotFound):
        commands.correct(revision.entry_id, KINDS["workshop"], by=basra())


def test_discarding_a_first_draft_leaves_no_trace_but_the_event(app: Flask) -> None:
    partnership = world.draft("partnership")
    lesson = world.draft(partnership=str(partnership.entry_id))
    commands.discard(world.seen(partnership), KINDS, by=basra())

    assert db.session.get(Entry, partnership.entry_id) is None
    assert db.session.query(Link).count() == 0
    assert db.session.query(Editor).count() == 1
    with pytest.raises(Incomplete) as refused:
        commands.submit(world.seen(lesson), KINDS, by=basra())
    assert _listed(refused.value) == [("partnership", Code.NO_ENTRY)]


def test_discarding_a_correction_leaves_the_entry(app: Flask) -> None:
    revision = world.approved()
    copy = commands.correct(revision.entry_id, KINDS["lesson"], by=basra())
    commands.discard(world.seen(copy), KINDS, by=basra())

    assert [one.id for one in queries.revisions(revision.entry_id)] == [revision.id]
    assert db.session.scalars(select(Card.revision_id)).all() == [revision.id]


def test_what_was_once_submitted_is_not_thrown_away(app: Flask) -> None:
    copy = commands.withdraw(world.seen(world.submitted()), KINDS, by=basra())

    with pytest.raises(Impossible):
        commands.discard(world.seen(copy), KINDS, by=basra())


def test_discarding_what_changed_meanwhile_is_refused(app: Flask) -> None:
    seen = world.seen(world.draft())
    commands.save(seen, {"title": "نص جديد"}, KINDS, by=world.person("basra2"))

    with pytest.raises(Changed):
        commands.discard(seen, KINDS, by=basra())


def test_an_entry_has_one_open_revision_says_the_database_too(app: Flask) -> None:
    first = world.submitted()
    second = Revision(
        entry_id=first.entry_id,
        state=State.DRAFT,
        raw={"title": "ثانية"},
        schema=0,
        author_id=basra().id,
        saved_by_id=basra().id,
        saved_at=clock.now(),
    )

    with pytest.raises(IntegrityError), transaction() as session:
        session.add(second)


def test_decided_means_decided_by_somebody_says_the_database_too(app: Flask) -> None:
    revision = world.submitted()

    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Revision, revision.id).state = State.APPROVED


def test_a_number_goes_with_being_submitted_says_the_database_too(app: Flask) -> None:
    revision = world.draft()

    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Revision, revision.id).number = 1


@pytest.mark.parametrize("act", ["submit", "withdraw", "answer"])
def test_an_office_that_saw_an_older_version_is_told(app: Flask, act: str) -> None:
    revision = {"submit": world.draft, "withdraw": world.submitted, "answer": world.returned}[act]()
    stale = Seen(revision.id, revision.version - 1)

    with pytest.raises(Changed):
        getattr(commands, act)(stale, KINDS, by=basra())


def _listed(refused: Incomplete) -> list[tuple[str, Code]]:
    return [(one.path, one.code) for one in refused.problems]


def _editors(revision: Revision) -> set[int]:
    return {one.user_id for one in queries.writers(revision.id)}
