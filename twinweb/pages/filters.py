"""What a list was asked for, read from its address."""

from dataclasses import dataclass

from flask import request

from twinweb.entries import lists
from twinweb.entries.kinds import Facet
from twinweb.entries.lists import Filters
from twinweb.i18n.arabic import clean, digits, fold
from twinweb.i18n.locale import country, in_language
from twinweb.kinds import Shown
from twinweb.reference import queries as reference
from twinweb.reference.countries import COUNTRIES

LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    text: str


def filters_for(shown: Shown) -> Filters:
    """The filters in the address; what is no value of a filter finds nothing, as it says."""
    asked = {facet: _asked(name) for name, facet in parameters(shown).items()}
    return Filters(
        kind=shown.kind.name,
        words=_asked("q"),
        facets={facet: value[:40] for facet, value in asked.items() if value},
        after=position(_asked("after")),
    )


def parameters(shown: Shown) -> dict[str, Facet]:
    """Names of filters in the address: the phase is called `stage` or `kind` there."""
    phase = "stage" if shown.kind.name == "partnership" else "kind"
    return {
        "sector": Facet.SECTOR,
        "governorate": Facet.GOVERNORATE,
        "country": Facet.COUNTRY,
        "year": Facet.YEAR,
    } | ({phase: Facet.PHASE} if shown.phases else {})


def options(shown: Shown) -> dict[str, list[Option]]:
    """What each filter offers, in the language of the page."""
    names = reference.names()
    offered = {
        "sector": [Option(one.slug, in_language(one.ar, one.en)) for one in names.open_sectors],
        "governorate": [Option(one.slug, in_language(one.ar, one.en)) for one in names.governorates.values()],
        "country": sorted(
            (Option(code, country(code)) for code in COUNTRIES), key=lambda one: fold(one.text)
        ),
        "year": [Option(year, year) for year in lists.years(shown.kind.name)],
    }
    phase = "stage" if shown.kind.name == "partnership" else "kind"
    if shown.phases:
        offered[phase] = [Option(str(value), str(word)) for value, word in shown.phases.items()]
    return offered


def position(text: str) -> int:
    """The key of a page; anything else is the first page."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  fits 32 bits


def _asked(name: str) -> str:
    value = clean(request.args.get(name, "")[:LONGEST_QUERY])
    return digits(value) if name in ("year", "after") else value
