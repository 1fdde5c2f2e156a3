"""The form that a lesson is written in, and the words of its kind."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _

from twinweb.entries.source_form import SourceRow
from twinweb.lessons.facts import LessonKind
from twinweb.web.forms import Area, Code, EntryChoice, EntryForm, Line, Options, Rows, SectorTicks

KINDS: Mapping[StrEnum, object] = {
    LessonKind.LESSON_LEARNED: _("Lesson learned"),
    LessonKind.GOOD_PRACTICE: _("Good practice"),
    LessonKind.INNOVATION: _("Innovation"),
}


class LessonForm(EntryForm):
    sections = (
        ("what", _("The lesson"), ("kind", "title", "sectors", "year")),
        ("told", _("What happened"), ("situation", "done", "result", "avoid", "recommendation")),
        ("repeat", _("What it takes to repeat it"), ("need_cost", "need_people", "need_time")),
        ("from", _("Where it comes from"), ("partnership", "session", "sources")),
        ("call", _("Who to call"), ("contact_office", "contact_phone", "contact_email")),
        ("abroad", _("For readers abroad"), ("title_en", "summary_en")),
    )

    kind = Options(_("Kind of lesson"), words=KINDS)
    title = Line(
        _("Title"), description=_("One sentence that says what was learned, at most 200 characters.")
    )
    sectors = SectorTicks(_("Sectors"), description=_("From one to three."))
    year = Code(_("Year"), inputmode="numeric", description=_("When it was learned, for example 2022."))
    situation = Area(_("Situation"), rows=5, description=_("How things stood, and what the difficulty was."))
    done = Area(_("What was done"), rows=5, description=_("The steps, and who took them."))
    result = Area(_("Result"), rows=4, description=_("What changed, with figures where there are any."))
    avoid = Area(_("What to avoid"), rows=3)
    recommendation = Area(
        _("Recommendation"),
        rows=3,
        description=_("What another governorate should do, in one or two sentences."),
    )
    need_cost = Line(_("Cost"), description=_("For example: 12 million Iraqi dinars for spare parts."))
    need_people = Line(_("People"), description=_("For example: 6 technicians, two days a week."))
    need_time = Line(_("Time"), description=_("For example: 4 months until the first result."))
    partnership = EntryChoice(_("Partnership"), kind="partnership")
    session = EntryChoice(_("Session"), kind="session")
    sources = Rows(SourceRow, _("Evidence and sources"), add=_("Add a source"))
    contact_office = Line(_("Office"), description=_("The division and directorate, not a person."))
    contact_phone = Code(_("Phone number"), inputmode="tel", description=_("For example +964 750 123 4567."))
    contact_email = Code(_("E-mail address"), inputmode="email")
    title_en = Line(_("Title in English"))
    summary_en = Area(_("Summary in English"), rows=4)
