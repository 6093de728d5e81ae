"""What else is under way for the record of a suggestion: one's own drafts, those of others, and the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rights import Action, State
from app.base import html
from app.base.language import _, ngettext
from app.curation import queries
from app.curation.actors import Actor, can, is_own
from app.curation.suggest_view import Opened
from app.curation.tables import Revision

WITH_AUTHOR = (State.DRAFT, State.RETURNED)
MOST_LED_TO = 5
"""So many revisions of one record have a line of their own; the others are counted."""


@dataclass(frozen=True)
class Notice:
    """Something to know while one writes, with a way to it."""

    text: str
    href: str = ""
    link: str = ""


def notices(session: Session, opened: Opened, actor: Actor, secrets: Mapping[UUID, str]) -> list[Notice]:
    """Open drafts of one's own for the same dataset, and that others have some, too.

    Of those that an actor may not see it is said that they are, never who or what: a draft is its author's
    until it is handed in.

    Args:
        secrets: drafts that were begun in the same browser without an account.
    """
    if not opened.dataset:
        return []
    uuid = opened.revision.dataset_uuid if opened.revision else (opened.base or {}).get("uuid")
    if not uuid:
        return []
    under_way = [one for one in queries.open_for(session, UUID(str(uuid))) if one.id != opened.number]
    own = [one for one in under_way if _is_own(one, actor, secrets)]
    rest = [one for one in under_way if one not in own]
    led = [one for one in rest if can(actor, one, Action.VIEW)][:MOST_LED_TO]
    hidden = [one for one in rest if one not in led]
    return [
        *map(_of_own, own),
        *map(_with_a_way, led),
        *_of_others([one for one in hidden if _is_with_its_author(one)]),
        *_of_queue([one for one in hidden if not _is_with_its_author(one)]),
    ]


def _is_own(revision: Revision, actor: Actor, secrets: Mapping[UUID, str]) -> bool:
    secret = secrets.get(revision.id, "")
    return is_own(actor, revision) or bool(secret and is_own(Actor(secret=secret), revision))


def _is_with_its_author(revision: Revision) -> bool:
    """Whether somebody still writes, for the first time or after it was given back."""
    return State(revision.state) in WITH_AUTHOR


def _of_own(revision: Revision) -> Notice:
    day = html.day(revision.changed.date())
    if _is_with_its_author(revision):
        told = _("You have begun a correction of this record already, on %(day)s.", day=day)
        return Notice(told, f"/suggest/{revision.id}", _("Go on with that draft"))
    told = _("A correction of yours for this record is with the reviewers, since %(day)s.", day=day)
    return Notice(told, f"/curation/revisions/{revision.id}", _("See that correction"))


def _with_a_way(revision: Revision) -> Notice:
    """What somebody else has under way, for those who may see it."""
    if State(revision.state) is State.DRAFT:
        return replace(_of_others([revision])[0], href=f"/suggest/{revision.id}", link=_("See that draft"))
    (told,) = _of_others([revision]) if _is_with_its_author(revision) else _of_queue([revision])
    return replace(told, href=f"/curation/revisions/{revision.id}", link=_("See that correction"))


def _of_others(drafts: Sequence[Revision]) -> list[Notice]:
    if not drafts:
        return []
    latest = max(one.changed for one in drafts)
    said = ngettext(
        "Somebody else has a draft for this record open, last changed on %(moment)s UTC. Both can be sent: "
        "what you change is put together with it, and where you differ a reviewer chooses.",
        "%(num)s others have drafts for this record open, last changed on %(moment)s UTC. All can be sent: "
        "what you change is put together with them, and where you differ a reviewer chooses.",
        len(drafts),
        moment=f"{latest.astimezone(UTC):%Y-%m-%d, %H:%M}",
    )
    return [Notice(said)]


def _of_queue(handed_in: Sequence[Revision]) -> list[Notice]:
    if not handed_in:
        return []
    said = ngettext(
        "Another suggestion for this record is with the reviewers. Both can stand: what you change is "
        "put together with it.",
        "%(num)s other suggestions for this record are with the reviewers. All can stand: what you "
        "change is put together with them.",
        len(handed_in),
    )
    return [Notice(said)]
