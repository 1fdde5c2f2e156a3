"""Words about coming in: how long to wait, and what device somebody came in by."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, make_response
from flask_babel import gettext as _
from flask_babel import ngettext

from twinweb.accounts.secrets import SHORTEST_PASSWORD
from twinweb.accounts.throttle import Paused

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR|Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("YaBrowser", "Yandex"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Trident|MSIE", "Internet Explorer"),
    ("Safari", "Safari"),
)
"""In this order: each names those after it too."""
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPod", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh|Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux|X11", "Linux"),
)


def wait(seconds: int) -> str:
    return str(
        ngettext(
            "Too many tries in a row. Please try again in %(num)s second.",
            "Too many tries in a row. Please try again in %(num)s seconds.",
            seconds,
        )
    )


def wait_for(paused: Paused, page: str) -> Response:
    """The page that says how long to wait, to people and to programs."""
    response = make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(paused.seconds)
    return response


def too_easy() -> str:
    return str(
        _(
            "Please choose a password that is harder to guess: at least %(count)s characters, "
            "and not a common one, nor made of names of this place or of yourself.",
            count=SHORTEST_PASSWORD,
        )
    )


def device(agent: str) -> str:
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("A device that does not say what it is"))


def _first(rules: Sequence[tuple[str, str]], agent: str) -> str:
    return next((name for signs, name in rules if re.search(signs, agent)), "")
