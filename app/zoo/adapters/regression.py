"""Models that predict a value for every pixel, each subnetwork with its own location and scale."""

import numpy as np

from app.zoo.adapters.answers import mapped
from app.zoo.cards import ModelCard
from app.zoo.tiles import Network, Outcome, Tile

LOCATION, LOG_SCALE = 0, 1
SCALE_LIMITS = (1e-5, 1e3)


def regress(card: ModelCard, tile: Tile, network: Network) -> Outcome:
    """Predict a value for every pixel that has data, and split its variance.

    The output holds location and log-scale of a Laplace distribution for each subnetwork
    [subnetwork, 2, row, column]. Aleatoric is the mean of their variances 2b², epistemic how far the
    locations lie apart; one subnetwork alone has no epistemic part.

    Raises:
        Invalid: the tile does not fit, or the network does not keep what its card promises.
    """
    copies, output = card.inputs[0].copies or 1, card.outputs[0]
    answer = mapped(card, tile, network, {output.name: (copies, 2)})[output.name]
    location = answer[:, LOCATION]
    scale = np.clip(np.exp(answer[:, LOG_SCALE]), *SCALE_LIMITS)
    hidden = ~tile.known
    maps = [location.mean(axis=0), (2 * scale**2).mean(axis=0)]
    if copies > 1:
        maps.append(location.var(axis=0, ddof=1))
    values, aleatoric, *epistemic = (np.where(hidden, np.nan, one).astype(np.float32) for one in maps)
    return Outcome(values=values[None], aleatoric=aleatoric[None], epistemic=_only(epistemic))


def _only(maps: list[np.ndarray]) -> np.ndarray | None:
    return maps[0][None] if maps else None
