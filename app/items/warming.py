"""Columns read into memory when a process starts, so that no visitor waits for them."""

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.catalogue.index import current_index
from app.items.areas import squares_of
from app.items.indexes import current
from app.items.sifting import prepare
from app.items.spreads import layout_of

log = structlog.get_logger()


def warm(sessions: sessionmaker[Session]) -> None:
    """Read records and items, and work out what most searches and tiles of items need.

    Without the database this gives up: the first search then reads what is missing.
    """
    try:
        with sessions() as session:
            current_index(session)
            items = current(session)
            layout = layout_of(session, items)
    except SQLAlchemyError as error:
        log.warning("warming-failed", error=str(error))
        return
    squares_of(items)
    prepare(items, layout)
    log.info("warmed", items=items.size, newest=len(items.rank))
