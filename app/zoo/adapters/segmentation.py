"""Models that label every pixel."""

import numpy as np

from app.zoo.adapters.answers import mapped
from app.zoo.adapters.classification import class_shares
from app.zoo.cards import ModelCard
from app.zoo.tiles import NO_CLASS, Network, Outcome, Tile


def segment(card: ModelCard, tile: Tile, network: Network) -> Outcome:
    """Label every pixel that has data with its likeliest class, and report the share of each class.

    Raises:
        Invalid: the tile does not fit, or the network does not keep what its card promises.
    """
    output, classes = card.outputs[0], len(card.classes)
    scores = mapped(card, tile, network, {output.name: (classes,)})[output.name]
    if output.returned == "scores":
        raised = np.exp(scores - scores.max(axis=0))
        scores = raised / raised.sum(axis=0)
    labels = np.where(tile.known, scores.argmax(axis=0), NO_CLASS).astype(np.uint8)
    probabilities = np.where(tile.known, scores, np.nan).astype(np.float32)
    return Outcome(labels=labels, probabilities=probabilities, shares=class_shares(card, labels))
