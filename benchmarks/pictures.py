"""`python -m benchmarks.pictures`: how long a reader waits for the pictures of a tile, new and known ones.

Simulated tiles of 128 × 128 pixels, all pictures that the viewer offers of each, one after the other over one
connection to a service in a process of its own. It ends with 1 when a bound is broken.
"""

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

import typer
from rich.console import Console
from sqlalchemy.orm import Session

from app.base.db import connect
from app.base.embedded import WITHOUT_DURABILITY, Cluster
from app.base.migrations import migrate
from app.base.storage import LocalStorage
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.scenes.series import TEST
from app.tiles import changes, making
from app.tiles.combinations import views_of
from app.tiles.layers import TileDescription
from app.tiles.pictures import Asked, address
from benchmarks.clock import MILLI, percentile
from benchmarks.databases import FOLDER
from benchmarks.report import Line, Report, machine
from benchmarks.service import Client, started

NEW_MS, KNOWN_MS = 60.0, 10.0
START_SECONDS = 60
console = Console(stderr=True, highlight=False)


@contextmanager
def opened(count: int) -> Iterator[tuple[str, Client, list[TileDescription]]]:
    """A service with so many tiles and one for practice, its database, and a client of it."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", extra=WITHOUT_DURABILITY)
        with cluster.used() as database:
            tiles = _made(database, LocalStorage(Path(folder) / "files"), count)
            environment = {"EO_DATABASE_URL": database, "EO_STATE_DIR": folder}
            command = [sys.executable, "-m", "benchmarks.server"]
            with started(command, environment, START_SECONDS) as running:
                client = Client(running.address)
                # The first picture of a process may wait until what draws is imported.
                timed(client, _addresses(tiles[:1]))
                yield database, client, tiles[1:]


def _made(database: str, storage: LocalStorage, count: int) -> list[TileDescription]:
    engine = connect(database)
    migrate(engine)
    with Session(engine) as session, session.begin():
        tiles = [making.make_clear(storage, seed) for seed in TEST[: count + 1]]
        for tile in tiles:
            changes.put(session, tile)
        # A service without any dataset is not ready.
        uuid = uuid5(NAMESPACE_URL, making.DATASET)
        publish(session, DatasetRecord(slug=making.DATASET, uuid=uuid, name="Simulated", kind="ml-dataset"))
    engine.dispose()
    return tiles


def _addresses(tiles: Iterable[TileDescription]) -> list[list[str]]:
    """The addresses of all pictures of each tile."""
    return [[address(tile, Asked(view)) for view in views_of(tile)] for tile in tiles]


def timed(client: Client, addresses: Iterable[Sequence[str]]) -> list[list[float]]:
    """Milliseconds that each answer took, by tile."""
    return [[_once(client, path) for path in paths] for paths in addresses]


def _once(client: Client, path: str) -> float:
    began = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - began) * MILLI


def _line(what: str, took: Sequence[float], at_most: float | None = None) -> Line:
    middle, most = percentile(took, 0.5), max(took)
    note = f"{len(took):,} answers; median {middle:.3g} ms, slowest {most:.3g} ms"
    return Line(what, percentile(took, 0.95), "ms", at_most=at_most, note=note)


def measured(client: Client, tiles: Sequence[TileDescription], rounds: int) -> list[Line]:
    """Every picture for the first time, then again and again, then the pages around them."""
    addresses = _addresses(tiles)
    new = timed(client, addresses)
    known = [one for _ in range(rounds) for tile in timed(client, addresses) for one in tile]
    pages = [_once(client, f"/tiles/{tile.id}") for _ in range(rounds) for tile in tiles]
    return [
        _line("New pictures, p95", [one for tile in new for one in tile], NEW_MS),
        _line("of them the first of a tile, p95", [tile[0] for tile in new], NEW_MS),
        _line("Known pictures, p95", known, KNOWN_MS),
        _line("Page of a tile, p95", pages),
    ]


def main(
    tiles: Annotated[int, typer.Option(help="Tiles whose pictures are asked for.")] = 30,
    rounds: Annotated[int, typer.Option(help="How often known pictures are asked for.")] = 5,
    write: Annotated[bool, typer.Option(help="Put the table into docs/benchmarks.md.")] = False,
) -> None:
    """Measure the pictures of tiles on this machine, in a private database that is thrown away."""
    with opened(tiles) as (database, client, made):
        report = Report(machine(database))
        report.lines += measured(client, made, rounds)
    print(f"{report.machine}\n\n{report.table()}")
    console.print(f"The figures are in {report.save(FOLDER, 'pictures')}.")
    if write:
        report.write(name="pictures")
    raise typer.Exit(0 if report.kept else 1)


if __name__ == "__main__":
    typer.run(main)
