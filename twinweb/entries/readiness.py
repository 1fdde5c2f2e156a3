"""What keeps a draft from being submitted, and a submission from being approved."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries import queries, relations
from twinweb.entries.facts import Facts, check, fields_of, references_in
from twinweb.entries.fields import Code, Problem, Raw
from twinweb.entries.kinds import Kind, Kinds
from twinweb.entries.models import Entry, Revision
from twinweb.entries.refusals import Incomplete, Unready


def problems_of(revision: Revision, kinds: Kinds, *, by: Person) -> list[Problem]:
    """Everything that keeps a draft from being submitted."""
    kind = kinds[revision.entry.kind]
    raw = kind.read(revision.raw, revision.schema)
    found = check(kind.facts, raw, queries.known())
    problems = found if isinstance(found, list) else []
    problems += _reference_problems(revision, raw, kinds, by=by)
    if not any(problem.path == kind.shared_by for problem in problems):
        problems += _owner_problem(revision.entry, kind, raw)
    if not isinstance(found, list) and not problems:  # else it could tell what the writer may not read
        problems += _linked_problems(found, kind, raw, kinds)
    order = list(fields_of(kind.facts))
    return sorted(problems, key=lambda problem: order.index(problem.path.partition("-")[0]))


def unapproved_references(revision: Revision, kinds: Kinds, *, by: Person) -> list[relations.Named]:
    """The chain: what this revision refers to and is not approved yet, what those refer to first.

    Nothing is left out because this person may not read it; such an entry is named by its office alone.
    """
    chain: dict[int, relations.Named] = {}
    _walk_chain(revision, kinds, by, chain)
    chain.pop(revision.entry_id, None)
    return list(chain.values())


def refuse_unready(revision: Revision, kind: Kind, kinds: Kinds, *, by: Person) -> None:
    """What it refers to is approved, and stays so until this transaction ends; and the two still fit."""
    raw = kind.read(revision.raw, revision.schema)
    referred = [entry_id for _, _, entry_id in references_in(kind.facts, raw)]
    db.session.execute(
        select(Entry.id).where(Entry.id.in_(referred)).order_by(Entry.id).with_for_update(read=True)
    )
    if missing := unapproved_references(revision, kinds, by=by):
        raise Unready(missing)
    if problems := list(_linked_problems(facts_of(revision, kind), kind, raw, kinds)):
        raise Incomplete(problems)


def facts_of(revision: Revision, kind: Kind) -> Facts:
    """The facts of a revision that was once found complete; sectors merged since are the new ones."""
    found = check(kind.facts, kind.read(revision.raw, revision.schema), queries.known(retired=True))
    if isinstance(found, list):
        raise Incomplete(found)
    return found


def _walk_chain(revision: Revision, kinds: Kinds, by: Person, chain: dict[int, relations.Named]) -> None:
    kind = kinds[revision.entry.kind]
    raw = kind.read(revision.raw, revision.schema)
    referred = [entry_id for _, _, entry_id in references_in(kind.facts, raw)]
    for named in relations.unapproved(referred, kinds, by=by):
        if named.entry_id in chain or named.entry_id == revision.entry_id:
            continue
        chain[named.entry_id] = named
        if proposed := queries.revision(named.revision_id or 0):
            _walk_chain(proposed, kinds, by, chain)
            chain[named.entry_id] = chain.pop(named.entry_id)  # after what it refers to itself


def _reference_problems(
    revision: Revision, raw: Mapping[str, Raw], kinds: Kinds, *, by: Person
) -> Iterable[Problem]:
    """References to what does not exist, is of another kind or the entry itself, or may not be read."""
    referred = references_in(kinds[revision.entry.kind].facts, raw)
    found = relations.named([entry_id for _, _, entry_id in referred], kinds, by=by)
    for name, kind, entry_id in referred:
        if entry_id not in found or found[entry_id].kind != kind or entry_id == revision.entry_id:
            yield Problem(name, Code.NO_ENTRY)


def _owner_problem(entry: Entry, kind: Kind, raw: Mapping[str, Raw]) -> Iterable[Problem]:
    named = raw.get(kind.shared_by) if kind.shared_by else None
    if named and entry.owner not in named:
        yield Problem(kind.shared_by, Code.OWNER_MISSING)


def _linked_problems(facts: Facts, kind: Kind, raw: Mapping[str, Raw], kinds: Kinds) -> Iterable[Problem]:
    referred = [entry_id for _, _, entry_id in references_in(kind.facts, raw)]
    return kind.linked_conflicts(facts, relations.contents(referred, kinds))
