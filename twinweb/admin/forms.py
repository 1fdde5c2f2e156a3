"""The admins' forms, and the words of their choices."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import Form

from twinweb.accounts.models import Language, Role
from twinweb.admin.facts import Belonging
from twinweb.admin.lists import COLUMNS, Take
from twinweb.partnerships.forms import PARTY_KINDS
from twinweb.web.forms import (
    Area,
    Choice,
    Code,
    CountryChoice,
    Date,
    EntryForm,
    GovernorateChoice,
    Line,
    Options,
)

ROLES = {
    Role.CONTRIBUTOR: _("Contributor"),
    Role.REVIEWER: _("Reviewer"),
    Role.OBSERVER: _("Observer"),
    Role.ADMIN: _("Administrator"),
}

LANGUAGES = {Language.ARABIC: "العربية", Language.ENGLISH: "English"}

BELONGINGS = {
    Belonging.OFFICE: _("Staff of the governorate"),
    Belonging.ON_BEHALF: _("UNDP staff who write on its behalf"),
}

PERSON_FIELDS = ("username", "name", "job_title", "phone", "language")
LIST_FIELDS = (*COLUMNS, "take")
TAKES = {
    Take.OPEN: _("Open the account"),
    Take.OTHER: _("It is another person: open the account"),
    Take.OUT: _("Leave this row out"),
}
MOVE_FIELDS = ("role", "governorate", "belonging", "starts")
ROLE_FIELDS = ("role", "governorate", "belonging", "starts", "ends")


Sections = Sequence[tuple[str, object, Sequence[str]]]


class PersonForm(EntryForm):
    """Who the account is for. Declared before the role, as errors are listed in this order."""

    username = Code(
        _("User name"),
        description=_("Letters of one alphabet, digits, full stops or hyphens, for example a.karim."),
    )
    name = Line(_("Full name"))
    job_title = Line(_("Job title"))
    phone = Code(_("Phone"), inputmode="tel", description=_("For example 0750 123 4567."))
    language = Options(_("Language"), words=LANGUAGES, default=Language.ARABIC.value)


class GrantForm(EntryForm):
    sections: Sections = (("membership", _("Role"), ROLE_FIELDS),)

    role = Options(_("Role"), words=ROLES)
    governorate = GovernorateChoice(
        _("Governorate"),
        description=_("A contributor has one. A reviewer without one reviews all of them."),
    )
    belonging = Options(
        _("If a contributor"),
        words=BELONGINGS,
        default=Belonging.OFFICE.value,
    )
    starts = Date(_("First day"), description=_("Today, if you leave it empty."))
    ends = Date(_("Last day"), description=_("No end, if you leave it empty."))


class AccountForm(PersonForm, GrantForm):
    sections = (
        ("person", _("The person"), PERSON_FIELDS),
        ("membership", _("Role"), ROLE_FIELDS),
    )


class EditPersonForm(PersonForm):
    sections = (("person", _("The person"), (*PERSON_FIELDS, "email")),)

    email = Code(
        _("E-mail"),
        inputmode="email",
        description=_("Where a forgotten password is reset to, if mail is set up here."),
    )


class MoveForm(GrantForm):
    """Where somebody goes on, and from which day."""

    sections: Sections = (("move", _("Move"), MOVE_FIELDS),)


class NewPersonForm(PersonForm):
    sections = (("person", _("The person"), PERSON_FIELDS),)


class ColleagueForm(EntryForm):
    """Who an office asks an account for."""

    sections = (("person", _("The colleague"), ("governorate", "name", "job_title", "phone")),)

    governorate = GovernorateChoice(_("Governorate"))
    name = Line(_("Full name"))
    job_title = Line(_("Job title"))
    phone = Code(_("Phone"), inputmode="tel", description=_("For example 0750 123 4567."))


class ListForm(EntryForm):
    """Where a list of people is pasted or sent."""

    sections = (("list", _("The list"), ("pasted", "governorate")),)

    pasted = Area(
        _("Rows from the spreadsheet"),
        rows=8,
        description=_("Mark the rows in the spreadsheet, copy them, and paste them here."),
    )
    governorate = GovernorateChoice(
        _("Governorate of all who have none in the list"),
    )


class RowForm(EntryForm):
    """One person of a list, to be corrected in place."""

    sections = (("row", _("The person"), LIST_FIELDS),)

    name = Line(_("Full name"))
    phone = Code(_("Phone"), inputmode="tel")
    job_title = Line(_("Job title"))
    role = Choice(_("Role"), words=ROLES)
    governorate = GovernorateChoice(_("Governorate"))
    username = Code(_("User name"))
    language = Choice(_("Language"), words=LANGUAGES)
    take = Options(_("What to do with this row"), words=TAKES)


class SectorForm(EntryForm):
    sections = (("sector", _("Sector"), ("name_ar", "name_en", "name_ckb", "sdg_goals", "crs_code")),)

    name_ar = Line(_("Name in Arabic"))
    name_en = Line(_("Name in English"))
    name_ckb = Line(_("Name in Kurdish"))
    sdg_goals = Code(
        _("Sustainable Development Goals"),
        description=_("Their numbers from 1 to 17, with spaces between them."),
    )
    crs_code = Code(
        _("CRS code"),
        inputmode="numeric",
        description=_("The five digits of the OECD's list of purposes of aid."),
    )


class PartyForm(EntryForm):
    sections = (("party", _("Party"), ("name", "country", "kind")),)

    name = Line(_("Name of the party"))
    country = CountryChoice(_("Country"))
    kind = Choice(_("Kind of party"), words=PARTY_KINDS)


class DayForm(Form):
    """The day that the list of what was done is filtered by."""

    day = Date(_("Date"))
