"""One template serves both the page and its live regions.

A template says `{% extends layout %}`. `layout` is the page, or, when htmx asks for a region by its id, the
bare region. The client can name only these regions; anything else gets the page.
"""

from http import HTTPStatus
from urllib.parse import quote, unquote, urlencode, urlsplit

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from twinweb.web.addresses import own_path

REGIONS = frozenset({"main", "results", "form"})
VARY = ("HX-Request", "HX-Target", "Cookie")
WITHIN = "twinweb.within"
"""Marks a page that is made for the answer to another request."""
ALERT = "alert"
"""Where an error goes, so that what was typed stays on the page. No request can ask for it."""


def is_htmx() -> bool:
    """Whether htmx asks for a part of a page; going back it asks for a whole one."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def wanted_region() -> str | None:
    if not is_htmx():
        return None
    target = request.headers.get("HX-Target", "").rpartition("#")[2]  # htmx 4 says "div#results"
    return target if target in REGIONS else None


def layout_of(region: str | None) -> dict[str, str | None]:
    return {"layout": "layouts/region.html" if region else "layouts/page.html", "region": region}


def done(url: str) -> AnyResponse:
    """The answer to a successful POST: go on to `url`.

    Under htmx the page of that address is answered at once, in one trip: a redirect would cost a second one,
    and be followed with the headers of the first. It takes the place of the whole main region.
    """
    if not is_htmx():
        return redirect(url, code=303)
    response = _answer_of(url, {"HTTP_HX_TARGET": "main#main"})
    if response.location and own_path(response.location):
        return done(response.location)
    response.headers["HX-Push-Url"] = url
    response.headers["HX-Retarget"] = "#main"
    response.headers["HX-Reswap"] = "innerHTML show:top"
    return response


def init_app(app: Flask) -> None:
    @app.context_processor
    def choose_layout() -> dict[str, str | None]:
        return layout_of(wanted_region())

    @app.after_request
    def separate_cached_copies(response: Response) -> Response:
        if response.mimetype != "text/html":
            return response
        response = _never_empty(response)
        response.vary.update(VARY)
        _keep_address(response)
        return response


def _answer_of(url: str, headers: dict[str, str]) -> Response:
    """The answer to a GET of our own address by the same person, made within this request."""
    parts = urlsplit(url)
    environ = request.environ | {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": "0",
        "CONTENT_TYPE": "",
        WITHIN: True,
    }
    for cached in [key for key in environ if key.startswith("werkzeug.")]:
        del environ[cached]
    with current_app.request_context(environ | headers):
        return current_app.full_dispatch_request()


def _never_empty(response: Response) -> Response:
    """A page without the region that was asked for answers whole, in the place of the body."""
    elsewhere = response.status_code != HTTPStatus.OK or "HX-Redirect" in response.headers
    if request.method != "GET" or not wanted_region() or elsewhere:
        return response
    _title, _end, region = response.get_data(as_text=True).partition("</title>")
    if region.strip():
        return response
    whole = _answer_of(clean_address(), {"HTTP_HX_REQUEST": ""})
    whole.headers["HX-Retarget"] = "body"
    return whole


def _keep_address(response: Response) -> None:
    """A filtered list has an address of its own, without the filters that are not set."""
    if request.method != "GET" or wanted_region() != "results" or response.status_code != HTTPStatus.OK:
        return
    response.headers.setdefault("HX-Push-Url", clean_address())


def clean_address() -> str:
    """The address asked for, as ASCII and without empty parameters."""
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if value])
    return quote(request.path) + (f"?{query}" if query else "")
