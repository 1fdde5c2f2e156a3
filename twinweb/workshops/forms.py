"""The form that a workshop is registered in."""

from flask_babel import lazy_gettext as _

from twinweb.entries.source_form import SourceRow
from twinweb.web.forms import (
    Area,
    Code,
    Date,
    EntryForm,
    EntryTicks,
    GovernorateChoice,
    GovernorateTicks,
    Line,
    Rows,
    SectorTicks,
)


class WorkshopForm(EntryForm):
    sections = (
        ("what", _("The workshop"), ("title", "purpose", "sectors")),
        ("where", _("Place and days"), ("host", "town", "venue", "first_day", "last_day")),
        (
            "who",
            _("Who took part"),
            ("organisers", "governorates", "people_all", "people_women", "people_men"),
        ),
        ("from", _("Partnerships and sources"), ("partnerships", "sources")),
    )

    title = Line(_("Title"), description=_("At most 200 characters."))
    purpose = Area(_("Purpose"), rows=4)
    sectors = SectorTicks(_("Sectors"))
    host = GovernorateChoice(_("Host governorate"))
    town = Line(_("Town"))
    venue = Line(_("Venue"))
    first_day = Date(_("First day"))
    last_day = Date(_("Last day"))
    organisers = Area(_("Organisers"), rows=2, description=_("One office or body a line."))
    governorates = GovernorateTicks(_("Governorates present"))
    people_all = Code(_("Participants, all"), inputmode="numeric")
    people_women = Code(_("Of these, women"), inputmode="numeric")
    people_men = Code(_("Of these, men"), inputmode="numeric")
    partnerships = EntryTicks(_("Partnerships concerned"), kind="partnership")
    sources = Rows(SourceRow, _("Sources"), add=_("Add a source"))
