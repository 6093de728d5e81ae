"""Writes what the service reads of a trained model: network as ONNX, card, and a reference answer."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from app.base.errors import Invalid
from app.zoo.cards import CARD, MODEL, REFERENCE, Claim, File, Measured, ModelCard, Training, write_card
from training import loop
from training.compressing import Kept, compress
from training.descriptions import DESCRIPTIONS, LICENCE, NOT_FOR, Description
from training.forms import form_of
from training.recipe import Figures, Recipe
from training.rewriting import rewrite

OPSET = 18
LARGEST_FILE = 3_000_000
SEED = 1
THE_FILE = "the file itself"
Arrays = Mapping[str, np.ndarray]


def export(recipe: Recipe, into: Path) -> str:
    """Write model, card and reference answer of a trained model; returns a line of figures.

    Raises:
        Invalid: the figures of the test scenes are missing, or the file is too large or answers differently.
    """
    variant, folder, description = recipe.variants[0], into / recipe.id, DESCRIPTIONS[recipe.id]
    network = recipe.served(loop.trained(recipe, variant, SEED)).eval()
    parameters = sum(values.numel() for values in network.parameters())
    arrays = recipe.example(recipe.data("validation"))
    content = file_of(form_of(network), arrays, description, recipe.kept)
    reference, apart = reference_of(content, network, arrays, description)
    (folder / MODEL).write_bytes(content)
    np.savez_compressed(folder / REFERENCE, **reference)  # type: ignore[arg-type]
    figures = {} if recipe.kept == "float32" else _figures_of(content, description, recipe)
    write_card(_card(recipe, description, content, parameters, folder, figures), folder / CARD)
    return f"{recipe.id}: {len(content):,} bytes, answers at most {apart:.2g} from those of PyTorch"


def file_of(
    network: nn.Module, arrays: Arrays, description: Description, kept: Kept, *, most: int = LARGEST_FILE
) -> bytes:
    """A network as a file of ONNX.

    Args:
        arrays: an example of what it eats, by name.
        kept: in how many bits large weights are kept.
        most: bytes that the file may have.
    Raises:
        Invalid: it is larger.
    """
    program = torch.onnx.export(
        network,
        tuple(torch.from_numpy(one) for one in arrays.values()),
        input_names=list(arrays),
        output_names=[one.name for one in description.outputs],
        dynamic_shapes=tuple(dict(description.dynamic.get(name, {})) for name in arrays),
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    model = compress(rewrite(_bare(program.model_proto)), kept)
    onnx.checker.check_model(model, full_check=True)
    content = bytes(model.SerializeToString())
    if len(content) > most:
        raise Invalid(f"The file of {description.name} has {len(content):,} bytes; at most {most:,} may be.")
    return content


def reference_of(
    content: bytes, network: nn.Module, arrays: Arrays, description: Description
) -> tuple[dict[str, np.ndarray], float]:
    """What a file eats and answers, by name, and how far its answers lie from those of PyTorch at most."""
    answers = _run(content, arrays)
    with torch.no_grad():
        wanted = _named(network(*(torch.from_numpy(one) for one in arrays.values())), description)
    apart = max(float(np.abs(answers[name] - wanted[name]).max()) for name in answers)
    eaten = {f"in_{name}": values for name, values in arrays.items()}
    return {**eaten, **{f"out_{name}": values for name, values in answers.items()}}, apart


def _bare(model: onnx.ModelProto) -> onnx.ModelProto:
    """The network without what the exporter noted about its own source, which names files of this machine."""
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        del value.metadata_props[:]
    for array in model.graph.initializer:
        del array.metadata_props[:]
    del model.graph.value_info[:], model.graph.metadata_props[:], model.metadata_props[:]
    return model


def _run(content: bytes, arrays: Arrays) -> dict[str, np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(arrays)), strict=True))


def _named(answer: Tensor | tuple[Tensor, ...], description: Description) -> dict[str, np.ndarray]:
    parts = answer if isinstance(answer, tuple) else (answer,)
    return {one.name: part.numpy() for one, part in zip(description.outputs, parts, strict=True)}


class _Exported(nn.Module):
    """A file of one input and one output, where figures are taken of a network."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__()
        self._content, self._name = content, name

    def forward(self, values: Tensor) -> Tensor:
        """What the file answers."""
        return torch.from_numpy(next(iter(_run(self._content, {self._name: values.numpy()}).values())))


def _figures_of(content: bytes, description: Description, recipe: Recipe) -> Figures:
    """Figures of the file on the test scenes, so that readers see what the fewer bits of its weights cost."""
    file = _Exported(content, description.inputs[0].name)
    return recipe.figures(file, recipe.data("test"), recipe.variants[0])


def _card(
    recipe: Recipe,
    description: Description,
    content: bytes,
    parameters: int,
    folder: Path,
    figures: Figures,
) -> ModelCard:
    found = json.loads((folder / "measured-test.json").read_text("utf-8"))
    return ModelCard(
        id=recipe.id,
        name=description.name,
        summary=description.summary,
        kind=description.kind,
        answers=description.answers,
        architecture=description.architecture,
        parameters=parameters,
        inputs=description.inputs,
        outputs=description.outputs,
        gsd_m=10,
        paper=description.paper,
        licence=LICENCE,
        not_for=NOT_FOR,
        training=_training(recipe),
        published=description.published,
        measured=(*_measured(found["figures"]), *_of_file(figures)),
        measured_on=date.fromisoformat(found["day"]),
        measured_with=f"{recipe.scenes['test']} simulated test scenes, seeds of training {found['seeds']}",
        claims=tuple(_claim(one) for one in found["claims"]),
        file=File(sha256=hashlib.sha256(content).hexdigest(), size=len(content), opset=OPSET),
    )


def _claim(found: Mapping[str, str]) -> Claim:
    return Claim.model_validate(
        {"text": found["claim"], "margin": found["margin"], "verdict": found["verdict"]}
    )


def _training(recipe: Recipe) -> Training:
    return Training(
        recipe=f"training/recipes, {recipe.id}; weights kept as {recipe.kept}, reckoned in float32",
        steps=recipe.steps,
        batch=recipe.batch,
        rate=recipe.rate,
        seed=SEED,
        data=f"{recipe.scenes['train']} simulated scenes; the file is the first of three seeds",
        simulated=True,
    )


def _measured(found: Mapping[str, Mapping[str, list[float]]]) -> Iterator[Measured]:
    for variant, figures in found.items():
        for name, values in figures.items():
            mean, spread = float(np.mean(values)), float(np.std(values))
            yield Measured(what=name, value=round(mean, 5), spread=round(spread, 5), variant=variant)


def _of_file(figures: Figures) -> Iterator[Measured]:
    for name, value in figures.items():
        yield Measured(what=name, value=round(value, 5), spread=0, variant=THE_FILE)
