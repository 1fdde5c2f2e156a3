"""A clerk writes on a line that drops: nothing that was typed is lost, no press of a button happens twice."""

import re
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.visits import Visit, visiting

pytestmark = pytest.mark.xdist_group("browser")

DOWN = "لم يُحفظ بعد: الخط مقطوع أو السجل مشغول."
SAVED = re.compile(r"\d\d:\d\d")


def begin(visit: Visit, title: str) -> Page:
    visit.sign_in("missan")
    visit.open("/lessons/new")
    visit.page.fill("#title", title)
    return visit.page


def later(route: Route) -> None:
    time.sleep(1.5)
    route.continue_()


def lost_post(route: Route) -> None:
    route.abort() if route.request.method == "POST" else route.continue_()


def drafts(visit: Visit, title: str) -> int:
    visit.open("/mine/")
    return visit.page.locator("main a", has_text=title).count()


def test_a_draft_keeps_itself_without_a_press(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = begin(visit, "درس يحفظ نفسه")
        expect(page.locator(".saved")).to_contain_text(SAVED)
        page.wait_for_url(re.compile(r"/lessons/\d+/edit"))
        page.fill("#situation", "كُتبت الحالة بعد ذلك.")
        page.locator("#result").focus()
        expect(page.locator("#form form")).to_have_js_property("changed", {})
        page.reload()

        expect(page.locator("#situation")).to_have_value("كُتبت الحالة بعد ذلك.")
        assert drafts(visit, "درس يحفظ نفسه") == 1


def test_what_is_typed_while_the_line_is_down_is_sent_when_it_is_back(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = begin(visit, "درس على خط مقطوع")
        expect(page.locator(".saved")).to_contain_text(SAVED)
        page.context.set_offline(True)
        page.fill("#situation", "كُتبت والخط مقطوع.")
        page.locator("#result").focus()
        expect(page.locator(".saved")).to_contain_text(DOWN)
        page.context.set_offline(False)
        expect(page.locator(".saved")).to_contain_text(SAVED, timeout=20_000)
        page.reload()

        expect(page.locator("#situation")).to_have_value("كُتبت والخط مقطوع.")
        visit.faults.clear()  # Chromium itself says that the line was down


def fail_power(page: Page) -> None:
    """The page ends without a last word: one that is closed may still send what it has, once it is online."""
    with suppress(Error):
        page.goto("chrome://crash")
    page.close()


def test_what_did_not_arrive_is_offered_again_and_never_applied_by_itself(
    browser: Browser, server: str
) -> None:
    with visiting(browser, server) as visit:
        page = begin(visit, "درس بقي على الجهاز")
        expect(page.locator(".saved")).to_contain_text(SAVED)
        page.wait_for_url(re.compile(r"/lessons/\d+/edit"))
        page.context.set_offline(True)
        page.fill("#situation", "لم تصل هذه الكلمات.")
        page.locator("#result").focus()
        expect(page.locator(".saved")).to_contain_text(DOWN)
        address = page.url
        fail_power(page)
        visit.page = page = page.context.new_page()
        page.context.set_offline(False)
        page.goto(address)
        expect(page.locator("#situation")).to_have_value("")
        page.click("#kept [value=restore]")
        expect(page.locator("#situation")).to_have_value("لم تصل هذه الكلمات.")
        expect(page.locator("#form form")).to_have_js_property("changed", {})
        page.reload()

        expect(page.locator("#situation")).to_have_value("لم تصل هذه الكلمات.")
        expect(page.locator("#kept")).to_be_hidden()
        visit.faults.clear()  # Chromium itself says that the line was down


def test_a_press_need_not_wait_for_the_piece_that_is_under_way(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = begin(visit, "درس أُرسل في أثناء الحفظ")
        page.route(re.compile("/keep$"), later)
        page.fill("#situation", "كُتبت قبل الضغط مباشرة.")
        page.locator("#result").focus()
        with page.expect_response(lambda answer: answer.url.endswith(("/new", "/edit"))):
            page.click(".bar button[value=save]")
        page.wait_for_url(re.compile(r"/lessons/\d+/edit"))
        page.reload()

        expect(page.locator("#situation")).to_have_value("كُتبت قبل الضغط مباشرة.")
        assert drafts(visit, "درس أُرسل في أثناء الحفظ") == 1


def test_a_press_that_did_not_arrive_leaves_the_text_on_the_device(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = begin(visit, "درس ضُغط عليه والخط مقطوع")
        page.wait_for_url(re.compile(r"/lessons/\d+/edit"))
        page.route(re.compile("/(keep|edit)$"), lost_post)
        page.fill("#situation", "لم يصل هذا مع الضغط.")
        page.click(".bar button[value=save]")
        expect(page.locator("#alert .errors")).to_be_visible()
        page.goto(page.url)
        page.unroute(re.compile("/(keep|edit)$"))
        page.click("#kept [value=restore]")

        expect(page.locator("#situation")).to_have_value("لم يصل هذا مع الضغط.")
        visit.faults.clear()  # Chromium itself says that the line was down


def test_what_is_typed_while_a_press_is_under_way_stays(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = begin(visit, "درس كُتب في أثناء الحفظ")
        page.wait_for_url(re.compile(r"/lessons/\d+/edit"))
        page.route(re.compile("/edit$"), later)
        with page.expect_response(lambda answer: answer.url.endswith("/edit")):
            page.click(".bar button[value=save]")
            page.fill("#situation", "كُتبت والجواب في الطريق.")
        expect(page.locator("#form form")).to_have_js_property("changed", {})

        expect(page.locator("#situation")).to_have_value("كُتبت والجواب في الطريق.")
        page.unroute(re.compile("/edit$"))
        page.reload()
        expect(page.locator("#situation")).to_have_value("كُتبت والجواب في الطريق.")


@pytest.mark.parametrize("javascript", [True, False])
def test_two_presses_are_one_entry(browser: Browser, server: str, javascript: bool) -> None:
    title = f"درس ضُغط عليه مرتين {int(javascript)}"
    with visiting(browser, server, javascript=javascript) as visit:
        page = begin(visit, title)
        page.locator(".bar button[value=save]").dblclick()
        expect(page.locator(".saved")).to_contain_text(SAVED)

        assert drafts(visit, title) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_signed_out_in_the_middle_loses_nothing(browser: Browser, server: str, javascript: bool) -> None:
    title = f"درس كُتب بعد انتهاء الدخول {int(javascript)}"
    with visiting(browser, server, javascript=javascript) as visit:
        page = begin(visit, title)
        other = page.context.new_page()
        other.goto(f"{server}/account/")
        other.click("form[action='/logout'] button")
        page.click(".bar button[value=save]")
        page.wait_for_url("**/login?held=**")
        page.fill("#user", "missan")
        page.fill("#password", "twinweb-demo")
        page.click("form.panel button")
        page.wait_for_url("**/account/resume?held=**")
        page.click("main form button:not([name])")
        page.wait_for_url(re.compile(r"/lessons/\d+/edit"))

        expect(page.locator("#title")).to_have_value(title)
        assert drafts(visit, title) == 1
