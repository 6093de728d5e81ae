"""How each kind of model is run: one pure function from card, tile and network to an outcome."""

from collections.abc import Callable, Mapping

from app.zoo.adapters.classification import classify
from app.zoo.adapters.matching import match
from app.zoo.adapters.regression import regress
from app.zoo.adapters.restoration import restore
from app.zoo.adapters.segmentation import segment
from app.zoo.cards import Kind, ModelCard
from app.zoo.tiles import Network, Outcome, Tile

ADAPTERS: Mapping[Kind, Callable[[ModelCard, Tile, Network], Outcome]] = {
    "classification": classify,
    "segmentation": segment,
    "regression": regress,
    "restoration": restore,
    "matching": match,
}
