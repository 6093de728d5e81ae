"""Withdrawing a dataset: it leaves the catalogue, a tombstone and all its states stay."""

from sqlalchemy.orm import Session

from app.accounts.rights import Action, State, may
from app.base.errors import Forbidden, Invalid
from app.base.language import _
from app.catalogue import changes as catalogue
from app.catalogue.quality import bury
from app.curation import drafts, standing
from app.curation.actors import Actor
from app.curation.publishing import end_published, keep_bundled
from app.curation.tables import Revision


def withdraw_dataset(
    session: Session, slug: str, actor: Actor, reason: str, successor: str | None = None
) -> Revision:
    """Take a published dataset back; its page says from now on when, why, and what to use instead.

    Args:
        successor: the slug of a published dataset that takes its place.
    Raises:
        NotFound: there is no such dataset, or no such successor.
        Forbidden: only editors and admins may.
    """
    if not may(actor.role, State.PUBLISHED, Action.WITHDRAW, is_own=False):
        raise Forbidden(_("This needs the role of an editor; yours is %(role)s.", role=actor.role))
    said = drafts.checked_text(reason)
    if not said:
        raise Invalid(_("Say why, so that readers of the page know."))
    uuid = standing.of_slug(session, slug).uuid
    standing.take_turn(session, uuid)
    # Looked up again, because somebody may have renamed it before it was our turn.
    now = standing.of_dataset(session, uuid) or standing.of_slug(session, slug)
    if successor is not None:
        successor = standing.of_slug(session, successor).slug
        if successor == now.slug:
            raise Invalid(_("A dataset cannot take its own place."))
    if now.number == 0:
        keep_bundled(session, now)
    ended = end_published(session, uuid, actor, State.WITHDRAWN, said)
    bury(session, (now.uuid, now.slug, now.name), said, successor)
    catalogue.withdraw(session, [now.slug])
    if ended is None:
        raise Invalid(_("There is no published state of %(slug)s.", slug=now.slug))
    return ended
