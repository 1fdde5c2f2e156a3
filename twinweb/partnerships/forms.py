"""The form that a partnership is registered in."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _
from wtforms import Form

from twinweb.entries.source_form import SourceRow
from twinweb.partnerships.facts import Currency, PartyRole, Stage
from twinweb.reference.models import PartyKind
from twinweb.web.forms import (
    Area,
    Choice,
    Code,
    CountryChoice,
    Date,
    EntryForm,
    GovernorateTicks,
    Line,
    Options,
    Rows,
    SectorTicks,
)

STAGES: Mapping[StrEnum, object] = {
    Stage.PROPOSED: _("Proposed"),
    Stage.AGREED: _("Agreed"),
    Stage.UNDER_WAY: _("Under way"),
    Stage.COMPLETED: _("Completed"),
    Stage.SUSTAINED: _("Sustained after its end"),
    Stage.CANCELLED: _("Cancelled"),
}

PARTY_KINDS = {
    PartyKind.MUNICIPALITY: _("Municipality"),
    PartyKind.REGION: _("Region"),
    PartyKind.MUNICIPAL_ASSOCIATION: _("Association of municipalities"),
    PartyKind.CITY_NETWORK: _("Network of cities"),
    PartyKind.UNIVERSITY: _("University"),
    PartyKind.COMPANY: _("Company"),
    PartyKind.PUBLIC_AUTHORITY: _("Public authority"),
    PartyKind.MINISTRY: _("Ministry"),
    PartyKind.NGO: _("Civil society organisation"),
    PartyKind.OTHER: _("Other body"),
}

PARTY_ROLES = {
    PartyRole.LEAD: _("Lead party"),
    PartyRole.PARTNER: _("Partner"),
    PartyRole.FUNDER: _("Funder"),
    PartyRole.IMPLEMENTER: _("Implementer"),
}

CURRENCIES = {
    Currency.IQD: _("Iraqi dinar"),
    Currency.EUR: _("Euro"),
    Currency.USD: _("US dollar"),
    Currency.SEK: _("Swedish krona"),
}


class PartyRow(Form):
    name = Line(_("Name of the party"))
    country = CountryChoice(_("Country"))
    kind = Choice(_("Kind of party"), words=PARTY_KINDS)
    role = Choice(_("Role"), words=PARTY_ROLES)


class AmendmentRow(Form):
    what = Area(_("What was changed"), rows=2)
    why = Area(_("Why"), rows=2)
    date = Date(_("When"), rough=True)


class PartnershipForm(EntryForm):
    sections = (
        ("what", _("The partnership"), ("title", "governorates", "stage", "objective", "sectors")),
        ("who", _("Parties"), ("parties",)),
        ("when", _("Dates"), ("planned_start", "planned_end", "actual_start", "actual_end", "amendments")),
        ("money", _("Budget and sustainability"), ("budget_amount", "budget_currency", "sustainability")),
        ("call", _("Who to call"), ("contact_office", "contact_phone", "contact_email")),
        ("from", _("Sources"), ("sources",)),
    )

    title = Line(_("Title"), description=_("At most 200 characters."))
    governorates = GovernorateTicks(_("Governorates"), description=_("Your own is one of them."))
    stage = Options(_("Stage"), words=STAGES)
    objective = Area(_("Objective"), rows=4)
    sectors = SectorTicks(_("Sectors"), description=_("At most five."))
    parties = Rows(PartyRow, _("Parties with their roles"), add=_("Add a party"))
    planned_start = Date(_("Planned start"), rough=True)
    planned_end = Date(_("Planned end"), rough=True)
    actual_start = Date(_("Actual start"), rough=True)
    actual_end = Date(_("Actual end"), rough=True)
    amendments = Rows(AmendmentRow, _("Amendments of the agreement"), add=_("Add an amendment"), least=0)
    budget_amount = Code(_("Budget"), inputmode="decimal")
    budget_currency = Choice(_("Currency"), words=CURRENCIES)
    sustainability = Area(
        _("Sustainability plan"), rows=3, description=_("What remains when the funding ends.")
    )
    contact_office = Line(_("Office"), description=_("The division and directorate, not a person."))
    contact_phone = Code(_("Phone number"), inputmode="tel", description=_("For example +964 750 123 4567."))
    contact_email = Code(_("E-mail address"), inputmode="email")
    sources = Rows(SourceRow, _("Sources"), add=_("Add a source"))
