"""Pages of a sector, a governorate and a party, and the lists of the first two."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from twinweb.accounts.gate import allow
from twinweb.accounts.models import Role
from twinweb.directory import digest, queries
from twinweb.directory.digest import Place
from twinweb.directory.goals import GOALS
from twinweb.entries.kinds import Facet
from twinweb.i18n.locale import in_language
from twinweb.kinds import SHOWN
from twinweb.partnerships.forms import PARTY_KINDS, PARTY_ROLES
from twinweb.reference import queries as reference

bp = Blueprint("directory", __name__)

Page = str | Response


@bp.get("/sectors/")
@allow(*Role)
def sectors() -> Page:
    names = reference.names()
    return render_template(
        "directory/sectors.html", sectors=names.open_sectors, counts=queries.counts(Facet.SECTOR)
    )


@bp.get("/sectors/<slug>")
@allow(*Role)
def sector(slug: str) -> Page:
    found = reference.names().sector(slug) or abort(404)
    if found.slug != slug:
        return redirect(url_for(".sector", slug=found.slug), code=301)
    return render_template(
        "directory/sector.html",
        sector=queries.sector(slug),
        goals=GOALS,
        **_gathered(Facet.SECTOR, slug),
    )


@bp.get("/sectors/<slug>/digest")
@allow(*Role)
def sector_digest(slug: str) -> Page:
    found = reference.names().sector(slug) or abort(404)
    if found.slug != slug:
        return redirect(url_for(".sector_digest", slug=found.slug), code=301)
    name, address = in_language(found.ar, found.en), url_for(".sector", slug=slug)
    return digest.answer(Place(Facet.SECTOR, slug, name, address))


@bp.get("/governorates/")
@allow(*Role)
def governorates() -> Page:
    return render_template(
        "directory/governorates.html",
        governorates=reference.names().governorates.values(),
        counts=queries.counts(Facet.GOVERNORATE),
    )


@bp.get("/governorates/<slug>")
@allow(*Role)
def governorate(slug: str) -> Page:
    if slug not in reference.names().governorates:
        abort(404)
    return render_template(
        "directory/governorate.html",
        governorate=queries.governorate(slug),
        **_gathered(Facet.GOVERNORATE, slug),
    )


@bp.get("/governorates/<slug>/digest")
@allow(*Role)
def governorate_digest(slug: str) -> Page:
    found = reference.names().governorates.get(slug) or abort(404)
    name, address = in_language(found.ar, found.en), url_for(".governorate", slug=slug)
    return digest.answer(Place(Facet.GOVERNORATE, slug, name, address))


@bp.get("/parties/names")
@allow(Role.CONTRIBUTOR)
def party_names() -> Page:
    """One a line, for who is about to write one: the form asks for them then."""
    return Response("\n".join(reference.party_names()), mimetype="text/plain")


@bp.get("/parties/<id:party_id>")
@allow(*Role)
def party(party_id: int) -> Page:
    found = queries.party(party_id) or abort(404)
    if found.id != party_id:
        return redirect(url_for(".party", party_id=found.id), code=301)
    return render_template(
        "directory/party.html",
        party=found,
        roles=queries.roles(party_id),
        party_kinds=PARTY_KINDS,
        party_roles=PARTY_ROLES,
        **_gathered(Facet.PARTY, str(party_id)),
    )


def _gathered(facet: Facet, value: str) -> dict[str, object]:
    return {
        "gathered": queries.gathered(facet, value),
        "belonging": {str(facet): value},
        "names": reference.names(),
        "shown_kinds": SHOWN,
    }
