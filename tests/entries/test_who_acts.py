"""Who may do what: the policy as a table of people and acts, and the commands that ask it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests import world
from twinweb.accounts.person import Person
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries import commands, queries, review_commands
from twinweb.entries.models import Revision
from twinweb.entries.moving import Seen
from twinweb.entries.policy import Stake, may, may_read
from twinweb.entries.refusals import Held, NoReason, NotAllowed, NotFound
from twinweb.entries.review_models import WHOLE
from twinweb.entries.states import Act, State
from twinweb.kinds import KINDS

EVERYWHERE = frozenset({"basra", "ninewa"})
BASRA, DUHOK, NINEWA = (frozenset({slug}) for slug in ("basra", "duhok", "ninewa"))
EDITOR = 7

PEOPLE = {
    "own office": Person(1, "a", writes_for=BASRA),
    "own office, on behalf": Person(1, "a", writes_for=BASRA, on_behalf_of=BASRA),
    "other office": Person(1, "a", writes_for=DUHOK),
    "partnership's other governorate": Person(1, "a", writes_for=NINEWA),
    "reviewer of all": Person(1, "a", reviews_all=True),
    "reviewer in scope": Person(1, "a", reviews_for=BASRA),
    "reviewer out of scope": Person(1, "a", reviews_for=DUHOK),
    "reviewer who edited it": Person(EDITOR, "a", reviews_all=True),
    "reviewer who writes there": Person(1, "a", reviews_all=True, writes_for=BASRA),
    "reviewer who writes for its other governorate": Person(1, "a", reviews_all=True, writes_for=NINEWA),
    "reviewer who writes elsewhere": Person(1, "a", reviews_all=True, writes_for=DUHOK),
    "observer": Person(1, "a", observes=True),
    "admin": Person(1, "a", administers=True),
}
ACTS = "edit submit discard withdraw answer claim release return approve reject mark_duplicate take_back"
OFFICE, DESK, BOTH, NOTHING = "yyyyy.......", ".....yyyyyyy", "yyyyyyyyyyyy", "............"
ALLOWED = {
    "own office": OFFICE,
    "own office, on behalf": OFFICE,
    "other office": NOTHING,
    "partnership's other governorate": NOTHING,
    "reviewer of all": DESK,
    "reviewer in scope": DESK,
    "reviewer out of scope": NOTHING,
    "reviewer who edited it": NOTHING,
    "reviewer who writes there": OFFICE,
    "reviewer who writes for its other governorate": NOTHING,
    "reviewer who writes elsewhere": DESK,
    "observer": NOTHING,
    "admin": NOTHING,
}
READS_DRAFTS = {
    "own office",
    "own office, on behalf",
    "partnership's other governorate",
    "reviewer who writes there",
    "reviewer who writes for its other governorate",
}
READS_SUBMITTED = READS_DRAFTS | {
    "reviewer of all",
    "reviewer in scope",
    "reviewer who edited it",
    "reviewer who writes elsewhere",
}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_act_of_every_person(who: str) -> None:
    stake = Stake("basra", State.SUBMITTED, EVERYWHERE, frozenset({EDITOR}))

    found = "".join("y" if may(PEOPLE[who], Act(act), stake) else "." for act in ACTS.split())

    assert found == ALLOWED[who]
    assert not may(PEOPLE[who], Act.SUPERSEDE, stake)
    assert not may(PEOPLE[who], Act.RESTORE, stake)


@pytest.mark.parametrize("state", [state for state in State if state is not State.GONE])
def test_who_reads_what_is_not_approved(state: State) -> None:
    stake = Stake("basra", state, EVERYWHERE, frozenset({EDITOR}))

    found = {who for who, person in PEOPLE.items() if may_read(person, stake)}

    assert found == (READS_DRAFTS if state is State.DRAFT else READS_SUBMITTED)


Command = Callable[[Revision, Person], Any]

OFFICE_COMMANDS: dict[str, Command] = {
    "save": lambda one, by: commands.save(world.seen(one), world.raw("partnership"), KINDS, by=by),
    "submit": lambda one, by: commands.submit(world.seen(one), KINDS, by=by),
    "discard": lambda one, by: commands.discard(world.seen(one), KINDS, by=by),
    "withdraw": lambda one, by: commands.withdraw(world.seen(one), KINDS, by=by),
    "answer": lambda one, by: commands.answer(world.seen(one), KINDS, by=by),
    "correct": lambda one, by: commands.correct(one.entry_id, KINDS["partnership"], by=by),
}
DESK_COMMANDS: dict[str, Command] = {
    "claim": lambda one, by: commands.claim(world.seen(one), KINDS, by=by),
    "release": lambda one, by: commands.release(world.seen(one), KINDS, by=by),
    "return": lambda one, by: commands.send_back(world.seen(one), {WHOLE: "سبب"}, KINDS, by=by),
    "approve": lambda one, by: commands.approve(world.seen(one), KINDS, by=by),
    "reject": lambda one, by: commands.reject(world.seen(one), "سبب", KINDS, by=by),
    "mark_duplicate": lambda one, by: commands.mark_duplicate(world.seen(one), "PAR-1", "سبب", KINDS, by=by),
    "take_back": lambda one, by: commands.take_back(world.seen(one), KINDS, by=by),
    "note": lambda one, by: review_commands.keep_notes(world.seen(one), {WHOLE: "نص"}, KINDS, by=by),
    "correct": lambda one, by: review_commands.correct_as_reviewer(
        world.seen(one), world.raw("partnership", title="عنوان آخر"), KINDS, by=by
    ),
}
WITHOUT_REASON: dict[str, Command] = {
    "return": lambda one, by: commands.send_back(world.seen(one), {}, KINDS, by=by),
    "reject": lambda one, by: commands.reject(world.seen(one), "", KINDS, by=by),
    "mark_duplicate": lambda one, by: commands.mark_duplicate(world.seen(one), "", "", KINDS, by=by),
}
STRANGERS = ["duhok", "reviewer-of-duhok", "observer", "admin"]


def refusal(command: Command, revision: Revision, by: Person) -> type[Exception] | None:
    """How a command refuses; that nothing was left behind is asserted on the way."""
    state, events = revision.state, db.session.query(AuditEvent).count()
    try:
        command(revision, by)
    except Exception as error:  # noqa: BLE001  the kind of refusal is what is asked for
        db.session.refresh(revision)
        assert revision.state is state
        assert db.session.query(AuditEvent).count() == events
        return type(error)
    return None


@pytest.mark.parametrize("act", OFFICE_COMMANDS)
def test_the_office_alone_writes(app: Flask, act: str) -> None:
    command = OFFICE_COMMANDS[act]
    made: dict[str, Callable[[str], Revision]] = {
        "withdraw": world.submitted,
        "answer": world.returned,
        "correct": lambda kind: _rejected(world.submitted(kind)),
    }
    revision = made.get(act, world.draft)("partnership")

    found = {who: refusal(command, revision, world.person(who)) for who in [*STRANGERS, "ninewa", "reviewer"]}

    unseen = NotFound if revision.state is State.DRAFT else NotAllowed
    assert found == dict.fromkeys(STRANGERS, NotFound) | {"ninewa": NotAllowed, "reviewer": unseen}
    assert refusal(command, revision, world.person("basra2")) is None


@pytest.mark.parametrize("act", DESK_COMMANDS)
def test_reviewers_in_scope_alone_decide(app: Flask, act: str) -> None:
    command = DESK_COMMANDS[act]
    revision = world.returned("partnership") if act == "take_back" else world.submitted("partnership")
    people = [*STRANGERS, "basra", "ninewa", "writes-and-reviews"]

    found = {who: refusal(command, revision, world.person(who)) for who in people}

    assert found == dict.fromkeys(STRANGERS, NotFound) | dict.fromkeys(people[4:], NotAllowed)


@pytest.mark.parametrize("act", WITHOUT_REASON)
def test_who_may_not_decide_is_not_told_about_the_reason(app: Flask, act: str) -> None:
    revision = world.submitted()

    assert refusal(WITHOUT_REASON[act], revision, world.person("duhok")) is NotFound
    assert refusal(WITHOUT_REASON[act], revision, world.person("basra")) is NotAllowed
    assert refusal(WITHOUT_REASON[act], revision, world.person("reviewer")) is NoReason


@pytest.mark.parametrize("act", [act for act in DESK_COMMANDS if act != "take_back"])
def test_nobody_decides_on_what_they_wrote_even_when_they_are_a_reviewer_since(app: Flask, act: str) -> None:
    revision = world.submitted("partnership")
    writer = reviewer_since("basra")

    assert refusal(DESK_COMMANDS[act], revision, writer) is NotAllowed


def test_nobody_decides_on_what_they_sent(app: Flask) -> None:
    revision = commands.submit(world.seen(world.draft()), KINDS, by=world.person("basra2"))

    assert refusal(DESK_COMMANDS["approve"], revision, reviewer_since("basra2")) is NotAllowed


def test_who_wrote_a_text_that_was_returned_does_not_decide_on_what_came_of_it(app: Flask) -> None:
    copy = world.mended(world.returned(by="basra"), by="basra2")
    again = commands.submit(world.seen(copy), KINDS, by=world.person("basra2"))

    assert refusal(DESK_COMMANDS["approve"], again, reviewer_since("basra")) is NotAllowed


def test_who_wrote_a_text_that_was_rejected_does_not_decide_on_the_new_draft_of_it(app: Flask) -> None:
    rejected = _rejected(world.submitted("lesson", by="basra"))
    copy = commands.correct(rejected.entry_id, KINDS["lesson"], by=world.person("basra2"))
    again = commands.submit(world.seen(copy), KINDS, by=world.person("basra2"))

    assert refusal(DESK_COMMANDS["approve"], again, reviewer_since("basra")) is NotAllowed


def test_who_writes_for_another_governorate_of_a_partnership_does_not_decide_on_it(app: Flask) -> None:
    revision = world.submitted("partnership")
    interested = replace(world.person("reviewer"), writes_for=NINEWA)

    assert refusal(DESK_COMMANDS["approve"], revision, interested) is NotAllowed


def test_a_draft_of_others_is_not_there_for_a_decision(app: Flask) -> None:
    revision = world.draft()

    found = {
        act: refusal(command, revision, world.person("reviewer")) for act, command in DESK_COMMANDS.items()
    }

    assert found == dict.fromkeys(DESK_COMMANDS, NotFound)


def test_what_does_not_exist_is_not_found(app: Flask) -> None:
    nowhere = Seen(999_999, 1)

    with pytest.raises(NotFound):
        commands.approve(nowhere, KINDS, by=world.person("reviewer"))
    with pytest.raises(NotFound):
        commands.take_back(nowhere, KINDS, by=world.person("reviewer"))
    with pytest.raises(NotFound):
        commands.correct(999_999, KINDS["lesson"], by=world.person("basra"))


def test_an_approved_revision_is_seen_by_all_and_moved_by_none_of_them(app: Flask) -> None:
    revision = world.approved("partnership")

    found = {who: refusal(DESK_COMMANDS["approve"], revision, world.person(who)) for who in STRANGERS}

    assert found == dict.fromkeys(STRANGERS, NotAllowed)


def test_who_holds_it_decides_alone(app: Flask) -> None:
    revision = commands.claim(world.seen(world.submitted("partnership")), KINDS, by=world.person("reviewer"))
    other = world.person("reviewer2")

    found = {
        act: refusal(command, revision, other) for act, command in DESK_COMMANDS.items() if act != "take_back"
    }

    assert set(found.values()) == {Held}


def test_an_office_opens_entries_for_itself_alone(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        commands.draft(KINDS["lesson"], world.raw("lesson"), owner="duhok", by=world.person("basra"))
    with pytest.raises(NotAllowed):
        commands.draft(KINDS["lesson"], world.raw("lesson"), owner="basra", by=world.person("reviewer"))


def test_who_writes_for_two_governorates_chooses_one(app: Flask) -> None:
    both = world.person("both")

    assert commands.draft(KINDS["lesson"], world.raw("lesson"), owner="duhok", by=both).entry.owner == "duhok"


def test_writing_on_behalf_is_kept_with_the_name(app: Flask) -> None:
    helper = replace(world.person("basra"), on_behalf_of=BASRA)
    revision = commands.draft(KINDS["lesson"], world.raw("lesson"), owner="basra", by=helper)

    assert [(one.user_id, one.on_behalf) for one in queries.writers(revision.id)] == [(helper.id, True)]


def reviewer_since(username: str) -> Person:
    """The same person after their contributor's membership ended and a reviewer's began."""
    return replace(world.person(username), writes_for=frozenset(), reviews_all=True)


def _rejected(revision: Revision) -> Revision:
    return commands.reject(world.seen(revision), "لا تخص البرنامج", KINDS, by=world.person("reviewer"))
