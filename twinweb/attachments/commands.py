"""Every change to files of entries. Content is read and stored before a transaction or after it."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from twinweb import audit, clock
from twinweb.accounts.person import Person
from twinweb.attachments import queries
from twinweb.attachments.content import PHOTOS, Inspected, inspect
from twinweb.attachments.models import LONGEST_DESCRIPTION, Attachment, FileState, Purpose
from twinweb.attachments.names import fitting, tidy
from twinweb.attachments.store import note, store
from twinweb.attachments.store_protocol import NoStore
from twinweb.db import db, transaction
from twinweb.entries.beside import Place, Rights, access, lock
from twinweb.entries.queries import may_approve
from twinweb.entries.refusals import Changed, NoReason, NotAllowed, NotFound
from twinweb.entries.states import Impossible
from twinweb.i18n.arabic import clean

MOST_FILES = 20
MOST_A_DAY = 100 * 1024 * 1024
ORPHANS_LAST = timedelta(days=1)


class Limit(StrEnum):
    """Why no more is taken just now."""

    FILES = "files"
    UNFINISHED = "unfinished"
    DAY = "day"
    THERE = "there"
    """The entry has this very file."""


class OverLimit(Exception):
    """No more is taken just now; `limit` says why."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Label:
    """What its office says of a file."""

    name: str
    purpose: Purpose = Purpose.OTHER
    description: str = ""

    def tidied(self) -> "Label":
        return Label(tidy(self.name), self.purpose, _line(self.description))


def attach(place: Place, label: Label, data: bytes, *, by: Person) -> Attachment:
    """Keep a file that came whole; `Refused` or `OverLimit` where it is not taken."""
    refuse_reader(place, by)
    refuse_more(place, len(data), by)
    inspected = stored(data)
    with transaction():
        made = enter(place, label, inspected, by)
    keep_entered(inspected)
    return made


def describe(file_id: int, place: Place, label: Label, *, seen: int, by: Person) -> Attachment:
    """Say what a file is, as long as it is not released: what readers see was seen by a reviewer."""
    with transaction():
        attachment = _of_office(file_id, place, seen, by)
        if attachment.state is FileState.RELEASED:
            raise Impossible
        told = label.tidied()
        attachment.purpose, attachment.description = told.purpose, told.description
        _record("describe_file", place, attachment, by)
    return attachment


def release(file_id: int, place: Place, *, seen: int, by: Person) -> Attachment:
    """Let every reader of the entry have it."""
    with transaction():
        attachment = _at_desk(file_id, place, seen, by)
        if attachment.state is FileState.RELEASED:
            raise Impossible
        _decide(attachment, FileState.RELEASED, "", by)
        _record("release_file", place, attachment, by)
    return attachment


def withdraw(file_id: int, place: Place, reason: str, *, seen: int, by: Person) -> Attachment:
    """Take it from readers, or say that it will not be released; its office reads why."""
    said = _line(reason)
    if not said:
        raise NoReason
    with transaction():
        attachment = _at_desk(file_id, place, seen, by)
        if attachment.state is FileState.WITHDRAWN:
            raise Impossible
        _decide(attachment, FileState.WITHDRAWN, said, by)
        _record("withdraw_file", place, attachment, by)
    return attachment


def remove(file_id: int, place: Place, *, seen: int, by: Person) -> None:
    """Take a file out for good: that there was one stays, its content goes."""
    with transaction():
        attachment = _of_office(file_id, place, seen, by)
        attachment.removed_at, attachment.removed_by_id = clock.now(), by.id
        _record("remove_file", place, attachment, by)
    try:
        for sha256 in filter(None, (attachment.sha256, attachment.thumbnail)):
            _drop(sha256)
    except NoStore as failure:
        note(failure)  # it is removed all the same; `forget_orphans` finds what lies there still


def orphans() -> list[str]:
    """Content that nothing refers to; what came within a day may be about to be entered."""
    return [
        sha256
        for sha256, put_at in store().kept()
        if put_at < clock.now() - ORPHANS_LAST and not queries.is_referred_to(sha256)
    ]


def forget_orphans() -> int:
    """Delete content that nothing refers to: how many files of it."""
    found = orphans()
    for sha256 in found:
        _drop(sha256)
    return len(found)


def is_still_needed(sha256: str) -> bool:
    """Whether a file of this very moment needs this content, whatever was read before."""
    db.session.rollback()
    return queries.is_referred_to(sha256)


def refuse_reader(place: Place, by: Person) -> None:
    if not access(place, by=by)[1].writes:
        raise NotAllowed


def refuse_more(place: Place, length: int, by: Person) -> None:
    if queries.files_of(place.entry_id) >= MOST_FILES:
        raise OverLimit(Limit.FILES)
    _number, announced = queries.unfinished_of(by.id)
    if queries.bytes_of_a_day(by.id) + announced + length > MOST_A_DAY:
        raise OverLimit(Limit.DAY)


def stored(data: bytes) -> Inspected:
    """What a file is, once it lies in the store."""
    inspected = inspect(data)
    keep(inspected)
    return inspected


def keep(inspected: Inspected) -> None:
    for data in filter(None, (inspected.data, inspected.thumbnail)):
        store().put(_hash(data), data)


def keep_entered(inspected: Inspected) -> None:
    """Once more after a file is entered: who removed the last one like it meanwhile took its content."""
    try:
        keep(inspected)
    except NoStore as failure:
        note(failure)  # it was kept a moment ago, and the file is entered


def enter(place: Place, label: Label, inspected: Inspected, by: Person) -> Attachment:
    """Within a transaction: the file, if there is still room for it."""
    lock(place)
    refuse_reader(place, by)
    if queries.files_of(place.entry_id) >= MOST_FILES:
        raise OverLimit(Limit.FILES)
    sha256, told = _hash(inspected.data), label.tidied()
    if queries.has(place.entry_id, sha256):
        raise OverLimit(Limit.THERE)
    made = Attachment(
        entry_id=place.entry_id,
        name=fitting(told.name, inspected.content),
        purpose=_purpose(told.purpose, inspected),
        description=told.description,
        content=inspected.content,
        bytes=len(inspected.data),
        sha256=sha256,
        width=inspected.width,
        height=inspected.height,
        thumbnail=_hash(inspected.thumbnail) if inspected.thumbnail else "",
        state=FileState.UPLOADED,
        uploaded_at=clock.now(),
        uploaded_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    _record("attach_file", place, made, by)
    return made


def _purpose(said: Purpose, inspected: Inspected) -> Purpose:
    """A picture of which nothing else is said is a photo."""
    return Purpose.PHOTO if said is Purpose.OTHER and inspected.content in PHOTOS else said


def _drop(sha256: str) -> None:
    """Delete content that nothing refers to; put it back if somebody has entered it meanwhile."""
    if queries.is_referred_to(sha256):
        return
    data = store().get(sha256)
    store().delete(sha256)
    if data and is_still_needed(sha256):
        store().put(sha256, data)


def _of_office(file_id: int, place: Place, seen: int, by: Person) -> Attachment:
    _revision, its = access(place, by=by)
    attachment = _known_file(file_id, place, its)
    if not its.writes:
        raise NotAllowed
    return _unchanged(attachment, seen)


def _at_desk(file_id: int, place: Place, seen: int, by: Person) -> Attachment:
    revision, its = access(place, by=by)
    attachment = _known_file(file_id, place, its)
    if attachment.uploaded_by_id == by.id or not may_approve(revision, place.kind, by=by):
        raise NotAllowed
    return _unchanged(attachment, seen)


def _known_file(file_id: int, place: Place, its: Rights) -> Attachment:
    """A file that the person may know of; or `NotFound`."""
    query = select(Attachment).where(
        Attachment.id == file_id, Attachment.entry_id == place.entry_id, Attachment.removed_at.is_(None)
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    attachment = db.session.scalars(query).one_or_none()
    if attachment is None or not queries.sees(its, attachment):
        raise NotFound
    return attachment


def _unchanged(attachment: Attachment, seen: int) -> Attachment:
    if attachment.version != seen:
        raise Changed
    return attachment


def _decide(attachment: Attachment, state: FileState, reason: str, by: Person) -> None:
    attachment.state, attachment.reason = state, reason
    attachment.decided_at, attachment.decided_by_id = clock.now(), by.id


def _record(act: str, place: Place, attachment: Attachment, by: Person) -> None:
    """Names of files are texts: that of a file is told once readers see it."""
    released = {"name": attachment.name} if attachment.state is FileState.RELEASED else {}
    audit.record(act, place.kind.name, place.entry_id, by_id=by.id, file=attachment.id, **released)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:LONGEST_DESCRIPTION]
