"""The table of steps: what leads where, and that it agrees with the table of rights."""

import pytest

from app.accounts.rights import TABLE, Action, State
from app.curation.workflow import IN_REVIEW, ONCE_PUBLISHED, OPEN, STEPS, Impossible, step

MOVES = {Action.SUBMIT, Action.RETURN, Action.REJECT, Action.ACCEPT, Action.PUBLISH, Action.WITHDRAW}


def test_a_record_goes_from_draft_to_published_in_three_steps():
    state = State.DRAFT
    for action in (Action.SUBMIT, Action.ACCEPT, Action.PUBLISH):
        state = step(state, action)

    assert state == State.PUBLISHED


def test_every_step_is_one_that_somebody_may_take_and_the_reverse():
    steps = {(state, action) for action, state in STEPS}
    rights = {(state, action) for state, action in TABLE if action in MOVES}

    assert steps == rights


def test_what_moves_nothing_leaves_the_state_as_it_is():
    for state, action in TABLE:
        if action not in MOVES:
            assert step(state, action) == state


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_what_no_table_names_cannot_be_done(state, action):
    if (state, action) not in TABLE:
        with pytest.raises(Impossible, match=str(state)):
            step(state, action)


def test_no_step_leads_out_of_an_end_but_restoring_which_begins_anew():
    for state in (State.SUPERSEDED, State.REJECTED, State.WITHDRAWN):
        assert {action for named, action in TABLE if named == state} <= {Action.VIEW, Action.RESTORE}


def test_the_groups_of_states_cover_all_of_them():
    assert set(OPEN) | set(ONCE_PUBLISHED) | {State.REJECTED} == set(State)
    assert set(IN_REVIEW) < set(OPEN)
