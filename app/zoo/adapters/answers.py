"""What all adapters do with what a network returned: believe nothing that the card does not promise."""

import numpy as np

from app.base.errors import Invalid
from app.zoo.cards import Input, ModelCard
from app.zoo.tiles import Network, Tile, Values, prepare
from app.zoo.tiling import in_windows, window_edge

LARGEST_WINDOW = 576
"""Rows and columns that a network is given at once; a larger tile is answered in windows."""


def checked(card: ModelCard, found: dict[str, Values], name: str, shape: tuple[int, ...]) -> Values:
    """One output of a network, of the shape that the card promises, every value a number.

    Raises:
        Invalid: it is missing, of another shape, or holds what is no number.
    """
    if name not in found:
        raise Invalid(f"Model {card.id} returned {', '.join(found) or 'nothing'}, its card promises {name}.")
    values = found[name]
    if values.shape != shape:
        raise Invalid(f"Model {card.id} returned {name} of shape {values.shape}, its card promises {shape}.")
    if not bool((abs(values) < float("inf")).all()):
        raise Invalid(f"Model {card.id} returned values in {name} that are no numbers.")
    return values


def mapped(
    card: ModelCard, tile: Tile, network: Network, channels: dict[str, tuple[int, ...]]
) -> dict[str, Values]:
    """The maps of a model for a tile of any size: named outputs [..., row, column] without the leading axis.

    Args:
        channels: for each output, what stands before rows and columns.
    Raises:
        Invalid: the tile does not fit, or the network does not keep what its card promises.
    """
    wanted = card.inputs[0]
    eaten = prepare(tile, wanted)

    def answer(values: Values) -> dict[str, Values]:
        rows, columns = values.shape[-2:]
        found = network(_named(wanted, tile, values))
        return {
            name: checked(card, found, name, (1, *before, rows, columns))[0]
            for name, before in channels.items()
        }

    return in_windows(eaten, window(wanted, tile.shape), answer)


def _named(wanted: Input, tile: Tile, values: Values) -> dict[str, Values]:
    """Everything a network takes, by name: the tile, and where it asks for them the days of its dates."""
    if wanted.days is None:
        return {wanted.name: values}
    days = np.array([tile.days[: values.shape[1]]], dtype=np.float32)
    return {wanted.name: values, wanted.days: days}


def window(wanted: Input, shape: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of the windows in which a tile is answered: few, and what the network takes."""
    if wanted.fixed:
        return wanted.smallest, wanted.smallest
    rows, columns = (
        max(wanted.smallest, window_edge(length, LARGEST_WINDOW, wanted.multiple)) for length in shape
    )
    return rows, columns
