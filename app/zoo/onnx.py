"""Opens checked ONNX files and runs them; the only module that knows ONNX Runtime."""

import hashlib
from pathlib import Path

import onnxruntime

from app.base.errors import Invalid
from app.zoo.cards import MODEL, Input, ModelCard
from app.zoo.tiles import Arrays, Network, Values

FLOATS = "tensor(float)"


def open_network(card: ModelCard, folder: Path, *, threads: int = 1) -> Network:
    """The network of a card, ready to run.

    Args:
        folder: where the models lie, each in a folder of its id.
        threads: that one run may use.
    Raises:
        Invalid: the file is missing, is not the one the card names, holds operators that are not of ONNX
            itself or weights outside the file, or takes and returns other things than the card says.
    """
    content = _content(card, folder / card.id / MODEL)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        # From memory, so that a file cannot lead to others beside it.
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise Invalid(f"The file of model {card.id} cannot be run: {_first_line(error)}") from None
    _compare(card, session)
    names = [one.name for one in session.get_outputs()]

    def run(arrays: Arrays) -> dict[str, Values]:
        try:
            return dict(zip(names, session.run(names, dict(arrays)), strict=True))
        except Exception as error:
            raise Invalid(f"Model {card.id} does not take this tile: {_first_line(error)}") from None

    return run


def _content(card: ModelCard, path: Path) -> bytes:
    if not path.is_file():
        raise Invalid(f"The file of model {card.id} is missing.")
    if path.stat().st_size != card.file.size:
        raise Invalid(f"The file of model {card.id} has another size than its card says.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != card.file.sha256:
        raise Invalid(f"The file of model {card.id} is not the one its card names: the checksum differs.")
    return content


def _compare(card: ModelCard, session: onnxruntime.InferenceSession) -> None:
    """Hold the file against its card."""
    expected = {one.name for one in card.inputs} | {one.days for one in card.inputs if one.days}
    taken = {one.name for one in session.get_inputs()}
    returned = {one.name for one in session.get_outputs()}
    promised = {one.name for one in card.outputs}
    if taken != expected:
        raise Invalid(f"Model {card.id} takes {sorted(taken)}; its card says {sorted(expected)}.")
    if not promised <= returned:
        raise Invalid(f"Model {card.id} returns {sorted(returned)}; its card promises {sorted(promised)}.")
    arrays = {one.name: one for one in session.get_inputs()}
    for wanted in card.inputs:
        _compare_input(card, wanted, arrays[wanted.name])


def _compare_input(card: ModelCard, wanted: Input, taken: onnxruntime.NodeArg) -> None:
    """Hold one input of the file against its card: kind of number, number of axes, number of bands."""
    if taken.type != FLOATS:
        raise Invalid(f"Model {card.id} takes {wanted.name} as {taken.type}; only 32-bit floats are given.")
    axes = 4 + (wanted.dates is not None) + (wanted.copies is not None)
    if len(taken.shape) != axes:
        raise Invalid(
            f"Model {card.id} takes {wanted.name} with {len(taken.shape)} axes; its card says {axes}."
        )
    bands = taken.shape[-3]
    # An axis of any length has a name or None instead of a number.
    if isinstance(bands, int) and bands != len(wanted.bands):
        raise Invalid(
            f"Model {card.id} takes {bands} bands as {wanted.name}; its card names {len(wanted.bands)}."
        )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
