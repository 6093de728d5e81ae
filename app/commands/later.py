"""How commands are put together: each module is imported when it is asked for, and all of them look alike."""

from importlib import import_module
from typing import Any, ClassVar

import typer
import typer.main
from typer.core import TyperGroup


class LaterCommands(TyperGroup):
    """The commands written down as usual, and those of other modules, which call theirs `commands`."""

    modules: ClassVar[dict[str, str]] = {}
    """Where a command, or a group of them, is found by its name."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The names of all commands, those of other modules behind the others."""
        return [*super().list_commands(ctx), *self.modules]

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def,override]
        """The command of a name."""
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        command = typer.main.get_command(import_module(self.modules[cmd_name]).commands)
        command.name = cmd_name
        return command


def new_commands(**given: Any) -> typer.Typer:
    """The commands of a module, to be filled; `given` is what typer takes, such as `help`."""
    return typer.Typer(add_completion=False, rich_markup_mode="rich", **given)
