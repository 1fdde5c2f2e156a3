"""The pictures of the help pages show pages that are there; `make pictures` takes them anew."""

import io
import os
from dataclasses import dataclass

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser, Locator, expect

from tests.records import Records
from tests.visits import Visit, visiting
from twinweb.config import ROOT
from twinweb.home.pictures import FOLDER, SHARPNESS

pytestmark = pytest.mark.xdist_group("browser")

TAKES = "TWINWEB_PICTURES" in os.environ
COLOURS = 12
PAPER, LINE = "#faf6ed", "#dacdb4"
"""A margin as the page has, and an edge as that of cards."""
MARGIN = 10 * SHARPNESS


@dataclass(frozen=True)
class Shot:
    """What a picture shows: a part of the page that this person sees there."""

    who: str
    address: str
    part: str


def shots(records: Records) -> dict[str, Shot]:
    """By the names that the help pages call them by."""

    def one(state: str) -> tuple[str, str, int]:
        query = (
            "SELECT owner, kind, entry.id, revision.id FROM entry JOIN revision ON entry_id = entry.id"
            " WHERE state = ? AND kind = 'lesson' AND claimed_by_id IS NULL ORDER BY entry.id"
        )
        owner, kind, entry, revision = records.rows(query, state)[0]
        return owner, f"/{kind}s/{entry}", revision

    writer, draft, _ = one("draft")
    author, returned, _ = one("returned")
    _, _, submitted = one("submitted")
    return {
        "saved": Shot(writer, f"{draft}/edit", ".bar"),
        "note": Shot(author, f"{returned}/open", "main .note"),
        "queue": Shot("reviewer", "/review/", "#results li:has(form)"),
        "decision": Shot("reviewer", f"/review/{submitted}", ".decision"),
        "accounts": Shot("admin", "/admin/users/", ".head"),
        "desk": Shot("admin", "/admin/desk/", ".figures"),
        "filters": Shot("observer", "/lessons/", "form.filters"),
    }


def test_what_the_pictures_show_is_there(browser: Browser, server: str, records: Records) -> None:
    found = shots(records)
    for who in {shot.who for shot in found.values()}:
        with visiting(browser, server, width=360, device_scale_factor=SHARPNESS) as visit:
            visit.sign_in(who)
            for language in ("en", "ar"):
                visit.speak(language)
                for name in (name for name, shot in found.items() if shot.who == who):
                    look(visit, name, found[name], language)


def look(visit: Visit, name: str, shot: Shot, language: str) -> None:
    visit.open(shot.address)
    visit.page.keyboard.press("End")  # nothing shows under what sticks to the edge of the window
    part = visit.page.locator(shot.part).first
    expect(part, f"the help page shows {shot.part} of {shot.address} as {name}").to_be_visible()
    if TAKES:
        take(part, f"{name}-{language}")


def take(part: Locator, name: str) -> None:
    """In few colours, which is enough for letters on a ground and half as heavy."""
    with Image.open(io.BytesIO(part.screenshot())) as shown:
        few = shown.convert("RGB").quantize(COLOURS).convert("RGB")
    picture = ImageOps.expand(ImageOps.expand(few, MARGIN, PAPER), SHARPNESS, LINE)
    picture.save(ROOT / "static" / FOLDER / f"{name}.webp", lossless=True, method=6)
