"""What a draft said before, so that two people who write at one can be told who changed what.

A step is what one save took the place of, field by field. They are kept while a draft is written, the last
hundred of them, and go when it is sent.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from twinweb.db import Model, db
from twinweb.entries.fields import Raw
from twinweb.entries.kinds import Kind
from twinweb.entries.models import Revision

MOST_STEPS = 100


class DraftStep(Model):
    __tablename__ = "draft_step"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    """The version that the save took the place of."""
    before: Mapped[dict[str, Any]]
    """The fields that it changed, as they were; null where there was nothing."""


def note(revision: Revision, kind: Kind, content: Mapping[str, Raw]) -> None:
    """Keep what this content takes the place of. Joins the transaction under way."""
    if revision.schema != kind.schema:
        forget(revision.id)
        return
    was = revision.raw
    before = {name: was.get(name) for name in {*was, *content} if was.get(name) != content.get(name)}
    db.session.add(DraftStep(revision_id=revision.id, version=revision.version, before=before))
    old = delete(DraftStep).where(DraftStep.version < revision.version - MOST_STEPS)
    db.session.execute(old.where(DraftStep.revision_id == revision.id))


def forget(revision_id: int) -> None:
    db.session.execute(delete(DraftStep).where(DraftStep.revision_id == revision_id))


def content_at(revision: Revision, version: int) -> dict[str, Raw] | None:
    """What a draft said when it had this version; None where that is not known any more."""
    if version == revision.version:
        return dict(revision.raw)
    query = (
        select(DraftStep)
        .where(DraftStep.revision_id == revision.id, DraftStep.version >= version)
        .order_by(DraftStep.version.desc())
    )
    steps = db.session.scalars(query).all()
    if not steps or steps[-1].version != version:
        return None
    said = dict(revision.raw)
    for step in steps:
        said |= step.before
    return {name: value for name, value in said.items() if value is not None}
