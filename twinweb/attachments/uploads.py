"""Files that arrive in pieces: begun, gone on with, ended or given up. A piece counts whole or not at all."""

from datetime import timedelta

from sqlalchemy import delete, select

from twinweb import clock
from twinweb.accounts.person import Person
from twinweb.attachments import commands, queries
from twinweb.attachments.commands import Label, Limit, OverLimit
from twinweb.attachments.content import MOST_BYTES, Flaw, Inspected, Refused
from twinweb.attachments.models import LONGEST_KEY, Attachment, Piece, Upload
from twinweb.db import db, transaction
from twinweb.entries.beside import Place, lock
from twinweb.entries.refusals import NotFound
from twinweb.entries.states import Impossible

MOST_UNFINISHED = 10
LONGEST_PIECE = 256 * 1024
LASTS = timedelta(days=3)


class TooLong(Exception):
    """More bytes than were announced, or than one request may bring."""


class AtAnotherPlace(Exception):
    """The piece does not begin where the upload has come to."""


def begin(place: Place, label: Label, length: int, key: str, *, by: Person) -> Upload:
    """Announce a file that will come in pieces; the same one announced again goes on where it stopped."""
    if not 0 < length <= MOST_BYTES:
        raise Refused(Flaw.TOO_LARGE if length else Flaw.EMPTY)
    commands.refuse_reader(place, by)
    with transaction() as session:
        session.execute(delete(Upload).where(Upload.expires < clock.now()))
        lock(place)
        if former := _begun(place, length, key[:LONGEST_KEY], by):
            return former
        _refuse_more(place, length, by)
        told = label.tidied()
        upload = Upload(
            user_id=by.id,
            entry_id=place.entry_id,
            key=key[:LONGEST_KEY],
            name=told.name,
            purpose=told.purpose,
            description=told.description,
            length=length,
            offset=0,
            expires=clock.now() + LASTS,
        )
        session.add(upload)
    return upload


def add_piece(upload_id: int, start: int, data: bytes, *, by: Person) -> Upload:
    """Keep the next piece."""
    if len(data) > LONGEST_PIECE:
        raise TooLong
    with transaction() as session:
        upload = _own(upload_id, by)
        if upload.offset != start:
            raise AtAnotherPlace
        if start + len(data) > upload.length:
            raise TooLong
        if data:
            session.add(Piece(upload_id=upload_id, start=start, content=data))
            upload.offset += len(data)
            upload.expires = clock.now() + LASTS
    return upload


def finish(upload_id: int, place: Place, *, by: Person) -> Attachment:
    """Make a file of an upload that is whole; asked again, as an answer was lost, it says the same again."""
    upload = queries.upload(upload_id, by=by)
    if upload is None:
        raise NotFound
    if upload.refused:
        raise Refused(upload.refused)
    if upload.attachment_id:
        return db.session.get_one(Attachment, upload.attachment_id)
    if upload.offset != upload.length:
        raise AtAnotherPlace
    try:
        inspected = commands.stored(queries.received(upload_id))
    except Refused as refused:
        _note_refusal(upload_id, refused.flaw, by)
        raise
    made = _enter(upload_id, place, inspected, by)
    commands.keep_entered(inspected)
    return made


def give_up(upload_id: int, *, by: Person) -> None:
    """Throw away what has come of an upload."""
    with transaction() as session:
        upload = _own(upload_id, by)
        if upload.attachment_id:
            raise Impossible
        session.delete(upload)


def forget_expired() -> int:
    """Throw away uploads that nobody goes on with: how many."""
    with transaction() as session:
        expired = list(session.scalars(select(Upload.id).where(Upload.expires < clock.now())))
        session.execute(delete(Upload).where(Upload.id.in_(expired)))
    return len(expired)


def _refuse_more(place: Place, length: int, by: Person) -> None:
    commands.refuse_more(place, length, by)
    number, _announced = queries.unfinished_of(by.id)
    if number >= MOST_UNFINISHED:
        raise OverLimit(Limit.UNFINISHED)


def _enter(upload_id: int, place: Place, inspected: Inspected, by: Person) -> Attachment:
    with transaction() as session:
        upload = _own(upload_id, by)
        if upload.attachment_id:
            return session.get_one(Attachment, upload.attachment_id)
        label = Label(upload.name, upload.purpose, upload.description)
        made = commands.enter(place, label, inspected, by)
        upload.attachment_id = made.id
        session.execute(delete(Piece).where(Piece.upload_id == upload_id))
    return made


def _note_refusal(upload_id: int, flaw: Flaw, by: Person) -> None:
    with transaction() as session:
        _own(upload_id, by).refused = flaw
        session.execute(delete(Piece).where(Piece.upload_id == upload_id))


def _begun(place: Place, length: int, key: str, by: Person) -> Upload | None:
    """What this person began with this very content. Where that file was removed since, it begins anew."""
    query = select(Upload).where(
        Upload.user_id == by.id, Upload.entry_id == place.entry_id, Upload.key == key
    )
    former = db.session.scalars(query).one_or_none()
    if former is None:
        return None
    made = db.session.get(Attachment, former.attachment_id or 0)
    if former.length == length and not (made and made.removed_at):
        return former
    db.session.delete(former)
    db.session.flush()
    return None


def _own(upload_id: int, by: Person) -> Upload:
    query = select(Upload).where(
        Upload.id == upload_id, Upload.user_id == by.id, Upload.expires > clock.now()
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    upload = db.session.scalars(query).one_or_none()
    if upload is None:
        raise NotFound
    return upload
