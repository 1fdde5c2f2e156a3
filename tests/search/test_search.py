"""Search over all kinds: what is found, in which order, how it is shown, and what never is."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests import world
from tests.conftest import SignedIn
from twinweb.db import is_postgresql
from twinweb.entries import catalogue, commands, words
from twinweb.kinds import KINDS
from twinweb.search import results

RESULTS = {"HX-Request": "true", "HX-Target": "div#results"}


def page(client: FlaskClient, query: str, kind: str = "", number: str = "") -> BeautifulSoup:
    asked = {"q": query, "kind": kind, "page": number}
    answer = client.get("/search", query_string=asked)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html5lib")


def titles(client: FlaskClient, query: str, kind: str = "") -> list[str]:
    found = page(client, query, kind)
    return [] if found.select_one("#results .empty") else [link.text for link in found.select(".rows h2 a")]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("مدرسة الأهوار", "مدرسه"),
        ("مدرسة الأهوار", "المدارس"),
        ("إدارة الآبار", "بئر"),
        ("إدارة الآبار", "اداره"),
        ("المعلّمة الجديدة", "المعلمة"),
        ("القروض الصغيرة", "قرض"),
        ("جمع النفايات", "قمامة"),
        ("تهيئة الصفوف لذوي الإعاقة", "معاقين"),
        ("ثلاثون يوماً في ٢٠٢١", "2021"),
        ("پڕۆژەی ئاو", "پروژه"),
        ("Solar panels", "panel"),
        ("حاضنة الأعمال", "حاضن"),
        ("حاضنة الأعمال", "والحاضنات"),
    ],
)
def test_words_are_found_in_whatever_form_they_are_written(
    signed_in: SignedIn, written: str, asked: str
) -> None:
    world.approved(title=written)
    world.approved(title="شيء آخر تماماً")

    assert titles(signed_in("observer"), asked) == [written]


@pytest.mark.parametrize("name", ["هەولێر", "أربيل", "اربيل", "Erbil", "erbil"])
def test_a_place_is_found_by_its_name_in_every_language(signed_in: SignedIn, name: str) -> None:
    world.approved("workshop", title="لقاء بلا ذكر للمكان")
    world.approved(title="درس من البصرة")

    assert titles(signed_in("observer"), name) == ["لقاء بلا ذكر للمكان"]


def test_every_kind_is_found_and_one_can_be_chosen(signed_in: SignedIn) -> None:
    session = world.approved("session", title="جلسة عن الملوحة")
    world.approved("partnership", title="شراكة عن الملوحة")
    world.approved(title="درس عن الملوحة", session=str(session.entry_id))
    reader = signed_in("observer")

    assert sorted(titles(reader, "ملوحة")) == ["جلسة عن الملوحة", "درس عن الملوحة", "شراكة عن الملوحة"]
    assert titles(reader, "ملوحة", "session") == ["جلسة عن الملوحة"]
    assert titles(reader, "ملوحة", "lesson) OR (xsession") == titles(reader, "ملوحة")


def test_what_fits_best_comes_first(signed_in: SignedIn) -> None:
    world.approved(title="صيانة المضخات في محطات المياه")
    world.approved(title="صيانة المباني")
    world.approved(title="ألواح شمسية")

    found = titles(signed_in("observer"), "صيانة مضخة المياه")
    assert found == ["صيانة المضخات في محطات المياه", "صيانة المباني"]


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{lower}", "{arabic}", "{persian}", "{dashes}", "{lower}\u200f"]
)
def test_a_reference_typed_exactly_comes_first(signed_in: SignedIn, typed: str) -> None:
    reference = world.approved(title="المطلوب").entry.reference or ""
    world.approved(title="غيره")
    forms = {
        "lower": reference.lower(),
        "arabic": reference.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        "persian": reference.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        "dashes": reference.replace("-", " – "),
    }
    reader = signed_in("observer")

    assert titles(reader, typed.format(reference, **forms)) == ["المطلوب"]
    listed = BeautifulSoup(reader.get("/lessons/", query_string={"q": reference}).text, "html5lib")
    assert [link.text for link in listed.select(".rows h2 a")] == ["المطلوب"]


def test_the_hit_is_marked_in_title_and_text_and_nothing_is_markup(signed_in: SignedIn) -> None:
    world.approved(
        title="<i>متابعة</i> المشاريع",
        situation="مقدمة طويلة. " * 40 + "ثم جاءت الزيارات الشهرية <script>alert(1)</script> لكل مشروع.",
    )
    found = page(signed_in("observer"), "زيارة المشروع")

    row = found.select_one(".rows li")
    assert row is not None
    assert [mark.text for mark in row.select("h2 mark")] == ["المشاريع"]
    assert "الزيارات" in [mark.text for mark in row.select("p mark")]
    assert row.h2 is not None
    assert row.h2.text == "<i>متابعة</i> المشاريع"
    assert not row.select("i, script")


def test_drafts_and_retired_entries_are_never_found_or_hinted(signed_in: SignedIn) -> None:
    for state in (world.draft, world.submitted, world.returned):
        state(title="مستودعات الحبوب")
    retired = world.approved(title="مستودعات الحبوب القديمة")
    reference = retired.entry.reference or ""
    commands.retire(
        retired.entry_id,
        KINDS["lesson"],
        "لم يعد صالحاً",
        seen=retired.entry.version,
        by=world.person("reviewer"),
    )
    for username in ("basra", "observer", "reviewer"):
        for typed in ("مستودعات الحبوب", "مستودعت الحبب", reference):
            found = page(signed_in(username), typed)
            assert found.select(".rows li") == [], (username, typed)


def test_only_what_is_approved_now_is_found(signed_in: SignedIn) -> None:
    lesson = world.approved(title="الصيغة الأولى")
    basra = world.person("basra")
    draft = commands.correct(lesson.entry_id, KINDS["lesson"], by=basra)
    draft = commands.save(world.seen(draft), world.raw("lesson", title="الجديدة"), KINDS, by=basra)
    reader = signed_in("observer")
    assert titles(reader, "الصيغة") == ["الصيغة الأولى"]
    assert titles(reader, "الجديدة") == []

    submitted = commands.submit(world.seen(draft), KINDS, by=basra)
    commands.approve(world.seen(submitted), KINDS, by=world.person("reviewer"))

    assert titles(reader, "الصيغة") == []
    assert titles(reader, "الجديدة") == ["الجديدة"]


def test_where_nothing_is_found_what_looks_alike_is_offered(signed_in: SignedIn) -> None:
    world.approved(title="تحلية المياه المالحة")
    found = page(signed_in("observer"), "تحلبة")

    assert found.select_one("#results .empty")
    assert [link.text for link in found.select(".rows h2 a")] == ["تحلية المياه المالحة"]


def test_an_empty_search_says_what_can_be_searched(signed_in: SignedIn) -> None:
    found = page(signed_in("observer"), "")

    assert {link["href"] for link in found.select("#results a")} >= {"/lessons/", "/sectors/", "/sessions/"}
    assert found.select(".rows") == []


def test_at_most_four_pages_and_then_advice_to_narrow(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        world.approved(title=f"ملوحة {number}")
    monkeypatch.setattr(results, "PAGE", 2)
    reader = signed_in("observer")
    found = [page(reader, "ملوحة", number=str(number)) for number in (1, 2, 3, 4, 5)]

    seen = [link.text for one in found[:4] for link in one.select(".rows h2 a")]
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 8
    assert [bool(one.select("a[rel=next]")) for one in found] == [True, True, True, False, True]
    assert [bool(one.select("#results .empty")) for one in found] == [False, False, False, True, False]


def test_of_very_many_those_with_every_word_are_still_ranked(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.approved(title="مضخات الجاموس")
    for number in range(6):
        world.approved(title=f"مضخات {number}")
    monkeypatch.setattr(words, "MOST_RANKED", 4)

    assert words.best("مضخات الجاموس", "", 10)[0] == 1


def test_after_a_page_of_those_with_every_word_come_all_others(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = ["مضخات الجاموس", "الجاموس", "مضخات الجاموس", "مضخات", "أخرى"]
    positions = [world.approved(title=title).entry.position for title in titles]
    monkeypatch.setattr(words, "ENOUGH", 2)

    found = words.best("مضخات الجاموس", "lesson", 10)

    assert set(found[:2]) == {positions[0], positions[2]}
    assert set(found[2:]) == {positions[1], positions[3]}
    assert words.best("مضخات الجاموس", "lesson", 3) == found[:3]


def test_a_word_that_somebody_has_written_stands_for_itself_and_an_unfinished_one_for_all_it_begins(
    signed_in: SignedIn,
) -> None:
    world.approved(title="Mudif of Basra")
    world.approved(title="Mudiflike halls")
    reader = signed_in("observer")

    assert titles(reader, "mudif") == ["Mudif of Basra"]
    assert sorted(titles(reader, "mudi")) == ["Mudif of Basra", "Mudiflike halls"]
    listed = BeautifulSoup(reader.get("/lessons/", query_string={"q": "mudi"}).text, "html5lib")
    assert len(listed.select(".rows h2 a")) == 2


def test_in_a_very_large_register_the_very_words_come_first_and_then_the_newest(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_postgresql():
        pytest.skip("PostgreSQL ranks its newest 2,000 in any register")
    written = ("المدرسة القديمة", "مدارس قديمة", "المدرسة القديمة في القرية", "المدرسة الجديدة")
    positions = [world.approved(title=title).entry.position for title in written]
    monkeypatch.setattr(words, "RANKED_AMONG", 0)

    found = words.best("المدرسة القديمة", "", 10)

    assert found == [positions[2], positions[0], positions[1], positions[3]]
    assert words.best("القديمات", "", 10) == [positions[2], positions[1], positions[0]]
    assert set(words.best("المدرسة غائب", "", 10)) == set(positions)
    assert words.best("؟؟", "", 10) == []


def test_the_region_is_the_part_of_the_page(signed_in: SignedIn) -> None:
    world.approved()
    reader = signed_in("observer")
    whole = page(reader, "متابعة")
    answer = reader.get("/search?q=متابعة&kind=", headers=RESULTS)

    region = BeautifulSoup(answer.text, "html5lib")
    assert region.select_one(".rows") == whole.select_one("#results .rows")
    assert answer.headers["HX-Push-Url"].startswith("/search?q=")
    assert "kind" not in answer.headers["HX-Push-Url"]


ODD = [
    "%22", "*", "a%20AND", "NOT%20NEAR(%20OR", "title:%20x", "%00", "a%00b", "%ff%fe", "%d8", "w%3A*", "-",
    "'%20%26%20!x%20%7C%20(", "LES-2022-", "LES-99999999999999999999-1", "%ed%a0%80", "%D8%A3" * 10_000,
    "x+" * 5_000, "%EF%B7%BA+" * 300,
]  # fmt: skip


@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
def test_nothing_that_is_typed_breaks_it(signed_in: SignedIn, query: str) -> None:
    world.approved()
    reader = signed_in("observer")

    for path in ("/search", "/lessons/"):
        assert reader.get(path, query_string=f"q={query}").status_code in {200, 400}, path


def test_words_written_again_are_the_same(signed_in: SignedIn) -> None:
    world.approved(title="تحلية المياه")
    world.approved("workshop", title="ورشة المياه")
    before = words.best("المياه", "", 10), words.indexed()

    assert catalogue.reindex() == 2
    assert (words.best("المياه", "", 10), words.indexed()) == before
