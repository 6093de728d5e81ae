"""DataCite 4 as JSON: what registries of DOIs hold of a dataset.

The schema demands a creator, a publisher and a year. What is unknown there carries the schema's own word for
it, `:unkn`, and the year 0000, which four digits are demanded of; readers take both for unknown.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.catalogue import derived, vocabulary
from app.catalogue.clusters import sketched
from app.catalogue.details import Creator
from app.catalogue.places import areas, geo_status
from app.catalogue.record import DatasetRecord, TemporalExtent
from app.exchange.formats import schema_org
from app.exchange.formats.citations import Sort, paper_of
from app.exchange.formats.context import Context
from app.exchange.formats.makers import ORCID, makers, name_parts

SCHEMA = "http://datacite.org/schema/kernel-4"
UNKNOWN = ":unkn"
UNKNOWN_YEAR = "0000"
SPDX = "https://spdx.org/licenses/"
PAPERS: dict[Sort, str] = {
    "dataset": "Dataset",
    "article": "JournalArticle",
    "conference": "ConferencePaper",
    "preprint": "Preprint",
    "thesis": "Dissertation",
    "report": "Report",
    "other": "Text",
}
KINDS = {"benchmark-suite": "Collection"}
GIGABYTE = "GB"


def write(record: DatasetRecord, context: Context) -> bytes:
    """The document as indented JSON."""
    return orjson.dumps(document(record, context), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def document(record: DatasetRecord, context: Context) -> dict[str, Any]:
    """The record in the terms of DataCite; what is unknown and not demanded is absent."""
    page = context.page(record.slug)
    values = {
        "schemaVersion": SCHEMA,
        "doi": record.data_doi,
        "url": record.urls.home or page,
        "types": {
            "resourceTypeGeneral": KINDS.get(record.kind, "Dataset"),
            "resourceType": vocabulary.label("kind", record.kind),
        },
        "creators": [_creator(one, record) for one in makers(record)] or [{"name": UNKNOWN}],
        "titles": list(_titles(record)),
        "publisher": {"name": record.publisher or UNKNOWN},
        "publicationYear": str(record.year or (record.published_on or UNKNOWN_YEAR)[:4]),
        "subjects": list(_subjects(record, context)),
        "dates": list(_dates(record, context)),
        "language": next(iter(record.languages), "en"),
        "version": record.version,
        "formats": list(record.formats),
        "alternateIdentifiers": list(_identifiers(record, page)),
        "relatedIdentifiers": list(_related(record, context)),
        "sizes": list(_sizes(record)),
        "rightsList": list(_rights(record)),
        "descriptions": [_abstract(record)],
        "geoLocations": list(_locations(record)),
    }
    return schema_org.without_unknown(values)


def collected(extent: TemporalExtent | None) -> str | None:
    """The dates of acquisition as DataCite writes a range: an open side is empty."""
    if extent is None or not (extent.start or extent.end):
        return None
    return extent.start if extent.start == extent.end else f"{extent.start or ''}/{extent.end or ''}"


def _creator(creator: Creator, record: DatasetRecord) -> dict[str, Any]:
    """One maker; where the record names none, the family name of the first author of the paper."""
    made: dict[str, Any] = {"name": creator.name}
    parts = name_parts(creator.name)
    if not record.creators:
        return made | {"nameType": "Personal", "familyName": creator.name}
    if parts or creator.orcid:
        made["nameType"] = "Personal"
    if parts:
        made |= {"familyName": parts[0], "givenName": parts[1]}
    if creator.orcid:
        scheme = {"nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
        made["nameIdentifiers"] = [{"nameIdentifier": ORCID + creator.orcid, **scheme}]
    if creator.affiliation:
        made["affiliation"] = [{"name": creator.affiliation}]
    return made


def _titles(record: DatasetRecord) -> Iterator[dict[str, str]]:
    yield {"title": record.name, "lang": "en"}
    if record.title:
        yield {"title": record.title, "titleType": "Other", "lang": "en"}
    for alias in dict.fromkeys(record.aliases):
        yield {"title": alias, "titleType": "AlternativeTitle"}


def _subjects(record: DatasetRecord, context: Context) -> Iterator[dict[str, str]]:
    coded = (
        ("kind", (record.kind,)),
        ("task", record.tasks),
        ("theme", record.themes),
        ("modality", record.modalities),
        ("platform", record.platforms),
        ("sensor", record.sensors),
        ("label_type", (record.label_type,) if record.label_type else ()),
    )
    for name, codes in coded:
        for code in codes:
            yield {
                "subject": vocabulary.label(name, code),
                "subjectScheme": name,
                "schemeUri": f"{context.base_url}/api/vocabularies#{name}",
                "classificationCode": code,
            }


def _dates(record: DatasetRecord, context: Context) -> Iterator[dict[str, str]]:
    if record.published_on or record.year:
        yield {"date": record.published_on or str(record.year), "dateType": "Issued"}
    if taken := collected(record.temporal_extent):
        yield {"date": taken, "dateType": "Collected"}
    yield {
        "date": context.updated.date().isoformat(),
        "dateType": "Updated",
        "dateInformation": "of this description",
    }


def _identifiers(record: DatasetRecord, page: str) -> Iterator[dict[str, str]]:
    own = (("UUID", str(record.uuid)), ("URL", page))
    for scheme, value in (*own, *((one.scheme, one.value) for one in record.other_ids)):
        yield {"alternateIdentifier": value, "alternateIdentifierType": scheme}


def _abstract(record: DatasetRecord) -> dict[str, str]:
    return {"description": schema_org.description(record), "descriptionType": "Abstract", "lang": "en"}


def _related(record: DatasetRecord, context: Context) -> Iterator[dict[str, str]]:
    paper = paper_of(record)
    if paper is not None:
        sort = {"resourceTypeGeneral": PAPERS[paper.sort]}
        if paper.doi:
            yield _relation("IsDescribedBy", "DOI", paper.doi) | sort
        if paper.arxiv:
            yield _relation("IsDescribedBy", "arXiv", f"arXiv:{paper.arxiv}") | sort
        if paper.url and not (paper.doi or paper.arxiv):
            yield _relation("IsDescribedBy", "URL", paper.url) | sort
    if record.urls.home:
        yield _relation("IsDocumentedBy", "URL", record.urls.home) | {
            "resourceTypeGeneral": "InteractiveResource"
        }
    if record.urls.code:
        yield _relation("IsSupplementedBy", "URL", record.urls.code) | {"resourceTypeGeneral": "Software"}
    for parent in record.derived_from:
        yield _relation("IsDerivedFrom", "URL", context.page(parent)) | {"resourceTypeGeneral": "Dataset"}
    yield _relation("HasMetadata", "URL", f"{context.page(record.slug)}.jsonld") | {
        "relatedMetadataScheme": "schema.org",
        "schemeUri": "https://schema.org/",
    }


def _relation(relation: str, sort: str, identifier: str) -> dict[str, str]:
    return {"relatedIdentifier": identifier, "relatedIdentifierType": sort, "relationType": relation}


def _sizes(record: DatasetRecord) -> Iterator[str]:
    if record.volume_gb is not None:
        yield f"{record.volume_gb!r} {GIGABYTE}"
    if record.n_samples is not None:
        yield f"{record.n_samples} samples" + (f" ({record.sample_unit})" if record.sample_unit else "")
    for count, unit in (
        (record.n_images, "images"),
        (record.n_instances, "labelled instances"),
        (record.n_classes, "classes"),
    ):
        if count is not None:
            yield f"{count} {unit}"


def _rights(record: DatasetRecord) -> Iterator[dict[str, str]]:
    """An entry for each identifier, and the words as stated where several identifiers share them."""
    stated = record.licence
    if stated is None:
        return
    identifiers = stated.spdx.split(" AND ") if stated.spdx else []
    words = {"rights": stated.text} if stated.text else {}
    for one in identifiers:
        page = derived.licence_page(one)
        yield {
            **(words if len(identifiers) == 1 else {}),
            **({"rightsUri": page} if page else {}),
            "rightsIdentifier": one,
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": SPDX,
        }
    if words and len(identifiers) != 1:
        yield words


def _locations(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """Places by name and position; a country that stands in is named alone."""
    if geo_status(record) == "global":
        yield {"geoLocationPlace": "Global", "geoLocationBox": _box((-180, -90, 180, 90))}
    for area in areas(record):
        location: dict[str, Any] = {"geoLocationPlace": area.name} if area.name else {}
        if isinstance(area.geometry, Point):
            location["geoLocationPoint"] = {
                "pointLongitude": area.geometry.x,
                "pointLatitude": area.geometry.y,
            }
            yield location
        elif area.geometry is not None:
            # A box of DataCite cannot cross the antimeridian, so such an area has two.
            yield from ({**location, "geoLocationBox": _box(bounds)} for bounds in _bounds(area.geometry))
        else:
            yield location


def _bounds(geometry: BaseGeometry) -> Iterator[tuple[float, float, float, float]]:
    for part in sketched(geometry):
        yield part.bounds


def _box(bounds: tuple[float, float, float, float]) -> dict[str, float]:
    west, south, east, north = bounds
    return {
        "westBoundLongitude": west,
        "eastBoundLongitude": east,
        "southBoundLatitude": south,
        "northBoundLatitude": north,
    }
