"""The first page: what waits for whom, what is new, and the programme in numbers."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import world
from tests.addresses import programme
from tests.conftest import SignedIn
from tests.statements import statements
from twinweb import clock
from twinweb.accounts import commands as accounts
from twinweb.home import figures


def page(signed_in: SignedIn, username: str) -> BeautifulSoup:
    answer = signed_in(username).get("/")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def rows(soup: BeautifulSoup, heading: str) -> list[tuple[str, str]]:
    """(title, what to do) of the rows under a heading."""
    return [
        (one.select_one("h3").get_text(), one.select_one(".go").get_text().strip())  # type: ignore[union-attr]
        for one in soup.select(f"section[aria-labelledby={heading}] li")
    ]


def test_a_contributor_sees_what_to_mend_and_to_finish(app: Flask, signed_in: SignedIn) -> None:
    world.draft(title="مسودة")
    world.returned(title="مُعادة")
    world.submitted(title="مُرسلة")

    soup = page(signed_in, "basra2")

    assert rows(soup, "own") == [("مُعادة", "تعديل وإرسال"), ("مسودة", "متابعة الكتابة")]
    assert "يرجى بيان المصدر" in soup.get_text()
    assert soup.select_one("h1").get_text() == "مادتان بانتظاركم"  # type: ignore[union-attr]


def test_a_reviewer_sees_what_to_decide(app: Flask, signed_in: SignedIn) -> None:
    world.submitted(title="مُرسلة")

    assert rows(page(signed_in, "reviewer"), "queue") == [("مُرسلة", "قراءة وقرار")]
    assert rows(page(signed_in, "reviewer-of-duhok"), "queue") == []


def test_who_writes_and_reviews_sees_both(app: Flask, signed_in: SignedIn) -> None:
    world.returned(title="من مكتبي")
    world.submitted(by="duhok", title="من غيره")

    soup = page(signed_in, "writes-and-reviews")

    assert [title for title, _ in rows(soup, "own")] == ["من مكتبي"]
    assert [title for title, _ in rows(soup, "queue")] == ["من غيره"]


def test_an_office_sees_nothing_of_another(app: Flask, signed_in: SignedIn) -> None:
    world.draft(title="مسودة البصرة")
    world.returned(title="مُعادة البصرة")

    soup = page(signed_in, "duhok")

    assert "البصرة" not in soup.select_one("main").get_text()  # type: ignore[union-attr]
    assert soup.select_one("h1").get_text() == "لا شيء بانتظاركم"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("basra", "/lessons/new"),
        ("reviewer", "/review/"),
        ("observer", "/search"),
        ("admin", "/admin/users/"),
    ],
)
def test_the_main_button_is_the_main_work_of_the_role(
    app: Flask, signed_in: SignedIn, username: str, address: str
) -> None:
    assert page(signed_in, username).select_one(".actions .button")["href"] == address  # type: ignore[index]


def test_the_programme_is_counted_from_what_is_approved(app: Flask, signed_in: SignedIn) -> None:
    programme()

    soup = page(signed_in, "observer")

    figures = {one.dt.get_text(): one.dd.get_text() for one in soup.select(".figures div")}  # type: ignore[union-attr]
    assert figures == {
        "شراكات توأمة": "1",
        "محافظات مشاركة": "4",
        "جلسات ورش عمل": "1",
        "دروس معتمدة": "1",
    }
    assert [one["value"] for one in soup.select("meter")] == ["1"]


def test_a_large_programme_is_counted_again_a_minute_later(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "COUNTED_EACH_TIME", 0)
    monkeypatch.setitem(app.extensions, "programme", None)

    def lessons() -> str:
        return page(signed_in, "observer").select(".figures dd")[-1].get_text()

    world.approved()
    first = lessons()
    world.approved()
    at_once = lessons()
    with clock.at(clock.now() + figures.KEPT):
        later = lessons()

    assert (first, at_once, later) == ("1", "1", "2")


def test_news_are_of_the_sectors_that_a_person_follows(app: Flask, signed_in: SignedIn) -> None:
    world.approved(title="درس في العمل")
    world.approved(title="درس في الماء", sectors=["water-resources"])

    before = page(signed_in, "duhok").select("section[aria-labelledby=new] h3")
    accounts.follow_sectors(["water-resources"], by=world.person("duhok"))
    after = page(signed_in, "duhok").select("section[aria-labelledby=new] h3")

    assert [one.get_text() for one in before] == ["درس في الماء", "درس في العمل"]
    assert [one.get_text() for one in after] == ["درس في الماء"]


@pytest.mark.parametrize("username", ["basra", "reviewer", "writes-and-reviews", "observer", "admin"])
def test_the_first_page_asks_at_most_six_times(app: Flask, signed_in: SignedIn, username: str) -> None:
    programme()
    client = signed_in(username)
    client.get("/")

    with statements() as asked:
        client.get("/")

    assert len(asked) <= 6, asked
