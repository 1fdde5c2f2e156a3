"""One submission at the reviewers' desk: reading it, and deciding on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _

from twinweb import clock
from twinweb.accounts.gate import allow, current_person
from twinweb.accounts.models import Role
from twinweb.accounts.person import Person
from twinweb.entries import commands, queries
from twinweb.entries.commands import Seen
from twinweb.entries.models import Revision
from twinweb.entries.policy import Stake, may_decide, may_read
from twinweb.entries.states import Impossible, State
from twinweb.kinds import KINDS, SHOWN
from twinweb.pages import reading, writing
from twinweb.pages.messages import words_for
from twinweb.review.blueprint import LATE_AFTER, Page, bp
from twinweb.web.addresses import HIGHEST_ID, sent_number
from twinweb.web.htmx import done
from twinweb.web.notices import say


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


MOVED_ON = (commands.Changed, commands.Held, Impossible)
REFUSALS = (*MOVED_ON, commands.NoReason, commands.NoSuchDuplicate, commands.Incomplete, commands.Unready)


@bp.get("/<id:revision_id>")
@allow(Role.REVIEWER)
def show(revision_id: int) -> Page:
    """A submission as its reviewers read it; reading holds nothing."""
    return _page(_readable(revision_id))


@bp.post("/<id:revision_id>/claim")
@allow(Role.REVIEWER)
def claim(revision_id: int) -> Page:
    try:
        commands.claim(_seen(revision_id), KINDS, by=current_person())
    except MOVED_ON as refusal:
        return _again(revision_id, refusal)
    return done(_address(revision_id, then=_then()))


@bp.post("/<id:revision_id>/release")
@allow(Role.REVIEWER)
def release(revision_id: int) -> Page:
    try:
        commands.release(_seen(revision_id), KINDS, by=current_person())
    except MOVED_ON as refusal:
        return _again(revision_id, refusal)
    say(_("You no longer hold it; others can open it."))
    return done(url_for(".queue"))


@bp.post("/<id:revision_id>/approve")
@allow(Role.REVIEWER)
def approve(revision_id: int) -> Page:
    return _decide(
        revision_id,
        lambda seen, by: commands.approve(seen, KINDS, by=by),
        _("Approved. Everybody finds it in the lists from now on."),
    )


@bp.post("/<id:revision_id>/return")
@allow(Role.REVIEWER)
def send_back(revision_id: int) -> Page:
    return _decide(
        revision_id,
        lambda seen, by: commands.send_back(seen, _typed("reason"), KINDS, by=by),
        _("Returned to its office for changes."),
    )


@bp.post("/<id:revision_id>/reject")
@allow(Role.REVIEWER)
def reject(revision_id: int) -> Page:
    return _decide(
        revision_id,
        lambda seen, by: commands.reject(seen, _typed("reason"), KINDS, by=by),
        _("Rejected. Its office sees the reason."),
    )


@bp.post("/<id:revision_id>/duplicate")
@allow(Role.REVIEWER)
def mark_duplicate(revision_id: int) -> Page:
    return _decide(
        revision_id,
        lambda seen, by: commands.mark_duplicate(seen, _typed("reference"), _typed("reason"), KINDS, by=by),
        _("Closed as a duplicate. Its office sees the reason and the other entry."),
    )


@bp.post("/<id:revision_id>/take-back")
@allow(Role.REVIEWER)
def take_back(revision_id: int) -> Page:
    commands.take_back(_seen(revision_id), KINDS, by=current_person())
    say(_("Your decision is taken back. The submission waits again, and you hold it for two hours."))
    return done(url_for(".show", revision_id=revision_id))


def _decide(revision_id: int, command: Callable[[Seen, Person], object], notice: str) -> Page:
    """Decide, and go on: to the queue, or to the submission that waited for this one."""
    try:
        command(_seen(revision_id), current_person())
    except REFUSALS as refusal:
        return _again(revision_id, refusal)
    say(notice)
    then = _then()
    return done(url_for(".show", revision_id=then) if then else url_for(".queue"))


def _again(revision_id: int, refusal: Exception) -> Page:
    """The page as it stands now, with what kept the decision from being made, and all that was typed."""
    revision = _readable(revision_id)
    refused = _refused(revision, refusal)
    return _page(revision, refused), refused.status


def _refused(revision: Revision, refusal: Exception) -> Refused:
    if isinstance(refusal, commands.Incomplete):
        return _incomplete(revision, refusal)
    return next(
        (refused() for kind, refused in ANSWERS.items() if isinstance(refusal, kind)),
        Refused(
            409, _("It has changed since you opened it, so nothing was done. It stands here as it is now.")
        ),
    )


ANSWERS: Mapping[type[Exception], Callable[[], Refused]] = {
    commands.NoReason: lambda: Refused(
        422, problems={"reason": _("Please write the reason, so that the author knows what to do.")}
    ),
    commands.NoSuchDuplicate: lambda: Refused(
        422,
        problems={
            "reference": _(
                "Please give the reference of another approved entry of the same kind, such as LES-2022-0031."
            )
        },
    ),
    commands.Unready: lambda: Refused(
        409, _("It refers to entries that are not approved yet. Please decide on those first.")
    ),
}


def _incomplete(revision: Revision, refusal: commands.Incomplete) -> Refused:
    """A reason that is too long, or facts that no longer fit what they refer to."""
    if refusal.problems[0].path == "reason":
        return Refused(422, problems={"reason": words_for(refusal.problems[0], _("Reason"))})
    shown = SHOWN[revision.entry.kind]
    form = writing.form_for(shown, by=current_person(), raw=shown.kind.read(revision.raw, revision.schema))
    return Refused(
        422,
        _("It no longer fits what it refers to. Please return it with a reason."),
        unfit=writing.in_words(refusal.problems, form),
    )


def _page(revision: Revision, refused: Refused | None = None) -> str:
    person, shown = current_person(), SHOWN[revision.entry.kind]
    stake = queries.stake(revision, shown.kind)
    waits = revision.state is State.SUBMITTED
    return render_template(
        "review/show.html",
        **reading.proposed(shown, revision, by=person),
        writers=queries.writers(revision.id),
        sent_by=reading.name_of(revision.submitted_by_id),
        held=_is_held(revision),
        obstacle=_obstacle(revision, stake, person),
        may_take_back=revision.decided_by_id == person.id and _is_fresh(revision),
        chain=commands.unapproved_references(revision, KINDS, by=person) if waits else [],
        former=queries.revision(revision.continues_id or 0),
        refused=refused or Refused(200),
        changed=queries.last_change(revision) if refused and refused.status == 409 else None,  # noqa: PLR2004  conflict
        typed={name: _typed(name) for name in ("reason", "reference")},
        then=_then(),
        waiting_days=clock.working_days_since(revision.submitted_at or revision.saved_at),
        late_after=LATE_AFTER,
        shown_kinds=SHOWN,
    )


def _readable(revision_id: int) -> Revision:
    """What a reviewer may see of it: a draft is not there yet."""
    revision = queries.revision(revision_id) or abort(404)
    stake = queries.stake(revision, KINDS[revision.entry.kind])
    if revision.state is State.DRAFT or not may_read(current_person(), stake):
        abort(404)
    return revision


def _obstacle(revision: Revision, stake: Stake, person: Person) -> str:
    """Why this person cannot decide on it now; '' if they can."""
    obstacles = {
        "decided": revision.state is not State.SUBMITTED,
        "edited": person.id in stake.editors,
        "own": bool(person.writes_for & (stake.shared_with | {stake.owner})),
        "scope": not may_decide(person, stake),
        "held": _is_held(revision) and revision.claimed_by_id != person.id,
    }
    return next((name for name, stands in obstacles.items() if stands), "")


def _is_held(revision: Revision) -> bool:
    return revision.claimed_until is not None and revision.claimed_until > clock.now()


def _is_fresh(revision: Revision) -> bool:
    """Decided so lately that it can be taken back, if nobody has gone on from it."""
    decidedly = {State.APPROVED, State.RETURNED, State.REJECTED, State.DUPLICATE}
    since = clock.now() - queries.TAKE_BACK_WITHIN
    return revision.state in decidedly and revision.decided_at is not None and revision.decided_at > since


def _seen(revision_id: int) -> Seen:
    return Seen(revision_id, sent_number("seen"))


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _then() -> int | None:
    """The submission that waits for this one to be decided, to go on with."""
    then = request.values.get("then", 0, int)
    return then if 0 < then <= HIGHEST_ID else None


def _address(revision_id: int, then: int | None) -> str:
    return url_for(".show", revision_id=revision_id, then=then)
