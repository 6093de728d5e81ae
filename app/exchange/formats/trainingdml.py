"""OGC TrainingDML-AI 1.0 as JSON: an AI_EOTrainingDataset without its single samples.

The standard demands a licence, a task and an address of the data. Where one is unknown, the document says so
in words instead of naming something.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from app.catalogue import vocabulary
from app.catalogue.bands import Band, bands_of
from app.catalogue.details import ClassDetail
from app.catalogue.places import areas, geo_status
from app.catalogue.record import DatasetRecord, described_classes
from app.exchange.formats import geojson, schema_org
from app.exchange.formats.context import Context

NOT_STATED = "not stated"
NOT_RECORDED = "not recorded"
STATISTICS = ("n_images", "n_instances", "n_bands", "n_timestamps", "n_regions", "volume_gb")


def write(record: DatasetRecord, context: Context) -> bytes:
    """The document as indented JSON."""
    return orjson.dumps(document(record, context), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def document(record: DatasetRecord, context: Context) -> dict[str, Any]:
    """The record as a training dataset of the standard."""
    values = {
        "type": "AI_EOTrainingDataset",
        "id": record.slug,
        "name": record.name,
        "description": schema_org.description(record),
        "license": _licence(record),
        "doi": record.data_doi,
        "version": record.version,
        "providers": [record.publisher] if record.publisher else None,
        "keywords": schema_org.keywords(record),
        "createdTime": str(record.year) if record.year else None,
        "updatedTime": context.updated.isoformat(),
        "amountOfTrainingData": record.n_samples,
        "numberOfClasses": record.n_classes,
        "classes": [_class(one) for one in described_classes(record)],
        "classificationScheme": record.class_scheme,
        "tasks": list(_tasks(record)),
        "labeling": list(_labelling(record)),
        "dataSources": [{"title": name} for name in (*record.sensors, *record.image_sources)],
        "bands": [_band(band) for band in bands_of(record)],
        "imageSize": _image_size(record),
        "extent": _extent(record),
        "statisticsInfo": list(_statistics(record)),
        "data": next(iter(record.urls.download), None) or record.urls.home or context.page(record.slug),
    }
    return schema_org.without_unknown(values)


def _licence(record: DatasetRecord) -> str:
    stated = record.licence
    return (stated.spdx or stated.text if stated else None) or NOT_STATED


def _tasks(record: DatasetRecord) -> Iterator[dict[str, str]]:
    for code in record.tasks:
        yield {"type": "AI_EOTask", "id": code, "taskType": vocabulary.label("task", code)}
    if not record.tasks:
        yield {"type": "AI_EOTask", "id": "task", "taskType": NOT_RECORDED}


def _class(one: ClassDetail) -> str | dict[str, Any]:
    """The name alone, or with its value in the label files, gaps and the value to ignore included."""
    return one.name if one.index is None else {"key": one.name, "value": one.index}


def _labelling(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """How the labels were made, as far as the source says."""
    if record.label_source:
        procedure: dict[str, Any] = {
            "type": "AI_LabelingProcedure",
            "id": "procedure",
            "methods": [record.label_source],
        }
        if record.labelling.tools:
            procedure["tools"] = list(record.labelling.tools)
        yield {
            "type": "AI_Labeling",
            "id": "labeling",
            "scope": {"level": "dataset"},
            "procedure": procedure,
        }


def _band(band: Band) -> str | dict[str, Any]:
    """The name alone, or with its limits in micrometres where centre and width are known."""
    if band.centre_um is None:
        return band.native_name
    values = {
        "name": [{"code": band.native_name}],
        "description": band.common_name,
        "peakResponse": band.centre_um,
        "boundUnits": "um",
    }
    if band.fwhm_um is not None:
        values["boundMin"] = round(band.centre_um - band.fwhm_um / 2, 6)
        values["boundMax"] = round(band.centre_um + band.fwhm_um / 2, 6)
    return schema_org.without_unknown(values)


def _image_size(record: DatasetRecord) -> str | None:
    """Width times height, in this order, where all images have one size."""
    size = record.image_size_px
    return f"{size.min[0]}*{size.min[1]}" if size and size.min == size.max else None


def _extent(record: DatasetRecord) -> list[float] | None:
    """West, south, east, north around all footprints; points and countries that stand in have no extent."""
    if geo_status(record) == "global":
        return [-180, -90, 180, 90]
    return geojson.bbox(
        [area.geometry for area in areas(record) if area.kind == "footprint" and area.geometry]
    )


def _statistics(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    for name in STATISTICS:
        if (value := getattr(record, name)) is not None:
            yield {"key": name, "value": value}
    if record.gsd_m is not None:
        yield {"key": "gsd_m", "value": [record.gsd_m.min, record.gsd_m.max]}
