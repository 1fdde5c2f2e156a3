"""The page of search."""

from flask import Blueprint, render_template
from markupsafe import Markup, escape

from twinweb.accounts.gate import allow
from twinweb.accounts.models import Role
from twinweb.i18n.arabic import digits
from twinweb.kinds import ALL, SHOWN
from twinweb.reference import queries as reference
from twinweb.search.results import MOST_PAGES, Pieces, Results, results
from twinweb.web.addresses import asked

bp = Blueprint("search", __name__)

_OPENED, _CLOSED = "\x02", "\x03"
"""Round what is marked until all of it is escaped: whatever text held them would mark a word of itself."""


@bp.get("/search")
@allow(*Role)
def index() -> str:
    typed, kind = asked("q"), asked("kind")
    kind = kind if kind in SHOWN else ""
    return render_template(
        "search/index.html",
        typed=typed,
        kind=kind,
        found=results(typed, kind, _page(asked("page"))) if typed else Results(),
        most_pages=MOST_PAGES,
        kinds=ALL,
        names=reference.names(),
        shown_kinds=SHOWN,
    )


@bp.app_template_filter()
def marked(pieces: Pieces) -> Markup:
    """A text as the page shows it, escaped."""
    said = "".join([f"{_OPENED}{text}{_CLOSED}" if hit else text for text, hit in pieces])
    return escape(said).replace(_OPENED, Markup("<mark>")).replace(_CLOSED, Markup("</mark>"))


def _page(text: str) -> int:
    """From 1 to the last that is offered."""
    number = digits(text)
    return int(number) if number in {str(one) for one in range(1, MOST_PAGES + 1)} else 1
