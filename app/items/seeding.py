"""The items that come with the bundled records."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.catalogue.record import DatasetRecord
from app.items.changes import Loaded, collection_number, load_chunk
from app.items.document import check_item
from app.items.places import place_items


def load_places(session: Session, records: Iterable[DatasetRecord]) -> Loaded:
    """Store the places of records as items of their collections."""
    total = Loaded()
    for record in records:
        items = [check_item(item, record.slug) for item in place_items(record)]
        if items:
            total.add(load_chunk(session, collection_number(session, record.slug), items))
    return total
