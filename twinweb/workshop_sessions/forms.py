"""The form that the minutes of a session are written in."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _
from wtforms import Form

from twinweb.web.forms import Area, Code, Date, EntryChoice, EntryForm, Line, Options, Rows, SectorTicks
from twinweb.workshop_sessions.facts import SessionKind

KINDS: Mapping[StrEnum, object] = {
    SessionKind.PRESENTATION: _("Presentation"),
    SessionKind.DISCUSSION: _("Discussion"),
    SessionKind.WORKING_GROUP: _("Working group"),
    SessionKind.SITE_VISIT: _("Site visit"),
    SessionKind.CEREMONY: _("Ceremony"),
}


class QuoteRow(Form):
    text = Area(_("Words said"), rows=2)
    name = Line(_("Name, as said in public"))
    role = Line(_("Title or office, as said in public"))


class WorkshopSessionForm(EntryForm):
    sections = (
        (
            "what",
            _("The session"),
            ("workshop", "day", "start_time", "end_time", "title", "kind", "facilitators"),
        ),
        ("sector", _("Sectors"), ("sectors",)),
        ("minutes", _("Minutes"), ("summary", "key_messages", "decisions", "quotes")),
    )

    workshop = EntryChoice(_("Workshop"), kind="workshop")
    day = Date(_("Day of the session"), description=_("A day of the workshop."))
    start_time = Code(_("Start"), inputmode="numeric", description=_("For example 09:30."))
    end_time = Code(_("End"), inputmode="numeric", description=_("For example 11:00."))
    title = Line(_("Title"), description=_("At most 200 characters."))
    kind = Options(_("Kind of session"), words=KINDS)
    facilitators = Area(_("Facilitators"), rows=2, description=_("The office or body, one a line."))
    sectors = SectorTicks(_("Sectors that the session was about"), description=_("At most five."))
    summary = Area(_("Summary"), rows=5)
    key_messages = Area(_("Key messages"), rows=4)
    decisions = Area(_("Decisions"), rows=3)
    quotes = Rows(QuoteRow, _("Quotes"), add=_("Add a quote"))
