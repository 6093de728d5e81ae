"""Reads of tiles. Uploads are found by their id alone; no list ever names them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.base.language import _
from app.tiles.documents import description_of
from app.tiles.layers import TileDescription
from app.tiles.tables import SampleTile

MOST = 1000


def get(session: Session, tile: str) -> TileDescription:
    """One tile or upload.

    Raises:
        NotFound: there is none, or the upload has expired.
    """
    return description_of(document(session, tile))


def document(session: Session, tile: str) -> dict[str, Any]:
    """The stored STAC Item of a tile or upload.

    Raises:
        NotFound: there is none, or the upload has expired.
    """
    lasting = or_(SampleTile.expires.is_(None), SampleTile.expires > func.now())
    question = select(SampleTile.document).where(SampleTile.id == tile, lasting)
    found: dict[str, Any] | None = session.scalar(question)
    if found is None:
        raise NotFound(_("There is no tile of this name; an upload may have expired."))
    return found


def tiles_of(
    session: Session,
    *,
    dataset: str | None = None,
    imitating: str | None = None,
    bands: Sequence[str] = (),
    after: str = "",
    most: int = MOST,
) -> list[TileDescription]:
    """The listed tiles of a dataset, or the simulated ones that imitate it, by id; with neither, all.

    Args:
        bands: those that a tile has all of.
        after: id behind which the page begins.
        most: how many are returned.
    """
    wanted = select(SampleTile.document).where(SampleTile.dataset_slug.is_not(None), SampleTile.id > after)
    if dataset is not None:
        wanted = wanted.where(SampleTile.dataset_slug == dataset)
    if imitating is not None:
        wanted = wanted.where(SampleTile.imitates.contains([imitating]))
    if bands:
        wanted = wanted.where(SampleTile.bands.contains(list(bands)))
    return [description_of(found) for found in session.scalars(wanted.order_by(SampleTile.id).limit(most))]


def all_tiles(session: Session) -> list[TileDescription]:
    """All listed tiles by id; uploads are none."""
    return tiles_of(session)
