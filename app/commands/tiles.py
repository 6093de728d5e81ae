"""The commands `tiles …`: make the simulated tiles."""

import typer
from sqlalchemy.orm import Session

from app.base.later import Later
from app.base.storage import Storage, open_storage
from app.commands.ground import console, migrated, prepared_settings
from app.settings import Settings

# It brings the simulation, which no other command needs.
changes = Later("app.tiles.changes")

commands = typer.Typer(help="Sample tiles: small rasters with truth.", no_args_is_help=True)


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


def storage_of(settings: Settings) -> Storage:
    """Where the settings say that files are kept."""
    return open_storage(settings.state / "files", settings.storage_url, settings.storage_endpoint)
