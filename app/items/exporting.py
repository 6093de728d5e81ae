"""Items out: one document a line, in the order they were loaded."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.items.tables import Item, ItemDocument

BATCH = 2_000


def export_lines(session: Session, collection: int) -> Iterator[str]:
    """Every item of a collection as STAC JSON without links, ready for ndjson; in constant memory."""
    statement = (
        select(ItemDocument.document)
        .join(Item, Item.id == ItemDocument.id)
        .where(Item.collection == collection)
        .order_by(Item.id)
    )
    yield from session.scalars(statement.execution_options(yield_per=BATCH))
