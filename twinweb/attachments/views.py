"""Files of an entry: their page, what is done there, and their content."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.models import Role
from twinweb.attachments import commands, messages, queries, uploads
from twinweb.attachments.commands import Label, OverLimit
from twinweb.attachments.content import MEDIA_TYPES, MOST_BYTES, SUFFIXES, Content, Refused
from twinweb.attachments.models import Attachment, Purpose
from twinweb.attachments.queries import File
from twinweb.attachments.store import note, store
from twinweb.attachments.store_protocol import NoStore
from twinweb.entries.beside import Place, access
from twinweb.entries.queries import may_approve
from twinweb.kinds import KINDS, SHOWN, Shown
from twinweb.reference import queries as reference
from twinweb.web import logs
from twinweb.web.addresses import asked_number, sent_number
from twinweb.web.htmx import done
from twinweb.web.notices import say
from twinweb.web.parts import takes_file

bp = Blueprint("files", __name__)

Page = str | AnyResponse | tuple[str, int]

LARGEST_FORM = MOST_BYTES + 2 * 1024 * 1024
"""A file that is a little too large is still answered in the form."""
ACCEPTED = ",".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
FOR_EVER = "private, max-age=31536000, immutable"
STRICT = "default-src 'none'; sandbox"

bp.add_app_template_filter(messages.kilobytes)


@bp.url_value_preprocessor
def take_a_file(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anybody reads the form: this one alone may carry a file."""
    if endpoint == "files.upload":
        request.max_content_length = LARGEST_FORM


@bp.record_once
def know_words(setup: BlueprintSetupState) -> None:
    """For macros, too, which templates import."""
    setup.app.jinja_env.globals.update(
        file_purposes=messages.PURPOSES, file_states=messages.STATES, file_formats=messages.FORMATS
    )


@bp.get("/<kind:shown>/<id:entry_id>/files")
@allow(*Role)
def index(shown: Shown, entry_id: int) -> Page:
    return _page(shown, entry_id)


@bp.post("/<kind:shown>/<id:entry_id>/files")
@allow(Role.CONTRIBUTOR)
@takes_file("file")
def upload(shown: Shown, entry_id: int) -> Page:
    """A file that comes whole, in a form: without JavaScript."""
    person, place = current_person(), Place(entry_id, shown.kind)
    commands.refuse_reader(place, person)
    sent = request.files.get("file")
    label = _label(sent.filename or "" if sent else "")
    try:
        commands.attach(place, label, sent.stream.read(MOST_BYTES + 1) if sent else b"", by=person)
    except (Refused, OverLimit) as refusal:
        return _page(shown, entry_id, problem=messages.words_for(refusal), typed=label), 422
    except NoStore as failure:
        return _not_kept(shown, entry_id, failure, label)
    say(_("The file is here. Readers see it once a reviewer has released it."))
    return done(url_for(".index", shown=shown, entry_id=entry_id))


@bp.get("/files/")
@allow(Role.REVIEWER)
def waiting() -> Page:
    """Files of approved entries that wait for this reviewer."""
    found = queries.waiting(KINDS, asked_number("after"), by=current_person())
    return render_template(
        "attachments/waiting.html",
        found=found[: queries.PAGE],
        after=found[queries.PAGE - 1].file.id if len(found) > queries.PAGE else None,
        names=reference.names(),
        shown_kinds=SHOWN,
    )


@bp.get("/files/<id:file_id>/<mark>")
@allow(*Role)
def content(file_id: int, mark: str) -> Page:
    """To be kept on the reader's disk, never opened within the register."""
    file = _readable(file_id, mark)
    response = _bytes(file.sha256, MEDIA_TYPES[file.content])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return response


@bp.get("/files/<id:file_id>/<mark>/small")
@allow(*Role)
def small(file_id: int, mark: str) -> Page:
    """A photo, small enough to be shown beside its name."""
    file = _readable(file_id, mark)
    return _bytes(file.thumbnail or abort(404), MEDIA_TYPES[Content.WEBP])


@bp.post("/files/<id:file_id>/describe")
@allow(Role.CONTRIBUTOR)
def describe(file_id: int) -> Page:
    return _act(
        file_id,
        lambda place, **who: commands.describe(file_id, place, _label(""), **who),
        _("The change is saved."),
    )


@bp.post("/files/<id:file_id>/remove")
@allow(Role.CONTRIBUTOR)
def remove(file_id: int) -> Page:
    return _act(
        file_id, lambda place, **who: commands.remove(file_id, place, **who), _("The file is removed.")
    )


@bp.post("/files/<id:file_id>/release")
@allow(Role.REVIEWER)
def release(file_id: int) -> Page:
    return _act(
        file_id,
        lambda place, **who: commands.release(file_id, place, **who),
        _("The file is released: whoever reads the entry can have it."),
    )


@bp.post("/files/<id:file_id>/withdraw")
@allow(Role.REVIEWER)
def withdraw(file_id: int) -> Page:
    reason = request.form.get("reason", "")
    return _act(
        file_id,
        lambda place, **who: commands.withdraw(file_id, place, reason, **who),
        _("Readers do not have the file. Its office reads why."),
    )


@bp.post("/uploads/<id:upload_id>/throw-away")
@allow(Role.CONTRIBUTOR)
def throw_away(upload_id: int) -> Page:
    """Give up what has come of a file, by a button."""
    begun = queries.upload(upload_id, by=current_person()) or abort(404)
    uploads.give_up(upload_id, by=current_person())
    say(_("What had arrived of the file was thrown away."))
    return done(url_for(".index", shown=queries.kind_of(begun.entry_id), entry_id=begun.entry_id))


def _page(shown: Shown, entry_id: int, *, problem: str = "", typed: Label | None = None) -> str:
    person = current_person()
    revision, its = access(Place(entry_id, shown.kind), by=person)
    return render_template(
        "attachments/index.html",
        shown=shown,
        revision=revision,
        its=its,
        decides=may_approve(revision, shown.kind, by=person),
        files=queries.of_entry(entry_id, its),
        unfinished=queries.unfinished(entry_id, by=person) if its.writes else (),
        problem=problem,
        typed=typed,
        accepted=ACCEPTED,
        most_files=commands.MOST_FILES,
        names=reference.names(),
    )


def _not_kept(shown: Shown, entry_id: int, failure: NoStore, typed: Label) -> Page:
    note(failure)
    logs.because("store")
    words = messages.words_for(failure)
    response = make_response(_page(shown, entry_id, problem=words, typed=typed), 503)
    response.headers["Retry-After"] = str(failure.seconds)
    return response


def _act(file_id: int, command: Callable[..., Attachment | None], said: str) -> Page:
    """Do this to a file and go on to the page of its entry's files."""
    place = _place(queries.entry_of(file_id) or abort(404))
    command(place, seen=sent_number("seen"), by=current_person())
    say(said)
    return done(url_for(".index", shown=place.kind.name, entry_id=place.entry_id))


def _place(entry_id: int) -> Place:
    return Place(entry_id, KINDS[queries.kind_of(entry_id) or abort(404)])


def _readable(file_id: int, mark: str) -> File:
    """The file, if this person sees it; the mark in its address says that it is this very content."""
    file = queries.file(file_id) or abort(404)
    _revision, its = access(_place(file.entry_id), by=current_person())
    if file.mark != mark or not queries.sees(its, file):
        abort(404)
    return file


def _bytes(sha256: str, media_type: str) -> Response:
    """Whole or the part that is asked for: a download that was cut goes on."""
    data = store().get(sha256)
    if data is None:
        current_app.logger.error("content is missing: %s", sha256)
        abort(404)
    response = current_app.response_class(data, mimetype=media_type)
    response.headers["Content-Security-Policy"] = STRICT
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(sha256)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=len(data))
    return response


def _label(name: str) -> Label:
    """What the form says of a file."""
    purpose = request.form.get("purpose", "")
    said = Purpose(purpose) if purpose in {*Purpose} else Purpose.OTHER
    return Label(name, said, request.form.get("description", ""))
