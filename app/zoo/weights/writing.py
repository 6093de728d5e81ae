"""Writes a model that came from weights of others into a folder of models."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.zoo.cards import CARD, MODEL, REFERENCE, File, ModelCard, write_card


def file_part(content: bytes, opset: int) -> File:
    """What a card says of the file of its network."""
    return File(sha256=hashlib.sha256(content).hexdigest(), size=len(content), opset=opset)


def provenance(path: Path) -> str:
    """Which file weights were read from, and on which day."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"file with the SHA-256 {digest}, read on {datetime.now(UTC).date()}"


def write_model(
    folder: Path, card: ModelCard, content: bytes, reference: Mapping[str, NDArray[np.generic]]
) -> None:
    """Write network, reference answer and card; the card comes last, so that no model is found half written.

    Args:
        folder: where the models lie, each in a folder of its id.
        reference: what the network ate and answered, as `in_<name>` and `out_<name>`.
    """
    place = folder / card.id
    place.mkdir(parents=True, exist_ok=True)
    (place / MODEL).write_bytes(content)
    arrays: dict[str, Any] = dict(reference)
    np.savez_compressed(place / REFERENCE, **arrays)
    write_card(card, place / CARD)
