"""Every error as a page in the person's language: what happened, and what to do now."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from flask import Flask, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response

from twinweb.accounts import commands as accounts
from twinweb.accounts import held, requests
from twinweb.accounts.factors import OwnFactor, StillNeeded
from twinweb.accounts.gate import FactorFirst, PasswordFirst, PersonChanged, ProofFirst
from twinweb.accounts.resets import DeadLink
from twinweb.accounts.secrets import TooBusy
from twinweb.accounts.sign_ins import NoSuchSignIn
from twinweb.accounts.throttle import Paused
from twinweb.accounts.words import wait
from twinweb.admin import leaving
from twinweb.attachments.messages import words_for
from twinweb.attachments.store import note
from twinweb.attachments.store_protocol import NoStore
from twinweb.db import let_go, witnessed_by
from twinweb.entries.desk import Counts
from twinweb.entries.refusals import (
    AlreadyOpen,
    BuiltOn,
    Changed,
    Held,
    Incomplete,
    NoReason,
    NoSuchDuplicate,
    NotAllowed,
    NotesWritten,
    NotFound,
    TooLate,
    Unanswered,
    Unready,
)
from twinweb.entries.states import Impossible
from twinweb.failures import Failure, kind_of
from twinweb.notices import commands as notices
from twinweb.open_files import Replaced
from twinweb.review import commands as reasons
from twinweb.submissions.once import run_again
from twinweb.web import logs
from twinweb.web.addresses import here, own_path
from twinweb.web.htmx import ALERT, is_htmx, layout_of
from twinweb.web.notices import say_on_next_page
from twinweb.web.parts import FileForText

Words = tuple[Callable[[], str], Callable[[], str]]
"""What happened, and what to do; called when a page is made."""

STATUS: Mapping[int, Words] = {
    400: (
        lambda: _("The request could not be read"),
        lambda: _("Please go back, and try again from the page."),
    ),
    403: (
        lambda: _("You may not do this"),
        lambda: _(
            "Your account can read but not change this. If you think that it should, ask the help desk."
        ),
    ),
    404: (
        lambda: _("This page does not exist"),
        lambda: _(
            "The address may be mistyped, or the page is not open to you. Search finds everything that is."
        ),
    ),
    405: (lambda: _("This address does nothing by itself"), lambda: _("Please use the button on the page.")),
    409: (
        lambda: _("It was changed meanwhile"),
        lambda: _(
            "Somebody else was quicker. Please open the page again to see how it stands now; "
            "nothing was changed by you."
        ),
    ),
    410: (
        lambda: _("This link opens nothing any more"),
        lambda: _("Please ask for a new one."),
    ),
    413: (
        lambda: _("This is too large"),
        lambda: _(
            "One form can carry 2 MB of text, and a file of 10 MB. Please shorten it, and send it "
            "again; go back to find what you typed."
        ),
    ),
    422: (lambda: _("Something is missing"), lambda: _("Please go back, and complete the form.")),
    429: (
        lambda: _("Too many tries in a row"),
        lambda: _("Please wait a minute, and try again."),
    ),
    500: (
        lambda: _("Something went wrong on our side"),
        lambda: _("Nothing was saved by this. Please try again; if it happens twice, tell the help desk."),
    ),
    503: (
        lambda: _("The register is busy"),
        lambda: _("Please try again in a few seconds. Nothing was saved by this."),
    ),
}

AWAY: Words = (
    lambda: _("The register cannot be reached just now"),
    lambda: _(
        "Its database is being started again, or does not answer. Please try again in a minute: "
        "what you send is done once, even if you send it twice."
    ),
)
REPLACED: Words = (
    lambda: _("The register takes nothing in just now"),
    lambda: _(
        "It has to be started again by its operator. Nothing was saved by this. "
        "Please leave this page open, and tell the help desk."
    ),
)

REFUSALS: Mapping[type[Exception], tuple[int, Callable[[], str]]] = {
    NotFound: (404, STATUS[404][1]),
    NotAllowed: (403, STATUS[403][1]),
    Changed: (409, STATUS[409][1]),
    StaleDataError: (409, STATUS[409][1]),
    IntegrityError: (409, STATUS[409][1]),
    Impossible: (
        409,
        lambda: _(
            "This can no longer be done: it has been decided, withdrawn or sent meanwhile. "
            "Please open the page again."
        ),
    ),
    Held: (
        409,
        lambda: _("Another reviewer has opened this and decides on it. You can read it meanwhile."),
    ),
    TooLate: (409, lambda: _("A decision can be taken back within ten minutes. They have passed.")),
    BuiltOn: (
        409,
        lambda: _("This decision can no longer be taken back: somebody has gone on from it since."),
    ),
    AlreadyOpen: (
        409,
        lambda: _(
            "This entry already has an open draft or submission. There is one at a time; "
            "please go on with that one."
        ),
    ),
    NoReason: (422, lambda: _("Please write the reason, so that the author knows what to do.")),
    NotesWritten: (
        422,
        lambda: _(
            "You have written notes, and nobody would read them. "
            "Please return the entry, or empty the notes before you approve it."
        ),
    ),
    Unanswered: (
        422,
        lambda: _("Please mark each note of the reviewer as done, or answer it, before you send again."),
    ),
    reasons.NoSuchReason: (404, STATUS[404][1]),
    reasons.EnoughReasons: (409, lambda: _("The list is full. Take a remark off it to add another.")),
    NoSuchDuplicate: (
        422,
        lambda: _(
            "Please give the reference of another approved entry of the same kind, such as LES-2022-0031."
        ),
    ),
    Unready: (
        409,
        lambda: _("It refers to entries that are not approved yet. Please decide on those first."),
    ),
    Incomplete: (
        422,
        lambda: _("Something in it is missing or too long. Please go back, and mend the form."),
    ),
    FileForText: (
        422,
        lambda: _("A file came where a text belongs. Please go back, and send the form from its page."),
    ),
    notices.NoSuchNotice: (404, STATUS[404][1]),
    NoSuchSignIn: (404, STATUS[404][1]),
    DeadLink: (
        410,
        lambda: _("This link was used, or is older than half an hour. Please ask for a new one."),
    ),
    OwnFactor: (
        403,
        lambda: _("Nobody resets their own second step. Please ask another administrator, or the operator."),
    ),
    StillNeeded: (
        409,
        lambda: _("Your role needs a second step at sign-in. Set up another one before you take this off."),
    ),
    accounts.NotAdmin: (403, STATUS[403][1]),
    accounts.NoSuchUser: (404, STATUS[404][1]),
    requests.NoSuchRequest: (404, STATUS[404][1]),
    requests.RequestDecided: (409, STATUS[409][1]),
    requests.OwnRequest: (
        403,
        lambda: _("You have asked for this account yourself: another administrator decides on it."),
    ),
    leaving.NotAColleague: (
        409,
        lambda: _("This person no longer contributes for the office. Please choose another colleague."),
    ),
    accounts.AlreadyEnded: (409, lambda: _("This role has ended already.")),
    accounts.LastAdmin: (
        409,
        lambda: _("This is the last administrator. Please give somebody else that role first."),
    ),
}


def page(status: int, what_to_do: str | None = None, words: Words | None = None) -> Response:
    """The page of an error; under htmx only its alert, so that what was typed stays where it is.

    It asks nothing, as what failed may be the database: it shows who is known already, and counts nothing.
    """
    g.setdefault("person", None)
    g.setdefault("counts", Counts())
    title, advice = words or STATUS.get(status, STATUS[500])
    layout = layout_of(ALERT if is_htmx() else None)
    text = render_template(
        "errors/error.html", title=title(), advice=what_to_do or advice(), status=status, **layout
    )
    response = make_response(text, status)
    if is_htmx():
        response.headers["HX-Retarget"] = f"#{ALERT}"
        response.headers["HX-Reswap"] = "innerHTML show:top"
    return response


def init_app(app: Flask) -> None:
    for kind, (status, advice) in REFUSALS.items():
        app.register_error_handler(kind, _refusal(status, advice))
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _behind_the_view)
    app.register_error_handler(SQLAlchemyError, _database_failed)
    app.register_error_handler(PasswordFirst, lambda _error: redirect(url_for("accounts.password"), code=303))
    app.register_error_handler(FactorFirst, _to_second_factor)
    app.register_error_handler(ProofFirst, _to_proof)
    app.register_error_handler(PersonChanged, run_again)
    app.register_error_handler(Paused, _paused)
    app.register_error_handler(TooBusy, _busy)
    app.register_error_handler(NoStore, _no_store)
    app.register_error_handler(UnicodeDecodeError, lambda _error: page(400))
    app.register_error_handler(Exception, _unexpected)


def _refusal(status: int, advice: Callable[[], str]) -> Callable[[Exception], Response]:
    def answer(_error: Exception) -> Response:
        let_go()
        return page(status, advice())

    return answer


def _http(error: HTTPException) -> Response:
    if error.code == 401:  # noqa: PLR2004  not signed in
        return _to_sign_in()
    if isinstance(error, SecurityError):  # called by a name that is not ours, for which no page can be made
        return Response(STATUS[400][0](), 400, content_type="text/plain; charset=utf-8")
    if error.code is None or error.code < 400:  # noqa: PLR2004  Werkzeug's redirects are exceptions too
        return Response.force_type(error.get_response())
    response = page(error.code if error.code in STATUS else 400)
    response.status_code = error.code
    return response


def _behind_the_view(error: InternalServerError) -> Response:
    """What fails when the answer is ready comes wrapped, and is logged by Flask."""
    cause = error.original_exception
    return _database_failed(cause) if isinstance(cause, SQLAlchemyError) else page(500)


def _to_sign_in() -> Response:
    """Lead to the sign-in page and from there back to where the person was going, with what they sent."""
    if request.accept_mimetypes.best == "application/json":  # a piece of a draft: its page says so
        return Response(status=401)
    if request.method != "POST":
        return _lead_to("accounts.login", None, here() if request.method == "GET" else None)
    kept = held.keep()
    if kept is None:
        say_on_next_page(
            _("You were not signed in any more, so nothing was done. Please sign in, and do it again.")
        )
    return _lead_to("accounts.login", kept, None if kept else _page_before())


def _to_second_factor(_error: FactorFirst) -> Response:
    back = here() if request.method == "GET" else _page_before()
    return redirect(url_for("factors.second_factor", next=back), code=303)


def _page_before() -> str | None:
    """The page of ours that a form was sent from, as the browser says."""
    return own_path(urlsplit(request.referrer or "").path)


def _to_proof(_error: ProofFirst) -> Response:
    """Ask again who this is, and go on from there: what was sent is kept, and not yet done."""
    g.pop("attempt", None)
    witnessed_by(None)
    kept = held.keep() if request.method == "POST" else None
    back = here() if request.method == "GET" else _page_before()
    return _lead_to("accounts.prove", kept, back if kept is None else None)


def _lead_to(endpoint: str, kept: str | None, back: str | None) -> Response:
    address = url_for(endpoint, next=back if back != "/" else None, held=kept)
    if not is_htmx():
        return redirect(address, code=303)
    return make_response("", 200, {"HX-Redirect": address})


def _paused(error: Paused) -> Response:
    """Where no form says it itself."""
    logs.because("throttled")
    let_go()
    response = page(429, wait(error.seconds))
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _no_store(failure: NoStore) -> Response:
    """Pages and texts live without the store: only what needs a file's content says so."""
    note(failure)
    logs.because("store")
    let_go()
    response = page(503, words=(lambda: _("Files cannot be reached"), lambda: words_for(failure)))
    response.headers["Retry-After"] = str(failure.seconds)
    return response


def _csrf(_error: CSRFError) -> Response:
    logs.because("csrf")
    return page(
        400,
        _(
            "The form was opened before you signed in or out. Please go back, open the page "
            "again and send it once more."
        ),
    )


def _database_failed(error: SQLAlchemyError) -> Response:
    """Only what will do in a moment may say so; anything else is a fault that somebody must see."""
    failure = kind_of(error)
    if isinstance(error, Replaced):
        return _replaced(error)
    if failure is Failure.OVERTAKEN and not g.get("runs_again"):
        g.runs_again = True
        return run_again(error)
    if failure in (Failure.BUSY, Failure.OVERTAKEN):
        return _busy(error)
    return _away(error) if failure is Failure.AWAY else _unexpected(error)


def _busy(_error: SQLAlchemyError | TooBusy) -> Response:
    logs.because("busy")
    let_go()
    response = page(503)
    response.headers["Retry-After"] = "5"
    return response


def _away(error: SQLAlchemyError) -> Response:
    current_app.logger.error("the database is away: %s", error)
    logs.because("away")
    let_go()
    response = page(503, words=AWAY)
    response.headers["Retry-After"] = "30"
    return response


def _replaced(_error: Replaced) -> Response:
    logs.because("the database was replaced")
    let_go()
    return page(503, words=REPLACED)


def _unexpected(error: Exception) -> Response:
    current_app.logger.error("unexpected", exc_info=error)
    let_go()
    return page(500)
