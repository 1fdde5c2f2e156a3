"""The reviewer sees first what changed, and what is approved already that says much the same."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb.entries import commands, likeness, words
from twinweb.entries.models import Revision
from twinweb.entries.readiness import facts_of
from twinweb.kinds import KINDS, SHOWN
from twinweb.review import comparing

LESSON = KINDS["lesson"]


def page_of(signed_in: SignedIn, revision: Revision) -> BeautifulSoup:
    answer = signed_in("reviewer").get(f"/review/{revision.id}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def changed_and_sent(**changes: object) -> Revision:
    office = world.person("basra")
    draft = commands.correct(world.approved().entry_id, LESSON, by=office)
    draft = commands.save(world.seen(draft), world.raw("lesson", **changes), KINDS, by=office)
    return commands.submit(world.seen(draft), KINDS, by=office)


def test_of_a_change_only_what_changed_is_laid_open(signed_in: SignedIn) -> None:
    revision = changed_and_sent(done="زيارة أسبوعية لكل مشروع.", result="")

    found = page_of(signed_in, revision)

    told = [one for one in found.select("main section.told") if not one.find_parent("details")]
    assert len(told) == 2
    assert [one.get_text().strip() for one in told[0].select("ins")] == ["أسبوعية"]
    assert [one.get_text().strip() for one in told[1].select("del")] == ["استمرت تسعة مشاريع."]
    folded = found.select_one("main details section.told")
    assert folded is not None


def test_a_new_entry_is_laid_open_whole(signed_in: SignedIn) -> None:
    found = page_of(signed_in, world.submitted())

    assert len([one for one in found.select("main section.told") if not one.find_parent("details")]) > 5
    assert found.select("main ins, main del") == []


def test_what_was_rejected_is_what_the_next_version_is_read_against(app: Flask) -> None:
    first = changed_and_sent(done="زيارة أسبوعية لكل مشروع.")
    commands.reject(world.seen(first), "لا دليل", KINDS, by=world.person("reviewer"))
    office = world.person("basra")
    draft = commands.correct(first.entry_id, LESSON, by=office)
    raw = world.raw("lesson", done="زيارة أسبوعية لكل مشروع.", avoid="التأخر")
    sent = commands.submit(
        world.seen(commands.save(world.seen(draft), raw, KINDS, by=office)), KINDS, by=office
    )

    with app.test_request_context():
        found = comparing.changes(SHOWN["lesson"], sent, by=world.person("reviewer"))

    assert found is not None
    assert found.former.id == first.id
    assert [one.name for one in found.compared.changed] == ["avoid"]


def test_a_copy_of_an_approved_entry_is_shown_with_its_likeness(signed_in: SignedIn) -> None:
    original = world.approved(by="duhok")
    world.approved(by="duhok", **OTHER)

    found = page_of(signed_in, world.submitted())

    panel = found.select_one("[aria-labelledby=alike]")
    assert panel is not None
    assert [one["href"] for one in panel.select("a")] == [f"/lessons/{original.entry_id}"]
    assert "100%" in panel.get_text()


def test_an_entry_is_not_like_itself(signed_in: SignedIn) -> None:
    found = page_of(signed_in, changed_and_sent(avoid="التأخر"))

    assert found.select_one("[aria-labelledby=alike]") is None


def test_likeness_costs_two_statements_and_names_few(app: Flask) -> None:
    for _ in range(8):
        world.approved(by="duhok")
    revision = world.submitted()
    facts = LESSON.card(facts_of(revision, LESSON))
    likeness.alike(LESSON, facts, None)

    with statements() as asked:
        found = likeness.alike(LESSON, facts, None)

    assert len(asked) <= 3, asked
    assert len(found) == likeness.MOST


def test_likeness_is_judged_by_fit_in_a_very_large_register_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An approved entry finds itself by every word, and must not be all that is compared."""
    alike = world.approved(by="duhok")
    own = world.approved()
    monkeypatch.setattr(words, "RANKED_AMONG", 0)

    found = likeness.alike(LESSON, LESSON.card(facts_of(own, LESSON)), own.entry.position)

    assert [one.row.entry_id for one in found] == [alike.entry_id]


OTHER = {
    "title": "محطة لتنقية المياه في القرى",
    "situation": "كانت القرى بلا شبكة.",
    "done": "حُفرت آبار ونُصبت مضخات.",
    "result": "وصل الماء إلى ألف بيت.",
    "recommendation": "البدء بالقرى البعيدة.",
}
