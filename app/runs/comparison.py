"""Models on equal ground: figures of each on every simulated tile that it fits, for each seed of training.

Two documents say so. One is made by `python -m training compare` and lies beside the models; the other one is
made by `python -m app models benchmark` of the models of an installation and lies in its storage. This module
says what stands in them, how they become one, and what follows from it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean, stdev

from pydantic import BaseModel, ConfigDict, ValidationError

from app.base.errors import Invalid
from app.base.storage import Storage

FILE = "comparison.json"
"""Beside the models."""
KEPT = "benchmarks/comparison.json"
"""In the storage."""
LARGEST = 5_000_000
NOBODY, ONLY = "0", "1"
"""The seed of what nobody trained, and of a model that has one network alone."""


class Part(BaseModel):
    """Frozen value; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Series(Part):
    """One figure of one model: for each seed of its training a value a tile, in the order of the tiles."""

    what: str
    unit: str
    values: Mapping[str, tuple[float, ...]]


class Compared(Part):
    """One model, or an answer that nobody has to train; `model` is empty for such a one.

    Attributes:
        fault: why a model has no figures, for people.
        is_own: this installation measured it, because only it has the model.
    """

    model: str
    name: str
    figures: tuple[Series, ...]
    fault: str = ""
    is_own: bool = False


class Question(Part):
    """All that answer one question on the same tiles."""

    answers: str
    tiles: tuple[str, ...]
    compared: tuple[Compared, ...]


class Own(Part):
    """When an installation measured its own models, and with which versions."""

    made: date
    versions: Mapping[str, str]


class Comparison(Part):
    """What was compared, when, and with which versions.

    Attributes:
        files: SHA-256 of the file of each model that was measured as it is served, by its id.
        own: of the models that are an installation's own, where there are some among the others.
    """

    made: date
    versions: Mapping[str, str]
    simulated: bool
    questions: tuple[Question, ...]
    files: Mapping[str, str] = {}
    own: Own | None = None


def read_comparison(folder: Path) -> Comparison | None:
    """The comparison that lies beside the models; None where none was made.

    Raises:
        Invalid: the file is none, or too large.
    """
    path = folder / FILE
    return _parsed(FILE, path.stat().st_size, path.read_bytes) if path.is_file() else None


def read_own(storage: Storage) -> Comparison | None:
    """The comparison that this installation made; None where it made none.

    Raises:
        Invalid: the file is none, or too large.
        Unavailable: the storage does not answer.
    """
    return _parsed(KEPT, storage.size(KEPT), lambda: storage.get(KEPT)) if storage.has(KEPT) else None


def _parsed(name: str, size: int, read: Callable[[], bytes]) -> Comparison:
    if size > LARGEST:
        raise Invalid(f"{name} has more than {LARGEST:,} bytes, which no comparison needs.")
    try:
        return Comparison.model_validate_json(read())
    except ValidationError as error:
        raise Invalid(f"{name} is no comparison of models: {error}") from None


def content_of(comparison: Comparison, *, indent: int | None = None) -> str:
    """A comparison as its file holds it."""
    return comparison.model_dump_json(indent=indent, exclude_defaults=True) + "\n"


def with_own(
    shipped: Comparison | None, own: Comparison | None, served: Mapping[str, str]
) -> Comparison | None:
    """The shipped comparison, and in it the models that only this installation has.

    A model stands beside others where it was measured on the same tiles; else it has a question to itself,
    beside what nobody trained. One whose file is no longer the one that was measured is left out.

    Args:
        served: SHA-256 of the file of each model that there is now, by its id.
    """
    if own is None:
        return shipped
    base = shipped or own.model_copy(update={"questions": (), "versions": {}, "files": {}})
    known = {one.model for question in base.questions for one in question.compared}
    current = {name for name, digest in own.files.items() if served.get(name) == digest} - known
    questions = list(base.questions)
    for question in own.questions:
        if any(one.model in current for one in question.compared):
            _add(questions, question, current)
    if tuple(questions) == base.questions:
        return shipped
    told = Own(made=own.made, versions=own.versions)
    return base.model_copy(update={"questions": tuple(questions), "own": told})


def _add(questions: list[Question], question: Question, current: set[str]) -> None:
    """Put the current models of a question among those on the same tiles, or behind all other questions.

    What nobody trained stays behind the models.
    """
    on_same = [one for one in questions if (one.answers, one.tiles) == (question.answers, question.tiles)]
    wanted = current if on_same else current | {""}
    added = tuple(one.model_copy(update={"is_own": True}) for one in question.compared if one.model in wanted)
    if on_same:
        models = sorted((*on_same[0].compared, *added), key=lambda one: not one.model)
        questions[questions.index(on_same[0])] = on_same[0].model_copy(update={"compared": tuple(models)})
    else:
        questions.append(question.model_copy(update={"compared": added}))


@dataclass(frozen=True)
class Row:
    """One figure of one model, over all tiles.

    Attributes:
        mean: over tiles and seeds.
        seeds: standard deviation of the means of its seeds; None for one seed.
        tiles: standard deviation over tiles of the mean over seeds; None for one tile.
        each: for each tile, the mean over seeds.
    """

    what: str
    unit: str
    mean: float
    seeds: float | None
    tiles: float | None
    each: tuple[float, ...]


def rows_of(compared: Compared) -> Iterator[Row]:
    """One row for each figure of a model, in the order of the document."""
    for figure in compared.figures:
        runs = list(figure.values.values())
        each = tuple(fmean(values) for values in zip(*runs, strict=True))
        yield Row(figure.what, figure.unit, fmean(each), _apart([*map(fmean, runs)]), _apart(each), each)


def _apart(values: Sequence[float]) -> float | None:
    return stdev(values) if len(values) > 1 else None
