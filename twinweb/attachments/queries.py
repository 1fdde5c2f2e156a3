"""Reads over files. Whoever may not read what is proposed sees released files of approved entries alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from twinweb import clock
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.attachments.content import Content
from twinweb.attachments.models import Attachment, FileState, Piece, Purpose, Upload
from twinweb.db import db
from twinweb.entries.beside import Rights
from twinweb.entries.kinds import Kind
from twinweb.entries.models import Card, Entry

PAGE = 25


@dataclass(frozen=True, slots=True)
class File:
    """A file as pages show it."""

    id: int
    entry_id: int
    name: str
    purpose: Purpose
    description: str
    content: Content
    bytes: int
    sha256: str
    thumbnail: str
    width: int
    height: int
    state: FileState
    uploaded_at: datetime
    uploaded_by_id: int
    uploaded_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str
    version: int

    @property
    def mark(self) -> str:
        """Of its content, in its address: what has this address never changes."""
        return self.sha256[:16]


_uploader, _decider = aliased(User), aliased(User)
_FILES = (
    select(
        Attachment.id,
        Attachment.entry_id,
        Attachment.name,
        Attachment.purpose,
        Attachment.description,
        Attachment.content,
        Attachment.bytes,
        Attachment.sha256,
        Attachment.thumbnail,
        Attachment.width,
        Attachment.height,
        Attachment.state,
        Attachment.uploaded_at,
        Attachment.uploaded_by_id,
        _uploader.name,
        Attachment.decided_at,
        _decider.name,
        Attachment.reason,
        Attachment.version,
    )
    .join(_uploader, _uploader.id == Attachment.uploaded_by_id)
    .outerjoin(_decider, _decider.id == Attachment.decided_by_id)
    .where(Attachment.removed_at.is_(None))
)


def sees(its: Rights, file: File | Attachment) -> bool:
    return its.sees_all or file.state is FileState.RELEASED


def of_entry(entry_id: int, its: Rights) -> list[File]:
    """Those that a person with these rights sees, as they came."""
    query = _FILES.where(Attachment.entry_id == entry_id).order_by(Attachment.id)
    return _files(query if its.sees_all else query.where(Attachment.state == FileState.RELEASED))


def file(file_id: int) -> File | None:
    return next(iter(_files(_FILES.where(Attachment.id == file_id))), None)


def entry_of(file_id: int) -> int | None:
    query = select(Attachment.entry_id).where(Attachment.id == file_id)
    return db.session.scalars(query).one_or_none()


def kind_of(entry_id: int) -> str | None:
    return db.session.scalars(select(Entry.kind).where(Entry.id == entry_id)).one_or_none()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that a reviewer may release, and the approved entry that it belongs to."""

    file: File
    kind: str
    title: str
    reference: str
    owner: str


def waiting(kinds: Mapping[str, Kind], after: int = 0, *, by: Person) -> list[Waiting]:
    """A page of files of approved entries that wait for this reviewer, the oldest first, and one more."""
    query = _FILES.join(Card, Card.entry_id == Attachment.entry_id).where(
        Attachment.state == FileState.UPLOADED,
        Attachment.id > after,
        Attachment.uploaded_by_id != by.id,
        Card.retired.is_(False),
        Card.owner.not_in(by.writes_for),
    )
    if not by.reviews_all:
        query = query.where(Card.owner.in_(by.reviews_for))
    query = query.add_columns(Card.kind, Card.title, Card.reference, Card.owner)
    rows = db.session.execute(query.order_by(Attachment.id).limit(PAGE + 1))
    return [Waiting(File(*tuple(row)[:-4]), *tuple(row)[-4:]) for row in rows if row.kind in kinds]


def unfinished(entry_id: int, *, by: Person) -> Sequence[Upload]:
    """What this person began to upload and did not end."""
    query = select(Upload).where(
        Upload.entry_id == entry_id,
        Upload.user_id == by.id,
        Upload.attachment_id.is_(None),
        Upload.refused.is_(None),
        Upload.expires > clock.now(),
    )
    return db.session.scalars(query.order_by(Upload.id)).all()


def upload(upload_id: int, *, by: Person) -> Upload | None:
    query = select(Upload).where(
        Upload.id == upload_id, Upload.user_id == by.id, Upload.expires > clock.now()
    )
    return db.session.scalars(query).one_or_none()


def received(upload_id: int) -> bytes:
    """All pieces that have come, in their order."""
    query = select(Piece.content).where(Piece.upload_id == upload_id).order_by(Piece.start)
    return b"".join(db.session.scalars(query))


def is_referred_to(sha256: str) -> bool:
    """Whether any file that is not removed needs this content."""
    query = select(Attachment.id).where(
        Attachment.removed_at.is_(None), (Attachment.sha256 == sha256) | (Attachment.thumbnail == sha256)
    )
    return db.session.scalars(query.limit(1)).first() is not None


def has(entry_id: int, sha256: str) -> bool:
    """Whether the entry has a file of this content."""
    query = select(Attachment.id).where(
        Attachment.entry_id == entry_id, Attachment.sha256 == sha256, Attachment.removed_at.is_(None)
    )
    return db.session.scalars(query).first() is not None


def files_of(entry_id: int) -> int:
    return _number(
        select(func.count()).where(Attachment.entry_id == entry_id, Attachment.removed_at.is_(None))
    )


def bytes_of_a_day(person_id: int) -> int:
    since = clock.now() - timedelta(days=1)
    return _number(
        select(func.sum(Attachment.bytes)).where(
            Attachment.uploaded_by_id == person_id, Attachment.uploaded_at > since
        )
    )


def unfinished_of(person_id: int) -> tuple[int, int]:
    """How many uploads of a person are not finished, and how long they will be."""
    row = db.session.execute(
        select(func.count(), func.sum(Upload.length)).where(
            Upload.user_id == person_id,
            Upload.attachment_id.is_(None),
            Upload.refused.is_(None),
            Upload.expires > clock.now(),
        )
    ).one()
    return row[0], row[1] or 0


def _files(query: Select[*tuple[Any, ...]]) -> list[File]:
    return [File(*tuple(row)) for row in db.session.execute(query)]


def _number(query: Select[int] | Select[int | None]) -> int:
    return db.session.scalars(query).one() or 0
