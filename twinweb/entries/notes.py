"""Notes of reviewers and what became of them: who sees which, and writing them within a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import aliased

from twinweb import clock
from twinweb.accounts.models import User
from twinweb.accounts.person import Person
from twinweb.db import db
from twinweb.entries.models import Revision
from twinweb.entries.review_models import WHOLE, Note, NoteAnswer
from twinweb.entries.states import State

TO_MEND = frozenset({State.RETURNED, State.ANSWERED})
TOLD = TO_MEND | {State.REJECTED, State.DUPLICATE}
"""With these decisions the notes have gone to the office; until then they are the desk's drafts."""


class NoteState(StrEnum):
    OPEN = "open"
    DONE = "done"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Mark:
    """What an office does about a note: it is done, or answered, or nothing yet."""

    done: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer under a note."""

    revision_id: int
    done: bool
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A note with its answers, the newest last."""

    id: int
    revision_id: int
    number: int
    """Of the submission that it is about."""
    told: bool
    """It has gone to the office."""
    to_mend: bool
    on: str
    """The field, or the whole."""
    text: str
    by: str
    at: datetime
    answers: list[Said] = field(default_factory=list)

    @property
    def state(self) -> NoteState:
        if not self.answers:
            return NoteState.OPEN
        return NoteState.DONE if self.answers[-1].done else NoteState.ANSWERED

    @property
    def is_open(self) -> bool:
        """The office has to do something about it before it sends again."""
        return self.to_mend and not self.answers

    def answer_in(self, revision_id: int) -> Said | None:
        return next((one for one in self.answers if one.revision_id == revision_id), None)


def for_office(entry_id: int) -> list[Thread]:
    """Notes that have gone to the office, with all that it says to them."""
    return _threads(entry_id, Revision.state.in_(TOLD))


def for_desk(entry_id: int) -> list[Thread]:
    """All notes on an entry, with the answers that were sent."""
    return _threads(entry_id, Revision.state.is_not(None), _answered_in.state != State.DRAFT)


def open_for(entry_id: int) -> list[Thread]:
    """What the office has neither done nor answered."""
    return [one for one in for_office(entry_id) if one.is_open]


def untold(revision_id: int) -> Mapping[str, str]:
    """The notes on a submission by field."""
    notes = db.session.scalars(select(Note).where(Note.revision_id == revision_id))
    return {note.field: note.text for note in notes}


def write(revision: Revision, texts: Mapping[str, str], *, by: Person) -> None:
    """Set the notes on these fields of a submission; a text that was emptied is no note any more."""
    kept = {one.field: one for one in _of(revision)}
    for name, text in texts.items():
        note = kept.get(name)
        if note and not text:
            db.session.delete(note)
        elif note and note.text != text:
            note.text, note.by_id, note.at = text, by.id, clock.now()
        elif text and not note:
            db.session.add(Note(revision_id=revision.id, field=name, text=text, by_id=by.id, at=clock.now()))
    db.session.flush()


def follow(revision: Revision, copy: Revision) -> None:
    """Notes that nobody was told of yet are about the text that took the place of this one."""
    db.session.execute(update(Note).where(Note.revision_id == revision.id).values(revision_id=copy.id))


def mark(draft: Revision, marks: Mapping[int, Mark], *, by: Person) -> None:
    """Write down in the draft what its office does about notes; a mark that was cleared is none any more."""
    threads = {one.id: one for one in for_office(draft.entry_id) if one.to_mend}
    for note_id in marks.keys() & threads.keys():
        wanted, said = marks[note_id], threads[note_id].answer_in(draft.id)
        if said and (said.done, said.text) == (wanted.done, wanted.text):
            continue
        mine = (NoteAnswer.note_id == note_id, NoteAnswer.revision_id == draft.id)
        db.session.execute(delete(NoteAnswer).where(*mine))
        if wanted.done or wanted.text:
            db.session.add(_answer(note_id, draft, wanted, by))
    db.session.flush()


def first_of(revision: Revision) -> str:
    """The note that lists show: the one on the whole, or the first."""
    texts = {one.field: one.text for one in _of(revision)}
    return texts.get(WHOLE) or next(iter(texts.values()), "")


def _of(revision: Revision) -> Sequence[Note]:
    return db.session.scalars(select(Note).where(Note.revision_id == revision.id).order_by(Note.id)).all()


def _answer(note_id: int, draft: Revision, mark: Mark, by: Person) -> NoteAnswer:
    return NoteAnswer(
        note_id=note_id, revision_id=draft.id, done=mark.done, text=mark.text, by_id=by.id, at=clock.now()
    )


_writer, _answerer, _answered_in = aliased(User), aliased(User), aliased(Revision)


def _threads(entry_id: int, seen: ColumnElement[bool], *answers_seen: ColumnElement[bool]) -> list[Thread]:
    """One statement: the notes of an entry in their order, each with its answers in theirs."""
    answer = (
        select(NoteAnswer, _answerer.name.label("answered_by"))
        .join(_answerer, _answerer.id == NoteAnswer.by_id)
        .join(_answered_in, _answered_in.id == NoteAnswer.revision_id)
        .where(_answered_in.entry_id == entry_id, *answers_seen)
        .subquery()
    )
    rows = db.session.execute(
        select(Note, Revision.number, Revision.state, _writer.name, answer)
        .join(Revision, Revision.id == Note.revision_id)
        .join(_writer, _writer.id == Note.by_id)
        .outerjoin(answer, answer.c.note_id == Note.id)
        .where(Revision.entry_id == entry_id, seen)
        .order_by(Note.id, answer.c.id)
    )
    found: dict[int, Thread] = {}
    for row in rows:
        thread = found.setdefault(row[0].id, _thread(*row[:4]))
        if row.done is not None:
            thread.answers.append(Said(row.revision_id, row.done, row.text, row.answered_by, row.at))
    return list(found.values())


def _thread(note: Note, number: int, state: State, writer: str) -> Thread:
    told, to_mend = state in TOLD, state in TO_MEND
    return Thread(note.id, note.revision_id, number, told, to_mend, note.field, note.text, writer, note.at)
