"""Accounts: who there is, what they may do, and the one-time codes that let them in."""

from datetime import timedelta

from flask import abort, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from twinweb import clock
from twinweb.accounts import commands, requests
from twinweb.accounts import queries as accounts
from twinweb.accounts.gate import CRITICAL, allow, current_person, proven
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Membership, Role, User
from twinweb.admin import looks, queries
from twinweb.admin.blueprint import Page, bp
from twinweb.admin.facts import AccountFacts, GrantFacts, PersonFacts
from twinweb.admin.forms import LANGUAGES, PERSON_FIELDS, ROLES, AccountForm, EditPersonForm, GrantForm
from twinweb.admin.judging import no_user_name, taken_name
from twinweb.admin.person_commands import correct_person
from twinweb.notices import mailing
from twinweb.pages.filters import position
from twinweb.pages.plain_forms import Problems, checked, must_of, ready, sent
from twinweb.reference import queries as reference
from twinweb.web.addresses import asked, sent_number
from twinweb.web.htmx import done
from twinweb.web.notices import say
from twinweb.web.work import writes


@bp.get("/users/")
@allow(Role.ADMIN)
def users() -> Page:
    filters = queries.Asked(asked("q"), asked("governorate"), asked("role"), position(asked("after")))
    return render_template(
        "admin/users.html",
        asked=filters,
        page=queries.users(filters),
        names=reference.names(),
        roles=ROLES,
        asked_for=requests.count_waiting(),
    )


@bp.get("/users/new")
@allow(Role.ADMIN)
def user_new() -> Page:
    return _new_page(ready(AccountForm))


@bp.post("/users/new")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Opening an account"), sent(AccountForm))
def user_create() -> Page:
    """Open the account; its code is on the answer and nowhere else."""
    form = ready(AccountForm)
    facts, problems = checked(AccountFacts, form)
    if facts is None:
        return _new_page(form, problems), 422
    try:
        user, code = commands.create_user(facts.identity(), [facts.grant()], by=current_person())
    except commands.NameTaken:
        return _new_page(form, {"username": taken_name()}, taken=accounts.user_named(facts.username)), 422
    except commands.NoUserName:
        return _new_page(form, {"username": no_user_name()}), 422
    return slip(user, code)


@bp.get("/users/<id:user_id>")
@allow(Role.ADMIN)
@writes
def user(user_id: int) -> Page:
    """Names, phones and sign-ins of others: that somebody looked is noted."""
    account_of(user_id)
    looks.note_view(user_id, by=current_person())
    return _user_page(user_id, ready(GrantForm))


@bp.get("/users/<id:user_id>/edit")
@allow(Role.ADMIN)
def user_edit(user_id: int) -> Page:
    user = account_of(user_id)
    data = {name: getattr(user, name) for name in PERSON_FIELDS} | {"email": mailing.address_of(user_id)}
    return _edit_page(user, ready(EditPersonForm, data))


@bp.post("/users/<id:user_id>/edit")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Correcting an account"), sent(EditPersonForm))
def user_correct(user_id: int) -> Page:
    """Put right who somebody is: they may sign in by it, so it asks for a fresh proof."""
    user, form = account_of(user_id), ready(EditPersonForm)
    facts, problems = checked(PersonFacts, form)
    if facts is None:
        return _edit_page(user, form, problems), 422
    try:
        correct_person(user_id, facts, seen=sent_number("seen"), by=current_person())
    except commands.NameTaken:
        return _edit_page(user, form, {"username": taken_name()}), 422
    except commands.NoUserName:
        return _edit_page(user, form, {"username": no_user_name()}), 422
    return back_to(user_id, _("The corrections are saved."))


@bp.post("/users/<id:user_id>/memberships")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Giving a role"), sent(GrantForm))
def user_grant(user_id: int) -> Page:
    form = ready(GrantForm)
    facts, problems = checked(GrantFacts, form)
    if facts is None:
        return _user_page(user_id, form, problems), 422
    try:
        commands.grant(user_id, facts.grant(), by=current_person())
    except commands.AlreadyHeld:
        text = _("Please choose another role or governorate: this person holds this one already.")
        return _user_page(user_id, form, {"role": text}), 422
    return back_to(user_id, _("The role is given; it counts from the next page that this person opens."))


@bp.post("/users/<id:user_id>/code")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Giving a one-time code"))
def user_code(user_id: int) -> Page:
    """A new code in the place of the password; shown on the answer and nowhere else."""
    code = commands.give_code(user_id, by=current_person())
    return slip(account_of(user_id), code)


@bp.post("/users/<id:user_id>/second-factor")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Resetting a second step"))
def user_reset_factor(user_id: int) -> Page:
    commands.reset_second_factor(user_id, by=current_person())
    return back_to(
        user_id, _("The second step is taken off. This person sets up a new one at their next sign-in.")
    )


@bp.post("/users/<id:user_id>/deactivate")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Deactivating an account"))
def user_deactivate(user_id: int) -> Page:
    commands.deactivate(user_id, by=current_person())
    return back_to(user_id, _("The account is deactivated: nobody can sign in with it."))


@bp.post("/users/<id:user_id>/reactivate")
@allow(Role.ADMIN)
@proven(CRITICAL)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Reactivating an account"))
def user_reactivate(user_id: int) -> Page:
    commands.reactivate(user_id, by=current_person())
    return back_to(user_id, _("The account is active again, with the roles and the password that it had."))


def account_of(user_id: int) -> User:
    return accounts.user(user_id) or abort(404)


def _new_page(form: AccountForm, problems: Problems | None = None, taken: User | None = None) -> str:
    return render_template(
        "admin/user_new.html", form=form, must=must_of(AccountFacts), problems=problems or {}, taken=taken
    )


def _edit_page(user: User, form: EditPersonForm, problems: Problems | None = None) -> str:
    return render_template(
        "admin/user_edit.html", user=user, form=form, must=must_of(PersonFacts), problems=problems or {}
    )


def _user_page(user_id: int, form: GrantForm, problems: Problems | None = None) -> str:
    held = accounts.memberships(user_id)
    return render_template(
        "admin/user.html",
        user=account_of(user_id),
        held=[one for one in held if not _is_over(one)],
        over=[one for one in held if _is_over(one)],
        last_sign_in=queries.last_sign_in(user_id),
        form=form,
        must=must_of(GrantFacts),
        problems=problems or {},
        names=reference.names(),
        roles=ROLES,
        languages=LANGUAGES,
    )


def _is_over(membership: Membership) -> bool:
    return membership.ends is not None and membership.ends < clock.today()


def slip(user: User, code: str) -> str:
    """The page that is printed and handed over. No address leads to it again."""
    return render_template(
        "admin/slip.html",
        user=user,
        code=code,
        address=current_app.config["TWINWEB"].public_url or request.host_url.rstrip("/"),
        days=commands.CODE_LASTS // timedelta(days=1),
        good_until=clock.today() + commands.CODE_LASTS,
    )


def back_to(user_id: int, text: str) -> Page:
    """The account again; who changed their own must be known anew."""
    g.pop("person", None)
    say(text)
    return done(url_for(".user", user_id=user_id))
