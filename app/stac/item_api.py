"""Items over HTTP: search by GET and POST, the items of a collection, one item, and counts by value."""

import re
import time
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.catalogue.search import get_record
from app.items.aggregation import count_by, count_by_month, count_by_square
from app.items.find import ItemPage, count_items, find_at_hand, find_items, get_item
from app.portal.answers import KEEP, json_bytes, own_address
from app.stac.answers import last_look
from app.stac.at_hand import LOOK, index_at_hand, must_wait, newest_index, reading
from app.stac.item_documents import GEOJSON, JSON, item_collection, item_document
from app.stac.item_query import ItemSearch, from_address, from_body
from app.stac.quick import QuickRoute, tried_at_once

router = APIRouter(prefix="/stac", tags=["stac items"], route_class=QuickRoute)

MOST_VALUES = 100
AGGREGATED = ("total_count", "datetime_frequency")
SQUARES = "centroid_geotile_grid_frequency"
FREQUENCY = "_frequency"
DEFAULT_SQUARES = "4"

ANSWER: dict[str, Any] = {"response_class": Response, "responses": {200: {"content": {GEOJSON: {}}}}}
BODY = {"requestBody": {"required": True, "content": {JSON: {"schema": {"type": "object", "title": "Body"}}}}}


@router.get("/search", summary="Search items", **ANSWER)
@tried_at_once
def search_by_address(request: Request) -> Response:
    """Items of any collections by area, time, ids and CQL2 filter, with the exact number matched."""
    search = from_address(request.query_params.multi_items())
    return _page(request, search, "/stac/search")


@router.post("/search", summary="Search items", openapi_extra=BODY, **ANSWER)
@tried_at_once
def search_by_body(request: Request) -> Response:
    """The same search with its parameters in the body."""
    body = _json_body(request)
    search = from_body(body)
    page = _found(request, search)
    base = own_address(request)
    here = f"{base}/stac/search"
    links: list[dict[str, Any]] = [_link("root", f"{base}/stac", JSON), _link("self", here)]
    links += [
        {**_link(rel, here), "method": "POST", "body": {**body, "token": token}, "merge": False}
        for rel, token in _tokens(page)
    ]
    return _sent(item_collection(page, links, search.fields, base))


@router.get("/collections/{collection}/items", summary="List the items of a collection", **ANSWER)
@tried_at_once
def list_items(request: Request, collection: str) -> Response:
    """The items of one collection, newest first, with the parameters of the search."""
    index = newest_index(request)
    if index is None or collection not in index.by_slug:
        must_wait(request)
        with reading(request) as session:
            get_record(session, collection)
    search = from_address(request.query_params.multi_items(), collection)
    return _page(request, search, f"/stac/collections/{collection}/items")


@router.get("/collections/{collection}/items/{item}", summary="Read one item", **ANSWER)
def read_item(request: Request, collection: str, item: str) -> Response:
    """One item with its links; its tag changes with its content."""
    found, digest = get_item(request.app.state.reader.fetch, collection, item)
    tag = f'W/"{digest}"'
    kept = {"ETag": tag, "Cache-Control": KEEP}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    return Response(item_document(found, own_address(request)), media_type=GEOJSON, headers=kept)


@router.get("/aggregations", summary="List what can be counted")
def list_aggregations(request: Request) -> Response:
    """The counts that `/stac/aggregate` offers for every collection."""
    base = own_address(request)
    offered = [
        {"name": "total_count", "data_type": "integer"},
        _distribution("datetime_frequency", "datetime"),
        *map(_distribution, (SQUARES, "collection_frequency", "platform_frequency", "split_frequency")),
    ]
    links = [_link("root", f"{base}/stac", JSON), _link("self", f"{base}/stac/aggregations", JSON)]
    return _sent(json_bytes({"aggregations": offered, "links": links}), JSON)


@router.get("/aggregate", summary="Count items by value")
def aggregate(request: Request) -> Response:
    """Counts of what a search finds: in all, per month, per square of the map, or per value of a property
    (`NAME_frequency`)."""
    own = ("aggregations", f"{SQUARES}_precision")
    pairs = request.query_params.multi_items()
    wanted = [part for name, value in pairs if name == own[0] for part in value.split(",") if part]
    zoom = request.query_params.get(own[1], DEFAULT_SQUARES)
    search = from_address([pair for pair in pairs if pair[0] not in own])
    with reading(request) as session:
        results = [_counted(session, search, name, zoom) for name in wanted or AGGREGATED]
    return _sent(json_bytes({"aggregations": results, "links": []}), JSON)


def _counted(session: Session, search: ItemSearch, name: str, zoom: str) -> dict[str, Any]:
    if name == "total_count":
        return {"name": name, "data_type": "integer", "value": count_items(session, search.query)}
    if not name.endswith(FREQUENCY):
        raise Invalid(
            f"There is no count {name[:60]!r}; there are {', '.join(AGGREGATED)} and NAME{FREQUENCY}."
        )
    if name == SQUARES:
        counts = count_by_square(session, search.query, int(zoom) if re.fullmatch(r"\d{1,2}", zoom) else -1)
    elif name == "datetime_frequency":
        counts = count_by_month(session, search.query)
    else:
        counts = count_by(session, search.query, name.removesuffix(FREQUENCY), MOST_VALUES)
    buckets = [{"key": key, "data_type": "string", "frequency": number} for key, number in counts]
    return {**_distribution(name), "buckets": buckets}


def _distribution(name: str, of: str = "string") -> dict[str, str]:
    return {"name": name, "data_type": "frequency_distribution", "frequency_distribution_data_type": of}


def _page(request: Request, search: ItemSearch, path: str) -> Response:
    base = own_address(request)
    page = _found(request, search)
    links = [_link("root", f"{base}/stac", JSON), _link("self", _address(base + path, search.told))]
    links += [
        _link(rel, _address(base + path, {**search.told, "token": token})) for rel, token in _tokens(page)
    ]
    return _sent(item_collection(page, links, search.fields, base))


def _found(request: Request, search: ItemSearch) -> ItemPage:
    state = request.app.state
    secret = state.settings.signing_key
    if not request.state.may_wait:
        return find_at_hand(index_at_hand(request), search.query, secret)
    begun, seen = time.monotonic(), last_look(state, LOOK)
    with reading(request) as session:
        page = find_items(session, search.query, secret, state.reader.fetch, seen)
    if page.seen is not None:
        state.looks[LOOK] = (begun, page.seen)
    return page


def _json_body(request: Request) -> dict[str, Any]:
    """The body as an object.

    Raises:
        Invalid: not JSON, or not an object.
    """
    if "json" not in request.headers.get("content-type", ""):
        raise Invalid("The search is sent as JSON; set the content type application/json.")
    try:
        body = orjson.loads(request.state.body)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object with the parameters of the search.")
    return body


def _tokens(page: ItemPage) -> list[tuple[str, str]]:
    given = (("next", page.next_token), ("prev", page.previous_token))
    return [(rel, token) for rel, token in given if token]


def _address(path: str, told: Any) -> str:
    return f"{path}?{urlencode(told)}" if told else path


def _link(rel: str, href: str, media_type: str = GEOJSON) -> dict[str, str]:
    return {"rel": rel, "type": media_type, "href": href}


def _sent(content: bytes, media_type: str = GEOJSON) -> Response:
    return Response(content, media_type=media_type)
