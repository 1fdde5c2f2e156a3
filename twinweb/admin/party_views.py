"""Parties: their names, and what became of those that partnerships proposed."""

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.admin import commands, queries
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.facts import PartyFacts
from twinweb.admin.forms import PartyForm
from twinweb.pages.filters import position
from twinweb.pages.plain_forms import Problems, checked, must_of, ready, sent
from twinweb.partnerships.forms import PARTY_KINDS
from twinweb.reference import queries as reference
from twinweb.reference.models import Party
from twinweb.web.addresses import HIGHEST_ID, asked, sent_number
from twinweb.web.htmx import done
from twinweb.web.notices import say

TAKES_ITS_PLACE = lazy_gettext("The party that takes its place")


@bp.get("/parties/")
@allow(Role.ADMIN)
def parties() -> Page:
    words = asked("q")
    page = queries.parties(words, position(asked("after")))
    return render_template("admin/parties.html", words=words, page=page, kinds=PARTY_KINDS)


@bp.get("/parties/<id:party_id>")
@allow(Role.ADMIN)
def party(party_id: int) -> Page:
    found = _found(party_id)
    return _party_page(found, ready(PartyForm, _typed(found)))


@bp.post("/parties/<id:party_id>")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Editing"), sent(PartyForm))
def party_edit(party_id: int) -> Page:
    found, form = _found(party_id), ready(PartyForm)
    facts, problems = checked(PartyFacts, form)
    if facts is None:
        return _party_page(found, form, problems), 422
    try:
        commands.edit_party(party_id, facts, seen=_seen(), by=current_person())
    except commands.PartyExists:
        text = _("Please merge the two instead: another party of this country has this name.")
        return _party_page(_found(party_id), form, {"name": text}), 422
    say(_("The party is saved."))
    return done(url_for(".party", party_id=party_id))


def _called(party_id: str) -> str:
    found = _target(party_id)
    return found.name if found else party_id


@bp.get("/parties/<id:party_id>/merge")
@allow(Role.ADMIN)
def party_merge(party_id: int) -> Page:
    """What merging would do, before it is done."""
    found, target = _found(party_id), _target(asked("into"))
    if target is None or target.id == party_id:
        problems = {"into": _("Please choose the party that takes its place.")}
        return _party_page(found, ready(PartyForm, _typed(found)), problems), 422
    count = queries.partnerships_of([party_id]).get(party_id, 0)
    return render_template("admin/party_merge.html", party=found, target=target, count=count)


@bp.post("/parties/<id:party_id>/merge")
@allow(Role.ADMIN)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Merging"), called={"into": (TAKES_ITS_PLACE, _called)})
def party_do_merge(party_id: int) -> Page:
    into = position(request.form.get("into", ""))
    target = commands.merge_parties(party_id, into, seen=_seen(), by=current_person())
    say(_("The parties are merged into “%(name)s”.", name=target.name))
    return done(url_for(".party", party_id=target.id))


def _found(party_id: int) -> Party:
    return reference.party(party_id) or abort(404)


def _target(typed: str) -> Party | None:
    """A party that others can be merged into."""
    party_id = position(typed)
    found = reference.party(party_id) if 0 < party_id <= HIGHEST_ID else None
    return found if found and not found.merged_into else None


def _typed(party: Party) -> dict[str, str]:
    return {"name": party.name, "country": party.country, "kind": party.kind.value}


def _seen() -> int:
    return sent_number("seen")


def _party_page(party: Party, form: PartyForm, problems: Problems | None = None) -> str:
    return render_template(
        "admin/party.html",
        party=party,
        into=reference.party(party.merged_into or 0),
        seen=sent_number("seen", party.version),
        form=form,
        must=must_of(PartyFacts),
        problems=problems or {},
        proposals=queries.proposals([party.id]).get(party.id, []),
        targets=[one for one in reference.parties() if one.id != party.id],
    )
