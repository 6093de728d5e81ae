"""What only Croissant has words for: classes, splits, files with checksums, and its RAI and Geo terms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalogue.record import DatasetRecord, described_classes
from app.exchange.formats import schema_org, web_details

SPLITS = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit", "test": "cr:TestSplit"}
"""The kinds of splits of the specification; a holdout is of none of them."""
NO_FILES = (
    "This description lists no files, because the catalogue records no checksum of them; "
    "the address of the dataset leads to the data."
)
SOME_FILES = "Files of which no checksum is recorded are not listed here."
NO_ORDER = "Names of the classes, in the order of the source; it need not be the order of the label values."
INDEXED = "The classes with their values in the label files, gaps and the value to ignore included."
OCTETS = "application/octet-stream"


@dataclass(frozen=True)
class _Column:
    """One column of a record set: its name, its type and what it means."""

    name: str
    data_type: str
    meaning: str


CLASS_COLUMNS = (
    _Column("name", "sc:Text", "Name of the class."),
    _Column("index", "sc:Integer", "Value of the class in the label files."),
    _Column("description", "sc:Text", "What the class holds."),
    _Column("colour", "sc:Text", "Colour of the class, as red, green and blue in hexadecimal figures."),
    _Column("count", "sc:Integer", "Samples, objects or pixels of the class, as the source counts."),
)
SPLIT_COLUMNS = (
    _Column("name", "sc:Text", "Name of the split, as the source has it."),
    _Column("url", "sc:URL", "Kind of the split."),
    _Column("role", "sc:Text", "What the split is for: train, validation, test or holdout."),
    _Column("count", "sc:Integer", "Samples of the split."),
    _Column("labels_public", "sc:Boolean", "Whether the labels of the split are public."),
)


def distribution(record: DatasetRecord) -> list[dict[str, Any]]:
    """File objects of the files whose checksum is known; the specification demands one."""
    return [
        {
            "@type": "cr:FileObject",
            "@id": f"file-{number}",
            "name": f"file-{number}",
            "contentUrl": file.url,
            "encodingFormat": schema_org.download(file.url).get("encodingFormat", OCTETS),
            **web_details.file_properties(file),
        }
        for number, file in enumerate(web_details.downloads(record), start=1)
        if file.sha256
    ]


def files_said(record: DatasetRecord) -> list[str]:
    """A sentence on the files that are not listed."""
    files = web_details.downloads(record)
    if not any(file.sha256 for file in files):
        return [NO_FILES]
    return [] if all(file.sha256 for file in files) else [SOME_FILES]


def responsible(record: DatasetRecord) -> dict[str, Any]:
    """The terms of the responsible AI extension; what is unknown is None or empty."""
    harm = [*record.sensitivity.kinds, *([record.sensitivity.note] if record.sensitivity.note else [])]
    return {
        "rai:dataAnnotationProtocol": record.label_source,
        "rai:dataAnnotationPlatform": list(record.labelling.tools),
        "rai:annotationsPerItem": None if (n := record.labelling.per_item) is None else str(n),
        "rai:dataUseCases": record.purpose,
        "rai:dataLimitations": [issue.text for issue in record.known_issues],
        "rai:dataBiases": record.bias_statement,
        "rai:personalSensitiveInformation": harm,
    }


def geo(record: DatasetRecord) -> dict[str, Any]:
    """The terms of the Geo extension that stand once; several reference systems stand in a record set."""
    return {
        "geocr:coordinateReferenceSystem": record.crs[0] if len(record.crs) == 1 else None,
        "geocr:temporalResolution": record.temporal_resolution,
        "geocr:samplingStrategy": record.split_strategy,
        "geocr:spatialBias": record.bias_statement,
    }


def record_sets(record: DatasetRecord) -> list[dict[str, Any]]:
    """Classes, splits, and what the Geo extension allows only once where there is more of it."""
    return list(_record_sets(record))


def _record_sets(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    if record.classes:
        classes = [one.model_dump(exclude_none=True) for one in described_classes(record)]
        meaning = INDEXED if any("index" in one for one in classes) else NO_ORDER
        yield _record_set("classes", meaning, CLASS_COLUMNS, classes) | {"dataType": "sc:Enumeration"}
    if record.splits:
        rows = [_split(one.model_dump(exclude_none=True)) for one in record.splits]
        named = "The splits, under the names that the source gives them."
        yield _record_set("splits", named, SPLIT_COLUMNS, rows) | {"dataType": "cr:Split"}
    gsd = record.gsd_m
    if gsd is not None and gsd.min != gsd.max:
        column = _Column("metres", "sc:Float", "Ground sampling distance, m.")
        rows = [{"metres": gsd.min}, {"metres": gsd.max}]
        yield _record_set(
            "resolutions", "Lowest and highest ground sampling distance, in metres.", (column,), rows
        )
    if len(record.crs) > 1:
        column = _Column("code", "sc:Text", "Code of the reference system.")
        rows = [{"code": code} for code in record.crs]
        yield _record_set("reference-systems", "Coordinate reference systems of the images.", (column,), rows)


def _split(row: dict[str, Any]) -> dict[str, Any]:
    kind = SPLITS.get(row.get("role", ""))
    return row | ({"url": kind} if kind else {})


def _record_set(
    name: str, description: str, columns: Sequence[_Column], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """A record set whose values stand in the document itself; columns that no row has are left out."""
    used = [column for column in columns if any(column.name in row for row in rows)]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": description,
        "key": {"@id": f"{name}/{used[0].name}"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column.name}",
                "name": column.name,
                "description": column.meaning,
                "dataType": column.data_type,
            }
            for column in used
        ],
        "data": [{f"{name}/{key}": value for key, value in row.items()} for row in rows],
    }
