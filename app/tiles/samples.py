"""The sample tiles that the page of a dataset shows: its own, and the simulated ones that imitate it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.tiles.documents import description_of
from app.tiles.gallery import Card, card
from app.tiles.tables import SampleTile

MOST = 3


@dataclass(frozen=True)
class Samples:
    """A few tiles of each kind, and how many there are in all."""

    own: tuple[Card, ...]
    own_count: int
    imitating: tuple[Card, ...]
    imitating_count: int


def samples(session: Session, slug: str) -> Samples | None:
    """Tiles for the page of the dataset `slug`; None where there are none, as for most datasets."""
    own = SampleTile.dataset_slug == slug
    imitates = SampleTile.imitates.contains([slug])
    counted = select(func.count().filter(own), func.count().filter(imitates)).where(or_(own, imitates))
    own_count, imitating_count = session.execute(counted).one()
    if not own_count and not imitating_count:
        return None
    return Samples(
        _cards(session, own) if own_count else (),
        own_count,
        _cards(session, imitates) if imitating_count else (),
        imitating_count,
    )


def _cards(session: Session, wanted: ColumnElement[bool]) -> tuple[Card, ...]:
    found = select(SampleTile.document).where(wanted).order_by(SampleTile.id).limit(MOST)
    return tuple(card(description_of(document)) for document in session.scalars(found))
