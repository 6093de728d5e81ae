"""Who acts on a revision: a person with a role, or a visitor who holds the secret of their own suggestion."""

from dataclasses import dataclass, field

from app.accounts.access import Asker
from app.accounts.changes import email_key
from app.accounts.opaque import digest
from app.accounts.rights import Action, Role, State, may
from app.curation.tables import Revision
from app.settings import Settings


@dataclass(frozen=True)
class Actor:
    """Whoever does something; a visitor has no number.

    Args:
        secret: of a visitor's link.
        is_one_curator: the service has one curator, who may approve what they submitted themselves.
        address: of the service, for links in mails.
    """

    role: Role = Role.VISITOR
    user_id: int | None = None
    name: str = ""
    email: str = ""
    secret: str = field(default="", repr=False)
    is_one_curator: bool = False
    address: str = ""


def actor_of(asker: Asker, settings: Settings, secret: str = "") -> Actor:
    """Whoever asks, as curation knows them; a session that lacks its second factor is a visitor's."""
    known = asker if asker.is_known else Asker()
    return Actor(
        role=known.role,
        user_id=known.user_id,
        name=known.name,
        email=known.email,
        secret=secret,
        is_one_curator=settings.one_curator,
        address=settings.address,
    )


def is_own(actor: Actor, revision: Revision) -> bool:
    """Whether an actor submitted a revision, or wrote in it while it was a draft.

    A visitor shows the secret of the link; somebody who signs in later is known by the address that the
    visitor confirmed.
    """
    if actor.user_id is not None and actor.user_id in (revision.submitter_id, *revision.writers):
        return True
    if actor.secret and digest(actor.secret) in (revision.secret_digest, revision.mailed_digest):
        return True
    if revision.submitter_id is not None or revision.confirmed is None or not actor.email:
        return False
    return email_key(actor.email) == email_key(revision.submitter_email)


def can(actor: Actor, revision: Revision, action: Action) -> bool:
    """Whether an actor may do this to a revision in its state."""
    return may(
        actor.role,
        State(revision.state),
        action,
        is_own=is_own(actor, revision),
        is_one_curator=actor.is_one_curator,
    )
