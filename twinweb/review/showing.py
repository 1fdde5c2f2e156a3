"""The page of a submission as it stands, with what was typed and what kept a decision from being made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _

from twinweb import clock
from twinweb.accounts import queries as accounts
from twinweb.accounts.gate import current_person
from twinweb.accounts.models import Language
from twinweb.accounts.person import Person
from twinweb.entries import desk, lists, notes, queries
from twinweb.entries.facts import fields_of
from twinweb.entries.fields import text_of
from twinweb.entries.models import Revision
from twinweb.entries.moving import Seen
from twinweb.entries.policy import Stake, may, may_decide, may_read
from twinweb.entries.readiness import unapproved_references
from twinweb.entries.refusals import (
    Changed,
    Held,
    Incomplete,
    NoReason,
    NoSuchDuplicate,
    NotesWritten,
    Unready,
)
from twinweb.entries.review_models import WHOLE
from twinweb.entries.states import JUST_DECIDED, Act, Impossible, State
from twinweb.kinds import KINDS, SHOWN, Shown
from twinweb.pages import reading, writing
from twinweb.pages.messages import words_for
from twinweb.review import comparing, reasons
from twinweb.review.asking import asked_queue, parameters
from twinweb.web.addresses import HIGHEST_ID, sent_number

MOST_LIKE_IT = 5


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision that could not be made, as its page tells it."""

    status: int
    note: str = ""
    """What kept it from being made, where the page as a whole says so."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with what was typed, by the id of its control."""
    unfit: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with the submission itself, by field."""
    candidates: list[lists.Row] = field(default_factory=list)
    """Entries that the words typed in place of a reference may mean."""


MOVED_ON = (Changed, Held, Impossible)
REFUSALS = (
    *MOVED_ON,
    NoReason,
    NoSuchDuplicate,
    Incomplete,
    NotesWritten,
    Unready,
)


def readable(revision_id: int) -> Revision:
    """What a reviewer may see of it: a draft is not there yet."""
    revision = queries.revision(revision_id) or abort(404)
    stake = queries.stake(revision, KINDS[revision.entry.kind])
    if revision.state is State.DRAFT or not may_read(current_person(), stake):
        abort(404)
    return revision


def again(revision_id: int, refusal: BaseException) -> tuple[str, int]:
    """The page as it stands now, with what kept the decision from being made, and all that was typed."""
    revision = readable(revision_id)
    refused = _refused(revision, refusal)
    return page(revision, refused), refused.status


def page(revision: Revision, refused: Refused | None = None) -> str:
    person, shown = current_person(), SHOWN[revision.entry.kind]
    stake = queries.stake(revision, shown.kind)
    waits = revision.state is State.SUBMITTED
    told = reading.proposed(shown, revision, by=person)
    return render_template(
        "review/show.html",
        **told,
        **_notes(revision, shown, told["told"]),
        changes=comparing.changes(shown, revision, by=person),
        alike=comparing.alike(shown, revision) if waits else [],
        writers=queries.writers(revision.id),
        sent_by=reading.name_of(revision.submitted_by_id),
        correction=queries.correction(revision.id),
        held=is_held(revision),
        obstacle=_obstacle(revision, stake, person),
        own_tags=person.id == stake.tagged_by,
        may_correct=waits and may(person, Act.CORRECT, stake),
        may_take_back=revision.decided_by_id == person.id and _is_fresh(revision),
        chain=unapproved_references(revision, KINDS, by=person) if waits else [],
        refused=refused or Refused(200),
        changed=queries.last_change(revision) if refused and refused.status == 409 else None,  # noqa: PLR2004  conflict
        typed={name: typed(name) for name in ("reason", "reference")},
        then=then(),
        kept=parameters(asked_queue()),
        waiting_days=clock.working_days_since(revision.submitted_at or revision.saved_at),
        late_after=desk.LATE_AFTER,
        shown_kinds=SHOWN,
    )


def is_held(revision: Revision) -> bool:
    return revision.claimed_until is not None and not clock.has_passed(revision.claimed_until)


def seen(revision_id: int) -> Seen:
    return Seen(revision_id, sent_number("seen"))


def typed(name: str) -> str:
    return request.form.get(name, "")


def then() -> int | None:
    """The submission that waits for this one to be decided, to go on with."""
    number = request.values.get("then", 0, int)
    return number if 0 < number <= HIGHEST_ID else None


def remarks_typed(revision: Revision) -> dict[str, str]:
    """The notes in the form, each with the remark that was chosen or written below it."""
    names = [*fields_of(KINDS[revision.entry.kind].facts), WHOLE]
    sent = {name: text_of(typed(f"saved-{name}")) for name in names if f"note-{name}" in request.form}
    offered = {one.label: one.text for one in _offered(revision)} if any(sent.values()) else {}
    return {name: _joined(typed(f"note-{name}"), offered.get(said, said)) for name, said in sent.items()}


def _joined(text: str, chosen: str) -> str:
    text = text_of(text)
    return text if chosen in text else f"{text}\n{chosen}".strip()


def _offered(revision: Revision) -> list[reasons.Offered]:
    author = accounts.user(revision.author_id)
    return reasons.offered(current_person(), author.language if author else Language.ARABIC)


def _notes(revision: Revision, shown: Shown, told: list[reading.Told]) -> dict[str, Any]:
    """Notes of this and earlier versions at their fields, those being written, and remarks to choose."""
    threads = notes.for_desk(revision.entry_id)
    here = {one.on: one.text for one in threads if one.revision_id == revision.id}
    waits = revision.state is State.SUBMITTED
    labels, remarks = writing.labels(shown), here | remarks_typed(revision)
    return {
        "threads": [one for one in threads if not waits or one.revision_id != revision.id],
        "remarks": remarks,
        "written_at": [name for name, text in remarks.items() if text],
        "written": len(here),
        "labels": labels,
        "empty": [name for name in labels if name not in {one.name for one in told}],
        "offered": _offered(revision) if waits else [],
    }


def _refused(revision: Revision, refusal: BaseException) -> Refused:
    if isinstance(refusal, Incomplete):
        return _incomplete(revision, refusal)
    if isinstance(refusal, NoSuchDuplicate):
        return _no_duplicate(revision)
    return next(
        (refused() for kind, refused in ANSWERS.items() if isinstance(refusal, kind)),
        Refused(
            409, _("It has changed since you opened it, so nothing was done. It stands here as it is now.")
        ),
    )


ANSWERS: Mapping[type[Exception], Callable[[], Refused]] = {
    NoReason: lambda: Refused(
        422,
        problems={
            "note-whole" if request.path.endswith("/return") else "reason": _(
                "Please write the reason, so that the author knows what to do."
            )
        },
    ),
    NotesWritten: lambda: Refused(
        422,
        _(
            "You have written notes, and nobody would read them. "
            "Please return the entry, or empty the notes before you approve it."
        ),
    ),
    Unready: lambda: Refused(
        409, _("It refers to entries that are not approved yet. Please decide on those first.")
    ),
}


def _no_duplicate(revision: Revision) -> Refused:
    """The words that stand in place of a reference may name the other entry."""
    asked = lists.Filters(kind=revision.entry.kind, words=typed("reference"))
    found = lists.listing(asked, MOST_LIKE_IT).rows if asked.words else []
    candidates = [one for one in found if one.entry_id != revision.entry_id]
    text = (
        _("Please choose the other entry from those found, or give its reference.")
        if candidates
        else _("Please give the reference of another approved entry of the same kind, such as LES-2022-0031.")
    )
    return Refused(422, problems={"reference": text}, candidates=candidates)


def _incomplete(revision: Revision, refusal: Incomplete) -> Refused:
    """A text of the reviewer that is too long, or facts that no longer fit what they refer to."""
    path = refusal.problems[0].path
    if path == "reason" or path.startswith("note-"):
        label = _("Reason") if path == "reason" else _("Note")
        return Refused(422, problems={one.path: words_for(one, label) for one in refusal.problems})
    shown = SHOWN[revision.entry.kind]
    form = writing.form_for(shown, by=current_person(), raw=shown.kind.read(revision.raw, revision.schema))
    return Refused(
        422,
        _("It no longer fits what it refers to. Please return it with a reason."),
        unfit=writing.in_words(refusal.problems, form),
    )


def _obstacle(revision: Revision, stake: Stake, person: Person) -> str:
    """Why this person cannot decide on it now; '' if they can."""
    obstacles = {
        "decided": revision.state is not State.SUBMITTED,
        "edited": person.id in stake.editors and person.id != stake.tagged_by,
        "own": bool(person.writes_for & (stake.shared_with | {stake.owner})),
        "scope": not may_decide(person, stake) and person.id != stake.tagged_by,
        "held": is_held(revision) and revision.claimed_by_id != person.id,
    }
    return next((name for name, stands in obstacles.items() if stands), "")


def _is_fresh(revision: Revision) -> bool:
    """Decided so lately that it can be taken back, if nobody has gone on from it."""
    if revision.state not in JUST_DECIDED or revision.decided_at is None:
        return False
    return not clock.has_passed(revision.decided_at + queries.TAKE_BACK_WITHIN)
