"""How commands write the text of a draft. All of it joins the transaction under way."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from twinweb import clock
from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries import steps
from twinweb.entries.facts import fields_of, is_empty, references_in, shape, title_in, too_large
from twinweb.entries.fields import Code, Problem, Raw
from twinweb.entries.kinds import Kind
from twinweb.entries.models import Editor, Entry, Link, Revision
from twinweb.entries.refusals import Incomplete
from twinweb.entries.states import State


def content_of(kind: Kind, raw: Mapping[str, Raw]) -> dict[str, Raw]:
    content = shape(kind.facts, raw)
    if problems := too_large(content):
        raise Incomplete(problems)
    if all(is_empty(value) for value in content.values()):
        raise Incomplete([Problem(next(iter(fields_of(kind.facts))), Code.MISSING)])
    return content


def open_draft(
    entry: Entry, kind: Kind, content: Mapping[str, Raw], *, by: Person, continues: Revision | None = None
) -> Revision:
    revision = Revision(
        entry=entry,
        author_id=by.id,
        continues_id=continues and continues.id,
        state=State.DRAFT,
        schema=kind.schema,
        raw={},
        saved_by_id=by.id,
        saved_at=clock.now(),
    )
    db.session.add(revision)
    db.session.flush()
    write(revision, kind, content, by=by)
    return revision


def continue_from(revision: Revision, kind: Kind, *, by: Person) -> Revision:
    """A draft that takes up where a closed revision ended; who edited that one edited this one too."""
    db.session.flush()
    copy = open_draft(
        revision.entry, kind, kind.read(revision.raw, revision.schema), by=by, continues=revision
    )
    pass_on_editors(revision, copy)
    return copy


def pass_on_editors(source: Revision, copy: Revision) -> None:
    """Who wrote the text that a draft begins with wrote the draft too, and does not decide on it."""
    for editor in db.session.scalars(select(Editor).where(Editor.revision_id == source.id)):
        db.session.merge(Editor(revision_id=copy.id, user_id=editor.user_id, on_behalf=editor.on_behalf))


def write(revision: Revision, kind: Kind, content: Mapping[str, Raw], *, by: Person) -> None:
    if revision.raw:
        steps.note(revision, kind, content)
    revision.raw, revision.schema = dict(content), kind.schema
    revision.title = title_in(content)
    revision.saved_at, revision.saved_by_id = clock.now(), by.id
    behalf = revision.entry.owner in by.on_behalf_of
    db.session.merge(Editor(revision_id=revision.id, user_id=by.id, on_behalf=behalf))
    db.session.execute(delete(Link).where(Link.revision_id == revision.id))
    db.session.flush()
    referred = dict.fromkeys(references_in(kind.facts, content))
    exists = set(db.session.scalars(select(Entry.id).where(Entry.id.in_([one for _, _, one in referred]))))
    db.session.add_all(
        Link(revision_id=revision.id, field=name, to_entry_id=one)
        for name, _, one in referred
        if one in exists
    )
