"""Items over HTTP: search by GET and POST, the items of a collection, and one item."""

import time
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.catalogue.search import get_record
from app.items.find import ItemPage, find_at_hand, find_items, get_item
from app.portal.answers import KEEP, own_address
from app.stac import models
from app.stac.answers import last_look
from app.stac.at_hand import LOOK, index_at_hand, must_wait, newest_index, reading
from app.stac.item_documents import GEOJSON, JSON, Written, item_collection, item_document, written
from app.stac.item_query import BODY, ItemSearch, from_address, from_body, json_body
from app.stac.model_documents import COLLECTION as MODELS
from app.stac.quick import QuickRoute, tried_at_once

router = APIRouter(prefix="/stac", tags=["stac items"], route_class=QuickRoute)

ANSWER: dict[str, Any] = {"response_class": Response, "responses": {200: {"content": {GEOJSON: {}}}}}


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
    body = json_body(request.headers.get("content-type", ""), request.state.body)
    search = from_body(body)
    page = _written(request, search)
    base = own_address(request)
    here = f"{base}/stac/search"
    links: list[dict[str, Any]] = [_link("root", f"{base}/stac", JSON), _link("self", here)]
    links += [
        {**_link(rel, here), "method": "POST", "body": {**body, "token": token}, "merge": False}
        for rel, token in _tokens(page)
    ]
    return _sent(item_collection(page, links))


@router.get("/collections/{collection}/items", summary="List the items of a collection", **ANSWER)
@tried_at_once
def list_items(request: Request, collection: str) -> Response:
    """The items of one collection, newest first, with the parameters of the search."""
    index = newest_index(request)
    if collection != MODELS and (index is None or collection not in index.by_slug):
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


def _page(request: Request, search: ItemSearch, path: str) -> Response:
    base = own_address(request)
    page = _written(request, search)
    links = [_link("root", f"{base}/stac", JSON), _link("self", _address(base + path, search.told))]
    links += [
        _link(rel, _address(base + path, {**search.told, "token": token})) for rel, token in _tokens(page)
    ]
    return _sent(item_collection(page, links))


def _written(request: Request, search: ItemSearch) -> Written:
    if search.query.collections == (MODELS,):
        # Their cards are files.
        must_wait(request)
        return models.found(request, search)
    return written(_found(request, search), search.fields, own_address(request))


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


def _tokens(page: Written) -> list[tuple[str, str]]:
    given = (("next", page.next_token), ("prev", page.previous_token))
    return [(rel, token) for rel, token in given if token]


def _address(path: str, told: Any) -> str:
    return f"{path}?{urlencode(told)}" if told else path


def _link(rel: str, href: str, media_type: str = GEOJSON) -> dict[str, str]:
    return {"rel": rel, "type": media_type, "href": href}


def _sent(content: bytes, media_type: str = GEOJSON) -> Response:
    return Response(content, media_type=media_type)
