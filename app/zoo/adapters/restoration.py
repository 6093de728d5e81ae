"""Models that make one clear image of several cloudy ones, and say how sure they are of each value."""

import numpy as np

from app.zoo.adapters.answers import mapped
from app.zoo.cards import ModelCard
from app.zoo.tiles import Network, Outcome, Tile


def restore(card: ModelCard, tile: Tile, network: Network) -> Outcome:
    """The clear image [band, row, column] and, where the model tells it, the variance of each value.

    A pixel that has no data on any date stays without; a date of no data at all counts as missing.

    Raises:
        Invalid: the tile does not fit, or the network does not keep what its card promises.
    """
    channels: dict[str, tuple[int, ...]] = {one.name: (len(one.bands),) for one in card.outputs}
    found = mapped(card, tile, network, channels)
    hidden = np.isnan(tile.values).all(axis=tuple(range(tile.values.ndim - 2)))
    maps = {
        one.returned: np.where(hidden, np.nan, found[one.name]).astype(np.float32) for one in card.outputs
    }
    return Outcome(values=maps["values"], aleatoric=maps.get("variance"))
