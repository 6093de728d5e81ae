"""Rounds of the monitor: one connection a host, restartable, and never longer than they may be."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from app.base.db import connect
from app.catalogue.changes import publish_many
from app.catalogue.record import DatasetRecord
from app.links import changes, monitor, queries
from app.links.monitor import Pace
from app.links.robots import Robots
from app.links.states import State
from app.links.tables import Link, LinkCheck, LinkHost
from tests.base.world import page
from tests.links.conftest import ZIP

QUICK = Pace(seconds=20, pause=0.0)


def due_again(session: Session) -> None:
    session.execute(update(Link).values(next_check=func.now() - timedelta(minutes=1)))
    session.execute(update(LinkHost).values(not_before=func.now() - timedelta(minutes=1)))
    session.flush()
    session.expire_all()


def looks(world):
    """What was asked for but the rules of the servers."""
    return [one for one in world.asked if one.path != "/robots.txt"]


def test_round_finds_new_addresses_and_looks_at_each(session, add_dataset, world):
    world.say("data.example.org/file.zip", page(200, ZIP))
    add_dataset(
        "one", urls={"download": ("https://data.example.org/file.zip",), "home": "https://none.example.org/"}
    )

    assert monitor.run(session, outside=world.outside(), pace=QUICK) == 2

    states = {one.address: one.state for one in queries.of_dataset(session, "one")}
    assert states["https://data.example.org/file.zip"] == State.OK
    # One failure is told to nobody.
    assert states["https://none.example.org/"] == State.UNKNOWN
    assert [one.state for one in queries.history(session, "https://none.example.org/")] == [State.DNS]
    assert monitor.run(session, outside=world.outside(), pace=QUICK) == 0


def test_switched_off_nothing_is_collected_or_asked(session, add_dataset, world):
    add_dataset("one", urls={"home": "https://data.example.org/"})

    assert monitor.run(session, outside=world.outside(is_on=False)) == 0
    assert session.scalar(select(func.count()).select_from(Link)) == 0


def test_one_host_is_asked_over_one_connection_at_a_time(session, add_dataset, world):
    open_by_host: dict[str, int] = {}
    most_by_host: dict[str, int] = {}
    lock = threading.Lock()

    def slowly(connection, asked):
        with lock:
            open_by_host[asked.host] = open_by_host.get(asked.host, 0) + 1
            most_by_host[asked.host] = max(most_by_host.get(asked.host, 0), open_by_host[asked.host])
        time.sleep(0.05)
        with lock:
            open_by_host[asked.host] -= 1
        connection.sendall(page(200))

    for host in ("a", "b", "c"):
        for number in range(4):
            world.say(f"{host}.example.org/{number}", slowly)
            add_dataset(f"{host}-{number}", urls={"home": f"https://{host}.example.org/{number}"})

    assert monitor.run(session, outside=world.outside(), pace=QUICK) == 12
    assert set(most_by_host.values()) == {1}
    assert world.most_open > 1


def test_busy_host_is_left_alone_at_once_and_others_are_not(session, add_dataset, world):
    for number in range(3):
        world.say(f"busy.example.org/{number}", page(429, b"", retry_after="3600"))
        world.say(f"free.example.org/{number}", page(200))
        add_dataset(f"busy-{number}", urls={"home": f"https://busy.example.org/{number}"})
        add_dataset(f"free-{number}", urls={"home": f"https://free.example.org/{number}"})

    monitor.run(session, outside=world.outside(), pace=QUICK)
    session.expire_all()

    assert [one.host for one in looks(world)].count("busy.example.org") == 1
    assert [one.host for one in looks(world)].count("free.example.org") == 3
    host = session.get_one(LinkHost, "busy.example.org")
    assert host.not_before > datetime.now(UTC) + timedelta(minutes=55)
    assert monitor.run(session, outside=world.outside(), pace=QUICK) == 0


def test_silent_host_is_asked_three_times_and_all_its_links_share_the_fate(session, add_dataset, world):
    world.say("data.example.org/", page(200))
    add_dataset("heard", urls={"home": "https://data.example.org/"})
    for number in range(6):
        add_dataset(f"set-{number}", urls={"home": f"https://none.example.org/{number}"})

    assert monitor.run(session, outside=world.outside(), pace=QUICK) == 7

    looks = session.scalars(select(LinkCheck).where(LinkCheck.state != State.OK)).all()
    assert {one.state for one in looks} == {State.DNS}
    assert sum("was not asked for" in one.note for one in looks) == 3


def test_silence_of_everybody_is_our_own_network(session, add_dataset, world):
    for number in range(3):
        add_dataset(f"set-{number}", urls={"home": f"https://none-{number}.example.org/"})

    monitor.run(session, outside=world.outside(), pace=QUICK)

    assert {one.state for one in session.scalars(select(LinkCheck))} == {State.UNKNOWN}
    assert session.scalar(select(func.max(Link.failed_days))) == 0


def test_silence_of_one_is_its_own_where_others_answer_who_did_last_time(session, add_dataset, world):
    world.say("data.example.org/", page(200))
    add_dataset("heard", urls={"home": "https://data.example.org/"})
    monitor.run(session, outside=world.outside(), pace=QUICK)
    add_dataset("silent", urls={"home": "https://none.example.org/"})

    monitor.run(session, outside=world.outside(), pace=QUICK)

    assert [one.state for one in queries.history(session, "https://none.example.org/")] == [State.DNS]
    assert len(looks(world)) == 2


def test_round_ends_when_its_time_is_over_and_the_next_goes_on(session, add_dataset, world):
    def slowly(connection, _asked):
        time.sleep(0.3)
        connection.sendall(page(200))

    for number in range(6):
        world.say(f"data.example.org/{number}", slowly)
        add_dataset(f"set-{number}", urls={"home": f"https://data.example.org/{number}"})
    start = time.monotonic()

    first = monitor.run(session, outside=world.outside(), pace=Pace(seconds=0.7, pause=0))

    assert time.monotonic() - start < 3
    assert 1 <= first < 6
    assert first + monitor.run(session, outside=world.outside(), pace=QUICK) == 6


def test_fault_of_ours_is_no_verdict_and_does_not_stop_the_round(session, add_dataset, world):
    world.say("good.example.org/", page(200))
    add_dataset("one", urls={"home": "https://good.example.org/", "code": "https://odd.example.org/"})

    class Odd:
        is_on = True
        agent = "test"

        def ask(self, address: str, **more: object):
            if "odd" in address:
                raise RuntimeError("a fault of the program")
            return world.outside().ask(address, **more)

    assert monitor.run(session, outside=Odd(), pace=QUICK) == 2  # type: ignore[arg-type]
    found = {one.address: one.state for one in queries.of_dataset(session, "one")}
    assert found == {"https://good.example.org/": State.OK, "https://odd.example.org/": State.UNKNOWN}


def test_what_a_server_does_not_want_looked_at_is_not_asked_for(session, add_dataset, world):
    rules = b"User-agent: *\nDisallow: /private/\n\nUser-agent: EO-Dataset-Catalogue\nDisallow: /closed/\n"
    world.say("data.example.org/robots.txt", page(200, rules))
    for path in ("closed/a", "private/b", "open/c"):
        world.say(f"data.example.org/{path}", page(200))
        add_dataset(path[-1], urls={"home": f"https://data.example.org/{path}"})

    monitor.run(session, outside=world.outside(), pace=QUICK)

    assert sorted(one.path for one in world.asked) == ["/open/c", "/private/b", "/robots.txt"]
    [seen] = queries.history(session, "https://data.example.org/closed/a")
    assert (seen.state, "robots.txt" in seen.note) == (State.ROBOTS, True)


def test_the_pause_that_a_server_asks_for_is_kept(world):
    world.say("data.example.org/robots.txt", page(200, b"User-agent: *\nCrawl-delay: 7\n"))
    robots = Robots(world.outside())

    robots.read("https://data.example.org/a")

    assert robots.pause("https://data.example.org/b") == 7
    assert robots.pause("https://other.example.org/") == 0
    assert robots.allow("https://other.example.org/")


def test_named_links_are_looked_at_though_they_are_not_due(session, watched, world):
    link = watched()
    world.say("data.example.org/file.zip", page(200, ZIP))
    sessions = sessionmaker(session.get_bind(), expire_on_commit=False)
    monitor.run(session, outside=world.outside(), pace=QUICK)

    seen = list(monitor.look(sessions, world.outside(), QUICK, only=[link.id]))

    assert [one.outcome.state for one in seen] == [State.OK]


@pytest.fixture
def published(new_database):
    """A database that really commits, with links of twelve hosts."""
    engine = connect(new_database, pool_size=10)
    with Session(engine) as session, session.begin():
        publish_many(
            session,
            [
                DatasetRecord(
                    uuid=f"00000000-0000-0000-0000-{number:012}",
                    slug=f"set-{number}",
                    name=f"set {number}",
                    kind="ml-dataset",
                    urls={"home": f"https://h{number % 12}.example.org/{number}"},
                )
                for number in range(36)
            ],
        )
    yield engine
    engine.dispose()


def test_two_workers_share_the_work_and_never_a_host(published, world):
    now_open: dict[str, int] = {}
    shared: list[str] = []
    lock = threading.Lock()

    def play(connection, asked):
        with lock:
            now_open[asked.host] = now_open.get(asked.host, 0) + 1
            if now_open[asked.host] > 1:
                shared.append(asked.host)
        time.sleep(random.uniform(0.0, 0.05))
        with lock:
            now_open[asked.host] -= 1
        connection.sendall(page(200))

    for number in range(36):
        world.say(f"h{number % 12}.example.org/{number}", play)
    with Session(published) as session, session.begin():
        changes.collect(session)

    def work(_number: int) -> int:
        total = 0
        with Session(published) as session:
            for _ in range(6):
                total += monitor.run(session, outside=world.outside(), pace=Pace(10, 0.0, 3))
        return total

    with ThreadPoolExecutor(3) as pool:
        done = sum(pool.map(work, range(3)))

    assert done == 36
    assert shared == []
    assert len(looks(world)) == 36


def test_round_that_is_killed_loses_nothing_that_it_had_found(published, world):
    for number in range(36):
        world.say(f"h{number % 12}.example.org/{number}", page(200))
    with Session(published) as session, session.begin():
        changes.collect(session)
    sessions = sessionmaker(published, expire_on_commit=False)

    # Whoever walks away after five links stands for a process that is killed there.
    going = monitor.look(sessions, world.outside(), Pace(10, 0.0, 2))
    for _ in range(5):
        next(going)
    going.close()

    with Session(published) as session:
        assert session.scalar(select(func.count()).select_from(Link).where(Link.checked.is_not(None))) >= 5
    with Session(published) as session, session.begin():
        session.execute(update(LinkHost).values(busy_until=func.now()))
    with Session(published) as session:
        monitor.run(session, outside=world.outside(), pace=Pace(10, 0.0, 8))
        assert session.scalar(select(func.count()).select_from(Link).where(Link.checked.is_(None))) == 0


def test_no_transaction_is_open_while_a_server_is_asked(published, world, new_database):
    waiting: list[int] = []
    watcher = create_engine(new_database.replace("postgresql://", "postgresql+psycopg://"))

    def play(connection, _asked):
        with watcher.connect() as looking:
            question = (
                "select count(*) from pg_stat_activity where datname = current_database() "
                "and state = 'idle in transaction'"
            )
            waiting.append(looking.exec_driver_sql(question).scalar_one())
        connection.sendall(page(200))

    world.say("h0.example.org/0", play)
    with Session(published) as session, session.begin():
        changes.collect(session)
        chosen = session.scalars(select(Link.id).where(Link.address == "https://h0.example.org/0")).all()

    list(monitor.look(sessionmaker(published, expire_on_commit=False), world.outside(), QUICK, only=chosen))
    watcher.dispose()

    assert waiting == [0]
