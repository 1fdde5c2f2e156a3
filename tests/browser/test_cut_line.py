"""Chromium on a line that is cut, at a server that is killed, at two tabs: nothing lost, nothing doubled."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.bad_line import Fate, Line, laid
from tests.browser.conftest import QUIET, chromium
from tests.records import Records
from tests.serving import Server
from tests.visits import Visit, visiting

pytestmark = pytest.mark.xdist_group("browser")

SAVED = re.compile(r"\d\d:\d\d")
MANY = 6
"""More than Chromium itself tries again on a connection that it had kept."""
NO_DEVICE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
NO_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('closed'); } });"
COPIES = "Object.keys(localStorage).filter((name) => name.startsWith('draft:')).length"


@contextmanager
def writing(browser: Browser, address: str, title: str, path: str = "/sessions/new") -> Iterator[Page]:
    """A clerk of Missan has begun a new entry. What Chromium says of a cut line is no fault of the page."""
    with visiting(browser, address) as visit:
        begin(visit, title, path)
        yield visit.page
        visit.faults.clear()


def begin(visit: Visit, title: str, path: str = "/sessions/new") -> None:
    visit.sign_in("missan")
    visit.open(path)
    visit.page.fill("#title", title)
    expect(visit.page.locator(".saved")).to_contain_text(SAVED, timeout=30_000)


def leave(page: Page) -> None:
    """Leave the field, so that it is sent at once."""
    page.evaluate("document.activeElement.blur()")


def all_saved(page: Page) -> None:
    expect(page.locator("#form form")).to_have_js_property("changed", {}, timeout=30_000)


def arrives(records: Records, title: str, summary: str) -> None:
    """In the background, with no page that waits for it."""
    last = time.monotonic() + 30
    while [said.get("summary") for said in records.texts(title)] != [summary]:
        assert time.monotonic() < last, records.texts(title)
        time.sleep(0.05)


SAID = {
    "down": "لم يُحفظ بعد: الخط مقطوع أو السجل مشغول. يبقى ما تكتبونه على هذا الجهاز",
    "open": "لم يُحفظ بعد: الخط مقطوع، وهذا الجهاز لا يحتفظ بشيء.",
    "out": "لم يُحفظ بعد: انتهى دخولكم. يرجى الضغط على الزر للدخول من جديد",
}


def word(page: Page, name: str) -> None:
    expect(page.locator(".saved")).to_contain_text(SAID[name])


def test_minutes_written_over_cuts_of_every_kind_are_there_once(
    browser: Browser, served: Server, records: Records
) -> None:
    with laid(Line(served.port)) as line, visiting(browser, line.address) as visit:
        page, title = visit.page, "محضر على خط يُقطع"
        visit.sign_in("missan")
        visit.open("/sessions/new")
        line.planned.extend([Fate.AFTER, Fate.WHOLE, Fate.MIDWAY, Fate.WHOLE, Fate.BEFORE])
        page.fill("#title", title)
        leave(page)
        all_saved(page)
        page.fill("#summary", "نوقشت أسباب توقف المشاريع.")
        leave(page)
        all_saved(page)
        page.fill("#summary", "نوقشت أسباب توقف المشاريع، واتُفق على زيارة شهرية.")
        leave(page)
        all_saved(page)
        save = page.locator(".bar button[value=save]")
        for fate in (Fate.BEFORE, Fate.AFTER, Fate.MIDWAY):
            line.planned.extend([fate] * MANY)
            save.click()
            expect(save).to_contain_text("إعادة المحاولة: حفظ المسودة")
            line.planned.clear()
        save.click()
        expect(save).to_have_text("حفظ المسودة")
        expect(page.locator("#summary")).to_have_value("نوقشت أسباب توقف المشاريع، واتُفق على زيارة شهرية.")
        visit.faults.clear()

    [said] = records.texts(title)
    assert said["summary"] == "نوقشت أسباب توقف المشاريع، واتُفق على زيارة شهرية."
    assert records.acts(title) == ["draft", "save"]


def test_a_press_that_failed_is_saved_by_itself_and_the_button_says_no_more(
    browser: Browser, served: Server, records: Records
) -> None:
    with laid(Line(served.port)) as line, writing(browser, line.address, "محضر لم يصل ضغطه") as page:
        line.planned.extend([Fate.BEFORE] * MANY)
        page.locator("#summary").press_sequentially("كُتب ثم ضُغط.")
        page.click(".bar button[value=save]")
        expect(page.locator("#alert .errors")).to_be_visible()
        line.planned.clear()
        all_saved(page)
        expect(page.locator("#alert .errors")).to_have_count(0)
        expect(page.locator(".bar button[value=save]")).to_have_text("حفظ المسودة")

    assert [said["summary"] for said in records.texts("محضر لم يصل ضغطه")] == ["كُتب ثم ضُغط."]


def test_submitted_once_though_the_answer_was_lost(
    browser: Browser, served: Server, records: Records
) -> None:
    title = "درس أُرسل وضاع جوابه"
    with laid(Line(served.port)) as line, writing(browser, line.address, title, "/lessons/new") as page:
        page.check("[name=kind][value=good_practice]")
        page.check("[name=sectors][value=job-creation]")
        page.fill("#year", "2022")
        for name in ("situation", "done", "result", "recommendation"):
            page.fill(f"#{name}", f"كلام {name}.")
        leave(page)
        all_saved(page)
        line.planned.extend([Fate.AFTER] * MANY)
        page.click(".bar button[value=submit]")
        expect(page.locator(".bar button[value=submit]")).to_contain_text("إعادة المحاولة")
        line.planned.clear()
        page.click(".bar button[value=submit]")
        page.wait_for_url(re.compile(r"/lessons/\d+/open"))

    assert len(records.texts(title)) == 1
    assert records.acts(title).count("submit") == 1


def test_a_server_killed_and_started_again_gets_what_was_typed_meanwhile(
    browser: Browser, served: Server, records: Records
) -> None:
    with writing(browser, served.address, "محضر والخادم مقتول") as page:
        page.fill("#summary", "قبل القتل.")
        leave(page)
        served.kill()
        page.fill("#summary", "قبل القتل وبعده.")
        leave(page)
        word(page, "down")
        served.start()
        all_saved(page)
        expect(page.locator(".saved")).to_contain_text(SAVED)

    assert [said["summary"] for said in records.texts("محضر والخادم مقتول")] == ["قبل القتل وبعده."]


def test_a_browser_that_was_closed_offers_what_had_not_arrived(
    playwright_: Playwright, served: Server, records: Records, tmp_path: Path
) -> None:
    title = "محضر والكهرباء انقطعت"

    def opened(address: str) -> Visit:
        context = playwright_.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium(), args=QUIET
        )
        return Visit(context.pages[0], address)

    with laid(Line(served.port)) as line:
        first = opened(line.address)
        begin(first, title)
        first.page.wait_for_url(re.compile("/edit$"))
        path = first.page.url.removeprefix(line.address)
        line.planned.extend([Fate.BEFORE] * 100)
        first.page.fill("#summary", "لم تصل هذه الكلمات قبل الإغلاق.")
        leave(first.page)
        word(first.page, "down")
        first.page.context.close()
        line.planned.clear()

        again = opened(line.address)
        again.sign_in("missan")
        again.open(path)
        expect(again.page.locator("#summary")).to_have_value("")
        again.page.click("#kept [value=restore]")
        all_saved(again.page)
        assert again.page.evaluate(COPIES) == 0
        again.page.context.close()

    assert [said["summary"] for said in records.texts(title)] == ["لم تصل هذه الكلمات قبل الإغلاق."]


def test_a_sign_in_that_ended_is_said_and_offered_in_place(
    browser: Browser, served: Server, records: Records
) -> None:
    with writing(browser, served.address, "محضر انتهى دخول كاتبه") as page:
        other = page.context.new_page()
        other.goto(f"{served.address}/account/")
        other.click("form[action='/logout'] button")
        other.wait_for_url("**/login")
        page.fill("#summary", "كُتب بعد انتهاء الدخول.")
        leave(page)
        word(page, "out")
        expect(page.locator(".bar button[value=save]")).to_have_text("الدخول والحفظ")
        page.click(".bar button[value=save]")
        page.wait_for_url("**/login?held=**")
        page.fill("#user", "missan")
        page.fill("#password", "twinweb-demo")
        page.click("form.panel button")
        page.wait_for_url("**/account/resume?held=**")
        page.click("main form button:not([name])")
        page.wait_for_url(re.compile(r"/sessions/\d+/edit"))
        expect(page.locator("#kept")).to_be_hidden()
        assert page.evaluate(COPIES) == 0

    assert [said["summary"] for said in records.texts("محضر انتهى دخول كاتبه")] == ["كُتب بعد انتهاء الدخول."]


def test_two_tabs_of_one_person_keep_both_texts(browser: Browser, served: Server, records: Records) -> None:
    title = "محضر في نافذتين"
    with writing(browser, served.address, title) as page:
        page.wait_for_url(re.compile("/edit$"))
        other = page.context.new_page()
        other.goto(page.url)
        page.fill("#summary", "من النافذة الأولى.")
        leave(page)
        all_saved(page)
        other.fill("#title", f"{title} الثانية")
        leave(other)
        expect(other.locator(".saved")).to_contain_text("في نافذة أخرى")
        assert [said["title"] for said in records.texts(title)] == [title]
        other.click(".bar button[value=save]")
        expect(other.locator("#form .errors")).to_be_visible()
        other.click(".bar button[value=save]")
        expect(other.locator("#form .errors")).to_have_count(0)

    [said] = records.texts(f"{title} الثانية")
    assert said["summary"] == "من النافذة الأولى."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_two_people_at_one_draft_see_both_texts_and_choose(
    browser: Browser, served: Server, records: Records, javascript: bool
) -> None:
    """What each wrote alone is there, of what both wrote the text that was chosen."""
    title = f"محضر لكاتبين {javascript:d}"
    with (
        records.colleague("duhok", "missan"),
        writing(browser, served.address, title) as first,
        visiting(browser, served.address, javascript=javascript) as visit,
    ):
        first.wait_for_url(re.compile("/edit$"))
        visit.sign_in("duhok")
        visit.page.goto(first.url)
        first.fill("#summary", "كتبه كاتب ميسان.")
        first.fill("#facilitators", "من ميسان وحدها")
        leave(first)
        all_saved(first)

        second = visit.page
        second.fill("#summary", "كتبه كاتب دهوك.")
        second.fill("#key_messages", "من دهوك وحدها")
        if javascript:
            leave(second)
            expect(second.locator(".saved")).to_contain_text("شخص آخر")
        [said] = records.texts(title)
        assert said["summary"] == "كتبه كاتب ميسان."
        second.click(".bar button[value=save]")
        conflict = second.locator("#form .errors")
        expect(conflict).to_be_visible()
        expect(second.locator("fieldset.row", has_text="كتبه كاتب ميسان.")).to_be_visible()
        second.check("[name=take-summary][value=theirs]")
        second.click(".bar button[value=save]")
        expect(conflict).to_have_count(0)
        visit.faults.clear()

    [said] = records.texts(title)
    assert (said["summary"], said["facilitators"], said["key_messages"]) == (
        "كتبه كاتب ميسان.",
        "من ميسان وحدها",
        "من دهوك وحدها",
    )


@pytest.mark.parametrize("broken", [NO_DEVICE, NO_STORAGE], ids=["full", "closed"])
def test_a_device_that_keeps_nothing_is_said_and_saves_all_the_same(
    browser: Browser, served: Server, records: Records, broken: str
) -> None:
    title = f"محضر على جهاز لا يحفظ {len(broken)}"
    with visiting(browser, served.address) as visit:
        visit.page.add_init_script(broken)
        begin(visit, title)
        page = visit.page
        page.context.set_offline(True)
        page.fill("#summary", "لا نسخة منه على الجهاز.")
        leave(page)
        word(page, "open")
        assert page.evaluate("window.onbeforeunload !== null")
        page.context.set_offline(False)
        all_saved(page)
        assert page.evaluate("window.onbeforeunload === null")
        visit.faults.clear()

    assert [said["summary"] for said in records.texts(title)] == ["لا نسخة منه على الجهاز."]


def test_what_is_refused_is_not_called_saved(browser: Browser, served: Server) -> None:
    with writing(browser, served.address, "محضر طويل") as page:
        page.fill("#summary", "ن" * 20_001)
        leave(page)
        expect(page.locator(".saved")).to_have_text("لم تُحفظ بعد.")


def test_what_is_left_at_once_still_arrives(browser: Browser, served: Server, records: Records) -> None:
    title = "محضر تُرك فورًا"
    with writing(browser, served.address, title) as page:
        page.fill("#summary", "كُتب وتُركت الصفحة.")
        page.goto(f"{served.address}/lessons/")
        expect(page.locator("h1")).to_be_visible()
        arrives(records, title, "كُتب وتُركت الصفحة.")
        page.go_back()
        expect(page.locator("#summary")).to_have_value("كُتب وتُركت الصفحة.")
        expect(page.locator("#kept")).to_be_hidden()


def test_dozens_of_saves_over_a_line_that_cuts_three_in_ten(
    browser: Browser, served: Server, records: Records
) -> None:
    with laid(Line(served.port, cut=0.3, seed=4)) as line:
        titles = [f"درس بمتصفح على خط مقطوع {number}" for number in range(3)]
        for title in titles:
            with visiting(browser, served.address) as visit:
                visit.sign_in("missan")
                visit.address = line.address
                visit.open("/lessons/new")
                page = visit.page
                for name in ("title", "situation", "done", "result", "recommendation"):
                    page.fill(f"#{name}", title if name == "title" else f"{title}: {name}")
                    leave(page)
                    all_saved(page)
                visit.faults.clear()

    assert [[text["result"] for text in records.texts(title)] for title in titles] == [
        [f"{title}: result"] for title in titles
    ]
    assert line.cuts > 0
