"""The private cluster of the benchmarks, and its databases: the real catalogue and synthetic ones.

A database is loaded once and found again by the next run, as long as nothing changed that its rows depend on.
What loading took is kept as its comment.
"""

import hashlib
import json
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from app import seeding
from app.base.db import connect
from app.base.embedded import WITHOUT_DURABILITY, Cluster
from app.base.migrations import FOLDER as MIGRATIONS
from app.base.migrations import migrate
from app.catalogue.changes import publish_many, replace_outlines
from app.catalogue.content import read_folder
from app.catalogue.outlines import read_outlines
from app.catalogue.record import DatasetRecord
from app.settings import ROOT
from benchmarks.records import synthetic_records

FOLDER = ROOT / "var" / "bench"
Reuse = Literal["same", "any", "none"]
"""Which databases of an earlier run will do: those loaded by the same code, by whichever, or none."""

_CODE = ("rows.py", "words.py", "changes.py", "tables.py", "places.py", "describe.py")


@dataclass(frozen=True)
class Loaded:
    """A database with records in it, and what loading them took."""

    address: str
    records: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Records published per second."""
        return self.records / self.seconds


def cluster() -> Cluster:
    """PostgreSQL with the settings of the product, but for durability, which loses nothing here."""
    return Cluster(FOLDER / "postgres", extra=WITHOUT_DURABILITY)


def synthetic(used: Cluster, count: int, *, reuse: Reuse, say: Callable[[str], None]) -> Loaded:
    """A database of synthetic records, published through the product's own door."""
    return _prepared(used, f"synthetic_{count}", lambda: synthetic_records(count), reuse=reuse, say=say)


def real(used: Cluster, *, reuse: Reuse, say: Callable[[str], None]) -> Loaded:
    """A database of the bundled catalogue."""
    return _prepared(used, "real", lambda: read_folder(seeding.CATALOGUE), reuse=reuse, say=say)


def _prepared(
    used: Cluster,
    stem: str,
    records: Callable[[], Iterable[DatasetRecord]],
    *,
    reuse: Reuse,
    say: Callable[[str], None],
) -> Loaded:
    current = f"{stem}_{_fingerprint()}"
    with psycopg.connect(used.address_of("postgres"), autocommit=True) as server:
        for name, told in _complete(server, stem):
            found = Loaded(address=used.address_of(name), **told)
            if (reuse == "any" or (reuse == "same" and name == current)) and _is_whole(found):
                _migrate(found.address)
                return found
        _drop_all(server, stem)
        say(f"Loading {stem} …")
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(current)))
        loaded = _filled(used.address_of(current), records())
        kept = {key: value for key, value in asdict(loaded).items() if key != "address"}
        # The comment comes last: a database without it was left half loaded and is made again.
        server.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(current), sql.Literal(json.dumps(kept))
            )
        )
    return loaded


def _complete(server: psycopg.Connection, stem: str) -> list[tuple[str, dict[str, Any]]]:
    """Databases of a stem that were loaded to the end, with what that took."""
    rows = server.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE starts_with(datname, %s)",
        [f"{stem}_"],
    )
    return [(name, json.loads(told)) for name, told in rows.fetchall() if told]


def _is_whole(loaded: Loaded) -> bool:
    """Whether nobody added to a database or took from it since it was loaded."""
    with psycopg.connect(loaded.address) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM dataset), (SELECT count(*) FROM dataset_text)"
        ).fetchone()
    return counts == (loaded.records, loaded.records)


def _drop_all(server: psycopg.Connection, stem: str) -> None:
    """Databases of the same stem, loaded by older code."""
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{stem}_"])
    for (name,) in rows.fetchall():
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _migrate(address: str) -> None:
    """Bring a database to the newest migration, as a start of the service does."""
    engine = connect(address)
    migrate(engine)
    engine.dispose()


def _filled(address: str, records: Iterable[DatasetRecord]) -> Loaded:
    _migrate(address)
    engine = connect(address)
    with Session(engine) as session, session.begin():
        replace_outlines(session, read_outlines())
    begun, begun_cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    with Session(engine) as session, session.begin():
        count = publish_many(session, records).new
    seconds, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
    return Loaded(address, count, seconds, used.ru_utime - begun_cpu.ru_utime)


def backends(address: str) -> list[int]:
    """The processes of the server that work for this database at the moment, but for the one that asks."""
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchall()
    return [pid for (pid,) in rows]


def _fingerprint() -> str:
    """A short hash of what the stored rows depend on."""
    digest = hashlib.sha256()
    code = ROOT / "app" / "catalogue"
    own = Path(__file__).parent
    for path in (
        *sorted((MIGRATIONS / "versions").glob("*.py")),
        *(code / name for name in _CODE),
        own / "records.py",
        own / "words.py",
        *seeding.files(),
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
