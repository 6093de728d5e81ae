"""One process of a crowd of curators, who all work on the same records at random.

`python crowd.py ADDRESS SEED SECONDS USER…` lets each user (a number of an account) work on a
thread of its own, and writes down, as a line of JSON each, what the database has acknowledged.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.accounts.rights import Role
from app.accounts.tables import User
from app.base.db import connect
from app.base.errors import AppError
from app.catalogue.tables import Dataset
from app.curation import changes
from app.curation.actors import Actor
from app.curation.merging import differences
from app.curation.tables import Revision

FACTS = ("title", "publisher", "label_source", "sample_unit", "class_scheme", "cite_as")
"""Facts that everybody changes; few, so that people meet."""


class Curator:
    """One person at work."""

    def __init__(self, sessions: sessionmaker[Session], user_id: int, seed: int, tell: Callable[..., None]):
        self.sessions, self.tell = sessions, tell
        self.chance = random.Random(seed)
        with sessions() as session:
            user = session.get(User, user_id)
            self.actor = Actor(role=Role(user.role), user_id=user.id, name=user.name, email=user.email)

    def work(self, until: float) -> None:
        """Do one thing after another; to be refused is a part of it."""
        doings = [
            self.suggest,
            self.suggest,
            self.edit,
            self.accept,
            self.publish,
            self.publish,
            self.turn_down,
        ]
        while time.monotonic() < until:
            doing = self.chance.choice(doings)
            try:
                doing()
            except AppError as error:
                self.tell("refused", doing=doing.__name__, code=error.code)
            except OperationalError as error:
                self.tell("fault", doing=doing.__name__, what=type(error.orig).__name__)
            except Exception as error:
                self.tell("fault", doing=doing.__name__, what=repr(error)[:300])

    def pick(self, session: Session, *states: str) -> tuple[UUID, int] | None:
        """Any revision in one of these states, with the lock that is seen now."""
        asked = select(Revision.id, Revision.lock).where(Revision.state.in_(states))
        row = session.execute(asked.order_by(func.random()).limit(1)).one_or_none()
        return (row.id, row.lock) if row else None

    def change(self, record: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
        """A record with another value for one fact."""
        path, value = self.chance.choice(FACTS), f"{self.actor.name} {self.chance.random()}"
        return {**record, path: value}, path, value

    def suggest(self) -> None:
        """Propose another value for one fact of a published record."""
        with self.sessions() as session:
            slug = session.scalar(select(Dataset.slug).order_by(func.random()).limit(1))
        with self.sessions.begin() as session:
            begun = changes.begin(session, self.actor, slug=slug)
            record, path, value = self.change(begun.revision.record)
            revision = changes.save(session, begun.revision.id, self.actor, record, lock=begun.revision.lock)
            revision = changes.submit(session, revision.id, self.actor, lock=revision.lock)
        self.tell("saved", revision=str(revision.id), lock=revision.lock, path=path, value=value)

    def edit(self) -> None:
        """Put a submission of somebody right, on the state that was read a moment ago."""
        with self.sessions() as session:
            found = self.pick(session, "submitted", "returned")
            if found is None:
                return
            record, path, value = self.change(session.get(Revision, found[0]).record)
        time.sleep(self.chance.random() / 50)
        with self.sessions.begin() as session:
            revision = changes.save(session, found[0], self.actor, record, lock=found[1])
        self.tell("saved", revision=str(revision.id), lock=revision.lock, path=path, value=value)

    def accept(self) -> None:
        """Accept a submission; conflicts are settled for one side or the other."""
        with self.sessions() as session:
            found = self.pick(session, "submitted")
        if found:
            settle = {path: self.chance.choice(("theirs", "ours")) for path in FACTS}
            with self.sessions.begin() as session:
                changes.accept(session, found[0], self.actor, lock=found[1], settle=settle)
            self.tell("accepted", revision=str(found[0]))

    def publish(self) -> None:
        """Publish what is accepted; often several people try at once."""
        with self.sessions() as session:
            found = self.pick(session, "accepted")
        if found:
            settle = {path: self.chance.choice(("theirs", "ours")) for path in FACTS}
            with self.sessions.begin() as session:
                revision = changes.publish(session, found[0], self.actor, lock=found[1], settle=settle)
            self.tell(
                "published",
                revision=str(revision.id),
                dataset=str(revision.dataset_uuid),
                number=revision.number,
                paths=[one.path for one in differences(revision.base, revision.record)],
            )

    def turn_down(self) -> None:
        """Return or reject something."""
        with self.sessions() as session:
            found = self.pick(session, "submitted")
        if found:
            refuse = self.chance.choice((changes.return_, changes.reject))
            with self.sessions.begin() as session:
                refuse(session, found[0], self.actor, lock=found[1], reason="Not yet.")


def main(address: str, seed: int, seconds: float, users: list[int]) -> None:
    """Let the users of this process work side by side."""
    engine = connect(address, pool_size=len(users) + 1)
    sessions = sessionmaker(engine, expire_on_commit=False)
    lock = threading.Lock()

    def tell(what: str, **more: Any) -> None:
        with lock:
            print(json.dumps({"what": what, **more}), flush=True)

    until = time.monotonic() + seconds
    curators = [Curator(sessions, user, seed * 1000 + user, tell) for user in users]
    threads = [threading.Thread(target=curator.work, args=(until,)) for curator in curators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), [int(number) for number in sys.argv[4:]])
