"""Files on a line that drops: an upload is cut, goes on and ends; a photo is made light."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Request, Route, expect

from tests import files
from tests.serving import Server
from tests.visits import Visit, visiting

pytestmark = pytest.mark.xdist_group("browser")

UPLOADS = re.compile(r"/uploads(/\d+)?$")


def draft(visit: Visit, title: str) -> Page:
    """A draft of Missan's, and the page of its files."""
    visit.sign_in("missan")
    visit.open("/lessons/new")
    visit.page.fill("#title", title)
    visit.page.click(".bar button[value=save]")
    visit.page.wait_for_url(re.compile(r"/lessons/\d+/edit"))
    visit.open(re.sub(r".*(/lessons/\d+)/edit", r"\1/files", visit.page.url))
    return visit.page


def photo(name: str = "صورة الوفد.jpg", seed: int = 1) -> FilePayload:
    return {
        "name": name,
        "mimeType": "image/jpeg",
        "buffer": files.photo(3_000, 2_000, seed=seed, quality=95),
    }


def minutes(kilobytes: int = 300, name: str = "محضر.pdf") -> FilePayload:
    body = b"%PDF-1.7\n" + b"x" * kilobytes * 1000 + b"\n%%EOF\n"
    return {"name": name, "mimeType": "application/pdf", "buffer": body}


def cut_after(pieces: int) -> Callable[[Route], None]:
    """The line drops after so many pieces: the answer to the last of them is lost too."""
    come = 0

    def handle(route: Route) -> None:
        nonlocal come
        if route.request.method == "PATCH":
            come += 1
        if come < pieces:
            route.continue_()
        elif come == pieces and route.request.method == "PATCH":
            route.fetch()  # it arrives; that it did is never heard of
            route.abort()
            come += 1
        else:
            route.abort()

    return handle


def slowly(route: Route) -> None:
    time.sleep(0.15)
    route.continue_()


def starts(page: Page) -> list[int]:
    """Where each piece that is sent begins."""
    found: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            found.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return found


def down(page: Page) -> str:
    return page.get_attribute("form[data-uploads]", "data-down") or ""


def again(page: Page) -> str:
    return page.get_attribute("form[data-uploads]", "data-again") or ""


def test_a_photo_is_made_light_and_sent_in_pieces(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = draft(visit, "درس مع صورة")
        whole, begun = photo(), starts(page)
        page.set_input_files("#file", files=[whole])
        page.fill("#description", "الوفد أمام المبنى")
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("article h2")).to_have_text("صورة الوفد.jpg")

        assert begun == list(range(0, max(begun) + 1, 65_536))
        assert max(begun) < 200_000 < len(whole["buffer"]) / 3
        picture = page.locator("article img")
        expect(picture).to_have_attribute("alt", "الوفد أمام المبنى")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("one => one.naturalWidth") == 320


def test_an_upload_that_was_cut_goes_on_by_itself(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = draft(visit, "درس وملف على خط مقطوع")
        begun = starts(page)
        page.route(UPLOADS, cut_after(2))
        page.set_input_files("#file", files=[minutes()])
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("#come-word")).to_have_text(down(page))
        page.unroute(UPLOADS)
        expect(page.locator("article h2")).to_have_text("محضر.pdf", timeout=20_000)

        assert begun == [0, 65_536, 131_072, 196_608, 262_144]  # not a byte went twice
        visit.faults.clear()  # Chromium itself says that the line was down


def number_of(attempt: int) -> str:
    return f"{attempt:08x}"


def never_taken(page: Page) -> list[str]:
    """Every piece is answered with an error and a number; the numbers, as they are given."""
    given: list[str] = []

    def handle(route: Route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        given.append(number_of(len(given) + 1))
        return route.fulfill(status=500, headers={"X-Request-ID": given[-1], "Tus-Resumable": "1.0.0"})

    page.route(UPLOADS, handle)
    return given


def test_what_the_server_cannot_take_ends_with_a_number_and_goes_on_where_it_stopped(
    browser: Browser, server: str
) -> None:
    with visiting(browser, server) as visit:
        page = draft(visit, "درس وملف لا يأخذه الخادم")
        page.clock.install()
        given = never_taken(page)
        page.set_input_files("#file", files=[minutes()])
        page.fill("#description", "لا يضيع")
        page.click("form[data-uploads] button:not([type])")
        for tries in range(1, 5):
            expect(page.locator("#come-word")).to_have_text(again(page))
            assert len(given) == tries
            with page.expect_response(lambda answer: answer.request.method == "PATCH"):
                page.clock.run_for(60_000)

        expect(page.locator("#file-error")).to_contain_text("خمس مرات")
        expect(page.locator("#file-error")).to_contain_text(number_of(5))
        expect(page.locator("#under-way")).to_be_hidden()
        expect(page.locator("#description")).to_have_value("لا يضيع")
        page.clock.run_for(600_000)
        assert len(given) == 5
        page.unroute(UPLOADS)
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("article h2")).to_have_text("محضر.pdf")
        visit.faults.clear()  # Chromium itself tells of errors of the server


def test_where_files_cannot_be_kept_just_now_the_upload_ends_by_itself_later(
    browser: Browser, served: Server
) -> None:
    with visiting(browser, served.address) as visit:
        page = draft(visit, "درس وملف ولا مكان للملفات")
        page.clock.install()
        store, aside = served.data / "files", served.data / "files-aside"
        if store.exists():
            store.rename(aside)
        store.write_text("no folder")
        page.set_input_files("#file", files=[minutes(100)])
        with page.expect_response(lambda answer: answer.status == 503) as refused:
            page.click("form[data-uploads] button:not([type])")
        assert int(refused.value.headers["retry-after"]) > 0
        for _longer_than_five in range(7):
            expect(page.locator("#come-word")).to_have_text(again(page))
            with page.expect_response(lambda answer: answer.status == 503):
                page.clock.run_for(60_000)
        store.unlink()
        if aside.exists():
            aside.rename(store)
        page.clock.run_for(60_000)

        expect(page.locator("article h2")).to_have_text("محضر.pdf")
        visit.faults.clear()  # Chromium itself tells of errors of the server


def test_after_a_power_cut_the_same_file_goes_on_in_another_browser(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = draft(visit, "درس وملف وانقطاع كهرباء")
        address = page.url.removeprefix(server)
        page.route(UPLOADS, cut_after(3))
        page.set_input_files("#file", files=[minutes()])
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("#come-word")).to_have_text(down(page))
        visit.faults.clear()  # Chromium itself says that the line was down

    with visiting(browser, server) as visit:
        visit.sign_in("missan")
        visit.open(address)
        page = visit.page
        expect(page.locator("[aria-labelledby=unfinished]")).to_contain_text("محضر.pdf")
        expect(page.locator("[aria-labelledby=unfinished]")).to_contain_text("197")
        begun = starts(page)
        page.set_input_files("#file", files=[minutes()])
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("article h2")).to_have_text("محضر.pdf")

        assert begun == [196_608, 262_144]
        expect(page.locator("[aria-labelledby=unfinished]")).to_have_count(0)


def test_an_upload_is_paused_and_goes_on(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = draft(visit, "درس وملف متوقف مؤقتاً")
        page.route(UPLOADS, slowly)
        page.set_input_files("#file", files=[minutes(700)])
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("#come-word")).to_contain_text("وصل")
        page.click("#pause")
        expect(page.locator("#come-word")).to_have_text(
            page.get_attribute("form[data-uploads]", "data-paused") or ""
        )
        page.unroute(UPLOADS)
        page.click("#pause")
        expect(page.locator("article h2")).to_have_text("محضر.pdf")


def test_what_is_not_taken_is_said_at_the_field(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = draft(visit, "درس وملف مرفوض")
        hostile: FilePayload = {
            "name": "صورة.jpg",
            "mimeType": "image/jpeg",
            "buffer": b"<script>alert(1)</script>",
        }
        page.set_input_files("#file", files=[hostile])
        page.fill("#description", "لا يضيع")
        page.click("form[data-uploads] button:not([type])")

        expect(page.locator("#file-error")).to_contain_text("يرجى اختيار ملف PDF")
        expect(page.locator("#file")).to_be_focused()
        expect(page.locator("#description")).to_have_value("لا يضيع")
        page.set_input_files("#file", files=[minutes(5)])
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("article h2")).to_have_text("محضر.pdf")


def test_a_sign_in_that_ended_is_said_and_what_has_come_stays(browser: Browser, server: str) -> None:
    with visiting(browser, server) as visit:
        page = draft(visit, "درس وملف بعد انتهاء الدخول")
        address = page.url.removeprefix(server)
        page.route(UPLOADS, cut_after(2))
        page.set_input_files("#file", files=[minutes()])
        page.click("form[data-uploads] button:not([type])")
        expect(page.locator("#come-word")).to_have_text(down(page))
        other = page.context.new_page()
        other.goto(f"{server}/account/")
        other.click("form[action='/logout'] button")
        page.unroute(UPLOADS)
        expect(page.locator("#file-error")).to_contain_text("انتهى تسجيل دخولكم", timeout=20_000)
        visit.sign_in("missan")
        visit.open(address)

        expect(page.locator("[aria-labelledby=unfinished]")).to_contain_text("محضر.pdf")
        visit.faults.clear()  # Chromium itself says that the line was down


def test_without_javascript_a_form_carries_the_file_and_a_reviewer_releases_it(
    browser: Browser, server: str
) -> None:
    with visiting(browser, server, javascript=False) as visit:
        visit.sign_in("basra")
        visit.open("/lessons/?governorate=basra")
        visit.page.locator("#results .rows a").first.click()
        visit.page.click("a[href$='/files']")
        address = visit.page.url.removeprefix(server)
        visit.page.set_input_files("#file", files=[photo("بلا جافاسكربت.jpg", seed=2)])
        visit.page.fill("#description", "صورة أُرسلت من دون جافاسكربت")
        visit.page.click("form[data-uploads] button:not([type])")
        expect(visit.page.locator("article", has_text="بلا جافاسكربت.jpg").locator(".badge")).to_be_visible()

    with visiting(browser, server, javascript=False) as visit:
        visit.sign_in("reviewer")
        visit.open("/files/")
        visit.page.get_by_text("بلا جافاسكربت.jpg").click()
        visit.page.locator("article", has_text="بلا جافاسكربت.jpg").locator(
            "form[action$='/release'] button"
        ).click()
        expect(visit.page.locator(".note.done")).to_be_visible()

    with visiting(browser, server, javascript=False) as visit:
        visit.sign_in("observer")
        visit.open(address.removesuffix("/files"))
        link = visit.page.get_by_role("link", name="بلا جافاسكربت.jpg").last
        with visit.page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == "بلا جافاسكربت.jpg"
