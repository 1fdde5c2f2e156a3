"""The first page, what the office has open, help, and health."""

from flask import Blueprint, Flask, abort, current_app, g, render_template, request

from twinweb import clock
from twinweb.accounts.gate import allow, anonymous, current_person, everybody, person_at_the_door
from twinweb.accounts.models import Role
from twinweb.entries import desk, queries
from twinweb.home import figures
from twinweb.home.pictures import picture
from twinweb.kinds import ALL, SHOWN
from twinweb.reference import queries as reference
from twinweb.upkeep import ready
from twinweb.web import logs, reports, security

bp = Blueprint("home", __name__)


@bp.get("/")
@allow(*Role)
def index() -> str:
    person = current_person()
    return render_template(
        "home/index.html",
        today=clock.today(),
        tasks=figures.tasks(person),
        news=figures.news(person.follows),
        figures=figures.programme(),
        names=reference.names(),
        shown_kinds=SHOWN,
    )


@bp.get("/mine/")
@allow(Role.CONTRIBUTOR)
def mine() -> str:
    return render_template(
        "home/mine.html",
        open=queries.office_open(current_person()),
        names=reference.names(),
        shown_kinds=SHOWN,
        kinds=ALL,
    )


@bp.get("/help/")
@everybody
def help_page() -> str:
    return render_template("home/help.html")


@bp.get("/help/<any(contributor, reviewer, admin, observer):group>")
@everybody
def help_for(group: str) -> str:
    """What one group of people does, in steps."""
    return render_template(f"home/help/{group}.html", group=group)


@bp.get("/healthz")
@anonymous
def healthz() -> tuple[str, int, dict[str, str]]:
    """The process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
@anonymous
def readyz() -> tuple[str, int, dict[str, str]]:
    """The database answers, is of the newest schema and can be written; says only yes or no."""
    why_not = ready.why_not()
    logs.because(why_not)
    return (
        ("no\n" if why_not else "yes\n"),
        (503 if why_not else 200),
        {"Content-Type": "text/plain; charset=utf-8"},
    )


@bp.post(security.REPORTS)
@everybody
def csp_report() -> tuple[str, int]:
    """Browsers send it themselves, without a token; it changes nothing."""
    if (request.content_length or 0) > reports.LARGEST:
        abort(413)
    reports.note(request.get_data(cache=False))
    return "", 204


def header_counts() -> desk.Counts:
    """What the header counts: one statement a page, none for those whom nothing waits for."""
    if "counts" not in g:
        person = person_at_the_door()
        g.counts = desk.counts(person) if person else desk.Counts()
    counts: desk.Counts = g.counts
    return counts


def init_app(app: Flask) -> None:
    app.add_template_global(header_counts)
    app.add_template_global(picture)
    app.add_template_global(lambda: current_app.config["TWINWEB"].help_contact, "help_contact")
