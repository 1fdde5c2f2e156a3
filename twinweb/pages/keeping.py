"""Drafts keep themselves: the small pieces that a form sends while someone writes."""

from flask import Blueprint, Response, abort, jsonify, request, url_for
from flask_babel import gettext as _

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.models import Role
from twinweb.entries import commands
from twinweb.entries.fields import Raw
from twinweb.entries.models import Revision
from twinweb.entries.notes import Mark
from twinweb.entries.refusals import Changed, Incomplete
from twinweb.entries.states import Impossible
from twinweb.i18n.locale import hour
from twinweb.kinds import KINDS, Shown
from twinweb.pages import writing
from twinweb.pages.drafts import opened_before, own_draft, seen_by_its_form, seen_of, sending
from twinweb.pages.marks import GROUP, marks_sent

bp = Blueprint("keeping", __name__)


@bp.post("/<kind:shown>/keep", defaults={"entry_id": 0})
@bp.post("/<kind:shown>/<id:entry_id>/keep")
@allow(Role.CONTRIBUTOR)
def keep(shown: Shown, entry_id: int) -> tuple[Response, int]:
    """Keep the fields named in `only`; a new entry opens with the first of them."""
    try:
        revision = _keep(shown, entry_id)
    except Incomplete:
        return jsonify(said=_("Not saved yet.")), 422
    except Changed:
        text = _(
            "Saved meanwhile by somebody else, or by you in another window. Save the draft to see both texts."
        )
        return jsonify(said=text), 409
    except Impossible:
        return jsonify(said=_("Sent, decided or thrown away meanwhile: what you type now is not saved.")), 409
    return jsonify(
        address=url_for("pages.save", shown=shown, entry_id=revision.entry_id),
        keep=url_for(".keep", shown=shown, entry_id=revision.entry_id),
        revision=revision.id,
        seen=revision.version,
        said=_("Saved at %(time)s.", time=hour(revision.saved_at)),
    ), 200


def _keep(shown: Shown, entry_id: int) -> Revision:
    person, patch = current_person(), _patch(shown)
    if entry_id:
        revision = own_draft(shown, entry_id)
        return commands.keep(seen_of(revision), patch, KINDS, by=person, marks=_marks())
    if opened := opened_before(shown):
        return commands.keep(seen_by_its_form(opened), patch, KINDS, by=person)
    owner = request.form.get("owner") or person.office or ""
    if owner not in person.writes_for or not request.form.get("key"):
        abort(400)
    return commands.draft(shown.kind, patch, owner=owner, by=person, on=sending())


def _marks() -> dict[int, Mark]:
    return marks_sent() if GROUP in request.form.get("only", "").split() else {}


def _patch(shown: Shown) -> dict[str, Raw]:
    typed = writing.form_for(shown, by=current_person()).raw()
    return {name: typed[name] for name in request.form.get("only", "").split() if name in typed}
