"""The worker process: maps a kind of job to the function that does it."""

from collections.abc import Mapping
from functools import partial

from app import jobs
from app.accounts import cleaning, mails
from app.base.db import connect, open_sessions
from app.portal.dumps import write_dumps
from app.settings import Settings

NIGHTLY = {"write_dumps": "17 3 * * *", "clean_accounts": "47 3 * * *"}
"""Kinds that start by themselves, in cron's notation (UTC)."""


def kinds(settings: Settings) -> Mapping[str, jobs.Work]:
    """What to do for each kind of job."""
    smtp_url = settings.smtp_url.get_secret_value() if settings.smtp_url else None
    return {
        "write_dumps": partial(write_dumps, folder=settings.state / "dumps"),
        "clean_accounts": cleaning.clean,
        mails.KIND: partial(
            mails.send, smtp_url=smtp_url, sender=settings.mail_from, outbox=settings.state / "outbox"
        ),
    }


def run(settings: Settings, address: str, *, once: bool = False) -> None:
    """Work until a signal comes; with `once`, until nothing is left to do."""
    engine = connect(address)
    sessions = open_sessions(engine, isolation_level="REPEATABLE READ")
    queue = jobs.build(address, sessions.write, kinds(settings), NIGHTLY)
    try:
        queue.run_worker(wait=not once, listen_notify=not once, delete_jobs="successful")
    finally:
        engine.dispose()
