"""The command `check`: mistakes in the content, and tables that no migration builds."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import typer

from app import seeding
from app.base import migrations
from app.base.db import connect
from app.base.embedded import cluster
from app.base.errors import AppError
from app.base.later import Later
from app.catalogue.content import read_file
from app.catalogue.tables import Table
from app.commands.ground import Folder, console
from app.commands.later import new_commands

# Every table is known once the service and the worker are.
WITH_TABLES = Later("app.web"), Later("app.worker")

commands = new_commands()


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
        for module in WITH_TABLES:
            module.imported()
        with engine.connect() as connection:
            found = migrations.differences(connection, Table.metadata)
            yield from (f"Tables and migrations differ: {one}" for one in found)
        engine.dispose()
