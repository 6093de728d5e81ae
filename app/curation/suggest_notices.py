"""What else is under way for the record of a suggestion: one's own drafts, those of others, and the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rights import State
from app.base.language import _, ngettext
from app.curation import queries
from app.curation.actors import Actor, is_own
from app.curation.suggest_view import Opened
from app.curation.tables import Revision

OPEN_ELSEWHERE = (State.SUBMITTED, State.RETURNED, State.ACCEPTED)
MINE = (State.DRAFT, State.RETURNED)
AT_WORK = timedelta(days=2)
"""For so long after the last change, somebody counts as being at work on a draft."""


@dataclass(frozen=True)
class Notice:
    """Something to know while one writes, with a way to it."""

    text: str
    href: str = ""
    link: str = ""


def notices(session: Session, opened: Opened, actor: Actor, secrets: Mapping[UUID, str]) -> list[Notice]:
    """Open drafts of one's own for the same dataset, and that others are at work on it or were.

    Of others it is said that they are, never who or what: a draft is its author's until it is handed in.

    Args:
        secrets: drafts that were begun in the same browser without an account.
    """
    if not opened.dataset:
        return []
    uuid = opened.revision.dataset_uuid if opened.revision else (opened.base or {}).get("uuid")
    if not uuid:
        return []
    under_way = [one for one in queries.open_for(session, UUID(str(uuid))) if one.id != opened.number]
    own = [one for one in under_way if State(one.state) in MINE and _is_own(one, actor, secrets)]
    rest = [one for one in under_way if one not in own]
    others = [one for one in rest if State(one.state) is State.DRAFT and _is_at_work(one)]
    handed_in = [one for one in rest if State(one.state) in OPEN_ELSEWHERE]
    return [*map(_of_own, own), *_of_others(others), *_of_queue(handed_in)]


def _is_own(revision: Revision, actor: Actor, secrets: Mapping[UUID, str]) -> bool:
    secret = secrets.get(revision.id, "")
    return is_own(actor, revision) or bool(secret and is_own(Actor(secret=secret), revision))


def _is_at_work(revision: Revision) -> bool:
    return revision.kind != "import" and revision.changed > datetime.now(UTC) - AT_WORK


def _of_own(revision: Revision) -> Notice:
    return Notice(
        _(
            "You have begun a correction of this record already, on %(day)s.",
            day=revision.changed.date().isoformat(),
        ),
        f"/suggest/{revision.id}",
        _("Go on with that draft"),
    )


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
