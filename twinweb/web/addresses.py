"""What may stand in an address: bounded ids, addresses of static files that never change, own paths only."""

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, current_app, request, url_for
from werkzeug.routing import IntegerConverter, Map

from twinweb.i18n.arabic import clean

HIGHEST_ID = 2**31 - 1
LONGEST_PARAMETER = 200


class IdConverter(IntegerConverter):
    """An id as the database can hold it; a longer number is no page."""

    def __init__(self, map: Map) -> None:  # noqa: A002  Werkzeug's name
        super().__init__(map, min=1, max=HIGHEST_ID)


def asset(name: str) -> str:
    """The address of a static file with the hash of its content, so that browsers keep it for ever."""
    return _asset(current_app.static_folder or "", name, request.script_root)


@cache
def _asset(folder: str, name: str, _root: str) -> str:
    return url_for("static", filename=name, v=_digest(Path(folder) / name))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def own_path(target: str | None) -> str | None:
    """This address if it is a path of our own, else None: no redirect leads elsewhere."""
    if not target or not target.isascii() or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    odd = any(ord(letter) < 33 or letter == "\\" for letter in target)  # noqa: PLR2004  space and controls
    return None if odd or parts.scheme or parts.netloc else target


def sent_number(name: str, default: int = 0) -> int:
    """A number that a form carries: the version seen, an id. What is none, or too large, is `default`."""
    return _number(request.form.get(name, ""), default)


def asked_number(name: str) -> int:
    """A number that the address carries; 0 where it is none."""
    return _number(request.args.get(name, ""), 0)


def _number(text: str, default: int) -> int:
    fits = text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= HIGHEST_ID  # noqa: PLR2004  digits
    return int(text) if fits else default


def asked(name: str) -> str:
    """A parameter of the address: bounded, and without characters that no one types."""
    return clean(request.args.get(name, "")[:LONGEST_PARAMETER])


def here() -> str:
    """The address of this page, to come back to."""
    return request.full_path.removesuffix("?") if request.query_string else request.path


def init_app(app: Flask) -> None:
    app.url_map.converters["id"] = IdConverter
    app.add_template_global(asset)
    app.add_template_global(here)
