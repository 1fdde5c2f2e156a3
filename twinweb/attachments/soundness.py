"""Whether every file has its content, undamaged, and every content its file: for operators."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from twinweb.attachments import commands
from twinweb.attachments.models import Attachment
from twinweb.attachments.store import store
from twinweb.attachments.store_protocol import NoStore, Unreadable
from twinweb.db import db


def faults() -> Iterator[str]:
    """Everything that falls short, in words. Reads all content once, as long as the store answers."""
    try:
        yield from _faults()
    except NoStore as failure:
        yield f"files: {failure}. Look at where files are kept: TWINWEB_FILES_URL, else the data directory"


def _faults() -> Iterator[str]:
    query = select(Attachment.id, Attachment.sha256, Attachment.thumbnail).order_by(Attachment.id)
    for file_id, content, thumbnail in db.session.execute(query.where(Attachment.removed_at.is_(None))).all():
        yield from _faults_of(f"file {file_id}", content)
        if thumbnail:
            yield from _faults_of(f"the small picture of file {file_id}", thumbnail)
    for sha256 in commands.orphans():
        yield f"content {sha256[:16]}…: it lies in the store and belongs to no file; `retention` removes it"


def _faults_of(name: str, sha256: str) -> Iterator[str]:
    try:
        data = store().get(sha256)
    except Unreadable as failure:
        yield f"{name}: its content cannot be read ({failure})"
        return
    if data is None:
        if commands.is_still_needed(sha256):
            yield f"{name}: its content is missing"
    elif hashlib.sha256(data).hexdigest() != sha256:
        yield f"{name}: its content is damaged"
