"""What reviewers do with entries beside deciding on them, and what offices ask them to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from twinweb import audit, clock
from twinweb.accounts.person import Person
from twinweb.db import db, transaction
from twinweb.entries import commands, desk, notes, queries, telling
from twinweb.entries.drafting import content_of, open_draft, pass_on_editors
from twinweb.entries.facts import references_in
from twinweb.entries.fields import Code, Raw, text_of
from twinweb.entries.kinds import Kind, Kinds
from twinweb.entries.models import Entry, Revision
from twinweb.entries.moving import (
    Seen,
    advance,
    allowed,
    enter_queue,
    hold,
    move,
    own_entry,
    refuse_held,
    wait_no_longer,
)
from twinweb.entries.readiness import problems_of
from twinweb.entries.refusals import AlreadyOpen, Changed, Incomplete, NotAllowed, NotFound
from twinweb.entries.remarks import reason_in, remarks_in
from twinweb.entries.review_models import Correction, RetireRequest
from twinweb.entries.states import Act, Impossible, State, Touched, after
from twinweb.notices.models import News

TAGS = ["sectors"]


class NothingChanged(Exception):
    """A correction says what stood there before."""


@dataclass
class NotTogether(Exception):
    """One of several submissions cannot be approved, so none is; the cause says why."""

    revision_id: int


class NotOpened(Exception):
    """One of several was not opened in this sign-in, and nobody approves what they have not read."""


def keep_notes(seen: Seen, remarks: Mapping[str, str], kinds: Kinds, *, by: Person) -> Revision:
    """Keep notes, by field, while a submission is read; whoever writes them holds it for two hours more."""
    with transaction():
        revision, kind = move(seen, Act.CLAIM, kinds, by=by)
        hold(revision, by=by)
        before, wanted = notes.untold(revision.id), remarks_in(remarks, kind)
        notes.write(revision, wanted, by=by)
        changed = sorted(name for name, text in wanted.items() if before.get(name, "") != text)
        audit.record(
            "note", kind.name, revision.entry_id, by_id=by.id, revision=revision.number, fields=changed
        )
    return revision


def correct_as_reviewer(seen: Seen, raw: Mapping[str, Raw], kinds: Kinds, *, by: Person) -> Revision:
    """Put a revision of the reviewer's own in the place of what was sent, or propose it for what is approved.

    Another reviewer decides on it. What it refers to stays as its office wrote it.
    """
    with transaction():
        revision, kind = allowed(seen, Act.CORRECT, kinds, by=by)
        refuse_held(revision, but=by)
        before = kind.read(revision.raw, revision.schema)
        content = _corrected(before, raw, kind)
        changed = sorted(
            name
            for name in {*before, *content}
            if (_said(before.get(name)) or "") != (_said(content.get(name)) or "")
        )
        if not changed:
            raise NothingChanged
        _give_way(revision, seen, by=by)
        copy = _correction(revision, content, kind, by=by)
        copy.submitted_at = revision.submitted_at if revision.state is State.ANSWERED else None
        db.session.add(
            Correction(
                revision_id=copy.id,
                of_id=revision.id,
                by_id=by.id,
                touched=Touched.TAGS if changed == TAGS else Touched.TEXT,
            )
        )
        _let_wait(copy, kind, kinds, by=by)
        audit.record(
            "correct_as_reviewer",
            kind.name,
            copy.entry_id,
            by_id=by.id,
            revision=copy.number,
            fields=changed,
        )
    return copy


def approve_together(seen: Sequence[Seen], kinds: Kinds, *, by: Person) -> list[Revision]:
    """Approve several, each of which was opened in this sign-in: all of them, or none."""
    with transaction():
        opened = desk.opened_in_sign_in(by, [one.revision_id for one in seen])
        return [_approve_of(one, opened, len(seen), kinds, by) for one in seen]


def ask_to_retire(entry_id: int, kind: Kind, reason: str, *, by: Person) -> RetireRequest:
    """Ask the reviewers to take an approved entry of one's office out of use."""
    with transaction() as session:
        entry = own_entry(entry_id, kind, by=by)
        if entry.approved_id is None or entry.retired_at or queries.retire_request(entry_id):
            raise Impossible
        request = RetireRequest(entry_id=entry_id, reason=reason_in(reason), by_id=by.id, at=clock.now())
        session.add(request)
        telling.asked_to_retire(entry, by=by)
        audit.record("ask_to_retire", kind.name, entry_id, by_id=by.id, reason=request.reason)
    return request


def decline_to_retire(entry_id: int, kind: Kind, reason: str, *, by: Person) -> RetireRequest:
    """Leave an entry in use that its office wanted retired; it reads why."""
    with transaction() as session:
        entry = session.scalars(
            select(Entry).where(Entry.id == entry_id, Entry.kind == kind.name).with_for_update()
        ).one_or_none()
        approved = queries.revision(entry.approved_id or 0) if entry else None
        if entry is None or approved is None:
            raise NotFound
        if not queries.may_approve(approved, kind, by=by):
            raise NotAllowed
        request = queries.retire_request(entry_id)
        if request is None:
            raise Impossible
        request.answer = reason_in(reason)
        request.answered_at, request.answered_by_id = clock.now(), by.id
        telling.answered_to_retire(entry, request.by_id, News.KEPT, by=by)
        audit.record("decline_to_retire", kind.name, entry_id, by_id=by.id, reason=request.answer)
    return request


def _corrected(before: Mapping[str, Raw], raw: Mapping[str, Raw], kind: Kind) -> dict[str, Raw]:
    """What the reviewer typed, with the references of the office: not all of them are open to reviewers."""
    kept = {name for name, _, _ in references_in(kind.facts, before)}
    return content_of(kind, {**raw, **{name: before[name] for name in kept}})


def _said(raw: Raw) -> Raw:
    """What was typed without what was left empty, as forms send it and drafts may not have it."""
    if isinstance(raw, dict):
        return {name: said for name, value in raw.items() if (said := _said(value))}
    if isinstance(raw, list):
        return [said for value in raw if (said := _said(value))]
    return text_of(raw)


def _give_way(revision: Revision, seen: Seen, *, by: Person) -> None:
    """What was sent is answered; what is approved stays so until the correction is."""
    if revision.state is State.APPROVED:
        if queries.open_revision(revision.entry_id):
            raise AlreadyOpen
        if revision.version != seen.version:
            raise Changed
        return
    advance(revision, Act.CORRECT, seen)
    revision.claimed_by_id = revision.claimed_until = None
    revision.decided_at, revision.decided_by_id = clock.now(), by.id
    wait_no_longer(revision)
    db.session.flush()


def _correction(revision: Revision, content: Mapping[str, Raw], kind: Kind, *, by: Person) -> Revision:
    """The reviewer's text; who wrote the office's wrote this one too."""
    continues = revision if revision.state is State.ANSWERED else None
    copy = open_draft(revision.entry, kind, content, by=by, continues=continues)
    pass_on_editors(revision, copy)
    if continues:
        notes.follow(revision, copy)
    return copy


def _let_wait(copy: Revision, kind: Kind, kinds: Kinds, *, by: Person) -> None:
    problems = [one for one in problems_of(copy, kinds, by=by) if one.code is not Code.NO_ENTRY]
    if problems:
        raise Incomplete(problems)
    with db.session.no_autoflush:
        copy.state = after(copy.state, Act.SUBMIT)
        enter_queue(copy, kind, by=by)
    db.session.flush()
    telling.tell_authors(News.CORRECTED, copy, by=by)
    telling.sent(copy, kind, by=by)


def _approve_of(seen: Seen, opened: set[int], together: int, kinds: Kinds, by: Person) -> Revision:
    if seen.revision_id not in opened:
        raise NotOpened
    try:
        return commands.approve_one(seen, kinds, by=by, together=together)
    except commands.KEPT_FROM_APPROVING as cause:
        raise NotTogether(seen.revision_id) from cause
