"""Every kind of entry there is, with its form and its words. A new kind is one line in `ALL`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from twinweb.entries.kinds import Kind
from twinweb.i18n.locale import number
from twinweb.lessons.forms import KINDS as LESSON_KINDS
from twinweb.lessons.forms import LessonForm
from twinweb.lessons.register import KIND as LESSON
from twinweb.partnerships.forms import STAGES, PartnershipForm
from twinweb.partnerships.register import KIND as PARTNERSHIP
from twinweb.web.forms import EntryForm
from twinweb.workshop_sessions.forms import KINDS as SESSION_KINDS
from twinweb.workshop_sessions.forms import WorkshopSessionForm
from twinweb.workshop_sessions.register import KIND as SESSION
from twinweb.workshops.forms import WorkshopForm
from twinweb.workshops.register import KIND as WORKSHOP


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A kind as pages show it."""

    kind: Kind
    form: type[EntryForm]
    one: object
    many: object
    counted: Callable[[int], str]
    """So many of them, in words."""
    new: object
    """What the button says that opens a new one."""
    lede: object
    """What the list is about, in a sentence."""
    phase: object = ""
    """What the stage or kind is called, where there is one."""
    phases: Mapping[StrEnum, object] = field(default_factory=dict)


ALL = (
    Shown(
        PARTNERSHIP,
        PartnershipForm,
        one=_("Partnership"),
        many=_("Partnerships"),
        counted=lambda n: ngettext("%(count)s partnership", "%(count)s partnerships", n, count=number(n)),
        new=_("Register a partnership"),
        lede=_("Who works with whom: twinning partnerships of governorates and European local authorities."),
        phase=_("Stage"),
        phases=STAGES,
    ),
    Shown(
        WORKSHOP,
        WorkshopForm,
        one=_("Workshop"),
        many=_("Workshops"),
        counted=lambda n: ngettext("%(count)s workshop", "%(count)s workshops", n, count=number(n)),
        new=_("Register a workshop"),
        lede=_("Where the partners met, who was there, and the sessions that were held."),
    ),
    Shown(
        SESSION,
        WorkshopSessionForm,
        one=_("Session"),
        many=_("Sessions"),
        counted=lambda n: ngettext("%(count)s session", "%(count)s sessions", n, count=number(n)),
        new=_("Log a session"),
        lede=_("What was said and decided in the sessions of workshops."),
        phase=_("Kind of session"),
        phases=SESSION_KINDS,
    ),
    Shown(
        LESSON,
        LessonForm,
        one=_("Lesson"),
        many=_("Lessons"),
        counted=lambda n: ngettext("%(count)s lesson", "%(count)s lessons", n, count=number(n)),
        new=_("Write a lesson"),
        lede=_(
            "What the governorates learned in their twinning partnerships, approved and ready to be taken up."
        ),
        phase=_("Kind of lesson"),
        phases=LESSON_KINDS,
    ),
)

SHOWN = {shown.kind.name: shown for shown in ALL}
BY_PLURAL = {shown.kind.plural: shown for shown in ALL}
KINDS = {shown.kind.name: shown.kind for shown in ALL}
