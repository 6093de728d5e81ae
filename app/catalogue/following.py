"""A process that serves looks every second whether curators changed the vocabularies.

Searches notice a new version by themselves; forms and addresses are read before any search, so they need
this.
"""

import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.catalogue.terms import follow

EVERY_SECONDS = 1.0
LONGEST_END_SECONDS = 5.0

log = structlog.get_logger()


class Follower:
    """One thread of a process, from `start` to `stop`; without the database it tries again."""

    def __init__(self, sessions: sessionmaker[Session], every: float = EVERY_SECONDS) -> None:
        self._sessions = sessions
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="vocabularies")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for a look that is under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(LONGEST_END_SECONDS)

    def _run(self) -> None:
        while True:
            self._look()
            if self._ended.wait(self._every):
                return

    def _look(self) -> None:
        try:
            with self._sessions() as session:
                if follow(session):
                    log.info("vocabularies-followed")
        except SQLAlchemyError as error:
            log.warning("vocabularies-not-followed", error=str(error))
