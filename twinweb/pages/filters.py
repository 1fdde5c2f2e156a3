"""What a list was asked for, read from its address, and what it can be asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from twinweb.entries import relations
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import Filters, Listing
from twinweb.i18n.arabic import digits, sort_key
from twinweb.i18n.locale import country, in_language, locale
from twinweb.kinds import Shown
from twinweb.reference import queries as reference
from twinweb.reference.countries import COUNTRIES
from twinweb.reference.queries import Names
from twinweb.web.addresses import asked

LONGEST_VALUE = 40
MOST_OFFERED = 16
"""Lists in each language, twice: years, countries and sectors are added now and then."""


class Option(NamedTuple):
    value: str
    text: str


class Choice(NamedTuple):
    """A filter as the page offers it."""

    name: str
    label: str
    every: str
    """What stands for no choice."""
    options: tuple[Option, ...]
    value: str
    """What was asked for, …"""
    offered: bool
    """… and whether it is among what everybody is offered."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is set, and the address of the list without it."""

    label: str
    text: str
    without: str


def filters_for(shown: Shown) -> Filters:
    """The filters in the address; what is no value of a filter finds nothing."""
    values = {facet: _asked_for(name) for name, facet in parameters(shown).items()}
    return Filters(
        kind=shown.kind.name,
        words=asked("q"),
        facets={facet: value for facet, value in values.items() if value},
        of=position(digits(asked("of"))),
        after=position(digits(asked("after"))),
    )


def parameters(shown: Shown) -> dict[str, Facet]:
    """Names of filters in the address: the phase is called `stage` or `kind` there."""
    return {
        "sector": Facet.SECTOR,
        "governorate": Facet.GOVERNORATE,
        "country": Facet.COUNTRY,
        "year": Facet.YEAR,
        "party": Facet.PARTY,
    } | ({phase_parameter(shown): Facet.PHASE} if shown.phases else {})


def phase_parameter(shown: Shown) -> str:
    return "stage" if shown.kind.name == "partnership" else "kind"


def choices(shown: Shown, filters: Filters, listing: Listing) -> list[Choice]:
    """The filters of a list with what each offers and what was asked for, in the language of the page."""
    years, countries = tuple(listing.years), tuple(listing.countries)
    offered = _offered(shown, reference.names(), years, countries, locale().language)
    facets = parameters(shown)
    return [_choice(*one, filters.facets.get(facets[one[0]], "")) for one in offered]


@lru_cache(MOST_OFFERED)
def _offered(
    shown: Shown, names: Names, years: tuple[str, ...], countries: tuple[str, ...], _language: str
) -> list[tuple[str, str, str, tuple[Option, ...]]]:
    """Name, label, what stands for no choice, and options of each filter: the same for everybody."""
    sectors = tuple(Option(one.slug, in_language(one.ar, one.en)) for one in names.open_sectors)
    places = tuple(Option(one.slug, in_language(one.ar, one.en)) for one in names.governorates.values())
    offered = [
        ("sector", _("Sector"), _("All sectors"), sectors),
        ("governorate", _("Governorate"), _("All governorates"), places),
        ("country", _("Country"), _("All countries"), _countries(countries)),
        ("year", _("Year"), _("All years"), tuple(Option(year, year) for year in years)),
    ]
    if shown.phases:
        phases = tuple(Option(str(value), str(word)) for value, word in shown.phases.items())
        every = _("All stages") if shown.kind.name == "partnership" else _("All kinds")
        offered.append((phase_parameter(shown), str(shown.phase), every, phases))
    return offered


def chosen(shown: Shown, filters: Filters, offered: Sequence[Choice]) -> list[Chosen]:
    """What the list was asked for, with the way to ask without it."""
    found = [Chosen(_("Words"), filters.words, address(shown, filters, q=""))] if filters.words else []
    found += [
        Chosen(one.label, option.text, address(shown, filters, **{one.name: ""}))
        for one in offered
        for option in one.options
        if option.value == one.value
    ]
    if value := filters.facets.get(Facet.PARTY):
        found.append(Chosen(_("Party"), _party_name(value), address(shown, filters, party="")))
    if filters.of:
        title = relations.approved_title(filters.of) or str(filters.of)
        found.append(Chosen(_("Belongs to"), title, address(shown, filters, of="")))
    return found


def address(shown: Shown, filters: Filters, **changes: object) -> str:
    """Of the list with these filters but for what is changed; of its first page, unless `after` is given."""
    values: dict[str, Any] = {"q": filters.words, "of": filters.of}
    values |= {name: filters.facets.get(facet) for name, facet in parameters(shown).items()}
    values |= changes
    return url_for("pages.index", shown=shown, **{name: value for name, value in values.items() if value})


def counted(shown: Shown, listing: Listing) -> str:
    """How many there are, in words."""
    words = shown.counted(listing.count)
    return _("More than %(many)s", many=words) if listing.capped else words


def position(text: str) -> int:
    """The key of a page; anything else is the first page."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  fits 32 bits


def _asked_for(name: str) -> str:
    """What a filter was set to, bounded; a merged sector is the one that it went into."""
    value = asked(name)
    value = digits(value) if name == "year" else value
    sector = reference.names().sector(value) if name == "sector" and value else None
    return sector.slug if sector else value[:LONGEST_VALUE]


def _choice(name: str, label: str, every: str, options: tuple[Option, ...], value: str) -> Choice:
    """With what was asked for among the options, even if it is none that is offered."""
    offered = not value or any(option.value == value for option in options)
    if not offered:
        options = (*options, Option(value, _name_of(name, value)))
    return Choice(name, label, every, options, value, offered)


def _name_of(name: str, value: str) -> str:
    """A retired sector has a name, and a country that no entry is of; anything else is shown as it came."""
    if name == "country" and value in COUNTRIES:
        return country(value)
    sector = reference.names().sector(value) if name == "sector" else None
    return in_language(sector.ar, sector.en) if sector else value


def _party_name(value: str) -> str:
    party = reference.party(position(value))
    return party.name if party else value


def _countries(codes: Sequence[str]) -> tuple[Option, ...]:
    return tuple(sorted((Option(code, country(code)) for code in codes), key=lambda one: sort_key(one.text)))
