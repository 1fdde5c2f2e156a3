"""What a save carries up the line: the text, packed, and little else."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.visits import visiting
from twinweb.sample.programme import DATA

LESSON = json.loads((DATA / "lessons.json").read_text("utf-8"))[0]["raw"]
TEXT = " ".join(LESSON[name] for name in ("situation", "done", "result", "avoid", "recommendation"))
OLD = "delete window.CompressionStream;"
PRESSED = re.compile("/(new|edit)$")
"""Where the button sends to, and no piece of a draft."""


@contextmanager
def new_lesson(browser: Browser, server: str, script: str = "") -> Iterator[Page]:
    """Written, and not yet sent: the line drops what the draft sends by itself."""
    with visiting(browser, server) as visit:
        page = visit.page
        page.add_init_script(script)
        visit.sign_in("basra")
        page.route("**/keep", lambda route: route.abort())
        visit.open("/lessons/new")
        page.fill("#title", "متابعة المشاريع")
        page.fill("#situation", TEXT)
        yield page
        visit.faults.clear()


@pytest.mark.parametrize(
    ("script", "unpack", "most"), [("", gzip.decompress, 0.9), (OLD, bytes, 2.2)], ids=["packed", "old"]
)
def test_a_save_carries_what_was_written_and_no_empty_fields(
    browser: Browser, server: str, script: str, unpack: Callable[[bytes], bytes], most: float
) -> None:
    with new_lesson(browser, server, script) as page:
        with page.expect_response(PRESSED) as saved:
            page.click(".bar button[value=save]")
        page.wait_for_url("**/edit")
        carried = saved.value.request.post_data_buffer or b""
        body = unpack(carried).decode()
        assert len(carried) < most * len(TEXT.encode())
        assert 'name="result"' not in body
        assert 'name="sources-0-' not in body
        assert page.input_value("#situation").strip() == TEXT.strip()
        page.fill("#title", "")
        with page.expect_response(PRESSED):
            page.click(".bar button[value=save]")
        page.reload()
        assert page.input_value("#title") == ""
        assert page.input_value("#situation").strip() == TEXT.strip()


def test_what_a_proxy_does_not_let_through_packed_goes_as_it_always_did(
    browser: Browser, server: str
) -> None:
    def proxy(route: Route) -> None:
        packed = "content-encoding" in route.request.headers
        route.fulfill(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, body="?") if packed else route.continue_()

    with new_lesson(browser, server) as page:
        page.route(PRESSED, proxy)
        save = page.locator(".bar button[value=save]")
        save.click()
        expect(page.locator("#alert .errors")).to_be_visible()
        save.click()
        page.wait_for_url("**/edit")

        page.reload()
        assert page.input_value("#situation").strip() == TEXT.strip()
