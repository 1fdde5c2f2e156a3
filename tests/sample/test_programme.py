"""The sample programme as it stands in the database once it is loaded."""

import json
import re
from collections import Counter

from flask import Flask
from sqlalchemy import delete, func, select

from tests import world
from twinweb.accounts import commands as account_commands
from twinweb.accounts import queries as account_queries
from twinweb.accounts import sign_ins
from twinweb.accounts.commands import Grant, Identity
from twinweb.accounts.models import Role, User
from twinweb.audit import AuditEvent, AuditSeal
from twinweb.db import Model, db, transaction
from twinweb.entries import commands, desk
from twinweb.entries.facts import title_in
from twinweb.entries.kinds import Facet
from twinweb.entries.models import Card, CardFacet, Entry, Link, Revision
from twinweb.entries.states import State
from twinweb.kinds import KINDS
from twinweb.reference.models import Party
from twinweb.sample import accounts
from twinweb.sample import programme as sample_programme
from twinweb.sample.programme import Sample, samples
from twinweb.sample.wording import EXAMPLE
from twinweb.workshop_sessions.models import WorkshopSession


def _rows() -> dict[str, int]:
    """How many rows each table holds."""
    db.session.rollback()
    tables = Model.metadata.sorted_tables
    return {
        table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }


def _revisions(sample: Sample) -> list[Revision]:
    """Of the entry that a sample has become, the oldest first."""
    query = (
        select(Revision)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Entry.kind == sample.kind, Entry.owner == sample.owner, Revision.title == title_in(sample.raw))
    )
    found = db.session.scalars(query.order_by(Revision.id)).all()
    assert len({revision.entry_id for revision in found}) == 1, sample.key
    return list(found)


def _told(sample: Sample) -> str:
    return json.dumps(sample.raw, ensure_ascii=False)


def test_loading_it_again_adds_nothing(programme: Flask) -> None:
    before = _rows()

    result = programme.test_cli_runner().invoke(args=["sample"])

    assert (result.exit_code, result.output) == (0, "Sample programme: 0 entries added.\n")
    assert _rows() == before


def test_every_entry_is_in_the_state_that_the_data_says(programme: Flask) -> None:
    after = {State.WITHDRAWN: [State.DRAFT], State.SUPERSEDED: [State.APPROVED]}

    states = {sample.key: [one.state for one in _revisions(sample)] for sample in samples()}

    assert states == {sample.key: [sample.state, *after.get(sample.state, [])] for sample in samples()}


def test_entries_in_every_state_are_there_to_show(programme: Flask) -> None:
    assert set(db.session.scalars(select(Revision.state))) == {*State} - {
        State.GONE,
        State.ANSWERED,
        State.DUPLICATE,
    }


def test_what_is_open_is_as_old_as_the_data_says(programme: Flask) -> None:
    reviewer = accounts.person("reviewer")
    waiting = {
        sample.raw["title"]: sample.days_ago for sample in samples() if sample.state is State.SUBMITTED
    }

    queue = desk.queue(reviewer, desk.Asked())

    assert {one.title: one.waiting_days for one in queue} == waiting


def test_a_return_says_why(programme: Flask) -> None:
    for sample in samples():
        if sample.state in (State.RETURNED, State.REJECTED):
            assert _revisions(sample)[0].reason == sample.reason != ""


def test_one_submission_is_held_by_a_reviewer(programme: Flask) -> None:
    queue = desk.queue(accounts.person("reviewer"), desk.Asked())
    held = [one.claimed_by_id for one in queue if one.claimed_by_id]

    assert held == [accounts.person("reviewer2").id]


def test_a_correction_is_what_readers_see(programme: Flask) -> None:
    for sample in samples():
        if sample.state is State.SUPERSEDED:
            approved = _revisions(sample)[1]
            content = {name: value for name, value in sample.second_raw.items() if value}
            assert {name: approved.raw[name] for name in content} == content


def test_references_are_counted_in_the_year_of_their_approval(programme: Flask) -> None:
    cards = db.session.execute(select(Card.reference, Card.position).order_by(Card.position)).all()
    counted: Counter[str] = Counter()

    for reference, _ in cards:
        series, _, number = reference.rpartition("-")
        counted[series] += 1
        assert int(number) == counted[series]
    assert [position for _, position in cards] == list(range(1, len(cards) + 1))
    assert set(counted) == {
        f"{prefix}-{year}" for prefix in ("WOR", "SES", "LES") for year in (2022, 2023)
    } | {"PAR-2022"}


def test_what_was_approved_before_comes_before_in_every_list(programme: Flask) -> None:
    first_approved = (
        select(func.min(Revision.decided_at))
        .join(Card, Card.entry_id == Revision.entry_id)
        .group_by(Card.position)
        .order_by(Card.position)
    )
    moments = list(map(str, db.session.scalars(first_approved)))

    assert moments == sorted(moments)


def test_both_reviewers_decide(programme: Flask) -> None:
    deciders = set(
        db.session.scalars(select(Revision.decided_by_id).where(Revision.decided_by_id.is_not(None)))
    )

    assert deciders == {accounts.person(name).id for name in accounts.REVIEWERS}


def test_there_are_lessons_of_every_sector_and_of_nine_governorates(programme: Flask) -> None:
    def values(facet: Facet) -> set[str]:
        query = select(CardFacet.value).where(CardFacet.facet == facet, CardFacet.kind == "lesson")
        return set(db.session.scalars(query))

    lessons = db.session.scalars(select(func.count()).where(Card.kind == "lesson")).one()
    assert lessons >= 24
    assert len(values(Facet.SECTOR)) == 7
    assert len(values(Facet.GOVERNORATE)) == 9


def test_the_workshop_of_erbil_has_three_sessions_on_each_of_its_days(programme: Flask) -> None:
    erbil = db.session.scalars(select(Entry.id).where(Entry.reference == "WOR-2022-0001")).one()
    days = db.session.scalars(select(WorkshopSession.day).where(WorkshopSession.workshop == erbil))

    assert sorted(Counter(day.isoformat() for day in days).items()) == [
        ("2022-10-11", 3),
        ("2022-10-12", 3),
        ("2022-10-13", 3),
    ]


def test_what_refers_to_something_refers_to_what_is_approved(programme: Flask) -> None:
    unapproved = (
        select(Link.to_entry_id).join(Entry, Entry.id == Link.to_entry_id).where(Entry.approved_id.is_(None))
    )
    referring = sum(bool(sample.refers_to) for sample in samples())

    assert list(db.session.scalars(unapproved)) == []
    assert db.session.scalars(select(func.count(Link.revision_id.distinct()))).one() >= referring


def test_partnerships_name_their_parties_and_sources(programme: Flask) -> None:
    assert db.session.scalars(select(func.count()).select_from(Party)).one() > 8
    for sample in samples():
        if sample.kind == "partnership" and sample.state is not State.DRAFT:
            assert sample.raw["sources"], sample.key


def test_what_was_written_for_the_demonstration_says_so(programme: Flask) -> None:
    real = {"erbil-2022"}

    for sample in samples():
        if sample.kind != "partnership" and sample.key not in real and sample.raw.get("sources") != []:
            assert re.search("مثال(اً)? للعرض", _told(sample)), sample.key
        if sample.kind == "lesson" and sample.raw["sources"]:
            assert EXAMPLE in [source["title"] for source in sample.raw["sources"]], sample.key


def test_no_address_and_no_telephone_is_anybodys(programme: Flask) -> None:
    everything = " ".join(
        _told(sample) + json.dumps(sample.second_raw, ensure_ascii=False) for sample in samples()
    )

    for address in re.findall(r"[^\s\"@]+@[^\s\"]+", everything):
        assert re.search(r"[@.]example\.(iq|org|com)$", address), address
    for phone in re.findall(r"\+964[\d ]+", everything):
        assert " 000 00" in phone, phone


def test_titles_tell_entries_apart(programme: Flask) -> None:
    titles = Counter((sample.kind, sample.owner, title_in(sample.raw)) for sample in samples())

    assert max(titles.values()) == 1


def test_every_office_has_an_account_and_no_account_is_a_persons(programme: Flask) -> None:
    users = {user.username: user.name for user in account_queries.demo_users()}

    assert len(users) == 4 + 19
    assert users["basra"] == "ديوان محافظة البصرة"
    assert {name.split()[0] for name in users.values()} == {"ديوان", "مكتب", "شعبة"}
    assert {
        name: sorted(accounts.person(name).roles) for name in ("admin", "reviewer", "observer", "duhok")
    } == {
        "admin": [Role.ADMIN],
        "reviewer": [Role.REVIEWER],
        "observer": [Role.OBSERVER],
        "duhok": [Role.CONTRIBUTOR],
    }


def test_the_published_password_opens_every_account(programme: Flask) -> None:
    password = programme.config["TWINWEB"].demo_password
    hashes = set(db.session.scalars(select(User.password_hash).where(User.demo)))

    assert len(hashes) == 1
    assert sign_ins.sign_in("thi-qar", password, demonstration=True) is not None


def test_register_and_catalogue_agree_with_it(programme: Flask) -> None:
    result = programme.test_cli_runner().invoke(args=["check", "log", "entries", "files"])

    assert result.output == "Nothing falls short.\n"
    assert result.exit_code == 0


def test_a_colleague_whom_the_demonstration_opened_an_account_for_is_no_real_user(programme: Flask) -> None:
    admin = accounts.person("admin")
    account_commands.create_user(Identity("zamil", "زميل"), [Grant(Role.CONTRIBUTOR, "basra")], by=admin)

    assert programme.test_cli_runner().invoke(args=["sample"]).exit_code == 0


def test_a_database_with_real_users_is_refused(app: Flask) -> None:
    before = _rows()

    result = app.test_cli_runner().invoke(args=["sample"])

    assert result.exit_code == 1
    assert "a database with real users" in result.output
    assert _rows() == before


def test_an_account_that_the_operator_opened_is_a_real_user(nobody: Flask) -> None:
    assert not account_queries.has_real_users()

    account_commands.create_user(Identity("mudir", "مدير"), [Grant(Role.ADMIN)], by=None)

    assert account_queries.has_real_users()


def test_another_password_replaces_that_of_all_demonstration_accounts(nobody: Flask) -> None:
    accounts.open_accounts("the first password")
    accounts.open_accounts("the second password")

    assert sign_ins.sign_in("basra", "the first password", demonstration=True) is None
    assert sign_ins.sign_in("basra", "the second password", demonstration=True) is not None


def test_loading_goes_on_where_it_was_interrupted(nobody: Flask) -> None:
    accounts.open_accounts(world.PASSWORD)
    first, second = samples()[:2]
    office = accounts.person(second.owner)
    commands.draft(KINDS[second.kind], second.raw, owner=second.owner, by=office)

    sample_programme.load()

    assert [one.state for one in _revisions(first)] == [first.state]
    assert [one.state for one in _revisions(second)] == [second.state]
    with transaction() as session:
        session.execute(delete(AuditSeal))
        session.execute(delete(AuditEvent).where(AuditEvent.act == "load_sample"))
    before = _rows()
    sample_programme.load()
    assert _rows() == before | {"audit_event": before["audit_event"] + 1, "audit_seal": 1}
