"""Monday: thirty people are pasted, and thirty slips are printed on four sheets of A4."""

import re
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page

NAMES = ["علي", "حسين", "زينب", "عمر", "هدى", "كاظم", "سارة", "نوزاد", "ريم", "فراس"]
FATHERS = ["كريم", "جبار", "نعمة"]
FAMILIES = ["الجبوري", "الموسوي", "التميمي", "الساعدي", "العامري"]
SECONDS = 30


def thirty(first_phone: int) -> str:
    rows = [
        f"{NAMES[n % 10]} {FATHERS[n // 10]} {FAMILIES[n % 5]}\t{first_phone + n}\tموظف\tالبصرة"
        for n in range(30)
    ]
    return "\n".join(["الاسم\tالهاتف\tالعنوان الوظيفي\tالمحافظة", *rows])


def admin(browser: Browser, server: str, *, scripts: bool) -> Page:
    page = browser.new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 700}).new_page()
    page.goto(f"{server}/login")
    page.fill("[name=user]", "admin")
    page.fill("[name=password]", "twinweb-demo")
    page.locator("main form .button").first.click()
    return page


@pytest.mark.parametrize(("scripts", "first_phone"), [(True, 7700100000), (False, 7711100000)])
def test_thirty_are_pasted_and_thirty_slips_printed(
    browser: Browser, server: str, scripts: bool, first_phone: int
) -> None:
    page = admin(browser, server, scripts=scripts)
    started = monotonic()
    page.goto(f"{server}/admin/users/many")
    page.fill("[name=pasted]", thirty(first_phone))
    page.locator("#form .button").click()
    page.wait_for_selector("[name=list]", state="attached")
    for number in range(1, 31):  # the second time everybody has a namesake
        other = page.locator(f"[name=r{number}-take][value=other]")
        if other.count():
            other.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("[value=open]").first.click()
    page.wait_for_selector(".slips")

    assert page.locator(".slips > li").count() == 30
    assert monotonic() - started < SECONDS
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 4
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12]", printed), "not A4"
    page.context.close()
