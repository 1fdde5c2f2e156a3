"""A password that was forgotten: whom to ask, and a link by mail where there is a mail server."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime
from threading import Thread

from flask import Flask, abort, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, refresh
from werkzeug.wrappers import Response

from twinweb import clock
from twinweb.accounts import queries as accounts
from twinweb.accounts import resets, throttle
from twinweb.accounts.gate import everybody
from twinweb.accounts.secrets import SHORTEST_PASSWORD
from twinweb.accounts.sign_ins import WeakPassword
from twinweb.accounts.throttle import Paused
from twinweb.accounts.visitors import visitor
from twinweb.accounts.words import too_easy, wait, wait_for
from twinweb.config import Settings
from twinweb.inbox.views import bp
from twinweb.notices import mailing
from twinweb.web.htmx import done
from twinweb.web.notices import say
from twinweb.web.work import judges_passwords

__all__ = ["bp"]

Page = str | Response | tuple[str, int]


@bp.get("/login/forgotten")
@everybody
def forgotten() -> Page:
    return _forgotten_page()


@bp.post("/login/forgotten")
@everybody
def send_link() -> Page:
    """The same answer, after the same time, whether there is such an account and address or not."""
    if _settings().mail is None:
        abort(404)
    name = request.form.get("user", "")
    try:
        throttle.begin(throttle.counted(f"link {accounts.folded(name)}", visitor(), None))
    except Paused as paused:
        return wait_for(paused, _forgotten_page(wait(paused.seconds)))
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  for the thread
    Thread(target=_send_to, args=(app, name)).start()
    return render_template("inbox/link_sent.html", minutes=int(resets.LASTS.total_seconds()) // 60, user=name)


@bp.get("/login/reset/<token>")
@everybody
def reset(token: str) -> Page:
    return _reset_page(token)


@bp.post("/login/reset/<token>")
@everybody
@judges_passwords
def do_reset(token: str) -> Page:
    chosen = request.form.get("new", "")
    if chosen != request.form.get("again", ""):
        return _reset_page(token, "again", _("The two passwords are not the same.")), 422
    try:
        resets.choose_password(token, chosen)
    except WeakPassword:
        return _reset_page(token, "new", too_easy()), 422
    say(_("Your password is set, and you are signed out everywhere. Please sign in with it."))
    return done(url_for("accounts.login"))


def _forgotten_page(problem: str = "") -> str:
    return render_template(
        "inbox/forgotten.html",
        problem=problem,
        user=request.form.get("user", ""),
        has_mail=_settings().mail is not None,
    )


def _reset_page(token: str, field: str = "", problem: str = "") -> str:
    return render_template(
        "inbox/reset.html",
        user=resets.whose(token),
        token=token,
        field=field,
        problem=problem,
        shortest=SHORTEST_PASSWORD,
    )


def _send_to(app: Flask, name: str) -> None:
    """Beside the request: what it takes tells nobody whether there is such an account."""
    with app.app_context():
        try:
            user = accounts.user_called(name)
            address = mailing.address_of(user.id) if user and not user.demo else ""
            if user and not user.deactivated_at and address:
                _send(resets.give_link(user.id), user.language, address)
        except Exception:
            app.logger.exception("link to choose a password not sent")


def _send(token: str, language: str, address: str) -> None:
    settings = _settings()
    server = settings.mail
    assert server is not None  # noqa: S101  nobody is sent anything else
    with current_app.test_request_context(base_url=settings.public_url):
        g.language = language
        refresh()
        message = EmailMessage()
        message["Subject"] = _("TwinWeb: choose a new password")
        message["From"], message["To"] = server.sender, address
        message["Date"] = format_datetime(clock.now())
        message["Auto-Submitted"] = "auto-generated"
        link = settings.public_url + url_for("inbox.reset", token=token)
        message.set_content("\n\n".join(_text(link)))
    with server.line() as line:
        line.send_message(message)


def _text(link: str) -> Iterator[str]:
    minutes = int(resets.LASTS.total_seconds()) // 60
    yield _("Somebody, you we hope, has asked to choose a new password for your account in TwinWeb.")
    yield _("This page does it:") + "\n" + link
    yield ngettext(
        "It is good for %(num)s minute, once. If it was not you, do nothing: your password stays as it is.",
        "It is good for %(num)s minutes, once. If it was not you, do nothing: your password stays as it is.",
        minutes,
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["TWINWEB"]
    return settings
