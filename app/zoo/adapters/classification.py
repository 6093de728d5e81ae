"""Models that name the class of a whole patch, or of each patch of a larger tile."""

from collections.abc import Mapping

import numpy as np

from app.base.errors import Invalid
from app.zoo.adapters.answers import checked
from app.zoo.cards import ModelCard
from app.zoo.tiles import NO_CLASS, Network, Outcome, Tile, Values, prepare


def classify(card: ModelCard, tile: Tile, network: Network) -> Outcome:
    """Name the class of each whole patch of the model's size; patches with no data get none.

    Labels and probabilities are maps with one value a patch [patch row, patch column]; one patch gives
    maps of one value.

    Raises:
        Invalid: the tile is smaller than a patch, or the network does not keep what its card promises.
    """
    wanted = card.inputs[0]
    return by_patch(card, tile, {wanted.name: prepare(tile, wanted)}, network)


def by_patch(card: ModelCard, tile: Tile, eaten: Mapping[str, Values], network: Network) -> Outcome:
    """Ask the network about each patch of what a tile was prepared to, by name of the input.

    Raises:
        Invalid: no patch has data everywhere, or the network does not keep what its card promises.
    """
    output = card.outputs[0]
    size, classes = card.inputs[0].smallest, len(card.classes)
    rows, columns = (length // size for length in tile.shape)
    labels = np.full((rows, columns), NO_CLASS, dtype=np.uint8)
    probabilities = np.full((classes, rows, columns), np.nan, dtype=np.float32)
    for row, column in np.ndindex(rows, columns):
        patch = np.s_[row * size : (row + 1) * size, column * size : (column + 1) * size]
        if tile.known[patch].all():
            cut = {name: values[(..., *patch)] for name, values in eaten.items()}
            found = checked(card, network(cut), output.name, (1, classes))[0]
            probabilities[:, row, column] = _shares(found, output.returned == "probabilities")
            labels[row, column] = found.argmax()
    known = labels != NO_CLASS
    if not known.any():
        raise Invalid("No patch of this tile has data everywhere; there is nothing to classify.")
    return Outcome(labels=labels, probabilities=probabilities, shares=class_shares(card, labels))


def _shares(found: Values, are_probabilities: bool) -> Values:
    if are_probabilities:
        return found
    raised = np.exp(found - found.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def class_shares(card: ModelCard, labels: np.ndarray) -> dict[str, float]:
    """Share of each class among what has a label, 0 to 1, by its name."""
    counts = np.bincount(labels[labels != NO_CLASS], minlength=len(card.classes))
    shares = counts / max(1, counts.sum())
    return dict(zip((one.name for one in card.classes), shares.tolist(), strict=True))
