"""The second step and passkeys in a real Chromium, with an authenticator that it makes up itself."""

import re

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.test_main_job import choose_password, open_account
from tests.visits import visiting

pytestmark = pytest.mark.xdist_group("browser")

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def local(server: str) -> str:
    """The same server under the name that browsers make passkeys for."""
    return server.replace("127.0.0.1", "localhost")


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """As if the device had a finger print reader, and somebody's finger on it."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    made = line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return line, made["authenticatorId"]


def test_a_passkey_is_added_and_signs_in_instead_of_a_password(browser: Browser, local: str) -> None:
    with visiting(browser, local) as visit:
        page = visit.page
        with_authenticator(page)
        visit.sign_in("wasit")
        visit.speak("en")
        visit.open("/account/second-factor")
        page.click("a[href='/account/passkey']")
        page.fill("#name", "Office PC")
        page.click("form.panel button")
        expect(page.locator("main code")).to_have_count(10)
        visit.open("/account/second-factor")
        expect(page.locator("dt", has_text="Office PC")).to_be_visible()
        visit.sign_out()

        page.click("a[href='/login/passkey']")
        page.click("form.panel button")
        page.wait_for_url(re.compile(r":\d+/$"))

        visit.open("/account/second-factor")
        page.click("form[action$='/remove'] button")
        expect(page.locator("dt", has_text="Office PC")).to_have_count(0)


def test_where_the_device_has_no_such_key_the_page_says_so(browser: Browser, local: str) -> None:
    with visiting(browser, local) as visit:
        line, key = with_authenticator(visit.page)
        line.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
        visit.open("/login/passkey")
        visit.page.click("form.panel button")
        expect(visit.page.locator(".error")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_authenticator_is_set_up_and_asked_for(browser: Browser, server: str, javascript: bool) -> None:
    with visiting(browser, server, javascript=javascript, width=320) as visit:
        page = visit.page
        visit.sign_in("diyala" if javascript else "anbar")
        visit.open("/account/second-factor")
        seed = page.locator("p > bdi[dir=ltr]").inner_text().replace(" ", "")
        picture = page.locator("main img")
        assert picture.evaluate("one => one.naturalWidth") > 100
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.fill("#code", pyotp.TOTP(seed).now())
        page.click("main form button")
        codes = page.locator("main code").all_inner_texts()
        assert len(codes) == 10

        visit.open("/account/second-factor")
        page.click("form[action$='/remove'] button")
        expect(page.locator("form[action$='/remove']")).to_have_count(0)


def test_a_passkey_is_the_second_step(browser: Browser, local: str) -> None:
    with visiting(browser, local) as admin:
        admin.sign_in("admin")
        admin.speak("en")
        code = open_account(admin, "holds.a.key")

    with visiting(browser, local) as visit:
        page = visit.page
        with_authenticator(page)
        visit.sign_in("holds.a.key", code)
        choose_password(visit, "three rivers and a palm")
        visit.open("/account/passkey")
        page.click("form.panel button")
        recovery = page.locator("main code").first.inner_text()
        for second in ("passkey", "recovery code"):
            visit.sign_out()
            page.fill("#user", "holds.a.key")
            page.fill("#password", "three rivers and a palm")
            page.click("form.panel button")
            page.wait_for_url("**/login/second")
            if second == "passkey":
                page.click("a[href*='/login/passkey']")
            else:
                page.fill("#code", recovery)
            page.click("form.panel button")
            page.wait_for_url(re.compile(r":\d+/$"))
