"""Cards and tiles for tests, small enough to reckon with."""

from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pytest

from app.catalogue.record import DatasetRecord
from app.zoo.cards import ClassName, File, Input, InputBand, ModelCard, Output, Training
from app.zoo.tiles import Tile


def make_card(**changes) -> ModelCard:
    """A card of a segmentation of two bands into three classes; `changes` replace its fields."""
    bands = (
        InputBand(name="B4", common_name="red", centre_um=0.665, unit="reflectance", low=0, high=1),
        InputBand(name="VV", unit="dB", low=-25, high=0),
    )
    colours = ("#009900", "#c6b044", "#1c0dff")
    classes = tuple(ClassName(name=name, colour=colour) for name, colour in zip("abc", colours, strict=True))
    fields = {
        "id": "toy",
        "name": "Toy",
        "summary": "A network for tests.",
        "kind": "segmentation",
        "architecture": "none",
        "parameters": 1,
        "inputs": (Input(name="tile", bands=bands, smallest=16, multiple=16),),
        "outputs": (Output(name="scores", returned="scores", classes=classes),),
        "gsd_m": 10,
        "paper": "none",
        "licence": "MIT",
        "not_for": "anything",
        "training": Training(recipe="none", steps=1, batch=1, rate=0.1, seed=1, data="none", simulated=True),
        "file": File(sha256="0" * 64, size=1, opset=18),
    }
    return ModelCard(**{**fields, **changes})


def make_tile(size: int = 32, *, bands: tuple[str, ...] = ("VV", "B2", "B4"), dates: int = 0) -> Tile:
    """A tile of random values; with `dates` a series."""
    random = np.random.default_rng(1)
    shape = (dates, len(bands), size, size) if dates else (len(bands), size, size)
    values = random.random(shape).astype(np.float32)
    return Tile(bands, values, tuple(float(5 * number) for number in range(dates)), simulated=True)


def make_record(**fields) -> DatasetRecord:
    """A record that is empty but for the fields given."""
    named = {"slug": "toy-data", "name": "Toy data", "kind": "ml-dataset"}
    return DatasetRecord(uuid=uuid5(NAMESPACE_URL, "toy-data"), **{**named, **fields})


@pytest.fixture
def card() -> ModelCard:
    return make_card()


@pytest.fixture
def tile() -> Tile:
    return make_tile()
