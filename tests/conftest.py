"""What every test may ask for: a real PostGIS, the catalogue in it, clients, and a browser.

One private cluster serves a whole run and all its workers. `template_empty` holds the migrated tables, each
worker works on its own copy, and every test is rolled back. `seeded` holds the whole bundled catalogue and is
shared: tests may read it, and write to it only through `seeded_session`, which is rolled back as well.
"""

import fcntl
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
import pytest
import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app import seeding
from app.base.db import Sessions, connect
from app.base.embedded import WITHOUT_DURABILITY, Cluster
from app.base.migrations import migrate
from app.base.protocol import BoundedProtocol
from app.base.storage import Storage, open_storage
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.settings import Settings
from app.tiles import changes as tile_changes
from app.tiles import making
from app.tiles.layers import TileDescription
from app.web import create_app

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect_anywhere = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise RuntimeError(f"A test tried to reach {address}; tests use no network.")
        connect_anywhere(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect_here)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def logs_for_pytest() -> None:
    """Hand log events to pytest, which shows them where a test fails."""
    structlog.configure(
        processors=[structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole run, shared by its parallel workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def cluster(run_folder: Path) -> Iterator[Cluster]:
    """The private PostgreSQL of this run; the last worker stops it."""
    found = Cluster(run_folder / "postgres", extra={**WITHOUT_DURABILITY, "shared_buffers": "128MB"})
    with found.used():
        yield found


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a file lock: what one worker prepares, the others find."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def exists(connection: psycopg.Connection, database: str) -> bool:
    """Whether the cluster has a database of this name."""
    return connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


@pytest.fixture(scope="session")
def prepared(cluster: Cluster, run_folder: Path) -> Callable[[str, str | None, Callable[[str], None]], str]:
    """Makes a database once for all workers and returns its address."""

    def prepare(name: str, template: str | None, fill: Callable[[str], None]) -> str:
        with (
            one_at_a_time(run_folder / "prepare.lock"),
            psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection,
        ):
            if not exists(connection, name):
                draft = f"{name}_draft"
                connection.execute(f"DROP DATABASE IF EXISTS {draft}")
                copy = f"TEMPLATE {template or 'template1'} STRATEGY file_copy"
                connection.execute(f"CREATE DATABASE {draft} {copy}")
                fill(cluster.address_of(draft))
                connection.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
        return cluster.address_of(name)

    return prepare


def build_tables(address: str) -> None:
    """Apply the migrations."""
    engine = connect(address)
    migrate(engine)
    engine.dispose()


def load_catalogue(address: str) -> None:
    """Publish the whole bundled catalogue."""
    engine = connect(address)
    with Session(engine) as session, session.begin():
        seeding.load(session)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


@pytest.fixture(scope="session")
def empty_address(prepared: Callable[..., str]) -> str:
    """Address of the migrated database that others are copied from; never connect to it for long."""
    return prepared("template_empty", None, build_tables)


@pytest.fixture(scope="session")
def seeded_address(prepared: Callable[..., str], empty_address: str) -> str:
    """Address of the database that holds the whole bundled catalogue; read only."""
    return prepared("seeded", "template_empty", load_catalogue)


@pytest.fixture(scope="session")
def database_address(cluster: Cluster, empty_address: str) -> str:
    """Address of this worker's own database: migrated tables, no rows."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty STRATEGY file_copy")
    return cluster.address_of(name)


@pytest.fixture
def new_database(cluster: Cluster, empty_address: str) -> Iterator[str]:
    """Address of a database for one test that must really commit."""
    name = f"one_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty STRATEGY file_copy")
        yield cluster.address_of(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def engine(database_address: str) -> Iterator[Engine]:
    """Engine on this worker's own database."""
    made = connect(database_address)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def seeded_engine(seeded_address: str) -> Iterator[Engine]:
    """Engine on the seeded database."""
    made = connect(seeded_address)
    yield made
    made.dispose()


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A connection whose transaction is rolled back, whatever its sessions commit."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """The connection that `session` and `client` share."""
    with undone(engine) as found:
        yield found


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session on an empty catalogue; rolled back after the test."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as found:
        yield found


@pytest.fixture
def seeded_session(seeded_engine: Engine) -> Iterator[Session]:
    """A session on the whole bundled catalogue; rolled back after the test."""
    with (
        undone(seeded_engine) as connection,
        Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as found,
    ):
        yield found


@pytest.fixture(scope="session")
def settings(run_folder: Path) -> Settings:
    """Settings of the applications under test."""
    # Each worker keeps its own files: tiles of one seed have other contents in other tests.
    folder = run_folder / "state" / os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Settings(state_dir=folder, secret="a secret of the tests, long enough", pool_size=4)


@pytest.fixture
def application(settings: Settings, connection: Connection, database_address: str) -> FastAPI:
    """The service inside the transaction of the test: it sees what `session` flushed."""
    inside = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    return create_app(settings, database_address, Sessions(write=inside, read=inside))


@pytest.fixture
def client(application: FastAPI) -> Iterator[TestClient]:
    """A client of the service on an empty catalogue."""
    with TestClient(application) as found:
        yield found


@pytest.fixture(scope="session")
def seeded_client(settings: Settings, seeded_address: str) -> Iterator[TestClient]:
    """A client of the service on the whole bundled catalogue; for reading."""
    with TestClient(create_app(settings, seeded_address)) as found:
        yield found


@pytest.fixture
def add_dataset(session: Session) -> Callable[..., DatasetRecord]:
    """Publishes a record that is empty but for the fields given."""

    def add(slug: str, **fields: Any) -> DatasetRecord:
        given = {"uuid": uuid5(NAMESPACE_URL, slug), "name": slug, "kind": "ml-dataset", **fields}
        record = DatasetRecord(slug=slug, **given)
        publish(session, record)
        return record

    return add


@pytest.fixture(scope="session")
def storage(settings: Settings) -> Storage:
    """Where the applications under test keep files; tiles of tests lie there under names of their own."""
    return open_storage(settings.state / "files")


@pytest.fixture
def add_tile(session: Session, storage: Storage) -> Callable[..., TileDescription]:
    """Makes a simulated tile: a clear one, or with `series=True` a cloudy one of three dates.

    It is 64 pixels wide unless `size` says otherwise, and takes about a twentieth of a second.
    """

    def add(seed: int = 20_000, *, size: int = 64, series: bool = False) -> TileDescription:
        make = making.make_cloudy if series else making.make_clear
        tile = make(storage, seed, size)
        tile_changes.put(session, tile)
        return tile

    return add


@contextmanager
def serving(application: FastAPI) -> Iterator[str]:
    """Run a server on a free port of the loopback interface and give its address."""
    config = uvicorn.Config(
        application, port=0, http=BoundedProtocol, log_config=None, access_log=False, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "The server ended before it listened."
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def live_server(settings: Settings, seeded_address: str) -> Iterator[str]:
    """Address of a running service on the whole bundled catalogue."""
    with serving(create_app(settings, seeded_address)) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the distribution's own Chromium, which talks to nobody but this machine."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed; `make test` installs it.")
    return {
        "executable_path": found,
        "chromium_sandbox": os.getuid() != 0,
        "args": [
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(live_server: str) -> dict[str, Any]:
    """Pages are named by their path alone: `page.goto("/datasets")`."""
    return {"base_url": live_server, "locale": "en-GB", "timezone_id": "UTC"}
