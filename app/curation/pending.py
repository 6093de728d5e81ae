"""Which records of a work list wait for a review already, so that nobody mends them twice."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curation.lists import Waiting, WorkList
from app.curation.lists_view import mended
from app.curation.merging import SOURCE, differences
from app.curation.tables import Revision
from app.curation.workflow import IN_REVIEW


def slugs(session: Session, list_: WorkList, found: Iterable[Waiting]) -> frozenset[str]:
    """The records among these with a change under way to what the list is about, or to anything."""
    by_uuid: Mapping[UUID, Waiting] = {one.record.uuid: one for one in found}
    asked = select(Revision.dataset_uuid, Revision.base, Revision.record).where(
        Revision.dataset_uuid.in_(by_uuid), Revision.state.in_([str(state) for state in IN_REVIEW])
    )
    return frozenset(
        by_uuid[uuid].slug
        for uuid, base, record in session.execute(asked)
        if list_.is_of_wholes or _touched(base, record) & set(mended(list_, by_uuid[uuid].record))
    )


def _touched(base: dict[str, object] | None, record: dict[str, object]) -> set[str]:
    """The facts that a revision changes, or whose source it changes."""
    return {one.path.removeprefix(SOURCE) for one in differences(base, record)}
