"""The queue: a thin face over procrastinate, in the same database as everything else.

A job is enqueued in the caller's transaction: it runs if that commits, and never existed if it rolls back.
A job whose worker died is found by its missing heartbeat and runs again, so every job must bear repetition.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import column, func, make_url, select, table
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.base.db import SessionFactory

Work = Callable[..., object]
"""A job: takes a session and the arguments it was enqueued with; its worker commits."""

RETRY = RetryStrategy(max_attempts=5, exponential_wait=4)
DEAD_AFTER_SECONDS = 60
EVERY_MINUTE = "* * * * *"
LANE = "default"
"""The lane of jobs that name no other; the jobs of one lane never wait for those of another."""

_WORKERS = table("procrastinate_workers", column("last_heartbeat"))


def enqueue(
    session: Session, kind: str, *, once: str | None = None, lane: str = LANE, **arguments: Any
) -> int | None:
    """Add a job to the caller's transaction and return its number.

    Args:
        once: while a job with this mark waits, no second one is added and None is returned.
        lane: where it waits.
        arguments: anything that JSON can hold.
    """
    sender = App(connector=SyncPsycopgConnector())
    try:
        # A refused duplicate would break the transaction, so a savepoint contains it; that begins where the
        # connection is asked for, hence inside.
        with session.begin_nested():
            connection = session.connection().connection.driver_connection
            job = sender.configure_task(kind, queue=lane, queueing_lock=once, connection=connection)
            return job.defer(**arguments)
    except AlreadyEnqueued:
        return None


def build(
    address: str, sessions: SessionFactory, kinds: Mapping[str, Work], nightly: Mapping[str, str]
) -> App:
    """The worker's side of the queue.

    Args:
        address: of the database.
        kinds: what to do for each kind of job.
        nightly: kinds that start by themselves, with their time in cron's notation (UTC).
    """
    url = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    queue = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=6))
    for kind, work in kinds.items():
        task = queue.task(name=kind, retry=RETRY)(_committed(sessions, work))
        if kind in nightly:
            queue.periodic(cron=nightly[kind])(task)
    recovery = queue.task(name="recover", queueing_lock="recover")(_recovery(queue))
    queue.periodic(cron=EVERY_MINUTE)(recovery)
    return queue


def _committed(sessions: SessionFactory, work: Work) -> Callable[..., None]:
    """The work inside one transaction; the clock's time stamp, which no job needs, is dropped."""

    def run(timestamp: int | None = None, **arguments: Any) -> None:
        with sessions.begin() as session:
            work(session, **arguments)

    return run


def _recovery(queue: App) -> Callable[[int], Awaitable[None]]:
    """Puts the jobs of dead workers back; procrastinate finds them, but leaves the decision to us."""

    # The library offers these two calls only in this colour.
    async def recover(timestamp: int) -> None:
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
            await queue.job_manager.retry_job(job)

    return recover


def work(queue: App, lanes: Mapping[str, int], *, once: bool = False, ending: Callable[[], None]) -> None:
    """Work until a signal comes; with `once`, until nothing is left to do.

    Args:
        lanes: how many jobs of each are worked on together; a signal ends the first one.
        ending: called then, so that long jobs of the other lanes can end early.
    """
    asyncio.run(_in_lanes(queue, lanes, once, ending))


async def _in_lanes(queue: App, lanes: Mapping[str, int], once: bool, ending: Callable[[], None]) -> None:
    """One of the library's workers a lane; it offers this only in this colour."""
    async with queue.open_async():
        workers = [
            asyncio.create_task(
                queue.run_worker_async(
                    queues=[lane],
                    concurrency=together,
                    wait=not once,
                    listen_notify=not once,
                    delete_jobs="successful",
                    install_signal_handlers=number == 0,
                )
            )
            for number, (lane, together) in enumerate(lanes.items())
        ]
        # Without the others one would go on alone, and nobody would notice.
        first = asyncio.ALL_COMPLETED if once else asyncio.FIRST_COMPLETED
        await asyncio.wait(workers, return_when=first)
        ending()
        for worker in workers:
            worker.cancel()
        ends = await asyncio.gather(*workers, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


def worker_age(session: Session) -> float | None:
    """Seconds since any worker was last heard of; None when there is none."""
    try:
        latest = session.scalar(select(func.max(_WORKERS.c.last_heartbeat)))
    except ProgrammingError:
        return None
    return None if latest is None else (datetime.now(UTC) - latest).total_seconds()
