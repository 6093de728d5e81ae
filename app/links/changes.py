"""Writing down which addresses there are, what they answered, and when each is looked at next."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.base.errors import NotFound
from app.catalogue.index import CURRENT_VERSION
from app.catalogue.tables import Dataset
from app.links.addresses import Named, addresses, mirrors
from app.links.probe import Outcome
from app.links.states import CHANGES, NO_VERDICT, SUCCESSES, State
from app.links.tables import Link, LinkCheck, LinkCollection, LinkHost, LinkMirror, LinkUse

BATCH = 1000
DAYS_BEFORE_SHOWN = 2
"""Failures on so many different days make a link's badge say so."""
USUAL = timedelta(days=7)
AFTER_FAILURE = timedelta(days=1)
EAGER_DAYS = 10
"""After failures on so many days a link is looked at as seldom as any other."""
SUCCESS_LASTS = timedelta(days=60)
"""For how long a success stands where servers let nobody look any more."""
CHANGE_SETTLES = timedelta(days=90)
"""After so long a changed file is the file."""
FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(days=1)
HISTORY = timedelta(days=90)
LONG_HISTORY = timedelta(days=3 * 365)
JITTER = 0.2

_LINKS_OF = (
    Dataset.id,
    Dataset.record["urls"].label("urls"),
    Dataset.record["files"].label("files"),
    Dataset.record["libraries"].label("libraries"),
    Dataset.record["data_doi"].label("data_doi"),
    Dataset.record["publication"].label("publication"),
)


def collect(session: Session) -> int:
    """Note the addresses of all records that were published since the last time; returns how many records.

    Versions of the catalogue rise in the order of its commits, so nothing published meanwhile is missed.
    """
    known = session.scalar(select(LinkCollection.version)) or 0
    current = session.scalar(select(CURRENT_VERSION)) or 0
    if current == known:
        return 0
    count, last = 0, 0
    is_new = (Dataset.version > known) & (Dataset.version <= current)
    while rows := session.execute(
        select(*_LINKS_OF).where(is_new, Dataset.id > last).order_by(Dataset.id).limit(BATCH)
    ).all():
        stated = {row.id: row._asdict() for row in rows}
        ids = _note({dataset: addresses(record) for dataset, record in stated.items()}, session)
        _note_mirrors([pair for record in stated.values() for pair in mirrors(record)], ids, session)
        count, last = count + len(rows), rows[-1].id
    kept = insert(LinkCollection).values(id=1, version=current)
    session.execute(kept.on_conflict_do_update(index_elements=["id"], set_={"version": current}))
    return count


def _note(named: Mapping[int, Sequence[Named]], session: Session) -> dict[str, int]:
    """Replace the uses of some datasets, and add the links and hosts that are new; returns all by address."""
    once = {one.address: one for listed in named.values() for one in listed}
    ids = _ids(session, once.values())
    session.execute(delete(LinkUse).where(LinkUse.dataset_id.in_(named)))
    uses = [
        {"dataset_id": dataset, "link_id": ids[one.address], "path": one.path}
        for dataset, listed in named.items()
        for one in listed
    ]
    if uses:
        session.execute(insert(LinkUse).on_conflict_do_nothing(), uses)
    return ids


def _note_mirrors(pairs: Iterable[tuple[str, str]], ids: Mapping[str, int], session: Session) -> None:
    """Add the mirrors that records state; what an operator added stays."""
    rows = [
        {"link_id": ids[address], "mirror_id": ids[mirror]}
        for address, mirror in pairs
        if address in ids and mirror in ids
    ]
    if rows:
        session.execute(insert(LinkMirror).on_conflict_do_nothing(), rows)


def _ids(session: Session, named: Iterable[Named]) -> dict[str, int]:
    """The links of addresses by address; new ones are looked at as soon as may be."""
    # In one order for everybody, so that two who write never wait for each other's rows.
    ordered = sorted(named, key=lambda one: one.address)
    if not ordered:
        return {}
    hosts = [{"host": host} for host in sorted({one.host for one in ordered})]
    session.execute(insert(LinkHost).on_conflict_do_nothing(), hosts)
    new = insert(Link)
    # An address that promises a file in one record promises it in all; a stated size is what to hold it to.
    merged = {
        "is_file": Link.is_file | new.excluded.is_file,
        "size": func.coalesce(new.excluded.size, Link.size),
    }
    kept = new.on_conflict_do_update(index_elements=["address"], set_=merged)
    rows = [
        {"address": one.address, "host": one.host, "is_file": one.is_file, "size": one.size}
        for one in ordered
    ]
    found = session.execute(kept.returning(Link.address, Link.id), rows)
    return dict(found.all())


def note(session: Session, link: Link, outcome: Outcome, at: datetime) -> None:
    """Write down what a look found, what visitors are told from now on, and when to look again."""
    session.add(
        LinkCheck(
            link_id=link.id,
            moment=at,
            state=outcome.state,
            status=outcome.status,
            note=outcome.note[:500],
            size=outcome.size,
            seconds=outcome.seconds,
        )
    )
    link.state, link.status, link.note = outcome.state, outcome.status, outcome.note[:500]
    link.target, link.checked = (outcome.target or "")[:2000] or None, at
    link.seen_size, link.seen_checksum = outcome.size, outcome.checksum
    if outcome.state in CHANGES and link.failing_since and at - link.failing_since > CHANGE_SETTLES:
        accept(link)
    elif outcome.state in SUCCESSES:
        _succeed(link, outcome, at)
    elif outcome.state in NO_VERDICT:
        _leave_open(link, outcome.state, at)
    else:
        _fail(link, outcome.state, at)
    link.next_check = at + _pause(link) * _jitter()
    session.flush()


def _succeed(link: Link, outcome: Outcome, at: datetime) -> None:
    link.shown, link.succeeded = outcome.state, at
    link.failed_days, link.failing_since, link.last_failed = 0, None, None
    link.size = link.size if link.size is not None else outcome.size
    link.checksum = link.checksum or outcome.checksum


def _leave_open(link: Link, state: State, at: datetime) -> None:
    """Keep what was known, unless all that is known is an old success."""
    is_old = link.succeeded is None or at - link.succeeded > SUCCESS_LASTS
    if State(link.shown) in NO_VERDICT or (State(link.shown) in SUCCESSES and is_old):
        link.shown = state


def _fail(link: Link, state: State, at: datetime) -> None:
    today = at.astimezone(UTC).date()
    if link.last_failed is None or today > link.last_failed:
        link.failed_days = (link.failed_days or 0) + 1
    link.last_failed = today
    link.failing_since = link.failing_since or at
    if link.failed_days >= DAYS_BEFORE_SHOWN:
        link.shown = state


def accept(link: Link) -> None:
    """Hold later looks against the file as it is now."""
    link.size, link.checksum = link.seen_size, link.seen_checksum
    link.state = link.shown = State.OK
    link.succeeded = link.checked
    link.failed_days, link.failing_since, link.last_failed = 0, None, None


def _pause(link: Link) -> timedelta:
    is_open = link.state == State.UNKNOWN or 0 < link.failed_days <= EAGER_DAYS
    return AFTER_FAILURE if is_open else USUAL


def _jitter() -> float:
    # Looks that were due together shall not stay together.
    return random.uniform(1 - JITTER, 1 + JITTER)


def claim(
    session: Session, now: datetime, *, until: datetime, hosts: int, each: int, only: Collection[int] = ()
) -> dict[str, list[Link]]:
    """Links that are due, by host; nobody else gets these hosts before `until` or their release.

    Args:
        each: links of one host at the most.
        only: look for the work among these links, whether they are due or not.
    """
    wanted = Link.id.in_(only) if only else Link.next_check <= now
    with_work = select(Link.host).where(wanted).distinct()
    is_free = (LinkHost.busy_until <= now) & (LinkHost.not_before <= now)
    chosen = (
        select(LinkHost)
        .where(LinkHost.host.in_(with_work), LinkHost.busy_until <= now if only else is_free)
        .order_by(func.random())
        .limit(hosts)
        .with_for_update(skip_locked=True)
    )
    found: dict[str, list[Link]] = {}
    for host in session.scalars(chosen).all():
        host.busy_until = until
        due = select(Link).where(Link.host == host.host, wanted).order_by(Link.next_check).limit(each)
        found[host.host] = list(session.scalars(due))
    session.flush()
    return found


def release(session: Session, host: str, at: datetime, *, trouble: bool, wait: int | None) -> None:
    """Let others ask a host: after trouble later each time, and never before it says."""
    row = session.get_one(LinkHost, host)
    row.busy_until = at
    row.troubles = min(row.troubles + 1, 12) if trouble else 0
    pause = min(FIRST_PAUSE * 2 ** (row.troubles - 1), LONGEST_PAUSE) if trouble else timedelta()
    row.not_before = at + max(pause * _jitter(), timedelta(seconds=wait or 0))
    session.flush()


def add_mirror(session: Session, address: str, mirror: str) -> None:
    """Say that the same file lies at another address, which is watched as well.

    Raises:
        NotFound: no published record names the address.
    """
    link = session.scalar(select(Link.id).where(Link.address == address))
    if link is None:
        raise NotFound(f"No record that was looked at names {address}. Copy the address from the record.")
    named = addresses({"urls": {"download": [mirror]}})
    if not named or mirror == address:
        raise NotFound("A mirror is another address that begins with https:// or http://.")
    other = _ids(session, named)[mirror]
    session.execute(insert(LinkMirror).values(link_id=link, mirror_id=other).on_conflict_do_nothing())


def thin(session: Session, today: date | None = None) -> int:
    """Forget looks that tell nothing new, and links that no record names; returns how many looks.

    Of the last 90 days every look is kept; before that those that found another state than the look before,
    and after three years none.
    """
    now = datetime.now(UTC) if today is None else datetime.combine(today, datetime.min.time(), UTC)
    before = aliased(LinkCheck)
    previous = (
        select(before.state)
        .where(before.link_id == LinkCheck.link_id, before.moment < LinkCheck.moment)
        .order_by(before.moment.desc())
        .limit(1)
        .correlate(LinkCheck)
        .scalar_subquery()
    )
    is_old = LinkCheck.moment < now - HISTORY
    is_dull = previous.is_not_distinct_from(LinkCheck.state)
    is_ancient = LinkCheck.moment < now - LONG_HISTORY
    forgotten = session.execute(
        delete(LinkCheck).where((is_old & is_dull) | is_ancient).returning(literal(1))
    )
    count = len(forgotten.all())
    used, mirrored = select(LinkUse.link_id), select(LinkMirror.mirror_id)
    session.execute(delete(Link).where(Link.id.not_in(used), Link.id.not_in(mirrored)))
    session.execute(delete(LinkHost).where(LinkHost.host.not_in(select(Link.host))))
    return count


def make_due(session: Session, links: Collection[int]) -> None:
    """Have links looked at as soon as their hosts may be asked."""
    changed: dict[str, Any] = {"next_check": func.now()}
    session.execute(update(Link).where(Link.id.in_(links)).values(**changed))
