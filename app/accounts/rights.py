"""Who may do what with a revision, as one table that a curator can read.

A cell says whose revisions a role may act on: nobody's, its own, those of others, or anyone's. "Those of
others" is the rule of four eyes: nobody accepts or turns down what they submitted, unless the service is run
by one curator alone.
"""

from collections.abc import Mapping
from enum import StrEnum

from app.base.language import N_, _


class Role(StrEnum):
    """What a person is to the catalogue; each role may do what those before it may."""

    VISITOR = "visitor"
    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def is_at_least(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)

    @property
    def label(self) -> str:
        """The role as people call it."""
        return _(ROLE_NAMES[self])


ROLE_NAMES = {
    Role.VISITOR: N_("visitor"),
    Role.CONTRIBUTOR: N_("contributor"),
    Role.REVIEWER: N_("reviewer"),
    Role.EDITOR: N_("editor"),
    Role.ADMIN: N_("admin"),
}


class State(StrEnum):
    """Where a revision stands on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done with a revision."""

    VIEW = "view"
    EDIT = "edit"
    SUBMIT = "submit"
    COMMENT = "comment"
    ASSIGN = "assign"
    RETURN = "return"
    REJECT = "reject"
    ACCEPT = "accept"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


class Reach(StrEnum):
    """Whose revisions an action extends to."""

    NONE = "nobody's"
    OWN = "own"
    OTHERS = "others'"
    ANY = "anyone's"


N, OWN, OTH, ANY = Reach.NONE, Reach.OWN, Reach.OTHERS, Reach.ANY

# One line a cell of state and action, one column a role: visitor, contributor, reviewer, editor, admin.
# A visitor's own is what was begun with the link that only its author holds. What no line names, nobody may.
TABLE: Mapping[tuple[State, Action], tuple[Reach, Reach, Reach, Reach, Reach]] = {
    (State.DRAFT, Action.VIEW): (OWN, OWN, OWN, ANY, ANY),
    (State.DRAFT, Action.EDIT): (OWN, OWN, OWN, ANY, ANY),
    (State.DRAFT, Action.SUBMIT): (OWN, OWN, OWN, ANY, ANY),
    (State.DRAFT, Action.WITHDRAW): (OWN, OWN, OWN, ANY, ANY),
    (State.SUBMITTED, Action.VIEW): (OWN, OWN, ANY, ANY, ANY),
    (State.SUBMITTED, Action.EDIT): (N, N, OTH, ANY, ANY),
    (State.SUBMITTED, Action.COMMENT): (OWN, OWN, ANY, ANY, ANY),
    (State.SUBMITTED, Action.ASSIGN): (N, N, ANY, ANY, ANY),
    (State.SUBMITTED, Action.RETURN): (N, N, OTH, OTH, OTH),
    (State.SUBMITTED, Action.REJECT): (N, N, OTH, OTH, OTH),
    (State.SUBMITTED, Action.ACCEPT): (N, N, OTH, OTH, OTH),
    (State.SUBMITTED, Action.WITHDRAW): (OWN, OWN, OWN, OWN, ANY),
    (State.RETURNED, Action.VIEW): (OWN, OWN, ANY, ANY, ANY),
    (State.RETURNED, Action.EDIT): (OWN, OWN, OWN, ANY, ANY),
    (State.RETURNED, Action.SUBMIT): (OWN, OWN, OWN, ANY, ANY),
    (State.RETURNED, Action.COMMENT): (OWN, OWN, ANY, ANY, ANY),
    (State.RETURNED, Action.ASSIGN): (N, N, ANY, ANY, ANY),
    (State.RETURNED, Action.REJECT): (N, N, OTH, OTH, OTH),
    (State.RETURNED, Action.WITHDRAW): (OWN, OWN, OWN, ANY, ANY),
    (State.ACCEPTED, Action.VIEW): (OWN, OWN, ANY, ANY, ANY),
    (State.ACCEPTED, Action.COMMENT): (OWN, OWN, ANY, ANY, ANY),
    (State.ACCEPTED, Action.RETURN): (N, N, OTH, OTH, OTH),
    (State.ACCEPTED, Action.PUBLISH): (N, N, ANY, ANY, ANY),
    (State.ACCEPTED, Action.WITHDRAW): (OWN, OWN, OWN, ANY, ANY),
    (State.PUBLISHED, Action.VIEW): (ANY, ANY, ANY, ANY, ANY),
    (State.PUBLISHED, Action.WITHDRAW): (N, N, N, ANY, ANY),
    (State.PUBLISHED, Action.RESTORE): (N, N, ANY, ANY, ANY),
    (State.SUPERSEDED, Action.VIEW): (ANY, ANY, ANY, ANY, ANY),
    (State.SUPERSEDED, Action.RESTORE): (N, N, ANY, ANY, ANY),
    (State.REJECTED, Action.VIEW): (OWN, OWN, ANY, ANY, ANY),
    (State.REJECTED, Action.RESTORE): (N, OWN, ANY, ANY, ANY),
    (State.WITHDRAWN, Action.VIEW): (OWN, OWN, ANY, ANY, ANY),
    (State.WITHDRAWN, Action.RESTORE): (N, OWN, OWN, ANY, ANY),
}


def reach(role: Role, state: State, action: Action) -> Reach:
    """Whose revisions in this state a role may act on in this way."""
    cells = TABLE.get((state, action))
    return cells[list(Role).index(role)] if cells else Reach.NONE


def may(role: Role, state: State, action: Action, *, is_own: bool, is_one_curator: bool = False) -> bool:
    """Whether someone may do this to a revision.

    Args:
        is_own: whether that person submitted it, or wrote it while it is a draft.
        is_one_curator: the service has one curator, who then approves their own work as well.
    """
    extent = reach(role, state, action)
    if extent is Reach.OTHERS:
        return not is_own or is_one_curator
    return extent is Reach.ANY or (extent is Reach.OWN and is_own)


def as_markdown() -> str:
    """The table as the documentation shows it."""
    lines = ["| state | action | " + " | ".join(Role) + " |", "|---|---|" + "---|" * len(Role)]
    lines += [
        f"| {state} | {action} | " + " | ".join("–" if one is Reach.NONE else one for one in cells) + " |"
        for (state, action), cells in TABLE.items()
    ]
    return "\n".join(lines)
