"""The main job: written in Basra, decided at the desk, found in Duhok; an account for a colleague."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.visits import Visit, visiting

pytestmark = pytest.mark.xdist_group("browser")

WAYS = [
    pytest.param("ar", True, id="arabic-with-javascript"),
    pytest.param("en", False, id="english-without"),
]


@pytest.mark.parametrize(("language", "javascript"), WAYS)
def test_the_main_job(browser: Browser, server: str, language: str, javascript: bool) -> None:
    mark = f"{language}{int(javascript)}"
    titles = {
        "partnership": f"شراكة جديدة للبصرة {mark}",
        "session": f"جلسة عن الحاضنة {mark}",
        "lesson": f"درس عن المتابعة {mark}",
    }
    with visiting(browser, server, javascript=javascript) as basra:
        basra.sign_in("basra")
        basra.speak(language)
        register_partnership(basra, titles["partnership"])
        log_session(basra, titles["session"])
        write_lesson(basra, titles["lesson"])
        basra.sign_out()

    with visiting(browser, server, javascript=javascript) as reviewer:
        reviewer.sign_in("reviewer")
        reviewer.speak(language)
        for title in titles.values():
            expect(in_queue(reviewer, title)).to_be_visible()
        send_back(reviewer, titles["lesson"], "يرجى بيان عدد المشاريع التي استمرت.")
        approve(reviewer, titles["partnership"])
        approve(reviewer, titles["session"])

    with visiting(browser, server, javascript=javascript) as basra:
        basra.sign_in("basra")
        basra.speak(language)
        mend(basra, titles["lesson"], "استمرت تسعة مشاريع من ستة عشر.")

    with visiting(browser, server, javascript=javascript) as reviewer:
        reviewer.sign_in("reviewer2")
        reviewer.speak(language)
        approve(reviewer, titles["lesson"])

    with visiting(browser, server, javascript=javascript) as duhok:
        duhok.sign_in("duhok")
        duhok.speak(language)
        find_by_sector(duhok, "inclusive-education", titles["lesson"])
        expect(duhok.page.locator("main")).to_contain_text("استمرت تسعة مشاريع من ستة عشر.")

    with visiting(browser, server, javascript=javascript) as admin:
        admin.sign_in("admin")
        admin.speak(language)
        code = open_account(admin, f"colleague-{mark}")

    with visiting(browser, server, javascript=javascript) as colleague:
        colleague.speak(language)
        colleague.sign_in(f"colleague-{mark}", code)
        choose_password(colleague, "three rivers and a palm")
        colleague.sign_out()
        colleague.sign_in(f"colleague-{mark}", "three rivers and a palm")
        expect(colleague.page.locator("h1")).to_be_visible()


def test_known_parties_are_offered_to_who_is_about_to_write_one(browser: Browser, server: str) -> None:
    with visiting(browser, server) as basra:
        basra.sign_in("basra")
        basra.open("/partnerships/new")
        offered = basra.page.locator("#party-names option")
        expect(offered).to_have_count(0)

        basra.page.focus("[name=parties-0-name]")

        expect(
            offered.and_(basra.page.locator("[value='FMDV, Global Fund for Cities Development']"))
        ).to_have_count(1)
    assert basra.faults == []


def register_partnership(visit: Visit, title: str) -> None:
    page = visit.page
    visit.open("/partnerships/")
    page.click("main a[href='/partnerships/new']")
    page.fill("#title", title)
    page.check("input[name=stage][value=agreed]")
    page.check("input[name=sectors][value=job-creation]")
    page.fill("[name=parties-0-name]", "Municipality of Prato")
    page.select_option("[name=parties-0-country]", "IT")
    page.select_option("[name=parties-0-kind]", "municipality")
    page.select_option("[name=parties-0-role]", "lead")
    submit(page)
    expect(page.locator(".errors a[href='#sources']")).to_be_visible()  # a partnership names its source
    page.select_option("[name=sources-0-kind]", "document")
    page.fill("[name=sources-0-title]", "محضر الاتفاق")
    submit(page)
    expect(page.locator(".badge.submitted")).to_be_visible()


def log_session(visit: Visit, title: str) -> None:
    page = visit.page
    visit.open("/workshops/?year=2022")
    page.locator("#results .rows a").first.click()
    page.click("a[href$='/sessions/new']")
    page.fill("[name=day-day]", "١٢")
    page.select_option("[name=day-month]", "10")
    page.fill("[name=day-year]", "2022")
    page.fill("#title", title)
    page.check("input[name=kind][value=discussion]")
    page.fill("#summary", "نوقشت متابعة المشاريع بعد التخرج.")
    save(page)
    submit(page)
    expect(page.locator(".badge.submitted")).to_be_visible()


def write_lesson(visit: Visit, title: str) -> None:
    page = visit.page
    visit.open("/lessons/new")
    page.check("input[name=kind][value=lesson_learned]")
    page.fill("#title", title)
    page.check("input[name=sectors][value=inclusive-education]")
    page.fill("#year", "٢٠٢٢")
    page.fill("#situation", "تخرجت أول دفعة بلا خطة متابعة.")
    page.fill("#done", "زيارة شهرية لكل مشروع.")
    submit(page)
    expect(page.locator(".errors a[href='#recommendation']")).to_be_visible()
    page.fill("#recommendation", "تخصيص زيارة شهرية لكل مشروع متخرج.")
    submit(page)
    expect(page.locator(".badge.submitted")).to_be_visible()


def save(page: Page) -> None:
    page.click(".bar button[value=save]")
    expect(page.locator(".bar .saved")).to_contain_text(re.compile(r"\d\d:\d\d"))


def submit(page: Page) -> None:
    page.click(".bar button[value=submit]")


def in_queue(visit: Visit, title: str) -> Locator:
    visit.open("/review/")
    while not visit.page.get_by_text(title).count() and visit.page.locator("a[rel=next]").count():
        visit.page.click("a[rel=next]")
        visit.page.wait_for_load_state("networkidle")
    return visit.page.get_by_text(title).first


def open_in_queue(visit: Visit, title: str) -> None:
    in_queue(visit, title)
    row = visit.page.locator("li", has_text=title)
    claim = row.locator("form[action$='/claim'] button")
    (claim if claim.count() else row.locator("a")).first.click()  # the desk may have opened it already
    visit.page.wait_for_url(re.compile(r"/review/\d+"))


def send_back(visit: Visit, title: str, reason: str) -> None:
    open_in_queue(visit, title)
    visit.page.click("details[data-key=R] summary")
    visit.page.fill("#note-whole", reason)
    visit.page.click("button[formaction$='/return']")
    expect(visit.page.locator("#alert .note.done")).to_contain_text(title)


def approve(visit: Visit, title: str) -> None:
    open_in_queue(visit, title)
    visit.page.click("details[data-key=A] summary")
    visit.page.click("button[formaction$='/approve']")
    expect(visit.page.locator("#alert .note.done")).to_contain_text(title)


def mend(visit: Visit, title: str, result: str) -> None:
    page = visit.page
    page.get_by_text(title).first.click()
    page.locator("form[action$='/answer'] button").click()
    page.wait_for_url("**/edit")
    expect(page.locator("main")).to_contain_text("يرجى بيان عدد المشاريع")
    page.fill("#result", result)
    page.check("[name^=note-][name$=-done]")
    submit(page)
    expect(page.locator(".badge.submitted")).to_be_visible()


def find_by_sector(visit: Visit, sector: str, title: str) -> None:
    page = visit.page
    visit.open("/lessons/")
    if page.locator("details summary").first.is_visible():
        page.locator("details summary").first.click()
    page.select_option("select[name=sector]", sector)
    page.click("form.filters button")
    page.wait_for_url(f"**sector={sector}**")
    page.get_by_text(title).first.click()
    expect(page.locator("h1")).to_contain_text(title)


def open_account(visit: Visit, username: str) -> str:
    page = visit.page
    visit.open("/admin/users/new")
    page.fill("#username", username)
    page.fill("#name", "موظف جديد في ديوان المحافظة")
    page.check("input[name=role][value=contributor]")
    page.select_option("#governorate", "missan")
    page.click("main form button")
    return page.locator("main code, main .code").first.inner_text().strip()


def choose_password(visit: Visit, password: str) -> None:
    visit.page.fill("#new", password)
    visit.page.fill("#again", password)
    visit.page.click("main form button")
    visit.page.wait_for_url(lambda url: "/password" not in url)
