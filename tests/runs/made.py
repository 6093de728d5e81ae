"""Cards, tiles and truth for the tests of runs: small enough to reckon with."""

import numpy as np

from app.runs.reports import Truth
from app.tiles.layers import Band, ClassOfPixels, Layer
from app.zoo.cards import ClassName, Input, InputBand, Output
from app.zoo.tiles import Tile
from tests.zoo.conftest import make_card

NAMES, COLOURS = ("a", "b", "c"), ("#009900", "#c6b044", "#1c0dff")
CLASSES = tuple(
    ClassOfPixels(value, name, colour)
    for value, (name, colour) in enumerate(zip(NAMES, COLOURS, strict=True))
)
BANDS = make_card().inputs[0].bands


def make_layer(*, answers=None, classes=(), bands=("class",), **changes) -> Layer:
    """A layer of no file."""
    told = tuple(Band(name, "1", 0, 1, 0, 1, 0.5, 0.1) for name in bands)
    fields = {
        "key": answers or "s2",
        "title": "Layer",
        "shows": "classes" if classes else "values",
        "bands": told,
        "path": "tiles/one/s2.tif",
        "sha256": "0" * 64,
        "size": 1,
        "gsd_m": 10.0,
        "answers": answers,
        "classes": tuple(classes),
    }
    return Layer(**{**fields, **changes})


def make_truth(values, *, answers="land-cover", classes=CLASSES, bands=("class",)) -> Truth:
    return Truth(make_layer(answers=answers, classes=classes, bands=bands), np.asarray(values))


def segmenter(**changes):
    """Labels two bands into three classes."""
    return make_card(**{"answers": "land-cover", **changes})


def classifier(**changes):
    """Names one of three classes for each patch of 16 pixels."""
    classes = tuple(ClassName(name=name, colour=colour) for name, colour in zip(NAMES, COLOURS, strict=True))
    fields = {
        "kind": "classification",
        "answers": "local-climate-zone",
        "inputs": (Input(name="tile", bands=BANDS, smallest=16, fixed=True),),
        "outputs": (Output(name="zones", returned="probabilities", classes=classes),),
    }
    return make_card(**{**fields, **changes})


def regressor(**changes):
    """Predicts an index with two subnetworks."""
    fields = {
        "kind": "regression",
        "answers": "ndvi",
        "inputs": (Input(name="tile", bands=BANDS, copies=2, smallest=16, multiple=16),),
        "outputs": (Output(name="index", returned="locations", unit="1"),),
    }
    return make_card(**{**fields, **changes})


def restorer(**changes):
    """Makes one clear image of four bands, with its variance."""
    names = ("B2", "B3", "B4", "B8")
    bands = tuple(InputBand(name=name, unit="reflectance", low=0, high=1) for name in names)
    fields = {
        "kind": "restoration",
        "answers": "clear-image",
        "inputs": (Input(name="tile", bands=bands, dates=3, smallest=16, multiple=16),),
        "outputs": (
            Output(name="clear", returned="values", bands=names),
            Output(name="variance", returned="variance", bands=names),
        ),
    }
    return make_card(**{**fields, **changes})


def plain_tile(size: int = 32, *, simulated: bool = True) -> Tile:
    """Random reflectance and backscatter."""
    values = np.random.default_rng(1).random((2, size, size)).astype(np.float32)
    return Tile(("B4", "VV"), values, simulated=simulated)
