"""Writes of tiles: their rows and files together."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import jobs
from app.base.storage import Storage
from app.tiles import making
from app.tiles.documents import item_of
from app.tiles.layers import TileDescription
from app.tiles.tables import SampleTile
from app.tiles.writing import FOLDER

KIND = "simulate_tiles"


def put(
    session: Session,
    tile: TileDescription,
    *,
    owner: int | None = None,
    secret_digest: bytes | None = None,
    expires: datetime | None = None,
    recipe: str | None = None,
) -> None:
    """Write the row of a tile whose files are in the storage; one of the same id is replaced.

    Args:
        owner, secret_digest, expires: of an upload.
        recipe: by which version of the simulation it was made.
    """
    row = {
        "id": tile.id,
        "dataset_slug": tile.dataset,
        "simulated": tile.simulated,
        "split": tile.split,
        "imitates": list(tile.imitates),
        "bands": list(dict.fromkeys(band.name for layer in tile.seen for band in layer.bands)),
        "answers": list(dict.fromkeys(layer.answers for layer in tile.truth)),
        "document": item_of(tile),
        "owner_id": owner,
        "secret_digest": secret_digest,
        "bytes": sum(layer.size for layer in tile.layers),
        "recipe": recipe,
        "expires": expires,
    }
    session.execute(insert(SampleTile).values(row).on_conflict_do_update(index_elements=["id"], set_=row))


def remove(session: Session, storage: Storage, tile: str) -> None:
    """Remove a tile with its files; nothing happens where there is none."""
    session.execute(delete(SampleTile).where(SampleTile.id == tile))
    storage.delete(f"{FOLDER}/{tile}")


def simulate(session: Session, storage: Storage) -> int:
    """Make the simulated tiles anew, remove those that are no longer made, and return how many there are."""
    for tile in making.make_all(storage):
        put(session, tile, recipe=making.recipe())
    made = making.identifiers()
    stale = select(SampleTile.id).where(SampleTile.dataset_slug == making.DATASET, SampleTile.id.not_in(made))
    for name in session.scalars(stale).all():
        remove(session, storage, name)
    return len(made)


def ask_for_simulated(session: Session) -> bool:
    """Enqueue the making of the simulated tiles where they are missing or out of date; whether it was."""
    if are_simulated(session):
        return False
    return jobs.enqueue(session, KIND, once=KIND) is not None


def are_simulated(session: Session) -> bool:
    """Whether all simulated tiles are there."""
    question = select(func.count()).where(
        SampleTile.dataset_slug == making.DATASET,
        SampleTile.recipe == making.recipe(),
        SampleTile.id.in_(making.identifiers()),
    )
    return session.scalar(question) == len(making.identifiers())
