"""The commands `tiles …`: make the simulated tiles, bring those of real datasets."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from sqlalchemy.orm import Session

from app.base.later import Later
from app.base.storage import Storage, open_storage
from app.commands.ground import console, migrated, prepared_settings
from app.commands.later import new_commands
from app.settings import Settings
from app.tiles.layers import TileDescription

# It brings the simulation, which no other command needs.
changes = Later("app.tiles.changes")
# It brings libraries that read rasters.
bringing = Later("app.tiles.importing.bringing")

commands = new_commands(help="Sample tiles: small rasters with truth.", no_args_is_help=True)


@commands.callback()
def tiles() -> None:
    """Sample tiles: small rasters with truth."""


@commands.command("simulate")
def simulate() -> None:
    """Make the simulated tiles anew and publish the dataset that they belong to.

    [bold]serve[/] asks its worker for this when they are missing or made by an older version.
    """
    settings = prepared_settings()
    with migrated(settings) as (_address, engine), Session(engine) as session, session.begin():
        count = changes.simulate(session, storage_of(settings))
    console.print(f"{count} simulated tiles.")


@commands.command("import")
def import_tiles(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="bigearthnet, dfc2020, eurosat, hybiomass, mapinwild, sen12ms, sen12ms-cr, sen12ms-cr-ts, "
            "sen1floods11 or so2sat.",
        ),
    ],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Folder of the dataset.")
    ],
    dataset: Annotated[
        str | None,
        typer.Option(help="Slug of the dataset that the tiles belong to; else that of the format."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=10_000, help="How many samples are brought.")] = 20,
) -> None:
    """Bring samples of a real dataset as tiles; one that was brought before is replaced."""
    settings = prepared_settings()
    storage, count, faults = storage_of(settings), 0, 0
    with migrated(settings) as (_address, engine):
        for one in bringing.bring(form, folder, storage, dataset=dataset, most=most):
            if not isinstance(one, TileDescription):
                faults += 1
                console.print(f"[red]✗[/] {escape(f'{one.path}: {one.reason}')}", soft_wrap=True)
                continue
            with Session(engine) as session, session.begin():
                changes.put(session, one)
            count += 1
    console.print(f"{count} tiles, {faults} left out.")


def storage_of(settings: Settings) -> Storage:
    """Where the settings say that files are kept."""
    return open_storage(settings.state / "files", settings.storage_url, settings.storage_endpoint)
