"""The datasets by OGC API - Records: one catalogue, whose records are searched as the portal searches."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.base.db import ReadSession
from app.base.errors import NotFound
from app.catalogue import counting
from app.catalogue.search import number_of_datasets
from app.portal.answers import json_bytes, own_address
from app.stac import asked, finding, queryables, records
from app.stac.answers import lasting
from app.stac.api import NO_DATASET, listed, one, page_links
from app.stac.asked import OF_RECORDS, RECORDS_PER_PAGE
from app.stac.conformance import OGC_CLASSES
from app.stac.links import GEOJSON, OGC, OGC_LANDING, RECORDS, SCHEMA, fixed, link
from app.stac.links import JSON as JSON_TYPE
from app.stac.parameters import described
from app.stac.schemas_api import AS_SCHEMA

router = APIRouter(prefix=OGC, tags=["ogc-records"])

SEARCHED = described(OF_RECORDS, limit=RECORDS_PER_PAGE)
FEATURES: dict[int | str, dict[str, Any]] = {200: {"content": {GEOJSON: {}}}}


@router.get("", summary="Enter the OGC API")
def landing(request: Request, session: ReadSession) -> Response:
    """The root of the OGC API, with links to all that it offers."""
    document = {
        "title": records.TITLE,
        "description": "A catalogue of datasets, read by OGC API - Records.",
        "links": fixed(OGC_LANDING, own_address(request)),
    }
    return lasting(request, session, lambda: json_bytes(document))


@router.get("/conformance", summary="See which standards the OGC API follows")
def conformance(request: Request, session: ReadSession) -> Response:
    """The conformance classes of the OGC API."""
    return lasting(request, session, lambda: json_bytes({"conformsTo": OGC_CLASSES}))


@router.get("/collections", summary="List the catalogues of the OGC API")
def list_catalogues(request: Request, session: ReadSession) -> Response:
    """The one catalogue that there is."""

    def make() -> bytes:
        base = own_address(request)
        links = [link("self", f"{base}{OGC}/collections", JSON_TYPE), link("root", base + OGC, JSON_TYPE)]
        return json_bytes({"links": links, "collections": [_catalogue(request, session)]})

    return lasting(request, session, make)


@router.get("/collections/datasets", summary="Read what the catalogue of records is")
def read_catalogue(request: Request, session: ReadSession) -> Response:
    """Title, licence, extent and links of the catalogue."""
    return lasting(request, session, lambda: json_bytes(_catalogue(request, session)))


@router.get(
    "/collections/datasets/items",
    summary="Search datasets as OGC records",
    openapi_extra=SEARCHED,
    response_class=Response,
    responses=FEATURES,
)
def search_records(request: Request, session: ReadSession) -> Response:
    """One page of records with the exact total, the facets asked for, and links to the next page."""
    return lasting(request, session, lambda: _page(request, session), GEOJSON)


@router.get(
    "/collections/datasets/items/{slug}",
    summary="Read one dataset as an OGC record",
    response_class=Response,
    responses={**FEATURES, **NO_DATASET},
)
def read_record(request: Request, session: ReadSession, slug: str) -> Response:
    """The whole description of one dataset."""
    base = own_address(request)
    return lasting(request, session, lambda: one(session, slug, base, records.record), GEOJSON)


@router.get(
    "/collections/datasets/queryables",
    summary="See by what records can be filtered",
    **AS_SCHEMA,
)
def read_queryables(request: Request, session: ReadSession) -> Response:
    """A JSON Schema of the codes and ranges that are parameters of the search."""
    address = f"{own_address(request)}{RECORDS}/queryables"
    return lasting(request, session, lambda: json_bytes(queryables.of_records(address)), SCHEMA)


@router.get(
    "/collections/datasets/sortables",
    summary="See by what records can be sorted",
    **AS_SCHEMA,
)
def read_sortables(request: Request, session: ReadSession) -> Response:
    """A JSON Schema of the names that `sortby` takes."""
    address = f"{own_address(request)}{RECORDS}/sortables"
    return lasting(request, session, lambda: json_bytes(queryables.sortables(address)), SCHEMA)


@router.get("/collections/{name}", include_in_schema=False)
@router.get("/collections/{name}/{rest:path}", include_in_schema=False)
def refuse_catalogue(name: str, rest: str = "") -> Response:
    """There is one catalogue only."""
    raise NotFound(f"There is no catalogue {name[:60]!r} with this address; {RECORDS} holds all records.")


def _catalogue(request: Request, session: Session) -> dict[str, Any]:
    return records.catalogue(own_address(request), number_of_datasets(session))


def _page(request: Request, session: Session) -> bytes:
    wanted = asked.read(request.query_params.multi_items(), OF_RECORDS, limit=RECORDS_PER_PAGE)
    found = finding.find(session, wanted, request.app.state.settings.signing_key)
    members = finding.documents(session, found.ids, own_address(request), records.record)
    tail: dict[str, Any] = {
        "numberMatched": found.number_matched,
        "numberReturned": len(members),
        "links": [
            *page_links(request, found, wanted, f"{RECORDS}/items", GEOJSON),
            link("collection", own_address(request) + RECORDS, JSON_TYPE),
        ],
    }
    if wanted.query.facets is not None:
        tail["facets"] = _facets(counting.facets(found.matched, wanted.query))
    return listed({"type": "FeatureCollection"}, "features", members, tail)


def _facets(facets: dict[str, counting.Facet]) -> dict[str, Any]:
    """The counts as OGC API - Records - Part 2 draws them: buckets, the most frequent first."""
    return {
        name: {
            "type": "terms",
            "property": name,
            "buckets": [{"value": value.value, "count": value.count} for value in facet.values],
            "more": facet.other,
        }
        for name, facet in facets.items()
    }
