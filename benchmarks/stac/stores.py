"""Databases of the benchmark: loaded once, kept with what their loading took, and found again."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql

from app.base.embedded import Cluster
from benchmarks.stac.processes import Took


@dataclass(frozen=True)
class Store:
    """A database with items in it, and what loading them took."""

    used: Cluster
    name: str
    items: int
    took: Took

    @property
    def address(self) -> str:
        """Where it is."""
        return self.used.address_of(self.name)

    @property
    def rate(self) -> float:
        """Items loaded per second."""
        return self.items / self.took.seconds


def prepared(
    used: Cluster, name: str, items: int, fill: Callable[[str], Took], *, fresh: bool = False
) -> Store:
    """The database of this name, filled by `fill`, which is given the name, where it is not there yet."""
    took = None if fresh else _kept(used, name)
    if took is None:
        drop(used, name)
        create(used, name)
        took = fill(name)
        # The comment comes last: a database without it was left half loaded and is made again.
        remember(used, name, took)
    return Store(used, name, items, took)


def copied(used: Cluster, name: str, source: Store, change: Callable[[str], None]) -> Store:
    """A copy of a database that `change` was applied to, made where it is not there yet."""
    if _kept(used, name) is None:
        drop(used, name)
        create(used, name, template=source.name)
        change(used.address_of(name))
        remember(used, name, source.took)
    return Store(used, name, source.items, source.took)


def create(used: Cluster, name: str, template: str = "template1") -> None:
    """A new database."""
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    _run(used, command.format(sql.Identifier(name), sql.Identifier(template)))


def drop(used: Cluster, name: str) -> None:
    """Throw a database away, if it is there."""
    _run(used, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def remember(used: Cluster, name: str, took: Took) -> None:
    """Keep what loading took with the database."""
    told = sql.Literal(json.dumps(asdict(took)))
    _run(used, sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), told))


def settle(address: str) -> None:
    """Do what PostgreSQL would do sooner or later, so that it does not do it while something is timed."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def size_mb(address: str) -> float:
    """The space on disk that a database takes."""
    with psycopg.connect(address) as connection:
        row = connection.execute("select pg_database_size(current_database())").fetchone() or (0,)
    return float(row[0]) / 1_000_000


def _kept(used: Cluster, name: str) -> Took | None:
    with psycopg.connect(used.address_of("postgres"), autocommit=True) as server:
        row = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return Took(**json.loads(row[0])) if row and row[0] else None


def _run(used: Cluster, command: sql.Composed) -> None:
    with psycopg.connect(used.address_of("postgres"), autocommit=True) as server:
        server.execute(command)
