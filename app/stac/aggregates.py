"""Counts of items by value over HTTP, as the aggregation extension has them: of all datasets, and of one."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.catalogue.nearest import nearest
from app.catalogue.search import get_record
from app.items.aggregation import count_by, count_by_month, count_by_square
from app.items.find import count_items
from app.items.indexes import current
from app.items.properties import known_properties
from app.portal.answers import json_bytes, own_address
from app.stac.at_hand import reading
from app.stac.item_query import BODY, ItemSearch, from_address, from_body, json_body
from app.stac.links import JSON, STAC, link
from app.stac.quick import QuickRoute

router = APIRouter(prefix=STAC, tags=["stac items"], route_class=QuickRoute)

MOST_VALUES = 100
TOTAL, MONTHS = "total_count", "datetime_frequency"
SQUARES = "centroid_geotile_grid_frequency"
FREQUENCY = "_frequency"
ALWAYS = (TOTAL, MONTHS, SQUARES)
OF_ALL = (*ALWAYS, "collection_frequency", "platform_frequency", "split_frequency")
WHERE_NONE_IS_NAMED = (TOTAL, MONTHS)
OWN = ("aggregations", f"{SQUARES}_precision")
DEFAULT_SQUARES = "4"


@router.get("/aggregations", summary="List what can be counted")
def list_aggregations(request: Request) -> Response:
    """The counts that `/stac/aggregate` offers for every collection."""
    return _offered(request, OF_ALL, "")


@router.get("/collections/{collection}/aggregations", summary="List what can be counted in a collection")
def list_aggregations_of(request: Request, collection: str) -> Response:
    """The counts that the items of one collection offer: every property that holds single values or lists."""
    with reading(request) as session:
        get_record(session, collection)
        return _offered(request, _names_of(session, collection), f"/collections/{collection}")


@router.get("/aggregate", summary="Count items by value")
def aggregate(request: Request) -> Response:
    """Counts of what a search finds: in all, per month, per square of the map, or per value of a property
    (`NAME_frequency`)."""
    return _counts_of_address(request, None)


@router.post("/aggregate", summary="Count items by value, asked in a body", openapi_extra=BODY)
def aggregate_by_body(request: Request) -> Response:
    """The same counts with the parameters of the search in the body, and `aggregations` as a list."""
    body = json_body(request.headers.get("content-type", ""), request.state.body)
    wanted, zoom = body.get(OWN[0]) or [], str(body.get(OWN[1]) or DEFAULT_SQUARES)
    if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
        raise Invalid("aggregations is a list of names of counts.")
    search = from_body({name: value for name, value in body.items() if name not in OWN})
    return _counted(request, search, tuple(wanted), zoom, None)


@router.get("/collections/{collection}/aggregate", summary="Count items of a collection by value")
def aggregate_collection(request: Request, collection: str) -> Response:
    """The same counts within one collection, which has those that its own list names."""
    return _counts_of_address(request, collection)


def _counts_of_address(request: Request, collection: str | None) -> Response:
    pairs = request.query_params.multi_items()
    wanted = tuple(part for name, value in pairs if name == OWN[0] for part in value.split(",") if part)
    zoom = request.query_params.get(OWN[1], DEFAULT_SQUARES)
    search = from_address([pair for pair in pairs if pair[0] not in OWN], collection)
    return _counted(request, search, wanted, zoom, collection)


def _counted(
    request: Request, search: ItemSearch, wanted: tuple[str, ...], zoom: str, collection: str | None
) -> Response:
    with reading(request) as session:
        if collection is not None:
            get_record(session, collection)
            _must_offer(_names_of(session, collection), wanted)
        results = [_count(session, search, name, zoom) for name in wanted or WHERE_NONE_IS_NAMED]
    links = _links(request, "aggregate", f"/collections/{collection}" if collection else "")
    document = {"type": "AggregationCollection", "aggregations": results, "links": links}
    return Response(json_bytes(document), media_type=JSON)


def _names_of(session: Session, collection: str) -> tuple[str, ...]:
    known = known_properties(current(session), (collection,))
    return (*ALWAYS, *(f"{name}{FREQUENCY}" for name in sorted(known.kinds)))


def _must_offer(names: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    for name in wanted:
        if name not in names:
            known = {one: one for one in names}
            raise Invalid(f"This collection has no count {name[:60]!r}. {nearest(name, known)}")


def _count(session: Session, search: ItemSearch, name: str, zoom: str) -> dict[str, Any]:
    query = search.query
    if name == TOTAL:
        return {"name": name, "data_type": "integer", "value": count_items(session, query)}
    if not name.endswith(FREQUENCY):
        raise Invalid(f"There is no count {name[:60]!r}; there are {TOTAL} and NAME{FREQUENCY}.")
    if name == SQUARES:
        counts = count_by_square(session, query, int(zoom) if re.fullmatch(r"\d{1,2}", zoom) else -1)
    elif name == MONTHS:
        counts = count_by_month(session, query)
    else:
        counts = count_by(session, query, name.removesuffix(FREQUENCY), MOST_VALUES)
    buckets = [{"key": key, "data_type": "string", "frequency": number} for key, number in counts]
    return {**_described(name), "buckets": buckets}


def _described(name: str) -> dict[str, str]:
    if name == TOTAL:
        return {"name": name, "data_type": "integer"}
    of = "datetime" if name == MONTHS else "string"
    return {"name": name, "data_type": "frequency_distribution", "frequency_distribution_data_type": of}


def _offered(request: Request, names: tuple[str, ...], place: str) -> Response:
    offered = [_described(name) for name in names]
    links = _links(request, "aggregations", place)
    document = {"type": "AggregationCollection", "aggregations": offered, "links": links}
    return Response(json_bytes(document), media_type=JSON)


def _links(request: Request, own: str, place: str) -> list[dict[str, Any]]:
    base = own_address(request) + STAC
    return [link("root", base, JSON), link("self", f"{base}{place}/{own}", JSON)]
