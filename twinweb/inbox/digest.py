"""The digest of a day: what waits for a person, and what was decided about theirs since the last one."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from flask import current_app, g, render_template
from flask_babel import gettext as _
from flask_babel import refresh

from twinweb import clock
from twinweb.accounts import queries as accounts
from twinweb.accounts.person import Person
from twinweb.config import Settings
from twinweb.db import db
from twinweb.entries import desk
from twinweb.inbox import queries
from twinweb.inbox.words import WORDS, spot
from twinweb.kinds import SHOWN
from twinweb.mail import MailServer
from twinweb.notices import mailing
from twinweb.notices.commands import FOR_REVIEWERS
from twinweb.notices.models import News
from twinweb.reference import queries as reference

MOST = 25
"""Of each list; the register shows the rest."""
ABOUT_MINE = [news for news in News if news not in FOR_REVIEWERS]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a person is told of; nothing of what they may not read."""

    decided: Sequence[queries.Told]
    waiting: Sequence[desk.Submission]
    elsewhere: int
    """Outside their scope: reviewers are told how many, and nothing else."""
    overdue: int

    def __bool__(self) -> bool:
        return bool(self.decided or self.waiting or self.elsewhere or self.overdue)


@dataclass(slots=True)
class Outcome:
    sent: int = 0
    refused: int = 0


class LineLost(Exception):
    """The mail server is not to be reached, or went away; the text says what it said."""


def digest_of(by: Person, since: datetime) -> Digest:
    return Digest(
        decided=queries.told_since(by, since, ABOUT_MINE, MOST),
        waiting=desk.queue(by, desk.Asked(waiting=desk.LATE_AFTER), MOST) if by.is_reviewer else [],
        elsewhere=desk.waiting_elsewhere(by) if by.is_reviewer else 0,
        overdue=desk.counts(by).overdue,
    )


def send_all(settings: Settings, server: MailServer) -> Outcome:
    """Send everybody who wants one the digest of today, once.

    Today's is noted as begun before it is sent, and what it told only once the server has taken it: after a
    crash in between nobody gets it twice, and what it would have told is in the next one. `LineLost` where
    the server cannot be reached.
    """
    outcome = Outcome()
    due = mailing.due()
    db.session.rollback()  # nothing of the database is held while the network is waited for
    if not due:
        return outcome
    try:
        with server.line() as line:
            for one in due:
                _send(one, settings, server, line, outcome)
    except (OSError, smtplib.SMTPException) as lost:
        raise LineLost(str(lost)) from lost
    return outcome


def _send(
    due: mailing.Due, settings: Settings, server: MailServer, line: smtplib.SMTP, outcome: Outcome
) -> None:
    now, by = clock.now(), accounts.person(due.user_id)
    digest = digest_of(by, due.told_until)
    message = _message(digest, by, due.address, settings, server) if digest else None
    db.session.rollback()
    if message is None or not mailing.begin(due):
        return
    try:
        line.send_message(message)
    except (
        smtplib.SMTPResponseException,
        smtplib.SMTPRecipientsRefused,
    ):  # it has said no, so it has not sent
        mailing.give_up(due)
        line.rset()
        outcome.refused += 1
        current_app.logger.exception("digest refused")
        return
    mailing.end(due, now)
    outcome.sent += 1


def _message(
    digest: Digest, by: Person, address: str, settings: Settings, server: MailServer
) -> EmailMessage:
    """In the person's language, as plain text and as a page; every link leads to a page, none acts."""
    with current_app.test_request_context(base_url=settings.public_url):
        g.language = by.language
        refresh()
        shown = {
            "digest": digest,
            "names": reference.names(),
            "shown_kinds": SHOWN,
            "told_words": WORDS,
            "spot": lambda one: settings.public_url + spot(one),
            "base": settings.public_url,
            "reader": by,
        }
        message = EmailMessage()
        message["Subject"] = _("TwinWeb: what waits for you, and what was decided")
        message["From"], message["To"] = server.sender, address
        message["Date"] = format_datetime(clock.now())
        host = settings.public_url.partition("//")[2].partition("/")[0].partition(":")[0]
        message["Message-ID"] = f"<digest-{clock.today()}-{by.id}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = by.language
        message.set_content(render_template("inbox/digest.txt", **shown))
        message.add_alternative(render_template("inbox/digest.html", **shown), subtype="html")
    return message
