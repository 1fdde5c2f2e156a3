"""Uploads in pieces that go on after a cut: tus 1.0, core, creation, expiration and termination."""

import base64
import binascii
import secrets
from datetime import UTC
from email.utils import format_datetime

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _

from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.models import Role
from twinweb.attachments import commands, messages, queries, uploads
from twinweb.attachments.commands import Label, OverLimit
from twinweb.attachments.content import MOST_BYTES, Refused
from twinweb.attachments.models import Purpose, Upload
from twinweb.entries.beside import Place
from twinweb.i18n.arabic import clean
from twinweb.kinds import KINDS, Shown
from twinweb.web.notices import say

bp = Blueprint("pieces", __name__)

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
LONGEST_METADATA = 4_000


@bp.post("/<kind:shown>/<id:entry_id>/uploads")
@allow(Role.CONTRIBUTOR)
def begin(shown: Shown, entry_id: int) -> Response:
    person, place = current_person(), Place(entry_id, shown.kind)
    commands.refuse_reader(place, person)
    _refuse_other_versions()
    told = _metadata(request.headers.get("Upload-Metadata", "")[:LONGEST_METADATA])
    key = clean(told.get("key", "")) or secrets.token_urlsafe(16)
    try:
        upload = uploads.begin(place, _label(told), _number("Upload-Length"), key, by=person)
    except (Refused, OverLimit) as refusal:
        return _no(refusal)
    response = _at(upload, 201)
    response.headers["Location"] = url_for(".go_on", upload_id=upload.id)
    return response


@bp.route("/uploads/<id:upload_id>", methods=["HEAD"])
@allow(Role.CONTRIBUTOR)
def come_to(upload_id: int) -> Response:
    _refuse_other_versions()
    upload = queries.upload(upload_id, by=current_person()) or abort(404)
    response = _at(upload, 200)
    response.headers["Upload-Length"] = str(upload.length)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/uploads/<id:upload_id>", methods=["PATCH"])
@allow(Role.CONTRIBUTOR)
def go_on(upload_id: int) -> Response:
    """The next piece. The last one makes a file of it; an empty one behind it asks for the answer again."""
    _refuse_other_versions()
    begun = queries.upload(upload_id, by=current_person()) or abort(404)
    if request.mimetype != PIECE:
        abort(415)
    try:
        upload = uploads.add_piece(upload_id, _number("Upload-Offset"), _piece(), by=current_person())
        _end(begun.entry_id, upload)
    except uploads.AtAnotherPlace:
        return _at(queries.upload(upload_id, by=current_person()) or abort(404), 409)
    except uploads.TooLong:
        abort(413)
    except (Refused, OverLimit) as refusal:
        return _no(refusal)
    return _at(upload, 204)


@bp.route("/uploads/<id:upload_id>", methods=["DELETE"])
@allow(Role.CONTRIBUTOR)
def give_up(upload_id: int) -> Response:
    _refuse_other_versions()
    uploads.give_up(upload_id, by=current_person())
    return _answer(204)


@bp.after_request
def speak(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    if request.method == "OPTIONS":
        response.headers["Tus-Version"] = VERSION
        response.headers["Tus-Extension"] = "creation,expiration,termination"
        response.headers["Tus-Max-Size"] = str(MOST_BYTES)
    return response


def _end(entry_id: int, upload: Upload) -> None:
    if upload.offset != upload.length:
        return
    place = Place(entry_id, KINDS[queries.kind_of(entry_id) or abort(404)])
    uploads.finish(upload.id, place, by=current_person())
    say(_("The file is here. Readers see it once a reviewer has released it."))


def _piece() -> bytes:
    if (request.content_length or 0) > uploads.LONGEST_PIECE:
        raise uploads.TooLong
    return request.get_data()  # kept, as the request may be judged anew


def _refuse_other_versions() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        abort(412)


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 11):  # noqa: PLR2004  digits
        abort(400)
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """Names and values: `filename 2LXZiNmI2KjYqQ==,key …`. What is not readable is left out."""
    told = {}
    for pair in header.split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
    return told


def _label(told: dict[str, str]) -> Label:
    purpose = told.get("purpose", "")
    said = Purpose(purpose) if purpose in {*Purpose} else Purpose.OTHER
    return Label(told.get("filename", ""), said, told.get("description", ""))


def _at(upload: Upload, status: int) -> Response:
    response = _answer(status)
    response.headers["Upload-Offset"] = str(upload.offset)
    response.headers["Upload-Expires"] = format_datetime(upload.expires.astimezone(UTC), usegmt=True)
    return response


def _no(refusal: Refused | OverLimit) -> Response:
    return _answer(422, messages.words_for(refusal))


def _answer(status: int, said: str = "") -> Response:
    return current_app.response_class(said, status, mimetype="text/plain")
