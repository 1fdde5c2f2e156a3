"""Lists, entries, and writing them: once for every kind, over `twinweb.kinds`."""

from collections.abc import Callable

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.wrappers import Response

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.entries import commands, lists, notes, policy, queries, relations, review_commands
from twinweb.entries.models import LONGEST_REASON, Entry, Revision
from twinweb.entries.moving import Seen
from twinweb.entries.refusals import Changed, Held, Incomplete, Unanswered
from twinweb.entries.review_models import WHOLE
from twinweb.entries.states import Impossible, State
from twinweb.kinds import BY_PLURAL, KINDS, SHOWN, Shown
from twinweb.pages import conflicts, filters, reading, writing
from twinweb.pages.drafts import opened_before, own_draft, seen_by_its_form, seen_of, sending
from twinweb.pages.marks import marks_sent
from twinweb.reference import queries as reference
from twinweb.web.addresses import sent_number
from twinweb.web.forms import EntryForm
from twinweb.web.htmx import done, is_htmx
from twinweb.web.notices import say

bp = Blueprint("pages", __name__)

Page = str | Response | tuple[str, int]

SUBMITTING = lazy_gettext("Submitting for review")


class KindConverter(BaseConverter):
    """A kind of entry by its name in addresses."""

    regex = "|".join(BY_PLURAL)

    def to_python(self, value: str) -> Shown:
        if value not in BY_PLURAL:
            raise ValidationError
        return BY_PLURAL[value]

    def to_url(self, value: Shown | str) -> str:
        """A kind, its name or its name in addresses."""
        shown = value if isinstance(value, Shown) else SHOWN.get(value) or BY_PLURAL[value]
        return shown.kind.plural


@bp.get("/<kind:shown>/")
@allow(*Role)
def index(shown: Shown) -> Page:
    asked = filters.filters_for(shown)
    listing = lists.listing(asked)
    choices = filters.choices(shown, asked, listing)
    return render_template(
        "pages/index.html",
        shown=shown,
        asked=asked,
        listing=listing,
        count=filters.counted(shown, listing),
        choices=choices,
        chosen=filters.chosen(shown, asked, choices),
        first_address=filters.address(shown, asked) if asked.after else "",
        next_address=filters.address(shown, asked, after=listing.next_after) if listing.next_after else "",
        names=reference.names(),
    )


@bp.get("/<kind:shown>/<id:entry_id>")
@allow(*Role)
def show(shown: Shown, entry_id: int) -> Page:
    """The approved entry; before its first approval, for those who may, its latest revision."""
    read = queries.read(entry_id, shown.kind.name) or abort(404)
    entry = read.entry
    if entry.approved_id is None:
        return _show_unapproved(shown, entry)
    person = current_person()
    if entry.retired_at and (other := relations.led_on_to(entry_id)):
        return redirect(url_for(".show", shown=shown, entry_id=other), code=303)
    found = reading.approved(shown, read, by=person)
    request_to_retire = read.request if found["may_write"] or found["may_retire"] else None
    return render_template(f"{shown.kind.plural}/show.html", **found, request_to_retire=request_to_retire)


@bp.get("/<kind:shown>/<id:entry_id>/open")
@allow(*Role)
def show_open(shown: Shown, entry_id: int) -> Page:
    """The latest revision that is not approved, for the office and the reviewers."""
    entry = queries.entry(entry_id, shown.kind.name) or abort(404)
    return _show_unapproved(shown, entry)


@bp.get("/<kind:shown>/new")
@allow(Role.CONTRIBUTOR)
def new(shown: Shown) -> Page:
    person = current_person()
    raw = {"governorates": [person.office]} if shown.kind.name == "partnership" and person.office else {}
    return _form_page(shown, writing.form_for(shown, by=person, raw=raw | _referred(shown)))


@bp.post("/<kind:shown>/new")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, lazy_gettext("Beginning a draft"), writing.sent, submit=SUBMITTING)
def create(shown: Shown) -> Page:
    person = current_person()
    form = writing.form_for(shown, by=person)
    owner = request.form.get("owner") or person.office or ""
    if owner not in person.writes_for:
        return _form_page(
            shown, form, problems={"owner": _("Please choose the governorate that you write for.")}
        ), 422
    if revision := opened_before(shown):
        return _save(shown, form, revision, seen_by_its_form(revision))
    try:
        revision = commands.draft(shown.kind, form.raw(), owner=owner, by=person, on=sending())
    except Incomplete as incomplete:
        missing = writing.missing(shown, form) if request.form.get("act") == "submit" else incomplete.problems
        return _form_page(shown, form, problems=writing.in_words(missing, form), unsaved=True), 422
    address = url_for(".edit", shown=shown, entry_id=revision.entry_id)
    return _at(address, _after_saving(shown, form, revision))


@bp.get("/workshops/<id:workshop_id>/sessions/new")
@allow(Role.CONTRIBUTOR)
def new_session_of(workshop_id: int) -> Page:
    """Log a session of this workshop: the form of a session, begun."""
    shown, person = SHOWN["session"], current_person()
    workshop = relations.named([workshop_id], KINDS, by=person).get(workshop_id)
    if workshop is None or workshop.kind != "workshop":
        abort(404)
    said = relations.contents([workshop_id], KINDS)[workshop_id]
    raw = {"workshop": str(workshop_id), "day": said.get("first_day", {})}
    return _form_page(shown, writing.form_for(shown, by=person, raw=raw))


@bp.get("/<kind:shown>/<id:entry_id>/edit")
@allow(Role.CONTRIBUTOR)
def edit(shown: Shown, entry_id: int) -> Page:
    revision = own_draft(shown, entry_id)
    if revision.state is not State.DRAFT:
        return redirect(url_for(".show_open", shown=shown, entry_id=entry_id), code=303)
    raw = shown.kind.read(revision.raw, revision.schema)
    return _form_page(shown, writing.form_for(shown, by=current_person(), raw=raw), revision)


@bp.post("/<kind:shown>/<id:entry_id>/edit")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, lazy_gettext("Saving a draft"), writing.sent, submit=SUBMITTING)
def save(shown: Shown, entry_id: int) -> Page:
    """Save what was typed; then add a row or submit, as the button says."""
    person, revision = current_person(), own_draft(shown, entry_id)
    seen = seen_of(revision)
    form = writing.form_for(shown, by=person)
    if chosen := conflicts.choices(shown, form.raw(), revision, seen.version):
        form = writing.form_for(shown, by=person, raw={**form.raw(), **chosen})
    return _save(shown, form, revision, seen)


@bp.post("/<kind:shown>/<id:entry_id>/submit")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, SUBMITTING)
def submit(shown: Shown, entry_id: int) -> Page:
    """Submit a draft as it was saved."""
    revision = own_draft(shown, entry_id)
    raw = shown.kind.read(revision.raw, revision.schema)
    return _submit(shown, writing.form_for(shown, by=current_person(), raw=raw), seen_of(revision))


@bp.post("/<kind:shown>/<id:entry_id>/withdraw")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, lazy_gettext("Withdrawing a submission"))
def withdraw(shown: Shown, entry_id: int) -> Page:
    return _reopen(shown, entry_id, commands.withdraw)


@bp.post("/<kind:shown>/<id:entry_id>/answer")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, lazy_gettext("Opening what was returned"))
def answer(shown: Shown, entry_id: int) -> Page:
    return _reopen(shown, entry_id, commands.answer)


@bp.post("/<kind:shown>/<id:entry_id>/correct")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, lazy_gettext("Opening a correction"))
def correct(shown: Shown, entry_id: int) -> Page:
    commands.correct(entry_id, shown.kind, by=current_person())
    return done(url_for(".edit", shown=shown, entry_id=entry_id))


@bp.post("/<kind:shown>/<id:entry_id>/discard")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, lazy_gettext("Throwing a draft away"))
def discard(shown: Shown, entry_id: int) -> Page:
    commands.discard(seen_of(own_draft(shown, entry_id)), KINDS, by=current_person())
    say(_("The draft was thrown away."))
    return done(url_for("home.mine"))


@bp.get("/<kind:shown>/<id:entry_id>/retire")
@allow(Role.REVIEWER, Role.CONTRIBUTOR)
def retiring(shown: Shown, entry_id: int) -> Page:
    """Where an office asks to retire its entry, and a reviewer answers, retires it or brings it back."""
    read = queries.read(entry_id, shown.kind.name) or abort(404)
    entry, revision, person = read.entry, read.approved or abort(404), current_person()
    may_retire = queries.may_approve(revision, shown.kind, by=person)
    if not may_retire and entry.owner not in person.writes_for:
        abort(403)
    return render_template(
        "pages/retire.html",
        shown=shown,
        entry=entry,
        revision=revision,
        asked=read.request,
        may_retire=may_retire,
        longest=LONGEST_REASON,
        names=reference.names(),
    )


@bp.post("/<kind:shown>/<id:entry_id>/retire")
@allow(Role.REVIEWER, Role.CONTRIBUTOR)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Retiring"))
def retire(shown: Shown, entry_id: int) -> Page:
    return _retire(shown, entry_id, commands.retire)


@bp.post("/<kind:shown>/<id:entry_id>/ask-to-retire")
@allow(Role.CONTRIBUTOR)
@resumable(AfterSignOut.KEPT, lazy_gettext("Asking to retire"))
def ask_to_retire(shown: Shown, entry_id: int) -> Page:
    reason = request.form.get("reason", "")
    review_commands.ask_to_retire(entry_id, shown.kind, reason, by=current_person())
    say(_("The reviewers see that you ask to retire this entry, and why."))
    return done(url_for(".show", shown=shown, entry_id=entry_id))


@bp.post("/<kind:shown>/<id:entry_id>/decline-to-retire")
@allow(Role.REVIEWER, Role.CONTRIBUTOR)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Declining to retire"))
def decline_to_retire(shown: Shown, entry_id: int) -> Page:
    reason = request.form.get("reason", "")
    review_commands.decline_to_retire(entry_id, shown.kind, reason, by=current_person())
    say(_("The entry stays in use. Its office sees the reason."))
    return done(url_for(".show", shown=shown, entry_id=entry_id))


@bp.post("/<kind:shown>/<id:entry_id>/unretire")
@allow(Role.REVIEWER, Role.CONTRIBUTOR)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Bringing back into use"))
def unretire(shown: Shown, entry_id: int) -> Page:
    return _retire(shown, entry_id, commands.unretire)


def _show_unapproved(shown: Shown, entry: Entry) -> Page:
    person = current_person()
    latest = queries.latest_revision(entry.id)
    revision = queries.readable_revision(latest, shown.kind, by=person) or abort(404)
    if (
        revision.state is State.DUPLICATE
        and revision.duplicate_of_id
        and entry.owner not in person.writes_for
    ):
        return redirect(url_for(".show", shown=shown, entry_id=revision.duplicate_of_id), code=303)
    return render_template(
        "pages/open.html",
        **reading.proposed(shown, revision, by=person),
        **_notes(shown, revision),
        correction=queries.correction(revision.id),
        may_write=entry.owner in person.writes_for,
        may_decide=revision.state is State.SUBMITTED
        and policy.may_decide(person, queries.stake(revision, shown.kind)),
    )


def _after_saving(shown: Shown, form: EntryForm, revision: Revision) -> Page:
    act = request.form.get("act", "")
    if act == "submit":
        return _submit(shown, form, Seen(revision.id, revision.version))
    address = url_for(".edit", shown=shown, entry_id=revision.entry_id)
    if act.startswith("add:"):
        row = form.add_row(act.removeprefix("add:"))
        for field in row.form if row else ():
            writing.fill(field, current_person())
        return _form_page(shown, form, revision, focus=row.name if row else "")
    if is_htmx():
        return _saved(shown, form, revision)
    say(_("The draft is saved."))
    return redirect(address, code=303)


def _saved(shown: Shown, form: EntryForm, revision: Revision) -> Page:
    """The end of the form alone, as 2G needs a second for the rest; all of it where that differs now."""
    if request.form.get("whole"):
        return _form_page(shown, form, revision, saved=True)
    bar = render_template("pages/bar.html", shown=shown, revision=revision, saved=True)
    return make_response(bar, {"HX-Retarget": "#bar"})


def _submit(shown: Shown, form: EntryForm, seen: Seen) -> Page:
    try:
        revision = commands.submit(seen, KINDS, by=current_person())
    except Incomplete as incomplete:
        revision = queries.revision(seen.revision_id) or abort(404)
        return _form_page(shown, form, revision, problems=writing.in_words(incomplete.problems, form)), 422
    except Unanswered as unanswered:
        revision = queries.revision(seen.revision_id) or abort(404)
        return _form_page(shown, form, revision, problems=_unanswered(shown, unanswered)), 422
    say(_("Sent to the reviewers. You will see their answer under “My office”."))
    return done(url_for(".show_open", shown=shown, entry_id=revision.entry_id))


def _unanswered(shown: Shown, refusal: Unanswered) -> dict[str, str]:
    """By the ids of the controls under the notes."""
    labels = writing.labels(shown) | {WHOLE: _("the whole")}
    text = _("Please mark the note on “%(field)s” as done, or answer it.")
    return {f"note{one.id}": text % {"field": labels.get(one.on, one.on)} for one in refusal.threads}


def _at(address: str, page: Page) -> Page:
    """An answer under htmx to the first save of an entry: from now on the form has this address."""
    response = make_response(page)
    if is_htmx() and "HX-Push-Url" not in response.headers:
        response.headers["HX-Replace-Url"] = address
    return response


def _form_page(
    shown: Shown,
    form: EntryForm,
    revision: Revision | None = None,
    *,
    problems: dict[str, str] | None = None,
    **more: object,
) -> str:
    return render_template(
        "pages/edit.html",
        shown=shown,
        form=form,
        must=writing.must_fields(shown),
        revision=revision,
        **_notes(shown, revision),
        problems=problems or {},
        merged=writing.merged_sectors(form.raw()),
        names=reference.names(),
        **more,
    )


def _notes(shown: Shown, revision: Revision | None) -> dict[str, object]:
    threads = notes.for_office(revision.entry_id) if revision else []
    return {"threads": threads, "labels": writing.labels(shown) if threads else {}}


def _save(shown: Shown, form: EntryForm, revision: Revision, seen: Seen) -> Page:
    try:
        revision = commands.save(seen, form.raw(), KINDS, by=current_person(), marks=marks_sent())
    except Incomplete as incomplete:
        problems = writing.in_words(incomplete.problems, form)
        return _form_page(shown, form, revision, problems=problems, unsaved=True), 422
    except (Changed, Held, Impossible):
        return _conflict_page(shown, form, revision.entry_id, seen.version)
    return _after_saving(shown, form, revision)


def _conflict_page(shown: Shown, form: EntryForm, entry_id: int, seen: int) -> Page:
    """Somebody else was quicker: who changed what, and the form with all that was typed."""
    person = current_person()
    revision = queries.open_revision(entry_id) or abort(404)
    found = conflicts.conflict(shown, form.raw(), revision, seen, by=person)
    form = writing.form_for(shown, by=person, raw=found.merged)
    return _form_page(shown, form, revision, conflict=found), 409


def _reopen(shown: Shown, entry_id: int, command: Callable[..., Revision]) -> Page:
    command(seen_of(own_draft(shown, entry_id)), KINDS, by=current_person())
    return done(url_for(".edit", shown=shown, entry_id=entry_id))


def _retire(shown: Shown, entry_id: int, command: Callable[..., Entry]) -> Page:
    reason = request.form.get("reason", "")
    command(entry_id, shown.kind, reason, seen=sent_number("seen"), by=current_person())
    return done(url_for(".show", shown=shown, entry_id=entry_id))


def _referred(shown: Shown) -> dict[str, str | list[str]]:
    """What is started from a session or a partnership keeps the link."""
    asked = {name: request.args[name][:10] for name in ("session", "partnership") if name in request.args}
    if shown.kind.name == "workshop":
        return {"partnerships": [asked["partnership"]]} if "partnership" in asked else {}
    return {**asked} if shown.kind.name == "lesson" else {}
