"""The way of a revision from draft to published: a table of steps and one function.

Who may take a step is another question, which `app.accounts.rights` answers. What is not in the table leaves
the state as it is (comments, assignment, edits) or cannot be done there at all.
"""

from collections.abc import Mapping

from app.accounts.rights import TABLE, Action, State
from app.base.errors import Conflict
from app.base.language import N_, _

STEPS: Mapping[tuple[Action, State], State] = {
    (Action.SUBMIT, State.DRAFT): State.SUBMITTED,
    (Action.SUBMIT, State.RETURNED): State.SUBMITTED,
    (Action.RETURN, State.SUBMITTED): State.RETURNED,
    (Action.RETURN, State.ACCEPTED): State.RETURNED,
    (Action.REJECT, State.SUBMITTED): State.REJECTED,
    (Action.REJECT, State.RETURNED): State.REJECTED,
    (Action.ACCEPT, State.SUBMITTED): State.ACCEPTED,
    (Action.PUBLISH, State.ACCEPTED): State.PUBLISHED,
    (Action.WITHDRAW, State.DRAFT): State.WITHDRAWN,
    (Action.WITHDRAW, State.SUBMITTED): State.WITHDRAWN,
    (Action.WITHDRAW, State.RETURNED): State.WITHDRAWN,
    (Action.WITHDRAW, State.ACCEPTED): State.WITHDRAWN,
    (Action.WITHDRAW, State.PUBLISHED): State.WITHDRAWN,
}
"""Where an action leads. A published state is superseded by nobody's action, but by the next one."""

OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED)
"""Still under way."""
ONCE_PUBLISHED = (State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN)
"""States of a revision that has, or may have, a number."""
IN_REVIEW = (State.SUBMITTED, State.RETURNED, State.ACCEPTED)
"""What the queue shows unless it is asked for something else."""


NAMES: Mapping[State, str] = {
    State.DRAFT: N_("a draft"),
    State.SUBMITTED: N_("submitted"),
    State.RETURNED: N_("returned"),
    State.ACCEPTED: N_("accepted"),
    State.PUBLISHED: N_("published"),
    State.SUPERSEDED: N_("superseded"),
    State.REJECTED: N_("rejected"),
    State.WITHDRAWN: N_("withdrawn"),
}
"""How each state is called in a sentence."""


class Impossible(Conflict):
    """The revision has come to a state in which this cannot be done, whoever asks."""

    code = "impossible"


def step(state: State, action: Action) -> State:
    """The state that an action leads to.

    Raises:
        Impossible: there is no such step.
    """
    if (action, state) in STEPS:
        return STEPS[(action, state)]
    if (state, action) in TABLE:
        return state
    raise Impossible(
        _("This revision is %(state)s: that is not possible any more, or not yet.", state=_(NAMES[state]))
    )
