"""What is removed every night: runs that ran out, and those of uploads that are gone, with their files."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.storage import Storage
from app.runs import changes, files
from app.runs.tables import Run
from app.tiles.tables import SampleTile

MOST = 1000
"""Runs removed in one night; more wait for the next."""


def clean(session: Session, *, storage: Storage) -> int:
    """Remove what is over, and return how many runs that were.

    Files go first: a run without its files is removed the next night, files without a run never would be.
    """
    gone = Run.is_private & ~select(SampleTile.id).where(SampleTile.id == Run.tile_id).exists()
    asked = select(Run.id).where((Run.expires < datetime.now(UTC)) | gone).limit(MOST)
    numbers = session.scalars(asked.with_for_update(skip_locked=True)).all()
    for number in numbers:
        storage.delete(files.place(str(number)))
    changes.remove(session, numbers)
    return len(numbers)
