"""A place where runs really happen: a database that commits, a storage with a tile, and small models."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app.base.db import connect
from app.base.embedded import Cluster
from app.base.storage import LocalStorage
from app.runs import changes
from app.runs.changes import Wanted
from app.runs.executing import Networks, Workplace
from app.runs.tables import Run
from app.scenes.series import TEST
from app.tiles.changes import put
from app.tiles.layers import TileDescription
from app.tiles.making import make_clear
from tests.runs.networks import save_models

SIZE = 64
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """Where runs happen in a test; `environment` makes another process work there as well."""

    address: str
    engine: Engine
    sessions: sessionmaker[Session]
    storage: LocalStorage
    models: Path
    tile: TileDescription
    environment: dict[str, str]

    def request(self, *models: str, **changed: object) -> UUID:
        """Put a run into the queue and commit that."""
        wanted = Wanted(
            **{
                "tile": self.tile.id,
                "models": models or ("toy",),
                "options": {},
                "asker": "user 1",
                "is_private": False,
                "expires": datetime.now(UTC) + timedelta(days=1),
                **changed,
            }
        )
        with self.sessions.begin() as session:
            return changes.request(session, wanted).id

    def run(self, number: UUID) -> Run:
        """A run as it stands now."""
        with self.sessions() as session:
            return session.get_one(Run, number)

    def ended(self, number: UUID, seconds: float = PATIENCE_SECONDS) -> Run:
        """A run once it has ended."""
        return self.until(number, lambda run: not run.is_open, seconds)

    def until(self, number: UUID, is_so: Callable[[Run], bool], seconds: float = PATIENCE_SECONDS) -> Run:
        """A run once something is so of it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            run = self.run(number)
            if is_so(run):
                return run
            time.sleep(0.05)
        raise AssertionError(f"The run is still {run.state}, at {run.stage}: {run.log}")

    def workplace(self, **changed: object) -> Workplace:
        """That of a child, in this process."""
        networks = Networks(self.models, 1)
        fields = {
            "sessions": self.sessions,
            "storage": self.storage,
            "models": self.models,
            "network_for": networks.of,
        }
        return Workplace(**{**fields, **changed})

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker as an operator starts it."""
        return subprocess.Popen(
            [sys.executable, "-m", "app", "work"], env=self.environment, stderr=subprocess.DEVNULL
        )


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small models, good ones and bad ones."""
    folder = tmp_path_factory.mktemp("models")
    save_models(folder)
    return folder


@contextmanager
def opened(address: str, models: Path, folder: Path) -> Iterator[Place]:
    """A place in a database and a folder, with one simulated tile."""
    engine = connect(address)
    sessions = sessionmaker(engine, expire_on_commit=False)
    storage = LocalStorage(folder / "files")
    tile = make_clear(storage, TEST[0], SIZE)
    with sessions.begin() as session:
        put(session, tile)
    environment = {
        **os.environ,
        "EO_STATE_DIR": str(folder),
        "EO_DATABASE_URL": address,
        "EO_MODELS": str(models),
        "EO_OUTSIDE": "false",
        "EO_RUN_MEMORY_MB": "1500",
    }
    yield Place(address, engine, sessions, storage, models, tile, environment)
    engine.dispose()


@pytest.fixture
def place(new_database: str, models: Path, tmp_path: Path) -> Iterator[Place]:
    """A place of one test."""
    with opened(new_database, models, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def lasting_place(
    cluster: Cluster, empty_address: str, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A place of all tests of a module, whose children need not start anew for each."""
    name = f"runs_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty STRATEGY file_copy")
        with opened(cluster.address_of(name), models, tmp_path_factory.mktemp("runs")) as made:
            yield made
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
