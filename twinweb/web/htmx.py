"""One template serves both the page and its live regions.

A template says `{% extends layout %}`. `layout` is the page, or, when htmx asks for a region by its id, the
bare region. The client can name only these regions; anything else gets the page.
"""

from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

REGIONS = frozenset({"main", "results", "form"})
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
    and be followed with the headers of the first.
    """
    if not is_htmx():
        return redirect(url, code=303)
    parts = urlsplit(url)
    environ = request.environ | {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": "0",
        "CONTENT_TYPE": "",
    }
    for cached in [key for key in environ if key.startswith("werkzeug.")]:
        del environ[cached]
    with current_app.request_context(environ):
        response = current_app.full_dispatch_request()
    response.headers["HX-Push-Url"] = url
    return response


def init_app(app: Flask) -> None:
    @app.context_processor
    def choose_layout() -> dict[str, str | None]:
        return layout_of(wanted_region())

    @app.after_request
    def separate_cached_copies(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(("HX-Request", "HX-Target", "Cookie"))
            _keep_address(response)
        return response


def _keep_address(response: Response) -> None:
    """A filtered list has an address of its own, without the filters that are not set."""
    if request.method != "GET" or wanted_region() != "results" or response.status_code != 200:  # noqa: PLR2004  OK
        return
    response.headers.setdefault("HX-Push-Url", clean_address())


def clean_address() -> str:
    """The address asked for, as ASCII and without empty parameters."""
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if value])
    return quote(request.path) + (f"?{query}" if query else "")
