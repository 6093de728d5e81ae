"""schema.org Dataset as JSON-LD, which search engines read in the page and programs at `.jsonld`.

Only what is known is said. Texts are plain, because schema.org knows no markup; dates keep their precision.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from app.catalogue import vocabulary
from app.catalogue.bands import Band, bands_of
from app.catalogue.describe import summary
from app.catalogue.places import geo_reason
from app.catalogue.record import DatasetRecord
from app.exchange.formats import coverage, licences, web_details
from app.exchange.formats.citations import Citation, cite_text, doi_address, paper_of
from app.exchange.formats.context import Context
from app.exchange.formats.text import plain_text

SHORTEST_DESCRIPTION = 50
FILE_TYPES = {
    ".7z": "application/x-7z-compressed",
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".h5": "application/x-hdf5",
    ".hdf5": "application/x-hdf5",
    ".json": "application/json",
    ".nc": "application/netcdf",
    ".parquet": "application/vnd.apache.parquet",
    ".rar": "application/vnd.rar",
    ".tar": "application/x-tar",
    ".tgz": "application/gzip",
    ".tif": "image/tiff",
    ".zip": "application/zip",
}
_SCRIPT_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def write(record: DatasetRecord, context: Context) -> bytes:
    """The document as indented JSON."""
    return orjson.dumps(document(record, context), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def script_safe(document: dict[str, Any]) -> str:
    """JSON that may stand inside a script element: no sign in it can end the element or open a comment."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_SCRIPT_ESCAPES)


def document(record: DatasetRecord, context: Context) -> dict[str, Any]:
    """The record as a schema.org Dataset; properties that nothing is known of are absent."""
    page = context.page(record.slug)
    dataset_citation, _ = cite_text(record)
    values = {
        "@context": "https://schema.org/",
        **web_details.properties(record),
        "@type": "Dataset",
        "@id": page,
        "name": record.name,
        "alternateName": alternate_names(record),
        "description": description(record),
        "url": record.urls.home or page,
        "mainEntityOfPage": page,
        "sameAs": same_as(record),
        "identifier": list(_identifiers(record)),
        "creator": web_details.creators(record),
        "publisher": publisher(record),
        "license": licences.linked(record.licence),
        "keywords": keywords(record),
        **terms(record, context),
        "variableMeasured": [_variable(band) for band in bands_of(record)],
        "spatialCoverage": coverage.spatial(record),
        "temporalCoverage": coverage.temporal(record.temporal_extent),
        "size": _volume(record),
        "additionalProperty": measures(record),
        "distribution": [
            download(file.url) | web_details.file_properties(file) for file in web_details.downloads(record)
        ],
        "citation": _article(paper) if (paper := paper_of(record)) else None,
        "creditText": dataset_citation,
        "isBasedOn": [context.page(parent) for parent in record.derived_from],
        "subjectOf": _code(record),
        "includedInDataCatalog": catalogue(context),
        "sdLicense": licences.CC0,
        "sdPublisher": catalogue(context) | {"@type": "Organization"},
        "sdDatePublished": context.updated.date().isoformat(),
    }
    return without_unknown(values)


def without_unknown(values: dict[str, Any]) -> dict[str, Any]:
    """Drop what is None or an empty list; zero and False are values and stay."""
    return {name: value for name, value in values.items() if value is not None and value != []}


def description(record: DatasetRecord) -> str:
    """What a curator wrote, else the paragraph made from the facts; plain text.

    A text too short for search engines is followed by what is known of the location, if only that nothing is.
    """
    text = plain_text(record.description) if record.description else summary(record)
    return text if len(text) >= SHORTEST_DESCRIPTION else f"{text} {geo_reason(record)}"


def alternate_names(record: DatasetRecord) -> list[str]:
    """The full title and the other spellings, each once and none equal to the name."""
    names = dict.fromkeys((record.title, *record.aliases))
    return [name for name in names if name and name != record.name]


def keywords(record: DatasetRecord) -> list[str]:
    """Labels of the coded fields, the names of the sensors, and the words that the record adds."""
    coded = (("task", record.tasks), ("theme", record.themes), ("modality", record.modalities))
    labels = [vocabulary.label(name, code) for name, codes in coded for code in codes]
    labels += [vocabulary.label("platform", code) for code in record.platforms]
    labels += [*record.sensors, vocabulary.label("kind", record.kind)]
    return list(dict.fromkeys([*labels, *record.keywords]))


def publisher(record: DatasetRecord) -> dict[str, Any] | None:
    """The organisation that the source names."""
    return {"@type": "Organization", "name": record.publisher} if record.publisher else None


def same_as(record: DatasetRecord) -> list[str]:
    """Pages that stand for exactly this dataset: its DOI and its entries in hubs.

    Several identifiers in one hub are parts or copies, so none of them is the dataset itself.
    """
    shelves = record.libraries
    found = [doi_address(record.data_doi)] if record.data_doi else []
    if len(shelves.huggingface) == 1:
        found.append(f"https://huggingface.co/datasets/{quote(shelves.huggingface[0])}")
    if shelves.tfds:
        found.append(f"https://www.tensorflow.org/datasets/catalog/{quote(shelves.tfds)}")
    if shelves.aws_open_data:
        found.append(f"https://registry.opendata.aws/{quote(shelves.aws_open_data)}/")
    return found


def catalogue(context: Context) -> dict[str, str]:
    """This catalogue as a node that other properties point to."""
    return {
        "@type": "DataCatalog",
        "name": "Earth observation dataset catalogue",
        "url": f"{context.base_url}/",
    }


def terms(record: DatasetRecord, context: Context) -> dict[str, Any]:
    """Coded terms: what the data are about, and what measured; image sources in words stand beside those."""
    subjects = (("task", record.tasks), ("theme", record.themes), ("kind", (record.kind,)))
    instruments = (
        ("modality", record.modalities),
        ("platform", record.platforms),
        ("sensor", record.sensors),
    )
    return {
        "about": list(_terms(subjects, context)),
        "measurementTechnique": [*_terms(instruments, context), *record.image_sources],
    }


def measures(record: DatasetRecord) -> list[dict[str, Any]]:
    """Counts, the ground sampling distance and what else has a value, each with its unit."""
    return [*_measures(record), *web_details.measures(record)]


def _identifiers(record: DatasetRecord) -> Iterator[dict[str, str]]:
    if record.data_doi:
        yield {
            "@type": "PropertyValue",
            "propertyID": "https://registry.identifiers.org/registry/doi",
            "value": f"doi:{record.data_doi}",
            "url": doi_address(record.data_doi),
        }
    yield {"@type": "PropertyValue", "propertyID": "UUID", "value": record.uuid.urn}
    yield from web_details.identifiers(record)


def _terms(coded: Iterable[tuple[str, tuple[str, ...]]], context: Context) -> Iterator[dict[str, str]]:
    for name, codes in coded:
        for code in codes:
            yield {
                "@type": "DefinedTerm",
                "name": vocabulary.label(name, code),
                "termCode": code,
                "inDefinedTermSet": f"{context.base_url}/api/vocabularies#{name}",
            }


def _variable(band: Band) -> dict[str, str]:
    parts = [
        band.common_name,
        f"centre wavelength {band.centre_um:g} µm" if band.centre_um else None,
        f"ground sampling distance {band.gsd_m:g} m" if band.gsd_m else None,
        band.sensor,
    ]
    variable = {"@type": "PropertyValue", "name": band.native_name}
    known = "; ".join(part for part in parts if part)
    return variable | ({"description": known} if known else {})


def _volume(record: DatasetRecord) -> dict[str, Any] | None:
    if record.volume_gb is None:
        return None
    # E34 is the UN/CEFACT code of a gigabyte of 10^9 bytes.
    return {"@type": "QuantitativeValue", "value": record.volume_gb, "unitCode": "E34", "unitText": "GB"}


def _measures(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    counts = (
        ("number of images", record.n_images),
        ("number of labelled instances", record.n_instances),
        ("number of classes", record.n_classes),
        ("number of bands", record.n_bands),
        ("number of time steps", record.n_timestamps),
    )
    if record.n_samples is not None:
        unit = {"unitText": record.sample_unit} if record.sample_unit else {}
        yield {"@type": "PropertyValue", "name": "number of samples", "value": record.n_samples} | unit
    for name, count in counts:
        if count is not None:
            yield {"@type": "PropertyValue", "name": name, "value": count}
    if record.gsd_m is not None:
        yield {
            "@type": "PropertyValue",
            "name": "ground sampling distance",
            "minValue": record.gsd_m.min,
            "maxValue": record.gsd_m.max,
            "unitCode": "MTR",
            "unitText": "m",
        }


def download(address: str) -> dict[str, str]:
    """A file where the address ends in a known type, else a page on which the files are found."""
    parts = urlsplit(address)
    file_type = FILE_TYPES.get(PurePosixPath(parts.path).suffix.lower())
    if file_type is not None:
        return {"@type": "DataDownload", "contentUrl": address, "encodingFormat": file_type}
    if parts.scheme in {"s3", "gs", "ftp"}:
        return {"@type": "DataDownload", "contentUrl": address}
    return {"@type": "DataDownload", "url": address}


def _article(paper: Citation) -> dict[str, Any]:
    identifier = f"arXiv:{paper.arxiv}" if paper.arxiv else None
    return without_unknown(
        {
            "@type": "Thesis" if paper.sort == "thesis" else "ScholarlyArticle",
            "name": paper.title,
            "author": [{"@type": "Person", "name": name, "familyName": name} for name in paper.authors],
            "datePublished": str(paper.year) if paper.year else None,
            "isPartOf": {"@type": "PublicationVolume", "name": paper.venue} if paper.venue else None,
            "identifier": doi_address(paper.doi) if paper.doi else identifier,
            "sameAs": f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv and paper.doi else None,
            "url": paper.url,
        }
    )


def _code(record: DatasetRecord) -> dict[str, str] | None:
    if record.urls.code is None:
        return None
    return {"@type": "SoftwareSourceCode", "codeRepository": record.urls.code}
