"""A record as an OGC API - Records feature, and the one catalogue that holds them all."""

from collections.abc import Iterator
from typing import Any

from app.base.extent import first_day, last_day
from app.catalogue import places
from app.catalogue.record import DatasetRecord
from app.exchange.formats import FORMATS, schema_org
from app.exchange.formats.citations import dataset_title
from app.stac import documents, extents, statements
from app.stac.conformance import RECORD_CORE
from app.stac.documents import Context
from app.stac.links import GEOJSON, JSON, OGC_COLLECTION, RECORDS, fixed, link

CATALOGUE = "datasets"
TITLE = "Earth observation datasets for machine learning"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def catalogue(base: str, datasets: int) -> dict[str, Any]:
    """The description of the catalogue as an OGC collection."""
    return {
        "id": CATALOGUE,
        "type": "Catalog",
        "itemType": "record",
        "conformsTo": [RECORD_CORE],
        "title": TITLE,
        "description": f"{datasets:,} datasets: what they hold, where they lie, and where to get them.",
        "keywords": ["Earth observation", "remote sensing", "machine learning", "datasets"],
        "language": {"code": "en"},
        "license": "CC0-1.0",
        "extent": {
            "spatial": {"bbox": [extents.WORLD.values()], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": [CRS84],
        "links": fixed(OGC_COLLECTION, base),
    }


def record(dataset: DatasetRecord, context: Context) -> dict[str, Any]:
    """The record as GeoJSON; its geometry is the boxes of its places, None where it has no place."""
    found = extents.clusters(dataset, context.boxes)
    feature: dict[str, Any] = {
        "type": "Feature",
        "id": dataset.slug,
        "conformsTo": [RECORD_CORE],
        "geometry": extents.geometry(dataset, found),
        "time": _time(dataset),
        "properties": _properties(dataset, context),
        "links": list(_links(dataset, context)),
    }
    if found:
        feature["bbox"] = extents.boxes(found)[0]
    return feature


def external_ids(dataset: DatasetRecord) -> Iterator[dict[str, str]]:
    """Identifiers that others gave; `finding.SCHEMES` finds by the same schemes."""
    shelves = dataset.libraries
    if dataset.data_doi:
        yield {"scheme": "doi", "value": dataset.data_doi}
    yield {"scheme": "uuid", "value": str(dataset.uuid)}
    for name, values in (("huggingface", shelves.huggingface), ("torchgeo", shelves.torchgeo)):
        for value in values:
            yield {"scheme": name, "value": value}
    for scheme, one in (("tfds", shelves.tfds), ("aws-open-data", shelves.aws_open_data)):
        if one:
            yield {"scheme": scheme, "value": one}


def _properties(dataset: DatasetRecord, context: Context) -> dict[str, Any]:
    stated = dataset.licence
    values: dict[str, Any] = {
        "type": "dataset",
        "title": dataset_title(dataset),
        "description": schema_org.description(dataset),
        "updated": context.moment,
        "keywords": statements.keywords(dataset),
        "themes": statements.themes(dataset, context.base_url),
        "language": {"code": "en"},
        "contacts": [{"organization": dataset.publisher, "roles": ["publisher"]}]
        if dataset.publisher
        else [],
        "license": statements.licence(dataset),
        "rights": stated.text if stated else None,
        "externalIds": list(external_ids(dataset)),
        "formats": [{"name": one.label, "mediaType": one.media_type} for one in FORMATS.values()],
        "eod:geo_status": places.geo_status(dataset),
        "eod:geo_reason": places.geo_reason(dataset),
    }
    return schema_org.without_unknown(values)


def _time(dataset: DatasetRecord) -> dict[str, Any] | None:
    """Days, because no more is known; two dots are an open side."""
    known = dataset.temporal_extent
    if known is None or not (known.start or known.end):
        return None
    start = str(first_day(known.start)) if known.start else ".."
    return {"interval": [start, str(last_day(known.end)) if known.end else ".."]}


def _links(dataset: DatasetRecord, context: Context) -> Iterator[dict[str, Any]]:
    yield link("self", context.record(dataset.slug), GEOJSON)
    yield link("collection", context.base_url + RECORDS, JSON)
    yield link("alternate", context.collection(dataset.slug), JSON, "STAC collection")
    yield from documents.related_links(dataset, context)
    for parent in dataset.derived_from:
        yield link("derived_from", context.record(parent), GEOJSON, parent)
