"""The Thursday morning: twenty entries wait, a phone is in the hand, and in half an hour all are decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Request, expect
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests import thursday, world
from tests.records import Records
from tests.serving import Server
from tests.visits import Visit, visiting
from twinweb import clock
from twinweb.db import db
from twinweb.entries import commands
from twinweb.entries.models import Revision
from twinweb.inbox import queries as inbox
from twinweb.kinds import KINDS
from twinweb.notices.models import News

pytestmark = pytest.mark.xdist_group("browser")

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "ar-IQ",
}
PHONE_COST, KEYS_COST = (30, 12), (30, 12)
"""Presses and loads, at most, to decide ten: seven approved, one returned, one rejected, one a duplicate."""
REASON = "لا يتعلق بعمل المحافظة."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("thursday"))
    server.start()
    yield server
    server.stop()
    server.process.wait(30)


@pytest.fixture
def beside(desk: Server) -> Iterator[Flask]:
    with thursday.beside(desk.data) as app:
        thursday.empty_desk()
        yield app


@dataclass
class Hand:
    """A reviewer's hand: what it presses is counted, and what is fetched for it."""

    visit: Visit
    thumb: bool = False
    presses: int = 0
    loads: int = 0

    def __post_init__(self) -> None:
        self.page.on("request", self._count)

    @property
    def page(self) -> Page:
        return self.visit.page

    def reads(self, title: str) -> None:
        expect(self.page.locator("h1")).to_have_text(title)

    def arrives(self, title: str) -> None:
        """All of it: the heading of a page is announced once its buttons are ready."""
        self.reads(title)
        expect(self.page.locator("h1")).to_be_focused()

    def press(self, what: str | Locator) -> None:
        self.presses += 1
        found = self.page.locator(what) if isinstance(what, str) else what
        (found.tap if self.thumb else found.click)()

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.presses += 1
            self.page.keyboard.press(key)

    def write(self, control: str, text: str) -> None:
        self.press(control)
        self.page.locator(control).fill(text)

    def choose(self, control: str, option: str) -> None:
        """A browser without a screen opens no list to choose from: what it would fill in is filled in."""
        self.presses += 2
        self.page.fill(control, self.page.locator(option).inner_text())

    def told(self, title: str) -> None:
        expect(self.page.locator("#alert .note.done")).to_contain_text(title)

    def _count(self, request: Request) -> None:
        self.loads += request.resource_type in ("document", "fetch", "xhr")

    @property
    def cost(self) -> tuple[int, int]:
        return self.presses, self.loads


def approve(hand: Hand, title: str) -> None:
    hand.reads(title)
    hand.press("details[data-key=A] > summary")
    hand.press("button[formaction$='/approve']")
    hand.told(title)


def send_back(hand: Hand, title: str) -> None:
    """With a saved remark at a field, and one on the whole in words of one's own."""
    hand.reads(title)
    hand.press(hand.page.locator("details:has(#note-title) > summary").last)
    hand.choose("[name=saved-title]", "#saved option:nth-child(5)")
    hand.press("details[data-key=R] > summary")
    hand.write("#note-whole", "يرجى ذكر الكلفة.")
    hand.press("button[formaction$='/return']")
    hand.told(title)


def reject(hand: Hand, title: str) -> None:
    hand.reads(title)
    hand.press("details[data-key=X] > summary")
    hand.write("#reason", REASON)
    hand.press("button[formaction$='/reject']")
    hand.told(title)


def close_as_duplicate(hand: Hand, title: str) -> None:
    """Of the one that the page shows as likely the same."""
    hand.reads(title)
    twin = hand.page.locator("[aria-labelledby=alike] bdi[dir=ltr]").first.inner_text()
    hand.press("details[data-key=X] > summary")
    hand.write("#reason", "كُتبت المادة نفسها من قبل.")
    hand.write("#reference", twin)
    hand.press("button[formaction$='/duplicate']")
    hand.told(title)


def correct(hand: Hand, title: str) -> None:
    hand.reads(title)
    hand.press("a[href$='/correct']")
    hand.write("#title", f"{title} مصححاً")
    hand.press(".bar button[value=send]")
    expect(hand.page.locator("#alert .note.done")).to_contain_text("التصحيح")


def put_aside(hand: Hand, title: str) -> None:
    hand.reads(title)
    hand.press("a[href*='/aside']")
    hand.write("#note", "سؤال البصرة")
    hand.press("main form.narrow button")
    expect(hand.page.locator("#alert .note.done")).to_be_visible()


def undo(hand: Hand, title: str) -> None:
    hand.press("#alert form[action$='/take-back'] button")
    hand.reads(title)


TEN = [approve, send_back, approve, approve, approve, close_as_duplicate, reject, approve, approve, approve]
DONE = {
    approve: ["claim", "approve"],
    send_back: ["claim", "return"],
    reject: ["claim", "reject"],
    close_as_duplicate: ["claim", "mark_duplicate"],
}
"""Opened, and then decided once."""
LATER = [
    ["claim", "correct_as_reviewer", "approve"],
    ["claim", "put_aside"],
    ["claim", "approve", "take_back", "return"],
    ["claim", "claim", "approve"],  # held when the one before was approved, and when it was returned
    ["claim", "release", "approve"],
    *[["claim", "approve"]] * 5,
]
NEWS = {
    approve: [News.APPROVED],
    send_back: [News.RETURNED],
    reject: [News.REJECTED],
    close_as_duplicate: [News.DUPLICATE],
}


def begin(hand: Hand, waiting: int) -> None:
    """From the first page to the oldest that waits."""
    expect(hand.page.locator("#to-review")).to_have_text(str(waiting))
    hand.press(".site a[href='/review/']")
    expect(hand.page.locator("#results li")).to_have_count(waiting)
    hand.press(hand.page.locator("#results form[action$='/claim'] button").first)


def test_the_thursday_morning(browser: Browser, desk: Server, beside: Flask) -> None:
    titles = thursday.sent(20, "بالهاتف")
    with visiting(browser, desk.address, **PHONE) as visit:
        visit.sign_in("reviewer")
        hand = Hand(visit, thumb=True)
        begin(hand, 20)
        for decide, title in zip(TEN, titles[:10], strict=True):
            hand.arrives(title)
            decide(hand, title)
        ten = hand.cost
        correct(hand, titles[10])
        put_aside(hand, titles[11])
        approve(hand, titles[12])
        undo(hand, titles[12])
        send_back(hand, titles[12])
        a_heavy_thumb(hand, titles[13], titles[14])
        two_at_once(hand, titles[14])
        held_by_another(hand, titles[15], then=titles[16])
        for title in titles[16:]:
            approve(hand, title)
        nothing_is_left(hand, titles)
        the_other_reviewer_decides(titles[15], f"{titles[10]} مصححاً")

    assert acts(desk, titles) == dict(zip(titles, [*map(DONE.__getitem__, TEN), *LATER], strict=True))
    assert told_to_authors(titles[:10]) == {
        title: NEWS[decide] for title, decide in zip(titles, TEN, strict=False)
    }
    assert told_to_authors(titles[11:13]) == {titles[12]: [News.RETURNED]}  # nothing of what was undone
    assert told_to_authors([f"{titles[10]} مصححاً"]) == {
        f"{titles[10]} مصححاً": [News.CORRECTED, News.APPROVED]
    }
    the_author_finds_the_notes(browser, desk, titles[1])
    print(f"ten entries with a thumb: {ten[0]} presses, {ten[1]} loads")  # noqa: T201  a figure for the report
    assert (ten[0] <= PHONE_COST[0], ten[1] <= PHONE_COST[1]) == (True, True), ten


@pytest.mark.usefixtures("beside")
def test_ten_entries_with_the_keys(browser: Browser, desk: Server) -> None:
    titles = thursday.sent(10, "بالمفاتيح")
    with visiting(browser, desk.address) as visit:
        visit.sign_in("reviewer")
        hand = Hand(visit)
        begin(hand, 10)
        for decide, title in zip(TEN, titles, strict=True):
            hand.arrives(title)
            BY_KEYS[decide](hand)
            hand.told(title)
        hand.page.wait_for_url("**/review/")

    assert acts(desk, titles) == {title: DONE[decide] for title, decide in zip(titles, TEN, strict=True)}
    print(f"ten entries with the keys: {hand.presses} presses, {hand.loads} loads")  # noqa: T201  for the report
    assert (hand.presses <= KEYS_COST[0], hand.loads <= KEYS_COST[1]) == (True, True), hand.cost


@pytest.mark.usefixtures("beside")
def test_a_key_pressed_while_the_entry_arrives_keeps_the_focus(browser: Browser, desk: Server) -> None:
    """What a quick hand opened before htmx had finished with the page is where Enter falls."""
    (title,) = thursday.sent(1, "بيد سريعة")
    with visiting(browser, desk.address) as visit:
        visit.sign_in("reviewer")
        hand = Hand(visit)
        hand.press(".site a[href='/review/']")
        hand.page.evaluate("""
            const press = new KeyboardEvent("keydown", {code: "KeyA", key: "a", bubbles: true});
            new MutationObserver((_, seen) => { seen.disconnect(); document.body.dispatchEvent(press); })
                .observe(document.getElementById("main"), {childList: true});
        """)
        hand.press(hand.page.locator("#results form[action$='/claim'] button").first)
        hand.reads(title)
        expect(hand.page.locator("button[formaction$='/approve']")).to_be_focused()
        hand.keys("Enter")
        hand.told(title)


@pytest.mark.usefixtures("beside")
def test_each_decision_without_javascript(browser: Browser, desk: Server) -> None:
    titles = thursday.sent(8, "بلا جافاسكربت")
    with visiting(browser, desk.address, **PHONE, javascript=False) as visit:
        visit.sign_in("reviewer")
        hand = Hand(visit, thumb=True)
        begin(hand, 8)
        approve(hand, titles[0])
        undo(hand, titles[0])
        approve(hand, titles[0])
        send_back(hand, titles[1])
        reject(hand, titles[2])
        put_aside(hand, titles[3])
        correct(hand, titles[4])
        close_as_duplicate(hand, titles[5])
        hand.reads(titles[6])

    done = list(acts(desk, titles).values())
    assert done[0] == ["claim", "approve", "take_back", "approve"]
    assert [one[-1] for one in done[1:6]] == [
        "return",
        "reject",
        "put_aside",
        "correct_as_reviewer",
        "mark_duplicate",
    ]
    assert told_to_authors(titles[1:2]) == {titles[1]: [News.RETURNED]}


def press_a(hand: Hand) -> None:
    hand.keys("a", "Enter")


def press_r(hand: Hand) -> None:
    """A saved remark on the whole, chosen from the list."""
    hand.keys("r", "Tab", "ArrowDown", "Tab", "Tab", "Enter")


def press_x(hand: Hand) -> None:
    hand.keys("x")
    hand.page.keyboard.type(REASON)
    hand.keys("Tab", "Enter")


def press_x_for_a_twin(hand: Hand) -> None:
    twin = hand.page.locator("[aria-labelledby=alike] bdi[dir=ltr]").first.inner_text()
    hand.keys("x")
    hand.page.keyboard.type("كُتبت المادة نفسها من قبل.")
    hand.keys("Tab", "Tab")
    hand.page.keyboard.type(twin)
    hand.keys("Tab", "Enter")


BY_KEYS = {approve: press_a, send_back: press_r, reject: press_x, close_as_duplicate: press_x_for_a_twin}


def a_heavy_thumb(hand: Hand, title: str, following: str) -> None:
    """Two presses where one was meant: the second falls upon the next entry, and does nothing there."""
    hand.reads(title)
    hand.press("details[data-key=A] > summary")
    button = hand.page.locator("button[formaction$='/approve']")
    button.scroll_into_view_if_needed()
    place = button.bounding_box()
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    hand.page.touchscreen.tap(x, y)
    hand.page.touchscreen.tap(x, y)
    hand.told(title)
    hand.reads(following)
    hand.page.touchscreen.tap(x, y)
    hand.reads(following)
    expect(hand.page.locator(".badge.submitted").first).to_be_visible()


def two_at_once(hand: Hand, title: str) -> None:
    """It is let go of and read again without holding it; meanwhile somebody else decides."""
    hand.press("form[action$='/release'] button")
    hand.press(hand.page.get_by_role("link", name=title, exact=True))
    hand.reads(title)
    commands.approve(world.seen(the(title)), KINDS, by=world.person("reviewer2"))
    hand.press("details[data-key=A] > summary")
    hand.press("button[formaction$='/approve']")
    expect(hand.page.locator(".errors")).to_contain_text("مكتب المراجعة الثاني")


def held_by_another(hand: Hand, title: str, then: str) -> None:
    commands.claim(world.seen(the(title)), KINDS, by=world.person("reviewer2"))
    hand.press(".crumbs a[href='/review/']")
    row = hand.page.locator("#results li", has_text=title)
    expect(row).to_contain_text("مكتب المراجعة الثاني")
    expect(row.locator("form")).to_have_count(0)
    hand.press(hand.page.locator("#results li", has_text=then).locator("form[action$='/claim'] button"))


def nothing_is_left(hand: Hand, titles: list[str]) -> None:
    """But what somebody else holds, and what was put aside."""
    hand.page.wait_for_url("**/review/")
    expect(hand.page.locator("#results h2")).to_have_text([titles[15]])
    expect(hand.page.locator("details li h2")).to_have_text([titles[11]])


def the_other_reviewer_decides(*titles: str) -> None:
    for title in titles:
        commands.approve(world.seen(the(title)), KINDS, by=world.person("reviewer2"))


def the_author_finds_the_notes(browser: Browser, desk: Server, title: str) -> None:
    """From the count in the header to the field in four presses."""
    with visiting(browser, desk.address, **PHONE) as visit:
        visit.sign_in(the(title).entry.owner)
        hand = Hand(visit, thumb=True)
        hand.press(".site a[href='/notices/']")
        hand.press(hand.page.locator("#results li", has_text=title).locator("form button"))
        hand.reads(title)
        hand.press("form[action$='/answer'] button")
        expect(hand.page.locator(".note")).to_have_count(3)  # on top and at their places


def the(title: str) -> Revision:
    """The newest text with this title."""
    db.session.rollback()
    query = select(Revision).where(Revision.title == title).options(joinedload(Revision.entry))
    return db.session.scalars(query.order_by(Revision.id.desc()).limit(1)).one()


def acts(desk: Server, titles: list[str]) -> dict[str, list[str]]:
    """What was done with each at the desk, since it was sent last."""
    found = {title: Records(desk.data).acts(title) for title in titles}
    return {title: done[len(done) - done[::-1].index("submit") :] for title, done in found.items()}


def told_to_authors(titles: list[str]) -> dict[str, list[News]]:
    """What they read of this morning under «notices», in the order in which it came."""
    db.session.rollback()
    told: dict[str, list[News]] = {}
    for office in thursday.OFFICES:
        for one in reversed(inbox.told(world.person(office))):
            if one.title in titles and one.at > clock.before_now(timedelta(hours=1)):
                told.setdefault(one.title, []).append(one.news)
    return told
