"""One person at one browser, for the browser suite."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

PASSWORD = "twinweb-demo"


@dataclass
class Visit:
    """One person at one browser: a page, and what went wrong on it."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        self.open("/login")
        self.page.fill("#user", username)
        self.page.fill("#password", password)
        self.page.click("form.panel button")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def sign_out(self) -> None:
        self.page.click("form[action='/logout'] button")
        self.page.wait_for_url("**/login")

    def speak(self, language: str) -> None:
        button = self.page.locator(f".foot button[value={language}]")
        if button.count():
            button.click()
            self.page.wait_for_selector(f"html[lang={language}]")

    def note(self, message: ConsoleMessage) -> None:
        """Errors of the console; what the server refuses on purpose is no error of the page."""
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")


@contextmanager
def visiting(
    browser: Browser, server: str, *, javascript: bool = True, width: int = 1366, **device: Any
) -> Iterator[Visit]:
    """`device` is what Playwright knows of one, such as `has_touch`."""
    shape = {"viewport": {"width": width, "height": 900}} | device
    context = browser.new_context(java_script_enabled=javascript, **shape)
    context.set_default_timeout(15_000)
    visit = Visit(context.new_page(), server)
    visit.page.on("console", visit.note)
    visit.page.on("pageerror", lambda error: visit.faults.append(f"{visit.page.url}: {error}"))
    try:
        yield visit
    finally:
        context.close()
    assert visit.faults == []
