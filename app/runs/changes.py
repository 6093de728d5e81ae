"""Writes of runs: request, claim, tell how far it is, end in one of three ways, clean up.

A run is worked on by whoever claimed it last: every later write names the attempt and changes nothing once
the run was cancelled or claimed again, so that a worker that was thought dead can spoil nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Engine, case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, sessionmaker

from app import jobs
from app.base.errors import Conflict, TooMany
from app.base.language import _
from app.runs import queries
from app.runs.tables import Run

KIND, SWEEP, CLEAN = "run_models", "sweep_runs", "clean_runs"
LANE = "runs"
"""The jobs of runs wait in a lane of their own, so that a mail never waits for a network."""
MOST_ATTEMPTS = 2
MOST_OPEN = 8
FORGOTTEN = timedelta(minutes=2)
MOST_AT_ONCE = 500
WAITING, STARTING, LOST = "waiting", "starting", "lost"
"""Codes of `saying`, as all that is noted of a run."""
OPEN = ("queued", "running")
UNAWAITED = func.set_config("synchronous_commit", "off", True)
"""Asked for by a write whose loss with the server does no harm, so that nobody waits for the disk.

What the transaction wrote is on the disk before whatever is committed later.
"""
UNSEEN = {"synchronize_session": False}
"""Rows that a session holds already are not compared: these writes are the last of their transactions."""


@dataclass(frozen=True)
class Wanted:
    """What a run is asked to do, by whom, and until when its results are kept."""

    tile: str
    models: Sequence[str]
    options: Mapping[str, Any]
    asker: str
    is_private: bool
    expires: datetime
    key: str = ""

    @property
    def digest(self) -> bytes:
        """Of all that the outcome depends on."""
        said = json.dumps([self.tile, list(self.models), dict(self.options)], sort_keys=True)
        return hashlib.sha256(said.encode()).digest()


def repeated(session: Session, wanted: Wanted) -> Run | None:
    """The run that the same request with the same key began before.

    Raises:
        Conflict: the key came with another request.
    """
    if not wanted.key:
        return None
    # The second of two that come at once waits for the first to commit.
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{wanted.asker} {wanted.key}", 0)))
    )
    run = queries.find_by_key(session, wanted.asker, wanted.key)
    if run is not None and run.request != wanted.digest:
        raise Conflict(_("This Idempotency-Key was used for another run. Take a new one for each run."))
    return run


def request(session: Session, wanted: Wanted) -> Run:
    """Put a run into the queue.

    Raises:
        TooMany: somebody has as many waiting as anyone may.
    """
    if queries.count_open(session, wanted.asker) >= MOST_OPEN:
        raise TooMany(_("%(n)s of your runs wait already. Let one end first, or cancel it.", n=MOST_OPEN))
    run = Run(
        id=uuid4(),
        tile_id=wanted.tile,
        models=list(wanted.models),
        options=dict(wanted.options),
        asker=wanted.asker,
        is_private=wanted.is_private,
        key=wanted.key or None,
        request=wanted.digest,
        expires=wanted.expires,
        stage=WAITING,
        log=[{"moment": datetime.now(UTC).isoformat(timespec="milliseconds"), "text": "requested"}],
    )
    session.add(run)
    session.flush()
    session.refresh(run)
    send(session, run.id)
    return run


def send(session: Session, number: UUID) -> None:
    """Have a worker take up a run, unless that is arranged already."""
    jobs.enqueue(session, KIND, once=f"run {number}", lane=LANE, run=str(number))


def alone(engine: Engine) -> sessionmaker[Session]:
    """Sessions for one statement, which is a transaction by itself: the server is told no more than that."""
    return sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"))


def claim(session: Session, number: UUID) -> int | None:
    """Begin an attempt and return its number; None where nothing is to be done.

    The caller sees to it that nobody else is at work on this run. One that was begun as often as any may be
    has failed. A claim that the server forgets in its own fall is one attempt more. Each statement here keeps
    what it must by itself, so that this may also be done without a transaction.
    """
    line = case((Run.attempts > 0, _lines("started-again")), else_=_lines("started"))
    begun = update(Run).where(Run.id == number, Run.state.in_(OPEN), Run.attempts < MOST_ATTEMPTS)
    attempt: int | None = session.scalar(
        begun.values(
            attempts=Run.attempts + 1,
            state="running",
            progress=0,
            stage=STARTING,
            started=func.now(),
            log=Run.log.concat(line),
        ).returning(Run.attempts, UNAWAITED),
        execution_options=UNSEEN,
    )
    if attempt is None:
        over = update(Run).where(Run.id == number, Run.state.in_(OPEN))
        session.execute(over.values(**_ended("failed", LOST)), execution_options=UNSEEN)
    return attempt


def give_back(session: Session, number: UUID, attempt: int) -> None:
    """Put a run back into the queue because its worker ends in good order; that attempt does not count."""
    waiting = {
        "state": "queued",
        "stage": WAITING,
        "progress": 0,
        "attempts": attempt - 1,
        "log": Run.log.concat(_lines("given-back")),
    }
    if _changed(session, number, attempt, waiting):
        send(session, number)


def tell(session: Session, number: UUID, attempt: int, progress: int, stage: str) -> bool:
    """Note how far a run is, in percent; False where it is no longer this attempt's to work on."""
    noted = {"progress": progress, "stage": stage, "log": Run.log.concat(_lines(stage))}
    return _changed(session, number, attempt, noted, UNAWAITED)


def is_current(session: Session, number: UUID, attempt: int) -> bool:
    """Whether a run is still this attempt's to work on."""
    asked = select(Run.id).where(Run.id == number, Run.attempts == attempt, Run.state == "running")
    return session.scalar(asked) is not None


def succeed(
    session: Session, number: UUID, attempt: int, outcome: Mapping[str, Any], receipt: Mapping[str, Any]
) -> bool:
    """End a run with its outcome; False where it is no longer this attempt's."""
    came = {"outcome": dict(outcome), "receipt": dict(receipt), "progress": 100}
    return _changed(session, number, attempt, {**_ended("succeeded", ""), **came})


def fail(session: Session, number: UUID, attempt: int, reason: str) -> bool:
    """End a run with the reason why it has no outcome; False where it is no longer this attempt's."""
    return _changed(session, number, attempt, _ended("failed", reason))


def cancel(session: Session, run: Run) -> bool:
    """End a run because its asker wants that; whoever is at work on it notices. False where it has ended."""
    changed = update(Run).where(Run.id == run.id, Run.state.in_(OPEN)).values(**_ended("cancelled", ""))
    was_open = session.scalar(changed.returning(Run.id), execution_options=UNSEEN) is not None
    session.refresh(run)
    return was_open


def _changed(
    session: Session, number: UUID, attempt: int, values: Mapping[str, Any], *asked: ColumnElement[Any]
) -> bool:
    """Write to a run in one statement, if it is still this attempt's to work on."""
    mine = update(Run).where(Run.id == number, Run.attempts == attempt, Run.state == "running")
    found = session.scalar(mine.values(**values).returning(Run.id, *asked), execution_options=UNSEEN)
    return found is not None


def _ended(state: str, reason: str) -> dict[str, Any]:
    line = _lines(reason or state)
    return {"state": state, "error": reason, "ended": func.now(), "stage": "", "log": Run.log.concat(line)}


def _lines(text: str) -> ColumnElement[Any]:
    """A list with one line of the log."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    return literal([{"moment": moment, "text": text}], JSONB)


def lock_number(number: UUID) -> int:
    """The advisory lock held while somebody is at work on a run; the server lets go of it on death."""
    return int.from_bytes(number.bytes[:8], "big", signed=True)


def sweep(session: Session) -> None:
    """Send runs again that nobody is at work on: their worker died, or their job was lost."""
    left = (Run.state == "running") | (Run.created < datetime.now(UTC) - FORGOTTEN)
    asked = select(Run.id).where(Run.state.in_(OPEN), left).limit(MOST_AT_ONCE)
    for number in session.scalars(asked).all():
        if session.scalar(select(func.pg_try_advisory_xact_lock(lock_number(number)))):
            send(session, number)


def remove(session: Session, numbers: Sequence[UUID]) -> None:
    """Remove runs; their files are removed by whoever calls."""
    session.execute(delete(Run).where(Run.id.in_(numbers)))
