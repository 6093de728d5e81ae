"""The commands `models …`: weights that others published become models of this installation."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.base.errors import Invalid
from app.base.later import Later
from app.commands import runs
from app.commands.ground import console
from app.commands.later import new_commands
from app.settings import Settings

# It brings what reads HDF5 and runs networks, which no other command needs.
importing = Later("app.zoo.weights.importing")

commands = new_commands(help="The reference models.", no_args_is_help=True)


commands.command("benchmark")(runs.benchmark)


@commands.command("import-weights")
def import_weights(
    network: Annotated[str, typer.Argument(metavar="NETWORK", help="sen2lcz.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="HDF5 of Keras.")],
    into: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder of the models; else EO_MODELS.")
    ] = None,
) -> None:
    """Make a model of the weights that the authors of a network published.

    Network, card and reference answer are written into the folder of the models, where the service finds
    them. The network is checked against a second reckoning of the same weights first.
    """
    if network not in importing.IMPORTS:
        raise Invalid(f"No weights of {network} can be read; there is {', '.join(importing.IMPORTS)}.")
    card = importing.IMPORTS[network](file, into or Settings().models)
    told = f"{card.parameters:,} parameters, {card.file.size:,} bytes, at /models/{card.id}"
    console.print(f"{escape(card.name)}: {told}.", soft_wrap=True)
