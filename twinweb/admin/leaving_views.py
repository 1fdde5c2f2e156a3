"""Ending a role or moving a person: first what hangs on them, then one step."""

from collections.abc import Iterator

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb.accounts import commands
from twinweb.accounts import queries as accounts
from twinweb.accounts.gate import CRITICAL, allow, current_person, proven
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Membership, Role
from twinweb.admin import leaving
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.facts import GrantFacts
from twinweb.admin.forms import ROLES, MoveForm
from twinweb.admin.user_views import account_of, back_to
from twinweb.kinds import SHOWN
from twinweb.pages.filters import position
from twinweb.pages.plain_forms import Problems, checked, must_of, ready, sent
from twinweb.reference import queries as reference
from twinweb.web.addresses import sent_number


@bp.get("/memberships/")
@allow(Role.ADMIN)
def memberships() -> Page:
    """Roles that begin later, and those that end within a month."""
    return render_template(
        "admin/memberships.html",
        to_come=leaving.to_come(),
        ending=leaving.ending_soon(),
        names=reference.names(),
        roles=ROLES,
    )


@bp.get("/users/<id:user_id>/memberships/<id:membership_id>/end")
@allow(Role.ADMIN)
def user_leaving(user_id: int, membership_id: int) -> Page:
    return _leaving_page(_membership(user_id, membership_id), ready(MoveForm))


def _called(user_id: str) -> str:
    found = accounts.user(position(user_id))
    return found.name if found else user_id


GOES_ON = {"to": (lazy_gettext("Who goes on with what is open"), _called)}


@bp.post("/users/<id:user_id>/memberships/<id:membership_id>/end")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Ending a role"), called=GOES_ON)
def user_end_membership(user_id: int, membership_id: int) -> Page:
    _membership(user_id, membership_id)
    leaving.end(membership_id, to=sent_number("to"), by=current_person())
    return back_to(user_id, _("The role has ended, and so have this person's sign-ins."))


@bp.post("/users/<id:user_id>/memberships/<id:membership_id>/move")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Moving a person"), sent(MoveForm), GOES_ON)
def user_move(user_id: int, membership_id: int) -> Page:
    membership, form = _membership(user_id, membership_id), ready(MoveForm)
    facts, problems = checked(GrantFacts, form)
    if facts is None:
        return _leaving_page(membership, form, problems), 422
    try:
        leaving.move(membership_id, facts.grant(), to=sent_number("to"), by=current_person())
    except leaving.NoMove:
        text = _("Please choose another role or governorate, and today or a later day.")
        return _leaving_page(membership, form, {"role": text}), 422
    except commands.AlreadyHeld:
        text = _("Please choose another role or governorate: this person holds this one already.")
        return _leaving_page(membership, form, {"role": text}), 422
    return back_to(user_id, _("Moved. What this person wrote stays with the office that they wrote it for."))


def _membership(user_id: int, membership_id: int) -> Membership:
    return next((one for one in accounts.memberships(user_id) if one.id == membership_id), None) or abort(404)


def _leaving_page(membership: Membership, form: MoveForm, problems: Problems | None = None) -> str:
    hanging = leaving.hanging(membership)
    return render_template(
        "admin/leaving.html",
        user=account_of(membership.user_id),
        held=membership,
        hanging=hanging,
        work=dict(_by_state(hanging)),
        to=request.form.get("to", ""),
        form=form,
        must=must_of(GrantFacts),
        problems=problems or {},
        names=reference.names(),
        roles=ROLES,
        shown_kinds=SHOWN,
    )


def _by_state(hanging: leaving.Hanging) -> Iterator[tuple[str, list[leaving.OpenWork]]]:
    for state in ("draft", "returned", "submitted"):
        if found := [one for one in hanging.work if one.state == state]:
            yield state, found
