"""What a record says in detail, in the words of schema.org, which Croissant shares."""

from collections.abc import Iterator
from typing import Any

from app.catalogue.details import File
from app.catalogue.record import DatasetRecord, described_files
from app.exchange.formats.makers import as_person, makers

FREE = {"open": True, "registration": True, "request": None, "challenge": None, "restricted": False}
"""Whether data of each kind of access cost nothing; None where that is not said."""
LABELS_LICENCE = "licence of the labels"


def creators(record: DatasetRecord) -> list[dict[str, Any]]:
    """Everybody who made the dataset, or the first author of its paper."""
    return [as_person(one, is_author=not record.creators) for one in makers(record)]


def properties(record: DatasetRecord) -> dict[str, Any]:
    """Properties that stand on the dataset itself; None and empty lists are left out by the caller."""
    picture = record.thumbnail
    return {
        "abstract": record.summary,
        "version": record.version,
        "creativeWorkStatus": record.status,
        "inLanguage": list(record.languages),
        "isAccessibleForFree": FREE.get(record.access or ""),
        "conditionsOfAccess": record.access,
        "datePublished": record.published_on or (str(record.year) if record.year else None),
        "thumbnailUrl": picture.url if picture else None,
        "usageInfo": record.contact.url,
    }


def identifiers(record: DatasetRecord) -> Iterator[dict[str, str]]:
    """Identifiers elsewhere, each with its scheme."""
    for one in record.other_ids:
        yield {"@type": "PropertyValue", "propertyID": one.scheme, "value": one.value}


def measures(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """What has a name and a value: reference systems, time between images, the scheme of the classes."""
    for system in record.crs:
        yield _value("coordinate reference system", system)
    for name, value in (
        ("temporal resolution", record.temporal_resolution),
        ("time between image and label", record.label_date_gap),
        ("classification scheme", record.class_scheme),
        ("split strategy", record.split_strategy),
    ):
        if value is not None:
            yield _value(name, value)
    if record.split_distance_m is not None:
        yield _value("distance between splits", record.split_distance_m) | {
            "unitCode": "MTR",
            "unitText": "m",
        }
    for measure in record.quality:
        unit = {"unitText": measure.unit} if measure.unit else {}
        method = {"measurementTechnique": measure.method} if measure.method else {}
        yield _value(f"quality: {measure.measure}", measure.value) | unit | method


def _value(name: str, value: Any) -> dict[str, Any]:
    return {"@type": "PropertyValue", "name": name, "value": value}


def downloads(record: DatasetRecord) -> list[File]:
    """The files and pages for download, each once, with what is known of them."""
    return list({one.url: one for one in described_files(record)}.values())


def file_properties(file: File) -> dict[str, Any]:
    """What is known of a file beyond its address; the size in bytes, with its unit."""
    return {
        name: value
        for name, value in (
            ("name", file.title),
            ("encodingFormat", file.media_type),
            ("contentSize", f"{file.bytes} B" if file.bytes is not None else None),
            ("sha256", file.sha256),
        )
        if value is not None
    }
