"""How much of what a reader needs is known of a dataset: weighted yes-or-no criteria over what applies."""

from collections.abc import Callable
from dataclasses import dataclass

from app.catalogue import derived, places
from app.catalogue.record import DatasetRecord

Test = Callable[[DatasetRecord], bool]

_IMAGING = frozenset(
    {"rgb", "multispectral", "hyperspectral", "panchromatic", "thermal", "sar", "nightlights", "video"}
)
_CLASSED_FAMILIES = frozenset({"segmentation", "detection", "classification"})


@dataclass(frozen=True)
class Criterion:
    """One question about a record; `help` tells what to add when the answer is no."""

    key: str
    label: str
    weight: int
    met: bool
    applicable: bool
    help: str


@dataclass(frozen=True)
class Completeness:
    """The share of applicable weight that is met, 0 to 100, and how it came about."""

    score: int
    criteria: tuple[Criterion, ...]

    @property
    def missing(self) -> tuple[Criterion, ...]:
        """What applies and is not met, the weightiest first."""
        lacking = [criterion for criterion in self.criteria if criterion.applicable and not criterion.met]
        return tuple(sorted(lacking, key=lambda criterion: -criterion.weight))


def _always(record: DatasetRecord) -> bool:
    return True


def _never(record: DatasetRecord) -> bool:
    """For what a record cannot state yet."""
    return False


def _holds_images(record: DatasetRecord) -> bool:
    return not record.modalities or bool(_IMAGING & set(record.modalities))


def _is_one_set(record: DatasetRecord) -> bool:
    return record.kind in ("ml-dataset", "subset")


def _has_classes(record: DatasetRecord) -> bool:
    return _is_one_set(record) and (not record.tasks or derived.task_family(record) in _CLASSED_FAMILIES)


def _is_on_earth(record: DatasetRecord) -> bool:
    return places.geo_status(record) != "none"


def _is_citable(record: DatasetRecord) -> bool:
    paper = record.publication
    return bool(record.data_doi or (paper.first_author and record.year and (record.title or paper.title)))


def _has_paper(record: DatasetRecord) -> bool:
    return any((record.publication.doi, record.publication.arxiv, record.publication.url))


# key, label, weight, met, applicable, what to add. The weights add up to 100.
_CRITERIA: tuple[tuple[str, str, int, Test, Test, str], ...] = (
    (
        "description", "Description", 10, lambda r: bool(r.description), _always,
        "Describe in a few sentences what the dataset holds and how it was made.",
    ),
    (
        "licence", "Licence", 12, lambda r: derived.licence_class(r) != "not-stated", _always,
        "State the licence of the data, with its SPDX identifier where there is one.",
    ),
    (
        "access", "Access", 12, lambda r: bool(r.urls.download or r.urls.home), _always,
        "Give the address of the download or of the home page; it is recorded here, not tested.",
    ),
    (
        "task", "Task", 8, lambda r: bool(r.tasks), lambda r: r.kind != "product",
        "Say what the dataset teaches or tests.",
    ),
    (
        "modality", "Modality", 6, lambda r: bool(r.modalities), _always,
        "Say what kind of data it holds, such as RGB, multispectral or SAR.",
    ),
    (
        "bands", "Bands", 6, lambda r: bool(r.bands or r.polarisations), _holds_images,
        "List the bands by name, in the order of the files.",
    ),
    (
        "gsd", "Ground sampling distance", 5, lambda r: r.gsd_m is not None, _holds_images,
        "Give the size of a pixel on the ground in metres.",
    ),
    (
        "samples", "Number of samples", 5, lambda r: bool(r.n_samples or r.n_images), _is_one_set,
        "Give the number of samples, and say what one sample is.",
    ),
    (
        "splits", "Splits", 6, _never, _is_one_set,
        "Describe the training, validation and test parts; records cannot hold them yet.",
    ),
    (
        "classes", "Classes", 5, lambda r: bool(r.classes or r.n_classes), _has_classes,
        "List the classes by name, or give their number.",
    ),
    (
        "footprint", "Footprint", 8, lambda r: places.geo_status(r) in ("located", "global"), _is_on_earth,
        "Give a box, or name the cities or regions; a country alone is too coarse.",
    ),
    (
        "dates", "Dates", 5, lambda r: r.temporal_extent is not None, _is_on_earth,
        "Say when the first and the last image were taken.",
    ),
    (
        "citation", "Citation", 6, _is_citable, _always,
        "Give the DOI of the data, or title, first author and year.",
    ),
    (
        "paper", "Paper", 3, _has_paper, _always,
        "Give the DOI, the arXiv identifier or the address of the paper.",
    ),
    (
        "format", "File format", 3, _never, _always,
        "Name the format of the files; records cannot hold it yet.",
    ),
)  # fmt: skip


def completeness(record: DatasetRecord) -> Completeness:
    """Score a record: 100 x weight met / weight applicable, rounded."""
    criteria = tuple(
        Criterion(key, label, weight, met(record), applicable(record), advice)
        for key, label, weight, met, applicable, advice in _CRITERIA
    )
    counted = [criterion for criterion in criteria if criterion.applicable]
    reached = sum(criterion.weight for criterion in counted if criterion.met)
    return Completeness(round(100 * reached / sum(criterion.weight for criterion in counted)), criteria)
