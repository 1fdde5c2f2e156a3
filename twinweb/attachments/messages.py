"""Words for files: what they are, how they stand, and why one is not taken."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from twinweb.attachments.commands import MOST_FILES, Limit, OverLimit
from twinweb.attachments.content import MOST_BYTES, Content, Flaw, Refused
from twinweb.attachments.models import FileState, Purpose
from twinweb.attachments.store_protocol import NoStore
from twinweb.attachments.uploads import MOST_UNFINISHED
from twinweb.i18n.locale import number

PURPOSES: Mapping[Purpose, object] = {
    Purpose.AGREEMENT: lazy_gettext("Agreement"),
    Purpose.AGENDA: lazy_gettext("Agenda"),
    Purpose.SLIDES: lazy_gettext("Slides"),
    Purpose.PHOTO: lazy_gettext("Photo"),
    Purpose.OTHER: lazy_gettext("Other file"),
}

STATES: Mapping[FileState, object] = {
    FileState.UPLOADED: lazy_gettext("Waits for release"),
    FileState.RELEASED: lazy_gettext("Released"),
    FileState.WITHDRAWN: lazy_gettext("Not released"),
}

FORMATS: Mapping[Content, str] = {content: content.upper() for content in Content} | {Content.WEBP: "WebP"}

FLAWS: Mapping[Flaw, Callable[[], str]] = {
    Flaw.EMPTY: lambda: _("Please choose a file that is not empty."),
    Flaw.TOO_LARGE: lambda: _(
        "Please choose a smaller file: at most %(most)s MB.", most=number(MOST_BYTES // 1024**2)
    ),
    Flaw.UNKNOWN: lambda: _(
        "Please choose a PDF, a photo (JPEG, PNG, WebP) or an office file (DOCX, XLSX, PPTX, ODT, ODS, ODP). "
        "The content of this file is none of them, whatever its name says; an old Word, Excel or PowerPoint "
        "file can be saved in the newer format first."
    ),
    Flaw.BROKEN: lambda: _(
        "Please choose another copy of this file: this one is damaged or not complete, and does not open."
    ),
    Flaw.TOO_MANY_PIXELS: lambda: _("Please make the picture smaller first: it has too many pixels."),
    Flaw.PACKED: lambda: _("Please choose another file: this one unpacks to far more than it should."),
    Flaw.MACROS: lambda: _("Please save the file without macros (programs inside it) and choose it again."),
    Flaw.LOCKED: lambda: _("Please save the file without a password and choose it again."),
}

LIMITS: Mapping[Limit, Callable[[], str]] = {
    Limit.FILES: lambda: ngettext(
        "An entry can have %(num)s file. Please remove one first.",
        "An entry can have %(num)s files. Please remove one first.",
        MOST_FILES,
    ),
    Limit.UNFINISHED: lambda: ngettext(
        "You have %(num)s upload that is not finished. Please finish it or throw it away first.",
        "You have %(num)s uploads that are not finished. Please finish them or throw them away first.",
        MOST_UNFINISHED,
    ),
    Limit.DAY: lambda: _("You have uploaded as much as one person may in a day. Please go on tomorrow."),
    Limit.THERE: lambda: _("This very file is there already."),
}


def words_for(refusal: Refused | OverLimit | NoStore) -> str:
    if isinstance(refusal, NoStore):
        return str(_("The place where files are kept does not answer. Please try again in a few minutes."))
    return FLAWS[refusal.flaw]() if isinstance(refusal, Refused) else LIMITS[refusal.limit]()


def kilobytes(size: int) -> str:
    return str(_("%(size)s kB", size=number(max(1, round(size / 1000)))))
