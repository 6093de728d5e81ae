"""Reads of runs: one by its number, and the history of a tile or a model."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session, defer

from app.base.errors import NotFound
from app.base.language import _
from app.runs.tables import Run
from app.tiles.documents import description_of
from app.tiles.layers import TileDescription
from app.tiles.tables import SampleTile

PAGE = 50


def get(session: Session, number: UUID) -> Run:
    """The run of this number.

    Raises:
        NotFound: there is none, or it ran out.
    """
    found = session.get(Run, number)
    if found is None:
        raise missing()
    return found


def asked_for(session: Session, number: UUID) -> tuple[TileDescription, list[str], dict[str, Any]]:
    """The tile, models and options of a run, in one question.

    Raises:
        NotFound: there is no such run, or its tile is gone.
    """
    asked = select(SampleTile.document, Run.models, Run.options).join_from(
        Run, SampleTile, SampleTile.id == Run.tile_id
    )
    found = session.execute(asked.where(Run.id == number)).one_or_none()
    if found is None:
        raise NotFound(_("The tile of this run is gone; an upload may have expired."))
    return description_of(found.document), list(found.models), dict(found.options)


def missing() -> NotFound:
    """Said of runs that are gone and of those that are not the asker's to see, so that neither is told."""
    return NotFound(_("There is no such run. The results of runs are removed after a time."))


def history(
    session: Session,
    asker: str,
    *,
    tile: str = "",
    model: str = "",
    mine: bool = False,
    with_private: bool = True,
    before: tuple[datetime, UUID] | None = None,
    since: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> Sequence[Run]:
    """Runs of a tile, of a model, or all of them, newest first; private ones are listed to their asker alone.

    Args:
        with_private: whether those of uploads are listed to their asker.
        before: moment and number of the run that all of them are older than.
        since: of the run that all of them are newer than; those next to it are found.
    """
    asked = select(Run).options(defer(Run.outcome), defer(Run.receipt), defer(Run.log))
    if mine:
        asked = asked.where(Run.asker == asker)
    is_open = Run.is_private.is_(False)
    asked = asked.where(or_(is_open, Run.asker == asker) if with_private else is_open)
    if tile:
        asked = asked.where(Run.tile_id == tile)
    if model:
        asked = asked.where(Run.models.contains([model]))
    place = tuple_(Run.created, Run.id)
    if before is not None:
        asked = asked.where(place < tuple_(*before))
    if since is not None:
        nearest = asked.where(place > tuple_(*since)).order_by(Run.created, Run.id).limit(limit)
        return session.scalars(nearest).all()[::-1]
    return session.scalars(asked.order_by(Run.created.desc(), Run.id.desc()).limit(limit)).all()


def count_open(session: Session, asker: str) -> int:
    """Runs of somebody that wait or are at work."""
    asked = select(func.count()).select_from(Run)
    return session.scalar(asked.where(Run.asker == asker, Run.state.in_(("queued", "running")))) or 0


def find_by_key(session: Session, asker: str, key: str) -> Run | None:
    """The run that an earlier request with this key began."""
    return session.scalar(select(Run).where(Run.asker == asker, Run.key == key))
