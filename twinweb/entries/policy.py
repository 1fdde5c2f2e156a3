"""Who may do what with entries. Pure functions, so that the whole table can be tested."""

from dataclasses import dataclass

from twinweb.accounts.person import Person
from twinweb.entries.states import DECISIONS, Act, State

OFFICE_ACTS = frozenset({Act.EDIT, Act.SUBMIT, Act.DISCARD, Act.WITHDRAW, Act.ANSWER})
DESK_ACTS = DECISIONS | {Act.CLAIM, Act.RELEASE, Act.TAKE_BACK, Act.CORRECT}
TAGGERS_ACTS = frozenset({Act.APPROVE, Act.CLAIM, Act.RELEASE, Act.TAKE_BACK})
NEVER_SUBMITTED = frozenset({State.DRAFT})


@dataclass(frozen=True, slots=True)
class Stake:
    """What decides about a person's rights on a revision."""

    owner: str
    state: State
    shared_with: frozenset[str] = frozenset()
    """Governorates beside the owner that read the drafts: those of a partnership."""
    editors: frozenset[int] = frozenset()
    tagged_by: int = 0
    """The reviewer whose correction this is, if it changed sectors alone."""


def may_read(person: Person, stake: Stake) -> bool:
    """Read a revision that is not (or no longer) the approved one."""
    if person.writes_for & (stake.shared_with | {stake.owner}):
        return True
    return person.reviews(stake.owner) and stake.state not in NEVER_SUBMITTED


def may(person: Person, act: Act, stake: Stake) -> bool:
    """Do this to a revision that they may read."""
    if act in OFFICE_ACTS:
        return stake.owner in person.writes_for
    if act in TAGGERS_ACTS and person.id == stake.tagged_by:
        return _may_review(person, stake)
    return act in DESK_ACTS and may_decide(person, stake)


def may_decide(person: Person, stake: Stake) -> bool:
    """Reviewers in scope; not on what they edited or sent, nor where they contribute for its governorates."""
    return person.id not in stake.editors and _may_review(person, stake)


def _may_review(person: Person, stake: Stake) -> bool:
    return person.reviews(stake.owner) and not person.writes_for & (stake.shared_with | {stake.owner})
