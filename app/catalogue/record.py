"""DatasetRecord: a dataset as people write it, the one shape that files, forms, formats and REST share.

An empty list or None means *unknown*, never zero. What does not apply stands in `not_applicable`; what
somebody looked for and no source states, in `not_stated`. Every fact carries its provenance under the same
path as the fact (`licence.text`, `spatial.places`, `tasks`).
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from app.catalogue.details import (
    Access,
    BandDetail,
    ClassDetail,
    Contact,
    Creator,
    Crs,
    Duration,
    FactPath,
    File,
    KnownIssue,
    Labelling,
    Language,
    Measure,
    MediaType,
    OtherId,
    Purpose,
    Radar,
    Relation,
    Sensitivity,
    Split,
    SplitStrategy,
    Status,
    Thumbnail,
)
from app.catalogue.parts import (
    UNCONFIRMED_SOURCES,
    Box,
    Code,
    Conflict,
    Count,
    ImageSize,
    Kind,
    Libraries,
    Licence,
    Line,
    Part,
    PartialDate,
    Place,
    Precision,
    Prose,
    Provenance,
    Publication,
    Range,
    Short,
    Slug,
    Source,
    Spatial,
    TemporalExtent,
    Urls,
)

# fmt: off
__all__ = [
    "UNCONFIRMED_SOURCES", "BandDetail", "Box", "ClassDetail", "Conflict", "Contact", "Creator",
    "DatasetRecord", "File", "ImageSize", "KnownIssue", "Labelling", "Libraries", "Licence", "Measure",
    "OtherId", "Part", "Place", "Precision", "Provenance", "Publication", "Radar", "Range", "Relation",
    "Sensitivity", "Source", "Spatial", "Split", "TemporalExtent", "Thumbnail", "Urls", "described_bands",
    "described_classes", "described_files", "facts", "paths",
]
# fmt: on


class DatasetRecord(Part):
    """One entry of the catalogue. Vocabularies of the coded fields: `data/vocabularies/`."""

    uuid: UUID
    slug: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    kind: Kind
    title: Line | None = None
    summary: Annotated[Line, StringConstraints(max_length=300)] | None = None
    description: Prose | None = None
    aliases: tuple[Line, ...] = ()
    keywords: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    purpose: Purpose | None = None
    version: Short | None = None
    status: Status | None = None
    languages: Annotated[tuple[Language, ...], Field(max_length=50)] = ()
    year: Annotated[int, Field(ge=1950, le=2100)] | None = None
    published_on: PartialDate | None = None
    publication: Publication = Publication()
    data_doi: Line | None = None
    other_ids: Annotated[tuple[OtherId, ...], Field(max_length=50)] = ()
    cite_as: Line | None = None
    creators: Annotated[tuple[Creator, ...], Field(max_length=500)] = ()
    publisher: Line | None = None
    contact: Contact = Contact()
    tasks: tuple[Code, ...] = ()
    themes: tuple[Code, ...] = ()
    modalities: tuple[Code, ...] = ()
    platforms: tuple[Code, ...] = ()
    sensors: tuple[Line, ...] = ()
    image_sources: tuple[Line, ...] = ()
    processing_levels: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    bands: tuple[Line, ...] = ()
    band_details: Annotated[tuple[BandDetail, ...], Field(max_length=1000)] = ()
    n_bands: Count | None = None
    polarisations: tuple[Literal["HH", "HV", "VH", "VV"], ...] = ()
    radar: Radar = Radar()
    gsd_m: Range | None = None
    crs: Annotated[tuple[Crs, ...], Field(max_length=200)] = ()
    image_size_px: ImageSize | None = None
    n_samples: Count | None = None
    sample_unit: Line | None = None
    n_images: Count | None = None
    n_instances: Count | None = None
    n_classes: Count | None = None
    classes: tuple[Line, ...] = ()
    class_details: Annotated[tuple[ClassDetail, ...], Field(max_length=20_000)] = ()
    class_scheme: Line | None = None
    n_timestamps: Count | None = None
    temporal_resolution: Duration | None = None
    n_regions: Count | None = None
    temporal_extent: TemporalExtent | None = None
    spatial: Spatial = Spatial()
    volume_gb: Annotated[float, Field(gt=0, le=1e9)] | None = None
    label_type: Code | None = None
    label_source: Line | None = None
    labelling: Labelling = Labelling()
    label_date_gap: Duration | None = None
    splits: Annotated[tuple[Split, ...], Field(max_length=200)] = ()
    split_strategy: SplitStrategy | None = None
    split_distance_m: Annotated[float, Field(ge=0, le=1e8)] | None = None
    quality: Annotated[tuple[Measure, ...], Field(max_length=200)] = ()
    known_issues: Annotated[tuple[KnownIssue, ...], Field(max_length=200)] = ()
    bias_statement: Prose | None = None
    sensitivity: Sensitivity = Sensitivity()
    licence: Licence | None = None
    licence_labels: Licence | None = None
    access: Access | None = None
    urls: Urls = Urls()
    files: Annotated[tuple[File, ...], Field(max_length=2000)] = ()
    formats: Annotated[tuple[MediaType, ...], Field(max_length=50)] = ()
    libraries: Libraries = Libraries()
    thumbnail: Thumbnail | None = None
    derived_from: tuple[Slug, ...] = ()
    relations: Annotated[tuple[Relation, ...], Field(max_length=200)] = ()
    notes: tuple[Line, ...] = ()
    not_applicable: Annotated[tuple[FactPath, ...], Field(max_length=200)] = ()
    not_stated: Annotated[tuple[FactPath, ...], Field(max_length=200)] = ()
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    sources: tuple[Source, ...] = ()


_EXPANDED: dict[str, type[BaseModel]] = {
    "publication": Publication,
    "contact": Contact,
    "radar": Radar,
    "spatial": Spatial,
    "labelling": Labelling,
    "sensitivity": Sensitivity,
    "licence": Licence,
    "licence_labels": Licence,
    "urls": Urls,
    "libraries": Libraries,
}
_NO_FACTS = frozenset(
    {"uuid", "slug", "notes", "not_applicable", "not_stated", "provenance", "conflicts", "sources"}
)


def paths() -> tuple[str, ...]:
    """Every path that a fact can have, in the order of the fields."""
    found: list[str] = []
    for name in DatasetRecord.model_fields:
        if name not in _NO_FACTS:
            inner = _EXPANDED.get(name)
            found += [f"{name}.{key}" for key in inner.model_fields] if inner else [name]
    return tuple(found)


def facts(record: DatasetRecord) -> dict[str, Any]:
    """Every known fact of a record by its path, in the order of the fields: `{"licence.text": "MIT", ...}`.

    The keys are those that `DatasetRecord.provenance` uses. Identifiers and remarks are no facts.
    """
    known: dict[str, Any] = {}
    for name in DatasetRecord.model_fields:
        value = getattr(record, name)
        if name in _NO_FACTS or value is None:
            continue
        if name in _EXPANDED:
            known.update({f"{name}.{key}": part for key, part in value})
        else:
            known[name] = value
    # Zero is a fact; an empty list, an unset flag and None are not.
    return {path: value for path, value in known.items() if value is not False and value not in (None, ())}


def described_classes(record: DatasetRecord) -> tuple[ClassDetail, ...]:
    """The classes in their order, each with what is known of it."""
    known = {detail.name: detail for detail in record.class_details}
    return tuple(known.get(name) or ClassDetail(name=name) for name in record.classes)


def described_bands(record: DatasetRecord) -> tuple[BandDetail, ...]:
    """The bands in their order, each with what the record itself says of it."""
    known = {detail.name: detail for detail in record.band_details}
    return tuple(known.get(name) or BandDetail(name=name) for name in record.bands)


def described_files(record: DatasetRecord) -> tuple[File, ...]:
    """The addresses for download in their order, each with what is known of the file."""
    known = {file.url: file for file in record.files}
    return tuple(known.get(url) or File(url=url) for url in record.urls.download)
