"""Two people at the same moment, each with a database session of their own: one succeeds, one is told."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tests import world
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import Model, db
from twinweb.entries import commands
from twinweb.entries.models import Card, Entry, Revision
from twinweb.entries.moving import Seen
from twinweb.entries.refusals import AlreadyOpen, BuiltOn, Changed, Held, NotFound, Unready
from twinweb.entries.states import OPEN, Impossible, State
from twinweb.kinds import KINDS
from twinweb.lessons.models import Lesson
from twinweb.partnerships.models import Partnership

ROUNDS = 20
TOLD = (Changed, Impossible, Held, StaleDataError, IntegrityError)
"""What becomes a clear answer with the status 409."""

Act = Callable[[], object]


def at_once(app: Flask, *acts: Act) -> list[Exception | None]:
    """What became of each act, done at the same moment."""
    db.session.rollback()  # nothing of this thread's own holds the others up
    start, ends = Barrier(len(acts)), dict[int, Exception | None]()

    def run(number: int, act: Act) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
                ends[number] = None
            except Exception as error:  # noqa: BLE001  what came of it is what is asked for
                ends[number] = error

    threads = [Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    return [ends[number] for number in range(len(acts))]


def one_success(ends: list[Exception | None], told: tuple[type[Exception], ...] = TOLD) -> bool:
    refused = [end for end in ends if end is not None]
    assert all(isinstance(end, told) for end in refused), refused
    return len(refused) == len(ends) - 1


def count(model: type[Model]) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def events(act: str) -> int:
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.act == act)
    return db.session.scalars(query).one()


def test_two_reviewers_approve_the_same_submission(app: Flask) -> None:
    first, second = world.person("reviewer"), world.person("reviewer2")
    for number in range(1, ROUNDS + 1):
        seen = world.seen(world.submitted())

        ends = at_once(
            app,
            partial(commands.approve, seen, KINDS, by=first),
            partial(commands.approve, seen, KINDS, by=second),
        )

        assert one_success(ends)
        assert (count(Lesson), count(Card), events("approve")) == (number, number, number)
    references = db.session.scalars(select(Entry.reference)).all()
    assert len(set(references)) == ROUNDS


def test_one_reviewer_approves_while_another_rejects(app: Flask) -> None:
    first, second = world.person("reviewer"), world.person("reviewer2")
    for _ in range(ROUNDS):
        seen = world.seen(world.submitted())

        ends = at_once(
            app,
            partial(commands.approve, seen, KINDS, by=first),
            partial(commands.reject, seen, "سبب", KINDS, by=second),
        )

        assert one_success(ends)
        state = db.session.get_one(Revision, seen.revision_id, populate_existing=True).state
        assert state is (State.APPROVED if ends[0] is None else State.REJECTED)
    assert count(Lesson) == events("approve")


def test_a_reviewer_approves_while_the_office_withdraws(app: Flask) -> None:
    office, desk = world.person("basra"), world.person("reviewer")
    for _ in range(ROUNDS):
        seen = world.seen(world.submitted())

        ends = at_once(
            app,
            partial(commands.approve, seen, KINDS, by=desk),
            partial(commands.withdraw, seen, KINDS, by=office),
        )

        assert one_success(ends)
    assert count(Lesson) == count(Card) == events("approve")
    assert events("approve") + events("withdraw") == ROUNDS


def test_two_reviewers_open_the_same_submission(app: Flask) -> None:
    first, second = world.person("reviewer"), world.person("reviewer2")
    for _ in range(ROUNDS):
        seen = world.seen(world.submitted())

        ends = at_once(
            app,
            partial(commands.claim, seen, KINDS, by=first),
            partial(commands.claim, seen, KINDS, by=second),
        )

        assert one_success(ends)
        holder = db.session.get_one(Revision, seen.revision_id, populate_existing=True).claimed_by_id
        assert holder == (first.id if ends[0] is None else second.id)


def test_two_colleagues_save_the_same_draft(app: Flask) -> None:
    colleagues = [world.person("basra"), world.person("basra2")]
    for number in range(1, ROUNDS + 1):
        seen = world.seen(world.draft())

        ends = at_once(app, *(saving(seen, person) for person in colleagues))

        assert one_success(ends)
        saved = db.session.get_one(Revision, seen.revision_id, populate_existing=True)
        assert saved.title == (colleagues[0].name if ends[0] is None else colleagues[1].name)
        assert events("save") == number


def saving(seen: Seen, person: Person) -> Act:
    return partial(commands.save, seen, {"title": person.name}, KINDS, by=person)


def test_one_colleague_submits_while_another_saves(app: Flask) -> None:
    for _ in range(ROUNDS):
        seen = world.seen(world.draft())
        submit = world.person("basra")

        ends = at_once(
            app,
            partial(commands.submit, seen, KINDS, by=submit),
            saving(seen, world.person("basra2")),
        )

        assert one_success(ends)
        left = db.session.get_one(Revision, seen.revision_id, populate_existing=True)
        assert (left.state is State.SUBMITTED) is (ends[0] is None)
        assert (left.title == world.RAW["lesson"]["title"]) is (ends[0] is None)


def test_two_colleagues_open_a_correction(app: Flask) -> None:
    colleagues = [world.person("basra"), world.person("basra2")]
    for _ in range(ROUNDS):
        entry_id = world.approved().entry_id

        ends = at_once(
            app,
            *(partial(commands.correct, entry_id, KINDS["lesson"], by=by) for by in colleagues),
        )

        assert one_success(ends, (*TOLD, AlreadyOpen))
        query = select(func.count()).where(Revision.entry_id == entry_id, Revision.state.in_(OPEN))
        assert db.session.scalars(query).one() == 1


def test_a_decision_is_taken_back_while_the_office_goes_on_from_it(app: Flask) -> None:
    office, desk = world.person("basra"), world.person("reviewer")
    for _ in range(ROUNDS):
        revision = world.returned()
        seen = world.seen(revision)

        ends = at_once(
            app,
            partial(commands.take_back, seen, KINDS, by=desk),
            partial(commands.answer, seen, KINDS, by=office),
        )

        assert one_success(ends, (*TOLD, BuiltOn))
        query = select(func.count()).where(Revision.entry_id == revision.entry_id, Revision.state.in_(OPEN))
        assert db.session.scalars(query).one() == 1


def test_nothing_approved_refers_to_an_approval_that_is_being_taken_back(app: Flask) -> None:
    desk, other = world.person("reviewer"), world.person("reviewer2")
    for _ in range(ROUNDS):
        waiting = world.submitted("partnership")
        lesson = world.seen(world.submitted(partnership=str(waiting.entry_id)))
        seen = world.seen(commands.approve(world.seen(waiting), KINDS, by=desk))

        ends = at_once(
            app,
            partial(commands.take_back, seen, KINDS, by=desk),
            partial(commands.approve, lesson, KINDS, by=other),
        )

        assert one_success(ends, (*TOLD, BuiltOn, Unready))
        unsupported = select(Lesson.entry_id).where(
            Lesson.partnership.is_not(None), Lesson.partnership.not_in(select(Partnership.entry_id))
        )
        assert db.session.scalars(unsupported).all() == []


def test_an_entry_is_thrown_away_while_a_colleague_saves_it(app: Flask) -> None:
    for _ in range(ROUNDS):
        seen = world.seen(world.draft())
        discard = world.person("basra")

        ends = at_once(
            app,
            partial(commands.discard, seen, KINDS, by=discard),
            saving(seen, world.person("basra2")),
        )

        assert one_success(ends, (*TOLD, NotFound))
    assert events("discard") + events("save") == ROUNDS


@pytest.mark.parametrize("kind", KINDS)
def test_two_different_entries_are_approved_at_the_same_moment(app: Flask, kind: str) -> None:
    first, second = world.person("reviewer"), world.person("reviewer2")
    for number in range(1, 6):
        one, two = (world.seen(world.submitted(kind)) for _ in range(2))

        ends = at_once(
            app,
            partial(commands.approve, one, KINDS, by=first),
            partial(commands.approve, two, KINDS, by=second),
        )

        assert ends == [None, None]
        query = select(func.count(Entry.reference.distinct())).where(Entry.kind == kind)
        assert db.session.scalars(query).one() == 2 * number
