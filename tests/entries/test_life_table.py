"""The table of states, as it stands in words, and that nothing beside it can happen."""

import itertools

import pytest

from twinweb.entries.states import DECIDED, DECISIONS, MOVES, OPEN, Act, Impossible, State, after

TABLE = """
draft      edit           draft
draft      submit         submitted
draft      discard        gone
submitted  withdraw       withdrawn
submitted  claim          submitted
submitted  release        submitted
submitted  return         returned
submitted  approve        approved
submitted  reject         rejected
submitted  mark_duplicate duplicate
returned   answer         answered
approved   supersede      superseded
superseded restore        approved
approved   take_back      submitted
returned   take_back      submitted
rejected   take_back      submitted
duplicate  take_back      submitted
submitted  correct        answered
"""
EXPECTED = {
    (State(state), Act(act)): State(then) for state, act, then in map(str.split, TABLE.strip().splitlines())
}


@pytest.mark.parametrize(("state", "act"), list(itertools.product(State, Act)))
def test_every_state_and_act(state: State, act: Act) -> None:
    if (state, act) in EXPECTED:
        assert after(state, act) is EXPECTED[state, act]
    else:
        with pytest.raises(Impossible):
            after(state, act)


def test_the_table_has_no_other_line() -> None:
    assert EXPECTED == MOVES


def test_a_decision_leads_to_a_decided_state_and_nothing_else_does() -> None:
    decided = {then for (_, act), then in MOVES.items() if act in DECISIONS}

    assert decided == {State.RETURNED, State.APPROVED, State.REJECTED, State.DUPLICATE}
    assert decided | {State.ANSWERED, State.SUPERSEDED} == DECIDED


def test_what_is_closed_moves_only_by_taking_back_or_by_another_decision() -> None:
    closed = {act for (state, act), _ in MOVES.items() if state not in OPEN}

    assert closed == {Act.TAKE_BACK, Act.SUPERSEDE, Act.RESTORE}
