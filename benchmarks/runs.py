"""`python -m benchmarks.runs`: what a run costs beyond its network, large tiles, and a second worker.

Ratios of figures that were taken in turns on the same machine, in about a minute and a half. It ends with 1
when a bound is broken.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated
from uuid import UUID

import numpy as np
import typer
from rich.console import Console
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from app import worker
from app.base.db import connect
from app.base.embedded import cluster
from app.base.migrations import migrate
from app.base.storage import LocalStorage
from app.runs import changes
from app.runs.changes import Wanted
from app.runs.supervising import Supervisor
from app.runs.tables import Run
from app.scenes.series import TEST
from app.settings import ROOT
from app.tiles.changes import put
from app.tiles.layers import TileDescription
from app.tiles.making import make_clear
from app.tiles.reading import read_tile
from app.zoo.adapters.answers import window
from app.zoo.cards import ModelCard
from app.zoo.fitting import known_cards
from app.zoo.onnx import open_network
from app.zoo.tiles import Network, prepare
from app.zoo.tiling import in_windows
from benchmarks.databases import FOLDER
from benchmarks.report import Line, Report, machine

TILES, LARGE = 20, 1024
FREE_MS = 300.0
MOST_RATIO, MOST_TILED, LEAST_GAIN, LEAST_FASTER = 1.3, 1.15, 1.7, 2.0
QUEUE, PRACTICE = 240, 12
ASKERS = 60
DOCUMENT = ROOT / "docs" / "runs.md"
PATIENCE_SECONDS = 300.0
console = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Bench:
    """A database, a storage with tiles, and a model."""

    address: str
    engine: Engine
    sessions: sessionmaker[Session]
    storage: LocalStorage
    tiles: list[TileDescription]
    card: ModelCard
    network: Network
    environment: dict[str, str]

    def request(self, session: Session, tile: TileDescription, asker: str) -> UUID:
        """Put a run into the queue."""
        until = datetime.now(UTC) + timedelta(days=1)
        return changes.request(session, Wanted(tile.id, [self.card.id], {}, asker, False, until)).id


@contextmanager
def opened(model: str, models: Path) -> Iterator[Bench]:
    """Everything that the parts need, in a folder that is thrown away."""
    card = known_cards(models)[model]
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder)).used() as address:
        engine = connect(address)
        migrate(engine)
        storage = LocalStorage(Path(folder) / "files")
        tiles = [make_clear(storage, seed) for seed in TEST[:TILES]]
        sessions = sessionmaker(engine, expire_on_commit=False)
        with sessions.begin() as session:
            for tile in tiles:
                put(session, tile)
        environment = {"EO_STATE_DIR": folder, "EO_DATABASE_URL": address, "EO_MODELS": str(models)}
        network = open_network(card, models)
        yield Bench(address, engine, sessions, storage, tiles, card, network, environment)
        engine.dispose()


def overhead(bench: Bench, rounds: int) -> list[Line]:
    """Whole runs, from the claim to the end, against the network alone on the same arrays."""
    wanted = bench.card.inputs[0]
    eaten = [{wanted.name: prepare(read_tile(bench.storage, tile), wanted)} for tile in bench.tiles]
    supervisor = Supervisor(worker.RUNNER, bench.environment, PATIENCE_SECONDS)

    with bench.sessions.begin() as session:
        waiting = iter(
            [
                bench.request(session, tile, f"round {one} {number % 4}")
                for one in range(rounds + 1)
                for number, tile in enumerate(bench.tiles)
            ]
        )

    def whole() -> None:
        for number in islice(waiting, TILES):
            with bench.sessions.begin() as session:
                supervisor.work(session, run=str(number))

    def bare() -> None:
        for arrays in eaten:
            bench.network(arrays)

    whole_ms, bare_ms = in_turns([whole, bare], rounds)
    supervisor.end()
    ratio = (whole_ms - FREE_MS) / bare_ms
    note = f"{whole_ms:,.0f} ms against {bare_ms:,.0f} ms; {FREE_MS:g} ms are free"
    return [Line(f"{TILES} runs over the bare network", ratio, "×", at_most=MOST_RATIO, note=note)]


def tiled(bench: Bench, rounds: int) -> list[Line]:
    """A large tile in windows against the network on all of it at once."""
    wanted = bench.card.inputs[0]
    shape = (LARGE, LARGE)
    values = np.random.default_rng(1).random((1, len(wanted.bands), *shape)).astype(np.float32)
    size = window(wanted, shape)

    def windows() -> None:
        in_windows(
            values, size, lambda part: {k: v[0] for k, v in bench.network({wanted.name: part}).items()}
        )

    windows_ms, bare_ms = in_turns([windows, lambda: bench.network({wanted.name: values})], rounds)
    note = f"windows of {size[0]}; {windows_ms:,.0f} ms against {bare_ms:,.0f} ms"
    what = f"{LARGE} × {LARGE} pixels in windows over all at once"
    return [Line(what, windows_ms / bare_ms, "×", at_most=MOST_TILED, note=note)]


def workers(bench: Bench, rounds: int) -> list[Line]:
    """Runs a minute of one worker, and of two, in turns: the second one sleeps in every other round."""
    first = _worker(bench)
    try:
        with asleep(first):
            second = _worker(bench)
        try:
            ones, twos = _rates(bench, second, rounds)
        finally:
            _end(second)
    finally:
        _end(first)
    one, two = statistics.median(ones), statistics.median(twos)
    note = f"{two:,.0f} against {one:,.0f} runs a minute on {os.cpu_count()} cores"
    return [Line("Two workers over one", two / one, "×", at_least=LEAST_GAIN, note=note)]


def _rates(bench: Bench, second: subprocess.Popen[bytes], rounds: int) -> tuple[list[float], list[float]]:
    """Runs a minute without the second worker and with it, of each round."""
    ones, twos = [], []
    for _ in range(rounds):
        with asleep(second):
            ones.append(_rate(bench, QUEUE))
        twos.append(_rate(bench, QUEUE))
    return ones, twos


def _worker(bench: Bench) -> subprocess.Popen[bytes]:
    """A worker that has done runs, so that its child is there and has the network open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "work"],
        env={**os.environ, **bench.environment, "EO_OUTSIDE": "false"},
        stderr=subprocess.DEVNULL,
    )
    _rate(bench, PRACTICE)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


@contextmanager
def asleep(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop a worker, which has nothing at work, for the time of the block."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def _rate(bench: Bench, queue: int) -> float:
    """Ended runs a minute; the clock starts when all of them are in the queue at once."""
    with bench.sessions.begin() as session:
        for number in range(queue):
            bench.request(session, bench.tiles[number % TILES], f"user {number % ASKERS}")
    began = time.perf_counter()
    open_ = select(func.count()).where(Run.state.in_(("queued", "running")))
    while time.perf_counter() - began < PATIENCE_SECONDS:
        with bench.sessions() as session:
            if not session.scalar(open_):
                return queue / (time.perf_counter() - began) * 60
        time.sleep(0.05)
    raise RuntimeError("The queue was not worked off.")


def eager(bench: Bench, python: Path) -> list[Line]:
    """Every shipped file against its network in PyTorch, by a Python that has it."""
    what = "{} in ONNX Runtime, times as fast as in PyTorch eager"
    models = Path(bench.environment["EO_MODELS"])
    command = [str(python), "-m", "benchmarks.eager", str(models)]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    if "skipped" in found:
        return [Line(what.format("Models"), None, "×", at_least=LEAST_FASTER, note=found["skipped"])]
    return [
        Line(
            what.format(name),
            told["eager_ms"] / told["onnx_ms"],
            "×",
            at_least=LEAST_FASTER,
            note=f"{told['onnx_ms']:.1f} ms against {told['eager_ms']:.1f} ms; {told['shape']}, one thread",
        )
        for name, told in found["models"].items()
    ]


def in_turns(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Milliseconds of each work, the least of its rounds, which are taken in turns after one for practice."""
    took: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for work, times in zip(works, took, strict=True):
            began = time.perf_counter()
            work()
            if number:
                times.append((time.perf_counter() - began) * 1000)
    return [min(times) for times in took]


PARTS = {"overhead": overhead, "tiled": tiled, "workers": workers}
EAGER = "eager"
ALL = ",".join((*PARTS, EAGER))


def main(
    only: Annotated[str, typer.Option(help="Parts, with commas between.")] = ALL,
    model: Annotated[str, typer.Option(help="Id of a model that labels pixels.")] = "dfc2020-unet-small",
    models: Annotated[Path, typer.Option(help="Folder of the models.")] = ROOT / "data" / "models",
    rounds: Annotated[int, typer.Option(help="How often everything is repeated.")] = 3,
    python: Annotated[Path, typer.Option(help="A Python with PyTorch.")] = Path(sys.executable),
    write: Annotated[bool, typer.Option(help="Put the table into docs/runs.md.")] = False,
) -> None:
    """Measure runs on this machine, in a private database of their own."""
    with opened(model, models) as bench:
        report = Report(machine(bench.address))
        for name in only.split(","):
            console.print(f"Measuring {name} …")
            report.lines += eager(bench, python) if name == EAGER else PARTS[name](bench, rounds)
    print(f"{report.machine}\n\n{report.table()}")
    console.print(f"The figures are in {report.save(FOLDER, 'runs')}.")
    if write:
        report.write("runs", DOCUMENT)
    raise typer.Exit(0 if report.kept else 1)


if __name__ == "__main__":
    typer.run(main)
