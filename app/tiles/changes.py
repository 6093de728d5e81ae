"""Writes of tiles: their rows and files together, and what the catalogue shows of simulated ones.

The record of the simulated scenes does not lie among the bundled ones, which are those of others: it is
published together with its tiles, and counted in no survey.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import jobs
from app.base.storage import Storage
from app.catalogue.changes import publish
from app.catalogue.content import read_file
from app.catalogue.quality import left_alone
from app.items import changes as items
from app.items.document import check_item
from app.tiles import making
from app.tiles.documents import item_of, with_links
from app.tiles.layers import TileDescription
from app.tiles.tables import SampleTile
from app.tiles.writing import FOLDER

KIND = "simulate_tiles"
ROOT = "../../../.."
"""The way from an item of a collection to the root of the service; its own address is not known here."""


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


def simulate(session: Session, storage: Storage, *, plan: making.Plan = making.ALL) -> int:
    """Make the simulated tiles anew, remove those that are no longer made, and return how many there are."""
    for tile in plan.identifiers:
        put(session, making.make(storage, tile, plan), recipe=making.recipe())
    _finish(session, storage, plan)
    return len(plan.identifiers)


def simulate_next(session: Session, storage: Storage, *, plan: making.Plan = making.ALL) -> str | None:
    """Make one simulated tile that is missing or out of date, and ask for the next; its id, None without any.

    One at a time, so that tiles appear as they are made and a worker that is told to stop need not wait.
    """
    missing = _missing(session, plan)
    if not missing:
        return None
    put(session, making.make(storage, missing[0], plan), recipe=making.recipe())
    if missing[1:]:
        jobs.enqueue(session, KIND, once=KIND)
    else:
        _finish(session, storage, plan)
    return missing[0]


def _missing(session: Session, plan: making.Plan) -> list[str]:
    question = select(SampleTile.id).where(
        SampleTile.recipe == making.recipe(), SampleTile.id.in_(plan.identifiers)
    )
    made = set(session.scalars(question))
    return [tile for tile in plan.identifiers if tile not in made]


def _finish(session: Session, storage: Storage, plan: making.Plan) -> None:
    """Remove the tiles that are no longer made, and show the others in the catalogue."""
    stale = select(SampleTile.id).where(
        SampleTile.dataset_slug == making.DATASET, SampleTile.id.not_in(plan.identifiers)
    )
    for name in session.scalars(stale).all():
        remove(session, storage, name)
    _show(session, plan)


def _show(session: Session, plan: making.Plan) -> None:
    """Publish the record, and the tiles as items of its collection, unless curators decided otherwise."""
    slugs, _identifiers = left_alone(session)
    if making.DATASET in slugs:
        return
    publish(session, read_file(making.RECORD))
    collection = items.collection_number(session, making.DATASET)
    items.remove_items(session, collection)
    stored = select(SampleTile.document).where(SampleTile.id.in_(plan.identifiers)).order_by(SampleTile.id)
    documents = [with_links(document, ROOT) for document in session.scalars(stored)]
    items.load_chunk(session, collection, [check_item(one, making.DATASET) for one in documents])


def ask_for_simulated(session: Session, *, plan: making.Plan = making.ALL) -> bool:
    """Enqueue the making of the simulated tiles where they are missing or out of date; whether it was."""
    if are_simulated(session, plan=plan):
        return False
    return jobs.enqueue(session, KIND, once=KIND) is not None


def are_simulated(session: Session, *, plan: making.Plan = making.ALL) -> bool:
    """Whether all simulated tiles are there, made as this version makes them."""
    return not _missing(session, plan)
