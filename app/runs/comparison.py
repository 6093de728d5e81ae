"""Models on equal ground: figures of each on every simulated tile that it fits, for each seed of training.

The document is made by `python -m training compare` and lies beside the models; this module says what stands
in it and what follows from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean, stdev

from pydantic import BaseModel, ConfigDict, ValidationError

from app.base.errors import Invalid

FILE = "comparison.json"
LARGEST = 5_000_000


class Part(BaseModel):
    """Frozen value; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Series(Part):
    """One figure of one model: for each seed of its training a value a tile, in the order of the tiles.

    What nobody trained has the one seed "0".
    """

    what: str
    unit: str
    values: Mapping[str, tuple[float, ...]]


class Compared(Part):
    """One model, or an answer that nobody has to train; `model` is empty for such a one."""

    model: str
    name: str
    figures: tuple[Series, ...]


class Question(Part):
    """All that answer one question on the same tiles."""

    answers: str
    tiles: tuple[str, ...]
    compared: tuple[Compared, ...]


class Comparison(Part):
    """What was compared, when, and with which versions."""

    made: date
    versions: Mapping[str, str]
    simulated: bool
    questions: tuple[Question, ...]


def read_comparison(folder: Path) -> Comparison | None:
    """The comparison that lies beside the models; None where none was made.

    Raises:
        Invalid: the file is none, or too large.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    if path.stat().st_size > LARGEST:
        raise Invalid(f"{FILE} has more than {LARGEST:,} bytes, which no comparison needs.")
    try:
        return Comparison.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Invalid(f"{FILE} is no comparison of models: {error}") from None


@dataclass(frozen=True)
class Row:
    """One figure of one model, over all tiles.

    Attributes:
        mean: over tiles and seeds.
        seeds: standard deviation of the means of its seeds; None for one seed.
        tiles: standard deviation over tiles of the mean over seeds; None for one tile.
        each: for each tile, the mean over seeds.
    """

    model: str
    name: str
    what: str
    unit: str
    mean: float
    seeds: float | None
    tiles: float | None
    each: tuple[float, ...]


def rows_of(question: Question) -> Iterator[Row]:
    """One row for each model and figure, in the order of the document."""
    for one in question.compared:
        for figure in one.figures:
            runs = list(figure.values.values())
            each = tuple(fmean(values) for values in zip(*runs, strict=True))
            yield Row(
                one.model, one.name, figure.what, figure.unit, fmean(each), _apart([*map(fmean, runs)]),
                _apart(each), each,
            )  # fmt: skip


def _apart(values: tuple[float, ...] | list[float]) -> float | None:
    return stdev(values) if len(values) > 1 else None
