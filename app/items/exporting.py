"""Items out: every item of a collection, in the order they were loaded, as ndjson or stac-geoparquet."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.items import geoparquet
from app.items.geoparquet import Written
from app.items.tables import ItemDocument

BATCH = 2_000
LINES = (".ndjson", ".jsonl")
TABLES = (".parquet", ".geoparquet")


def export_lines(session: Session, collection: int) -> Iterator[str]:
    """Every item of a collection as STAC JSON without links, ready for ndjson; in constant memory."""
    statement = (
        select(ItemDocument.document).where(ItemDocument.collection == collection).order_by(ItemDocument.id)
    )
    yield from session.scalars(statement.execution_options(yield_per=BATCH))


def export_file(session: Session, collection: int, path: Path, progress: Callable[[int], None]) -> Written:
    """Write every item of a collection into a file; its name says in which form.

    The session should see one state throughout, since a table is written in two readings.

    Args:
        progress: called with the number of items dealt with, now and then.
    Raises:
        Invalid: the name ends in none of .ndjson, .jsonl, .parquet and .geoparquet.
    """
    if path.suffix in TABLES:
        return geoparquet.write(path, lambda: export_lines(session, collection), progress)
    if path.suffix not in LINES:
        raise Invalid(f"{path.name}: items are written as .ndjson or .parquet.")
    written = Written()
    with path.open("w", encoding="utf-8") as file:
        for document in export_lines(session, collection):
            file.write(f"{document}\n")
            written.items += 1
            if written.items % BATCH == 0:
                progress(BATCH)
    progress(written.items % BATCH)
    return written
