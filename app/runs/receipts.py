"""Receipts: what was run on what, with which versions, and what came out, so that anyone can repeat it.

Arrays are compared by digests of their bytes: the same versions on the same kind of machine give the same
bits, because each network runs on one thread.
"""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from app.base.errors import Invalid
from app.tiles.layers import TileDescription
from app.zoo.cards import ModelCard
from app.zoo.tiles import Outcome

FORMAT = 1
LIBRARIES = ("numpy", "onnxruntime", "rasterio", "pydantic")
ARRAYS = ("labels", "values", "probabilities", "aleatoric", "epistemic")
LARGEST = 2_000_000


class Receipt(BaseModel):
    """The part of a receipt that is needed to repeat a run; the rest is for readers."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    receipt: int
    run: str
    tile: dict[str, Any]
    models: list[dict[str, Any]]
    options: dict[str, Any]
    versions: dict[str, str]
    outcome: dict[str, dict[str, str]]


def read(content: bytes) -> Receipt:
    """A receipt as it was handed out.

    Raises:
        Invalid: it is none, or of another format.
    """
    try:
        found = Receipt.model_validate_json(content)
    except ValidationError as error:
        raise Invalid(f"This is no receipt of a run: {error.error_count()} fields are wrong.") from None
    if found.receipt != FORMAT:
        raise Invalid(f"This receipt has format {found.receipt}; this version reads {FORMAT}.")
    return found


@cache
def versions() -> dict[str, str]:
    """The versions that decide over bits."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "system": platform.system(),
        "machine": platform.machine(),
    }


def tile_part(description: TileDescription) -> dict[str, Any]:
    """What identifies the content of a tile: the digest of each file that models see."""
    return {
        "id": description.id,
        "simulated": description.simulated,
        "seed": description.seed,
        "layers": [
            {"key": one.key, "sha256": one.sha256, "size": one.size, "truth": one.is_truth}
            for one in description.layers
        ],
    }


def model_part(card: ModelCard) -> dict[str, Any]:
    """What identifies a model, and how its inputs are prepared."""
    preparation = [
        {
            "input": one.name,
            "dates": one.dates,
            "bands": [
                {"name": band.name, "unit": band.unit, "low": band.low, "high": band.high}
                for band in one.bands
            ],
        }
        for one in card.inputs
    ]
    return {
        "id": card.id,
        "sha256": card.file.sha256,
        "opset": card.file.opset,
        "parameters": card.parameters,
        "training_seed": card.training.seed,
        "preparation": preparation,
    }


def digests(outcome: Outcome) -> dict[str, str]:
    """A digest of each array of an outcome, over its type, shape and bytes."""
    there = ((name, getattr(outcome, name)) for name in ARRAYS)
    return {name: digest(found) for name, found in there if found is not None}


def digest(array: np.ndarray) -> str:
    """SHA-256 over type, shape and bytes."""
    head = f"{array.dtype.str} {array.shape}".encode()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()


def receipt(
    run: str,
    made: datetime,
    description: TileDescription,
    cards: Sequence[ModelCard],
    options: Mapping[str, Any],
    threads: int,
    outcome: Mapping[str, Mapping[str, str]],
    timing: Mapping[str, Mapping[str, float]],
) -> dict[str, Any]:
    """The receipt of a run; `timing` in milliseconds by model."""
    return {
        "receipt": FORMAT,
        "run": run,
        "made": made.isoformat(timespec="seconds"),
        "tile": tile_part(description),
        "models": [model_part(card) for card in cards],
        "options": dict(options),
        "threads": threads,
        "versions": dict(versions()),
        "outcome": {name: dict(found) for name, found in outcome.items()},
        "timing": {name: dict(found) for name, found in timing.items()},
    }


def differences(old: Receipt, new: Mapping[str, Any]) -> list[str]:
    """What a repetition has otherwise than its receipt, in sentences; none where all bits agree."""
    told = [
        f"{name} was {was} and is {new['versions'].get(name, 'missing')}."
        for name, was in old.versions.items()
        if new["versions"].get(name) != was
    ]
    files = {one["key"]: one["sha256"] for one in new["tile"]["layers"]}
    told += [
        f"The file {one['key']} of the tile is another one."
        for one in old.tile["layers"]
        if files.get(one["key"]) != one["sha256"]
    ]
    models = {one["id"]: one["sha256"] for one in new["models"]}
    told += [
        f"The file of model {one['id']} is another one."
        for one in old.models
        if models.get(one["id"]) != one["sha256"]
    ]
    for model, arrays in old.outcome.items():
        again = new["outcome"].get(model, {})
        told += [f"{model}: {name} differ." for name, was in arrays.items() if again.get(name) != was]
    return told
