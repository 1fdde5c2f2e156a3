"""The page of an approved entry: what it says, what it leaves out, and what one may do there."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.addresses import programme
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb.db import db
from twinweb.entries import commands, relations
from twinweb.entries.models import Entry, Revision
from twinweb.kinds import KINDS, SHOWN

HOSTILE = "\u202eقلب<script>alert(1)</script>"
REGION = {"HX-Request": "true", "HX-Target": "main#main"}


def entry_of(revision: Revision) -> Entry:
    return db.session.get_one(Entry, revision.entry_id)


def address(revision: Revision) -> str:
    return f"/{SHOWN[entry_of(revision).kind].kind.plural}/{revision.entry_id}"


def page(signed_in: SignedIn, username: str, revision: Revision) -> BeautifulSoup:
    return at(signed_in, username, address(revision))


def at(signed_in: SignedIn, username: str, path: str) -> BeautifulSoup:
    answer = signed_in(username).get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def told(soup: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in soup.select(".told > h2")]


def facts(soup: BeautifulSoup) -> dict[str, str]:
    """The panel of facts: label and what it says."""
    return {
        one.dt.get_text(): one.dd.get_text(" ", strip=True).replace("\xa0", " ")  # type: ignore[union-attr]
        for one in soup.select("section[aria-labelledby=facts] .facts > div")
    }


def actions(soup: BeautifulSoup) -> list[str]:
    return [str(one["action"]).rpartition("/")[2] for one in soup.select("main form")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("username", ["basra", "duhok", "reviewer", "observer", "admin"])
def test_everybody_reads_an_approved_entry(app: Flask, signed_in: SignedIn, kind: str, username: str) -> None:
    revision = world.approved(kind)

    soup = page(signed_in, username, revision)

    assert soup.select_one("h1").get_text() == revision.title  # type: ignore[union-attr]
    assert str(entry_of(revision).reference) in soup.get_text()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_empty_is_left_out(app: Flask, signed_in: SignedIn, kind: str) -> None:
    soup = page(signed_in, "observer", world.approved(kind))

    empty = [
        one
        for one in soup.select("main dd, main .told > div, main .panel, main .rows")
        if not one.get_text().strip()
    ]
    assert empty == []
    assert not {"—", "None", "…"} & set(soup.stripped_strings)


def test_a_lesson_with_little_says_little(app: Flask, signed_in: SignedIn) -> None:
    soup = page(signed_in, "observer", world.approved("lesson", result=""))

    assert told(soup) == ["الحالة", "ما الذي نُفِّذ"]
    assert [one.get_text() for one in soup.select(".panel h2")] == ["بيانات الدرس", "هل من خطأ هنا؟"]


def test_a_lesson_says_all_it_has(app: Flask, signed_in: SignedIn) -> None:
    made = programme()
    linked = {kind: str(made.approved[kind].entry_id) for kind in ("partnership", "session")}
    revision = world.approved(
        "lesson",
        avoid="لا تعتمدوا على شخص واحد.",
        need_cost="12 مليون دينار",
        contact_office="شعبة التشغيل",
        contact_phone="07501234567",
        contact_email="office@example.iq",
        sources=[world.SOURCE],
        title_en="Follow up after graduation",
        summary_en="Visit every project once a month.",
        **linked,
    )

    soup = page(signed_in, "duhok", revision)

    assert told(soup) == [
        "الحالة",
        "ما الذي نُفِّذ",
        "النتيجة",
        "ما يجب تجنّبه",
        "المصادر",
        "للقراء خارج العراق",
    ]
    assert soup.select_one(".needs dd b").get_text() == "12"  # type: ignore[union-attr]
    calls = [(one["href"], one["dir"]) for one in soup.select("section[aria-labelledby=call] a")]
    assert calls == [("tel:+9647501234567", "ltr"), ("mailto:office@example.iq", "ltr")]
    assert "+964 750 123 4567" in soup.get_text()
    assert {"شراكة توأمة", "جلسة"} <= set(facts(soup))
    source = soup.select_one(".sources li")
    assert source
    assert " ".join(source.get_text().split()) == "صفحة البرنامج صفحة إلكترونية، 2 تشرين الثاني 2022"
    abroad = soup.select_one("[lang=en][dir=ltr]")
    assert abroad
    assert "Visit every project once a month." in abroad.get_text()


def test_a_reader_of_english_gets_the_english_summary_first(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved("lesson", title_en="Follow up", summary_en="Visit them.")
    client = signed_in("observer")
    client.post("/language", data={"language": "en"})

    soup = BeautifulSoup(client.get(address(revision)).text, "html.parser")

    assert soup.select_one(".head .lede").get_text() == "Follow up"  # type: ignore[union-attr]
    assert told(soup)[0] == "For readers abroad"


def test_a_partnership_names_parties_roles_dates_and_money(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved(
        "partnership",
        planned_end={"day": "", "month": "", "year": "2022"},
        budget_amount="499528.94",
        budget_currency="EUR",
        amendments=[
            {"what": "تمديد", "why": "تأخر التجهيز", "date": {"day": "", "month": "6", "year": "2021"}}
        ],
    )

    soup = page(signed_in, "observer", revision)

    party = soup.select_one(".told .facts > div")
    assert party
    assert party.get_text(" ", strip=True) == "الطرف الرئيس SOS Slovenia رابطة بلديات، سلوفينيا"
    assert party.a
    assert str(party.a["href"]).startswith("/parties/")
    assert facts(soup)["المرحلة"] == "قيد التنفيذ"
    assert facts(soup)["الفترة المخططة"] == "من آذار 2021 حتى 2022"
    assert facts(soup)["الموازنة"] == "499,528.94 EUR"
    assert "حزيران 2021" in soup.get_text()


def test_a_workshop_shows_people_sessions_by_day_and_lessons(app: Flask, signed_in: SignedIn) -> None:
    workshop = world.approved("workshop", people_women="12", people_men="18", organisers="الديوان\nالبرنامج")
    entry = str(workshop.entry_id)
    second = world.approved("session", workshop=entry, title="اليوم الثاني")
    world.approved(
        "session", workshop=entry, title="اليوم الأول", day={"day": "11", "month": "10", "year": "2022"}
    )
    world.approved("lesson", session=str(second.entry_id), title="درس من الجلسة")

    soup = page(signed_in, "duhok", workshop)

    assert [one.get_text() for one in soup.select(".figures dd")] == ["30", "12", "18"]
    assert [one.get_text() for one in soup.select(".day")] == ["11 تشرين الأول 2022", "12 تشرين الأول 2022"]
    assert [one.get_text() for one in soup.select("main h4")] == ["اليوم الأول", "اليوم الثاني"]
    assert [one.get_text() for one in soup.select("section[aria-labelledby=of-lesson] h3")] == [
        "درس من الجلسة"
    ]
    assert facts(soup)["الأيام"] == "11–13 تشرين الأول 2022"
    assert facts(soup)["الجهات المنظِّمة"] == "الديوان البرنامج"


def test_only_contributors_are_asked_to_log_and_to_write(app: Flask, signed_in: SignedIn) -> None:
    session = world.approved("session")
    asked = f"/lessons/new?session={session.entry_id}"

    buttons = {
        name: [one["href"] for one in page(signed_in, name, session).select("main a.button")]
        for name in ("duhok", "reviewer", "observer", "admin")
    }

    assert buttons == {"duhok": [asked], "reviewer": [], "observer": [], "admin": []}


def test_what_a_form_no_longer_offers_is_taken_up_from_its_own_page(app: Flask, signed_in: SignedIn) -> None:
    old = world.approved("partnership", title="الشراكة الأولى")
    for number in range(relations.MOST_OFFERED):
        world.approved("partnership", title=f"شراكة {number}")
    client = signed_in("basra")
    box, option = f"[name=partnerships][value='{old.entry_id}']", f"#partnership [value='{old.entry_id}']"

    def form(address: object) -> BeautifulSoup:
        return BeautifulSoup(client.get(str(address)).text, "html.parser")

    offered, taken = form("/workshops/new"), page(signed_in, "basra", old).select("#take ~ .actions a.button")
    workshop, lesson = (form(link["href"]) for link in taken)

    assert offered.select(box) == []
    assert workshop.select(f"{box}[checked]")
    assert lesson.select(f"{option}[selected]")


def test_a_session_shows_what_was_said(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved(
        "session",
        start_time="09:30",
        end_time="11:00",
        key_messages="المتابعة أهم من التمويل.",
        quotes=[{"text": "نتعلّم معاً.", "name": "وكيل الوزارة", "role": ""}],
    )

    soup = page(signed_in, "observer", revision)

    assert facts(soup)["البدء والانتهاء"] == "09:30–11:00"
    assert soup.select_one(".tip h2").get_text() == "الرسائل الرئيسة"  # type: ignore[union-attr]
    assert soup.select_one("blockquote").get_text() == "نتعلّم معاً."  # type: ignore[union-attr]
    assert soup.select_one("figcaption").get_text() == "وكيل الوزارة"  # type: ignore[union-attr]
    assert soup.select_one(".crumbs li:nth-child(3)").get_text() == "ورشة أربيل لتبادل الخبرات"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_typed_is_shown_as_text(app: Flask, signed_in: SignedIn, kind: str) -> None:
    revision = world.approved(kind, title=HOSTILE)

    answer = signed_in("observer").get(address(revision)).text
    soup = BeautifulSoup(answer, "html.parser")

    assert "<script>alert" not in answer
    heading = soup.select_one("h1 > bdi")
    assert heading
    assert "<script>alert(1)</script>" in heading.get_text()
    assert "\u202e" not in answer


def test_the_office_may_correct_and_reviewers_may_retire(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved()
    retiring = f"{address(revision)}/retire"

    def offers(name: str) -> list[str]:
        here = page(signed_in, name, revision)
        there = at(signed_in, name, retiring) if here.select(f"a[href='{retiring}']") else None
        return actions(here) + (actions(there) if there else [])

    offered = {
        name: offers(name)
        for name in (
            "basra",
            "duhok",
            "reviewer",
            "reviewer-of-duhok",
            "writes-and-reviews",
            "observer",
            "admin",
        )
    }

    assert offered == {
        "basra": ["correct", "ask-to-retire"],
        "duhok": [],
        "reviewer": ["retire"],
        "reviewer-of-duhok": [],
        "writes-and-reviews": ["correct", "ask-to-retire"],
        "observer": [],
        "admin": [],
    }


def test_office_and_reviewers_are_led_to_the_version_that_is_open(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved()
    draft = commands.correct(revision.entry_id, KINDS["lesson"], by=world.person("basra"))

    def leads(name: str) -> list[str]:
        return [str(one["href"]) for one in page(signed_in, name, revision).select(".proposal a")]

    while_draft = {name: leads(name) for name in ("basra", "reviewer", "duhok")}
    commands.submit(world.seen(draft), KINDS, by=world.person("basra"))
    while_waiting = {name: leads(name) for name in ("basra", "reviewer", "duhok")}

    here = address(revision)
    assert while_draft == {"basra": [f"{here}/edit"], "reviewer": [], "duhok": []}
    assert while_waiting == {"basra": [f"{here}/open"], "reviewer": [f"{here}/open"], "duhok": []}


def test_a_retired_entry_says_so_and_why(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved()
    reviewer = signed_in("reviewer")
    seen = at(signed_in, "reviewer", f"{address(revision)}/retire").select_one("main [name=seen]")
    assert seen

    answer = reviewer.post(
        f"{address(revision)}/retire",
        data={"seen": seen["value"], "reason": "حلّ محله درس أحدث."},
        headers=REGION,
    )

    assert answer.status_code == 200
    assert "حلّ محله درس أحدث." in answer.text
    assert "سُحبت هذه المادة من القوائم" in page(signed_in, "duhok", revision).get_text()
    assert actions(at(signed_in, "reviewer", f"{address(revision)}/retire")) == ["unretire"]


def test_retiring_needs_a_reason(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved()

    answer = signed_in("reviewer").post(
        f"{address(revision)}/retire", data={"seen": entry_of(revision).version}
    )

    assert answer.status_code == 422
    assert page(signed_in, "duhok", revision).select(".note") == []


def test_a_reader_can_tell_the_office_of_a_mistake(app: Flask, signed_in: SignedIn) -> None:
    with_mail = world.approved("lesson", contact_email="office@example.iq")
    without = world.approved("workshop")

    def leads(name: str, revision: Revision) -> list[str]:
        return [
            str(one["href"])
            for one in page(signed_in, name, revision).select("section[aria-labelledby=mistake] a")
        ]

    assert leads("duhok", with_mail) == [f"mailto:office@example.iq?subject={entry_of(with_mail).reference}"]
    assert leads("duhok", without) == ["/help/#mistake"]
    assert leads("basra", with_mail) == []
    assert leads("reviewer", with_mail) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("username", ["basra", "reviewer", "observer"])
def test_the_page_of_an_entry_asks_at_most_seven_times(
    app: Flask, signed_in: SignedIn, kind: str, username: str
) -> None:
    path = address(programme().approved[kind])
    client = signed_in(username)
    client.get(path)

    with statements() as asked:
        client.get(path)

    assert len(asked) <= 7, asked


@pytest.mark.parametrize("path", ["/lessons/999", "/lessons/0", "/lessons/x", "/lessons/99999999999"])
def test_what_is_not_there_is_not_found(app: Flask, signed_in: SignedIn, path: str) -> None:
    assert signed_in("basra").get(path).status_code == 404


def test_an_entry_has_its_address_under_its_own_kind_alone(app: Flask, signed_in: SignedIn) -> None:
    revision = world.approved("lesson")

    assert signed_in("basra").get(f"/workshops/{revision.entry_id}").status_code == 404
