"""Who took part in a workshop: listed by its office, counted for everybody, forgotten on request."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from tests import world
from tests.conftest import SignedIn
from tests.participants.lists import FIRST, SECOND, listed
from twinweb.audit import AuditEvent
from twinweb.db import db
from twinweb.entries.refusals import Changed
from twinweb.participants import commands, queries
from twinweb.participants.commands import place_of
from twinweb.participants.facts import ParticipantFacts, Sex
from twinweb.participants.lines import MOST_LINES, people_in

PASTED = (
    "زينب كاظم\tمهندسة\tمديرية ماء البصرة\tامرأة\n"
    "علي حسن\tمدير شعبة\tديوان المحافظة\tرجل\n"
    "\n"
    "Anna Rossi\tAdviser\tCEI\tF\n"
)


@pytest.fixture
def workshop(app: Flask) -> int:
    return world.approved("workshop").entry_id


def totals(entry_id: int) -> tuple[int, int, int]:
    found = queries.totals(entry_id)
    return found.all, found.women, found.men


def names(entry_id: int) -> list[str]:
    return [one.name for one in queries.listed(entry_id)]


def test_people_are_pasted_from_a_spreadsheet_and_counted(workshop: int, signed_in: SignedIn) -> None:
    address = f"/workshops/{workshop}/participants"
    form = {"people": PASTED, "governorate": "basra", "day": [FIRST.isoformat(), SECOND.isoformat()]}

    answer = signed_in("basra").post(address, data=form)

    assert (answer.status_code, answer.location) == (303, address)
    assert names(workshop) == ["زينب كاظم", "علي حسن", "Anna Rossi"]
    assert queries.listed(workshop)[0].post == "مهندسة، مديرية ماء البصرة"
    assert totals(workshop) == (3, 2, 1)
    assert queries.by_day(workshop) == {FIRST: 3, SECOND: 3}


@pytest.mark.parametrize(
    ("line", "name", "post", "sex"),
    [
        ("زينب كاظم", "زينب كاظم", "", ""),
        ("زينب كاظم، مهندسة، أنثى", "زينب كاظم", "مهندسة", "woman"),
        ("Ali Hasan, adviser, CEI, Male", "Ali Hasan", "adviser, CEI", "man"),
        ("علي\tمدير، شعبة الماء\t\tذكر", "علي", "مدير، شعبة الماء", "man"),
        ("  علي  حسن  ;  ", "علي حسن", "", ""),
    ],
)
def test_a_line_is_read_as_it_is_typed(line: str, name: str, post: str, sex: str) -> None:
    (found,) = people_in(line)

    assert (found.name, found.post, found.sex) == (name, post, sex)


def test_who_is_listed_is_not_listed_twice(workshop: int, signed_in: SignedIn) -> None:
    client, address = signed_in("basra"), f"/workshops/{workshop}/participants"
    client.post(address, data={"people": PASTED})

    client.post(address, data={"people": PASTED + "سعاد جبار\nسعاد جبّار\n"})

    assert names(workshop) == ["زينب كاظم", "علي حسن", "Anna Rossi", "سعاد جبار"]
    assert "كان 4 منهم في القائمة من قبل" in client.get(address).text


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("  \n", "يرجى كتابة اسم واحد على الأقل."),
        ("علي حسن\n" + "ا" * 201, "السطر 2"),
        ("؛ مهندس", "السطر 1"),
        ("اسم\n" * (MOST_LINES + 1), "على الأكثر في المرة الواحدة"),
    ],
)
def test_a_list_that_is_wrong_comes_back_as_it_was_typed(
    workshop: int, signed_in: SignedIn, people: str, said: str
) -> None:
    form = {"people": people, "day": [SECOND.isoformat()]}
    answer = signed_in("basra").post(f"/workshops/{workshop}/participants", data=form)

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert said in page.select_one(".errors").text  # type: ignore[union-attr]
    assert page.select_one("textarea[name=people]").text.strip() == people.strip()  # type: ignore[union-attr]
    assert [box["value"] for box in page.select("[name=day][checked]")] == [SECOND.isoformat()]
    assert names(workshop) == []


def test_a_list_has_its_bound(workshop: int, monkeypatch: pytest.MonkeyPatch, signed_in: SignedIn) -> None:
    monkeypatch.setattr(commands, "MOST", 2)

    answer = signed_in("basra").post(f"/workshops/{workshop}/participants", data={"people": PASTED})

    assert answer.status_code == 422
    assert "على الأكثر" in answer.text
    assert totals(workshop) == (0, 0, 0)


@pytest.mark.parametrize(
    ("person", "reads_names", "writes"),
    [
        ("basra", True, True),
        ("reviewer", True, False),
        ("duhok", False, False),
        ("reviewer-of-duhok", False, False),
        ("observer", False, False),
        ("admin", False, False),
    ],
)
def test_names_are_for_the_office_and_its_reviewers_and_counts_for_all(
    workshop: int, signed_in: SignedIn, person: str, reads_names: bool, writes: bool
) -> None:
    listed(workshop, "زينب كاظم", by=world.person("basra"))
    client = signed_in(person)

    list_, page = client.get(f"/workshops/{workshop}/participants"), client.get(f"/workshops/{workshop}")

    assert ("زينب" in list_.text) is reads_names
    assert ("مديرية الماء" in list_.text) is reads_names
    assert ("/attendance" in list_.text) is writes
    assert "11 تشرين الأول" in list_.text
    assert list_.headers["Cache-Control"] == "no-store"
    assert "زينب" not in page.text
    assert "أدرج مكتبها مشاركاً واحداً" in page.text


def test_days_are_ticked_for_all_at_once(workshop: int, signed_in: SignedIn) -> None:
    first, second = listed(workshop, "زينب", "سعاد", by=world.person("basra"))
    client = signed_in("basra")
    page = BeautifulSoup(client.get(f"/workshops/{workshop}/participants").text, "html.parser")
    was = str(page.select_one("[name=was]")["value"])  # type: ignore[index]

    here = [f"{first.id}.{FIRST}", f"{first.id}.{SECOND}"]
    answer = client.post(f"/workshops/{workshop}/attendance", data={"was": was, "here": here})

    assert answer.status_code == 303
    assert queries.attendance([first.id, second.id]) == {(first.id, FIRST), (first.id, SECOND)}


def test_what_a_colleague_ticks_meanwhile_stays(workshop: int, signed_in: SignedIn) -> None:
    first, second = listed(workshop, "زينب", "سعاد", by=world.person("basra"))
    was = f"{first.id}.{FIRST} {second.id}.{FIRST}"
    address = f"/workshops/{workshop}/attendance"

    signed_in("basra2").post(address, data={"was": was, "here": [*was.split(), f"{second.id}.{SECOND}"]})
    signed_in("basra").post(address, data={"was": was, "here": [f"{second.id}.{FIRST}"]})

    assert queries.attendance([first.id, second.id]) == {(second.id, FIRST), (second.id, SECOND)}


@pytest.mark.parametrize(
    "here", ["999999.2022-10-11", "1.2031-01-01", "x", "1.2022-13-45", "-1.2022-10-11", "1.2022-10-11 1"]
)
def test_nobody_is_there_who_is_not_listed_nor_on_a_day_that_is_none(
    workshop: int, signed_in: SignedIn, here: str
) -> None:
    elsewhere = listed(world.approved("workshop").entry_id, "غيرها", by=world.person("basra"))
    answer = signed_in("basra").post(
        f"/workshops/{workshop}/attendance", data={"here": [here, f"{elsewhere[0].id}.{SECOND}"]}
    )

    assert answer.status_code == 303
    assert queries.attendance([elsewhere[0].id]) == {(elsewhere[0].id, FIRST)}
    assert queries.by_day(workshop) == {}


def test_one_is_corrected_with_the_days(workshop: int, signed_in: SignedIn) -> None:
    (one,) = listed(workshop, "زينب كاضم", by=world.person("basra"))
    form = {"name": "زينب كاظم", "post": "", "governorate": "", "sex": "", "day": SECOND.isoformat()}

    answer = signed_in("basra").post(f"/participants/{one.id}", data=form | {"seen": one.version})

    assert answer.status_code == 303
    assert names(workshop) == ["زينب كاظم"]
    assert totals(workshop) == (1, 0, 0)
    assert queries.attendance([one.id]) == {(one.id, SECOND)}


def test_a_correction_that_is_wrong_comes_back_as_it_was_typed(workshop: int, signed_in: SignedIn) -> None:
    (one,) = listed(workshop, "زينب", by=world.person("basra"))
    form = {"name": "", "post": "مهندسة أولى", "day": SECOND.isoformat(), "seen": one.version}

    answer = signed_in("basra").post(f"/participants/{one.id}", data=form)

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert page.select_one("#post")["value"] == "مهندسة أولى"  # type: ignore[index]
    assert [box["value"] for box in page.select("[name=day][checked]")] == [SECOND.isoformat()]


def test_of_two_who_correct_the_same_line_the_later_one_is_told(workshop: int) -> None:
    basra = world.person("basra")
    (one,) = listed(workshop, "زينب", by=basra)
    facts = ParticipantFacts(name="زينب", post="", governorate="", sex=None)
    seen = one.version
    commands.correct(one.id, facts, {FIRST, SECOND}, seen=seen, by=world.person("basra2"))

    with pytest.raises(Changed):
        commands.correct(one.id, facts, set(), seen=seen, by=basra)

    assert queries.by_day(workshop) == {FIRST: 1, SECOND: 1}


def test_erased_on_request_every_count_stays_and_nothing_tells_who_it_was(
    workshop: int, signed_in: SignedIn
) -> None:
    one, _other = listed(workshop, "زينب كاظم", "سعاد جبار", by=world.person("basra"))
    client, counted = signed_in("basra"), (totals(workshop), queries.by_day(workshop))

    answer = client.post(f"/participants/{one.id}/erase", data={"seen": one.version})

    page = client.get(f"/workshops/{workshop}/participants").text
    assert answer.status_code == 303
    assert (totals(workshop), queries.by_day(workshop)) == counted
    assert "زينب" not in page
    assert "سعاد جبار" in page
    assert client.get(f"/participants/{one.id}").status_code == 404
    kept, untouched = queries.listed(workshop)
    assert (kept.name, kept.post, kept.erased_at is None) == ("", "", False)
    assert (untouched.name, untouched.erased_at) == ("سعاد جبار", None)


def test_who_was_listed_by_mistake_is_taken_off_and_counted_no_more(
    workshop: int, signed_in: SignedIn
) -> None:
    (one,) = listed(workshop, "زينب", by=world.person("basra"))

    answer = signed_in("basra").post(f"/participants/{one.id}/remove", data={"seen": one.version})

    assert answer.status_code == 303
    assert totals(workshop) == (0, 0, 0)
    assert queries.by_day(workshop) == {}


def test_the_activity_log_tells_how_many_and_never_who(workshop: int, signed_in: SignedIn) -> None:
    signed_in("basra").post(f"/workshops/{workshop}/participants", data={"people": PASTED})
    one = queries.listed(workshop)[0]
    signed_in("reviewer").get(f"/workshops/{workshop}/participants")
    signed_in("basra").post(f"/participants/{one.id}/erase", data={"seen": one.version})

    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(3)).all()

    assert [event.act for event in events] == ["erase_participant", "view_participants", "list_participants"]
    assert [event.details for event in events] == [{"participant": one.id}, {}, {"people": 3}]
    log = signed_in("admin").get("/admin/audit/").text
    assert "محو اسم مشارك" in log
    assert "زينب" not in log


def test_before_the_days_are_known_people_are_listed_without_them(app: Flask, signed_in: SignedIn) -> None:
    draft = world.draft("workshop", first_day={}, last_day={})
    address = f"/workshops/{draft.entry_id}/participants"

    signed_in("basra").post(address, data={"people": PASTED})

    page = signed_in("basra").get(address).text
    assert "زينب كاظم" in page
    assert 'name="here"' not in page
    assert address in signed_in("basra").get(f"/workshops/{draft.entry_id}").text


def test_a_long_list_has_pages_and_days_are_saved_on_each(workshop: int, signed_in: SignedIn) -> None:
    people = [f"شخص {number}" for number in range(queries.PAGE + 2)]
    last = listed(workshop, *people, by=world.person("basra"))[-1]
    client = signed_in("basra")
    page = BeautifulSoup(client.get(f"/workshops/{workshop}/participants").text, "html.parser")
    address = str(page.select_one("a[rel=next]")["href"])  # type: ignore[index]
    after = address.rpartition("=")[2]

    answer = client.post(
        f"/workshops/{workshop}/attendance",
        data={"was": "", "here": f"{last.id}.{SECOND}", "after": after},
    )

    assert answer.location == address
    assert "شخص 26" in client.get(address).text
    assert queries.by_day(workshop)[SECOND] == 1


def test_what_is_listed_twice_by_two_at_once_stands_once(workshop: int) -> None:
    facts = ParticipantFacts(name="زينب", post="", governorate="", sex=Sex.WOMAN)

    first = commands.add(place_of(workshop), [facts], [], by=world.person("basra"))
    second = commands.add(place_of(workshop), [facts], [], by=world.person("basra2"))

    assert (first.new, second.new, second.there) == (1, 0, 1)
