"""The worker process: maps a kind of job to the function that does it."""

import sys
from collections.abc import Mapping
from functools import partial

from app import jobs
from app.accounts import cleaning, mails
from app.base.db import connect, open_sessions
from app.base.outside import Outside
from app.base.storage import open_storage
from app.curation import changes_vocabularies, rating, timed
from app.curation import cleaning as curation_cleaning
from app.curation.imports import changes as imports
from app.links import changes, monitor
from app.portal.dumps import write_dumps
from app.runs import changes as runs
from app.runs.cleaning import clean as clean_runs
from app.runs.supervising import Supervisor
from app.settings import Settings
from app.tiles import changes as tiles
from app.tiles import uploading

NIGHTLY = {
    "write_dumps": "17 3 * * *",
    "clean_accounts": "47 3 * * *",
    rating.KIND: "7 2 * * *",
    curation_cleaning.KIND: "57 3 * * *",
    uploading.KIND: "7 * * * *",
    timed.DUE: jobs.EVERY_MINUTE,
    runs.SWEEP: jobs.EVERY_MINUTE,
    runs.CLEAN: "7 4 * * *",
}
"""Kinds that start by themselves, in cron's notation (UTC)."""
LINKS = {"check_links": "*/5 * * * *", "clean_links": "27 4 * * *"}
"""Those that start by themselves where the link monitor is switched on."""
LANES = {jobs.LANE: 3, runs.LANE: 1}
"""Jobs that are worked on together, so that a mail does not wait for a round of the link monitor; and runs,
of which one at a time uses the threads it is given."""
RUNNER = (sys.executable, "-m", "app", "runs", "execute")
"""Starts the process that does runs for a worker."""


def kinds(settings: Settings) -> Mapping[str, jobs.Work]:
    """What to do for each kind of job."""
    smtp_url = settings.smtp_url.get_secret_value() if settings.smtp_url else None
    storage = open_storage(settings.state / "files", settings.storage_url, settings.storage_endpoint)
    return {
        "write_dumps": partial(write_dumps, folder=settings.state / "dumps"),
        "clean_accounts": cleaning.clean,
        "check_links": partial(
            monitor.run, outside=Outside(settings.public_url or "", is_on=settings.outside)
        ),
        "clean_links": changes.thin,
        rating.KIND: rating.rate_all,
        curation_cleaning.KIND: curation_cleaning.clean,
        imports.CUT: imports.spoken(imports.cut),
        imports.DRAFT: imports.spoken(imports.draft),
        imports.HAND_IN: imports.spoken(imports.hand_in),
        changes_vocabularies.RENEW: changes_vocabularies.renew,
        timed.DUE: timed.publish_due,
        timed.ONE: partial(timed.publish_one, address=settings.address),
        runs.SWEEP: runs.sweep,
        runs.CLEAN: partial(clean_runs, storage=storage),
        tiles.KIND: partial(tiles.simulate_next, storage=storage),
        uploading.KIND: partial(uploading.clean, storage=storage),
        mails.KIND: partial(
            mails.send, smtp_url=smtp_url, sender=settings.mail_from, outbox=settings.state / "outbox"
        ),
    }


def times(settings: Settings) -> Mapping[str, str]:
    """The kinds that start by themselves under these settings, with their times."""
    return {**NIGHTLY, **LINKS} if settings.link_monitor else NIGHTLY


def run(settings: Settings, address: str, *, once: bool = False) -> None:
    """Work until a signal comes; with `once`, until nothing is left to do."""
    engine = connect(address)
    sessions = open_sessions(engine, isolation_level="REPEATABLE READ")
    supervisor = Supervisor(RUNNER, {"EO_DATABASE_URL": address}, settings.run_seconds)
    work = {**kinds(settings), runs.KIND: supervisor.work}
    queue = jobs.build(address, sessions.write, work, times(settings))
    try:
        jobs.work(queue, LANES, once=once, ending=supervisor.end)
    finally:
        supervisor.end()
        engine.dispose()
