"""Our side: collections published as any record is, items loaded by the command that operators use."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from app.base.db import connect
from app.base.embedded import Cluster
from app.base.migrations import migrate
from app.catalogue.changes import publish_many, replace_outlines
from app.catalogue.outlines import read_outlines
from app.catalogue.record import DatasetRecord
from benchmarks.records import synthetic_records
from benchmarks.stac import processes, stores
from benchmarks.stac.processes import Took
from benchmarks.stac.stores import Store
from benchmarks.stac.systems import FOLDER, System, cluster, postmaster, started
from benchmarks.stac.workload import COLLECTIONS, sizes, slug, write_items

LOG = FOLDER / "our-load.log"
SECRET = "the benchmarks sign tokens with this key"


def load(items: int, *, fresh: bool = False) -> Store:
    """A database with that many items."""
    used = cluster("ours")
    store = stores.prepared(used, f"items_{items}", items, lambda name: _fill(used, name, items), fresh=fresh)
    # Newer code may ask for newer tables.
    migrated(store.address)
    return store


def publish(address: str, count: int) -> None:
    """Bring a new database up to date and publish made-up records under the names of the workload."""
    migrated(address)
    engine = connect(address)
    with Session(engine) as session, session.begin():
        replace_outlines(session, read_outlines())
        publish_many(session, _records(count))
    engine.dispose()
    stores.settle(address)


def _records(count: int) -> Iterator[DatasetRecord]:
    for number, record in enumerate(synthetic_records(count)):
        name = slug(number)
        changes = {"slug": name, "name": f"EO patches {number:03d}", "uuid": uuid5(NAMESPACE_URL, name)}
        yield record.model_copy(update=changes)


def migrated(address: str) -> None:
    """Bring a database to the newest migration, as a start of the service does."""
    engine = connect(address)
    migrate(engine)
    engine.dispose()


def _fill(used: Cluster, name: str, items: int) -> Took:
    """Load collection by collection; the items lie on disk for that long only."""
    address = used.address_of(name)
    publish(address, COLLECTIONS)
    LOG.write_text("")
    given, parts = {"EO_DATABASE_URL": address}, []
    for number, size in enumerate(sizes(items)):
        path = write_items(number, size, FOLDER / f"items-{number:03d}.ndjson")
        command = [sys.executable, "-m", "app", "items", "load", slug(number), str(path)]
        parts.append(processes.run(command, given, log=LOG, beside=postmaster(used)))
        path.unlink()
    stores.settle(address)
    return Took(
        sum(part.seconds for part in parts),
        sum(part.cpu_seconds for part in parts),
        max(part.peak_mb for part in parts),
    )


@contextmanager
def serving(store: Store, name: str = "ours") -> Iterator[System]:
    """The service on a loaded database, without the bundled catalogue that `serve` would load as well."""
    command = [sys.executable, "-m", "benchmarks.server"]
    given = {"EO_DATABASE_URL": store.address, "EO_STATE_DIR": str(FOLDER / "state"), "EO_SECRET": SECRET}
    with started(name, command, given, used=store.used, ready="/health", root="/stac") as system:
        yield system
