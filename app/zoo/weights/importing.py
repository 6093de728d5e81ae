"""From a file of weights that others published to a model of ours: network, card and reference answer."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnxruntime

from app.base.errors import Invalid
from app.zoo.cards import ModelCard, Output, Training
from app.zoo.weights import sen2lcz
from app.zoo.weights.keras import sen2lcz_weights
from app.zoo.weights.parts import SEN2LCZ_INPUT, SEN2LCZ_PAPER, SEN2LCZ_PUBLISHED, ZONES
from app.zoo.weights.writing import file_part, provenance, write_model

LARGEST_DIFFERENCE = 1e-3
PATCHES = 4
ID = "sen2lcz-authors"


def import_sen2lcz(path: Path, folder: Path) -> ModelCard:
    """Write the network of the authors' Keras weights into a folder of models; returns its card.

    The answers of the file that is written are compared with those of an independent reckoning in NumPy.

    Args:
        path: HDF5 as Keras keeps it.
        folder: where the models lie, each in a folder of its id.
    Raises:
        Invalid: no such weights, or the two answers differ by more than a thousandth.
    """
    weights = sen2lcz_weights(path)
    content = sen2lcz.graph(weights).SerializeToString()
    patches = _patches()
    answer = _answer(content, patches)
    apart = float(np.abs(answer - sen2lcz.answer(weights, patches)).max())
    if not apart <= LARGEST_DIFFERENCE:
        raise Invalid(f"The network answers {apart:.2g} from what its weights give; nothing was written.")
    card = _card(weights.parameters, content, path)
    write_model(folder, card, content, {f"in_{sen2lcz.INPUT}": patches, f"out_{sen2lcz.OUTPUT}": answer})
    return card


IMPORTS: Mapping[str, Callable[[Path, Path], ModelCard]] = {"sen2lcz": import_sen2lcz}


def _patches() -> sen2lcz.Values:
    """Patches of even and of uneven reflectance, the same on every machine."""
    random = np.random.default_rng(1)
    shape = (PATCHES, sen2lcz.BANDS, sen2lcz.PATCH, sen2lcz.PATCH)
    level = random.uniform(0.02, 0.5, (PATCHES, sen2lcz.BANDS, 1, 1))
    return np.clip(level + 0.05 * random.standard_normal(shape), 0, 1).astype(np.float32)


def _answer(content: bytes, patches: sen2lcz.Values) -> sen2lcz.Values:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (found,) = session.run([sen2lcz.OUTPUT], {sen2lcz.INPUT: patches})
    return np.asarray(found, dtype=np.float32)


def _card(parameters: int, content: bytes, path: Path) -> ModelCard:
    return ModelCard(
        id=ID,
        name="Sen2LCZ-Net, weights of the authors",
        summary="Local climate zone of a patch of 320 m, ten bands of Sentinel-2; trained on So2Sat LCZ42.",
        kind="classification",
        answers="local-climate-zone",
        architecture="Sen2LCZ-Net-MF: 16 convolutions, answers of four scales averaged",
        parameters=parameters,
        inputs=(SEN2LCZ_INPUT,),
        outputs=(Output(name=sen2lcz.OUTPUT, returned="probabilities", classes=ZONES),),
        gsd_m=10,
        paper=SEN2LCZ_PAPER,
        licence="MIT, as its authors say",
        not_for="Cities unlike those of its training data: bush and lightweight buildings are rarely found.",
        training=_training(path),
        published=SEN2LCZ_PUBLISHED,
        file=file_part(content, sen2lcz.OPSET),
    )


def _training(path: Path) -> Training:
    """What the authors say of how they trained it."""
    return Training(
        recipe=f"by its authors; weights from a {provenance(path)}; optimiser Nadam, early stop",
        steps=0,
        batch=32,
        rate=2e-3,
        seed=0,
        data="So2Sat LCZ42, 352,366 training patches of 42 cities",
        simulated=False,
    )
