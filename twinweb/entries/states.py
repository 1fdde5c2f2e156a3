"""The life of a revision as a table: (state, act) -> next state. What is not listed cannot happen."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    ANSWERED = "answered"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    GONE = "gone"
    """Discarded before anybody else saw it; no row has this state."""


class Act(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    DISCARD = "discard"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    CLAIM = "claim"
    RELEASE = "release"
    RETURN = "return"
    APPROVE = "approve"
    REJECT = "reject"
    MARK_DUPLICATE = "mark_duplicate"
    TAKE_BACK = "take_back"
    CORRECT = "correct"
    """What a reviewer's correction does to the submission that it answers."""
    SUPERSEDE = "supersede"
    """What approving does to the former approved revision."""
    RESTORE = "restore"
    """What taking back an approval does to the former approved revision."""


class Touched(StrEnum):
    """What a reviewer's correction changes."""

    TAGS = "tags"
    """Sectors alone: who corrected those may approve it too."""
    TEXT = "text"


MOVES: dict[tuple[State, Act], State] = {
    (State.DRAFT, Act.EDIT): State.DRAFT,
    (State.DRAFT, Act.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Act.DISCARD): State.GONE,
    (State.SUBMITTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Act.CLAIM): State.SUBMITTED,
    (State.SUBMITTED, Act.RELEASE): State.SUBMITTED,
    (State.SUBMITTED, Act.RETURN): State.RETURNED,
    (State.SUBMITTED, Act.APPROVE): State.APPROVED,
    (State.SUBMITTED, Act.REJECT): State.REJECTED,
    (State.SUBMITTED, Act.MARK_DUPLICATE): State.DUPLICATE,
    (State.SUBMITTED, Act.CORRECT): State.ANSWERED,
    (State.RETURNED, Act.ANSWER): State.ANSWERED,
    (State.APPROVED, Act.SUPERSEDE): State.SUPERSEDED,
    (State.SUPERSEDED, Act.RESTORE): State.APPROVED,
    (State.APPROVED, Act.TAKE_BACK): State.SUBMITTED,
    (State.RETURNED, Act.TAKE_BACK): State.SUBMITTED,
    (State.REJECTED, Act.TAKE_BACK): State.SUBMITTED,
    (State.DUPLICATE, Act.TAKE_BACK): State.SUBMITTED,
}

OPEN = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED})
"""At most one revision of an entry is in one of these."""

DECISIONS = frozenset({Act.RETURN, Act.APPROVE, Act.REJECT, Act.MARK_DUPLICATE})
JUST_DECIDED = frozenset(state for state, act in MOVES if act is Act.TAKE_BACK)
"""With the decision as it was made: only then can it be taken back."""
DECIDED = frozenset(
    {State.RETURNED, State.ANSWERED, State.APPROVED, State.SUPERSEDED, State.REJECTED, State.DUPLICATE}
)
"""A reviewer has spoken: the table says so in `decided_by_id` too."""


class Impossible(Exception):
    """This act cannot be done from this state."""


def after(state: State, act: Act) -> State:
    try:
        return MOVES[state, act]
    except KeyError:
        raise Impossible(f"{act} from {state}") from None
