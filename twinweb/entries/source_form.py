"""The row in which a source is written, the same for every kind."""

from flask_babel import lazy_gettext as _
from wtforms import Form

from twinweb.entries.facts import SourceKind
from twinweb.web.forms import Choice, Code, Date, Line

SOURCE_KINDS = {
    SourceKind.DOCUMENT: _("Document"),
    SourceKind.PAGE: _("Web page"),
    SourceKind.PRESS: _("Press"),
}


class SourceRow(Form):
    kind = Choice(_("Kind of source"), words=SOURCE_KINDS)
    title = Line(_("Name of the document, page or newspaper"))
    link = Code(_("Web address"), inputmode="url")
    date = Date(_("Date of the source"), rough=True)
