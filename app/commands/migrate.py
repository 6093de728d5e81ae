"""The command `migrate`."""

import typer

from app.base import migrations
from app.commands.ground import console, migrated, prepared_settings

commands = typer.Typer(add_completion=False, rich_markup_mode="rich")


@commands.command()
def migrate() -> None:
    """Bring the database to the newest migration; nothing happens where it is there already."""
    with migrated(prepared_settings()) as (_, engine), engine.connect() as connection:
        console.print(f"The database is at migration {migrations.reached(connection)}.")
