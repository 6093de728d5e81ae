"""The peers, each in an environment of its own: pgstac with stac-fastapi, and tipg for vector tiles.

The peer as its documentation sets it up is `default`. `tuned` is the best that its settings reach: items are
put together by the service and not by the database, and properties that are asked for have indexes.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.base.embedded import DATABASE, Cluster
from app.settings import ROOT
from benchmarks.stac import processes, stores
from benchmarks.stac.processes import Took
from benchmarks.stac.stores import Store
from benchmarks.stac.systems import FOLDER, PORT, System, cluster, postmaster, started
from benchmarks.stac.workload import written_collections, written_items

NAMED = ("pypgstac", "stac-fastapi-pgstac", "tipg")
LOG = FOLDER / "peer-load.log"
COUNTING = {"conf": {"context": "on", "context_stats_ttl": "0 seconds"}}
QUERYABLES = (("eo:cloud_cover", "to_float"), ("lc:class", "to_text"), ("split", "to_text"))
FOOTPRINTS = """
create table public.footprint as
  select id, collection, datetime, content -> 'properties' ->> 'split' as split, geometry from pgstac.items;
alter table public.footprint add column number bigserial primary key;
alter table public.footprint alter column geometry type geometry(Polygon, 4326);
create index on public.footprint using gist (geometry)
"""


def environment(name: str) -> Path:
    """The folder with the programs of a peer, made from the list of requirements of that name."""
    folder, listed = FOLDER / f"env-{name}", ROOT / "requirements" / f"{name}.txt"
    mark = folder / ".list"
    if not mark.exists() or mark.read_text() != listed.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", folder], check=True)
        uv = Path(sys.executable).with_name("uv")
        install = [str(uv), "pip", "sync", "--quiet", "--require-hashes", str(listed)]
        subprocess.run(install, check=True, env={**processes.plain_environment(), "VIRTUAL_ENV": str(folder)})
        mark.write_text(listed.read_text())
    return folder / "bin"


def versions() -> str:
    """What is measured against, as the lists of requirements pin it."""
    listed = "".join((ROOT / "requirements" / f"{name}.txt").read_text() for name in ("peer", "tipg"))
    return ", ".join(
        " ".join(pin) for pin in re.findall(rf"^({'|'.join(NAMED)})==(\S+)", listed, re.MULTILINE)
    )


def load(items: int, *, fresh: bool = False) -> tuple[Store, Store]:
    """The default and the tuned database with that many items."""
    used = cluster("peer")
    plain = stores.prepared(
        used, f"pgstac_{items}", items, lambda name: _fill(used, name, items), fresh=fresh
    )
    if fresh:
        stores.drop(used, f"{plain.name}_tuned")
    return plain, stores.copied(used, f"{plain.name}_tuned", plain, _tune)


def _fill(used: Cluster, name: str, items: int) -> Took:
    LOG.write_text("")
    address = used.address_of(name)
    _run(used, name, "migrate")
    with written_collections(FOLDER) as path:
        _run(used, name, "load", "collections", str(path))
    with written_items(items, FOLDER) as path:
        took = _run(used, name, "load", "items", str(path))
    for statement in FOOTPRINTS.split(";"):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())
    stores.settle(address)
    return took


def _run(used: Cluster, name: str, *words: str) -> Took:
    """A command of the peer on one of its databases."""
    command = [str(environment("peer") / "pypgstac"), *words]
    return processes.run(command, _connection(used, name), log=LOG, beside=postmaster(used))


def _tune(address: str) -> None:
    """Indexes on the properties that the workload asks for, and statistics."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("set search_path to pgstac, public")
        for name, wrapper in QUERYABLES:
            connection.execute("delete from queryables where name = %s", [name])
            connection.execute(
                "insert into queryables (name, definition, property_wrapper, property_index_type)"
                " values (%s, '{}', %s, 'BTREE')",
                [name, wrapper],
            )
        connection.execute("select maintain_partitions()")
    stores.settle(address)


@contextmanager
def serving(store: Store, *, tuned: bool) -> Iterator[System]:
    """The peer on a loaded database."""
    command = [
        str(environment("peer") / "uvicorn"), "stac_fastapi.pgstac.app:create_app", "--factory",
        "--host", "127.0.0.1", "--port", PORT, "--log-level", "warning",
    ]  # fmt: skip
    given = {**_connection(store.used, store.name), "USE_API_HYDRATE": str(tuned).lower()}
    # The driver of the service reads the folder of the socket from an address.
    given["PGHOST"] = quote(given["PGHOST"], safe="")
    name = "peer tuned" if tuned else "peer default"
    with started(name, command, given, used=store.used, ready="/_mgmt/ping", counting=COUNTING) as system:
        yield system


@contextmanager
def serving_tiles(store: Store) -> Iterator[System]:
    """tipg on the footprints of the default database, with its usual cap of features in a tile."""
    command = [
        str(environment("tipg") / "uvicorn"), "tipg.main:app",
        "--host", "127.0.0.1", "--port", PORT, "--log-level", "warning",
    ]  # fmt: skip
    folder = quote(str(store.used.sockets), safe="")
    given = {
        "DATABASE_URL": f"postgresql://{DATABASE}@{folder}:5432/{store.name}",
        "TIPG_DB_TABLES": '["public.footprint"]',
    }
    with started("tipg", command, given, used=store.used, ready="/healthz") as system:
        yield system


def _connection(used: Cluster, name: str) -> dict[str, str]:
    """How the peer's programs reach a database."""
    return {
        "PGHOST": str(used.sockets),
        "PGPORT": "5432",
        "PGUSER": DATABASE,
        "PGPASSWORD": "none",
        "PGDATABASE": name,
    }
