"""A reviewer corrects a small thing in what an office sent, or in what is approved."""

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.held import AfterSignOut, resumable
from twinweb.accounts.models import Role
from twinweb.entries import queries, review_commands
from twinweb.entries.desk import Asked
from twinweb.entries.facts import fields_of
from twinweb.entries.fields import Reference, References
from twinweb.entries.models import Revision
from twinweb.entries.policy import may
from twinweb.entries.refusals import Incomplete, NotAllowed
from twinweb.entries.states import Act, Impossible, State, Touched
from twinweb.kinds import KINDS, SHOWN, Shown
from twinweb.pages import writing
from twinweb.reference import queries as reference
from twinweb.review.blueprint import Page, bp
from twinweb.review.onward import onward
from twinweb.review.showing import readable, seen
from twinweb.web.forms import EntryForm
from twinweb.web.htmx import done
from twinweb.web.notices import say


@bp.get("/<id:revision_id>/correct")
@allow(Role.REVIEWER)
def correct(revision_id: int) -> Page:
    revision, shown = _correctable(revision_id)
    raw = shown.kind.read(revision.raw, revision.schema)
    return _form_page(shown, writing.form_for(shown, by=current_person(), raw=raw), revision)


def _sent(fields: MultiDict[str, str], revision_id: int) -> EntryForm:
    revision = queries.revision(revision_id) or abort(404)
    return writing.sent(fields, shown=SHOWN[revision.entry.kind])


@bp.post("/<id:revision_id>/correct")
@allow(Role.REVIEWER)
@resumable(AfterSignOut.REFUSED, lazy_gettext("Correcting as a reviewer"), _sent)
def send_correction(revision_id: int) -> Page:
    """Let the correction wait for another reviewer; or add a row, as the button says."""
    revision, shown = _correctable(revision_id)
    form = writing.form_for(shown, by=current_person())
    act, _colon, name = request.form.get("act", "").partition(":")
    if act == "add":
        return _with_row(shown, form, revision, name)
    try:
        copy = review_commands.correct_as_reviewer(seen(revision_id), form.raw(), KINDS, by=current_person())
    except Incomplete as incomplete:
        problems = writing.in_words(incomplete.problems, form)
        return _form_page(shown, form, revision, problems=problems), 422
    except review_commands.NothingChanged:
        return _form_page(shown, form, revision, unchanged=True), 422
    say(_("The correction waits for a decision. Both texts are kept, and the office is told."))
    return done(_after(revision, copy))


def _after(revision: Revision, copy: Revision) -> str:
    """Back to what this reviewer may still decide on or looked up; else to the next, as after a decision."""
    correction = queries.correction(copy.id)
    decides = correction is not None and correction.touched is Touched.TAGS
    if decides or revision.id == copy.entry.approved_id:
        return url_for(".show", revision_id=copy.id)
    return onward(copy.id, Asked())  # the form has fields that are called as filters are


def _with_row(shown: Shown, form: EntryForm, revision: Revision, name: str) -> Page:
    row = form.add_row(name)
    for field in row.form if row else ():
        writing.fill(field, current_person())
    return _form_page(shown, form, revision, focus=row.name if row else "")


def _correctable(revision_id: int) -> tuple[Revision, Shown]:
    """What waits, or is approved with nothing open beside it."""
    revision = readable(revision_id)
    shown = SHOWN[revision.entry.kind]
    if not may(current_person(), Act.CORRECT, queries.stake(revision, shown.kind)):
        raise NotAllowed
    if revision.state not in (State.SUBMITTED, State.APPROVED):
        raise Impossible(Act.CORRECT)
    return revision, shown


def _form_page(
    shown: Shown,
    form: EntryForm,
    revision: Revision,
    *,
    problems: dict[str, str] | None = None,
    **more: object,
) -> str:
    referring = {
        name
        for name, field in fields_of(shown.kind.facts).items()
        if isinstance(field, Reference | References)
    }
    return render_template(
        "review/correct.html",
        shown=shown,
        form=form,
        must=writing.must_fields(shown),
        revision=revision,
        referring=referring,
        problems=problems or {},
        names=reference.names(),
        **more,
    )
