"""Models that tell whether two patches of different sensors show the same place."""

from app.base.errors import Invalid
from app.zoo.adapters.classification import by_patch
from app.zoo.cards import ModelCard
from app.zoo.tiles import Network, Outcome, Tile, prepare


def match(card: ModelCard, tile: Tile, network: Network) -> Outcome:
    """Tell of each patch of the model's size whether both its inputs show the same place.

    Both inputs are cut from one tile, each with its own bands, so that a tile whose sensors are well aligned
    corresponds everywhere. The outcome is that of a classification: maps with one value a patch.

    Raises:
        Invalid: the tile is smaller than a patch, the inputs are not of one size, or the network does not
            keep what its card promises.
    """
    sizes = {one.smallest for one in card.inputs}
    if len(sizes) > 1:
        raise Invalid(f"The inputs of model {card.id} are patches of different sizes; it needs one size.")
    return by_patch(card, tile, {one.name: prepare(tile, one) for one in card.inputs}, network)
