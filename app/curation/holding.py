"""Taking hold of a revision: one row lock, one look at rights, one look at whether it is still the same."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rights import Action, Role, State
from app.base.errors import Conflict, Forbidden, NotFound
from app.base.language import N_, _
from app.curation import audit
from app.curation.actors import Actor, can, is_own
from app.curation.merging import Clash
from app.curation.tables import Revision
from app.curation.workflow import step

DECISIONS = frozenset({Action.ACCEPT, Action.RETURN, Action.REJECT})
NOT_THERE = N_("There is no such revision, or it is not open to you.")


class Stale(Conflict):
    """Somebody else changed the revision meanwhile; `current` is how it stands now."""

    status = 412
    code = "stale"

    def __init__(self, current: Revision) -> None:
        super().__init__(
            _("Somebody else changed this meanwhile. Look at the current state, then try again.")
        )
        self.current = current


class Orphaned(Conflict):
    """A change to a dataset that was withdrawn meanwhile."""

    code = "orphaned"

    def __init__(self) -> None:
        super().__init__(_("The dataset was withdrawn meanwhile. Restore it first, or reject this change."))


class Conflicting(Conflict):
    """Facts that somebody else published differently; the reviewer says for each which value holds."""

    code = "conflicting"

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        names = ", ".join(clash.path for clash in clashes)
        super().__init__(
            _(
                "These facts were published differently meanwhile: %(names)s. Settle each of them.",
                names=names,
            )
        )
        self.clashes = clashes


def hold(session: Session, number: UUID, actor: Actor, action: Action, *, lock: int | None) -> Revision:
    """Lock a revision for a change, to the end of the transaction.

    Args:
        lock: of the state that the actor saw; None for what does not depend on it.
    Raises:
        NotFound: there is none, or not for this actor.
        Stale: it was changed since.
        Impossible: it is in a state in which nobody can do this.
        Forbidden: others may do this, but not the actor.
    """
    asked = select(Revision).where(Revision.id == number).with_for_update()
    revision = session.scalar(asked.execution_options(populate_existing=True))
    if revision is None or not can(actor, revision, Action.VIEW):
        raise NotFound(_(NOT_THERE))
    if lock is not None and revision.lock != lock:
        # Cut loose, so that it can still be shown once the transaction has ended.
        session.expunge(revision)
        raise Stale(revision)
    step(State(revision.state), action)
    if not can(actor, revision, action):
        raise Forbidden(_refusal(actor, revision, action))
    return revision


def _refusal(actor: Actor, revision: Revision, action: Action) -> str:
    if is_own(actor, revision) and action is Action.EDIT:
        return _("This is with the reviewers now. Ask them to give it back, or withdraw it.")
    if is_own(actor, revision) and action in DECISIONS and actor.role.is_at_least(Role.REVIEWER):
        return _("Nobody may decide about what they submitted themselves. Ask another reviewer.")
    return _("This needs another role; yours is %(role)s.", role=actor.role)


def take_step(
    session: Session, revision: Revision, actor: Actor, action: Action, *, reason: str = "", said: str = ""
) -> Revision:
    """Move a revision that is held to where an action leads, and write that down.

    Args:
        said: what the audit calls the step, where that is more than the action.
    """
    before = revision.state
    revision.state = str(step(State(before), action))
    touch(revision)
    audit.append(session, revision, actor, said or str(action), before=before, reason=reason)
    return revision


def touch(revision: Revision) -> None:
    """Let everybody who holds the state so far notice that there is another one."""
    revision.lock += 1
    revision.changed = datetime.now(UTC)
