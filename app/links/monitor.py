"""One round of the link monitor: due links, host by host, one connection a host, within a time.

Asking takes long, so no transaction is open meanwhile. What a look finds is written in a transaction of its
own as soon as it is known: a round that is killed loses the looks under way and nothing else, and its hosts
are free again when the claim on them runs out.
"""

import random
import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from queue import Queue

import structlog
from sqlalchemy.orm import Session, sessionmaker

from app.base.outside import NoAnswer, Outside
from app.links import changes, queries
from app.links.probe import Known, Outcome, probe
from app.links.robots import Robots
from app.links.states import State
from app.links.tables import Link

log = structlog.get_logger()

ROUND_SECONDS = 120.0
LONGEST_LOOK_SECONDS = 45.0
"""A head and the first bytes, each within the limit of a question, with some room."""
HOSTS_AT_ONCE = 8
HOSTS_A_ROUND = 200
LINKS_A_HOST = 30
PAUSE_SECONDS = 2.0
MOST_IN_A_ROW = 3
"""Looks at one host in a row without an answer, after which it is left alone."""
SILENCE = frozenset({State.TIMEOUT, State.DNS})


@dataclass(frozen=True)
class Pace:
    """How fast to go: seconds of a round, seconds between two looks at one host, hosts at once."""

    seconds: float = ROUND_SECONDS
    pause: float = PAUSE_SECONDS
    hosts_at_once: int = HOSTS_AT_ONCE


@dataclass(frozen=True)
class Seen:
    """What was found at one link."""

    address: str
    outcome: Outcome


@dataclass(frozen=True)
class _Left:
    """A host is done with: whether it gave trouble, and how long it wants to be left alone."""

    host: str
    trouble: bool
    wait: int | None


def run(session: Session, *, outside: Outside, pace: Pace = Pace()) -> int:
    """The job: note new addresses, look at what is due, and return how many were looked at."""
    if not outside.is_on:
        return 0
    sessions = sessionmaker(session.get_bind(), expire_on_commit=False)
    with sessions.begin() as collecting:
        changes.collect(collecting)
    return sum(1 for _ in look(sessions, outside, pace))


def look(
    sessions: sessionmaker[Session], outside: Outside, pace: Pace, only: Collection[int] = ()
) -> Iterator[Seen]:
    """Look at due links, or at those named; what each shows is yielded once it is written down."""
    now = datetime.now(UTC)
    until = now + timedelta(seconds=pace.seconds + LONGEST_LOOK_SECONDS)
    with sessions.begin() as claiming:
        work = changes.claim(claiming, now, until=until, hosts=HOSTS_A_ROUND, each=LINKS_A_HOST, only=only)
    found: Queue[tuple[Link, Outcome] | _Left] = Queue()
    over = _Clock(time.monotonic() + pace.seconds)
    with ThreadPoolExecutor(pace.hosts_at_once, thread_name_prefix="links") as pool:
        for host, links in work.items():
            pool.submit(_ask_host, host, links, outside, pace, over, found)
        try:
            yield from _written(sessions, outside, found, len(work))
        finally:
            over.stop()


class _Clock:
    """Whether to begin another look; waiting ends when the round does."""

    def __init__(self, ends: float) -> None:
        self._ends = ends
        self._stopped = threading.Event()

    def is_over(self) -> bool:
        return self._stopped.is_set() or time.monotonic() >= self._ends

    def stop(self) -> None:
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        self._stopped.wait(max(0.0, min(seconds, self._ends - time.monotonic())))


def _written(
    sessions: sessionmaker[Session], outside: Outside, found: Queue[tuple[Link, Outcome] | _Left], hosts: int
) -> Iterator[Seen]:
    """Write everything down on one thread until every host is done with.

    Silence is held back until somebody else has answered: where nobody does, our own network may be down.
    """
    held: list[tuple[Link, Outcome]] = []
    is_heard, seen_hosts = False, set[str]()
    while hosts:
        one = found.get()
        if isinstance(one, _Left):
            with sessions.begin() as writing:
                changes.release(writing, one.host, datetime.now(UTC), trouble=one.trouble, wait=one.wait)
            hosts -= 1
            continue
        seen_hosts.add(one[0].host)
        held.append(one)
        is_heard = is_heard or one[1].state not in SILENCE
        if is_heard:
            yield from _write(sessions, held)
            held.clear()
    if held and not _is_connected(sessions, outside, seen_hosts):
        held = [(link, _unheard(outcome)) for link, outcome in held]
    yield from _write(sessions, held)


def _write(sessions: sessionmaker[Session], looks: list[tuple[Link, Outcome]]) -> Iterator[Seen]:
    for known, outcome in looks:
        with sessions.begin() as writing:
            link = writing.merge(known, load=False)
            changes.note(writing, link, outcome, datetime.now(UTC))
        yield Seen(known.address, outcome)


def _is_connected(sessions: sessionmaker[Session], outside: Outside, hosts: Collection[str]) -> bool:
    """Whether anybody answers of those who did last time."""
    with sessions() as reading:
        addresses = queries.witnesses(reading, hosts)
    return any(probe(outside, Known(address)).state not in SILENCE for address in addresses)


def _unheard(outcome: Outcome) -> Outcome:
    note = "Nobody answered in this round, so this may be our own network."
    return replace(outcome, state=State.UNKNOWN, note=note)


def _ask_host(
    host: str,
    links: list[Link],
    outside: Outside,
    pace: Pace,
    over: _Clock,
    found: Queue[tuple[Link, Outcome] | _Left],
) -> None:
    """Look at the links of one host, one after the other, until it is busy, silent, or the time is over."""
    silent, left, robots = 0, _Left(host, trouble=False, wait=None), Robots(outside)
    try:
        for number, link in enumerate(links):
            if not _waited(robots, link, pace, over, is_first=not number):
                break
            outcome = _looked(outside, robots, link)
            found.put((link, outcome))
            silent = silent + 1 if outcome.state in SILENCE else 0
            if silent >= MOST_IN_A_ROW:
                _give_up(links[number + 1 :], outcome, found)
            if outcome.is_busy or outcome.wait or silent >= MOST_IN_A_ROW:
                left = _Left(host, trouble=True, wait=outcome.wait)
                break
    finally:
        # The host must be given back, whatever happened.
        found.put(left)


def _waited(robots: Robots, link: Link, pace: Pace, over: _Clock, *, is_first: bool) -> bool:
    """Whether there is time for another look, after the pause that the server is due, and its rules."""
    if not is_first:
        over.wait(max(robots.pause(link.address), pace.pause * random.uniform(0.8, 1.5)))
    if not over.is_over() and not robots.knows(link.address):
        _learn(robots, link.address)
        over.wait(pace.pause)
    return not over.is_over()


def _learn(robots: Robots, address: str) -> None:
    """Read the rules of a server; a fault of ours must not stop the links behind it."""
    try:
        robots.read(address)
    except NoAnswer:
        raise
    except Exception:
        log.exception("robots_not_read", address=address)


def _looked(outside: Outside, robots: Robots, link: Link) -> Outcome:
    """What a look finds; a fault of ours is no fault of the link, and must not stop those behind it."""
    if not robots.allow(link.address):
        return Outcome(State.ROBOTS, note="The server asks programs not to look at it, in its robots.txt.")
    try:
        return probe(outside, Known(link.address, link.is_file, link.size, link.checksum))
    except NoAnswer:
        raise
    except Exception:
        log.exception("link_look_failed", address=link.address)
        return Outcome(State.UNKNOWN, note="The look failed on our side.")


def _give_up(links: list[Link], outcome: Outcome, found: Queue[tuple[Link, Outcome] | _Left]) -> None:
    """Say of a whole server that it is silent, without asking for each of its addresses."""
    note = "Several addresses of this server were silent, so this one was not asked for."
    for link in links:
        found.put((link, replace(outcome, note=note, seconds=0.0)))
