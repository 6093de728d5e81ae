"""How often something may be tried, counted in the database, so that all processes share the count.

Who tried is kept as a keyed digest: the rows tell neither addresses nor names of accounts. Attempts that are
refused are not counted, so a window ends in time however much it is tried.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.opaque import keyed
from app.accounts.tables import Attempts
from app.base.errors import TooMany
from app.base.language import ngettext


@dataclass(frozen=True)
class Limit:
    """`most` attempts of a kind within `window`, counted from the first."""

    kind: str
    most: int
    window: timedelta


@dataclass(frozen=True)
class Counter:
    """A limit applied to someone; `key` is the secret of the service."""

    limit: Limit
    key: str
    who: tuple[str, ...]

    @property
    def row(self) -> str:
        """The key of its row."""
        return keyed(self.key, f"attempts {self.limit.kind}", *self.who)


class TooSoon(TooMany):
    """Tried too often; `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, round(retry_after / 60))
        super().__init__(
            ngettext(
                "That was tried too often. Wait a minute, then try again.",
                "That was tried too often. Wait %(num)s minutes, then try again.",
                minutes,
            )
        )
        self.retry_after = retry_after


def count(session: Session, *counters: Counter) -> None:
    """Count one attempt with each counter; whoever guards something expensive commits this first.

    Raises:
        TooSoon: a limit is reached; the transaction should end without a commit.
    """
    # In one order for everybody, so that two requests never wait for each other's rows.
    for counter in sorted(counters, key=lambda one: one.row):
        _count(session, counter)


def _count(session: Session, counter: Counter) -> None:
    ends = datetime.now(UTC) + counter.limit.window
    row = insert(Attempts).values(key=counter.row, count=1, until=ends)
    is_over = Attempts.until < func.now()
    counted = row.on_conflict_do_update(
        index_elements=[Attempts.key],
        set_={
            "count": case((is_over, 1), else_=Attempts.count + 1),
            "until": case((is_over, row.excluded.until), else_=Attempts.until),
        },
    ).returning(Attempts.count, Attempts.until)
    tried, until = session.execute(counted).one()
    if tried > counter.limit.most:
        raise TooSoon(max(1, round((until - datetime.now(UTC)).total_seconds())))


def give_back(session: Session, *counters: Counter) -> None:
    """Take one attempt back, because it turned out to be right."""
    for counter in sorted(counters, key=lambda one: one.row):
        less = update(Attempts).where(Attempts.key == counter.row, Attempts.count > 0)
        session.execute(less.values(count=Attempts.count - 1))


def forget(session: Session, counter: Counter) -> None:
    """Begin to count anew."""
    session.execute(delete(Attempts).where(Attempts.key == counter.row))
