"""Whether somebody is at work on a run: the lock that its worker holds is read, and never touched."""

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from app.runs import changes
from app.runs.tables import Run

HALF = 0xFFFFFFFF
LOCKS = table("pg_locks", *map(column, ("locktype", "classid", "objid", "objsubid", "granted")))
"""What the server knows of locks; an advisory one of 64 bits stands there in two halves, of kind 1."""


def is_left(session: Session, run: Run) -> bool:
    """Whether a run is at work and held by nobody: its worker died, and another one takes over soon.

    To take the lock for that would be wrong: a worker that tried at the same moment would pass the run by.
    """
    if run.state != "running":
        return False
    number = changes.lock_number(run.id)
    held = select(LOCKS.c.granted).where(
        LOCKS.c.locktype == "advisory",
        LOCKS.c.classid == number >> 32 & HALF,
        LOCKS.c.objid == number & HALF,
        LOCKS.c.objsubid == 1,
        LOCKS.c.granted,
    )
    return session.scalar(held.limit(1)) is None
