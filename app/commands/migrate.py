"""The command `migrate`."""

from app.base import migrations
from app.commands.ground import console, migrated, prepared_settings
from app.commands.later import new_commands

commands = new_commands()


@commands.command()
def migrate() -> None:
    """Bring the database to the newest migration; nothing happens where it is there already."""
    with migrated(prepared_settings()) as (_, engine), engine.connect() as connection:
        console.print(f"The database is at migration {migrations.reached(connection)}.")
