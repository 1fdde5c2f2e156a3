"""Every page in both languages: axe-core sees no violation, nothing fails, no phone scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.visits import visiting

pytestmark = pytest.mark.xdist_group("browser")

OPEN_PAGES = [
    "/login",
    "/help/",
    *(f"/help/{one}" for one in ("contributor", "reviewer", "admin", "observer")),
    "/nowhere",
]
PAGES = {
    "basra": [
        "/",
        "/mine/",
        "/account/",
        "/account/password",
        "/partnerships/",
        "/workshops/",
        "/sessions/",
        "/lessons/",
        "/lessons/?sector=water-resources&q=ماء",
        "/lessons/?year=1999",
        "/partnerships/new",
        "/workshops/new",
        "/sessions/new",
        "/lessons/new",
        "/search",
        "/search?q=نفايات",
        "/search?q=qqqqq",
        "/sectors/waste-management",
        "/governorates/basra",
        "/parties/1",
        "/partnerships/1/files",
    ],
    "reviewer": ["/", "/files/", "/partnerships/1/files", "/review/", "/notices/"],
    "observer": ["/", "/account/"],
    "admin": [
        "/",
        "/admin/users/",
        "/admin/users/new",
        "/admin/users/1",
        "/admin/sectors/",
        "/admin/parties/",
        "/admin/audit/",
        "/admin/desk/",
    ],
}
FIRST_LINKS: dict[str, list[tuple[str, ...]]] = {
    "basra": [
        ("/partnerships/", "#results .rows a"),
        ("/workshops/", "#results .rows a"),
        ("/sessions/", "#results .rows a"),
        ("/lessons/", "#results .rows a"),
        ("/mine/", "main .rows a"),
    ],
    "reviewer": [("/review/", "#results .rows li:has(form) a", page) for page in ("", "/correct", "/aside")],
}


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("who", ["", *PAGES])
def test_every_page(browser: Browser, server: str, who: str, language: str) -> None:
    faults: list[str] = []
    with visiting(browser, server) as visit:
        if who:
            visit.sign_in(who)
        visit.open("/" if who else "/login")
        visit.speak(language)
        paths = PAGES.get(who, OPEN_PAGES)
        for path in [*paths, *(_first(visit.page, server, *one) for one in FIRST_LINKS.get(who, []))]:
            visit.page.set_viewport_size({"width": 1366, "height": 900})
            visit.open(path)
            found = Axe().run(visit.page)
            faults += [
                f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]
            ]
            for width in (320, 768, 1366):
                visit.page.set_viewport_size({"width": width, "height": 900})
                wide = visit.page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    faults.append(f"{path}: {wide} px wide at {width}")

    assert faults == []


def _first(page: Page, server: str, path: str, selector: str, further: str = "") -> str:
    """Where the first such link leads, or a page below that."""
    page.goto(server + path)
    return (page.locator(selector).first.get_attribute("href") or "") + further
