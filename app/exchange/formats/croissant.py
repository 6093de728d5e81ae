"""Croissant 1.1 with the terms of its Geo extension 1.0: what a dataset holds, for machine learning tools.

A Croissant file object needs a checksum, so files without one are left out and the description says so. An
unknown licence is "not stated"; other required properties that are unknown are left out and named in the
description.
"""

from typing import Any

import orjson

from app.catalogue.bands import Band, bands_of
from app.catalogue.record import DatasetRecord
from app.exchange.formats import bibtex, coverage, croissant_details, licences, schema_org, web_details
from app.exchange.formats.citations import citations
from app.exchange.formats.context import Context

CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/geo/1.0"]
# The context of the specification, term by term, and the prefix of the Geo extension; validators compare it.
JSONLD_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "geocr": "http://mlcommons.org/croissant/geo/",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def write(record: DatasetRecord, context: Context) -> bytes:
    """The document as indented JSON."""
    return orjson.dumps(document(record, context), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def document(record: DatasetRecord, context: Context) -> dict[str, Any]:
    """The record as a Croissant dataset without files."""
    values = {
        **web_details.properties(record),
        "@context": dict(JSONLD_CONTEXT),
        "@type": "sc:Dataset",
        "@id": context.page(record.slug),
        "conformsTo": CONFORMS_TO,
        "name": record.name,
        "alternateName": schema_org.alternate_names(record),
        "description": _description(record),
        "url": record.urls.home or context.page(record.slug),
        "license": licences.linked(record.licence) or [licences.NOT_STATED],
        "creator": web_details.creators(record),
        "publisher": schema_org.publisher(record),
        "keywords": schema_org.keywords(record),
        # The validator takes text alone for keywords, so coded terms stand in `about` and as techniques.
        **schema_org.terms(record, context),
        "additionalProperty": schema_org.measures(record),
        "isBasedOn": [context.page(parent) for parent in record.derived_from],
        "sameAs": schema_org.same_as(record),
        "citeAs": "\n".join(bibtex.entry(citation) for citation in citations(record)),
        "spatialCoverage": coverage.spatial(record),
        "temporalCoverage": coverage.temporal(record.temporal_extent),
        "sdLicense": licences.CC0,
        "distribution": croissant_details.distribution(record),
        **croissant_details.responsible(record),
        **croissant_details.geo(record),
        "geocr:spatialResolution": _resolution(record),
        "geocr:bandConfiguration": _band_configuration(record),
        "geocr:spectralBandMetadata": [_spectral_band(band) for band in bands_of(record) if band.centre_um],
        "recordSet": croissant_details.record_sets(record),
    }
    return schema_org.without_unknown(values)


def _description(record: DatasetRecord) -> str:
    missing = [
        name
        for name, known in (
            ("creators", record.publication.first_author or record.creators),
            ("date of publication", record.year or record.published_on),
        )
        if not known
    ]
    sentences = [schema_org.description(record), *croissant_details.files_said(record)]
    if missing:
        sentences.append(f"Not recorded: {', '.join(missing)}.")
    return " ".join(sentences)


def _resolution(record: DatasetRecord) -> dict[str, Any] | None:
    """The resolution, where there is one; several stand in a record set, because here only one may."""
    gsd = record.gsd_m
    if gsd is None or gsd.min != gsd.max:
        return None
    return _quantity(gsd.min, "m")


def _band_configuration(record: DatasetRecord) -> dict[str, Any] | None:
    """Number and names of the bands; names only where they are as many as the number says."""
    total = record.n_bands or len(record.bands)
    if not total:
        return None
    names = list(record.bands) if len(record.bands) == total else []
    configuration: dict[str, Any] = {"@type": "geocr:BandConfiguration", "geocr:totalBands": total}
    return configuration | ({"geocr:bandNameList": names} if names else {})


def _spectral_band(band: Band) -> dict[str, Any]:
    """One band in nanometres, the unit of the extension; the catalogue keeps micrometres."""
    values = {
        "@type": "geocr:SpectralBand",
        "name": band.native_name,
        "geocr:centerWavelength": _nanometres(band.centre_um),
        "geocr:bandwidth": _nanometres(band.fwhm_um),
    }
    return schema_org.without_unknown(values)


def _nanometres(micrometres: float | None) -> dict[str, Any] | None:
    return None if micrometres is None else _quantity(round(micrometres * 1000, 3), "nm")


def _quantity(value: float, unit: str) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "value": value, "unitText": unit}
