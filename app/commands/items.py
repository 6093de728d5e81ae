"""The commands `items load`, `items export` and `items scan`."""

from pathlib import Path
from typing import Annotated, ClassVar

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session, sessionmaker

from app.commands.ground import console, migrated, prepared_settings
from app.commands.later import LaterCommands, new_commands
from app.items import changes
from app.items.exporting import export_file, export_lines
from app.items.geoparquet import Written
from app.items.loading import LoadReport, load_file

EACH_ITS_OWN = "-"


class ItemCommands(LaterCommands):
    """The commands of this module, and `scan`, which brings libraries that read rasters."""

    modules: ClassVar = {"scan": "app.commands.scan"}


commands = new_commands(
    cls=ItemCommands,
    help="Items of datasets: scenes, patches and time steps with their footprints.",
    no_args_is_help=True,
)


@commands.command("load")
def load_items(
    collection: Annotated[str, typer.Argument(help="Slug of the dataset; - for the one each item names.")],
    paths: Annotated[
        list[Path],
        typer.Argument(exists=True, help="ndjson, GeoJSON, GeoParquet, a catalogue or a folder of JSON."),
    ],
    strict: Annotated[bool, typer.Option(help="Stop at the first invalid item.")] = False,
    replace: Annotated[bool, typer.Option(help="Remove the items that are there first.")] = False,
) -> None:
    """Load STAC Items into the collection of a dataset; a load that was stopped goes on where it was."""
    with migrated(prepared_settings()) as (_, engine):
        sessions = sessionmaker(engine)
        slug = None if collection == EACH_ITS_OWN else collection
        if replace and slug is None:
            raise typer.BadParameter("--replace needs the slug of one dataset.")
        if replace:
            with sessions.begin() as session:
                changes.remove_items(session, changes.collection_number(session, collection))
        for path in paths:
            tell(path, load_with_count(sessions, slug, path, strict))


@commands.command("export")
def export_items(
    collection: Annotated[str, typer.Argument(help="Slug of the dataset.")],
    path: Annotated[
        Path | None,
        typer.Argument(help="File to write, .ndjson or .parquet; without one, lines to the standard output."),
    ] = None,
) -> None:
    """Write every item of a collection, as ndjson or as stac-geoparquet."""
    with migrated(prepared_settings()) as (_, engine):
        # A table is written in two readings, which must see the same items.
        steady = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(steady) as session:
            number = changes.collection_number(session, collection)
            if path is None:
                for document in export_lines(session, number):
                    print(document)
                return
            with counting(f"{path.name}") as bar:
                task = bar.add_task("export", total=None)
                written = export_file(session, number, path, lambda count: bar.advance(task, count))
    tell_written(path, written)


def counting(name: str) -> Progress:
    """A bar for work whose end is not known: how much is done, and for how long it has been going on."""
    count = TextColumn(f"{escape(name)}: {{task.completed}} items")
    return Progress(count, BarColumn(), TimeElapsedColumn(), console=console)


def load_with_count(
    sessions: sessionmaker[Session], slug: str | None, path: Path, strict: bool
) -> LoadReport:
    """Load a file with a count of how far it is."""
    with counting(path.name) as bar:
        task = bar.add_task("load", total=None)
        return load_file(sessions, slug, path, strict=strict, progress=lambda count: bar.advance(task, count))


def tell(path: Path, report: LoadReport) -> None:
    """What became of a file: numbers, and the line and reason of each item that was left out."""
    for line, reason in report.faults:
        console.print(f"[red]✗[/] {escape(path.name)}, line {line}: {escape(reason)}", soft_wrap=True)
    done = report.loaded
    console.print(
        f"{escape(path.name)}: {done.new} new, {done.replaced} replaced, {done.same} unchanged, "
        f"{report.invalid} invalid; {report.skipped_lines} lines were loaded before."
    )


def tell_written(path: Path, written: Written) -> None:
    """What a file holds, and what of it a table could not say in columns."""
    console.print(f"{escape(path.name)}: {written.items} items.")
    if written.as_json:
        names = escape(", ".join(written.as_json))
        console.print(f"Values of mixed kinds, written as JSON text: {names}.", soft_wrap=True)
    if written.kept_as_text:
        console.print(
            f"{written.kept_as_text} items are not all said by their row, and are kept as text beside it.",
            soft_wrap=True,
        )
