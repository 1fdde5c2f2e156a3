"""A real server with the sample programme, and a real Chromium."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.records import Records
from tests.serving import Server

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application as `make run` starts it."""
    server = Server(tmp_path_factory.mktemp("browser"))
    server.start()
    yield server
    server.stop()
    server.process.wait(30)


@pytest.fixture
def records(served: Server) -> Records:
    return Records(served.data)


@pytest.fixture
def server(served: Server) -> str:
    return served.address


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright_: Playwright) -> Iterator[Browser]:
    browser = playwright_.chromium.launch(executable_path=chromium(), args=QUIET)
    yield browser
    browser.close()


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
