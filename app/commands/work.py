"""The command `work`: a worker, which does the jobs that wait in the database."""

import os
import threading
from typing import Annotated

import typer

from app import worker
from app.commands.ground import migrated, prepared_settings
from app.commands.later import new_commands
from app.commands.watching import PARENT_MARK, end_with_parent

commands = new_commands()


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
