"""The lists of approved entries: filters, counts, paging, and what must never show in them."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests import world
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb.db import db, is_postgresql
from twinweb.entries import commands, lists
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import Filters
from twinweb.entries.models import Revision
from twinweb.kinds import KINDS
from twinweb.pages import reading
from twinweb.pages.reading import MOST_CHILDREN

RESULTS = {"HX-Request": "true", "HX-Target": "div#results"}


def titles(client: FlaskClient, address: str) -> list[str]:
    page = BeautifulSoup(client.get(address).text, "html5lib")
    return [link.text for link in page.select("#results .rows h2 a")]


def retire(revision: Revision) -> None:
    kind = KINDS[revision.entry.kind]
    commands.retire(
        revision.entry_id, kind, "لم يعد صالحاً", seen=revision.entry.version, by=world.person("reviewer")
    )


@pytest.fixture
def lessons(app: Flask) -> None:
    innovation = world.raw("lesson", title="الأول", sectors=["solar-energy"], year="2021")
    innovation["kind"] = "innovation"
    draft = commands.draft(KINDS["lesson"], innovation, owner="basra", by=world.person("basra"))
    submitted = commands.submit(world.seen(draft), KINDS, by=world.person("basra"))
    commands.approve(world.seen(submitted), KINDS, by=world.person("reviewer"))
    world.approved(title="الثاني", sectors=["solar-energy", "job-creation"], year="2022")
    world.approved(title="الثالث", by="duhok", sectors=["job-creation"], year="2022")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["الثالث", "الثاني", "الأول"]),
        ("?sector=solar-energy", ["الثاني", "الأول"]),
        ("?governorate=duhok", ["الثالث"]),
        ("?year=2022", ["الثالث", "الثاني"]),
        ("?year=٢٠٢٢", ["الثالث", "الثاني"]),
        ("?kind=innovation", ["الأول"]),
        ("?sector=job-creation&year=2022&governorate=basra&kind=good_practice", ["الثاني"]),
        ("?sector=job-creation&governorate=basra&kind=innovation", []),
        ("?q=الثانى", ["الثاني"]),
        ("?q=متابعة&sector=solar-energy&kind=innovation", ["الأول"]),
        ("?q=متابعة&sector=job-creation&governorate=duhok&year=2022", ["الثالث"]),
        ("?q=متابعة&sector=nothing-of-the-kind", []),
        ('?q=متابعة&sector=x") OR (xlesson', []),
        ("?q=متابعة&sector=job_creation", []),
        ("?q=متابعة&sector=JOB-CREATION", []),
        ("?q=متابعة&governorate=%00'*:&year=^", []),
        ("?q=لا-يوجد-هنا", []),
        ("?q=؟؟", []),
        ("?sector=", ["الثالث", "الثاني", "الأول"]),
        ("?sector=nothing-of-the-kind", []),
        ("?country=SE", []),
        ("?kind=' OR 1=1", []),
        ("?after=x", ["الثالث", "الثاني", "الأول"]),
        ("?after=99999999999999999999", ["الثالث", "الثاني", "الأول"]),
    ],
)
@pytest.mark.usefixtures("lessons")
def test_filters_alone_and_combined(signed_in: SignedIn, query: str, found: list[str]) -> None:
    assert titles(signed_in("observer"), "/lessons/" + query) == found


def test_partnerships_are_found_by_stage_country_party_and_every_governorate(signed_in: SignedIn) -> None:
    world.approved("partnership")
    reader = signed_in("observer")

    for query in ("stage=under_way", "country=SI", "governorate=ninewa", "year=2021", "party=1"):
        assert titles(reader, f"/partnerships/?{query}") == ["حاضنة أعمال البصرة"], query
    assert titles(reader, "/partnerships/?stage=agreed") == []
    assert titles(reader, "/partnerships/?country=SE") == []


def test_a_lesson_is_found_by_the_country_of_its_partnership(signed_in: SignedIn) -> None:
    partnership = world.approved("partnership")
    world.approved(partnership=str(partnership.entry_id))

    assert titles(signed_in("observer"), "/lessons/?country=SI") == ["متابعة المشاريع بعد التخرج"]


def test_a_workshop_shows_its_days_and_a_session_its_day(signed_in: SignedIn) -> None:
    world.approved("session")
    reader = signed_in("observer")

    assert "11–13 تشرين الأول 2022" in reader.get("/workshops/").text.replace("\xa0", " ")
    assert "12 تشرين الأول 2022" in reader.get("/sessions/").text.replace("\xa0", " ")


def test_pages_have_neither_gaps_nor_doubles(signed_in: SignedIn) -> None:
    for number in range(28):
        world.approved(title=f"الدرس {number}")
    client = signed_in("duhok")
    first = BeautifulSoup(client.get("/lessons/?year=2022").text, "html5lib")
    following = str(first.select_one("a[rel=next]")["href"])  # type: ignore[index]

    world.approved(title="درس جديد جاء بين الصفحتين")

    seen = [link.text for link in first.select(".rows h2 a")] + titles(client, following)
    assert seen == [f"الدرس {number}" for number in reversed(range(28))]
    second = BeautifulSoup(client.get(following).text, "html5lib")
    assert "year=2022" in following
    assert second.select_one("a[rel=next]") is None
    assert second.select_one(".pages a")["href"] == "/lessons/?year=2022"  # type: ignore[index]


def test_the_region_is_the_part_of_the_page(signed_in: SignedIn, lessons: None) -> None:
    client = signed_in("basra")
    page = BeautifulSoup(client.get("/lessons/?year=2022&q=").text, "html5lib")
    answer = client.get("/lessons/?year=2022&q=", headers=RESULTS)

    region = BeautifulSoup(answer.text, "html5lib")
    assert region.select_one(".rows") == page.select_one("#results .rows")
    assert region.text.split() == [*page.title.text.split(), *page.select_one("#results").text.split()]  # type: ignore[union-attr]
    assert answer.headers["HX-Push-Url"] == "/lessons/?year=2022"


def test_chosen_filters_are_named_with_the_way_to_remove_each(signed_in: SignedIn, lessons: None) -> None:
    page = BeautifulSoup(
        signed_in("basra").get("/lessons/?sector=solar-energy&year=2022&q=الثاني").text, "html5lib"
    )

    chosen = {item.bdi.text: item.a["href"] for item in page.select(".chosen li")}  # type: ignore[index,union-attr]
    assert chosen["2022"] == "/lessons/?q=%D8%A7%D9%84%D8%AB%D8%A7%D9%86%D9%8A&sector=solar-energy"
    assert list(chosen) == ["الثاني", "الطاقة الشمسية", "2022"]
    assert page.select_one("details[open]")


def test_what_is_no_value_of_a_filter_finds_nothing_and_says_so(signed_in: SignedIn, lessons: None) -> None:
    page = BeautifulSoup(signed_in("observer").get("/lessons/?sector=<b>none</b>").text, "html5lib")

    assert [item.bdi.text for item in page.select(".chosen li")] == ["<b>none</b>"]  # type: ignore[union-attr]
    assert page.select_one("#results .empty")
    assert page.select_one("#results .more a[href='/lessons/']")


def test_an_empty_list_says_what_to_do_next(signed_in: SignedIn) -> None:
    for kind in KINDS.values():
        address = f"/{kind.plural}/"
        for username, links in (("basra", 1), ("observer", 0)):
            page = BeautifulSoup(signed_in(username).get(address).text, "html5lib")
            assert page.select_one("#results .empty"), address
            assert len(page.select(f"#results a[href='{address}new']")) == links, address


def test_drafts_and_retired_entries_are_neither_listed_nor_counted(
    signed_in: SignedIn, lessons: None
) -> None:
    for state in (world.draft, world.submitted, world.returned):
        state(title="سرّي لم يُعتمد")
    retire(world.approved(title="سرّي سُحب", sectors=["agriculture"]))
    page = signed_in("basra").get("/lessons/?sector=&q=")

    assert "سرّي" not in page.text
    assert re.search(r"data-say[^>]*>3 دروس", page.text)
    assert titles(signed_in("basra"), "/lessons/?q=سري") == []
    assert titles(signed_in("basra"), "/lessons/?sector=agriculture") == []


def test_counts_stop_at_their_cap(
    signed_in: SignedIn, lessons: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "COUNT_TO", 2)

    assert "أكثر من درسان" in signed_in("basra").get("/lessons/").text
    found = lists.listing(Filters("lesson", facets={Facet.SECTOR: "solar-energy"}))
    assert (found.count, found.capped) == (2, False)


def test_the_years_offered_reach_from_the_first_to_the_last(signed_in: SignedIn) -> None:
    world.approved(year="2019")
    world.approved(year="2022")
    page = BeautifulSoup(signed_in("basra").get("/lessons/").text, "html5lib")

    offered = [option.text for option in page.select("#year option")]
    assert offered == ["كل السنوات", "2022", "2021", "2020", "2019"]


@pytest.mark.parametrize(("username", "most"), [("observer", 3), ("basra", 4), ("reviewer", 4)])
def test_a_list_takes_at_most_four_statements_beside_the_sign_in(
    signed_in: SignedIn, lessons: None, username: str, most: int
) -> None:
    client = signed_in(username)
    client.get("/lessons/")
    with statements() as seen:
        client.get("/lessons/?sector=solar-energy&year=2022&q=الثاني")

    assert len(seen) <= most, seen


def test_filters_are_read_from_indexes_alone(app: Flask) -> None:
    """Where there are several, SQLite asks the words instead: a table that is nothing but an index."""
    world.approved()
    facets = {Facet.COUNTRY: "SE"} | ({Facet.SECTOR: "job-creation"} if is_postgresql() else {})
    positions = lists.positions(lists.shape_of(Filters("lesson", facets=facets)))
    asked = positions.params(kind="lesson", sector="job-creation", country="SE")

    plan = plan_of(str(asked.compile(db.engine, compile_kwargs={"literal_binds": True})).replace("%%", "%"))

    assert "ix_card_facet_of_kind" in plan or (is_postgresql() and "pk_card_facet" in plan)
    assert "card USING" not in plan
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    "address", ["/lessons/", "/lessons/?sector=job-creation&year=2022", "/search?q=متابعة"]
)
def test_no_limit_makes_sqlite_plan_a_statement_each_time(signed_in: SignedIn, address: str) -> None:
    world.approved()
    client = signed_in("reviewer")
    with statements(of_sign_in=True) as seen:
        client.get(address)

    limited = [one for one in seen if "LIMIT" in one]
    assert limited
    assert is_postgresql() or [one for one in limited if re.search(r"LIMIT [^+]", one)] == []


def plan_of(statement: str) -> str:
    """How the database would answer; PostgreSQL would read a table of three rows whole, if it were let."""
    connection = db.session.connection()
    explain = "EXPLAIN QUERY PLAN"
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        explain = "EXPLAIN"
    return "\n".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}"))


def test_the_filter_offers_the_countries_that_entries_are_of(signed_in: SignedIn) -> None:
    world.approved("partnership")
    page = BeautifulSoup(signed_in("observer").get("/partnerships/").text, "html.parser")
    asked = BeautifulSoup(signed_in("observer").get("/partnerships/?country=SE").text, "html.parser")

    assert [str(one["value"]) for one in page.select("#country option")] == ["", "SI"]
    assert [one.text for one in asked.select("#country option[selected]")] == ["السويد"]


def test_what_belongs_to_an_entry_is_listed_whole_and_filtered(app: Flask, signed_in: SignedIn) -> None:
    workshop = world.approved("workshop")
    session = world.approved("session", workshop=str(workshop.entry_id))
    for number in range(MOST_CHILDREN):
        world.approved(title=f"درس {number}", session=str(session.entry_id))
    retire(world.approved(title="درس سُحب", session=str(session.entry_id)))
    world.approved(title="درس من غيرها", year="2021")
    client, address = signed_in("observer"), f"/lessons/?of={workshop.entry_id}"
    page = client.get(f"/workshops/{workshop.entry_id}")
    assert address not in page.text

    world.approved(title="أحدث درس", session=str(session.entry_id), year="2023")

    page = client.get(f"/workshops/{workshop.entry_id}")
    shown = BeautifulSoup(page.text, "html5lib").select("[aria-labelledby=of-lesson] h3")
    assert (len(shown), shown[0].text) == (MOST_CHILDREN, "أحدث درس")
    assert address in page.text
    assert len(titles(client, address)) == MOST_CHILDREN + 1
    assert titles(client, f"{address}&year=2023") == ["أحدث درس"]
    assert titles(client, f"{address}&q=أحدث") == ["أحدث درس"]
    listed = BeautifulSoup(client.get(address).text, "html5lib")
    assert workshop.title in listed.select_one(".chosen").text  # type: ignore[union-attr]
    assert listed.select_one("#filters [name=of]")["value"] == str(workshop.entry_id)  # type: ignore[index]


def test_what_belongs_to_a_draft_is_told_nobody(app: Flask, signed_in: SignedIn) -> None:
    hidden = world.draft("workshop", title="ورشة مخفية")

    page = signed_in("observer").get(f"/lessons/?of={hidden.entry_id}")

    assert "مخفية" not in page.text
    assert titles(signed_in("observer"), f"/lessons/?of={hidden.entry_id}") == []


@pytest.mark.parametrize("of", ["0", "x", "9999999999", "-1", "٣"])
def test_of_what_is_no_entry_nothing_is_listed_or_all(app: Flask, signed_in: SignedIn, of: str) -> None:
    world.approved()

    assert signed_in("observer").get(f"/lessons/?of={of}").status_code == 200


def test_of_very_many_sessions_the_latest_stand_on_the_page_and_all_in_the_list(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_SESSIONS", 2)
    workshop = world.approved("workshop")
    for number in (1, 2, 3):
        day = {"day": str(10 + number), "month": "10", "year": "2022"}
        world.approved("session", workshop=str(workshop.entry_id), title=f"جلسة {number}", day=day)

    page = BeautifulSoup(signed_in("observer").get(f"/workshops/{workshop.entry_id}").text, "html5lib")

    assert [one.text for one in page.select("[aria-labelledby=sessions] h4")] == ["جلسة 2", "جلسة 3"]
    address = f"/sessions/?of={workshop.entry_id}"
    assert page.select_one(f"[href='{address}']")
    assert len(titles(signed_in("observer"), address)) == 3
