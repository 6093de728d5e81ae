"""One record of a work list mended: the changed facts become a revision that waits for review.

What one person mends on one list in a day belongs to one change set, so that it can be reviewed together.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.base.errors import Conflict
from app.base.language import _
from app.curation import changes, standing
from app.curation.actors import Actor
from app.curation.lists import WorkList
from app.curation.merging import differences
from app.curation.tables import Revision

SETS = UUID("5a4c6d0e-0df6-5c7b-8d9c-3b1f2f5ef0aa")
"""Names of change sets are made of this, a person, a list and a day."""


def mend(
    session: Session,
    actor: Actor,
    list_: WorkList,
    slug: str,
    draft: Mapping[str, Any],
    *,
    base: Mapping[str, Any],
    day: date,
    holds: bool = False,
) -> Revision | None:
    """Submit what somebody mended in a record; None where nothing differs.

    Args:
        base: the published record as the page showed it.
        holds: they looked through all of it and stand for it, so that a reviewer can renew its mark even
            where nothing differs.
    Raises:
        Conflict: the record was published anew since the page was shown.
        Unready: the checks found an error.
    """
    now = standing.of_slug(session, slug)
    if differences(now.record, base):
        raise Conflict(_("This record was published anew meanwhile. Look at it again."))
    if not differences(base, draft) and not holds:
        return None
    set_ = change_set(actor, list_, day)
    begun = changes.begin(session, actor, draft=draft, slug=slug, kind="bulk", change_set=set_)
    revision = changes.submit(session, begun.revision.id, actor, lock=begun.revision.lock)
    if holds:
        told = _("I looked through the whole record, and all of it still holds.")
        changes.remark(session, revision, actor, told)
    return revision


def change_set(actor: Actor, list_: WorkList, day: date) -> UUID:
    """The change set to which this belongs."""
    return uuid5(SETS, f"{actor.user_id} {list_.code} {day.isoformat()}")
