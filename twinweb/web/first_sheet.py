"""The sign-in page brings its styles with it, as on a slow line a second trip is a second or more.

Of the one sheet it carries the rules that its templates can use, allowed by their hash, on this device's
first visit alone: who has signed in here once has the sheet.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup
from rcssmin import cssmin

from twinweb.web.addresses import asset

COOKIE = "sheet"
SHEET = "css/app.css"
TEMPLATES = ("accounts/login.html", "layouts/page.html", "layouts/header.html", "layouts/footer.html")
A_YEAR = 365 * 24 * 60 * 60
NAME = re.compile(r"[.#]?-?[a-zA-Z_][\w-]*")
ASIDE = re.compile(r"\[[^]]*\]|:[\w-]+(\([^)]*\))?")
"""Attributes and pseudo-classes: they narrow a rule to what may be there."""
COMMA = re.compile(r",(?![^(]*\))")


def first_sheet() -> Markup:
    """The styles of the sign-in page, where this device has not been sent the sheet yet."""
    if request.cookies.get(COOKIE) == _version():
        return Markup('<link rel="stylesheet" href="{}">').format(asset(SHEET))
    text = _text(Path(current_app.static_folder or ""), Path(str(current_app.template_folder)))
    g.sheet_hash = "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
    return Markup("<style>{}</style>").format(Markup(text))  # noqa: S704  our own file


def remember_sheet(response: Response) -> None:
    """This device has the sheet from now on, as the page that follows links it."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(
        COOKIE, _version(), max_age=A_YEAR, path="/login", samesite="Lax", httponly=True, secure=secure
    )


def _version() -> str:
    return asset(SHEET).rpartition("=")[2]


@cache
def _text(static: Path, templates: Path) -> str:
    used = {"html", "body", "*"}
    for name in TEMPLATES:
        page = (templates / name).read_text("utf-8")
        used |= set(re.findall(r"<(\w+)", page))
        used |= {f".{one}" for found in re.findall(r'class="([^"]*)"', page) for one in found.split()}
        used |= {f"#{one}" for one in re.findall(r'id="(\w+)"', page)}
    used |= {".door"}
    sheet: str = cssmin((static / SHEET).read_text("utf-8"))
    return "".join(_kept(sheet, used))


def _kept(sheet: str, used: set[str]) -> Iterator[str]:
    """The rules of a sheet, or of a block of it, whose names are all among those used."""
    for head, body in _blocks(sheet):
        if not body:
            yield head
        elif head.startswith(("@layer", "@media", "@supports")) and "print" not in head:
            inner = "".join(_kept(body, used))
            yield f"{head}{{{inner}}}" if inner else ""
        elif not head.startswith("@"):
            fitting = [one for one in COMMA.split(head) if set(NAME.findall(ASIDE.sub("", one))) <= used]
            yield f"{','.join(fitting)}{{{body}}}" if fitting else ""


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """(what stands before a brace, what stands in it); of a statement without braces, itself and nothing."""
    depth = begin = brace = 0
    for at, letter in enumerate(sheet):
        if letter == "{":
            brace, depth = (at if not depth else brace), depth + 1
        elif letter == ";" and not depth:
            yield sheet[begin : at + 1].strip(), ""
            begin = at + 1
        elif letter == "}":
            depth -= 1
            if not depth:
                yield sheet[begin:brace].strip(), sheet[brace + 1 : at]
                begin = at + 1


def init_app(app: Flask) -> None:
    app.add_template_global(first_sheet)
