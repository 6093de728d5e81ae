"""The command `items scan`; it alone imports the room of scans, and with it what reads rasters."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated

import orjson
import typer
from rich.markup import escape
from rich.progress import Progress
from sqlalchemy.orm import sessionmaker

from app.base.errors import Invalid
from app.commands.ground import console, migrated, prepared_settings
from app.commands.items import counting, load_with_count, tell
from app.commands.later import new_commands
from app.items.scans.samples import Document, Fault
from app.items.scans.scanning import FORMATS, scan

STEP = 100
PROCESSES = os.cpu_count() or 1
MOST_FAULTS_TOLD = 1_000

commands = new_commands()


@dataclass
class Scanned:
    """How many samples became items, and how many did not."""

    items: int = 0
    faults: int = 0


@commands.command(help=f"Make items of the files of a dataset: {', '.join(FORMATS)}.")
def scan_folder(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="Name of the layout.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Folder of the dataset.")
    ],
    collection: Annotated[
        str | None, typer.Option(help="Slug of the dataset whose collection takes the items.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(dir_okay=False, help="File to write the items into, as ndjson.")
    ] = None,
    base: Annotated[
        str,
        typer.Option(help="What stands before the paths of files, such as https://data.example/eurosat/."),
    ] = "",
    strict: Annotated[bool, typer.Option(help="Stop at the first file that cannot be read.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="How many processes read files.")] = PROCESSES,
) -> None:
    """Make items of the files of a dataset; they go to the standard output, a file, or a collection."""
    found = scan(form, folder, base, jobs)
    if collection is None:
        with opened(output) as file:
            tell_scanned(write_items(found, folder, strict, file))
        return
    with tempfile.TemporaryDirectory() as place:
        path = output or Path(place) / f"{folder.name}.ndjson"
        with opened(path) as file:
            tell_scanned(write_items(found, folder, strict, file))
        with migrated(prepared_settings()) as (_, engine):
            tell(path, load_with_count(sessionmaker(engine), collection, path, strict))


@contextmanager
def opened(path: Path | None) -> Iterator[IO[bytes]]:
    """A file to write into; without a path, the standard output."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path.suffix not in (".ndjson", ".jsonl"):
        raise Invalid(f"{path.name}: items are written one a line; name the file .ndjson.")
    with path.open("wb") as file:
        yield file


def write_items(found: Iterator[Document | Fault], folder: Path, strict: bool, file: IO[bytes]) -> Scanned:
    """Write the items of a folder, one a line, and tell what in it becomes none.

    Raises:
        Invalid: the folder holds nothing of its format, or a file cannot be read and `strict` is set.
    """
    done = Scanned()
    with counting(folder.name) as bar:
        task = bar.add_task("scan", total=None)
        for one in found:
            if isinstance(one, Fault):
                done.faults += 1
                tell_fault(bar, one, folder, done.faults, strict)
                continue
            file.write(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))
            done.items += 1
            if done.items % STEP == 0:
                bar.update(task, completed=done.items)
        bar.update(task, completed=done.items)
    return done


def tell_fault(bar: Progress, fault: Fault, folder: Path, number: int, strict: bool) -> None:
    """Say what becomes no item, the first thousand times; a strict scan ends unless the makers say so, too.

    Raises:
        Invalid: the scan is strict.
    """
    path = fault.path.relative_to(folder) if fault.path.is_relative_to(folder) else fault.path
    if strict and not fault.known:
        raise Invalid(f"{path}: {fault.reason}")
    if number <= MOST_FAULTS_TOLD:
        bar.console.print(f"[red]✗[/] {escape(str(path))}: {escape(fault.reason)}", soft_wrap=True)


def tell_scanned(done: Scanned) -> None:
    """How a scan went."""
    console.print(f"Scanned: {done.items} items, {done.faults} left out.")
