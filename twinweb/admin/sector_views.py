"""Sectors: their names, their order, and what becomes of those that are no longer wanted."""

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.admin import commands, queries
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.commands import Direction
from twinweb.admin.facts import SectorFacts
from twinweb.admin.forms import SectorForm
from twinweb.i18n.locale import in_language
from twinweb.pages.plain_forms import Problems, checked, must_of, ready, sent
from twinweb.reference.models import Sector
from twinweb.web.addresses import asked, sent_number
from twinweb.web.htmx import done
from twinweb.web.notices import say

TAKES_ITS_PLACE = lazy_gettext("The sector that takes its place")


@bp.get("/sectors/")
@allow(Role.ADMIN)
def sectors() -> Page:
    found = queries.sectors()
    return render_template(
        "admin/sectors.html",
        in_order=[one for one in found if not one.merged_into],
        merged=[one for one in found if one.merged_into],
        called={one.slug: _name(one) for one in found},
        counts=queries.entries_by_sector(),
    )


@bp.get("/sectors/new")
@allow(Role.ADMIN)
def sector_new() -> Page:
    return _new_page(ready(SectorForm))


@bp.post("/sectors/new")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Adding"), sent(SectorForm))
def sector_add() -> Page:
    form = ready(SectorForm)
    facts, problems = checked(SectorFacts, form)
    if facts is None:
        return _new_page(form, problems), 422
    sector = commands.add_sector(facts, by=current_person())
    say(_("The sector “%(name)s” is added, as the last of the list.", name=_name(sector)))
    return done(url_for(".sectors"))


@bp.get("/sectors/<slug>")
@allow(Role.ADMIN)
def sector(slug: str) -> Page:
    found = _found(slug)
    return _sector_page(found, ready(SectorForm, _typed(found)))


@bp.post("/sectors/<slug>")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Editing"), sent(SectorForm))
def sector_edit(slug: str) -> Page:
    form = ready(SectorForm)
    facts, problems = checked(SectorFacts, form)
    if facts is None:
        return _sector_page(_found(slug), form, problems), 422
    commands.edit_sector(_found(slug).slug, facts, seen=_seen(), by=current_person())
    say(_("Saved. Every page shows the new names."))
    return done(url_for(".sector", slug=slug))


@bp.post("/sectors/<slug>/move")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Changing the order"))
def sector_move(slug: str) -> Page:
    direction = request.form.get("direction", "")
    if direction not in {*Direction}:
        abort(400)
    commands.move_sector(_found(slug).slug, Direction(direction), seen=_seen(), by=current_person())
    return done(url_for(".sectors"))


@bp.post("/sectors/<slug>/retire")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Retiring"))
def sector_retire(slug: str) -> Page:
    return _retire(slug, commands.retire_sector, _("The sector is retired."))


@bp.post("/sectors/<slug>/unretire")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Bringing back into use"))
def sector_unretire(slug: str) -> Page:
    return _retire(slug, commands.unretire_sector, _("The sector is in use again."))


@bp.get("/sectors/<slug>/merge")
@allow(Role.ADMIN)
def sector_merge(slug: str) -> Page:
    """What merging would do, before it is done."""
    found, target = _found(slug), _target(asked("into"))
    if target is None or target.slug == slug:
        problems = {"into": _("Please choose the sector that takes its place.")}
        return _sector_page(found, ready(SectorForm, _typed(found)), problems), 422
    return render_template(
        "admin/sector_merge.html",
        sector=found,
        target=target,
        called={one.slug: _name(one) for one in (found, target)},
        count=queries.entries_by_sector().get(slug, 0),
    )


def _called(slug: str) -> str:
    found = queries.sector(slug)
    return _name(found) if found else slug


@bp.post("/sectors/<slug>/merge")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Merging"), called={"into": (TAKES_ITS_PLACE, _called)})
def sector_do_merge(slug: str) -> Page:
    into = request.form.get("into", "")
    target = commands.merge_sectors(_found(slug).slug, into, seen=_seen(), by=current_person())
    say(_("The sectors are merged into “%(name)s”.", name=_name(target)))
    return done(url_for(".sectors"))


def _name(sector: Sector) -> str:
    return in_language(sector.name_ar, sector.name_en)


def _found(slug: str) -> Sector:
    return queries.sector(slug) or abort(404)


def _target(slug: str) -> Sector | None:
    """A sector that others can be merged into."""
    return next((one for one in _targets() if one.slug == slug), None)


def _targets() -> list[Sector]:
    return [one for one in queries.sectors() if not one.merged_into and not one.retired_at]


def _typed(sector: Sector) -> dict[str, str]:
    return {
        "name_ar": sector.name_ar,
        "name_en": sector.name_en,
        "name_ckb": sector.name_ckb or "",
        "sdg_goals": " ".join(map(str, sector.sdg_goals)),
        "crs_code": sector.crs_code or "",
    }


def _seen() -> int:
    return sent_number("seen")


def _retire(slug: str, command: Callable[..., Sector], text: str) -> Page:
    command(_found(slug).slug, seen=_seen(), by=current_person())
    say(text)
    return done(url_for(".sector", slug=slug))


def _new_page(form: SectorForm, problems: Problems | None = None) -> str:
    return render_template(
        "admin/sector_new.html", form=form, must=must_of(SectorFacts), problems=problems or {}
    )


def _sector_page(sector: Sector, form: SectorForm, problems: Problems | None = None) -> str:
    return render_template(
        "admin/sector.html",
        sector=sector,
        name=_name(sector),
        into=queries.sector(sector.merged_into or ""),
        seen=sent_number("seen", sector.version),
        form=form,
        must=must_of(SectorFacts),
        problems=problems or {},
        count=queries.entries_by_sector().get(sector.slug, 0),
        targets=[one for one in _targets() if one.slug != sector.slug],
    )
