"""Every change to an entry's life. One command, one transaction, one audit event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from twinweb import audit, clock
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.entries import catalogue, desk, notes, queries, registers, steps, telling
from twinweb.entries.facts import (
    Facts,
    check,
    fields_of,
    is_empty,
    references_in,
    shape,
    title_in,
    too_large,
)
from twinweb.entries.fields import Code, Problem, Raw, text_of
from twinweb.entries.kinds import Kind
from twinweb.entries.models import LONGEST_REASON, Editor, Entry, Link, Revision
from twinweb.entries.policy import may, may_read, may_retire
from twinweb.entries.review_models import WHOLE, Duplicate, RetireRequest
from twinweb.entries.states import Act, Impossible, State, after
from twinweb.i18n.arabic import digits
from twinweb.notices import commands as notices
from twinweb.notices.models import News

CLAIM_LASTS = timedelta(hours=2)

Kinds = Mapping[str, Kind]
Marks = Mapping[int, notes.Mark]
"""What an office does about notes, by their ids."""
RetiringAct = Literal["retire", "unretire"]


class NotFound(Exception):
    """There is no such thing, or the person may not know that there is."""


class NotAllowed(Exception):
    """The person may see this but not do that to it."""


class Changed(Exception):
    """It is no longer as the person saw it."""


class Held(Exception):
    """Another reviewer holds it."""


class TooLate(Exception):
    """The time for taking a decision back is over."""


class BuiltOn(Exception):
    """Someone has relied on this decision since."""


class AlreadyOpen(Exception):
    """The entry has an open revision; there is one at a time."""


class NoReason(Exception):
    """Everything but approval needs a reason that its author can act on."""


class NotesWritten(Exception):
    """Whoever approves would leave notes that nobody reads."""


class NoSuchDuplicate(Exception):
    """A duplicate is of another approved entry of the same kind."""


@dataclass
class Incomplete(Exception):
    """A draft cannot be saved or submitted as it is."""

    problems: list[Problem]


@dataclass
class Unanswered(Exception):
    """Notes of reviewers that are neither done nor answered."""

    threads: list[notes.Thread]


@dataclass
class Unready(Exception):
    """What the entry refers to must be approved first."""

    missing: list[queries.Named] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sending:
    """The form that something was typed into, and how often until it was sent.

    What this form has saved itself it has seen, answer lost or not; what it sent before comes too late.
    """

    form: str = ""
    typed: int = 0


KEPT_FROM_APPROVING = (Changed, Held, Impossible, Incomplete, NotesWritten, Unready)


@dataclass(frozen=True, slots=True)
class Seen:
    """The revision that a person acts on, as they saw it."""

    revision_id: int
    version: int
    on: Sending = Sending()


def draft(kind: Kind, raw: Mapping[str, Raw], *, owner: str, by: Person, on: Sending = Sending()) -> Revision:
    """Open a new entry of the office with its first draft."""
    if owner not in by.writes_for:
        raise NotAllowed
    content = content_of(kind, raw)
    with transaction() as session:
        entry = Entry(kind=kind.name, owner=owner, created_at=clock.now())
        session.add(entry)
        session.flush()
        revision = open_draft(entry, kind, content, by=by)
        revision.form, revision.typed = on.form, on.typed
        audit.record("draft", kind.name, entry.id, by_id=by.id, fields=sorted(content))
    return revision


def save(
    seen: Seen, raw: Mapping[str, Raw], kinds: Kinds, *, by: Person, marks: Marks | None = None
) -> Revision:
    """Save a draft as it was typed, complete or not, and what was done about notes."""
    with transaction():
        revision, kind = move(seen, Act.EDIT, kinds, by=by)
        before = kind.read(revision.raw, revision.schema)
        content = content_of(kind, raw)
        _write(revision, kind, content, by=by)
        revision.form, revision.typed = seen.on.form, seen.on.typed
        notes.mark(revision, _marks(marks), by=by)
        changed = sorted(name for name in {*before, *content} if before.get(name) != content.get(name))
        audit.record("save", kind.name, revision.entry_id, by_id=by.id, fields=changed)
    return revision


def keep(
    seen: Seen, patch: Mapping[str, Raw], kinds: Kinds, *, by: Person, marks: Marks | None = None
) -> Revision:
    """Save what changed while a draft is being written; only real saves are in the list of who did what."""
    with transaction():
        revision, kind = move(seen, Act.EDIT, kinds, by=by)
        if seen.on.form and seen.on == Sending(revision.form or "", revision.typed or 0):
            return revision  # this very piece again
        before = kind.read(revision.raw, revision.schema)
        _write(revision, kind, content_of(kind, {**before, **patch}), by=by)
        revision.form, revision.typed = seen.on.form, seen.on.typed
        notes.mark(revision, _marks(marks), by=by)
    return revision


def submit(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Send a draft to the reviewers: it gets its number and never changes again.

    `Incomplete` says what is missing, `Unanswered` which notes still wait for a word.
    """
    with transaction() as session, session.no_autoflush:
        revision, kind = move(seen, Act.SUBMIT, kinds, by=by)
        if problems := problems_of(revision, kinds, by=by):
            raise Incomplete(problems)
        if waiting := notes.open_for(revision.entry_id):
            raise Unanswered(waiting)
        enter_queue(revision, kind, by=by)
        telling.sent(revision, kind, by=by)
        audit.record("submit", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return revision


def enter_queue(revision: Revision, kind: Kind, *, by: Person) -> None:
    """Number a revision and let it wait. Joins the transaction under way."""
    numbers = select(Revision.number).where(
        Revision.entry_id == revision.entry_id, Revision.number.is_not(None)
    )
    revision.number = max((number or 0 for number in db.session.scalars(numbers)), default=0) + 1
    revision.submitted_at, revision.submitted_by_id = revision.submitted_at or clock.now(), by.id
    steps.forget(revision.id)
    _wait(revision, kind)


def discard(seen: Seen, kinds: Kinds, *, by: Person) -> None:
    """Throw a draft away that nobody but its office ever saw."""
    with transaction() as session:
        revision, kind = move(seen, Act.DISCARD, kinds, by=by)
        if revision.continues_id is not None:
            raise Impossible(Act.DISCARD)
        entry = revision.entry
        session.delete(revision)
        session.flush()
        if not db.session.scalars(select(Revision.id).where(Revision.entry_id == entry.id).limit(1)).first():
            session.execute(delete(Link).where(Link.to_entry_id == entry.id))
            session.delete(entry)
        audit.record("discard", kind.name, entry.id, by_id=by.id)


def withdraw(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Take a submission back from the queue before anybody has opened it; a copy of it opens as a draft."""
    with transaction():
        revision, kind = move(seen, Act.WITHDRAW, kinds, by=by)
        wait_no_longer(revision)
        copy = _continue(revision, kind, by=by)
        audit.record("withdraw", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return copy


def answer(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Begin to mend what was returned: a copy of it opens as a draft."""
    with transaction():
        revision, kind = move(seen, Act.ANSWER, kinds, by=by)
        copy = _continue(revision, kind, by=by)
        audit.record("answer", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return copy


def correct(entry_id: int, kind: Kind, *, by: Person) -> Revision:
    """Open a draft that begins as a copy of what was approved last, or of what was rejected."""
    with transaction():
        entry = own_entry(entry_id, kind, by=by)
        if queries.open_revision(entry_id):
            raise AlreadyOpen
        latest = queries.latest_revision(entry_id)
        source = db.session.get(Revision, entry.approved_id or 0) or latest
        if source is None or source.state is State.DUPLICATE or queries.led_on_to(entry_id):
            raise Impossible
        copy = open_draft(entry, kind, kind.read(source.raw, source.schema), by=by)
        if source.state is State.REJECTED:
            pass_on_editors(source, copy)
        audit.record("correct", kind.name, entry_id, by_id=by.id)
    return copy


def claim(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Open a submission for two hours: others see who holds it, its office can no longer withdraw it."""
    with transaction():
        revision, kind = move(seen, Act.CLAIM, kinds, by=by)
        hold(revision, by=by)
        audit.record("claim", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return revision


def hold(revision: Revision, *, by: Person) -> None:
    """Let this reviewer have it for two hours, as opened in this sign-in. Joins the transaction under way."""
    revision.claimed_by_id, revision.claimed_until = by.id, clock.now() + CLAIM_LASTS
    desk.opened(revision.id, by)


def release(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Let go of a submission."""
    with transaction():
        revision, kind = move(seen, Act.RELEASE, kinds, by=by)
        if revision.claimed_by_id != by.id:
            raise Impossible(Act.RELEASE)
        revision.claimed_by_id = revision.claimed_until = None
        audit.record("release", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return revision


def approve(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Approve a submission: its facts enter register and catalogue, in place of the former approved ones."""
    with transaction():
        return approve_one(seen, kinds, by=by)


def approve_one(seen: Seen, kinds: Kinds, *, by: Person, **told: int) -> Revision:
    """The same, joining the transaction under way; `told` goes into the list of who did what."""
    revision, kind = _decide(seen, Act.APPROVE, kinds, by=by)
    if notes.untold(revision.id):
        raise NotesWritten
    _refuse_unready(revision, kind, kinds, by=by)
    entry = revision.entry
    former = db.session.get(Revision, entry.approved_id or 0)
    if former:
        former.state = after(former.state, Act.SUPERSEDE)
        former.superseded_by_id = revision.id
    catalogue.give_reference(entry, kind)
    _enter(entry, revision, kind)
    if by.id == revision.submitted_by_id:
        told["own_tags"] = 1
    audit.record(
        "approve",
        kind.name,
        entry.id,
        by_id=by.id,
        revision=revision.number,
        reference=entry.reference,
        **told,
    )
    return revision


def send_back(seen: Seen, remarks: Mapping[str, str], kinds: Kinds, *, by: Person) -> Revision:
    """Return a submission with notes, by field, on what its office should mend: those kept and these."""
    with transaction():
        revision, kind = _decide(seen, Act.RETURN, kinds, by=by)
        notes.write(revision, remarks_in(remarks, kind), by=by)
        revision.reason = notes.first_of(revision)
        if not revision.reason:
            raise NoReason
        audit.record("return", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return revision


def reject(seen: Seen, reason: str, kinds: Kinds, *, by: Person) -> Revision:
    with transaction():
        revision, kind = _decide(seen, Act.REJECT, kinds, by=by, reason=reason)
        audit.record("reject", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return revision


def mark_duplicate(seen: Seen, reference: str, reason: str, kinds: Kinds, *, by: Person) -> Revision:
    """Close a submission as the same as an approved entry, named by its reference."""
    with transaction():
        revision, kind = _decide(seen, Act.MARK_DUPLICATE, kinds, by=by, reason=reason)
        named = digits(text_of(reference)).upper()
        query = select(Entry).where(Entry.reference == named, Entry.kind == kind.name)
        other = db.session.scalars(query.with_for_update()).one_or_none()
        if other is None or other.approved_id is None or other.id == revision.entry_id:
            raise NoSuchDuplicate
        if queries.led_on_to(other.id):
            raise NoSuchDuplicate
        revision.duplicate_of_id = other.id
        _lead_on(revision, other.id, kind)
        audit.record(
            "mark_duplicate",
            kind.name,
            revision.entry_id,
            by_id=by.id,
            revision=revision.number,
            of=other.reference,
        )
    return revision


def take_back(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Undo one's own decision within ten minutes: register, catalogue and former revision are as before."""
    with transaction():
        revision, kind = allowed(seen, Act.TAKE_BACK, kinds, by=by)
        was = revision.state
        _refuse_settled(revision, by=by)
        advance(revision, Act.TAKE_BACK, seen)
        revision.decided_at = revision.decided_by_id = revision.duplicate_of_id = None
        revision.reason = ""
        hold(revision, by=by)
        if was is State.APPROVED:
            _restore_former(revision, kind)
        if was is State.DUPLICATE:
            _lead_on_no_longer(revision.entry, kind)
        _wait(revision, kind)
        notices.take_back(revision.id)
        audit.record(
            "take_back", kind.name, revision.entry_id, by_id=by.id, revision=revision.number, decision=was
        )
    return revision


def retire(entry_id: int, kind: Kind, reason: str, *, seen: int, by: Person) -> Entry:
    """Take an approved entry out of lists and search; it stays readable, and so do those that refer to it."""
    return _retire(entry_id, kind, reason, "retire", seen=seen, by=by)


def unretire(entry_id: int, kind: Kind, reason: str, *, seen: int, by: Person) -> Entry:
    return _retire(entry_id, kind, reason, "unretire", seen=seen, by=by)


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


def unapproved_references(revision: Revision, kinds: Kinds, *, by: Person) -> list[queries.Named]:
    """The chain: what this revision refers to and is not approved yet, what those refer to first.

    Nothing is left out because this person may not read it; such an entry is named by its office alone.
    """
    chain: dict[int, queries.Named] = {}
    _walk_chain(revision, kinds, by, chain)
    chain.pop(revision.entry_id, None)
    return list(chain.values())


def facts_of(revision: Revision, kind: Kind) -> Facts:
    """The facts of a revision that was once found complete; sectors merged since are the new ones."""
    found = check(kind.facts, kind.read(revision.raw, revision.schema), queries.known(retired=True))
    if isinstance(found, list):
        raise Incomplete(found)
    return found


def _walk_chain(revision: Revision, kinds: Kinds, by: Person, chain: dict[int, queries.Named]) -> None:
    kind = kinds[revision.entry.kind]
    raw = kind.read(revision.raw, revision.schema)
    referred = [entry_id for _, _, entry_id in references_in(kind.facts, raw)]
    for named in queries.unapproved(referred, kinds, by=by):
        if named.entry_id in chain or named.entry_id == revision.entry_id:
            continue
        chain[named.entry_id] = named
        if proposed := queries.revision(named.revision_id or 0):
            _walk_chain(proposed, kinds, by, chain)
            chain[named.entry_id] = chain.pop(named.entry_id)  # after what it refers to itself


def _locked(revision_id: int) -> Revision:
    """The revision with its entry; on PostgreSQL nobody else moves either until this transaction ends."""
    query = (
        select(Revision)
        .where(Revision.id == revision_id)
        .options(joinedload(Revision.entry, innerjoin=True))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    revision = db.session.scalars(query).one_or_none()
    if revision is None:
        raise NotFound
    return revision


def move(seen: Seen, act: Act, kinds: Kinds, *, by: Person) -> tuple[Revision, Kind]:
    """Move a revision along the table, if this person may and still sees its latest version."""
    revision, kind = allowed(seen, act, kinds, by=by)
    refuse_held(revision, but=by)
    advance(revision, act, seen)
    return revision, kind


def allowed(seen: Seen, act: Act, kinds: Kinds, *, by: Person) -> tuple[Revision, Kind]:
    revision = _locked(seen.revision_id)
    kind = kinds[revision.entry.kind]
    stake = queries.stake(revision, kind)
    if not may_read(by, stake):
        raise NotFound if revision.entry.approved_id != revision.id else NotAllowed
    if not may(by, act, stake):
        raise NotAllowed
    return revision, kind


def advance(revision: Revision, act: Act, seen: Seen) -> None:
    on = seen.on
    wrote_it = on.form and on.form == revision.form and on.typed >= (revision.typed or 0)
    if revision.version != seen.version and not wrote_it:
        raise Changed
    revision.state = after(revision.state, act)


def _decide(
    seen: Seen, act: Act, kinds: Kinds, *, by: Person, reason: str | None = None
) -> tuple[Revision, Kind]:
    revision, kind = move(seen, act, kinds, by=by)
    revision.claimed_by_id = revision.claimed_until = None
    revision.decided_at, revision.decided_by_id = clock.now(), by.id
    revision.reason = "" if reason is None else reason_in(reason)
    wait_no_longer(revision)
    telling.decided(revision, by=by)
    return revision, kind


def _wait(revision: Revision, kind: Kind) -> None:
    desk.enter(revision, kind, kind.card(facts_of(revision, kind)))


def wait_no_longer(revision: Revision) -> None:
    desk.leave(revision.id)
    notices.settle(revision.id)


def remarks_in(typed: Mapping[str, str], kind: Kind) -> dict[str, str]:
    """Notes as they may be kept: on a field of this kind or on the whole, none too long."""
    remarks = {name: text_of(typed[name]) for name in (*fields_of(kind.facts), WHOLE) if name in typed}
    if problems := [
        Problem(f"note-{name}", Code.TOO_LONG, {"longest": LONGEST_REASON, "length": len(text)})
        for name, text in remarks.items()
        if len(text) > LONGEST_REASON
    ]:
        raise Incomplete(problems)
    return remarks


def _marks(marks: Marks | None) -> Marks:
    if any(len(one.text) > LONGEST_REASON for one in (marks or {}).values()):
        params = {"longest": LONGEST_REASON}
        raise Incomplete([Problem(f"note{note_id}", Code.TOO_LONG, params) for note_id in marks or {}])
    return {note_id: notes.Mark(one.done, text_of(one.text)) for note_id, one in (marks or {}).items()}


def _lead_on(revision: Revision, to_entry_id: int, kind: Kind) -> None:
    """Readers of this entry, and what refers to it, go on to the other; an approved one leaves the lists."""
    entry = revision.entry
    retires = entry.approved_id is not None and entry.retired_at is None
    db.session.add(Duplicate(entry_id=entry.id, of_id=to_entry_id, retired=retires))
    if retires and entry.approved_id:
        entry.retired_at, entry.retired_reason = clock.now(), revision.reason
        _enter(entry, db.session.get_one(Revision, entry.approved_id), kind)


def _lead_on_no_longer(entry: Entry, kind: Kind) -> None:
    duplicate = db.session.get(Duplicate, entry.id)
    if duplicate is None:
        return
    db.session.delete(duplicate)
    if duplicate.retired and entry.approved_id:
        entry.retired_at, entry.retired_reason = None, ""
        _enter(entry, db.session.get_one(Revision, entry.approved_id), kind)


def refuse_held(revision: Revision, but: Person) -> None:
    """While a reviewer holds a submission nobody else moves it: no other reviewer, and not its office."""
    held = revision.claimed_until is not None and revision.claimed_until > clock.now()
    if held and revision.claimed_by_id != but.id:
        raise Held


def _refuse_settled(revision: Revision, *, by: Person) -> None:
    """A decision is taken back by who made it, within ten minutes, while nobody has gone on from it."""
    if revision.decided_by_id is None or revision.decided_at is None:
        raise Impossible(Act.TAKE_BACK)
    if revision.decided_by_id != by.id:
        raise NotAllowed
    if revision.decided_at < clock.now() - queries.TAKE_BACK_WITHIN:
        raise TooLate
    if queries.built_on(revision):
        raise BuiltOn


def _refuse_unready(revision: Revision, kind: Kind, kinds: Kinds, *, by: Person) -> None:
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
    _write(revision, kind, content, by=by)
    return revision


def _continue(revision: Revision, kind: Kind, *, by: Person) -> Revision:
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


def _write(revision: Revision, kind: Kind, content: Mapping[str, Raw], *, by: Person) -> None:
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


def _reference_problems(
    revision: Revision, raw: Mapping[str, Raw], kinds: Kinds, *, by: Person
) -> Iterable[Problem]:
    """References to what does not exist, is of another kind or the entry itself, or may not be read."""
    referred = references_in(kinds[revision.entry.kind].facts, raw)
    found = queries.named([entry_id for _, _, entry_id in referred], kinds, by=by)
    for name, kind, entry_id in referred:
        if entry_id not in found or found[entry_id].kind != kind or entry_id == revision.entry_id:
            yield Problem(name, Code.NO_ENTRY)


def _owner_problem(entry: Entry, kind: Kind, raw: Mapping[str, Raw]) -> Iterable[Problem]:
    named = raw.get(kind.shared_by) if kind.shared_by else None
    if named and entry.owner not in named:
        yield Problem(kind.shared_by, Code.OWNER_MISSING)


def _linked_problems(facts: Facts, kind: Kind, raw: Mapping[str, Raw], kinds: Kinds) -> Iterable[Problem]:
    referred = [entry_id for _, _, entry_id in references_in(kind.facts, raw)]
    return kind.linked_conflicts(facts, queries.contents(referred, kinds))


def _enter(entry: Entry, revision: Revision, kind: Kind) -> None:
    entry.approved_id = revision.id
    db.session.flush()
    facts = facts_of(revision, kind)
    registers.enter(kind, entry.id, revision.id, facts)
    catalogue.enter(entry, revision, kind.card(facts))


def _restore_former(revision: Revision, kind: Kind) -> None:
    entry = revision.entry
    query = select(Revision).where(Revision.superseded_by_id == revision.id)
    former = db.session.scalars(query).one_or_none()
    if former is None:
        catalogue.leave(entry)
    registers.leave(kind, entry.id)
    entry.approved_id = None
    db.session.flush()
    if former:
        former.state, former.superseded_by_id = after(former.state, Act.RESTORE), None
        _enter(entry, former, kind)


def _retire(entry_id: int, kind: Kind, reason: str, act: RetiringAct, *, seen: int, by: Person) -> Entry:  # noqa: PLR0913  what both take, and which it is
    with transaction():
        entry = db.session.scalars(
            select(Entry).where(Entry.id == entry_id, Entry.kind == kind.name).with_for_update()
        ).one_or_none()
        if entry is None or entry.approved_id is None:
            raise NotFound
        if not may_retire(by, entry.owner):
            raise NotAllowed
        if entry.version != seen:
            raise Changed
        if (entry.retired_at is not None) is (act == "retire"):
            raise Impossible(act)
        _lead_on_no_longer(entry, kind)
        entry.retired_at = clock.now() if act == "retire" else None
        entry.retired_reason = reason_in(reason)
        _grant_request(entry, by=by)
        _enter(entry, db.session.get_one(Revision, entry.approved_id), kind)
        audit.record(act, kind.name, entry_id, by_id=by.id, reason=entry.retired_reason)
    return entry


def _grant_request(entry: Entry, *, by: Person) -> None:
    """Who had asked for it, if anybody, is told."""
    asked = db.session.scalars(
        update(RetireRequest)
        .where(RetireRequest.entry_id == entry.id, RetireRequest.answered_at.is_(None))
        .values(granted=True, answered_at=clock.now(), answered_by_id=by.id, answer=entry.retired_reason)
        .returning(RetireRequest.by_id)
    )
    for asked_by_id in asked.all():
        telling.answered_to_retire(entry, asked_by_id, News.RETIRED, by=by)


def own_entry(entry_id: int, kind: Kind, *, by: Person) -> Entry:
    entry = queries.entry(entry_id, kind.name)
    if entry is None:
        raise NotFound
    if entry.owner not in by.writes_for:
        latest = queries.latest_revision(entry_id)
        seen = entry.approved_id or queries.readable_revision(latest, kind, by=by)
        raise NotAllowed if seen else NotFound
    return entry


def reason_in(text: str) -> str:
    reason = text_of(text)
    if not reason:
        raise NoReason
    if len(reason) > LONGEST_REASON:
        raise Incomplete(
            [Problem("reason", Code.TOO_LONG, {"longest": LONGEST_REASON, "length": len(reason)})]
        )
    return reason
