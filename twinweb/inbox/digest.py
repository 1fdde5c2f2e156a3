"""The digest of a day: what waits for a person, and what was decided about theirs since the last one."""

import smtplib
from collections import deque
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
from twinweb.db import db, let_go
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
    """How a run ended. What went wrong for somebody is in the log, with the number of their account."""

    sent: int = 0
    refused: int = 0
    """The mail server has said no."""
    failed: int = 0
    """It could not be made, or the line went while it was sent: nobody can know whether that one arrived."""
    lost: str = ""
    """Why the mail server was not reached; those behind were not tried."""


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
    crash in between nobody gets it twice, and what it would have told is in the next one.
    """
    outcome, due = Outcome(), deque(mailing.due())
    db.session.rollback()  # nothing of the database is held while the network is waited for
    try:
        while due:
            with server.line() as line:
                while due and _send_one(due.popleft(), settings, server, line, outcome):
                    pass
    except (OSError, smtplib.SMTPException) as lost:
        outcome.lost = str(lost)
    return outcome


def _send_one(
    due: mailing.Due, settings: Settings, server: MailServer, line: smtplib.SMTP, outcome: Outcome
) -> bool:
    """Whatever goes wrong here costs this person alone; False where the line went with it."""
    try:
        return _send(due, settings, server, line, outcome)
    except Exception:
        let_go()
        current_app.logger.exception("digest failed", extra={"said": {"user": due.user_id}})
        outcome.failed += 1
        return _is_open(line)


def _send(
    due: mailing.Due, settings: Settings, server: MailServer, line: smtplib.SMTP, outcome: Outcome
) -> bool:
    now, by = clock.now(), accounts.person(due.user_id)
    digest = digest_of(by, due.told_until)
    message = _message(digest, by, due.address, settings, server) if digest else None
    db.session.rollback()
    if message is None or not mailing.begin(due):
        return True
    try:
        line.send_message(message)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
        mailing.give_up(due)  # it has said no, so it has not sent
        outcome.refused += 1
        current_app.logger.exception("digest refused", extra={"said": {"user": due.user_id}})
        return _is_open(line)
    mailing.end(due, now)
    outcome.sent += 1
    return True


def _is_open(line: smtplib.SMTP) -> bool:
    """Whether the next message can be handed over on it; what was begun of the last one is forgotten."""
    try:
        line.rset()
    except (OSError, smtplib.SMTPException):
        return False
    return True


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
