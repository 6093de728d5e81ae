"""The command line: `python -m app --help` tells what there is."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
import uvicorn
from pydantic import ValidationError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.base import migrations
from app.base.db import connect, translated
from app.base.embedded import Cluster, cluster
from app.base.errors import AppError, Unavailable
from app.base.later import Later
from app.base.protocol import BoundedProtocol
from app.catalogue.content import read_file
from app.catalogue.tables import Dataset, Table
from app.commands.ground import console, database, migrated, prepared_settings
from app.commands.later import LaterCommands
from app.settings import Settings

# A load of items starts in half the time without them.
web, worker, seeding = Later("app.web"), Later("app.worker"), Later("app.seeding")
tile_changes = Later("app.tiles.changes")


class Commands(LaterCommands):
    """The commands of this module, and the groups of the others."""

    modules: ClassVar = {
        "import": "app.commands.imports",
        "items": "app.commands.items",
        "links": "app.commands.links",
        "models": "app.commands.models",
        "runs": "app.commands.runs",
        "tiles": "app.commands.tiles",
        "users": "app.commands.users",
    }


commands = typer.Typer(
    cls=Commands,
    help="""The Earth observation dataset catalogue.

    [bold]serve[/] is all you need on your own machine: it starts a private PostGIS in the state folder,
    brings it up to date, loads the bundled catalogue when it changed, and serves pages and API.

    Settings are environment variables such as PORT, EO_STATE_DIR and EO_DATABASE_URL; docs/configuration.md
    lists them all.
    """,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
Folder = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="Folder with one YAML file a dataset; else the bundled."),
]

WATCH_SECONDS = 5.0
BACKLOG = 2048


@commands.command()
def serve() -> None:
    """Start everything: database, migrations, bundled catalogue, worker, pages and API.

    HOST and PORT say where to listen (default 127.0.0.1:8000; PORT=0 takes a free port). Ctrl-C stops it.
    """
    settings = prepared_settings()
    listener = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    with database(settings) as (address, private):
        engine = connect(address)
        migrations.migrate(engine)
        load_if_changed(settings, address, engine)
        ask_for_tiles(engine)
        engine.dispose()
        with watched(address, private) as start_watching:
            reads = private.read_address if private else None
            Announced(settings, address, start_watching, reads).run(sockets=[listener])


@commands.command()
def work(once: Annotated[bool, typer.Option(help="Stop when nothing is left to do.")] = False) -> None:
    """Do the jobs that wait in the database: nightly dumps, recovery of jobs whose worker died.

    [bold]serve[/] starts one worker by itself; more may run anywhere with the same EO_DATABASE_URL.
    """
    settings = prepared_settings()
    if os.environ.get(PARENT_MARK):
        threading.Thread(target=end_with_parent, daemon=True).start()
    with migrated(settings) as (address, _):
        worker.run(settings, address, once=once)


@commands.command()
def migrate() -> None:
    """Bring the database to the newest migration; nothing happens where it is there already."""
    with migrated(prepared_settings()) as (_, engine), engine.connect() as connection:
        console.print(f"The database is at migration {migrations.reached(connection)}.")


@commands.command()
def seed(folder: Folder = None) -> None:
    """Publish every record of a folder; records that did not change are left alone."""
    settings, folder = prepared_settings(), folder or seeding.CATALOGUE
    with migrated(settings) as (address, engine):
        load(engine, folder)
        if folder == seeding.CATALOGUE:
            seeding.remember(settings.state, address, seeding.fingerprint())


@commands.command()
def check(folder: Folder = None) -> None:
    """Look for mistakes: files that are no valid records, tables that no migration builds.

    It works on a database of its own, made for the purpose and thrown away.
    """
    folder = folder or seeding.CATALOGUE
    faults = [*content_faults(folder), *table_faults()]
    for fault in faults:
        console.print(f"[red]✗[/] {fault}", soft_wrap=True)
    if faults:
        raise typer.Exit(1)
    console.print(f"[green]✓[/] {len(seeding.files(folder))} records are valid; migrations and tables agree.")


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Unavailable(f"{host}:{port} is taken ({error.strerror}). Try PORT={port + 1}.") from error


class Announced(uvicorn.Server):
    """A server that tells people where it is once it listens, and only then starts the rest."""

    def __init__(
        self, settings: Settings, address: str, then: Callable[[], None], read_address: str | None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                web.create_app(settings, address, read_address=read_address),
                log_config=None,
                access_log=False,
                server_header=False,
                ws="none",
                http=BoundedProtocol,
                backlog=BACKLOG,
                timeout_graceful_shutdown=5,
            )
        )
        self.place = settings.address
        self.then = then

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            console.print(f"The catalogue is at [bold]{self.place}[/]  (Ctrl-C stops it)")
            self.then()


def load_if_changed(settings: Settings, address: str, engine: Engine) -> None:
    """Load the bundled catalogue into an empty database, or when its files changed since."""
    current = seeding.fingerprint()
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(Dataset)) or 0
    if count and seeding.remembered(settings.state, address) == current:
        return
    load(engine, seeding.CATALOGUE)
    seeding.remember(settings.state, address, current)


def ask_for_tiles(engine: Engine) -> None:
    """Have the worker make the simulated tiles, where they are missing or made by an older version."""
    with Session(engine) as session, session.begin():
        if tile_changes.ask_for_simulated(session):
            console.print("Simulated tiles are being made; they appear within a minute.")


def load(engine: Engine, folder: Path) -> None:
    """Publish a folder in one transaction, with a bar that shows how far it is."""
    total = len(seeding.files(folder))
    columns = (TextColumn("Loading datasets"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("load", total=total)
        with Session(engine) as session, session.begin():
            done = seeding.load(session, folder, progress=lambda count: bar.advance(task, count))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    console.print(f"Datasets: {done.new} new, {done.changed} changed, {done.same} unchanged.")


PARENT_MARK = "EO_WORKER_OF_SERVE"


@contextmanager
def watched(address: str, private: Cluster | None) -> Iterator[Callable[[], None]]:
    """A worker beside the server; both it and the private database are started again should they end.

    Gives the function that begins all this: the worker's start would slow the server's own.
    """
    stopping = threading.Event()
    thread = threading.Thread(target=watch, args=(address, private, stopping))
    try:
        yield thread.start
    finally:
        stopping.set()
        if thread.ident is not None:
            thread.join()


def watch(address: str, private: Cluster | None, stopping: threading.Event) -> None:
    """Keep one worker and the database alive until told to stop."""
    process = start_worker(address)
    while not stopping.wait(WATCH_SECONDS):
        if private is not None and not private.is_running():
            private.start()
        if process.poll() is not None:
            process = start_worker(address)
    process.terminate()
    process.wait()


def start_worker(address: str) -> subprocess.Popen[bytes]:
    """A worker that ends when this process does, even by kill -9: its end of the pipe closes then."""
    environment = {**os.environ, "EO_DATABASE_URL": address, PARENT_MARK: "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "work"], env=environment, stdin=subprocess.PIPE, start_new_session=True
    )


def end_with_parent() -> None:
    """Wait for the parent's end, then ask ourselves to stop."""
    # Unbuffered: a buffered reader that waits in a thread cannot be torn down at the end.
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


def content_faults(folder: Path) -> Iterator[str]:
    """What is wrong with the files of a catalogue folder."""
    for path in seeding.files(folder):
        try:
            read_file(path)
        except AppError as error:
            yield error.message


def table_faults() -> Iterator[str]:
    """Where the tables in code and the ones that the migrations build differ."""
    with tempfile.TemporaryDirectory() as state, cluster(Path(state), durable=False).used() as address:
        engine = connect(address)
        migrations.migrate(engine)
        # Every table is known once the service and the worker are.
        for module in (web, worker):
            module.imported()
        with engine.connect() as connection:
            found = migrations.differences(connection, Table.metadata)
            yield from (f"Tables and migrations differ: {one}" for one in found)
        engine.dispose()


def end(_number: int, _frame: Any) -> None:
    """A polite request to stop unwinds everything that was started."""
    sys.exit(0)


def main() -> None:
    """Run a command; what a person can mend is told in one line."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        with translated():
            commands()
    except (AppError, ValidationError) as error:
        console.print(f"[red]{error}[/]", soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
