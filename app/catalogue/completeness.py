"""How much of what a reader needs is known of a dataset: weighted yes-or-no criteria over what applies."""

from collections.abc import Callable
from dataclasses import dataclass

from app.base.language import N_
from app.catalogue import derived, places
from app.catalogue.record import DatasetRecord

Test = Callable[[DatasetRecord], bool]

_IMAGING = frozenset(
    {"rgb", "multispectral", "hyperspectral", "panchromatic", "thermal", "sar", "nightlights", "video"}
)
_CLASSED_FAMILIES = frozenset({"segmentation", "detection", "classification"})


@dataclass(frozen=True)
class Criterion:
    """One question about a record; `help` tells what to add when the answer is no, `paths` to which facts."""

    key: str
    label: str
    weight: int
    met: bool
    applicable: bool
    help: str
    paths: tuple[str, ...]


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


# What nobody can wave away as not applying: every dataset has these.
_ALWAYS_ASKED = frozenset({"description", "licence", "access", "citation", "format"})

# key, label, weight, met, applicable, what to add, the facts that answer. The weights add up to 100.
_CRITERIA: tuple[tuple[str, str, int, Test, Test, str, tuple[str, ...]], ...] = (
    (
        "description", N_("Description"), 10, lambda r: bool(r.description), _always,
        N_("Describe in a few sentences what the dataset holds and how it was made."),
        ("description",),
    ),
    (
        "licence", N_("Licence"), 12, lambda r: derived.licence_class(r) != "not-stated", _always,
        N_("State the licence of the data, with its SPDX identifier where there is one."),
        ("licence.spdx", "licence.text"),
    ),
    (
        "access", N_("Access"), 12, lambda r: bool(r.urls.download or r.urls.home), _always,
        N_("Give the address of the download or of the home page; it is recorded here, not tested."),
        ("urls.download", "urls.home"),
    ),
    (
        "task", N_("Task"), 8, lambda r: bool(r.tasks), lambda r: r.kind != "product",
        N_("Say what the dataset teaches or tests."),
        ("tasks",),
    ),
    (
        "modality", N_("Modality"), 6, lambda r: bool(r.modalities), _always,
        N_("Say what kind of data it holds, such as RGB, multispectral or SAR."),
        ("modalities",),
    ),
    (
        "bands", N_("Bands"), 6, lambda r: bool(r.bands or r.polarisations), _holds_images,
        N_("List the bands by name, in the order of the files."),
        ("bands", "polarisations"),
    ),
    (
        "gsd", N_("Ground sampling distance"), 5, lambda r: r.gsd_m is not None, _holds_images,
        N_("Give the size of a pixel on the ground in metres."),
        ("gsd_m",),
    ),
    (
        "samples", N_("Number of samples"), 5, lambda r: bool(r.n_samples or r.n_images), _is_one_set,
        N_("Give the number of samples, and say what one sample is."),
        ("n_samples", "n_images"),
    ),
    (
        "splits", N_("Splits"), 6, lambda r: bool(r.splits or r.split_strategy), _is_one_set,
        N_("Describe the training, validation and test parts, or say how they were drawn."),
        ("splits", "split_strategy"),
    ),
    (
        "classes", N_("Classes"), 5, lambda r: bool(r.classes or r.n_classes), _has_classes,
        N_("List the classes by name, or give their number."),
        ("classes", "n_classes"),
    ),
    (
        "footprint", N_("Footprint"), 8,
        lambda r: places.geo_status(r) in ("located", "global"), _is_on_earth,
        N_("Give a box, or name the cities or regions; a country alone is too coarse."),
        ("spatial.footprint", "spatial.bbox", "spatial.places"),
    ),
    (
        "dates", N_("Dates"), 5, lambda r: r.temporal_extent is not None, _is_on_earth,
        N_("Say when the first and the last image were taken."),
        ("temporal_extent",),
    ),
    (
        "citation", N_("Citation"), 6, _is_citable, _always,
        N_("Give the DOI of the data, or title, first author and year."),
        ("data_doi", "publication.first_author", "publication.title", "year"),
    ),
    (
        "paper", N_("Paper"), 3, _has_paper, _always,
        N_("Give the DOI, the arXiv identifier or the address of the paper."),
        ("publication.doi", "publication.arxiv", "publication.url"),
    ),
    (
        "format", N_("File format"), 3, lambda r: bool(r.formats), _always,
        N_("Name the format of the files, such as GeoTIFF."),
        ("formats",),
    ),
)  # fmt: skip


def completeness(record: DatasetRecord) -> Completeness:
    """Score a record: 100 x weight met / weight applicable, rounded."""
    criteria = tuple(
        Criterion(key, label, weight, met(record), _applies(record, key, applicable, asked), advice, asked)
        for key, label, weight, met, applicable, advice, asked in _CRITERIA
    )
    counted = [criterion for criterion in criteria if criterion.applicable]
    reached = sum(criterion.weight for criterion in counted if criterion.met)
    return Completeness(round(100 * reached / sum(criterion.weight for criterion in counted)), criteria)


def _applies(record: DatasetRecord, key: str, applicable: Test, asked: tuple[str, ...]) -> bool:
    """Whether a question is asked of this record: by its kind, and by what its curators say of it."""
    waived = key not in _ALWAYS_ASKED and asked[0] in record.not_applicable
    return applicable(record) and not waived
