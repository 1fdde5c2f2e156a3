"""Who may do what with entries. Pure functions, so that the whole table can be tested."""

from dataclasses import dataclass

from twinweb.accounts.person import Person
from twinweb.entries.states import DECISIONS, Act, State

OFFICE_ACTS = frozenset({Act.EDIT, Act.SUBMIT, Act.DISCARD, Act.WITHDRAW, Act.ANSWER})
DESK_ACTS = DECISIONS | {Act.CLAIM, Act.RELEASE, Act.TAKE_BACK}
NEVER_SUBMITTED = frozenset({State.DRAFT})


@dataclass(frozen=True, slots=True)
class Stake:
    """What decides about a person's rights on a revision."""

    owner: str
    state: State
    shared_with: frozenset[str] = frozenset()
    """Governorates beside the owner that read the drafts: those of a partnership."""
    editors: frozenset[int] = frozenset()


def may_read(person: Person, stake: Stake) -> bool:
    """Read a revision that is not (or no longer) the approved one."""
    if person.writes_for & (stake.shared_with | {stake.owner}):
        return True
    return person.reviews(stake.owner) and stake.state not in NEVER_SUBMITTED


def may(person: Person, act: Act, stake: Stake) -> bool:
    """Do this to a revision that they may read."""
    if act in OFFICE_ACTS:
        return stake.owner in person.writes_for
    return act in DESK_ACTS and may_decide(person, stake)


def may_decide(person: Person, stake: Stake) -> bool:
    """Reviewers in scope; not on what they edited or sent, nor where they contribute for its governorates."""
    own = person.id in stake.editors or bool(person.writes_for & (stake.shared_with | {stake.owner}))
    return person.reviews(stake.owner) and not own


def may_retire(person: Person, owner: str) -> bool:
    return person.reviews(owner) and owner not in person.writes_for
