"""Cards and tiles for tests, small enough to reckon with."""

import hashlib
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from app.base.db import Sessions
from app.catalogue.record import DatasetRecord
from app.web import create_app
from app.zoo.cards import (
    CARD,
    MODEL,
    REFERENCE,
    ClassName,
    File,
    Input,
    InputBand,
    ModelCard,
    Output,
    Training,
    write_card,
)
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


def convolution(channels: int, *, name: str = "tile", output: str = "scores") -> onnx.ModelProto:
    """A 1 × 1 convolution of two bands to so many channels; it keeps rows and columns."""
    weights = np.arange(2 * channels, dtype=np.float32).reshape(channels, 2, 1, 1)
    graph = helper.make_graph(
        [helper.make_node("Conv", [name, "w"], [output])],
        "toy",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 2, "h", "w"])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", channels, "h", "w"])],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def write_model(folder: Path, card: ModelCard, *, channels: int) -> ModelCard:
    """Write a model that runs with its card, which then names the file; gives that card."""
    place = folder / card.id
    place.mkdir(parents=True)
    content = convolution(channels, output=card.outputs[0].name).SerializeToString()
    (place / MODEL).write_bytes(content)
    (place / REFERENCE).write_bytes(b"")
    file = File(sha256=hashlib.sha256(content).hexdigest(), size=len(content), opset=18)
    written = card.model_copy(update={"file": file})
    write_card(written, place / CARD)
    return written


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


@pytest.fixture
def models_folder(tmp_path):
    """A folder of two models that run: land cover of B4 and VV, and an index of VV and VH."""
    write_model(tmp_path / "models", make_card(answers="land-cover"), channels=3)
    bands = tuple(InputBand(name=name, unit="dB", low=-25, high=0) for name in ("VV", "VH"))
    index = make_card(
        id="toy-index",
        name="Toy index",
        kind="restoration",
        answers="clear-image",
        inputs=(Input(name="tile", bands=bands, smallest=16, multiple=16),),
        outputs=(Output(name="scores", returned="values", unit="1", bands=("one", "two", "three")),),
    )
    write_model(tmp_path / "models", index, channels=3)
    return tmp_path / "models"


@pytest.fixture
def models_client(settings, connection, database_address, models_folder):
    """A client of the service on an empty catalogue with those models."""
    inside = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    own = settings.model_copy(update={"models": models_folder})
    with TestClient(create_app(own, database_address, Sessions(write=inside, read=inside))) as found:
        yield found
