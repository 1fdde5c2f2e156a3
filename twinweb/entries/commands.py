"""Every change to an entry's life. One command, one transaction, one audit event."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import delete, select, update

from twinweb import audit, clock
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.entries import catalogue, notes, queries, registers, relations, telling
from twinweb.entries.drafting import content_of, continue_from, open_draft, pass_on_editors, write
from twinweb.entries.fields import Raw, text_of
from twinweb.entries.kinds import Kind, Kinds
from twinweb.entries.models import Entry, Link, Revision
from twinweb.entries.moving import (
    NO_FORM,
    Seen,
    Sending,
    advance,
    allowed,
    enter_queue,
    hold,
    move,
    own_entry,
    wait,
    wait_no_longer,
)
from twinweb.entries.readiness import facts_of, problems_of, refuse_unready
from twinweb.entries.refusals import (
    AlreadyOpen,
    BuiltOn,
    Changed,
    Held,
    Incomplete,
    NoReason,
    NoSuchDuplicate,
    NotAllowed,
    NotesWritten,
    NotFound,
    TooLate,
    Unanswered,
    Unready,
)
from twinweb.entries.remarks import Marks, marks_in, reason_in, remarks_in
from twinweb.entries.review_models import Duplicate, RetireRequest
from twinweb.entries.states import Act, Impossible, State, after
from twinweb.i18n.arabic import digits
from twinweb.notices import commands as notices
from twinweb.notices.models import News

RetiringAct = Literal["retire", "unretire"]
KEPT_FROM_APPROVING = (Changed, Held, Impossible, Incomplete, NotesWritten, Unready)


def draft(kind: Kind, raw: Mapping[str, Raw], *, owner: str, by: Person, on: Sending = NO_FORM) -> Revision:
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
        write(revision, kind, content, by=by)
        revision.form, revision.typed = seen.on.form, seen.on.typed
        notes.mark(revision, marks_in(marks), by=by)
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
        write(revision, kind, content_of(kind, {**before, **patch}), by=by)
        revision.form, revision.typed = seen.on.form, seen.on.typed
        notes.mark(revision, marks_in(marks), by=by)
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
        copy = continue_from(revision, kind, by=by)
        audit.record("withdraw", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)
    return copy


def answer(seen: Seen, kinds: Kinds, *, by: Person) -> Revision:
    """Begin to mend what was returned: a copy of it opens as a draft."""
    with transaction():
        revision, kind = move(seen, Act.ANSWER, kinds, by=by)
        copy = continue_from(revision, kind, by=by)
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
        if source is None or source.state is State.DUPLICATE or relations.led_on_to(entry_id):
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
    refuse_unready(revision, kind, kinds, by=by)
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
        if relations.led_on_to(other.id):
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
        wait(revision, kind)
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


def _refuse_settled(revision: Revision, *, by: Person) -> None:
    """A decision is taken back by who made it, within ten minutes, while nobody has gone on from it."""
    if revision.decided_by_id is None or revision.decided_at is None:
        raise Impossible(Act.TAKE_BACK)
    if revision.decided_by_id != by.id:
        raise NotAllowed
    if revision.decided_at < clock.now() - queries.TAKE_BACK_WITHIN:
        raise TooLate
    if relations.built_on(revision):
        raise BuiltOn


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
        approved = queries.revision(entry.approved_id or 0) if entry else None
        if entry is None or approved is None:
            raise NotFound
        if not queries.may_approve(approved, kind, by=by):
            raise NotAllowed
        if entry.version != seen:
            raise Changed
        if (entry.retired_at is not None) is (act == "retire"):
            raise Impossible(act)
        _lead_on_no_longer(entry, kind)
        entry.retired_at = clock.now() if act == "retire" else None
        entry.retired_reason = reason_in(reason)
        _grant_request(entry, by=by)
        _enter(entry, approved, kind)
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
