"""The command line; `app.commands` has a module for each command, and `python -m app --help` lists them."""

import signal
import sys
from typing import Any, ClassVar

import typer
from pydantic import ValidationError

from app.base.db import translated
from app.base.errors import AppError
from app.commands.ground import console
from app.commands.later import LaterCommands


class Commands(LaterCommands):
    """All commands, with the modules that are imported when one is asked for."""

    modules: ClassVar = {
        "serve": "app.commands.serve",
        "work": "app.commands.work",
        "migrate": "app.commands.migrate",
        "seed": "app.commands.seed",
        "check": "app.commands.check",
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


@commands.callback()
def app() -> None:
    """The Earth observation dataset catalogue."""


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
