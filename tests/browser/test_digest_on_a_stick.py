"""The digest is opened from a stick, where there is no line: nothing is asked for, and it can be printed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

from tests.visits import visiting

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_the_file_opens_from_the_disk(
    browser: Browser, server: str, tmp_path: Path, language: str, direction: str
) -> None:
    with visiting(browser, server) as visit:
        visit.sign_in("basra")
        visit.open("/")
        visit.speak(language)
        visit.open("/sectors/water-resources")
        with visit.page.expect_download() as downloading:
            visit.page.click("a[download]")
        file = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(file)

    assert ("توأمة" in file.name) is (language == "ar")
    assert file.stat().st_size <= 100_000
    asked: list[str] = []
    with visiting(browser, server, width=320) as reader:

        def note(request: Request) -> None:
            asked.append(request.url)

        reader.page.on("request", note)
        reader.page.goto(file.as_uri())
        page = reader.page

        assert page.locator("html").get_attribute("dir") == direction
        assert page.locator("article").count() == page.locator("nav li").count() > 0
        assert page.evaluate("getComputedStyle(document.body).direction") == direction
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.tip')).borderInlineStartStyle")
            == "double"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click("nav a >> nth=0")
        assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")

    assert [url for url in asked if not url.startswith("file:")] == []
