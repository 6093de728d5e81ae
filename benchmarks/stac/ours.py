"""Our side: collections published as any record is, items loaded by the command that operators use."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from app.base.db import connect
from app.base.embedded import Cluster
from app.base.migrations import migrate
from app.catalogue.changes import publish_many, replace_outlines
from app.catalogue.outlines import read_outlines
from app.catalogue.record import DatasetRecord
from benchmarks.stac import processes, stores
from benchmarks.stac.processes import Took
from benchmarks.stac.stores import Store
from benchmarks.stac.systems import FOLDER, System, cluster, postmaster, started
from benchmarks.stac.workload import collections, written_items

EACH_ITS_OWN = "-"
"""Says to the command that every item names its collection."""
TASK_CODES = {
    "classification": "scene-classification",
    "segmentation": "semantic-segmentation",
    "change detection": "change-detection",
    "detection": "object-detection",
}
LOG = FOLDER / "our-load.log"
SECRET = "the benchmarks sign tokens with this key"


def load(items: int, *, fresh: bool = False) -> Store:
    """A database with that many items."""
    used = cluster("ours")
    store = stores.prepared(used, f"items_{items}", items, lambda name: _fill(used, name, items), fresh=fresh)
    # Newer code may ask for newer tables.
    migrated(store.address)
    return store


def publish(address: str, records: Iterable[DatasetRecord]) -> None:
    """Bring a new database up to date and publish records."""
    migrated(address)
    engine = connect(address)
    with Session(engine) as session, session.begin():
        replace_outlines(session, read_outlines())
        publish_many(session, records)
    engine.dispose()
    stores.settle(address)


def records() -> Iterator[DatasetRecord]:
    """Records that say what the peer's collections say."""
    for one in collections():
        given = {
            "slug": one["id"],
            "uuid": uuid5(NAMESPACE_URL, one["id"]),
            "name": one["id"],
            "title": one["title"],
            "kind": "ml-dataset",
            "description": one["description"],
            "tasks": [TASK_CODES[one["keywords"][-1]]],
            "licence": {"spdx": one["license"]} if one["license"] != "other" else None,
            "publisher": one["providers"][0]["name"],
            "spatial": {"extent": "global"},
        }
        yield DatasetRecord.model_validate(given)


def migrated(address: str) -> None:
    """Bring a database to the newest migration, as a start of the service does."""
    engine = connect(address)
    migrate(engine)
    engine.dispose()


def _fill(used: Cluster, name: str, items: int) -> Took:
    """Load everything by one command, from one file."""
    address = used.address_of(name)
    publish(address, records())
    LOG.write_text("")
    with written_items(items, FOLDER) as path:
        command = [sys.executable, "-m", "app", "items", "load", EACH_ITS_OWN, str(path)]
        took = processes.run(command, {"EO_DATABASE_URL": address}, log=LOG, beside=postmaster(used))
    stores.settle(address)
    return took


@contextmanager
def serving(store: Store, name: str = "ours") -> Iterator[System]:
    """The service on a loaded database, without the bundled catalogue that `serve` would load as well."""
    command = [sys.executable, "-m", "benchmarks.server"]
    given = {
        "EO_DATABASE_URL": store.address,
        "EO_STATE_DIR": str(FOLDER / "state"),
        "EO_SECRET": SECRET,
        # The peer has no collection of models, so that lists differ where ours has one.
        "EO_MODELS": str(FOLDER / "no-models"),
    }
    with started(name, command, given, used=store.used, ready="/health", root="/stac") as system:
        yield system
